"""Of what kind a change of words is, in three languages: tables of one changed sentence each."""

import pytest

from crawler.compare import STEALTH_WEIGHT, compare
from crawler.wording.facts import root
from crawler.wording.figures import dated, numbers
from crawler.wording.slips import is_slip
from storage.records import Comparison, Kind, Text

INTRO = "The council met in the old hall."


def told(old: str, new: str) -> Comparison:
    return compare(Text(paragraphs=(INTRO, old)), Text(paragraphs=(INTRO, new)))


HEAVY = {
    "number": [
        ("He won a third term.", "He won a fourth term."),
        ("Two-thirds of them agreed.", "Half of them agreed."),
        ("Prices rose 5%.", "Prices rose 5 percentage points."),
        ("They stole $5,000.", "They stole €5,000."),
        ("It cost $5m to build.", "It cost $5bn to build."),
        ("Взрыв убил двоих.", "Взрыв убил троих."),
        ("Ущерб — 5 млн рублей.", "Ущерб — 5 млн долларов."),
        ("Рост на 5%.", "Рост на 5 процентных пунктов."),
        ("На третьем этаже пожар.", "На пятом этаже пожар."),
        ("当局说事故造成数十人受伤。", "当局说事故造成数百人受伤。"),
        ("损失为5亿元。", "损失为5亿美元。"),
        ("第一次会议。", "第二次会议。"),
        ("增长5%。", "增长5个百分点。"),
    ],
    "date": [
        ("It happened last week.", "It happened this week."),
        ("They may meet in May.", "They may meet in June."),
        ("Police came at 3 p.m. on foot.", "Police came at 5 p.m. on foot."),
        ("Это произошло во вторник.", "Это произошло в четверг."),
        ("Это было в марте 2014 года.", "Это было в марте 2015 года."),
        ("Он приедет завтра.", "Он приедет сегодня."),
        ("会议于3月5日举行。", "会议于3月6日举行。"),
        ("会议昨天举行。", "会议今天举行。"),
        ("下午3时开会。", "下午5时开会。"),
    ],
    "name": [
        ("Mr. Orlund agreed.", "Mr. Persson agreed."),
        ("Russian troops came.", "Ukrainian troops came."),
        ("Torvik said it would close.", "Haldane said it would close."),
        ('"We lost every boat we had," said Orlund.', '"We lost every boat we had," said Persson.'),
        ("Министр Крылов приедет в Киев.", "Министр Крылов приедет в Минск."),
        ("Туда вошли российские войска.", "Туда вошли украинские войска."),
        ("Встреча с Сергеем Петровым.", "Встреча с Андреем Петровым."),
        ("МВД сообщило о взрыве.", "МЧС сообщило о взрыве."),
        ("会议在北京举行。", "会议在上海举行。"),
        ("林远山说会议推迟。", "周明说会议推迟。"),
        ("沃罗宁斯基表示支持。", "科瓦连科夫表示支持。"),
    ],
    "attribution": [
        ("Officials said the bridge was closed.", "Residents said the bridge was closed."),
        ("Officials said 5 died.", "The ministry claimed 5 died."),
        ("According to the army, 5 died.", "5 died."),
        ("The operation succeeded, the ministry of the interior said on Monday.", "The operation succeeded."),
        ("Полиция сообщила о взрыве.", "Очевидцы сообщили о взрыве."),
        ("Он признал вину.", "Он отрицал вину."),
        ("警方称事故是意外。", "警方承认事故是意外。"),
        ("警方说事故是意外。", "居民说事故是意外。"),
        ("据警方消息，5人死亡。", "5人死亡。"),
    ],
    "hedge": [
        ("The suspect fled on foot.", "The attacker fled on foot."),
        ("The alleged attacker fled.", "The attacker fled."),
        ("About 5 people died.", "5 people died."),
        ("They failed to act.", "They acted."),
        ("He did not pay and did lie.", "He did pay and did not lie."),
        ("Он виновен.", "Он невиновен."),
        ("Подозреваемый сбежал.", "Преступник сбежал."),
        ("Погибли не менее 5 человек.", "Погибли 5 человек."),
        ("他将辞职。", "他可能辞职。"),
        ("他有罪。", "他无罪。"),
        ("损失约5亿元。", "损失5亿元。"),
    ],
    "rewrite": [
        ("The court convicted him.", "The court acquitted him."),
        ("He will resign.", "He has resigned."),
        ("Police killed 5 and wounded 12.", "Police wounded 5 and killed 12."),
        ("The employer was hurt.", "The employee was hurt."),
        ("Это война.", "Это операция."),
        ("战争爆发。", "冲突爆发。"),
    ],
}
LIGHT = [
    ("It cost $5m to build.", "It cost $5 million to build."),
    ("He ran 7 km.", "He ran 7 kilometres."),
    ("Prices rose 5 per cent.", "Prices rose 5%."),
    ("A hundred people came.", "100 people came."),
    ("The vote is on 5 March.", "The vote is on March 5."),
    ("He stops there.", "He stopped there."),
    ("Погибли двадцать пять человек.", "Погибли 25 человек."),
    ("Погибли пять человек.", "Погибли пятеро."),
    ("Ущерб — 5 миллионов рублей.", "Ущерб — 5 млн руб."),
    ("Он отметил рост.", "Он подчеркнул рост."),
    ("约30%的居民离开。", "约百分之三十的居民离开。"),
    ("事故造成五人死亡。", "事故造成5人死亡。"),
]


