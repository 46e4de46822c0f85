"""How many versions does a crawler see, how soon, for how many requests? The table of revisit policies.

    python -m bench.revisit [--data DIR] [--quick] [--only WORD]

Prints, at 5, 10 and 20 requests per article in its first 7 days, the share of versions seen before they were
overwritten and the median delay of edits, for Stet's policy (the product's own code) and its peers'; takedowns; what
hints bring; and what noise, cold starts and the price's controller cost. DIR holds ``edits_dev.jsonl.gz`` (or another
``*.jsonl.gz`` of the same form); without it, only the generated traces are played.

Every article is watched for 7 days from its appearance and found up to 15 minutes after it. Counted are the changes
between the first look and the end of the watch. The first look counts as a request, and so do the looks that Stet
needs to confirm a takedown. Every policy has one number (a factor on its waits, or the price), found so that all
spend alike.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.lost import lost, told
from bench.ours import Budgeted, Stet
from bench.policies import PAPERS, PEERS, Backoff, Oracle, peer
from bench.simulate import Played, Tally, equal, simulate
from bench.traces import DAY, HOUR, Trace, generate, read
from bench.troubles import STATIC_DAYS, hinted, purged, static, unquiet
from crawler.hazard import Rhythm, born, learn
from crawler.index import NEWS_TARIFF, STATIC_TARIFF, Tariff, plan

COSTS = (5, 10, 20)
LONG = 60 * DAY
"""An outlet whose traces span more is split by time: the first half to learn from, the second to be tested on."""
PRICES = {5: 0.085, 10: 0.026, 20: 0.0085}
"""Where the search for Stet's price begins."""
STEP = 1.2
GROWTHS = (1.35, 1.5, 1.75, 2.0, 2.5)
"""Of the back-off that is tuned in hindsight, on the very traces that it is tested on."""
STATIC_COSTS = (0.1, 0.25)
"""Requests a day for each page that is no news."""


@dataclass(frozen=True)
class Ground:
    """Traces to play, and what is known of their outlets beforehand."""

    name: str
    traces: Sequence[Trace]
    learning: Sequence[Trace] = ()

    @property
    def again(self) -> bool:
        """Whether its traces were played before, with their outlets known."""
        return self.name.endswith("time, cold start")


def grounds(data: Path | None, every: int = 1) -> list[Ground]:
    """Each outlet with a long history by itself, split by time; all others, and what is drawn, from a cold start."""
    found, cold = [], []
    traces = [trace for path in sorted(data.glob("*.jsonl.gz")) for trace in read(path)] if data else []
    for name in sorted({trace.outlet for trace in traces}):
        own = [trace for trace in traces if trace.outlet == name]
        if own[-1].first_seen - own[0].first_seen < LONG:
            cold += own
            continue
        half = len(own) // 2
        found.append(Ground(f"{name}, held-out time", own[half::every], own[:half:every]))
        found.append(Ground(f"{name}, held-out time, cold start", own[half::every]))
    if cold:
        found.append(Ground("other outlets, cold start", sorted(cold, key=lambda trace: trace.first_seen)))
    return [*found, Ground("synthetic, cold start", generate()[:: 2 * every])]


def cell(tally: Tally) -> str:
    return f"{tally.share:.3f} / {tally.delay:4.0f}"


def takedowns(tally: Tally) -> str:
    """Share found and median hours, or nothing where none was there."""
    if not tally.takedowns:
        return ""
    hours = median(tally.found) / HOUR if tally.found else inf
    return f"{len(tally.found) / tally.takedowns:.0%} in {hours:.1f} h"


def row(name: str, played: Iterable[Played], own: Tally | None = None) -> str:
    tallies = [one.tally for one in played]
    shipped = f"{own.cost:6.1f}: {cell(own)}" if own else ""
    cells = "  ".join(f"{cell(tally):13}" for tally in tallies)
    gone = "  ".join(f"{takedowns(tally):>15}" for tally in tallies if tally.takedowns)
    return f"{name:24}{cells}  {shipped:22}{gone}".rstrip()


