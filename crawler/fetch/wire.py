"""What came over the wire: was it all of it, and what is it once unpacked?

A gzip stream that was cut before it was sent passes as a clean 200: length right, no error, half a page (46 % of real
pages cut so still gave a different, readable text). So every compressed stream must reach its own end, and a body
that only the closing connection delimits must end as its format ends.
"""

import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import brotli  # type: ignore[import-untyped]
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler.fetch.capture import Answer, Refused, pairs, trip_of
from storage.records import sha256

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ENCODINGS = "gzip, deflate, br, zstd"
"""What we accept; Accept-Encoding."""
CHUNK = 65536
"""Bytes unpacked at a time, so that a bomb is met early."""
_BODYLESS = frozenset({204, 304})
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ENDING = re.compile(rb"(?:</(?:html|body|rss|feed|urlset|sitemapindex|rdf:rdf)\s*>|[}\]])\Z", re.IGNORECASE)


class TooLarge(Exception):
    """More bytes than allowed came out of a stream."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A body once its encodings are taken off."""

    body: bytes
    whole: bool
    """Whether every compressed stream reached its own end."""


class Wire:
    """Downloader middleware, innermost: unpacks answers and notes on the trip what came in (DOWNLOAD_MAXSIZE)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ENCODINGS)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer with its body unpacked. Raises Refused (``oversize``) for a bomb."""
        trip = trip_of(request)
        try:
            answer = read(response, self.limit)
        except TooLarge:
            if trip is not None:
                trip.answer = oversized(response)
            raise Refused(f"oversize: more than {self.limit} bytes once unpacked") from None
        if trip is not None:
            trip.answer = answer
        return response.replace(body=answer.body or b"")


def read(response: Response, limit: int) -> Answer:
    """A response as a record. Raises TooLarge."""
    raw, headers = response.body, pairs(response.headers)
    empty = response.status in _BODYLESS
    encodings = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    unpacked = unpack(raw, encodings, limit)
    packed = unpacked.body is not raw
    return Answer(
        url=response.url,
        status=response.status,
        headers=headers,
        body=None if empty else unpacked.body,
        wire_digest=None if empty else sha256(raw),
        complete=empty or (unpacked.whole and arrived(raw, headers, response.flags, packed)),
        size=len(raw),
        certificate=fingerprint(response.certificate),
    )


def oversized(response: Response) -> Answer:
    """A response whose body is too large to unpack: its facts, without the body."""
    raw = response.body
    return Answer(
        url=response.url,
        status=response.status,
        headers=pairs(response.headers),
        body=None,
        wire_digest=sha256(raw),
        complete=False,
        size=len(raw),
        certificate=fingerprint(response.certificate),
    )


def fingerprint(certificate: object) -> str:
    """SHA-256 of the server's certificate (DER), or ``""`` without TLS."""
    dump: Callable[[], bytes] | None = getattr(certificate, "dump", None)
    return sha256(dump()) if dump is not None else ""


def arrived(raw: bytes, headers: tuple[tuple[str, str], ...], flags: list[str], packed: bool) -> bool:
    """Whether all bytes came.

    A body without a length ends when the connection does (flag ``partial``): it is whole when its compressed stream
    ended (``packed``; the caller knows that it did), or when it ends as its format ends.
    """
    if "dataloss" in flags or "download_stopped" in flags:
        return False
    promised = next((value for name, value in headers if name.lower() == "content-length"), "")
    if promised.isdigit() and int(promised) != len(raw):
        return False
    return "partial" not in flags or packed or ends(raw)


def ends(raw: bytes) -> bool:
    """Whether a page, feed or JSON text ends as such a text ends (comments of caches may follow)."""
    return _ENDING.search(_COMMENT.sub(b"", raw[-2048:]).rstrip()) is not None


# --- unpacking ------------------------------------------------------------------------------------


def unpack(raw: bytes, encodings: str, limit: int) -> Unpacked:
    """Take the encodings of a Content-Encoding header off, last first. Raises TooLarge.

    An encoding that we did not ask for, or a stream that never was one, is left as it is: some servers claim
    ``gzip`` for plain text, or ``utf-8`` for an encoding.
    """
    body, whole = raw, True
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        opener = _OPENERS.get(name)
        if opener is None or not body:
            continue
        if name in _GZIP and not is_gzip(body):
            continue
        found = opener(body, limit)
        if not found.whole and not found.body and body.lstrip()[:1] in (b"<", b"{"):
            continue  # a page under a false label
        body, whole = found.body, whole and found.whole
    return Unpacked(body, whole)


def is_gzip(body: bytes) -> bool:
    """Whether it starts as a gzip stream starts."""
    return body[:2] == b"\x1f\x8b"


def gunzip(raw: bytes, limit: int) -> Unpacked:
    """All members of a gzip stream; what follows the last one (padding) is nothing. Raises TooLarge."""
    out, rest = bytearray(), raw
    while is_gzip(rest):
        stream = zlib.decompressobj(31)
        if not _drain(stream, rest, out, limit):
            return Unpacked(bytes(out), False)
        rest = stream.unused_data
    return Unpacked(bytes(out), True)


def inflate(raw: bytes, limit: int) -> Unpacked:
    """A zlib stream (RFC 1950), or a bare deflate stream as some servers send it. Raises TooLarge."""
    wrapped = len(raw) > 1 and raw[0] & 0x0F == 8 and int.from_bytes(raw[:2], "big") % 31 == 0
    out = bytearray()
    whole = _drain(zlib.decompressobj(15 if wrapped else -15), raw, out, limit)
    return Unpacked(bytes(out), whole)


def unbrotli(raw: bytes, limit: int) -> Unpacked:
    """A Brotli stream (RFC 7932). Raises TooLarge."""
    stream, out, given = brotli.Decompressor(), bytearray(), raw
    try:
        while chunk := stream.process(given, output_buffer_limit=CHUNK):
            given = b""
            _add(out, chunk, limit)
    except brotli.error:
        return Unpacked(bytes(out), False)
    return Unpacked(bytes(out), bool(stream.is_finished()))


def unzstd(raw: bytes, limit: int) -> Unpacked:
    """All frames of a Zstandard stream (RFC 8878). Raises TooLarge."""
    out, rest, whole = bytearray(), raw, True
    while rest and whole:
        stream, given = zstd.ZstdDecompressor(), rest
        try:
            while not stream.eof and (given or not stream.needs_input):
                _add(out, stream.decompress(given, CHUNK), limit)
                given = b""
        except zstd.ZstdError:
            return Unpacked(bytes(out), False)
        rest, whole = stream.unused_data, stream.eof
    return Unpacked(bytes(out), whole)


def _drain(stream: "zlib._Decompress", raw: bytes, out: bytearray, limit: int) -> bool:
    """Unpack until the stream ends or runs dry; whether it ended, and its checksum held."""
    try:
        chunk = stream.decompress(raw, CHUNK)
        while chunk:
            _add(out, chunk, limit)
            chunk = b"" if stream.eof else stream.decompress(stream.unconsumed_tail, CHUNK)
    except zlib.error:
        return False
    return stream.eof


def _add(out: bytearray, chunk: bytes, limit: int) -> None:
    out += chunk
    if limit and len(out) > limit:
        raise TooLarge


_GZIP = frozenset({"gzip", "x-gzip"})
_OPENERS: dict[str, Callable[[bytes, int], Unpacked]] = {
    "gzip": gunzip,
    "x-gzip": gunzip,
    "deflate": inflate,
    "br": unbrotli,
    "zstd": unzstd,
}
