"""Reading in many tongues: whatever charset, paragraph shape and declared language, one article is one text."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.page.charset import decode
from crawler.page.language import language_of
from crawler.read import read
from storage.records import Text

URL = "https://ferries.example/2031/03/06/orla"
TALES: dict[str, tuple[str, ...]] = {
    "english": (
        "Orla ferries sleep on board",
        "The ferry office in Orla said on Thursday that it would run two boats a day until the pier is mended.",
        "“We sleep on board,” said the mate – “it’s cheaper than a hotel…” – and the café pays the rest, he added.",
        "A second pier, built in 1962, has stood empty since the naïve plan of a Zürich firm came to nothing at all.",
        "Nobody in the town hall wanted to say how much the timber had cost, or who it was that had sent for it all.",
    ),
    "russian": (
        "Паромы Орлы ночуют у причала",
        "Паромная контора в Орле сообщила в четверг, что до починки причала будут ходить лишь два судна в день.",
        "«Мы ночуем на борту, — сказал помощник капитана, — так дешевле, чем в гостинице», и похвалил здешний стол.",
        "Второй причал, построенный в 1962 году, пустует с тех пор, как фирма из соседнего города ушла с пристани.",
        "В мэрии никто не захотел сказать, сколько стоил лес и кто его заказал; объявление № 7 сняли с доски днём.",
    ),
    "chinese": (
        "奥拉镇渡轮每天只开两班",
        "奥拉镇渡轮公司星期四表示，码头修好之前每天只开两班船，乘客需要提前一天登记，并且带上自己的证件。",
        "“我们就睡在船上，”大副说，“比住旅馆便宜得多。”他还说，船上的饭菜味道不错，价格也合理，大家都满意。",
        "第二座码头建于1962年，自从邻近城市的一家公司放弃维修计划以后，一直空着没有人使用，连灯也不亮了。",
        "镇政府没有人愿意说明木材花了多少钱，也没有人愿意说明是谁订购的这批木材，公告当天下午就被取下来了。",
    ),
    "taiwanese": (
        "奧拉鎮渡輪每天只開兩班",
        "奧拉鎮渡輪公司星期四表示，碼頭修好之前每天只開兩班船，乘客需要提前一天登記，並且帶上自己的證件。",
        "「我們就睡在船上，」大副說，「比住旅館便宜得多。」他還說，船上的飯菜味道不錯，價格也合理，大家都滿意。",
        "第二座碼頭建於1962年，自從鄰近城市的一家公司放棄維修計畫以後，一直空著沒有人使用，連燈也不亮了。",
        "鎮公所沒有人願意說明木材花了多少錢，也沒有人願意說明是誰訂購的這批木材，公告當天下午就被取下來了。",
    ),
    "arabic": (
        "عبارات أورلا تبيت عند الرصيف",
        "قال مكتب العبارات في أورلا يوم الخميس إنه سيسير قاربين اثنين يوميا إلى أن يتم إصلاح الرصيف القديم في المدينة.",
        "وقال مساعد القبطان: «ننام على متن السفينة لأن ذلك أرخص من الفندق»، وأضاف أن الطعام فيها جيد أيضا ورخيص.",
        "أما الرصيف الثاني الذي بني عام 1962 فقد ظل خاليا منذ أن تخلت شركة من المدينة المجاورة عن خطة ترميمه كلها.",
        "ولم يرغب أحد في مبنى البلدية في أن يقول كم كلف الخشب أو من الذي طلبه، وأزيل الإعلان بعد ظهر اليوم نفسه.",
    ),
}
"""A headline and four paragraphs each, of our own making; every paragraph weighs more than a hundred."""
CODES = {"english": "en", "russian": "ru", "chinese": "zh", "taiwanese": "zh", "arabic": "ar"}


def page(tale: tuple[str, ...], head: str = "", lang: str = "", body: str = "") -> str:
    """A page of one article; ``body`` stands for what lies between the tags of that name."""
    title, *paragraphs = tale
    body = body or f"<h1>{title}</h1><div>{''.join(f'<p>{said}</p>' for said in paragraphs)}</div>"
    said = f' lang="{lang}"' if lang else ""
    return f"<!DOCTYPE html><html{said}><head>{head}<title>{title}</title></head><body>{body}</body></html>"


def text(body: bytes, content_type: str = "text/html") -> Text:
    found = read(body, URL, content_type, None)
    assert found.problem == ""
    return found.text


# --- charsets -----------------------------------------------------------------------------------

MARKS = {"utf-8 marked": ("utf-8", b"\xef\xbb\xbf"), "utf-16le marked": ("utf-16-le", b"\xff\xfe"),
         "utf-16be marked": ("utf-16-be", b"\xfe\xff")}  # fmt: skip
UNICODE = ("utf-8", "utf-8 marked", "utf-16-le", "utf-16-be", "utf-16le marked", "utf-16be marked")
CHARSETS = {
    "english": (*UNICODE, "windows-1252", "windows-1251"), "russian": (*UNICODE, "windows-1251", "koi8-r", "iso-8859-5"),
    "chinese": (*UNICODE, "gb2312", "gbk", "gb18030"), "taiwanese": (*UNICODE, "big5", "gb18030"),
    "arabic": UNICODE,
}  # fmt: skip
LIES = (
    "iso-8859-1",
    "utf-8",
    "windows-1251",
    "gb2312",
    "big5",
    "koi8-r",
    "utf-16",
    "nonsense",
    "zlib",
    "idna",
    "utf-7",
)


def encoded(markup: str, charset: str) -> bytes:
    """The page in a charset; what it has no letter for becomes a reference (``&#8212;``)."""
    name, mark = MARKS.get(charset, (charset, b""))
    return mark + markup.encode(name, "xmlcharrefreplace")


def declared(charset: str) -> list[tuple[str, str]]:
    """Every way to declare it: content type and what stands in the head."""
    name = MARKS.get(charset, (charset, b""))[0].removesuffix("-le").removesuffix("-be")
    whole = f"text/html; charset={name}"
    return [
        ("text/html", ""), (whole, ""), ("text/html", f'<meta charset="{name}">'), ("", f"<META CHARSET={name.upper()}>"),
        ("text/html", f'<meta http-equiv="Content-Type" content="{whole}">'),
        (f"text/html; charset={name.upper()}", f'<meta charset="{name}">'),
    ]  # fmt: skip


def lies() -> list[tuple[str, str]]:
    headers = [(f"text/html; charset={lie}", "") for lie in LIES]
    metas = [("text/html", f'<meta charset="{lie}">') for lie in LIES]
    return [*headers, *metas, ("text/html; charset=windows-1251", '<meta charset="utf-8">')]


@pytest.mark.parametrize(("tongue", "charset"), [(tongue, name) for tongue, all_ in CHARSETS.items() for name in all_])
def test_a_change_of_charset_is_no_edit(tongue: str, charset: str) -> None:
    tale = TALES[tongue]
    plain = text(page(tale).encode(), "text/html; charset=utf-8")
    assert (plain.title, *plain.paragraphs) == tale
    for content_type, head in (*declared(charset), *lies()):
        found = text(encoded(page(tale, head), charset), content_type)
        assert found.paragraphs == plain.paragraphs, (content_type, head)
        assert found.digest == plain.digest


@pytest.mark.parametrize("name", ["chinese", "taiwanese"])
def test_gb2312_is_declared_where_gbk_is_meant(name: str) -> None:
    tale = (
        *TALES[name],
        "镕、瑢、囧、喆四字不在GB2312之内，而報紙上的人名常常用到這些字，讀者也都認得，編輯更不能寫錯。",
    )
    with pytest.raises(UnicodeEncodeError):
        tale[-1].encode("gb2312")
    found = text(page(tale, '<meta charset="gb2312">').encode("gbk"), "text/html; charset=gb2312")
    assert found.digest == text(page(tale).encode()).digest


@pytest.mark.parametrize(
    ("tongue", "charset"),
    [("russian", "windows-1251"), ("russian", "koi8-r"), ("chinese", "gbk"), ("taiwanese", "big5")],
)
def test_letters_behind_a_long_plain_head_are_judged_too(tongue: str, charset: str) -> None:
    head = f"<script>{'var plain = 1; ' * 40_000}</script>"
    body = encoded(page(TALES[tongue], head), charset)
    for lie in ("utf-8", "iso-8859-1", "windows-1251"):
        assert decode(body, f"text/html; charset={lie}") == body.decode(charset)


def test_a_few_accents_in_plain_letters_are_western() -> None:
    for said in (
        "The café opens.",
        "A naïve plan.",
        "Zürich pays £5.",
        "Brontë’s house",
        "to pay à la carte",
        "© 2031",
    ):
        body = f"<html><body><p>{said}</p></body></html>"
        for header in ("text/html", "text/html; charset=utf-8", "text/html; charset=nonsense"):
            assert decode(body.encode("cp1252"), header) == body


def test_a_mark_of_utf_8_left_over_by_an_editor_misleads_nobody() -> None:
    body = encoded(page(TALES["russian"]), "windows-1251")
    assert decode(b"\xef\xbb\xbf" + body, "text/html") == body.decode("cp1251")


STRAYS = (
    b"\xff\xfe\xe9\xe8\xe7", b"\xcf\xf0\xe8\xe2\xe5\xf2", b"\x80\x81\x82\x83\x84", b"\xa0", "中国人".encode("gbk"), b"\xe2\x80",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["english", "russian", "chinese", "arabic"]), st.sampled_from(STRAYS), st.floats(0, 1),
    st.sampled_from(["", *LIES]),
)  # fmt: skip
def test_stray_bytes_leave_the_rest_of_a_page_as_it_is(tongue: str, stray: bytes, where: float, lie: str) -> None:
    markup = page(TALES[tongue])
    start = markup.index("<h1>")
    cut = start + int(where * (markup.index("</body>") - start))
    found = decode(markup[:cut].encode() + stray + markup[cut:].encode(), f"text/html; charset={lie}")
    assert found.startswith(markup[:cut])
    assert found.endswith(markup[cut:])


