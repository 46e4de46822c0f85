"""scrapy mark: what analysts say of changes and takedowns, and that it lasts."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler import ask, marked, reread
from storage.records import Mark, MarkKind
from storage.schema import migrations
from tests.test_observe import HOST, STORY, Room, page

PATH = "/news/ministry-signs-agreement-1"
URL = HOST + PATH
EDITED = (STORY[0], STORY[1].replace("18 joint", "28 joint"), *STORY[2:])
AGAIN = (*EDITED[:3], EDITED[3].replace("no editor", "an editor"))
GONE = b"<html><h1>Not found</h1></html>"
OTHER = "/news/barley-comes-in-late-7"
ROOT = Path(__file__).parent.parent


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


@pytest.fixture
def edited(room: Room) -> Room:
    """Two changes that were told."""
    for text in (STORY, EDITED, EDITED, AGAIN, AGAIN):
        room.shows(PATH, page("Ministry signs agreement", text))
    assert statuses(room) == ["news", "news"]
    return room


def statuses(room: Room) -> list[str]:
    return [status for (status,) in room.all("select status from changes order by by_at")]


def mark(room: Room, kind: MarkKind, change: str = "", note: str = "", who: str = "anna", **more: Any) -> None:
    thing = marked.markable(room.desk.store, URL, change, **more)
    room.at += timedelta(hours=1)
    room.desk.store.mark(Mark(room.at, who, thing.about, kind, note))


def derived(room: Room) -> dict[str, list[tuple[Any, ...]]]:
    names = ("articles", "readings", "versions", "changes", "edits", "standings", "texts", "stealth_edits", "takedowns")
    return {name: room.all(f"select * from {name} order by 1, 2") for name in names}


def reread_alike(room: Room) -> None:
    """Rereading, of all and of the one article, changes nothing."""
    before = derived(room)
    asyncio.run(reread.everything(room.desk))
    assert derived(room) == before
    known = room.desk.store.article(ask.article(room.desk.store, URL).url)
    assert known is not None
    asyncio.run(reread.article(room.desk, known.id))
    assert derived(room) == before


# --- a change -------------------------------------------------------------------------------------


def test_a_false_alarm_is_told_no_more_and_stays_so(edited: Room) -> None:
    mark(edited, "false_alarm", "2", "the ticker moved")
    assert statuses(edited) == ["noise", "news"]
    assert edited.all("select reason from changes where status = 'noise'") == [("marked a false alarm by anna",)]
    reread_alike(edited)
    edited.shows(PATH, page("Ministry signs agreement", AGAIN[:3]))
    edited.shows(PATH, page("Ministry signs agreement", AGAIN[:3]))
    assert statuses(edited) == ["noise", "news", "news"]
    reread_alike(edited)


def test_a_change_that_waits_is_news_once_confirmed(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    room.shows(PATH, page("Ministry denies agreement", STORY))
    assert statuses(room) == ["pending"]
    mark(room, "confirmed", "1..2")
    assert room.all("select status, reason from changes") == [("news", "confirmed by anna")]
    assert room.all("select marked from headline_changes") == [("confirmed",)]
    reread_alike(room)


def test_what_was_confirmed_stays_news_though_its_text_flips_back(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    room.shows(PATH, page("Ministry denies agreement", STORY))
    mark(room, "confirmed")
    for turn in range(8):
        room.shows(PATH, page(f"Ministry {'denies' if turn % 2 else 'signs'} agreement", STORY))
    assert statuses(room)[0] == "news"
    assert set(statuses(room)[1:]) == {"flip"}
    reread_alike(room)


def test_the_newest_mark_counts_and_can_be_withdrawn(edited: Room) -> None:
    mark(edited, "false_alarm")
    mark(edited, "note", "3", "asked the desk")
    assert statuses(edited) == ["news", "noise"]
    mark(edited, "confirmed", "3", who="ben")
    assert statuses(edited) == ["news", "news"]
    assert edited.all("select marked from stealth_edits order by by_at") == [("",), ("confirmed",)]
    mark(edited, "false_alarm", "3")
    mark(edited, "withdrawn", "3")
    assert statuses(edited) == ["news", "news"]
    assert "look" in edited.all("select reason from changes order by by_at desc")[0][0]
    (thing,) = marked.listed(edited.desk.store, URL)
    assert [said.mark for said in thing.marks] == ["false_alarm", "note", "confirmed", "false_alarm", "withdrawn"]
    assert thing.counts is None
    reread_alike(edited)


def test_a_mark_names_its_captures_whatever_number_the_change_has(edited: Room) -> None:
    mark(edited, "false_alarm", "2")
    ((about,),) = edited.all("select about from marks")
    new, old = json.loads(about)
    entries = edited.all("""select c.entry from captures c join versions v on v.capture = c.id order by v.number""")
    assert (old, new) == (entries[0][0], entries[1][0])


# --- a takedown -----------------------------------------------------------------------------------


def test_a_takedown_marked_a_false_alarm_stands_and_is_shown_as_marked(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    for _ in range(30):
        room.shows(OTHER, page("Barley comes in late", EDITED[1:]))
        room.shows(PATH, GONE, 404)
    assert room.all("select marked, now from takedowns") == [("", "taken_down")]
    mark(room, "false_alarm", note="the outlet moved it", takedown=True)
    assert room.all("select marked, now from takedowns") == [("false_alarm", "taken_down")]
    (down,) = [event for event in ask.history(room.desk.store, URL).events if event.event == "taken_down"]
    assert [said.note for said in down.marks] == ["the outlet moved it"]
    reread_alike(room)


# --- what lasts -----------------------------------------------------------------------------------


def test_forgetting_an_article_leaves_its_marks_without_its_text(edited: Room) -> None:
    mark(edited, "false_alarm", note="the ticker moved")
    known = ask.article(edited.desk.store, URL)
    asyncio.run(reread.forget(edited.desk, known.id, edited.at))
    ((about, note),) = edited.all("select about, note from marks")
    assert note == "the ticker moved"
    assert {len(entry) for entry in json.loads(about)} == {64}


def test_an_older_store_is_given_marks_that_can_be_withdrawn(tmp_path: Path) -> None:
    """Rows of before the migration have what it adds."""
    import sqlite3

    from sqlite_utils import Database

    conn = sqlite3.connect(tmp_path / "old.db")
    migrations.apply(Database(conn), stop_before="m006_variants_and_marks")
    conn.execute(
        """insert into marks (id, at, who, about, mark, note)
        values (7, '2026-01-01T00:00:00.000Z', 'anna', '["e"]', 'note', 'n')"""
    )
    conn.commit()
    migrations.apply(Database(conn))
    assert conn.execute("select id, who, note from marks").fetchall() == [(7, "anna", "n")]
    conn.execute("insert into marks (at, who, about, mark, note) values ('t', 'w', '[]', 'withdrawn', '')")


# --- the command ----------------------------------------------------------------------------------


def scrapy(room: Room, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crawler.stet", "mark", *words, "--store", str(room.folder / "stet.db")]
    code = "import sys; sys.argv[0] = 'stet'; from crawler.stet import main; main()"
    command[1:3] = ["-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_marks_and_lists(edited: Room) -> None:
    edited.desk.close()
    done = scrapy(edited, URL, "--change", "2", "--false-alarm", "--note", "the \x1b[31mticker", "--who", "anna")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("marked a false alarm: edit 1..2: ")
    listed = scrapy(edited, URL)
    assert listed.returncode == 0
    assert "edit 1..2" in listed.stdout
    assert "a false alarm, says anna" in listed.stdout
    assert "\x1b" not in listed.stdout
    edited.open()
    assert statuses(edited) == ["noise", "news"]


@pytest.mark.parametrize(
    ("words", "says", "code"),
    [
        ((), "needs the address", 2),
        ((URL, "--false-alarm", "--confirmed"), "say one of", 2),
        ((URL, "--false-alarm", "--change", "2", "--takedown"), "not both", 2),
        ((URL, "--note", " "), "--note is empty", 2),
        ((URL, "--who", " ", "--confirmed"), "--who is empty", 2),
        ((URL, "--change", "2"), "say --false-alarm, --confirmed", 2),
        ((URL, "--confirmed", "--change", "two"), "two: not a change", 1),
        ((URL, "--confirmed", "--change", "9"), "no change 9 is held", 1),
        ((URL, "--confirmed", "--takedown"), "was not taken down", 1),
        ((URL, "--withdraw", "--who", "anna"), "", 1),
        ((f"{HOST}/nothing", "--confirmed"), "no article of that address", 1),
        ((URL, "--fals-alarm", "--typo"), "no option", 2),
        ((URL,), "", 1),
    ],
)
def test_bad_input_is_one_line_and_a_code(edited: Room, words: tuple[str, ...], says: str, code: int) -> None:
    edited.desk.close()
    done = scrapy(edited, *words)
    edited.open()
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert says in done.stderr
    assert len((done.stderr or done.stdout).strip().splitlines()) == 1
    assert edited.all("select count(*) from marks") == [(0,)]
