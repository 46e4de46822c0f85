"""The shelves: files are checked key by key, what is wrong is said in one line, hosts find their outlet."""

import re
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import pytest

from crawler import catalogue
from crawler.catalogue import Catalogue, CatalogueError, UnknownOutlet
from storage.records import Channel, Outlet, Paywall


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return catalogue.load()


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    put(tmp_path, "gazette", 'domains = ["gazette.example"]')
    return tmp_path


def put(shelf: Path, key: str, toml: str) -> Path:
    """One outlet's file on a shelf; it says its own name."""
    file = shelf / f"{key}.toml"
    file.write_text(f'name = "{key.title()}"\n{toml}\n', encoding="utf-8")
    return file


# --- whose address is this? ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.rt.com/russia/1-a/", "rt"),
        ("https://de.rt.com/a", "rt"),
        ("https://RT.COM./a", "rt"),
        ("https://www.rt.com:8443/a", "rt"),
        ("https://swentr.site/a", "rt"),
        ("https://cn.sputniknews.com/a", "sputnik"),
        ("https://www.defense.gov/News/", "dod"),
        ("https://2017-2021.state.gov/a", "state_us"),
        ("https://factcheck.afp.com/a", "afp"),
        ("https://us.china-embassy.gov.cn/eng/", "cn_embassy_us"),
    ],
)
def test_subdomains_mirrors_and_ports_find_their_outlet(shipped: Catalogue, url: str, key: str) -> None:
    found = shipped.of(url)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "url",
    [
        "https://notrt.com/a",
        "https://rt.com.evil.example/a",
        "https://rt.com@evil.example/a",
        "https://evil.example/https://rt.com/",
        "https://evil.example\\@rt.com/",
        "https://uk.china-embassy.gov.cn/",
        "ftp://rt.com/a",
        "//rt.com/a",
        "rt.com",
        "https://rt.com:port/",
        "https://[rt.com/",
        "",
    ],
)
def test_lookalike_hosts_belong_to_nobody(shipped: Catalogue, url: str) -> None:
    assert shipped.of(url) is None


def test_the_longest_domain_wins(shelf: Path) -> None:
    put(shelf, "blog", 'domains = ["blog.gazette.example"]')
    shown = catalogue.load(shelf)
    assert (shown.of("https://a.blog.gazette.example/x") or shown.get("gazette")).key == "blog"
    assert (shown.of("https://a.gazette.example/x") or shown.get("blog")).key == "gazette"


def test_loopback_outlets_are_known_by_their_exact_host(tmp_path: Path) -> None:
    put(tmp_path, "one", 'domains = ["127.0.1.7"]\npace = 0.01')
    put(tmp_path, "two", 'domains = ["localhost", "[::1]"]\npace = 0.01')
    loop = catalogue.load(tmp_path)
    assert loop.on_loopback
    assert loop.loopback_hosts == {"127.0.1.7", "localhost", "::1"}
    assert loop.of("http://127.0.1.7:8000/a") is loop.get("one")
    assert loop.of("http://[::1]:8000/a") is loop.get("two")
    assert loop.of("http://127.0.1.8/a") is None
    assert loop.of("http://7.127.0.1.7/a") is None
    assert loop.of("http://127.0.1.7.evil.example/a") is None


def test_one_outlet_elsewhere_and_the_shelf_is_not_on_loopback(shelf: Path, shipped: Catalogue) -> None:
    put(shelf, "one", 'domains = ["127.0.1.7"]')
    mixed = catalogue.load(shelf)
    assert not mixed.on_loopback
    assert mixed.loopback_hosts == {"127.0.1.7"}
    assert (shipped.on_loopback, shipped.loopback_hosts) == (False, frozenset())


# --- picking ------------------------------------------------------------------------------------


def test_outlets_are_picked_by_key_once_and_in_order(shipped: Catalogue) -> None:
    assert [outlet.key for outlet in shipped.pick(" sofrep,amn , sofrep,")] == ["sofrep", "amn"]


def test_naming_none_picks_all_that_are_on(shipped: Catalogue) -> None:
    assert all(outlet.enabled and outlet.crawlable for outlet in shipped.pick(" "))
    assert {"amn", "sofrep", "ppa"} <= {outlet.key for outlet in shipped.pick("")}


