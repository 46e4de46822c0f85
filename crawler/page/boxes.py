"""Which boxes amidst a text are chrome by what they hold, whatever they are called: forms, cards, rows of comments.

Pure. A box is what one element holds. None that holds much of the text is chrome.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from crawler.page import forms, phrases
from crawler.page.blocks import Block

SHARE_OF_BODY = 0.35
"""An element that holds more of the text than this is the body, whatever it is called."""
CARDS = 2
"""Cards from which they are a row: one box with a linked heading may be a reference that the article makes."""
CARD_BLOCKS = 4
COMMENTS_FROM = 0.2
"""Share of the text before a counted comments heading; before one that counts nothing it is a half."""

LEAST = 200
"""Weight of the text before comments that are counted and dated by their age: they may be far longer than it."""

Weigh = Callable[[int], int]


def asking(blocks: Sequence[Block], kept: Sequence[int], weigh: Weigh) -> list[int]:
    """Blocks that stand in one box with a form to write in: what it asks for, and why one should."""
    held = defaultdict[int, list[int]](list)
    for index in kept:
        if blocks[index].asks:
            held[blocks[index].asks].append(index)
    return [index for box in held.values() if _is_small(box, kept, weigh) for index in box]


def cards(blocks: Sequence[Block], kept: Sequence[int], weigh: Weigh) -> list[int]:
    """Blocks of cards in a row, each a linked heading with a few lines, and the heading that announces them."""
    held = defaultdict[int, list[int]](list)
    for index in kept:
        held[blocks[index].box[1]].append(index)
    found = [box for box in held.values() if _is_card([blocks[index] for index in box])]
    inside = [index for box in found for index in box]
    if len(found) < CARDS or not _is_small(inside, kept, weigh, 2 * SHARE_OF_BODY):
        return []
    first = min(inside)
    before = [index for index in kept if index < first][-1:]
    return [*(i for i in before if forms.is_teaser_heading(blocks[i].text)), *inside]


def _is_card(box: Sequence[Block]) -> bool:
    head = box[0]
    linked = head.tag in forms.HEADINGS and head.link_share >= 0.95 and forms.is_title(head.text)
    return linked and len(box) <= CARD_BLOCKS and not any(block.tag in forms.HEADINGS for block in box[1:])


def _is_small(box: Iterable[int], kept: Iterable[int], weigh: Weigh, share: float = SHARE_OF_BODY) -> bool:
    return sum(map(weigh, box)) <= share * sum(map(weigh, kept))


def comments(blocks: Sequence[Block], kept: Sequence[int], weigh: Weigh) -> list[int]:
    """A comments heading behind much of the text, be it kept or passed over, and what follows it.

    It counts them, or nothing follows, or a line bars or invites comments; or they are dated by their age.
    """
    whole, before = sum(map(weigh, kept)), 0
    among = set(kept)
    for index in range(kept[0], kept[-1] + 1) if kept else ():
        if phrases.COMMENTS_HEADING.match(blocks[index].text) and _is_theirs(index, blocks, kept, before, whole):
            return _from(index, blocks, kept)
        before += weigh(index) if index in among else 0
    return []


def _is_theirs(index: int, blocks: Sequence[Block], kept: Sequence[int], before: int, whole: int) -> bool:
    """Whether a comments heading is one: by what stands before it, by its count, by what follows it."""
    counted = re.search(r"\d", blocks[index].text) is not None
    aged = sum(forms.is_age(block.text) for block in blocks[index + 1 : index + 12]) > 1
    if before < (LEAST if counted and aged else (COMMENTS_FROM if counted or aged else 0.5) * whole):
        return False
    place = bisect_right(kept, index)
    near = kept[place : place + 6]
    return counted or aged or not near or any(forms.is_comment_wall(blocks[other]) for other in near)


def _from(heading: int, blocks: Sequence[Block], kept: Sequence[int]) -> list[int]:
    """What stands behind a heading: in its box, where that begins with it; else all."""
    box = blocks[heading].path[:-1]
    mine = [index for index in kept if blocks[index].path[: len(box)] == box]
    own = not any(index < heading for index in mine)
    return [index for index in (mine if own else kept) if index >= heading]
