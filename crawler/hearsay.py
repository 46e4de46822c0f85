"""Does a list say that an article was edited, and is that list worth believing?

Lists carry dates of change (``updated``, ``lastmod``, ``modified_gmt``) and titles. Both are hints: they bring the next
look at an article forward, and are never evidence of anything. Some content systems set the date anew for a comment, an
advertisement or every hour, so each list is measured: how many of the looks that followed its hints showed an edit.

Pure: what was known and what was offered in, hints out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from storage.findings import Candidate, ChannelRow, Hint, Listed, called
from storage.records import claimed

AHEAD = timedelta(hours=1)
"""A change claimed for a moment further ahead is no hint: that list's dates mean something else."""
TRIAL = 20
"""Looks that a list's hints cost before it is judged by them."""
_HEADLINES = frozenset({"feed", "news_sitemap", "sitemap", "wp_json", "json_api"})
"""Kinds of channels whose titles are headlines. On front pages a link's words may hold more (a time, a standfirst)."""


def hear(
    offered: Iterable[Candidate], listed: Mapping[str, Listed], channel: ChannelRow, now: datetime
) -> tuple[tuple[Hint, ...], ChannelRow]:
    """The hints in what a channel offers, and the channel's row after them.

    ``listed``: the known articles among the offered addresses. At most so many hints wait for their looks as the
    channel was ever right, and `TRIAL` while that is less: a list that dates all its articles anew asks for no rush.
    What does not fit is heard when the list is next asked, if it still holds then.
    """
    heard: list[Hint] = []
    room = max(TRIAL, channel.hits) - channel.waiting
    for offer in offered:
        known = listed.get(offer.url)
        hint = _hint(offer, known, channel.kind, now) if known is not None else None
        if hint is None or room <= 0:
            continue
        followed = follows(channel.passed, channel.hints, channel.hits)
        channel = replace(channel, passed=0 if followed else channel.passed + 1)
        heard.append(replace(hint, followed=followed))
        room -= followed
    return tuple(heard), channel


def follows(passed: int, hints: int, hits: int) -> bool:
    """Whether to follow the next hint of a list of whose ``hints`` looks ``hits`` showed an edit.

    All, until most of at least `TRIAL` were wrong. Then the share that was right, by Laplace's rule of succession
    (``(hits + 1) / (hints + 2)``), which is never 0: a list that mends its ways is found out. ``passed``: how many were
    passed over since the last that was followed.
    """
    if hints < TRIAL or 2 * hits >= hints:
        return True
    return (passed + 1) * (hits + 1) >= hints + 2


def _hint(offer: Candidate, known: Listed, kind: str, now: datetime) -> Hint | None:
    """The hint in one offer. Suspects and what is down have looks of their own, which nothing hurries."""
    if not known.steady:
        return None
    if _is_later(offer.updated_at, known, now):
        return Hint(offer.url, known.article, claim=offer.updated_at)
    return Hint(offer.url, known.article) if _is_renamed(offer.called, known, kind) else None


def _is_later(claim: str, known: Listed, now: datetime) -> bool:
    """Whether a change is claimed that our last look cannot have seen, and that this list did not claim before."""
    moment, before = claimed(claim), claimed(known.hint)
    if moment is None or moment > now + AHEAD or known.last_good_at is None or moment <= known.last_good_at:
        return False
    return before is None or moment > before


def _is_renamed(title: str, known: Listed, kind: str) -> bool:
    """Whether a list shows another title than ever before, and that is not the headline we know.

    A title that was never another one says nothing: lists have titles of their own.
    """
    headline = called(known.headline)
    if not title or not known.titles or title in known.titles:
        return False
    if kind in _HEADLINES:
        cut = title.removesuffix("...").rstrip()
        return title != headline and not (cut != title and headline.startswith(cut))
    return kind == "front" and bool(headline) and headline not in title