def test_an_unknown_outlet_is_answered_with_the_nearest(shipped: Catalogue) -> None:
    with pytest.raises(UnknownOutlet, match=r'"sofrap"; did you mean sofrep\?$'):
        shipped.pick("amn,sofrap")
    with pytest.raises(LookupError, match=r'"zzz"$'):
        shipped.get("zzz")


def test_a_walled_platform_cannot_be_picked(shipped: Catalogue) -> None:
    with pytest.raises(CatalogueError, match="weibo cannot be crawled: a visitor system"):
        shipped.pick("weibo")


def test_commas_alone_name_nothing(shipped: Catalogue) -> None:
    with pytest.raises(CatalogueError, match="names no outlet"):
        shipped.pick(", ,")


# --- what is wrong is said in one line ----------------------------------------------------------

CHANNEL = 'domains = ["a.example"]\n[[channels]]\nkind = "feed"\nurl = "https://a.example/feed"\n'


@pytest.mark.parametrize(
    ("toml", "where", "what"),
    [
        ('domain = ["a.example"]', "domain", "did you mean domains?"),
        ('domains = "a.example"', "domains", "is a text, wants a list"),
        ('domains = ["a.example", 3]', "domains[2]", "is a number, wants a text"),
        ('domains = ["https://a.example"]', "domains[1]", "wants a host without scheme"),
        ('domains = ["a.example/news"]', "domains[1]", "wants a host without scheme"),
        ('domains = ["10.0.0.1"]', "domains[1]", "wants a host"),
        ('domains = ["a.example", "a.example"]', "domains", "a.example stands twice"),
        ("domains = []", "domains", "is missing"),
        ('homepage = "https://a.example/"', "domains", "is missing"),
        ('domains = ["gazette.example"]', "domains", "gazette.example is taken by gazette"),
        ('domains = ["a.example"]\nmirrors = ["gazette.example"]', "domains", "is taken by gazette"),
        ('domains = ["a.example"]\nkey = "gazette"', "key", "gazette is taken by gazette.toml"),
        ('domains = ["a.example"]\nkey = "A B"', "key", "is no key"),
        ('domains = ["a.example"]\npace = "5"', "pace", "is a text, wants a number"),
        ('domains = ["a.example"]\npace = true', "pace", "is true or false, wants a number"),
        ('domains = ["a.example"]\npace = 0.2', "pace", "too fast"),
        ('domains = ["a.example"]\npace = -1', "pace", "wants a number above 0"),
        ('domains = ["a.example"]\npace = nan', "pace", "wants a number above 0"),
        ('domains = ["a.example"]\nenabled = 1', "enabled", "wants true or false"),
        ('domains = ["a.example"]\ncountry = "China"', "country", "two capitals"),
        ('domains = ["a.example"]\nlanguages = ["English"]', "languages[1]", "a language code"),
        ('domains = ["a.example"]\nhomepage = "a.example"', "homepage", "begins with https://"),
        ('domains = ["a.example"]\nhomepage = "javascript:alert(1)"', "homepage", "begins with https://"),
        ('domains = ["a.example"]\nconfidence = "hihg"', "confidence", "did you mean high?"),
        ('domains = ["a.example"]\nnotes = "one\\ntwo"', "notes", "one line of text"),
        ('domains = ["a.example"]\nchrome = [""]', "chrome[1]", "one line of text"),
        ("domains = ['a.example']\narticle_patterns = ['(unclosed']", "article_patterns[1]", "no regular expression"),
        ("domains = ['a.example']\narticle_patterns = ['.*']", "article_patterns[1]", "fits anything"),
        ('domains = ["a.example"]\ncrawlable = false', "reason", "is missing"),
        ('domains = ["a.example"]\nsyndicates_from = ["gazete"]', "syndicates_from", "did you mean gazette?"),
        ('domains = ["a.example"]\npaywall = "hard"', "paywall", "is a text, wants a table"),
        ('domains = ["a.example"]\n[paywall]\ntype = "freemum"', "paywall.type", "did you mean freemium?"),
        ('domains = ["a.example"]\n[paywall]\nphrase = ["x"]', "paywall.phrase", "did you mean phrases?"),
        ('domains = ["a.example"]\n[channels]\nkind = "feed"', "channels", "is a table, wants a list"),
        ('domains = ["a.example"]\n[[channels]]\nkind = "feed"', "channels[1].url", "is missing"),
        (CHANNEL.replace("feed", "fed"), "channels[1].kind", "did you mean feed?"),
        (CHANNEL.replace("https", "htps"), "channels[1].url", "begins with https://"),
        (CHANNEL + 'fact = "alive"', "channels[1].fact", "did you mean live?"),
        (CHANNEL + "as_of = 2026-10-08", "channels[1].as_of", "is a date, wants a text"),
        (CHANNEL + 'as_of = "8 Oct"', "channels[1].as_of", "a date in quotes"),
        (CHANNEL.replace("/feed", "/{section}"), "channels[1].url", "holds a placeholder"),
        ("domains = [", "is no TOML", "line"),
        ('domains = ["a.example"]\ndomains = ["b.example"]', "is no TOML", "line 3"),
    ],
)
def test_what_is_wrong_with_an_outlet_is_said_in_one_line(shelf: Path, toml: str, where: str, what: str) -> None:
    file = put(shelf, "newcomer", toml)
    with pytest.raises(CatalogueError) as caught:
        catalogue.load(shelf)
    line = str(caught.value)
    assert line.startswith(f"{file}: {where}: ")
    assert what in line
    assert "\n" not in line
    assert len(line) < 300 + len(str(file))


