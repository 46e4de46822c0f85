"""The daemon's ticks against the newsroom and against a site that misbehaves: real Scrapy, time moved by hand."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.clock import HandClock
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.stories import stock
from storage.store import Store
from tests.conftest import START
from tests.fetching import PAGE, Site, channel, reply, shelf
from tests.watching import in_hand, tick

Loop = asyncio.AbstractEventLoop
DAY = f"{START:%Y/%m/%d}"
"""Under which the stories stand."""
WORDS = " ".join(f"word{n}" for n in range(200))


def page(name: str, words: str = WORDS) -> bytes:
    body = f"<html><head><title>{name}</title></head><body><article><h1>{name}</h1><p>{words} {name}.</p>"
    return reply(f"{body}<p>{words[::-1]}.</p></article></body></html>".encode())


def feed(site: Site, names: list[str], day: str = DAY) -> bytes:
    items = "".join(f"<item><title>{n}</title><link>{site.url(f'/{day}/{n}')}</link></item>" for n in names)
    return reply(f"<rss><channel>{items}</channel></rss>".encode(), Content_Type="application/rss+xml")


def stories(site: Site, count: int, day: str = DAY) -> list[str]:
    """So many articles on a site, with a feed that lists them."""
    names = [f"story-number-{n:03d}" for n in range(count)]
    site.answers["/feed"] = feed(site, names, day)
    site.answers |= {f"/{day}/{name}": page(name) for name in names}
    return names


def asked(site: Site) -> Counter[str]:
    return Counter(one.path.rpartition("/")[2] for one in site.log if one.path.startswith("/20"))


def rows(path: Path, sql: str) -> list[Any]:
    store = Store.read(path)
    try:
        return [tuple(row) for row in store.conn.execute(sql)]
    finally:
        store.close()


def test_a_tick_finds_what_is_new_and_the_next_one_rests(
    loop: Loop, newsroom: Newsroom, clock: HandClock, tmp_path: Path
) -> None:
    for outlet in newsroom.sites:
        for slug in list(stock(outlet))[:2]:
            newsroom.publish_story(outlet, slug)
    store = tmp_path / "stet.db"
    watch, said = in_hand(newsroom.outlets_shelf(tmp_path / "outlets"), store, clock)
    assert tick(loop, watch) == "done"
    outlets = rows(store, "select outlet, count(*) from articles where versions > 0 group by 1")
    assert dict(outlets) == {key: len(site.articles) for key, site in newsroom.sites.items()}
    clock.advance(seconds=60)
    assert tick(loop, watch) == "idle"
    assert [row[0] for row in rows(store, "select command from runs")] == ["scrapy watch, one tick"], (
        "idle ticks leave no row"
    )
    assert said[-1]["event"] == "tick"


def test_what_is_due_comes_before_what_is_new_but_new_articles_never_starve(
    loop: Loop, clock: HandClock, tmp_path: Path
) -> None:
    with Site() as site:
        names = stories(site, 12)
        watch, _ = in_hand(
            shelf(tmp_path / "o", {"one": site}, 5.0, channel("feed", "/feed")), tmp_path / "s.db", clock
        )
        tick(loop, watch)
        first = asked(site)
        assert 8 <= first.total() <= 12, "no more than the pace lets through in a minute"
        clock.advance(minutes=1)
        tick(loop, watch)
        assert asked(site).total() == len(names)
        clock.advance(days=1)
        site.answers["/feed"] = feed(site, ["story-quite-new", *names])
        site.answers["/2026/03/02/story-quite-new"] = page("story-quite-new")
        tick(loop, watch)
        again = asked(site) - first
        assert again["story-quite-new"] == 1, "there is room for what is new"
        assert again.total() >= 9


def test_after_a_weekend_of_sleep_nothing_is_forgotten_and_nobody_is_stampeded(
    loop: Loop, clock: HandClock, tmp_path: Path
) -> None:
    with Site() as site:
        names, store = stories(site, 30), tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 5.0, channel("feed", "/feed"))
        watch, _ = in_hand(folder, store, clock)
        while asked(site).total() < len(names):
            tick(loop, watch)
            clock.advance(minutes=1)
        before = len(site.log)
        clock.advance(hours=60)
        watch, _ = in_hand(folder, store, clock)  # a restart on top
        for _ in range(4):
            here = len(site.log)
            tick(loop, watch)
            assert len(site.log) - here <= 14, "12 that the pace allows in a minute, and robots.txt"
            clock.advance(minutes=1)
        looked = Counter(one.path.rpartition("/")[2] for one in site.log[before:] if one.path.startswith("/20"))
        assert set(looked) == set(names)
        assert max(looked.values()) == 1, "each once: what was overdue thrice is not looked at thrice"
        assert max(one.at_once for one in site.log) == 1


def test_what_is_urgent_goes_first_then_what_is_latest_by_its_own_measure(
    loop: Loop, clock: HandClock, tmp_path: Path
) -> None:
    with Site() as site:
        names, store = stories(site, 10), tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 5.0, channel("feed", "/feed"))
        watch, _ = in_hand(folder, store, clock)
        tick(loop, watch)
        clock.advance(minutes=2)
        site.answers[f"/2026/03/02/{names[7]}"] = reply(b"gone", 404)
        clock.advance(hours=1)
        tick(loop, watch)
        clock.advance(hours=30)
        here = len(site.log)
        tick(loop, watch)
        order = [one.path.rpartition("/")[2] for one in site.log[here:] if one.path.startswith("/20")]
        assert order[0] == names[7], "the suspect"


def test_retry_after_is_honoured_over_restarts(loop: Loop, clock: HandClock, tmp_path: Path) -> None:
    with Site() as site:
        names, store = stories(site, 3), tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 1.0, channel("feed", "/feed"))
        site.answers["/feed"] = reply(b"slow down", 429, Retry_After="7200")
        watch, _ = in_hand(folder, store, clock)
        tick(loop, watch)
        site.answers["/feed"] = feed(site, names)
        for _ in range(11):
            clock.advance(minutes=10)
            here = len(site.log)
            watch, _ = in_hand(folder, store, clock)
            assert tick(loop, watch) in ("idle", "done")
            assert len(site.log) == here, "nothing is asked before its time"
        assert len(rows(store, "select * from runs")) == 1, "and nothing is noted of that"
        clock.advance(minutes=11)
        tick(loop, watch)
        assert asked(site).total() == 3


def test_the_hourly_budget_holds_over_restarts(loop: Loop, clock: HandClock, tmp_path: Path) -> None:
    with Site() as site:
        stories(site, 60)
        store = tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 0.001, channel("feed", "/feed"))
        for minute in range(30):
            watch, _ = in_hand(folder, store, clock, hourly=36)
            tick(loop, watch)
            assert len(site.log) <= 6 * (1 + minute // 10) + 1, "six in ten minutes, and robots.txt"
            clock.advance(minutes=1)
        assert 15 <= len(site.log) <= 19


def test_a_held_lock_costs_one_tick_and_one_line(loop: Loop, clock: HandClock, tmp_path: Path) -> None:
    with Site() as site:
        stories(site, 2)
        store = tmp_path / "s.db"
        watch, said = in_hand(shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed")), store, clock)
        held = Store.open(store, "scrapy reread")
        assert tick(loop, watch) == "locked"
        assert [event["event"] for event in said] == ["locked"]
        held.close()
        assert tick(loop, watch) == "done"


def test_three_ticks_that_fail_the_same_way_end_the_daemon(loop: Loop, clock: HandClock, tmp_path: Path) -> None:
    with Site() as site:
        stories(site, 2)
        store = tmp_path / "s.db"
        watch, said = in_hand(shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed")), store, clock)
        broken = Store.open(store)
        broken.conn.execute(
            "create trigger full before insert on captures begin select raise(abort, 'disk is full'); end"
        )
        broken.close()
        for strike in range(3):
            assert watch._ending == ""
            assert tick(loop, watch) == "failed"
            assert said[-1]["strikes"] == strike + 1
            clock.advance(minutes=1)
        assert watch.code == 70
        assert "failed the same way" in watch._ending


def test_one_page_that_cannot_be_concluded_harms_nobody_else_and_is_not_asked_for_on_and_on(
    loop: Loop, clock: HandClock, tmp_path: Path
) -> None:
    with Site() as site:
        names, store = stories(site, 4), tmp_path / "s.db"
        watch, _ = in_hand(shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed")), store, clock)
        spoiled = Store.open(store)
        spoiled.conn.execute(
            f"create trigger bug before insert on articles when new.url like '%{names[1]}' begin select raise(abort, 'bug'); end"
        )
        spoiled.close()
        for _ in range(5):
            assert tick(loop, watch) != "failed"
            clock.advance(minutes=1)
        assert asked(site) == Counter(names)
        assert len(rows(store, "select * from captures where asked_url like '%story%'")) == 4, "its facts are kept"
        clock.advance(hours=7)
        tick(loop, watch)
        assert asked(site)[names[1]] == 2, "hours later it gets another chance"


def test_a_clock_that_was_set_back_loses_nothing(loop: Loop, clock: HandClock, tmp_path: Path) -> None:
    with Site() as site:
        names, store = stories(site, 3), tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 1.0, channel("feed", "/feed"))
        clock.advance(days=400)
        watch, _ = in_hand(folder, store, clock)
        tick(loop, watch)
        clock.moment -= timedelta(days=400)
        tick(loop, watch)
        assert asked(site) == Counter(dict.fromkeys(names, 2)), "a plan of a future that is none waits for nobody"
        assert len(site.asked("/feed")) == 2


def test_a_fixed_interval_is_kept_whatever_the_plan_says(loop: Loop, clock: HandClock, tmp_path: Path) -> None:
    with Site() as site:
        names, store = stories(site, 3), tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 0.1, channel("feed", "/feed"))
        watch, _ = in_hand(folder, store, clock, every=1800.0)
        for _ in range(12):
            tick(loop, watch)
            clock.advance(minutes=30)
        assert asked(site) == Counter(dict.fromkeys(names, 12))
        assert len(site.asked("/feed")) == 12


def test_a_catalogue_that_is_wrong_leaves_the_old_one_in_place(loop: Loop, clock: HandClock, tmp_path: Path) -> None:
    with Site() as site, Site("127.0.0.2") as other:
        stories(site, 1), stories(other, 1)
        folder = shelf(tmp_path / "o", {"one": site}, 0.1, channel("feed", "/feed"))
        watch, said = in_hand(folder, tmp_path / "s.db", clock)
        tick(loop, watch)
        (folder / "broken.toml").write_text("name = ")
        watch.reread()
        assert "broken.toml" in said[-1]["error"]
        (folder / "broken.toml").unlink()
        shelf(folder, {"two": other}, 0.1, channel("feed", "/feed"))
        watch.reread()
        assert said[-1] == {**said[-1], "event": "reread", "outlets": 2}
        clock.advance(minutes=1)
        tick(loop, watch)
        assert asked(other).total() == 1


def test_metrics_can_be_read_at_any_time_and_are_whole(loop: Loop, clock: HandClock, tmp_path: Path) -> None:
    with Site() as site:
        stories(site, 3)
        folder = shelf(tmp_path / "o", {"one": site}, 0.1, channel("feed", "/feed"))
        watch, _ = in_hand(folder, tmp_path / "s.db", clock)
        watch.wish.metrics = tmp_path / "stet.prom"
        tick(loop, watch)
        text = watch.wish.metrics.read_text()
        values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        assert values['stet_ticks_total{result="done"}'] == "1"
        assert values['stet_captures_total{purpose="article"}'] == "3"
        assert values['stet_looks_total{verdict="ok"}'] == "3"
        assert float(values["stet_resident_memory_bytes"]) > 10e6
        names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
        assert len(names) == len(set(names))
        assert text.endswith("\n")
        assert [file.name for file in tmp_path.glob(".stet.prom*")] == []


def test_an_edit_is_told_once_it_is_confirmed(loop: Loop, clock: HandClock, tmp_path: Path) -> None:
    with Site() as site:
        (name,) = stories(site, 1)
        folder = shelf(tmp_path / "o", {"one": site}, 0.1, channel("feed", "/feed"))
        watch, said = in_hand(folder, tmp_path / "s.db", clock)
        tick(loop, watch)
        site.answers[f"/2026/03/02/{name}"] = page(name, WORDS.replace("word7 ", "seven hundred soldiers "))
        for _ in range(6):
            clock.advance(minutes=20)
            tick(loop, watch)
        (edit,) = [event for event in said if event["event"] == "edit"]
        assert edit["url"].endswith(name)
        assert edit["summary"]
        assert watch.counts.edits == 1


@pytest.mark.parametrize("answer", [reply(PAGE, 503), reply(b"", 404)])
def test_a_channel_that_fails_is_asked_less_and_less(
    answer: bytes, loop: Loop, clock: HandClock, tmp_path: Path
) -> None:
    with Site() as site:
        site.answers["/feed"] = answer
        folder = shelf(tmp_path / "o", {"one": site}, 0.1, channel("feed", "/feed"))
        watch, _ = in_hand(folder, tmp_path / "s.db", clock)
        for _ in range(24 * 4):
            tick(loop, watch)
            clock.advance(minutes=15)
        assert 5 <= len(site.asked("/feed")) <= 9


def test_a_month_of_restarts_sleeps_outages_and_clock_jumps_forgets_nobody(
    loop: Loop, clock: HandClock, tmp_path: Path
) -> None:
    with Site() as site:
        names, store = stories(site, 12), tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 1.0, channel("feed", "/feed"))
        good, longest = dict(site.answers), timedelta(0)
        until, seen = clock.now() + timedelta(days=30), dict.fromkeys(names, clock.now())
        for turn, hours in enumerate([1, 5, 12, 30, 60, 3] * 20):
            if clock.now() > until:
                break
            site.answers = {path: reply(PAGE, 503) for path in good} if turn % 7 == 3 else dict(good)
            jump = timedelta(days=20) if turn == 12 else timedelta(0)
            clock.moment += jump  # for one tick the clock is wrong
            here = len(site.log)
            watch, _ = in_hand(folder, store, clock)
            assert tick(loop, watch) != "failed"
            clock.moment -= jump
            for name in {one.path.rpartition("/")[2] for one in site.log[here:]} & set(names):
                longest, seen[name] = max(longest, clock.now() - seen[name]), clock.now()
            clock.advance(hours=hours)
        assert max(clock.now() - at for at in seen.values()) < timedelta(days=6)
        assert longest < timedelta(days=6), "three days by the plan, and what was slept and what was out"
        assert asked(site).total() < 12 * 60
