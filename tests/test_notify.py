"""Notices: once for each event and sink, whatever dies, hangs or is read again."""

import asyncio
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import notify, reread
from crawler.occasions.events import standings
from crawler.occasions.found import gathered
from crawler.occasions.occasion import Occasion, Sought
from crawler.shelf import CatalogueError
from crawler.sinks.apprise import quiet
from crawler.sinks.command import Command
from crawler.sinks.file import File
from crawler.sinks.message import Failed, Message, cleaned
from crawler.sinks.shelf import Told, Wanted, load
from crawler.sinks.webhook import Webhook
from crawler.watching.telling import Telling
from storage import notices
from storage.opening import hold
from storage.records import MASS_REMOVAL, Action, Edit, Mark, canonical_json, stamp
from storage.store import Store
from tests.fetching import Site, channel, reply, shelf
from tests.hooks import Ear, Hook
from tests.test_commands import ROOT, run
from tests.test_observe import MONDAY, OTHER, STORY, Room, page
from tests.watching import Daemon

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = (STORY[0].replace("Monday", "Friday"), STORY[1].replace("18 joint", "81 joint"), *STORY[2:])
PATH = "/news/ministry-signs-agreement-1"
QUIET = Wanted(frozenset({"edit", "takedown", "restored", "incident"}))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


def edit(room: Room, path: str = PATH, new: tuple[str, ...] = NEW, title: str = "Ministry signs agreement") -> None:
    """An edit that a second look confirms."""
    room.shows(path, page(title, new))
    room.shows(path, page(title, new))


def tell(room: Room, *sinks: Told, at: datetime | None = None, since: datetime | None = None) -> list[str]:
    """One round, now; returns the errors."""
    now = at or room.at
    posts = notify.put_out(room.desk.store, sinks, now, since)
    sending, errors = notify.Round(sinks, posts, now).begin(), []
    for came in sending.outcomes():
        notify.note(room.desk.store, [came])
        sending.noted([came])
        errors += [came.error] if came.error else []
    return errors


def test_a_new_sink_is_told_nothing_of_the_past_and_everything_from_then_on_once(room: Room) -> None:
    ear = Ear()
    sink = Told("desk", ear, QUIET)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    edit(room)
    tell(room, sink)
    assert ear.heard == []
    edit(room, new=(NEW[0], NEW[1].replace("81", "810"), *NEW[2:]))
    for _ in range(3):
        tell(room, sink)
    (message,) = ear.heard
    (said,) = message.notices
    assert (said["event"], said["outlet"], said["url"].endswith(PATH)) == ("stealth edit", "test", True)
    assert any("810 joint" in edit["new"] for edit in said["edits"])


def test_a_change_that_waits_for_its_second_look_is_told_after_it(room: Room) -> None:
    ear = Ear()
    sink = Told("desk", ear, QUIET)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    tell(room, sink)
    room.shows(PATH, page("Ministry signs agreement", NEW))
    tell(room, sink)
    assert ear.heard == []
    room.shows(PATH, page("Ministry signs agreement", NEW))
    tell(room, sink)
    assert len(ear.heard) == 1


def test_rereading_marking_and_learning_tell_nobody_again(room: Room) -> None:
    ear = Ear()
    sink = Told("desk", ear, QUIET)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    tell(room, sink)
    edit(room)
    tell(room, sink)
    assert len(ear.heard) == 1
    before = room.all("select settled_by, settled_at from changes")
    asyncio.run(reread.everything(room.desk))
    assert room.all("select settled_by, settled_at from changes") == before
    tell(room, sink)
    entries = tuple(ear.heard[0].notices[0]["evidence"])
    for mark in ("false_alarm", "confirmed"):
        room.desk.store.mark(Mark(room.at, "tester", entries, mark, ""))
        tell(room, sink)
    assert len(ear.heard) == 1


