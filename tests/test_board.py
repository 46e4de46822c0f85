"""The takedown board, outlets, search and the cells of tables: in real datasette, on the demo's store and on made ones."""

import asyncio
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import fill
from crawler.dashboard import board, outlet, search
from crawler.dashboard.shell import clean
from crawler.desk import Desk
from storage.records import Standing
from storage.store import Store
from tests.test_store import capture

Get = Callable[[str], Any]


def served(path: Path) -> Get:
    """A way to ask a datasette that serves a store."""
    loop, datasette = asyncio.new_event_loop(), Datasette([str(path)])
    loop.run_until_complete(datasette.invoke_startup())
    return lambda address: loop.run_until_complete(datasette.client.get(address, follow_redirects=True))


@pytest.fixture(scope="module")
def get(demo: Path) -> Get:
    return served(demo)


@pytest.fixture(scope="module")
def store(demo: Path) -> Iterator[Store]:
    opened = Store.read(demo)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def fallen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store all of whose articles went down in one way or another."""
    path = tmp_path_factory.mktemp("fallen") / "fallen.db"
    opened = Store.open(path)
    opened.conn.execute("pragma synchronous = off")
    fill.fill(opened, 400, fates=((Standing.TAKEN_DOWN, 6), (Standing.DOWN, 2), (Standing.RESTORED, 2)))
    opened.close()
    return path


# --- the board ----------------------------------------------------------------------------------


def test_every_takedown_is_on_the_board_with_its_interval_its_proof_and_its_last_text(get: Get, store: Store) -> None:
    page = get("/-/stet/takedowns?standing=taken_down")
    assert page.status_code == 200
    found = store.conn.execute("select * from takedowns where now = 'taken_down'").fetchall()
    assert len(found) >= 5
    assert page.text.count("<summary>The last text we hold") == len(found)
    for row in found:
        assert f"/-/stet/article/{row['article']}" in page.text
        assert f'datetime="{row["last_seen_up"]}"' in page.text
        assert f'datetime="{row["first_seen_down"]}"' in page.text
        assert all(f"captures?entry={entry}" in page.text for entry in re.findall("[0-9a-f]{64}", row["evidence"]))


def test_what_was_restored_stays_on_the_board_as_restored_and_is_no_takedown(get: Get, store: Store) -> None:
    (article,) = store.conn.execute("select article from standings where standing = 'restored'").fetchone()
    assert f"/-/stet/article/{article}" in get("/-/stet/takedowns?standing=restored").text
    assert f"/-/stet/article/{article}" not in get("/-/stet/takedowns?standing=taken_down").text
    assert "It had been down: not found" in get("/-/stet/takedowns?standing=restored").text


@pytest.mark.parametrize("how", ["gone", "legal", "redirected", "soft", "emptied"])
def test_the_board_filters_by_how(fallen: Path, how: str) -> None:
    opened = Store.read(fallen)
    found = board.read(opened, board.Filter(how=how))
    assert found.rows
    assert {row["how"] for row in found.rows} == {how}
    assert set(found.hows) == {"gone", "legal", "redirected", "soft", "emptied"}
    opened.close()


def test_the_board_filters_by_outlet_and_counts_by_standing(fallen: Path) -> None:
    opened = Store.read(fallen)
    whole = board.read(opened, board.Filter())
    key = whole.rows[0]["outlet"]
    some = board.read(opened, board.Filter(outlet=key))
    assert {row["outlet"] for row in some.rows} == {key}
    assert sum(some.counts.values()) == len(some.rows)
    down = opened.conn.execute("select count(*) from articles where standing = 'taken_down'").fetchone()[0]
    assert whole.counts["taken_down"] == down
    opened.close()


def test_the_boards_pages_show_everything_once_newest_first(fallen: Path) -> None:
    get, seen, address = served(fallen), [], "/-/stet/takedowns"
    for _ in range(9):
        text = get(address).text
        seen += re.findall(r'class="title"><a href="/-/stet/article/(\d+)"', text)
        if not (more := re.search(r'rel="next" href="([^"]+)"', text)):
            break
        address = unescape(more[1])
    opened = Store.read(fallen)
    expected = opened.conn.execute(f"select s.article {board.ON_BOARD} order by s.by_at desc, s.id").fetchall()
    assert len(expected) > 2 * board.SHOWN
    assert seen == [str(row["article"]) for row in expected]
    opened.close()


@pytest.mark.parametrize(
    "query",
    ["?after=x", "?after=2026-01-01T00:00:00.000Z~9", "?standing=%27&how=%00&outlet=%F0%9F", "?how=" + "x" * 9000],
)
def test_no_filter_breaks_the_board(get: Get, query: str) -> None:
    assert get(f"/-/stet/takedowns{query}").status_code == 200


@given(st.lists(st.text(max_size=300), max_size=8), st.integers(0, 900))
@settings(max_examples=200, deadline=None)
def test_a_last_text_fits_the_room_it_has(paragraphs: list[str], room: int) -> None:
    shown = board.fitting(paragraphs, room)
    assert sum(len(html.encode()) for html in shown) <= room + 16
    assert len(shown) <= len(paragraphs)


# --- outlets ------------------------------------------------------------------------------------


def test_frozen_channels_stand_in_red_and_above_all(get: Get, store: Store) -> None:
    (key,) = store.conn.execute("select outlet from channels where state = 'frozen'").fetchone()
    page = get(f"/-/stet/outlet/{key}")
    assert page.status_code == 200
    assert 'class="tag down solid"><span>frozen' in page.text
    assert "frozen:</strong>" in page.text


def test_an_outlets_figures_are_those_of_its_rows(store: Store) -> None:
    for (key,) in store.conn.execute("select distinct outlet from articles").fetchall():
        found = outlet.read(store, key)
        assert found is not None
        rows = store.conn.execute(
            "select ch.* from changes ch join articles a on a.id = ch.article where a.outlet = ? and status = 'news'",
            (key,),
        ).fetchall()
        edits = [row for row in rows if row["kinds"] != '["date"]']
        assert found.figures["edits"] == len(edits)
        assert (found.figures["proper"] or 0) == sum(row["disclosed"] == "proper" for row in edits)
        assert sum(n for day in found.days.values() for n in (day.get("edits", 0), day.get("stealth", 0))) == len(edits)
        assert sum(row["edits"] for row in found.edited) == len(edits)


def test_the_list_of_outlets_holds_each_and_leads_to_it(get: Get, store: Store) -> None:
    text = get("/-/stet/outlets").text
    for (key,) in store.conn.execute("select distinct outlet from articles").fetchall():
        assert f'href="/-/stet/outlet/{key}"' in text
    assert get("/-/stet/outlets?order=name").status_code == 200


@pytest.mark.parametrize("key", ["nosuch", "%27", "a" * 5000, "%F0%9F%00", "..%2f"])
def test_an_unknown_outlet_is_not_found(get: Get, key: str) -> None:
    assert get(f"/-/stet/outlet/{key}").status_code == 404


# --- search -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles that lost a word, kept a word, and hold words of several scripts."""
    path = tmp_path_factory.mktemp("told") / "told.db"
    desk = Desk.from_settings({"STORE": str(path), "KEEP": "all"})
    said_so = ("the mayor", "two members", "a clerk of the court", "the harbour master", "their lawyers", "nobody")
    filler = "".join(
        f"<p>On the vote in the council {who} said on day {n} that it came late and would be counted again.</p>"
        for n, who in enumerate(said_so)
    )
    reports = (("zebra ocelot", "ocelot"), ("zebra 在北京举行", "zebra 在北京举行"), ("café в Россия", "café в Россия"))
    for number, words in enumerate(reports):
        for minute, said in ((0, words[0]), (20, words[1]), (40, words[1])):
            head = f'<html><head><meta charset="utf-8"><title>Report {number} on the vote</title></head><body><article><h1>Report {number} on the vote</h1>'
            body = f"{head}<p>The report that was read out today names {said} in full today, and says so twice.</p>{filler}</article></body></html>"
            seen = capture(f"https://sofrep.com/news/a-report-on-the-vote-{number}", body.encode(), minute + number)
            asyncio.run(desk.observe(seen))
    desk.close()
    return path


