"""The daemon's pure parts: the pause of a channel, the ration of a tick, what the service manager hears."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import cadence, ration
from crawler.commands.watch import duration
from crawler.watching.metrics import Metric, write
from crawler.watching.notify import Notify
from storage.findings import ChannelRow
from storage.records import Capture, Channel, Listing
from tests.watching import ear

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FEED = "https://example.org/feed"


def looked(known: ChannelRow, new: int, at: datetime, well: bool = True, url: str = FEED) -> ChannelRow:
    """The row after a look that brought so many new addresses."""
    seen = ChannelRow(1, "one", known.kind, FEED, "live", at if well else known.last_ok_at)
    seen = ChannelRow(**{**{k: getattr(seen, k) for k in ("id", "outlet", "kind", "url", "state", "last_ok_at")},
                         "last_new_at": at if new else known.last_new_at})  # fmt: skip
    listing = Listing(Capture("channel", "one", url, url, at, status=200), Channel("feed", FEED))
    return cadence.again(known, seen, listing, new, 86400.0)


def test_a_channel_starts_with_what_is_usual_and_keeps_it_at_first_sight() -> None:
    row = looked(ChannelRow(1, "one", "feed", FEED), 40, NOON)
    assert (row.ask_every, row.next_ask_at) == (900.0, NOON + timedelta(minutes=15))


def test_several_new_items_halve_the_pause_one_keeps_it_none_makes_it_longer() -> None:
    row = looked(ChannelRow(1, "one", "feed", FEED), 40, NOON)
    assert looked(row, 3, NOON + timedelta(minutes=15)).ask_every == 450.0
    assert looked(row, 1, NOON + timedelta(minutes=15)).ask_every == 900.0
    assert looked(row, 0, NOON + timedelta(minutes=15)).ask_every == pytest.approx(990.0)
    assert looked(row, 0, NOON + timedelta(minutes=15), well=False).ask_every == 1800.0


def test_what_was_silent_for_a_time_is_asked_about_every_eleventh_of_it() -> None:
    row, at = looked(ChannelRow(1, "one", "feed", FEED), 40, NOON), NOON
    while at < NOON + timedelta(hours=8):
        at = row.next_ask_at or at
        row = looked(row, 0, at)
    assert 0.7 * 8 / 11 * 3600 < row.ask_every < 1.6 * 8 / 11 * 3600


def test_lists_below_a_list_shorten_its_pause_once_and_never_move_its_look() -> None:
    row = looked(ChannelRow(1, "one", "feed", FEED), 40, NOON)
    top = looked(row, 0, NOON + timedelta(hours=1))
    part = looked(top, 5, NOON + timedelta(hours=1, seconds=5), url=FEED + "/part-1")
    assert part.ask_every == pytest.approx(top.ask_every / 2)
    assert part.next_ask_at == NOON + timedelta(hours=1, seconds=part.ask_every)
    again = looked(part, 5, NOON + timedelta(hours=1, seconds=9), url=FEED + "/part-2")
    assert again.ask_every == part.ask_every


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=60))
def test_the_pause_stays_between_five_minutes_and_a_day(looks: list[tuple[int, bool]]) -> None:
    row, at = ChannelRow(1, "one", "feed", FEED), NOON
    for new, well in looks:
        row = looked(row, new if well else 0, at, well)
        assert 300.0 <= row.ask_every <= 86400.0
        assert row.next_ask_at == at + timedelta(seconds=row.ask_every)
        at = row.next_ask_at


@given(st.integers(1, 5000), st.sampled_from([10.0, 60.0, 600.0, 3600.0]), st.data())
def test_no_hour_holds_more_than_the_budget(hourly: int, tick: float, data: st.DataObject) -> None:
    made: list[tuple[float, int]] = []
    span = ration.window(hourly, tick)
    for step in range(100):
        now = step * tick
        used = sum(count for at, count in made if now - span < at <= now)
        allowed = ration.allowed(hourly, tick, used)
        assert allowed is not None
        made.append((now, data.draw(st.integers(0, allowed))))
        assert sum(count for at, count in made if now - 3600.0 < at <= now) <= hourly


def test_a_ration_is_bounded_by_the_budget_and_by_each_host() -> None:
    left = ration.Ration(7, lambda url: 5, lambda url: url[0])
    assert [left.take("a") for _ in range(6)] == [True] * 5 + [False]
    assert [left.take("b") for _ in range(3)] == [True, True, False]
    assert left.refused == {"pace": 1, "budget": 1}


def test_a_fifth_is_kept_for_what_is_new() -> None:
    left = ration.Ration(None, lambda url: 10, lambda url: url)
    assert sum(left.take("a", reserve=True) for _ in range(20)) == 8
    assert sum(left.take("a") for _ in range(20)) == 2


@pytest.mark.parametrize(("said", "seconds"), [("90", 90), ("90s", 90), ("30m", 1800), ("2h", 7200), ("1d", 86400)])
def test_times_are_said_with_a_unit(said: str, seconds: int) -> None:
    assert duration(said) == seconds


def test_without_systemd_nobody_is_told(tmp_path: Path) -> None:
    Notify({}).say(READY=1)
    Notify({"NOTIFY_SOCKET": str(tmp_path / "gone")}).say(READY=1)
    assert Notify({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).watchdog is None


def test_a_message_cannot_smuggle_in_another(tmp_path: Path) -> None:
    with ear(tmp_path) as heard:
        Notify({"NOTIFY_SOCKET": str(tmp_path / "notify")}).say(STATUS="one\nMAINPID=1", READY=1)
        assert heard.recv(4096) == b"STATUS=one MAINPID=1\nREADY=1"


def test_a_metrics_file_is_replaced_and_labels_are_quoted(tmp_path: Path) -> None:
    path = tmp_path / "m.prom"
    for value in (1.0, 2.5):
        write(path, [Metric("stet_x", "gauge", "A thing.", (({"by": 'a "b"\n'}, value),))])
    assert path.read_text() == '# HELP stet_x A thing.\n# TYPE stet_x gauge\nstet_x{by="a \\"b\\"\\n"} 2.5\n'
    assert list(tmp_path.iterdir()) == [path]
