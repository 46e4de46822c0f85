"""Rows to records and back: the one place that knows how a record lies in its table.

Derived rows are numbered by what they are (53 bits of a SHA-256, so that JSON keeps them exact), not by when they were
written: rereading, importing and merging stores give every article, version and change its old number.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.findings import Article, Sweep
from storage.records import (
    Action,
    Capture,
    Change,
    Comparison,
    Disclosed,
    Edit,
    Extent,
    Hop,
    How,
    Incident,
    Kind,
    Link,
    Look,
    Part,
    Standing,
    Status,
    Text,
    Verdict,
    Version,
    canonical_json,
    moment,
    sha256,
    stamp,
    words_digest,
)

Row = sqlite3.Row


def number(*natural: str | int) -> int:
    """A derived row's number, from its natural key."""
    return int(sha256(canonical_json(natural).encode())[:16], 16) >> 11


def when(stamped: str | None) -> datetime | None:
    return moment(stamped) if stamped else None


def stamped(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def insert(conn: sqlite3.Connection, table: str, row: dict[str, Any], verb: str = "insert") -> None:
    """One row by column names (ours, never a page's)."""
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    conn.execute(f"{verb} into {table} ({columns}) values ({marks})", tuple(row.values()))


def capture_row(capture: Capture) -> dict[str, Any]:
    """The fact columns and the entry."""
    row = capture.facts()
    for name in ("hops", "request_headers", "headers"):
        row[name] = canonical_json(row[name])
    return {**row, "entry": capture.entry}


def capture(row: Row) -> Capture:
    """A capture as it was kept (without its body)."""
    facts = {key: row[key] for key in row.keys() if key not in ("entry", "items", "article")}  # noqa: SIM118 (a Row iterates values)
    facts["at"] = moment(row["at"])
    facts["hops"] = tuple(Hop(*hop) for hop in json.loads(row["hops"]))
    facts["request_headers"] = _pairs(row["request_headers"])
    facts["headers"] = _pairs(row["headers"])
    facts["complete"] = bool(row["complete"])
    return Capture(**facts)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in json.loads(text))


def article(row: Row) -> Article:
    return Article(
        id=row["id"],
        outlet=row["outlet"],
        url=row["url"],
        visit_url=row["visit_url"],
        title=row["title"],
        published_at=row["published_at"],
        first_seen_at=moment(row["first_seen_at"]),
        found_by=row["found_by"],
        relevance=row["relevance"],
        related=bool(row["related"]),
        because=tuple(json.loads(row["because"])),
        standing=Standing(row["standing"]) if row["standing"] else None,
        standing_since=when(row["standing_since"]),
        access=row["access"],
        versions=row["versions"],
        captures=row["captures"],
        last_capture_at=when(row["last_capture_at"]),
        last_good_at=when(row["last_good_at"]),
        next_visit_at=when(row["next_visit_at"]),
        pinned=bool(row["pinned"]),
    )


def article_row(known: Article) -> dict[str, Any]:
    return {
        "id": known.id,
        "outlet": known.outlet,
        "url": known.url,
        "visit_url": known.visit_url,
        "title": known.title,
        "published_at": known.published_at,
        "first_seen_at": stamped(known.first_seen_at),
        "found_by": known.found_by,
        "relevance": known.relevance,
        "related": int(known.related),
        "because": canonical_json(known.because),
        "standing": known.standing,
        "standing_since": stamped(known.standing_since),
        "access": known.access,
        "versions": known.versions,
        "captures": known.captures,
        "last_capture_at": stamped(known.last_capture_at),
        "last_good_at": stamped(known.last_good_at),
        "next_visit_at": stamped(known.next_visit_at),
        "pinned": int(known.pinned),
    }


def said(title: str, standfirst: str, byline: str, extent: str, text: str, links: str, captions: str) -> str:
    """`Text.said`, from the columns of a version."""
    return words_digest(title, standfirst, byline, extent, text, json.loads(links), json.loads(captions))


VERSION = "select v.*, t.text as body from versions v join texts t on t.digest = v.text"


def version(row: Row) -> Version:
    """A version from a row of `VERSION`."""
    said = Text(
        title=row["title"],
        standfirst=row["standfirst"],
        byline=row["byline"],
        published_at=row["published_at"],
        modified_at=row["modified_at"],
        language=row["language"],
        extent=Extent(row["extent"]),
        paragraphs=tuple(row["body"].split("\n\n")) if row["body"] else (),
        links=tuple(Link(*pair) for pair in json.loads(row["links"])),
        captions=tuple(json.loads(row["captions"])),
    )
    return Version(
        id=row["id"],
        article=row["article"],
        number=row["number"],
        capture=row["capture"],
        first_at=moment(row["first_at"]),
        last_at=moment(row["last_at"]),
        text=said,
    )


