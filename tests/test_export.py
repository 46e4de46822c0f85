"""Exports: whole files, one order, nothing in them that a spreadsheet computes."""

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exports import newsedits, tables
from crawler.exports.files import whole
from crawler.exports.newsedits import matched, sentences
from crawler.exports.tables import TABLES, inert
from crawler.exports.trouble import ExportError
from storage.store import Store
from tests.test_commands import ROOT, run


@pytest.fixture
def store(demo: Path) -> Iterator[Store]:
    store = Store.read(demo)
    yield store
    store.close()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_two_exports_of_one_store_are_the_same_to_the_byte(demo: Path, tmp_path: Path, form: str) -> None:
    for name in ("one", "two"):
        done = run("scrapy", "export", form, str(tmp_path / name), "--store", str(demo))
        assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(f"{table}.{form}" for table in TABLES)
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_every_row_is_exported_and_reads_back(store: Store, tmp_path: Path) -> None:
    for name, table in TABLES.items():
        path = tmp_path / name
        for form in ("csv", "jsonl"):
            with whole(path) as out:
                count = tables.write(form, table, store.conn, out)
            assert count == store.conn.execute(f"select count(*) from {name}").fetchone()[0]
            if form == "csv":
                with path.open(newline="", encoding="utf-8") as file:
                    rows = list(csv.DictReader(file))
            else:
                rows = [json.loads(line) for line in path.read_bytes().splitlines()]
            assert len(rows) == count > 0
            assert list(rows[0]) == list(table.columns)
    assert not any("body" in table.columns for table in TABLES.values())


def test_parquet_holds_the_same(store: Store, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    for name, table in TABLES.items():
        with whole(tmp_path / name) as out:
            tables.write("parquet", table, store.conn, out)
        read = parquet.read_table(tmp_path / name).to_pylist()
        assert [tuple(row.values()) for row in read] == list(table.rows(store.conn))


@pytest.mark.skipif(find_spec("pyarrow") is not None, reason="pyarrow is here")
def test_without_pyarrow_one_line_says_what_to_do(demo: Path, tmp_path: Path) -> None:
    done = run("scrapy", "export", "parquet", str(tmp_path / "p"), "--store", str(demo))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "pip install pyarrow" in done.stderr
    assert list((tmp_path / "p").iterdir()) == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '"=1', "'=1", "\x1b=1"])
def test_what_a_spreadsheet_would_compute_is_text(cell: str) -> None:
    assert str(inert(cell)).startswith(("'", " =1"))
    assert not str(inert(cell)).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text())
def test_no_cell_steers_a_terminal_or_begins_a_formula(text: str) -> None:
    said = str(inert(text))
    assert not set(said) & set("\x00\t\r\x1b\x7f\x9b\u202e\u2066")
    assert not said.lstrip("'\" \n").startswith(("=", "@")) or said.startswith("'")


def test_numbers_stay_numbers() -> None:
    assert [inert(value) for value in (-1, 0.5, None)] == [-1, 0.5, None]


def test_a_file_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("what was there before")

    def half() -> None:
        with whole(path) as out:
            out.write(b"half of it")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]
    assert path.read_text() == "what was there before"
    with pytest.raises(ExportError, match="cannot be written"), whole(tmp_path / "none" / "x"):
        pass


def test_a_kill_in_the_midst_of_an_export_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("what was there before")
    half = f"""
import os, pathlib, sys
sys.path.append({str(ROOT)!r})
from crawler.exports.files import whole
with whole(pathlib.Path({str(path)!r})) as out:
    out.write(b"half of it")
    out.flush()
    os.kill(os.getpid(), {int(signal.SIGKILL)})
"""
    done = subprocess.run([sys.executable, "-c", half], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == "what was there before"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "say what to export"),
        (["cvs", "x"], "did you mean csv"),
        (["csv", "x", "--table", "chnges"], "did you mean changes"),
        (["csv", "x", "--kind", "headline"], "--kind means nothing"),
        (["feed", "x", "--table", "changes"], "--table means nothing"),
        (["csv", "/proc/none/x"], "no folder can be made"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(demo: Path, words: list[str], says: str) -> None:
    done = run("scrapy", "export", *words, "--store", str(demo))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert says in done.stderr


# --- for researchers ------------------------------------------------------------------------------


def test_the_corpus_tells_every_sentence_of_every_pair_once(store: Store, tmp_path: Path) -> None:
    count = newsedits.write(store.conn, tmp_path)
    read = {name: [json.loads(line) for line in (tmp_path / f"{name}.jsonl").open()] for name in count}
    assert {name: len(rows) for name, rows in read.items()} == count
    said = {(row["entry_id"], row["version"], row["sent_idx"]): row["sentence"] for row in read["split_sentences"]}
    told: dict[tuple[str, int, int, int], int] = {}
    for row in read["matched_sentences"]:
        for side, version in (("old", row["version_old"]), ("new", row["version_new"])):
            for index in row[f"sent_idx_{side}"]:
                assert said[row["entry_id"], version, index] in row[f"sentence_{side}"]
                key = (
                    row["entry_id"],
                    row["version_old"],
                    row["version_new"],
                    (1 if side == "new" else -1) * (index + 1),
                )
                told[key] = told.get(key, 0) + 1
    assert set(told.values()) == {1}
    assert {"unchanged", "edit", "addition", "deletion"} <= {row["action"] for row in read["matched_sentences"]}


def test_sentences_are_matched_cut_added_and_moved() -> None:
    old = ["The vote is on Monday.", "It will be close, the polls say.", "Nobody knows why.", "A third candidate left."]
    new = [
        "A third candidate left.",
        "The vote is on Monday.",
        "It will be very close, the polls say.",
        "Rain is expected in the north.",
    ]
    found = {(action, tuple(old[i] for i in a), tuple(new[j] for j in b)) for action, a, b in matched(old, new)}
    assert found == {
        ("refactor", (old[3],), (new[0],)),
        ("unchanged", (old[0],), (new[1],)),
        ("edit", (old[1],), (new[2],)),
        ("deletion", (old[2],), ()),
        ("addition", (), (new[3],)),
    }


@given(
    st.lists(
        st.sampled_from(["One is here.", "Two are there.", "Three came by late.", "Four?", "Five left."]), max_size=6
    ),
    st.randoms(),
)
def test_every_sentence_stands_in_one_match(old: list[str], chance: object) -> None:
    new = sorted(old, key=lambda _: chance.random())  # type: ignore[attr-defined]
    found = matched(old, new)
    assert sorted(i for _, before, _ in found for i in before) == list(range(len(old)))
    assert sorted(j for _, _, after in found for j in after) == list(range(len(new)))


def test_a_text_is_split_in_any_script() -> None:
    assert sentences("Dr. Smith left. He will not return.\n\n中国外交部回应。发言人拒绝评论。") == [
        "Dr. Smith left.", "He will not return.", "中国外交部回应。", "发言人拒绝评论。"
    ]  # fmt: skip
