"""What stands between us and the text? Challenges, logins, paywalls, gates, pages that lead on or that a script draws.

Pure. They are known by the structure of the page and by addresses. Words serve one end alone: a short notice in a
text's place that asks for something, or says where it may not be read, is held for a wall. So they may acquit, and
never convict (docs/verdicts.md).
"""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml import etree, html

from crawler.page.charset import utf8
from storage.records import Capture
from storage.words import count

BARE_WORDS, BARE_TAGS = 250, 400  # a page with no more visible words and closing tags can be a challenge or a wall
HEAD_BYTES = 1 << 20  # of a body, searched for structure
MUTE_WORDS = 8
"""Visible words below which a page says nothing itself ("Loading, please wait"): a script is to draw it."""
Marks = tuple[tuple[str, str], ...]

VENDORS: Marks = (
    # Cloudflare puts its /jsd/ script into ordinary pages, too: that one is no challenge.
    ("Cloudflare", r"^(?:script src|code)=.*/cdn-cgi/challenge-platform/(?!\S*jsd/)|^code=.*_cf_chl_opt"),
    ("Akamai", r" id=sec-(?:if-cpt-container|cpt-if)$|^script src=.*/_sec/cp_challenge|^refresh=.*bm-verify="),
    ("DataDome", r"^(?:script src|iframe src|code)=.*\bcaptcha-delivery\.com"),
    ("PerimeterX", r" id=px-captcha$|^script src=.*\bcaptcha\.px-(?:cdn|cloud)\.net"),
    ("Imperva", r"^iframe src=.*/_Incapsula_Resource\?.*WUDNSAI=| id=distilIdentificationBlock$"),
    ("AWS WAF", r"^code=.*\bgokuProps\b|^script src=.*\bcaptcha\.awswaf\.com"),
    ("Kasada", r"^code=.*\bKPSDK\.(?:now|scriptStart)\b|^script src=/[0-9a-f-]{36}/.*/ips\.js"),
    ("DDoS-Guard", r"^script src=.*(?:/\.well-known/ddos-guard/(?:js-chal|ddg-capt)|//check\.ddos-guard\.net)"),
    ("Qrator", r"^script src=/__qrator/"),
    ("Yandex SmartCaptcha", r"^form action=.*/checkcaptcha| id=checkbox-captcha-form$| class=CheckboxCaptcha$"),
    ("Aliyun", r"^code=.*(?:acw_sc__v2|\barg1 ?= ?'[0-9A-F]{40}')|^(?:\w+ src|code|form action)=.*/_____tmd_____/"),
    ("Tencent", r"^code=.*\bEO_Bot_Ssid\b|^script src=.*(?:/TCaptcha\.js|\bturing\.captcha\.)"),
)
"""Makers of bot challenges, and the structure of theirs."""
FORMS: Marks = (
    ("a login form", r"^input type=password$"),
    ("a consent form", r"^(?:form action|iframe src)=.*consent| id=sp_message"),
    (
        "an age gate",
        r"^form action=.*\bage[-_]?(?:gate|check|verif)|^(?:form|input) (?:id|class)=age[-_]?(?:gate|verif)",
    ),
    ("a captcha", r" class=(?:g-recaptcha|h-captcha|cf-turnstile|smart-captcha)$"),
)
"""What asks for something, on a bare page."""
_WALL = re.compile(
    r"^(?:consent|login|signin|sso|auth|accounts|guce|gdpr|captcha|myprivacy)\."
    r"|/(?:login|signin|sign-in|log-in|logon|sso|oauth2?|authorize|consent|collectconsent|cookie-?consent|cookiewall"
    r"|age[-_]?(?:gate|check|verif\w*)|captcha|showcaptcha|punish|register|registration|subscribe|paywall|gdpr)"
    r"(?:\.\w+)?(?=/|$)"
)


def parts(url: str) -> SplitResult:
    """An address cut up; what pages and redirects name need not be one."""
    try:
        return urlsplit(url.lower())
    except ValueError:
        return urlsplit("https://invalid/invalid")


def is_wall(url: str) -> bool:
    """Whether an address is that of a login, consent, captcha, registration or subscription page."""
    return bool(_WALL.search((parts(url).hostname or "") + parts(url).path))


# --- bare pages -------------------------------------------------------------------------------------


def marked(capture: Capture, marks: Marks) -> str:
    """The first name whose marks are in the structure of a bare page (a full page has them for other ends)."""
    if (capture.body or b"").count(b"</") > BARE_TAGS or (tree := _tree(capture)) is None:
        return ""
    structure = "\n".join(_structure(tree))
    name = next((name for name, pattern in marks if re.search(pattern, structure, re.MULTILINE)), "")
    return name if name and _visible(tree) < BARE_WORDS else ""


