"""How many versions does a crawler see, how soon, for how many requests? A simulator of revisit policies.

    python -m bench.revisit --data DIR [--quick]

Prints, at 5, 10 and 20 requests per article in its first 7 days, the share of versions seen before they were
overwritten and the median delay of edits, for Stet's policy (the product's own code) and its peers'; takedowns; and
what noise, cold starts and the price's controller cost. DIR holds ``edits_dev.jsonl.gz`` (or another ``*.jsonl.gz`` of
the same form); without it, only the generated traces are played.

Every article is watched for 7 days from its appearance and found up to 15 minutes after it. Counted are the changes
between the first look and the end of the watch. The first look counts as a request, and so do the looks that Stet
needs to confirm a takedown. Every policy has one number (a factor on its waits, or the price), found so that all
spend alike.
"""

import argparse
import heapq
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import exp, inf, log
from pathlib import Path
from random import Random
from statistics import median

from bench.policies import LEAST, PEERS, Backoff, Freshness, Oracle, Policy, Stet, peer
from bench.traces import DAY, Trace, generate, read, unquiet
from crawler.hazard import Rhythm


@dataclass
class Tally:
    """What a policy did with some traces."""

    articles: int = 0
    looks: int = 0
    versions: int = 0
    """Changes that could have been seen."""
    seen: int = 0
    """Of these, whose text was seen before the next change (or takedown) came."""
    delays: list[float] = field(default_factory=list)
    """Seconds from each change to the first look after it."""
    takedowns: int = 0
    found: list[float] = field(default_factory=list)
    """Seconds from each takedown to the look that found it."""

    @property
    def share(self) -> float:
        return self.seen / self.versions if self.versions else 1.0

    @property
    def cost(self) -> float:
        """Requests per article."""
        return self.looks / self.articles

    @property
    def delay(self) -> float:
        """Minutes, at the median."""
        return median(self.delays) / 60 if self.delays else inf


@dataclass(frozen=True, slots=True)
class Played:
    """A policy's number, and what it did with it."""

    number: float
    tally: Tally


CLOSE = 0.005
"""How near to the requests that all shall spend."""


def simulate(traces: Sequence[Trace], policy: Policy, noise: int = 0) -> Tally:
    """Play the traces, all outlets at once and in the order of time, and count."""
    tally = Tally(articles=len(traces))
    dice = Random(noise)
    watched = [trace.watched for trace in traces]
    tally.versions = sum(len(changes) for trace, changes in zip(traces, watched, strict=True) if not trace.restless)
    tally.takedowns = sum(trace.removed_at is not None and trace.removed_at < trace.end for trace in traces)
    watchers = [policy(trace) for trace in traces]
    past = [0] * len(traces)
    queue = [(trace.found_at, number) for number, trace in enumerate(traces)]
    heapq.heapify(queue)
    while queue:
        now, number = heapq.heappop(queue)
        trace, changes, watcher = traces[number], watched[number], watchers[number]
        tally.looks += 1
        until = bisect_right(changes, now)
        fresh = changes[past[number] : until]
        if trace.removed_at is not None and now >= trace.removed_at:
            if past[number] >= 0:
                tally.found.append(now - trace.removed_at)
            past[number] = -1
            following = watcher.gone(now)
        else:
            if not trace.restless:
                tally.seen += bool(fresh)
                tally.delays += [now - change for change in fresh]
            past[number] = until
            following = watcher.look(now, bool(fresh) or (trace.restless and dice.random() < 0.9))
        following = max(following, now + LEAST)
        if following < trace.end:
            heapq.heappush(queue, (following, number))
    return tally


def equal(traces: Sequence[Trace], scaled: Callable[[float], Policy], cost: float, guess: float = 1.0) -> Played:
    """A policy's number such that it spends so many requests per article (within one part in 200, or the nearest).

    More of it must cost less. Bracketed by doubling, then the secant in logarithms, with bisection as its guard.
    """
    tried: list[tuple[float, Tally]] = []
    low, high = -inf, inf
    at = log(guess)
    for _ in range(16):
        tally = simulate(traces, scaled(exp(at)))
        tried.append((at, tally))
        if abs(tally.cost / cost - 1) < CLOSE:
            break
        low, high = (at, high) if tally.cost > cost else (low, at)
        at = _next(tried, cost, low, high)
    number, tally = min(tried, key=lambda one: abs(log(one[1].cost / cost)))
    return Played(exp(number), tally)