def test_a_word_that_left_the_text_is_no_longer_in_the_article_and_one_that_stayed_is(told: Path) -> None:
    opened = Store.read(told)
    answer = search.find(opened, search.Asked("zebra"))
    assert sorted(hit.gone for hit in answer.hits) == ["", "no longer in the article"]
    assert [hit.gone for hit in search.find(opened, search.Asked("ocelot")).hits] == [""]
    assert search.find(opened, search.Asked("ocelot")).hits[0].numbers == [1, 2]
    assert [hit.gone for hit in search.find(opened, search.Asked("zebra", gone=True)).hits] == [
        "no longer in the article"
    ]
    opened.close()


@pytest.mark.parametrize("words", ["北京", "Россия", "россия", "café", "cafe", "CAFÉ", '"in full today"', "zeb*"])
def test_words_are_found_in_any_script(told: Path, words: str) -> None:
    page = served(told)(f"/-/stet/search?q={words}")
    assert "<mark>" in page.text


def test_a_search_in_one_outlet_finds_nothing_of_others(get: Get) -> None:
    page = get("/-/stet/search?q=media&outlet=sentinel")
    assert page.text.count('class="soft" href="/-/stet/outlet/sentinel"') == page.text.count('class="title"') > 0


def test_what_is_found_is_shown_page_by_page_each_article_once(fallen: Path) -> None:
    get, seen, address = served(fallen), [], "/-/stet/search?q=minister"
    for _ in range(30):
        text = get(address).text
        seen += re.findall(r'class="title"><a href="/-/stet/article/(\d+)"', text)
        if not (more := re.search(r'rel="next" href="([^"]+)"', text)):
            break
        address = unescape(more[1])
    assert len(seen) > search.SHOWN
    assert len(set(seen)) == len(seen)


