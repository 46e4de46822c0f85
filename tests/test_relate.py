"""Who else carries this text? Reprints meet whatever their dateline, copies say their share, claims keep their words."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.relate import (
    TOO_SHORT,
    Bodies,
    claimed_source,
    claims,
    echoes,
    fingerprint,
    kinship,
    names,
    sketch,
)
from crawler.wording import runs
from crawler.wording.quoted import quotes
from storage.kin import Copy, Kin, Turn
from storage.records import Extent, Outlet, Text, Version
from storage.words import normal

NOON = datetime(2022, 5, 5, 12, tzinfo=UTC)
ENGLISH = (
    "Two ministries agreed in the spring to share programmes, interviews and staff, a leaked paper shows.",
    "The paper names eleven outlets on each side and sets out who may quote whom, and how often.",
    "Officials in both capitals did not answer questions about the agreement, which runs for five years.",
)
RUSSIAN = (
    "Два министерства весной договорились обмениваться программами, интервью и сотрудниками, следует из документа.",
    "В документе названы одиннадцать изданий с каждой стороны и указано, кто кого и как часто может цитировать.",
    "Чиновники в обеих столицах не ответили на вопросы о соглашении, которое рассчитано на пять лет вперёд.",
)
CHINESE = (
    "两国部门在春天商定共享节目采访和工作人员，一份外泄的文件显示。文件列出双方各十一家媒体，并写明谁可以引用谁。两国首都的官员没有回答有关协议的问题。",
)


def text(opening: str, paragraphs: tuple[str, ...] = ENGLISH, **more: object) -> Text:
    return Text(paragraphs=(opening + paragraphs[0], *paragraphs[1:]), **more)  # type: ignore[arg-type]


DATELINES = [
    ("BEIJING, Jul 28, 2020, SCMP. ", "SCMP", ENGLISH),
    ("BEIJING, May 5 (Xinhua) -- ", "Xinhua", ENGLISH),
    ("(Reuters) - ", "Reuters", ENGLISH),
    ("LONDON/GENEVA, May 5 (Reuters) — ", "Reuters", ENGLISH),
    ("WASHINGTON (AP) — ", "AP", ENGLISH),
    ("SANTA FE, N.M. (AP) — ", "AP", ENGLISH),
    ("KYIV, Ukraine (AP) – ", "AP", ENGLISH),
    ("Hong Kong (South China Morning Post) - ", "South China Morning Post", ENGLISH),
    ("MOSCOW, May 5. /TASS/. ", "TASS", ENGLISH),
    ("MOSCOW, May 5 /TASS/. ", "TASS", ENGLISH),
    ("МОСКВА, 5 мая. /ТАСС/. ", "ТАСС", RUSSIAN),
    ("МОСКВА, 5 мая — РИА Новости. ", "РИА Новости", RUSSIAN),
    ("МОСКВА, 5 мая 2022 - РИА Новости, Иван Петров. ", "РИА Новости", RUSSIAN),
    ("Москва. 5 мая. INTERFAX.RU - ", "INTERFAX.RU", RUSSIAN),
    ("新华社北京5月5日电（记者张三 李四）", "新华社", CHINESE),
    ("新华社北京5月5日电 ", "新华社", CHINESE),
    ("中新网5月5日电 ", "中新网", CHINESE),
    ("俄罗斯卫星通讯社莫斯科5月5日电 ", "俄罗斯卫星通讯社", CHINESE),
    ("参考消息网5月5日报道 ", "参考消息网", CHINESE),
    ("据塔斯社莫斯科2022年5月5日电，", "塔斯社", CHINESE),
    ("央视网消息：", "央视网", CHINESE),
    ("【环球时报综合报道】", "环球时报", CHINESE),
    ("【环球网报道 记者 张三】", "环球网", CHINESE),
    ("【海外网5月5日电】", "海外网", CHINESE),
]


@pytest.mark.parametrize(("opening", "source", "body"), DATELINES)
def test_a_dateline_makes_no_difference_and_names_its_source(opening: str, source: str, body: tuple[str, ...]) -> None:
    plain = fingerprint(text("", body))
    assert plain
    assert fingerprint(text(opening, body)) == plain
    assert fingerprint(Text(paragraphs=(opening.strip(), *body))) == plain
    assert claimed_source(text(opening, body)) == (source, _shown(opening))
    assert claimed_source(text("", body)) is None


def _shown(opening: str) -> str:
    return opening.strip().replace("—", "-").replace("–", "-")


def test_a_place_alone_is_a_dateline_that_claims_nothing() -> None:
    assert fingerprint(text("KYIV, Ukraine — ")) == fingerprint(text(""))
    assert claimed_source(text("KYIV, Ukraine — ")) is None


def test_a_credit_line_of_its_own_claims_a_source() -> None:
    first = Text(paragraphs=("Source: Xinhua", *ENGLISH))
    assert fingerprint(first) == fingerprint(text(""))
    assert claimed_source(first) == ("Xinhua", "Source: Xinhua")
    assert claimed_source(Text(paragraphs=(*RUSSIAN, "Источник: ТАСС"))) == ("ТАСС", "Источник: ТАСС")
    assert claimed_source(Text(paragraphs=(*CHINESE, "来源：新华社"))) == ("新华社", "来源：新华社")


@pytest.mark.parametrize(
    "opening",
    [
        "Reuters said on Thursday that ",
        "In Beijing, May 5, the president (Xi Jinping) said that ",
        "The minister (right) said that ",
        "(Updated) - ",
        "China and Russia, in May, agreed. ",
        "据新华社报道，",
        "社会消息人士表示，",
    ],
)
def test_words_of_the_text_are_no_dateline(opening: str) -> None:
    body = CHINESE if opening[0] > "\u3000" else ENGLISH
    assert claimed_source(text(opening, body)) is None
    assert fingerprint(text(opening, body)) != fingerprint(text("", body))


def test_a_picture_credit_in_brackets_is_no_source() -> None:
    assert claimed_source(Text(paragraphs=("(Source: rawpixel.com)", *ENGLISH))) is None


def test_typography_and_paragraphs_make_no_difference() -> None:
    joined = Text(paragraphs=(" ".join(ENGLISH).replace(" ", "\u00a0"),))
    assert fingerprint(joined) == fingerprint(text(""))
    quoted = (*ENGLISH, "“Yes”, he said – ‘no’ more.")
    assert fingerprint(text("", quoted)) == fingerprint(text("", (*ENGLISH, "\"Yes\", he said - 'no' more.")))


def test_a_word_a_number_a_mark_makes_a_difference() -> None:
    plain = text("")
    for old, new in (("eleven", "twelve"), ("five years", "5 years"), ("spring", "Spring"), ("years.", "years?")):
        body = tuple(paragraph.replace(old, new) for paragraph in ENGLISH)
        assert fingerprint(text("", body)) != fingerprint(plain)


def test_titles_bylines_and_dates_do_not_matter() -> None:
    assert fingerprint(text("", title="Another headline", byline="B.")) == fingerprint(text("", title="A headline"))


def test_too_short_or_cut_texts_say_nothing() -> None:
    words = " ".join(f"word{n}" for n in range(TOO_SHORT))
    assert fingerprint(Text(paragraphs=(words,)))
    assert not fingerprint(Text(paragraphs=(words.rpartition(" ")[0],)))
    assert not fingerprint(Text(paragraphs=("BEIJING, May 5 (Xinhua) -- " + words.rpartition(" ")[0],)))
    assert not fingerprint(text("", extent=Extent.PREVIEW))
    assert not fingerprint(Text())


# --- who carries it -----------------------------------------------------------------------------


def version(number: int, *paragraphs: str, hours: int = 0, title: str = "") -> Version:
    at = NOON + timedelta(hours=hours)
    return Version(number, number, 1, number, at, at, Text(title=title, paragraphs=paragraphs))


def copied(one: Version, two: Version, known: Copy | None = None) -> Copy | None:
    """What is found of two versions of two outlets' articles, when the first is new."""
    found = kinship(Kin(one.article), one, None, (Kin(two.article, (two,), known=known),), {})
    return found.copies[0] if found.copies else None


