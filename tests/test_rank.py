"""How near is a text to the seeds? Invented texts in three languages, and texts that only look near."""

import pickle
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.catalogue import load_seeds
from crawler.rank import HALF, REASONS, Profile, Term, Zones, derive, rank
from crawler.salience import RARE, STEM, common, mentioned


@pytest.fixture(scope="module")
def seeds() -> Profile:
    return load_seeds()


ENGLISH = """
    Editors from Moscow and Beijing met in Khabarovsk this week to renew a plan for media cooperation. Under the plan
    TASS and Xinhua go on with their news exchange, and a children's channel takes over two cartoons. The hosts spoke
    of a shared answer to disinformation, a word that stood in every speech. A researcher at the China Media Project
    called the plan modest: most of last year's items were never broadcast.
"""
RUSSIAN = """
    Минцифры и китайское ведомство по радио и телевидению подвели итоги года. Стороны договорились расширить обмен
    контентом: «Российская газета» будет готовить вкладку вместе с агентством Синьхуа. Участники много говорили о
    борьбе с дезинформацией. Представитель ведомства отметил, что часть прошлогодних проектов так и не вышла в эфир.
"""
CHINESE = """
    中俄媒体论坛昨日在哈尔滨闭幕。塔斯社与新华社代表介绍了新闻交换的进展，双方同意继续内容共享，并共同抵制虚假信息。
    与会者表示，去年的项目有一半尚未播出。主办方说，明年的论坛将在海参崴举行。
"""


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Broadcasters of two neighbours renew their plan", ENGLISH),
        ("Итоги года подвели в Благовещенске", RUSSIAN),
        ("论坛闭幕", CHINESE),
    ],
)
def test_a_text_on_the_subject_is_related_in_any_language(seeds: Profile, title: str, body: str) -> None:
    found = rank(title, body, seeds)
    assert found.related
    assert found.score >= 0.5


OFF = {
    "propaganda in football only": (
        "Club accuses rival of propaganda",
        "The club said its rival's fan magazine was propaganda and disinformation, and that state media had joined in. "
        "The derby is on Sunday. Both sides miss their first keeper." * 3,
    ),
    "one country's media": (
        "New head for TASS and for RIA Novosti",
        "The Kremlin named new heads of TASS, RT and Sputnik. Lavrov and Zakharova praised the old ones. Moscow, Putin.",
    ),
    "trade of the two countries": (
        "Russia and China sign gas deal",
        "The two companies agreed on a price for thirty years. The pipe is to be laid across the Amur by 2029.",
    ),
    "a leak of another kind": (
        "Leaked documents show price of stadium",
        "Hacked emails name the builder. WikiLeaks published them, as did Distributed Denial of Secrets.",
    ),
    "a camera in the street": (
        "Russian tourist found by CCTV",
        "Police looked at the CCTV footage of three streets. The man had lost his way in Brighton.",
    ),
    "whales": ("Спасли кита", "У берега спасли двух китов. Учёные будут вести наблюдение. Кита назвали Спутником, как и судно."),
    "nothing at all": ("Cheese fair opens", "Forty dairies show their cheese until Sunday."),
}  # fmt: skip


@pytest.mark.parametrize("case", OFF)
def test_one_facet_alone_is_not_the_subject(seeds: Profile, case: str) -> None:
    found = rank(*OFF[case], seeds)
    assert not found.related
    assert found.score < 0.5


def test_many_weak_terms_in_a_long_text_do_not_make_it_related(seeds: Profile) -> None:
    passing = (
        "Russia Moscow Kremlin Putin China Beijing Xinjiang Uyghurs cotton fields media outlets security concerns "
    )
    trip = "We took the night train and slept until the samovar was hot. " * 150
    found = rank("By rail across a continent", trip + passing * 20 + trip, seeds)
    assert not found.related
    assert found.score < 0.4


def test_a_long_text_wins_nothing_by_repeating_itself(seeds: Profile) -> None:
    once, often = (rank("A forum", ENGLISH * times, seeds) for times in (1, 60))
    assert often.score == once.score


def test_the_subject_deep_in_a_long_text_is_still_found(seeds: Profile) -> None:
    weather = "Rain is expected along the coast, with some wind in the evening. " * 120
    assert rank("The week in brief", weather + ENGLISH, seeds).related


# --- words --------------------------------------------------------------------------------------