WORDS = {
    "russian": [word for line in TALES["russian"] for word in line.split() if word.isalpha()],
    "chinese": [line[i : i + 3] for line in TALES["chinese"][1:] for i in range(0, len(line) - 3, 3)],
    "english": [word for line in TALES["english"] for word in line.split()],
}


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(
        [("russian", "cp1251"), ("russian", "koi8-r"), ("chinese", "gb18030"), ("chinese", "gbk"), ("english", "cp1252")]
    ),
    st.sampled_from(["", "utf-8", "iso-8859-1", "nonsense"]), st.data(),
)  # fmt: skip
def test_any_prose_is_read_in_the_charset_it_was_written_in(
    pair: tuple[str, str], lie: str, data: st.DataObject
) -> None:
    tongue, charset = pair
    drawn = data.draw(st.permutations(WORDS[tongue]))[: data.draw(st.integers(30, 60))]
    said = f"<html><body><p>{' '.join(drawn)}</p></body></html>"
    assert decode(said.encode(charset), f"text/html; charset={lie}") == said


@settings(max_examples=100, deadline=None)
@given(st.text(), st.sampled_from(["", *LIES]))
def test_valid_utf_8_is_read_as_utf_8_whatever_is_declared(said: str, lie: str) -> None:
    body = f"<!DOCTYPE html><html><body><p>{said.replace(chr(27), '')}</p>"
    assert decode(body.encode(), f"text/html; charset={lie}") == body