def test_a_file_that_is_not_utf8_is_named(shelf: Path) -> None:
    (shelf / "alt.toml").write_bytes('name = "Коммерсантъ"'.encode("cp1251"))
    with pytest.raises(CatalogueError, match=r"alt\.toml: is not UTF-8"):
        catalogue.load(shelf)


def test_a_stray_file_is_named(shelf: Path) -> None:
    (shelf / "outlets.yaml").write_text("a: 1")
    with pytest.raises(CatalogueError, match=r"outlets\.yaml: is of no kind read here \(\.toml\)"):
        catalogue.load(shelf)


def test_hidden_files_are_passed_over(shelf: Path) -> None:
    (shelf / ".DS_Store").write_bytes(b"\x00")
    assert list(catalogue.load(shelf).outlets) == ["gazette"]


def test_an_empty_or_missing_shelf_is_no_shelf(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="holds no file"):
        catalogue.load(tmp_path)
    with pytest.raises(CatalogueError, match="is no folder"):
        catalogue.load(tmp_path / "nowhere")
    with pytest.raises(CatalogueError, match="is no folder"):
        catalogue.load_seeds(tmp_path / "nowhere")


def test_files_of_the_project_can_be_copied_to_a_shelf_of_ones_own(tmp_path: Path, shipped: Catalogue) -> None:
    (tmp_path / "sofrep.toml").write_bytes((catalogue.OUTLETS / "sofrep.toml").read_bytes())
    assert catalogue.load(tmp_path).get("sofrep") == shipped.get("sofrep")


def test_the_rules_digest_follows_what_shapes_reading_and_nothing_else(shelf: Path) -> None:
    def rules(toml: str) -> str:
        put(shelf, "gazette", f'domains = ["gazette.example"]\n{toml}')
        return catalogue.load(shelf).get("gazette").rules

    plain = rules("")
    assert re.fullmatch("[0-9a-f]{64}", plain)
    assert rules('notes = "x"\npace = 9\n[paywall]\nnote = "y"') == plain
    readings = {
        plain,
        rules('chrome = ["Ad"]'),
        rules('[paywall]\nselectors = [".cut"]'),
        rules('[paywall]\nphrases = ["Join"]'),
    }
    assert len(readings) == 4


# --- the seeds' shelf ---------------------------------------------------------------------------


def test_the_projects_seeds_load_with_their_addresses() -> None:
    profile = catalogue.load_seeds()
    facets = {term.facet for term in profile.terms}
    assert {"coordination", "censorship_instructions", "leak", "biolabs", "actors_ru", "actors_cn"} <= facets
    assert profile.need_facets == 2
    assert ("censorship_instructions",) in profile.any_of
    outlets = [catalogue.load().of(url) for url in profile.addresses]
    assert {outlet.key for outlet in outlets if outlet} == {"amn", "sofrep", "ppa", "scmp", "theintercept"}


