"""Who else carries this text?

Three ways: a *reprint* says nearly the same; a *partial* copy has passages in common (a wire's text inside a longer
story, a story cut to its first half), of which it says which share of whose text they are; a *quotation* quotes the
same sentence. Compared are words alone, without the line in which each outlet says where, when and from whom it has
the text ("BEIJING, May 5 (Xinhua) -- ", "新华社北京5月5日电"). That line is a claim, and so is "reported the ...": kept
with its words (`crawler/wording/claims.py`), and no fact. Who was first is told by who was first seen with the text.

All that is found is a property of two versions, or of a change and a version: so it is the same in whatever order
they came, and rereading one article finds again what it had.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from crawler.wording import runs
from crawler.wording.claims import called, claimed, claimed_source, opened, outlet_of
from crawler.wording.media import ALIASES
from crawler.wording.quoted import quotes
from storage.kin import Carries, Claim, Copy, CopyKind, Echo, Kin, Kinship, Side, Turn
from storage.records import Extent, Outlet, Text, Version, sha256
from storage.words import count, tokens

__all__ = [
    "TOO_SHORT", "Bodies", "claimed_source", "claims", "echoes", "fingerprint", "joined", "kinship", "names", "sketch",
]  # fmt: skip

TOO_SHORT = 40
"""Words (ideographs count one each) below which two texts can be alike by chance: weather, results, stock lines."""
NEAR = 0.8
"""Share of both texts that a reprint has in common (our judgement): light editing and a paragraph more or less."""
PART = 0.05
"""Share of one of them that makes a partial copy (our judgement); and at least:"""
PASSAGE = 80
"""Units (40 words, 80 ideographs) outside of quotations. Less is a standing phrase, a biographical line, an appeal."""
AROUND = 8
"""Units of the runs by which an edit is known again in a copy: four words, so that a copy's own edits nearby matter
less."""
CARRIED = 0.5
"""Share of an edit's runs by which its words are known (our judgement)."""


def fingerprint(text: Text) -> str:
    """What two exact reprints have in common: a digest of the body without its dateline; ``""``: too short, or cut.

    Typography and where paragraphs end make no difference; letters, digits and marks do.
    """
    said = opened(text).body
    if text.extent is Extent.PREVIEW or count(said) < TOO_SHORT:
        return ""
    return sha256(("reprint/1 " + " ".join(tokens(said))).encode())


def sketch(text: Text) -> tuple[int, ...]:
    """By what a text is found by others that share a passage or a quoted sentence with it: 63-bit numbers.

    () for what is cut, or too short to tell.
    """
    return () if text.extent is Extent.PREVIEW else tuple(sorted(_Body(text).prints))


@dataclass(frozen=True)
class _Body:
    """A text, taken apart for comparing."""

    text: Text

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        return opened(self.text).paragraphs

    @cached_property
    def said(self) -> runs.Said:
        return runs.said(self.paragraphs)

    @cached_property
    def quotes(self) -> dict[int, str]:
        return quotes(self.paragraphs)

    @cached_property
    def prints(self) -> frozenset[int]:
        if len(self.said.words) < TOO_SHORT:
            return frozenset()
        return frozenset((*runs.prints(self.said), *self.quotes))

    @cached_property
    def fields(self) -> tuple[tuple[str, ...], ...]:
        """Headline and body in short runs, in order; they are not run together."""
        found = []
        for said in (runs.said((self.text.title,)), self.said):
            stops = runs.ends(said.weights, AROUND) or ((len(said.words),) if said.words else ())
            found.append(runs.in_order(said.words, stops))
        return tuple(found)

    @cached_property
    def short_runs(self) -> frozenset[str]:
        return frozenset(run for field in self.fields for run in field)


# --- who carries it -----------------------------------------------------------------------------


