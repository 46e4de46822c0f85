"""Four weeks end to end: does the daemon see as many versions, as soon, as the simulator says it does?

    python -m bench.weeks [--articles 120] [--days 28] [--seed 5] [--price 0.02]

The newsroom publishes, edits and deletes as generated traces say; the daemon (real Scrapy over loopback, a real store)
discovers and revisits by the product's own plan, its clock moved by hand from one due moment to the next. Then the
same traces are played by the simulator (`bench.revisit`) at the same number of requests, and both are held side by
side. Looks that confirm a change or a takedown are counted apart: the simulator has none for changes.
Edits leave the pages' dates alone: lists would hint at them, and here the simulator plays without hints.
"""

import argparse
import asyncio
import sys
import tempfile
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from random import Random
from statistics import median

from bench.by_hand import event_loop, in_hand
from bench.gazettes import sentence, vocabulary
from bench.ours import Stet
from bench.simulate import Tally, equal
from bench.traces import DAY, Trace, generate
from crawler import plan, timing
from crawler import price as pricing
from crawler.addresses import normal
from crawler.clock import HandClock
from crawler.newsroom.article import Article
from crawler.newsroom.newsroom import Newsroom
from storage.records import moment
from storage.store import Store

HOUSES = ("courier", "redoubt", "sentinel")
"""The outlets of the newsroom that play; each plays one of the generator's."""
DRAWN = ("outlet-07", "outlet-11", "outlet-15")
TICK = 60.0
"""Seconds between two ticks at least: a look may be so much late."""
PATIENCE = 900.0
"""Seconds that a list may wait for others, to be asked for in one tick: the comparison begins with the first look."""
EDITION = "By then the count of the commission stood at {} ships."


@dataclass
class Play:
    """One article of the newsroom and the trace that it follows."""

    trace: Trace
    house: str
    slug: str
    handle: Article | None = None

    def act(self, newsroom: Newsroom, number: int, dice: Random) -> None:
        """Publish (0), the number-th edit, or take down (-1)."""
        if number == 0:
            self.handle = newsroom.publish(self.house, self.slug, self.slug.replace("-", " ").title(), _text(dice))
        elif self.handle is not None and number > 0:
            self.handle.rewrite(1, EDITION.format(100 + number), silent=True)
        elif self.handle is not None:
            self.handle.take_down("404")


def _text(dice: Random) -> list[str]:
    words = vocabulary(dice, 250)
    said = [" ".join(sentence(dice, words, dice.randint(9, 16)) for _ in range(3)) for _ in range(5)]
    return [said[0], EDITION.format(100), *said[1:]]


def at_price(price: float) -> None:
    """Let all looks be worth so much at least: what the daemon does without a budget, at another price."""
    for room in (plan, timing, pricing):
        vars(room)["START"] = price


def plays(articles: int, days: int, seed: int) -> list[Play]:
    """Articles of the generator, found a week before the end at the latest; the same for the same arguments."""
    dice = Random(seed)
    drawn = [trace for trace in generate(days - 7, seed) if trace.outlet in DRAWN]
    chosen = sorted(dice.sample(drawn, min(articles, len(drawn))), key=lambda trace: trace.first_seen)
    words = vocabulary(dice, 400)
    slugs = [f"{'-'.join(dice.sample(words, 5))}" for _ in chosen]
    return [Play(trace, HOUSES[DRAWN.index(trace.outlet)], slug) for trace, slug in zip(chosen, slugs, strict=True)]


# --- the daemon -------------------------------------------------------------------------------------


class Weeks:
    """The daemon in this process, and the newsroom that plays before it."""

    def __init__(self, cast: list[Play], folder: Path, seed: int) -> None:
        self.cast, self.dice = cast, Random(seed)
        self.store = folder / "stet.db"
        self.begin = min(play.trace.first_seen for play in cast)
        self.clock = HandClock(datetime.fromtimestamp(self.begin, UTC))
        self.newsroom = Newsroom(self.clock, HOUSES)
        acts = ((play, number, at) for play in cast for number, at in self._script(play.trace))
        self.script = sorted(acts, key=lambda act: act[2])
        self.ticks = 0

    def _script(self, trace: Trace) -> list[tuple[int, float]]:
        ends = [] if trace.removed_at is None else [(-1, trace.removed_at)]
        until = trace.end if trace.removed_at is None else trace.removed_at
        edits = [(n, at) for n, at in enumerate(trace.changes, 1) if at < until]
        return [(0, trace.first_seen), *edits, *ends]

    def play(self, days: int) -> None:
        """From the first article to the end."""
        loop = event_loop()
        end = self.begin + days * DAY
        with self.newsroom:
            shelf = self.newsroom.outlets_shelf(self.store.parent / "outlets")
            watch = in_hand(shelf, self.store, self.clock, lambda line: None, tick=TICK)
            now = self.begin
            while now < end:
                self._until(now)
                loop.run_until_complete(asyncio.wait_for(watch.tick(), 120))
                self.ticks += 1
                now = max(now + TICK, self.clock.now().timestamp(), self._due())

    def _until(self, now: float) -> None:
        """All that happens up to a moment, each act at its own."""
        while self.script and self.script[0][2] <= now:
            play, number, at = self.script.pop(0)
            self._move(at)
            play.act(self.newsroom, number, self.dice)
        self._move(now)

    def _move(self, at: float) -> None:
        self.clock.moment = max(self.clock.moment, datetime.fromtimestamp(at, UTC))

    def _due(self) -> float:
        sql = "select (select min(next_visit_at) from articles), (select min(next_ask_at) from channels)"
        store = Store.read(self.store)
        try:
            visit, asking = store.conn.execute(sql).fetchone()
        finally:
            store.close()
        owed = [moment(visit).timestamp()] if visit else []
        return min([*owed, *([moment(asking).timestamp() + PATIENCE] if asking else [])], default=0.0)


