"""The labelled pairs: what share of them is told as people labelled them, and the floors of that share."""

import pytest

from bench.pairs import FLOORS, Score, cases, floors, main, measured, scores, under
from storage.records import Kind


@pytest.mark.parametrize("half", sorted(floors()))
def test_no_figure_is_under_its_floor(half: str) -> None:
    assert under(half, measured(cases(half))) == []


@pytest.mark.parametrize("half", sorted(floors()))
def test_a_figure_that_rose_has_lifted_its_floor(half: str) -> None:
    figures = measured(cases(half))
    kept = floors()[half]
    assert figures == kept, f"python -m bench.pairs --half {half} --raise"


def test_the_pairs_that_the_rules_were_written_with_have_floors() -> None:
    assert "seen" in floors(), FLOORS


def test_labels_are_words_that_compare_knows() -> None:
    known = {str(k) for k in Kind}
    for half in ("seen", "held"):
        for case in cases(half):
            assert set(case.expected["kinds"]) <= known, case.name
            assert set(case.expected) <= {"kinds", "weighs", "disclosed", "noise", "summary", "why"}, case.name


def test_precision_and_recall_are_counted_by_label() -> None:
    found = scores(cases("seen"))
    assert found["number"].hit > 20
    assert Score(3, 1, 2).precision == 0.75
    assert Score(3, 1, 2).recall == 0.6
    assert Score(0, 0, 0).precision == 1.0


def test_the_table_names_every_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--half", "seen"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("en (", "ru (", "zh (", "correction_note"))
