"""A text and its copies, through the neck: who had it first, who copied it, who followed when it was changed."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler import ask, carried, reread
from crawler.relate import fingerprint
from storage import copies
from storage.records import Text
from tests.test_observe import HOST, OTHER, Room, page

COURIER = "/news/ports-deal-signed-100"
COPY = "https://pacific.example/2026/03/02/ports-deal-signed"
REWRITE = "https://brief.example/2026/03/02/what-the-ports-deal-says"
TITLE = "Ports deal signed in the capital"
STORY = (
    "The harbour authority and the shipping line signed an agreement on the container port on Monday, both sides said.",
    "Under the agreement the line may use 18 berths for thirty years, and pays nothing for the first five of them.",
    "The minister of transport called it the largest investment in the region since the railway was built.",
    '"We have read every page of this agreement and found nothing in it that harms the port," minister Anna Weld said.',
    "Two members of the town council said that nobody had shown them the annex which sets out who guards the gates.",
    "The shipping line did not answer a request for comment, and its office in the town was closed on Monday.",
)
DATELINED = (f"MANILA, Mar 2, 2026, The Courier. {STORY[0]}", *STORY[1:])
REWRITTEN = (
    "A container port has been handed to a foreign carrier, and the people who live next to it were the last to know.",
    "That is what a reading of the contract shows, which was first reported by The Courier earlier this week.",
    *STORY[1:3],
    STORY[4],
    "Our own reporters visited the quays and met a crane driver who has worked there since the first berth was opened.",
    "He says that the trucks which used to wait for hours now pass at night, without papers and without any inspection.",
    "The union wants to see the annex, and has asked a court in the capital to order that it be laid open by summer.",
)
CORRECTED = (*STORY[:1], STORY[1].replace("18 berths", "28 berths"), *STORY[2:])
NAME = {HOST: "test", "pacific": "pacific.example", "brief": "brief.example"}
DERIVED = ("copies", "echoes", "claims", "prints", "sketches", "reprints", "versions", "changes", "standings")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


def elsewhere(room: Room, url: str, body: bytes | None, status: int = 200) -> None:
    """A look at a page of another outlet, an hour after the last."""
    room.shows("", body, status, asked_url=url, url=url, outlet=url.split("/")[2])


def told(room: Room, sql: str) -> list[tuple[Any, ...]]:
    return room.all(sql)


def spread(room: Room) -> None:
    """The original, its republisher's copy, and a rewriter's."""
    room.shows(COURIER, page(TITLE, STORY))
    elsewhere(room, COPY, page("Shipping line gets port for thirty years", DATELINED))
    elsewhere(room, REWRITE, page("What the ports deal says", REWRITTEN))
    room.shows("/news/barley-comes-in-late-7", page("Barley comes in late", OTHER))


def again(room: Room, original: bytes, copy: bytes, looks: int = 2) -> None:
    for _ in range(looks):
        room.shows(COURIER, original)
        elsewhere(room, COPY, copy)
        elsewhere(room, REWRITE, page("What the ports deal says", REWRITTEN))


def corrected(room: Room) -> None:
    spread(room)
    again(room, page(TITLE, CORRECTED), page("Shipping line gets port for thirty years", DATELINED))


def rows(room: Room) -> dict[str, list[tuple[Any, ...]]]:
    return {name: room.all(f"select * from {name} order by 1, 2") for name in DERIVED}


# --- who carries it -----------------------------------------------------------------------------


def test_a_copy_and_a_rewrite_are_told_apart_with_shares(room: Room) -> None:
    spread(room)
    found = told(room, "select outlet, from_outlet, kind, share, share_of_original from copied order by outlet, kind")
    kinds = {(of, by): (kind, share, theirs) for by, of, kind, share, theirs in found}
    assert kinds["test", "pacific.example"] == ("reprint", 1.0, 1.0)
    kind, share, of_original = kinds["test", "brief.example"]
    assert kind == "partial"
    assert 0.2 < share < 0.45
    assert 0.4 < of_original < 0.55
    assert not [pair for pair in kinds if pair[0] == pair[1]]


def test_the_family_says_who_had_it_first_and_what_is_known_of_that(room: Room) -> None:
    spread(room)
    found = told(room, "select place, outlet, similarity, after_at, by_at from families order by place")
    assert found == [
        (1, "test", 1.0, None, "2026-03-02T09:00:00.000Z"),
        (2, "pacific.example", 1.0, None, "2026-03-02T10:00:00.000Z"),
    ]
    assert told(room, "select distinct order_by from copied") == [("first looks",)]


def test_who_was_seen_without_the_text_took_it_over(room: Room) -> None:
    """The page stood before, with another text: then it is proven that it came later."""
    elsewhere(room, COPY, page("Shipping line gets port for thirty years", OTHER))
    room.shows(COURIER, page(TITLE, STORY))
    elsewhere(room, COPY, page("Shipping line gets port for thirty years", OTHER))
    elsewhere(room, COPY, page("Shipping line gets port for thirty years", DATELINED))
    assert told(room, "select outlet, from_outlet, order_by, after_at, by_at from copied") == [
        ("pacific.example", "test", "evidence", "2026-03-02T11:00:00.000Z", "2026-03-02T12:00:00.000Z")
    ]


def test_the_dateline_and_the_credit_are_claims_with_their_words(room: Room) -> None:
    spread(room)
    found = told(room, "select c.kind, c.source, c.words from claims c join articles a on a.id = c.article order by 1")
    assert found == [
        ("attribution", "Courier", "reported by The Courier"),
        ("dateline", "The Courier", "MANILA, Mar 2, 2026, The Courier."),
    ]


def test_two_articles_of_one_outlet_are_no_copies(room: Room) -> None:
    room.shows(COURIER, page(TITLE, STORY))
    room.shows("/news/ports-deal-at-a-glance-101", page("The ports deal at a glance", STORY[:5]))
    assert told(room, "select count(*) from articles") == [(2,)]
    assert told(room, "select count(*) from copies") == [(0,)]


def test_two_who_quote_the_same_statement_share_a_quotation_whatever_names_are_called(room: Room) -> None:
    room.shows(COURIER, page(TITLE, STORY))
    other = (
        "A port in the south has a new master, and the town that lives from it is divided over what that will bring.",
        '"We have read every page of this agreement and found nothing in it that harms the port," Ms Ana Veld said.',
        "Fishermen fear for their moorings, and the owners of the two hotels on the quay hope for guests with money.",
        "The council is to meet on Friday; the mayor has said that she will open the meeting to everybody who comes.",
    )
    elsewhere(room, COPY, page("A town divided", other))
    assert told(room, "select outlet, kind, quote from copied") == [
        ("pacific.example", "quotation", STORY[3].split('"')[1].rstrip(","))
    ]
    assert told(room, "select count(*) from reprints") == [(0,)]
    assert told(room, "select count(*) from exchange") == [(0,)]


def test_the_exchange_counts_each_text_once_where_it_came_from(room: Room) -> None:
    spread(room)
    third = "https://digest.example/2026/03/03/ports-deal-signed"
    elsewhere(room, third, page(TITLE, DATELINED))
    found = told(room, "select from_outlet, to_outlet, month, texts, reprints from exchange order by to_outlet")
    assert found == [
        ("test", "brief.example", "2026-03", 1, 0),
        ("test", "digest.example", "2026-03", 1, 1),
        ("test", "pacific.example", "2026-03", 1, 1),
    ]


# --- following an edit --------------------------------------------------------------------------


def test_copies_that_carry_the_old_words_are_named(room: Room) -> None:
    corrected(room)
    assert told(room, "select after, copy_outlet, kind, role from surviving_copies order by copy_outlet") == [
        ("edit", "brief.example", "partial", "copy"),
        ("edit", "pacific.example", "reprint", "copy"),
    ]


def test_a_copy_that_follows_is_dated_by_an_interval(room: Room) -> None:
    corrected(room)
    followed = (DATELINED[0], *CORRECTED[1:])
    again(room, page(TITLE, CORRECTED), page("Shipping line gets port for thirty years", followed), looks=1)
    fates = (
        "select copy_outlet, fate, changed_after, changed_by, followed_after, followed_by from copy_fates order by 1"
    )
    brief, pacific = (row for row in told(room, fates) if row[0] != "test")
    assert brief[:2] == ("brief.example", "carries the old words")
    assert pacific == (
        "pacific.example", "followed", "2026-03-02T09:00:00.000Z", "2026-03-02T13:00:00.000Z",
        "2026-03-02T17:00:00.000Z", "2026-03-02T20:00:00.000Z",
    )  # fmt: skip
    assert told(room, "select copy_outlet from surviving_copies where role = 'copy'") == [("brief.example",)]
    again(room, page(TITLE, CORRECTED), page("Shipping line gets port for thirty years", followed), looks=1)
    both = [carried.fates(room.desk.store.conn, ask.article(room.desk.store, url).id) for url in (HOST + COURIER, COPY)]
    hours = {fate.fate: fate.hours for some in both for fate in some}
    assert hours["followed"] == "4 to 11 hours later"
    assert hours["changed before it"] == ""


def test_who_came_with_the_new_words_did_not_follow(room: Room) -> None:
    room.shows(COURIER, page(TITLE, STORY))
    for _ in range(2):
        room.shows(COURIER, page(TITLE, CORRECTED))
    elsewhere(room, COPY, page(TITLE, (DATELINED[0], *CORRECTED[1:])))
    assert told(room, "select copy_outlet, fate from copy_fates") == [
        ("pacific.example", "had the new words from the first")
    ]
    assert told(room, "select count(*) from surviving_copies") == [(0,)]


def test_an_added_note_is_missing_in_copies_that_do_not_have_it(room: Room) -> None:
    noted = (*STORY, "Correction: an earlier version of this report gave the wrong name of the shipping line's office.")
    spread(room)
    again(room, page(TITLE, noted), page("Shipping line gets port for thirty years", DATELINED))
    assert told(room, "select copy_outlet, fate from copy_fates") == [("pacific.example", "carries the old words")]


def test_a_change_that_is_no_news_has_no_fates(room: Room) -> None:
    spread(room)
    room.shows(COURIER, page(TITLE, CORRECTED))
    assert told(room, "select status from changes") == [("pending",)]
    assert told(room, "select count(*) from echoes") != [(0,)]
    assert told(room, "select count(*) from surviving_copies") == [(0,)]


# --- following a takedown -----------------------------------------------------------------------


def removed(room: Room) -> None:
    """The original goes for good, while its outlet is well."""
    room.shows(COURIER, page(TITLE, STORY))
    elsewhere(room, COPY, page("Shipping line gets port for thirty years", DATELINED))
    other = page("Barley comes in late", OTHER)
    room.shows("/news/barley-comes-in-late-7", other)
    for _ in range(40):
        room.shows(COURIER, b"<h1>Gone</h1>", 410)
        room.shows("/news/barley-comes-in-late-7", other)
        elsewhere(room, COPY, page("Shipping line gets port for thirty years", DATELINED))


def test_copies_of_what_was_taken_down_are_named(room: Room) -> None:
    removed(room)
    assert told(room, "select count(*) from takedowns") == [(1,)]
    found = told(room, "select after, outlet, copy_outlet, role, share from surviving_copies")
    assert found == [("takedown", "test", "pacific.example", "copy", 1.0)]


def test_a_copy_that_says_something_else_by_now_does_not_survive_a_takedown(room: Room) -> None:
    removed(room)
    elsewhere(room, COPY, page("Shipping line gets port for thirty years", OTHER))
    assert told(room, "select count(*) from surviving_copies") == [(0,)]


# --- the laws -----------------------------------------------------------------------------------


def test_rereading_all_gives_the_same_rows(room: Room) -> None:
    corrected(room)
    before = rows(room)
    assert all(before[name] for name in DERIVED)
    asyncio.run(reread.everything(room.desk))
    assert rows(room) == before


@pytest.mark.parametrize("url", [HOST + COURIER, COPY, REWRITE])
def test_rereading_one_article_gives_the_same_rows(room: Room, url: str) -> None:
    corrected(room)
    again(room, page(TITLE, CORRECTED), page(TITLE, (DATELINED[0], *CORRECTED[1:])))
    before = rows(room)
    asyncio.run(reread.article(room.desk, ask.article(room.desk.store, url).id))
    assert rows(room) == before


def test_the_order_in_which_outlets_were_looked_at_makes_no_difference(tmp_path: Path) -> None:
    """The same looks at the same moments, kept in another order (two hosts, answered by two connections)."""
    found = []
    for name, turned in (("one", False), ("two", True)):
        (tmp_path / name).mkdir()
        room = Room(tmp_path / name)
        looks = [(HOST + COURIER, page(TITLE, STORY)), (COPY, page("A copy", DATELINED)),
                 (REWRITE, page("A rewrite", REWRITTEN))]  # fmt: skip
        for url, body in reversed(looks) if turned else looks:
            room.at -= timedelta(hours=1)
            room.shows("", body, asked_url=url, url=url, outlet="test" if url.startswith(HOST) else url.split("/")[2])
        found.append(room.all("select article, other, kind, share, other_share, words from copies order by 1, 2"))
        found.append(room.all("select family, article, similarity from reprints order by 2"))
        room.desk.close()
    assert found[:2] == found[2:]
    assert len(found[0]) == 6


def test_forgetting_an_article_leaves_nothing_of_it_with_its_copies(room: Room) -> None:
    spread(room)
    number = ask.article(room.desk.store, COPY).id
    asyncio.run(reread.forget(room.desk, number, room.at))
    for name, column in (("prints", "article"), ("copies", "article"), ("copies", "other"), ("claims", "article")):
        assert told(room, f"select count(*) from {name} where {column} = {number}") == [(0,)]
    assert told(room, "select count(*) from reprints") == [(0,)]
    assert told(room, "select count(*) from copies") == [(2,)]


def test_what_more_carry_than_there_are_outlets_is_no_family(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A consent page, a notice: nothing is told of it, and one article less makes it a family again."""
    monkeypatch.setattr(copies, "LARGEST", 4)
    sites = [f"https://one-{number}.example/2026/03/02/ports-deal" for number in range(6)]
    for url in sites[:4]:
        elsewhere(room, url, page(TITLE, STORY))
    assert told(room, "select count(*) from reprints") == [(4,)]
    for url in sites[4:]:
        elsewhere(room, url, page(TITLE, STORY))
        assert told(room, "select count(*) from reprints") == [(0,)]
    before = rows(room)
    asyncio.run(reread.article(room.desk, ask.article(room.desk.store, sites[0]).id))
    assert rows(room) == before
    for url in sites[:2]:
        asyncio.run(reread.forget(room.desk, ask.article(room.desk.store, url).id, room.at))
    assert told(room, "select count(*) from reprints") == [(4,)]


def test_a_family_is_named_by_what_its_first_member_says(room: Room) -> None:
    spread(room)
    (name,) = {row[0] for row in told(room, "select family from reprints")}
    assert name == fingerprint(Text(paragraphs=STORY))