# --- the others ---------------------------------------------------------------------------------


def tuned(traces: Sequence[Trace], cost: float) -> Played:
    """The best of the back-offs."""
    tried = [equal(traces, partial(peer, partial(Backoff, growth=growth)), cost) for growth in GROWTHS]
    return max(tried, key=lambda played: played.tally.share)


def peers(ground: Ground, costs: Sequence[int]) -> Iterable[str]:
    """The rows of all others."""
    for name, kind in PEERS.items():
        scaled = [equal(ground.traces, partial(peer, kind), cost) for cost in costs]
        yield row(name, scaled, simulate(ground.traces, peer(kind, 1.0)))
    yield row("back-off, in hindsight", [tuned(ground.traces, cost) for cost in costs])
    for name, kind in PAPERS.items():
        yield row(name, [equal(ground.traces, partial(peer, kind), cost, 10.0) for cost in costs])
    oracle = simulate(ground.traces, Oracle)
    yield f"{'oracle, all-knowing':24}{oracle.cost:.2f} requests: {cell(oracle)}"


# --- Stet ---------------------------------------------------------------------------------------


def ours(ground: Ground, costs: Sequence[int]) -> Iterable[str]:
    """Stet's row, and what is asked of it besides."""
    stet = partial(Stet, known=taught(ground.learning))
    played = [equal(ground.traces, stet, cost, PRICES[cost]) for cost in costs]
    yield row("Stet", played)
    if ground.again:
        return
    prices = {cost: one.number for cost, one in zip(costs, played, strict=True)}
    for name, traces in (
        ("  60 % of edits hinted", hinted(ground.traces, 0.6)),
        ("  1 % never still", unquiet(ground.traces, 0.01)),
        ("  1 in 500 never still", unquiet(ground.traces, 0.002)),
    ):
        yield row(name, [equal(traces, stet, cost, prices[cost]) for cost in costs])
    yield from budgeted(ground, costs)
    if any(trace.removed_at is not None for trace in ground.traces):
        yield from siblings(ground, stet, prices)
    yield from saved(ground, stet, prices[costs[-1]])
    if 10 in prices:
        yield from told(lost(ground.traces, stet(prices[10])))


def budgeted(ground: Ground, costs: Sequence[int]) -> Iterable[str]:
    """With the price's controller, from one price for all budgets: a constant number of requests an hour."""
    hours = (ground.traces[-1].end - ground.traces[0].first_seen) / HOUR
    known, played = taught(ground.learning), []
    for cost in costs:
        budget = cost * len(ground.traces) / hours
        played.append(Played(budget, simulate(ground.traces, Budgeted(PRICES[10], budget, known))))
    yield row("  price by controller", played) + "  spent " + ", ".join(f"{one.tally.cost:.1f}" for one in played)


def siblings(ground: Ground, stet: Callable[..., Stet], prices: dict[int, float]) -> Iterable[str]:
    """Where half of the takedowns take siblings with them."""
    traces = purged(ground.traces)
    for name, family in (("  purges, no siblings", False), ("  purges, siblings", True)):
        yield row(name, [equal(traces, partial(stet, family=family), cost, price) for cost, price in prices.items()])


def saved(ground: Ground, stet: Callable[[float], Stet], price: float) -> Iterable[str]:
    """The requests that newsdiffs' own share costs."""
    newsdiffs = simulate(ground.traces, peer(PEERS["newsdiffs"], 1.0))
    alike = same_share(ground.traces, stet, newsdiffs, price)
    yield (
        f"  newsdiffs' own schedule: {newsdiffs.cost:.1f} requests for {cell(newsdiffs)}; "
        f"Stet at that share: {alike.tally.cost:.1f} for {cell(alike.tally)}: "
        f"{newsdiffs.cost / alike.tally.cost:.1f} times fewer"
    )


def taught(learning: Sequence[Trace]) -> dict[str, Rhythm]:
    """What Stet knows of the outlets after it watched them, at ten requests per article or so."""
    stet = Stet(PRICES[10])
    simulate(learning, stet)
    return stet.known


