# ruff: noqa: E501 (lists read better unbroken)
"""Names that need no capital to be known, and the words beside which names stand (en, ru, zh); Russian endings."""


def _in_order(said: str) -> tuple[str, ...]:
    return tuple(said.split())


def _listed(said: str) -> frozenset[str]:
    return frozenset(said.split())


PLACES = _listed(
    "Afghanistan Albania Algeria Angola Argentina Armenia Australia Austria Azerbaijan Bahrain Bangladesh Belarus Belgium Bolivia Bosnia Brazil "
    "Britain Bulgaria Cambodia Cameroon Canada Chad Chile China Colombia Congo Croatia Cuba Cyprus Denmark Ecuador Egypt England Eritrea Estonia "
    "Ethiopia Finland France Gabon Georgia Germany Ghana Greece Guatemala Guinea Haiti Honduras Hungary Iceland India Indonesia Iran Iraq Ireland "
    "Israel Italy Jamaica Japan Jordan Kazakhstan Kenya Kosovo Kuwait Kyrgyzstan Laos Latvia Lebanon Liberia Libya Lithuania Luxembourg Malaysia "
    "Maldives Mali Malta Mexico Moldova Mongolia Montenegro Morocco Mozambique Myanmar Namibia Nepal Netherlands Nicaragua Niger Nigeria Norway "
    "Oman Pakistan Palestine Panama Paraguay Peru Philippines Poland Portugal Qatar Romania Russia Rwanda Scotland Senegal Serbia Singapore Slovakia "
    "Slovenia Somalia Spain Sudan Sweden Switzerland Syria Taiwan Tajikistan Tanzania Thailand Tibet Tunisia Turkey Turkmenistan Uganda Ukraine "
    "Uruguay Uzbekistan Vatican Venezuela Vietnam Wales Yemen Zambia Zimbabwe Crimea Donbas Donetsk Luhansk Gaza Xinjiang "
    "Russian Russians Ukrainian Ukrainians American Americans British English French German Germans Polish Italian Spanish Chinese Japanese Korean "
    "Indian Iranian Iraqi Israeli Israelis Palestinian Palestinians Syrian Turkish Georgian Armenian Azerbaijani Kazakh Belarusian Lithuanian Latvian "
    "Estonian Finnish Swedish Norwegian Danish Dutch Belgian Swiss Austrian Hungarian Czech Slovak Romanian Bulgarian Serbian Serb Serbs Croatian Greek "
    "Canadian Mexican Brazilian Cuban Egyptian Libyan Lebanese Saudi Yemeni Afghan Pakistani Taiwanese Tibetan Uyghur Uighur Vietnamese Filipino Thai "
    "Australian African European Arab Kurdish Chechen Crimean Catholic Muslim Muslims Jewish Christian Christians Republican Republicans Democrat Democrats "
    "London Paris Berlin Moscow Kyiv Kiev Minsk Warsaw Prague Vienna Rome Madrid Brussels Geneva Washington Beijing Shanghai Tokyo Seoul Pyongyang "
    "Delhi Tehran Baghdad Damascus Beirut Jerusalem Ankara Istanbul Cairo Kabul Islamabad Riyadh Doha Caracas Havana Kharkiv Odesa Odessa Mariupol "
    "Kherson Lviv Bakhmut Tbilisi Yerevan Baku Chisinau Vilnius Riga Tallinn Helsinki Stockholm Oslo Copenhagen Belgrade Budapest Bucharest Sofia "
    "Athens Kremlin Pentagon Hamas Hezbollah Taliban Wagner Europe Asia Africa America Reuters Xinhua Tass Interpol Nato Unicef "
    "Россия Украина Белоруссия Беларусь Польша Германия Франция Британия Великобритания Италия Испания Китай Япония Корея Индия Иран Ирак Израиль "
    "Сирия Турция Грузия Армения Азербайджан Казахстан Узбекистан Молдавия Молдова Литва Латвия Эстония Финляндия Швеция Норвегия Дания Венгрия "
    "Сербия Румыния Болгария Греция Канада Америка Европа Азия Африка Австралия Мексика Бразилия Куба Египет Ливия Ливан Афганистан Пакистан "
    "Москва Киев Минск Варшава Берлин Париж Лондон Вашингтон Брюссель Пекин Шанхай Токио Сеул Пхеньян Тегеран Анкара Стамбул Тбилиси Ереван Баку "
    "Харьков Одесса Мариуполь Херсон Донецк Луганск Крым Донбасс Петербург Казань Новосибирск Екатеринбург Белгород Курск Ростов Воронеж Сочи "
    "Севастополь Чечня Дагестан Татарстан Сибирь Урал Кремль Пентагон Госдума Роскомнадзор Минобороны Госдеп Хамас Хезболла Вагнер"
)
"""Countries, capitals and bodies that are known where a capital says nothing, as at the start of a sentence."""
RU_PEOPLES = _in_order(
    "российск русск украинск белорусск американск британск английск французск немецк германск польск китайск японск корейск израильск палестинск "
    "иранск иракск сирийск турецк грузинск армянск азербайджанск казахстанск литовск латвийск эстонск финск шведск норвежск венгерск сербск "
    "европейск чеченск крымск донецк луганск московск киевск"
)  # fmt: skip
"""Adjectives of peoples, written small in Russian: whose army it was is a name."""
TITLES = _listed(
    "mr mrs ms miss dr sir dame lord lady prof professor president vice deputy prime minister chancellor premier governor mayor senator congressman "
    "congresswoman general colonel captain lieutenant major sergeant admiral judge justice king queen prince princess pope bishop rabbi imam chief "
    "director secretary ambassador spokesman spokeswoman spokesperson commissioner inspector detective constable officer editor reporter coach"
)
"""Words that stand before names, with a capital of their own."""