def test_two_looks_at_one_moment_show_one_edit_whichever_of_them_is_read_first(room: Room) -> None:
    """Rereading goes by moment and entry, a crawl by what came in: each way round, the edit keeps its name."""
    told, ear = [], Ear()
    sink = Told("desk", ear, QUIET)
    for number in range(8):
        path, title = f"/news/harvest-of-year-{number}", f"Harvest of year {number}"
        old = tuple(f"Field {number}: {said}" for said in OTHER)
        new = (old[0], old[1].replace("tenth", f"{number + 20}th"), *old[2:])
        room.shows(path, page(title, old))
        first = room.shows(path, page(title, new))
        room.at = first.at - HOUR
        again = room.shows(path, page(title, new) + b"<!-- another copy -->")
        assert again.at == first.at
        room.shows(path, page(title, new))
        told.append(first.entry < again.entry)
    assert set(told) == {True, False}, "both ways round"
    tell(room, sink, since=MONDAY - DAY)
    assert len(ear.heard) == 8
    asyncio.run(reread.everything(room.desk))
    tell(room, sink, since=MONDAY - DAY)
    assert len(ear.heard) == 8


def test_what_only_a_better_reader_found_in_old_captures_is_no_news(room: Room) -> None:
    """The chrome rule hid a paragraph: once it is gone, rereading finds an edit of last week."""
    ear = Ear()
    sink = Told("desk", ear, QUIET)
    hidden = ("Under the agreement", STORY[1])
    room.desk.close()
    room.chrome(hidden[0])
    room.open()
    room.shows(PATH, page("Ministry signs agreement", STORY))
    edit(room, new=(STORY[0], NEW[1], *STORY[2:]))
    tell(room, sink)
    assert room.all("select count(*) from changes where status = 'news'") == [(0,)]
    room.desk.close()
    room.chrome()
    room.open()
    asyncio.run(reread.everything(room.desk))
    assert room.all("select count(*) from changes where status = 'news'") == [(1,)]
    tell(room, sink)
    room.shows(PATH, page("Ministry signs agreement", (STORY[0], NEW[1], *STORY[2:])))
    tell(room, sink)
    assert ear.heard == []


def test_captures_that_come_in_late_from_elsewhere_are_not_told(room: Room) -> None:
    ear = Ear()
    sink = Told("desk", ear, QUIET)
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))
    room.at += 30 * DAY
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))
    tell(room, sink)
    room.at -= 20 * DAY
    room.shows(PATH, page("Ministry signs agreement", STORY))
    edit(room)
    assert room.all("select count(*) from changes where status = 'news'") == [(1,)]
    tell(room, sink, at=room.at + 21 * DAY)
    assert ear.heard == []


def test_what_is_called_a_false_alarm_before_it_was_sent_is_not_sent(room: Room) -> None:
    dead = Told("desk", Ear(trouble=lambda message: Failed("not now")), QUIET)
    ear = Ear()
    room.shows(PATH, page("Ministry signs agreement", STORY))
    tell(room, dead)
    edit(room)
    assert tell(room, dead) == ["not now"]
    entry = room.all("select about ->> 0 from notices")[0][0]
    room.desk.store.mark(Mark(room.at, "tester", (entry,), "false_alarm", ""))
    assert tell(room, Told("desk", ear, QUIET), at=room.at + DAY) == []
    assert ear.heard == []
    assert room.all("select error from notices") == [("withdrawn: it is news no more",)]


def test_a_sink_that_is_dead_gets_everything_once_it_lives_and_the_others_do_not_wait(room: Room) -> None:
    dead, ear, other = Ear(trouble=lambda message: Failed("refused")), Ear(), Ear()
    room.shows(PATH, page("Ministry signs agreement", STORY))
    sinks = Told("dead", dead, QUIET), Told("other", other, QUIET)
    tell(room, *sinks)
    edit(room)
    assert tell(room, *sinks) == ["refused"]
    assert len(other.heard) == 1
    assert tell(room, *sinks, at=room.at + timedelta(seconds=30)) == [], "not yet due again"
    assert tell(room, *sinks, at=room.at + timedelta(seconds=90)) == ["refused"]
    tell(room, Told("dead", ear, QUIET), sinks[1], at=room.at + HOUR)
    assert (len(ear.heard), len(other.heard)) == (1, 1)
    assert ear.heard[0].key != other.heard[0].key


