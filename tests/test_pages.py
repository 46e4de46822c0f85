"""The pages: what happened lately, the life of an article, what changed; in real datasette, and in a real browser."""

import asyncio
import base64
import hashlib
import html
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from datasette.app import Datasette
from hypothesis import given
from hypothesis import strategies as st

from crawler.compare import compare, units
from crawler.dashboard import chart, front
from crawler.dashboard.sides import beside, runs
from storage.records import Text
from storage.store import Store
from storage.words import normal
from tests.test_store import capture

BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u200b]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
OURS = 200_000
"""Bytes that a page may have."""


def pages(path: Path, *addresses: str, **served: Any) -> list[Any]:
    """The answers of a real datasette that serves one file."""

    async def ask() -> list[Any]:
        datasette = Datasette([str(path)], **served)
        await datasette.invoke_startup()
        return [await datasette.client.get(address) for address in addresses]

    return asyncio.run(ask())


def page(path: Path, address: str, **served: Any) -> Any:
    (answer,) = pages(path, address, **served)
    return answer


def asked(path: Path, sql: str, *values: Any) -> list[Any]:
    store = Store.read(path)
    try:
        return [tuple(row) for row in store.conn.execute(sql, values)]
    finally:
        store.close()


ENTRY = (
    "select c.entry from changes ch join versions v on v.id = ch.to_version join captures c on c.id = v.capture where "
)


@pytest.fixture(scope="module")
def store_path(demo: Path) -> Path:
    return demo


# --- the front page -----------------------------------------------------------------------------


def test_the_front_page_says_what_happened_in_one_sentence(store_path: Path) -> None:
    ((edits, silent),) = asked(
        store_path,
        """select count(*), sum(disclosed != 'proper' and weight >= 0.3) from changes
        where status = 'news' and kinds != '["date"]'""",
    )
    ((down,),) = asked(store_path, "select count(*) from takedowns")
    told = page(store_path, "/-/stet?days=90")
    assert told.status_code == 200
    assert f"<h1>{edits} edits, {silent} of them silent; {down} takedowns" in told.text


def test_the_front_page_lists_the_heaviest_edit_first_or_the_newest(store_path: Path) -> None:
    for order, by in (("", "weight"), ("&order=newest", "by_at")):
        told = page(store_path, f"/-/stet?days=90{order}")
        shown = re.findall(r'/-/stet/diff/([0-9a-f]{64})">', told.text)
        sql = ENTRY.replace("c.entry", f"c.entry, ch.{by}")
        values = dict(asked(store_path, f"{sql} ch.status = 'news' and ch.kinds != '[\"date\"]'"))
        assert [values[entry] for entry in shown] == sorted(values.values(), reverse=True), order


@pytest.mark.parametrize("days", [7, 14, 30, 90])
def test_each_bar_leads_to_as_many_rows_as_it_is_high(store_path: Path, days: int) -> None:
    told = page(store_path, f"/-/stet?days={days}")
    found = re.findall(r'<a href="(\?rows=[^"]+)"><rect[^>]*><title>[^:]*: (\d+) ', told.text)
    assert found
    leads = pages(store_path, *(f"/-/stet{html.unescape(link)}" for link, _ in found))
    for (link, count), lead in zip(found, leads, strict=True):
        assert lead.status_code == 302
        where = urlsplit(lead.headers["location"])
        rows = page(store_path, f"{where.path}.json?{where.query}&_shape=array")
        assert len(rows.json()) == int(count), link


def test_all_days_looked_back_over_are_in_some_bar() -> None:
    for days in front.PERIODS:
        bars = front.bins("2026-03-14T12:00:00.000Z", days)
        assert len(bars) <= front.MOST_BARS
        flat = [date for dates in bars for date in dates]
        assert len(flat) == len(set(flat)) == days
        assert flat == sorted(flat)
        assert flat[-1] == "2026-03-14"


def test_an_outlet_whose_name_is_sql_leads_to_no_other_rows() -> None:
    address = front.rows_of("edits", "x') or ('1'='1", "2026-03-01", "2026-03-02")
    (where,) = parse_qs(urlsplit(address).query)["_where"]
    assert where.startswith("article in (select id from articles where outlet = 'x'') or (''1''=''1') and ")


@pytest.mark.parametrize("asks", ["rows=nothing&on=2026-03-01", "rows=down&on=yesterday", "rows=down"])
def test_rows_that_are_none_are_not_found(store_path: Path, asks: str) -> None:
    assert page(store_path, f"/-/stet?{asks}").status_code == 404


