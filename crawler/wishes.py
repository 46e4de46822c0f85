"""What does a host ask of us? (robots.txt, Crawl-delay and Retry-After, read strictly)

RFC 9309 lets a crawler take any 4xx robots.txt for "everything is allowed". We are stricter: 401 and 403 keep us out.
Where RFC 9309 says "unreachable" (5xx, network errors), nothing is allowed; a 429 is treated likewise.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from protego import Protego

AGENT = "stet"
"""Our product token: the name that robots.txt knows us by (never the full user agent, which holds a contact)."""
LONGEST_WAIT = timedelta(hours=24)
"""A Retry-After beyond this is cut: a typo must not silence a host for a year."""
ROBOTS_LIMIT = 512 * 1024
"""Bytes of a robots.txt that are read; RFC 9309, section 2.5, asks for at least 500 KiB."""


@dataclass(frozen=True)
class Rules:
    """What one robots.txt allows our agent. Without a parser, ``everything`` decides for all addresses."""

    everything: bool = True
    unreachable: bool = False
    """It could not be asked for: nothing is allowed until it can."""
    agent: str = AGENT
    _parser: Protego | None = field(default=None, repr=False, compare=False)

    def allows(self, url: str) -> bool:
        """Whether we may ask for this address."""
        if self._parser is None:
            return self.everything
        return self._parser.can_fetch(url, self.agent)

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between two requests, or None where nothing (or nonsense) is said."""
        delay = self._parser.crawl_delay(self.agent) if self._parser is not None else None
        return delay if delay is not None and math.isfinite(delay) and delay > 0 else None


def robots(status: int | None, body: bytes | None, agent: str = AGENT) -> Rules:
    """The rules that an answer to ``/robots.txt`` (after redirects) sets; ``status`` None: there was no answer."""
    if status is None or status >= 500 or status == 429 or status < 200 or 300 <= status < 400:
        return Rules(everything=False, unreachable=True, agent=agent)
    if status in (401, 403):
        return Rules(everything=False, agent=agent)
    if status >= 400:
        return Rules(everything=True, agent=agent)
    text = (body or b"")[:ROBOTS_LIMIT].decode("utf-8-sig", errors="ignore")
    return Rules(agent=agent, _parser=Protego.parse(text))


def retry_after(headers: Iterable[tuple[str, str]], at: datetime) -> datetime | None:
    """Until when the host asks us to wait (RFC 9110, section 10.2.3: seconds or a date), or None.

    ``at`` is when the answer was in. Nonsense and moments past ask for nothing.
    """
    said = next((value.strip() for name, value in headers if name.lower() == "retry-after"), "")
    seconds = _seconds(said, at)
    if seconds is None or seconds <= 0:
        return None
    return at + min(timedelta(seconds=seconds), LONGEST_WAIT)


def _seconds(said: str, at: datetime) -> float | None:
    """A Retry-After in seconds from ``at``, at most a little over `LONGEST_WAIT`."""
    if said.isascii() and said.isdigit():
        return float(min(int(said[:9]), 10 * 86400)) if len(said) < 10 else 10 * 86400.0
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return (moment - at).total_seconds()
    except OverflowError:
        return None
