"""The demo's month, crawled for real: all that was scripted is found, nothing else is reported, twice the same."""

import asyncio
import dataclasses
import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler import addresses, happened, read, reread
from crawler.clock import HandClock
from crawler.commands.demo import ROUND
from crawler.desk import Desk
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.script import NEW_SLUG, START, TRUTH, Expected, Finding, play
from storage.records import Capture, moment, sha256
from storage.store import Store
from storage.write import DERIVED
from tests.conftest import Crawl, Crawled
from tests.conftest import _run as run_spider

EDITS = {"edit", "headline", "correction", "stealth"}


def month(crawl: Crawl, folder: Path, port: int = 0) -> int:
    """Play and crawl the whole month into ``folder/stet.db``; returns the newsroom's port."""
    clock = HandClock(START)
    with Newsroom(clock).serve(port) as newsroom:
        shelf = newsroom.outlets_shelf(folder / "outlets")
        told = {"STORE": str(folder / "stet.db"), "OUTLETS": str(shelf), "CLOCK": clock, "CONCURRENT_REQUESTS": 1}
        for _ in play(newsroom):
            for spider in ROUND:
                crawl(spider, told)
                clock.advance(minutes=1)
        urls = {
            f"{a.site.masthead.key} {slug}": a.url for s in newsroom.sites.values() for slug, a in s.articles.items()
        }
        (folder / "urls.json").write_text(json.dumps(urls))
        return newsroom.port


@pytest.fixture(scope="module")
def crawl_anywhere(loop: asyncio.AbstractEventLoop) -> Crawl:
    """A crawl with settings of one's own."""

    def run(spider: str, told: dict[str, Any]) -> Crawled:
        settings = Settings()
        settings.setmodule("crawler.settings", priority="project")
        settings.setdict({"READERS": "0", **told}, priority="cmdline")
        return loop.run_until_complete(run_spider(settings, spider, {}))

    return run


