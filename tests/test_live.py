"""Live blogs: known by strong evidence only, and quiet about the age of their entries."""

import pytest

from tests.test_hidden import OTHER
from tests.test_read import ARTICLE, html, reading

# --- live blogs ---------------------------------------------------------------------------------


def entry(
    hour: int, text: str, label: str = "", heading: str = "", kind: str = "update", day: str = "2031-03-04"
) -> str:
    title = f"<h3>{heading}</h3>" if heading else ""
    said = label or f"{hour:02d}:15"
    return f'<div class="{kind}"><time datetime="{day}T{hour:02d}:15:00Z">{said}</time>{title}<p>{text}</p></div>'


LINES = (*ARTICLE[:5], *OTHER[:3])


def blog(label: str = "", kind: str = "update", headings: bool = True, days: bool = False) -> bytes:
    entries = "".join(
        entry(20 - n, line, label and label.format(n + 1), f"What was seen at {20 - n}" if headings else "", kind, f"{2031 - n * days}-03-04")
        for n, line in enumerate(LINES)
    )  # fmt: skip
    return html(entries, box='class="entries"')


def test_entries_with_moments_and_headings_of_their_own_are_a_live_blog() -> None:
    assert reading(blog()).live_blog
    assert reading(blog(kind="live-blog-post", headings=False)).live_blog


def test_a_page_that_declares_itself_a_live_blog_is_one() -> None:
    said = html(*ARTICLE).replace(b"<main>", b'<main itemscope itemtype="https://schema.org/LiveBlogPosting">')
    assert reading(said).live_blog
    assert not reading(html(*ARTICLE)).live_blog


def teasers() -> str:
    return "".join(
        entry(20 - n, line, heading=f'<a href="/n/{n}">Story {n} of the day</a>') for n, line in enumerate(LINES)
    )


def remarks() -> str:
    return "".join(entry(20 - n, line, heading="Mara", kind="comment") for n, line in enumerate(LINES))


@pytest.mark.parametrize(
    "page",
    [
        html('<time datetime="2031-03-04T10:00:00Z">10:00</time>', *ARTICLE, '<time datetime="2031-03-04T11:00:00Z">11</time>', '<time datetime="2031-03-04T12:00:00Z">12</time>'),
        html(teasers()), html(*ARTICLE, after=f"<section>{teasers()}</section>"),
        html(*ARTICLE, after=f'<section id="comments">{remarks()}</section>'), html(*ARTICLE[:2], remarks()),
        blog(headings=False), blog(days=True),
    ],
    ids=["three times", "a list of teasers", "teasers below", "comments below", "more comments than article", "no headings", "a chronicle of years"],
)  # fmt: skip
def test_what_only_looks_like_a_live_blog_is_none(page: bytes) -> None:
    assert not reading(page).live_blog


@pytest.mark.parametrize(
    "label",
    ["{} minutes ago", "{}m ago", "just now", "{} мин назад", "{}分钟前", "vor {} Minuten", "Updated {} hours ago"],
)
def test_the_age_of_an_entry_is_not_part_of_the_text(label: str) -> None:
    page = reading(blog(label))
    assert page.live_blog
    assert page.text.digest == reading(blog(label.replace("{}", "4{}"))).text.digest
    assert [line for line in page.text.paragraphs if line not in LINES and not line.startswith("What was seen")] == []


def test_an_age_at_the_head_of_a_paragraph_goes_and_one_in_a_sentence_stays() -> None:
    told = "The gate was shut {} by nobody, the keeper wrote, and the freight goes round the cape since then."
    entries = blog().replace(LINES[0].encode(), told.format("<span>5 minutes ago</span>").encode())
    page = reading(entries.replace(b"<p>", b'<p><span class="age">9 minutes ago</span> '))
    assert page.live_blog
    assert told.format("5 minutes ago") in page.text.paragraphs
    assert not any("9 minutes" in line for line in page.text.paragraphs)
