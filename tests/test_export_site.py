"""The site of static files: every link leads to a file, nothing runs but our own, and only our own folder is replaced."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import feedparser
import lxml.html
import pytest

from crawler.dashboard import static
from crawler.dashboard.relative import Page, page_of
from crawler.dashboard.static import MARK, Wanted, write
from crawler.exports.trouble import ExportError
from storage.store import Store
from tests.test_commands import run
from tests.test_hostile_pages import STEERING
from tests.test_hostile_pages import path as hostile  # noqa: F401 (a fixture)


@pytest.fixture(scope="module")
def site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's site, as the command writes it."""
    folder = tmp_path_factory.mktemp("site") / "out"
    done = run("scrapy", "export", "site", str(folder), "--store", str(demo), PYTHONHASHSEED="7")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r".*index\.html: \d+ pages of \d+ articles\n", done.stdout)
    return folder


@pytest.fixture(scope="module")
def evil(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """The site of a store whose every word is hostile."""
    folder = tmp_path_factory.mktemp("evil") / "out"
    write(hostile, folder, Wanted(("outlet1", "outlet12", "outlet15"), title="</title><script>alert(1)</script>"))
    return folder


@pytest.fixture
def held(demo: Path) -> Iterator[Store]:
    store = Store.read(demo)
    yield store
    store.close()


def pages(folder: Path) -> Iterator[tuple[Path, Any]]:
    found = sorted(folder.rglob("*.html"))
    assert len(found) > 20
    for path in found:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
        yield path, lxml.html.document_fromstring(path.read_bytes(), parser=parser)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def whole(folder: Path) -> None:
    """Every link of every page is relative, stays in the folder, and leads to a file."""
    for path, root in pages(folder):
        ids = {element.get("id") for element in root.iter() if element.get("id")}
        for element in root.iter("a", "link"):
            said = element.get("href")
            if said is None:
                continue
            parts = urlsplit(said)
            assert (parts.scheme, parts.netloc, parts.query, said[:1] == "/") == ("", "", "", False), (path, said)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_relative_to(folder.resolve()), (path, said)
            assert target.is_file(), (path, said)
            if not parts.path:
                assert parts.fragment in ids, (path, said)


def inert(folder: Path) -> None:
    """Nothing on a page loads or runs, but our own style and script, which its policy names by their hashes."""
    for path, root in pages(folder):
        metas = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert len(metas) == 1, path
        policy = metas[0]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        ours = list(root.iter("style", "script"))
        for element in ours:
            digest = b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy, path
            assert not element.attrib, path
        assert len(ours) <= 2, path
        for element in root.iter():
            assert element.tag not in ("form", "img", "iframe", "object", "embed", "base", "b", "textarea"), path
            assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "src")], path


def test_every_link_leads_to_a_file_of_the_site(site: Path) -> None:
    whole(site)


def test_every_page_can_be_reached_from_the_first(site: Path) -> None:
    known, wanted = {site / "index.html"}, [site / "index.html"]
    while wanted:
        path = wanted.pop()
        for link in lxml.html.fromstring(path.read_bytes()).iter("a"):
            target = (path.parent / urlsplit(link.get("href", "")).path).resolve()
            if target.suffix == ".html" and target not in known:
                known.add(target)
                wanted.append(target)
    left = set(site.resolve().rglob("*.html")) - {path.resolve() for path in known}
    assert {path.name for path in left} <= {path.name for path in (site / "takedowns").iterdir()}


def test_all_that_is_told_has_its_page(site: Path, held: Store) -> None:
    told = "select c.entry from changes ch join versions v on v.id = ch.to_version join captures c on c.id = v.capture where ch.status = 'news'"
    for row in held.conn.execute(told):
        for view in ("", ".view-inline"):
            assert (site / f"diff/{row['entry']}{view}.html").is_file()
    for row in held.conn.execute("select id from articles where versions > 0"):
        assert (site / f"article/{row['id']}.html").is_file()
    for row in held.conn.execute("select distinct outlet from articles"):
        assert (site / f"outlet/{row['outlet']}.html").is_file()
    assert {path.name for path in site.iterdir()} >= {"index.html", "takedowns.html", "outlets.html", "edits.html"}


