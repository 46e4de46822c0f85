"""All fates: what may befall an article over days, each with the truth of what is to be reported."""

from crawler.newsroom.fates import departures, moves, outages, statuses, traps, walls
from crawler.newsroom.fates.course import Course

FATES: tuple[Course, ...] = (
    *statuses.FATES, *departures.FATES, *walls.FATES, *moves.FATES, *outages.FATES, *traps.FATES,
)  # fmt: skip
"""In the order in which a report names them."""
