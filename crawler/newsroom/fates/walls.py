"""Fates by what stands between us and the text: challenges by vendor, logins, consent, age gates, paywalls."""

from collections.abc import Callable

from crawler.newsroom.fates.course import Course, Scene, Stage, Told
from storage.records import Verdict

CHALLENGES: dict[str, str] = {
    "Cloudflare": """<script>window._cf_chl_opt={cvId:'3',cZone:'news.example',cType:'interactive'};</script>
<script src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray=8a0"></script>""",
    "Akamai": """<div id="sec-if-cpt-container" role="main"></div>
<script src="/_sec/cp_challenge/sec-cpt-3-6.js"></script>""",
    "DataDome": """<script>var dd={'rt':'c','cid':'AHr','t':'bv','host':'geo.captcha-delivery.com'}</script>
<script data-cfasync="false" src="https://ct.captcha-delivery.com/c.js"></script>""",
    "PerimeterX": """<script>window._pxAppId='PXexample';</script><div id="px-captcha"></div>
<script src="https://captcha.px-cdn.net/PXexample/captcha.js?a=c"></script>""",
    "Imperva": """<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=7-1-0"></iframe>""",
    "AWS WAF": """<script>window.gokuProps={"key":"AQID","iv":"CgAH","context":"x"};</script>
<script src="https://1a2b.token.awswaf.com/1a2b/challenge.js"></script><div id="challenge-container"></div>""",
    "Kasada": """<script>window.KPSDK={};KPSDK.now=Date.now;KPSDK.start=KPSDK.now();</script>
<script src="/149e9513-01fa-4fb0-aad4-566afd725d1b/2d206a39-8ed7-437e-a3be-862e0f06eea3/ips.js?tk=1"></script>""",
    "DDoS-Guard": """<script src="/.well-known/ddos-guard/js-challenge/index.js"></script>
<p id="request-info">1.2.3.4</p>""",
    "Qrator": """<noscript>JS</noscript><script src="/__qrator/qauth_utm_v2d_v9118.js"></script>""",
    "Yandex SmartCaptcha": """<form id="checkbox-captcha-form" method="POST" action="/checkcaptcha?key=k1&retpath=x">
<div class="CheckboxCaptcha"><input type="submit" value="OK"></div></form>""",
    "Aliyun": """<script>var arg1='A1B2C3D4E5F60718293A4B5C6D7E8F9012345678';var k='acw_sc__v2';</script>""",
    "Tencent": """<script>document.cookie='EO_Bot_Ssid=12345;path=/';location.reload();</script>""",
}
"""The structure by which a bot challenge is made, by vendor as `crawler.judge` names them."""

WORDS = {
    "Yandex SmartCaptcha": ("Вы не робот?", "Подтвердите, что запросы отправляли вы, а не робот."),
    "DDoS-Guard": ("Проверка браузера", "Подождите несколько секунд."),
    "Aliyun": ("访问验证", "请稍候，正在进行安全验证。"),
    "Tencent": ("安全验证", "请稍候。"),
}


def challenge(vendor: str) -> str:
    """A bot challenge as a vendor shows it."""
    title, text = WORDS.get(vendor, ("One moment, please", "We need to make sure that you are not a robot."))
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{text}</p>{CHALLENGES[vendor]}</body></html>"
    )


def _captcha(vendor: str) -> Course:
    return Course(
        f"a captcha of {vendor} is no takedown with 403, 200 or 202",
        (Scene(14, lambda s: s.article.show(challenge(vendor), 403)),
         Scene(42, lambda s: s.article.show(challenge(vendor), 200)),
         Scene(70, lambda s: s.article.show(challenge(vendor), 202)),
         Scene(98, lambda s: s.article.restore())),
        meets=(Verdict.BLOCKED,), days=5.5,
    )  # fmt: skip


# --- pages that ask for something first --------------------------------------------------------------


def _asks(title: str, form: str, more: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>{title} | The Garrison Sentinel</title>{more}</head><body>'
        f'<nav><a href="/">Home</a></nav><main><h1>{title}</h1>{form}</main><footer>All rights reserved</footer>'
        "</body></html>"
    )