def test_what_is_not_told_has_no_page(site: Path, held: Store) -> None:
    sql = """select c.entry from changes ch join versions v on v.id = ch.to_version
        join captures c on c.id = v.capture group by 1 having sum(ch.status = 'news') = 0"""
    untold = [row["entry"] for row in held.conn.execute(sql)]
    assert untold
    assert not [entry for entry in untold if (site / f"diff/{entry}.html").exists()]


def test_nothing_runs_but_our_own_and_it_is_named_by_its_hash(site: Path) -> None:
    inert(site)
    assert len(list(lxml.html.fromstring(next((site / "diff").iterdir()).read_bytes()).iter("script"))) == 1


def test_the_words_of_a_page_stay_as_the_dashboard_shows_them(site: Path, held: Store) -> None:
    sql = "select t.text, c.entry from versions v join texts t on t.digest = v.text join captures c on c.id = v.capture"
    for row in held.conn.execute(sql).fetchall():
        shown = lxml.html.fromstring((site / f"version/{row['entry']}.html").read_bytes().decode())
        paragraphs = [p.text_content() for p in shown.find_class("column")[0].iter("p")]
        assert paragraphs == row["text"].split("\n\n")


def test_feeds_parse_and_lead_to_the_articles(site: Path, held: Store) -> None:
    urls = {row["url"] for row in held.conn.execute("select url from articles")}
    for path in (site / "feed.atom", *(site / "outlet").glob("*.atom")):
        found = feedparser.parse(path.read_bytes())
        assert not found.bozo, path
        assert {entry.link for entry in found.entries} <= urls
        assert len(json.loads(path.with_suffix(".json").read_text())["items"]) == len(found.entries)
    assert len(feedparser.parse((site / "feed.atom").read_bytes()).entries) > 10


def test_the_data_are_json_and_name_their_pages(site: Path, held: Store) -> None:
    for name, sql in (
        ("changes", "select count(*) from changes where status = 'news'"),
        ("takedowns", "select count(*) from standings where standing = 'taken_down'"),
        ("articles", "select count(*) from articles where versions > 0 or standing is not null"),
    ):
        found = json.loads((site / f"{name}.json").read_text(encoding="ascii"))
        assert len(found) == held.conn.execute(sql).fetchone()[0] > 0
        assert all((site / row["page"]).is_file() for row in found)


def test_the_same_store_gives_the_same_bytes(site: Path, demo: Path, tmp_path: Path) -> None:
    write(demo, tmp_path / "again", Wanted())
    assert files(tmp_path / "again") == files(site)


