"""What does a page call its parts? The kinds of chrome told by the names of the elements around a block.

Pure. Pages have few different names and many blocks: each name, and each row of names, is looked at once.
"""

from collections import Counter
from collections.abc import Iterable

from crawler.page.phrases import NAMES, kinds

SHARE_OF_BODY = 0.35
"""An element that holds more of the text than this is the body, whatever it is called."""

Row = tuple[str, ...]
"""The names of the block-level elements around a block, from the root (`crawler.page.blocks.Block.names`)."""


class Names:
    """The names on one page, and how much of its text the elements so named hold."""

    def __init__(self, kept: Iterable[tuple[Row, int]]) -> None:
        """``kept``: the names around each block that is taken for text, and its weight."""
        self._kinds: dict[str, Row] = {"": ()}
        self._rows: dict[Row, dict[str, bool]] = {}
        held = Counter[Row]()
        for row, heavy in kept:
            held[row] += heavy
        self._most = SHARE_OF_BODY * held.total()
        self._framed = self._weigh(held)

    def tell(self, row: Row, kind: str) -> bool:
        """Whether the page calls what these names stand for by such a name (``caption`` or one of `NAMES`)."""
        return self._told(row).get(kind, False)

    def chrome(self, row: Row) -> str:
        """The kind of chrome that the page itself calls it, or ``""``."""
        told = self._told(row)
        return next((kind for kind in NAMES if told.get(kind)), "") if told else ""

    def _told(self, row: Row) -> dict[str, bool]:
        """The kinds that the names tell, and of each whether the innermost element so named is not the body."""
        if row not in self._rows:
            told: dict[str, bool] = {}
            for depth in range(len(row) - 1, 0, -1):
                for kind in self._kinds_of(row[depth]):
                    if kind not in told:
                        told[kind] = self._framed[row[: depth + 1]] <= self._most
            self._rows[row] = told
        return self._rows[row]

    def _kinds_of(self, name: str) -> Row:
        if name not in self._kinds:
            self._kinds[name] = kinds(name)
        return self._kinds[name]

    def _weigh(self, held: Counter[Row]) -> Counter[Row]:
        """How much each element holds whose name tells a kind; elements by the names from the root down to them."""
        framed = Counter[Row]()
        for row, heavy in held.items():
            for depth in range(1, len(row)):
                if self._kinds_of(row[depth]):
                    framed[row[: depth + 1]] += heavy
        return framed