def _tree(capture: Capture) -> html.HtmlElement | None:
    return tree_of(capture.body or b"", capture.header("content-type"))


def tree_of(body: bytes, kind: str = "") -> html.HtmlElement | None:
    """A page's elements, or None for what is no HTML."""
    if not body or (kind and "html" not in kind.lower()):
        return None
    try:
        return html.document_fromstring(utf8(body[:HEAD_BYTES], kind), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return None


def _visible(tree: html.HtmlElement) -> int:
    """How many words a page shows without scripts. Alters the tree, which is of no use for scripts afterwards."""
    etree.strip_elements(tree, "script", "style", "noscript", "template", "svg", "title", with_tail=False)
    return count(tree.text_content())


def _structure(tree: html.HtmlElement) -> Iterator[str]:
    """What the page is made of, one line a part; never what it says. Data in scripts is what it says."""
    for element in tree.iter("*"):
        for name in ("id", "class", "src", "action", "type"):
            yield from (f"{element.tag!s} {name}={part}" for part in element.get(name, "").split())
        if element.tag == "script" and "json" not in element.get("type", ""):
            yield "code=" + " ".join((element.text or "").split())
        elif element.get("http-equiv", "").lower() == "refresh":
            yield f"refresh={element.get('content', '')}"


# --- walls in the place of one text -----------------------------------------------------------------

_NAME = re.compile(
    r"(?<![a-z])(?:pay-?wall|reg-?wall|(?:pay|reg|registration|subscri\w+|content|app|login|member\w*)[-_](?:wall|gate)"
    r"|subscri(?:be|bers?|ptions?)|premium|meter(?:ed)?|gate[ds]?|gating|locked|unlock|log-?in|sign-?(?:in|up)|regist(?:er|ration)"
    r"|member(?:s|ship)?(?:[-_]only)?|age[-_]?(?:gate|check|verif\w*|restrict\w*)|adults?[-_]only|consent|cookie[-_]?wall"
    r"|geo[-_]?(?:block\w*|restrict\w*|wall|fenc\w*)|geo|(?:open|get)[-_](?:the[-_])?app|app[-_](?:only|download)|barrier"
    r"|modal|overlay|captcha|challenge|verify"
    r"|tp[-_](?:modal|container|backdrop|iframe\w*)|piano|tinypass|poool|zephr|leaky|pelcro|laterpay|supertab|evolok|steady)"
    r"(?![a-z])"
)
"""How pages, and the known makers of paywalls, name what bars the way: as a part of a class, id or data attribute."""
_MAKER = re.compile(
    r"//[\w.-]*(?:tinypass\.com|piano\.io|poool\.\w+|zephr\.com|pelcro\.com|laterpay\.net|supertab\.co|evolok\.net"
    r"|steadyhq\.com|fewcents\.co|pico\.tools|leaky-paywall)\b"
)
_ASKS = re.compile(
    r"/(?:[\w-]*[-_])?(?:subscri\w+|login|log-in|logon|signin|sign-in|signup|sign-up|register|registration|regwall|account"
    r"|accounts|my-?account|members?|membership|join|plans?|pricing|offers?|premium|paywall|checkout|abo|abonnement|age"
    r"|age-?(?:gate|check|verif\w*)|verify|adult|consent|app|get-?app|apps|download|vip|passport|podpiska|auth|sso|user)"
    r"(?:\.\w+)?(?:/|$)|^(?:login|account|accounts|subscribe|my|id|sso|auth|passport|apps|play|secure|shop)\."
)
_ASIDE = ("header", "nav", "footer", "aside")


def bar(capture: Capture, earlier: bytes | None) -> str:
    """What bars the way to one text whose page is there; or ``""``.

    What stood on its ``earlier`` page, with the text, is none: a link to the login, a box for the newsletter.
    """
    tree, was = _tree(capture), tree_of(earlier or b"")
    if tree is None:
        return ""
    known = frozenset(_bars(was)) if was is not None else frozenset()
    if mark := next((mark for mark in _bars(tree) if mark not in known), ""):
        return mark
    told = frozenset(_lines(was)) if was is not None else frozenset()
    notice = " ".join(line for line in _lines(tree) if line not in told)
    return asks_for(notice) if count(notice) < BARE_WORDS else ""


def canonical(page: bytes | None) -> str:
    """What an earlier page named as its address, or ``""``."""
    tree = tree_of(page or b"")
    links = [] if tree is None else [one for one in tree.iter("link") if one.get("rel", "").lower() == "canonical"]
    return links[0].get("href", "") if links else ""


def _lines(tree: html.HtmlElement) -> Iterator[str]:
    """What a page says in its own part, piece by piece."""
    for element in tree.iter("*"):
        if element.tag in ("script", "style", "template", "svg", "title", "head") or _is_aside(element):
            continue
        said = [element.text, *(child.tail for child in element)]
        yield from (" ".join(text.split()) for text in said if text and text.strip())


def _bars(tree: html.HtmlElement) -> Iterator[str]:
    """Names, links, buttons and fields of walls, in the page's own part (no header, menu, footer, aside)."""
    for element in tree.iter("*"):
        tag = element.tag
        if not isinstance(tag, str) or tag in ("html", "head", "meta", "title", "style"):
            continue
        if tag in ("script", "iframe", "link"):
            if found := _MAKER.search(element.get("src") or element.get("href") or ""):
                yield f"a script of a paywall's maker ({found[0].strip('/')})"
            continue
        if not _is_aside(element):
            yield from _bar(element, tag)


def _bar(element: html.HtmlElement, tag: str) -> Iterator[str]:
    for name in _named(element):
        yield f"a part that is named so ({name})"
    if tag in ("a", "form", "button"):
        target = element.get("href") or element.get("action") or element.get("formaction") or ""
        whole = parts(urljoin("https://here.invalid/", target) if _is_address(target) else "")
        if _ASKS.search(f"{whole.hostname or ''}{whole.path}".removeprefix("here.invalid")):
            yield f"a way to it ({whole.path})"
    sent = tag == "form" and element.get("method", "").lower() == "post"
    filled = tag in ("input", "select", "textarea") and element.get("type", "text").lower() not in ("hidden", "search")
    if (sent or filled) and not _is_search(element):
        yield f"a form ({element.get('name') or element.get('action') or element.get('type') or tag})"


def _is_address(target: str) -> bool:
    return bool(target) and not target.startswith(("#", "javascript:", "mailto:", "tel:"))


def _named(element: html.HtmlElement) -> Iterator[str]:
    """Its classes, id and data attributes that name a wall."""
    told = [*element.get("class", "").split(), element.get("id", "")]
    told += [name for name in element.attrib if isinstance(name, str) and name.startswith("data-")]
    return (one for one in told if one and _NAME.search(one.lower()))


def _is_aside(element: html.HtmlElement) -> bool:
    return element.tag in _ASIDE or any(one.tag in _ASIDE for one in element.iterancestors())


def _is_search(element: html.HtmlElement) -> bool:
    """Whether it belongs to a search: those stand on pages that have nothing better to offer."""
    form = next((one for one in (element, *element.iterancestors()) if one.tag == "form"), None)
    around = [element] if form is None else [element, form]
    said = " ".join(one.get(name, "") for one in around for name in ("name", "class", "id", "role", "action"))
    fields = {one.get("name", "") for top in around for one in top.iter("input")}
    return "search" in said.lower() or bool(fields & {"q", "s", "query", "text", "keyword", "keywords", "wd"})


# --- pages that say nothing themselves ----------------------------------------------------------------

_REFRESH = re.compile(r"^\s*\d*(?:\.\d*)?\s*[;,]\s*(?:url\s*=)?\s*['\"]?([^'\"\s>]+)", re.IGNORECASE)
_LOCATION = re.compile(
    r"\blocation(?:\.href)?\s*=\s*['\"]([^'\"]+)|\blocation\.(?:replace|assign)\(\s*['\"]([^'\"]+)"
    r"|\blocation\.(reload)\("
)


def leads_on(capture: Capture) -> str:
    """Where a page without words of its own leads to by a refresh or a script; or that a script is to draw it.

    A page that says something while it leads home is no such page. ``""``: it is none.
    """
    tree = _tree(capture)
    if tree is None:
        return ""
    codes = [" ".join((script.text or "").split()) for script in tree.iter("script") if _is_code(script)]
    drawn = bool(codes) or next(tree.iter("noscript"), None) is not None
    refreshes = [one.get("content", "") for one in tree.iter("meta") if one.get("http-equiv", "").lower() == "refresh"]
    said = _visible(tree)
    for target in (found[1] for one in refreshes if (found := _REFRESH.match(one))):
        led = urljoin(capture.url, target) if _is_address(target) else ""
        if led and parts(led) != parts(capture.url) and (said < MUTE_WORDS or len(parts(led).path) > 1):
            return f"it leads on to {led} by a refresh"
    if said >= MUTE_WORDS:
        return ""
    for found in filter(None, map(_LOCATION.search, codes)):
        return f"it leads on by a script ({found[1] or found[2] or 'and asks again'})"
    return "a script is to draw it" if drawn else ""


def _is_code(script: html.HtmlElement) -> bool:
    kind = script.get("type", "").lower()
    return not kind or "javascript" in kind or kind == "module"


# --- short notices ------------------------------------------------------------------------------------

_NOTICES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (f"a short notice that {what}", re.compile("|".join(patterns), re.IGNORECASE))
    for what, *patterns in (
        (
            "asks for a login",
            r"\b(?:log|sign)(?:ged)?[- ]?in (?:to|with|or|first|using|and)\b|\bplease (?:log|sign) in\b",
            r"\bregister (?:for free|to|or|now)\b|\b(?:create|open) (?:a|an|your) (?:free )?account\b",
            r"войдите|авторизуйтесь|авторизаци|зарегистрируйтесь|\bпосле (?:регистрации|входа)\b",
            r"(?:请先?|扫码|使用.{0,8})登[录陆]|登[录陆](?:后|以|即可|查看|阅读)|注册(?:后|以|即可|账号|会员)",
            r"\banmelden, um\b|\bbitte melden sie sich an\b|\bconnectez-vous\b|\binici[ae] sesión\b",
        ),
        (
            "asks for money or a membership",
            r"\bsubscribe (?:to|now|for)\b|\b(?:for|only to|available to) (?:our |paying )?(?:subscribers|members)\b",
            r"\b(?:subscribers|members)[- ]only\b|\bbecome a (?:member|subscriber)\b|\bjoin (?:now|us|for)\b",
            r"\b(?:a|per) (?:month|week|year)\b.{0,12} (?:to|and) read\b|\b(?:monthly|free article) limit\b",
            r"\balready (?:a|have a) (?:subscriber|member|subscription)\b",
            r"подписчик|оформите подписку|подпишитесь|по подписке|платн\w+ (?:доступ|материал)",
            r"会员(?:专享|可|内容|后|即可|尊享)|开通会员|订阅(?:后|用户|者|以|即可)|付费(?:内容|阅读|后)|购买后",
            r"\babonn(?:ieren|ez-vous|enten|és)\b|\bnur für mitglieder\b|\bsuscr[ií]b(?:ete|ase)\b|\bsuscriptores\b",
        ),
        (
            "says where it may not be read",
            r"\bin your (?:country|region|location|area|territory|jurisdiction)\b|\bgeo-?(?:block|restrict)",
            r"\byour (?:country|region) (?:is|has)\b|в ваше(?:й|м) (?:стране|регионе)|доступ ограничен",
            r"доступ к (?:\w+ ){0,3}ресурсу ограничен|на (?:вашей )?территории .{0,40}недоступ",
            r"(?:您|你)?所在的?(?:国家|地区|区域)|(?:国家|地区)(?:暂)?(?:无法|不可|不能)",
            r"\bin ihrem land\b|\bdans votre pays\b|\ben su país\b",
        ),
        (
            "asks for an age",
            r"\b18 (?:years|or (?:older|over))\b|\b(?:over|are you|least|under) 18\b|\b18\+|\bconfirm your age\b",
            r"\bdate of birth\b|\b18 лет\b|совершеннолет|(?:十八|18)周?岁|成年",
        ),
        (
            "asks for an app",
            r"\b(?:in|open|get|download|install|use) (?:in |our |the )+(?:\w+ )?app\b",
            r"(?:в|через|скачайте|установите) (?:\w+ )?приложени|(?:下载|打开|安装|前往).{0,6}(?:app|客户端|应用)",
        ),
        (
            "asks us to wait",
            r"\btoo many requests\b|\b(?:check|checking|verify|verifying) (?:\w+ )?(?:your browser|that you are)\b",
            r"\byou are (?:a )?human\b|не робот|\benable (?:javascript|cookies)\b",
            r"\b(?:unusual|automated) (?:traffic|requests)\b",
            r"слишком много запросов|проверяем ваш|провер\w+ (?:ваш\w* )?браузер",
            r"访问(?:过于|太)?频繁|安全验证|请稍候|验证码",
        ),
        (
            "speaks of work on the site",
            r"\b(?:under|for|planned|scheduled) maintenance\b|\bback (?:soon|shortly|in )|\bcome back (?:later|in )",
            r"\bworking on (?:our|the) (?:site|website)\b|\btry again (?:later|in )",
            r"\btemporarily (?:un|not )available\b",
            r"технически[ех] работ|ведутся работы|зайдите (?:позже|через)|попробуйте позже",
            r"系统维护|正在维护|稍后再[来试]|升级维护",
        ),
        (
            "asks for consent",
            r"\b(?:we|and our) (?:\w+ ){0,3}(?:partners|vendors)\b|\bwe value your privacy\b",
            r"\baccept (?:all )?cookies\b|\bbefore you (?:go on|continue)\b|файлы cookie|隐私(?:政策|设置)",
        ),
    )
)
"""What short notices ask of us, in the languages that most of them come in. See the module's first lines."""


def asks_for(said: str) -> str:
    """What a short notice that stands in a text's place wants of us, or ``""``. It acquits, and never convicts."""
    return next((what for what, pattern in _NOTICES if pattern.search(said)), "")