def facets(profile: Profile, text: str) -> set[str]:
    return {reason.partition(":")[0] for reason in rank(text, "body", profile).because}


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("state-run media", "coordination"),
        ("State Run Media", "coordination"),
        ("content\u2011sharing", "coordination"),
        ("pro\u00adpa\u00adganda", "coordination"),
        ("о дезинформации", "coordination"),
        ("в информационной войне", "coordination"),
        ("государственными СМИ", "coordination"),
        ("биолабораториях", "biolabs"),
        ("российскими", "actors_ru"),
        ("Russia's", "actors_ru"),
        ("RT’s", "actors_ru"),
        ("俄罗斯RT电视台", "actors_ru"),
        ("Tass", "actors_ru"),
        ("Ван И", "actors_cn"),
        ("昨天新华社报道", "actors_cn"),
        ("«Медуза»", "analysts"),
        ("СВО", "ukraine_war_framing"),
    ],
)
def test_words_are_found_in_their_forms(seeds: Profile, text: str, facet: str) -> None:
    assert facet in facets(seeds, text)


@pytest.mark.parametrize(
    "text",
    [
        "art", "start", "rt", "Chinatown", "machina", "Intasses", "вести переговоры", "свои", "медуза в море", "Ван и Ли",
        "спутник Земли", "кита", "the intercept of a shell", "Richard Blumenthal", "миросиньхуа", "state of the media",
    ],
)  # fmt: skip
def test_words_that_only_look_alike_are_not(seeds: Profile, text: str) -> None:
    assert facets(seeds, text) == set()


def test_a_phrase_needs_its_words_side_by_side() -> None:
    profile = Profile((Term("war", 3.0, ("information war*",)),))
    assert rank("The information wars", "x", profile).because == ("war: information war",)
    assert rank("War and information on a war", "x", profile).because == ()


# --- weights and zones --------------------------------------------------------------------------

SMALL = Profile(
    (
        Term("actors", 2.0, ("harbour board",)),
        Term("actors", 2.0, ("dock union",)),
        Term("actors", 1.0, ("varna",)),
        Term("actors", 1.0, ("sofia",)),
        Term("strike", 3.0, ("walkout", "стачк*", "罢工")),
        Term("strike", 3.0, ("picket*",)),
        Term("law", 2.0, ("injunction",)),
    ),
    any_of=(("actors", "strike"), ("law",)),
)


def test_the_title_weighs_more_than_the_lead_and_the_lead_more_than_the_rest() -> None:
    filler = "word " * 200
    scores = [
        rank("walkout", filler, SMALL).score,
        rank("", "walkout " + filler, SMALL).score,
        rank("", filler + " walkout", SMALL).score,
        rank("", filler, SMALL).score,
    ]
    assert scores == sorted(set(scores), reverse=True)
    assert scores[-1] == 0


def test_the_score_is_what_its_formula_says() -> None:
    found = rank("", "x " * 300 + "walkout injunction", SMALL)
    assert found.score == round(1 - 2 ** (-(3 + 2) / HALF), 4)


def test_context_counts_as_its_best_term_only() -> None:
    assert rank("varna sofia", "x", SMALL).score == rank("varna", "x", SMALL).score


def test_a_wanted_set_of_facets_must_be_there_in_full() -> None:
    whole = rank("harbour board dock union walkout picket", "x", SMALL)
    assert whole.related
    assert not rank("walkout pickets injunction", "x", Profile(SMALL.terms, any_of=(("actors", "law"),))).related
    assert not rank("harbour board walkout picket", "x", Profile(SMALL.terms, need_facets=3)).related
    assert rank("harbour board dock union walkout picket", "x", Profile(SMALL.terms)).related


def test_a_name_in_passing_makes_no_facet_but_one_in_the_lead_does() -> None:
    filler = "word " * 200
    deep = rank("walkout: pickets and an injunction", filler + "varna", Profile(SMALL.terms, any_of=SMALL.any_of[:1]))
    early = rank("walkout: pickets and an injunction", "varna " + filler, Profile(SMALL.terms, any_of=SMALL.any_of[:1]))
    assert (deep.related, early.related) == (False, True)


def test_a_shelf_may_weigh_the_zones_itself() -> None:
    flat = Profile(SMALL.terms, zones=Zones(1.0, 1.0, 1.0))
    assert rank("walkout", "x", flat).score == rank("", "walkout", flat).score


