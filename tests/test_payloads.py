"""Bodies are kept once, come back to the byte, and can be forgotten."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import payloads
from storage.records import sha256
from storage.store import Store

PAGE = b"<html>" + b"".join(b"<p>Paragraph %d stands here.</p>" % n for n in range(500)) + b"</html>"


@pytest.fixture
def conn(tmp_path: Path):  # type: ignore[no-untyped-def]
    store = Store.open(tmp_path / "stet.db")
    yield store.conn
    store.close()


def test_a_body_is_kept_once_and_comes_back(conn: sqlite3.Connection) -> None:
    first, again = payloads.keep(conn, PAGE), payloads.keep(conn, PAGE)
    assert first == again == sha256(PAGE)
    assert payloads.load(conn, first) == PAGE
    assert conn.execute("select count(*) from payloads").fetchone()[0] == 1


def test_an_edited_page_costs_a_few_bytes(conn: sqlite3.Connection) -> None:
    base = payloads.keep(conn, PAGE)
    edited = payloads.keep(conn, PAGE.replace(b"Paragraph 250", b"Paragraph two hundred and fifty"), base)
    row = conn.execute("select codec, base, length(body) from payloads where digest = ?", (edited,)).fetchone()
    assert (row[0], row[1]) == ("zstd-delta", base)
    assert row[2] < 200


def test_deltas_never_pile_up(conn: sqlite3.Connection) -> None:
    digest = payloads.keep(conn, PAGE)
    for n in range(6):
        digest = payloads.keep(conn, PAGE + b"%d" % n, digest)
        assert payloads.depth(conn, digest) <= payloads.DEEPEST
        assert payloads.load(conn, digest) == PAGE + b"%d" % n


def test_forgetting_a_base_keeps_what_leans_on_it(conn: sqlite3.Connection) -> None:
    base = payloads.keep(conn, PAGE)
    leaning = payloads.keep(conn, PAGE + b"more", base)
    assert payloads.erase(conn, [base], "2026-01-01T00:00:00.000Z") == 1
    assert payloads.load(conn, leaning) == PAGE + b"more"
    with pytest.raises(payloads.PayloadError, match="not in the store"):
        payloads.load(conn, base)


def test_a_damaged_body_is_said_to_be_damaged(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "stet.db")
    digest = payloads.keep(store.conn, PAGE)
    store.conn.execute("drop trigger payloads_are_facts_1")
    store.conn.execute("update payloads set body = substr(body, 1, 20)")
    with pytest.raises(payloads.PayloadError, match="backup"):
        payloads.load(store.conn, digest)
    store.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.binary(max_size=300), min_size=1, max_size=6))
def test_any_bytes_survive_in_any_order(conn: sqlite3.Connection, bodies: list[bytes]) -> None:
    base = None
    for body in bodies:
        base = payloads.keep(conn, body, base)
    for body in bodies:
        assert payloads.load(conn, sha256(body)) == body
