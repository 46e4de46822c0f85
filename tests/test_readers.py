"""Readers: what runs elsewhere comes back, and what hangs is stopped."""

import asyncio
import os
import re
import time

import pytest

from crawler.readers import ReaderDied, Readers


def quadratic(size: int) -> bool:
    """C code that hears no signal: a regular expression at its worst."""
    return re.fullmatch(r"(a|a)*b", "a" * size) is not None


async def _law(readers: Readers) -> None:
    assert await readers.call(sum, [1, 2, 3], deadline=60) == 6
    elsewhere = await readers.call(os.getpid)
    assert elsewhere != os.getpid()

    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await readers.call(quadratic, 40, deadline=0.3)
    assert time.monotonic() - began < 4
    assert await readers.call(os.getpid, deadline=60) != elsewhere  # a new worker took its place

    with pytest.raises(ZeroDivisionError):
        await readers.call(divmod, 1, 0)
    with pytest.raises(ReaderDied):
        await readers.call(os._exit, 3)
    assert await asyncio.gather(*(readers.call(abs, -n, deadline=60) for n in range(20))) == list(range(20))


def test_readers_work_stop_in_time_and_come_back(loop: asyncio.AbstractEventLoop) -> None:
    readers = Readers(workers=1)
    try:
        loop.run_until_complete(_law(readers))
    finally:
        readers.close()
    with pytest.raises(RuntimeError, match="sent home"):
        loop.run_until_complete(readers.call(abs, 1))


async def _abandoned(readers: Readers) -> None:
    call = asyncio.ensure_future(readers.call(time.sleep, 60, deadline=60))
    await asyncio.sleep(0.5)
    readers.close()
    with pytest.raises(asyncio.CancelledError):
        await call


def test_closing_does_not_wait_for_what_hangs(loop: asyncio.AbstractEventLoop) -> None:
    began = time.monotonic()
    loop.run_until_complete(_abandoned(Readers(workers=1)))
    assert time.monotonic() - began < 10


def test_closing_readers_that_never_read_is_nothing() -> None:
    Readers().close()
