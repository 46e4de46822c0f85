"""Unpacking: every stream that was cut is known to be cut, and no bomb is unpacked to its end."""

import gzip
import sys
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.wire import TooLarge, Unpacked, arrived, ends, unpack

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIMIT = 10_000_000
PAGE = (
    b"<html><body>" + b"".join(b"<p>Paragraph number %d of the page.</p>" % n for n in range(400)) + b"</body></html>"
)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS: dict[str, list[Callable[[bytes], bytes]]] = {
    "gzip": [gzip.compress],
    "x-gzip": [gzip.compress],
    "deflate": [zlib.compress, raw_deflate],
    "br": [brotli.compress],
    "zstd": [zstd.compress],
}
EACH = [(name, packer) for name, packers in PACKERS.items() for packer in packers]


@pytest.mark.parametrize(("name", "packer"), EACH)
def test_a_whole_stream_unpacks_and_is_whole(name: str, packer: Callable[[bytes], bytes]) -> None:
    found = unpack(packer(PAGE), name, LIMIT)
    assert (found.body, found.whole) == (PAGE, True)


@pytest.mark.parametrize(("name", "packer"), EACH)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.99])
def test_a_stream_that_was_cut_is_not_whole(name: str, packer: Callable[[bytes], bytes], share: float) -> None:
    stream = packer(PAGE)
    found = unpack(stream[: int(len(stream) * share)], name, LIMIT)
    assert not found.whole
    assert PAGE.startswith(found.body)


@pytest.mark.parametrize(("name", "packer"), EACH)
@given(body=st.binary(max_size=3000), cut=st.integers(0, 3000))
def test_the_law_of_streams(name: str, packer: Callable[[bytes], bytes], body: bytes, cut: int) -> None:
    """Whole in, whole out; and whatever is cut off, what comes out is a beginning of what was packed."""
    stream = packer(body)
    assert unpack(stream, name, LIMIT) == unpack(stream, name.upper(), LIMIT)
    assert unpack(stream, name, LIMIT).body == body
    part = stream[:cut]
    found = unpack(part, name, LIMIT)
    if 2 < len(part) < len(stream) and found.body is not part:
        assert not found.whole
        assert body.startswith(found.body)


@pytest.mark.parametrize(("name", "packer"), EACH)
def test_a_bomb_is_met_early(name: str, packer: Callable[[bytes], bytes]) -> None:
    with pytest.raises(TooLarge):
        unpack(packer(b"\0" * 5_000_000), name, 1_000_000)


@pytest.mark.parametrize("name", ["gzip", "x-gzip"])
@given(junk=st.binary(max_size=500).filter(lambda body: body[:2] != b"\x1f\x8b"))
def test_what_never_was_gzip_is_left_alone(name: str, junk: bytes) -> None:
    found = unpack(junk, name, LIMIT)
    assert (found.body, found.whole) == (junk, True)


@pytest.mark.parametrize(("name", "packer"), EACH)
@given(at=st.integers(0, 10_000), junk=st.binary(min_size=1, max_size=9))
def test_damage_never_passes_for_another_page(
    name: str, packer: Callable[[bytes], bytes], at: int, junk: bytes
) -> None:
    """Formats with a checksum know that they were damaged; the others at least never raise."""
    stream = packer(PAGE)
    at %= len(stream)
    found = unpack(stream[:at] + junk + stream[at + len(junk) :], name, LIMIT)
    if name in ("gzip", "x-gzip") and found.whole:
        assert found.body in (PAGE, stream[:at] + junk + stream[at + len(junk) :])


def test_a_gzip_stream_may_have_several_members_and_padding() -> None:
    stream = gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:])
    assert unpack(stream, "gzip", LIMIT) == unpack(stream + b"\0" * 8, "gzip", LIMIT)
    assert unpack(stream, "gzip", LIMIT).body == PAGE
    assert not unpack(stream[:-5], "gzip", LIMIT).whole


def test_a_zstd_stream_may_have_several_frames() -> None:
    stream = zstd.compress(PAGE[:100]) + zstd.compress(PAGE[100:])
    assert unpack(stream, "zstd", LIMIT).body == PAGE
    assert not unpack(stream[:-3], "zstd", LIMIT).whole


def test_a_wrong_checksum_is_no_whole_stream() -> None:
    stream = bytearray(gzip.compress(PAGE))
    stream[-6] ^= 1
    assert not unpack(bytes(stream), "gzip", LIMIT).whole


def test_encodings_come_off_in_turn() -> None:
    assert unpack(brotli.compress(gzip.compress(PAGE)), "gzip, br", LIMIT).body == PAGE


@pytest.mark.parametrize("claimed", ["gzip", "utf-8", "identity", "", "sdch", "gzip, chunked"])
def test_plain_text_under_a_false_claim_stays_plain(claimed: str) -> None:
    found = unpack(PAGE, claimed, LIMIT)
    assert (found.body, found.whole) == (PAGE, True)


@pytest.mark.parametrize(
    ("flags", "length", "packed", "whole"),
    [
        ([], len(PAGE), False, True),
        ([], None, False, True),
        ([], len(PAGE) + 1, False, False),
        (["dataloss"], None, False, False),
        (["dataloss"], None, True, False),
        (["partial"], None, False, True),
        (["partial"], None, True, True),
    ],
)
def test_what_arrived(flags: list[str], length: int | None, packed: bool, whole: bool) -> None:
    headers = (("Content-Length", str(length)),) if length is not None else ()
    assert arrived(PAGE, headers, flags, packed) is whole


def test_a_body_that_only_the_closing_ends_must_end_as_its_format_does() -> None:
    assert not arrived(PAGE[:-1], (), ["partial"], False)
    assert not arrived(PAGE[:2000], (), ["partial"], False)


@pytest.mark.parametrize(
    "tail", [b"</html>", b"</HTML >\n", b"</html>\n<!-- cached 2 > 1 -->\n<!-- x -->", b"</rss>", b'"a": 1}', b"]\r\n"]
)
def test_endings(tail: bytes) -> None:
    assert ends(b"x" * 5000 + tail)
    assert not ends(b"x" * 5000 + tail + b"<p>and")


def test_many_comments_do_not_hang_it() -> None:
    assert not ends(b"</html>" + b"<!---->" * 50_000 + b"x")


@pytest.mark.parametrize("label", ["br", "deflate", "zstd", "gzip"])
def test_a_page_under_a_false_label_is_left_as_it_is(label: str) -> None:
    page = b"<html><body><p>Plain words, not packed at all.</p></body></html>"
    assert unpack(page, label, 10_000) == Unpacked(page, True)