def test_datasettes_own_first_pages_lead_to_ours(store_path: Path) -> None:
    for address in ("/", f"/{store_path.stem}"):
        told = page(store_path, address)
        assert 'href="/-/stet"' in told.text
        assert "What newspapers changed" in told.text


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    Store.open(tmp_path / "stet.db").close()
    told = page(tmp_path / "stet.db", "/-/stet")
    assert told.status_code == 200
    assert "Nothing was looked at yet" in told.text


def test_a_file_that_is_no_store_has_no_pages_of_ours(tmp_path: Path) -> None:
    import sqlite3

    sqlite3.connect(tmp_path / "other.db").execute("create table t (x)").connection.commit()
    assert page(tmp_path / "other.db", "/-/stet").status_code == 404
    assert "What newspapers changed" not in page(tmp_path / "other.db", "/").text


# --- the life of an article ---------------------------------------------------------------------


def life(path: Path, where: str) -> tuple[int, Any]:
    ((number,),) = asked(path, f"select id from articles where {where} limit 1")
    return number, page(path, f"/-/stet/article/{number}")


def test_a_takedown_is_told_with_its_interval_and_the_way_to_the_last_text(store_path: Path) -> None:
    number, told = life(store_path, "standing = 'taken_down'")
    ((after, by),) = asked(store_path, "select last_seen_up, first_seen_down from takedowns where article = ?", number)
    assert "Taken down:" in told.text
    assert f'<time datetime="{after}">' in told.text
    assert f'<time datetime="{by}">' in told.text
    last = re.search(r'<a href="(/-/stet/version/[0-9a-f]{64})">Read the last text', told.text)
    assert last
    ((body,),) = asked(
        store_path,
        "select t.text from versions v join texts t on t.digest = v.text where v.article = ? order by v.number desc limit 1",
        number,
    )
    assert html.escape(body.split("\n\n")[0][:40], quote=False) in html.unescape(page(store_path, last[1]).text)


def test_every_look_of_a_short_life_is_drawn_by_its_verdict(store_path: Path) -> None:
    number, told = life(store_path, "standing = 'taken_down'")
    for verdict, at in asked(store_path, "select verdict, at from readings where article = ?", number):
        day = int(at[8:10])
        assert re.search(rf"<title>{day} Mar 2026, {at[11:16]}: {verdict}</title>", told.text), (verdict, at)


def test_a_version_is_not_drawn_for_the_days_on_which_it_was_gone(store_path: Path) -> None:
    _, told = life(store_path, "id in (select article from standings where standing = 'restored')")
    assert len(re.findall(r"<title>version 1, seen [^<]+</title>", told.text)) == 2


def test_flips_are_folded_away_and_their_headlines_counted(store_path: Path) -> None:
    _, told = life(store_path, "standing = 'restless'")
    assert re.search(r"<details><summary>\d+ changes that are no edits, and why</summary>", told.text)
    assert "Shown by turns" in told.text


def test_reprints_say_which_of_them_still_carry_the_old_text(store_path: Path) -> None:
    sql = "select article from reprints r join articles a on a.id = r.article where a.standing = 'taken_down'"
    ((number,), *_) = asked(store_path, sql)
    told = page(store_path, f"/-/stet/article/{number}")
    assert "The same text elsewhere" in told.text
    assert re.search(
        "still carries the old text|edited since|taken down", told.text.split("The same text elsewhere")[1]
    )


def test_any_spelling_of_an_address_leads_to_the_permanent_page(store_path: Path) -> None:
    ((number, url), *_) = asked(store_path, "select id, url from articles where versions > 0")
    moved = page(store_path, f"/-/stet/article?url={url}")
    assert moved.status_code == 302
    assert moved.headers["location"] == f"/-/stet/article/{number}"
    assert page(store_path, "/-/stet/article?url=https://nowhere.example/").status_code == 404


@pytest.mark.parametrize("number", ["x", "12", "9" * 40, "-1"])
def test_an_unknown_article_is_not_found(store_path: Path, number: str) -> None:
    assert page(store_path, f"/-/stet/article/{number}").status_code == 404


def test_looks_that_would_cover_one_another_are_drawn_as_the_gravest_of_them() -> None:
    looks = [chart.Seen(float(n), "gone" if n == 500 else "unchanged", f"look {n}") for n in range(5000)]
    drawn = chart.life((0.0, 4999.0), (), (), (), looks)
    assert drawn.count("<circle") + drawn.count('<path class="down') < 250
    assert "look 500 (and" in drawn
    assert len(drawn) < 40_000


