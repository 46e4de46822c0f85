"""Do we read the seed documents right? Each is put back into a page of its outlet's kind, and read again.

    python bench/seeds.py --data DIR

DIR holds the raw dumps (``000_*.txt``), and in ``gold/`` the clean text (``000.txt``) and the role of every
line (``000.chrome.json``). This script holds no sentence of theirs. For each seed and markup it prints
whether the paragraphs read equal the gold's exactly, and what differs; exit code 1 on any miss, 2 when DIR
holds no seeds. Three markups: ``telling`` names its parts by classes, ``neutral`` says nothing but div, p
and h1, ``bare`` is one p a line without any page around it.
"""

import argparse
import difflib
import html
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crawler.catalogue import load  # noqa: E402
from crawler.read import read  # noqa: E402

OUTLETS = {"000": "amn", "002": "sofrep", "003": "ppa"}
"""Which outlet a seed came from, by the number its file begins with."""
ROLES = {
    "headline": "headline", "caption": "caption", "image credit": "caption", "date": "date", "tweet": "post",
    "paywall": "banner", "social promo": "promo", "appeal": "appeal", "sponsor": "sponsor", "comments": "comments",
    "share": "share", "tagline": "tagline",
}  # fmt: skip
"""A word in a line's kind, and the part of the page that the line belongs to; the first that fits."""


@dataclass(frozen=True)
class Line:
    """One line of a dump, with the part of the page it came from."""

    role: str
    text: str


def lines(dump: Path, roles: Path) -> list[Line]:
    """The lines of a dump with their roles. Raises ValueError for a line without one."""
    said = json.loads(roles.read_text("utf-8"))
    by_number = dict.fromkeys(said["article_lines"], "text")
    copied = {entry["of"] for entry in said["duplicate_lines"]}
    by_number |= dict.fromkeys(copied, "preview") | {entry["line"]: "text" for entry in said["duplicate_lines"]}
    for entry in (*said["chrome"], *said["metadata"]):
        by_number[entry["line"]] = next((role for word, role in ROLES.items() if word in entry["kind"]), "promo")
    found = []
    for number, text in enumerate(dump.read_text("utf-8").splitlines(), 1):
        if text.strip():
            if number not in by_number:
                raise ValueError(f"{roles}: line {number} has no role")
            found.append(Line(by_number[number], text.strip()))
    return found


# --- three markups ------------------------------------------------------------------------------

FRAME = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | {site}</title>
<meta property="og:site_name" content="{site}"></head><body>{menu}{page}{side}{foot}</body></html>"""
BOXES = {
    "headline": '<h1 class="entry-title">{}</h1>',
    "date": '<time class="entry-date">{}</time>',
    "caption": '<figure class="wp-caption"><img src="/a.jpg" alt=""><figcaption>{}</figcaption></figure>',
    "banner": '<div class="premium-banner"><p>{}</p></div>',
    "promo": '<div class="promo-box"><p>{}</p></div>',
    "preview": '<div class="paywall-preview"><p>{}</p></div>',
    "appeal": '<div class="subscribe-appeal"><p>{}</p></div>',
    "post": '<blockquote class="twitter-tweet"><p>{}</p></blockquote>',
    "sponsor": '<div class="sponsor"><p>{}</p></div>',
    "comments": '<div class="comments"><p>{}</p></div>',
    "share": '<div class="share-buttons"><span>{}</span></div>',
    "tagline": '<footer class="site-footer"><p>{}</p></footer>',
    "text": "<p>{}</p>",
}


def telling(found: list[Line], site: str) -> str:
    """A WordPress-like page that names its parts; neighbours of one role stand in boxes of their own."""
    parts = [BOXES[line.role].format(html.escape(line.text)) for line in found]
    body = f'<article class="post"><div class="entry-content">{"".join(parts)}</div></article>'
    links = "".join(f'<li class="menu-item"><a href="/{n}">Section {n}</a></li>' for n in range(6))
    rows = "".join(f'<li><a href="/story-{n}">Another story, number {n}, of today</a></li>' for n in range(5))
    side = f'<aside class="sidebar widget"><h3>Most read</h3><ul>{rows}</ul></aside>'
    return FRAME.format(title=_title(found), site=site, menu=f"<nav><ul>{links}</ul></nav>", page=body, side=side,
                        foot='<footer class="footer"><p>All rights reserved.</p></footer>')  # fmt: skip


def neutral(found: list[Line], site: str) -> str:
    """The same page in div, p, h1 and img alone: nothing tells article from chrome but place and form."""
    parts = []
    for line in found:
        tag = "h1" if line.role == "headline" else "p"
        picture = '<div><img src="/a.jpg" alt=""></div>' if line.role == "caption" else ""
        parts.append(f"{picture}<{tag}>{html.escape(line.text)}</{tag}>")
    links = "".join(f'<div><a href="/{n}">Section {n}</a></div>' for n in range(6))
    rows = "".join(f'<div><a href="/story-{n}">Another story, number {n}, of today</a></div>' for n in range(5))
    return FRAME.format(
        title=_title(found),
        site=site,
        menu=f"<div>{links}</div>",
        page=f"<div>{''.join(parts)}</div>",
        side=f"<div><div>Most read</div>{rows}</div>",
        foot="<div>All rights reserved.</div>",
    )


def bare(found: list[Line], site: str) -> str:
    """Nothing but the lines, one p each."""
    parts = "".join(f"<p>{html.escape(line.text)}</p>" for line in found)
    return FRAME.format(title=_title(found), site=site, menu="", page=f"<div>{parts}</div>", side="", foot="")


def _title(found: list[Line]) -> str:
    return html.escape(next((line.text for line in found if line.role == "headline"), "A premium story"))


MARKUPS: dict[str, Callable[[list[Line], str], str]] = {"telling": telling, "neutral": neutral, "bare": bare}


# --- read and compare ---------------------------------------------------------------------------


def differences(gold: list[str], ours: list[str]) -> list[str]:
    """Paragraphs that stand only in one of the two (the first words of each), in order."""
    lines_of = difflib.ndiff(gold, ours)
    return [line[:100] for line in lines_of if line[0] in "+-"]


def main() -> int:
    """Print a line for each seed and markup; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder of the seeds")
    data: Path = parser.parse_args().data
    dumps = sorted(path for path in data.glob("*.txt") if path.name[:3] in OUTLETS)
    if not dumps:
        print(f"{data}: no seeds there; expected files like 000_*.txt and a folder gold", file=sys.stderr)
        return 2
    outlets, missed = load().outlets, 0
    for dump in dumps:
        key = dump.name[:3]
        outlet = outlets[OUTLETS[key]]
        found = lines(dump, data / "gold" / f"{key}.chrome.json")
        gold = [part.strip() for part in (data / "gold" / f"{key}.txt").read_text("utf-8").split("\n\n")]
        for name, markup in MARKUPS.items():
            page = read(markup(found, outlet.name).encode(), outlet.homepage + "a/story", "text/html", outlet)
            differing = differences([g for g in gold if g], list(page.text.paragraphs))
            missed += bool(differing)
            print(f"{dump.stem} {outlet.key:7} {name:8} exact: {'no' if differing else 'yes'}")
            print(*(f"    {line}" for line in differing), sep="\n", end="\n" if differing else "")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
