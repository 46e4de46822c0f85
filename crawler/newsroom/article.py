"""An article of the newsroom: what it says now, and the words by which a test edits, hides or deletes it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal, Protocol

from crawler.newsroom.masthead import Masthead
from crawler.newsroom.trouble import Fate, Reach

Down = Literal["404", "410", "451", "home", "soft", "emptied"]
Target = Literal["home", "section", "login", "off_domain", "self", "loop"]


@dataclass(frozen=True, slots=True)
class Copy:
    """What an article says between two edits."""

    title: str
    paragraphs: tuple[str, ...]
    standfirst: str
    byline: str
    caption: str
    section: str
    published_at: datetime
    modified_at: datetime
    """As the page claims; a silent edit leaves it alone."""
    changed_at: datetime
    """When the page really changed: Last-Modified."""
    notes: tuple[str, ...] = ()
    """Correction notes, set under the text."""
    keep: int | None = None
    """Paragraphs in front of the paywall; None: no wall."""


class Shelf(Protocol):
    """What an article needs to know of its outlet."""

    masthead: Masthead

    @property
    def root(self) -> str: ...

    def place(self, path: str, article: "Article") -> None: ...


class Article(Reach):
    """The handle that `Newsroom.publish` gives."""

    def __init__(self, site: Shelf, slug: str, copy: Copy, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.site = site
        self.slug = slug
        self.copy = copy
        self.before: Copy | None = None
        """The copy before the last edit, which a lagging cache still shows."""
        self.other_title = ""
        self.chance: int | None = None
        """Whatever the other headline is shown by: None is by turns, any number another row of chances."""
        self.lagging = False
        self.delisted = False
        """Whether it stands and the outlet's lists keep silent about it."""
        self.validators = True
        """Whether this page has any, where its outlet sends them at all."""
        self._now = now
        self._settle(slug)

    def _settle(self, slug: str) -> None:
        self.path = self.site.masthead.path(slug, self.copy.section, self.copy.published_at)
        self.site.place(self.path, self)

    @property
    def url(self) -> str:
        """Where it stands now."""
        return self.site.root + self.path

    @property
    def title(self) -> str:
        return self.copy.title

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text that a reader should find, correction notes included, chrome not."""
        shown = self.copy.paragraphs[: self.copy.keep]
        return shown if self.copy.keep is not None else (*shown, *self.copy.notes)

    @property
    def listed(self) -> bool:
        """Whether the outlet's own feeds, sitemaps and front pages still show it: not once taken down."""
        leads_away = self.fate.doom == "redirect" and self.fate.to in {"home", "section"}
        return not (self.delisted or leads_away or self.fate.doom in {"gone", "soft", "emptied"})

    def served(self, count: int) -> Copy:
        """The copy for the count-th request (from 1): every second one gets the other headline or old text."""
        copy = self.before if self.lagging and self.before and count % 2 == 0 else self.copy
        return replace(copy, title=self.other_title) if self.other_title and self._is_other(count) else copy

    def _is_other(self, count: int) -> bool:
        """Whether the count-th request is shown the other headline: every second one, or by chance (without dice)."""
        if self.chance is None:
            return count % 2 == 0
        return sha256(f"{self.chance} {self.slug} {count}".encode()).digest()[0] % 2 == 0

    # --- edits ------------------------------------------------------------------------------------

    def _write(self, copy: Copy, silent: bool = False) -> None:
        now = self._now()
        self.before = self.copy
        self.copy = replace(copy, changed_at=now, modified_at=copy.modified_at if silent else now)

    def edit_headline(self, title: str, silent: bool = False) -> None:
        """Another headline. ``silent`` edits leave the page's modified date alone, here and below."""
        self._write(replace(self.copy, title=title), silent)

    def edit(self, old: str, new: str, silent: bool = False) -> None:
        """Other words in the one paragraph that holds ``old``; ValueError unless it stands there once."""
        self._write(replace(self.copy, paragraphs=self._reworded(old, new)), silent)

    def _reworded(self, old: str, new: str) -> tuple[str, ...]:
        if sum(text.count(old) for text in self.copy.paragraphs) != 1:
            raise ValueError(f"{self.slug}: {old!r} must stand in the text exactly once, give more words")
        return tuple(text.replace(old, new) for text in self.copy.paragraphs)

    def rewrite(self, index: int, text: str, silent: bool = False) -> None:
        """Another text for one paragraph (from 0)."""
        paragraphs = list(self.copy.paragraphs)
        paragraphs[index] = text
        self._write(replace(self.copy, paragraphs=tuple(paragraphs)), silent)

    def cut(self, index: int, silent: bool = False) -> None:
        """One paragraph (from 0) less."""
        paragraphs = list(self.copy.paragraphs)
        del paragraphs[index]
        self._write(replace(self.copy, paragraphs=tuple(paragraphs)), silent)

    def append(self, text: str, silent: bool = False) -> None:
        """One paragraph more, at the end."""
        self._write(replace(self.copy, paragraphs=(*self.copy.paragraphs, text)), silent)

    def correct(self, old: str, new: str, note: str) -> None:
        """An edit with a note under the text that says what was corrected."""
        self._write(replace(self.copy, paragraphs=self._reworded(old, new), notes=(*self.copy.notes, note)))

    def touch(self) -> None:
        """Only the modified date moves."""
        self._write(self.copy)

    # --- access -----------------------------------------------------------------------------------

    def wall(self, keep: int = 3) -> None:
        """A paywall lets the first paragraphs through and hides the rest; no edit, no modified date."""
        self._write(replace(self.copy, keep=keep), silent=True)

    def unwall(self) -> None:
        """The paywall is gone."""
        self._write(replace(self.copy, keep=None), silent=True)

    # --- addresses and takedowns ------------------------------------------------------------------

    def move(self, slug: str) -> None:
        """A new address; the old one answers 301 to it. The handle keeps its first slug as its name."""
        self._settle(slug)

    def redirect(self, to: "Target | Article | str", status: int = 302) -> None:
        """Another page instead: one of the named targets, another article, or any URL or path."""
        self.fate = Fate("redirect", status, to=to.url if isinstance(to, Article) else to)

    def take_down(self, how: Down = "404") -> None:
        """Deleted: by status, redirected home, a not-found page with 200, or a page without a text."""
        fates: dict[Down, Fate] = {
            "home": Fate("redirect", 302, to="home"), "soft": Fate("soft"), "emptied": Fate("emptied"),
        }  # fmt: skip
        self.fate = fates.get(how) or Fate("gone", int(how))
        self.copy = replace(self.copy, changed_at=self._now())

    def restore(self) -> None:
        """All troubles end. A page that was down counts as changed: its validators are new."""
        if not self.listed:
            self.copy = replace(self.copy, changed_at=self._now())
        super().restore()

    # --- restlessness -----------------------------------------------------------------------------

    def flip(self, title: str, chance: int | None = None) -> None:
        """An A/B test: every second request is shown this headline, or each by chance. ``flip("")`` ends it."""
        self.other_title, self.chance = title, chance

    def lag(self, on: bool = True) -> None:
        """A lagging cache: every second request is shown the text as it was before the last edit."""
        self.lagging = on
