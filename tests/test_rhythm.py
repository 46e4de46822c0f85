"""What looks teach of when to look again: kept, learned from, never lost, and explained."""

import asyncio
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import ask, hazard, index, price, reread, terminal, timing
from crawler.hazard import Pulse, Rhythm, Theta
from crawler.plan import CONFIRM, START
from storage import pulses, schedule
from storage.findings import Article, Finding, Timing
from storage.records import Capture, Channel, Listing, Offer, Outlet, sha256, stamp
from storage.store import Store
from tests.test_observe import HOST, OTHER, STORY, Room, page

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PATH = "/news/ministry-signs-agreement-1"
KNOWN = Article(1, "test", f"{HOST}{PATH}", f"{HOST}{PATH}", first_seen_at=NOW)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


def told(number: int) -> bytes:
    """The story, with a paragraph that no other number has."""
    more = f"Paragraph {number}: the {number}th session ended after {number + 2} hours without a common statement."
    return page("Ministry signs agreement", (*STORY, more))


def known(room: Room, path: str = PATH) -> Article:
    found = room.desk.store.article(f"{HOST}{path}")
    assert found is not None
    return found


def pulse(room: Room, path: str = PATH) -> Pulse:
    kept = pulses.planned(room.desk.store.conn, known(room, path).id)
    assert kept is not None
    return timing.pulse(kept.pulse)


def wait(room: Room, path: str = PATH) -> timedelta:
    article = known(room, path)
    assert article.next_visit_at is not None
    assert article.last_capture_at is not None
    return article.next_visit_at - article.last_capture_at


def looks(room: Room, count: int, path: str = PATH, every: timedelta | None = None) -> None:
    """The same page again, whenever it is due (or every so often)."""
    for _ in range(count):
        due = known(room, path).next_visit_at
        assert due is not None
        room.at = room.at + every if every is not None else max(due, room.at)
        room.shows(path, told(0))


# --- to the store and back ----------------------------------------------------------------------

MOMENTS = st.floats(0, 4e9)
PULSES = st.builds(
    Pulse, MOMENTS, MOMENTS, MOMENTS, st.builds(Theta, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3)),
    st.integers(0, 1000), st.floats(0, 100), st.floats(0, 1), MOMENTS,
)  # fmt: skip
PARTS = st.floats(0, 1e6)
RHYTHMS = st.builds(
    Rhythm, *[st.tuples(*[PARTS] * size) for size in (len(hazard.EDGES), len(hazard.EDGES), 24, 24)], PARTS
)


@given(PULSES, RHYTHMS)
@settings(deadline=None)
def test_what_is_written_is_read_again_to_the_last_bit(one: Pulse, other: Rhythm) -> None:
    assert timing.pulse(timing.written(one)) == one
    assert timing.rhythm(timing.written(other)) == other


def test_what_an_older_or_a_newer_policy_wrote_is_read_as_far_as_it_goes() -> None:
    one = hazard.born(NOW.timestamp())
    assert timing.pulse(timing.written(one).replace('"unrest":0.0', '"mood":"calm"')) == one
    assert timing.rhythm('{"found": [1.0, 2.0], "expected": 3.0}') == Rhythm()


def test_every_good_look_is_learned_from(room: Room) -> None:
    room.shows(PATH, told(0))
    first = pulse(room)
    assert (first.looked_at, first.changes) == (room.at.timestamp(), 0)
    assert pulses.rhythms(room.desk.store.conn, "test") == {}, "a first look teaches nothing of its outlet"
    room.shows(PATH, told(0))
    second = pulse(room)
    assert second.theta.mean < first.theta.mean
    room.shows(PATH, told(1))
    third = pulse(room)
    assert third.theta.mean > second.theta.mean
    assert (third.changes, third.looked_at) == (1, room.at.timestamp())
    learned = timing.rhythm_of(pulses.rhythms(room.desk.store.conn, "test"), "news")
    assert sum(learned.exposed) > 0 < sum(learned.found)


def test_what_comes_back_is_no_change_and_neither_is_a_date_that_moves(room: Room) -> None:
    for number in (0, 1, 0, 1, 0):
        room.shows(PATH, told(number))
    assert pulse(room).changes == 1


def test_a_look_that_is_our_trouble_leaves_the_pulse_alone(room: Room) -> None:
    room.shows(PATH, told(0))
    before = pulse(room)
    room.shows(PATH, b"", 503)
    assert pulse(room) == before


def test_what_never_showed_an_article_has_no_pulse(room: Room) -> None:
    room.shows(PATH, b"", 503)
    assert pulses.planned(room.desk.store.conn, known(room).id) is None


