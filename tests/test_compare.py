"""compare: the edits are complete, their kinds are right, and what matters is never called noise."""

import random
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.pairs import Case, cases
from crawler.compare import STEALTH_WEIGHT, apply, compare, spans, units
from crawler.wording.noise import repaired
from storage import rows
from storage.records import Action, Comparison, Disclosed, Extent, Kind, Link, Text, canonical_json
from storage.words import normal, words

CASES = cases("seen")


def body(*paragraphs: str, **fields: Any) -> Text:
    return Text(paragraphs=paragraphs, **fields)


# --- labelled pairs -----------------------------------------------------------------------------


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found = request.param
    assert isinstance(found, Case)
    return found


def test_there_are_pairs_enough_in_three_languages() -> None:
    assert len(CASES) >= 60
    assert {"en", "ru", "zh"} <= {case.language for case in CASES}


def test_a_labelled_pair_is_told_as_it_is_labelled(case: Case) -> None:
    old, new, expected = case.old, case.new, case.expected
    found = compare(old, new)
    assert {k.value for k in found.kinds} == set(expected["kinds"]), found
    assert found.disclosed == expected.get("disclosed", "none"), found
    assert bool(found.noise) == expected.get("noise", False), found
    assert (found.weight >= STEALTH_WEIGHT) == expected["weighs"], found
    for said in expected.get("summary", []):
        assert said in found.summary, found.summary
    proves(old, new)
    proves(new, old)


def test_the_parts_of_an_edit_come_back_from_their_row(case: Case) -> None:
    for edit in compare(case.old, case.new).edits:
        kept = canonical_json(rows.parts_of(edit))
        row = {"field": edit.field, "kind": edit.action, "old": edit.old, "new": edit.new, "position": edit.position}
        back = rows.edit({**row, "kinds": canonical_json(edit.kinds), "parts": kept})  # type: ignore[arg-type]
        assert back == edit
        assert edit.action is Action.REWORDED or edit.old + edit.new not in kept


# --- laws ---------------------------------------------------------------------------------------


def shape(text: Text) -> tuple[Any, ...]:
    links = units(f"{'%20'.join(k.url.split())} {k.text}" for k in text.links)
    return (
        normal(text.title), normal(text.standfirst), normal(text.byline), normal(text.published_at),
        normal(text.modified_at), [normal(p) for p in units(text.paragraphs)], [normal(k) for k in links],
        [normal(c) for c in units(text.captions)],
    )  # fmt: skip


def proves(old: Text, new: Text) -> Comparison:
    found = compare(old, new)
    assert shape(apply(old, found.edits)) == shape(new)
    return found


LOADED = (
    'The army said 5 25 not killed wounded Kyiv Moscow in March , . " « » ? Correction: Updated 不 俄罗斯 表示 五 人 '
    "сообщил не 1.5 million позже 14:30 views"
)
PROSE = st.lists(st.sampled_from(LOADED.split()), max_size=14).map(" ".join)
WILD = st.text(max_size=40)
WORDING = st.one_of(PROSE, PROSE, WILD)
TEXTS = st.builds(
    Text,
    title=WORDING,
    standfirst=WORDING,
    byline=WORDING,
    published_at=st.sampled_from(["", "2024-03-05", "2024-03-06"]),
    modified_at=st.sampled_from(["", "2024-03-05", "2024-03-06"]),
    paragraphs=st.lists(WORDING, max_size=8).map(tuple),
    links=st.lists(st.builds(Link, WILD, WORDING), max_size=3).map(tuple),
    captions=st.lists(WORDING, max_size=3).map(tuple),
)


@st.composite
def edited(draw: st.DrawFn) -> tuple[Text, Text]:
    """A text, and another made of its own paragraphs: shuffled, repeated, joined, cut, reworded."""
    old = draw(TEXTS)
    parts = list(old.paragraphs)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(parts)))
        do = draw(st.sampled_from(["add", "cut", "swap", "join", "split", "repeat", "reword"]))
        here = parts[at] if at < len(parts) else ""
        cut = here.split(" ")
        middle = len(cut) // 2
        made = {
            "add": [draw(WORDING), here], "cut": [], "join": [here + " " + "".join(parts[at + 1 : at + 2])],
            "split": [" ".join(cut[:middle]), " ".join(cut[middle:])], "repeat": [here, here],
            "reword": [here + " " + draw(PROSE)], "swap": [here],
        }[do]  # fmt: skip
        parts[at : at + (2 if do == "join" else 1)] = made
        if do == "swap":
            parts.reverse()
    return old, replace(old, paragraphs=tuple(parts))


