"""How well does rank know a subject? Held-out seeds, labelled sets, people's similarity, links of fronts.

    python -m bench.rank --data DIR [--only seeds subjects pairs links] [--common FILE]

DIR holds ``seeds/gold/*.txt`` (the seed documents' texts) and ``relevance/`` with ``semeval2022_pairs*.csv`` (article
pairs and how alike people found them, 1 very to 4 not at all), ``euvsdisinfo_titles*.csv`` (titles with keywords that
people gave them) and ``story_links*.csv`` (links of fronts that people called stories or not). Beside our figures
stands what TF-IDF cosine reaches (raw counts, smoothed idf fitted to the very texts that are ranked, cosine).

- seeds: two of the three are the profile, as plain documents and as facts (the terms of our shelf that the two hold);
  at which place does the third stand among the English texts of the pairs?
- subjects: average precision, by language. Seeds' subject: the newsroom's invented stories (on subject or not) among
  the pairs' texts, and the titles by their keywords. Two other subjects: texts labelled by words, three of them seeds
  (five draws); the words are cut from all texts first, so that a ranker must know the subject by everything else.
- pairs: Pearson's r with people's Overall; ours is the score of each text for a profile of the other, the mean of both.
  "mate": of pairs that people found alike (2 or less), how often the other text is the first of its language's.
- links: precision and recall of `addresses.is_story`, beside the form of the address alone.

--common writes the table of common words (`crawler/common_words.txt`) from the pairs' texts. To see what our figures
owe to a table that has seen them: --halves fits it to the other half of the texts each time (pairs only).
"""

import argparse
import csv
import math
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from urllib.parse import urljoin

from crawler import addresses, salience
from crawler.catalogue import load_seeds
from crawler.newsroom.masthead import KEYS, masthead
from crawler.newsroom.stories import Story, stock
from crawler.rank import Profile, derive, rank
from storage.words import CJK

SUBJECTS = {
    "epidemic": r"[ck]oron\w*|covid\w*|ковид\w*|корон\w*|冠状|新冠|病毒|疫|كورونا|[vw]irus\w*|вирус\w*|epidemi\w*",
    "US president": r"donald|trump\w*|唐纳德|特朗普|трамп\w*|ترامب",
}
"""Words by which a text of the pairs is labelled (said twice or more), and that no ranker gets to see."""
KEYWORDS = frozenset({"Information war", "Propaganda", "Media", "Censorship", "Biological weapons"})
"""Keywords of titles on the seeds' subject."""
DRAWS = 5
LEAST_RATE, LEAST_TEXTS = 0.02, 3

Ranker = Callable[[str], float]


# --- the corpora ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two articles, and how alike people found them (1 to 4)."""

    names: tuple[str, str]
    languages: tuple[str, str]
    texts: tuple[str, str]
    overall: float


def table(data: Path, name: str) -> list[dict[str, str]]:
    """The rows of a CSV below ``relevance``, whether the sample or the full set. Raises FileNotFoundError."""
    files = sorted((data / "relevance").glob(f"{name}*.csv"))
    if not files:
        raise FileNotFoundError(f"{data / 'relevance'}: holds no {name}*.csv")
    csv.field_size_limit(1 << 30)
    with files[0].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pairs(data: Path) -> list[Pair]:
    return [
        Pair(
            (row["pair_id"].split("_")[0], row["pair_id"].split("_")[1]), (row["lang1"], row["lang2"]),
            (row["text1"], row["text2"]), float(row["Overall"]),
        )
        for row in table(data, "semeval2022_pairs")
    ]  # fmt: skip


def texts_of(found: Iterable[Pair]) -> dict[str, dict[str, str]]:
    """Each text once, by language and name."""
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for pair in found:
        for name, language, text in zip(pair.names, pair.languages, pair.texts, strict=True):
            texts[language][name] = text
    return texts


# --- rankers --------------------------------------------------------------------------------------


class TfIdf:
    """Cosine of raw counts times smoothed idf, over lower-case words (ideographs in pairs)."""

    def __init__(self, texts: Iterable[str]) -> None:
        held = [set(_words(text)) for text in texts]
        self.size, self.having = len(held), Counter(word for one in held for word in one)

    def vector(self, text: str) -> dict[str, float]:
        counts = Counter(_words(text))
        said = {word: n * (math.log((1 + self.size) / (1 + self.having[word])) + 1) for word, n in counts.items()}
        size = math.sqrt(sum(weight * weight for weight in said.values())) or 1.0
        return {word: weight / size for word, weight in said.items()}

    def near(self, seeds: Sequence[str]) -> Ranker:
        """Mean cosine with the seeds."""
        vectors = [self.vector(seed) for seed in seeds]
        return lambda text: fmean(_dot(self.vector(text), vector) for vector in vectors)


