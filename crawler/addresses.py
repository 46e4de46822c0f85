"""Which URLs name the same article?

Three spellings of one address, and one name:

- `asked`: what to send: trackers gone, all else as given (a site's robots.txt may forbid any ``?``).
- `normal`: one spelling for all ways to write the address. It names, it need not answer: hosts lose
  ``www.``, public ones are spelled ``https``.
- `identity`: `normal` with a mirror's host mapped onto the outlet's home. This is what is kept as the
  article's URL and compared; candidates and aliases go through it, too.
- `choose`: the identity of an article, from what was asked, what answered, and what the page claims.

Every function raises ``ValueError`` with one line for what is no web address (no http or https, no host, a
port out of range). The wrong merge costs more than the missed one: two articles under one name would show up
as edits that nobody made, one article under two names is only watched twice.
"""

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.url import canonicalize_url

from storage.records import Outlet
from storage.words import INVISIBLE, is_cjk
from storage.words import words as counted


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


TRACKERS = _set(
    # Ad clicks
    "fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid yclid ymclid ysclid msclkid twclid"
    " ttclid li_fat_id igshid igsh epik zanpid rb_clickid s_kwcid ef_id ob_click_id dicbo tblci wickedid"
    # Mail and campaign systems
    " mc_cid mc_eid mkt_tok _hsenc _hsmi __hstc __hssc __hsfp hsctatracking vero_id vero_conv oly_enc_id"
    " oly_anon_id _ke _bta_tid trk_contact trk_msg trk_module trk_sid _branch_match_id"
    # Web statistics
    " _ga _gl _gac _openstat pk_campaign pk_kwd pk_source pk_medium pk_content pk_cid piwik_campaign"
    " piwik_kwd mtm_campaign mtm_keyword mtm_source mtm_medium mtm_content mtm_cid mtm_group wt_mc wt_zmc"
    " xtor ns_campaign ns_mchannel ns_source ns_linkname ns_fee at_medium at_campaign at_campaign_type"
    " at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_type at_link_origin at_format"
    " at_ptr_name at_bbc_team"
    # Shares and newsrooms' own campaign marks
    " __twitter_impression cmp cmpid ocid smid smtyp ncid ito ftag reflink mbid srnd sref wprov soc_src"
    " soc_trk sr_share guccounter guce_referrer guce_referrer_sig ex_cid taid spm spm_id_from"
    " isappinstalled nsukey"
)
"""Query parameters that never name an article, whole names only (lists of prefixes drop ``?gallery=`` and
``?eid=``). ``utm_`` is the one prefix. Ambiguous ones (``from``, ``ref``, ``mod``, ``cid``) stay."""

IDENTIFYING = _set(
    "id newsid news_id articleid article_id article aid nid docid doc_id doc storyid story_id story sid"
    " contentid content_id p page_id postid post_id itemid item_id pid tid fid key slug"
)
"""Query parameters that commonly name the article: a canonical link that loses one is not believed."""

_AMP_PAIRS = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})
_FACES = frozenset({"www", "m", "amp", "mobile"})
_DEFAULT_PORTS = {("http", 80), ("https", 443)}
_EDGES = "".join(map(chr, range(0x21))) + INVISIBLE
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER_LABEL = re.compile(r"(?:\d+|0x[0-9a-f]*)")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AMP_ENDING = re.compile(r"(?<=[^/.])\.amp(?=(?:\.html?)?$)", re.IGNORECASE)

# --- reading an address -------------------------------------------------------------------------


@lru_cache(maxsize=4096)  # lists name the same addresses at every look
def _split(url: str) -> SplitResult:
    """The address cut up, as a browser would understand it: white space, backslashes and userinfo cleared."""
    text = re.sub(r"[\t\r\n]", "", url.strip().strip(_EDGES))
    cut = re.search(r"[?#]", text)
    front, rest = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
    try:
        text.encode()  # half a character (a lone surrogate) is no URL
        parts = urlsplit(front.replace("\\", "/") + re.sub(r"&(?:amp;)+", "&", rest))
        scheme, port = parts.scheme.lower(), parts.port
        found = _punycode(parts.hostname or "")
    except ValueError as error:
        raise ValueError(f"not a web address: {url!r} ({error})") from None
    if scheme not in {"http", "https"} or not found:
        raise ValueError(f"not a web address: {url!r} (needs http:// or https:// and a host)")
    shown = f"[{found}]" if ":" in found else found
    netloc = shown if port is None or (scheme, port) in _DEFAULT_PORTS else f"{shown}:{port}"
    return parts._replace(scheme=scheme, netloc=netloc)


