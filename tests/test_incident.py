"""When an outlet is in trouble, none of its articles is taken down; and what really went is told all the same."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import addresses, ask, happened, incident, reread
from crawler.desk import Desk, SettingsError
from crawler.terminal import console, print_status
from storage import neighbours
from storage.records import (
    BAD,
    GOOD,
    MASS_REMOVAL,
    Capture,
    Channel,
    How,
    Incident,
    Listing,
    Look,
    Neighbours,
    Offer,
    Verdict,
    moment,
    sha256,
)
from storage.write import DERIVED
from tests.test_observe import HOST, MONDAY, Room, page

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MISSING = b"<html><h1>Not found</h1></html>"
BUSY = b"<html><h1>Busy</h1></html>"
WORDS = [
    "harbour",
    "council",
    "barley",
    "ministry",
    "railway",
    "tunnel",
    "glacier",
    "orchard",
    "senate",
    "budget",
    "ferry",
    "quarry",
    "museum",
    "lantern",
    "copper",
    "harvest",
    "embassy",
    "tariff",
    "vaccine",
    "choir",
    "border",
    "satellite",
    "pension",
    "bakery",
    "river",
    "festival",
    "judge",
    "uranium",
    "refinery",
    "court",
    "island",
    "windmill",
    "parcel",
    "library",
    "drought",
    "castle",
    "opera",
    "cable",
    "merchant",
    "stadium",
    "village",
    "prison",
    "archive",
    "treaty",
    "cement",
]


def said(n: int) -> tuple[str, tuple[str, ...]]:
    """A story that shares nothing with the others but its language."""
    words = [WORDS[(n * 7 + k * (2 * n + 3)) % len(WORDS)] + ("s" if (n + k) % 3 else "") for k in range(120)]
    lines = [
        " ".join(words[k : k + 20]).capitalize() + f", said witness {n * 10 + k // 20}." for k in range(0, 120, 20)
    ]
    return f"{words[0].capitalize()} and {words[1]} meet the {words[2]} {n}", tuple(lines)


Answer = tuple[bytes | None, int | None]


class Press(Room):
    """An outlet with articles of its own, looked at when their plans ask for it, five seconds apart."""

    def __init__(self, folder: Path, articles: int = 12, at: datetime | None = None) -> None:
        super().__init__(folder)
        self.desk.store.conn.execute("pragma synchronous = off")
        self.told = {f"/news/a-story-of-the-day-{10000 + n * 37}": said(n) for n in range(articles)}
        self.paths = list(self.told)
        self.down: Callable[[str], Answer | None] = lambda path: None
        self.at = at or self.at
        for path in self.paths if at is None else ():
            self.look(path)

    def body(self, path: str) -> bytes:
        title, paragraphs = self.told[path]
        return page(title, paragraphs)

    def look(self, path: str, **facts: Any) -> Capture:
        """One look, as the outlet is now."""
        self.at += timedelta(seconds=5)
        body, status = self.down(path) or (self.body(path), 200)
        error = {} if status is not None else {"error": "dns"}
        seen = Capture(**{
            "purpose": "article", "outlet": "test", "asked_url": HOST + path, "url": HOST + path, "at": self.at,
            "status": status, "headers": (("Content-Type", "text/html"),), "digest": sha256(body) if body else None,
            "body": body, **error, **facts,
        })  # fmt: skip
        asyncio.run(self.desk.observe(seen))
        return seen

    def crawls(self, time: timedelta) -> None:
        """Some time goes by: whatever falls due is looked at, and the feed every six hours (it lives, come what may)."""
        end, feed = self.at + time, self.at + 6 * HOUR
        while (next_at := min(feed, moment(self.all("select min(next_visit_at) from articles")[0][0]))) < end:
            self.at = max(self.at, next_at)
            if feed <= self.at:
                self.feed()
                feed = self.at + 6 * HOUR
            for visit in self.desk.store.due(self.at):
                self.look(visit.url.removeprefix(HOST))
        self.at = max(self.at, end)

    def feed(self) -> None:
        """A look at the feed, which offers a page that nobody asks for."""
        url, body = f"{HOST}/feed.xml", b"<rss/>"
        seen = Capture("channel", "test", url, url, self.at, 200, digest=sha256(body), body=body)
        offers = (Offer(f"{HOST}/news/a-story-that-nobody-reads", "", ""),)
        asyncio.run(self.desk.observe(Listing(seen, Channel("feed", url, "live"), offers)))

    def gone(self, *paths: str) -> None:
        """These are taken out; no others."""
        self.down = lambda path: (MISSING, 404) if path in paths else None

    def takedowns(self) -> dict[str, tuple[datetime, str]]:
        rows = self.all("select url, confirmed_at, reason from takedowns")
        return {url.split("//")[1].removeprefix("127.0.30.1:8080"): (moment(at), why) for url, at, why in rows}

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        return {name: self.all(f"select * from {name} order by 1, 2") for name in DERIVED if name != "search"}


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An outlet with twelve articles that was watched for two days."""
    press = Press(tmp_path_factory.mktemp("press"))
    press.crawls(2 * DAY)
    press.desk.close()
    return press.folder


