"""The commands as their users run them: answers, one clear line for trouble, honest exit codes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that `scrapy demo --quiet` made."""
    path = tmp_path_factory.mktemp("demo") / "stet.db"
    done = run("scrapy", "demo", "--store", str(path), "--quiet")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return path


@pytest.fixture
def own(demo: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    copy = tmp_path / "stet.db"
    copy.write_bytes(demo.read_bytes())
    return copy


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


def test_questions_do_not_load_scrapy(demo: Path) -> None:
    call = f"import sys; sys.argv = ['stet', 'status', '--store', {str(demo)!r}]\nfrom crawler.stet import main\n"
    call += "try: main()\nexcept SystemExit: print('scrapy' in sys.modules, 'twisted' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", call], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False False\n")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["history", "https://nowhere.example/a", "--store", "DEMO"], 1, "no article of that address"),
        (["diff", "not an address", "--store", "DEMO"], 1, "address"),
        (["status", "--store", "missing.db"], 2, "no store here"),
        (["search", "x", "--store", "README.md"], 2, "not a store of Stet"),
        (["history"], 2, "url"),
        (["outlets", "sofrpe"], 2, "did you mean sofrep"),
        (["outlets", "-s", "OUTLETS=nosuchfolder"], 2, "nosuchfolder"),
        (["pin", "--store", "DEMO"], 2, "needs an address"),
        (["forget", "https://nowhere.example/a", "--yes", "--store", "DEMO"], 1, "no article of that address"),
        (["reread", "--store", "no/such/folder.db"], 2, "does not exist"),
        (["demo", "--store", "DEMO", "--quiet"], 2, "exists already"),
        (["doctor", "-s", "KEEP=some"], 1, "related or all"),
    ],
)
def test_bad_input_gets_one_clear_line(demo: Path, words: list[str], code: int, says: str) -> None:
    done = run("stet", *(str(demo) if word == "DEMO" else word for word in words))
    assert done.returncode == code, done.stderr
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
