"""The commands as their users run them: answers, one clear line for trouble, honest exit codes."""

import contextlib
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.opening import StoreError, hold
from storage.store import Store

ROOT = Path(__file__).parent.parent
PAIRS = {"scrapy": "from scrapy.cmdline import execute as main", "stet": "from crawler.stet import main"}


def run(name: str, *words: str, folder: Path = ROOT, told: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """``scrapy WORDS`` or ``stet WORDS`` in a folder."""
    call = f"import sys; sys.argv[0] = {name!r}; {PAIRS[name]}; main()"
    return subprocess.run(
        [sys.executable, "-c", call, *words],
        cwd=folder,
        input=told,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "160", **env},
    )


def url(path: Path, like: str) -> str:
    store = Store.read(path)
    row = store.conn.execute("select url from articles where url like ? or title like ?", (f"%{like}%",) * 2).fetchone()
    store.close()
    return str(row["url"])


def test_the_demo_leaves_an_existing_store_alone(demo: Path) -> None:
    done = run("scrapy", "demo", "--store", str(demo), "--quiet")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "exists already" in done.stderr


@pytest.mark.parametrize("name", ["scrapy", "stet"])
def test_history_tells_the_life_of_an_article(demo: Path, tmp_path: Path, name: str) -> None:
    folder = ROOT if name == "scrapy" else tmp_path
    done = run(name, "history", url(demo, "platform-deletes-network"), "--store", str(demo), folder=folder)
    assert done.returncode == 0, done.stderr
    assert re.search(r"taken_down \(gone\).*\n.*restored", done.stdout)


def test_diff_marks_words_and_says_so_by_exit_code(demo: Path) -> None:
    where = url(demo, "broadcaster-staff-questioned")
    done = run("stet", "diff", where, "--store", str(demo), "--exit-code")
    assert done.returncode == 1
    assert "[-5-]{+25+} employees" in done.stdout
    same = run("stet", "diff", where, "1..1", "--store", str(demo), "--exit-code")
    assert (same.returncode, "no difference" in same.stdout) == (0, True)


def test_json_is_json(demo: Path) -> None:
    for words in (
        ["status"],
        ["history", url(demo, "tass-xinhua")],
        ["search", "Xinhua"],
        ["diff", url(demo, "leaked-pact")],
    ):
        done = run("stet", *words, "--json", "--store", str(demo))
        assert json.loads(done.stdout)
        assert done.returncode == 0


@pytest.mark.parametrize("words", ["俄罗斯", "北京", "Россия", "Xinhua", "state media", '"state media"', "propag*"])
def test_search_finds_words_in_any_script(demo: Path, words: str) -> None:
    done = run("stet", "search", words, "--store", str(demo))
    assert done.returncode == 0
    assert done.stdout.strip()


@pytest.mark.parametrize(
    "words", ['"', "*", "a AND", "NEAR(", "title:", "'; drop table captures", "(((", "\\", "-", "^x", "{}"]
)
def test_no_query_can_break_the_search(demo: Path, words: str) -> None:
    done = run("stet", "search", "--store", str(demo), "--", words)
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr


def test_status_finds_the_store_by_the_environment(demo: Path, tmp_path: Path) -> None:
    done = run("stet", "status", folder=tmp_path, STET_STORE=str(demo))
    assert done.returncode == 0
    assert "taken_down" in done.stdout


def test_what_is_due_counts_from_the_time_as_it_is(own: Path) -> None:
    store = Store.open(own)
    store.conn.execute("update articles set next_visit_at = '2026-04-01T00:00:00.000Z' where next_visit_at is not null")
    store.close()
    state = json.loads(run("stet", "status", "--store", str(own), "--json").stdout)
    assert state["due"] == state["watched"] > 0
    assert state["verdicts"] == {}, "nobody looked within the last day"
    before = run("stet", "status", "--store", str(own), "--now", state["last_capture_at"])
    assert "watched, 0 due" in before.stdout
    assert re.search(r"looks at articles, last day +\d+ \w+", before.stdout)


def test_trouble_of_a_channel_never_measured_is_shown(own: Path) -> None:
    store = Store.open(own)
    store.conn.execute("update channels set state = 'unmeasured', error = 'robots_unreachable: dns'")
    store.close()
    assert "robots_unreachable: dns" in run("stet", "status", "--store", str(own)).stdout