def _words(text: str) -> list[str]:
    found = re.findall(rf"[^\W_{CJK}]{{2,}}|[{CJK}]+", text.casefold())
    return [part for word in found for part in _parts(word)]


def _parts(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(len(word) - 1)] if salience.is_ideographs(word) else [word]


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def ours(profile: Profile) -> Ranker:
    return lambda text: rank("", text, profile).score


def plain(seeds: Iterable[str]) -> Profile:
    return Profile(derive(seeds))


def facts(seeds: Iterable[str]) -> Profile:
    """Our shelf's terms, as far as these documents hold them: what someone who knew only them might have written."""
    shelf = load_seeds()
    held = {number for seed in seeds for number in shelf.index.hits(seed)}
    return replace(shelf, terms=tuple(term for number, term in enumerate(shelf.terms) if number in held))


# --- measures -------------------------------------------------------------------------------------


def pearson(ours: Sequence[float], theirs: Sequence[float]) -> float:
    x, y = fmean(ours), fmean(theirs)
    both = sum((a - x) * (b - y) for a, b in zip(ours, theirs, strict=True))
    spread = math.sqrt(sum((a - x) ** 2 for a in ours) * sum((b - y) ** 2 for b in theirs))
    return both / spread if spread else 0.0


def precision(scored: Iterable[tuple[float, bool]]) -> float:
    """Average precision; of equal scores, the unrelated go first (no credit for a tie)."""
    found, total = 0, 0.0
    for place, (_, related) in enumerate(sorted(scored, key=lambda one: (-one[0], one[1])), 1):
        if related:
            found += 1
            total += found / place
    return total / found if found else 0.0


def place(ranker: Ranker, held: str, others: Iterable[str]) -> int:
    """At which place a text stands among others (behind those as near as itself)."""
    score = ranker(held)
    return 1 + sum(ranker(other) >= score for other in others)


# --- the four parts -------------------------------------------------------------------------------


def seeds(data: Path) -> None:
    gold = {file.stem: file.read_text("utf-8") for file in sorted((data / "seeds" / "gold").glob("[0-9]*.txt"))}
    gold = {name: text for name, text in gold.items() if "." not in name}
    others = list(texts_of(pairs(data))["en"].values())
    tfidf = TfIdf([*others, *gold.values()])
    print(f"held-out seeds: place among {len(others)} English texts   plain documents   facts   TF-IDF")
    for name, held in gold.items():
        rest = [text for other, text in gold.items() if other != name]
        rankers = (ours(plain(rest)), ours(facts(rest)), tfidf.near(rest))
        places = [place(ranker, held, others) for ranker in rankers]
        near = [rank("", held, profile) for profile in (plain(rest), facts(rest))]
        said = ", ".join(f"{one.score:.2f}{' related' if one.related else ''}" for one in near)
        wrong = [sum(rank("", text, profile).related for text in others) for profile in (plain(rest), facts(rest))]
        print(f"  {name}: {places[0]:>24} {places[1]:>19} {places[2]:>8}   scores {said}; others related {wrong}")