# --- typography ---------------------------------------------------------------------------------

UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["english", "russian", "chinese"]), st.data())
def test_invisible_signs_between_letters_are_no_edit(tongue: str, data: st.DataObject) -> None:
    title, *paragraphs = TALES[tongue]
    places = data.draw(st.lists(st.tuples(st.integers(1, 35), st.sampled_from(UNSEEN)), max_size=8))
    dotted = list(paragraphs)
    for place, sign in places:
        dotted = [line[:place] + sign + line[place:] for line in dotted]
    assert text(page((title, *dotted)).encode()).digest == text(page(TALES[tongue]).encode()).digest


TYPOGRAPHY: dict[str, Callable[[str], str]] = {
    "non-breaking spaces": lambda said: said.replace(" в ", " в\u00a0").replace(" a ", " a\u202f").replace(" и ", "\u00a0и "),
    "references": lambda said: said.replace(" в ", " в&nbsp;").replace("“", "&ldquo;").replace("«", "&laquo;"),
    "straight quotes": lambda said: said.translate({ord(c): '"' for c in "“”«»「」"}).replace("’", "'"),
    "plain dashes": lambda said: said.replace("–", "-").replace("—", "–"),
    "composed": lambda said: unicodedata.normalize("NFC", said),
    "decomposed": lambda said: unicodedata.normalize("NFD", said),
    "places to break": lambda said: said.replace("ме", "м<wbr>е").replace("th", "t<wbr>h").replace("渡", "<wbr>渡"),
    "more white space": lambda said: said.replace(", ", ",\n\t  "),
}  # fmt: skip


