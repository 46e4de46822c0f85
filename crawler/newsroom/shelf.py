"""The newsroom's outlets as Stet's catalogue knows outlets: one TOML file each."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from crawler.newsroom.site import Site

PACE = 0.01
"""Seconds between requests: nobody else is on this host, and the catalogue wants a number above 0."""


def write_shelf(folder: Path, sites: Iterable[Site]) -> Path:
    """One ``key.toml`` a site in the folder (made where missing), with the fields of `records.Outlet`."""
    folder.mkdir(parents=True, exist_ok=True)
    for site in sites:
        (folder / f"{site.masthead.key}.toml").write_text(outlet_toml(site), encoding="utf-8")
    return folder


def outlet_toml(site: Site) -> str:
    """The outlet as TOML: plain keys first, then ``[paywall]`` and ``[[channels]]``."""
    head = site.masthead
    plain = {
        "key": head.key, "name": head.name, "domains": [head.address], "mirrors": list(site.mirrors),
        "homepage": f"{site.root}/",
        "country": head.country, "affiliation": head.affiliation, "type": head.type,
        "languages": [head.language], "article_patterns": [_pattern(site)], "chrome": list(head.chrome),
        "pace": PACE, "syndicates_from": list(head.syndicates_from),
        "notes": "An outlet of the loopback newsroom: all its texts are invented.",
    }  # fmt: skip
    wall = {"type": head.paywall.type, "selectors": head.paywall.selectors, "phrases": head.paywall.phrases}
    tables = [*_rows(plain), "", "[paywall]", *_rows(wall)]
    for channel in head.channels:
        row = {"kind": channel.kind, "url": site.root + channel.path, "fact": "live"}
        tables += ["", "[[channels]]", *_rows(row)]
    return "\n".join([*tables, ""])


def _pattern(site: Site) -> str:
    hosts = "|".join(re.escape(address) for address in (site.masthead.address, *site.mirrors))
    return rf"^https?://({hosts})(:\d+)?{site.masthead.article_pattern}"


def _rows(table: Mapping[str, object]) -> list[str]:
    """Strings, numbers and lists of strings are written alike in JSON and in TOML."""
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
