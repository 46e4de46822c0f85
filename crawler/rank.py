"""How near is this to the seeds?

A profile holds terms, grouped by facet (actors, coordination, leak ...). One facet alone proves nothing:
a match report may speak of propaganda, a trade story of Moscow and Beijing. What counts is that facets
meet (co-occurrence), each term once and in its best zone, so that a long text does not win by length.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urlsplit

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
        form = _plain(form.lstrip("="))
        if is_cjk(form):
            self.ideographs.append((form.casefold(), number))
        elif words := re.findall(rf"{_WORD.pattern}\*?", form if kept else form.casefold()):
            (self.cased if kept else self.folded).add(words, number)

    def hits(self, text: str) -> set[int]:
        """Numbers of the terms that stand in a text."""
        text = _plain(text)
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
            for form in term.forms:
                index.add(form, number)
        return index


def rank(title: str, body: str, profile: Profile, url: str = "", hint: str = "") -> Rank:
    """How near a text is to the profile: score 0 to 1, whether it is related, and the terms that made it so.

    ``url`` lends the words of its path, ``hint`` a channel's own words (a feed's summary); both count as
    lead. The score is ``1 - 2 ** (-points / HALF)``. Related means: enough facets, one of the wanted sets
    in full, and a score of at least `RELATED`. Without a body (a candidate) only the score says anything:
    a title cannot acquit, so ``related`` is then always true.
    """
    zones, index = profile.zones, profile.index
    lead = "\n".join((body[: zones.lead_chars], hint, _path_words(url)))
    in_body, in_lead, in_title = index.hits(body), index.hits(lead), index.hits(title)
    zone = {**dict.fromkeys(in_body, zones.body), **dict.fromkeys(in_lead, zones.lead)}
    zone |= dict.fromkeys(in_title, zones.title)
    points = {number: profile.terms[number].weight * weight for number, weight in zone.items()}
    score = 1 - 2 ** (-sum(_facet_points(points, profile.terms).values()) / HALF)
    present = _present(points, in_lead | in_title, profile.terms)
    related = not body.strip() or (score >= RELATED and _enough(present, profile))
    order = sorted(points, key=lambda number: (-points[number], number))
    because = [f"{profile.terms[number].facet}: {profile.terms[number].name}" for number in order]
    return Rank(round(score, 4), related, tuple(because[:REASONS]))


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


def _plain(text: str) -> str:
    """One spelling for one word: NFC, no soft hyphens, no zero-width spaces, ё as е."""
    composed = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "")
    return composed.replace("ё", "е").replace("Ё", "Е")


def _path_words(url: str) -> str:
    """The words in an address's path (not its host: an outlet's name is no subject)."""
    try:
        return re.sub(r"[-_/.+]", " ", unquote(urlsplit(url).path))
    except ValueError:
        return ""


# --- terms of plain documents -------------------------------------------------------------------

NAMES, WORDS = "names", "words"
"""The two facets of a plain document: both must meet for a text to be related to it."""
DERIVED_WEIGHT = 1.5
"""Between context and strong, since nobody chose these terms; each further document that has one adds .5."""
MOST = 40
"""Terms taken from one document, by facet."""

_SENTENCE = re.compile(r"[^.!?:\n«»\"“”]+")
_STEP = re.compile(rf"{_WORD.pattern}|[,;()\[\]]")
_RUN = re.compile(rf"[{CJK}]+")
_PARTICLES = frozenset("的了是在和与不有我他她它这那们为以对就也而及或被把将从到等中上下个一之其")
_COMMON = frozenset(
    _WORD.findall("""
    according against already although another because before between country decided different during
    example following further government however important including instead likewise national nothing
    official officials perhaps possible present president previous process promised question reported
    reports several similar something themselves therefore thought thousand through together tonight
    towards without yesterday january february march april june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday
    которая которого которой которые который которых несколько однако поэтому правительство президент
    сегодня сказала сказал сообщает сообщила сообщил согласно следующий человек время после только
    """)
)


def derive(documents: Iterable[str]) -> tuple[Term, ...]:
    """Terms of plain documents: names that recur inside sentences, longer words that recur, and runs of
    two to four ideographs that recur. Each counts once a document, however often it stands there.
    """
    shared: Counter[tuple[str, str]] = Counter()
    for text in documents:
        text = _plain(text)
        shared.update((NAMES, form) for form in _top(_names(text), 2))
        shared.update((WORDS, form) for form in _top(_words(text), 2))
        grams = _top(_grams(text), 3)
        shared.update((NAMES if len(form) > 2 else WORDS, form) for form in grams)
    return tuple(
        Term(facet, min(3.0, DERIVED_WEIGHT + 0.5 * (count - 1)), (form,))
        for (facet, form), count in sorted(shared.items(), key=lambda item: (-item[1], item[0]))
    )


def _top(forms: Iterable[str], least: int) -> list[str]:
    counted = sorted(Counter(forms).items(), key=lambda item: (-item[1], item[0]))
    return [form for form, count in counted if count >= least][:MOST]


def _names(text: str) -> Iterator[str]:
    """Runs of capitalised words, but not the first of a sentence: there every word has a capital."""
    for sentence in _SENTENCE.findall(text):
        run: list[str] = []
        for word in [*_STEP.findall(sentence)[1:], ""]:
            if word[:1].isupper() and word.casefold() not in _COMMON:
                run.append(word)
            elif run:
                if len("".join(run)) > 2:
                    yield "=" + " ".join(run)
                run = []


def _words(text: str) -> Iterator[str]:
    """Words of seven letters or more that are written small; Russian ones without their ending."""
    for word in _WORD.findall(text):
        if len(word) >= 7 and word.islower() and word.isalpha() and word not in _COMMON:
            yield f"{word[:-2]}*" if "а" <= word[0] <= "я" else word


def _grams(text: str) -> Iterator[str]:
    """Two to four ideographs without a particle, the longer ones in place of their parts."""
    grams: Counter[str] = Counter()
    for run in _RUN.findall(text):
        for size in (2, 3, 4):
            grams.update(run[i : i + size] for i in range(len(run) - size + 1))
    grams = Counter({gram: n for gram, n in grams.items() if not _PARTICLES.intersection(gram)})
    inner = {part for gram, n in grams.items() for part in (gram[1:], gram[:-1]) if grams.get(part) == n}
    return (gram for gram, n in grams.items() if gram not in inner for _ in range(n))
