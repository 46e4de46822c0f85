"""What should have been told of a month, and by when; and what was told instead.

The truth comes from `bench.world` alone, and from what the looks truly showed. Of Stet's rules it knows what
docs/verdicts.md promises: how long a takedown takes to be confirmed, and how long a trouble may delay that.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from bench.gazettes import TOMBSTONE
from bench.world import DAY, EVER, Site, Span, Story, World, during, hours
from crawler import happened
from crawler.hazard import HOUR, NEWS, Curve, beat, born
from crawler.plan import Routine
from storage.records import moment
from storage.store import Store

Looks = Mapping[tuple[str, int], Sequence[tuple[float, str]]]
"""Of each story (outlet, number): the hours of the looks at it, and what they truly showed."""
WINDOW = 27.0
"""Hours from a first bad look to the look that confirms it: the ladder of suspects."""
SUSPECT = 12.0
"""The longest interval between two looks at a suspect."""
SLACK = 6.0
"""Hours for single looks that failed (by chance, several in a row) and a first look that waited for a probe."""
BACKOFF = 24.0
"""Hours after the end of a trouble by which we look again at the latest."""
LAG = 12.0
"""Hours that an incident may outlast its cause: until its articles were looked at again."""
PURGED = 10 * DAY
"""Hours after which a mass removal is told for one: a week after its first bad look, at the latest by the visits of
those that are looked at every three days."""
HOWS = {
    "404": "gone", "410": "gone", "451": "legal", "home": "redirected", "missing": "soft", "noindex": "soft",
    "emptied": "emptied", "tombstone": "emptied",
}  # fmt: skip
SECOND = 1 / 3600
CALM = Curve(tuple(rate / 2 for rate in NEWS))


@dataclass(frozen=True)
class Truth:
    """By when could what befell a story be known?"""

    made: World
    site: Site
    story: Story

    def takedown(self, down: Span) -> float:
        """The hour by which a takedown must be told: one visit, the confirmation window, and what hid it.

        The looks that prove it must agree on how it went: where its address moves meanwhile, they begin anew.
        """
        first = down.since + self._routine(down.since)
        if down.since < self.story.moved < first + WINDOW:
            first = max(first, self.story.moved + SUSPECT)
        return self._after(down.since, first + WINDOW + SLACK, BACKOFF + WINDOW + SUSPECT)

    def restore(self, down: Span) -> float:
        """The same for a restore: what is down is looked at daily for a week, then weekly."""
        wait = DAY if down.until - down.since < 5 * DAY else 7 * DAY
        return self._after(down.until, down.until + wait + SLACK, BACKOFF + wait)

    def hows(self, down: Span) -> set[str]:
        """What the takedown may be called. What moved just before leads to a page that never stood."""
        by_site = {"missing": "redirected"} if self.site.missing == "redirect" else {}
        new = {"redirected"} if self.story.moved <= down.until else set()
        return {(HOWS | by_site)[down.kind], *new}

    def _after(self, since: float, by: float, more: float) -> float:
        """``by``, or later where troubles lie between: then ``more`` hours after their end."""
        for trouble in sorted(self._troubles(), key=lambda span: span.since):
            if trouble.meets(since - LAG - BACKOFF, by):
                by = max(by, trouble.until + LAG + more)
        return by

    def _troubles(self) -> Iterator[Span]:
        yield from (*self.site.troubles, *self.made.nights, self.made.sleep)
        if purge := self.site.purge:
            yield Span(purge.since, purge.since + PURGED, "purge")

    def _routine(self, hour: float) -> float:
        """The longest wait for a look at what never changes, where its outlet is edited half as often as most."""
        looked = Routine(born(self.story.born * HOUR), CALM)
        while looked.due <= hour * HOUR:
            looked = replace(looked, pulse=beat(looked.pulse, CALM, looked.due, False))
        return (looked.due - looked.pulse.looked_at) / HOUR


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it should be; its line names seed and article."""

    kind: str
    """takedown, restore, version, edit, paywall."""
    seed: int
    where: str
    what: str

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.where}: {self.what}"


