"""`scrapy crawl` as people run it: exit codes, one clear line, no traceback."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.commands.crawl import wrong
from crawler.desk import ArgumentError
from storage.store import Store
from tests.conftest import Crawl
from tests.fetching import PAGE, Site, channel, reply, shelf

HOME = Path(__file__).resolve().parent.parent


@pytest.fixture
def site() -> Iterator[Site]:
    story = "/2026/03/02/a-story-of-ours/"
    with Site("127.0.9.70") as serving:
        feed = f"<rss><item><link>{story}</link><title>x</title></item></rss>".encode()
        serving.answers |= {"/feed": reply(feed), story: reply(PAGE)}
        yield serving


def begin(folder: Path, *words: str) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("STET_")}
    command = [sys.executable, "-m", "scrapy", "crawl", "-s", "READERS=0", *words]
    pipe = subprocess.PIPE
    environment |= {
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "PYTHONPATH": str(HOME),
        "STET_STORE": str(folder / "stet.db"),
    }
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True)


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    """Exit code, what went to standard output, what went to standard error."""
    process = begin(folder, *words)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def outlets(folder: Path, site: Site, pace: float = 0.001) -> str:
    return f"OUTLETS={shelf(folder / 'outlets', {'one': site}, pace, channel('feed', '/feed'))}"


def test_a_crawl_tells_each_outlet_in_one_line(site: Site, tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "feeds", "-s", outlets(tmp_path, site))
    assert (code, out, err) == (0, "one: 1 list with 1 address, 1 page asked for, 1 answered\n", "")
    with sqlite3.connect(tmp_path / "stet.db") as store:
        assert store.execute("select purpose from captures order by id").fetchall() == [
            ("robots",),
            ("channel",),
            ("article",),
        ]


def test_a_host_that_cannot_be_reached_is_named_with_the_reason(site: Site, tmp_path: Path) -> None:
    (tmp_path / "outlets").mkdir()
    (tmp_path / "outlets" / "amn.toml").write_text(
        'name = "AMN"\ndomains = ["americanmilitarynews.invalid"]\n'
        '[[channels]]\nkind = "feed"\nurl = "https://americanmilitarynews.invalid/feed/"\n'
    )
    settings = ("-s", f"OUTLETS={tmp_path / 'outlets'}", "-s", "CONTACT=desk@example.org")
    code, out, err = run(tmp_path, "feeds", *settings)
    assert (code, out, err) == (1, "amn: cannot be reached (no such host: americanmilitarynews.invalid)\n", "")


def test_a_closed_port_is_not_reached(site: Site, tmp_path: Path) -> None:
    with Site("127.0.9.71") as closed:
        pass
    code, out, err = run(tmp_path, "feeds", "-s", outlets(tmp_path, closed))
    assert (code, out, err) == (1, "one: cannot be reached (connection refused: 127.0.9.71)\n", "")


def test_nothing_due_is_no_failure(site: Site, tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "revisits", "-s", outlets(tmp_path, site))
    assert (code, out, err) == (0, "nothing to ask for\n", "")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("feds",), "there is no spider feds; did you mean feeds? (there are article, feeds, sitemaps, fronts, apis, telegram, revisits)"),
        ((), "which spider? One of article, feeds, sitemaps, fronts, apis, telegram, revisits"),
        (("feeds", "fronts"), "one spider at a time, not feeds fronts"),
        (("feeds", "-a", "limt=3"), "the spider feeds has no argument 'limt'; did you mean limit? (it takes -a outlet=..., -a limit=...)"),
        (("feeds", "-a", "limit"), "Invalid -a value, use -a NAME=VALUE"),
        (("feeds", "-a", "outlet=oen"), "no outlet is called"),
        (("feeds", "--limit=3"), "there is no option --limit=3"),
        (("feeds", "-s", "STOR=x"), "there is no setting STOR; did you mean STORE?"),
        (("feeds", "-s", "CONTACT=a@b.c\r\nX: y"), "give a mail address or a web page"),
        (("feeds", "--store", "no/such/folder/stet.db"), "the folder no/such/folder does not exist"),
        (("article", "-a", "url=example.org/a"), "example.org/a is not a web address; did you mean https://example.org/a?"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line_and_asks_nobody(words: tuple[str, ...], line: str, site: Site, tmp_path: Path) -> None:
    code, out, err = run(tmp_path, *words, "-s", outlets(tmp_path, site))
    assert (code, out) == (2, "")
    assert line in err
    assert err.count("\n") == 1
    assert not site.log


@pytest.mark.parametrize(
    ("spider", "arguments", "settings", "line"),
    [
        ("feeds", {"limit": "three"}, {}, "limit=three: give a whole number, 0 or more"),
        ("feeds", {"limit": "-1"}, {}, "limit=-1: give a whole number"),
        ("feeds", {}, {"BUDGET": "much"}, "BUDGET=much: give a whole number"),
        ("feeds", {}, {"READERS": "many"}, "READERS=many: give a whole number"),
        ("feeds", {}, {"CONTACT": "nobody"}, "CONTACT=nobody: give a mail address or a web page"),
        ("feeds", {}, {"KEEP": "some"}, "KEEP=some"),
        ("feeds", {}, {"CLOCK": "fast"}, "CLOCK=fast"),
        ("feeds", {}, {"OUTLETS": "nowhere"}, "nowhere: is no folder"),
        ("revisits", {"outlet": "oen"}, {}, "no outlet is called"),
        ("revisits", {"url": "x"}, {}, "the spider revisits has no argument 'url'"),
        ("article", {}, {}, "the spider article needs an address: -a url=https://..."),
        ("article", {"url": "example"}, {}, "example is not a web address"),
        ("article", {"url": "https://example/a"}, {}, "its host has no dot"),
        ("article", {"url": "ftp://example.org/a"}, {}, "ftp://example.org/a is not a web address"),
        ("article", {"url": "https://example.org/a"}, {}, "CONTACT is not set: say where the people you crawl"),
    ],
)
def test_what_cannot_be_used_is_named(
    spider: str,
    arguments: dict[str, str],
    settings: dict[str, str],
    line: str,
    crawl: Crawl,
    site: Site,
    tmp_path: Path,
) -> None:
    """The same as above, without a process of its own for each; the store's lock is given back."""
    told = {"OUTLETS": outlets(tmp_path, site).removeprefix("OUTLETS="), **settings}
    with pytest.raises(wrong(), match=re.escape(line)):
        crawl(spider, told, **arguments)
    assert not site.log
    Store.open(tmp_path / "stet.db").close()