@given(
    st.text(alphabet=st.characters(codec=None), max_size=60)
    | st.text(alphabet='"*()^:-+{}AND OR NOT NEAR\x00\ud800北 a', max_size=400)
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_fails(store: Store, words: str) -> None:
    said = words.encode("utf-8", "replace").decode()
    search.find(store, search.Asked(clean(said)[: search.LONGEST]))


@pytest.mark.parametrize(
    "query",
    ['"', "%00", "%ED%A0%80", "a+" * 5000, "%22" * 9000, "NEAR(", "title:x", "-", "*", "^a", "%F0%9F%98", "北" * 3000],
)
def test_no_query_breaks_the_page(get: Get, query: str) -> None:
    page = get(f"/-/stet/search?q={query}&page=99999999")
    assert page.status_code == 200
    assert len(page.content) < 200_000


# --- cells --------------------------------------------------------------------------------------


def test_in_tables_numbers_urls_and_standings_become_links_and_marks(get: Get, store: Store) -> None:
    (name,) = (Path(store.path).stem,)
    articles = get(f"/{name}/articles?standing=taken_down").text
    assert '<span class="stet-down">taken down</span>' in articles
    assert re.search(r'<td class="col-url[^>]*><a href="/-/stet/article/\d+"><bdi>http', articles)
    assert '<link rel="stylesheet" href="/-/stet/tables.css' in articles
    assert re.search(r'href="/-/stet/change/\d+"', get(f"/{name}/stealth_edits").text)
    assert re.search(rf'href="/{name}/captures\?entry=[0-9a-f]{{64}}"', get(f"/{name}/takedowns").text)
    assert re.search(r'<td class="col-article[^>]*><a href="/-/stet/article/\d+"', get(f"/{name}/versions").text)
    assert get("/-/stet/tables.css").headers["content-type"].startswith("text/css")


def test_long_texts_are_cut_in_tables(get: Get, store: Store) -> None:
    longest = store.conn.execute("select text from texts order by length(text) desc limit 1").fetchone()[0]
    table = f"/{Path(store.path).stem}/texts"
    assert "characters)" not in get(table).text, "a list leaves them out"
    page = get(f"{table}?_col=text")
    assert longest[400:480] not in page.text
    assert f"({len(longest):,} characters)" in page.text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", 'https://x.example/"><script>alert(1)</script>', "https://\u202eexample"]
)
def test_an_address_in_a_cell_is_inert(demo: Path, address: str) -> None:
    from crawler.dashboard import cells

    datasette = Datasette([str(demo)])
    shown = str(cells.cell(datasette, {"url": address, "article": 7}, address, "url", "looks", demo.stem))
    assert "javascript" not in shown.split("<bdi>")[0]
    assert "<script" not in shown
    assert "\u202e" not in shown.split("</bdi>")[0]


def test_a_diff_made_by_a_query_is_shown_marked_and_nothing_else_of_it_is_markup() -> None:
    from crawler.dashboard.cells import marked_diff

    shown = marked_diff('<p><del>a</del><ins>b &lt;b&gt;</ins></p><script>alert(1)</script><p onclick="x">')
    assert shown.startswith("<p><del>a</del><ins>b &lt;b&gt;</ins></p>")
    assert "<script" not in shown
    assert "<p onclick" not in shown


def test_other_peoples_tables_stay_as_they_are(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "theirs.db") as conn:
        conn.execute("create table outlets (outlet text, standing text)")
        conn.execute("insert into outlets values ('up', 'up')")
    page = served(tmp_path / "theirs.db")("/theirs/outlets")
    assert "/-/stet/outlet/" not in page.text
    assert "stet-ok" not in page.text
