"""The store in real datasette: explained tables, views, search in any script, a page for each change."""

import asyncio
import html
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from crawler.dashboard.meanings import COLUMNS, TABLES
from storage.store import Store
from tests.test_store import capture

HIDDEN = re.compile(r"^(search_|sqlite_|_sqlite|forgotten)")


def get(path: Path, address: str) -> Any:
    async def ask() -> Any:
        datasette = Datasette([str(path)])
        await datasette.invoke_startup()
        return await datasette.client.get(address)

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def store_path(demo: Path) -> Path:
    return demo


def test_every_table_and_view_is_explained(store_path: Path) -> None:
    store = Store.read(store_path)
    names = [r["name"] for r in store.conn.execute("select name from sqlite_master where type in ('table', 'view')")]
    columns = {name: {r["name"] for r in store.conn.execute(f"pragma table_info({name})")} for name in names}
    store.close()
    assert {name for name in names if not HIDDEN.match(name)} - {"search"} == set(TABLES)
    for table, told in COLUMNS.items():
        assert set(told) <= columns[table], table


def test_datasette_shows_what_tables_and_columns_mean(store_path: Path) -> None:
    page = get(store_path, "/stet/changes")
    assert page.status_code == 200
    assert html.escape(TABLES["changes"], quote=False)[:60] in page.text
    assert COLUMNS["changes"]["disclosed"] in html.unescape(page.text)


@pytest.mark.parametrize(
    "view", ["looks", "takedowns", "stealth_edits", "headline_changes", "timeline", "outlet_health"]
)
def test_every_view_opens_and_holds_something(store_path: Path, view: str) -> None:
    answer = get(store_path, f"/stet/{view}.json?_shape=array")
    assert answer.status_code == 200
    assert answer.json()


def test_a_changes_summary_leads_to_its_page(store_path: Path) -> None:
    table = get(store_path, "/stet/stealth_edits")
    link = re.search(r'href="(/-/stet/change/\d+)"', table.text)
    assert link
    moved = get(store_path, link[1])
    assert moved.status_code == 302
    page = get(store_path, moved.headers["location"])
    assert page.status_code == 200
    assert re.search(r"<(del|ins)>", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("words", ["俄罗斯", "Россия", "state media", "propag*"])
def test_the_search_page_finds_words_in_any_script(store_path: Path, words: str) -> None:
    page = get(store_path, f"/-/stet/search?q={words}")
    assert page.status_code == 200
    assert "<mark>" in page.text


@pytest.mark.parametrize("words", ['"', "<script>alert(1)</script>", "a AND (", "%00", "' or 1=1 --"])
def test_no_query_breaks_the_search_page(store_path: Path, words: str) -> None:
    page = get(store_path, f"/-/stet/search?q={words}")
    assert page.status_code == 200
    assert "<script" not in page.text


def test_an_unknown_change_is_not_found(store_path: Path) -> None:
    assert get(store_path, f"/-/stet/diff/{'0' * 64}").status_code == 404
    assert get(store_path, "/-/stet/change/12").status_code == 404
    for wrong in ("diff/00", "diff/'", "change/x", f"change/{'9' * 40}"):
        assert get(store_path, f"/-/stet/{wrong}").status_code == 404, wrong


def test_the_search_page_says_what_is_taken_down(store_path: Path) -> None:
    store = Store.read(store_path)
    title = store.conn.execute("select title from takedowns where now = 'taken_down'").fetchone()["title"]
    store.close()
    page = get(store_path, f"/-/stet/search?q={title}")
    assert re.search(r'class="[^"]*(down|gone)[^"]*">(<span>)?taken down</span>', page.text)


def test_a_hostile_page_is_shown_inert(tmp_path: Path) -> None:
    """Script in a headline and in a paragraph, seen twice in two versions, through the real neck."""
    from crawler.desk import Desk

    desk = Desk.from_settings({"STORE": str(tmp_path / "stet.db")})
    nasty = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    for minute, word in enumerate(("first", "second", "second")):
        paragraphs = "".join(
            f"<p>{html.escape(nasty)} {word} paragraph {n} of the story on the vote.</p>" for n in range(6)
        )
        body = f"<html><head><title>{html.escape(nasty)}</title></head><body><article><h1>{html.escape(nasty)} {word}</h1>{paragraphs}</article>"
        seen = capture("https://sofrep.com/news/a-hostile-story-of-the-day", body.encode(), minute)
        asyncio.run(desk.observe(seen))
    desk.close()
    store = Store.read(tmp_path / "stet.db")
    (number,) = store.conn.execute("select id from changes").fetchone()
    store.close()
    page = get(tmp_path / "stet.db", get(tmp_path / "stet.db", f"/-/stet/change/{number}").headers["location"])
    assert page.status_code == 200
    assert re.findall("<script.{13}", page.text) == ['<script>"use strict"']  # our own, by its hash: j and k
    assert "<img" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_list_of_rows_leaves_long_texts_to_the_rows_own_pages(store_path: Path) -> None:
    listed = get(store_path, "/stet/texts")
    assert listed.status_code == 200
    heads = re.findall(r'<th class="col-([a-z_]+)"', listed.text)
    assert "digest" in heads
    assert "text" not in heads
    digest, text = get(store_path, "/stet/texts.json?_shape=arrays&_size=1").json()["rows"][0][:2]
    assert text[:40] in html.unescape(get(store_path, f"/stet/texts/{digest}").text)
    assert 'class="col-text"' in get(store_path, "/stet/texts?_col=text").text
    links = re.findall(r'href="(/stet/texts\.(?:json|csv)[^"]*)"', listed.text)
    assert len(links) >= 2
    for link in links:
        assert text[:40] in get(store_path, html.unescape(link)).text.replace("\\n", "\n"), link


def test_a_list_of_rows_is_not_read_whole_to_guess_at_facets(store_path: Path) -> None:
    assert "uggested facets" not in get(store_path, "/stet/captures").text
    assert "uggested facets" not in get(store_path, "/stet/captures?_sort=at").text


def test_other_peoples_tables_are_listed_as_ever(store_path: Path, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("create table texts (text text, kind text)")
    other.executemany("insert into texts values (?, ?)", [(f"row {n}", f"kind {n % 2}") for n in range(40)])
    other.commit()
    other.close()
    listed = get(tmp_path / "other.db", "/other/texts")
    assert "row 7" in listed.text
    assert "uggested facets" in listed.text