def test_after_three_days_a_notice_is_given_up_and_the_other_sinks_are_alarmed(room: Room) -> None:
    dead = Told("dead", Ear(trouble=lambda message: Failed("refused")), QUIET)
    ear = Ear()
    other = Told("other", ear, Wanted(frozenset({"alarm"})))
    room.shows(PATH, page("Ministry signs agreement", STORY))
    tell(room, dead, other)
    edit(room)
    for hours in range(0, 96, 3):
        tell(room, dead, other, at=room.at + hours * HOUR)
    ((tries, given_up),) = room.all("select tries, given_up_at is not null from notices where sink = 'dead'")
    assert given_up
    assert 10 < tries < 30
    assert [m.notices[0]["what"] for m in ear.heard if "sink" in m.notices[0]["what"]] == [
        f"the sink dead did not take 1 notice; given up on {stamp(room.at + 3 * DAY)[:10]}"
    ]


@given(st.integers(-5, 10_000))
def test_the_wait_grows_and_never_beyond_six_hours(tries: int) -> None:
    assert 60 <= notify.wait(tries) <= notify.wait(tries + 1) <= 6 * 3600


def test_a_digest_is_one_message_a_period_and_the_same_one_at_each_attempt(room: Room) -> None:
    ear = Ear()
    keys: list[tuple[str, bytes]] = []

    def trouble(message: Message) -> Failed:
        keys.append((message.key, message.json))
        return Failed("later")

    told = Told("daily", Ear(trouble=trouble), QUIET, digest=86400)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))
    start = room.at
    tell(room, told)
    edit(room)
    tell(room, told)
    assert keys == [], "its time has not come"
    tell(room, told, at=start + DAY + HOUR)
    edit(
        room,
        "/news/barley-comes-in-late-7",
        (OTHER[0], OTHER[1].replace("tenth", "third"), OTHER[2]),
        "Barley comes in late",
    )
    tell(room, told, at=start + DAY + 2 * HOUR)
    assert len(keys) == 2
    assert keys[0] == keys[1]
    live = Told("daily", ear, QUIET, digest=86400)
    tell(room, live, at=start + DAY + 3 * HOUR)
    assert [(m.key, len(m.notices)) for m in ear.heard] == [(keys[0][0], 1)]
    tell(room, live, at=start + 2 * DAY + 3 * HOUR)
    assert len(ear.heard) == 2
    assert "barley" in ear.heard[1].notices[0]["url"]


# --- one event, one notice ----------------------------------------------------------------------


