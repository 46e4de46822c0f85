"""A whole outlet is redesigned: one incident, exactly the true edits, and nothing else; and what only looks like it."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler import addresses, ask, happened, relearn, reread
from crawler.terminal import console, print_status
from storage.records import Mark, MarkKind
from tests.test_incident import DAY, HOUR, MISSING, Press
from tests.test_observe import HOST

OLD = (
    '<header><nav>{menu}</nav></header><main class="page"><div class="post"><h1>{title}</h1>'
    '<p class="byline">By <a rel="author" href="/staff">Maren Holt</a></p><div class="entry-content">{text}</div></div>'
    "</main><footer>All rights reserved</footer>"
)
NEW = (
    '<div class="top">{menu}</div><section class="story"><h1>{title}</h1><h2 class="standfirst">{standfirst}</h2>'
    '<figure><img src="/i/1.jpg" alt=""><figcaption>Seen from the harbour. Photo: M. Holt</figcaption></figure>'
    '<div class="story-body" itemprop="articleBody">{text}</div></section><div class="foot">All rights reserved</div>'
)
MENU = '<a href="/">Home</a> <a href="/world">World</a> <a href="/culture">Culture</a>'
PROMO = "Subscribers receive our evening bulletin free of charge, and can cancel whenever they want to."
BACKGROUND = "The ferries of the island were sold to a shipping company of the mainland in the spring of 2019."
NOTE = "Correction: an earlier version of this article misstated the year in which the treaty was signed."
SUBJECTS = (
    "Ministers sign fishing pact", "Glacier loses another metre", "Choir wins northern prize", "Uranium plant stays shut",
    "Judge frees bakery owner", "Windmills stand idle again", "Parcel strike enters week", "Opera house needs roof",
    "Museum sells copper lantern", "Stadium opens without crowd", "Vaccine reaches mountain villages",
    "Archive finds lost treaty",
)  # fmt: skip


class Gazette(Press):
    """An outlet whose pages are made of a design, the articles' texts, and what slipped in between."""

    def __init__(self, folder: Path, articles: int = 12, at: datetime | None = None) -> None:
        self.design, self.suffix, self.teases = OLD, "", False
        self.promo: dict[str, str] = {}
        """What stands amidst the text of which article."""
        super().__init__(folder, 0, at)
        self.desk.close()
        self.open()
        self.desk.store.conn.execute("pragma synchronous = off")
        for n in range(articles):
            self.told[f"/news/a-story-of-the-day-{10000 + n * 37}"] = (SUBJECTS[n], _lines(n))
        self.paths = list(self.told)
        for path in self.paths:
            self.look(path)

    def body(self, path: str) -> bytes:
        title, lines = self.told[path]
        said = [*lines[:2], *([self.promo[path]] if path in self.promo else []), *lines[2:]]
        if self.teases:
            others = [subject for subject in SUBJECTS if subject != SUBJECTS[self.paths.index(path)]]
            said.insert(3, f"Read also: {others[int(self.at.timestamp() // 43200) % len(others)]}")
        text = "".join(f"<p>{line}</p>" for line in said)
        page = self.design.format(menu=MENU, title=title + self.suffix, text=text, standfirst=f"What {title} means.")
        meta = f'<meta property="og:type" content="article"><title>{title}</title>'
        return f"<!doctype html><html lang=en><head>{meta}</head><body>{page}</body></html>".encode()

    def rewords(self, path: str, old: str, new: str) -> None:
        title, lines = self.told[path]
        assert sum(old in line for line in lines) == 1
        self.told[path] = title, tuple(line.replace(old, new) for line in lines)

    @property
    def events(self) -> list[tuple[str, str]]:
        """What was told: path and summary."""
        return [(event.url.split("8080")[1], event.what) for event in happened.happened(self.desk.store)]

    @property
    def statuses(self) -> list[str]:
        return sorted(status for (status,) in self.all("select status from changes"))

    def marks(self, path: str, mark: MarkKind) -> None:
        """An analyst marks the newest change of an article."""
        sql = """select n.entry, o.entry from changes ch join articles a on a.id = ch.article
            join versions v on v.id = ch.from_version join captures o on o.id = v.capture
            join versions w on w.id = ch.to_version join captures n on n.id = w.capture
            where a.url like ? order by ch.by_at desc limit 1"""
        entries = tuple(self.desk.store.conn.execute(sql, (f"%{path}",)).fetchone())
        self.desk.store.mark(Mark(self.at, "an analyst", entries, mark))