@pytest.fixture
def press(settled: Path, tmp_path: Path) -> Iterator[Press]:
    shutil.copy(settled / "stet.db", tmp_path)
    press = Press(tmp_path, at=MONDAY + 2 * DAY + timedelta(minutes=1))
    yield press
    press.desk.close()


def incidents(press: Room) -> list[tuple[str, bool, int]]:
    """Kind, whether it is over, how many articles: of each incident."""
    return press.all("select kind, ended_at is not null, articles from incidents order by started_at")


# --- a whole outlet -----------------------------------------------------------------------------


def test_an_outlet_that_is_404_for_an_hour_makes_one_incident_and_no_takedown(press: Press) -> None:
    press.down = lambda path: (MISSING, 404)
    for path in press.paths:
        press.look(path)
    press.crawls(HOUR - timedelta(minutes=1))
    press.down = lambda path: None
    press.crawls(3 * DAY)
    assert incidents(press) == [("gone", True, 12)]
    assert press.takedowns() == {}
    assert press.all("select distinct standing from articles") == [("up",)]
    held = "select count(*) from standings, incidents where standing = 'down' and at >= recognised_at"
    assert press.all(held) == [(0,)]


def test_an_outlet_that_is_404_for_five_days_makes_one_incident_and_no_takedown(press: Press) -> None:
    press.down = lambda path: (MISSING, 404)
    press.crawls(5 * DAY)
    press.down = lambda path: None
    press.crawls(3 * DAY)
    assert [(kind, over) for kind, over, _ in incidents(press)] == [("gone", True)]
    assert press.takedowns() == {}


def test_a_section_that_a_deployment_breaks_for_three_days_is_no_takedown(press: Press) -> None:
    """The other half of the outlet is well all the while: only their number tells that it is the outlet's trouble."""
    press.gone(*press.paths[:6])
    press.crawls(3 * DAY)
    assert press.all("select count(*) from readings where how is not null and outlet_well") != [(0,)]
    press.gone()
    press.crawls(3 * DAY)
    assert incidents(press) == [("gone", True, 6)]
    assert press.takedowns() == {}


def test_a_bad_deployment_that_empties_every_body_makes_one_incident_and_no_takedown(press: Press) -> None:
    press.down = lambda path: (page(press.told[path][0], ("This article is not available.",)), 200)
    press.crawls(30 * HOUR)
    press.down = lambda path: None
    press.crawls(2 * DAY)
    assert [(kind, over) for kind, over, _ in incidents(press)] == [("emptied", True)]
    assert press.takedowns() == {}
    assert press.all("select count(*) from changes where status = 'news'") == [(0,)]


def test_an_outlet_that_shuts_a_country_out_is_never_a_mass_removal(press: Press) -> None:
    press.down = lambda path: (MISSING, 451)
    press.crawls(20 * DAY)
    assert [(kind, over) for kind, over, _ in incidents(press)] == [("legal", False)]
    assert press.takedowns() == {}