def test_forty_articles_that_go_together_are_one_notice(room: Room) -> None:
    """The rows that an outlet's mass removal leaves: an incident, and forty takedowns that came of it."""
    conn, ear = room.desk.store.conn, Ear()
    sink = Told("desk", ear, QUIET)
    seen = [room.shows(f"/news/story-number-{n}", page(f"Story {n}", (f"{n} {STORY[0]}", *OTHER))) for n in range(3)]
    tell(room, sink)
    started = room.at + HOUR
    bad = [room.shows(f"/news/story-number-{n}", None, 404) for n in range(3)]
    entries = [one.entry for one in bad]
    incident = (1, "test", stamp(started), stamp(room.at), None, "gone", 40, canonical_json(entries))
    conn.execute(
        "insert into incidents (id, outlet, started_at, recognised_at, ended_at, kind, articles, evidence) values (?, ?, ?, ?, ?, ?, ?, ?)",
        incident,
    )
    tell(room, sink)
    tell(room, sink)
    assert [m.notices[0]["event"] for m in ear.heard] == ["incident"]
    assert "40 articles" in ear.heard[0].notices[0]["what"]
    last = room.shows("/news/story-number-0", None, 404)
    conn.execute("update incidents set ended_at = ?, kind = ?", (stamp(room.at), MASS_REMOVAL))
    for n, entry in enumerate(entries):
        row = (
            900 + n,
            room.all("select id from articles order by url")[n][0],
            stamp(room.at),
            "taken_down",
            "down",
            "gone",
            stamp(started),
            stamp(bad[n].at),
            canonical_json([entry, last.entry]),
            "3 bad looks",
        )
        conn.execute(
            "insert into standings (id, article, at, standing, was, how, after_at, by_at, evidence, reason) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
    tell(room, sink)
    tell(room, sink)
    assert [m.notices[0]["event"] for m in ear.heard] == ["incident", "takedown"]
    said = ear.heard[1].notices[0]
    assert said["what"] == "mass removal: 40 articles turned bad together and stayed so (gone)"
    assert sorted(said["listed"]) == sorted(one.asked_url for one in bad)
    assert len(seen) == 3
    downs = standings(conn, Sought(kind="takedown"))
    remain = [replace(one, kind="copies remain", listed=(f"https://copy.example/{n}",)) for n, one in enumerate(downs)]
    (copies,) = gathered(conn, remain)
    assert copies.listed == tuple(f"https://copy.example/{n}" for n in range(3)), "and so are their copies"
    assert copies.name != gathered(conn, downs)[0].name


def test_channels_that_freeze_together_are_one_alarm_and_it_is_not_repeated(room: Room) -> None:
    conn, ear = room.desk.store.conn, Ear()
    sink = Told("desk", ear, Wanted(frozenset({"alarm"})))
    seen = room.shows(PATH, page("Ministry signs agreement", STORY))
    number = conn.execute("select id from captures where entry = ?", (seen.entry,)).fetchone()[0]
    for n in range(17):
        row = (n, f"http://127.0.30.1:8080/feed-{n}", stamp(MONDAY - 9 * DAY), number)
        conn.execute(
            "insert into channels (id, outlet, kind, url, state, last_new_at, capture) values (?, 'test', 'feed', ?, 'frozen', ?, ?)",
            row,
        )
    for hours in (0, 1, 2, 30):
        tell(room, sink, at=room.at + hours * HOUR)
    (message,) = ear.heard
    assert message.notices[0]["what"] == "17 things are not well (channels)"
    assert len(message.notices[0]["listed"]) == 17
    conn.execute("update channels set last_new_at = ? where id = 3", (stamp(room.at),))  # it lived, and froze again
    tell(room, sink, at=room.at + 60 * HOUR)
    assert len(ear.heard) == 2


def test_articles_nobody_sees_and_pages_without_text_raise_alarms(room: Room) -> None:
    ear = Ear()
    sink = Told("desk", ear, Wanted(frozenset({"alarm"})))
    for n in range(6):
        room.shows(f"/news/story-number-{n}", page(f"Story {n}", (f"{n} {STORY[0]}", *OTHER)))
    tell(room, sink)
    assert ear.heard == []
    room.at += 6 * DAY
    for n in range(6):
        room.shows(f"/news/story-number-{n}", b"<html>no</html>", 403)
    room.desk.store.conn.execute("update readings set verdict = 'unread' where at > ?", (stamp(room.at - DAY),))
    tell(room, sink)
    lines = " ".join(m.notices[0]["what"] for m in ear.heard)
    assert "test: 6 articles not seen for 5 days or longer: unread" in lines
    assert "6 of 6 articles looked at since yesterday gave no text" in lines


def test_a_store_that_suddenly_grows_much_faster_raises_an_alarm(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.alarms.FLOOR", 20_000)  # bytes, so that the test needs no gigabyte
    ear = Ear()
    sink = Told("desk", ear, Wanted(frozenset({"alarm"})))
    for day in range(9):
        room.at = MONDAY + day * DAY
        room.shows(f"/news/story-number-{day}", page(f"Story {day}", (f"{day} {STORY[0]}", *OTHER)))
        tell(room, sink)
    room.at = MONDAY + 9 * DAY
    room.shows("/news/story-number-10", b"<html>" + os.urandom(60_000) + b"</html>")
    tell(room, sink)
    assert not any("grew" in message.text for message in ear.heard)
    tell(room, sink, at=MONDAY + 10 * DAY)
    assert "the store grew by" in ear.heard[-1].text


# --- who wants what -------------------------------------------------------------------------------

ONE = Occasion(
    "stealth edit", ("e" * 64,), "2026-03-02T08:00:00.000Z", "amn", "https://amn.example/a", "北京 and the café",
    "Headline changed", weight=0.4, kinds=("number",), edits=(Edit("paragraph", Action.REWORDED, "5 killed", "25 killed", 0),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "wants"),
    [
        ("", True),
        ('events = ["takedown"]', False),
        ('outlets = ["amn", "rt"]', True),
        ('outlets = ["rt"]', False),
        ('kinds = ["number", "name"]', True),
        ('kinds = ["quote"]', False),
        ("weight = 0.4", True),
        ("weight = 0.5", False),
        ("stealth = true", True),
        ('words = ["KILLED"]', True),
        ('words = ["kill"]', False),
        ('words = ["kill*"]', True),
        ('words = ["京"]', True),
        ('words = ["café"]', True),
        ('words = ["nothing", "25"]', True),
    ],
)
def test_a_sink_is_told_what_it_wants(tmp_path: Path, lines: str, wants: bool) -> None:
    (tmp_path / "n.toml").write_text(f'[[sinks]]\nname = "a"\ntype = "log"\n{lines}\n')
    (told,) = load(tmp_path / "n.toml")
    assert told.wanted(ONE) is wants


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no sink"),
        ("[[sinks", "is no TOML"),
        ('[[sinks]]\nname = "a"', "sinks[1].type: is missing"),
        ('[[sinks]]\nname = "a"\ntype = "webhok"', "did you mean webhook"),
        ('[[sinks]]\nname = "a"\ntype = "webhook"', "url: is missing"),
        ('[[sinks]]\nname = "a"\ntype = "webhook"\nurl = "ftp://x"', "wants an address"),
        ('[[sinks]]\nname = "a"\ntype = "webhook"\nurl = "https://u:p@x.org/"', "user name"),
        ('[[sinks]]\nname = "a"\ntype = "webhook"\nurl = "https://x.org/"\nsecret_env = "NO_SUCH_NAME"', "not set"),
        ('[[sinks]]\nname = "a"\ntype = "log"\nwieght = 1', "did you mean weight"),
        ('[[sinks]]\nname = "a"\ntype = "log"\nweight = 2', "from 0 to 1"),
        ('[[sinks]]\nname = "a"\ntype = "log"\nkinds = ["numbr"]', "did you mean number"),
        ('[[sinks]]\nname = "a"\ntype = "log"\ndigest = "daily"', "wants a time"),
        ('[[sinks]]\nname = "a"\ntype = "log"\n[[sinks]]\nname = "a"\ntype = "log"', "two sinks are named a"),
        ('[[sinks]]\nname = "a"\ntype = "command"\nrun = "rm -rf"', "wants a list"),
        ('[[sinks]]\nname = "a"\ntype = "command"\nrun = []', "is empty"),
        ('[[sinks]]\nname = "a"\ntype = "file"\npath = "no/such/x.jsonl"', "is no folder"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_file_is_one_clear_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "n.toml").write_text(text)
    with pytest.raises(CatalogueError) as trouble:
        load(tmp_path / "n.toml")
    assert says in str(trouble.value)
    assert "\n" not in str(trouble.value)


def test_the_command_says_what_is_wrong_and_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "n.toml").write_text('[[sinks]]\nname = "a"\ntype = "log"\noutlets = ["anm"]\n')
    for words in (
        ["notify"],
        ["notify", "-s", f"NOTIFY={tmp_path}/none.toml"],
        ["notify", "-s", f"NOTIFY={tmp_path}/n.toml"],
    ):
        done = run("scrapy", *words, "--store", str(tmp_path / "s.db"))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


# --- webhooks -------------------------------------------------------------------------------------

MESSAGE = Message("k" * 40, "desk", ({"event": "edit", "outlet": "amn", "title": "x", "what": "y"},))


def test_a_receiver_can_check_who_sent_it() -> None:
    with Hook() as hook:
        Webhook(hook.url, "a secret").send(MESSAGE, 1_700_000_000)
    (got,) = hook.heard
    expected = hmac.new(b"a secret", b"1700000000." + got.body, hashlib.sha256).hexdigest()
    assert got.headers["stet-signature"] == f"v1={expected}"
    assert (got.headers["stet-timestamp"], got.key) == ("1700000000", "k" * 40)


def test_a_redirect_is_not_followed() -> None:
    with Hook() as thief, Hook(lambda delivery: (307, {"Location": thief.url})) as hook:
        with pytest.raises(Failed, match="leads elsewhere"):
            Webhook(hook.url, "a secret").send(MESSAGE, 0)
        assert thief.heard == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://93.184.216.34/hook", "only https"),
        ("https://10.0.0.5/hook", "not out there"),
        ("https://169.254.169.254/latest", "not out there"),
        ("https://[::ffff:10.0.0.5]/", "not out there"),
        ("https://0x7f.1:9/", "Connection refused"),
        ("https://no-such-host.invalid/", "no such host"),
    ],
)
def test_what_is_not_out_there_is_not_asked(url: str, says: str) -> None:
    with pytest.raises(Failed, match=says):
        Webhook(url, timeout=2).send(MESSAGE, 0)


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name under somebody else's control that resolves to this machine."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Failed, match=r"leads to 127\.0\.0\.1"):
        Webhook("https://hooks.example.org/").send(MESSAGE, 0)


