"""What takes minutes: 300 kills of a writer, ten months one after another, twenty months of 500 articles by seed (an
hour), with `make long`, or STET_LONG=1."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.month import month as random_month
from storage.store import Store
from tests.conftest import Crawl
from tests.fetching import PAGE, Site, channel, reply, shelf
from tests.test_month import crawl_anywhere, month, tables  # noqa: F401 (a fixture)
from tests.test_random_month import told
from tests.test_watch_ticks import page, rows
from tests.watching import Daemon, since

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


@pytest.mark.parametrize("seed", range(1, 21))
def test_in_a_month_of_500_articles_all_takedowns_and_restores_are_told_and_no_others(seed: int) -> None:
    result = random_month(seed)
    assert result.counts["takedown due"] >= 20
    assert told(result) == [], result.line()


SITES, STORIES, FACTOR = 5, 200, 4800.0
"""A thousand articles, and a month in nine minutes."""


def month_of(site: Site, number: int) -> list[str]:
    """Stories of the last twenty days, ten a day, each with words of its own: a thousand copies are another matter."""
    names = [f"story-{number}-{n:03d}" for n in range(STORIES)]
    paths = [f"{datetime.now(UTC) - timedelta(days=n % 20):%Y/%m/%d}/{name}" for n, name in enumerate(names)]
    items = "".join(f"<item><title>{p}</title><link>{site.url(f'/{p}')}</link></item>" for p in paths)
    site.answers["/feed"] = reply(f"<rss><channel>{items}</channel></rss>".encode(), Content_Type="application/rss+xml")
    for path, name in zip(paths, names, strict=True):
        site.answers[f"/{path}"] = page(name, " ".join(f"{name.replace('-', '')}word{n}" for n in range(200)))
    return [site.url(f"/{path}") for path in paths]


def test_a_daemon_watches_a_thousand_articles_for_a_month_of_kills_sleeps_jumps_and_outages(tmp_path: Path) -> None:
    """Every article is looked at when it is due or after, none is forgotten, none is stampeded; memory stays flat."""
    sites = [Site(f"127.0.0.{n}") for n in range(2, 2 + SITES)]
    for site in sites:
        site.__enter__()
    try:
        urls = [url for number, site in enumerate(sites) for url in month_of(site, number)]
        channels = channel("feed", "/feed")
        folder = shelf(tmp_path / "o", {f"site{n}": site for n, site in enumerate(sites)}, 60.0, channels)
        store, origin, taken = tmp_path / "s.db", since(), list[float]()
        book = Book(store)
        for stretch, seconds in enumerate((60, 20, 30, 40, 20, 30, 340)):
            jump = 2.0 if stretch == 3 else 0.0
            began = datetime.fromisoformat(origin) - timedelta(days=jump / FACTOR)
            options = ["-s", f"CLOCK={FACTOR:.0f}@{began.isoformat()}", "-s", "HOURLY=0", "--tick", "4h"]
            with Daemon(folder, store, *options, "--metrics", str(tmp_path / "m.prom")) as daemon:
                _live(
                    daemon,
                    sites,
                    seconds,
                    tmp_path / "m.prom",
                    taken if stretch == 6 else [],
                    book if not jump else Book(store),
                )
                daemon.tell(signal.SIGKILL if stretch < 6 else signal.SIGTERM)
                code, _, err = daemon.ended()
                assert code == (-signal.SIGKILL if stretch < 6 else 0), err
            if jump:
                book.mistrust()
            time.sleep(2)  # hours of sleep
        looked = {url for (url,) in rows(store, "select distinct asked_url from captures where purpose = 'article'")}
        assert looked == set(urls)
        (end,) = rows(store, "select max(at) from captures")[0]
        late = datetime.fromisoformat(end) - timedelta(days=1)
        planned = rows(store, "select url, next_visit_at from articles where next_visit_at is not null")
        assert len(planned) == len(urls)
        assert [url for url, at in planned if datetime.fromisoformat(at) < late] == [], "nobody waits for a day"
        assert book.looks > 2 * len(urls)
        assert rows(store, "select url from articles where captures < 4") == [], "nobody is forgotten"
        assert book.early == []
        assert book.latest < timedelta(days=2), f"a kill, a sleep and a start take that of a fast clock: {book.slowest}"
        assert max(one.at_once for site in sites for one in site.log) == 1
        assert rows(store, "pragma integrity_check") == [("ok",)]
        assert taken[-1] <= STEADY * taken[len(taken) // 3], [int(size) >> 20 for size in taken]
    finally:
        for site in sites:
            site.__exit__(None, None, None)


class Book:
    """What was planned, read over and over, and whether each look kept to it."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.looks, self.latest = 0, timedelta(0)
        self.slowest: tuple[str | float, ...] = ()
        self.early: list[tuple[str, str, str]] = []
        self._known: dict[str, tuple[str, str, float]] = {}
        self._wrong_until = ""

    def mistrust(self) -> None:
        """The clock was wrong: what it planned is looked at anew, at once; until the true time is past all that."""
        (end,) = rows(self.store, "select max(at) from captures")[0]
        self._wrong_until = f"{datetime.fromisoformat(end) + timedelta(hours=6):%Y-%m-%dT%H:%M}"

    def read(self) -> None:
        """A look that was made since: when it was due, or after. A price that fell has visits planned anew, sooner."""
        sql = """select a.url, a.last_capture_at, a.next_visit_at, coalesce(p.price, 0) from articles a
            left join pulses p on p.article = a.id where a.next_visit_at is not null"""
        for url, last, planned, price in rows(self.store, sql):
            before, due, dear = self._known.get(url, ("", "", 0.0))
            self._known[url] = last, planned, price
            if not before or last <= before or last < self._wrong_until:
                continue
            self.looks += 1
            self.early += [(url, due, last)] if last < due and price >= dear else []
            late = datetime.fromisoformat(last) - datetime.fromisoformat(due)
            if late > self.latest:
                self.latest, self.slowest = late, (url, before, due, dear, last, price)


def _live(daemon: Daemon, sites: list[Site], seconds: float, metrics: Path, taken: list[float], book: Book) -> None:
    """Let it live for a while, with an outage of one site in the midst, and a nap; note the memory it takes."""
    good, end = dict(sites[0].answers), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        assert daemon.process.poll() is None, daemon.process.communicate()
        out = 0.4 < left / seconds < 0.6
        sites[0].answers = {path: reply(PAGE, 503) for path in good} if out else dict(good)
        if 0.2 < left / seconds < 0.22:
            daemon.tell(signal.SIGSTOP)
            time.sleep(2)
            daemon.tell(signal.SIGCONT)
        if metrics.exists():
            told = dict(line.rsplit(" ", 1) for line in metrics.read_text().splitlines() if line[0] != "#")
            taken.append(float(told["stet_resident_memory_bytes"]))
            book.read()
        time.sleep(1)
    sites[0].answers = dict(good)
