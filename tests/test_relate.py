"""Who else carries this text? Exact reprints meet whatever their dateline, and nothing else does."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.relate import TOO_SHORT, Carrier, claimed_source, fingerprint, relate
from storage.records import Extent, Text

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


# --- families -----------------------------------------------------------------------------------


def test_a_text_that_nobody_else_carries_has_no_family() -> None:
    assert relate(1, 10, NOON, "aa", []) == ()
    assert relate(1, 10, NOON, "aa", [Carrier(2, 20, NOON, "bb")]) == ()
    assert relate(1, 10, NOON, "aa", [Carrier(1, 9, NOON, "aa")]) == ()
    assert relate(1, 10, NOON, "", [Carrier(2, 20, NOON, "")]) == ()


def test_a_family_lists_all_who_carry_the_text_first_seen_first() -> None:
    hour = timedelta(hours=1)
    others = [Carrier(2, 20, NOON + hour, "aa"), Carrier(3, 30, NOON - hour, "aa"), Carrier(4, 40, NOON, "bb")]
    family = relate(1, 10, NOON, "aa", others)
    assert [(r.article, r.version, r.first_at) for r in family] == [
        (3, 30, NOON - hour),
        (1, 10, NOON),
        (2, 20, NOON + hour),
    ]
    assert {(r.family, r.similarity) for r in family} == {("aa", 1.0)}


CARRIERS = st.lists(
    st.builds(
        Carrier, st.integers(1, 4), st.integers(1, 9), st.integers(0, 3).map(lambda h: NOON + timedelta(hours=h)),
        st.sampled_from(["aa", "bb"]),
    ),
    unique_by=lambda carrier: (carrier.article, carrier.version), max_size=6,
)  # fmt: skip


@given(CARRIERS, st.data())
def test_a_family_is_the_same_in_whatever_order_its_members_are_met(
    carriers: list[Carrier], data: st.DataObject
) -> None:
    def met(order: list[Carrier]) -> set[object]:
        rows: set[object] = set()
        for n, one in enumerate(order):
            others = [other for other in order[:n] if other.article != one.article]
            rows |= set(relate(one.article, one.version, one.first_at, one.fingerprint, others))
        return rows

    assert met(carriers) == met(data.draw(st.permutations(carriers)))


@pytest.mark.parametrize("part", ["驻", "记者", "A", "A ", "A, ", "A.", "AB ", "中", "中社", "1日", "/A", "(A", "- "])
def test_a_hostile_opening_takes_no_time(part: str) -> None:
    for start in ("", "【社会", "BEIJING, May 5, "):
        began = time.process_time()
        claimed_source(Text(paragraphs=(start + part * 5000,)))
        assert time.process_time() - began < 1


@given(st.text(max_size=200))
def test_any_text_can_be_asked(body: str) -> None:
    any_text = Text(paragraphs=(body,))
    assert fingerprint(any_text) == fingerprint(any_text)
    claimed_source(any_text)
