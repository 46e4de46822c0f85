"""Feeds: valid by RFC 4287 and JSON Feed 1.1, stable, inert, and of what was asked for."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from datasette.app import Datasette
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler import feed, reread
from crawler.ask import NoAnswer
from crawler.exports.feeds import Asked, entries, written
from crawler.feed import ATOM, Feed
from crawler.occasions.occasion import Occasion
from storage.records import Action, Edit
from storage.store import Store
from tests.test_commands import run
from tests.test_notify import NEW, PATH, edit
from tests.test_observe import STORY, Room, page

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


@pytest.fixture
def store(demo: Path) -> Iterator[Store]:
    store = Store.read(demo)
    yield store
    store.close()


def check_atom(body: bytes) -> list[Any]:
    """The rules of RFC 4287 that a validator looks at; returns the entries as a reader of feeds sees them."""
    root = etree.fromstring(body)
    name = f"{{{ATOM}}}"
    assert root.tag == f"{name}feed"
    assert not CONTROL.search(body.decode())
    for element in (root, *root.findall(f"{name}entry")):
        for needed in ("id", "title", "updated"):
            assert len(element.findall(f"{name}{needed}")) == 1, needed
        assert re.fullmatch(r"tag:[a-z.]+,\d{4}:[^\s]+", str(element.findtext(f"{name}id")))
        for moment in (*element.findall(f"{name}updated"), *element.findall(f"{name}published")):
            assert MOMENT.fullmatch(moment.text or "")
        kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall(f"{name}link")]
        assert len(kinds) == len(set(kinds))
        assert all(
            re.fullmatch(r"https?://[\x21-\x7e]+", link.get("href", "")) for link in element.findall(f"{name}link")
        )
    ids = [element.text for element in root.iter(f"{name}id")]
    assert len(ids) == len(set(ids))
    assert root.find(f"{name}author/{name}name") is not None, "needed once, or in every entry"
    stamps = [str(element.text) for element in root.iter(f"{name}updated")]
    assert stamps[0] == max(stamps)
    read = feedparser.parse(body)
    assert not read.bozo
    assert len(read.entries) == len(root.findall(f"{name}entry"))
    return list(read.entries)


def check_json(body: bytes) -> list[dict[str, Any]]:
    """The rules of JSON Feed 1.1."""
    said = json.loads(body)
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert said["title"]
    items: list[dict[str, Any]] = said["items"]
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert MOMENT.fullmatch(item["date_published"])
        assert all(re.fullmatch(r"https?://[\x21-\x7e]+", item[key]) for key in ("url", "external_url") if key in item)
    return items


def test_the_demos_feed_is_valid_and_says_the_same_in_both_forms(store: Store) -> None:
    atom = check_atom(written(store, Asked(), "atom", "https://stet.example/feed.atom", "https://stet.example/"))
    items = check_json(written(store, Asked(), "json", "https://stet.example/feed.json", "https://stet.example/"))
    assert [entry.id for entry in atom] == [item["id"] for item in items]
    assert len(items) > 10
    kinds = {entry.tags[0].term for entry in atom}
    assert {"stealth edit", "takedown", "restored"} <= kinds
    (entry,) = [entry for entry in atom if "staff" in entry.title]
    assert entry.link.startswith("https://stet.example/-/stet/diff/")
    told = next(item["content_html"] for item in items if item["id"] == entry.id)
    assert re.search(r'<del style="[^"]+">5</del><ins style="[^"]+">25</ins> employees', told)


def test_a_feed_without_entries_is_valid(store: Store) -> None:
    assert check_atom(written(store, Asked(words="nobody ever wrote this"), "atom")) == []
    assert check_json(written(store, Asked(words='"'), "json")) == []


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (Asked(outlet="zarya"), lambda one: one.outlet == "zarya"),
        (Asked(kind="takedown"), lambda one: one.kind == "takedown"),
        (Asked(kind="stealth edit"), lambda one: one.kind == "stealth edit"),
        (Asked(kind="headline"), lambda one: "headline" in one.kinds),
        (Asked(words="俄罗斯"), lambda one: one.outlet == "haiyue"),
        (Asked(words="Xinhua", kind="takedown"), lambda one: one.kind == "takedown"),
    ],
)
def test_a_feed_holds_what_is_asked_for_and_only_that(store: Store, asked: Asked, fits: Any) -> None:
    found = entries(store, asked)
    assert found
    assert all(map(fits, found))
    assert len(found) < len(entries(store, Asked()))


def test_what_nobody_knows_is_said(store: Store) -> None:
    for asked in (Asked(outlet="zaria"), Asked(kind="hedlin"), Asked(article="https://nowhere.example/a")):
        with pytest.raises(NoAnswer):
            entries(store, asked)


def test_ids_and_stamps_stay_when_all_is_read_again(room: Room) -> None:
    room.shows(PATH, page("Ministry signs agreement", STORY))
    edit(room)
    before = written(room.desk.store, Asked(), "atom")
    assert len(check_atom(before)) == 1
    asyncio.run(reread.everything(room.desk))
    assert written(room.desk.store, Asked(), "atom") == before


def test_a_hostile_page_is_inert_in_a_feed(room: Room) -> None:
    nasty = "\u202e<script>alert(1)</script>]]>&quot;<img src=x onerror=alert(1)>\x1b[31m"
    room.shows(PATH, page("Ministry signs agreement", STORY))
    edit(
        room,
        new=(*NEW, f"A paragraph that came in late &lt;script&gt;alert(2)&lt;/script&gt; {'A' * 1_000_000}"),
        title=f"{nasty.replace('<', '&lt;')} {'B' * 1_000_000}",
    )
    for form in ("atom", "json"):
        body = written(room.desk.store, Asked(), form)
        assert len(body) < 60_000
        if form == "atom":
            (entry,) = check_atom(body)
            content = etree.fromstring(body).findtext(f"{{{ATOM}}}entry/{{{ATOM}}}content") or ""
            assert "\x1b" not in entry.title
        else:
            (item,) = check_json(body)
            assert item["content_html"] == content
    tags = set(re.findall(r"<(/?\w+)", content))
    assert tags <= {"p", "/p", "b", "/b", "br", "del", "/del", "ins", "/ins", "small", "/small"}
    assert set(re.findall(r'(\w+)="', content)) == {"style"}


WORDS = st.text(st.characters(codec=None), max_size=60)  # lone surrogates, too


@given(WORDS, WORDS, WORDS, st.sampled_from(list(Action)))
def test_whatever_a_page_says_a_feed_stays_valid(title: str, url: str, text: str, action: Action) -> None:
    unit = Edit("paragraph", action, text, title, 0)
    one = Occasion(
        "edit", ("e" * 64,), "2026-03-02T08:00:00.000Z", "amn", url, title, text, disclosed="none", edits=(unit,)
    )
    for where in (url, f"https://example.org/{url}"):
        told = Feed("all", title, "2026-03-02T08:00:00.000Z")
        found = [one, one, Occasion("takedown", ("d" * 64,), one.at, "amn", where, title, text)]
        assert len(check_atom(feed.atom(told, found))) == 2
        assert len(check_json(feed.jsonfeed(told, found))) == 2


def get(path: Path, *wanted: str) -> list[Any]:
    async def ask() -> list[Any]:
        datasette = Datasette([str(path)])
        await datasette.invoke_startup()
        return [await datasette.client.get(address) for address in wanted]

    return asyncio.run(ask())


def test_datasette_serves_the_feeds(demo: Path) -> None:
    atom, told, none, odd = get(
        demo, "/-/stet/feed.atom?kind=takedown", "/-/stet/feed.json?q=Xinhua", "/-/stet/feed.atom?outlet=nobody",
        "/-/stet/feed.atom?q=%22%00(%ED%A0%80",
    )  # fmt: skip
    assert (atom.status_code, atom.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    assert check_atom(atom.content)
    assert (told.status_code, told.headers["content-type"]) == (200, "application/feed+json")
    assert check_json(told.content)
    assert (none.status_code, odd.status_code) == (404, 200)


def test_feeds_are_written_as_files(demo: Path, tmp_path: Path) -> None:
    done = run("scrapy", "export", "feed", str(tmp_path / "feeds"), "--store", str(demo))
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "feeds").iterdir())
    assert "feed.atom" in names
    assert "zarya.atom" in names
    for path in (tmp_path / "feeds").iterdir():
        check_atom(path.read_bytes())
    done = run("scrapy", "export", "feed", str(tmp_path / "t.json"), "--kind", "takedown", "--store", str(demo))
    assert check_json((tmp_path / "t.json").read_bytes())
    wrong = run("scrapy", "export", "feed", str(tmp_path / "x.atom"), "--outlet", "zaria", "--store", str(demo))
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)
    assert not (tmp_path / "x.atom").exists()


def test_an_older_store_that_is_only_read_has_its_feed(demo: Path, tmp_path: Path) -> None:
    """A store from before notices: no column says when a change was settled."""
    old = tmp_path / "old.db"
    with sqlite3.connect(demo) as source, sqlite3.connect(old) as into:
        source.backup(into)
    with sqlite3.connect(old) as conn:
        for n in range(1, 5):
            conn.execute(f"drop trigger changes_are_settled_{n}")
        conn.execute("drop index changes_settled")
        conn.execute("alter table changes drop column settled_by")
        conn.execute("alter table changes drop column settled_at")
    store = Store.read(old)
    assert len(check_atom(written(store, Asked(), "atom"))) > 10
    store.close()