MORE = (
    "A reporter of this paper went to the harbour and counted the cranes, of which nine stood still that morning.",
    "The owner of a bakery beside the gate said that she sells half as many rolls as she did before the war began.",
    "In the evening the lights went out along the quay, and a watchman walked his rounds with a lamp in his hand.",
    "Nobody at the office of the harbour master could say when the next ship would come in, or who would unload it.",
)


@pytest.mark.parametrize("body", [ENGLISH, RUSSIAN, CHINESE])
def test_the_same_text_is_a_reprint_in_every_language(body: tuple[str, ...]) -> None:
    found = copied(version(1, *body), version(2, "(Reuters) - " + body[0] if body != CHINESE else body[0], *body[1:]))
    assert found is not None
    assert (found.kind, found.similarity) == ("reprint", 1.0)


def test_a_wire_inside_a_longer_story_is_partial_and_says_whose_share_it_is() -> None:
    found = copied(version(1, *ENGLISH), version(2, *MORE[:2], *ENGLISH, *MORE[2:]))
    assert found is not None
    assert (found.kind, found.mine.share) == ("partial", 1.0)
    assert 0.3 < found.other.share < 0.5


def test_an_edited_reprint_stays_one() -> None:
    edited = (ENGLISH[0], ENGLISH[1].replace("eleven", "twelve"), ENGLISH[2])
    found = copied(version(1, *ENGLISH, *MORE), version(2, *edited, *MORE))
    assert found is not None
    assert found.kind == "reprint"
    assert 0.9 < found.similarity < 1