def same_share(traces: Sequence[Trace], stet: Callable[[float], Stet], other: Tally, price: float) -> Played:
    """The highest price (but for `STEP`) at which Stet sees as many versions as another policy."""
    tally = simulate(traces, stet(price))
    best = Played(price, tally)
    while tally.share >= other.share and price < 1:
        best, price = Played(price, tally), price * STEP
        tally = simulate(traces, stet(price))
    while best.tally.share < other.share and best.number > 1e-6:
        best = Played(best.number / STEP, simulate(traces, stet(best.number / STEP)))
    return best


# --- the table ----------------------------------------------------------------------------------


def table(ground: Ground, costs: Sequence[int], alone: bool) -> Iterable[str]:
    """All lines of one ground. ``alone``: without the others' rows."""
    changes = sum(len(trace.watched) for trace in ground.traces)
    yield f"\n{ground.name}: {len(ground.traces)} articles, {changes} changes"
    heads = "  ".join(f"{f'{cost} requests':13}" for cost in costs)
    yield f"{'seen / median minutes':24}{heads}  as shipped"
    if not ground.again and not alone:
        yield from peers(ground, costs)
    yield from ours(ground, costs)


def still(pages: int = 300) -> Iterable[str]:
    """Pages that are no news: by their own tariff, by that of news, and by plain adaptive schedules."""
    traces = static(pages)
    changes = sum(len(one.watched) for one in traces)
    yield f"\nterms and ministry pages, {STATIC_DAYS} days: {pages} pages, {changes} changes"
    yield f"{'seen / median minutes':24}" + "  ".join(f"{f'{each} a day':13}" for each in STATIC_COSTS)
    costs = [each * STATIC_DAYS for each in STATIC_COSTS]
    tariffs: dict[str, Tariff] = {"Stet, static class": STATIC_TARIFF, "Stet, as news": NEWS_TARIFF}
    for name, tariff in tariffs.items():
        yield row(name, [equal(traces, partial(Stet, tariff=tariff), cost, 0.05) for cost in costs])
    for name in ("fixed interval", "StormCrawler adaptive", "Nutch adaptive"):
        yield row(name, [equal(traces, partial(peer, PEERS[name]), cost, 40.0) for cost in costs])


def decision(looks: int = 5000) -> str:
    """What it takes to learn from a look and to plan the next: microseconds, at the median."""
    rhythm, spans = Rhythm(), []
    curve, pulse, now = rhythm.curve(), born(0.0), 0.0
    for number in range(looks):
        if number % 10 == 0:
            pulse, now = born(now), now
        now += HOUR * 2 ** (number % 10) / 4
        began = perf_counter()
        rhythm = learn(rhythm, pulse, curve, now, number % 7 == 0)
        _, pulse = plan(pulse, now, number % 7 == 0, curve, PRICES[10])
        spans.append(perf_counter() - began)
    return f"\na decision (learn and plan): {median(spans) * 1e6:.0f} microseconds"


def main() -> int:
    parser = argparse.ArgumentParser(description="How many versions does a crawler see, how soon, for what?")
    parser.add_argument("--data", type=Path, help="a directory of traces (*.jsonl.gz)")
    parser.add_argument("--quick", action="store_true", help="one article in eight, at ten requests only")
    parser.add_argument("--only", default="", metavar="WORD", help="only grounds whose names hold it")
    parser.add_argument("--alone", action="store_true", help="without the others' rows")
    asked = parser.parse_args()
    try:
        played = grounds(asked.data, 8 if asked.quick else 1)
    except (OSError, ValueError) as wrong:
        print(f"cannot read the traces: {wrong}", file=sys.stderr)
        return 2
    for ground in (one for one in played if asked.only in one.name):
        for line in table(ground, (10,) if asked.quick else COSTS, asked.alone):
            print(line, flush=True)
    if asked.only in "static":
        for line in still(100 if asked.quick else 300):
            print(line, flush=True)
        print(decision())
    return 0


if __name__ == "__main__":
    sys.exit(main())