def test_questions_do_not_load_scrapy(demo: Path) -> None:
    call = f"import sys; sys.argv = ['stet', 'status', '--store', {str(demo)!r}]\nfrom crawler.stet import main\n"
    call += "try: main()\nexcept SystemExit: print('scrapy' in sys.modules, 'twisted' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", call], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False False\n")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["history", "https://nowhere.example/a", "--store", "DEMO"], 1, "no article of that address"),
        (["diff", "not an address", "--store", "DEMO"], 2, "address"),
        (["diff", "https://nowhere.example/a", "--store", "DEMO", "--exit-code"], 2, "no article of that address"),
        (["diff", "ARTICLE", "1..99", "--store", "DEMO", "--exit-code"], 2, "has no version 99"),
        (["diff", "ARTICLE", "one..two", "--store", "DEMO", "--exit-code"], 2, "write A..B"),
        (["diff", "ARTICLE", "1..99", "--store", "DEMO", "-s", "KEEP=all"], 2, "has no version 99"),
        (["status", "--store", "missing.db"], 2, "no store here"),
        (["search", "x", "--store", "README.md"], 2, "not a store of Stet"),
        (["history"], 2, "url"),
        (["outlets", "sofrpe"], 2, "did you mean sofrep"),
        (["outlets", "-s", "OUTLETS=nosuchfolder"], 2, "nosuchfolder"),
        (["pin", "--store", "DEMO"], 2, "needs an address"),
        (["forget", "https://nowhere.example/a", "--yes", "--store", "DEMO"], 1, "no article of that address"),
        (["reread", "--store", "no/such/folder.db"], 2, "no store here"),
        (["forget", "https://nowhere.example/a", "--store", "missing.db"], 2, "no store here"),
        (["pin", "--off", "https://nowhere.example/a", "--store", "missing.db"], 2, "no store here"),
        (["pin", "https://nowhere.example/a", "--store", "no/such/folder.db"], 2, "does not exist"),
        (["reread", "everything", "--store", "DEMO"], 2, "nothing to do with everything"),
        (["forget", "https://a.example/a", "https://a.example/b", "--store", "DEMO"], 2, "nothing to do with"),
        (["doctor", "--jsn"], 2, "there is no option --jsn"),
        (["outlets", "--all"], 2, "there is no option --all"),
        (["demo", "-s", "STOR=x"], 2, "there is no setting STOR; did you mean STORE?"),
        (["status", "-s", "STOR=x"], 2, "there is no setting STOR; did you mean STORE?"),
        (["browse", "--store", "DEMO", "--port", "99999"], 2, "ports go to 65535"),
        (["statsu"], 2, "there is no command statsu; did you mean status?"),
        (["crawl", "feds"], 2, "stet crawl: there is no spider feds"),
        (["demo", "--store", "DEMO", "--quiet"], 2, "exists already"),
        (["doctor", "-s", "KEEP=some"], 1, "related or all"),
    ],
)
def test_bad_input_gets_one_clear_line(demo: Path, words: list[str], code: int, says: str) -> None:
    meant = {"DEMO": str(demo), "ARTICLE": url(demo, "broadcaster-staff-questioned")}
    done = run("stet", *(meant.get(word, word) for word in words))
    assert done.returncode == code, done.stderr
    assert not (ROOT / "missing.db").exists()
    assert says in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_store_that_is_taken_exits_75_and_says_by_whom(own: Path) -> None:
    held = Store.open(own, "scrapy watch")
    for words in (
        ["reread"],
        ["pin", "https://example.org/news/a-long-story-of-the-day"],
        ["forget", url(own, "tass"), "--yes"],
    ):
        done = run("scrapy", *words, "--store", str(own))
        assert done.returncode == 75
        assert f"process {os.getpid()} (scrapy watch)" in done.stderr
    held.close()


def test_outlets_says_why_some_cannot_be_crawled() -> None:
    done = run("scrapy", "outlets")
    assert done.returncode == 0
    assert re.search(r"^weibo .*cannot be crawled: ", done.stdout, re.M)
    assert re.search(r"^rt .*off: ", done.stdout, re.M)
    assert len(json.loads(run("scrapy", "outlets", "--json").stdout)) == 56


def test_learn_says_how_well_each_outlet_is_known(own: Path) -> None:
    done = run("scrapy", "learn", "--store", str(own), "--json")
    assert done.returncode == 0, done.stderr
    known = {state["outlet"]: state for state in json.loads(done.stdout)}
    assert 5 <= len(known["sentinel"]["learned_from"]) <= known["sentinel"]["articles"]
    assert known["haiyue"]["learned_at"] is None, "too few of its articles are in the store"
    done = run("scrapy", "learn", "sentinnel", "--store", str(own))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "did you mean sentinel?" in done.stderr