def version_row(new: Version, fingerprint: str) -> dict[str, Any]:
    said = new.text
    return {
        "id": new.id,
        "article": new.article,
        "number": new.number,
        "capture": new.capture,
        "first_at": stamp(new.first_at),
        "last_at": stamp(new.last_at),
        "title": said.title,
        "standfirst": said.standfirst,
        "byline": said.byline,
        "published_at": said.published_at,
        "modified_at": said.modified_at,
        "language": said.language,
        "extent": said.extent,
        "text": said.body_digest,
        "links": canonical_json([[link.url, link.text] for link in said.links]),
        "captions": canonical_json(said.captions),
        "digest": said.digest,
        "said": said.said,
        "fingerprint": fingerprint,
    }


def change(row: Row, edits: tuple[Edit, ...] = ()) -> Change:
    """A change; its edits have a table of their own."""
    compared = Comparison(
        edits=edits,
        kinds=kinds(row["kinds"]),
        disclosed=Disclosed(row["disclosed"]),
        note=row["note"],
        weight=row["weight"],
        words_added=row["words_added"],
        words_removed=row["words_removed"],
        similarity=row["similarity"],
        summary=row["summary"],
    )
    return Change(
        id=row["id"],
        article=row["article"],
        from_version=row["from_version"],
        to_version=row["to_version"],
        after_at=moment(row["after_at"]),
        by_at=moment(row["by_at"]),
        comparison=compared,
        status=Status(row["status"]),
        reason=row["reason"],
    )


def change_row(new: Change) -> dict[str, Any]:
    compared = new.comparison
    return {
        "id": new.id,
        "article": new.article,
        "from_version": new.from_version,
        "to_version": new.to_version,
        "after_at": stamp(new.after_at),
        "by_at": stamp(new.by_at),
        **told_row(compared),
        "kinds": canonical_json(new.kinds),
        "status": new.status,
        "reason": new.reason,
        "unmarked": new.status,
        "unmarked_reason": new.reason,
    }


def told_row(by: Comparison) -> dict[str, Any]:
    """What a change is told by."""
    return {
        "kinds": canonical_json(by.kinds),
        "disclosed": by.disclosed,
        "note": by.note,
        "weight": by.weight,
        "words_added": by.words_added,
        "words_removed": by.words_removed,
        "similarity": by.similarity,
        "summary": by.summary,
    }


def edit(row: Row) -> Edit:
    return Edit(
        field=row["field"],
        action=Action(row["kind"]),
        old=row["old"],
        new=row["new"],
        position=row["position"],
        kinds=kinds(row["kinds"]),
        parts=tuple(part(said, row) for said in json.loads(row["parts"])),
    )


def part(said: dict[str, Any], of: Row) -> Part:
    """A part as kept; where it is the whole unit, its words stand in the edit's row alone."""
    found = tuple(Kind(kind) for kind in said["kinds"])
    return Part(found, said["weight"], said.get("old", of["old"]), said.get("new", of["new"]), said["tail"])


def parts_of(edit: Edit) -> list[dict[str, Any]]:
    """An edit's parts as they are kept: kinds, weight, tail, and old and new where they are not the edit's own."""
    kept: list[dict[str, Any]] = []
    for p in edit.parts:
        shown = {"old": p.old, "new": p.new} if (p.old, p.new) != (edit.old, edit.new) else {}
        kept.append({"kinds": p.kinds, "weight": p.weight, "tail": p.tail, **shown})
    return kept


def kinds(text: str) -> tuple[Kind, ...]:
    return tuple(Kind(kind) for kind in json.loads(text))


def look(row: Row) -> Look:
    """A look from a reading's row joined with its capture's entry."""
    return Look(
        at=moment(row["at"]),
        verdict=Verdict(row["verdict"]),
        entry=row["entry"],
        how=How(row["how"]) if row["how"] else None,
        outlet_well=bool(row["outlet_well"]),
    )


def incident(row: Row) -> Incident:
    return Incident(
        outlet=row["outlet"],
        started_at=moment(row["started_at"]),
        recognised_at=moment(row["recognised_at"]),
        kind=row["kind"],
        articles=row["articles"],
        evidence=tuple(json.loads(row["evidence"])),
        ended_at=when(row["ended_at"]),
    )


def sweep(row: Row) -> Sweep:
    return Sweep(
        outlet=row["outlet"],
        trait=row["trait"],
        started_at=moment(row["started_at"]),
        recognised_at=moment(row["recognised_at"]),
        articles=row["articles"],
        why=row["why"],
    )


def sweep_row(new: Sweep) -> dict[str, Any]:
    return {
        "id": number("sweep", new.outlet, new.trait),
        "outlet": new.outlet,
        "trait": new.trait,
        "started_at": stamp(new.started_at),
        "recognised_at": stamp(new.recognised_at),
        "articles": new.articles,
        "why": new.why,
    }


def marks(values: Sequence[object]) -> str:
    """As many question marks as there are values, for an ``in (...)``."""
    return ", ".join("?" * len(values))
