"""Log lines that fit a screen: an item is told by its address, never by its body, headers or offers."""

from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from storage.records import Capture, Listing


class Brief(LogFormatter):
    """Scrapy's log formatter (LOG_FORMATTER) with short items."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        return super().scraped(brief(item), response, spider)

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return super().dropped(brief(item), exception, response, spider)

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return super().item_error(brief(item), exception, response, spider)


def brief(item: Any) -> str:
    """An item in a few words: purpose, address, and what came of it."""
    if isinstance(item, Listing):
        return f"{brief(item.capture)}, {len(item.offers)} offers"
    if isinstance(item, Capture):
        return f"{item.purpose} {item.asked_url}: {item.status if item.status is not None else item.error}"
    return type(item).__name__