@given(TEXTS, TEXTS)
def test_the_edits_make_the_new_text_of_the_old_one(old: Text, new: Text) -> None:
    proves(old, new)


@settings(max_examples=300, deadline=None)
@given(edited())
def test_the_edits_are_complete_when_paragraphs_move_split_and_merge(pair: tuple[Text, Text]) -> None:
    proves(*pair)


@given(TEXTS)
def test_a_text_equals_itself(text: Text) -> None:
    assert compare(text, text) == Comparison()


@given(st.one_of(edited(), st.tuples(TEXTS, TEXTS)))
def test_reversing_swaps_what_came_and_what_went(pair: tuple[Text, Text]) -> None:
    old, new = pair
    there, back = compare(old, new), compare(new, old)
    assert (there.words_added, there.words_removed) == (back.words_removed, back.words_added)
    assert there.similarity == back.similarity
    swap = {Action.ADDITION: Action.DELETION, Action.DELETION: Action.ADDITION}
    units_there = Counter((e.field, e.action, normal(e.old), normal(e.new)) for e in there.edits)
    units_back = Counter((e.field, swap.get(e.action, e.action), normal(e.new), normal(e.old)) for e in back.edits)
    assert units_there == units_back


MIRRORED = {Kind.ADDITION: Kind.DELETION, Kind.DELETION: Kind.ADDITION}
ONE_WAY = frozenset({Kind.LEDE, Kind.QUOTE, Kind.CORRECTION_NOTE, Kind.UPDATE_NOTE})
"""A quotation counts when it is cut, not when it comes; a note and a first paragraph know their place in the new text."""
BOTH_WAYS = frozenset(
    {Kind.NUMBER, Kind.NAME, Kind.HEDGE, Kind.ATTRIBUTION, Kind.DATE, Kind.TYPO, Kind.HEADLINE, Kind.LINK}
)


def reworded(found: Comparison, back: bool) -> Counter[Any]:
    """The parts of all reworded units: their mirrored kinds, and the weight of those that have words on both sides."""
    out: Counter[Any] = Counter()
    for part in (p for e in found.edits if e.action is Action.REWORDED for p in e.parts):
        kinds = frozenset(MIRRORED.get(k, k) if back else k for k in part.kinds) - ONE_WAY
        alike = bool(part.old and part.new) and not frozenset(part.kinds) - BOTH_WAYS
        old, new = (part.new, part.old) if back else (part.old, part.new)
        if kinds:
            out[kinds, normal(old), normal(new), part.weight if alike else None] += 1
    return out


@settings(max_examples=200, deadline=None)
@given(st.one_of(edited(), st.tuples(TEXTS, TEXTS)))
def test_reversing_mirrors_the_kinds_of_what_was_reworded(pair: tuple[Text, Text]) -> None:
    old, new = (replace(text, paragraphs=("Rain fell on the town.", *text.paragraphs)) for text in pair)
    assert reworded(compare(old, new), False) == reworded(compare(new, old), True)


@given(st.one_of(edited(), st.tuples(TEXTS, TEXTS)))
def test_the_parts_name_every_word_that_came_or_went_and_explain_the_weight(pair: tuple[Text, Text]) -> None:
    found = compare(*pair)
    for edit in found.edits:
        had, has = Counter(words(repaired(edit.old))), Counter(words(repaired(edit.new)))
        assert had - has <= sum((Counter(words(repaired(p.old))) for p in edit.parts), Counter())
        assert has - had <= sum((Counter(words(repaired(p.new))) for p in edit.parts), Counter())
        assert edit.kinds == tuple(dict.fromkeys(k for p in edit.parts for k in p.kinds))
        assert edit.weight == max(p.weight for p in edit.parts)
    assert found.weight >= max((round(e.weight, 3) for e in found.edits), default=0)


