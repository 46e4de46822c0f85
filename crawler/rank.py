"""How near is this to the seeds?

A profile holds terms, grouped by facet (actors, coordination, leak ...). One facet alone proves nothing:
a match report may speak of propaganda, a trade story of Moscow and Beijing. What counts is that facets
meet (co-occurrence), each term once and in its best zone, so that a long text does not win by length.

Plain documents hold no facets that a person chose. Their terms are what they speak of most (`crawler.salience`), and
a text is as near to them as the cosine of the two says, by the measure of how near the documents are to one another.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urlsplit

from crawler.salience import Salient, length, plain, salient
from storage.records import Rank
from storage.words import CJK, is_cjk

FACET_CAP = 6.0
"""Points that one facet can bring at most: one strong term (weight 2) in the title (zone 3)."""
HALF = 12.0
"""Points that make a score of 0.5: two facets in full. So no facet alone can reach `RELATED`."""
RELATED = 0.5
CONTEXT = 1.0
"""Terms up to this weight are context (Moscow, China): of a facet's context only the best term counts."""
REASONS = 12
"""How many terms a `Rank` names at most."""

STEM_KEY = 3
"""Letters by which stems are looked up (shorter stems are not taken)."""

_WORD = re.compile(rf"[^\W_{CJK}]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One meaning in all its wordings, whatever the language; counted once.

    ``word*`` stands for every word that starts so (Russian endings). ``=Form`` is matched with its case,
    and so is a single word of up to three capitals (RT). A hyphen is a space. Ideographs are matched
    anywhere, since no space tells where a Chinese word ends.
    """

    facet: str
    weight: float
    """3 defining, 2 strong, 1 context."""
    forms: tuple[str, ...]
    key: str = ""
    """By which a term of plain documents is found (`salience.salient`); "": by its wordings."""

    @property
    def name(self) -> str:
        """The first wording, as a person writes it."""
        return self.forms[0].lstrip("=").replace("*", "")


@dataclass(frozen=True, slots=True)
class Zones:
    """What a hit weighs by where it stands; the lead is the body's first ``lead_chars`` characters."""

    title: float = 3.0
    lead: float = 1.5
    body: float = 1.0
    lead_chars: int = 500


@dataclass
class WordIndex:
    """Wordings by their first word, or by the first letters of a stem. A pattern checks what follows."""

    words: dict[str, list[tuple[re.Pattern[str] | None, int]]] = field(default_factory=dict)
    stems: dict[str, list[tuple[str, re.Pattern[str] | None, int]]] = field(default_factory=dict)

    def add(self, wording: Sequence[str], number: int) -> None:
        """Take in one wording (its words in order, stems with their star) of the term ``number``."""
        first, pattern = wording[0], None
        if len(wording) > 1:
            parts = (re.escape(w[:-1]) + r"\S*" if w.endswith("*") else re.escape(w) for w in wording)
            pattern = re.compile(" " + " ".join(parts) + " ")
        if first.endswith("*"):
            self.stems.setdefault(first[:-1][:STEM_KEY], []).append((first[:-1], pattern, number))
        else:
            self.words.setdefault(first, []).append((pattern, number))

    def hits(self, run: str) -> set[int]:
        """Numbers of the terms that stand in a run of words (single spaces, one at each end)."""
        present = set(run.split())
        wordings = [entry for word in present & self.words.keys() for entry in self.words[word]]
        for word in present:
            for stem, pattern, number in self.stems.get(word[:STEM_KEY], ()):
                if word.startswith(stem):
                    wordings.append((pattern, number))
        return {number for pattern, number in wordings if pattern is None or pattern.search(run)}


@dataclass
class Index:
    """A profile's terms, prepared for matching; the numbers are their places in the profile."""

    folded: WordIndex = field(default_factory=WordIndex)
    cased: WordIndex = field(default_factory=WordIndex)
    ideographs: list[tuple[str, int]] = field(default_factory=list)

    def add(self, form: str, number: int) -> None:
        """Take in one wording of the term ``number``; a wording without a letter is left out."""
        kept = form.startswith("=") or (len(form) <= 3 and form.isalpha() and form.isupper())
        form = plain(form.lstrip("="))
        if is_cjk(form):
            self.ideographs.append((form.casefold(), number))
        elif words := re.findall(rf"{_WORD.pattern}\*?", form if kept else form.casefold()):
            (self.cased if kept else self.folded).add(words, number)

    def hits(self, text: str) -> set[int]:
        """Numbers of the terms that stand in a text."""
        text = plain(text)
        run = f" {' '.join(_WORD.findall(text))} "
        found = self.folded.hits(run.casefold()) | self.cased.hits(run)
        if is_cjk(text):
            low = text.casefold()
            found |= {number for form, number in self.ideographs if form in low}
        return found


@dataclass(frozen=True)
class Profile:
    """What the seeds are about."""

    terms: tuple[Term, ...] = ()
    need_facets: int = 2
    any_of: tuple[tuple[str, ...], ...] = ()
    """Sets of facets of which one must be there in full; empty: any facets will do."""
    zones: Zones = Zones()
    addresses: tuple[str, ...] = ()
    """Where the seed documents, and those they rest on, were published."""

    @cached_property
    def index(self) -> Index:
        """The terms, prepared for matching (once, on first use)."""
        index = Index()
        for number, term in enumerate(self.terms):
            for form in () if term.key else term.forms:
                index.add(form, number)
        return index

    @cached_property
    def keys(self) -> dict[str, int]:
        """Places of the terms that came from plain documents, by key."""
        return {term.key: number for number, term in enumerate(self.terms) if term.key}


def rank(title: str, body: str, profile: Profile, url: str = "", hint: str = "") -> Rank:
    """How near a text is to the profile: score 0 to 1, whether it is related, and the terms that made it so.

    ``url`` lends the words of its path, ``hint`` a channel's own words (a feed's summary); both count as
    lead. The score is ``1 - 2 ** (-points / HALF)``. Related means: enough facets, one of the wanted sets
    in full, and a score of at least `RELATED`. Without a body (a candidate) only the score says anything:
    a title cannot acquit, so ``related`` is then always true. Where a shelf holds facets and plain documents,
    the nearer of the two counts.
    """
    further = "\n".join((hint, _path_words(url)))
    chosen = _by_facets(title, body, further, profile)
    derived = _by_documents(title, body, further, profile) if profile.keys else Rank(0.0, False, ())
    nearer = derived if (derived.related, derived.score) > (chosen.related, chosen.score) else chosen
    return Rank(nearer.score, nearer.related or not body.strip(), nearer.because)


def _by_facets(title: str, body: str, further: str, profile: Profile) -> Rank:
    zones, index = profile.zones, profile.index
    lead = "\n".join((body[: zones.lead_chars], further))
    in_body, in_lead, in_title = index.hits(body), index.hits(lead), index.hits(title)
    zone = {**dict.fromkeys(in_body, zones.body), **dict.fromkeys(in_lead, zones.lead)}
    zone |= dict.fromkeys(in_title, zones.title)
    points = {number: profile.terms[number].weight * weight for number, weight in zone.items()}
    score = 1 - 2 ** (-sum(_facet_points(points, profile.terms).values()) / HALF)
    present = _present(points, in_lead | in_title, profile.terms)
    return Rank(round(score, 4), score >= RELATED and _enough(present, profile), _because(points, profile.terms))


def _because(points: Mapping[int, float], terms: Sequence[Term]) -> tuple[str, ...]:
    order = sorted(points, key=lambda number: (-points[number], number))
    return tuple(f"{terms[number].facet}: {terms[number].name}" for number in order[:REASONS])


def _facet_points(points: Mapping[int, float], terms: Sequence[Term]) -> dict[str, float]:
    """Points by facet: its strong terms and its best context term, up to the cap."""
    strong: dict[str, float] = defaultdict(float)
    context: dict[str, float] = defaultdict(float)
    for number, value in points.items():
        term = terms[number]
        if term.weight > CONTEXT:
            strong[term.facet] += value
        else:
            context[term.facet] = max(value, context[term.facet])
    return {facet: min(FACET_CAP, strong[facet] + context[facet]) for facet in {*strong, *context}}


def _present(hits: Iterable[int], early: set[int], terms: Sequence[Term]) -> set[str]:
    """Facets that are there: by a strong term anywhere, or by a context term in title or lead.

    A country named in passing, deep in a long text, makes no facet.
    """
    return {terms[n].facet for n in hits if terms[n].weight > CONTEXT or n in early}


def _enough(present: set[str], profile: Profile) -> bool:
    wanted = not profile.any_of or any(present.issuperset(facets) for facets in profile.any_of)
    return wanted and len(present) >= profile.need_facets


def _path_words(url: str) -> str:
    """The words in an address's path (not its host: an outlet's name is no subject)."""
    try:
        return re.sub(r"[-_/.+]", " ", unquote(urlsplit(url).path))
    except ValueError:
        return ""


# --- terms of plain documents ----------------------------------------------------------------------


NAMES, WORDS = "names", "words"
"""The facets of plain documents' terms: both must meet for a text to be related to them."""
MOST = 300
"""Terms taken from a shelf's plain documents: those that weigh most."""
ALONE = 0.15
"""The cosine at which a text is as likely related as not, where one document is all there is."""
SHARE = 0.7
"""Where there are more: this share of the cosine that they have with one another."""
LEAST, FURTHEST = 0.08, 0.3
"""Within which the cosine for even odds is kept, should the documents have nothing, or everything, in common."""
SHORTEST = 15.0
"""A text speaks of as much as nine rare words do (5 * sqrt(9)), even if it is a title of two."""


def derive(documents: Iterable[str]) -> tuple[Term, ...]:
    """Terms of plain documents, those that weigh most first: the mean of the documents, each of length one, so that
    none wins by its length (Rocchio 1971). They are scaled so that `RELATED` lies where the documents' own nearness
    to one another says.
    """
    spoken = [one for one in map(salient, documents) if one]
    vectors = [_unit(one) for one in spoken]
    mean = _mean(vectors)
    words = {key: word for one in reversed(spoken) for key, word in one.items()}
    kept = sorted(mean, key=lambda key: (-mean[key], key))[:MOST]
    scale = 1 / (_even(vectors) * _norm(mean)) if mean else 0.0
    return tuple(_term(key, words[key], mean[key] * scale) for key in kept)


def _term(key: str, word: Salient, weight: float) -> Term:
    return Term(NAMES if word.is_name else WORDS, weight, (f"={word.shown}" if word.is_name else word.shown,), key)


def _unit(spoken: Mapping[str, Salient]) -> dict[str, float]:
    size = length(spoken)
    return {key: word.weight / size for key, word in spoken.items()}


def _mean(vectors: Sequence[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for vector in vectors:
        for key, weight in vector.items():
            total[key] += weight / len(vectors)
    return total


def _norm(vector: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in vector.values()))


def _even(vectors: Sequence[Mapping[str, float]]) -> float:
    """The cosine with the mean of documents that makes a score of one half.

    Each document is held out, and compared with the mean of the others: what the documents of one subject have in
    common differs from subject to subject, so that no one cosine fits all.
    """
    if len(vectors) < 2:
        return ALONE
    near = []
    for number, held in enumerate(vectors):
        others = _mean([one for place, one in enumerate(vectors) if place != number])
        near.append(sum(weight * others.get(key, 0.0) for key, weight in held.items()) / _norm(others))
    return min(FURTHEST, max(LEAST, SHARE * sum(near) / len(near)))


def _by_documents(title: str, body: str, further: str, profile: Profile) -> Rank:
    """The score is ``c / (c + e)``: the cosine, and the cosine for even odds (`derive`)."""
    spoken = salient(body, f"{title}\n{further}")
    size = max(length(spoken), SHORTEST)
    shared = spoken.keys() & profile.keys.keys()
    points = {profile.keys[key]: profile.terms[profile.keys[key]].weight * spoken[key].weight / size for key in shared}
    ratio = math.fsum(points.values())
    score = ratio / (1 + ratio)
    facets = {profile.terms[number].facet for number in points}
    return Rank(round(score, 4), score >= RELATED and {NAMES, WORDS} <= facets, _because(points, profile.terms))
