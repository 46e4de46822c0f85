"""Sentences inside reworded paragraphs: cut, added, moved, split, replaced; words only inside similar ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.compare import STEALTH_WEIGHT, compare
from crawler.wording.sentences import cut, passages, side
from storage.records import Comparison, Kind, Part, Text

NOON = "The mayor spoke at noon in the square."
ROAD = "Police closed the road to the harbour."
HURT = "Nobody was hurt in the crash that day."
INTRO = "Rain fell on the town all week."


def told(old: str, new: str) -> Comparison:
    return compare(Text(paragraphs=(INTRO, old)), Text(paragraphs=(INTRO, new)))


def parts(found: Comparison) -> list[Part]:
    return [part for edit in found.edits for part in edit.parts]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One fell. Two rose.", 2),
        ("Mr. Orlund met Dr. Persson. They spoke.", 2),
        ("The U.S. Army left on Jan. 5 with 1.5 million men.", 1),
        ('"We lost," he said. "They won."', 2),
        ('"Did we lose?" he asked. Nobody knew!', 2),
        ("Он жил в г. Торжинске, на ул. Мира. Потом уехал.", 2),
        ("А. С. Ветров приехал. Его ждали.", 2),
        ("他说：“我们不知道。”工程师来了。桥关了！", 3),
        ("Wait... what happened?", 1),
        ("No end", 1),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, count: int) -> None:
    assert len(cut(side(text))) == count


@given(st.text(max_size=200))
def test_sentences_joined_are_the_text(text: str) -> None:
    whole = side(text)
    cuts = cut(whole)
    assert [at for one in cuts for at in range(one.start, one.end)] == list(range(len(whole.keys)))


def test_a_sentence_cut_is_one_deletion() -> None:
    found = told(f"{NOON} {ROAD} {HURT}", f"{NOON} {HURT}")
    assert [(p.kinds, p.old, p.new) for p in parts(found)] == [((Kind.DELETION,), ROAD, "")]
    assert found.weight >= STEALTH_WEIGHT
    assert found.summary == f'cut "{ROAD}"; no correction note.'


def test_a_sentence_added_weighs_little() -> None:
    found = told(f"{NOON} {HURT}", f"{NOON} {ROAD} {HURT}")
    assert found.kinds == (Kind.ADDITION,)
    assert found.weight < STEALTH_WEIGHT


def test_a_sentence_moved_is_no_edit_of_weight() -> None:
    found = told(f"{NOON} {ROAD} {HURT}", f"{HURT} {NOON} {ROAD}")
    assert found.kinds == (Kind.REFACTOR,)
    assert found.weight == 0


def test_a_sentence_moved_to_another_paragraph_is_no_edit_of_weight() -> None:
    snow = "Snow fell in the hills and the lake froze over."
    old = Text(paragraphs=(INTRO, f"{NOON} {ROAD}", snow))
    new = Text(paragraphs=(INTRO, NOON, f"{snow} {ROAD}"))
    assert compare(old, new).weight == 0


def test_a_moved_sentence_hides_no_figure() -> None:
    found = told(f"{NOON} {ROAD} 5 men were hurt in the crash.", f"25 men were hurt in the crash. {NOON} {ROAD}")
    assert Kind.NUMBER in found.kinds
    assert found.weight >= STEALTH_WEIGHT


def test_a_sentence_that_stands_in_a_quotation_elsewhere_was_cut_all_the_same() -> None:
    other = 'Critics wrote: "Police closed the road to the harbour" and laughed.'
    found = told(f"{NOON} {ROAD} {other}", f"{NOON} {other}")
    assert Kind.DELETION in found.kinds


def test_words_are_compared_only_inside_similar_sentences() -> None:
    found = told(f"{NOON} {ROAD} {HURT}", f"{NOON} {ROAD} Two were hurt in the crash that day.")
    assert [(p.old, p.new) for p in parts(found)] == [("Nobody was", "Two were")]


def test_a_sentence_that_gave_way_to_another_is_a_rewrite() -> None:
    other = "An inquiry into the pilot of the barge began last week at the town hall of Torvik."
    found = told(f"{NOON} {ROAD} {HURT}", f"{NOON} {other} {HURT}")
    assert [(p.kinds, p.old, p.new) for p in parts(found)] == [((Kind.REWRITE,), ROAD, other)]


def test_a_quotation_over_two_sentences_is_one() -> None:
    old = f'{NOON} "We lost every boat. We did see it coming," the mayor said. {HURT}'
    found = told(old, old.replace("did see", "did not see"))
    assert set(found.kinds) == {Kind.QUOTE, Kind.HEDGE}


def test_a_sentence_split_in_two_keeps_its_words() -> None:
    found = told(
        f"{NOON} {ROAD[:-1]}, and nobody was hurt in the crash that day.",
        f"{NOON} {ROAD} And {HURT[0].lower()}{HURT[1:]}",
    )
    assert found.weight <= 0.1


WORDING = st.lists(
    st.sampled_from(
        [NOON, ROAD, HURT, INTRO, "He left.", "5 died. 25 fled.", 'He said "no." Then', "桥关闭了。他不知道。"]
    ),
    max_size=6,
)


@given(WORDING, WORDING)
def test_every_sentence_is_told_once_and_reversing_swaps_the_sides(one: list[str], other: list[str]) -> None:
    old, new = side(" ".join(one)), side(" ".join(other))
    if not old.keys or not new.keys:
        return
    there, back = passages(old, new), passages(new, old)
    for found, which in ((there, "old"), (there, "new")):
        held = [n for p in found for n in range(getattr(p, which).start, getattr(p, which).end)]
        assert len(held) == len(set(held))
    assert sorted((p.old.start, p.old.end, p.new.start, p.new.end) for p in there) == sorted(
        (p.new.start, p.new.end, p.old.start, p.old.end) for p in back
    )