def test_rereading_leaves_pulses_rhythms_prices_and_plans_as_they_are(room: Room) -> None:
    for number in (0, 0, 1, 1, 2):
        room.shows(PATH, told(number))
        room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))
    price.steer(room.desk.store, room.at, 60, lambda _: 5.0)
    tables = ("pulses order by article", "rhythms order by outlet", "prices", "articles order by id")
    before = [room.all(f"select * from {table}") for table in tables]
    asyncio.run(reread.everything(room.desk))
    assert [room.all(f"select * from {table}") for table in tables] == before
    asyncio.run(reread.article(room.desk, known(room).id))
    assert [room.all(f"select * from {table}") for table in tables] == before


def test_an_article_of_a_store_without_pulses_gets_one_by_its_next_look(room: Room) -> None:
    room.shows(PATH, told(0))
    room.desk.store.conn.execute("delete from pulses")
    appeared = known(room).first_seen_at
    room.at += 10 * DAY
    room.shows(PATH, told(0))
    assert appeared is not None
    assert pulse(room).appeared_at <= appeared.timestamp()
    assert pulse(room).theta.mean < 1


def test_what_is_forgotten_has_no_pulse(room: Room) -> None:
    room.shows(PATH, told(0))
    room.desk.store.forget(known(room).id, room.at)
    assert room.all("select * from pulses") == []


# --- when it is looked at -----------------------------------------------------------------------


def test_a_quiet_article_is_looked_at_ever_more_rarely(room: Room) -> None:
    room.shows(PATH, told(0))
    waits = [wait(room)]
    for _ in range(12):
        looks(room, 1)
        waits.append(wait(room))
    assert waits[0] < 30 * MINUTE
    assert waits[-1] > 2 * waits[0]


def test_a_page_that_is_never_still_is_looked_at_less_and_less(room: Room) -> None:
    count, end = 0, room.at + 3 * DAY
    while room.at < end:
        room.shows(PATH, told(count))
        count += 1
        due = known(room).next_visit_at
        assert due is not None
        room.at = max(room.at, due)
    assert count < 40, "every 15 minutes, it would be 288"
    assert wait(room) > 4 * CONFIRM


def test_a_pin_a_heavy_change_and_copies_bring_looks_nearer() -> None:
    plain = timing.importance(KNOWN, Timing())
    assert plain == 1
    assert timing.importance(replace(KNOWN, pinned=True), Timing()) == timing.PINNED
    assert timing.importance(KNOWN, Timing(weight=0.8)) == 1.8
    copied = [timing.importance(KNOWN, Timing(copies=copies)) for copies in (0, 1, 8, 1000)]
    assert copied == sorted(copied)
    assert copied[-1] == copied[-2] == 2
    assert timing.importance(replace(KNOWN, relevance=0.5), Timing()) == 1.5


@pytest.mark.parametrize(
    ("path", "type_", "published_at", "expected"),
    [
        ("/terms", "news_site", "", "static"),
        ("/legal/privacy-policy.html", "news_site", "2022-05-01", "static"),
        ("/2022/05/terms-of-surrender-1234", "news_site", "", "news"),
        ("/en/leadership/deputy-ministers", "government", "", "static"),
        ("/en/news/minister-visits-front", "government", "2022-05-01T10:00:00Z", "news"),
        ("/news/policy", "news_site", "2022-05-01T10:00:00Z", "news"),
        ("/editorial", "news_site", "", "news"),
    ],
)
def test_terms_and_undated_pages_of_ministries_are_no_news(
    path: str, type_: str, published_at: str, expected: str
) -> None:
    article = replace(KNOWN, url=f"https://example.org{path}", published_at=published_at)
    assert timing.kind(article, Outlet("one", "One", type=type_)) == expected


def test_an_article_of_today_by_its_date_alone_is_new() -> None:
    dated = replace(KNOWN, published_at="2026-03-02")
    fresh, _ = timing.looked(dated, Timing(), None, NOW, True, False, None, None)
    assert fresh.pulse.appeared_at == NOW.timestamp()
    old, _ = timing.looked(
        replace(KNOWN, published_at="2026-02-02T10:00:00Z"), Timing(), None, NOW, True, False, None, None
    )
    assert old.pulse.appeared_at == datetime(2026, 2, 2, 10, tzinfo=UTC).timestamp()


def test_a_clock_that_ran_ahead_and_was_put_back_stops_nothing() -> None:
    ahead, _ = timing.looked(KNOWN, Timing(), None, NOW + 3000 * DAY, True, False, None, None)
    after, _ = timing.looked(KNOWN, Timing(timing.kept(1, ahead)), None, NOW, True, True, None, None)
    assert NOW.timestamp() < after.due < (NOW + DAY).timestamp()


# --- hints and siblings -------------------------------------------------------------------------