def _punycode(host: str) -> str:
    """A host as DNS knows it: lower case, punycode, no final dot. Raises ValueError when it is none."""
    name = host.lower().removesuffix(".")
    if ":" in name:
        return ipaddress.IPv6Address(name).compressed
    if not name.isascii():
        name = (urlsplit(canonicalize_url(f"http://{name}/")).hostname or "").removesuffix(".")
    if name and not _HOST.fullmatch(name):
        raise ValueError(f"{host!r} is no host name")
    if name and _NUMBER_LABEL.fullmatch(name.rpartition(".")[2]):
        return str(ipaddress.IPv4Address(name))
    return name


def host(url: str) -> str:
    """The host it is asked from: lower case, punycode, no port, no brackets, ``www.`` kept."""
    return _split(url).hostname or ""


@cache
def _suffixes() -> TLDExtract:
    """The Public Suffix List as shipped with tldextract (no network, no cache on disk)."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def _site(name: str) -> str:
    return "" if ":" in name else _suffixes().extract_str(name).top_domain_under_public_suffix


def site(url: str) -> str:
    """The registered domain (``news.bbc.co.uk``: ``bbc.co.uk``); IP literals and bare names are themselves."""
    name = host(url)
    return _site(name) or name


def _faceless(name: str) -> str:
    """A host without ``www.``, ``m.``, ``amp.``, ``mobile.``, as long as a registered domain is left."""
    face, _, rest = name.partition(".")
    while face in _FACES and _site(rest):
        name = rest
        face, _, rest = name.partition(".")
    return name


# --- one spelling -------------------------------------------------------------------------------


def _is_tracker(pair: str, keep: Collection[str]) -> bool:
    name = unquote_plus(pair.partition("=")[0])
    return name not in keep and (name.lower() in TRACKERS or name.lower().startswith("utm_"))


def asked(url: str, identity_params: Collection[str] = ()) -> str:
    """What to request: without trackers, fragment, userinfo and a bare ``?``; path and order as given."""
    parts = _split(url)
    kept = [pair for pair in parts.query.split("&") if pair and not _is_tracker(pair, identity_params)]
    return urlunsplit(parts._replace(query="&".join(kept), fragment=""))


def normal(url: str, identity_params: Collection[str] = ()) -> str:
    """The one spelling of an address. ``identity_params`` are kept even where a tracker has that name."""
    return _spelled(url, tuple(identity_params))


@lru_cache(maxsize=4096)
def _spelled(url: str, identity_params: tuple[str, ...]) -> str:
    parts = _split(url)
    try:
        spelled = canonicalize_url(_STRAY_PERCENT.sub("%25", urlunsplit(parts)), keep_fragments=True)
    except ValueError as error:
        raise ValueError(f"not a web address: {url!r} ({error})") from None
    parts = urlsplit(spelled)
    name = _faceless(parts.hostname or "")
    shown = f"[{name}]" if ":" in name else name
    return urlunsplit(
        (
            "https" if parts.port is None and _is_public(name) else parts.scheme,
            shown if parts.port is None else f"{shown}:{parts.port}",
            _folded(parts.path),
            "&".join(_naming(parts.query, identity_params)),
            parts.fragment if parts.fragment.startswith("!") and len(parts.fragment) > 1 else "",
        )
    )


def _is_public(name: str) -> bool:
    """Whether http and https of this host are one site (not so on loopback, in a LAN, for bare names)."""
    try:
        return ipaddress.ip_address(name).is_global
    except ValueError:
        return "." in name and not name.endswith(".localhost")


def _folded(path: str) -> str:
    """A path without its trailing slash and without marks of the AMP copy."""
    while True:
        shorter = path.rstrip("/;") or "/"  # w3lib drops an empty ";" once, not twice
        if shorter.strip("/").lower() == "amp":
            return shorter
        if shorter[:5].lower() == "/amp/":
            shorter = shorter[4:]
        elif shorter[-4:].lower() == "/amp":
            shorter = shorter[:-4]
        else:
            shorter = _AMP_ENDING.sub("", shorter)
        if shorter == path:
            return path
        path = shorter


def _naming(query: str, keep: Collection[str]) -> Iterator[str]:
    """The parameters that may name something, in the canonical order."""
    for pair in filter(None, query.split("&")):
        name, _, value = unquote_plus(pair).lower().partition("=")
        if name in keep or not ((name, value) in _AMP_PAIRS or _is_tracker(pair, keep)):
            yield pair


# --- an outlet's addresses ----------------------------------------------------------------------


def _longest(name: str, domains: Collection[str]) -> str:
    """The longest of these domains that a host lies in, as it is written there, or ``""``."""
    fitting = [d for d in domains if name == (key := _domain(d)) or name.endswith("." + key)]
    return max(fitting, key=len, default="")


@lru_cache(maxsize=4096)
def _domain(entry: str) -> str:
    return _faceless(_punycode(entry))


def within(url: str, outlet: Outlet) -> bool:
    """Whether it lies on one of the outlet's domains or mirrors, or below one."""
    return bool(_longest(_faceless(host(url)), (*outlet.domains, *outlet.mirrors)))


