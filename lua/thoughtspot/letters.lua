--- Letters of Unicode: which are the same one written another way, and which
-- are capitals of others.
--
-- These are the canonical decompositions and the case of the Unicode Character
-- Database, for letters of living alphabets; Hangul is computed in fold.lua.

local letters = {}

-- Combining mark = pairs of a letter without and with it. The first letter of
-- a pair may be the second of another.
letters.marks = {
  { "\204\128", -- grave
    "AÀ EÈ IÌ OÒ UÙ aà eè iì oò uù ÜǛ üǜ NǸ nǹ ĒḔ ēḕ ŌṐ ōṑ WẀ wẁ ÂẦ"
    .. " âầ ĂẰ ăằ ÊỀ êề ÔỒ ôồ ƠỜ ơờ ƯỪ ưừ YỲ yỳ ЕЀ ИЍ еѐ иѝ ἀἂ ἁἃ ἈἊ ἉἋ"
    .. " ἐἒ ἑἓ ἘἚ ἙἛ ἠἢ ἡἣ ἨἪ ἩἫ ἰἲ ἱἳ ἸἺ ἹἻ ὀὂ ὁὃ ὈὊ ὉὋ ὐὒ ὑὓ ὙὛ ὠὢ ὡὣ"
    .. " ὨὪ ὩὫ αὰ εὲ ηὴ ιὶ οὸ υὺ ωὼ ΑᾺ ΕῈ ΗῊ ϊῒ ΙῚ ϋῢ ΥῪ ΟῸ ΩῺ" },
  { "\204\129", -- acute
    "AÁ EÉ IÍ OÓ UÚ YÝ aá eé ií oó uú yý CĆ cć LĹ lĺ NŃ nń RŔ rŕ SŚ"
    .. " sś ZŹ zź ÜǗ üǘ GǴ gǵ ÅǺ åǻ ÆǼ æǽ ØǾ øǿ ÇḈ çḉ ĒḖ ēḗ ÏḮ ïḯ KḰ kḱ"
    .. " MḾ mḿ ÕṌ õṍ ŌṒ ōṓ PṔ pṕ ŨṸ ũṹ WẂ wẃ ÂẤ âấ ĂẮ ăắ ÊẾ êế ÔỐ ôố ƠỚ"
    .. " ơớ ƯỨ ưứ ̈̈́ ΑΆ ΕΈ ΗΉ ΙΊ ΟΌ ΥΎ ΩΏ ϊΐ αά εέ ηή ιί ϋΰ οό υύ ωώ ϒϓ ГЃ"
    .. " КЌ гѓ кќ ἀἄ ἁἅ ἈἌ ἉἍ ἐἔ ἑἕ ἘἜ ἙἝ ἠἤ ἡἥ ἨἬ ἩἭ ἰἴ ἱἵ ἸἼ ἹἽ ὀὄ ὁὅ"
    .. " ὈὌ ὉὍ ὐὔ ὑὕ ὙὝ ὠὤ ὡὥ ὨὬ ὩὭ" },
  { "\204\130", -- circumflex
    "AÂ EÊ IÎ OÔ UÛ aâ eê iî oô uû CĈ cĉ GĜ gĝ HĤ hĥ JĴ jĵ SŜ sŝ WŴ"
    .. " wŵ YŶ yŷ ZẐ zẑ ẠẬ ạậ ẸỆ ẹệ ỌỘ ọộ" },
  { "\204\131", -- tilde
    "AÃ NÑ OÕ aã nñ oõ IĨ iĩ UŨ uũ VṼ vṽ ÂẪ âẫ ĂẴ ăẵ EẼ eẽ ÊỄ êễ ÔỖ"
    .. " ôỗ ƠỠ ơỡ ƯỮ ưữ YỸ yỹ" },
  { "\204\132", -- macron
    "AĀ aā EĒ eē IĪ iī OŌ oō UŪ uū ÜǕ üǖ ÄǞ äǟ ȦǠ ȧǡ ÆǢ æǣ ǪǬ ǫǭ ÖȪ"
    .. " öȫ ÕȬ õȭ ȮȰ ȯȱ YȲ yȳ GḠ gḡ ИӢ иӣ УӮ уӯ ḶḸ ḷḹ ṚṜ ṛṝ αᾱ ΑᾹ ιῑ ΙῙ"
    .. " υῡ ΥῩ" },
  { "\204\134", -- breve
    "AĂ aă EĔ eĕ GĞ gğ IĬ iĭ OŎ oŏ UŬ uŭ ȨḜ ȩḝ УЎ ИЙ ий уў ЖӁ жӂ АӐ"
    .. " аӑ ЕӖ еӗ ẠẶ ạặ αᾰ ΑᾸ ιῐ ΙῘ υῠ ΥῨ" },
  { "\204\135", -- dot above
    "CĊ cċ EĖ eė GĠ gġ Iİ ZŻ zż AȦ aȧ OȮ oȯ BḂ bḃ DḊ dḋ FḞ fḟ HḢ hḣ"
    .. " MṀ mṁ NṄ nṅ PṖ pṗ RṘ rṙ SṠ sṡ ŚṤ śṥ ŠṦ šṧ TṪ tṫ WẆ wẇ XẊ xẋ YẎ"
    .. " yẏ ſẛ ṢṨ ṣṩ" },
  { "\204\136", -- diaeresis
    "AÄ EË IÏ OÖ UÜ aä eë iï oö uü yÿ YŸ HḦ hḧ ÕṎ õṏ ŪṺ ūṻ WẄ wẅ XẌ"
    .. " xẍ tẗ ΙΪ ΥΫ ιϊ υϋ ϒϔ ЕЁ ІЇ её ії АӒ аӓ ӘӚ әӛ ЖӜ жӝ ЗӞ зӟ ИӤ иӥ"
    .. " ОӦ оӧ ӨӪ өӫ ЭӬ эӭ УӰ уӱ ЧӴ чӵ ЫӸ ыӹ" },
  { "\204\137", -- hook above
    "AẢ aả ÂẨ âẩ ĂẲ ăẳ EẺ eẻ ÊỂ êể IỈ iỉ OỎ oỏ ÔỔ ôổ ƠỞ ơở UỦ uủ ƯỬ"
    .. " ưử YỶ yỷ" },
  { "\204\138", -- ring
    "AÅ aå UŮ uů wẘ yẙ" },
  { "\204\139", -- double acute
    "OŐ oő UŰ uű УӲ уӳ" },
  { "\204\140", -- caron
    "CČ cč DĎ dď EĚ eě LĽ lľ NŇ nň RŘ rř SŠ sš TŤ tť ZŽ zž AǍ aǎ IǏ"
    .. " iǐ OǑ oǒ UǓ uǔ ÜǙ üǚ GǦ gǧ KǨ kǩ ƷǮ ʒǯ jǰ HȞ hȟ" },
  { "\204\143", -- double grave
    "AȀ aȁ EȄ eȅ IȈ iȉ OȌ oȍ RȐ rȑ UȔ uȕ ѴѶ ѵѷ" },
  { "\204\145", -- inverted breve
    "AȂ aȃ EȆ eȇ IȊ iȋ OȎ oȏ RȒ rȓ UȖ uȗ" },
  { "\204\147", -- smooth breathing
    "αἀ ΑἈ εἐ ΕἘ ηἠ ΗἨ ιἰ ΙἸ οὀ ΟὈ υὐ ωὠ ΩὨ ρῤ" },
  { "\204\148", -- rough breathing
    "αἁ ΑἉ εἑ ΕἙ ηἡ ΗἩ ιἱ ΙἹ οὁ ΟὉ υὑ ΥὙ ωὡ ΩὩ ρῥ ΡῬ" },
  { "\204\155", -- horn
    "OƠ oơ UƯ uư" },
  { "\204\163", -- dot below
    "BḄ bḅ DḌ dḍ HḤ hḥ KḲ kḳ LḶ lḷ MṂ mṃ NṆ nṇ RṚ rṛ SṢ sṣ TṬ tṭ VṾ"
    .. " vṿ WẈ wẉ ZẒ zẓ AẠ aạ EẸ eẹ IỊ iị OỌ oọ ƠỢ ơợ UỤ uụ ƯỰ ưự YỴ yỵ" },
  { "\204\164", -- diaeresis below
    "UṲ uṳ" },
  { "\204\165", -- ring below
    "AḀ aḁ" },
  { "\204\166", -- comma below
    "SȘ sș TȚ tț" },
  { "\204\167", -- cedilla
    "CÇ cç GĢ gģ KĶ kķ LĻ lļ NŅ nņ RŖ rŗ SŞ sş TŢ tţ EȨ eȩ DḐ dḑ HḨ"
    .. " hḩ" },
  { "\204\168", -- ogonek
    "AĄ aą EĘ eę IĮ iį UŲ uų OǪ oǫ" },
  { "\204\173", -- circumflex below
    "DḒ dḓ EḘ eḙ LḼ lḽ NṊ nṋ TṰ tṱ UṶ uṷ" },
  { "\204\174", -- breve below
    "HḪ hḫ" },
  { "\204\176", -- tilde below
    "EḚ eḛ IḬ iḭ UṴ uṵ" },
  { "\204\177", -- line below
    "BḆ bḇ DḎ dḏ KḴ kḵ LḺ lḻ NṈ nṉ RṞ rṟ TṮ tṯ ZẔ zẕ hẖ" },
  { "\205\130", -- perispomeni
    "ἀἆ ἁἇ ἈἎ ἉἏ ἠἦ ἡἧ ἨἮ ἩἯ ἰἶ ἱἷ ἸἾ ἹἿ ὐὖ ὑὗ ὙὟ ὠὦ ὡὧ ὨὮ ὩὯ αᾶ ηῆ"
    .. " ιῖ ϊῗ υῦ ϋῧ ωῶ" },
  { "\205\133", -- iota below
    "ἀᾀ ἁᾁ ἂᾂ ἃᾃ ἄᾄ ἅᾅ ἆᾆ ἇᾇ Ἀᾈ Ἁᾉ Ἂᾊ Ἃᾋ Ἄᾌ Ἅᾍ Ἆᾎ Ἇᾏ ἠᾐ ἡᾑ ἢᾒ ἣᾓ ἤᾔ"
    .. " ἥᾕ ἦᾖ ἧᾗ Ἠᾘ Ἡᾙ Ἢᾚ Ἣᾛ Ἤᾜ Ἥᾝ Ἦᾞ Ἧᾟ ὠᾠ ὡᾡ ὢᾢ ὣᾣ ὤᾤ ὥᾥ ὦᾦ ὧᾧ Ὠᾨ Ὡᾩ"
    .. " Ὢᾪ Ὣᾫ Ὤᾬ Ὥᾭ Ὦᾮ Ὧᾯ ὰᾲ αᾳ άᾴ ᾶᾷ Αᾼ ὴῂ ηῃ ήῄ ῆῇ Ηῌ ὼῲ ωῳ ώῴ ῶῷ Ωῼ" },
  { "\227\130\153", -- dakuten
    "かが きぎ くぐ けげ こご さざ しじ すず せぜ そぞ ただ ちぢ つづ"
    .. " てで とど はば ひび ふぶ へべ ほぼ うゔ ゝゞ カガ キギ クグ ケゲ"
    .. " コゴ サザ シジ スズ セゼ ソゾ タダ チヂ ツヅ テデ トド ハバ ヒビ"
    .. " フブ ヘベ ホボ ウヴ ワヷ ヰヸ ヱヹ ヲヺ ヽヾ" },
  { "\227\130\154", -- handakuten
    "はぱ ひぴ ふぷ へぺ ほぽ ハパ ヒピ フプ ヘペ ホポ" },
}

