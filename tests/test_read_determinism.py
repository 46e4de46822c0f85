"""The same bytes are the same text: on every reading, in any order, under any hash seed, in any process."""

import ast
import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.read import read
from crawler.readers import Readers, warm
from storage.records import Page
from tests.test_read_languages import SHAPES, TALES, page

PROJECT = Path(__file__).parent.parent
URL = "https://ferries.example/2031/03/06/orla"


def _pages() -> dict[str, bytes]:
    """The golden pages, and one of each tongue in a shape of its own; a repeated line tempts any memory."""
    found = {
        folder.name: (folder / "page.html").read_bytes()
        for folder in sorted((Path(__file__).parent / "pages").iterdir())
    }
    for (tongue, (title, *paragraphs)), shape in zip(TALES.items(), list(SHAPES)[::3], strict=False):
        repeated = [*paragraphs, "The lists, the names and the sums were read out once more.", paragraphs[0]]
        found[tongue] = page(TALES[tongue], body=SHAPES[shape](title, repeated)).encode()
    return found


PAGES = _pages()
FEW = ["english", "russian", "chinese", "arabic", "br_soup", "wordpress_neutral"]


def _read(name: str) -> Page:
    return read(PAGES[name], URL, "text/html", None)


@pytest.fixture(scope="module")
def first() -> dict[str, Page]:
    return {name: _read(name) for name in PAGES}


def test_a_hundred_readings_in_turn_give_the_same_bytes(first: dict[str, Page]) -> None:
    assert all(first[name].text.paragraphs for name in FEW)
    for _ in range(100):
        for name in FEW:
            again = _read(name)
            assert again.text.body.encode() == first[name].text.body.encode()
            assert repr(again) == repr(first[name])


@settings(max_examples=12, deadline=None)
@given(st.permutations(sorted(PAGES)))
def test_the_order_of_pages_changes_nothing(first: dict[str, Page], order: list[str]) -> None:
    for name in order:
        assert _read(name) == first[name]


SCRIPT = (
    "import sys; sys.path.insert(0, sys.argv[1])\n"
    "from tests.test_read_determinism import PAGES, _read\n"
    "for name in sorted(PAGES): sys.stdout.buffer.write(repr((name, _read(name), _read(name).text.digest)).encode() + b'\\n')"
)


def test_the_hash_seed_changes_nothing(first: dict[str, Page]) -> None:
    said = "".join(f"{(name, first[name], first[name].text.digest)!r}\n" for name in sorted(PAGES))
    for seed in ("1", "4711"):
        told = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(PROJECT)], check=True, capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Vladivostok"},
        )  # fmt: skip
        assert told.stdout.decode() == said


async def _in_other_processes(workers: int) -> dict[str, Page]:
    readers = Readers(workers, warm)
    try:
        names = sorted(PAGES) * 2
        calls = (readers.call(read, PAGES[name], URL, "text/html", None, deadline=60) for name in names)
        found = list(zip(names, await asyncio.gather(*calls), strict=True))
    finally:
        readers.close()
    pages = dict(found)
    assert all(page == pages[name] for name, page in found)
    return pages


@pytest.mark.parametrize("workers", [1, 3])
def test_one_process_reads_as_three_do(workers: int, first: dict[str, Page], loop: asyncio.AbstractEventLoop) -> None:
    assert loop.run_until_complete(_in_other_processes(workers)) == first


# --- what must never be used ------------------------------------------------------------------------

REASON = (
    "trafilatura's deduplicate=True remembers, for the life of the process, what it has seen: from the fourth reading on"
    " a page loses the paragraphs that it shares with the ones before (trafilatura #778). The text of a page would depend"
    " on what was read earlier; every reread would report edits that nobody made."
)
MEMORY = frozenset({"deduplicate", "dedup", "deduplication", "duplicate_test", "content_fingerprint"})


def _names(node: ast.AST) -> Iterator[str]:
    """What a node of source calls, sets, imports or spells out as a key."""
    if isinstance(node, ast.keyword):
        yield node.arg or ""
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.ImportFrom):
        yield from (node.module or "").split(".")
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (part for alias in node.names for part in alias.name.split("."))


def _remembers(source: str) -> list[int]:
    """Lines that name trafilatura's memory of duplicates."""
    tree = ast.parse(source)
    return [
        getattr(node, "lineno", 0) for node in ast.walk(tree) if any(name.lower() in MEMORY for name in _names(node))
    ]


def test_trafilaturas_memory_of_duplicates_is_used_nowhere() -> None:
    files = [
        file for room in ("crawler", "spiders", "storage", "bench", "tests") for file in (PROJECT / room).rglob("*.py")
    ]
    assert len(files) > 50
    found = {
        str(file.relative_to(PROJECT)): lines
        for file in files
        if file != Path(__file__) and (lines := _remembers(file.read_text("utf-8")))
    }
    assert not found, REASON


@pytest.mark.parametrize(
    "source",
    [
        "bare_extraction(tree, deduplicate=True)", "extract(tree, **{'deduplicate': True})", "options.dedup = True",
        "setattr(options, 'dedup', True)", "from trafilatura.deduplication import duplicate_test", "import trafilatura.deduplication as d",
    ],
)  # fmt: skip
def test_every_way_to_use_that_memory_is_seen(source: str) -> None:
    assert _remembers(source) == [1]