def mirrored(url: str, outlet: Outlet) -> str:
    """The address with a mirror's domain mapped onto the outlet's home domain; others as given.

    Subdomains stay (``arabic.mirror.com`` becomes ``arabic.home.com``): editions are not one another. A host
    that lies in a mirror and in one of the domains belongs to the longer of the two.
    """
    parts = _split(url)
    name = _faceless(parts.hostname or "")
    mirror = _longest(name, (*outlet.domains, *outlet.mirrors))
    if mirror not in outlet.mirrors or mirror in outlet.domains or not outlet.domains:
        return url
    home = name.removesuffix(_domain(mirror)) + _domain(outlet.domains[0])
    return urlunsplit(parts._replace(netloc=home if parts.port is None else f"{home}:{parts.port}"))


def identity(url: str, outlet: Outlet | None = None) -> str:
    """The name under which an address is kept and compared: `normal`, after `mirrored`."""
    return normal(mirrored(url, outlet), outlet.identity_params) if outlet else normal(url)


def choose(asked_url: str, final_url: str, canonical: str, outlet: Outlet | None = None) -> str:
    """The identity of the article that answered: its canonical link, else the final URL, else the asked one.

    The first two are believed only when they stay with the outlet (without one: with the asked site), and
    look like an article or are the asked address in another spelling: a page that claims the home page or
    a section as its address has none. A canonical link that has lost what names the article
    (``/doc?id=5`` claiming ``/doc``) is not believed either.
    """
    given = (asked_url, final_url)
    for claim in (canonical, final_url):
        if name := _believed(claim, given, outlet):
            return name
    return identity(asked_url, outlet)


def _believed(claim: str, given: tuple[str, str], outlet: Outlet | None) -> str:
    """The identity that a claim gives the article, or ``""`` when it is not to be believed."""
    try:
        name = identity(claim, outlet)
    except ValueError:
        return ""
    first = given[0]
    stays = within(claim, outlet) if outlet else site(claim) == site(first)
    if not stays or any(_loses_id(name, identity(url, outlet), outlet) for url in given):
        return ""
    if name == identity(first, outlet) or looks_like_article(claim, outlet):
        return name
    # A short link names nothing: wherever it led is better, unless it led to the front page.
    from_outside = outlet is not None and not within(first, outlet)
    return name if from_outside and claim == given[1] and urlsplit(name).path != "/" else ""


def _loses_id(name: str, base: str, outlet: Outlet | None) -> bool:
    """Whether a claim is the same path without a parameter that may tell articles apart."""
    claim, given = urlsplit(name), urlsplit(base)
    if claim.path != given.path:
        return False
    naming = IDENTIFYING | set(outlet.identity_params if outlet else ())
    lost = [pair.partition("=") for pair in set(given.query.split("&")) - set(claim.query.split("&"))]
    return any(key in naming or (value.isdigit() and len(value) > 2) for key, _, value in lost)


# --- is it an article's? ------------------------------------------------------------------------

_NEVER = _set(
    "tag tags category categories author authors search login logout signin signup register account profile"
    " feed feeds rss atom sitemap wp-json wp-admin wp-login.php subscribe subscription topic topics"
    " keyword keywords about contact contacts privacy terms advertise cart comments"
)
_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|mp[34]|m4[av]|m3u8|webm|avi|mov|wav|ogg|pdf|docx?|xlsx?|pptx?"
    r"|zip|gz|rar|apk|exe|css|js|json|xml|rss|atom|txt|ics|woff2?)$"
)
_DATED = re.compile(
    r"[/_-](?:19|20)\d\d(?:[/_-]?(?:0[1-9]|1[0-2])(?:[/_-]?(?:0[1-9]|[12]\d|3[01]))?|[/_-][1-9][/_-]\d{1,2})"
    r"\d*[/_-](?=.*(?:[^\W\d_]|\d{3}))"
)
_STORY_WORDS = _set("article articles story stories doc detail details post posts p a n news")
_WORD = re.compile(r"[^\W\d_]+")
_LONG_SLUG = 4
"""Words in a slug from which on it is a headline's, not a section's."""
_LABEL = 4
"""Words of a link up to which it may be a section's name; from the next on it is a headline."""
_ASIDE = _set(
    "sponsored sponsored-content sponsor advertorial advertisement marketplace classifieds jobs job careers shop deals"
    " coupons donate donation donations give"
)
"""Parts of a site beside its news, which link to themselves with as many words as headlines have."""
_SERVICES = _set("help support jobs careers shop store donate giving give account accounts info subscribe advertise")
"""Hosts' first labels that are no newsroom's."""


