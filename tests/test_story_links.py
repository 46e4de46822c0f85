"""Is a link of a front page a story's? By its address and the words it stands on."""

import pytest

from crawler.addresses import is_story, looks_like_article
from storage.records import Outlet

ROOT = "https://paper.example"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/2022/07/30/oven", "Oven"),
        ("/news/town/second-oven-10392817", "Read more"),
        ("/town/a-second-oven-opens-on-mill-lane/", "A second oven"),
        ("/town/rust-on-mars/", "There is more rust on Mars than anybody had thought"),
        ("/town/second-oven-opens/", "A second oven opens on Mill Lane today"),
        ("/town/a-second-oven-opens/", ""),
        ("/town/a-second-oven-opens/", "12"),
        ("/gongsi/xin-lu-kaihuo/", "磨坊巷面包店第二座烤炉周五开火"),
    ],
)
def test_stories(path: str, words: str) -> None:
    assert is_story(ROOT + path, words)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "The paper, all its news, and the weather of the day"),
        ("/about/", "All about us and about those who were here before"),
        ("/friends-of-the-paper/", "Friends of the Paper"),
        ("/letters_to_the_editor/", "Letters to the editor"),
        ("/marketplace/an-oven-as-good-as-new-10392817", "An oven as good as new for sale"),
        ("/sponsored/why-your-next-oven-will-be-blue/", "Why your next oven will be a blue one"),
        ("/xin-wen-zhong-xin/", "新闻中心"),
        ("/tag/oven/2022/07/30/", "Ovens"),
    ],
)
def test_no_stories(path: str, words: str) -> None:
    assert not is_story(ROOT + path, words)


def test_a_help_desk_is_no_newsroom() -> None:
    assert not is_story("https://help.paper.example/articles/115014792127-who-may-copy-this", "Who may copy this text")


def test_an_outlets_own_patterns_decide() -> None:
    outlet = Outlet("p", "P", domains=("paper.example",), article_patterns=(r"/s/\d+$",))
    assert is_story(f"{ROOT}/s/7", "7", outlet)
    assert not is_story(f"{ROOT}/town/a-second-oven-opens-on-mill-lane/", "A second oven opens on Mill Lane", outlet)


def test_links_that_lead_elsewhere_are_none() -> None:
    outlet = Outlet("p", "P", domains=("paper.example",))
    url = "https://other.example/2022/07/30/a-second-oven-opens"
    assert is_story(url, "A second oven opens on Mill Lane")
    assert not is_story(url, "A second oven opens on Mill Lane", outlet)


def test_without_words_the_form_of_the_address_decides() -> None:
    for path in (
        "/a-second-oven-opens",
        "/second-oven-opens",
        "/second-oven",
        "/2022/07/oven",
        "/tag/oven-one-two-three",
    ):
        assert is_story(ROOT + path, "") is looks_like_article(ROOT + path)


@pytest.mark.parametrize("url", ["mailto:a@paper.example", "https://[broken", "#top", ""])
def test_what_is_no_address_is_said_so(url: str) -> None:
    with pytest.raises(ValueError, match="not a web address"):
        is_story(url, "A second oven opens on Mill Lane")