@pytest.mark.parametrize(("kind", "old", "new"), [(kind, *pair) for kind, pairs in HEAVY.items() for pair in pairs])
def test_a_change_of_weight_is_of_its_kind_alone_both_ways(kind: str, old: str, new: str) -> None:
    for found in (told(old, new), told(new, old)):
        assert found.kinds == (Kind(kind),), found.summary
        assert found.weight >= STEALTH_WEIGHT


@pytest.mark.parametrize(("old", "new"), LIGHT)
def test_another_form_of_the_same_weighs_little(old: str, new: str) -> None:
    for found in (told(old, new), told(new, old)):
        assert found.kinds == (Kind.REWRITE,)
        assert 0 < found.weight < STEALTH_WEIGHT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Суд признал Ветрову виновной.", "Суд признал Ветрова виновным."),
        ("Встреча с Анной Крыловой прошла.", "Встреча Анны Крыловой прошла."),
        ("Речь шла о Павле Орлове.", "Речь шла про Павла Орлова."),
    ],
)
def test_inflection_of_a_russian_name_is_no_change_of_name(old: str, new: str) -> None:
    found = told(old, new)
    assert Kind.NAME not in found.kinds
    assert found.weight < STEALTH_WEIGHT


def test_a_quotation_given_to_another_speaker_without_a_name_is_quote_and_attribution() -> None:
    old = '"We lost every boat we had that night," the minister said.'
    assert set(told(old, old.replace("minister", "governor")).kinds) == {Kind.QUOTE, Kind.ATTRIBUTION}


@pytest.mark.parametrize(
    "forms",
    [
        "Крылов Крылова Крылову Крыловым Крылове",
        "Павел Павла Павлу Павлом",
        "Россия России Россию Россией",
        "Сергей Сергея Сергею Сергеем",
        "Московский Московского Московскому Московским",
        "Санкт-Петербург Санкт-Петербурга Санкт-Петербурге",
        "Smith Smith's",
    ],
)
def test_forms_of_a_name_have_one_root(forms: str) -> None:
    assert len({root(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("Иван", "Иванов"), ("Крылов", "Орлов"), ("Анна", "Алла"), ("США", "СССР")])
def test_two_names_have_two_roots(one: str, other: str) -> None:
    assert root(one) != root(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000 men", "1000 men"),
        ("1.5 million", "1,500,000"),
        ("двести пятьдесят", "250"),
        ("полтора миллиона", "полтора миллиона"),
        ("пятью тысячами", "5000"),
        ("四千万元", "4000万元"),
        ("二十五人", "25人"),
        ("5 km", "5 километров"),
        ("3rd floor", "3 floor"),
    ],
)
def test_one_number_in_two_forms_is_one(one: str, other: str) -> None:
    assert numbers(one) == numbers(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5 million", "15 million"),
        ("10-15", "1015"),
        ("5 km", "5 miles"),
        ("5%", "0.5%"),
        ("$5", "£5"),
        ("-4", "4"),
        ("dozens", "hundreds"),
        ("数十人", "十人"),
        ("第五名", "5名"),
    ],
)
def test_two_numbers_are_two(one: str, other: str) -> None:
    assert numbers(one) != numbers(other)


def test_a_date_is_no_number() -> None:
    rest, days = dated("On 5 March 2024 some 25 men left at 3 p.m.")
    assert list(numbers(rest)) == ["25"]
    assert days.total() == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("accident", "acident"),
        ("government", "goverment"),
        ("organise", "organize"),
        ("ёлка", "елка"),
        ("Киеве", "Киевe"),
    ],
)
def test_a_slip_is_one(one: str, other: str) -> None:
    assert is_slip(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("border", "order"), ("resign", "re-sign"), ("united", "untied"), ("US", "us"), ("1.5", "15")]
)
def test_another_word_is_no_slip(one: str, other: str) -> None:
    assert not is_slip(one, other)
