"""A corpus for researchers, laid out like NewsEdits (Spangher et al., NAACL 2022): versions, sentences, matches.

Three files of JSON Lines, named after the tables of that corpus: ``entryversion`` (one line a version),
``split_sentences`` (its sentences), ``matched_sentences`` (which sentences of two neighbouring versions correspond).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crawler.exports.files import folder, whole
from crawler.exports.tables import line
from crawler.wording.align import Pair, align
from crawler.wording.sentences import cut, side
from storage.words import normal

MOST = 2000
"""Sentences of a version that are split and matched; no article has so many, a hostile page may."""
VERSIONS = """select v.id, v.number, v.title, v.first_at, v.extent, v.language, a.outlet, a.url, t.text, c.entry,
        (select count(*) from versions o where o.article = v.article) as versions,
        (select f.entry from versions b join captures f on f.id = b.capture where b.article = v.article
            order by b.number limit 1) as article
    from versions v join articles a on a.id = v.article join texts t on t.digest = v.text
    join captures c on c.id = v.capture order by a.outlet, a.url, v.number"""
CHANGES = """select ch.status, ch.kinds, w.number as before, v.number as after, s.text as old, t.text as new,
        (select f.entry from versions b join captures f on f.id = b.capture where b.article = ch.article
            order by b.number limit 1) as article
    from changes ch join articles a on a.id = ch.article join versions w on w.id = ch.from_version
    join versions v on v.id = ch.to_version join texts s on s.digest = w.text join texts t on t.digest = v.text
    order by a.outlet, a.url, v.number, w.number"""


def write(conn: sqlite3.Connection, where: Path) -> dict[str, int]:
    """The three files in a folder; returns how many lines each holds. Raises ExportError."""
    at, count = folder(where), {}
    parts = {"entryversion": _versions, "split_sentences": _sentences, "matched_sentences": _matches}
    for name, rows in parts.items():
        with whole(at / f"{name}.jsonl") as out:
            count[name] = sum(bool(out.write(line(row))) for row in rows(conn))
    return count


def _versions(conn: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    for row in conn.execute(VERSIONS):
        yield {
            "entry_id": row["article"],
            "version": row["number"],
            "source": row["outlet"],
            "url": row["url"],
            "title": row["title"],
            "text": row["text"],
            "created": row["first_at"],
            "num_versions": row["versions"],
            "language": row["language"],
            "extent": row["extent"],
            "capture": row["entry"],
        }


def _sentences(conn: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    for row in conn.execute(VERSIONS):
        for index, sentence in enumerate(sentences(row["text"])):
            yield {"entry_id": row["article"], "version": row["number"], "sent_idx": index, "sentence": sentence}


def _matches(conn: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    for row in conn.execute(CHANGES):
        named = {"entry_id": row["article"], "version_old": row["before"], "version_new": row["after"]}
        told = {**named, "status": row["status"]}
        old, new = sentences(row["old"]), sentences(row["new"])
        for action, before, after in matched(old, new):
            yield {
                **told,
                "action": action,
                "sent_idx_old": list(before),
                "sent_idx_new": list(after),
                "sentence_old": " ".join(old[i] for i in before),
                "sentence_new": " ".join(new[i] for i in after),
            }


def sentences(text: str) -> list[str]:
    """The sentences of a text, paragraph by paragraph, in order (the first two thousand)."""
    found = (part.text for paragraph in text.split("\n\n") for part in cut(side(paragraph)))
    return [sentence for sentence in found if sentence][:MOST]


def matched(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Each sentence of either side once: ``unchanged``, ``edit``, ``addition``, ``deletion``, ``refactor`` (moved,
    split, merged), with its places; in the order of the new text, what was cut at its end."""
    pairs = align([normal(sentence) for sentence in old], [normal(sentence) for sentence in new])
    olds, news = {i for pair in pairs for i in pair.old}, {j for pair in pairs for j in pair.new}
    still = zip(
        (i for i in range(len(old)) if i not in olds), (j for j in range(len(new)) if j not in news), strict=True
    )
    found: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = [("unchanged", (i,), (j,)) for i, j in still]
    found += [(_action(pair), pair.old, pair.new) for pair in pairs]
    return sorted(found, key=lambda one: (not one[2], one[2] or one[1]))


def _action(pair: Pair) -> str:
    if not pair.old:
        return "addition"
    if not pair.new:
        return "deletion"
    return "refactor" if pair.same else "edit"