def _next(tried: list[tuple[float, Tally]], cost: float, low: float, high: float) -> float:
    """The next number (its logarithm) to try."""
    at, tally = tried[-1]
    slope = -1.0
    if len(tried) > 1 and tried[-2][1].cost != tally.cost:
        slope = min((log(tally.cost) - log(tried[-2][1].cost)) / (at - tried[-2][0]), -0.2)
    guess = at + log(cost / tally.cost) / slope
    if low < guess < high:
        return guess
    return (low + high) / 2 if low > -inf and high < inf else at + (0.7 if high == inf else -0.7)


# --- the table ----------------------------------------------------------------------------------

COSTS = (5, 10, 20)
LONG = 60 * DAY
"""An outlet whose traces span more is split by time: the first half to learn from, the second to be tested on."""
PRICES = {5: 0.06, 10: 0.02, 20: 0.006}
"""Where the search for Stet's price begins."""
STEP = 1.2
GROWTHS = (1.35, 1.5, 1.75, 2.0, 2.5)
"""Of the back-off that is tuned in hindsight, on the very traces that it is tested on."""


@dataclass(frozen=True)
class Ground:
    """Traces to play, and what is known of their outlets beforehand."""

    name: str
    traces: Sequence[Trace]
    learning: Sequence[Trace] = ()


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
    hours = median(tally.found) / 3600 if tally.found else inf
    return f"{len(tally.found) / tally.takedowns:.0%} in {hours:.1f} h"


def tuned(traces: Sequence[Trace], cost: float) -> Played:
    """The best of the back-offs."""
    tried = [equal(traces, partial(peer, partial(Backoff, growth=growth)), cost) for growth in GROWTHS]
    return max(tried, key=lambda played: played.tally.share)


def row(name: str, played: Iterable[Played], own: Tally | None = None) -> str:
    tallies = [one.tally for one in played]
    shipped = f"{own.cost:6.1f}: {cell(own)}" if own else ""
    cells = "  ".join(f"{cell(tally):13}" for tally in tallies)
    gone = "  ".join(f"{takedowns(tally):>15}" for tally in tallies if tally.takedowns)
    return f"{name:24}{cells}  {shipped:22}{gone}".rstrip()


def peers(ground: Ground, costs: Sequence[int]) -> Iterable[str]:
    """The rows of all others."""
    for name, kind in PEERS.items():
        scaled = [equal(ground.traces, partial(peer, kind), cost) for cost in costs]
        yield row(name, scaled, simulate(ground.traces, peer(kind, 1.0)))
    yield row("back-off, in hindsight", [tuned(ground.traces, cost) for cost in costs])
    yield row("freshness (Cho, G.-M.)", [equal(ground.traces, partial(peer, Freshness), cost) for cost in costs])
    oracle = simulate(ground.traces, Oracle)
    yield f"{'oracle, all-knowing':24}{oracle.cost:.2f} requests: {cell(oracle)}"


def ours(ground: Ground, costs: Sequence[int]) -> Iterable[str]:
    """Stet's row, and what is asked of it besides."""
    known = taught(ground.learning)
    stet = partial(Stet, known=known)
    played = [equal(ground.traces, stet, cost, PRICES[cost]) for cost in costs]
    yield row("Stet", played)
    noisy = unquiet(ground.traces, 0.01)
    yield row("  1 % never still", [equal(noisy, stet, cost, PRICES[cost]) for cost in costs])
    newsdiffs = simulate(ground.traces, peer(PEERS["newsdiffs"], 1.0))
    alike = same_share(ground.traces, stet, newsdiffs, PRICES[20])
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


def table(ground: Ground, costs: Sequence[int]) -> Iterable[str]:
    """All lines of one ground."""
    changes = sum(len(trace.watched) for trace in ground.traces)
    yield f"\n{ground.name}: {len(ground.traces)} articles, {changes} changes"
    heads = "  ".join(f"{f'{cost} requests':13}" for cost in costs)
    yield f"{'seen / median minutes':24}{heads}  as shipped"
    if not ground.name.endswith("time, cold start"):
        yield from peers(ground, costs)
    yield from ours(ground, costs)


def main() -> int:
    parser = argparse.ArgumentParser(description="How many versions does a crawler see, how soon, for what?")
    parser.add_argument("--data", type=Path, help="a directory of traces (*.jsonl.gz)")
    parser.add_argument("--quick", action="store_true", help="one article in eight, at ten requests only")
    parser.add_argument("--only", default="", metavar="WORD", help="only grounds whose names hold it")
    asked = parser.parse_args()
    try:
        played = grounds(asked.data, 8 if asked.quick else 1)
    except (OSError, ValueError) as wrong:
        print(f"cannot read the traces: {wrong}", file=sys.stderr)
        return 2
    for ground in (one for one in played if asked.only in one.name):
        for line in table(ground, (10,) if asked.quick else COSTS):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