LOGIN = _asks("Log in to read on", '<form method="post" action="/do"><input name="user"><input type="password"></form>')
CONSENT = _asks(
    "Before you continue",
    "<p>We and our 812 partners store and read data on your device to show you what you may like.</p>"
    '<form method="post" action="https://consent.partner.example/save"><button>Agree</button><button>Reject</button></form>',
)
AGE = _asks(
    "Are you over 18?",
    "<p>This part of the site holds material that is not meant for minors. Please tell us your date of birth.</p>"
    '<form method="post" action="/age-gate"><select name="year"><option>2001</option></select>'
    "<button>Enter</button></form>",
)
OVERLAY = (
    '<div class="cookie-overlay" role="dialog"><p>We and our 812 partners store and read data on your device.</p>'
    '<form method="post" action="https://consent.partner.example/save"><button>Agree</button></form></div>'
)


def _notice(text: str, box: str = "") -> Callable[[Stage], object]:
    """A notice in the place of the text, under its headline and in its frame; ``box``: what it stands in."""

    def strike(stage: Stage) -> None:
        bare = stage.variant(stage.article, paragraphs=() if box else (text,), standfirst="", caption="")
        put = box.format(f"<p>{text}</p>")
        stage.article.show(lambda count: bare(count).replace("</article>", f"{put}</article>", 1))

    return strike


def _barred(
    name: str, strike: Callable[[Stage], object], verdict: Verdict = Verdict.BLOCKED, outlet: str = "sentinel"
) -> Course:
    """Something stands in the place of one text for two days, and the outlet is well."""
    return Course(
        name, (Scene(30, strike), Scene(78, lambda s: s.article.restore())), meets=(verdict,), outlet=outlet,
    )  # fmt: skip


SHELL = (
    '<!doctype html><html><head><title>The Garrison Sentinel</title></head><body><div id="root"></div>'
    '<noscript>You need scripts to run this.</noscript><script src="/static/app.js"></script></body></html>'
)
LEADS_ON = (
    '<html><head><title>Moved</title><meta http-equiv="refresh" content="0;url=/2026/03/elsewhere/"></head>'
    "<body><p>This page has moved.</p></body></html>"
)
SENT_ON = "<html><head><script>location.replace('/2026/03/elsewhere/')</script></head><body></body></html>"


def _shown(page: str) -> Callable[[Stage], object]:
    return lambda stage: stage.article.show(page)


def _in_place(name: str, page: str) -> Course:
    return Course(
        name, (Scene(30, lambda s: s.article.show(page)), Scene(78, lambda s: s.article.restore())),
        meets=(Verdict.BLOCKED,),
    )  # fmt: skip


def _by_redirect(name: str, path: str, page: str, wire: bool = False) -> Course:
    def strike(stage: Stage) -> None:
        stage.site.pages[path] = page
        stage.article.redirect(f"{path}?next={stage.article.path}")

    return Course(
        name, (Scene(30, strike), Scene(78, lambda s: s.article.restore())), meets=(Verdict.BLOCKED,), wire=wire,
    )  # fmt: skip


def _overlaid(stage: Stage) -> None:
    plain = stage.variant(stage.article)
    stage.article.show(lambda count: plain(count).replace("</header>", f"</header>{OVERLAY}", 1))


# --- paywalls ---------------------------------------------------------------------------------------


def _meter(stage: Stage) -> None:
    """Every second request is one too many."""
    stage.article.show(stage.variant(stage.article, keep=3))
    stage.article.flap()


DENIED = "The ministry has since said that all of the figures are wrong."


def _walled(name: str, outlet: str, keep: int, up: float = 30, down: float = 78) -> Course:
    return Course(
        name, (Scene(up, lambda s: s.article.wall(keep)), Scene(down, lambda s: s.article.unwall())),
        (Told("paywall up", up), Told("paywall down", down)), (Verdict.PREVIEW,), outlet, versions=2,
    )  # fmt: skip


