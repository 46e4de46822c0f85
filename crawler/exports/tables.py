"""The tables people export, and how their rows become CSV, JSON Lines or Parquet.

Rows come in one order, by moment and capture entry, so that two exports of one store are the same to the byte.
"""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import Any, BinaryIO, Literal

from crawler.exports.trouble import ExportError

Form = Literal["csv", "jsonl", "parquet"]
Type = Literal["text", "whole", "real", "json"]
BATCH = 2000
"""Rows that are held at a time."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table to export: its columns with their types, and where they come from."""

    columns: dict[str, Type]
    sql: str

    def rows(self, conn: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
        """In the order that the query gives."""
        for row in conn.execute(self.sql):
            yield tuple(row[name] for name in self.columns)


ARTICLE: dict[str, Type] = {"outlet": "text", "url": "text"}
EDIT = """from changes ch join articles a on a.id = ch.article join versions v on v.id = ch.to_version
    join captures c on c.id = v.capture join versions w on w.id = ch.from_version join captures o on o.id = w.capture"""
TABLES = {
    "changes": Table(
        {
            **ARTICLE, "title": "text", "from_version": "whole", "to_version": "whole", "after_at": "text",
            "by_at": "text", "kinds": "json", "disclosed": "text", "weight": "real", "words_added": "whole",
            "words_removed": "whole", "similarity": "real", "summary": "text", "status": "text", "reason": "text",
            "from_entry": "text", "to_entry": "text",
        },
        f"""select a.outlet, a.url, a.title, w.number as from_version, v.number as to_version, ch.after_at, ch.by_at,
            ch.kinds, ch.disclosed, ch.weight, ch.words_added, ch.words_removed, ch.similarity, ch.summary, ch.status,
            ch.reason, o.entry as from_entry, c.entry as to_entry {EDIT} order by ch.by_at, c.entry, o.entry""",
    ),
    "edits": Table(
        {
            **ARTICLE, "to_entry": "text", "status": "text", "position": "whole", "field": "text", "action": "text",
            "kinds": "json", "old": "text", "new": "text",
        },
        f"""select a.outlet, a.url, c.entry as to_entry, ch.status, e.position, e.field, e.kind as action, e.kinds,
            e.old, e.new {EDIT} join edits e on e.change = ch.id
            order by ch.by_at, c.entry, o.entry, e.position, e.field, e.id""",
    ),
    "versions": Table(
        {
            **ARTICLE, "number": "whole", "first_at": "text", "last_at": "text", "title": "text",
            "standfirst": "text", "byline": "text", "published_at": "text", "modified_at": "text",
            "language": "text", "extent": "text", "words": "whole", "text": "text", "digest": "text",
            "entry": "text",
        },
        """select a.outlet, a.url, v.number, v.first_at, v.last_at, v.title, v.standfirst, v.byline, v.published_at,
            v.modified_at, v.language, v.extent, t.words, t.text, v.digest, c.entry from versions v
            join articles a on a.id = v.article join texts t on t.digest = v.text join captures c on c.id = v.capture
            order by v.first_at, c.entry""",
    ),
    "standings": Table(
        {
            **ARTICLE, "title": "text", "at": "text", "standing": "text", "was": "text", "how": "text",
            "after_at": "text", "by_at": "text", "reason": "text", "evidence": "json",
        },
        """select a.outlet, a.url, a.title, s.at, s.standing, s.was, s.how, s.after_at, s.by_at, s.reason, s.evidence
            from standings s join articles a on a.id = s.article order by s.at, s.evidence, a.url""",
    ),
    "captures": Table(
        {
            "entry": "text", "at": "text", "purpose": "text", "outlet": "text", "asked_url": "text", "url": "text",
            "status": "whole", "error": "text", "hops": "json", "digest": "text", "complete": "whole",
            "refers_to": "text", "robots": "text", "bytes": "whole", "millis": "whole", "verdict": "text",
            "reason": "text",
        },
        """select c.entry, c.at, c.purpose, c.outlet, c.asked_url, c.url, c.status, c.error, c.hops, c.digest,
            c.complete, c.refers_to, c.robots, c.bytes, c.millis, r.verdict, r.reason from captures c
            left join readings r on r.capture = c.id order by c.at, c.entry""",
    ),
    "timeline": Table(
        {
            "at": "text", "event": "text", **ARTICLE, "title": "text", "what": "text", "after_at": "text",
            "status": "text",
        },
        """select t.at, t.event, a.outlet, a.url, a.title, t.what, t.after_at, t.status from timeline t
            join articles a on a.id = t.article order by t.at, a.url, t.event, t.what""",
    ),
}  # fmt: skip
"""Captures come without bodies and headers: those are in the store."""


def write(form: Form, table: Table, conn: sqlite3.Connection, out: BinaryIO) -> int:
    """All rows of a table; returns how many. Raises ExportError where Parquet is asked for, and pyarrow is missing."""
    ways: dict[Form, Callable[[Table, Iterator[tuple[Any, ...]], BinaryIO], int]] = {
        "csv": _csv, "jsonl": _jsonl, "parquet": _parquet
    }  # fmt: skip
    return ways[form](table, table.rows(conn), out)


# --- CSV ----------------------------------------------------------------------------------------

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_FORMULA = re.compile(r"[\s'\"]*[=+\-@＝＋－＠\t\r]")


def inert(value: Any) -> Any:
    """A cell that no spreadsheet computes, and no terminal obeys.

    Text that begins like a formula (``= + - @``, tab, carriage return; OWASP, CSV Injection) gets an apostrophe before
    it; control characters and direction marks become spaces. Numbers stay numbers.
    """
    if not isinstance(value, str):
        return value
    formula = _FORMULA.match(value) is not None
    said = _CONTROL.sub(" ", value)
    return f"'{said}" if formula else said


def _csv(table: Table, rows: Iterator[tuple[Any, ...]], out: BinaryIO) -> int:
    """RFC 4180, UTF-8."""
    text, count = io.TextIOWrapper(out, "utf-8", "replace", newline=""), 0
    write = csv.writer(text).writerow
    write(table.columns)
    for row in rows:
        write([inert(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


# --- JSON Lines ---------------------------------------------------------------------------------


def line(row: dict[str, Any]) -> bytes:
    """One object, in ASCII: every character is there, and none that a terminal would obey."""
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"


def _jsonl(table: Table, rows: Iterator[tuple[Any, ...]], out: BinaryIO) -> int:
    types, count = tuple(table.columns.items()), 0
    for row in rows:
        out.write(line({name: _json(type_, value) for (name, type_), value in zip(types, row, strict=True)}))
        count += 1
    return count


def _json(type_: Type, value: Any) -> Any:
    return json.loads(value) if type_ == "json" and value else value


# --- Parquet ------------------------------------------------------------------------------------

NEEDED = "Parquet needs pyarrow: pip install pyarrow (or export csv, or jsonl)"


def _parquet(table: Table, rows: Iterator[tuple[Any, ...]], out: BinaryIO) -> int:
    if find_spec("pyarrow") is None:
        raise ExportError(NEEDED)
    import pyarrow as arrow
    from pyarrow import parquet

    types = {"text": arrow.string(), "json": arrow.string(), "whole": arrow.int64(), "real": arrow.float64()}
    schema, count = arrow.schema([(name, types[of]) for name, of in table.columns.items()]), 0
    with parquet.ParquetWriter(out, schema) as into:
        for batch in _batches(rows):
            columns = list(zip(*batch, strict=True))
            arrays = [arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            into.write_table(arrow.Table.from_arrays(arrays, schema=schema))
            count += len(batch)
    return count


def _batches(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch
