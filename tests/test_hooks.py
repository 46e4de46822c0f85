"""Hooks and selectors in an outlet's file: what cannot be used is said when the shelf is loaded, not while reading."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import catalogue
from crawler.catalogue import CatalogueError
from storage.records import Body, Outlet, Page
from tests.test_hidden import outlet, shell
from tests.test_read import reading

# --- the shelf ----------------------------------------------------------------------------------


def load(folder: Path, toml: str) -> Outlet:
    (folder / "gazette.toml").write_text(f'name = "Gazette"\ndomains = ["gazette.example"]\n{toml}\n', encoding="utf-8")
    return catalogue.load(folder).get("gazette")


@pytest.mark.parametrize(
    ("toml", "where", "what"),
    [
        ('[bodies]\nkind = "json"', "bodies", "is a table, wants a list"),
        ('[[bodies]]\npath = "a"', "bodies[1].kind", "is missing"),
        ('[[bodies]]\nkind = "jsonld"', "bodies[1].kind", "did you mean json-ld?"),
        ('[[bodies]]\nkind = "json"', "bodies[1].path", "is missing"),
        ('[[bodies]]\nkind = "script"', "bodies[1].variable", "is missing"),
        ('[[bodies]]\nkind = "textarea"', "bodies[1].selector", "is missing"),
        ('[[bodies]]\nkind = "script"\nvariable = "a"\npath = "b"', "bodies[1].path", "is not for kind"),
        ('[[bodies]]\nkind = "json-ld"\n[[bodies]]\nkind = "json"\npath = "a..b"', "bodies[2].path", "wants keys with dots"),
        ('[[bodies]]\nkind = "script"\nvariable = "a b"', "bodies[1].variable", "wants a name in JavaScript"),
        ('[[bodies]]\nkind = "json"\npath = "a"\nvariables = "b"', "bodies[1].variables", "did you mean variable?"),
        ('[[bodies]]\nkind = "textarea"\nselector = "textarea["', "bodies[1].selector", "is no CSS selector"),
        ('[[bodies]]\nkind = "textarea"\nselector = "div:has-not(p)"', "bodies[1].selector", "is no CSS selector"),
        ('[[bodies]]\nkind = "textarea"\nselector = "svg|rect"', "bodies[1].selector", "is no CSS selector"),
        ('[[bodies]]\nkind = "textarea"\nselector = "body"', "bodies[1].selector", "on any page"),
        ('[paywall]\nselectors = [".wall", "div >"]', "paywall.selectors[2]", "is no CSS selector"),
        ('[paywall]\nselectors = ["*"]', "paywall.selectors[1]", "on any page"),
    ],
)  # fmt: skip
def test_a_hook_or_selector_that_cannot_be_used_is_said_in_one_line(
    tmp_path: Path, toml: str, where: str, what: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, toml)
    line = str(caught.value)
    assert line.startswith(f"{tmp_path / 'gazette.toml'}: {where}: ")
    assert what in line
    assert "\n" not in line


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=12) | st.text("ab.#[]()>+~*=:|\"'^$ ,-1\\", max_size=14))
def test_any_selector_is_refused_in_one_line_or_can_be_asked(
    tmp_path_factory: pytest.TempPathFactory, said: str
) -> None:
    refused, known = "", outlet()
    try:
        known = load(tmp_path_factory.getbasetemp(), f"[paywall]\nselectors = [{json.dumps(said)}]")
    except CatalogueError as error:
        refused = str(error)
    assert "\n" not in refused
    assert isinstance(reading(shell("Loading"), known), Page)


def test_hooks_shape_reading_and_so_the_rules_digest(tmp_path: Path) -> None:
    hooks = (
        "",
        '[[bodies]]\nkind = "json-ld"',
        '[[bodies]]\nkind = "json-ld"\npath = "text"',
        '[[bodies]]\nkind = "json"\npath = "text"',
    )
    assert len({load(tmp_path, hook).rules for hook in hooks}) == len(hooks)


def test_the_outlets_that_hide_their_texts_have_hooks() -> None:
    shipped = catalogue.load()
    kinds = {key: [body.kind for body in known.bodies] for key, known in shipped.outlets.items() if known.bodies}
    assert kinds == {
        "scmp": ["json", "json-ld"],
        "huanqiu": ["textarea"],
        "cctv": ["script"],
        "washingtonpost": ["json"],
    }


def test_every_key_of_a_hook_is_documented() -> None:
    page = (Path(__file__).parents[1] / "docs" / "outlets.md").read_text(encoding="utf-8")
    assert [field.name for field in fields(Body) if f"`{field.name}`" not in page] == []