-- The same for alphabets whose marks cannot be shown by themselves: Arabic and
-- those of India, Tibet, Myanmar and Bali: the code points of the letter, the
-- mark, and the letter with it.
letters.triples = {
  { 0x627, 0x653, 0x622 }, { 0x627, 0x654, 0x623 }, { 0x648, 0x654, 0x624 },
  { 0x627, 0x655, 0x625 }, { 0x64A, 0x654, 0x626 }, { 0x6D5, 0x654, 0x6C0 },
  { 0x6C1, 0x654, 0x6C2 }, { 0x6D2, 0x654, 0x6D3 }, { 0x928, 0x93C, 0x929 },
  { 0x930, 0x93C, 0x931 }, { 0x933, 0x93C, 0x934 }, { 0x915, 0x93C, 0x958 },
  { 0x916, 0x93C, 0x959 }, { 0x917, 0x93C, 0x95A }, { 0x91C, 0x93C, 0x95B },
  { 0x921, 0x93C, 0x95C }, { 0x922, 0x93C, 0x95D }, { 0x92B, 0x93C, 0x95E },
  { 0x92F, 0x93C, 0x95F }, { 0x9C7, 0x9BE, 0x9CB }, { 0x9C7, 0x9D7, 0x9CC },
  { 0x9A1, 0x9BC, 0x9DC }, { 0x9A2, 0x9BC, 0x9DD }, { 0x9AF, 0x9BC, 0x9DF },
  { 0xA32, 0xA3C, 0xA33 }, { 0xA38, 0xA3C, 0xA36 }, { 0xA16, 0xA3C, 0xA59 },
  { 0xA17, 0xA3C, 0xA5A }, { 0xA1C, 0xA3C, 0xA5B }, { 0xA2B, 0xA3C, 0xA5E },
  { 0xB47, 0xB56, 0xB48 }, { 0xB47, 0xB3E, 0xB4B }, { 0xB47, 0xB57, 0xB4C },
  { 0xB21, 0xB3C, 0xB5C }, { 0xB22, 0xB3C, 0xB5D }, { 0xB92, 0xBD7, 0xB94 },
  { 0xBC6, 0xBBE, 0xBCA }, { 0xBC7, 0xBBE, 0xBCB }, { 0xBC6, 0xBD7, 0xBCC },
  { 0xC46, 0xC56, 0xC48 }, { 0xCBF, 0xCD5, 0xCC0 }, { 0xCC6, 0xCD5, 0xCC7 },
  { 0xCC6, 0xCD6, 0xCC8 }, { 0xCC6, 0xCC2, 0xCCA }, { 0xCCA, 0xCD5, 0xCCB },
  { 0xD46, 0xD3E, 0xD4A }, { 0xD47, 0xD3E, 0xD4B }, { 0xD46, 0xD57, 0xD4C },
  { 0xDD9, 0xDCA, 0xDDA }, { 0xDD9, 0xDCF, 0xDDC }, { 0xDDC, 0xDCA, 0xDDD },
  { 0xDD9, 0xDDF, 0xDDE }, { 0xF42, 0xFB7, 0xF43 }, { 0xF4C, 0xFB7, 0xF4D },
  { 0xF51, 0xFB7, 0xF52 }, { 0xF56, 0xFB7, 0xF57 }, { 0xF5B, 0xFB7, 0xF5C },
  { 0xF40, 0xFB5, 0xF69 }, { 0xF71, 0xF72, 0xF73 }, { 0xF71, 0xF74, 0xF75 },
  { 0xFB2, 0xF80, 0xF76 }, { 0xFB3, 0xF80, 0xF78 }, { 0xF71, 0xF80, 0xF81 },
  { 0xF92, 0xFB7, 0xF93 }, { 0xF9C, 0xFB7, 0xF9D }, { 0xFA1, 0xFB7, 0xFA2 },
  { 0xFA6, 0xFB7, 0xFA7 }, { 0xFAB, 0xFB7, 0xFAC }, { 0xF90, 0xFB5, 0xFB9 },
  { 0x1025, 0x102E, 0x1026 }, { 0x1B05, 0x1B35, 0x1B06 },
  { 0x1B07, 0x1B35, 0x1B08 }, { 0x1B09, 0x1B35, 0x1B0A },
  { 0x1B0B, 0x1B35, 0x1B0C }, { 0x1B0D, 0x1B35, 0x1B0E },
  { 0x1B11, 0x1B35, 0x1B12 }, { 0x1B3A, 0x1B35, 0x1B3B },
  { 0x1B3C, 0x1B35, 0x1B3D }, { 0x1B3E, 0x1B35, 0x1B40 },
  { 0x1B3F, 0x1B35, 0x1B41 }, { 0x1B42, 0x1B35, 0x1B43 },
}