def _lines(n: int) -> tuple[str, ...]:
    """A text that shares no telling word with the others."""
    words = ["".join("bdfgklmnprstvz"[(n * 5 + k * k + i * 7) % 14] + "aeiou"[(n + k + i) % 5] for i in range(3))
             for k in range(60)]  # fmt: skip
    first = SUBJECTS[n] + ", officials said on Monday."
    return (first, *(" ".join(words[k : k + 15]).capitalize() + f", said witness {n * 10 + k // 15}."
                     for k in range(0, 60, 15)))  # fmt: skip


@pytest.fixture
def gazette(tmp_path: Path) -> Iterator[Gazette]:
    gazette = Gazette(tmp_path)
    gazette.crawls(DAY)
    assert gazette.statuses == []
    yield gazette
    gazette.desk.close()


def redesigned(gazette: Gazette) -> dict[str, str]:
    """Every page's template changes; three texts are truly edited at the same moment. Returns those, by path."""
    gazette.design, gazette.suffix, gazette.teases = NEW, " | The Gazette", True
    gazette.promo = dict.fromkeys(gazette.paths, PROMO)
    first, fifth, last = gazette.paths[0], gazette.paths[5], gazette.paths[11]
    gazette.rewords(first, "said on Monday", "denied on Monday")
    title, lines = gazette.told[fifth]
    gazette.told[fifth] = title, (*lines[:3], *lines[4:])
    gazette.told[last] = "Archive burns lost treaty", gazette.told[last][1]
    return {
        first: '"said on Monday" → "denied on Monday"',
        fifth: "1 paragraph cut",
        last: '"Archive burns lost treaty | The Gazette"',
    }


def test_a_whole_outlet_redesigned_is_one_incident_and_its_true_edits(gazette: Gazette) -> None:
    edits = redesigned(gazette)
    gazette.crawls(3 * DAY)
    assert sorted(path for path, _ in gazette.events) == sorted(edits)
    for path, what in gazette.events:
        assert edits[path] in what
        assert not any(word in what for word in ("Byline", "Standfirst", "added", "link", "caption"))
    assert gazette.all("select kind, state, articles from outlet_incidents") == [("redesign", "redesign", 12)]
    assert gazette.statuses.count("incident") == 9
    reasons = {why for (why,) in gazette.all("select reason from changes where status = 'incident'")}
    assert {why.split(" between")[0] for why in reasons} == {
        "a redesign of the outlet: 3 articles came in another design"
    }
    assert gazette.all("select count(*) from takedowns") == [(0,)]


def test_nothing_of_a_redesign_is_told_before_it_is_known_for_one(gazette: Gazette) -> None:
    """The first article's second look comes a quarter of an hour later; the others' first ones within the hour."""
    redesigned(gazette)
    heard: list[str] = []
    gazette.desk.heard.append(lambda found: heard.extend(s.status for s in found.settled if s.status == "news"))
    gazette.crawls(3 * DAY)
    assert len(heard) == 3


def test_rereading_a_redesign_gives_the_same_rows(gazette: Gazette) -> None:
    """With a template that is learned before it, and anew after it."""
    assert asyncio.run(relearn.due(gazette.desk, gazette.at))
    redesigned(gazette)
    gazette.crawls(DAY)
    assert asyncio.run(relearn.due(gazette.desk, gazette.at))
    gazette.crawls(6 * HOUR)
    assert len(gazette.events) == 3
    before = gazette.rows()
    for path in (gazette.paths[0], gazette.paths[3]):
        known = gazette.desk.store.article(addresses.identity(HOST + path))
        assert known is not None
        asyncio.run(reread.article(gazette.desk, known.id))
        assert differing(gazette, before) == [], "one article leaves all others as they are"
    asyncio.run(reread.everything(gazette.desk))
    assert differing(gazette, before) == []


