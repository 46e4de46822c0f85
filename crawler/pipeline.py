"""Scrapy's door into observe: what spiders yield is kept, in the order it came."""

from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.desk import Desk
from storage.records import Capture, Listing


class Observe:
    """Passes captures and listings to the spider's desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.desk)  # type: ignore[union-attr]

    async def process_item(self, item: Any) -> Any:
        """Keep what a capture teaches; other items pass."""
        if isinstance(item, Capture | Listing):
            await self.desk.observe(item)
        return item
