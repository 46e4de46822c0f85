"""What does a span of text state: which names, attributions, negations and hedges? (Numbers and dates: `figures`.)"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from crawler.wording import doubts, sayings
from crawler.wording import gazetteer as gaz
from crawler.wording.calendar import DATE
from crawler.wording.lexicon import LITTLE, is_short
from crawler.wording.numerals import NUMERALS
from storage.words import is_cjk, normal, tokens, words

# --- names --------------------------------------------------------------------------------------


_OPENS = frozenset(".!?:;\"'([…")


def names(units: Iterable[str]) -> frozenset[str]:
    """Words written with a capital inside a sentence, by their `root`: the light rule for names (en, ru)."""
    found = set()
    for unit in units:
        text = tokens(normal(unit))
        for at, (before, word) in enumerate(pairwise(text)):
            if (
                word[0].isupper()
                and is_name(word)
                and (before not in _OPENS or (before == "." and is_short(text[at - 1])))
            ):
                found.add(root(word))
    return frozenset(found)


def is_name(word: str) -> bool:
    """Whether a word with a capital may be a name."""
    low = word.casefold()
    return len(word) > 1 and low != "may" and low not in LITTLE and low not in NUMERALS and not DATE.fullmatch(word)


_CYRILLIC = re.compile("[а-яё]", re.I)
_FLEETING = re.compile("[ео](?=[^аеиоуыэюяйь]$)")
_ADJECTIVE = re.compile(f"({'|'.join(gaz.RU_PEOPLES)})(?:{'|'.join(gaz.RU_ENDS)})")


def root(name: str) -> str:
    """What is left of a name without its inflection: Smith's, Smith; Ветрова, Ветровой; Павел, Павла."""
    if not _CYRILLIC.search(name):
        return name.removesuffix("'s").removesuffix("'")
    return "-".join(map(_stem, name.replace("ё", "е").replace("Ё", "Е").split("-")))


def _stem(word: str) -> str:
    if word.isupper():
        return word
    end = next((end for end in gaz.RU_ENDS if word.endswith(end) and len(word) - len(end) > 1), "")
    return _FLEETING.sub("", word.removesuffix(end))


_KNOWN = frozenset(map(root, gaz.PLACES))


def named(text: str, known: frozenset[str], starts: bool, plain: bool = False, after: str = "") -> Counter[str]:
    """Names in a span, by their roots.

    At the start of a sentence (``starts``) a capital says nothing, unless the name is known, is written in capitals,
    or goes on as a name does (``after``: the words behind the span). ``plain``: a capital says nothing anywhere (a
    headline in title case).
    """
    found: Counter[str] = Counter()
    said = tokens(normal(text))
    behind = [*said[1:], *tokens(after), ""]
    for n, word in enumerate(said):
        stem = root(word)
        if stem in _KNOWN or (
            word[0].isupper() and (stem in known or _by_capital(word, plain, not n and starts, behind[n]))
        ):
            found[stem] += 1
        elif adjective := _ADJECTIVE.fullmatch(word.casefold()):
            found[adjective[1]] += 1
    return found


def _by_capital(word: str, plain: bool, starts: bool, after: str) -> bool:
    return not plain and is_name(word) and (not starts or _opens(word, after))


def _opens(word: str, after: str) -> bool:
    """Whether the first word of a sentence is a name by itself: in capitals, with a surname or a verb of saying."""
    if word.isupper() and word.isalpha():
        return True
    if word.casefold() in gaz.TITLES or is_source(word):
        return False
    surname = after[:1].isupper() and is_name(after) and not word.endswith("s")
    return surname or (after.casefold() in sayings.SAYING and not word.casefold().endswith(("s", "ing", "ed", "ly")))


def sequence(text: str, known: frozenset[str]) -> list[str]:
    """The names of a text in order."""
    return [root(t) for t in tokens(normal(text)) if root(t) in known or (t[0].isupper() and is_name(t))]