def test_the_reasons_name_the_weightiest_terms_first() -> None:
    found = rank("walkout", "an injunction in varna", SMALL)
    assert found.because == ("strike: walkout", "law: injunction", "actors: varna")
    many = Profile(tuple(Term("f", 2.0, (f"term{n}",)) for n in range(30)))
    assert len(rank(" ".join(f"term{n}" for n in range(30)), "x", many).because) == REASONS


# --- candidates ---------------------------------------------------------------------------------


def test_a_title_cannot_acquit(seeds: Profile) -> None:
    found = rank("Minister meets the press", "", seeds)
    assert (found.score, found.related) == (0.0, True)
    assert rank("Minister meets the press", " \n", seeds).related


def test_candidates_are_ordered_by_title_address_and_hint(seeds: Profile) -> None:
    scores = [
        rank("Beijing and Moscow plan media cooperation", "", seeds).score,
        rank("", "", seeds, url="https://a.example/2024/beijing-and-moscow-plan-media-cooperation.html").score,
        rank("Two capitals make a plan", "", seeds, hint="Moscow").score,
        rank("Two capitals make a plan", "", seeds).score,
    ]
    assert scores == sorted(set(scores), reverse=True)


def test_an_outlets_name_in_the_host_is_no_subject(seeds: Profile) -> None:
    assert rank("", "", seeds, url="https://www.xinhua.example/cheese-fair/").score == 0


@pytest.mark.parametrize("url", ["https://[broken", "", "https://a.example/%E4%B8%AD%E4%BF%84%E5%AA%92%E4%BD%93"])
def test_any_address_will_do(seeds: Profile, url: str) -> None:
    assert (rank("", "", seeds, url=url).score > 0) == url.startswith("https://a.")


# --- laws ---------------------------------------------------------------------------------------

VOCABULARY = (
    "harbour board",
    "dock union",
    "varna",
    "sofia",
    "walkout",
    "pickets",
    "injunction",
    "rain",
    "罢工",
    "стачка",
)
WORDS = st.sampled_from(VOCABULARY)
TEXTS = st.lists(WORDS, max_size=40).map(" ".join)


@given(TEXTS, TEXTS)
def test_the_score_lies_between_0_and_1_and_is_always_the_same(title: str, body: str) -> None:
    found = rank(title, body, SMALL)
    assert 0 <= found.score < 1
    assert found == rank(title, body, SMALL)


@given(TEXTS, TEXTS)
def test_more_to_read_never_lowers_the_score(body: str, more: str) -> None:
    assert rank("", f"{body} {more}", SMALL).score >= rank("", body, SMALL).score


@given(st.lists(st.sampled_from(["walkout", "pickets", "стачку", "罢工"]), max_size=30).map(" ".join))
def test_no_facet_alone_is_ever_enough(text: str) -> None:
    found = rank(text, text or "x", Profile(SMALL.terms, need_facets=1))
    assert found.score < 0.5
    assert not found.related


@given(st.text(max_size=200), st.text(max_size=600))
def test_any_text_can_be_ranked(title: str, body: str) -> None:
    assert 0 <= rank(title, body, SMALL).score < 1


def test_an_empty_profile_knows_nothing() -> None:
    assert rank("walkout", "walkout", Profile()).score == 0


def test_a_used_profile_can_be_sent_to_another_process(seeds: Profile) -> None:
    copy = pickle.loads(pickle.dumps(seeds))
    assert rank("", ENGLISH, copy) == rank("", ENGLISH, seeds)


def test_fifteen_kilobytes_take_a_few_milliseconds(seeds: Profile) -> None:
    body = (ENGLISH + RUSSIAN + CHINESE) * 18

    def seconds() -> float:
        began = time.perf_counter()
        rank("A forum", body, seeds)
        return time.perf_counter() - began

    assert len(body) > 15_000
    assert min(seconds() for _ in range(20)) < 0.01  # 0.0015 s where it was written


# --- plain documents ----------------------------------------------------------------------------