def test_what_was_forgotten_is_not_asked_for_again(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    told = {"OUTLETS": outlets(tmp_path, site).removeprefix("OUTLETS=")}
    Store.open(tmp_path / "stet.db").close()
    with sqlite3.connect(tmp_path / "stet.db") as store:
        url = site.url("/a")
        store.execute("insert into forgotten_urls (url, at) values (?, '2026-03-01T00:00:00.000Z')", (url,))
    with pytest.raises(ArgumentError, match="was forgotten on request"):
        crawl("article", told, url=url)
    assert not site.log


def test_others_hosts_are_not_asked_without_a_contact(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "feeds")
    assert (code, out) == (2, "")
    assert err.startswith("scrapy crawl: CONTACT is not set")
    assert err.count("\n") == 1


def test_a_store_that_is_taken_says_by_whom(site: Site, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "stet.db", "the test")
    try:
        code, out, err = run(tmp_path, "feeds", "-s", outlets(tmp_path, site))
    finally:
        store.close()
    assert (code, out) == (75, "")
    assert f"process {os.getpid()}" in err
    assert err.count("\n") == 1
    assert not site.log


def test_an_item_that_cannot_be_kept_is_an_error_without_its_body(site: Site, tmp_path: Path) -> None:
    site.answers["/2026/03/02/a-story-of-ours/"] = reply(b"SECRET BODY " * 1000)
    Store.open(tmp_path / "stet.db").close()
    with sqlite3.connect(tmp_path / "stet.db") as store:
        store.execute(
            "create trigger full before insert on captures when new.purpose = 'article' begin select raise(abort, 'disk full'); end"
        )
    code, _, err = run(tmp_path, "feeds", "-s", outlets(tmp_path, site))
    assert code == 70
    assert "disk full" in err
    assert "1 answer could not be kept" in err
    assert "SECRET BODY" not in err


def test_ctrl_c_finishes_what_is_in_flight_and_gives_the_rest_back(site: Site, tmp_path: Path) -> None:
    urls = [site.url(f"/{n}") for n in range(30)]
    site.answers |= {f"/{n}": reply(PAGE) for n in range(30)}
    process = begin(tmp_path, "article", "-a", f"url={','.join(urls)}", "-s", outlets(tmp_path, site, pace=1.0))
    while len(site.log) < 3:
        time.sleep(0.05)
        assert process.poll() is None
    stopped = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - stopped < 4
    assert (process.returncode, err) == (0, "")
    assert out.startswith("one: ")
    asked = len(site.log) - 1
    with sqlite3.connect(tmp_path / "stet.db") as store:
        assert store.execute("select count(*) from captures where purpose = 'article'").fetchone() == (asked,)
    assert asked < 6


def test_a_namesake_of_our_packages_is_noticed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "__init__.py").touch()
    code, out, err = run(tmp_path, "feeds", "-s", outlets(tmp_path, site))
    assert code != 0
    assert "the package storage is" in err
    assert err.count("\n") == 1
    assert out == ""


def test_help_names_the_spiders(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, "-h")
    assert code == 0
    assert "article, feeds, sitemaps, fronts, apis, telegram or revisits" in " ".join(out.split())