@given(st.lists(st.floats(0, 4e9), min_size=1, max_size=30, unique=True), st.floats(0, 4e9))
def test_time_never_runs_backwards_in_a_picture(anchors: list[float], at: float) -> None:
    scale = chart.Scale(tuple(sorted(anchors)), 80, 950)
    assert 80 <= scale.x(at) <= 950
    assert scale.x(at) <= scale.x(at + 1000)


@given(st.floats(0, 2e9), st.floats(1, 1e9))
def test_ticks_are_few_and_lie_within(start: float, length: float) -> None:
    found = chart.ticks(start, start + length)
    assert len(found) <= chart.MOST_TICKS + 1
    assert all(start <= at <= start + length + 1 or at == start for at, _ in found[1:])


# --- what changed -------------------------------------------------------------------------------

paragraphs = st.lists(
    st.lists(st.sampled_from(["ab", "cd", "ef", "gh", "ij", "kl", "12", "34"]), min_size=1, max_size=9).map(" ".join),
    max_size=8,
)


@given(paragraphs, paragraphs)
def test_set_beside_one_another_no_paragraph_is_lost_and_none_stands_twice(old: list[str], new: list[str]) -> None:
    was, now = Text(paragraphs=tuple(old)), Text(paragraphs=tuple(new))
    rows = beside(was, now, compare(was, now).edits)
    shown = [row for row in rows if row.kind != "left"]
    assert sorted(place for row in shown for place in row.old) == list(range(len(units(old))))
    assert [place for row in shown for place in row.new] == list(range(len(units(new))))
    assert all(normal(row.was) == normal(row.now) for row in shown if row.kind in ("same", "moved"))
    assert [row for run in runs(rows) for row in run.rows] == rows


def test_edits_of_other_texts_are_refused() -> None:
    old, new = Text(paragraphs=("one two three",)), Text(paragraphs=("one two four",))
    with pytest.raises(ValueError, match="paragraph"):
        beside(Text(paragraphs=("quite another", "text")), new, compare(old, new).edits)


def test_a_silent_edit_says_no_correction_note_and_marks_its_words(store_path: Path) -> None:
    ((entry,), *_) = asked(store_path, f"{ENTRY} ch.status = 'news' and ch.disclosed = 'none'")
    told = page(store_path, f"/-/stet/diff/{entry}")
    assert "No correction note." in told.text
    assert "<del>" in told.text
    assert "unchanged:" in told.text
    ((after, by),) = asked(
        store_path,
        f"select after_at, by_at from changes where id = (select ch.id from ({ENTRY.replace('c.entry', 'ch.id')} c.entry = ?) ch)",
        entry,
    )
    assert f'<time datetime="{after}">' in told.text
    assert f'<time datetime="{by}">' in told.text


def test_a_change_reads_the_same_side_by_side_inline_and_as_text(store_path: Path) -> None:
    ((entry,), *_) = asked(store_path, f"{ENTRY} ch.summary like '%employees%'")
    sides, inline, text = pages(
        store_path, *(f"/-/stet/diff/{entry}?view={view}" for view in ("sides", "inline", "text"))
    )
    assert sides.text.count('class="side"') >= 2
    assert "<del>5</del><ins>25</ins>" in inline.text
    assert text.headers["content-type"].startswith("text/plain")
    assert "[-5-]{+25+}" in text.text
    assert entry in text.text


def test_any_two_versions_are_compared_in_either_order(store_path: Path) -> None:
    sql = "select c.entry from versions v join captures c on c.id = v.capture where v.article = (select article from changes where status = 'news' and kinds like '%number%' limit 1) order by v.number"
    (first,), (second,), *_ = asked(store_path, sql)
    there, back, both = pages(
        store_path,
        f"/-/stet/compare?a={first}&b={second}",
        f"/-/stet/compare?a={second}&b={first}",
        f"/-/stet/compare?a={first}&b={first}",
    )
    assert "<ins>" in there.text
    assert "<ins>" in back.text
    assert "No difference" in both.text
    for wrong in ("", f"?a={first}", f"?a={first}&b={'0' * 64}", "?a=1&b=2"):
        assert page(store_path, f"/-/stet/compare{wrong}").status_code == 404, wrong