def test_a_side_that_drips_for_ever_is_cut_off_in_time() -> None:
    """A byte now and then would keep a time-out for silence from ever coming."""
    over = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        try:
            while not over.wait(0.1):
                connection.sendall(b"x")
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=drip, args=(listener,), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(Failed, match="no answer within 1 s"):
            Webhook(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=1).send(MESSAGE, 0)
        assert time.monotonic() - began < 5
        over.set()


def test_one_message_that_is_refused_does_not_hold_up_the_others(room: Room) -> None:
    with Hook(lambda delivery: (422 if b"barley" in delivery.body else 200, {})) as hook:
        sink = Told("desk", Webhook(hook.url), QUIET)
        room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))
        room.shows(PATH, page("Ministry signs agreement", STORY))
        tell(room, sink)
        edit(
            room,
            "/news/barley-comes-in-late-7",
            (OTHER[0], OTHER[1].replace("tenth", "third"), OTHER[2]),
            "Barley comes in late",
        )
        edit(room)
        assert tell(room, sink) == ["it answers 422 Unprocessable Entity"]
        assert len(hook.heard) == 2


def test_retry_after_is_heeded(room: Room) -> None:
    with Hook(lambda delivery: (503, {"Retry-After": "7200"})) as hook:
        sink = Told("desk", Webhook(hook.url), QUIET)
        room.shows(PATH, page("Ministry signs agreement", STORY))
        tell(room, sink)
        edit(room)
        tell(room, sink)
        tell(room, sink, at=room.at + HOUR)
        assert len(hook.heard) == 1
        tell(room, sink, at=room.at + 3 * HOUR)
        assert len(hook.heard) == 2