@pytest.mark.parametrize("way", TYPOGRAPHY)
@pytest.mark.parametrize("tongue", ["english", "russian", "chinese", "arabic"])
def test_typography_is_no_edit_in_any_tongue(tongue: str, way: str) -> None:
    title, *paragraphs = TALES[tongue]
    set_otherwise = (title, *map(TYPOGRAPHY[way], paragraphs))
    assert text(page(set_otherwise).encode()).digest == text(page(TALES[tongue]).encode()).digest


# --- paragraph shapes ---------------------------------------------------------------------------

Shape = Callable[[str, list[str]], str]


def _each(tag: str, paragraphs: list[str]) -> str:
    name = tag.split()[0]
    return "".join(f"<{tag}>{said}</{name}>" for said in paragraphs)


SHAPES: dict[str, Shape] = {
    "single breaks": lambda t, ps: f"<h1>{t}</h1><div>{'<br>'.join(ps)}</div>",
    "single breaks and mixed indents": lambda t, ps: (
        f"<h1>{t}</h1><div>{'<br>'.join('&nbsp; &nbsp; ' + p for p in ps)}</div>"
    ),
    "text beside paragraphs": lambda t, ps: f"<h1>{t}</h1><div>{ps[0]}<p>{ps[1]}</p>{ps[2]}<p>{ps[3]}</p></div>",
    "a first paragraph without a tag": lambda t, ps: f"<h1>{t}</h1>{'<p>'.join(ps)}",
    "paragraphs": lambda t, ps: f"<h1>{t}</h1><div>{_each('p', ps)}</div>",
    "paragraphs left open": lambda t, ps: f"<h1>{t}</h1><div>{''.join(f'<p>{p}' for p in ps)}</div>",
    "two breaks": lambda t, ps: f"<h1>{t}</h1><div>{'<br><br>'.join(ps)}</div>",
    "two breaks and lines": lambda t, ps: f"<h1>{t}</h1><div>" + "<br />\r\n<br />\r\n".join(ps) + "</div>",
    "two breaks around a space": lambda t, ps: f"<h1>{t}</h1><div>{'<br>&nbsp;<br>'.join(ps)}</div>",
    "breaks and ideographic indents": lambda t, ps: f"<h1>{t}</h1><div>{'<br>'.join('　　' + p for p in ps)}</div>",
    "breaks and spaces": lambda t, ps: f"<h1>{t}</h1><div>{'<br>'.join('&nbsp;&nbsp;&nbsp;' + p for p in ps)}</div>",
    "divs": lambda t, ps: f"<h1>{t}</h1><div>{_each('div', ps)}</div>",
    "divs in divs": lambda t, ps: f"<div>{_each('h1', [t])}{''.join(f'<div><div><span>{p}</span></div></div>' for p in ps)}</div>",
    "a cell of a table": lambda t, ps: f"<table width=780><tr><td width=150><a href=/>Index</a><br><a href=/y>Port</a></td>"
    f"<td><h1>{t}</h1>{_each('p', ps)}</td></tr></table>",
    "a cell with breaks": lambda t, ps: f"<table><tr><td><a href=/>Index</a></td><td><font size=4><b>{t}</b></font><br><br>"
    f"{'<br><br>'.join(ps)}</td></tr></table>",
    "a row each": lambda t, ps: f"<table><tr><td><h1>{t}</h1></td></tr>{''.join(f'<tr><td>{p}</td></tr>' for p in ps)}</table>",
    "tables in tables": lambda t, ps: f"<table><tr><td><table><tr><td><h1>{t}</h1><table><tr><td>"
    f"{'<br>'.join('　　' + p for p in ps)}</td></tr></table></td></tr></table></td></tr></table>",
    "fonts": lambda t, ps: f"<h1>{t}</h1><div>{''.join(f'<P><FONT face=SimSun>　　{p}</FONT></P>' for p in ps)}</div>",
    "fonts and breaks": lambda t, ps: f"<h1>{t}</h1><font>{'<br><br>'.join(f'<font>{p}</font>' for p in ps)}</font>",
    "halved by spans": lambda t, ps: f"<h1>{t}</h1><div>{''.join(f'<p><span>{p[:20]}</span><span>{p[20:]}</span></p>' for p in ps)}</div>",
    "as a word processor writes": lambda t, ps: f"<h1>{t}</h1><div>"
    f"{''.join(f'<p class=MsoNormal><span lang=EN-US>{p}<o:p></o:p></span></p>' for p in ps)}</div>",
    "a list": lambda t, ps: f"<h1>{t}</h1><div><p>{ps[0]}</p><ul>{_each('li', ps[1:])}</ul></div>",
    "a numbered list": lambda t, ps: f"<h1>{t}</h1><div><ol>{_each('li', ps)}</ol></div>",
    "a list of definitions": lambda t, ps: f"<h1>{t}</h1><div><dl>{_each('dd', ps)}</dl></div>",
    "quotations": lambda t, ps: f"<h1>{t}</h1><div><p>{ps[0]}</p><blockquote>{ps[1]}</blockquote>"
    f"<blockquote><p>{ps[2]}</p></blockquote><p>{ps[3]}</p></div>",
    "sections": lambda t, ps: f"<h1>{t}</h1>{''.join(f'<section><p>{p}</p></section>' for p in ps)}",
    "centred": lambda t, ps: f"<center><h1>{t}</h1>{_each('p align=justify', ps)}</center>",
    "marks of direction": lambda t, ps: f"<div dir=auto><h1>{t}</h1>{''.join(f'<p dir=auto>{chr(0x202B)}{p}{chr(0x202C)}</p>' for p in ps)}</div>",
}  # fmt: skip
NOT_YET: dict[str, Shape] = {
    "spans laid out as blocks": lambda t, ps: (
        f"<h1>{t}</h1><div>{''.join(f'<span style=display:block>{p}</span>' for p in ps)}</div>"
    ),
    "empty lines in a pre": lambda t, ps: f"<h1>{t}</h1><pre>{chr(10).join(f'{p}{chr(10)}' for p in ps)}</pre>",
}