def subjects(data: Path) -> None:
    texts = texts_of(pairs(data))
    _newsroom(texts)
    _titles(data)
    for name, words in SUBJECTS.items():
        label = re.compile(words)
        print(f"{name}: average precision   n   ours   TF-IDF   chance")
        for language, known in sorted(texts.items()):
            labelled = {key: len(label.findall(text.casefold())) >= 2 for key, text in known.items()}
            related = sorted(key for key, yes in labelled.items() if yes)
            if len(related) >= 6:
                cut = {key: re.sub(words, " ", text, flags=re.IGNORECASE) for key, text in known.items()}
                figures = [
                    _draw(cut, labelled, related[n * 3 : n * 3 + 3]) for n in range(min(DRAWS, len(related) // 3))
                ]
                mean = [fmean(column) for column in zip(*figures, strict=True)]
                print(
                    f"  {language} {len(related):>28} {mean[0]:>7.2f} {mean[1]:>7.2f} {len(related) / len(known):>8.2f}"
                )


def _draw(texts: Mapping[str, str], labelled: Mapping[str, bool], held: Sequence[str]) -> tuple[float, float]:
    documents = [texts[key] for key in held]
    rankers = (ours(plain(documents)), TfIdf(texts.values()).near(documents))
    first, second = (precision((r(t), labelled[k]) for k, t in texts.items() if k not in held) for r in rankers)
    return first, second


def _newsroom(texts: Mapping[str, Mapping[str, str]]) -> None:
    """Invented stories: our shelf of facts."""
    print("seeds' subject, newsroom's stories among the pairs' texts   related/others   AP by rank   called related")
    shelf = load_seeds()
    stories: dict[str, list[Story]] = defaultdict(list)
    for key in KEYS:
        stories[masthead(key).language].extend(stock(key).values())
    for language, told in sorted(stories.items()):
        found = [(rank(story.title, "\n\n".join(story.paragraphs), shelf), story.on_subject) for story in told]
        found += [(rank("", text, shelf), False) for text in texts[language].values()]
        on = sum(yes for _, yes in found)
        hit = sum(near.related for near, yes in found if yes)
        wrong = sum(near.related for near, yes in found if not yes)
        score = precision((near.score, yes) for near, yes in found)
        print(f"  {language} {on:>58}/{len(found) - on:<6} {score:>10.2f}   {hit} of them, {wrong} others")


def _titles(data: Path) -> None:
    """The soft stage: a title is all there is."""
    rows, shelf = table(data, "euvsdisinfo_titles"), load_seeds()
    gold = [file.read_text("utf-8") for file in sorted((data / "seeds" / "gold").glob("[0-9][0-9][0-9].txt"))]
    tfidf = TfIdf([*(row["title"] for row in rows), *gold]).near(gold)
    rankers: tuple[Ranker, ...] = (lambda title: rank(title, "", shelf).score, tfidf)
    print("seeds' subject, titles by keyword   related   AP ours   TF-IDF   chance")
    for language in ("", "Russian", "English", "Arabic"):
        some = [row for row in rows if row["languages"] == language or not language]
        on = [bool(KEYWORDS.intersection(row["keywords"].split("+"))) for row in some]
        scored = [precision(zip((r(row["title"]) for row in some), on, strict=True)) for r in rankers]
        name = f"of {language} claims" if language else "all (in English)"
        print(f"  {name:<20} {sum(on):>20} {scored[0]:>9.2f} {scored[1]:>8.2f} {sum(on) / len(some):>8.2f}")


def alike(data: Path, halves: bool) -> None:
    found = pairs(data)
    texts = texts_of(found)
    tfidf = {language: TfIdf(known.values()) for language, known in texts.items()}
    by_tongue: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in found:
        by_tongue[pair.languages].append(pair)
    tables = [_common(_half(texts, half)) for half in (0, 1)] if halves else []
    known = {name: text for some in texts.values() for name, text in some.items()}
    profiles = {}
    for name, text in known.items():
        with _table(tables[_fold(name)] if halves else None):
            profiles[name] = plain([text])
    print("people's similarity: Pearson   pairs   ours   TF-IDF      alike   mate first: ours   TF-IDF")
    for (one, other), some in sorted(by_tongue.items(), key=lambda item: -len(item[1])):
        people = [-pair.overall for pair in some]
        scores = [fmean(_score(tables, profiles[a], b, known) for a, b in (p.names, p.names[::-1])) for p in some]
        theirs = [_dot(tfidf[one].vector(p.texts[0]), tfidf[other].vector(p.texts[1])) for p in some]
        line = f"  {one}-{other} {len(some):>29} {pearson(scores, people):>6.2f} {pearson(theirs, people):>8.2f}"
        print(line + (_mates(some, profiles, texts[one], tfidf[one]) if one == other and not halves else ""))


def _score(tables: Sequence[Mapping[str, float]], profile: Profile, name: str, known: Mapping[str, str]) -> float:
    with _table(tables[_fold(name)] if tables else None):
        return rank("", known[name], profile).score


def _mates(some: Sequence[Pair], profiles: Mapping[str, Profile], texts: Mapping[str, str], tfidf: TfIdf) -> str:
    near = [pair for pair in some if pair.overall <= 2 and pair.names[0] != pair.names[1]][:40]
    first = [0, 0]
    vectors = {name: tfidf.vector(text) for name, text in texts.items()}
    for pair in near:
        one, mate = pair.names
        others = [name for name in texts if name not in pair.names]
        by: tuple[Ranker, Ranker] = (
            lambda name, profile=profiles[one]: rank("", texts[name], profile).score,  # type: ignore[misc]
            lambda name, vector=vectors[one]: _dot(vectors[name], vector),  # type: ignore[misc]
        )
        for column, ranker in enumerate(by):
            first[column] += place(ranker, mate, others) == 1
    return f" {len(near):>10} {first[0]:>18} {first[1]:>8}"


def links(data: Path) -> None:
    rows = table(data, "story_links")
    print("links of fronts   precision   recall")
    choices: dict[str, Callable[[str, str], bool]] = {
        "form of the address": lambda url, words: addresses.looks_like_article(url),
        "with its words": addresses.is_story,
    }
    for name, choice in choices.items():
        told: Counter[tuple[bool, bool]] = Counter()
        for row in rows:
            url = urljoin(f"https://{row['handle'].replace('_', '-')}.com/", row["url"])
            told[_chosen(choice, url, row["text"]), row["is_story"].lower() == "true"] += 1
        hit, wrong, missed = told[True, True], told[True, False], told[False, True]
        shares = f"{hit / (hit + wrong):>5.3f} {hit / (hit + missed):>9.3f}"
        print(f"  {name:<20} {shares}   {hit} right, {wrong} wrong, {missed} missed of {len(rows)}")


def _chosen(choice: Callable[[str, str], bool], url: str, words: str) -> bool:
    try:
        return choice(url, words)
    except ValueError:
        return False


# --- the table of common words ----------------------------------------------------------------------


class _table:
    """Within it, another table of common words is in force; None: the shipped one."""

    def __init__(self, words: Mapping[str, float] | None) -> None:
        self.words, self.usual = words, salience.common

    def __enter__(self) -> None:
        if self.words is not None:
            salience.common = lambda: self.words  # type: ignore[assignment]

    def __exit__(self, *_: object) -> None:
        salience.common = self.usual


def _fold(name: str) -> int:
    return zlib.crc32(name.encode()) % 2


def _half(texts: Mapping[str, Mapping[str, str]], without: int) -> dict[str, dict[str, str]]:
    return {key: {n: t for n, t in known.items() if _fold(n) != without} for key, known in texts.items()}


def _common(texts: Mapping[str, Mapping[str, str]]) -> dict[str, float]:
    """Weights by key: of all languages, the one where it weighs least.

    The weight is idf and residual idf (Church and Gale 1995: by how much rarer a word is than its mentions, were they
    strewn by chance, would make it). So a word that is all over a year's news, but comes in clusters, keeps more
    weight than a function word as common.
    """
    least: dict[str, float] = {}
    for known in texts.values():
        having, said = Counter[str](), Counter[str]()
        for text in known.values():
            mentions = Counter(salience.mentioned(text))
            having.update(mentions.keys())
            said.update(mentions)
        for key, count in having.items():
            if count >= LEAST_TEXTS and count / len(known) >= LEAST_RATE:
                residual = math.log(len(known) / count) + math.log(1 - math.exp(-said[key] / len(known)))
                weight = math.log(len(known) / count) + max(0.0, residual)
                least[key] = min(weight, least.get(key, salience.RARE))
    halves = {key: round(weight * 2) / 2 for key, weight in least.items()}
    return {key: weight for key, weight in halves.items() if weight < salience.RARE}


def write_common(data: Path, file: Path) -> None:
    by_weight: dict[float, list[str]] = defaultdict(list)
    for key, weight in _common(texts_of(pairs(data))).items():
        by_weight[weight].append(key)
    lines = ["# Written by python -m bench.rank --common. Weight, then the words (cut to their first letters)."]
    lines += [f"{weight:.1f}\t{' '.join(sorted(words))}" for weight, words in sorted(by_weight.items())]
    file.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder of the corpora")
    parser.add_argument("--only", nargs="+", choices=("seeds", "subjects", "pairs", "links"), metavar="PART")
    parser.add_argument("--halves", action="store_true", help="common words from the other half of the texts")
    parser.add_argument("--common", type=Path, metavar="FILE", help="write the table of common words, and end")
    asked = parser.parse_args()
    parts = {"seeds": seeds, "subjects": subjects, "pairs": lambda data: alike(data, asked.halves), "links": links}
    try:
        if asked.common:
            write_common(asked.data, asked.common)
            return 0
        for part in asked.only or parts:
            parts[part](asked.data)
    except OSError as error:
        print(f"{error}; --data names the folder that holds seeds/ and relevance/", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
