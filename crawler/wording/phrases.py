# ruff: noqa: E501 (patterns and lists read better unbroken)
"""How notes, tags and counters are worded (en, ru, zh). Patterns match text in normal form."""

import re


def _listed(said: str) -> frozenset[str]:
    return frozenset(said.split())


_OPEN = r"^[*\[(（【•·\s_\-]*"
_WHEN = r"(?:\s*[\[(（][^)\]）]{1,40}[)\]）]|\s*,?\s+(?:on\s+|от\s+)?[\w .,/]{0,24}?\d[\w ,./]{0,14})?"
NOTE_HEAD = re.compile(
    rf"""{_OPEN}(?:
      (?:corrections?(?:\s+(?:appended|and\s+clarifications?|note))?|corrected|clarifications?|clarified|retractions?|errat(?:um|a)|corrigend(?:um|a)|
        for\s+the\s+record|apology|an\s+apology|correction\s+to\s+this\s+(?:article|story)){_WHEN}\s*[:.\-\])]+\s
    | (?:исправлени[ея]|исправлено|уточнени[ея]|уточнено|опровержение|опечатка|работа\s+над\s+ошибками){_WHEN}\s*[:.\-]\s
    | (?:更正启事|更正说明|更正声明|更正及致歉|更正与致歉|致歉声明|致歉|更正|勘误表|勘误|订正|澄清)(?:\([^)]{{1,20}}\)|（[^）]{{1,20}}）)?\s*[:：】\]]
    )""",
    re.I | re.X,
)
"""How a note of correction starts, whatever it goes on to say."""
BRACKETED = re.compile(
    r"^[(（\[](?:corrects?|corrected|corrections?|refiles?|recasts?|fixes|clarifies|removes|deletes|withdraws|amends|this\s+[\w .,]{3,24}(?:story|article)\s+"
    r"(?:has\s+been|was|is)\s+(?:corrected|refiled|amended)|исправля|исправлен|уточнен|уточняет|更正|修正)",
    re.I,
)
"""How agencies say it, in brackets: "(Corrects figure in paragraph 3)", "(This 5 March story has been corrected to …)"."""
BRACKETED_NEWS = re.compile(r"^[(（\[](?:updates?|adds?|writes\s+through|дополня|обновля|добавля|更新|补充)", re.I)
"""The same of what came in: "(Adds details, background)"."""
EDITORIAL_HEAD = re.compile(
    rf"{_OPEN}(?:editor(?:'?s|s')?'?(?:\s+in\s+chief'?s?)?\s+notes?|note\s+(?:to|for)\s+(?:our\s+)?readers|note\s+from\s+the\s+editors?|publisher'?s\s+note|note|поправка|"
    r"от\s+редакции|(?:важно|внимание|nota\s*bene|прим(?:ечание|\.)?)(?:\s+(?:от\s+)?(?:редакции|ред\.?))?|编者按|编者注|编辑注|编辑部注|编辑说明|编辑部说明|本刊注|说明)"
    r"(?:\s*\([^)]{1,40}\))?\s*[:.\-!：】]\s*",
    re.I,
)
"""How a note starts that may be about anything: it must also speak of a correction."""
UPDATE_HEAD = re.compile(
    rf"{_OPEN}(?:updated?|updates|upd\.?|last\s+(?:updated|modified)|обновлено|обновление|обновл[её]н[ао]?|дополнено|дополнение|добавлено|апдейт|更新(?:时间|于)?|最后更新|最新更新)(?![a-zа-яё])"
    r"(?P<when>[\s:：】(,\-]*(?:at|on|в|от)?[\s\d:./,\-年月日时分()]*(?:[ap]\.?m\.?|gmt|utc|est|edt|bst|cet|мск)?"
    r"[\s\d:./,\-】]*)(?P<rest>.*)$",
    re.I | re.S,
)
_TEXT = "article|story|report|piece|page|post|headline|item|version|text|caption|copy|column|blog|dispatch|obituary|interview|transcript|graphic|photo\\s+caption"
_RU_TEXT = "материал[ае]?|текст[ае]?|стать[яиею]|новост[ьи]|заголов(?:ок|к[ае])|публикаци[яи]|заметк[аи]|подпис[ьи]"
_CHANGED = "corrected|amended|updated|clarified|changed|edited|revised|modified|altered|withdrawn|retracted|rewritten|taken\\s+down"
SELF = re.compile(
    rf"""{_OPEN}(?:
      (?:on\s+[\w ,]{{4,24}},?\s+)?(?:this|our)\s+(?:\d[\w ,]{{3,20}}\s+)?(?:{_TEXT})(?:'s\s+(?:headline|caption))?\s+
        (?:was|has\s+(?:since\s+)?been|is|have\s+been)\s+(?:\w+ly\s+|first\s+published\s+[\w ,]{{3,24}}\s+and\s+(?:was\s+)?)?(?:{_CHANGED})
    | the\s+(?:{_TEXT})\s+(?:was|has\s+(?:since\s+)?been)\s+(?:\w+ly\s+)?(?:{_CHANGED})(?=\s+(?:on|at|to|after|because|for)\s|\s*[.,;)]|$)
    | (?:this|our)\s+(?:{_TEXT})\s+(?:originally|previously|initially|earlier|incorrectly|mistakenly|wrongly|erroneously|misstated|misidentified|misspelled)
    | (?:an|the|a|in\s+an|in\s+a)\s+(?:earlier|previous|original|prior|initial|first)\s+version\s+of\s+(?:this|the|our)\s+(?:{_TEXT})
    | (?:the|this)\s+(?:headline|caption|photo|picture|map|graphic)\s+(?:of|on|to|in|with)\s+this\s+(?:article|story|report)
    | we\s+(?:have\s+)?(?:corrected|amended|updated|clarified|apologi[sz]e\s+for\s+the\s+error|regret\s+the\s+error)
    | (?:в\s+)?(?:более\s+)?(?:ранн(?:ей|яя)|первоначальн(?:ой|ая)|предыдущ(?:ей|ая)|прежн(?:ей|яя)|перв(?:ой|ая))\s+верси[ияю]\s+
        (?:этого\s+|этой\s+|данного\s+|данной\s+|нашего\s+|нашей\s+)?(?:{_RU_TEXT})
    | (?:в\s+)?(?:этот\s+|эта\s+|этом\s+|данный\s+|данном\s+)?(?:{_RU_TEXT})\s+(?:был[аио]?\s+)?
        (?:исправлен|обновл[её]н|дополнен|уточн[её]н|измен[её]н|отредактирован|скорректирован|удал[её]н|отозван)[аоы]?
    | в\s+(?:материал|текст|статью|новость|публикацию|заметку|заголовок)\s+внес(?:ены|ено|ли)\s+(?:исправлени|уточнени|изменени|поправк|правк)
    | в\s+(?:материале|тексте|статье|новости|публикации|заметке|заголовке)\s+(?:была?\s+)?(?:допущен|исправлен|уточн|содержал)
    | редакция\s+(?:приносит\s+извинения|исправила|уточнила|удалила)
    | (?:本文|本报道|本新闻|本稿|此文|该文|文章|报道|标题|图说)(?:的)?(?:早前|此前|先前|最初|原|早些时候|旧)?(?:的)?(?:版本|标题|报道)?(?:中|里)?(?:已|已经|曾|将|于[^,，。]{{0,14}})?(?:作出|做出|进行|有所)?(?:更正|更新|修正|修改|勘误|订正|误|错|有误|撤回|删除)
    | (?:此前|早前|先前)(?:的)?(?:报道|版本|文章)(?:有误|误|错误|将)
    )""",
    re.I | re.X,
)
"""A text that speaks of itself as changed."""
CORRECTING = re.compile(
    r"correct|clarif|updat|amend|earlier\s+version|previous(?:ly)?\s+(?:version|said|stated)|an?\s+error|misstat|misspell|misidentif|"
    r"misquot|inaccura|incorrect|mistak|wrong(?:ly)?\s|erroneous|retract|withdr[ae]w|removed|originally|has\s+been\s+changed|apologi|regret|"
    r"исправ|уточн|поправ|ошибоч|ошибк|ошибл|неверн|неточн|неправильн|опечатк|первоначальн|ранней\s+верси|отозва|обновл|удал[её]н|извин|"
    r"更正|勘误|错误|有误|误为|误写|误作|误报|修正|修改|订正|更新|此前版本|原文|撤回|删除|致歉|抱歉",
    re.I,
)
BARE = _listed(
    "this the article story report piece page text version was has been is updated corrected amended at on and with a new "
    "edited revised changed modified clarified last time am pm gmt utc est edt bst cet a.m p.m upd since to reflect new information details "
    "developments additional for more latest throughout minor version published first post item headline "
    "материал статья новость текст заметка публикация был была было обновлен обновлён обновлена обновлено исправлен исправлена дополнен дополнена "
    "уточнен уточнён уточнена изменен изменён в мск от добавлено новые данные подробности информация по "
    "本 文 已 经 更 新 于 正 修 改 时 间 最 后 报 道 章 进 行 了 过 年 月 日 分"
)
"""Words that say that, but not what, was changed."""