def test_versions_of_two_articles_are_compared_and_called_no_edit(store_path: Path) -> None:
    (a,), (b,), *_ = asked(
        store_path, "select c.entry from versions v join captures c on c.id = v.capture group by v.article"
    )
    assert "Two articles are compared" in page(store_path, f"/-/stet/compare?a={a}&b={b}").text


def test_the_file_to_mail_stands_by_itself(store_path: Path) -> None:
    ((entry,), *_) = asked(store_path, f"{ENTRY} ch.summary like '%employees%'")
    told = page(store_path, f"/-/stet/diff/{entry}?download=1")
    assert re.search(r'attachment; filename="stet-[a-z0-9-]+\.html"', told.headers["content-disposition"])
    assert "<script" not in told.text
    assert not re.search(r'(src|action)="', told.text)
    assert not re.search(r'href="(?!#)', told.text)
    (style,) = re.findall(r"<style>(.*?)</style>", told.text, re.DOTALL)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', told.text)
    assert _digest(style) in html.unescape(policy)
    assert entry in told.text


MOVED = [
    f"Paragraph {name} of the story tells of the vote in the {name} district, and of nothing else."
    for name in ("north", "south", "east", "west", "inner", "outer")
]


def told(path: Path, *bodies: str) -> str:
    """A store of one article, seen through the real neck: the entry of its change."""
    from crawler.desk import Desk

    desk = Desk.from_settings({"STORE": str(path)})
    for minute, body in enumerate(bodies):
        asyncio.run(desk.observe(capture("https://sofrep.com/news/a-story-of-the-day", body.encode(), minute)))
    desk.close()
    found = asked(path, f"{ENTRY} 1 order by ch.by_at")
    return str(found[0][0]) if found else ""


def story(title: str, said: list[str]) -> str:
    inner = "".join(f"<p>{html.escape(p)}</p>" for p in said)
    return f"<html><head><title>{html.escape(title)}</title></head><body><article><h1>{html.escape(title)}</h1>{inner}</article></body></html>"


def test_a_paragraph_that_moved_says_where_it_stood_and_where_it_stands(tmp_path: Path) -> None:
    after = [*MOVED[1:5], MOVED[0], MOVED[5].replace("nothing", "little")]
    entry = told(tmp_path / "stet.db", *(story("A story of the day", said) for said in (MOVED, after, after)))
    shown = page(tmp_path / "stet.db", f"/-/stet/diff/{entry}").text
    assert re.search(r"Paragraph 5, was paragraph 1 · moved here", shown)
    lead = re.search(r'Paragraph 1 moved from here <a href="#(c\d+)">', shown)
    assert lead
    assert f'id="{lead[1]}"' in shown


def test_a_long_difference_is_cut_and_leads_to_all_of_it(tmp_path: Path) -> None:
    def said(word: str) -> list[str]:
        return [
            f"Paragraph {n} tells {word} of the vote, " + f"of ward {n} and of its people " * 12 for n in range(400)
        ]

    entry = told(
        tmp_path / "stet.db", *(story("A long story of the day", said(word)) for word in ("much", "little", "little"))
    )
    short, whole = pages(tmp_path / "stet.db", f"/-/stet/diff/{entry}", f"/-/stet/diff/{entry}?all=1")
    assert len(short.content) < OURS
    assert "more changes do not fit on this page" in short.text
    assert "more changes do not fit" not in whole.text
    assert whole.text.count("<ins>") == 400


# --- what must never happen ---------------------------------------------------------------------