PLAIN = """
    The strike at Varna began on a Monday. In Varna the Harbour Board had cut the night shift, and the longshoremen
    walked out. Longshoremen from Burgas joined them. The ferries to Varna stood still, and the Harbour Board asked
    for arbitration. On the quay, Mila Petrova spoke for the longshoremen; arbitration, said Mila Petrova, must wait.
    The ferries and the warehouses stayed shut. Warehouses in Burgas filled with grain.
"""
NEXT_DAY = """
    A week later the quay at Varna is open. Mila Petrova and the Harbour Board have agreed on arbitration, and the
    ferries sail. The longshoremen keep their night shift; the warehouses are emptying.
"""
ELSEWHERE = """
    The choir of Plovdiv sings in the warehouses of the old tobacco town this summer. Tickets are sold at the door.
    The programme holds Bach, Byrd and a piece by a local composer who is nineteen.
"""


@pytest.fixture
def plain_shelf(tmp_path: Path) -> Path:
    (tmp_path / "strike.txt").write_text(PLAIN, encoding="utf-8")
    return tmp_path


def test_plain_documents_are_seeds_as_they_are(plain_shelf: Path) -> None:
    profile = load_seeds(plain_shelf)
    assert rank("The quay is open", NEXT_DAY, profile).related
    assert not rank("Songs among the bales", ELSEWHERE, profile).related


def test_names_and_words_are_told_apart(plain_shelf: Path) -> None:
    terms = {term.name: term for term in derive([PLAIN])}
    assert {"Varna", "Harbour", "Board", "Mila", "Petrova", "Burgas"} <= {
        t.name for t in terms.values() if t.facet == "names"
    }
    assert {"longshoremen", "arbitration", "ferries", "warehouses"} <= {
        t.name.lower() for t in terms.values() if t.facet == "words"
    }
    assert derive([PLAIN]) == derive([PLAIN])


def test_what_the_documents_share_weighs_more_and_what_is_common_anywhere_less() -> None:
    terms = {term.name: term.weight for term in derive([PLAIN, NEXT_DAY])}
    assert terms["Varna"] > terms["Burgas"]
    assert terms["arbitration"] > terms["week"]
    assert not terms.keys() & {"The", "the", "and"}


def test_endings_do_not_part_a_word() -> None:
    text = "Докеры начали забастовку. О забастовке говорят все. Докеров поддержали."
    assert {"забас", "докер"} <= {term.key for term in derive([text])}
    profile = Profile(derive([text]))
    assert rank("", "Забастовка докеров идёт третий день.", profile).score > 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الحكومة", "حكومة"),
        ("والحكومة", "للحكومة"),
        ("بالميناء", "وميناء"),
        ("كالعمال", "فالعمال"),
        ("أوروبا", "اوروبا"),
        ("المدرسة", "مدرسه"),
        ("على", "علي"),
        ("مُحَمَّد", "محمد"),
        ("العـــربية", "عربية"),
    ],
)
def test_an_arabic_word_is_one_word_with_and_without_its_article(one: str, other: str) -> None:
    assert mentioned(one) == mentioned(other)
    assert len(mentioned(one)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ولد", "لد"),
        ("الم", "م"),
        ("بحر", "حر"),
        ("المصنع", "المصرف"),
        ("الاقتصاد", "الاقتراع"),
    ],
)
def test_a_short_arabic_word_keeps_its_letters_and_two_words_stay_two(one: str, other: str) -> None:
    assert mentioned(one) != mentioned(other)


def test_an_arabic_document_knows_its_subject_behind_the_article() -> None:
    text = "أعلن عمال الميناء إضرابا في اللاذقية. وقال اتحاد العمال إن الإضراب مستمر، والرافعات متوقفة. ورفضت هيئة الميناء زيادة الأجور."
    near = "إضراب عمال ميناء اللاذقية يدخل يومه الثالث: رافعات متوقفة وأجور لم ترتفع، وهيئة ميناء صامتة."
    far = "افتتح المهرجان أبوابه للزوار، والجبن والخبز واللبن على الطاولات، والأطفال يرسمون البقرات."
    profile = Profile(derive([text]))
    assert rank("", near, profile).related
    assert rank("", far, profile).score < 0.1


def test_chinese_is_found_without_spaces() -> None:
    text = "码头工人罢工。码头工人要求加薪，码头工人代表发言。港务局说，港务局会回应。港务局沉默。"
    profile = Profile(derive([text]))
    assert {"港务局", "工人罢"} <= {term.name for term in profile.terms if term.facet == "names"}
    near, far = "码头工人昨日继续罢工，港务局仍未回应。", "奶酪节在山城开幕，四十家乳品厂展出奶酪。"
    assert rank("", near, profile).related
    assert rank("", far, profile).score < 0.1


