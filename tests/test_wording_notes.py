"""Notes by position and form: which of them say what was corrected, which only that something was, and which are news."""

import pytest

from crawler.compare import compare
from crawler.wording.notes import is_tag, note_kind, says_what
from storage.records import Disclosed, Kind, Text

PROPER = [
    ("Correction (6 March): The figure of the dead was wrong.", Kind.CORRECTION_NOTE),
    ("Corrections and clarifications: the vote was on Monday.", Kind.CORRECTION_NOTE),
    ("CORRECTED: spelling of the mayor's name.", Kind.CORRECTION_NOTE),
    ("(Corrects number of victims in paragraph 3)", Kind.CORRECTION_NOTE),
    ("(This March 5 story has been corrected to say that 5 died, not 25)", Kind.CORRECTION_NOTE),
    ("• This article was amended on 6 March 2024 to correct the number of dead.", Kind.CORRECTION_NOTE),
    ("An earlier version of this story said 25 people died.", Kind.CORRECTION_NOTE),
    ("Clarification: The firm is not owned by Orlund.", Kind.CORRECTION_NOTE),
    ("For the record: the vote was on Monday.", Kind.CORRECTION_NOTE),
    ("This story has been updated to include a comment from the ministry.", Kind.UPDATE_NOTE),
    ("Update: the ministry has answered.", Kind.UPDATE_NOTE),
    ("Исправлено: число погибших.", Kind.CORRECTION_NOTE),
    ("В предыдущей версии материала неверно указано имя мэра.", Kind.CORRECTION_NOTE),
    ("В материал внесены исправления: уточнено число погибших.", Kind.CORRECTION_NOTE),
    ("Редакция приносит извинения за ошибку в имени мэра.", Kind.CORRECTION_NOTE),
    ("UPD: добавлен комментарий министерства.", Kind.UPDATE_NOTE),
    ("更正：死者人数应为5人。", Kind.CORRECTION_NOTE),
    ("【更正】死者人数应为5人，而非25人。", Kind.CORRECTION_NOTE),
    ("本报道已更正死者人数。", Kind.CORRECTION_NOTE),
    ("此前报道有误，死者应为5人。", Kind.CORRECTION_NOTE),
    ("更新：增加了市长的回应。", Kind.UPDATE_NOTE),
]
TAGS = [
    "Updated 14:30, 5 March",
    "Updated on March 6, 2024 at 3:15 p.m. EST",
    "Last updated: 6 March 2024",
    "This article was updated on 6 March.",
    "This story has been updated with additional information.",
    "Материал обновлён в 15:40",
    "Новость дополнена в 15:20",
    "UPD 14:30",
    "Обновлено 6 марта в 12:00",
    "本文更新于3月6日",
    "更新时间：2024年3月6日 14:30",
]
NEWS = [
    "The correction came late on Tuesday, officials said.",
    "This article is about corrections.",
    "The article was corrected by hand in the archive, the historian said.",
    "Corrections officers went on strike in Torvik.",
    "Updated rules for the crossing take effect in May, the ministry said.",
    "Note that the river rose again in the night.",
    "Editor's note: the writer is a fellow of the river institute.",
    "Уточнение было внесено в закон вчера.",
    "Обновлённый мост открыли в Торжинске.",
    "更正规的学校今天开学。",
    "编者按：本文作者是大学教授。",
]
BODY = tuple(
    f"Paragraph {name} tells of the river and the rain at length."
    for name in ("one", "two", "three", "four", "five", "six", "seven")
)


@pytest.mark.parametrize(("note", "kind"), PROPER)
def test_a_note_that_says_what_was_changed_is_proper(note: str, kind: Kind) -> None:
    found = compare(Text(paragraphs=BODY), Text(paragraphs=(*BODY, note)))
    assert found.kinds == (kind,)
    assert (found.disclosed, found.note) == (Disclosed.PROPER, note)


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_that_says_only_that_it_was_updated_is_technical(tag: str) -> None:
    assert is_tag(tag)
    found = compare(Text(paragraphs=BODY), Text(paragraphs=(tag, *BODY)))
    assert found.kinds == (Kind.UPDATE_NOTE,)
    assert (found.disclosed, found.note) == (Disclosed.TECHNICAL, tag)


@pytest.mark.parametrize("news", NEWS)
def test_a_sentence_that_only_speaks_like_a_note_is_none(news: str) -> None:
    assert note_kind(news) is None
    found = compare(Text(paragraphs=BODY), Text(paragraphs=(*BODY, news)))
    assert found.kinds == (Kind.ADDITION,)
    assert found.disclosed is Disclosed.NONE


@pytest.mark.parametrize(("note", "kind"), PROPER)
def test_a_note_in_the_middle_of_the_text_is_none(note: str, kind: Kind) -> None:
    found = compare(Text(paragraphs=BODY), Text(paragraphs=(*BODY[:3], note, *BODY[3:])))
    assert kind not in found.kinds
    assert found.disclosed is Disclosed.NONE


def test_a_note_that_stood_there_before_discloses_nothing_new() -> None:
    note = PROPER[0][0]
    found = compare(Text(paragraphs=(*BODY, note)), Text(paragraphs=(*BODY[:2], "5 men died.", *BODY[2:], note)))
    assert found.disclosed is Disclosed.NONE


def test_a_note_that_grew_discloses_what_it_now_says() -> None:
    old = "This article was updated on 6 March."
    new = "This article was updated on 6 March to correct the number of dead."
    found = compare(Text(paragraphs=(*BODY, old)), Text(paragraphs=(*BODY, new)))
    assert found.disclosed is Disclosed.PROPER


def test_a_bare_head_says_nothing() -> None:
    assert not says_what("Correction: this story was updated on March 6.")
    assert says_what("Correction: the vote was on Monday.")