@given(TEXTS, TEXTS)
def test_what_is_found_is_sound(old: Text, new: Text) -> None:
    found = compare(old, new)
    assert found == compare(old, new)
    assert bool(found.edits) == bool(found.kinds) == bool(found.summary)
    assert all(edit.kinds for edit in found.edits)
    assert 0 <= found.weight <= 1
    assert 0 <= found.similarity <= 1
    assert len(found.summary) <= 300
    assert found.summary.isprintable()
    assert (found.disclosed is Disclosed.PROPER) <= bool(found.note)


@given(WORDING, WORDING)
def test_marks_hold_both_texts_and_swap_with_them(old: str, new: str) -> None:
    marks = spans(old, new)
    assert "".join(m[1] for m in marks) == old
    assert "".join(m[2] for m in marks) == new
    assert {m[0] for m in marks} <= {"equal", "replace", "delete", "insert"}
    assert all(normal(m[1]) == normal(m[2]) for m in marks if m[0] == "equal")
    assert [(b, a) for _, a, b in spans(new, old)] == [(a, b) for _, a, b in marks]


# --- scenarios ----------------------------------------------------------------------------------


def test_a_headline_swap_is_one_edit() -> None:
    old = body("Rain fell all day.", title="Ministers sign pact")
    found = compare(old, replace(old, title="Ministers deny pact"))
    assert [(e.field, e.action) for e in found.edits] == [("title", Action.REWORDED)]
    assert found.words_added == found.words_removed == 1
    assert found.weight >= STEALTH_WEIGHT
    assert found.summary == 'Headline: "sign pact" → "deny pact"; no correction note.'


def test_a_headline_is_counted_once_wherever_the_page_repeats_it() -> None:
    def page(title: str) -> Text:
        link = Link("https://a.example/1", title)
        return body(title + ".", "Rain fell.", title=title, standfirst=title, captions=(title.upper(),), links=(link,))

    found = compare(page("Ministers sign pact"), page("Ministers deny pact"))
    assert {e.field for e in found.edits if e.weight} == {"title"}
    assert {e.kinds for e in found.edits if e.field != "title"} == {(Kind.REFACTOR,)}
    assert (found.words_added, found.words_removed) == (1, 1)
    assert found.weight == compare(body(title="Ministers sign pact"), body(title="Ministers deny pact")).weight
    assert found.summary == 'Headline: "sign pact" → "deny pact"; no correction note.'


def test_a_caption_that_says_more_than_the_headline_is_an_edit_of_its_own() -> None:
    old = body("Rain fell.", title="Ministers sign pact", captions=("Ministers sign pact with 5 men",))
    new = body("Rain fell.", title="Ministers deny pact", captions=("Ministers deny pact with 25 men",))
    assert {e.field for e in compare(old, new).edits if e.weight} == {"title", "caption"}


def test_a_date_that_moved_while_the_text_did_not_is_said() -> None:
    old = body("Rain fell.", modified_at="2024-03-05T10:00:00Z")
    found = compare(old, replace(old, modified_at="2024-03-06T10:00:00Z"))
    assert found.summary == "Modified date moved; the text stayed the same."
    assert (found.disclosed, found.note) == (Disclosed.TECHNICAL, "2024-03-06T10:00:00Z")


def test_a_summary_reads_as_one_line() -> None:
    rest = "The council sat until the evening and voted on nothing at all that day, in the old hall by the river."
    old = body("Rain fell on the town.", "At least 5 people were killed.", rest, title="Ministers sign pact")
    new = body("Rain fell on the town.", "At least 25 people were killed.", title="Ministers deny pact")
    assert compare(old, new).summary == (
        'Headline: "sign pact" → "deny pact"; 5 → 25 people; 1 paragraph cut (21 words); no correction note.'
    )


def test_a_headline_in_title_case_holds_no_names_by_its_capitals_alone() -> None:
    old = body("Rain fell.", title="Ministers Praise Their New Pact")
    found = compare(old, replace(old, title="Ministers Regret Their New Pact"))
    assert Kind.NAME not in found.kinds
    assert found.weight >= STEALTH_WEIGHT