def test_a_captcha_day_is_no_incident(press: Press) -> None:
    captcha = b"<html><script>window._cf_chl_opt={a:1}</script><form action=/cdn-cgi/x></form>Just a moment</html>"
    press.down = lambda path: (captcha, 403)
    press.crawls(DAY)
    press.down = lambda path: None
    press.crawls(DAY)
    assert incidents(press) == []
    assert press.all("select count(*) from standings where standing != 'up'") == [(0,)]


def test_a_night_without_a_network_of_our_own_moves_nothing_at_any_outlet(tmp_path: Path) -> None:
    room = Room(tmp_path)
    hosts = [f"{name}.example" for name in ("courier", "gazette", "herald")]
    looks = [(host, n) for host in hosts for n in range(4)]

    def ask_all(error: str) -> None:
        for number, (host, n) in enumerate(looks):
            room.at += timedelta(seconds=5)
            url, body = f"https://{host}/2026/a-story-of-the-day-{n}", None if error else page(*said(number))
            seen = Capture("article", host, url, url, room.at, None if error else 200, error, body=body,
                           headers=(("Content-Type", "text/html"),), digest=sha256(body) if body else None)  # fmt: skip
            asyncio.run(room.desk.observe(seen))

    ask_all("")
    for error in ("dns", "connection", "timeout", "dns", "timeout"):
        room.at += 2 * HOUR
        ask_all(error)
    room.at += HOUR
    ask_all("")
    assert incidents(room) == []
    assert room.all("select distinct standing, count(*) from standings group by 1") == [("up", len(looks))]
    assert {row[0] for row in room.all("select verdict from readings")} == {"ok", "outage", "unchanged"}
    room.desk.close()


# --- what really went ---------------------------------------------------------------------------


def test_one_deletion_among_many_live_articles_is_confirmed_in_time(press: Press) -> None:
    since = press.at
    press.gone(press.paths[3])
    press.crawls(3 * DAY)
    assert incidents(press) == []
    ((path, (at, _)),) = press.takedowns().items()
    assert path == press.paths[3]
    assert at < since + 12 * HOUR + 28 * HOUR


def test_a_story_of_three_articles_that_is_purged_from_a_large_outlet_is_no_incident(tmp_path: Path) -> None:
    press = Press(tmp_path, 24)
    press.crawls(2 * DAY)
    press.gone(*press.paths[3:6])
    press.crawls(3 * DAY)
    assert incidents(press) == []
    assert set(press.takedowns()) == set(press.paths[3:6])
    press.desk.close()


def test_what_was_deleted_in_an_incident_is_confirmed_after_it(press: Press) -> None:
    last_good = press.at
    press.down = lambda path: (MISSING, 404)
    press.crawls(20 * HOUR)
    over = press.at
    press.gone(press.paths[3])
    press.crawls(5 * DAY)
    assert [over for _, over, _ in incidents(press)] == [True]
    ((path, (at, _)),) = press.takedowns().items()
    assert path == press.paths[3]
    (ended,) = press.all("select ended_at from incidents")
    assert moment(ended[0]) + DAY <= at < over + 4 * DAY
    ((after, by),) = press.all("select last_seen_up, first_seen_down from takedowns")
    assert moment(after) <= last_good
    assert moment(by) >= moment(ended[0])


def test_what_was_suspected_before_an_incident_keeps_its_witnesses(press: Press) -> None:
    press.gone(press.paths[3])
    press.crawls(20 * HOUR)
    assert press.all("select count(*) from articles where standing = 'down'") == [(1,)]
    press.down = lambda path: (MISSING, 404)
    for path in press.paths:
        press.look(path)
    press.gone(press.paths[3])
    press.crawls(2 * DAY)
    assert [over for _, over, _ in incidents(press)] == [True]
    ((path, (at, _)),) = press.takedowns().items()
    assert path == press.paths[3]
    assert at < press.at - 12 * HOUR
    evidence = "select value from standings, json_each(evidence) where standing = 'taken_down'"
    held = press.all(f"select reason from readings r join captures c on c.id = r.capture where c.entry in ({evidence})")
    assert len(held) >= 3
    assert not any("held" in reason for (reason,) in held)