# --- kills ----------------------------------------------------------------------------------------


def conf(folder: Path, hook: Hook) -> str:
    (folder / "n.toml").write_text(
        f'[[sinks]]\nname = "desk"\ntype = "webhook"\nurl = "{hook.url}"\nevents = ["edit", "takedown", "restored"]\n'
    )
    return f"NOTIFY={folder / 'n.toml'}"


def test_killed_between_sending_and_noting_a_message_comes_again_with_the_same_key(own: Path, tmp_path: Path) -> None:
    """The receiver kills the sender while the fourth message is in its hands: it was taken, and that was not noted."""
    started: list[subprocess.Popen[bytes]] = []
    hook = Hook()

    def kill_at_the_fourth(delivery: object) -> tuple[int, dict[str, str]] | None:
        if len(hook.heard) == 4:
            os.kill(started[0].pid, signal.SIGKILL)
            return None
        return 200, {}

    hook.answers = kill_at_the_fourth
    with hook:
        words = ["notify", "-s", conf(tmp_path, hook), "--store", str(own), "--since", "2026-01-01"]
        started.append(subprocess.Popen([sys.executable, "-m", "scrapy", *words], cwd=ROOT, stderr=subprocess.DEVNULL))
        assert started[0].wait(60) == -signal.SIGKILL
        hook.answers = lambda delivery: (200, {})
        assert len(hook.heard) == 4
        done = run("scrapy", "notify", "-s", conf(tmp_path, hook), "--store", str(own))
        assert done.returncode == 0, done.stderr
        keys = Counter(delivery.key for delivery in hook.heard)
        assert len(keys) == len({notice["id"] for d in hook.heard for notice in d.said["notices"]}) > 10
        assert sum(keys.values()) == len(keys) + 1, "one message came twice"
        twice = [d for d in hook.heard if keys[d.key] == 2]
        assert twice[0].body == twice[1].body
        again = run("scrapy", "notify", "-s", conf(tmp_path, hook), "--store", str(own), "--since", "2026-01-01")
        assert again.stdout == "0 messages sent\n"
        for words in (["reread"], ["learn"]):
            assert run("scrapy", *words, "--store", str(own)).returncode == 0
        after = run("scrapy", "notify", "-s", conf(tmp_path, hook), "--store", str(own), "--since", "2026-01-01")
        assert after.stdout == "0 messages sent\n"