def looks_like_article(url: str, outlet: Outlet | None = None) -> bool:
    """Whether an address is an article's: by the outlet's patterns, or else by the address's form.

    A pattern may find its match in any spelling: http or https, with or without ``www.`` and port. Without
    patterns: a date in the path, a long slug, a number of five digits, an id in the query; never tags,
    authors, feeds, media files. Judging by form is a guess, good for choosing what to ask for, no verdict.
    """
    if outlet and outlet.article_patterns:
        spellings = list(_spellings(url, outlet))
        return any(search(s) for search in map(_pattern, outlet.article_patterns) for s in spellings)
    return (not outlet or within(url, outlet)) and _has_article_form(url)


def is_story(url: str, words: str, outlet: Outlet | None = None) -> bool:
    """Whether a link of a front page leads to a story, by its address and the words that it stands on.

    The outlet's patterns decide where there are any. Else as `looks_like_article`, but a slug alone is weighed with
    the words: of a headline (five words or more; ideographs count half) three words of a slug will do, of a label it
    takes five. What a site sells or asks for is no story. Raises ValueError for what is no web address.
    """
    if outlet and outlet.article_patterns:
        return looks_like_article(url, outlet)
    parts = urlsplit(normal(url))
    pieces = [piece.lower() for piece in parts.path.split("/") if piece]
    if _ASIDE.intersection(pieces[:-1]) or (parts.hostname or "").partition(".")[0] in _SERVICES:
        return False
    said = sum(0.5 if is_cjk(word) else 1.0 for word in counted(words) if not word.isdigit())
    slug = _LONG_SLUG + (said <= _LABEL) - (said > _LABEL) if said else _LONG_SLUG
    return (not outlet or within(url, outlet)) and _has_article_form(url, slug)


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).search


def _spellings(url: str, outlet: Outlet) -> Iterator[str]:
    for text in dict.fromkeys((asked(url), normal(url, outlet.identity_params), identity(url, outlet))):
        parts = urlsplit(text)
        name = (parts.hostname or "").removeprefix("www.")
        for shown in (name, f"www.{name}"):
            for netloc in dict.fromkeys((shown, f"{shown}:{parts.port}" if parts.port else shown)):
                for scheme in ("https", "http"):
                    yield urlunsplit(parts._replace(scheme=scheme, netloc=netloc))


def _has_article_form(url: str, long_slug: int = _LONG_SLUG) -> bool:
    parts = urlsplit(normal(url))
    path = re.sub(r"/index\.\w+$", "", unquote(parts.path)).lower()
    pieces = [piece for piece in path.split("/") if piece]
    if _NOT_PAGES.search(path) or _NEVER.intersection(pieces) or re.search(r"/page/\d{1,4}$", path):
        return False
    if any(_names(pair, rooted=not pieces) for pair in parts.query.split("&")):
        return True
    if not pieces:
        return False
    last = re.sub(r"\.(?:s?html?|php|aspx?)$", "", pieces[-1])
    return bool(
        _DATED.search(path)
        or max(_slug_length(last), _slug_length(pieces[-2]) if len(pieces) > 1 else 0) >= long_slug
        or any(re.search(r"\d{5}", piece) for piece in pieces[-2:])
        or (last != pieces[-1] and re.search(r"\d{4}", last))
        or (_STORY_WORDS.intersection(pieces[:-1]) and (re.search(r"\d", last) or _slug_length(last) > 1))
    )


def _slug_length(piece: str) -> int:
    return len(_WORD.findall(piece)) if re.search(r"[-_]", piece) else 0


def _names(pair: str, rooted: bool) -> bool:
    """Whether a query pair is an article's id (on a root path only WordPress's ``?p=``)."""
    name, _, value = pair.partition("=")
    return value.isdigit() and (name == "p" if rooted else name in IDENTIFYING)