_RU_ENDS = (
    "ого его ому ему ыми ими ией иям иях ием еем ая яя ой ей ую юю ою ею ый ий ой ым им ом ем ём ых их ые ие ия ии ию ея ею ее "
    "ам ям ах ях ами ями а я у ю ы и е о ь й"
)
RU_ENDS = tuple(sorted(set(_RU_ENDS.split()), key=lambda end: (-len(end), end)))
"""Case endings of Russian nouns and adjectives, the longest first."""

ZH_PLACES = tuple(
    sorted(
        _listed(
            "俄罗斯 乌克兰 白俄罗斯 美国 中国 英国 法国 德国 日本 韩国 朝鲜 印度 伊朗 伊拉克 以色列 巴勒斯坦 叙利亚 波兰 土耳其 欧盟 北约 联合国 台湾 香港 "
            "澳门 西藏 新疆 北京 上海 莫斯科 基辅 华盛顿 伦敦 巴黎 柏林 东京 首尔 平壤 德黑兰 布鲁塞尔 克里米亚 顿巴斯 顿涅茨克 卢甘斯克 加沙 "
            "意大利 西班牙 葡萄牙 荷兰 比利时 瑞士 瑞典 挪威 丹麦 芬兰 奥地利 匈牙利 捷克 斯洛伐克 罗马尼亚 保加利亚 塞尔维亚 克罗地亚 希腊 立陶宛 拉脱维亚 "
            "爱沙尼亚 格鲁吉亚 亚美尼亚 阿塞拜疆 哈萨克斯坦 乌兹别克斯坦 摩尔多瓦 加拿大 墨西哥 巴西 阿根廷 智利 古巴 委内瑞拉 哥伦比亚 埃及 利比亚 苏丹 "
            "南非 尼日利亚 肯尼亚 埃塞俄比亚 索马里 沙特 也门 黎巴嫩 约旦 卡塔尔 阿联酋 阿富汗 巴基斯坦 孟加拉国 缅甸 泰国 越南 老挝 柬埔寨 马来西亚 "
            "新加坡 印尼 印度尼西亚 菲律宾 澳大利亚 新西兰 蒙古 欧洲 亚洲 非洲 美洲 天津 重庆 广州 深圳 武汉 成都 南京 杭州 西安 沈阳 大连 青岛 郑州 长沙 "
            "昆明 兰州 哈尔滨 长春 济南 合肥 福州 厦门 南昌 南宁 贵阳 海口 太原 石家庄 呼和浩特 乌鲁木齐 拉萨 银川 西宁 河北 河南 山西 山东 陕西 甘肃 "
            "青海 四川 云南 贵州 湖北 湖南 江西 江苏 浙江 福建 安徽 广东 广西 海南 辽宁 吉林 黑龙江 内蒙古 宁夏 台北 九龙 普京 泽连斯基 拜登 特朗普 奥巴马 "
            "马克龙 朔尔茨 默克尔 莫迪 内塔尼亚胡 哈马斯 真主党 塔利班 白宫 五角大楼 克里姆林宫 新华社 路透社 法新社 美联社 塔斯社 瓦格纳 哈尔科夫 敖德萨 "
            "马里乌波尔 赫尔松 巴赫穆特 俄军 乌军 美军 以军 俄方 乌方 美方 中方 以方"
        ),
        key=lambda place: (-len(place), place),
    )
)
"""Places, peoples' armies and a few names that everybody knows, the longest first."""
ZH_TITLES = _in_order(
    "发言人 总统 总理 主席 部长 外长 防长 市长 省长 州长 县长 镇长 村长 局长 院长 校长 厂长 队长 处长 所长 书记 将军 上将 中将 少将 司令 大使 记者 教授 博士 先生 女士 秘书长 议长 议员 首相 国王 女王 总裁 董事长 经理 律师 医生 主任 专家 "
    "参谋长 上校 中校 法官 检察官 总监 教练 店主 船长 机长"
)  # fmt: skip
ZH_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹"
    "熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文习耿温葛岳柳童鲍章施洪翁季柯卓甘凌裴严莫欧聂焦管詹祝左涂毕游"
)
ZH_FOREIGN = (
    "阿埃艾安奥巴贝比波布茨达德迪蒂多尔法菲夫弗戈格古哈赫霍基加杰卡凯科克库拉莱兰劳雷里利列林卢鲁伦罗洛马麦曼梅米莫穆娜纳内尼涅诺帕佩皮普切奇乔"
    "热萨塞森沙什施斯索塔泰坦特托瓦维韦沃乌西希夏谢雅亚耶叶伊因尤约扎泽佐逊顿丝莉娅琳妮宁连季"
)
"""The signs that foreign names are spelled with: four of them in a row are a name."""
