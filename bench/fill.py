"""A store of many versions, made in minutes: rows as a crawl would leave them, without crawling.

``python -m bench.fill STORE --versions 100000``: forty outlets, articles in three scripts, captures, readings, edits,
standings, reprints, incidents, the search index. The same numbers make the same store. For `bench.pages`.
"""

import argparse
import random
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from storage import copies, payloads, rows, write
from storage.findings import Access, Article, Finding
from storage.kin import Copy, CopyKind, Echo, Kinship, Side
from storage.records import (
    Action,
    Capture,
    Change,
    Comparison,
    Disclosed,
    Edit,
    Extent,
    How,
    Incident,
    Kind,
    Link,
    Move,
    Part,
    Reprint,
    Standing,
    Status,
    Text,
    Version,
    canonical_json,
    moment,
    stamp,
)
from storage.store import Store

OUTLETS = 40
PER_ARTICLE = 3.0
"""Versions of an article, on average."""
END = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 400
PARAGRAPHS, WORDS = (7, 12), (32, 62)
"""How many paragraphs, and how many words in one: 3 kB, as news articles have."""
BATCH = 500
"""Articles in a transaction."""

ENGLISH = """
the of to in and a that said on for is with was as by at from it be his has have government minister media state
war president russia ukraine china country people officials report news agency statement week security talks
foreign defence police court election company percent million leaders military forces city border sanctions
energy company video accounts channel propaganda influence platform campaign embassy ministry editors newspaper
website
""".split()  # noqa: SIM905 (words, to be read)
RUSSIAN = """
и в на что с по он не из за к о как от это для его было но Россия России заявил президент министр страны война
СМИ агентство сообщил правительство безопасность переговоры граница санкции суд редакция газета канал власти
""".split()  # noqa: SIM905 (words, to be read)
CHINESE = """
的 一 是 在 有 和 中国 俄罗斯 北京 媒体 记者 总统 表示 国家 战争 合作 新闻 政府 安全 国际 会议
外交部 报道 平台 声明 经济
""".split()  # noqa: SIM905 (words, to be read)
SYLLABLES = """
ba ken lo mar ti sun der vor al pi ran ges tor mi shen fal ou ric con den ter gra sta pol ver
""".split()  # noqa: SIM905 (words, to be read)
KINDS = ((Kind.NUMBER,), (Kind.NAME,), (Kind.REWRITE,), (Kind.ADDITION,), (Kind.QUOTE,), (Kind.TYPO,), (Kind.DATE,))
STATUSES = ((Status.NEWS, 62), (Status.NOISE, 22), (Status.FLIP, 9), (Status.PENDING, 4), (Status.INCIDENT, 3))
Fates = tuple[tuple[Standing | None, int], ...]
FATES: Fates = ((None, 915), (Standing.TAKEN_DOWN, 40), (Standing.DOWN, 15), (Standing.RESTORED, 30))
"""How many of a thousand articles go which way."""


