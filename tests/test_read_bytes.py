"""Reading: whatever bytes come. Charsets, hostile pages, laws of decoding and cutting, and the seeds' bench."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import Element, fromstring

from crawler.page.blocks import blocks
from crawler.page.charset import decode
from crawler.page.tree import LARGEST
from crawler.read import read
from storage.records import Page
from storage.words import tidy
from tests.test_read import ARTICLE, PROJECT, TITLE, html, reading

# --- charsets -----------------------------------------------------------------------------------

WRITINGS = {
    "russian": "Министерство сообщило о подписании соглашения о сотрудничестве, передаёт агентство. Текст не секретный.",
    "chinese": "外交部发言人表示，两国将继续加强媒体领域的合作，共同反对虚假信息。双方签署了一份协议。",
    "taiwanese": "外交部發言人表示，兩國將繼續加強媒體領域的合作，共同反對虛假資訊。雙方簽署了一份協議。",
    "french": "Le gouvernement a déclaré qu’il était prêt à négocier ; les députés européens ont été informés.",
    "english": "He said it’s “done” – finally, and nobody at the table said a word.",
}
CHARSETS = [
    ("russian", "cp1251"), ("russian", "koi8-r"), ("russian", "utf-8"), ("russian", "utf-16"), ("russian", "utf-16-le"),
    ("chinese", "gb18030"), ("chinese", "gbk"), ("chinese", "utf-8"), ("chinese", "utf-16-be"), ("taiwanese", "big5"),
    ("french", "cp1252"), ("french", "utf-8"), ("french", "utf-8-sig"), ("english", "cp1252"), ("english", "utf-8"),
]  # fmt: skip
HEADERS = (
    "text/html", "text/html; charset={}", "text/html; charset=utf-8", "text/html; charset=iso-8859-1",
    "text/html; charset=windows-1251", "text/html; charset=gbk", "text/html; charset=koi8-r", "text/html; charset=nonsense",
)  # fmt: skip


@pytest.mark.parametrize(("writing", "charset"), CHARSETS)
def test_a_charset_is_read_right_whatever_the_header_says(writing: str, charset: str) -> None:
    page = f"<html><head><title>x</title></head><body><p>{WRITINGS[writing]}</p></body></html>"
    for header in HEADERS:
        assert decode(page.encode(charset), header.format(charset)) == page, header


def test_the_same_text_in_other_bytes_is_no_edit() -> None:
    page = (
        html(*(WRITINGS["russian"] + f" Пункт {n}." for n in range(4))).decode().replace('<meta charset="utf-8">', "")
    )
    texts = {
        reading(page.encode(c), content_type="text/html").text.digest for c in ("utf-8", "cp1251", "koi8-r", "utf-16")
    }
    assert len(texts) == 1


# --- hostile pages ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty"), (b" \n\0", "empty"), (b"%PDF-1.7 ...", "not html"), (b"\x89PNG\r\n\x1a\n....", "not html"),
        (b'{"a": "<p>b</p>"}', "not html"), (b'<?xml version="1.0"?><rss><channel/></rss>', "not html"), (b"hello", "not html"),
        (b"<html><body>" + b"<div>" * 300 + b"<p>deep", "too deep"), (b"<html><body>" + b"<p>x" * 30_000, "too many elements"),
        (b"<html><body>" + b"x" * LARGEST, "too large"), (b"<html><p>" + bytes(range(128, 256)) * 40 + b"\xff", "not text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem_and_no_text(body: bytes, problem: str) -> None:
    page = reading(body, content_type="text/html; charset=utf-8")
    assert (page.problem, page.text.paragraphs) == (problem, ())


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type":"NewsArticle","x":"' + "{ " * 16_000 + "</script>",
        '<script type="application/ld+json">' + '{"a":' * 6_000 + "</script>",
        '<script type="application/ld+json">{"a":1' + ", " * 16_000 + "</script>",
        "<title>" + "a | " * 8_000 + "</title>",
        '<meta name="author" content="' + "by " * 10_000 + '">',
    ],
    ids=["broken json", "nested json", "commas", "title", "author"],
)
def test_a_small_spiteful_page_takes_less_than_a_second(head: str) -> None:
    page = html(*ARTICLE, head=head)
    begun = time.process_time()
    assert reading(page).text.paragraphs == ARTICLE
    assert time.process_time() - begun < 1.0


def test_endless_names_and_breaks_take_less_than_five_seconds() -> None:
    begun = time.process_time()
    reading(html(*ARTICLE, box=f'class="{"comment" * 300_000}"'))
    reading(html("line<br>" * 5_000, "<span>x </span>" * 5_000, '<a href="/x">a link here</a> ' * 5_000))
    assert time.process_time() - begun < 5.0


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(HEADERS))
def test_any_bytes_are_decoded_and_read_without_an_error(body: bytes, header: str) -> None:
    assert isinstance(decode(body, header), str)
    assert isinstance(read(b"<html><body>" + body, "https://h.example/", header, None), Page)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=60), min_size=1, max_size=8)
)
def test_blocks_hold_every_word_once_and_in_order(parts: list[str]) -> None:
    root = fromstring("<html><body></body></html>")
    for number, part in enumerate(parts):
        child = Element("p" if number % 2 else "div")
        child.text = part
        root[0].append(child)
    assert [block.text for block in blocks(root)] == [text for part in parts if (text := tidy(part))]


# --- the seeds' bench ---------------------------------------------------------------------------


def _bench(data: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROJECT / "bench" / "seeds.py"), "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_bench_tells_hits_from_misses_and_from_missing_data(tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    assert _bench(tmp_path).returncode == 2
    (tmp_path / "000_x.txt").write_text("\n".join((TITLE, *ARTICLE)), "utf-8")
    roles = {
        "article_lines": list(range(2, 8)),
        "duplicate_lines": [],
        "chrome": [],
        "metadata": [{"line": 1, "kind": "headline"}],
    }
    (tmp_path / "gold" / "000.chrome.json").write_text(json.dumps(roles), "utf-8")
    (tmp_path / "gold" / "000.txt").write_text("\n\n".join(ARTICLE), "utf-8")
    hit = _bench(tmp_path)
    assert (hit.returncode, hit.stdout.count("exact: yes")) == (0, 3)
    (tmp_path / "gold" / "000.txt").write_text("\n\n".join(ARTICLE[1:]), "utf-8")
    miss = _bench(tmp_path)
    assert (miss.returncode, miss.stdout.count("exact: no")) == (1, 3)