def test_a_mass_removal_is_told_after_a_week(press: Press) -> None:
    since = press.at
    press.gone(*press.paths[:6])
    press.crawls(incident.LONGEST - HOUR)
    assert press.takedowns() == {}
    assert incidents(press) == [("gone", False, 6)]
    press.crawls(4 * DAY)
    assert incidents(press) == [(MASS_REMOVAL, True, 6)]
    assert set(press.takedowns()) == set(press.paths[:6])
    for at, why in press.takedowns().values():
        assert at >= since + incident.LONGEST
        assert f"a mass removal: many articles of its outlet turned bad with it on {since:%Y-%m-%d}" in why
    dated = press.all("select first_seen_down from takedowns")
    assert all(moment(by) < since + 13 * HOUR for (by,) in dated)


def test_new_articles_do_not_end_the_incident_of_the_old_ones(press: Press) -> None:
    press.gone(*press.paths)
    press.crawls(DAY)
    for n in range(40, 120):
        path = f"/news/a-story-of-the-day-{10000 + n * 37}"
        press.told[path] = said(n)
        press.look(path)
    press.crawls(HOUR)
    assert [over for _, over, _ in incidents(press)] == [False]
    assert press.takedowns() == {}


def test_pages_seen_for_the_first_time_do_not_hide_an_incident(press: Press) -> None:
    for n in range(40, 70):
        path = f"/news/a-story-of-the-day-{10000 + n * 37}"
        press.told[path] = said(n)
        press.look(path)
    press.gone(*press.paths)
    for path in press.paths:
        press.look(path)
    assert incidents(press) == [("gone", False, 12)]


def test_what_was_part_of_an_incident_does_not_begin_the_next(press: Press) -> None:
    press.gone(*press.paths)
    for path in press.paths:
        press.look(path)
    over = replace(OPEN, ended_at=press.at + HOUR)
    known = neighbours.others(press.desk.store.conn, "test", -1, press.at + 2 * HOUR, 12 * 3600.0, (over,))
    assert (known.since, known.turned) == (press.at + HOUR, ())


# --- rows ---------------------------------------------------------------------------------------


def trouble_and_removal(press: Press) -> None:
    """A morning's outage, a section that is broken for two days, and six articles that go for good."""
    press.down = lambda path: (MISSING, 404)
    press.crawls(6 * HOUR)
    press.gone()
    press.crawls(DAY)
    press.gone(*press.paths[2:8])
    press.crawls(2 * DAY)
    press.gone()
    press.crawls(DAY)
    press.gone(*press.paths[:6])
    press.crawls(10 * DAY)


def test_rereading_all_gives_the_same_rows(press: Press) -> None:
    trouble_and_removal(press)
    assert len(incidents(press)) == 3
    before = press.rows()
    asyncio.run(reread.everything(press.desk))
    assert press.rows() == before


def test_rereading_one_article_leaves_the_outlets_incidents_as_they_are(press: Press) -> None:
    trouble_and_removal(press)
    before = press.rows()
    for path in press.paths:
        known = press.desk.store.article(addresses.identity(HOST + path))
        assert known is not None
        asyncio.run(reread.article(press.desk, known.id))
        after = press.rows()
        for name in before:
            assert after[name] == before[name], (path, name)


def test_looks_of_one_moment_are_one_incident_whatever_their_order(tmp_path: Path) -> None:
    """Two hosts of an outlet may answer in the same millisecond."""
    stores = []
    for turn in (1, -1):
        (folder := tmp_path / str(turn)).mkdir()
        press = Press(folder, 6)
        press.crawls(DAY)
        press.down = lambda path: (MISSING, 404)
        for _ in range(3):
            press.at += HOUR
            at = press.at
            for path in press.paths[::turn]:
                press.at = at
                press.look(path, at=at)
        press.down = lambda path: None
        press.crawls(6 * HOUR)
        stores.append(press.all("select * from incidents"))
        asyncio.run(reread.everything(press.desk))
        assert press.all("select * from incidents") == stores[-1]
        press.desk.close()
    assert stores[0] == stores[1]
    assert len(stores[0]) == 1


def test_an_incident_proves_itself(press: Press) -> None:
    press.gone(*press.paths[:6])
    press.crawls(DAY)
    ((started, recognised),) = press.all("select started_at, recognised_at from incidents")
    found = press.all("""select c.at, r.how from incidents i, json_each(i.evidence) e
        join captures c on c.entry = e.value join readings r on r.capture = c.id order by c.at""")
    assert len(found) == 6
    assert found[0][0] == started < recognised
    assert {how for _, how in found} == {"gone"}


