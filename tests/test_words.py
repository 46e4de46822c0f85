"""Words: what looks alike is one, what differs stays apart, in any script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.words import count, normal, shingles, spaced, tidy, tokens, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“pact”", '"pact"'),
        ("it’s", "it's"),
        ("a b", "a b"),
        ("soft\u00adhyphen", "softhyphen"),
        ("caf\u0065\u0301", "café"),
        ("1990–1995", "1990-1995"),
        ("wait…", "wait..."),
        ("two  spaces\n", "two spaces"),
        ("«Вести»", '"Вести"'),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_typography_makes_no_difference(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("re-sign", "resign"), ("10-15", "1015"), ("1.5", "15"), ("Poland", "poland"), ("did not", "did"), ("й", "и")],
)
def test_what_means_something_else_stays_apart(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_words_are_found_in_any_script() -> None:
    assert tokens("In 2022, RT and 新华社 signed.") == ["In", "2022", ",", "RT", "and", "新", "华", "社", "signed", "."]
    assert words("Россия не приказала") == ["россия", "не", "приказала"]
    assert tokens("5% of 1.5 at 10:30") == ["5%", "of", "1.5", "at", "10:30"]
    assert count("俄罗斯 and café") == 5


def test_ideographs_are_spaced_and_words_are_not() -> None:
    assert spaced("在俄罗斯RT电视") == "在 俄 罗 斯 RT 电 视"
    assert spaced("plain words") == "plain words"


@given(st.text())
def test_normal_and_tidy_are_idempotent(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_decomposed_text_is_the_same_text(text: str) -> None:
    assert normal(unicodedata.normalize("NFD", text)) == normal(unicodedata.normalize("NFC", text))


@given(st.text())
def test_tokens_lose_nothing_but_white_space(text: str) -> None:
    assert "".join(tokens(text)) == "".join(text.split())


@given(st.text(), st.integers(1, 6))
def test_shingles_never_fail_and_know_themselves(text: str, size: int) -> None:
    assert shingles(text, size) == shingles(text, size)
    assert len(shingles(text, size)) <= max(1, count(text))
