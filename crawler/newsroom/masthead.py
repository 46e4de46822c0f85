"""What an outlet of the newsroom is: address, language, URL shapes, channels and all that surrounds a text."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from string import Template
from typing import Any
from zlib import crc32

from storage.records import ChannelKind, Paywall

HERE = Path(__file__).parent
KEYS = ("sentinel", "redoubt", "courier", "meridian", "zarya", "haiyue")
"""Free WordPress site, premium magazine, original daily, republisher, Russian and Chinese state agency."""


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """A page that lists articles, and in which form."""

    kind: ChannelKind
    form: str
    """rss, atom, json, sitemap, sitemap_index, news_sitemap, wp_json or front."""
    path: str
    charset: str = "utf-8"
    tracker: str = ""
    """A query string that the listing hangs on every link."""
    parts: tuple[str, ...] = ()
    """Paths of the sitemaps that a sitemap index names."""


@dataclass(frozen=True)
class Masthead:
    """One outlet as it never changes; read from its file on the shelf ``mastheads/``."""

    key: str
    name: str
    address: str
    language: str
    country: str
    affiliation: str
    type: str
    charset: str
    """In which the bytes are written."""
    declared: str
    """Where pages say so: header, meta or both."""
    article_path: str
    """A format over year, month, day, section, slug and number."""
    article_pattern: str
    """Regular expression over such a path."""
    section_path: str
    metadata: tuple[str, ...]
    """What pages say of themselves: og, jsonld, tier, publishdate."""
    date: str
    months: tuple[str, ...]
    paragraph: str
    note: str
    wall: str
    sections: dict[str, str]
    channels: tuple[ChannelPage, ...]
    paywall: Paywall
    words: dict[str, str]
    rotation: dict[str, list[str]]
    """Ads, lines and counters, of which every request gets the next."""
    chrome: tuple[str, ...] = ()
    label: str = ""
    """The charset's name as declared, where it is not its own."""
    inline: str = ""
    """A teaser set between the paragraphs of longer texts."""
    updated: str = ""
    """How a modified date is shown; "": not at all."""
    preview: int = 0
    """So many paragraphs are shown in a preview block before the text starts again."""
    syndicates_from: tuple[str, ...] = ()
    validators: bool = True
    """Whether its server sends ETag and Last-Modified, and answers by 304."""
    templates: dict[str, Template] = field(default_factory=dict, repr=False)

    @cached_property
    def charset_label(self) -> str:
        return self.label or self.charset

    def path(self, slug: str, section: str, published_at: datetime) -> str:
        """The path of an article."""
        return self.article_path.format(
            slug=slug, section=section, number=number(slug), **_date_parts(published_at, self.months)
        )

    def shown(self, at: datetime) -> str:
        """A moment as this outlet prints it (UTC)."""
        return self.date.format(**_date_parts(at, self.months))


def number(slug: str) -> int:
    """The article's number in the content system: seven digits, the same for the same slug."""
    return 1_000_000 + crc32(slug.encode()) % 9_000_000


def _date_parts(at: datetime, months: tuple[str, ...]) -> dict[str, str]:
    return {
        "year": f"{at:%Y}", "month": f"{at:%m}", "day": f"{at:%d}", "d": str(at.day),
        "hour": f"{at:%H}", "minute": f"{at:%M}", "month_name": months[at.month - 1],
    }  # fmt: skip


@cache
def masthead(key: str) -> Masthead:
    """The outlet's masthead with its two page templates."""
    table: dict[str, Any] = tomllib.loads((HERE / "mastheads" / f"{key}.toml").read_text(encoding="utf-8"))
    table["channels"] = tuple(ChannelPage(**_tupled(row)) for row in table["channels"])
    table["paywall"] = Paywall(**_tupled(table["paywall"]))
    return Masthead(**_tupled(table), templates={part: _template(key, part) for part in ("page", "article")})


def _template(key: str, part: str) -> Template:
    name = f"{key}.html" if part == "page" else f"{key}.{part}.html"
    return Template((HERE / "templates" / name).read_text(encoding="utf-8"))


def _tupled(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