def _comes_apart(shape: Shape, tongue: str) -> None:
    title, *paragraphs = TALES[tongue]
    found = text(page(TALES[tongue], body=shape(title, paragraphs)).encode())
    assert found.paragraphs == tuple(paragraphs)
    assert (found.title, found.language) == (title, CODES[tongue] if tongue != "english" else "")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("tongue", ["english", "russian", "chinese", "arabic"])
def test_paragraphs_come_apart_as_a_reader_sees_them(tongue: str, shape: str) -> None:
    _comes_apart(SHAPES[shape], tongue)


@pytest.mark.xfail(strict=True, reason="crawler/page/blocks.py: layout by style or by white space")
@pytest.mark.parametrize("shape", NOT_YET)
def test_paragraphs_of_rarer_shapes_come_apart_too(shape: str) -> None:
    for tongue in ("russian", "chinese", "english"):
        _comes_apart(NOT_YET[shape], tongue)


def _with_a_heading(tongue: str, heading: str, box: str) -> tuple[str, ...]:
    title, *paragraphs = TALES[tongue]
    inside = f"<h1>{title}</h1><{box}>{_each('p', paragraphs[:2])}<h2>{heading}</h2>{_each('p', paragraphs[2:])}</div>"
    return text(page(TALES[tongue], body=inside).encode()).paragraphs