@pytest.mark.parametrize(
    ("toml", "where", "what"),
    [
        ('facet = "x"', "facet", "did you mean facets?"),
        ('[facets]\nports = [{ wight = 2, en = ["x"] }]', "facets.ports[1].wight", "did you mean weight?"),
        ('[facets]\nports = [{ weight = "2", en = ["x"] }]', "facets.ports[1].weight", "wants a number"),
        ("[facets]\nports = [{ weight = 2 }]", "facets.ports[1]", "has no wording"),
        ('[facets]\nports = [{ en = ["*"] }]', "facets.ports[1].en[1]", "wants a word"),
        ('[facets]\nports = [{ en = ["do*"] }]', "facets.ports[1].en[1]", "three letters"),
        ("[rules]\nneed_facets = 1.5", "rules.need_facets", "is a number, wants a"),
        (
            '[rules]\nmust_include_any_of = [["prots"]]\n[facets]\nports = [{ en = ["dock"] }]',
            "rules.must_include_any_of",
            "did you mean ports?",
        ),
        ('[[timeline]]\nevent = "x"', "timeline[1].date", "is missing"),
        ('published = "last year"', "published", "a date in quotes"),
    ],
)
def test_what_is_wrong_with_a_seed_is_said_in_one_line(tmp_path: Path, toml: str, where: str, what: str) -> None:
    file = tmp_path / "harbour.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        catalogue.load_seeds(tmp_path)
    assert str(caught.value).startswith(f"{file}: {where}: ")
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_tables_of_rules_on_one_shelf_are_one_too_many(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text("[rules]\nneed_facets = 2\n")
    with pytest.raises(CatalogueError, match=r"b\.toml: rules: a\.toml has rules, too"):
        catalogue.load_seeds(tmp_path)


@pytest.mark.parametrize(("name", "body"), [("a.txt", " \n"), ("a.html", ""), ("a.html", "<script>x</script>")])
def test_a_document_without_text_is_no_seed(tmp_path: Path, name: str, body: str) -> None:
    (tmp_path / name).write_text(body)
    with pytest.raises(CatalogueError, match="holds no text"):
        catalogue.load_seeds(tmp_path)


def test_entities_count_as_terms_unless_a_facet_has_them(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        'entities = ["Port of Varna", "Mila Petrova"]\n[facets]\nports = [{ en = ["Varna"] }]\n'
    )
    terms = catalogue.load_seeds(tmp_path).terms
    assert [(term.facet, term.name) for term in terms] == [("ports", "Varna"), ("entities", "Mila Petrova")]


# --- the pages about it -------------------------------------------------------------------------

DOCS = Path(__file__).parents[1] / "docs"


def toml_in(page: str) -> str:
    found = re.search(r"```toml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_outlet_in_the_docs_loads(tmp_path: Path) -> None:
    (tmp_path / "gazette.toml").write_text(toml_in("outlets.md"), encoding="utf-8")
    assert catalogue.load(tmp_path).get("gazette").channels[0].kind == "feed"


def test_the_seed_in_the_docs_loads(tmp_path: Path) -> None:
    (tmp_path / "strike.toml").write_text(toml_in("seeds.md"), encoding="utf-8")
    profile = catalogue.load_seeds(tmp_path)
    assert {term.facet for term in profile.terms} == {"ports", "strike", "entities"}
    assert profile.addresses == ("https://gazette.example/2024/strike", "https://wire.example/1234")


def test_every_key_is_documented() -> None:
    page = (DOCS / "outlets.md").read_text(encoding="utf-8")
    keys = [f.name for record in (Outlet, Channel, Paywall) for f in fields(record)]
    assert [
        key for key in keys if f"`{key}`" not in page and f"`[[{key}]]`" not in page and f"`[{key}]`" not in page
    ] == ["rules"]


# --- cost ----------------------------------------------------------------------------------------


def test_a_whole_shelf_loads_in_the_blink_of_an_eye() -> None:
    def seconds() -> float:
        began = time.perf_counter()
        catalogue.load()
        return time.perf_counter() - began

    assert min(seconds() for _ in range(5)) < 0.1  # 0.015 s where it was written; a busy machine may take longer


def test_neither_shelf_needs_scrapy() -> None:
    code = "import sys; from crawler import catalogue as c; c.load(), c.load_seeds(); print('scrapy' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, cwd=DOCS.parent
    )
    assert run.stdout.strip() == "False"