@dataclass
class Result:
    """What a month came to, or all of them."""

    of: str
    """Which."""
    looks: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """By event (takedown, restore) and what became of it: scripted, due, found, late, false."""
    faults: list[Fault] = field(default_factory=list)
    cpu: float = 0.0
    """Seconds."""

    def add(self, other: "Result") -> None:
        self.looks += other.looks
        self.counts += other.counts
        self.faults += other.faults
        self.cpu += other.cpu

    def line(self) -> str:
        told = self.counts
        both = "; ".join(
            f"{kind}s {told[f'{kind} scripted']} scripted, {told[f'{kind} found']} of {told[f'{kind} due']} found, "
            f"{told[f'{kind} late']} late, {told[f'{kind} false']} false" for kind in ("takedown", "restore")
        )  # fmt: skip
        edits = f"edits {told['edit']} told, {told['edit false']} that were none"
        tests = f"{told['test told']} of {told['tests']} lost headline tests told; {told['split']} split"
        pace = f"{self.cpu:.0f} s CPU, {1000 * self.cpu / max(self.looks, 1):.1f} ms a look"
        return f"{self.of}: {self.looks} looks; {both}; {edits}; {tests}; {pace}"


@dataclass(frozen=True)
class Told:
    """A takedown or a restore as Stet tells it, in hours."""

    kind: str
    how: str
    at: float
    by: float
    article: int