def lists(room: Room, updated_at: datetime) -> None:
    body = stamp(updated_at).encode()
    seen = Capture("channel", "test", f"{HOST}/feed", f"{HOST}/feed", room.at, 200, body=body, digest=sha256(body))
    offer = Offer(HOST + PATH, "Ministry signs agreement", "", stamp(updated_at))
    asyncio.run(room.desk.observe(Listing(seen, Channel("feed", f"{HOST}/feed", "live"), (offer,))))


def test_a_hint_brings_a_visit_forward_by_how_often_its_list_was_right(room: Room) -> None:
    waits = []
    for hits in (2, 30):
        room.shows(PATH, told(0))
        looks(room, 12)
        lists(room, room.at - DAY)
        planned = known(room).next_visit_at
        room.desk.store.conn.execute("update channels set hints = 38, hits = ?, passed = 100", (hits,))
        room.at += MINUTE
        lists(room, room.at)
        due = known(room).next_visit_at
        assert due is not None
        assert planned is not None
        assert pulse(room).hinted == pytest.approx((hits + 1) / 40)
        assert due < planned
        waits.append(due - room.at)
        room.at = planned
    assert timedelta(0) <= waits[1] <= waits[0] < 30 * MINUTE


def test_a_takedown_makes_its_siblings_due_soon_and_no_more_than_some(room: Room) -> None:
    paths = [f"/politics/a-story-number-{number}" for number in range(26)]
    for path in [PATH, *paths]:
        room.shows(path, page(f"Story {path}", (*STORY, f"This one is about {path}.")))
    room.at += 2 * DAY
    for path in [PATH, *paths]:
        room.shows(path, page(f"Story {path}", (*STORY, f"This one is about {path}.")))
    later = stamp(room.at + 5 * DAY)
    room.desk.store.conn.execute("update articles set next_visit_at = ?", (later,))
    for hours in (0, 5, 20, 5):
        room.at += hours * HOUR
        room.shows(paths[25], page(f"Story {paths[0]}", OTHER)[:0], 410)
        room.shows(PATH, page(f"Story {PATH}", (*STORY, f"This one is about {PATH}.")))
        if known(room, paths[25]).standing == "taken_down":
            break
    assert known(room, paths[25]).standing == "taken_down"
    soon, limit = "select count(*) from articles where url like '%politics%' and next_visit_at < ", room.at + 2 * HOUR
    assert room.all(f"{soon} '{stamp(limit)}'") == [(pulses.SIBLINGS,)]
    assert room.all("select count(*) from pulses where json_extract(pulse, '$.hinted') > 0") == [(pulses.SIBLINGS,)]
    assert known(room).next_visit_at != later, "another section is left alone"
    for path in paths[:-1]:
        assert pulse(room, path).hinted in (0.0, pytest.approx(index.SIBLING)), "hinted at once, at most"


def test_a_takedown_makes_articles_on_its_subject_due_soon(room: Room) -> None:
    """In other sections, by other authors; and none of another subject."""
    terms = {
        "/a/gone": ["actors: TASS", "actors: Xinhua", "coordination: state media", "leak: contract"],
        "/b/on-it": ["actors: TASS", "actors: Xinhua", "coordination: state media"],
        "/c/half": ["actors: TASS", "actors: Xinhua", "biolabs: biolab", "war: invasion"],
        "/d/other": [],
    }
    for path in terms:
        room.shows(path, page(f"Story {path}", (*STORY, f"This one is about {path}.")))
    later = stamp(room.at + 30 * DAY)
    for hours in (0, 5, 20, 5):
        room.at += hours * HOUR
        for path, because in terms.items():
            sql = "update articles set because = ?, next_visit_at = ? where url like ? and standing = 'up'"
            room.desk.store.conn.execute(sql, (json.dumps(because), later, f"%{path}"))
        room.shows("/a/gone", b"", 410)
        room.shows(PATH, page(f"Story {PATH}", (*STORY, "This one vouches for the outlet.")))
        if known(room, "/a/gone").standing == "taken_down":
            break
    assert known(room, "/a/gone").standing == "taken_down"
    hinted = [path for path in list(terms)[1:] if pulse(room, path).hinted]
    assert hinted == ["/b/on-it"]


# --- the price ----------------------------------------------------------------------------------


def steered(store: Store, at: datetime, hourly: int, steps: int, every: timedelta = HOUR) -> float:
    for step in range(1, steps + 1):
        price.steer(store, at + step * every, hourly, lambda _: 0.1)
    return pulses.prices(store.conn)[pulses.EVERYWHERE].price


def spends(room: Room, hours: int, an_hour: int) -> None:
    """So many captures an hour of a channel."""
    for _ in range(hours):
        for _ in range(an_hour):
            room.at += HOUR / an_hour
            seen = Capture("robots", "test", f"{HOST}/robots.txt", f"{HOST}/robots.txt", room.at, 404)
            room.desk.store.keep_plain(Finding(seen))