COUNTERS = _listed(
    "view views viewed viewing read reads reading reader readers time comment comments commented share shares shared sharing like likes liked dislikes reply "
    "replies reaction reactions vote votes voted upvotes follower followers subscriber subscribers download downloads downloaded click clicks ago min mins "
    "minute minutes hour hours hr hrs h m d day days second seconds sec week weeks month months year years just now an a few online save saves saved bookmark "
    "bookmarks repost reposts retweets tweets posted published updated last modified edited people times total be the first to add leave your k about plays "
    "listens watching claps "
    "просмотр просмотра просмотров просмотры комментарий комментария комментариев комментарии комментировать комментов прочтений прочтения прочтение "
    "поделиться поделились лайк лайка лайков лайки нравится дизлайков репост репоста репостов репосты ответ ответа ответов голос голоса голосов реакция "
    "реакции реакций назад минуту минуты минут мин час часа часов ч день дня дней неделю недели недель месяц месяца месяцев год года лет секунд секунды секунду "
    "сек обновлено опубликовано изменено читать чтения чтение время прочитали прочитано подписчик подписчика подписчиков скачиваний скачивания человек только что "
    "тыс"
)
COUNTED = _listed(
    "view views viewed read reads comment comments share shares shared like likes dislikes reply replies reaction reactions follower "
    "followers subscriber subscribers download downloads click clicks ago save saves bookmark bookmarks repost reposts retweets online plays listens claps "
    "просмотр просмотра просмотров просмотры комментарий комментария комментариев комментарии комментов лайк лайка лайков лайки нравится дизлайков "
    "прочтений прочтения прочтение репост репоста репостов репосты назад прочитали прочитано подписчик подписчика подписчиков скачиваний скачивания чтения "
    "поделились реакций"
)
"""One of these must stand in a counter: "5 minutes" alone is none."""
AGO = re.compile(
    r"^(?:(?:posted|published|updated|обновлено|опубликовано)[:\s]+)?(?:just\s+now|(?:an?|a\s+few|few)\s+(?:second|minute|hour|day|week|month)s?\s+ago|"
    r"только\s+что|(?:несколько\s+)?(?:секунду?|минуту?|час|день|неделю|месяц|минут|часов|дней)\s+назад|刚刚|刚才)$",
    re.I,
)
"""How long ago, without a figure."""
_ZH_ACT = "阅读|浏览|评论|分享|点赞|转发|播放|收藏|点击|访问|围观|跟帖|回复|参与|观看|下载|推荐|热度|人气|在看|赞"
ZH_COUNTER = re.compile(
    rf"^(?:(?:{_ZH_ACT})(?:量|数|次数|人数)?[:：\s(（]*[\d,.]+\s*[万亿wk+]*\s*(?:次|条|人|个)?[)）]?|"
    rf"(?:共|已有|有)?\s*[\d,.]+\s*[万亿wk+]*\s*(?:次|条|人|个)?(?:已)?(?:{_ZH_ACT})(?:量|次|过)?|"
    r"(?:(?:发布|更新|发表)于?)?[:：\s]*(?:\d+|[一二两三四五六七八九十半几]+)\s*(?:秒|秒钟|分钟|小时|个小时|天|周|个月|年)前(?:(?:发布|更新|发表))?|刚刚)$"
)
FAULT = re.compile(
    r"earlier\s+version|previous\s+version|original\s+version|prior\s+version|верси[ияю]|此前版本|早前版本|"
    r"correct|clarif|amend|misstat|incorrect|error|erroneous|mistak|misspel|misidentif|wrong|inaccura|misquot|retract|apologi|regret|"
    r"исправ|уточн|ошиб|неверн|неточн|неправильн|опечат|поправк|извин|更正|勘误|订正|修正|误|错|致歉",
    re.I,
)
"""A note that owns a fault is a correction, another one an update."""