def test_a_text_is_not_nearer_for_being_long_nor_for_repeating_itself(plain_shelf: Path) -> None:
    profile = load_seeds(plain_shelf)
    once, padded = rank("", NEXT_DAY, profile), rank("", NEXT_DAY + ELSEWHERE * 20, profile)
    assert rank("", ELSEWHERE * 50, profile).score < rank("", ELSEWHERE, profile).score + 0.05
    assert once.score > padded.score
    assert abs(rank("", NEXT_DAY * 20, profile).score - once.score) < 0.15


def test_how_near_is_near_is_what_the_documents_say_themselves() -> None:
    close, apart = Profile(derive([PLAIN, NEXT_DAY])), Profile(derive([PLAIN, ELSEWHERE]))
    other = "The quay at Varna is shut; the harbour board and the longshoremen talk of arbitration."
    assert rank("", other, close).score != rank("", other, apart).score
    assert rank("", other, close).related


def test_one_facet_of_a_plain_document_is_not_enough(plain_shelf: Path) -> None:
    names = rank(
        "",
        "Varna Burgas Varna Burgas. At Varna, Mila Petrova; at Burgas, Mila Petrova of Varna.",
        load_seeds(plain_shelf),
    )
    assert {reason.partition(":")[0] for reason in names.because} == {"names"}
    assert not names.related


def test_candidates_of_a_plain_shelf_are_ordered_by_their_titles(plain_shelf: Path) -> None:
    profile = load_seeds(plain_shelf)
    titles = ["Longshoremen and harbour board at arbitration", "Ferries sail again", "A choir sings among old bales"]
    scores = [rank(title, "", profile).score for title in titles]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[1] > scores[2]
    assert all(rank(title, "", profile).related for title in titles)


def test_no_document_without_words_breaks_a_shelf() -> None:
    assert derive([]) == ()
    assert derive(["", " - !? "]) == ()
    assert derive(["", PLAIN]) == derive([PLAIN])


@given(st.lists(st.text(max_size=300), max_size=4), st.text(max_size=300))
def test_any_documents_make_a_profile_and_any_text_has_a_score(documents: list[str], text: str) -> None:
    found = rank(text[:20], text, Profile(derive(documents)))
    assert 0 <= found.score <= 1
    assert found == rank(text[:20], text, Profile(derive(documents)))


@given(st.lists(st.text(alphabet="abcdefgh АБВабв", min_size=1, max_size=80), min_size=2, max_size=4))
def test_the_order_of_the_documents_is_no_matter(documents: list[str]) -> None:
    weights = {term.key: round(term.weight, 9) for term in derive(documents)}
    assert weights == {term.key: round(term.weight, 9) for term in derive(documents[::-1])}


def test_the_table_of_common_words_is_well_formed() -> None:
    table = common()
    assert table["the"] < table["minis"] < RARE
    assert all(0 <= weight < RARE for weight in table.values())
    assert all(word and len(word) <= STEM for word in table)


def test_html_and_markdown_are_read_without_their_marks(tmp_path: Path) -> None:
    page = f"<html><script>{'Klimatron ' * 9}</script><body><!-- {'Klimatron ' * 9} --><p>{PLAIN}</p></body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    (tmp_path / "b.md").write_text("# Strike\n\nSee [the Quay](https://a.example/longaddress/longaddress)\n" * 3)
    names = {term.name for term in load_seeds(tmp_path).terms}
    assert {"Harbour", "Board", "longshoremen"} <= names
    assert not names & {"Klimatron", "longaddress"}


def test_plain_documents_and_facets_stand_side_by_side(plain_shelf: Path) -> None:
    (plain_shelf / "ports.toml").write_text(
        '[rules]\nmust_include_any_of = [["ports", "law"]]\n[facets]\n'
        'ports = [{ weight = 3, en = ["Varna"] }]\nlaw = [{ weight = 3, en = ["arbitration"] }]\n'
    )
    profile = load_seeds(plain_shelf)
    assert profile.any_of == (("ports", "law"), ("names", "words"))
    assert [term.facet for term in profile.terms if term.name == "Varna"] == ["ports"]
    assert rank("The quay is open", NEXT_DAY, profile).related
