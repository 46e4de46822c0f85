"""Look again at every article that is due."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from crawler.desk import whole_number
from spiders.article import ArticleSpider
from storage.records import Visit


class Revisits(ArticleSpider):
    """Ask for every article whose next visit is due, longest overdue first."""

    name = "revisits"
    arguments: ClassVar[dict[str, str]] = {
        "outlet": "keys of the outlets to look at, with commas between (all, and addresses given by hand)",
        "limit": "most articles to ask for in all (0: all that are due)",
    }

    def take(self, given: dict[str, Any]) -> None:
        named = str(given.get("outlet", ""))
        self.keys = tuple(outlet.key for outlet in self.outlets(named)) if named.strip() else ()
        self.limit = whole_number("limit", given.get("limit", 0))

    def due(self) -> list[Visit]:
        """What is owed now."""
        return self.desk.store.due(self.desk.clock.now(), self.keys, self.limit)

    def aims(self) -> Iterator[str]:
        yield from (visit.url for visit in self.due())

    async def start(self) -> AsyncIterator[Any]:
        for visit in self.due():
            yield self.ask(visit)