def test_a_sentence_or_two_in_common_are_no_copy() -> None:
    assert copied(version(1, *ENGLISH), version(2, ENGLISH[0], *MORE)) is None


def test_a_long_statement_that_both_quote_is_a_quotation_and_no_copy() -> None:
    said = 'The ministry said: "' + " ".join(ENGLISH) + '"'
    found = copied(version(1, said, *MORE[:2]), version(2, said, *MORE[2:]))
    assert found is not None
    assert found.kind == "quotation"
    assert found.mine.quote in said


NAMED = [
    (
        '"We will never hand over the port of {} to anybody who keeps its gates closed at night," the minister said.',
        "Kiev", "Kyiv",
    ),
    ('«Мы никогда не отдадим порт {} тем, кто держит его ворота закрытыми по ночам», — сказала министр.', "Алматы", "Алма-Ата"),
    ("部长表示：“我们绝不会把港口交给{}这样的人来管理，因为他们在夜里从来不打开大门。”", "泽连斯基", "扎连斯基"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "one", "two"), NAMED)
def test_a_quotation_is_known_whichever_way_its_names_are_spelled(sentence: str, one: str, two: str) -> None:
    assert quotes((sentence.format(one),)).keys() == quotes((sentence.format(two),)).keys() != set()
    changed = sentence.replace("never", "gladly").replace("никогда", "охотно").replace("绝不会", "当然会")
    assert not quotes((changed.format(one),)).keys() & quotes((sentence.format(one),)).keys()


def test_what_was_cut_by_a_paywall_is_not_compared() -> None:
    cut = Version(2, 2, 1, 2, NOON, NOON, Text(paragraphs=ENGLISH, extent=Extent.PREVIEW))
    assert kinship(Kin(2), cut, None, (Kin(1, (version(1, *ENGLISH),)),), {}).copies == ()
    assert sketch(cut.text) == ()


def test_a_passage_of_36_words_is_always_found_however_long_the_rest() -> None:
    dice = Random(5)
    for _ in range(50):
        shared = [f"s{dice.random()}" for _ in range(36)]
        one, two = ([f"w{dice.random()}" for _ in range(dice.randint(40, 900))] for _ in range(2))
        texts = [Text(paragraphs=(" ".join((*filler[:20], *shared, *filler[20:])),)) for filler in (one, two)]
        assert set(sketch(texts[0])) & set(sketch(texts[1]))


def test_prints_are_the_same_on_every_machine() -> None:
    assert sketch(Text(paragraphs=ENGLISH)) == PRINTS


PRINTS = (6282978540842484630, 6618751292746780408)

SENTENCES = st.lists(st.sampled_from((*ENGLISH, *RUSSIAN, *CHINESE, *MORE)), min_size=1, max_size=8).map(tuple)


@settings(deadline=None)  # a busy machine is no failure
@given(SENTENCES, SENTENCES)
def test_what_two_texts_share_is_the_same_from_both_sides_and_within_bounds(
    one: tuple[str, ...], two: tuple[str, ...]
) -> None:
    here, there = copied(version(1, *one), version(2, *two)), copied(version(2, *two), version(1, *one))
    assert here == (there.mirrored if there else None)
    a, b = runs.said(one), runs.said(two)
    mine, yours = runs.shares(a, b), runs.shares(b, a)
    assert 0 <= mine.share <= 1
    assert mine.words <= len(a.words)
    assert mine.own <= sum(a.weights)
    assert runs.shares(a, a).share == 1.0
    assert (mine.words == 0) == (yours.words == 0)


