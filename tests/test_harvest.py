"""What was found leads on: links of articles on the subject, and sections that had some, go first."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import HandClock
from crawler.newsroom.stories import stock
from storage.harvest import hope, section
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