class Judge:
    """Holds a store against the world that it was made of."""

    def __init__(self, made: World, store: Store, looks: Looks) -> None:
        self.world, self.store, self.conn, self.looks = made, store, store.conn, looks
        self.sites = {site.key: site for site in made.sites}
        self.end = made.days * DAY
        self.result = Result(f"seed {made.seed}")

    def judged(self) -> Result:
        owners = self._owners()
        for site in self.world.sites:
            for story in site.stories:
                articles = [number for number, of in owners.items() if of == (site, story)]
                self.result.counts["split"] += len(articles) > 1
                self._standings(site, story, [told for number in articles for told in self._told(number)])
        self._versions(owners)
        self._events(owners)
        return self.result

    def _fault(self, kind: str, site: Site, story: Story | None, what: str) -> None:
        where = f"{site.home}{story.slug} ({story.fate})" if story else site.home
        self.result.faults.append(Fault(kind, self.world.seed, where, what))

    def _owners(self) -> dict[int, tuple[Site, Story]]:
        """Whose articles they are, by the addresses they go by."""
        sql = "select d.article, a.outlet, d.url from addresses d join articles a on a.id = d.article"
        sited = ((number, self.sites[outlet], urlsplit(url).path) for number, outlet, url in self.conn.execute(sql))
        return {number: (site, site.by_path[path]) for number, site, path in sited if path in site.by_path}

    def _told(self, article: int) -> Iterator[Told]:
        sql = """select standing, how, at, by_at from standings where article = ?
            and standing in ('taken_down', 'restored') order by at"""
        for standing, how, at, by in self.conn.execute(sql, (article,)):
            yield Told(standing, how or "", hours(moment(at)), hours(moment(by)), article)

    # --- takedowns and restores ---

    def _standings(self, site: Site, story: Story, told: list[Told]) -> None:
        truth = Truth(self.world, site, story)
        downs, rises = ([one for one in told if one.kind == kind] for kind in ("taken_down", "restored"))
        for one in downs:
            true = during(story.downs, one.by)
            if true is None or not true.holds(one.at):
                self._false("takedown", site, story, one)
            elif one.how not in truth.hows(true):
                self._fault("takedown", site, story, f"a takedown by {true.kind} is told as {one.how}")
        for one in rises:
            if during(story.downs, one.by) or not any(down.until <= one.by for down in story.downs):
                self._false("restore", site, story, one)
        for down in story.downs:
            self._down(truth, down, downs, rises)

    def _false(self, kind: str, site: Site, story: Story, one: Told) -> None:
        self.result.counts[f"{kind} false"] += 1
        self._fault(
            kind, site, story, f"a {kind} that is none: {one}; truly {', '.join(map(str, story.downs)) or 'never'}"
        )

    def _down(self, truth: Truth, down: Span, downs: list[Told], rises: list[Told]) -> None:
        site, story = truth.site, truth.story
        stood = [hour for hour, shows in self.looks[site.key, story.number] if shows in ("article", "preview")]
        self.result.counts["takedown scripted"] += down.since < self.end
        if not any(hour < down.since for hour in stood) or not site.tells(down.kind):
            return  # nobody could have known
        found = [one for one in downs if down.holds(one.by)]
        if len(found) > len({one.article for one in found}):
            self._fault("takedown", site, story, f"one takedown ({down}) told {len(found)} times")
        self._due("takedown", truth, down, found, (truth.takedown(down), min(down.until, self.end)))
        if found and down.until < self.end:
            self.result.counts["restore scripted"] += 1
            later = min((other.since for other in story.downs if other.since > down.since), default=EVER)
            risen = [one for one in rises if down.until <= one.by < later]
            self._due("restore", truth, down, risen, (truth.restore(down), min(later, self.end)))

    def _due(self, kind: str, truth: Truth, down: Span, found: list[Told], by: tuple[float, float]) -> None:
        """``by``: the hour by which it must be told, and the hour from which on it can no longer be."""
        deadline, until = by
        if not found and deadline >= until:
            return
        counts = self.result.counts
        counts.update({f"{kind} due": 1, f"{kind} found": len(found[:1])})
        if found and found[0].at <= deadline:
            return
        counts[f"{kind} late"] += 1
        at = f"told at {found[0].at:.1f}" if found else "not told"
        looks = self.looks[truth.site.key, truth.story.number]
        shown = ", ".join(f"{hour:.0f} {shows}" for hour, shows in looks if hour >= down.since - DAY)
        self._fault(
            kind, truth.site, truth.story, f"a {kind} ({down}) due by {deadline:.1f}, {at}; looks: {shown[:500]}"
        )

    # --- texts ---

    def _versions(self, owners: dict[int, tuple[Site, Story]]) -> None:
        """A version holds the story's text, and nothing else is a version."""
        sql = """select v.article, a.outlet, a.url, t.text from versions v join texts t on t.digest = v.text
            join articles a on a.id = v.article"""
        for article, outlet, url, text in self.conn.execute(sql):
            site, story = owners.get(article, (self.sites[outlet], None))
            true = {line for _, lines in story.texts for line in lines} if story else set()
            if story and any(down.kind == "tombstone" for down in story.downs):
                true.update(TOMBSTONE)  # where it was first seen so, nobody could know that it is none
            said = set(text.split("\n\n"))
            if len(said & true) * 2 < len(said):
                self._fault("version", site, story, f"a version that is no article: {url} {text[:80]!r}")

    def _events(self, owners: dict[int, tuple[Site, Story]]) -> None:
        """Edits, and paywalls going up and down."""
        named = dict(self.conn.execute("select url, id from articles").fetchall())
        tests = {(site.key, story.number) for site, story in owners.values() if _lost(story)}
        told = set()
        for event in happened.happened(self.store):
            owner = owners.get(named[event.url])
            after, by = (hours(moment(at)) if at else 0.0 for at in (event.after_at, event.by_at))
            if owner is None or event.kind in ("takedown", "restored"):
                continue
            site, story = owner
            if event.kind.startswith("paywall"):
                self._access(site, story, event.kind, by)
            elif any(after - SECOND <= edit <= by + SECOND for edit in (*story.edits, *_unveiled(story))):
                self.result.counts["edit"] += 1
            elif story.test is not None and by >= story.test.since:
                told.add((site.key, story.number))
            else:
                self.result.counts["edit false"] += 1
                self._fault("edit", site, story, f"an edit that is none, {after:.1f} to {by:.1f}: {event.what}")
        self.result.counts.update({"tests": len(tests), "test told": len(tests & told)})

    def _access(self, site: Site, story: Story, kind: str, by: float) -> None:
        up = during(story.walls, by) is not None
        if not story.walls or up != (kind == "paywall up"):
            self._fault("paywall", site, story, f"a {kind} that is none, by {by:.1f}")


def _unveiled(story: Story) -> list[float]:
    """When a text came in the place of a notice that may have been the first thing seen."""
    return [down.until for down in story.downs if down.kind == "tombstone"]


def _lost(story: Story) -> bool:
    """Whether its headline was tested, and stayed as it was."""
    return story.test is not None and story.test.kind == "lost"
