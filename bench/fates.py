"""What Stet reports of every fate that may befall an article, and what its peers did with those they were shown.

    python -m bench.fates [WORD ...]

Prints one line a fate (all whose names hold the words): what was expected, what was reported and at which look at the
article. ``7, proved at 11``: the seventh look was the first to see it, the eleventh the one by which it was reported.
Exit code 1 when anything was missed, or told that did not happen.
"""

import sys
from collections.abc import Iterable

from bench.watch import Outcome, Reported, played
from crawler.newsroom.fates import FATES

PEERS = ("urlwatch", "webchanges", "cd.io page", "cd.io article", "diffengine", "rmdes", "trafilatura hash")
"""urlwatch and webchanges with a CSS selector for the article; changedetection.io without and with one; diffengine;
rmdes/newsdiff; and a plain hash of what trafilatura extracts."""
SOURCE = """What the peers did: measured in 2026-11 on a loopback server (200 articles of 92.6 kB, 34 fates), seven
checks, the fate from check 3 on, restored at check 6. A letter each for checks 3, 4, 5 and 6: C edit alert, E error
alert, e error in the interface only, s silent, v version without diff, h hidden as boring, n new article, - nothing.
In sum: takedowns shown as takedowns 0 of 6 by all, restored 0 of 6 by all; block pages taken for an edit 0 to 3 of 7.
Stet: what it reported of the fate named below the row."""

Row = tuple[str, tuple[str, ...], tuple[str, ...]]
SHARED: tuple[Row, ...] = (
    ("404, 410, 451", ("EEE-", "EEE-", "eee-", "eee-", "----", "sss-", "sss-"),
     ("a page that answers 404 for good", "a page that answers 410 for good", "a page that answers 451 for good")),
    ("403, 429, 503, 500", ("EEE-", "EEE-", "eee-", "eee-", "----", "sss-", "sss-"),
     ("a 403 is no", "a 429 is no", "a 503 is no", "a 500 is no")),
    ("redirect to /", ("C--C", "C--C", "CCCC", "eee-", "v---", "sss-", "C--C"), ("a redirect to the home page",)),
    ("soft 404, removal notice, consent wall (200)", ("C--C", "C--C", "CCCC", "eee-", "C--C", "C--C", "C--C"),
     ("a short not-found page", "a tombstone under the article", "a consent form in place")),
    ("challenge page (200)", ("C--C", "C--C", "CCCC", "eee-", "CCCC", "CCCC", "CCCC"), ("a captcha of Cloudflare",)),
    ("paywall truncation", ("C--C", "C--C", "C--C", "C--C", "C--C", "C--C", "C--C"), ("a metered paywall",)),
    ("A/B headline", ("CCCC", "CCCC", "-CC-", "CCCC", "CCCC", "----", "CCCC"), ("an A/B test of the headline",)),
    ("headline edit", ("C--C", "C--C", "C--C", "C--C", "C--C", "----", "C--C"),
     ("a headline that speaks of missing pages",)),
    ("301 to new URL", ("----", "----", "----", "----", "v---", "n---", "----"), ("a move to a new slug",)),
    ("same text in cp1252, no charset", ("C--C", "C--C", "C--C", "C--C", "C--C", "C--C", "----"),
     ("a page that names no charset",)),
)  # fmt: skip
"""A fate, what each peer did, and how the names of our own like fates begin."""


def event(kind: str, how: str) -> str:
    return f"{kind} ({how})" if how else kind


def seen(reported: Reported) -> str:
    """An event, and at which look it was seen and reported."""
    proved = f", proved at {reported.known}" if reported.known != reported.visit else ""
    return f"{event(reported.kind, reported.how)} at look {reported.visit}{proved}"


def line(outcome: Outcome) -> str:
    """One row of the table."""
    expected = ", ".join(event(truth.kind, truth.how) for truth in outcome.course.told) or "nothing"
    told = ", ".join(map(seen, outcome.reported)) or "nothing"
    wrong = "".join(f"\n      ! {reason}" for reason in outcome.wrong)
    return f"{'MISS' if outcome.wrong else 'pass'}  {outcome.course.name}: {expected} | {told}{wrong}"


def beside(outcomes: Iterable[Outcome]) -> str:
    """The peers' rows, and Stet's for the like fates."""
    known, width = list(outcomes), max(len(label) for label, _, _ in SHARED)
    lines = [SOURCE, "", " | ".join((f"{'fate':<{width}}", *PEERS))]
    for label, marks, names in SHARED:
        cells = [f"{mark:<{len(peer)}}" for peer, mark in zip(PEERS, marks, strict=True)]
        lines.append(" | ".join((f"{label:<{width}}", *cells)))
        like = [outcome for outcome in known if outcome.course.name.startswith(names)]
        lines += [f"    Stet: {line(outcome)}" for outcome in like]
    return "\n".join(lines)


def main(words: list[str]) -> int:
    """Play all fates whose names hold all words."""
    outcomes = []
    for course in FATES:
        if all(word in course.name for word in words):
            outcomes.append(played(course))
            print(line(outcomes[-1]), flush=True)
    if not outcomes:
        print(f"no fate is named with {' and '.join(words)}", file=sys.stderr)
        return 2
    missed = sum(bool(outcome.wrong) for outcome in outcomes)
    print(f"\n{len(outcomes) - missed} of {len(outcomes)} fates as they should be, {missed} missed\n")
    if not words:
        print(beside(outcomes))
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