def test_typography_makes_no_edit() -> None:
    old = body("He said: “It’s 10–15 km…”", title="A «new» plan")
    new = body('He said: "It\'s 10-15 km..."', title='A "new" plan')
    found = compare(old, new)
    assert found.edits == ()
    assert found.noise == "only typography changed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Two men were killed there.", "Two men were wounded there."),
        ("They will re-sign the treaty.", "They will resign the treaty."),
        ("The general did order it.", "The general did not order it."),
        ("They stood united in court.", "They stood untied in court."),
        ("It was a casual link.", "It was a causal link."),
        ("He met the martial court.", "He met the marital court."),
        ("The story of Iran was long.", "The story of Iraq was long."),
        ("Он приказал стрелять по ним.", "Он не приказал стрелять по ним."),
    ],
)
def test_a_slip_that_makes_another_word_is_no_typo(old: str, new: str) -> None:
    found = compare(body("Rain fell.", old), body("Rain fell.", new))
    assert Kind.TYPO not in found.kinds
    assert found.weight >= STEALTH_WEIGHT
    assert found.noise == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 minutes ago", "15 minutes ago"),
        ("1,024 views", "1,025 views"),
        ("阅读 3188", "阅读 3190"),
        ("37 comments", "38 comments"),
        ("3万次阅读", "4万次阅读"),
        ("5 комментариев", "6 комментариев"),
    ],
)
def test_a_counter_is_noise(old: str, new: str) -> None:
    found = compare(body("Rain fell.", old), body("Rain fell.", new))
    assert found.noise == "only a counter moved"
    assert found.weight == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 minutes later", "15 minutes later"),
        ("1,024 viewers died", "1,025 viewers died"),
        ("死亡 3188", "死亡 3190"),
        ("37 commandos", "38 commandos"),
        ("3万人伤亡", "4万人伤亡"),
        ("5 погибших", "6 погибших"),
        ("5 hours", "6 hours"),
        ("The bill had 37 comments.", "The bill had no comments."),
    ],
)
def test_what_only_looks_like_a_counter_is_no_noise(old: str, new: str) -> None:
    found = compare(body("Rain fell.", old), body("Rain fell.", new))
    assert found.noise == ""
    assert found.weight >= STEALTH_WEIGHT


def test_a_counter_hides_no_edit_beside_it() -> None:
    found = compare(body("5 died in the fire.", "37 comments"), body("25 died in the fire.", "38 comments"))
    assert found.noise == ""
    assert Kind.NUMBER in found.kinds


def test_dates_of_the_page_alone_weigh_next_to_nothing() -> None:
    old = body("Rain fell.", published_at="2024-03-05", modified_at="2024-03-05")
    found = compare(old, replace(old, published_at="2024-03-06", modified_at="2024-03-06"))
    assert found.kinds == (Kind.DATE,)
    assert found.weight <= 0.05
    assert found.disclosed is Disclosed.TECHNICAL


def test_many_commas_do_not_add_up() -> None:
    old = body(*(f"In town {n} the rain fell and the river rose." for n in "abcdefghij"))
    new = body(*(f"In town {n}, the rain fell, and the river rose." for n in "abcdefghij"))
    assert compare(old, new).weight < STEALTH_WEIGHT


def test_two_figures_weigh_more_than_one() -> None:
    old = body("Rain fell.", "5 died in the fire at dawn.", "12 fled over the bridge.")
    one = compare(old, body("Rain fell.", "25 died in the fire at dawn.", "12 fled over the bridge."))
    two = compare(old, body("Rain fell.", "25 died in the fire at dawn.", "2 fled over the bridge."))
    assert STEALTH_WEIGHT <= one.weight < two.weight <= 1


def test_a_note_in_the_middle_of_the_text_discloses_nothing() -> None:
    rest = [f"Paragraph {n} tells of river and rain at length." for n in "abcdefgh"]
    found = compare(body(*rest), body(*rest[:4], "Correction: the river is the Aar.", *rest[4:]))
    assert found.disclosed is Disclosed.NONE


def test_a_link_alone_is_a_change() -> None:
    old = body("Rain fell.", links=(Link("https://a.example/1", "the report"),))
    found = compare(old, replace(old, links=(Link("https://a.example/2", "the report"),)))
    assert found.kinds == (Kind.LINK,)
    assert found.edits[0].new == "https://a.example/2 the report"


