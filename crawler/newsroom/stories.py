"""The stock of stories: invented articles in English, Russian and Chinese, one TOML file an outlet."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Story:
    """One article as its reporter handed it in."""

    slug: str
    title: str
    paragraphs: tuple[str, ...]
    standfirst: str = ""
    byline: str = ""
    caption: str = ""
    section: str = ""
    """Key of one of the outlet's sections; "": its first one."""
    on_subject: bool = True
    """Whether it deals with what the seeds deal with (state media, information war, leaks, censorship)."""


@cache
def stock(outlet: str) -> dict[str, Story]:
    """The stories of one outlet by slug, in the order of the file; an outlet without a file has none."""
    file = TEXTS / f"{outlet}.toml"
    if not file.exists():
        return {}
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        slug: Story(slug=slug, **{**table, "paragraphs": tuple(table["paragraphs"])}) for slug, table in tables.items()
    }