HEADINGS = {
    "english": "How the old contract ended",
    "russian": "Чем кончился старый договор",
    "chinese": "旧合同的结局",
}


@pytest.mark.parametrize("tongue", HEADINGS)
def test_headings_inside_stand_where_they_stood(tongue: str) -> None:
    found = _with_a_heading(tongue, HEADINGS[tongue], "div class=article-body")
    assert found == (*TALES[tongue][1:3], HEADINGS[tongue], *TALES[tongue][3:])


@pytest.mark.parametrize("tongue", HEADINGS)
def test_headings_inside_a_nameless_box_stay(tongue: str) -> None:
    found = _with_a_heading(tongue, HEADINGS[tongue], "div")
    assert found == (*TALES[tongue][1:3], HEADINGS[tongue], *TALES[tongue][3:])


# --- languages ----------------------------------------------------------------------------------

TONGUES = {
    "ru": TALES["russian"][1], "zh": TALES["chinese"][1], "ar": TALES["arabic"][1],
    "uk": "Поромна контора в Орлі повідомила в четвер, що до ремонту причалу ходитимуть два судна на день, її каса відчинена.",
    "be": "Паромная кантора ў Орле паведаміла ў чацвер, што да рамонту прычала будуць хадзіць толькі два судны ў дзень.",
    "bg": "Фериботната служба в Орла съобщи в четвъртък, че до ремонта на кея ще плават само два кораба на ден.",
    "sr": "Трајектна служба у Орли саопштила је у четвртак да ће до поправке пристаништа возити два брода дневно.",
    "kk": "Орладағы паром кеңсесі бейсенбі күні айлақ жөнделгенше күніне екі кеме ғана қатынайтынын хабарлады.",
    "fa": "دفتر کشتی در اورلا روز پنجشنبه گفت که تا تعمیر اسکله روزی دو کشتی حرکت خواهند کرد و چراغ‌ها روشن است.",
    "he": "משרד המעבורות באורלה הודיע ביום חמישי כי יפעיל שתי סירות ביום עד לתיקון המזח הישן בעיר.",
    "ja": "オルラの渡し船の事務所は木曜日、桟橋の修理が終わるまで一日に二便だけ運航すると発表した。",
    "ko": "오를라 나루터 사무소는 목요일 부두를 고칠 때까지 하루에 두 편만 운항한다고 밝혔다.",
    "el": "Το γραφείο των πλοίων στην Όρλα είπε την Πέμπτη ότι θα έχει δύο δρομολόγια την ημέρα.",
}  # fmt: skip


@pytest.mark.parametrize("code", TONGUES)
def test_letters_tell_the_language_whatever_is_declared(code: str) -> None:
    for said in ("", "en", "de", code, "el" if code != "el" else "ru"):
        assert language_of(TONGUES[code], said) == code


def test_a_declared_language_of_the_same_letters_is_believed() -> None:
    assert language_of(TALES["english"][1], "de") == "de"
    assert language_of(TALES["english"][1], "") == ""
    assert language_of(TALES["english"][1], "ru") == ""
    assert language_of("Trajektna služba u Orli saopštila je da će voziti dva broda dnevno.", "sr") == "sr"
    assert language_of("Паромы встали у старого причала на весь день.", "bg") == "bg"
    assert language_of(" ".join(TALES["russian"]), "uk") == "ru"


def test_one_foreign_name_makes_no_other_language() -> None:
    assert language_of(TALES["russian"][1] + " Их ведёт капитан Ўладзімір.", "ru") == "ru"
    assert language_of(TALES["english"][1] + " The boat is called “Орла”, and the other one 渡轮.", "en") == "en"


@pytest.mark.parametrize(
    ("tongue", "lang"), [("russian", "en"), ("chinese", "en-US"), ("arabic", "en"), ("russian", "ru")]
)
def test_a_page_declares_its_language_rightly_or_wrongly(tongue: str, lang: str) -> None:
    found = text(page(TALES[tongue], lang=lang).encode())
    assert found.language == CODES[tongue]
