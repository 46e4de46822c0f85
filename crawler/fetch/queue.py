"""Whose request goes next? One of a host that has none on its way, host after host.

Scrapy's queue counts only requests that wait in a downloader slot. Those whose robots.txt is still on its way are in no
slot yet: eight of them for one dead host would fill CONCURRENT_REQUESTS, and all others would wait for its time-out.
"""

from collections.abc import Iterable
from typing import Any

from scrapy.crawler import Crawler
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface


class FairQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queue of hosts (SCHEDULER_PRIORITY_QUEUE), handing out at most one request a host at a time."""

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = _Free(crawler)


class _Free(DownloaderInterface):
    """Hosts without a request anywhere between engine and network."""

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        busy = {self.downloader.get_slot_key(request) for request in self.downloader.active}
        return [(0, slot) for slot in possible_slots if slot not in busy]
