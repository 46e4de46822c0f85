"""Who vouches for an outlet: its section first, then its host, then all of it; and whom a shared text makes one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.test_observe import HOST, OTHER, STORY, page
from tests.test_probes import GONE, Suspect

ARCHIVE = [f"/archive/an-old-report-{number}" for number in range(5)]
FRESH = [f"/news/a-fresh-report-{number}" for number in range(3)]
BLOG = "http://127.0.31.1:8080"


def said(path: str) -> bytes:
    return page(f"Report {path[-1]} from {path.split('/')[1]}", tuple(f"{text} ({path})" for text in STORY))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Suspect]:
    room = Suspect(tmp_path)
    for _ in range(2):
        for path in (*ARCHIVE, *FRESH):
            room.shows(path, said(path))
    yield room
    room.desk.close()


def well(room: Suspect) -> bool:
    """Whether the outlet was well at the newest look."""
    ((told,),) = room.all("select outlet_well from readings order by at desc, capture desc limit 1")
    return bool(told)


def soon(room: Suspect, path: str, body: bytes, status: int = 200) -> bool:
    """A look within minutes of the last; whether the outlet was well."""
    room.at -= timedelta(minutes=55)
    room.shows(path, body, status)
    return well(room)


def test_a_section_that_is_gone_as_a_whole_is_not_vouched_for_by_another(room: Suspect) -> None:
    room.days(2)
    for path in FRESH:
        soon(room, path, said(path))
    for path in ARCHIVE:
        assert not soon(room, path, GONE, 404)
    assert soon(room, FRESH[0], GONE, 404), "its own section is well"


def test_canaries_are_asked_for_in_the_suspects_own_section_first(room: Suspect) -> None:
    room.days(2)
    soon(room, FRESH[0], said(FRESH[0]))
    soon(room, ARCHIVE[0], GONE, 404)
    assert len(room.wants("article")) == 2
    assert all(url.startswith(f"{HOST}/archive/") for url in room.wants("article"))


def test_one_of_a_section_that_answers_well_vouches_for_the_others(room: Suspect) -> None:
    room.days(2)
    assert not soon(room, ARCHIVE[0], GONE, 404)
    soon(room, ARCHIVE[1], said(ARCHIVE[1]))
    assert soon(room, ARCHIVE[0], GONE, 404)


def test_a_section_that_is_bad_for_more_than_a_week_was_taken_out(room: Suspect) -> None:
    told = []
    for _ in range(20):
        room.days(0.5)
        for path in FRESH:
            soon(room, path, said(path))
        told.append([soon(room, path, GONE, 404) for path in ARCHIVE[:4]])
    assert told[2] == [False] * 4
    assert told[-1] == [True] * 4


def test_where_nobody_of_a_section_can_be_reached_the_outlet_vouches(room: Suspect) -> None:
    room.days(2)
    soon(room, FRESH[0], said(FRESH[0]))
    assert not soon(room, ARCHIVE[0], GONE, 404)
    assert soon(room, ARCHIVE[0], GONE, 404), "its neighbours were asked for, and none came"


@pytest.mark.parametrize(("status", "vouches"), [(200, True), (404, False), (503, False), (403, True)])
def test_an_article_alone_on_its_host_is_vouched_for_by_its_root(room: Suspect, status: int, vouches: bool) -> None:
    path = "/2026/03/a-post"
    alone: dict[str, Any] = {"asked_url": BLOG + path, "url": BLOG + path}
    room.shows(path, page("A post", OTHER[::-1]), **alone)
    room.shows(FRESH[0], said(FRESH[0]))
    room.shows(path, GONE, 404, **alone)
    assert not well(room)
    assert room.wants("canary") == [f"{BLOG}/"]
    root: dict[str, Any] = {"purpose": "canary", "asked_url": f"{BLOG}/", "url": f"{BLOG}/"}
    room.shows("/", page("Blog", OTHER), status, **root)
    room.shows(path, GONE, 404, **alone)
    assert well(room) is vouches


def test_a_root_that_leads_to_another_host_does_not_vouch_for_its_own(room: Suspect) -> None:
    path = "/2026/03/a-post"
    alone: dict[str, Any] = {"asked_url": BLOG + path, "url": BLOG + path}
    room.shows(path, page("A post", OTHER[::-1]), **alone)
    room.shows(FRESH[0], said(FRESH[0]))
    room.shows("/", page("Home", OTHER), purpose="canary", asked_url=f"{BLOG}/", url=f"{HOST}/")
    room.shows(path, GONE, 404, **alone)
    assert not well(room)


# --- one text at many addresses -----------------------------------------------------------------------

NOTICE = "<html><head><title>Back soon</title></head><body><h1>Back soon</h1>{}</body></html>"


def test_a_notice_at_many_addresses_is_at_most_one_articles_text(room: Suspect) -> None:
    notice = NOTICE.format("".join(f"<p>{text}</p>" for text in STORY)).encode()
    for number in range(4):
        room.shows(f"/news/a-candidate-{number}", notice)
    stored = room.all("select verdict, version is not null from readings order by at desc limit 4")
    assert stored[:3] == [("outage", 0)] * 3
    for number in range(1, 4):
        room.shows(f"/news/a-candidate-{number}", said(f"/new/{number}"))
    titles = room.all(
        "select url, versions from articles where url like '%candidate%' and url not like '%-0' order by url"
    )
    assert [versions for _, versions in titles] == [1, 1, 1]


def test_a_page_that_declares_its_article_at_two_addresses_is_one_article(room: Suspect) -> None:
    first, second = "/news/harbour-office-opens-its-books-7", "/money/harbour-office-opens-its-books-7"
    for path in (first, second):
        room.shows(path, page("Harbour office opens its books", OTHER[::-1]))
    assert room.all("select count(*) from articles where title like 'Harbour%'") == [(1,)]
