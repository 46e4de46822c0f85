"""scrapy watch as people run it: a process of its own, signals, locks, kills, systemd's socket."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from storage.store import Store
from tests.fetching import Asked, Site, channel, shelf
from tests.test_watch_ticks import asked, rows, stories
from tests.watching import ROOT, Daemon, ear, looks, since, until


def at_least(store: Path, wanted: int) -> bool:
    return looks(store) >= wanted


def slowly(site: Site, seconds: float) -> None:
    """Every article takes its time."""
    for path, answer in list(site.answers.items()):
        if path.startswith("/20"):
            assert isinstance(answer, bytes)

            def wait(_: Asked, answer: bytes = answer) -> bytes:
                time.sleep(seconds)
                return answer

            site.answers[path] = wait


def test_once_does_what_is_due_and_says_how_it_went(tmp_path: Path) -> None:
    with Site() as site:
        names = stories(site, 3)
        folder = shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed"))
        with Daemon(folder, tmp_path / "s.db", "--once", "--metrics", str(tmp_path / "m.prom")) as daemon:
            code, said, err = daemon.ended()
        assert (code, err) == (0, "")
        assert [event["event"] for event in said] == ["outlet", "tick", "stopped"]
        assert asked(site).total() == looks(tmp_path / "s.db") == len(names)
        assert 'stet_looks_total{verdict="ok"} 3' in (tmp_path / "m.prom").read_text()


def test_once_with_nobody_answering_exits_with_1(tmp_path: Path) -> None:
    with Site() as site:
        folder = shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed"))
    with Daemon(folder, tmp_path / "s.db", "--once") as daemon:
        assert daemon.ended()[0] == 1


def test_once_while_another_writes_exits_with_75_and_one_line(tmp_path: Path) -> None:
    with Site() as site:
        folder = shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed"))
        held = Store.open(tmp_path / "s.db", "scrapy reread")
        with Daemon(folder, tmp_path / "s.db", "--once") as daemon:
            code, said, err = daemon.ended()
        held.close()
        assert code == 75
        assert [event["event"] for event in said] == ["locked", "stopped"]
        assert f"process {os.getpid()} (scrapy reread)" in said[0]["error"]
        assert (err, site.log) == ("", [])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--outlet", "nobody"], "nobody"),
        (["--tick", "soon"], "not a time"),
        (["--metrics", "no/such/folder/m.prom"], "does not exist"),
        (["-s", "HOURLY=lots"], "HOURLY=lots"),
    ],
)
def test_wrong_usage_is_one_line_and_asks_nobody(options: list[str], complaint: str, tmp_path: Path) -> None:
    with Site() as site:
        folder = shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed"))
        with Daemon(folder, tmp_path / "s.db", *options) as daemon:
            code, said, err = daemon.ended()
        assert (code, said, site.log) == (2, [], [])
        assert complaint in err.splitlines()[-1]
        assert "Traceback" not in err


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_what_is_in_flight_end_and_gives_back_the_rest(how: signal.Signals, tmp_path: Path) -> None:
    with Site() as site:
        names, store = stories(site, 20), tmp_path / "s.db"
        slowly(site, 1.0)
        with Daemon(shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed")), store) as daemon:
            daemon.until(lambda: asked(site).total() >= 2)
            began = time.monotonic()
            daemon.tell(how)
            code, said, err = daemon.ended()
        assert time.monotonic() - began < 15, "far below the bound that it printed"
        assert (code, err) == (0, "")
        assert said[-2]["event"] == "stopping" or said[-3]["event"] == "stopping"
        assert looks(store) == asked(site).total() < len(names), "whatever was asked for is kept"
        assert rows(store, "select ended_at is not null from runs") == [(1,)]


def test_a_second_signal_ends_it_at_once_and_the_next_start_goes_on(tmp_path: Path) -> None:
    with Site() as site:
        names, store = stories(site, 4), tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed"))
        slowly(site, 8.0)
        with Daemon(folder, store) as daemon:
            daemon.until(lambda: asked(site).total() == 1)
            daemon.tell(signal.SIGTERM)
            time.sleep(0.5)
            began = time.monotonic()
            daemon.tell(signal.SIGTERM)
            code, _, err = daemon.ended()
        assert time.monotonic() - began < 3
        assert code == 128 + signal.SIGTERM
        assert err.strip() == "scrapy watch: stopped at once; what was in flight stays due"
        slowly_no_more = stories(site, 4)
        with Daemon(folder, store, "--once") as daemon:
            assert daemon.ended()[0] == 0
        assert looks(store) == len(names) == len(slowly_no_more)


def test_a_killed_daemon_goes_on_where_it_was_and_keeps_its_distance(tmp_path: Path) -> None:
    with Site() as site:
        names, store, pace = stories(site, 12), tmp_path / "s.db", 0.5
        folder = shelf(tmp_path / "o", {"one": site}, pace, channel("feed", "/feed"))
        for wanted in (3, 7, 12):
            with Daemon(folder, store) as daemon:
                daemon.until(partial(at_least, store, wanted))
                daemon.tell(signal.SIGKILL)
                daemon.ended()
        assert looks(store) >= len(names)
        assert set(asked(site)) == set(names)
        assert max(asked(site).values()) <= 2, "only what was in flight was asked for again"
        gaps = [after.at - before.at for before, after in zip(site.log, site.log[1:], strict=False)]
        assert min(gaps) >= pace - 0.02
        assert max(one.at_once for one in site.log) == 1


def test_a_pin_waits_for_the_tick_to_end_and_is_looked_at_in_the_next(tmp_path: Path) -> None:
    with Site() as site:
        stories(site, 30)
        site.answers["/about/us"] = site.answers["/2026/03/02/story-number-001"]
        store = tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 0.5, channel("feed", "/feed"))
        with Daemon(folder, store, "--tick", "30s") as daemon:
            daemon.until(lambda: looks(store) >= 2)
            told = ["-s", f"OUTLETS={folder}", "--store", str(store)]
            pin = [sys.executable, "-m", "scrapy", "pin", site.url("/about/us"), *told]
            began = time.monotonic()
            done = subprocess.run(
                pin, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
            )
            assert done.returncode == 0, done.stderr
            assert asked(site).total() < 30, "it did not have to wait for all of them"
            assert time.monotonic() - began < 25
            daemon.tell(signal.SIGKILL)
            daemon.ended()
        with Daemon(folder, store, "--once", "--tick", "5s") as daemon:
            daemon.ended()
        assert site.asked("/about/us")


def test_two_daemons_do_not_share_a_store_and_each_ends_in_its_time(tmp_path: Path) -> None:
    with Site() as site:
        stories(site, 1)
        folder, store = shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed")), tmp_path / "s.db"
        with Daemon(folder, store, "--for", "15s", "--tick", "2s") as first:
            first.until(lambda: looks(store))
            with Daemon(folder, store) as second:
                code, _, err = second.ended()
            assert code == 75
            assert f"is watched by process {first.process.pid}" in err
            code, said, _ = first.ended()
        assert (code, said[-1]["event"]) == (0, "stopped")


def test_systemd_hears_ready_status_alive_reload_and_stopping(tmp_path: Path) -> None:
    with Site() as site:
        stories(site, 1)
        folder, store = shelf(tmp_path / "o", {"one": site}, 0.01, channel("feed", "/feed")), tmp_path / "s.db"
        with ear(tmp_path) as heard:
            environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1500000"}
            with Daemon(folder, store, "--tick", "1s", environ=environ) as daemon:
                messages: list[str] = []

                def hear(wanted: str) -> bool:
                    messages.append(heard.recv(4096).decode())
                    return wanted in messages[-1].splitlines()

                until(lambda: hear("READY=1"))
                assert f"MAINPID={daemon.process.pid}" in messages[-1]
                beats = time.monotonic()
                for _ in range(3):
                    until(lambda: hear("WATCHDOG=1"))
                assert time.monotonic() - beats < 3 * 1.5, "within the time that systemd waits"
                daemon.tell(signal.SIGHUP)
                until(lambda: hear("RELOADING=1"))
                until(lambda: hear("READY=1"))
                daemon.tell(signal.SIGTERM)
                until(lambda: hear("STOPPING=1"))
                assert daemon.ended()[0] == 0
        assert any(message.startswith("STATUS=done") for message in messages)


def test_a_fast_clock_goes_on_over_kills_and_a_sleep_of_days(tmp_path: Path) -> None:
    with Site() as site:
        names, store = stories(site, 10, f"{datetime.now(UTC):%Y/%m/%d}"), tmp_path / "s.db"
        folder = shelf(tmp_path / "o", {"one": site}, 60.0, channel("feed", "/feed"))
        fast = ["-s", f"CLOCK=3600@{since()}", "--tick", "30m"]
        with Daemon(folder, store, *fast) as daemon:
            daemon.until(lambda: looks(store) >= len(names))
            daemon.tell(signal.SIGSTOP)
            time.sleep(3)  # three hours
            daemon.tell(signal.SIGCONT)
            daemon.until(lambda: looks(store) >= 3 * len(names))
            daemon.tell(signal.SIGTERM)
            assert daemon.ended()[0] == 0
        at = [row[0] for row in rows(store, "select at from captures order by id")]
        assert at == sorted(at)
        assert max(asked(site).values()) - min(asked(site).values()) <= 2