def kinship(mine: Kin, new: Version, turn: Turn | None, others: Sequence[Kin], known: Mapping[str, str]) -> Kinship:
    """All that a new version teaches of who carries its text.

    ``mine``: the article as it was before; ``turn``: the change that led to the new version, if any; ``others``: the
    articles of other outlets that may carry it; ``known``: names of outlets (`names`).
    """
    if new.text.extent is Extent.PREVIEW:
        return Kinship(claims=claims(new, known))
    bodies = Bodies()
    sketched = sketch(new.text)
    now = replace(mine, versions=(*mine.versions, new), turns=(*mine.turns, *([turn] if turn else [])))
    copies, echoes = [], list[Echo]()
    for other in others:
        copy = _copy(mine.article, new, frozenset(sketched), other, bodies)
        if copy is None:
            continue
        if copy != other.known:
            copies.append(copy)
        if copy.kind != "quotation":
            was = other.known is not None and other.known.kind != "quotation"
            echoes += _echoes(now, other, new if was else None, turn, bodies)
    return Kinship(sketched, tuple(copies), tuple(echoes), claims(new, known))


class Bodies:
    """Texts taken apart, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], _Body] = {}

    def of(self, version: Version) -> _Body:
        key = version.text.title, version.text.body_digest
        if key not in self._found:
            self._found[key] = _Body(version.text)
        return self._found[key]


def _copy(article: int, new: Version, sketched: frozenset[int], other: Kin, bodies: Bodies) -> Copy | None:
    """What an article has in common with another, now that it has a new version."""
    found = other.known
    for theirs in other.versions:
        if sketched.isdisjoint(other.sketches.get(theirs.id) or bodies.of(theirs).prints):
            continue
        pair = _pair(article, new, other.article, theirs, bodies)
        found = joined(found, pair) if found and pair else pair or found
    return found


def _pair(article: int, new: Version, other: int, theirs: Version, bodies: Bodies) -> Copy | None:
    """What two versions have in common; None: nothing to speak of."""
    a, b = bodies.of(new), bodies.of(theirs)
    mine, quoted = runs.shares(a.said, b.said), _quoted_by_both(a, b)
    if not quoted[0] and mine.share < NEAR and mine.own < PASSAGE:
        return None  # whatever share of the other's text it is: what texts that meet by chance are told by
    yours = runs.shares(b.said, a.said)
    kind = _kind(mine, yours, bool(quoted[0]))
    if kind is None:
        return None
    sides = (_side(article, new, mine.share, quoted[0]), _side(other, theirs, yours.share, quoted[1]))
    return Copy(kind, min(mine.words, yours.words), *sides)


def _side(article: int, of: Version, share: float, quote: str) -> Side:
    return Side(article, share, of.id, of.id, of.first_at, of.id, of.first_at, quote)


def _kind(mine: runs.Shares, yours: runs.Shares, quoted: bool) -> CopyKind | None:
    if min(mine.share, yours.share) >= NEAR:
        return "reprint"
    if max(mine.share, yours.share) >= PART and min(mine.own, yours.own) >= PASSAGE:
        return "partial"
    return "quotation" if quoted else None


def _quoted_by_both(a: _Body, b: _Body) -> tuple[str, str]:
    """The longest sentence that both quote, as it stands in each."""
    both = a.quotes.keys() & b.quotes.keys()
    key = max(both, key=lambda one: (len(a.quotes[one]) + len(b.quotes[one]), one), default=None)
    return (a.quotes[key], b.quotes[key]) if key is not None else ("", "")


LEVEL = {"quotation": 0, "partial": 1, "reprint": 1}
"""Who quotes the same does not carry the text."""


def joined(one: Copy, two: Copy) -> Copy:
    """What two pairs of versions of the same two articles tell together: the best pair, the first and the last.

    Commutative, associative and idempotent.
    """
    if LEVEL[one.kind] != LEVEL[two.kind]:
        return max(one, two, key=lambda copy: LEVEL[copy.kind])
    best = max(one, two, key=_standing)
    return replace(best, mine=_spanned(best.mine, one.mine, two.mine), other=_spanned(best.other, one.other, two.other))


def _standing(copy: Copy) -> tuple[object, ...]:
    """By what a pair is better than another of the same articles; the same from both sides."""
    shares = sorted((copy.mine.share, copy.other.share))
    versions = sorted(((copy.mine.article, copy.mine.version), (copy.other.article, copy.other.version)))
    return copy.kind == "reprint", *shares, copy.words, [(-article, -version) for article, version in versions]


def _spanned(best: Side, one: Side, two: Side) -> Side:
    first = min(one, two, key=lambda side: (side.first_at, side.first_version))
    last = max(one, two, key=lambda side: (side.last_at, side.last_version))
    return replace(
        best, first_version=first.first_version, first_at=first.first_at, last_version=last.last_version,
        last_at=last.last_at,
    )  # fmt: skip


# --- what became of an edit ---------------------------------------------------------------------


def _echoes(mine: Kin, other: Kin, new: Version | None, turn: Turn | None, bodies: Bodies) -> Iterator[Echo]:
    """Which words of each other's changes two articles carry. ``new``: all but what this version brings is known."""
    yield from echoes(mine, [turn] if new and turn else () if new else mine.turns, other.versions, bodies)
    yield from echoes(other, other.turns, (new,) if new else mine.versions, bodies)