def test_a_dry_run_and_a_test_notice_leave_the_outbox_alone(own: Path, tmp_path: Path) -> None:
    with Hook() as hook:
        words = ["notify", "-s", conf(tmp_path, hook), "--store", str(own)]
        shown = run("scrapy", *words, "--since", "2026-01-01", "--dry-run")
        assert shown.returncode == 0, shown.stderr
        assert "desk: takedown: " in shown.stdout
        assert hook.heard == []
        assert run("scrapy", *words, "--test", "desk").stdout == "desk took the test notice\n"
        assert hook.events() == ["test"]
        assert run("scrapy", *words, "--test", "dsk").returncode == 2
        store = Store.read(own)
        assert store.conn.execute("select count(*) from notices").fetchone()[0] == 0
        assert store.conn.execute("select count(*) from sinks").fetchone()[0] == 0
        store.close()


# --- other sinks ----------------------------------------------------------------------------------


def test_a_command_gets_the_message_and_no_shell(tmp_path: Path) -> None:
    taker = "import sys, os, pathlib; pathlib.Path(sys.argv[1]).write_text(os.environ['STET_KEY'] + sys.stdin.read())"
    out = tmp_path / "$(touch x); out"
    Command((sys.executable, "-c", taker, str(out))).send(MESSAGE, 0)
    assert out.read_text() == MESSAGE.key + MESSAGE.json.decode()