def test_doctor_finds_all_in_order(tmp_path: Path) -> None:
    done = run("scrapy", "doctor", "--store", str(tmp_path / "stet.db"), "-s", "CONTACT=desk@example.org")
    assert done.returncode == 0, done.stdout
    assert not re.search("^fail", done.stdout, re.M)


def test_a_pin_outlives_rereading(own: Path) -> None:
    where = url(own, "derby-ends-in-draw")
    assert run("scrapy", "pin", where, "--store", str(own)).returncode == 0
    assert run("scrapy", "reread", "--store", str(own)).returncode == 0
    store = Store.read(own)
    row = store.conn.execute("select pinned, next_visit_at from articles where url = ?", (where,)).fetchone()
    store.close()
    assert row["pinned"] == 1
    assert row["next_visit_at"] is not None
    assert run("scrapy", "pin", "--off", where, "--store", str(own)).returncode == 0
    assert run("scrapy", "pin", "--off", where, "--store", str(own)).returncode == 1


def test_forgetting_erases_every_word_and_keeps_the_facts(own: Path) -> None:
    where = url(own, "broadcaster-staff-questioned")
    store = Store.read(own)
    title = store.conn.execute("select title from articles where url = ?", (where,)).fetchone()["title"]
    words = (
        store.conn.execute(
            """select t.text from versions v join texts t on t.digest = v.text join articles a
        on a.id = v.article where a.url = ?""",
            (where,),
        )
        .fetchone()["text"]
        .split("\n\n")[2]
    )
    before = store.conn.execute("select count(*), group_concat(entry) from captures").fetchone()[:]
    store.close()
    assert run("scrapy", "forget", where, "--store", str(own), told="no\n").returncode == 1
    assert run("scrapy", "forget", where, "--store", str(own), "--yes").returncode == 0
    store = Store.read(own)
    assert store.conn.execute("select count(*), group_concat(entry) from captures").fetchone()[:] == before
    assert store.conn.execute("select count(*) from versions where title = ?", (title,)).fetchone()[0] == 0
    store.close()
    everything = b"".join(path.read_bytes() for path in own.parent.iterdir() if path.name.startswith("stet.db"))
    assert words.encode() not in everything
    assert run("stet", "search", words[:40], "--store", str(own)).returncode == 1
    again = run("scrapy", "pin", where, "--store", str(own))
    assert (again.returncode, "forgotten" in again.stdout) == (1, True)
    assert run("scrapy", "reread", "--store", str(own)).returncode == 0
    assert run("stet", "search", words[:40], "--store", str(own)).returncode == 1


def test_what_a_page_writes_cannot_steer_the_terminal() -> None:
    from crawler.terminal import safe

    nasty = "\x1b[31mred\x1b]0;title\x07 \u202egnp.exe \x9b2J\r\n\x00\u2066x"
    assert safe(nasty) == "[31mred]0;title gnp.exe 2J x"


# --- trouble --------------------------------------------------------------------------------------


