"""What takes minutes: 300 kills of a writer, ten months one after another (`make long`, or STET_LONG=1)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.store import Store
from tests.conftest import Crawl
from tests.test_month import crawl_anywhere, month, tables  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.environ.get("STET_LONG") != "1", reason="takes minutes: STET_LONG=1, or make long"),
]

ROOT = Path(__file__).parent.parent
KILLS, MONTHS, STEADY = 300, 10, 1.3
WRITER = """
import sys
from storage.store import Store
from tests.test_store import capture, keep_facts
store = Store.open(sys.argv[1])
for n in range(100000):
    seen = capture(f"https://example.org/{sys.argv[2]}/{n}", b"body %d of %d" % (n, int(sys.argv[2])))
    print(keep_facts(store, seen).entry, flush=True)
"""


def killed(path: Path, turn: int) -> set[str]:
    """Start a writer, kill it in the midst of its work (sooner or later, by the turn); what it said it had kept."""
    command = [sys.executable, "-c", WRITER, str(path), str(turn)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline().strip() for _ in range(1 + turn * 7 % 40)]
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.read().split()
    return {entry for entry in said if len(entry) == 64}


def test_three_hundred_kills_lose_nothing_that_was_kept(tmp_path: Path) -> None:
    path, said = tmp_path / "stet.db", set[str]()
    for turn in range(KILLS):
        said |= killed(path, turn)
        store = Store.open(path)
        assert said <= {row["entry"] for row in store.conn.execute("select entry from captures")}, turn
        torn = "select count(*) from captures where digest not in (select digest from payloads)"
        assert store.conn.execute(torn).fetchone()[0] == 0, turn
        assert store.conn.execute("pragma integrity_check").fetchone()[0] == "ok", turn
        store.close()
    assert len(said) > KILLS


def memory() -> int:
    """Bytes that this process has resident now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def test_ten_months_in_one_process_are_alike_and_take_no_more_memory(crawl_anywhere: Crawl, tmp_path: Path) -> None:  # noqa: F811
    port, first, taken = 0, None, []
    for turn in range(MONTHS):
        folder = tmp_path / str(turn)
        folder.mkdir()
        port = month(crawl_anywhere, folder, port)
        found = tables(folder / "stet.db")
        first = first or found
        assert found == first, f"month {turn + 1} differs from the first"
        taken.append(memory())
    assert taken[-1] <= STEADY * taken[1], [size >> 20 for size in taken]
