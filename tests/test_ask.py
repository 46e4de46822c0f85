"""Questions to a store of our own making: extents, takedowns, limits."""

import asyncio
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler import ask
from crawler.desk import Desk
from crawler.terminal import console, print_diff, standing
from storage.records import Extent
from storage.store import Store
from tests.test_store import NOON, capture

URL = "https://sofrep.com/news/a-long-story-of-the-day"


def page(word: str) -> bytes:
    paragraphs = "".join(f"<p>{word} paragraph {n} of the story on what was said of the vote.</p>" for n in range(6))
    declared = '<meta property="og:type" content="article">'
    return f"<html><head><title>The vote</title>{declared}</head><body><article><h1>The vote</h1>{paragraphs}</article></body></html>".encode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An article in three versions, each seen twice; of the second we say that a paywall cut it."""
    desk = Desk.from_settings({"STORE": str(tmp_path / "stet.db")})
    for minute, word in enumerate(("First", "First", "Second", "Second", "Third", "Third")):
        asyncio.run(desk.observe(capture(URL, page(word), minute)))
    desk.close()
    store = Store.open(tmp_path / "stet.db")
    assert store.conn.execute("select count(*) from versions").fetchone()[0] == 3
    store.conn.execute("update versions set extent = 'preview' where number = 2")
    yield store
    store.close()


def spans(old: str, new: str) -> list[tuple[str, str, str]]:
    return [("replace", old, new)]


def shown(found: ask.Diff) -> str:
    out = console(io.StringIO())
    with out.capture() as capture:
        print_diff(out, found, spans)
    return capture.get()


def test_a_preview_is_not_compared_with_a_full_text_unasked(store: Store) -> None:
    found = ask.diff(store, URL)
    assert {found.old.text.extent, found.new.text.extent} == {Extent.FULL}
    assert (found.old.number, found.new.number) == (1, 3)
    assert "preview" not in shown(found)


def test_who_asks_for_both_is_told_that_one_is_a_preview(store: Store) -> None:
    assert "a preview is compared with a full text" in shown(ask.diff(store, URL, "1..2"))


def test_with_one_preview_and_one_full_text_there_is_no_default(store: Store) -> None:
    store.conn.execute("pragma foreign_keys = off")
    store.conn.execute("delete from changes")
    store.conn.execute("delete from versions where number = 3")
    store.conn.execute("update articles set versions = 2")
    with pytest.raises(ask.NoAnswer, match=r"only a preview and a full text are held; say 1\.\.2"):
        ask.diff(store, URL)


def test_a_hit_in_an_article_that_is_taken_down_does_not_stand(store: Store) -> None:
    (hit,) = ask.search(store, "Third")
    assert (hit.still, standing(hit)) == (True, "")
    assert [standing(hit) for hit in ask.search(store, "First")] == ["  no longer in the article"]
    store.conn.execute("update articles set standing = 'taken_down'")
    (hit,) = ask.search(store, "Third")
    assert (hit.still, standing(hit)) == (False, "  taken down")


@pytest.mark.parametrize(("limit", "hits"), [(-1, 1), (0, 1), (2, 2), (10**30, 3)])
def test_a_limit_is_at_least_one_and_at_most_a_thousand(store: Store, limit: int, hits: int) -> None:
    assert len(ask.search(store, "paragraph", limit)) == hits


def test_the_last_day_ends_now(store: Store) -> None:
    def looks(now: datetime) -> int:
        return sum(ask.status(store, now).verdicts.values())

    assert looks(NOON + timedelta(hours=1)) == 6
    assert looks(NOON + timedelta(days=2)) == 0
    assert ask.status(store, NOON + timedelta(days=4)).blind == ()
    assert len(ask.status(store, NOON + timedelta(days=6)).blind) == ask.status(store, NOON).watched
