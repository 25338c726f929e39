"""What a single cell looks like: for finding headers and roles on samples. The identifiers are made elsewhere."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from phonenumbers import country_code_for_region

from tracer.identify.number_forms import forms_of

_SEPARATORS = re.compile(r"[\s\-‐-―.()（）/]+")
_PLUS_PHONE = re.compile(r"(?:\+|00)\d{8,15}")
_MOBILE_CN = re.compile(r"(?:0086|86)?1[3-9]\d{9}")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)
_MASKED = re.compile(r"\+?\d{2,7}[*×xX•]{3,8}\d{0,4}")
_HASH = re.compile(
    r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128}"
    r"|[0-9A-Za-z+/]{22}==|[0-9A-Za-z+/]{27}=|[0-9A-Za-z+/]{43}=|[0-9A-Za-z+/]{86}=="
)
_HASH_BY_NAME = re.compile(
    r"(?:\{?(?:md5|sha-?1|sha-?256|sha-?512|sha|sm3)\}?[ :=]*)?"
    r"(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}|[0-9a-z+/_-]{86}|[0-9a-z+/_-]{22}|[0-9a-z+/_-]{27}|[0-9a-z+/_-]{43})={0,2}",
    re.IGNORECASE,
)
_STARS = "[*xX×•●○■□█▇✱∗※◆◇#?_]"
_HIDDEN_RUN = re.compile(r"…+|\.{3,}|-{3,}")
_MASKED_NUMBER = re.compile(
    rf"(?:\+?(?:00)?86)?(?:1[3-9]\d{{1,5}}{_STARS}{{1,9}}\d{{0,4}}|{_STARS}{{3,9}}\d{{2,4}}|0\d{{2,3}}\d{{0,4}}{_STARS}{{3,8}}\d{{0,4}})"
)
_MASKED_ABROAD = re.compile(
    rf"\+(?=.*{_STARS}{{2}})(?:\d|{_STARS}){{6,15}}|(?=.{{9,11}}$)(?:\d{{2,7}}{_STARS}{{2,9}}\d{{2,4}}|0\d{_STARS}{{6}}\d{{2}})"
)
"""With a country's code, or as many characters as most countries' numbers have."""
_HIDDEN = re.compile(rf"\+?(?=.*{_STARS}{{2}})(?=.*\d.*\d)(?:\d|{_STARS}){{6,16}}")
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+")
_DATE = re.compile(
    r"(?:19|20)\d\d(?:[-/.年](?:0?[1-9]|1[0-2])[-/.月](?:0?[1-9]|[12]\d|3[01])日?|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"(?:[T\s]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)\d\d"
)
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*%?")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫"
    "段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧曾蕭葉蘇呂盧鍾譚陸賈韋鄒龍賀顧龔萬錢嚴湯欧司上诸"
)
_PERSON = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff·]{{1,3}}|[{_SURNAMES}](?:先生|女士|小姐|总|經理|经理|老师)")
_FIRM = re.compile(
    r"(?:公司|集团|集團|厂|廠|酒店|饭店|书店|药店|[银銀商支分车]行|中心|事务所|事務所|合作社|工作室|商行|经营部|門市|门市部|学校|医院|株式会社.*|.*株式会社|"
    r"有限会社.*|(?:co\.?,?\s*)?ltd\.?|inc\.?|llc|gmbh)$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[省市区县區縣镇鎮乡鄉村路街道巷弄号號楼樓室栋棟都府丁目]")


_LOOKED_AT = 300  # characters of a cell: a remark of a million must not cost more than a number


_PARTED = re.compile(r":::|[,;、|/\n]")
_SHORTEST = 7  # digits of a number by itself


def narrow(cell: str) -> str:
    """The cell with full-width characters narrowed and outer blanks, quotes, apostrophes and `="…"` taken off."""
    return _narrowed_cell(cell[:_LOOKED_AT])


@lru_cache(maxsize=1024)  # a cell is asked whether it is a number, an address, a date, one after the other
def _narrowed_cell(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().strip("='\"`\u200b\ufeff\u202a\u202c").strip()


_LABEL = re.compile(
    r"(?:(?:telephone|telefono?|t[ée]l[ée]phone|t[ée]l|phone|mobile?|mobil|mob|m[óo]vil|celular|cell?|handy|gsm|fon"
    r"|тел|моб|電話|电话|手机|手機)[\s.:-]*|(?:ph|hp|wa)[\s.:]+|[tmp][.:]\s*)(?=[\d+(\[])",
    re.IGNORECASE,
)
"""A word for a telephone in front of its number."""
_IN_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")


def is_labelled(cell: str) -> bool:
    """Whether a word for a telephone is in front."""
    return _LABEL.match(narrow(cell)) is not None


def unlabelled_cell(cell: str) -> str:
    """The narrowed cell without a word for a telephone in front, and without brackets around the whole."""
    text = _LABEL.sub("", narrow(cell), count=1) if is_labelled(cell) else narrow(cell)
    found = _IN_BRACKETS.fullmatch(text)
    return (found[1] or found[2] or "").strip() if found is not None else text


def _single_phone(text: str, region: str) -> bool:
    if _SCIENTIFIC.fullmatch(text) or _MASKED.fullmatch(text) or is_mask(text):
        return True
    digits = _SEPARATORS.sub("", text.removesuffix(".0"))
    if _PLUS_PHONE.fullmatch(digits):
        return True
    form, by_rule = _form(region)
    return form.fullmatch(digits) is not None and (by_rule or not _DATE.fullmatch(text))


@lru_cache
def _form(region: str) -> tuple[re.Pattern[str], bool]:
    """What a number of the region looks like, and whether no date does."""
    forms = forms_of(region)
    # Its own code without a plus in front of a whole number makes this longer than any without it.
    coded = "" if forms.by_rule else rf"|{country_code_for_region(region)}0?\d{{8,12}}"
    return re.compile(forms.cell + coded), forms.by_rule


def numbers_in(cell: str) -> list[str]:
    """The numbers of a cell that holds several, parted by a comma, a slash and the like; else the cell itself."""
    pieces = [piece.strip() for piece in _PARTED.split(cell[:_LOOKED_AT])]
    several = len(pieces) > 1 and all(sum(map(str.isdigit, piece)) >= _SHORTEST for piece in pieces)
    return pieces if several else [cell]


def is_phone(cell: str, region: str = "CN") -> bool:
    """Whether the cell looks like one or several phone numbers, masked and damaged ones included."""
    text = unlabelled_cell(cell)
    if not text or len(text) > 120 or not any(c.isdigit() for c in text):
        return False
    if _single_phone(text, region):
        return True
    pieces = [piece for piece in re.split(r":::|[,;、|\s/]+", text) if piece]
    return len(pieces) > 1 and all(_single_phone(piece, region) for piece in pieces)


def is_plainly_phone(cell: str) -> bool:
    """Whether the cell can hardly be anything but a number to call: a Chinese mobile, or one written with a plus."""
    text = _SEPARATORS.sub("", narrow(cell).removesuffix(".0"))
    return text.startswith("+") or _MOBILE_CN.fullmatch(text) is not None


def is_hash(cell: str) -> bool:
    """Whether the cell is a digest of 128, 160, 256 or 512 bits, in hexadecimal or padded base64."""
    return len(cell) < 160 and _HASH.fullmatch(cell.strip()) is not None


def is_hash_by_name(cell: str) -> bool:
    """Whether the cell can be a digest where the heading says that it is one: cut and unpadded ones too."""
    return len(cell) < 160 and _HASH_BY_NAME.fullmatch(narrow(cell)) is not None


def is_mask(cell: str) -> bool:
    """Whether the cell looks like a number some of whose digits are hidden: `138****1234`, `****1234`,
    `(312) ***-0175`, `+44 7*** ***123`."""
    text = _masked_cell(cell)
    return _MASKED_NUMBER.fullmatch(text) is not None or _MASKED_ABROAD.fullmatch(text) is not None


def is_mask_by_name(cell: str) -> bool:
    """Whether the cell can be a masked number where the heading says that it is a number."""
    return is_mask(cell) or _HIDDEN.fullmatch(_masked_cell(cell)) is not None


def _masked_cell(cell: str) -> str:
    """The cell without separators, three stars for each run of points or dashes that hides digits."""
    starred = _HIDDEN_RUN.sub("***", cell) if len(cell) < 40 else ""
    return _SEPARATORS.sub("", narrow(starred))


def is_email(cell: str) -> bool:
    """Whether the cell looks like an e-mail address or several."""
    pieces = [piece for piece in re.split(r":::|[,;、|\s]+", narrow(cell)) if piece]
    return bool(pieces) and all(_EMAIL.fullmatch(piece) for piece in pieces)


def holds_email(cell: str) -> bool:
    """Whether there is an e-mail address in the cell."""
    return "@" in cell and _EMAIL.search(narrow(cell)) is not None


def is_date(cell: str) -> bool:
    """Whether the cell looks like a day or a moment."""
    return _DATE.fullmatch(narrow(cell)) is not None


def is_number(cell: str) -> bool:
    """Whether the cell is a bare number."""
    return _NUMBER.fullmatch(narrow(cell)) is not None


def is_person(cell: str) -> bool:
    """Whether the cell looks like a Chinese person's name."""
    return _PERSON.fullmatch(narrow(cell)) is not None


def is_firm(cell: str) -> bool:
    """Whether the cell ends like an organisation's name."""
    text = narrow(cell)
    return len(text) >= 3 and _FIRM.search(text) is not None


def is_place(cell: str) -> bool:
    """Whether the cell reads like an address: at least two of the characters that addresses are made of."""
    text = narrow(cell)
    return len(text) >= 5 and len(_PLACE.findall(text)) >= 2