def test_an_incident_of_many_articles_names_a_hundred_of_them(tmp_path: Path) -> None:
    press = Press(tmp_path, 104)
    press.down = lambda path: (MISSING, 404)
    for path in press.paths:
        press.look(path)
    assert press.all("select articles, json_array_length(evidence) from incidents") == [(104, 100)]
    press.desk.close()


# --- shown --------------------------------------------------------------------------------------


def test_an_open_incident_is_shown_and_says_why_takedowns_are_held(press: Press) -> None:
    press.gone(*press.paths[:6])
    press.crawls(DAY)
    state = ask.status(press.desk.store, press.at)
    assert [(row["outlet"], row["kind"], row["articles"]) for row in state.incidents] == [("test", "gone", 6)]
    out = console()
    with out.capture() as shown:
        print_status(out, state)
    assert "incident: test: 6 articles bad together since 2026-03-04" in shown.get()
    (reason,) = press.all("select reason from readings where how is not null order by at desc limit 1")[0]
    assert reason.startswith(
        "404: not found; held: 6 of 12 articles of the outlet turned bad together since 2026-03-04"
    )
    assert press.all("select outlet, state, articles from outlet_incidents") == [("test", "open", 6)]
    withheld = [thing for thing in happened.withheld(press.desk.store) if thing.what == "incident of 6 articles"]
    assert len(withheld) == 1


def test_long_blindness_is_told_with_its_reason(press: Press) -> None:
    blocked = press.paths[3]
    press.down = lambda path: (BUSY, 403) if path == blocked else None
    press.crawls(6 * DAY)
    out = console()
    with out.capture() as shown:
        print_status(out, ask.status(press.desk.store, press.at))
    (line,) = [line for line in shown.get().splitlines() if line.startswith("not seen")]
    assert line.startswith("not seen for 5 days: blocked: ") or line.startswith("not seen for 6 days: blocked: ")
    assert blocked in line
    assert len([line for line in shown.get().splitlines() if "nobody looked" in line]) == 0


def test_an_old_article_that_is_looked_at_monthly_is_not_unseen(press: Press) -> None:
    press.crawls(55 * DAY)
    assert ask.status(press.desk.store, press.at).blind == ()
    assert len(ask.status(press.desk.store, press.at + 40 * DAY).blind) == len(press.paths)


# --- the verb -----------------------------------------------------------------------------------


def look(hours: float, verdict: Verdict = Verdict.GONE, how: How | None = How.GONE) -> Look:
    return Look(MONDAY + timedelta(hours=hours), verdict, f"entry{hours:g}", how if verdict in BAD else None)


def outlet(bad: int, well: int, **more: Any) -> Neighbours:
    return Neighbours(MONDAY, tuple(look(n / 100) for n in range(bad)), well=well, **more)


OPEN = Incident("test", MONDAY, MONDAY + HOUR, "gone", 4, ("entry0", "entry0.01", "entry0.02", "entry0.03"))


@pytest.mark.parametrize(("bad", "well", "is_one"), [(2, 0, False), (3, 0, True), (3, 6, True), (3, 7, False),
                                                     (20, 40, True), (20, 41, False)])  # fmt: skip
def test_three_articles_and_a_third_of_those_looked_at_make_an_incident(bad: int, well: int, is_one: bool) -> None:
    assert (incident.trouble(None, outlet(bad, well), look(5), "test") is not None) == is_one


def test_an_incident_is_named_after_the_way_that_most_of_its_articles_went() -> None:
    ways = (How.SOFT, How.GONE, How.SOFT, How.REDIRECTED)
    seen = Neighbours(MONDAY, tuple(look(n, Verdict.SOFT_GONE, how) for n, how in enumerate(ways)))
    found = incident.trouble(None, seen, look(5), "test")
    assert found is not None
    assert (found.kind, found.articles, found.started_at) == ("soft", 4, look(0).at)