@dataclass(frozen=True)
class Tongue:
    """A language's words, the frequent ones first, and how they are joined."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    space: str
    language: str

    def say(self, dice: random.Random, count: int) -> str:
        said = self.space.join(dice.choices(self.words, cum_weights=self.weights, k=count))
        return said[:1].upper() + said[1:] + ("." if self.space else "。")


def tongue(dice: random.Random, known: list[str], language: str, space: str = " ") -> Tongue:
    """Twenty thousand words whose frequency falls with their rank (Zipf), the known ones most frequent."""
    alphabet = (
        SYLLABLES if language == "en" else ["во", "ста", "ни", "ко", "ра", "ли", "мен", "пра", "дел", "сти", "гов"]
    )
    made = [] if not space else ["".join(dice.choices(alphabet, k=dice.randint(2, 5))) for _ in range(20_000)]
    words = tuple(dict.fromkeys([*known, *made]))
    return Tongue(words, tuple(accumulate(1 / (rank + 8) for rank in range(len(words)))), space, language)


@dataclass(frozen=True)
class Press:
    """What articles are made of."""

    dice: random.Random
    tongues: tuple[Tongue, ...]
    fates: Fates

    def of(self, outlet: int) -> Tongue:
        return self.tongues[{0: 1, 1: 2}.get(outlet % 8, 0)]

    def text(self, outlet: int, at: datetime, extent: Extent) -> Text:
        by, dice = self.of(outlet), self.dice
        most = range(1 if extent is Extent.PREVIEW else dice.randint(*PARAGRAPHS))
        return Text(
            title=by.say(dice, dice.randint(6, 11))[:-1],
            standfirst=by.say(dice, 14),
            byline=f"Desk {dice.randint(1, 30)}",
            published_at=stamp(at),
            language=by.language,
            extent=extent,
            paragraphs=tuple(by.say(dice, dice.randint(*WORDS)) for _ in most),
            links=(Link(f"https://outlet{outlet}.example/{dice.randint(1, 10**6)}", "more"),),
        )


# --- one article --------------------------------------------------------------------------------


def fill(store: Store, versions: int, seed: int = 7, fates: Fates = FATES) -> None:
    """Write so many versions, and all that goes with them."""
    dice = random.Random(seed)
    press = Press(
        dice, (tongue(dice, ENGLISH, "en"), tongue(dice, RUSSIAN, "ru"), tongue(dice, CHINESE, "zh", "")), fates
    )
    with store.transaction():
        for outlet in range(OUTLETS):
            _outlet(store, dice, outlet)
    done = number = 0
    while done < versions:
        with store.transaction():
            for _ in range(BATCH):
                done += _article(store, press, number, versions - done)
                number += 1
                if done >= versions:
                    break
    with store.transaction():
        for outlet in range(OUTLETS):
            _incidents(store, dice, outlet)
    with store.transaction():
        carried(store, dice)


def _outlet(store: Store, dice: random.Random, outlet: int) -> None:
    key, home = f"outlet{outlet}", f"https://outlet{outlet}.example/"
    name = f"The {SYLLABLES[outlet % 25].title()} Courier {outlet}"
    told = {"country": "XX", "affiliation": "", "languages": "en"}
    row: dict[str, Any] = {"key": key, "name": name, "homepage": home, **told}
    rows.insert(store.conn, "outlets", row)
    for kind in ("feed", "sitemap", "front"):
        state = dice.choice(("live", "live", "live", "frozen", "dead"))
        row = {"id": rows.number("channel", key, kind), "outlet": key, "kind": kind, "url": f"{home}{kind}",
               "state": state, "last_ok_at": stamp(END), "newest_item_at": stamp(END), "items": 30}  # fmt: skip
        rows.insert(store.conn, "channels", row)


def _article(store: Store, press: Press, number: int, most: int) -> int:
    """One article with its captures, versions, changes and standings; returns how many versions it has."""
    dice, outlet = press.dice, number % OUTLETS
    count = min(1 + int(dice.expovariate(1 / (PER_ARTICLE - 0.5))), most, 40)
    born = END - timedelta(seconds=dice.uniform(0.1, 1) * DAYS * 86400)
    url = f"https://outlet{outlet}.example/{born:%Y/%m/%d}/{number}-{dice.randint(0, 10**6)}"
    walled = dice.random() < 0.08
    text = press.text(outlet, born, Extent.PREVIEW if walled else Extent.FULL)
    fate = dice.choices([fate for fate, _ in press.fates], [weight for _, weight in press.fates])[0]
    known = Article(
        id=rows.number("article", url), outlet=f"outlet{outlet}", url=url, visit_url=url, title=text.title,
        published_at=stamp(born), first_seen_at=born, standing=fate or Standing.UP, standing_since=born,
        access="walled" if walled else "open", versions=count, relevance=0.5, related=True,
    )  # fmt: skip
    seen = _Seen(store, known)
    write.article(store.conn, replace(known, captures=0), ())
    _versions(seen, press, outlet, text, count, born)
    end = _fate(seen, dice, fate)
    write.article(store.conn, replace(known, captures=seen.captures, last_capture_at=end, last_good_at=seen.at), ())
    if walled:
        write.access(store.conn, Access("walled", "open", seen.at, born, seen.at, (seen.entry,)), known, seen.last)
    return count


class _Seen:
    """The looks at one article, so far."""

    def __init__(self, store: Store, known: Article) -> None:
        self.store, self.known, self.captures = store, known, 0
        self.entry = ""
        self.last: Capture
        self.at: datetime = known.first_seen_at or END

    def look(
        self,
        at: datetime,
        verdict: str,
        version: Version | None = None,
        how: How | None = None,
        digest: str | None = None,
    ) -> Capture:
        """Keep a capture and its reading."""
        of, status = self.known, 404 if how else 200
        self.last = write.capture(self.store.conn, Capture(
            purpose="article", outlet=of.outlet, asked_url=of.url, url=of.url, at=at, status=status,
            request_headers=(("Accept", "text/html"),), headers=(("Content-Type", "text/html"), ("Server", "nginx")),
            digest=digest, wire_digest=digest, bytes=30_000, millis=180, crawler="bench", config="0" * 64,
        ))  # fmt: skip
        self.captures, self.at, self.entry = self.captures + 1, at, self.last.entry
        if version or how:
            self.read(verdict, version, how)
        return self.last

    def read(self, verdict: str, version: Version | None, how: How | None = None) -> None:
        of, dropped = self.known, [["Read more about this", "a teaser"]] * 6 if verdict == "ok" else []
        row = {
            "capture": self.last.id, "article": of.id, "verdict": verdict, "reason": "as it was", "reader": "bench",
            "observed_paywall": int(of.access == "walled"), "text": version.text.body_digest if version else None,
            "dropped": canonical_json(dropped), "version": version.id if version else None, "how": how,
            "outlet_well": 1, "at": stamp(self.at), "outlet": of.outlet,
        }  # fmt: skip
        rows.insert(self.store.conn, "readings", row)


def _versions(seen: _Seen, press: Press, outlet: int, text: Text, count: int, born: datetime) -> None:
    dice, conn, at, old = press.dice, seen.store.conn, born, None
    for number in range(1, count + 1):
        edit = _edited(press, outlet, text) if number > 1 else None
        text = edit[0] if edit else text
        digest = payloads.keep(conn, f"<html><h1>{text.title}</h1>{text.body}".encode())
        shown = seen.look(at, "ok", digest=digest)
        again = at + timedelta(hours=dice.uniform(1, 30))
        made = Version(
            rows.number("version", seen.known.id, shown.entry), seen.known.id, number, shown.id or 0, at, again, text
        )
        same = dice.random() < 0.06
        write.version(conn, made, text.body_digest[:16] if not same else f"family{dice.randint(0, 999):013d}")
        seen.read("ok", made)
        if same:
            copies.reprint(conn, Reprint(f"family{dice.randint(0, 999):013d}", seen.known.id, made.id, 0.97, at))
        if old is not None and edit is not None:
            write.change(conn, _change(dice, seen, old, made, edit[1], shown))
        seen.look(again, "unchanged", made)
        old, at = made, again + timedelta(hours=dice.expovariate(1 / 40))


def _edited(press: Press, outlet: int, text: Text) -> tuple[Text, tuple[Edit, ...]]:
    """The text with one paragraph reworded, now and then its headline too; and the edits that say so."""
    dice, by = press.dice, press.of(outlet)
    where, edits = dice.randrange(len(text.paragraphs)), []
    old = text.paragraphs[where]
    cut = dice.randrange(len(old))
    new = old[:cut] + by.space + by.say(dice, 4)[:-1] + by.space + old[cut:]
    kinds = dice.choice(KINDS)
    edits.append(Edit("paragraph", Action.REWORDED, old, new, where, kinds, (Part(kinds, dice.random(), "a", "b"),)))
    text = replace(text, paragraphs=(*text.paragraphs[:where], new, *text.paragraphs[where + 1 :]))
    if dice.random() < 0.2:
        title = by.say(dice, 8)[:-1]
        edits.insert(0, Edit("title", Action.REWORDED, text.title, title, 0, (Kind.HEADLINE,)))
        text = replace(text, title=title)
    return text, tuple(edits)


def _change(
    dice: random.Random, seen: _Seen, old: Version, new: Version, edits: tuple[Edit, ...], by: Capture
) -> Change:
    disclosed = dice.choices((Disclosed.NONE, Disclosed.TECHNICAL, Disclosed.PROPER), (60, 25, 15))[0]
    compared = Comparison(
        edits=edits, kinds=tuple(dict.fromkeys(kind for edit in edits for kind in edit.kinds)), disclosed=disclosed,
        weight=round(dice.random(), 3), words_added=4, words_removed=0, similarity=0.98,
        summary=f"{dice.randint(2, 90)} → {dice.randint(2, 90)} people; no correction note.",
    )  # fmt: skip
    status = dice.choices([s for s, _ in STATUSES], [w for _, w in STATUSES])[0]
    number = rows.number("change", seen.known.id, by.entry)
    return Change(number, seen.known.id, old.id, new.id, old.last_at, new.first_at, compared, status)


def _fate(seen: _Seen, dice: random.Random, fate: Standing | None) -> datetime:
    """How the article stood over time; returns when it was last looked at."""
    conn, known, up = seen.store.conn, seen.known, seen.at
    first = known.first_seen_at or up
    write.move(conn, Move(Standing.UP, None, first, None, first, (seen.entry,), "first"), known, seen.last)
    if fate is None:
        return up
    how, looks = dice.choice(list(How)), 1 if fate is Standing.DOWN else 3
    bad = [seen.look(up + timedelta(hours=12 * (n + 1)), "gone", how=how) for n in range(looks)]
    proof = tuple(look.entry for look in bad)
    write.move(
        conn,
        Move(Standing.DOWN, Standing.UP, bad[0].at, up, bad[0].at, proof[:1], "a first bad look", how),
        known,
        bad[0],
    )
    if fate is not Standing.DOWN:
        reason = "3 bad looks over 24.0 hours, and none that showed the article"
        write.move(
            conn,
            Move(Standing.TAKEN_DOWN, Standing.DOWN, bad[-1].at, up, bad[0].at, proof, reason, how),
            known,
            bad[-1],
        )
    if fate is Standing.RESTORED:
        good = seen.look(seen.at + timedelta(hours=20), "unchanged")
        moved = Move(
            Standing.RESTORED, Standing.TAKEN_DOWN, good.at, bad[-1].at, good.at, (good.entry,), "it stands again"
        )
        write.move(conn, moved, known, good)
    last, seen.at = seen.at, up
    return last


def _incidents(store: Store, dice: random.Random, outlet: int) -> None:
    entries = store.conn.execute(
        "select entry from captures where outlet = ? limit 12", (f"outlet{outlet}",)
    ).fetchall()
    began = END - timedelta(days=dice.uniform(1, DAYS))
    kind = dice.choice(("gone", "redirected", "redesign", "mass_removal"))
    ended = None if outlet == 0 else began + timedelta(hours=dice.uniform(1, 20))
    proof = tuple(row["entry"] for row in entries)
    if proof:
        write.incident(store.conn, Incident(f"outlet{outlet}", began, began, kind, len(proof), proof, ended))


# --- who carries whose text -----------------------------------------------------------------------

ENDS = """select a.id, a.outlet, f.id as first, f.first_at, l.id as last, l.first_at as last_at from articles a
    join versions f on f.article = a.id and f.number = 1 join versions l on l.article = a.id and l.number = a.versions
    order by a.id"""


def carried(store: Store, dice: random.Random) -> None:
    """A tenth of all articles are copies of another outlet's, from one to the next, two thirds of them whole; what
    became of the edits there goes by dice."""
    ends = store.conn.execute(ENDS).fetchall()
    chosen = dice.sample(ends, len(ends) // 10)
    for one, two in zip(chosen[::2], chosen[1::2], strict=False):
        if one["outlet"] == two["outlet"]:
            continue
        kind: CopyKind = "reprint" if dice.random() < 0.67 else "partial"
        copy = Copy(kind, 200, _side(one, 0.95), _side(two, 0.95 if kind == "reprint" else 0.3))
        echoes = (*_echoes(store, dice, one["id"], two["id"]), *_echoes(store, dice, two["id"], one["id"]))
        seen = Capture("article", one["outlet"], "", "", END)
        copies.keep(store.conn, Finding(seen, kinship=Kinship(copies=(copy,), echoes=echoes)))


def _side(of: Any, share: float) -> Side:
    first, last = moment(of["first_at"]), moment(of["last_at"])
    return Side(of["id"], share, of["first"], of["first"], first, of["last"], last)


def _echoes(store: Store, dice: random.Random, article: int, other: int) -> tuple[Echo, ...]:
    """Of each change, its old words in the other's versions, from one of them on perhaps the new ones."""
    changes = [row[0] for row in store.conn.execute("select id from changes where article = ? order by id", (article,))]
    sql = "select id from versions where article = ? order by number"
    versions = [row[0] for row in store.conn.execute(sql, (other,))]
    found = []
    for change in changes:
        turns = dice.randint(1, 2 * len(versions))
        found += [
            Echo(change, one, n < turns, n >= turns, "old" if n < turns else "new") for n, one in enumerate(versions)
        ]
    return tuple(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--versions", type=int, default=100_000)
    asked = parser.parse_args()
    if asked.store.exists():
        print(f"{asked.store} is there already: name a file that is not", file=sys.stderr)
        return 2
    began, store = time.monotonic(), Store.open(asked.store, "bench.fill")
    store.conn.execute("pragma synchronous = off")  # a store for a benchmark may be lost
    store.conn.execute("pragma cache_size = -600000")  # its rows are numbered by digests: each lands on another page
    fill(store, asked.versions)
    store.close()
    size = asked.store.stat().st_size / 1e6
    print(f"{asked.store}: {asked.versions} versions, {size:.0f} MB, made in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
