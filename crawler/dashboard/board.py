"""The takedown board: what is gone, suspected, or back; how, since when, by which proof, and what it last said."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from crawler.dashboard.shell import Markup, ask, clean, escape, page
from storage import rows
from storage.records import How, Standing
from storage.store import Store

SHOWN = 50
"""Articles on one page."""
PROOFS = 5
"""Captures of evidence that are listed; the rest are counted."""
ROOM = 90_000
"""Bytes that all last texts of one page may take together, as HTML."""
SCREEN = 4_000
"""Bytes of one last text at most: a screen of it."""
KINDS = {"taken_down": "taken down", "down": "suspected", "restored": "restored"}
_CURSOR = re.compile(r"([0-9TZ:.-]{24})~([0-9]{1,16})")


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the board is asked for; "" is all."""

    standing: str = ""
    how: str = ""
    outlet: str = ""

    def query(self, **other: str) -> str:
        """As a query string, with some of it otherwise."""
        said = {"standing": self.standing, "how": self.how, "outlet": self.outlet} | other
        return urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True)
class Board:
    """One page of the board, newest first."""

    rows: tuple[dict[str, Any], ...]
    counts: dict[str, int]
    """By standing, within outlet and how."""
    hows: tuple[str, ...]
    outlets: tuple[tuple[str, str], ...]
    """Key and name of outlets that have something on the board."""
    after: str
    """Where the next page goes on; "": this is the last."""


async def board(request: Any, datasette: Any) -> Any:
    """``?standing= &how= &outlet=`` filter it; ``?after=`` goes on."""
    asked = Filter(*(_word(request, name) for name in ("standing", "how", "outlet")))
    found = await ask(datasette, request, lambda store: read(store, asked, _word(request, "after")))
    values = {"board": found, "asked": asked, "kinds": KINDS, "goes_on": bool(_word(request, "after"))}
    return await page(datasette, request, "stet_board.html", values)


def _word(request: Any, name: str) -> str:
    return clean((request.args.get(name) or "")[:100])


# --- what the store says ------------------------------------------------------------------------

NEWEST = """(s.standing = 'restored' or s.id = (select n.id from standings n where n.article = s.article
    order by n.at desc, n.id desc limit 1))"""
"""A takedown, a suspicion is on the board while it stands; what was restored stays there."""
HOW = """coalesce(s.how, (select t.how from standings t where t.article = s.article and t.standing = 'taken_down'
    and t.at <= s.at order by t.at desc limit 1), '')"""
ON_BOARD = f"""from standings s join articles a on a.id = s.article
    where s.standing in ('taken_down', 'down', 'restored') and {NEWEST}"""
TALLY = f"select s.standing, {HOW} as how, a.outlet, count(*) as n {ON_BOARD} group by 1, 2, 3"
GONE = """(select t.{} from standings t where t.article = s.article and t.standing = 'taken_down' and t.at <= s.at
            order by t.at desc limit 1)"""
ROWS = f"""select s.id, s.standing, {HOW} as how, s.at, s.after_at, s.by_at, s.reason, s.evidence, s.article, a.outlet,
        substr(a.title, 1, 800) as title, substr(a.url, 1, 600) as url, a.standing as now,
        coalesce(o.name, a.outlet) as name, {GONE.format("after_at")} as gone_after, {GONE.format("by_at")} as gone_by
    from standings s join articles a on a.id = s.article left join outlets o on o.key = a.outlet
    where s.id in (select s.id {ON_BOARD}
        and (:standing = '' or s.standing = :standing) and (:outlet = '' or a.outlet = :outlet)
        and (:how = '' or {HOW} = :how) and (:by_at = '' or (s.by_at, -s.id) < (:by_at, -:id))
        order by s.by_at desc, s.id limit :limit)
    order by s.by_at desc, s.id"""  # noqa: S608
LAST_TEXT = """select v.number, v.last_at, v.language, c.entry, t.words, substr(t.text, 1, 4000) as text,
        length(t.text) as characters
    from versions v join texts t on t.digest = v.text join captures c on c.id = v.capture
    where v.id = (select w.id from versions w where w.article = ? order by w.last_at desc, w.number desc limit 1)"""