def test_a_paragraph_that_stands_twice_loses_the_right_copy() -> None:
    proves(body("A b c.", "D e f.", "A b c."), body("A b c.", "D e f.", "A b x."))
    proves(body("A b c.", "D e f.", "A b c."), body("D e f.", "A b c.", "A b c."))


def test_another_extent_alone_is_no_edit() -> None:
    found = compare(body("Rain fell."), body("Rain fell.", extent=Extent.PREVIEW))
    assert found.edits == ()
    assert found.noise


def test_the_summary_holds_no_control_characters() -> None:
    found = compare(body("Rain \x1b[31mfell\u202e on 5 roofs."), body("Rain \x1b[31mfell\u202e on 25 roofs, \x07too."))
    assert found.summary.isprintable()


# --- speed --------------------------------------------------------------------------------------


def prose(seed: int, paragraphs: int, size: int, letters: str = "abcdefghijklmnop", glue: str = " ") -> list[str]:
    dice = random.Random(seed)
    vocabulary = [
        "".join(dice.choices(letters, k=dice.randint(1 if not glue else 3, 9 if glue else 1))) for _ in range(1500)
    ]
    return [glue.join(dice.choices(vocabulary, k=size)) + "." for _ in range(paragraphs)]


def seconds(old: Text, new: Text, runs: int = 2) -> float:
    """CPU time, the best of some runs, so that a busy machine fails nothing; limits are many times what it takes."""
    taken = []
    for _ in range(runs):
        began = time.process_time()
        compare(old, new)
        taken.append(time.process_time() - began)
    return min(taken)


def test_ordinary_edits_of_an_ordinary_article_are_quick() -> None:
    old = prose(1, 40, 55)
    new = [old[0] + " More.", *old[2:20], old[1], *old[20:30], old[30].replace("a", "zz", 3), *old[31:]]
    assert seconds(body(*old), body(*new)) < 0.1


@pytest.mark.parametrize("shape", [(160, 60), (1, 9600), (2400, 4)], ids=["paragraphs", "one paragraph", "lines"])
def test_unrelated_long_texts_meet_no_cliff(shape: tuple[int, int]) -> None:
    assert seconds(body(*prose(1, *shape)), body(*prose(2, *shape))) < 3


def test_one_long_paragraph_of_many_sentences_meets_no_cliff() -> None:
    one, other = (" ".join(said.capitalize() for said in prose(seed, 700, 14)) for seed in (1, 2))
    assert seconds(body(one), body(other)) < 3
    assert seconds(body(one), body(one.replace("a", "zz", 40))) < 3


def test_thousands_of_tiny_paragraphs_meet_no_cliff() -> None:
    old = [f"Line {n} reads {n * 7 % 901}." for n in range(5000)]
    assert seconds(body(*old), body(*(f"Another {n * 3 % 577} said {n}!" for n in range(5000))), runs=1) < 15


def test_one_paragraph_two_thousand_times_meets_no_cliff() -> None:
    old = ["The river rose again in the night."] * 2000
    assert seconds(body(*old), body(*old[:1990], "Nothing more.")) < 1
    assert seconds(body(" ".join(old)), body(" ".join(old[:1990]) + " Nothing more.")) < 2


def test_unrelated_long_chinese_texts_meet_no_cliff() -> None:
    signs = "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好"
    old, new = (prose(seed, 1, 20_000, signs, "") for seed in (1, 2))
    assert seconds(body(*old), body(*new)) < 3


def test_repetition_meets_no_cliff() -> None:
    assert seconds(body("a " * 12_000), body("a " * 9_000 + "b " * 500)) < 3


def test_quotation_marks_by_the_thousand_meet_no_cliff() -> None:
    old = " ".join(f'He said "no {n}" and left.' for n in range(2500))
    assert seconds(body(old), body(old.replace("left", "stayed")), runs=1) < 8


def test_a_sentence_cut_a_thousand_times_meets_no_cliff() -> None:
    old = " ".join(f"The river number {n} rose again." for n in range(1200))
    assert seconds(body(old), body(old.replace("rose again", "never fell at all in spring", 600)), runs=1) < 5
