"""SQL functions over texts: what they answer, in plain SQLite, in sqlite-utils and in datasette; and that they end."""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import time
from html import unescape

import pytest
from datasette.app import Datasette
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler import functions
from crawler.compare import compare
from crawler.functions import stet_diff_html, stet_diff_text, stet_words_added
from storage.records import Text

OLD = "Police questioned 5 employees on Monday.\n\nThe bureau did not answer.\n\nA spokesman called it <routine>."
NEW = "Police questioned 25 employees on Monday.\n\nThe bureau did not answer.\n\nNobody was held."

paragraphs = st.lists(st.text(alphabet="ab <>&\"'c北京ж.", min_size=1, max_size=40), max_size=6)
texts = paragraphs.map("\n\n".join)


def test_a_reworded_number_is_marked_and_the_rest_is_folded() -> None:
    html = stet_diff_html(OLD, NEW)
    assert html is not None
    assert "<p>Police questioned <del>5</del><ins>25</ins> employees on Monday.</p>" in html
    assert "did not answer" not in html
    assert html.count("<p>…</p>") == 1


def test_what_was_cut_stands_where_it_stood_and_is_escaped() -> None:
    html = stet_diff_html(OLD, OLD.rpartition("\n\n")[0])
    assert html == "<p>…</p>\n<p><del>A spokesman called it &lt;routine&gt;.</del></p>"


def test_plain_text_is_marked_as_on_a_terminal() -> None:
    assert stet_diff_text("one two three", "one 2 three") == "one [-two-]{+2+} three"


def test_a_paragraph_that_moved_is_said_to_have_moved() -> None:
    said = stet_diff_text(
        "First one here.\n\nSecond one there.\n\nThird.", "Second one there.\n\nThird.\n\nFirst one here."
    )
    assert said is not None
    assert "First one here. (moved)" in said


def test_equal_texts_have_no_diff_and_typography_is_none() -> None:
    assert stet_diff_html(OLD, OLD) == ""
    assert stet_diff_text("It’s so.", "It's so.") == ""
    assert stet_words_added(OLD, OLD) == 0


def test_null_in_null_out() -> None:
    assert stet_diff_html(None, NEW) is None
    assert stet_diff_text(OLD, None) is None
    assert stet_words_added(None, None) is None


def test_words_added_counts_as_a_change_does() -> None:
    compared = compare(Text(paragraphs=tuple(OLD.split("\n\n"))), Text(paragraphs=tuple(NEW.split("\n\n"))))
    assert stet_words_added(OLD, NEW) == compared.words_added
    assert stet_words_added(NEW, OLD) == compared.words_removed
    assert stet_words_added("", "北京 café") == 3


@given(texts, texts)
@settings(max_examples=150, deadline=None)
def test_only_its_own_tags_stand_in_the_markup_and_the_words_are_the_texts_own(old: str, new: str) -> None:
    html = stet_diff_html(old, new) or ""
    bare = re.sub("</?(?:p|ins|del)>", "", html)
    assert "<" not in bare
    assert ">" not in bare
    assert html == stet_diff_html(old, new)
    tidy = " ".join(new.split())
    for paragraph in html.split("\n"):
        after = unescape(re.sub("<del>.*?</del>|</?(?:p|ins)>", "", paragraph)).removesuffix(" (moved)")
        assert after in ("…", "") or "".join(after.split()) in "".join(tidy.split())


def test_what_steers_a_reader_is_taken_out() -> None:
    said = stet_diff_html("calm", "\u202ecalm\x1b[31m red\x00 tag\U000e0041") or ""
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\U000e0000-\U000e007f]", said)


def _long(word: str) -> tuple[str, str]:
    numbered = [f"{word}{n * n % 97}" for n in range(120_000)]
    return " ".join(numbered), " ".join(numbered[5:] + numbered[:5])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x y z " * 170_000, "x z y " * 170_000),
        _long("w"),
        tuple(side.replace(" ", "\n\n") for side in _long("p")),
        ("北京俄罗斯" * 200_000, "俄罗斯北京" * 200_000),
        ("e" + "\u0301" * 1_000_000, "e" + "\u0302" * 1_000_000),
        ("\n \n" * 300_000, " \n\t\n" * 300_000),
    ],
    ids=["few words", "rotated words", "many paragraphs", "ideographs", "marks", "blank"],
)
def test_a_megabyte_is_cut_not_waited_for(old: str, new: str) -> None:
    began = time.process_time()
    html = stet_diff_html(old, new) or ""
    stet_words_added(old, new)
    assert time.process_time() - began < 5
    assert len(html) < 10 * functions.LONGEST
    assert functions.CUT in html


def test_they_are_registered_on_a_plain_connection() -> None:
    conn = sqlite3.connect(":memory:")
    functions.prepare_connection(conn)
    row = conn.execute(
        "select stet_words_added('a', 'a b'), stet_diff_text('a c', 'b c'), stet_diff_html(1, 1)"
    ).fetchone()
    assert row == (1, "[-a-]{+b+} c", "")


def test_sqlite_utils_finds_them_by_itself() -> None:
    found = Database(memory=True).query("select stet_words_added('a', 'a b c') as n")
    assert list(found) == [{"n": 2}], "the package is not installed with its entry point: pip install -e . again"


def test_sqlite_utils_does_not_load_datasette_for_them() -> None:
    code = "import sys, crawler.functions; print('datasette' in sys.modules, 'crawler.dashboard' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_datasette_has_them() -> None:
    async def ask() -> object:
        datasette = Datasette(memory=True)
        await datasette.invoke_startup()
        return await datasette.client.get(
            "/_memory/-/query.json?sql=select+stet_diff_html('a+c','b+c')+as+d&_shape=array", follow_redirects=True
        )

    async def ask_old() -> object:
        datasette = Datasette(memory=True)
        await datasette.invoke_startup()
        return await datasette.client.get("/_memory.json?sql=select+stet_diff_html('a+c','b+c')+as+d&_shape=array")

    answer = asyncio.run(ask())
    if getattr(answer, "status_code", 0) != 200:  # datasette 0.65 asks the database itself
        answer = asyncio.run(ask_old())
    assert json.loads(answer.text) == [{"d": "<p><del>a</del><ins>b</ins> c</p>"}]  # type: ignore[attr-defined]
