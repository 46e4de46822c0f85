"""Months by seed: does Stet find every takedown and restore in time, and none that is none?

    python -m bench.month --seeds 20 --outlets 8 --articles 500 --days 30 [--from SEED] [--processes 2]

`bench.world` makes outlets, their articles' fates and their troubles from a seed. A watcher plays the month through the
neck: feeds, visits as the plan asks, and the looks that suspicions want, as spiders do. Then what was told is held
against the truth: `bench.truth` says by when each must be told.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from heapq import heappop, heappush
from pathlib import Path
from urllib.parse import urlsplit

from bench.truth import Judge, Result
from bench.world import DAY, START, Answer, Site, Story, World, during, hours, when, world
from crawler import addresses, relearn, shapes
from crawler.clock import HandClock
from crawler.desk import Desk
from spiders.article import MOST_ASKS, SOONER
from storage.findings import Finding
from storage.records import Ask, Capture, Channel, Hop, Listing, Offer, Purpose, Visit, moment, sha256

ROUND = 1 / 6
"""Hours between two rounds of visits: ten minutes."""
LOOK = 1 / 3600
"""Hours that a look takes: one second."""
MOST_HOPS = 5
SHELF = """
name = "Gazette {number}"
domains = ["{host}"]
homepage = "{home}/"
languages = ["en"]
pace = 0.01
[[channels]]
kind = "feed"
url = "{home}/feed.xml"
fact = "live"
"""


# --- the watcher ------------------------------------------------------------------------------------


class Watcher:
    """A month of looks, kept by a real desk in a real store."""

    def __init__(self, made: World, folder: Path) -> None:
        self.world, self.hour, self.looks = made, 0.0, 0
        self.sites = {site.key: site for site in made.sites}
        self.seen: dict[tuple[str, int], list[tuple[float, str]]] = defaultdict(list)
        """What looks at each story truly showed."""
        (folder / "outlets").mkdir()
        for site in made.sites:
            about = SHELF.format(number=site.number, host=site.host, home=site.home)
            (folder / "outlets" / f"{site.key}.toml").write_text(about)
        told = {"STORE": str(folder / "stet.db"), "OUTLETS": str(folder / "outlets"), "KEEP": "all"}
        self.desk = Desk.from_settings({**told, "CLOCK": HandClock(START)})
        self.desk.store.conn.execute("pragma synchronous = off")  # nobody kills this process
        self.runner = asyncio.Runner()

    def close(self) -> None:
        self.runner.close()
        self.desk.close()

    def play(self) -> None:
        """From the first round to the last."""
        feeds = dict.fromkeys(self.sites, 0.0)
        learns = DAY
        while self.hour < self.world.days * DAY:
            if self.world.sleep.holds(self.hour):
                self.hour = self.world.sleep.until
            began = self.hour
            for key in [key for key, at in feeds.items() if at <= self.hour]:
                feeds[key] = self.hour + self.sites[key].feed_every
                self._feed(self.sites[key])
            self._crawl(self.desk.store.due(when(self.hour)))
            if self.hour >= learns:
                learns += DAY
                self.runner.run(relearn.due(self.desk, when(self.hour)))
            self.hour = self._next(max(self.hour, began + ROUND), feeds)

    def _next(self, soonest: float, feeds: dict[str, float]) -> float:
        sql = "select min(next_visit_at) from articles"
        (due,) = self.desk.store.conn.execute(sql).fetchone()
        owed = min([*feeds.values(), *([hours(moment(due))] if due else [])])
        return max(soonest, owed)

    def _feed(self, site: Site) -> None:
        url, at = f"{site.home}/feed.xml", when(self.hour)
        if self._is_to_wait(Visit(url, site.key)):
            return
        fails = during(self.world.nights, self.hour) or (during(site.troubles, self.hour) and not site.feed_lives)
        offers = () if fails else tuple(self._offer(site, story) for story in site.listed(self.hour))
        seen = Capture("channel", site.key, url, url, at, None if fails else 200, "timeout" if fails else "")
        self._observe(Listing(seen, Channel("feed", url, "live"), offers))
        self._crawl(self.desk.store.wanted(when(self.hour), (site.key,)))

    def _offer(self, site: Site, story: Story) -> Offer:
        return Offer(site.home + story.path(self.hour), story.text(self.hour)[0], when(story.born).isoformat())

    def _crawl(self, visits: list[Visit]) -> None:
        """One crawl for some visits, and for the looks that suspicions want (as `ArticleSpider.follow_up` does)."""
        queue: list[tuple[int, int, Purpose, Visit]] = [(0, n, "article", visit) for n, visit in enumerate(visits)]
        asked, asks = {visit.url for visit in visits}, defaultdict[str, int](int)
        while queue:
            *_, purpose, visit = heappop(queue)
            if self._is_to_wait(visit):
                continue
            for wanted in self._observe(self._capture(visit, purpose)).asks:
                further = self._wish(wanted, asked, asks)
                if further is not None:
                    heappush(queue, (-SOONER[wanted.purpose], len(asked), wanted.purpose, further))

    def _is_to_wait(self, visit: Visit) -> bool:
        """Whether the host asked us to wait: then the visit stays owed."""
        until = self.desk.store.host(self.sites[visit.outlet].host).not_before
        return until is not None and until > when(self.hour)

    def _wish(self, wanted: Ask, asked: set[str], asks: dict[str, int]) -> Visit | None:
        store, outlet = self.desk.store, self.desk.catalogue.outlets[wanted.outlet]
        probe, name = wanted.purpose == "probe", addresses.identity(wanted.url, outlet)
        kind = f"probe {urlsplit(wanted.url).netloc} {shapes.shape(wanted.url, ())}" if probe else wanted.url
        if kind in asked or asks[wanted.outlet] >= MOST_ASKS or (probe and store.known(name)):
            return None
        asked.add(kind)
        asks[wanted.outlet] += 1
        known = store.visit(name) if wanted.purpose == "article" else None
        return known or Visit(wanted.url, wanted.outlet)

    def _capture(self, visit: Visit, purpose: Purpose) -> Capture:
        """One visit, redirects followed."""
        site, url, hops = self.sites[visit.outlet], visit.url, list[Hop]()
        held = visit.etag if visit.refers_to else ""
        answer = self.world.answer(site, _path(url), self.hour, held)
        showed = answer.shows
        while answer.location and len(hops) < MOST_HOPS:
            hops.append(Hop(url, answer.status or 0, answer.location))
            url = answer.location
            answer = self.world.answer(site, _path(url), self.hour)
            showed = answer.shows if showed == "moved" else showed
        if purpose == "article" and (story := site.by_path.get(_path(visit.url))):
            self.seen[site.key, story.number].append((self.hour, "noise" if answer.shows == "noise" else showed))
        seen = self._as_capture(visit, purpose, site, url, tuple(hops), answer)
        self.looks += 1
        self.hour += LOOK
        return seen

    def _as_capture(
        self, visit: Visit, purpose: Purpose, site: Site, url: str, hops: tuple[Hop, ...], answer: Answer
    ) -> Capture:
        met = Capture(purpose, visit.outlet, visit.url, visit.url, when(self.hour), error=answer.error)
        if answer.status is None:
            return met
        headers = [("Content-Type", "text/html; charset=utf-8")]
        if answer.wait:
            headers.append(("Retry-After", str(answer.wait)))
        if site.validates and answer.body and answer.status == 200:
            headers.append(("ETag", answer.etag))
        return replace(
            met, url=url, status=answer.status, hops=hops, headers=tuple(headers), complete=answer.whole,
            digest=sha256(answer.body) if answer.body is not None else None, body=answer.body,
            refers_to=visit.refers_to if answer.status == 304 else None,
        )  # fmt: skip

    def _observe(self, item: Capture | Listing) -> Finding:
        return self.runner.run(self.desk.observe(item))


def _path(url: str) -> str:
    return urlsplit(url).path or "/"


# --- the command --------------------------------------------------------------------------------------


def month(seed: int, outlets: int = 8, articles: int = 500, days: int = 30) -> Result:
    """Play the month of a seed, and judge it."""
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        watcher = Watcher(world(seed, outlets, articles, days), Path(folder))
        try:
            watcher.play()
            result = Judge(watcher.world, watcher.desk.store, watcher.seen).judged()
        finally:
            watcher.close()
    result.looks = watcher.looks
    result.cpu = time.process_time() - began
    return result


def _arguments() -> argparse.Namespace:
    about = "Months by seed: was every takedown and restore told in time, and none that was none?"
    parser = argparse.ArgumentParser(prog="python -m bench.month", description=about)
    parser.add_argument("--seeds", type=int, default=20, help="how many months (20)")
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="SEED", help="the first seed (0)")
    parser.add_argument("--outlets", type=int, default=8, help="outlets in each (8)")
    parser.add_argument("--articles", type=int, default=500, help="articles in each, of all outlets (500)")
    parser.add_argument("--days", type=int, default=30, help="days of each (30; at least 8)")
    parser.add_argument("--processes", type=int, default=1, help="how many months at once (1)")
    asked = parser.parse_args()
    if min(asked.seeds, asked.outlets, asked.articles, asked.processes) < 1 or asked.days < 8:
        parser.error("give at least one seed, outlet, article and process, and eight days")
    return asked


def main() -> int:
    """Play months; 1 if any of them showed a fault."""
    asked = _arguments()
    seeds, total = range(asked.first, asked.first + asked.seeds), Result("all seeds")
    play = partial(month, outlets=asked.outlets, articles=asked.articles, days=asked.days)
    with ProcessPoolExecutor(asked.processes, max_tasks_per_child=1) as pool:
        for result in pool.map(play, seeds):
            print(result.line(), *(f"  ! {fault}" for fault in result.faults), sep="\n", flush=True)
            total.add(result)
    kinds = Counter(fault.kind for fault in total.faults)
    found = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    print(f"{total.line()}; faults: {found or 'none'}")
    return int(bool(total.faults))


if __name__ == "__main__":
    sys.exit(main())