def test_the_price_rises_while_more_is_spent_than_allowed_and_falls_while_less_is(room: Room) -> None:
    store = room.desk.store
    price.steer(store, room.at, 10, lambda _: 5.0)
    assert pulses.prices(store.conn)[""].price == START
    for _ in range(12):
        spends(room, 1, 30)
        price.steer(store, room.at, 10, lambda _: 5.0)
    dear = pulses.prices(store.conn)[""].price
    assert dear > 1.2 * START
    cheap = steered(store, room.at, 10, 100)
    assert cheap < dear


def test_no_price_leaves_its_bounds_and_without_a_budget_it_stays(room: Room) -> None:
    assert steered(room.desk.store, room.at, 10, 100) == price.CHEAPEST
    assert steered(room.desk.store, room.at + 100 * HOUR, 0, 2) == START


def test_a_restart_keeps_the_price_and_it_is_the_same_for_the_same_store(room: Room) -> None:
    room.shows(PATH, told(0))
    steered(room.desk.store, room.at, 10, 5)
    before = pulses.prices(room.desk.store.conn)
    room.desk.close()
    room.open()
    assert pulses.prices(room.desk.store.conn) == before
    assert pulses.price(room.desk.store.conn, HOST + PATH) == before[""].price
    price.steer(room.desk.store, before[""].at + 5 * MINUTE, 10, lambda _: 5.0)
    assert pulses.prices(room.desk.store.conn) == before, "not more often than every ten minutes"


def test_a_weekends_sleep_is_no_saving(room: Room) -> None:
    steered(room.desk.store, room.at, 10, 2)
    before = pulses.prices(room.desk.store.conn)[""].price
    after = steered(room.desk.store, room.at + 60 * HOUR, 10, 1)
    assert after >= before * 0.8


def test_a_new_price_moves_the_visits_that_were_planned_by_the_old_one(room: Room) -> None:
    room.shows(PATH, told(0))
    looks(room, 15)
    planned = wait(room)
    moved = steered(room.desk.store, room.at, 10, 6 * 24)
    assert moved < START / price.MOVED
    assert wait(room) < planned


def test_a_slow_host_has_a_price_of_its_own(room: Room) -> None:
    for number in range(6):
        room.shows(f"/news/a-story-of-its-own-{number}", page(f"Story {number}", (*STORY, f"Number {number}.")))
    late = room.at + 8 * HOUR
    for step in range(1, 7):
        price.steer(room.desk.store, late + step * 20 * MINUTE, 1000, lambda _: 3600.0)
    prices = pulses.prices(room.desk.store.conn)
    assert prices["127.0.30.1"].price > prices[""].price
    assert schedule.requests_by_host(room.desk.store.conn, room.at - DAY, late)["127.0.30.1"] == 6


# --- told in words ------------------------------------------------------------------------------


def test_why_tells_what_the_index_is_made_of(room: Room) -> None:
    room.shows(PATH, told(0))
    found = ask.why(room.desk.store, HOST + PATH, room.at + 5 * MINUTE)
    assert found.reasons is not None
    assert found.reasons.by_index
    assert found.reasons.price == START
    parts = found.reasons
    assert parts.worth == pytest.approx(parts.importance * (parts.overwritten + parts.late + parts.gone + parts.hinted))
    shown = io.StringIO()
    terminal.print_why(terminal.console(shown), found, room.at + 5 * MINUTE)
    assert "a look costs 0.0030" in shown.getvalue()
    assert "that a version was overwritten unseen" in shown.getvalue()


def test_status_tells_what_is_expected_and_what_a_larger_budget_would_bring(room: Room) -> None:
    for number in range(4):
        room.shows(f"/news/a-story-of-its-own-{number}", page(f"Story {number}", (*STORY, f"Number {number}.")))
    state = ask.status(room.desk.store, room.at + 12 * HOUR)
    told_ = state.outlook
    assert told_ is not None
    assert (told_.articles, told_.price) == (4, START)
    assert told_.doubled is not None
    assert told_.doubled.looks > 1.5 * told_.now.looks
    assert told_.doubled.lost < told_.now.lost < told_.now.changes
    assert told_.doubled.wait < told_.now.wait
    assert [(one.host, one.looks) for one in told_.missed] == [("127.0.30.1", 4)]
    shown = io.StringIO()
    terminal.print_status(terminal.console(shown), state)
    assert "times the looks:" in shown.getvalue()
    assert "missed at 127.0.30.1: 4 looks later than a whole interval" in shown.getvalue()


def test_the_index_alone_decides_between_articles_of_one_moment(room: Room) -> None:
    """The same state has the same plan: nothing rolls dice, whoever asks."""
    room.shows(PATH, told(0))
    kept = pulses.planned(room.desk.store.conn, known(room).id)
    assert kept is not None
    by = timing.of_kept(kept, {}, None)
    assert by.due == index.due(by.pulse, by.curve, START, importance=by.importance)