_TITLE = "|".join(sorted(gaz.ZH_TITLES, key=len, reverse=True))
_GIVEN = rf"[{gaz.ZH_SURNAMES}][\u4e00-\u9fff]"
_ZH_NAME = re.compile(
    rf"(?:{_TITLE})(?P<after>{_GIVEN}[\u4e00-\u9fff]?)(?=[说称表指认宣证否强透告回在对的与和将已，。：:,“\"]|$)"
    rf"|(?P<before>{_GIVEN}[\u4e00-\u9fff]?)(?={_TITLE})"
    rf"|(?:^|(?<=[，。；：、“”\"\s,]))(?P<alone>{_GIVEN}[\u4e00-\u9fff]?)(?=表示|说|称|指出|认为|透露|告诉|强调|回应|否认|承认|宣布)"
    rf"|(?P<foreign>[\u4e00-\u9fff]{{2,6}}(?:·[\u4e00-\u9fff]{{1,6}})+|[{gaz.ZH_FOREIGN}]{{4,}})"
)


def zh_named(text: str) -> Counter[str]:
    """Chinese names by a light rule: known places, a surname beside a title or a verb of saying, foreign spellings."""
    if not is_cjk(text):
        return Counter()
    found = Counter(hit[hit.lastgroup or 0] for hit in _ZH_NAME.finditer(text))
    return found + _matches(text, gaz.ZH_PLACES, ())


def _matches(text: str, listed: Iterable[str], but: Iterable[str]) -> Counter[str]:
    """Chinese words in a text, the longest first; ``but``: longer words in which they do not count."""
    for word in but:
        text = text.replace(word, " ")
    found: Counter[str] = Counter()
    for word in listed:
        if times := text.count(word):
            found[word] = times
            text = text.replace(word, " ")
    return found


# --- who says it, and how surely ----------------------------------------------------------------


def attributions(text: str) -> Counter[str]:
    """Ways to attribute, by how sure they sound: "said" and "stated" are one, "claimed" is another."""
    found = Counter(sayings.SAYING[w] for w in words(text) if w in sayings.SAYING)
    for hit in sayings.PHRASES.finditer(text):
        said = " ".join(hit.group().casefold().split())
        found[next((group for start, group in sayings.PHRASE_SURE if said.startswith(start)), "say")] += 1
    found["claim"] -= len(doubts.ALLEGED.findall(text))
    if is_cjk(text):
        for word, times in _matches(text, sayings.ZH_SAYING, sayings.ZH_NO_SAYING).items():
            found[sayings.ZH_SAYING[word]] += times
        found["say"] += len(sayings.ZH_BY.findall(text))
    return +found


def sources(text: str) -> Counter[str]:
    """Who is behind a statement when no name is given: officials, police, residents."""
    found = Counter(w for w in words(text) if is_source(w))
    return found + (_matches(text, sayings.ZH_SOURCES, ()) if is_cjk(text) else Counter())


def is_source(word: str) -> bool:
    low = word.casefold()
    return low in sayings.SOURCES or low.startswith(sayings.RU_SOURCES)


def hedges(text: str) -> Counter[str]:
    """Negations (all of them one) and hedges."""
    said = words(text)
    found = Counter(w for w in said if w in doubts.HEDGES)
    found["not"] = sum(w in doubts.NEGATIONS or w.endswith("n't") for w in said) + len(doubts.NEGATING.findall(text))
    found["alleged"] = len(doubts.ALLEGED.findall(text))
    found += Counter(" ".join(hit.group().casefold().split()) for hit in doubts.PHRASES.finditer(text))
    found += Counter(hit["rough"].casefold() for hit in doubts.ROUGH.finditer(text))
    if is_cjk(text):
        found += _matches(text, doubts.ZH_HEDGES, ()) + Counter(doubts.ZH_ROUGH.findall(text))
        found["not"] += _matches(text, doubts.ZH_NEGATIONS, doubts.ZH_NO_NEGATION).total()
        found["not"] += _matches(text, doubts.ZH_NEGATIONS_TOO, ()).total()
    return +found
