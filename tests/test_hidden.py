"""Texts that hide outside the visible markup: where they hide, which one stands in, and what it costs."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.page import scripts, state
from crawler.read import read
from storage.records import Body, Extent, Outlet, Page, Paywall
from tests.test_read import ARTICLE, TITLE, html, reading

OTHER = (
    "Cooks of the islands agree on one soup for the winter market, and on nothing else that was put before them.",
    "The soup is to be made of leeks and of whatever the boats bring home, the eldest of the cooks told the guild.",
    "A second pot will be kept for those who do not eat fish, though nobody could say who would pay for its leeks.",
    "The market opens on the first Sunday of December, whatever the weather, and closes when the pots are empty.",
    "Last year it closed at noon.",
)
OTHER_TITLE = "One soup for all islands"


def shell(*visible: str, head: str = "", description: str = "") -> bytes:
    """A page that a script draws: a headline, what little is visible, and what else its head holds."""
    body = "".join(f"<p>{line}</p>" for line in visible)
    said = f'<meta name="description" content="{description}">' if description else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>{said}{head}</head>'
        f'<body><div id="app"><h1>{TITLE}</h1>{body}</div></body></html>'
    ).encode()


def data(value: Any, name: str = "__NEXT_DATA__") -> str:
    return f'<script id="{name}" type="application/json">{json.dumps(value)}</script>'


def json_ld(body: str, headline: str = TITLE) -> str:
    thing = {"@type": "NewsArticle", "headline": headline, "articleBody": body}
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


def nodes(lines: tuple[str, ...]) -> list[Any]:
    """Paragraphs as typed nodes, as SCMP has them, with an advertisement among them."""
    made: list[Any] = [{"type": "p", "attribs": {}, "children": [{"type": "text", "data": line}]} for line in lines]
    return [*made[:2], {"type": "inline-ad-slot", "children": []}, *made[2:]]


def article(lines: tuple[str, ...] = ARTICLE, title: str = TITLE) -> dict[str, Any]:
    return {"headline": title, "urlAlias": "/news/1", "body": {"json": nodes(lines)}}


def outlet(*hooks: Body, **known: Any) -> Outlet:
    return Outlet(key="h", name="H", bodies=hooks, **known)


# --- where texts hide ---------------------------------------------------------------------------

SHAPES: dict[str, Any] = {
    "typed nodes": {"props": {"pageProps": {"payload": {"data": {"article": article()}}}}},
    "a news agency's elements": {
        "headlines": {"basic": TITLE},
        "content_elements": [
            {"type": "text", "content": ARTICLE[0]},
            {"type": "image", "caption": "A gate. Nobody is to be seen on it, and nothing moves."},
            *({"type": "text", "content": line} for line in ARTICLE[1:]),
        ],
    },
    "rich text": {
        "title": TITLE,
        "doc": {
            "type": "doc",
            "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": line[:30]}, {"type": "text", "text": line[30:], "marks": [{"type": "bold"}]}]}
                for line in ARTICLE
            ],
        },
    },
    "blocks in blocks": {
        "blocks": [
            {"type": "headline", "model": {"blocks": [{"type": "text", "model": {"text": TITLE}}]}},
            *({"type": "text", "model": {"blocks": [{"type": "paragraph", "model": {"text": line}}]}} for line in ARTICLE),
        ]
    },
    "portable text": {
        "title": TITLE,
        "body": [{"_type": "block", "children": [{"_type": "span", "text": line[:9]}, {"_type": "span", "text": line[9:]}]} for line in ARTICLE],
    },
    "strings of HTML": {"title": TITLE, "parts": [f"<p>{line}</p>" for line in ARTICLE]},
    "one string of HTML": {"title": TITLE, "content": {"rendered": "".join(f"<p>{line}</p>" for line in ARTICLE)}},
    "JSON in JSON": {"title": TITLE, "body": json.dumps([{"type": "p", "value": line} for line in ARTICLE])},
    "lines": {"title": TITLE, "paragraphs": list(ARTICLE)},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("place", ["data", "assigned", "parsed", "data of other type"])
def test_a_body_in_the_data_of_a_page_stands_in_for_a_stub(shape: str, place: str) -> None:
    value = SHAPES[shape]
    head = {
        "data": data(value),
        "assigned": f"<script>window.__STATE__ = {json.dumps(value)};</script>",
        "parsed": f"<script>window.__STATE__ = JSON.parse({json.dumps(json.dumps(value))});</script>",
        "data of other type": f'<script type="application/vnd.api+json">{json.dumps(value)}</script>',
    }[place]
    page = reading(shell(ARTICLE[0], head=head))
    assert page.text.paragraphs == ARTICLE
    assert (page.text.extent, page.observed_paywall, page.text.title) == (Extent.FULL, False, TITLE)


def test_paragraphs_in_sections_are_one_body_and_lists_stand_where_they_stood() -> None:
    parts = [
        {"type": "section", "title": "Gate", "content": [{"type": "p", "text": ARTICLE[0]}, {"type": "ul", "items": ["One.", "Two."]}]},
        {"type": "section", "title": "Freight", "content": [{"type": "p", "text": line} for line in ARTICLE[1:]]},
    ]  # fmt: skip
    found = state.bodies({"headline": TITLE, "sections": parts})
    assert [told.headline for told in found] == [TITLE]
    assert found[0].text == "".join(f"<p>{line}</p>" for line in (ARTICLE[0], "One.", "Two.", *ARTICLE[1:]))


def test_a_string_in_a_script_stands_in_with_its_escapes_resolved() -> None:
    told = "".join(f"<p>{line}</p>" for line in ARTICLE)
    escaped = "".join(f"\\u{ord(c):04x}" if c in "<>“”" else c for c in told).replace("/", "\\/")
    for script in (
        f"var it's = 1\nvar body = '{escaped}';",
        f'draw({{title: "x", body: "{escaped}"}})',
        f"a = `{told}`",
    ):
        page = reading(shell("Loading, please wait.", head=f"<script>{script}</script>", description=ARTICLE[0]))
        assert page.text.paragraphs == ARTICLE, script[:20]


def test_a_body_that_was_escaped_twice_is_read() -> None:
    told = "".join(f"&amp;lt;p&amp;gt;{line}&amp;lt;/p&amp;gt;" for line in ARTICLE)
    hook = Body("textarea", selector="textarea.text")
    page = reading(
        shell("Loading", head="").replace(b"</div>", f'<textarea class="text">{told}</textarea></div>'.encode()),
        outlet(hook),
    )
    assert page.text.paragraphs == ARTICLE


def test_a_page_with_a_good_visible_text_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    def searched(_: str) -> None:
        raise AssertionError("data was parsed")

    monkeypatch.setattr(state, "parsed", searched)
    monkeypatch.setattr(scripts, "strings", searched)
    hook = Body("json", path="a.b")
    long = tuple(f"{line} Paragraph {n} says so." for n in range(4) for line in ARTICLE)
    head = data(article()) + "<script>var a = '<p>b</p>'</script>"
    assert reading(html(*ARTICLE, head=head)).text.paragraphs == ARTICLE
    assert reading(html(*long, head=head), outlet(hook)).text.paragraphs == long
    with pytest.raises(AssertionError, match="data was parsed"):
        reading(shell("Loading", head=head))


# --- which one stands in ------------------------------------------------------------------------


@pytest.mark.parametrize("visible", [(ARTICLE[0],), ("Loading, please wait.",), ()])
def test_bodies_of_other_articles_in_the_same_data_never_stand_in(visible: tuple[str, ...]) -> None:
    longer = OTHER * 3
    alone = data(
        {
            "related": [article(longer, OTHER_TITLE)],
            "latest": [{"meta": {"headline": OTHER_TITLE}, "body": nodes(OTHER)}],
        }
    )
    assert set(reading(shell(*visible, head=alone)).text.paragraphs) <= set(visible)
    both = data([article(longer, OTHER_TITLE), {"story": article()}, article(OTHER, OTHER_TITLE)])
    assert reading(shell(*visible, head=both)).text.paragraphs == ARTICLE


def test_a_page_that_is_gone_takes_no_text_from_its_data() -> None:
    others = data({"title": "Page not found", "latest": [article(OTHER * 2, OTHER_TITLE), {"body": nodes(ARTICLE)}]})
    for line in (OTHER[0], "We could not find the page you were looking for.", ""):
        gone = shell(line, head=others, description="All news of the harbours, and of the boats that lie there.")
        gone = gone.replace(TITLE.encode(), b"Page not found")
        assert set(reading(gone).text.paragraphs) <= {line}


def test_articles_in_one_list_are_never_merged() -> None:
    found = state.bodies(
        [{"body": nodes(ARTICLE)}, {"body": nodes(OTHER)}, {"meta": {"headline": TITLE}, "parts": list(OTHER)}]
    )
    assert [(told.headline, told.text.count("<p>")) for told in found] == [
        ("", len(ARTICLE)),
        ("", len(OTHER)),
        (TITLE, len(OTHER)),
    ]


def test_a_headline_is_not_enough_where_the_visible_text_says_something_else() -> None:
    head = data(article(OTHER * 2, TITLE))
    assert reading(shell(*ARTICLE[:2], head=head)).text.paragraphs == ARTICLE[:2]


def test_a_summary_is_no_body() -> None:
    summary = " ".join(ARTICLE[:5])
    head = data({"headline": TITLE, "description": summary, "seo": {"summary": summary}})
    assert reading(shell(ARTICLE[0], head=head)).text.paragraphs == (ARTICLE[0],)


@pytest.mark.parametrize(
    "cut", ["… ", " ".join(ARTICLE[:3])[:240], " ".join(ARTICLE[:3])[:240] + "...", "\n".join(ARTICLE[:3])]
)
def test_a_cut_body_loses_to_the_whole_that_starts_with_it(cut: str) -> None:
    head = json_ld(cut) + data(article())
    assert reading(shell(ARTICLE[0], head=head)).text.paragraphs == ARTICLE


def test_a_whole_body_keeps_its_place_before_one_with_a_little_more() -> None:
    head = json_ld("\n".join(ARTICLE)) + data(article((*ARTICLE, "Follow the harbour for more of it.")))
    assert reading(shell(ARTICLE[0], head=head)).text.paragraphs == ARTICLE


def test_a_body_that_trails_off_with_nothing_longer_is_a_preview() -> None:
    page = reading(
        shell(ARTICLE[0], head=json_ld("\n".join((*ARTICLE[:4], "Two earlier overhauls were put off, once for..."))))
    )
    assert page.text.paragraphs[:4] == ARTICLE[:4]
    assert (page.observed_paywall, page.text.extent) == (True, Extent.PREVIEW)


def test_a_hidden_whole_makes_a_walled_page_full() -> None:
    walled = outlet(paywall=Paywall(selectors=("div.meter",)))
    preview = tuple(f"{line} So it stood in the first edition, and so it stands in this one." for line in ARTICLE[:4])
    wall = '<div class="meter">Wait</div>'
    for visible in (ARTICLE[:2], preview):
        whole = (*visible, *ARTICLE[4:], *OTHER)
        page = reading(html(*visible, after=wall), walled)
        assert (page.observed_paywall, page.text.paragraphs) == (True, visible)
        page = reading(html(*visible, after=wall, head=data(article(whole))), walled)
        assert (page.observed_paywall, page.text.extent, page.text.paragraphs) == (False, Extent.FULL, whole)


def test_what_else_the_data_holds_is_no_edit() -> None:
    quiet = shell(ARTICLE[0], head=data({"story": article()}))
    others = [article(OTHER * (n + 1), f"{OTHER_TITLE}, part {n}") for n in range(5)]
    busy = shell(
        ARTICLE[0],
        head=data({"ads": ["<p>Buy a boat.</p>"] * 9, "related": others, "story": article(), "more": others}),
    )
    assert reading(busy).text.digest == reading(quiet).text.digest


def test_an_outlets_chrome_in_a_hidden_body_is_left_out_and_named() -> None:
    lines = (*ARTICLE, "This story appeared in the harbour print edition of Tuesday.")
    page = reading(
        shell(ARTICLE[0], head=data(article(lines))), outlet(chrome=("This story appeared in the harbour print",))
    )
    assert page.text.paragraphs == ARTICLE
    assert lines[-1] in {block.text for block in page.dropped}


# --- hooks --------------------------------------------------------------------------------------

STRANGE = {"pages": [{"x": 1}, {"main": {"parts": [{"words": [f"<p>{line}</p>"]} for line in ARTICLE]}}]}
"""Data in a shape that nobody would guess."""


@pytest.mark.parametrize(
    ("hook", "head"),
    [
        (Body("json", path="pages.1.main.parts.*.words"), data(STRANGE)),
        (Body("json", path="pages.1.main.parts.*.words", selector="script#state"), data(article(), "x") + data(STRANGE, "state")),
        (Body("json", path="pages.1.main.parts.*.words", variable="window.app.state"), f"<script>window.app.state={json.dumps(STRANGE)}</script>"),
        (Body("json", path="pages.1.main.parts.*.words", variable="state"), f"<script>let state = JSON.parse({json.dumps(json.dumps(STRANGE))})</script>"),
        (Body("script", variable="contentdate"), "<script>var contentdate = '" + "<br\\/>".join(f"　　{line}" for line in ARTICLE) + "';</script>"),
        (Body("script", variable="text"), "<script>show({'title': 'x', 'text': `" + "\n".join(ARTICLE) + "`})</script>"),
        (Body("json-ld"), json_ld("\n".join(ARTICLE), "Another headline of the same story")),
        (Body("json-ld", path="hasPart.text"), '<script type="application/ld+json">' + json.dumps({"@graph": [{"hasPart": {"text": "\n".join(ARTICLE)}}]}) + "</script>"),
    ],
    ids=["path", "selector", "variable", "JSON in a string", "script", "key", "json-ld", "json-ld with a path"],
)  # fmt: skip
def test_a_hook_leads_to_a_body(hook: Body, head: str) -> None:
    page = reading(shell("A man looks at a gate in this undated photograph.", head=head), outlet(hook))
    assert page.text.paragraphs == ARTICLE


def test_a_hook_is_believed_before_other_places() -> None:
    head = json_ld("\n".join(ARTICLE[:5])) + data({"text": "\n".join(ARTICLE)}, "own")
    hook = Body("json", path="text", selector="#own")
    assert reading(shell(ARTICLE[0], head=head)).text.paragraphs == ARTICLE[:5]
    assert reading(shell(ARTICLE[0], head=head), outlet(hook)).text.paragraphs == ARTICLE


def test_a_hook_helps_where_a_preview_is_no_stub_and_contained_in_it() -> None:
    hook = Body("json", path="body.json")
    whole = (*ARTICLE, *OTHER)
    assert reading(html(*ARTICLE, head=data(article(whole))), outlet(hook)).text.paragraphs == whole
    assert reading(html(*ARTICLE, head=data(article(OTHER * 2))), outlet(hook)).text.paragraphs == ARTICLE
    assert reading(html(*ARTICLE, head=data(article(whole)))).text.paragraphs == ARTICLE


@pytest.mark.parametrize("path", ["nowhere", "pages.9.main", "pages.x", "pages.1.main.parts.0.words.0.0", "*.*.*.*"])
def test_a_hook_that_leads_nowhere_changes_nothing(path: str) -> None:
    page = shell(ARTICLE[0], head=data(STRANGE))
    assert reading(page, outlet(Body("json", path=path))) == reading(page)


# --- hostile pages ------------------------------------------------------------------------------

MANY = 1_000_000
WORDS = f"{TITLE}, the ministry said on a long Tuesday in the north of the country. "
HOSTILE = {
    "brackets": '<script type="application/json">' + "[" * MANY,
    "brackets in a script": "<script>x=" + "[" * MANY,
    "brackets in JSON-LD": '<script type="application/ld+json">' + "[" * MANY,
    "objects that never end": "<script>" + '={"a":' * (MANY // 6),
    "assignments of nothing": "<script>" + "={" * (MANY // 2),
    "scripts": "<script>x='<p>a</p>'</script>" * 20_000,
    "scripts beyond counting": "<script>x</script>" * 100_000,
    "escaped quotes": "<script>x=" + '\\"' * (MANY // 2),
    "quotes": "<script>" + "='" * (MANY // 2),
    "halves of escapes": "<script>x='<p>" + "\\u00" * (MANY // 4) + "'",
    "empty lists": '<script type="application/json">[' + "[]," * (MANY // 2) + "[]]",
    "paragraphs": data([{"type": "p", "text": WORDS} for _ in range(12_000)]),
    "articles": data([{"b": [{"type": "p", "text": WORDS}] * 3} for _ in range(4_000)]),
    "long strings": data([[f"<p>{WORDS * 4}"] for _ in range(3_000)]),
    "frames of frames": data([{"type": "block", "children": [{"type": "x"}] * 50}] * 800),
    "JSON in JSON in JSON": data(json.dumps(json.dumps(json.dumps({"a": "[" * 200_000})))),
    "the hook's variable": "<script>" + "contentdate=" * (MANY // 12),
    "the hook's variable, open": "<script>" + 'contentdate={"a":' * (MANY // 17),
    "textareas": f"<textarea>&lt;p>{WORDS}</textarea>" * 3_000,
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_page_takes_less_than_two_seconds(what: str) -> None:
    hooks = (Body("script", variable="contentdate"), Body("json", path="*.*.*.b"), Body("json-ld"))
    page = shell("Loading, please wait.", head=HOSTILE[what])
    begun = time.process_time()
    assert isinstance(reading(page, outlet(*hooks)), Page)
    assert time.process_time() - begun < 2.0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([*ARTICLE, "<p>", "<p>a</p>", "&lt;p&gt;"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["type", "kind", "text", "children", "headline", "title", "body", "model", "a", "meta"]), inner | st.sampled_from(["p", "block", "text", "image", "section", "br"]), max_size=4),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(JSON, st.sampled_from(["a", "*", "*.*", "body.*.text", "0.1"]))
def test_any_data_is_looked_through_without_an_error(value: Any, path: str) -> None:
    assert all(told.text for told in state.bodies(value))
    assert isinstance(state.body_at(value, path), str)


@settings(max_examples=200, deadline=None)
@given(st.text("ab={}[]()\"'`\\u0041xdc:,<p>/ \n+", max_size=60))
def test_any_script_is_searched_without_an_error(script: str) -> None:
    found = [*scripts.strings(script, 0), *scripts.objects(script), *scripts.assigned(script, "a")]
    assert all(isinstance(text, str | dict | list) or text is None for text in found)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["application/json", "application/ld+json", "", "module"]))
def test_any_bytes_in_a_script_are_read_without_an_error(body: bytes, kind: str) -> None:
    page = shell("Loading", head=f'<script type="{kind}">contentdate = ').replace(
        b"= </head>", b"= " + body + b"</script></head>"
    )
    known = outlet(
        Body("script", variable="contentdate"), Body("json", path="*"), Body("textarea", selector="textarea")
    )
    assert isinstance(read(page, "https://h.example/", "text/html", known), Page)
