"""Pages of the month's outlets: eight designs, of about 2 kB each, and what stands there when no article does."""

from functools import lru_cache
from random import Random

LOST = (
    "Sorry, the page that you asked for could not be found on this site.",
    "It may have been removed, or its address has changed. Please use the search, or start from the front page.",
)
REPAIRS = (
    "We are working on our website and will be back shortly.",
    "Our editors and engineers are sorry for the trouble, and thank you for your patience.",
)
TOMBSTONE = ("This article is no longer available. It was removed by the editors.",)
CAPTCHA = (
    b"<html><head><title>Just a moment</title></head><body><script>window._cf_chl_opt={a:1}</script>"
    b"<div class=g-recaptcha></div><p>Checking your browser</p></body></html>"
)
CONSENT = (
    b"<html><head><title>Your privacy</title></head><body><form action=/consent method=post><p>We and our partners "
    b"store and read information on your device.</p><button>Accept all</button></form></body></html>"
)
PARKED = (
    b"<html><head><title>gazette.example is for sale</title></head><body><h1>gazette.example</h1><p>This domain has "
    b"expired. Is it yours? Renew it with your registrar, or buy it from us.</p><ul><li>Insurance</li><li>Travel</li>"
    b"<li>Credit</li></ul></body></html>"
)
PROMO = "Get the most important stories of the day in your mail box, every morning at six."
DESIGNS = (
    "<header><nav>{menu}</nav></header><main><article><h1>{title}</h1>"
    '<p class="byline">By <a rel="author" href="/staff">{author}</a></p>{text}{more}</article>'
    "<aside><h3>Most read</h3>{teasers}</aside></main><footer>{legal}</footer>",
    '<div id="top">{menu}</div><div class="post"><h1 class="entry-title">{title}</h1>'
    '<div class="meta"><span class="author vcard">{author}</span></div><div class="entry-content">{text}{more}</div>'
    '<div class="related"><h4>Related</h4>{teasers}</div></div><div id="foot">{legal}</div>',
    '<nav class="bar">{menu}</nav><section class="story"><h1>{title}</h1><span itemprop="author">{author}</span>'
    '<div class="share"><a href="/s/f">Share</a><a href="/s/t">Post</a></div>'
    '<div class="story-body" itemprop="articleBody">{text}{more}</div></section>'
    '<section class="cards">{teasers}</section><footer><p>{legal}</p></footer>',
    '<table><tr><td class="left">{menu}</td><td class="center"><h2 class="title">{title}</h2>'
    '<div class="text">{text}{more}</div></td><td class="right"><b>Latest</b>{teasers}</td></tr></table>'
    '<div class="copyright">{legal}</div>',
    '<div class="wrap"><div class="nav">{menu}</div><main role="main"><div class="headline"><h1>{title}</h1></div>'
    '<div class="lead-image"><img src="/i/1.jpg" alt=""></div><div class="body-copy">{text}</div>{more}'
    '<div class="newsletter"><h3>Newsletter</h3><p>{promo}</p></div><ul class="list">{teasers}</ul></main></div>'
    "<footer>{legal}</footer>",
    '<body-wrap><header>{menu}</header><div class="c-article"><div class="c-article__head"><h1>{title}</h1>'
    '<a class="c-author" href="/staff">{author}</a></div><div class="c-article__body">{text}</div>{more}</div>'
    '<div class="c-rail">{teasers}</div><footer>{legal}</footer></body-wrap>',
    '<header role="banner">{menu}</header><article class="hentry"><header><h1 class="p-name">{title}</h1></header>'
    '<section class="e-content">{text}{more}</section><footer><p class="promo">{promo}</p></footer></article>'
    "<aside>{teasers}</aside><footer>{legal}</footer>",
    '<div class="layout"><div class="menu">{menu}</div><div class="material"><h1>{title}</h1>'
    '<div class="material__tools">Print</div><div class="material__text">{text}</div>{more}'
    '<div class="material__tags"><a href="/t/1">economy</a></div></div>'
    '<div class="sidebar"><h3>News</h3>{teasers}</div></div><div class="bottom">{legal}</div>',
)
"""Where a design does not show the author, the page's head names one."""
AUTHOR = "Maren Holt"
MENU = "".join(f'<a href="/{name.lower()}">{name}</a> ' for name in ("Home", "World", "Business", "Culture", "Sport"))
LEGAL = "All rights reserved. Imprint, privacy, terms of use."
WALL = '<div class="paywall"><p>Subscribe to continue reading</p></div>'
WALLED = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'


@lru_cache(4096)
def page(
    design: int, dice: str, title: str, paragraphs: tuple[str, ...], url: str = "", head: str = "", walled: bool = False
) -> bytes:
    """A page in a design. ``dice``: by what its teasers are drawn; ``url``: its own, where it is an article's."""
    if url and design not in (3, 7):  # two designs say of themselves nothing at all
        head += f'<meta property="og:type" content="article"><link rel="canonical" href="{url}">'
    if url and "{author}" not in DESIGNS[design]:
        head += f'<meta name="author" content="{AUTHOR}">'
    text = "".join(f"<p>{said}</p>" for said in paragraphs)
    teasers = "".join(f'<li><a href="/news/{n}">{said}</a></li>' for n, said in enumerate(_teasers(dice)))
    filled = DESIGNS[design].format(
        title=title, author=AUTHOR if url else "", text=text, more=WALL if walled else "",
        teasers=f"<ul>{teasers}</ul>", menu=MENU, legal=LEGAL, promo=PROMO,
    )  # fmt: skip
    head = f'<meta charset="utf-8"><title>{title}</title>{head}{WALLED if walled else ""}'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{filled}</body></html>'.encode()


@lru_cache(256)
def _teasers(seed: str) -> tuple[str, ...]:
    dice = Random(seed)
    return tuple(sentence(dice, vocabulary(dice, 60), 8) for _ in range(5))


# --- words --------------------------------------------------------------------------------------------

SYLLABLES = (
    "ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "za", "pre", "gla", "stri", "cho", "fen", "dor", "mil",
    "tan", "wes", "qui",
)  # fmt: skip
GLUE = ("the", "of", "and", "in", "to", "for", "that", "with", "on", "at", "from", "by", "as")


def vocabulary(dice: Random, size: int) -> list[str]:
    """Words that no other text has."""
    return ["".join(dice.choice(SYLLABLES) for _ in range(dice.randint(2, 3))) for _ in range(size)]


def sentence(dice: Random, words: list[str], length: int) -> str:
    said = [dice.choice(GLUE) if n % 3 == 1 else dice.choice(words) for n in range(length)]
    return " ".join(said).capitalize() + "."
