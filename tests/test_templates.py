"""Templates with a real store: learned by themselves, never an edit, and given up where a page was rebuilt."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler import relearn, reread
from crawler.newsroom.stories import stock
from storage import templates
from storage.opening import connect
from storage.schema import migrations
from storage.store import Store
from storage.write import DERIVED
from tests.test_observe import HOST, Room

STORIES = {
    slug: (story.title, story.paragraphs) for slug, story in [*stock("sentinel").items(), *stock("courier").items()]
}
FIRST = tuple(STORIES)[:6]
RAIL = tuple(f"{title}: what we know so far about it" for title, _ in STORIES.values())
CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body><div id=cf-wrapper><p>Checking.</p></div></body></html>"
)


def old_design(slug: str, paragraphs: tuple[str, ...] | None = None, extra: str = "", turn: int = 0) -> bytes:
    """Wrappers, a rail of teasers that turns with every look, a promotion below the text."""
    title, story = STORIES[slug]
    said = "".join(f"<p>{text}</p>" for text in (story if paragraphs is None else paragraphs))
    rail = "".join(f"<li><a href='/t/{i}'>{RAIL[(turn + i) % len(RAIL)]}</a></li>" for i in range(5))
    return _page(
        title,
        f"""
        <div class="masthead"><a href="/">The Test</a></div>
        <div class="layout"><main class="column"><article class="story"><h1>{title}</h1>
        <div class="story-text">{said}{extra}</div></article>
        <div class="boost"><p>More than forty thousand people in this town begin their day with The Test on paper.</p></div>
        </main><div class="rail"><h3>Just in</h3><ul>{rail}</ul></div></div><div class="foot">The Test, 2026</div>""",
    )


def new_design(slug: str, paragraphs: tuple[str, ...] | None = None) -> bytes:
    """All of it rebuilt: other elements, other names; the promotion stands above the text now."""
    title, story = STORIES[slug]
    said = "".join(f"<div class='reader-par'>{text}</div>" for text in (story if paragraphs is None else paragraphs))
    return _page(
        title,
        f"""
        <section class="topline"><a href="/">The Test</a></section><section class="reader">
        <div class="reader-boost">More than forty thousand people in this town begin their day with The Test on paper.</div>
        <div class="reader-head"><h1>{title}</h1></div><div class="reader-text">{said}</div></section>
        <section class="cards">{"".join(f"<a class='card' href='/t/{i}'><b>{t}</b></a>" for i, t in enumerate(RAIL))}</section>""",
    )


def _page(title: str, body: str) -> bytes:
    meta = f'<meta property="og:type" content="article"><title>{title}</title>'
    return f"<!doctype html><html lang=en><head>{meta}</head><body>{body}</body></html>".encode()


def path(slug: str) -> str:
    return f"/news/{slug}-1"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.desk.close()


def learn(room: Room) -> list[str]:
    """What happens at the end of a crawl; digests of the new templates."""
    return [template.digest for template in asyncio.run(relearn.due(room.desk, room.at))]


def taught(room: Room) -> str:
    """Six articles seen twice, and a template learned from them."""
    for turn in range(2):
        for slug in FIRST:
            room.shows(path(slug), old_design(slug, turn=turn))
    (digest,) = learn(room)
    return digest


def told(room: Room) -> list[tuple[str, str]]:
    """Changes that are, or may become, news."""
    return room.all("select status, summary from changes where status in ('news', 'pending')")


def ways(room: Room) -> set[str]:
    sql = "select distinct r.reader from versions v join readings r on r.capture = v.capture"
    return {reader.split()[-1].partition(":")[0] for (reader,) in room.all(sql)}


def text_of(room: Room, slug: str) -> str:
    sql = f"""select t.text from versions v join texts t on t.digest = v.text join articles a on a.id = v.article
        where a.url like '%{path(slug)}' order by v.number desc limit 1"""
    return str(room.all(sql)[0][0])


def test_an_outlet_gets_its_template_by_itself_once_five_articles_are_in_the_store(room: Room) -> None:
    for slug in FIRST[:4]:
        room.shows(path(slug), old_design(slug))
    assert learn(room) == []
    room.shows(path(FIRST[4]), old_design(FIRST[4]))
    (digest,) = learn(room)
    assert learn(room) == [], "it is learned once"
    ((kept, outlet, entries),) = room.all("select digest, outlet, learned_from from templates")
    assert (kept, outlet) == (digest, "test")
    assert {(entry,) for entry in json.loads(entries)} == set(room.all("select entry from captures"))


def test_a_new_template_is_never_an_edit(room: Room) -> None:
    digest = taught(room)
    assert told(room) == []
    assert {reader.split()[-1] for (reader,) in room.all("select reader from readings where version is not null")} == {
        f"template:{digest[:12]}"
    }
    for turn in range(2, 4):
        for slug in FIRST:
            room.shows(path(slug), old_design(slug, turn=turn))
    assert told(room) == []
    assert room.all("select count(*) from versions") == [(len(FIRST),)]
    assert [text_of(room, slug) for slug in FIRST] == ["\n\n".join(STORIES[slug][1]) for slug in FIRST]


def test_a_better_template_is_learned_when_there_are_twice_as_many_articles(room: Room) -> None:
    first = taught(room)
    for slug in tuple(STORIES)[6:12]:
        room.shows(path(slug), old_design(slug))
    (second,) = learn(room)
    assert second != first
    assert room.all("select digest from templates order by learned_at") == [(first,), (second,)]
    assert room.all(f"select count(*) from readings where reader like '%{first[:12]}'") == [(0,)]


def test_a_real_edit_is_found_by_template(room: Room) -> None:
    taught(room)
    slug = FIRST[0]
    story = STORIES[slug][1]
    for turn in range(2):
        room.shows(path(slug), old_design(slug, story[:1] + story[2:], turn=turn))
    assert room.all("select status from changes") == [("news",)]
    assert room.all("select field, kind, old, new from edits") == [("paragraph", "deletion", story[1], "")]


def test_a_correction_of_a_kind_that_no_lesson_had_is_read(room: Room) -> None:
    taught(room)
    note = "Correction: An earlier version of this article gave the wrong year."
    for turn in range(2):
        room.shows(path(FIRST[0]), old_design(FIRST[0], extra=f"<aside class='fix'><em>{note}</em></aside>", turn=turn))
    assert text_of(room, FIRST[0]).endswith(note)
    assert room.all("select status, disclosed from changes") == [("news", "proper")]


def test_an_emptied_article_is_not_filled_with_chrome(room: Room) -> None:
    taught(room)
    for slug in FIRST[1:3]:
        room.shows(path(slug), old_design(slug, turn=7))
    room.shows(path(FIRST[0]), old_design(FIRST[0], (), turn=7))
    assert room.all("select verdict from readings order by at desc limit 1") == [("soft_gone",)]
    assert told(room) == []


# --- redesign -----------------------------------------------------------------------------------


def test_a_redesign_is_never_an_edit(room: Room) -> None:
    taught(room)
    for slug in FIRST:
        for _ in range(2):
            room.shows(path(slug), new_design(slug))
            assert told(room) == []
    assert ways(room) == {"cold"}


def test_after_a_redesign_the_template_is_learned_anew(room: Room) -> None:
    taught(room)
    for _ in range(2):
        for slug in FIRST:
            room.shows(path(slug), new_design(slug))
    assert len(learn(room)) == 1
    assert ways(room) == {"template"}, "the pages of the former design are still read by it"
    assert told(room) == []
    assert learn(room) == [], "it is learned once"
    story = STORIES[FIRST[0]][1]
    for _ in range(2):
        room.shows(path(FIRST[0]), new_design(FIRST[0], story[:-1]))
    assert [status for status, _ in told(room)] == ["news"]
    assert room.all("select field, kind, old, new from edits") == [("paragraph", "deletion", story[-1], "")]


def test_an_edit_that_comes_with_a_redesign_is_still_found(room: Room) -> None:
    taught(room)
    story = STORIES[FIRST[0]][1]
    for _ in range(2):
        room.shows(path(FIRST[0]), new_design(FIRST[0], story[:2] + story[3:]))
    assert [status for status, _ in told(room)] == ["news"]
    assert room.all("select count(*) from edits where field = 'paragraph' and old != ''") == [(1,)]


def test_a_challenge_page_does_not_make_us_give_a_template_up(room: Room) -> None:
    taught(room)
    for _ in range(3):
        room.shows(path(FIRST[0]), CHALLENGE)
    room.shows(path(FIRST[0]), old_design(FIRST[0], turn=9))
    assert ways(room) == {"template"}
    assert told(room) == []


# --- rereading ----------------------------------------------------------------------------------


def tables(room: Room) -> dict[str, list[tuple[object, ...]]]:
    return {name: room.all(f"select * from {name} order by 1, 2") for name in DERIVED if name != "search"}


@pytest.mark.parametrize("rebuilt", [0, 2, 6], ids="{} articles rebuilt".format)
def test_rereading_gives_the_same_rows(room: Room, rebuilt: int) -> None:
    taught(room)
    for slug in FIRST[:rebuilt]:
        for _ in range(2):
            room.shows(path(slug), new_design(slug))
    for slug in FIRST:
        room.shows(path(slug), old_design(slug, turn=5))
        room.shows(path(slug), CHALLENGE)
    before = tables(room)
    asyncio.run(reread.everything(room.desk))
    for name, rows in tables(room).items():
        assert rows == before[name], name


def test_what_was_left_out_is_kept_with_the_reason(room: Room) -> None:
    taught(room)
    sql = "select d.value ->> 0, d.value ->> 1 from readings r, json_each(r.dropped) d where r.version is not null"
    dropped = dict(room.all(sql))
    assert any(text.startswith("More than forty thousand") for text in dropped)
    assert all(dropped.values())


def test_a_store_of_another_outlet_is_not_learned_from(room: Room) -> None:
    for slug in FIRST:
        room.shows(path(slug), old_design(slug), outlet="elsewhere.example", asked_url=f"{HOST}/other{path(slug)}")
    assert room.all("select outlet from templates") == []
    assert len(learn(room)) == 1
    assert room.all("select outlet from templates") == [("elsewhere.example",)]


def test_a_view_names_what_was_left_out_and_why(room: Room) -> None:
    room.shows(path(FIRST[0]), old_design(FIRST[0]))
    found = room.all("select version, position, block, reason from left_out order by position")
    assert [(version, position) for version, position, _, _ in found] == [(1, i) for i in range(len(found))]
    assert any(reason for *_, reason in found)


def test_a_store_of_the_first_release_is_brought_up_to_date(tmp_path: Path) -> None:
    old = connect(tmp_path / "old.db")
    migrations.apply(Database(old), stop_before="m002_what_was_left_out")
    old.execute("insert into outlets values ('kept', 'Kept', '', '', '', '[]')")
    old.close()
    store = Store.open(tmp_path / "old.db")
    assert store.conn.execute("select count(*) from left_out").fetchone()[0] == 0
    assert store.conn.execute("select name from outlets").fetchone()["name"] == "Kept"
    store.close()


# --- words that stand on both pages ---------------------------------------------------------------


def below(html: str) -> str:
    """Something beside the text, where the outlet never has text."""
    return f"</div></article><div class='below'><div class='inner'>{html}</div></div><article class='x'><div>"


@pytest.mark.parametrize(
    "beside", ["<p>{}</p>", "<p>Why did you delete the line “{}”, asks a reader of this page?</p>"]
)
def test_a_deletion_is_told_though_the_words_stand_beside_the_text(room: Room, beside: str) -> None:
    taught(room)
    slug, story = FIRST[0], STORIES[FIRST[0]][1]
    extra = below(beside.format(story[2]))
    if "Why" not in beside:  # it stood there all along
        room.shows(path(slug), old_design(slug, extra=extra))
    for turn in range(2):
        room.shows(path(slug), old_design(slug, story[:2] + story[3:], extra=extra, turn=turn))
    assert [status for status, _ in told(room)] == ["news"]
    assert room.all("select old from edits where field = 'paragraph'") == [(story[2],)]


def test_an_edit_that_comes_with_a_rebuilt_page_is_told_alone(room: Room) -> None:
    """Half of the text stands where we do not read it, the rest is called otherwise, and one word of it is another."""
    slug, story = FIRST[0], STORIES[FIRST[0]][1]
    room.shows(path(slug), old_design(slug))
    for _ in range(2):
        rest = "".join(f"<p>{text}</p>" for text in story[4:])
        edited = (story[0].replace("three", "thirty"), *story[1:4])
        body = old_design(slug, edited).replace(
            b'<div class="foot">', f'<footer>{rest}</footer><div class="foot">'.encode()
        )
        room.shows(path(slug), body.replace(b'class="story-text"', b'class="prose"'))
    changes = room.all("select status, words_removed, summary from changes")
    assert [(status, removed) for status, removed, _ in changes] == [("news", 1)], changes


def test_a_wall_where_the_outlet_never_had_any_is_seen(room: Room) -> None:
    taught(room)
    slug, story = FIRST[0], STORIES[FIRST[0]][1]
    wall = b'<div class="rail"><h3>You have read your last free article this month</h3><p>Subscribe to continue reading.</p>'
    for turn in range(2):
        page = old_design(slug, (*story[:1], story[1][:60] + "..."), turn=turn).replace(b'<div class="rail">', wall)
        room.shows(path(slug), page)
    assert told(room) == []
    assert room.all("select access from articles where access = 'walled'") == [("walled",)]


def test_an_article_that_is_learned_from_again_and_again_stays_whole(room: Room) -> None:
    """Three designs of one outlet, each learned in its turn: no article's own words are taken for chrome."""
    for round_ in range(4):
        for slug in FIRST:
            room.shows(path(slug), old_design(slug, turn=round_) if round_ % 2 == 0 else new_design(slug))
        for state in templates.schooling(room.desk.store.conn):
            asyncio.run(relearn.outlet(room.desk, state, room.at))
    assert room.all("select count(*) from versions") == [(len(FIRST),)]
    assert [text_of(room, slug) for slug in FIRST] == ["\n\n".join(STORIES[slug][1]) for slug in FIRST]


def test_what_a_kill_left_on_the_former_template_is_read_again_after_the_next_crawl(room: Room) -> None:
    taught(room)
    sql = "update readings set reader = replace(reader, 'template:', 'template:0') where article = (select min(id) from articles)"
    room.desk.store.conn.execute(sql)
    asyncio.run(relearn.due(room.desk, room.at))
    assert room.all("select count(distinct reader) from readings where version is not null") == [(1,)]


def test_a_damaged_page_keeps_no_other_from_being_read_again(room: Room) -> None:
    for slug in FIRST:
        room.shows(path(slug), old_design(slug))
    triggers = [
        name for (name,) in room.all("select name from sqlite_master where type = 'trigger' and tbl_name = 'payloads'")
    ]
    for name in triggers:
        room.desk.store.conn.execute(f"drop trigger {name}")
    room.desk.store.conn.execute(
        "update payloads set body = x'00' where digest = (select min(digest) from payloads where digest not in (select base from payloads where base is not null))"
    )
    assert len(learn(room)) == 1
    assert room.all("select count(*) from versions") == [(len(FIRST),)], "what is damaged stays as it was"
    assert room.all("select count(*) from readings where reader like '%template:%'") == [(len(FIRST) - 1,)]