@settings(deadline=None)  # a busy machine is no failure
@given(SENTENCES, SENTENCES, SENTENCES)
def test_a_text_stands_in_full_in_whatever_contains_it(
    before: tuple[str, ...], one: tuple[str, ...], after: tuple[str, ...]
) -> None:
    assert runs.shares(runs.said(one), runs.said((*before, *one, *after))).share == 1.0


VERSIONS = st.lists(SENTENCES, min_size=1, max_size=3)


@settings(deadline=None, max_examples=50)
@given(VERSIONS, VERSIONS, st.data())
def test_two_articles_have_the_same_in_common_in_whatever_order_their_versions_come(
    mine: list[tuple[str, ...]], theirs: list[tuple[str, ...]], data: st.DataObject
) -> None:
    came = [(1, version(10 + n, *said, hours=n)) for n, said in enumerate(mine)]
    came += [(2, version(20 + n, *said, hours=n)) for n, said in enumerate(theirs)]
    assert _met(came) == _met(data.draw(st.permutations(came)))


def _met(came: list[tuple[int, Version]]) -> Copy | None:
    """What is known of articles 1 and 2 in the end, from the side of the first."""
    held: dict[int, list[Version]] = {1: [], 2: []}
    known: Copy | None = None
    for article, new in came:
        other = 3 - article
        before = known.mirrored if known and article == 2 else known
        turned = Kin(other, tuple(replace(one, article=other) for one in held[other]), known=before)
        found = kinship(Kin(article), replace(new, article=article), None, (turned,), {}).copies
        if found:
            known = found[0].mirrored if article == 2 else found[0]
        held[article].append(new)
    return known


# --- what became of an edit ---------------------------------------------------------------------

OLD = version(1, *ENGLISH)
NEW = version(3, ENGLISH[0], ENGLISH[1].replace("eleven outlets", "nine outlets"), ENGLISH[2], hours=1)
CUT = version(4, ENGLISH[0], ENGLISH[2], hours=1)
NOTED = version(
    5, *ENGLISH, "Correction: this report was changed to give the number of outlets that the paper has.", hours=1
)

OWNED_UP = version(6, *NEW.text.paragraphs, NOTED.text.paragraphs[-1], hours=1)


@pytest.mark.parametrize(
    ("new", "said", "carries"),
    [
        (NEW, ENGLISH, "old"),
        (NEW, NEW.text.paragraphs, "new"),
        (NEW, (*ENGLISH, *NEW.text.paragraphs), "both"),
        (NEW, (ENGLISH[0], ENGLISH[2], *MORE), "neither"),
        (NEW, (*MORE, ENGLISH[1]), "old"),
        (CUT, ENGLISH, "old"),
        (CUT, CUT.text.paragraphs, "new"),
        (CUT, (*MORE, ENGLISH[1]), "old"),
        (NOTED, ENGLISH, "old"),
        (NOTED, NOTED.text.paragraphs, "new"),
        (NOTED, MORE, "neither"),
        (OWNED_UP, NEW.text.paragraphs, "new"),
        (OWNED_UP, OWNED_UP.text.paragraphs, "new"),
        (OWNED_UP, ENGLISH, "old"),
        (OWNED_UP, (*ENGLISH, OWNED_UP.text.paragraphs[-1]), "old"),
        (OWNED_UP, (ENGLISH[0], ENGLISH[2]), "neither"),
    ],
)
def test_a_copy_carries_the_old_words_or_the_new(new: Version, said: tuple[str, ...], carries: str) -> None:
    mine = Kin(1, (OLD, replace(new, article=1)), (Turn(7, OLD.id, new.id),))
    theirs = version(9, *said)
    (echo,) = echoes(mine, mine.turns, (theirs,), Bodies())
    assert echo.carries == carries


def test_dates_and_captions_leave_no_echo() -> None:
    same = replace(OLD, id=8, text=replace(OLD.text, modified_at="2022-05-06"))
    assert list(echoes(Kin(1, (OLD, same)), (Turn(7, OLD.id, 8),), (version(9, *ENGLISH),), Bodies())) == []


