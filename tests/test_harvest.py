"""What was found leads on: links of articles on the subject, and sections that had some, go first; promises wear off."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import HandClock
from crawler.newsroom.stories import stock
from storage.harvest import ANY, hope, mixed, ordered, section
from storage.store import Store
from tests.conftest import Crawl
from tests.fetching import Site, channel, reply, shelf
from tests.test_focus import BAKERY, asked


def page(title: str, paragraphs: Sequence[str], url: str, further: str = "") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs[:-1]) + f"<p>{paragraphs[-1]}{further}</p>"
    return reply(
        f'<!doctype html><html><head><title>{title}</title><meta property="og:type" content="article">'
        f'<link rel="canonical" href="{url}"></head><body><article><h1>{title}</h1>{body}</article></body></html>'.encode()
    )


def front(*links: tuple[str, str]) -> bytes:
    return reply(("<html><body>" + "".join(f'<a href="{path}">{said}</a>' for path, said in links)).encode())


def story(number: int) -> tuple[str, tuple[str, ...]]:
    told = list(stock("courier").values())[number]
    return told.title, tuple(told.paragraphs)


def test_a_link_in_an_article_on_the_subject_is_asked_for_before_others(crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.7.77") as site:
        near, older = "/2026/03/01/the-one-on-the-list/", "/2025/11/05/an-older-one-nobody-lists/"
        others = [f"/2026/03/01/a-loaf-of-bread-and-another-{number}/" for number in range(6)]
        title, paragraphs = story(0)
        link = f' As was told before, in <a href="{older}">a long report of last year</a>.'
        site.answers["/"] = front((near, title), *((path, "A loaf of bread and another") for path in others))
        site.answers[near] = page(title, paragraphs, site.url(near), link)
        site.answers[older] = page(*story(1), site.url(older))
        site.answers |= {path: page("A loaf of bread", BAKERY, site.url(path)) for path in others}
        settings: dict[str, Any] = {
            "OUTLETS": str(shelf(tmp_path / "o", {"one": site}, channels=channel("front", "/")))
        }
        found = asked(crawl("fronts", settings, limit="4"))
        assert found[:2] == [site.url(near), site.url(older)]
        assert len(found) == 4


def test_a_link_in_an_article_off_the_subject_is_not_followed(crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.7.78") as site:
        listed, other = "/2026/03/01/a-second-oven-opens/", "/2025/11/05/the-first-oven-of-all/"
        site.answers["/"] = front((listed, "A second oven opens on Mill Lane"))
        link = f' There was <a href="{other}">a first oven, too, long ago</a>.'
        site.answers[listed] = page("A second oven opens", BAKERY, site.url(listed), link)
        site.answers[other] = page("The first oven of all", BAKERY, site.url(other))
        settings: dict[str, Any] = {
            "OUTLETS": str(shelf(tmp_path / "o", {"one": site}, channels=channel("front", "/")))
        }
        assert asked(crawl("fronts", settings)) == [site.url(listed)]


def test_a_section_that_gave_us_something_goes_before_one_that_did_not(
    crawl: Crawl, tmp_path: Path, clock: HandClock
) -> None:
    with Site("127.0.7.79") as site:
        said = "What was said on a long day"
        media = [f"/media/2026/03/0{number}/what-was-said-there/" for number in range(1, 6)]
        bread = [f"/bread/2026/03/0{number}/what-was-said-there/" for number in range(1, 6)]
        for number, path in enumerate(media):
            site.answers[path] = page(*story(number), site.url(path))
        site.answers |= {path: page("A loaf of bread", BAKERY, site.url(path)) for path in bread}
        settings: dict[str, Any] = {
            "OUTLETS": str(shelf(tmp_path / "o", {"one": site}, channels=channel("front", "/")))
        }
        site.answers["/"] = front((media[0], said), (bread[0], said))
        assert len(asked(crawl("fronts", settings))) == 2
        clock.advance(hours=2)
        site.answers["/"] = front(*((path, said) for path in sorted(bread[1:] + media[1:])))
        found = asked(crawl("fronts", settings, limit="4"))
        assert set(found) == {site.url(path) for path in media[1:]}


def test_where_headlines_mislead_those_that_promise_nothing_get_their_turn(crawl: Crawl, tmp_path: Path) -> None:
    with Site("127.0.7.80") as site:
        loud = {f"/2026/03/01/notes-of-moscow-street-{number}/": "Notes of Moscow Street" for number in range(30)}
        quiet = {f"/2026/03/01/three-answers-to-this-{number}/": "Three answers to this" for number in range(5)}
        site.answers["/"] = front(*loud.items(), *quiet.items())
        for number, path in enumerate(quiet):
            site.answers[path] = page(*story(number), site.url(path))
        site.answers |= {path: page("A loaf of bread", BAKERY, site.url(path)) for path in loud}
        settings: dict[str, Any] = {
            "OUTLETS": str(shelf(tmp_path / "o", {"one": site}, channels=channel("front", "/")))
        }
        found = asked(crawl("fronts", settings, limit="16"))
        assert found[0] in {site.url(path) for path in loud}
        assert {site.url(path) for path in quiet} <= set(found)


# --- what promises were worth -------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(tmp_path / "stet.db", "test")
    yield made
    made.close()


def learn(store: Store, outlet: str, rank: float, related: bool, times: int) -> None:
    """Articles of an outlet that were asked for with a rank, and what they were."""
    (last,) = store.conn.execute("select count(*) from articles").fetchone()
    for number in range(last + 1, last + times + 1):
        url, at = f"https://{outlet}.example/{number}", "2026-03-02T06:00:00Z"
        store.conn.execute(
            "insert into articles (id, outlet, url, visit_url, first_seen_at, related, versions) values (?,?,?,?,?,?,1)",
            (number, outlet, url, url, at, related),
        )
        store.conn.execute(
            "insert into candidates values (?, ?, null, ?, ?, '', '', ?, ?)", (url, outlet, at, url, rank, number)
        )


def best(store: Store, outlet: str, *ranks: float) -> float:
    """The rank of the candidate that is asked for first; they were offered in this order."""
    for number, rank in enumerate(ranks):
        url = f"https://{outlet}.example/new-{number}"
        store.conn.execute(
            "insert into candidates values (?, ?, null, '', ?, '', '', ?, null)", (url, outlet, url, rank)
        )
    sql = "select offered_url, outlet, rank from candidates where article is null and outlet = ? order by rowid"
    return float(ordered(store.conn, store.conn.execute(sql, (outlet,)).fetchall())[0]["rank"])


def test_what_nobody_knows_is_believed(store: Store) -> None:
    assert best(store, "gazette", 0.0, 0.16, 0.5) == 0.5


def test_promises_that_were_not_kept_wear_off(store: Store) -> None:
    learn(store, "gazette", 0.5, related=False, times=30)
    assert best(store, "gazette", 0.0, 0.5) == 0.0


def test_promises_are_judged_with_their_like(store: Store) -> None:
    learn(store, "gazette", 0.16, related=False, times=30)
    assert best(store, "gazette", 0.0, 0.16, 0.5) == 0.5


def test_an_outlet_keeps_its_promises_as_all_do_until_it_is_known(store: Store) -> None:
    learn(store, "gazette", 0.16, related=False, times=30)
    assert best(store, "courier", 0.0, 0.16) == 0.0


def test_one_outlets_empty_promises_are_not_held_against_another_that_kept_its_own(store: Store) -> None:
    learn(store, "gazette", 0.16, related=False, times=60)
    learn(store, "courier", 0.16, related=True, times=6)
    assert best(store, "courier", 0.0, 0.16) == 0.16


@given(st.lists(st.integers(), unique=True, max_size=60), st.integers(0, 100))
def test_some_places_are_for_any_candidate_and_each_is_told_once(things: list[int], before: int) -> None:
    told = mixed(things, things[::-1], before)
    assert sorted(told) == sorted(things)
    free = [place for place in range(len(things)) if (before + place + 1) % ANY == 0]
    left = list(things)
    for place, thing in enumerate(told):
        assert thing == (left[-1] if place in free else left[0])
        left.remove(thing)


CHANCES = st.floats(0, 1)


@given(CHANCES, CHANCES, CHANCES)
def test_hope_grows_with_both_and_stays_a_chance(rank: float, around: float, more: float) -> None:
    assert rank <= hope(rank, around) <= 1 + 1e-12
    assert hope(rank, around) <= hope(max(rank, more), max(around, more)) + 1e-12
    assert hope(rank, 0) == rank


def test_a_section_is_its_folders_without_dates() -> None:
    assert section("https://a.example/media/2026/03/01/a-story/") == "a.example/media"
    assert section("https://a.example/news/china/article/123/a-story") == "a.example/news/china"
    assert section("https://a.example/a-story") == "a.example"