NASTY = '<script>alert("x")</script><img src=x onerror=alert(1)>\x1b[31m\u202egnp.exe\u2066 {{ 7*7 }} " onmouseover="x'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Script, escape sequences and bidi marks in headline and text; then a headline of a megabyte, and paragraphs without end."""
    path = tmp_path_factory.mktemp("hostile") / "stet.db"
    said = [f"{NASTY} first paragraph {n} of the story on the vote in the district." for n in range(6)]
    changed = [p.replace("first", "second") for p in said]
    huge = ["word" * 75_000, *changed, "many words of a vote " * 15_000]
    long = "a headline that does not end " * 35_000
    told(
        path,
        *(story(*shown) for shown in ((NASTY, said), (NASTY, changed), (NASTY, changed), (long, huge), (long, huge))),
    )
    return path


def walked(path: Path) -> list[str]:
    entries = [row[0] for row in asked(path, f"{ENTRY} 1")]
    versions = [row[0] for row in asked(path, "select c.entry from versions v join captures c on c.id = v.capture")]
    articles = [row[0] for row in asked(path, "select id from articles")]
    views = ("", "?view=inline", "?view=text", "?download=1")
    return [
        "/-/stet?days=90",
        *(f"/-/stet/article/{number}{by}" for number in articles for by in ("", "?by=looks")),
        *(f"/-/stet/version/{entry}" for entry in versions),
        *(f"/-/stet/diff/{entry}{view}" for entry in entries for view in views),
        f"/-/stet/compare?a={versions[0]}&b={versions[-1]}",
    ]


def test_whatever_a_page_says_is_shown_inert_and_cut(hostile: Path) -> None:
    addresses = walked(hostile)
    assert any("diff" in address for address in addresses)
    for address, answer in zip(addresses, pages(hostile, *addresses), strict=True):
        assert answer.status_code == 200, address
        if "download" not in address:
            assert len(answer.content) < OURS, (address, len(answer.content))
        assert not BIDI.search(answer.text), address
        assert not CONTROL.search(answer.text), address
        if "view=text" in address:
            continue
        shown = re.sub(r"<script>\"use strict\".*?</script>", "", answer.text, flags=re.DOTALL)
        assert "<script" not in shown, address
        assert "<img" not in shown, address
        assert not re.search(r"<[^>]* on[a-z]+=", shown), address
        assert "49" not in shown.partition("{{")[2][:20], address


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_pages_load_nothing_and_allow_only_their_own_style_and_script(store_path: Path) -> None:
    for address, answer in zip(walked(store_path)[:60], pages(store_path, *walked(store_path)[:60]), strict=True):
        if "view=text" in address or "download" in address:
            continue
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        for style in re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL):
            assert _digest(style) in policy
        for script in re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL):
            assert _digest(script) in policy
        assert not re.search(r'\s(style|src)="', answer.text), address
        assert not re.search(r'href="(?!/|#|\?)', answer.text), address
        assert len(answer.content) < OURS, address


def test_who_may_not_see_texts_may_not_see_the_pages_made_of_them(store_path: Path) -> None:
    hidden = {"databases": {store_path.stem: {"tables": {"texts": {"allow": False}}}}}
    served = {"metadata": hidden} if not hasattr(Datasette, "allowed") else {"config": hidden}
    addresses = walked(store_path)[:3]
    assert {answer.status_code for answer in pages(store_path, *addresses, **served)} == {403}


# --- in a browser -------------------------------------------------------------------------------

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine: pages are not looked at in a browser"
)


def dom(address: str, tmp_path: Path, *more: str) -> tuple[str, str]:
    """The page as the browser has it once it stands, and what the browser complained of."""
    asks = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    asks += ["--enable-logging=stderr", "--v=0", "--virtual-time-budget=2000", *more, "--dump-dom", address]
    done = subprocess.run(asks, capture_output=True, text=True, timeout=90, check=False)
    return done.stdout, done.stderr


PRESS = """<script>
addEventListener("load", function () {
  var said = [];
  function press(key) {
    document.dispatchEvent(new KeyboardEvent("keydown", { key: key, bubbles: true }));
    said.push(document.activeElement.id || "none");
  }
  "jjjkxk".split("").forEach(press);
  var folded = document.querySelector("details.fold p");
  said.push(folded.checkVisibility() ? "open" : "folded");
  document.querySelector("details.fold").open = true;
  said.push(folded.checkVisibility() ? "open" : "folded");
  document.title = said.join(" ");
});
</script>"""


@browser
def test_j_and_k_go_from_change_to_change_and_folds_open(store_path: Path, tmp_path: Path) -> None:
    ((entry,), *_) = asked(store_path, f"{ENTRY} ch.summary like '%paragraph added%' and ch.status = 'news'")
    shown = page(store_path, f"/-/stet/diff/{entry}").text
    (tmp_path / "page.html").write_text(shown.replace("</body>", PRESS + "</body>"))
    stood, _ = dom((tmp_path / "page.html").as_uri(), tmp_path)
    title = re.search("<title>([^<]*)</title>", stood)
    assert title
    assert title[1] == "c1 c2 c3 c2 c2 c1 folded open"


@pytest.fixture
def served(store_path: Path) -> Iterator[str]:
    """A datasette that listens on this machine, as `scrapy browse` starts it."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    command = [sys.executable, "-m", "datasette", str(store_path), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@browser