# --- what came of it --------------------------------------------------------------------------------


@dataclass
class Seen:
    """What the daemon did, in the simulator's terms; and the looks that confirm, which it does not count."""

    tally: Tally
    confirming: int
    traces: list[Trace]
    """As they were found: with the moment of the first look."""


def seen(weeks: Weeks) -> Seen:
    """Hold the store against the traces."""
    tally, confirming, traces = Tally(), 0, list[Trace]()
    store = Store.read(weeks.store)
    try:
        for play in weeks.cast:
            looks, waits = _looks(store, play)
            if not looks:
                continue
            trace = replace(play.trace, found_at=looks[0])
            within = [at for at in looks if at <= trace.end]
            traces.append(trace)
            confirming += sum(at <= trace.end for at in waits)
            _count(tally, trace, within)
    finally:
        store.close()
    return Seen(tally, confirming, traces)


def _looks(store: Store, play: Play) -> tuple[list[float], list[float]]:
    """When it was looked at (Unix seconds), and which of these looks a pending change had asked for."""
    assert play.handle is not None
    sql = """select r.at from readings r join addresses d on d.article = r.article where d.url = ? order by r.at"""
    url = normal(play.handle.url)
    looks = [moment(row["at"]).timestamp() for row in store.conn.execute(sql, (url,))]
    changes = """select ch.by_at from changes ch join addresses d on d.article = ch.article where d.url = ?"""
    told = [moment(row["by_at"]).timestamp() for row in store.conn.execute(changes, (url,))]
    return looks, [at for at in looks if any(0 < at - by <= 16 * 60 for by in told)]


def _count(tally: Tally, trace: Trace, looks: list[float]) -> None:
    """One article's looks, as `bench.revisit.simulate` counts them."""
    tally.articles += 1
    tally.looks += len(looks)
    tally.versions += len(trace.watched)
    gone = trace.removed_at
    until = trace.end if gone is None else min(gone, trace.end)
    for at, following in zip(trace.watched, (*trace.watched, until)[1:], strict=True):
        first = bisect_right(looks, at)
        if first < len(looks) and looks[first] < until:
            tally.seen += looks[first] < following
            tally.delays.append(looks[first] - at)
    if gone is not None and trace.found_at < gone < trace.end:
        tally.takedowns += 1
        first = bisect_right(looks, gone)
        tally.found += [looks[first] - gone] if first < len(looks) else []


def report(weeks: Weeks) -> str:
    """Both side by side."""
    found = seen(weeks)
    own, cost = found.tally, (found.tally.looks - found.confirming) / max(found.tally.articles, 1)
    like = equal(found.traces, Stet, cost, 0.02).tally
    noise = sqrt(max(like.share * (1 - like.share), 0.01) / max(own.versions, 1))
    lines = [
        f"{own.articles} articles of {len(weeks.cast)} found, {own.versions} changes, {own.takedowns} takedowns, "
        f"{weeks.ticks} ticks, {len(weeks.newsroom.log)} requests in all",
        f"{'':12}requests an article  share seen  median minutes  takedowns found  median hours",
    ]
    for name, tally, looks in (("daemon", own, cost), ("simulator", like, like.cost)):
        hours = f"{median(tally.found) / 3600:.1f}" if tally.found else "-"
        lines.append(
            f"{name:12}{looks:19.2f}  {tally.share:10.3f}  {tally.delay:14.0f}  {len(tally.found):15d}  {hours:>12}"
        )
    lines.append(f"confirming looks: {found.confirming / max(own.articles, 1):.2f} an article besides")
    lines.append(f"difference of the shares: {own.share - like.share:+.3f} (one standard error: {noise:.3f})")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.weeks", description="The daemon beside its simulator.")
    parser.add_argument("--articles", type=int, default=120, help="how many (120)")
    parser.add_argument("--days", type=int, default=28, help="days in all (28; at least 8)")
    parser.add_argument("--seed", type=int, default=5, help="of the traces (5)")
    parser.add_argument("--price", type=float, default=0.02, help="of a look (0.02)")
    asked = parser.parse_args()
    if asked.articles < 1 or asked.days < 8:
        parser.error("give at least one article and eight days")
    at_price(asked.price)
    with tempfile.TemporaryDirectory() as folder:
        weeks = Weeks(plays(asked.articles, asked.days, asked.seed), Path(folder), asked.seed)
        weeks.play(asked.days)
        print(report(weeks), flush=True)
    from twisted.internet import reactor

    reactor.getThreadPool().stop()  # else its threads keep the process
    return 0


if __name__ == "__main__":
    sys.exit(main())