@pytest.fixture(scope="module")
def crawled(crawl_anywhere: Crawl, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("month")
    month(crawl_anywhere, folder)
    return folder / "stet.db"


@pytest.fixture
def store(crawled: Path) -> Iterator[Store]:
    store = Store.read(crawled)
    yield store
    store.close()


def found(store: Store, kinds: set[str]) -> list[happened.Event]:
    return [event for event in happened.happened(store) if event.kind in kinds]


def named(store: Store, truth: Expected) -> str:
    """The identity of the article that the truth speaks of."""
    urls = json.loads((store.path.parent / "urls.json").read_text())
    known = store.article(addresses.identity(urls[f"{truth.outlet} {truth.slug}"]))
    assert known is not None
    return known.url


def of(store: Store, truth: Expected, kinds: set[str]) -> list[happened.Event]:
    """Events of these kinds of the article that the truth speaks of."""
    return [event for event in found(store, kinds) if event.url == named(store, truth)]


def scripted(*kinds: Finding) -> list[Expected]:
    return [truth for truth in TRUTH if truth.kind in kinds]


def dated(event: happened.Event) -> tuple[datetime, datetime]:
    return moment(event.after_at), moment(event.by_at)


@pytest.mark.parametrize("truth", scripted("edit", "headline", "correction", "stealth"), ids=lambda t: t.slug)
def test_every_scripted_edit_is_found_and_dated(store: Store, truth: Expected) -> None:
    events = of(store, truth, {"edit", "stealth edit"})
    assert len(events) == 1
    after, by = dated(events[0])
    assert after < START + truth.at <= by
    if truth.kind == "correction":
        assert events[0].kind == "edit", "a disclosed correction is no stealth edit"
    if truth.kind == "stealth":
        assert events[0].kind == "stealth edit"


@pytest.mark.parametrize("truth", scripted("takedown"), ids=lambda t: t.slug)
def test_every_scripted_takedown_is_found_typed_and_proved(store: Store, truth: Expected) -> None:
    events = of(store, truth, {"takedown"})
    assert len(events) == 1
    assert events[0].what.startswith(truth.how)
    after, by = dated(events[0])
    assert after < START + truth.at <= by
    sql = "select evidence from standings s join articles a on a.id = s.article where a.url = ? and s.standing = 'taken_down'"
    evidence = json.loads(store.conn.execute(sql, (events[0].url,)).fetchone()["evidence"])
    assert len(evidence) >= 3
    marks = ", ".join("?" * len(evidence))
    kept = store.conn.execute(f"select count(*) from captures where entry in ({marks})", evidence).fetchone()[0]
    assert kept == len(evidence)


@pytest.mark.parametrize("truth", scripted("restore"), ids=lambda t: t.slug)
def test_every_restore_is_found(store: Store, truth: Expected) -> None:
    assert len(of(store, truth, {"restored"})) == 1


def test_a_paywall_is_an_access_event_and_nothing_else(store: Store) -> None:
    for truth in scripted("paywall"):
        events = [event.kind for event in happened.happened(store) if event.url == named(store, truth)]
        assert events == ["paywall up", "paywall down"]


def test_a_move_is_one_history_with_two_addresses(store: Store) -> None:
    (truth,) = scripted("moved")
    sql = "select a.id from articles a where a.url like ? or a.url like ?"
    (article,) = store.conn.execute(sql, (f"%{truth.slug}%", f"%{NEW_SLUG}%")).fetchall()
    names = store.conn.execute("select url from addresses where article = ?", (article["id"],)).fetchall()
    assert {truth.slug in row["url"] or NEW_SLUG in row["url"] for row in names} == {True}
    assert len(names) >= 2


def test_reprints_are_known(store: Store) -> None:
    for truth in scripted("reprint"):
        sql = """select distinct b.outlet from reprints r join articles a on a.id = r.article
            join reprints s on s.family = r.family join articles b on b.id = s.article
            where a.url = ? and b.outlet = ?"""
        assert store.conn.execute(sql, (named(store, truth), truth.how)).fetchall()


def test_nothing_else_is_reported(store: Store) -> None:
    told = {(e.outlet, e.kind, e.url) for e in happened.happened(store)}
    for truth in TRUTH:
        kinds = {"takedown": {"takedown"}, "restore": {"restored"}, "paywall": {"paywall up", "paywall down"}}
        expected = kinds.get(truth.kind, {"edit", "stealth edit"} if truth.kind in EDITS else set())
        told -= {(o, k, u) for o, k, u in told if u == named(store, truth) and k in expected}
    assert told == set()


def test_off_subject_articles_are_captured_once(store: Store) -> None:
    for truth in (t for t in scripted("nothing") if t.how == "off_subject"):
        sql = "select captures, next_visit_at from articles where url = ?"
        row = store.conn.execute(sql, (named(store, truth),)).fetchone()
        assert (row["captures"], row["next_visit_at"]) == (1, None)


def test_no_chrome_was_read_as_text(store: Store) -> None:
    """What the newsroom's templates put around articles: appeals, sponsors, counters, share boxes."""
    from crawler.newsroom.stories import stock

    urls = json.loads((store.path.parent / "urls.json").read_text())
    slugs = {addresses.identity(url): name.split()[1] for name, url in urls.items()}
    for row in store.conn.execute("""select a.outlet, a.url, v.number, t.text from versions v join texts t on t.digest = v.text
            join articles a on a.id = v.article where v.number = 1"""):
        slug = slugs.get(row["url"], "")
        if slug in stock(row["outlet"]):
            assert row["text"].split("\n\n") == list(stock(row["outlet"])[slug].paragraphs), row["url"]


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    conn = sqlite3.connect(path)
    names = [name for name in DERIVED if name != "search"]
    return {name: conn.execute(f"select * from {name} order by 1").fetchall() for name in names}


def test_rereading_changes_nothing(crawled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    sqlite3.connect(crawled).execute("vacuum into ?", (str(copy),))
    desk = Desk.from_settings(
        {"STORE": str(copy), "OUTLETS": str(crawled.parent / "outlets"), "CLOCK": HandClock(START)}
    )
    assert asyncio.run(reread.everything(desk)) > 100
    desk.close()
    before, after = tables(crawled), tables(copy)
    for name in before:
        assert before[name] == after[name], name


def test_the_same_month_twice_gives_the_same_bytes(crawl_anywhere: Crawl, tmp_path: Path) -> None:
    stores = []
    port = 0
    for turn in ("one", "two"):
        (tmp_path / turn).mkdir()
        port = month(crawl_anywhere, tmp_path / turn, port)
        stores.append(tables(tmp_path / turn / "stet.db"))
    assert stores[0] == stores[1]


@pytest.fixture
def upgraded(crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk at the month's store with another reader version, other rules and other templates."""
    copy, shelf = tmp_path / "copy.db", tmp_path / "outlets"
    sqlite3.connect(crawled).execute("vacuum into ?", (str(copy),))
    shutil.copytree(crawled.parent / "outlets", shelf)
    for outlet in shelf.glob("*.toml"):
        rule = 'chrome = ["Printed by the Upgrade Press", '
        outlet.write_text(outlet.read_text().replace("chrome = [", rule, 1))
    monkeypatch.setattr(read, "READER", "stet-read/999")
    desk = Desk.from_settings(
        {"STORE": str(copy), "OUTLETS": str(shelf), "CLOCK": HandClock(START + timedelta(days=60))}
    )
    for key, old in list(desk.templates.items()):
        desk.templates[key] = dataclasses.replace(old, kinds=old.kinds[1:], pages=old.pages + 1)
    yield desk
    desk.close()


def test_an_upgrade_is_no_edit(crawled: Path, upgraded: Desk) -> None:
    """Every article is looked at once more, after our reader, its rules and its templates were exchanged."""
    before = tables(crawled)
    sql = """select c.*, max(r.at) from readings r join captures c on c.id = r.capture
        where r.version is not null and c.digest is not null group by r.article"""
    last = [dict(row) for row in upgraded.store.conn.execute(sql)]
    assert len(last) > 20
    for row in last:
        body = (upgraded.store.body(row["digest"]) or b"") + b"<!-- served anew -->"
        seen = Capture("article", row["outlet"], row["url"], row["url"], upgraded.clock.now(), 200,
                       headers=(("Content-Type", "text/html; charset=utf-8"),), digest=sha256(body), body=body)  # fmt: skip
        asyncio.run(upgraded.observe(seen))
    for name in ("changes", "edits", "texts"):
        assert [tuple(row) for row in upgraded.store.conn.execute(f"select * from {name} order by 1")] == before[name]
    told = {reader for (reader,) in upgraded.store.conn.execute(
        "select distinct r.reader from versions v join readings r on r.capture = v.capture")}  # fmt: skip
    assert told
    assert all(reader.startswith("stet-read/999 ") for reader in told)


def test_every_outlet_with_enough_articles_got_a_template(store: Store) -> None:
    learned = {row["outlet"] for row in store.conn.execute("select outlet from templates")}
    enough = store.conn.execute("select outlet from articles where versions > 0 group by outlet having count(*) >= 5")
    assert learned == {row["outlet"] for row in enough} != set()


def test_what_has_a_template_is_read_by_it(store: Store) -> None:
    sql = """select r.outlet, avg(r.reader like '% template:%') from versions v join readings r on r.capture = v.capture
        where r.outlet in (select outlet from templates) group by r.outlet"""
    assert dict(store.conn.execute(sql).fetchall()) == {"courier": 1.0, "sentinel": 1.0}