def test_a_part_of_the_store_makes_a_whole_site_of_its_own(demo: Path, tmp_path: Path, held: Store) -> None:
    done = run(
        "scrapy", "export", "site", str(tmp_path / "out"), "--outlet", "sentinel, zarya", "--since", "2026-03-06",
        "--title", "A <b>name</b>", "--store", str(demo),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    whole(tmp_path / "out")
    inert(tmp_path / "out")
    sql = """select count(*) from articles a where outlet in ('sentinel', 'zarya') and (
        exists (select 1 from versions where article = a.id and first_at >= '2026-03-06')
        or exists (select 1 from standings where article = a.id and by_at >= '2026-03-06'))"""
    lives = [path for path in (tmp_path / "out/article").iterdir() if path.name.count(".") == 1]
    assert len(lives) == held.conn.execute(sql).fetchone()[0] > 0
    others = [
        row["name"] for row in held.conn.execute("select name from outlets where key not in ('sentinel', 'zarya')")
    ]
    front = (tmp_path / "out/index.html").read_text()
    assert not [name for name in others if name in front]
    root = lxml.html.fromstring(front)
    assert root.find_class("name")[0].text_content() == "A <b>name</b>"
    assert {path.stem for path in (tmp_path / "out/outlet").iterdir()} == {"sentinel", "zarya"}
    assert {row["outlet"] for row in json.loads((tmp_path / "out/changes.json").read_text())} <= {"sentinel", "zarya"}
    assert len(feedparser.parse((tmp_path / "out/feed.atom").read_bytes()).entries) > 0


# --- hostile words ------------------------------------------------------------------------------


def test_hostile_words_are_inert(evil: Path) -> None:
    whole(evil)
    inert(evil)


def test_nothing_in_a_file_steers_its_reader(evil: Path) -> None:
    for name, body in files(evil).items():
        hit = STEERING.search(body.decode())
        assert hit is None, (name, repr(body.decode()[max(hit.start() - 40, 0) : hit.end() + 20]))


# --- which folder -------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site of its front page alone: these tests are about the folder."""

    async def front(self: Any) -> None:
        await self.ask(self.begin)
        await self.one(Page("outlets"))
        await self.beside([])

    monkeypatch.setattr(static._Export, "all", front)


def test_a_folder_that_is_not_ours_is_left_alone(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    done = run("scrapy", "export", "site", str(tmp_path), "--store", str(demo))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "no earlier export" in done.stderr
    assert files(tmp_path) == {"index.html": b"mine"}


@pytest.mark.usefixtures("quick")
def test_an_earlier_export_is_replaced_whole(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    write(demo, out, Wanted())
    before = files(out)
    (out / "outlets.html").write_text("an old one")
    write(demo, out, Wanted())
    assert files(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.usefixtures("quick")
def test_what_somebody_put_into_an_export_is_not_lost(demo: Path, tmp_path: Path) -> None:
    write(demo, tmp_path / "out", Wanted())
    (tmp_path / "out/CNAME").write_text("edits.example.org")
    with pytest.raises(ExportError, match="CNAME"):
        write(demo, tmp_path / "out", Wanted())
    assert (tmp_path / "out/CNAME").read_text() == "edits.example.org"


def test_an_export_that_fails_leaves_the_earlier_one(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MARK).write_text(json.dumps({"holds": [MARK]}))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(demo, tmp_path / "out", Wanted(("sentinel",)), stop)
    assert list(files(tmp_path)) == [f"out/{MARK}"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--outlet", "sentinl"], "did you mean sentinel"),
        (["--since", "yesterday"], "is no day"),
        (["--kind", "headline"], "--kind means nothing"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(demo: Path, tmp_path: Path, words: list[str], says: str) -> None:
    done = run("scrapy", "export", "site", str(tmp_path / "x"), *words, "--store", str(demo))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


# --- which file ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/-/stet", "index.html"),
        ("/-/stet?days=14", "index.html"),
        ("/-/stet?days=7&order=newest", "latest/all.days-7.order-newest.html"),
        ("/-/stet/article/12?by=looks", "article/12.by-looks.html"),
        ("/-/stet/diff/ab?view=sides", "diff/ab.html"),
        ("/-/stet/takedowns?standing=down&outlet=amn", "takedowns/all.outlet-amn.standing-down.html"),
        ("/-/stet/outlet/%E5%8C%97", "outlet/k.1fba9c9a16fc2d2b.html"),
        ("/stet/articles?outlet=amn", "articles/amn.html"),
        ("/stet/captures/1", None),
        ("/-/stet/search?q=x", None),
        ("/-/stet/diff/ab?view=text", None),
        ("/-/stet/diff/ab?download=1", None),
        ("/-/stet/outlet/", None),
        ("/-/stetson", None),
        ("https://elsewhere.example/", None),
    ],
)
def test_an_address_has_one_file_or_none(address: str, place: str | None) -> None:
    page = page_of(address, "/stet")
    if place and "/k." in place:
        place = f"outlet/k.{hashlib.sha256('北'.encode()).hexdigest()[:16]}.html"
    assert (page.place if page else None) == place
