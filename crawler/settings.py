"""Scrapy's settings: who crawls, how politely, where findings go."""

import os
from importlib.util import find_spec
from pathlib import Path

# --- what people touch --------------------------------------------------------------------------------
# As `-s NAME=VALUE` of every command, or here.

CONTACT = os.environ.get("STET_CONTACT", "")
"""A mail address or web page where those you crawl can reach you; part of the user agent. No contact, no crawl
(outlets on loopback excepted)."""
STORE = os.environ.get("STET_STORE", "stet.db")
"""The file that everything is kept in. ``--store`` goes before ``-s STORE``, that before STET_STORE."""
OUTLETS = ""
"""A folder of outlet files to use instead of those in crawler/outlets."""
SEEDS = ""
"""A folder of seeds (TOML files, or plain documents) to use instead of those in crawler/seeds."""
KEEP = "related"
"""What is watched: ``related`` (articles near the seeds) or ``all``."""
BUDGET = 200
"""Most articles that one run of feeds, sitemaps or fronts asks for, per outlet; ``-a limit`` goes before it."""
HOURLY = 1800
"""Most requests per hour in all that `scrapy watch` makes (0: as many as the hosts' pace allows)."""
TAKEDOWN_CONFIRMATIONS = 3
"""Bad looks that make a takedown, without a good one between them: 2 to 100. See docs/verdicts.md."""
TAKEDOWN_SPREAD = 86400
"""Seconds from the first of them to the last, at least."""
NOTIFY = ""
"""A TOML file that says who is told of edits, takedowns and alarms (docs/notices.md)."""
CLOCK = ""
"""A factor that speeds time up (``3600``: an hour a second), for outlets on loopback only."""
READERS = ""
"""How many processes read pages: one fewer than there are CPUs; ``0``: the crawling process itself."""

# --- Scrapy: where things are ---------------------------------------------------------------------------

BOT_NAME = "stet"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "crawler.commands"
USER_AGENT = "stet/0.1.0"  # the spiders add the contact
ITEM_PIPELINES = {"crawler.pipeline.Observe": 100}
EXTENSIONS = {"crawler.fetch.tally.Tally": 0, "crawler.fetch.pace.Pace": 0}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
TWISTED_DNS_RESOLVER = "crawler.fetch.guard.GuardedResolver"
LOG_FORMATTER = "crawler.fetch.logs.Brief"
LOG_LEVEL = "WARNING"
STATS_DUMP = False

# --- how much, how fast, how long -----------------------------------------------------------------------

CONCURRENT_REQUESTS = 8  # over all hosts; a graceful stop waits for what is in flight
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 8
SCHEDULER_PRIORITY_QUEUE = "crawler.fetch.queue.FairQueue"
DOWNLOAD_DELAY = 0  # crawler.fetch.pace keeps the pause, in the clock's seconds
DOWNLOAD_DELAY_JITTER = 0
AUTOTHROTTLE_ENABLED = False  # it met a Retry-After of 120 s with 18 requests in 6.5 s
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False  # an incomplete body is a fact; crawler.fetch.wire says that it is incomplete
DNS_TIMEOUT = 20
DNSCACHE_ENABLED = False  # it knows no time to live

# --- what is shut ---------------------------------------------------------------------------------------

REMOTE_CONTROL_ENABLED = False  # a local HTTP endpoint that executes Python
TELNETCONSOLE_ENABLED = False
COOKIES_ENABLED = False
REFERER_ENABLED = False
HTTPPROXY_ENABLED = False  # a proxy would resolve names past the address guard
HTTPCACHE_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    "http": "crawler.fetch.handler.Handler",
    "https": "crawler.fetch.handler.Handler",
    "file": None,
    "ftp": None,
    "data": None,
    "s3": None,
}

# --- every visit ends in exactly one Capture --------------------------------------------------------------

DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # filters nothing
RETRY_ENABLED = False  # a visit is one look; the plan decides when to look again
REDIRECT_ENABLED = False  # crawler.fetch.hops follows, and keeps every hop
METAREFRESH_ENABLED = False
HTTPERROR_ALLOW_ALL = True
ROBOTSTXT_OBEY = False  # crawler.fetch.robots obeys, more strictly
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # drops long addresses without a word
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    # engine side
    "crawler.fetch.hops.Hops": 10,
    "crawler.fetch.guard.Guard": 20,
    "crawler.fetch.robots.Robots": 30,
    # DownloadTimeout 350, DefaultHeaders 400, UserAgent 500, DownloaderStats 850: Scrapy's own
    "crawler.fetch.wire.Wire": 890,
    # downloader side
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "*",
}


def _shadowed() -> str:
    """Our three packages have common names; another distribution's would be imported in their place."""
    home = Path(__file__).resolve().parent.parent
    for name in ("storage", "spiders"):
        found = find_spec(name)
        if found is None or found.origin is None or Path(found.origin).resolve().parent.parent != home:
            where = found.origin if found is not None else "nowhere"
            return (
                f"stet: the package {name} is {where}, not the one in {home}; uninstall it, or use a fresh environment"
            )
    return ""


if _shadowed():
    raise SystemExit(_shadowed())
