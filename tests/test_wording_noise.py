"""Noise of one comparison: what nobody needs to hear of, and right beside it what somebody does."""

import pytest

from crawler.compare import STEALTH_WEIGHT, compare
from storage.records import Comparison, Kind, Link, Text

INTRO = "The council met in the old hall."


def told(old: str, new: str) -> Comparison:
    return compare(Text(paragraphs=(INTRO, old)), Text(paragraphs=(INTRO, new)))


NOISE = [
    # counters
    ("12 minutes ago", "15 minutes ago"),
    ("2 hours ago", "an hour ago"),
    ("Posted 5 minutes ago", "Posted 2 hours ago"),
    ("1.2K views", "1.3K views"),
    ("3 min read", "4 min read"),
    ("Ann Orlund | 12 minutes ago", "Ann Orlund | 15 minutes ago"),
    ("Просмотров: 1024", "Просмотров: 2048"),
    ("5 минут назад", "час назад"),
    ("5 комментариев", "6 комментариев"),
    ("3小时前", "5小时前"),
    ("阅读量：3.2万", "阅读量：4.5万"),
    ("12条评论", "15条评论"),
    # letters and marks
    ("The café was naïve.", "The cafe\u0301 was nai\u0308ve."),
    ("It’s “fine” — really…", 'It\'s "fine" - really...'),
    ("An inter\u00adnational treaty.", "An international treaty."),
    ("A zero\u200bwidth mark.", "A zerowidth mark."),
    ("A thin\u2009space of 5\u00a0km.", "A thin space of 5 km."),
    ("He resigned , he said .", "He resigned, he said."),
    # encodings
    ("He said “no” to it’s end.", "He said â€œnoâ€\x9d to itâ€™s end."),
    ("Il a dit « oui » à l’été.", "Il a dit Â« oui Â» Ã  lâ€™Ã©tÃ©."),
    ("Привет, город Торжинск.", "РџСЂРёРІРµС‚, РіРѕСЂРѕРґ РўРѕСЂР¶РёРЅСЃРє."),
    ('A "quoted" & plain word.', "A &quot;quoted&quot; &amp; plain word."),
]

DANGEROUS = [
    # beside a counter
    ("12 minutes ago he died", "15 minutes ago he died"),
    ("Ann Orlund | 12 killed", "Ann Orlund | 15 killed"),
    ("51 votes", "49 votes"),
    ("37 comments were deleted by the ministry", "38 comments were deleted by the ministry"),
    ("5 раненых", "7 раненых"),
    ("5 часов", "6 часов"),
    ("3天前5人死亡", "3天前8人死亡"),
    ("12人死亡", "15人死亡"),
    # beside marks, spaces and dashes
    ("It carries 1.5 million people.", "It carries 15 million people."),
    ("Children aged 10–15 were there.", "Children aged 1015 were there."),
    ("They will re-sign the pact.", "They will resign the pact."),
    ("He did not order it.", "He did order it."),
    ("Five men were killed.", "Five men were wounded."),
    ("They went to Torvik.", "They went to Haldane."),
    ("The loss was 5,000 euros.", "The loss was 5.000 million euros."),
    ("It stood at −4 degrees.", "It stood at 4 degrees."),
    ("He called it a victory.", "He called it a “victory”."),
    ("Let us go in.", "Let US go in."),
    ("Он не приказал стрелять.", "Он приказал стрелять."),
    ("Погибли 1,5 тысячи человек.", "Погибли 15 тысяч человек."),
    ("Он встретил Ветрову.", "Он встретил Крылову."),
    ("他没有下令。", "他下令。"),
    ("造成1.5万人伤亡。", "造成15万人伤亡。"),
    ("市长林远山离开。", "市长周明离开。"),
    # beside an encoding
    ("He said “no” to 5 men.", "He said â€œnoâ€\x9d to 25 men."),
    ("He did not say “no”.", "He did say â€œnoâ€\x9d."),
    ("A &quot;quoted&quot; word of 5.", 'A "quoted" word of 25.'),
]


@pytest.mark.parametrize(("old", "new"), NOISE)
def test_what_nobody_needs_to_hear_of_is_noise_both_ways(old: str, new: str) -> None:
    for found in (told(old, new), told(new, old)):
        assert found.noise != ""
        assert found.weight == 0


@pytest.mark.parametrize(("old", "new"), DANGEROUS)
def test_what_lies_beside_noise_is_an_edit_of_weight_both_ways(old: str, new: str) -> None:
    for found in (told(old, new), told(new, old)):
        assert found.noise == ""
        assert found.weight >= STEALTH_WEIGHT, found.summary
        assert Kind.TYPO not in found.kinds


def test_noise_beside_an_edit_does_not_hide_it() -> None:
    noise_and_edit = (
        Text(paragraphs=(INTRO, "37 comments", "He said “no”.", "5 men died.")),
        Text(paragraphs=(INTRO, "38 comments", "He said â€œnoâ€\x9d.", "25 men died.")),
    )
    found = compare(*noise_and_edit)
    assert found.noise == ""
    assert Kind.NUMBER in found.kinds


def link(url: str, text: str) -> Text:
    return Text(paragraphs=(INTRO,), links=(Link(url, text),))


def test_a_trackers_mark_in_a_link_is_noise() -> None:
    found = compare(
        link("https://a.example/1?utm_source=x", "report"), link("https://a.example/1?utm_source=y", "report")
    )
    assert found.noise == "only a tracker's mark in a link moved"


@pytest.mark.parametrize(
    "new",
    [
        ("https://a.example/2?utm_source=y", "report"),
        ("https://a.example/1?id=2&utm_source=x", "report"),
        ("https://a.example/1?utm_source=y", "the true report"),
    ],
)
def test_another_target_or_text_of_a_link_is_a_change(new: tuple[str, str]) -> None:
    found = compare(link("https://a.example/1?utm_source=x", "report"), link(*new))
    assert found.noise == ""
    assert found.kinds == (Kind.LINK,)
    assert found.weight > 0


def test_a_counter_in_a_link_or_a_byline_is_noise() -> None:
    old = Text(
        paragraphs=(INTRO,), byline="Ann Orlund · 12 minutes ago", links=(Link("https://a.example/c", "37 comments"),)
    )
    new = Text(
        paragraphs=(INTRO,), byline="Ann Orlund · 2 hours ago", links=(Link("https://a.example/c", "41 comments"),)
    )
    assert compare(old, new).noise == "only a counter moved"
    other = Text(paragraphs=(INTRO,), byline="Eva Persson · 2 hours ago", links=new.links)
    assert compare(old, other).noise == ""
