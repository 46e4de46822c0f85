"""The demo's month plays as its truth says, on any clock."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from crawler.clock import FastClock, HandClock
from crawler.newsroom.newsroom import Newsroom
from crawler.newsroom.script import LOOKS, SCENES, START, TRUTH, VISITS, Expected, Play, play
from crawler.newsroom.stories import stock
from tests.test_newsroom import ask


def test_the_scenes_are_in_order_and_between_visits() -> None:
    moments = [scene.at for scene in SCENES]
    assert moments == sorted(moments)
    assert not set(moments) & set(VISITS)
    assert max(moments) < VISITS[-1]
    assert len({scene.plain for scene in SCENES}) == len(SCENES)


def test_every_truth_is_a_scene_and_can_be_known_in_time() -> None:
    moments = {scene.at for scene in SCENES}
    for expected in TRUTH:
        assert expected.at in moments
        assert (expected.after or timedelta(0)) <= expected.at < expected.by <= expected.known_by <= VISITS[-1]
        if expected.kind == "takedown":
            assert expected.known_by - expected.by >= timedelta(hours=24)
    assert {expected.kind for expected in TRUTH} == set(LOOKS)


def test_a_restoration_waits_until_the_takedown_is_known() -> None:
    down = next(e for e in TRUTH if e.kind == "takedown" and e.slug == "platform-deletes-network")
    back = next(e for e in TRUTH if e.kind == "restore")
    assert down.known_by < back.at


@dataclass(frozen=True)
class Seen:
    """One daily look at one article."""

    status: int
    place: str
    page: str
    title: str
    paragraphs: tuple[str, ...]


@pytest.fixture(scope="module")
def month() -> dict[tuple[str, str], dict[timedelta, Seen]]:
    """What a daily look at the last known address of every article gets, by article and visit."""
    seen: dict[tuple[str, str], dict[timedelta, Seen]] = {}
    with Newsroom(HandClock(START)) as room:
        for moment in play(room):
            for held in [held for site in room.sites.values() for held in site.articles.values()]:
                head = held.site.masthead
                response, body = ask(held.site.root + head.path(held.slug, held.copy.section, held.copy.published_at))
                page = html.unescape(body.decode(head.charset, "replace"))
                look = Seen(response.status, response.getheader("Location") or "", page, held.title, held.paragraphs)
                seen.setdefault((head.key, held.slug), {})[moment - START] = look
    return seen


def test_the_month_has_a_modest_cast(month: dict[tuple[str, str], dict[timedelta, Seen]]) -> None:
    assert len(month) == 31


@pytest.mark.parametrize("expected", TRUTH, ids=[f"{e.kind}-{e.how}-{e.slug}-{e.at.days}" for e in TRUTH])
def test_the_month_shows_what_the_truth_says(
    month: dict[tuple[str, str], dict[timedelta, Seen]], expected: Expected
) -> None:
    looks = month[expected.outlet, expected.slug]
    before = [look for visit, look in looks.items() if visit < expected.at]
    after = [look for visit, look in looks.items() if visit > expected.at]
    assert min(visit for visit in looks if visit > expected.at) == expected.by
    assert SHOWS[expected.kind](expected, before, after)


def reworded(expected: Expected, before: list[Seen], after: list[Seen]) -> bool:
    """The old words stood until the scene, the new ones (or none) from then on."""
    old_gone = all(expected.old not in look.page for look in after)
    new_since = not expected.new or all((expected.new in look.page) == (look in after) for look in before + after)
    return expected.old in before[-1].page and old_gone and new_since


def headline_swapped(expected: Expected, before: list[Seen], after: list[Seen]) -> bool:
    taken_down = 403  # the copy at the republisher goes its own way
    return (
        expected.old in before[-1].title
        and all(expected.new in look.title and look.title in look.page for look in after if look.status < taken_down)
        and before[-1].paragraphs == after[-1].paragraphs
    )


def corrected(expected: Expected, before: list[Seen], after: list[Seen]) -> bool:
    return expected.old in before[-1].page and all(expected.note in look.page for look in after)


def is_down(how: str, look: Seen) -> bool:
    return {
        "gone": look.status in {404, 410},
        "legal": look.status == 451,
        "redirected": look.status == 302 and urlsplit(look.place).path == "/",
        "soft": look.status == 200 and "Страница не найдена" in look.page,
        "emptied": look.status == 200 and look.title in look.page,
    }[how]


def down(expected: Expected, before: list[Seen], after: list[Seen]) -> bool:
    """For at least as many looks as a takedown wants; the look before still found the text."""
    text = before[-1].paragraphs[0]
    bad = after[: LOOKS["takedown"]]
    return text in before[-1].page and all(is_down(expected.how, look) and text not in look.page for look in bad)


def back(expected: Expected, before: list[Seen], after: list[Seen]) -> bool:
    return before[-1].status == 404 and all(look.paragraphs[-1] in look.page for look in after)


def walled(expected: Expected, before: list[Seen], after: list[Seen]) -> bool:
    was, now = ("plus-wall" in look.page for look in (before[-1], after[0]))
    return (was, now) == ((False, True) if expected.how == "up" else (True, False))


def moved(expected: Expected, before: list[Seen], after: list[Seen]) -> bool:
    return before[-1].status == 200 and all(look.status == 301 and expected.how in look.place for look in after)


def copied(expected: Expected, before: list[Seen], after: list[Seen]) -> bool:
    copy, original = after[0].paragraphs, stock(expected.how)[expected.slug].paragraphs
    return not before and copy[1:] == original[1:] and copy[0].endswith(f"The Straits Courier. {original[0]}")


def nothing(expected: Expected, before: list[Seen], after: list[Seen]) -> bool:
    """The text never changes; what one might take for a change is there."""
    looks = before + after
    return len({look.paragraphs for look in looks}) == 1 and TEMPTING[expected.how](expected, looks, after)


def turns(expected: Expected, looks: list[Seen], after: list[Seen]) -> bool:
    """The other headline at every second visit, beginning with the first one after the scene."""
    return [expected.new in look.page for look in after] == [number % 2 == 0 for number in range(len(after))]


def only_chrome_moves(expected: Expected, looks: list[Seen], after: list[Seen]) -> bool:
    return len({look.page for look in looks}) == len(looks) and {look.status for look in looks} == {200}


def only_the_date_moves(expected: Expected, looks: list[Seen], after: list[Seen]) -> bool:
    dates = [re.findall('"dateModified": "([^"]+)"', look.page) for look in looks]
    return [date != dates[0] for date in dates] == [look in after for look in looks]


def off_subject(expected: Expected, looks: list[Seen], after: list[Seen]) -> bool:
    return {look.status for look in looks} == {200} and not stock(expected.outlet)[expected.slug].on_subject


def trouble(status: int, visits: int) -> Callable[[Expected, list[Seen], list[Seen]], bool]:
    """So many visits in a row meet it, the others do not."""

    def met(expected: Expected, looks: list[Seen], after: list[Seen]) -> bool:
        return [look.status for look in after] == [status] * visits + [200] * (len(after) - visits)

    return met


TEMPTING = {
    "captcha": trouble(403, 3),
    "outage": trouble(503, 2),
    "restless": turns,
    "ads": only_chrome_moves,
    "touched": only_the_date_moves,
    "off_subject": off_subject,
}
SHOWS: dict[str, Callable[[Expected, list[Seen], list[Seen]], bool]] = {
    "edit": reworded,
    "stealth": reworded,
    "headline": headline_swapped,
    "correction": corrected,
    "takedown": down,
    "restore": back,
    "paywall": walled,
    "moved": moved,
    "reprint": copied,
    "nothing": nothing,
}


def test_the_play_goes_by_any_clock() -> None:
    seconds = [0.0]
    room = Newsroom(FastClock(86400.0, START, started=0.0, ticks=lambda: seconds[0]))
    acting = Play(room)
    with pytest.raises(TypeError, match="HandClock"):
        next(acting.visits())
    with pytest.raises(TypeError, match="HandClock"):
        room.advance(days=1)
    done = []
    with room.serve():
        for seconds[0] in (0.0, 0.5, 3.7, 40.0):
            done.append(acting.catch_up())
    assert [bool(scenes) for scenes in done] == [True] * 4
    assert done[0] == tuple(scene for scene in SCENES if scene.at == timedelta(0))
    assert sum(done, ()) == SCENES
    assert acting.catch_up() == ()