def differing(gazette: Gazette, before: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    after = gazette.rows()
    return [name for name in before if after[name] != before[name]]


def test_a_redesign_is_shown_and_holds_no_takedown(gazette: Gazette) -> None:
    redesigned(gazette)
    gone = gazette.paths[3]
    gazette.crawls(HOUR)
    gazette.down = lambda path: (MISSING, 404) if path == gone else None
    gazette.crawls(2 * DAY)
    assert set(gazette.takedowns()) == {gone}
    assert gazette.all("select count(*) from readings where reason like '%held%'") == [(0,)]
    state = ask.status(gazette.desk.store, gazette.at - DAY)
    assert [(row["outlet"], row["kind"], row["articles"]) for row in state.incidents] == [("test", "redesign", 12)]
    out = console()
    with out.capture() as shown:
        print_status(out, state)
    assert "redesign: test: 12 articles in another design since 2026-03-03" in shown.get()
    assert ask.status(gazette.desk.store, gazette.at + 2 * DAY).incidents == ()
    (kept,) = [one for one in happened.withheld(gazette.desk.store) if one.what == "redesign of 12 articles"]
    assert "no edits" in kept.why


def test_an_article_looked_at_a_week_later_belongs_to_the_redesign(gazette: Gazette) -> None:
    late = gazette.paths[7]
    redesigned(gazette)
    gazette.down = lambda path: (MISSING, 503) if path == late else None
    gazette.crawls(8 * DAY)
    gazette.down = lambda path: None
    gazette.crawls(2 * DAY)
    assert late not in [path for path, _ in gazette.events]
    assert gazette.all("select kind, articles from incidents") == [("redesign", 12)]


def test_a_byline_lost_with_the_design_of_a_single_page_is_not_told(gazette: Gazette) -> None:
    (path,) = gazette.paths[:1]
    body = type(gazette).body
    gazette.down = lambda asked: (body(gazette, path).replace(b'<div class="entry-content">', b'<div class="x">')
                                  .replace(b'<p class="byline">By <a rel="author" href="/staff">Maren Holt</a></p>', b""),
                                  200) if asked == path else None  # fmt: skip
    gazette.crawls(DAY)
    assert gazette.events == []
    assert gazette.statuses == ["noise"]


def test_an_appeal_that_turns_daily_is_told_once_at_most(gazette: Gazette) -> None:
    """Once it is known for chrome, what it gives way to is chrome as well."""
    for day in ("free of charge", "for a trifle", "with the weather", "by pigeon"):
        gazette.promo = dict.fromkeys(gazette.paths, PROMO.replace("free of charge", day))
        gazette.crawls(DAY)
    assert gazette.events == []
    assert set(gazette.statuses) == {"noise"}


def test_an_unchanged_page_asks_nothing_of_what_swept(gazette: Gazette) -> None:
    asked: list[str] = []
    gazette.desk.store.conn.set_trace_callback(asked.append)
    gazette.look(gazette.paths[0])
    gazette.look(gazette.paths[0], digest=None, body=None, status=304)
    assert asked
    assert not [sql for sql in asked if "sweeps" in sql or "traits" in sql or "candidates where outlet" in sql]
    gazette.promo[gazette.paths[0]] = PROMO
    gazette.look(gazette.paths[0])
    assert [sql for sql in asked if "sweeps" in sql]


# --- its dangerous neighbours -------------------------------------------------------------------


def test_bylines_taken_off_all_pages_of_one_design_are_told(gazette: Gazette) -> None:
    gazette.design = OLD.replace('<p class="byline">By <a rel="author" href="/staff">Maren Holt</a></p>', "")
    gazette.crawls(2 * DAY)
    assert len(gazette.events) == 12
    assert all("Maren Holt" in what for _, what in gazette.events)


def test_a_paragraph_that_comes_to_many_articles_is_chrome_also_in_hindsight(gazette: Gazette) -> None:
    for path in gazette.paths[:2]:
        gazette.promo[path] = PROMO
    gazette.crawls(DAY)
    assert len(gazette.events) == 2, "two may be one story told twice"
    for path in gazette.paths[2:4]:
        gazette.promo[path] = PROMO
    gazette.crawls(DAY)
    assert gazette.events == []
    assert gazette.statuses == ["noise"] * 4
    (why,) = {why for (why,) in gazette.all("select reason from changes")}
    assert why.startswith("chrome: the same words came to 3 articles of the outlet, or went, between 2026-03-03")
    gazette.promo.clear()
    gazette.crawls(DAY)
    assert gazette.events == [], "and when it goes"
    assert gazette.all("select count(*) from edits") == [(8,)], "nothing is deleted"


def test_chrome_beside_a_true_edit_leaves_the_edit(gazette: Gazette) -> None:
    for path in gazette.paths[:4]:
        gazette.promo[path] = PROMO
    for path in (gazette.paths[0], gazette.paths[3]):  # the first waits while it is learned, the last is late
        gazette.rewords(path, "said on Monday", "denied on Monday")
    gazette.crawls(DAY)
    assert sorted(gazette.events) == [
        (path, '"said on Monday" → "denied on Monday"; no correction note.')
        for path in (gazette.paths[0], gazette.paths[3])
    ]
    assert gazette.all("select count(*) from edits where field = 'paragraph' and kind = 'addition'") == [(4,)]


def test_a_background_paragraph_in_stories_about_one_event_is_told(gazette: Gazette) -> None:
    for n, path in enumerate(gazette.paths[:3]):
        event = "The ferries of the island were to be sold to a shipping company, the mainland said."
        gazette.told[path] = (f"Island ferries {('sold', 'stopped', 'missed')[n]}", (event, *gazette.told[path][1]))
    gazette.crawls(DAY)
    before = len(gazette.events)
    for path in gazette.paths[:3]:
        gazette.promo[path] = BACKGROUND
    gazette.crawls(DAY)
    assert len(gazette.events) == before + 3


def test_an_editors_note_on_twelve_articles_is_told_twelve_times(gazette: Gazette) -> None:
    for path, (title, lines) in gazette.told.items():
        gazette.told[path] = title, (*lines, NOTE)
    gazette.crawls(DAY)
    assert len(gazette.events) == 12
    assert gazette.all("select count(*) from sweeps") == [(0,)]


def test_one_word_softened_in_many_articles_is_told_of_each(gazette: Gazette) -> None:
    for path in gazette.paths:
        gazette.rewords(path, "said on Monday", "claimed on Monday")
    gazette.crawls(DAY)
    assert len(gazette.events) == 12


# --- marks --------------------------------------------------------------------------------------


def test_one_false_alarm_teaches_its_outlet(gazette: Gazette) -> None:
    first, *others = gazette.paths
    gazette.promo[first] = PROMO
    gazette.crawls(DAY)
    assert [path for path, _ in gazette.events] == [first]
    gazette.marks(first, "false_alarm")
    gazette.promo[others[0]] = PROMO
    gazette.crawls(DAY)
    assert [path for path, _ in gazette.events if path != first] == []
    (why,) = gazette.all("select reason from changes order by by_at desc limit 1")[0]
    assert why == "an analyst called such a change a false alarm on 2026-03-04"
    before = gazette.rows()
    asyncio.run(reread.everything(gazette.desk))
    assert differing(gazette, before) == []


def test_what_an_analyst_confirmed_stays_news(gazette: Gazette) -> None:
    first, *others = gazette.paths
    gazette.promo[first] = PROMO
    gazette.crawls(DAY)
    gazette.marks(first, "confirmed")
    for path in others[:4]:
        gazette.promo[path] = PROMO
    gazette.crawls(DAY)
    assert [path for path, _ in gazette.events] == [first]
    before = gazette.rows()
    asyncio.run(reread.everything(gazette.desk))
    assert differing(gazette, before) == []