def test_the_browser_has_nothing_to_complain_of(served: str, store_path: Path, tmp_path: Path) -> None:
    ((entry,), *_) = asked(store_path, f"{ENTRY} ch.summary like '%paragraph added%' and ch.status = 'news'")
    ((number,), *_) = asked(store_path, "select id from articles where standing = 'taken_down'")
    for address in ("/-/stet", f"/-/stet/article/{number}", f"/-/stet/diff/{entry}"):
        stood, complaints = dom(served + address, tmp_path, "--window-size=390,800")
        assert "<h1>" in stood
        assert "Content Security Policy" not in complaints, complaints
        assert "CONSOLE" not in complaints, complaints


WIDE = """<script>addEventListener("load", function () {
  document.title = JSON.stringify([document.documentElement.scrollWidth, innerWidth]);
});</script>"""


@browser
def test_no_page_is_wider_than_a_phone(store_path: Path, tmp_path: Path) -> None:
    ((entry,), *_) = asked(store_path, f"{ENTRY} ch.summary like '%paragraph added%' and ch.status = 'news'")
    ((number,), *_) = asked(store_path, "select id from articles where standing = 'restless'")
    for address in ("/-/stet", f"/-/stet/article/{number}", f"/-/stet/diff/{entry}", f"/-/stet/version/{entry}"):
        frame = f'<iframe width="390" height="800" srcdoc="{html.escape(page(store_path, address).text.replace("</body>", WIDE + "</body>"))}"></iframe>'
        reader = '<script>addEventListener("load", function () { setTimeout(function () { document.title = frames[0].document.title; }, 300); });</script>'
        (tmp_path / "phone.html").write_text(f"<!doctype html><title>x</title>{frame}{reader}")
        stood, _ = dom((tmp_path / "phone.html").as_uri(), tmp_path)
        title = re.search("<title>([^<]*)</title>", stood)
        assert title
        needed, given_ = json.loads(title[1])
        assert needed <= given_, address


# --- feeds, and who carries whose texts ---------------------------------------------------------


@pytest.mark.parametrize("of", ["", "/outlet/courier", "/search?q=Xinhua&outlet=courier", "article"])
def test_a_page_names_its_feeds_and_they_answer(store_path: Path, of: str) -> None:
    if of == "article":
        ((number,),) = asked(store_path, "select id from articles where versions > 1 limit 1")
        of = f"/article/{number}"
    (page,) = pages(store_path, f"/-/stet{of}")
    found = lxml.html.document_fromstring(page.text).xpath("//link[@rel='alternate']")
    assert [link.get("type") for link in found] == ["application/atom+xml", "application/feed+json"]
    for link, answer in zip(found, pages(store_path, *(link.get("href") for link in found)), strict=True):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(link.get("type"))


def test_a_search_for_nothing_has_no_feed(store_path: Path) -> None:
    assert 'rel="alternate"' not in pages(store_path, "/-/stet/search")[0].text


def test_the_exchange_tells_each_way_by_bars_that_lead_to_their_rows(store_path: Path) -> None:
    told = asked(store_path, "select from_outlet, to_outlet, sum(texts) from exchange group by 1, 2")
    (page,) = pages(store_path, "/-/stet/exchange")
    root = lxml.html.document_fromstring(page.text)
    assert len(root.xpath("//tbody/tr")) == len(told) > 0
    bars = [bar.get("href") for bar in root.xpath("//tbody//svg//a")]
    rows = pages(store_path, *(bar.replace("/copied?", "/copied.json?_shape=array&") for bar in bars))
    assert sum(len({row["article"] for row in answer.json()}) for answer in rows) == sum(row[2] for row in told)
    source = told[0][0]
    (own,) = pages(store_path, f"/-/stet/exchange?outlet={source}")
    assert f"/outlet/{source}" in own.text
    (nobody,) = pages(store_path, "/-/stet/exchange?outlet=nobody")
    assert "No text was seen at two outlets" in nobody.text


@browser
def test_a_printed_board_keeps_held_texts_folded(store_path: Path, tmp_path: Path) -> None:
    """Six takedowns with their evidence fit on a few sheets; with every text that was held, they took fourteen."""
    (tmp_path / "board.html").write_text(page(store_path, "/-/stet/takedowns").text)
    printed = tmp_path / "board.pdf"
    asks = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    where = (tmp_path / "board.html").as_uri()
    subprocess.run([*asks, f"--print-to-pdf={printed}", where], check=True, capture_output=True, timeout=60)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) <= 6