-- Pairs of letters that are the same one: the signs of Kelvin, Angstrom and
-- Ohm, and what is twice in Greek.
letters.same = "\226\132\170K \226\132\171Å \226\132\166Ω "
  .. "\225\189\177ά \225\189\179έ \225\189\181ή \225\189\183ί "
  .. "\225\189\185ό \225\189\187ύ \225\189\189ώ \225\190\187Ά "
  .. "\225\190\190ι \225\191\137Έ \225\191\139Ή \225\191\147ΐ "
  .. "\225\191\155Ί \225\191\163ΰ \225\191\171Ύ \225\191\185Ό "
  .. "\225\191\187Ώ"

-- Ranges of capitals: first, last, the step from one to the next, and the
-- distance of the small letter. Latin, Greek, Cyrillic, Armenian, Georgian.
letters.capitals = {
  { 0xC0, 0xD6, 1, 32 }, { 0xD8, 0xDE, 1, 32 }, { 0x100, 0x12E, 2, 1 },
  { 0x132, 0x136, 2, 1 }, { 0x139, 0x147, 2, 1 }, { 0x14A, 0x176, 2, 1 },
  { 0x179, 0x17D, 2, 1 }, { 0x1CD, 0x1DB, 2, 1 }, { 0x1DE, 0x1EE, 2, 1 },
  { 0x1F8, 0x21E, 2, 1 }, { 0x222, 0x232, 2, 1 }, { 0x246, 0x24E, 2, 1 },
  { 0x1E00, 0x1E94, 2, 1 }, { 0x1EA0, 0x1EFE, 2, 1 },
  { 0x370, 0x372, 2, 1 }, { 0x391, 0x3A9, 1, 32 }, { 0x3D8, 0x3EE, 2, 1 },
  { 0x400, 0x40F, 1, 80 }, { 0x410, 0x42F, 1, 32 }, { 0x460, 0x480, 2, 1 },
  { 0x48A, 0x4BE, 2, 1 }, { 0x4C1, 0x4CD, 2, 1 }, { 0x4D0, 0x52E, 2, 1 },
  { 0x531, 0x556, 1, 48 }, { 0x1C90, 0x1CBA, 1, -3008 },
}

-- Pairs of other capitals and their small letters; the sharp s and the final
-- sigma count as such.
letters.cases = "ẞßςσƁɓƆɔƉɖƊɗƎǝƏəƐɛƓɠƔɣƖɩƗɨƜɯƝɲƟɵƦʀƩʃƮʈƱʊƲʋƷʒǶƕǷƿȠƞ"
  .. "ȺⱥȻȼȽƚȾⱦɁɂɃƀɄʉɅʌƂƃƄƅƇƈƋƌƑƒƘƙƢƣƤƥƧƨƬƭƳƴƵƶƸƹƼƽǄǆǅǆǇǉ"
  .. "ǈǉǊǌǋǌǱǳǲǳͿϳϏϗϷϸϹϲϺϻӀӏ"

return letters