def test_a_headline_that_was_changed_is_looked_for_in_headlines() -> None:
    old, new = (
        version(n, *ENGLISH, title=said) for n, said in ((1, "Ministers sign pact"), (2, "Ministers deny pact"))
    )
    mine = Kin(1, (old, replace(new, article=1)), (Turn(7, 1, 2),))
    kept, own = version(8, *ENGLISH, title="Ministers sign pact"), version(9, *ENGLISH, title="What they agreed upon")
    assert [echo.carries for echo in echoes(mine, mine.turns, (kept, own), Bodies())] == ["old", "neither"]


# --- whom it names ------------------------------------------------------------------------------

CATALOGUE = (
    Outlet("scmp", "South China Morning Post", ("scmp.com",)),
    Outlet("xinhua", "Xinhua / 新华社", ("news.cn",)),
    Outlet("tass", "TASS / ТАСС", ("tass.com",)),
    Outlet("wsj", "The Wall Street Journal", ("wsj.com",)),
    Outlet("ria", "RIA Novosti / РИА Новости", ("ria.ru",)),
    Outlet("sofrep", "SOFREP", ("sofrep.com",)),
)
SAID = [
    ("The deal was signed in May, reported the South China Morning Post.", "South China Morning Post", "scmp"),
    ("According to a report by the Wall Street Journal, the paper was leaked.", "Wall Street Journal", "wsj"),
    ("The Wall Street Journal reported that the paper was leaked.", "Wall Street Journal", "wsj"),
    ("This story was first published in SOFREP and is used with permission.", "SOFREP", "sofrep"),
    ("Xinhua news agency reported the signing on Monday.", "Xinhua", "xinhua"),
    ("The Straits Courier reported that the paper was leaked.", "Straits Courier", ""),
    ("Договор подписан в мае, сообщает ТАСС.", "ТАСС", "tass"),
    ("Об этом передаёт РИА Новости со ссылкой на министерство.", "РИА Новости", "ria"),
    ("Документ утёк в сеть, пишет газета «Утренние новости».", "Утренние новости", ""),
    ("ТАСС сообщает, что договор подписан в мае.", "ТАСС", "tass"),
    ("据新华社报道，两国部门在春天签署了协议。", "新华社", "xinhua"),
    ("据《华尔街日报》网站5月5日报道，文件已经外泄。", "华尔街日报", "wsj"),
    ("文件已经外泄，塔斯社援引外交部的话报道说。", "塔斯社", "tass"),
]


@pytest.mark.parametrize(("sentence", "source", "outlet"), SAID)
def test_a_sentence_that_attributes_claims_a_source(sentence: str, source: str, outlet: str) -> None:
    (claim,) = claims(version(1, sentence), names(CATALOGUE))
    assert (claim.kind, claim.source, claim.outlet) == ("attribution", source, outlet)
    assert claim.words in normal(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "According to the ministry, nothing was signed.",
        "According to Anna Weld, nothing was signed.",
        "Officials reported a loss, and John Smith wrote a letter.",
        "Сообщает министерство, а по данным Ивана Петрова, ничего не подписано.",
        "据介绍，两国部门没有签署协议。据外交部发言人表示，没有协议。",
        "The newspaper reported a loss of readers.",
    ],
)
def test_officials_and_people_are_no_sources_of_texts(sentence: str) -> None:
    assert claims(version(1, sentence), names(CATALOGUE)) == ()


def test_datelines_are_claims_too_and_each_source_is_named_once() -> None:
    new = version(1, "MOSCOW, May 5. /TASS/. " + ENGLISH[0], "TASS reported that it was so.", "TASS reports more.")
    (claim,) = claims(new, names(CATALOGUE))
    assert (claim.kind, claim.source, claim.outlet, claim.words) == (
        "dateline",
        "TASS",
        "tass",
        "MOSCOW, May 5. /TASS/.",
    )


@pytest.mark.parametrize("part", ["驻", "记者", "A", "A ", "A, ", "A.", "AB ", "中", "中社", "1日", "/A", "(A", "- "])
def test_a_hostile_opening_takes_no_time(part: str) -> None:
    for start in ("", "【社会", "BEIJING, May 5, "):
        began = time.process_time()
        hostile = Text(paragraphs=(start + part * 5000,))
        claimed_source(hostile)
        claims(Version(1, 1, 1, 1, NOON, NOON, hostile), {})
        sketch(hostile)
        assert time.process_time() - began < 1


@given(st.text(max_size=200))
def test_any_text_can_be_asked(body: str) -> None:
    any_text = Text(paragraphs=(body,))
    assert fingerprint(any_text) == fingerprint(any_text)
    claimed_source(any_text)