@pytest.mark.parametrize(("bad", "well", "recovered", "over"), [
    (4, 4, 0, False), (4, 20, 0, False), (4, 21, 0, True), (2, 2, 2, True), (4, 8, 8, False), (3, 9, 9, True),
])  # fmt: skip
def test_an_incident_is_over_when_its_articles_or_the_outlet_are_well(
    bad: int, well: int, recovered: int, over: bool
) -> None:
    now = incident.trouble(OPEN, outlet(bad, well, recovered=recovered), look(9, Verdict.OK), "test")
    assert now is not None
    assert (now.ended_at == look(9).at, now.kind) == (over, "gone")


def test_a_removal_is_released_only_while_the_outlet_answers() -> None:
    late = look(24 * 8)
    dead = incident.trouble(OPEN, outlet(4, 4), late, "test")
    alive = incident.trouble(OPEN, outlet(4, 4, alive=True), late, "test")
    assert dead == OPEN
    assert alive == replace(OPEN, ended_at=late.at, kind=MASS_REMOVAL)


def test_looks_are_held_from_the_first_bad_one_until_it_is_over() -> None:
    over = replace(OPEN, started_at=look(2).at, ended_at=look(6).at)
    looks = [look(n) for n in (1, 2, 5, 6)]
    assert [one.held for one in incident.held(looks, [over])] == [False, True, True, False]
    assert [one.held for one in incident.held(looks, [replace(over, ended_at=None)])] == [False, True, True, True]
    assert not any(one.held for one in incident.held(looks, [replace(over, kind=MASS_REMOVAL)]))
    assert not any(one.held for one in incident.held([look(3, Verdict.OK), look(4, Verdict.BLOCKED)], [over]))


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.sampled_from(sorted(set(Verdict) - GOOD - BAD)))
def test_our_own_trouble_neither_opens_nor_ends_an_incident(
    bad: int, well: int, recovered: int, verdict: Verdict
) -> None:
    seen = outlet(bad, well, recovered=recovered, alive=True)
    assert incident.trouble(None, seen, look(24 * 9, verdict), "test") is None
    assert incident.trouble(OPEN, seen, look(24 * 9, verdict), "test") == OPEN


@given(st.integers(0, 60), st.integers(0, 60))
def test_what_opens_an_incident_does_not_end_it(bad: int, well: int) -> None:
    opened = incident.trouble(None, outlet(bad, well), look(5), "test")
    if opened is not None:
        assert incident.trouble(opened, outlet(bad, well), look(6), "test") == opened


# --- patience -----------------------------------------------------------------------------------


def test_who_wants_more_witnesses_gets_more(press: Press) -> None:
    press.desk.confirmations, press.desk.spread = 6, 48 * 3600.0
    press.gone(press.paths[3])
    press.crawls(4 * DAY)
    ((evidence,),) = press.all("select json_array_length(evidence) from standings where standing = 'taken_down'")
    assert evidence >= 6


@pytest.mark.parametrize(("name", "value", "says"), [
    ("TAKEDOWN_CONFIRMATIONS", "1", "say 2 to 100 bad looks"), ("TAKEDOWN_CONFIRMATIONS", "2.5", "say 2 to 100"),
    ("TAKEDOWN_CONFIRMATIONS", "many", "not a number"), ("TAKEDOWN_SPREAD", "-1", "0 or more"),
    ("TAKEDOWN_SPREAD", "nan", "not a number"), ("TAKEDOWN_SPREAD", "1 day", "not a number"),
])  # fmt: skip
def test_nonsense_is_refused_in_one_line(tmp_path: Path, name: str, value: str, says: str) -> None:
    store = tmp_path / "stet.db"
    with pytest.raises(SettingsError, match=f"^{name}={value}: .*{says}"):
        Desk.from_settings({"STORE": str(store), name: value})
    assert not store.exists()


def test_settings_reach_what_concludes(tmp_path: Path) -> None:
    desk = Desk.from_settings({"STORE": str(tmp_path / "stet.db"), "TAKEDOWN_CONFIRMATIONS": "5", "TAKEDOWN_SPREAD": 7})
    assert (desk.terms(None).confirmations, desk.terms(None).spread) == (5, 7.0)
    desk.close()
