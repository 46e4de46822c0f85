"""Ctrl-C and kill -9 in the middle of a crawl: what was seen is kept, and a second start goes on."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from crawler.clock import HandClock
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.script import FIRST_DAY, START
from storage.opening import StoreError
from storage.store import Store

ROOT = Path(__file__).parent.parent


def start(shelf: Path, store: Path) -> subprocess.Popen[str]:
    told = ["-s", f"OUTLETS={shelf}", "-s", f"STORE={store}", "-s", "KEEP=all"]
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "feeds", *told],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def pages(newsroom: Newsroom) -> Counter[str]:
    """How often each article was asked for."""
    wanted = {article.url for site in newsroom.sites.values() for article in site.articles.values()}
    asked = Counter(f"http://{seen.host}:{newsroom.port}{seen.target}" for seen in newsroom.log)
    return Counter({url: asked[url] for url in wanted if asked[url]})


def kept(path: Path) -> set[str]:
    try:
        store = Store.read(path)
    except StoreError:  # in its first moment it is no store yet
        return set()
    if not store.conn.execute("select 1 from sqlite_master where name = 'captures'").fetchone():
        return set()
    urls = {row["asked_url"] for row in store.conn.execute("select asked_url from captures where purpose = 'article'")}
    assert store.conn.execute("pragma integrity_check").fetchone()[0] == "ok"
    store.close()
    return urls


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_crawl_that_is_cut_off_goes_on_where_it_was(tmp_path: Path, how: signal.Signals) -> None:
    with Newsroom(HandClock(START)) as newsroom:
        for outlet, slug in FIRST_DAY:
            newsroom.publish_story(outlet, slug)
        shelf = newsroom.outlets_shelf(tmp_path / "outlets")
        for file in shelf.glob("*.toml"):
            file.write_text(re.sub(r"(?m)^pace = .*$", "pace = 0.25", file.read_text()))
        store = tmp_path / "stet.db"
        crawl = start(shelf, store)
        until = time.monotonic() + 30
        while (not store.exists() or len(kept(store)) < 6) and time.monotonic() < until:
            time.sleep(0.05)
        crawl.send_signal(how)
        said, _ = crawl.communicate(timeout=20)
        assert "Traceback" not in said
        before = kept(store)
        assert 0 < len(before) < len(FIRST_DAY)
        if how is signal.SIGINT:
            assert before == set(pages(newsroom)), "whatever was asked for is kept"

        again = start(shelf, store)
        said, _ = again.communicate(timeout=60)
        assert again.returncode == 0, said
        assert kept(store) == set(pages(newsroom))
        assert len(kept(store)) == len(FIRST_DAY)
        twice = {url for url, count in pages(newsroom).items() if count > 1}
        assert not twice & before, "what is kept is not asked for again"