def echoes(of: Kin, turns: Iterable[Turn], versions: Sequence[Version], bodies: Bodies) -> Iterator[Echo]:
    held = {version.id: version for version in of.versions}
    for turn in turns:
        if turn.old in held and turn.new in held:
            yield from _echoed(turn, bodies.of(held[turn.old]), bodies.of(held[turn.new]), versions, bodies)


def _echoed(turn: Turn, old: _Body, new: _Body, versions: Sequence[Version], bodies: Bodies) -> Iterator[Echo]:
    """What texts have of a change; nothing where the change is none of words."""
    went, came = old.short_runs - new.short_runs, new.short_runs - old.short_runs
    if not went and not came:
        return
    instead = _instead(old, new) or came
    for version in versions:
        here = bodies.of(version).short_runs
        shares = runs.portion(went, here), runs.portion(instead, here)
        had = shares[0] >= CARRIED or (not went and runs.portion(old.short_runs, here) >= CARRIED)
        has = shares[1] >= CARRIED or (not came and not had and runs.portion(new.short_runs, here) >= CARRIED)
        carries: Carries = "both" if went and had and has else "new" if has else "old" if had else "neither"
        yield Echo(turn.change, version.id, *shares, carries)


def _instead(old: _Body, new: _Body) -> frozenset[str]:
    """Of what came, what stands where something went: a copy follows that, be the note of correction the original's.

    Two stretches are of one place where the same run stands before both, or behind both.
    """
    found: set[str] = set()
    for was, now in zip(old.fields, new.fields, strict=True):
        places = {
            (side, run) for left, _, right in runs.stretches(was, new.short_runs) for side, run in _ends(left, right)
        }
        for left, came, right in runs.stretches(now, old.short_runs):
            if not places.isdisjoint(_ends(left, right)):
                found.update(came)
    return frozenset(found)


def _ends(left: str, right: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("before", left), ("behind", right)


# --- whom it names ------------------------------------------------------------------------------


def names(outlets: Iterable[Outlet]) -> dict[str, str]:
    """The names by which texts call outlets, by how names are compared (`claims.called`).

    What stands in brackets behind a name (VGTRK behind Vesti.ru) is another outlet's, where that has it for its own.
    """
    shelf = tuple(outlet for outlet in outlets if outlet.type not in NO_MEDIA)
    split = [(outlet, *outlet.name.partition("(")[::2]) for outlet in shelf]
    said = [(name, outlet.key) for outlet, own, _ in split for name in (*own.split(" / "), *outlet.domains)]
    said += [(name, outlet.key) for outlet, _, behind in split if (name := behind.rstrip(") ").lstrip("+ ")).isupper()]
    held = {outlet.key for outlet in shelf}
    keys = {called(name): key for name, key in reversed(said) if len(called(name)) > 1 and name != "EN"}
    return keys | {name: key for name, key in ALIASES.items() if key in held}


NO_MEDIA = frozenset({"government", "igo", "company", "platform"})
"""Types of outlets whose statements are reported, not their texts."""


def claims(new: Version, known: Mapping[str, str]) -> tuple[Claim, ...]:
    """The sources that a version names."""
    found = claimed(new.text, known)
    return tuple(Claim(new.id, one.kind, one.source, outlet_of(one.source, known), one.words) for one in found)