PROOF = """select c.entry, c.at, c.status, c.error, r.verdict, r.reason from captures c
    left join readings r on r.capture = c.id where c.entry in ({}) order by c.at"""


def read(store: Store, asked: Filter, after: str = "") -> Board:
    """One page of the board."""
    goes_on = _CURSOR.fullmatch(after)
    values = {"standing": asked.standing, "how": asked.how, "outlet": asked.outlet, "limit": SHOWN + 1}
    values |= {"by_at": goes_on[1], "id": int(goes_on[2])} if goes_on else {"by_at": "", "id": 0}
    found = [dict(row) for row in store.conn.execute(ROWS, values)]
    shown, more = found[:SHOWN], len(found) > SHOWN
    _prove(store, shown)
    for row in shown:
        room = min(SCREEN, ROOM // len(shown))
        row["last"] = None if row["standing"] == Standing.RESTORED else last_text(store, row["article"], room)
    tally = [tuple(row) for row in store.conn.execute(TALLY)]
    counts = Counter[str]()
    for standing, how, outlet, n in tally:
        if asked.how in ("", how) and asked.outlet in ("", outlet):
            counts[standing] += n
    return Board(
        rows=tuple(shown),
        counts=dict(counts),
        hows=tuple(how for how in How if any(row[1] == how for row in tally)),
        outlets=_named(store, {row[2] for row in tally}),
        after=f"{shown[-1]['by_at']}~{shown[-1]['id']}" if more else "",
    )


def _named(store: Store, keys: set[str]) -> tuple[tuple[str, str], ...]:
    names = {row["key"]: row["name"] for row in store.conn.execute("select key, name from outlets")}
    return tuple(sorted(((key, names.get(key) or key) for key in keys), key=lambda pair: pair[1].casefold()))


def _prove(store: Store, shown: list[dict[str, Any]]) -> None:
    """To each row, the captures that prove it: the first and the last ones, where they are many."""
    for row in shown:
        entries = [str(entry) for entry in json.loads(row["evidence"])]
        row["proofs"], row["more"] = _ends(entries), max(len(entries) - PROOFS, 0)
    wanted = sorted({entry for row in shown for entry in row["proofs"]})
    held = {row["entry"]: dict(row) for row in store.conn.execute(PROOF.format(rows.marks(wanted)), wanted)}
    for row in shown:
        row["proofs"] = [held.get(entry, {"entry": entry}) for entry in row["proofs"]]


def _ends(entries: Sequence[str]) -> list[str]:
    return [*entries[: PROOFS - 2], *entries[-2:]] if len(entries) > PROOFS else list(entries)


def last_text(store: Store, article: int, room: int) -> dict[str, Any] | None:
    """The last text that is held of an article, its beginning in ``room`` bytes of HTML; None: none was ever held."""
    row = store.conn.execute(LAST_TEXT, (article,)).fetchone()
    if row is None:
        return None
    paragraphs = fitting(row["text"].split("\n\n"), room)
    shown = sum(map(len, paragraphs)) + 2 * max(len(paragraphs) - 1, 0)
    return dict(row) | {"paragraphs": paragraphs, "is_cut": shown < row["characters"]}


def fitting(paragraphs: Sequence[str], room: int) -> list[Markup]:
    """As much of a text as fits into so many bytes of HTML, the last paragraph cut at a word."""
    out: list[Markup] = []
    for paragraph in paragraphs:
        said = clean(paragraph)
        html = escape(said)
        if len(html.encode()) > room:
            cut = said[: max(room // 6, 0)] if room < 600 else _cut(said, room)
            return [*out, escape(cut + " …")] if cut else out
        out.append(html)
        room -= len(html.encode()) + 8
    return out


def _cut(said: str, room: int) -> str:
    """The longest beginning of a paragraph that takes so many bytes as HTML, up to a word's end."""
    low, high = 0, min(len(said), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(escape(said[:middle]).encode()) <= room else (low, middle - 1)
    return said[:low].rsplit(" ", 1)[0] if " " in said[max(low - 60, 0) : low] else said[:low]


ROUTES = [(r"^/-/stet/takedowns$", board)]
