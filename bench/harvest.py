"""How many of the pages asked for are on the subject? Focused crawling beside breadth-first, over real HTTP.

    python -m bench.harvest [--budget N ...] [--fillers N] [--draws N]

The loopback newsroom publishes all stories of its stock, and ``--fillers`` others an outlet, in an order thrown by
dice (``--draws`` times; told are the sums); some of these name Moscow or China in their headlines. `scrapy crawl
fronts` asks for N articles an outlet, in four runs with new front pages each: once by our seeds ("focused"), once by
seeds that no page is near to ("breadth-first": in the order of addresses, since front pages give no dates; one in
eight by `harvest.ANY`). Told: the harvest rate (pages on the subject among pages asked for; Chakrabarti et al. 1999)
and the share of all such pages that were found. In "plain" the stories have their own headlines, in "vague" headlines
and addresses that tell nothing.
"""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from bench.by_hand import event_loop
from crawler.clock import HandClock
from crawler.newsroom.masthead import KEYS
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.stories import Story, stock
from storage.records import Capture

BEGAN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
RUNS = 4
NOWHERE = '[facets]\nnone = [{ weight = 3, en = ["zzyzx quuxly"] }]\n'
"""A shelf that no page is near to."""
WHO = ("council", "ferry company", "school board", "harbour office", "orchestra", "cycling club", "museum", "bakery")
DOES = ("opens a second hall", "moves to the river", "puts off its fair", "names a new head", "lowers its fees")
WHERE = ("in the old town", "before the summer", "after a year of building", "with Chinese guests", "on Moscow Street")
VAGUE = (
    "What was said on Tuesday",
    "A long night",
    "Three answers",
    "Behind the door",
    "The second paper",
    "One year on",
)


def fillers(outlet: str, count: int, dice: Random) -> list[Story]:
    """Stories of no subject of ours; some name a country of the seeds in passing."""
    made = []
    for number in range(count):
        who, does, where = dice.choice(WHO), dice.choice(DOES), dice.choice(WHERE)
        title = f"The {who} {does} {where}"
        said = f"The {who} {does} {where}, its head said on Friday. Work began in {1990 + number}."
        further = (
            f"Some {dice.randint(40, 900)} people came to look. Tickets are sold at the door until {number + 1} May."
        )
        slug = f"{who}-{does}-{where}-{number}".replace(" ", "-").lower()
        made.append(Story(slug, title, (said, further, said.replace("Friday", "Monday")), on_subject=False))
    return made


def published(newsroom: Newsroom, stories: dict[str, list[Story]], run: int) -> None:
    """The run-th part of all stories, a minute apart."""
    for outlet, all_of in stories.items():
        for story in all_of[run::RUNS]:
            newsroom.site(outlet).publish(story)
            newsroom.advance(minutes=1)


def stories_of(outlet: str, count: int, vague: bool, draw: int) -> list[Story]:
    dice = Random(f"{outlet} {draw}")
    own = list(stock(outlet).values())
    if vague:
        own = [_vague(story, number, dice) for number, story in enumerate(own)]
    told = own + fillers(outlet, count, dice)
    dice.shuffle(told)
    return told


def _vague(story: Story, number: int, dice: Random) -> Story:
    slug = f"{dice.choice(WHO)}-{dice.choice(DOES)}-{dice.choice(WHERE[:3])}-{900 + number}".replace(" ", "-").lower()
    return replace(story, title=dice.choice(VAGUE), standfirst="", slug=slug)


async def crawl(settings: dict[str, Any], **arguments: str) -> list[Capture]:
    """One run of a spider; the articles that it asked for."""
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.settings import Settings

    ours, seen = Settings(), []
    ours.setmodule("crawler.settings", priority="project")
    ours.setdict({"READERS": "0", "LOG_LEVEL": "ERROR", **settings}, priority="cmdline")
    runner = AsyncCrawlerRunner(ours)
    crawler = runner.create_crawler("fronts")
    crawler.signals.connect(lambda item: seen.append(item), signal=signals.item_scraped, weak=False)
    await runner.crawl(crawler, **arguments)
    return [item for item in seen if isinstance(item, Capture) and item.purpose == "article"]


def harvest(
    loop: asyncio.AbstractEventLoop, seeds: Path | None, budget: int, count: int, vague: bool, draw: int
) -> tuple[int, int, int]:
    """Pages on the subject, pages asked for, and all pages on the subject that there were."""
    stories = {outlet: stories_of(outlet, count, vague, draw) for outlet in KEYS}
    clock = HandClock(BEGAN)
    with tempfile.TemporaryDirectory() as folder, Newsroom(clock) as newsroom:
        told = {"STORE": f"{folder}/stet.db", "CLOCK": clock, "KEEP": "related"}
        told |= {"OUTLETS": str(newsroom.outlets_shelf(Path(folder) / "outlets"))}
        told |= {"SEEDS": str(seeds)} if seeds else {}
        asked: list[Capture] = []
        for run in range(RUNS):
            published(newsroom, stories, run)
            asked += loop.run_until_complete(crawl(told, limit=str(budget // RUNS)))
            clock.advance(hours=6)
        wanted = {
            newsroom.article(outlet, story.slug).url
            for outlet, some in stories.items()
            for story in some
            if story.on_subject
        }
    return len({capture.asked_url for capture in asked} & wanted), len(asked), len(wanted)


def main() -> int:
    """Print a line for each budget and kind of headlines."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--budget", type=int, nargs="+", default=[8, 16], metavar="N", help="articles an outlet in all")
    parser.add_argument("--fillers", type=int, default=30, metavar="N", help="stories off the subject, an outlet")
    parser.add_argument("--draws", type=int, default=5, metavar="N", help="orders that are thrown")
    asked = parser.parse_args()
    loop = event_loop()
    print("headlines   budget   focused: rate, found   breadth-first: rate, found")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "nowhere.toml").write_text(NOWHERE, "utf-8")
        for vague in (False, True):
            for budget in asked.budget:
                told = []
                for seeds in (None, Path(folder)):
                    draws = [harvest(loop, seeds, budget, asked.fillers, vague, n) for n in range(asked.draws)]
                    hit, pages, all_of = (sum(column) for column in zip(*draws, strict=True))
                    told.append(f"{hit / pages:.2f} ({hit} of {pages}), {hit / all_of:.2f}")
                print(f"{'vague' if vague else 'plain':<11} {budget:>6}   {told[0]:<20}   {told[1]}", flush=True)
    from twisted.internet import reactor

    reactor.getThreadPool().stop()  # else its threads keep the process
    return 0


if __name__ == "__main__":
    sys.exit(main())