def test_a_command_that_fails_says_why_and_one_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"ended with 3: no \[31mmail"):
        Command((sys.executable, "-c", "import sys; sys.stderr.write('no \\x1b[31mmail'); sys.exit(3)")).send(
            MESSAGE, 0
        )
    with pytest.raises(Failed, match="cannot be run"):
        Command((str(tmp_path / "none"),)).send(MESSAGE, 0)
    alive = tmp_path / "pid"
    hang = f"import os, pathlib, time; pathlib.Path({str(alive)!r}).write_text(str(os.getpid())); time.sleep(60)"
    with pytest.raises(Failed, match="did not end within 1 s"):
        Command((sys.executable, "-c", hang), timeout=1).send(MESSAGE, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(int(alive.read_text()), 0)


def test_a_file_gets_a_line_each_and_a_torn_one_stays_alone(tmp_path: Path) -> None:
    sink = File(tmp_path / "out.jsonl")
    sink.send(MESSAGE, 0)
    with sink.path.open("ab") as file:
        file.write(b'{"torn')
    sink.send(MESSAGE, 0)
    lines = sink.path.read_bytes().splitlines()
    assert [line == MESSAGE.json for line in lines] == [True, False, True]
    with pytest.raises(Failed, match="No such file"):
        File(tmp_path / "none" / "x").send(MESSAGE, 0)


def test_apprise_delivers_to_a_real_address() -> None:
    pytest.importorskip("apprise")
    from crawler.sinks.apprise import Apprise

    with Hook() as hook:
        Apprise(hook.url.replace("http://", "json://")).send(Message("k" * 40, "d", (notify.said(ONE),)), 0)
        (got,) = hook.heard
        assert got.said["title"] == "stealth edit: amn: 北京 and the café"
        assert "+ 25 killed" in got.said["message"]
        with pytest.raises(Failed, match="does not know"):
            Apprise("nosuchthing://x").send(MESSAGE, 0)


# --- hostile pages --------------------------------------------------------------------------------


def test_a_hostile_headline_is_inert_in_a_notice(room: Room) -> None:
    ear = Ear()
    sink = Told("desk", ear, QUIET)
    nasty = "\u202e<script>alert(1)</script> @everyone <!channel> [x](http://evil) " + "A" * 1_000_000
    room.shows(PATH, page("Ministry signs agreement", STORY))
    tell(room, sink)
    edit(room, title=nasty.replace("<", "&lt;"))
    tell(room, sink)
    (message,) = ear.heard
    assert len(message.json) < 20_000
    assert message.json.isascii()
    for text in (message.subject, message.text):
        assert "\u202e" not in text
        assert len(text) < 10_000
    loud = quiet(message.text)
    assert "@everyone" not in loud
    assert "<" not in loud
    assert "](" not in loud


@given(st.text())
def test_cleaned_text_is_one_short_line_that_steers_nothing(text: str) -> None:
    line = cleaned(text, 50)
    assert len(line) <= 50
    assert not set(line) & set("\n\r\x1b\x00\u202e\u2066\u2028\x85\x9b")
    line.encode()


# --- beside the crawl -----------------------------------------------------------------------------


def test_a_sink_that_hangs_holds_up_neither_ticks_nor_other_commands(room: Room, tmp_path: Path) -> None:
    held, taken = threading.Event(), threading.Event()

    class Stuck:
        def send(self, message: Message, at: int) -> None:
            taken.set()
            assert held.wait(30)

    said: list[str] = []
    telling = Telling(tmp_path / "stet.db", (Told("stuck", Stuck(), QUIET),), lambda: room.at)
    telling.say = lambda event, line, **facts: said.append(event)

    async def live() -> None:
        telling.at_work = asyncio.Lock()
        await telling.begin()
        await asyncio.to_thread(taken.wait, 30)
        await telling.begin()  # a round is under way: nothing happens
        async with asyncio.timeout(5), telling.at_work:  # a tick
            lock = hold(tmp_path / "stet.db", "a crawl")
        lock.release()
        assert said == []
        held.set()
        await telling.close(30)

    room.shows(PATH, page("Ministry signs agreement", STORY))
    room.desk.close()
    asyncio.run(telling.acquaint())
    room.open()
    edit(room)
    room.desk.close()
    asyncio.run(live())
    room.open()
    assert said == ["told"]
    assert room.all("select sent_at is not null, tries from notices") == [(1, 1)]


def test_the_daemon_tells_what_its_ticks_found_though_another_sink_is_dead(tmp_path: Path) -> None:
    path = "/2026/03/02/ministry-signs-agreement-on-news"
    sinks = '[[sinks]]\nname = "file"\ntype = "file"\npath = "out.jsonl"\nevents = ["edit"]\n'
    with Site() as site, Hook(lambda delivery: (500, {})) as hook:
        dead = f'[[sinks]]\nname = "dead"\ntype = "webhook"\nurl = "{hook.url}"\nevents = ["edit"]\n'
        (tmp_path / "n.toml").write_text(sinks + dead)
        listed = f"<rss><channel><item><title>x</title><link>{site.url(path)}</link></item></channel></rss>".encode()
        site.answers["/feed"] = reply(listed, Content_Type="application/rss+xml")
        kept = shelf(tmp_path / "outlets", {"one": site}, 0.01, channel("feed", "/feed"))
        for story in (STORY, NEW, NEW):
            site.answers[path] = reply(page("Ministry signs agreement", story))
            words = ("--once", "--every", "1s", "-s", f"NOTIFY={tmp_path / 'n.toml'}")
            with Daemon(kept, tmp_path / "stet.db", *words) as daemon:
                code, said, err = daemon.ended()
                assert code == 0, err
    (line,) = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert json.loads(line)["notices"][0]["url"] == site.url(path)
    assert [one["sink"] for one in said if one["event"] == "not told"] == ["dead"]
    assert len(hook.heard) == 1


def test_a_sink_nobody_used_for_months_starts_anew(room: Room) -> None:
    ear = Ear()
    sink = Told("desk", ear, QUIET)
    room.shows(PATH, page("Ministry signs agreement", STORY))
    tell(room, sink)
    edit(room)
    tell(room, sink, at=room.at + 60 * DAY)
    assert ear.heard == []


def test_an_old_store_is_migrated_and_its_past_can_be_told(own: Path, tmp_path: Path) -> None:
    """What was news before there was an outbox has the look that made it so, as far as rows can tell."""
    store = Store.open(own)
    wrong = store.conn.execute("select count(*) from changes where unmarked = 'news' and settled_by = ''").fetchone()
    later = store.conn.execute(
        """select count(*) from changes ch join captures c on c.entry = ch.settled_by where ch.status = 'news'
        and (ch.settled_at != c.at or c.at < ch.by_at)"""
    ).fetchone()
    assert (wrong[0], later[0]) == (0, 0)
    notices.pass_over(store.conn)
    store.close()
    shutil.copy(own, tmp_path / "copy.db")
    assert json.loads(run("stet", "status", "--json", "--store", str(tmp_path / "copy.db")).stdout)