FATES = (
    *(_captcha(vendor) for vendor in CHALLENGES),
    Course(
        "a 404 whose body is a challenge is no takedown",
        (Scene(30, lambda s: s.article.captcha(404)), Scene(78, lambda s: s.article.restore())),
        meets=(Verdict.BLOCKED,), wire=True,
    ),
    _in_place("a login form in place of the text is no takedown", LOGIN),
    _in_place("a consent form in place of the text is no takedown", CONSENT),
    _in_place("an age gate in place of the text is no takedown", AGE),
    _barred("a paywall's box in place of one text is no takedown",
            _notice("The whole report is for those who pay for it.", '<div class="article-paywall">{}</div>')),
    _barred("a box with a way to the subscriptions in place of one text is no takedown",
            _notice("The whole report is elsewhere.", '<div class="box">{}<a href="/subscribe/">Go on</a></div>')),
    _barred("a form that asks for a telephone number in place of one text is no takedown",
            _notice("Enter your number.", '<form method="post" action="/go">{}<input name="tel"></form>')),
    _barred("a notice that the text is for members is no takedown",
            _notice("This report is for members. Join for three euros a month to read on.")),
    _barred("a notice that the text may not be read here is no takedown",
            _notice("This content is not available in your country.")),
    _barred("a notice that the text is for subscribers is no takedown in Russian",
            _notice("Материал доступен только подписчикам. Оформите подписку за 299 рублей в месяц."), outlet="zarya"),
    _barred("a notice that asks for a login is no takedown in Chinese",
            _notice("请使用手机扫码登录后继续浏览。"), outlet="haiyue"),
    _barred("a page that a script draws from now on is no takedown", _shown(SHELL), Verdict.UNREAD),
    _barred("a page that leads on by a refresh is no takedown", _shown(LEADS_ON), Verdict.UNREAD),
    _barred("a page that leads on by a script is no takedown", _shown(SENT_ON), Verdict.UNREAD),
    _by_redirect("a redirect to the login is no takedown", "/login", LOGIN),
    _by_redirect("a redirect to a consent page is no takedown", "/cookie-consent", CONSENT),
    _by_redirect("a redirect to an age gate is no takedown", "/age-check", AGE),
    Course(
        "a consent layer over the text is nothing", (Scene(30, _overlaid), Scene(78, lambda s: s.article.restore())),
        meets=(Verdict.UNCHANGED,),
    ),
    _walled("a metered paywall goes up and down", "courier", 3),
    _walled("a members' wall goes up and down on a page that prints its preview twice", "redoubt", 3),
    _walled("a registration wall goes up and down on a free site", "sentinel", 3),
    Course(
        "a meter that lets every second reader in is no news",
        (Scene(6, _meter), Scene(54, lambda s: s.article.restore())), (), (Verdict.PREVIEW, Verdict.OK), "courier",
        versions=2,
    ),
    Course(
        "a preview that is printed twice is one text", (), meets=(Verdict.UNCHANGED,), outlet="redoubt", age=2, days=2,
    ),
    Course(
        "a paywall that leaves nothing of the text is no takedown",
        (Scene(30, lambda s: s.article.wall(0)), Scene(78, lambda s: s.article.unwall())),
        meets=(Verdict.BLOCKED,), outlet="courier",
    ),
    Course(
        "a text that is first seen behind the paywall and then set free is no edit",
        (Scene(0, lambda s: s.article.wall(3)), Scene(40, lambda s: s.article.unwall())),
        (Told("paywall down", 40),), (Verdict.PREVIEW,), "redoubt", versions=2,
    ),
    Course(
        "a text that is edited behind the paywall is an edit once it is free",
        (Scene(20, lambda s: s.article.wall(3)),
         Scene(40, lambda s: s.article.rewrite(6, DENIED, silent=True)),
         Scene(60, lambda s: s.article.unwall())),
        (Told("paywall up", 20), Told("edit", 60), Told("paywall down", 60)), (Verdict.PREVIEW,), "redoubt", versions=3,
    ),
)  # fmt: skip
