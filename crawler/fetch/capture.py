"""One visit on its way through Scrapy (a Trip), and the Capture that it ends in.

A trip travels in ``request.meta["trip"]``. Each of Scrapy's parts notes on it what it saw; in the end `capture` turns
it, or the failure that ended it, into the record. Every trip ends in exactly one Capture, unless it is `GivenBack`.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from OpenSSL import SSL
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers, Request
from service_identity import VerificationError
from twisted.internet import error as tx
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, RequestTransmissionFailed

from crawler.desk import Desk
from storage.records import Capture, Hop, Purpose, Visit, canonical_json, sha256

logger = logging.getLogger(__name__)

FAILURES = (
    IgnoreRequest,
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotSupported,
    UnsupportedURLSchemeError,
    SSL.Error,
    VerificationError,
    tx.ConnectError,
    tx.ConnectionClosed,
    tx.DNSLookupError,
    RequestTransmissionFailed,
    UnicodeError,
)
"""What asking the web can be expected to end in."""
CRAWLER = "stet/0.1.0"
TRIP = "trip"


class Refused(IgnoreRequest):
    """We did not ask, or did not go on: its text is the Capture's error (``robots_forbid``)."""


class GivenBack(IgnoreRequest):
    """The visit was not made and is still owed: the host asked us to wait, or we are stopping. No Capture."""


class HeadTooLarge(Exception):
    """The headers of an answer never ended."""


@dataclass(frozen=True)
class Answer:
    """A response as it came in."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    """Decoded; None where the answer has none (204, 304) or it was too large."""
    wire_digest: str | None
    complete: bool
    size: int
    """Bytes over the wire."""
    certificate: str


@dataclass
class Trip:
    """One visit on its way: what was owed, and what happened so far."""

    visit: Visit
    purpose: Purpose = "article"
    robots: str = "none"
    hops: list[Hop] = field(default_factory=list)
    sent: tuple[tuple[str, str], ...] = ()
    sent_at: datetime | None = None
    back_at: datetime | None = None
    conditional: bool = False
    """Whether the request that was answered carried the visit's validators."""
    answer: Answer | None = None

    def depart(self, headers: Headers, now: datetime) -> None:
        """A request leaves the house."""
        self.sent, self.sent_at, self.back_at, self.answer = pairs(headers), now, None, None
        self.conditional = "If-None-Match" in headers or "If-Modified-Since" in headers

    def arrive(self, now: datetime) -> None:
        """Its answer, or the news that there is none, is in."""
        self.back_at = now


def trip_of(request: Request) -> Trip | None:
    """The trip that a request belongs to (None: a request of Scrapy's own, from its shell)."""
    trip: Trip | None = request.meta.get(TRIP)
    return trip


def desk_of(crawler: Crawler) -> Desk | None:
    """The desk of the spider at work (None: one of Scrapy's own, from its shell)."""
    desk: Desk | None = getattr(crawler.spider, "desk", None)
    return desk


def pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Headers as pairs, in the order that Scrapy holds them, bytes read as latin-1 (RFC 9110, section 5.5)."""
    return tuple((name.decode("latin-1"), v.decode("latin-1")) for name, values in headers.items() for v in values)


def config(settings: dict[str, Any]) -> str:
    """Digest of the settings that shape a request."""
    return sha256(canonical_json(settings).encode())


def capture(trip: Trip, now: datetime, config: str = "", error: str = "") -> Capture:
    """The record of a trip that is over. ``now`` stands in where nothing was ever sent."""
    at = trip.back_at or now
    told = Capture(
        purpose=trip.purpose,
        outlet=trip.visit.outlet,
        asked_url=trip.visit.url,
        url=trip.visit.url,
        at=at,
        error=error,
        hops=tuple(trip.hops),
        request_headers=trip.sent,
        robots=trip.robots,
        millis=_millis(trip.sent_at, at),
        crawler=CRAWLER,
        config=config,
    )
    return _answered(told, trip, trip.answer) if trip.answer is not None else told


def _answered(told: Capture, trip: Trip, answer: Answer) -> Capture:
    confirms = answer.status == 304 and trip.conditional
    return replace(
        told,
        url=answer.url if trip.hops else told.asked_url,
        status=answer.status,
        headers=answer.headers,
        digest=sha256(answer.body) if answer.body is not None else None,
        wire_digest=answer.wire_digest,
        complete=answer.complete,
        refers_to=trip.visit.refers_to if confirms else None,
        certificate=answer.certificate,
        bytes=answer.size,
        body=answer.body,
    )


def _millis(since: datetime | None, until: datetime) -> int:
    return max(0, (until - since) // timedelta(milliseconds=1)) if since is not None else 0


# --- what a failure is called ---------------------------------------------------------------------


def error_name(error: BaseException) -> str:
    """What a failure is called in ``Capture.error``; an unforeseen one is logged, too."""
    for cause in _causes(error):
        name = _name(cause)
        if name:
            return name
    if isinstance(error, DownloadFailedError):
        return "connection: not an HTTP answer"
    logger.error("An unforeseen failure while asking: %r", error, exc_info=error)
    return f"connection: {type(error).__name__}"


def _name(error: BaseException) -> str:
    match error:
        case Refused():
            return str(error)
        case HeadTooLarge():
            return "oversize: headers"
        case DownloadCancelledError():
            return "oversize: body"
        case CannotResolveHostError() | tx.DNSLookupError():
            return "dns"
        case DownloadTimeoutError() | tx.TimeoutError():
            return "timeout"
        case DownloadConnectionRefusedError() | tx.ConnectionRefusedError():
            return "refused"
        case SSL.Error() | VerificationError():
            return f"tls: {_tls_reason(error)}"
        case tx.ConnectionLost():
            return "reset"
        case tx.ConnectionDone():
            return "connection: closed without an answer"
        case tx.ConnectError():
            return f"connection: {error.osError or 'no way there'}"
        case ParseError():
            return "connection: not an HTTP answer"
        case UnsupportedURLSchemeError() | NotSupported():
            return "forbidden_address: not http or https"
        case UnicodeError():
            return "dns: not a host name"
    return ""


def _tls_reason(error: BaseException) -> str:
    """OpenSSL's own words: ``certificate verify failed``."""
    if isinstance(error, VerificationError):
        return "certificate is for another host"
    queue = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return str(queue[0][-1]) if queue else "broken off"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """A failure and what it stands for, outermost first: Twisted wraps reasons, Scrapy wraps Twisted."""
    yield error
    for reason in getattr(error, "reasons", None) or ():
        if isinstance(reason, Failure) and reason.value is not None:
            yield from _causes(reason.value)
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)