def start(name: str, *words: str, folder: Path = ROOT, **env: str) -> subprocess.Popen[str]:
    """The same, under way. A shell's background job ignores Ctrl-C, and so would its children: these do not."""
    call = f"import sys; sys.argv[0] = {name!r}; {PAIRS[name]}; main()"
    return subprocess.Popen(
        [sys.executable, "-c", call, *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "160", **env},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def captures(path: Path) -> int:
    try:
        store = Store.read(path)
    except StoreError:  # in its first moment it is no store yet
        return 0
    found = int(store.conn.execute("select count(*) from captures").fetchone()[0])
    store.close()
    return found


def readings(path: Path) -> list[tuple[object, ...]]:
    store = Store.read(path)
    found = [tuple(row) for row in store.conn.execute("select * from readings order by capture")]
    store.close()
    return found


def test_a_second_demo_leaves_the_store_of_the_first_alone(demo: Path, tmp_path: Path) -> None:
    """By its own lock (between two crawls the store's is free), and by the store's."""
    store = tmp_path / "stet-demo.db"
    shutil.copy(demo, store)
    before = store.read_bytes()
    for name in ("stet-demo.db.demo", "stet-demo.db"):
        lock = hold(tmp_path / name, "stet demo")
        done = run("stet", "demo", "--quiet", folder=tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (75, 1), done.stderr
        assert f"stet-demo.db is being written by process {os.getpid()} (stet demo)" in done.stderr
        assert store.read_bytes() == before
        lock.release()


def test_ctrl_c_ends_the_demo_without_a_report_and_a_new_one_replaces_its_store(tmp_path: Path) -> None:
    store = tmp_path / "stet-demo.db"
    demo = start("stet", "demo", folder=tmp_path)
    until(lambda: store.exists() and captures(store) > 20)
    demo.send_signal(signal.SIGINT)
    out, err = demo.communicate(timeout=30)
    assert (demo.returncode, out) == (130, "")
    assert err == "stet demo: stopped: the store holds what was seen until then\n"
    cut = captures(store)
    again = run("stet", "demo", folder=tmp_path)
    assert again.returncode == 0, again.stderr
    assert captures(store) > cut
    assert again.stdout.endswith("Open it:  stet browse --store stet-demo.db\n")


def is_being_written(path: Path) -> bool:
    """Whether somebody has a transaction open in it."""
    with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as conn:
        try:
            conn.execute("begin immediate")
        except sqlite3.OperationalError:
            return True
        conn.execute("rollback")
    return False


def test_ctrl_c_ends_rereading_and_nothing_was_changed(own: Path) -> None:
    before = readings(own)
    slow = start("scrapy", "reread", "--store", str(own))
    until(lambda: is_being_written(own))
    slow.send_signal(signal.SIGINT)
    _, err = slow.communicate(timeout=30)
    assert (slow.returncode, err) == (130, "scrapy reread: stopped: nothing was changed\n")
    assert readings(own) == before


def test_no_answer_to_forgets_question_is_a_no(own: Path) -> None:
    done = run("stet", "forget", url(own, "tass"), "--store", str(own), told="")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith("nothing was erased\n")


@pytest.mark.parametrize(
    "words", [["outlets", "--json"], ["search", "the"], ["history", "ARTICLE"], ["diff", "ARTICLE"]]
)
def test_a_reader_who_has_had_enough_is_no_error(demo: Path, words: list[str]) -> None:
    meant = {"ARTICLE": url(demo, "broadcaster-staff-questioned")}
    asked = start("stet", *(meant.get(word, word) for word in words), "--store", str(demo))
    assert asked.stdout is not None
    assert asked.stderr is not None
    asked.stdout.close()
    assert (asked.stderr.read(), asked.wait(timeout=30)) == ("", 0)


@pytest.mark.parametrize("columns", ["abc", "0", "-5", "99999999999", ""])
def test_an_odd_width_does_no_harm(demo: Path, columns: str) -> None:
    done = run("stet", "status", "--store", str(demo), COLUMNS=columns)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("how", ["overwritten", "cut in half", "cut to its first pages", "only its header"])
def test_a_damaged_store_is_called_damaged(own: Path, how: str) -> None:
    where, whole = url(own, "broadcaster-staff-questioned"), own.read_bytes()
    torn = {
        "overwritten": whole[:8192] + b"\xff" * (len(whole) - 8192),
        "cut in half": whole[: len(whole) // 2],
        "cut to its first pages": whole[:5000],
        "only its header": whole[:100] + b"\xff" * 9000,
    }
    own.write_bytes(torn[how])
    refused = 0
    for words in (["search", "the"], ["history", where], ["status", "-s", "KEEP=all"], ["reread"]):
        done = run("stet", *words, "--store", str(own))
        assert "Traceback" not in done.stderr
        if done.returncode == 2:
            refused += 1
            assert done.stderr.count("\n") == 1
            assert f"{own} is damaged" in done.stderr
            assert "restore it from a backup" in done.stderr
    assert refused
    done = run("stet", "doctor", "--store", str(own))
    assert done.returncode == 1
    assert re.search(r"^fail +store .* is damaged .*restore it from a backup", done.stdout, re.M), done.stdout


def test_a_package_that_shadows_ours_is_named(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "__init__.py").write_text("")
    done = run("stet", "status", "--store", str(demo), PYTHONPATH=f"{tmp_path}:{ROOT}", folder=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f"the package storage is {tmp_path / 'storage' / '__init__.py'}" in done.stderr


def test_browse_becomes_datasette_and_says_when_its_port_is_taken(demo: Path) -> None:
    served = start("stet", "browse", "--store", str(demo), "--port", "0")
    assert served.stdout is not None
    line = served.stdout.readline()
    address = re.search(r"http://127\.0\.0\.1:(\d+)/-/stet", line)
    assert address, line
    try:
        until(lambda: answers(address[0]))
        assert b"datasette" in Path(f"/proc/{served.pid}/cmdline").read_bytes()
        taken = run("stet", "browse", "--store", str(demo), "--port", address[1])
        assert (taken.returncode, taken.stderr.count("\n")) == (2, 1)
        assert f"stet browse: cannot listen on 127.0.0.1:{address[1]}" in taken.stderr
    finally:
        served.terminate()
        served.communicate(timeout=20)
    assert not answers(address[0]), "no datasette is left behind"


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


# --- what is printed ------------------------------------------------------------------------------


def test_json_holds_nothing_that_a_terminal_obeys(own: Path) -> None:
    nasty = "a\x7f\x9b2J\u200e\u200f\u061c\u202egnp.exe\u2069"
    where = url(own, "tass")
    store = Store.open(own)
    store.conn.execute("update articles set title = ?", (nasty,))
    store.close()
    done = run("stet", "history", where, "--store", str(own), "--json")
    assert not re.search("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", done.stdout)
    assert "a\\u007f\\u009b2J\\u200e" in done.stdout
    assert json.loads(done.stdout)["article"]["title"] == nasty


@pytest.mark.parametrize(("env", "marks"), [({"NO_COLOR": "1"}, True), ({}, False), ({"TERM": "dumb"}, True)])
def test_on_a_terminal_marks_stand_in_for_colour(demo: Path, env: dict[str, str], marks: bool) -> None:
    call = f"import sys; sys.argv[0] = 'stet'; {PAIRS['stet']}; main()"
    ours, theirs = pty.openpty()
    rest = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "COLORTERM")}
    asked = subprocess.Popen(
        [sys.executable, "-c", call, "diff", url(demo, "broadcaster-staff-questioned"), "--store", str(demo)],
        stdout=theirs,
        cwd=ROOT,
        env={**rest, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **env},
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # so Linux says that the other end is closed
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    assert asked.wait(timeout=30) == 0
    plain = re.sub(rb"\x1b\[[0-9;]*m", b"", shown)
    assert (b"[-5-]" in plain) is marks
    assert (b"{+25+}" in plain) is marks


def test_versions_asked_for_backwards_have_no_interval(demo: Path) -> None:
    where = url(demo, "broadcaster-staff-questioned")
    for span, dated in (("1..2", True), ("2..1", False), ("1..1", False)):
        shown = run("stet", "diff", where, span, "--store", str(demo)).stdout
        assert (", changed 20" in shown) is dated, span


def test_a_forgotten_article_is_said_to_be_forgotten(own: Path) -> None:
    where = url(own, "broadcaster-staff-questioned")
    assert run("stet", "forget", where, "--yes", "--store", str(own)).returncode == 0
    for words, code in ((["history", where], 1), (["diff", where], 2), (["forget", where, "--yes"], 1)):
        done = run("stet", *words, "--store", str(own))
        assert done.returncode == code
        assert re.search(r"was forgotten on request on 20\d\d-\d\d-\d\d$", done.stderr.strip())


def test_hints_name_the_command_that_was_used() -> None:
    for name in ("stet", "scrapy"):
        done = run(name, "reread", "--store", "missing.db")
        assert done.stderr.startswith(f"{name} reread: ")
        helped = " ".join(run(name, "demo", "--help").stdout.split())
        assert f"{name} demo [options]" in helped
        assert "replaced if there is one" in helped


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_stet_alone_lists_our_commands_and_only_those(words: list[str]) -> None:
    done = run("stet", *words)
    assert (done.returncode, done.stderr) == (0, "")
    listed = re.findall(r"^  (\w+) +\S.{14,}$", done.stdout, re.M)
    ours = {path.stem for path in (ROOT / "crawler" / "commands").glob("*.py") if path.stem != "__init__"}
    assert set(listed) == ours | {"version"}
    assert listed[:3] == ["crawl", "demo", "outlets"]
    assert "`scrapy --help` lists them" in done.stdout


def test_stet_tells_its_own_version() -> None:
    done = run("stet", "version")
    assert re.fullmatch(r"Stet \d+\.\d+\.\d+\nScrapy 2\.\d+\.\d+\n", done.stdout)
    told = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    assert told
    assert done.stdout.startswith(f"Stet {told[1]}\n")


def test_every_command_is_documented_and_has_help() -> None:
    docs = (ROOT / "docs" / "commands.md").read_text()
    names = [path.stem for path in (ROOT / "crawler" / "commands").glob("*.py") if path.stem != "__init__"]
    assert len(names) >= 12
    for name in names:
        assert f"`scrapy {name}" in docs, name
    shown = run("scrapy").stdout
    for name in names:
        line = re.search(rf"^  {name} +(\S.*)$", shown, re.M)
        assert line, name
        assert len(line[1]) > 15, name
