"""Finds the encoding of a text: byte order mark, strict UTF-8, UTF-16, then the legacy encodings scored by what they read.

Legacy encodings decode nearly any bytes, so what decides is what the text would say: heading words and the characters that
names, firms and addresses are made of. Where two read equally well, chardet breaks the tie.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import chardet

from tracer.errors import InputRefused
from tracer.lists.read.words import role_of_heading

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Longer marks first where one begins with another (UTF-32-LE begins with UTF-16-LE's)."""

_LEGACY = ("gb18030", "big5hkscs", "cp932", "euc_jp", "euc_kr", "cp1252")

_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量"
    "都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立"
    "姓名手机号码电话移动联系邮箱地址日期时间公司企业单位备注编号序号客户会员性别年龄省份城市区县镇乡村路街道弄室楼栋座广场大厦花园小区"
    "有限责任科技网络信息贸易投资管理咨询服务集团股份实业商务电子商贸文化传媒教育装饰工程建筑材料机械设备制造食品医药房产汽车金融保险银行"
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞平刚桂英华玉兰红梅玲燕萍春香建国志明文海波辉鹏飞宇浩然婷雪琳佳慧欣怡梓轩子涵晨"
    "北京上海天津重庆河南江浙广东西山湖福建安徽四川云贵陕甘青宁夏新疆内蒙古辽吉黑龙龍南京杭州苏州深圳武汉成都西安郑州长沙青岛厦门宁波无锡"
    "這個為來時們發動說產種後經進著電裡現實體製機當點從業應開還樣與關線內數質氣變條沒結問無係軍"
    "姓名手機號碼電話行動聯絡連絡郵箱電子郵件信箱地址日期時間公司企業單位備註編號序號客戶會員性別縣市區鄉鎮村里路街巷弄號樓室段"
    "有限責任科技網路資訊貿易投資管理顧問服務集團股份實業商務電商國際開發興業張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭葉蘇呂盧鍾譚陸賈韋鄒龍賀顧龔萬錢嚴湯"
    "臺台灣北新桃園中高雄基隆竹嘉義彰化雲林屏東宜蘭花蓮香港九龍廣東偉麗強軍豔傑濤剛蘭紅國輝鵬飛婷慧淑惠雅怡君志豪俊宏家豪美玲"
    "氏名前様番号電話携帯連絡先住所会社株式会社有限担当者都道府県市区町村丁目番地東京大阪名古屋横浜佐藤鈴木高橋田中伊藤渡辺山本中村小林加藤"
)
"""Characters that contact lists are full of, in the three scripts; weight 3."""


@dataclass(frozen=True)
class Encoding:
    """An encoding and how it was found."""

    name: str
    """Python's codec name."""
    bom: int
    """Bytes of the byte order mark, 0 without one."""
    certain: bool
    """Whether it need not be doubted: said by the user, marked, or strict UTF-8 over all bytes seen."""


def by_bom(head: bytes) -> Encoding | None:
    """The encoding a byte order mark names."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return Encoding(name, len(mark), True)
    return None


def by_name(name: str, head: bytes, where: str) -> Encoding:
    """The encoding a user names; a byte order mark that goes with it is skipped. Raises InputRefused for an unknown name."""
    try:
        codec = codecs.lookup(name.strip()).name
        "".encode(codec)
    except (LookupError, TypeError, UnicodeError) as error:
        raise InputRefused(
            f"no encoding {name!r}", where=where, remedy="known ones are utf-8, utf-16, gb18030, big5, shift_jis"
        ) from error
    marked = by_bom(head)
    codec = {"gb2312": "gb18030", "gbk": "gb18030", "utf-8-sig": "utf-8"}.get(codec, codec)
    if codec in ("utf-16", "utf-32"):
        codec = marked.name if marked is not None and marked.name.startswith(codec) else f"{codec}-le"
    return Encoding(codec, marked.bom if marked is not None and marked.name == codec else 0, True)


def _utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of digits, separators and line ends is NUL, on one side only."""
    sample = head[: len(head) // 2 * 2][:65_536]
    if len(sample) < 8:
        return None
    zeros = [sample[side::2].count(0) * 2 / len(sample) for side in (0, 1)]
    for side, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if zeros[side] >= 0.1 and zeros[1 - side] <= 0.02:
            text = sample.decode(name, "replace")
            if text.count("\ufffd") * 100 <= len(text):
                return name
    return None


def utf8_errors(data: bytes, whole: bool) -> tuple[int, int]:
    """Undecodable sequences and multi-byte characters of a piece of UTF-8; a character cut off at the end is not counted."""
    if not whole:
        data = data[: len(data) - 4] + data[len(data) - 4 :].rstrip(bytes(range(0x80, 0xC0))).rstrip(bytes(range(0xC0, 0x100)))
    errors = data.decode("utf-8", "replace").count("\ufffd") - data.count(b"\xef\xbf\xbd")
    leads = sum(data.count(bytes([byte])) for byte in range(0xC2, 0xF5))
    return errors, leads


def score(data: bytes, codec: str) -> float:
    """How much like a contact list the bytes read by this codec: mean weight per non-ASCII byte (see the module)."""
    text = data.decode(codec, "replace")
    total = 0.0
    for char in text:
        if char < "\x80":
            continue
        total += _weight(char)
    words = sum(
        1 for cell in text[:4_000].replace("\t", ",").replace("\n", ",").split(",") if not cell.isascii() and role_of_heading(cell)
    )
    high = sum(1 for byte in data if byte >= 0x80) or 1
    return total / high * 2 + min(words, 6)


def _weight(char: str) -> float:
    if char in _COMMON:
        return 3
    if char == "\ufffd":
        return -8
    point = ord(char)
    if 0x4E00 <= point <= 0x9FFF:
        return 0.5
    if 0x3040 <= point <= 0x30FF:  # kana come in words of their own
        return 1.5
    if 0xAC00 <= point <= 0xD7A3 or char in "，。、：；（）－《》“”　":
        return 1
    if 0xFF01 <= point <= 0xFF5E:  # full-width digits and letters
        return 1
    if 0xE000 <= point <= 0xF8FF or point > 0xFFFF or 0xFF61 <= point <= 0xFF9F:  # private use, rare, half-width kana
        return -3
    return -0.5


def detect(head: bytes, whole: bool) -> Encoding:
    """The encoding of a text from its first bytes (see the module for the order).

    `head`: the beginning, with the first non-ASCII bytes in it where there are any; `whole`: whether it is all there is.
    """
    marked = by_bom(head)
    if marked is not None:
        return marked
    utf16 = _utf16(head)
    if utf16 is not None:
        return Encoding(utf16, 0, False)
    errors, leads = utf8_errors(head, whole)
    if errors == 0:
        return Encoding("utf-8", 0, True)
    # A few broken characters in thousands of good ones: UTF-8 that was damaged. Legacy text breaks nearly everywhere.
    if errors * 20 <= leads:
        return Encoding("utf-8", 0, False)
    sample = _dense(head)
    ranked = sorted(((score(sample, codec), -i, codec) for i, codec in enumerate(_LEGACY)), reverse=True)
    best, second = ranked[0], ranked[1]
    if best[0] - second[0] <= 0.1 * abs(best[0]):
        guess = (chardet.detect(sample[:20_000]).get("encoding") or "").lower().replace("-", "_")
        family = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "cp949": "euc_kr"}
        if family.get(guess, guess) == second[2]:
            best = second
    return Encoding(best[2], 0, False)


def _dense(head: bytes) -> bytes:
    """The lines with non-ASCII bytes, up to 60,000 bytes: what the scores are taken on."""
    lines, size = [], 0
    for line in head.replace(b"\r", b"\n").split(b"\n"):
        if not line.isascii():
            lines.append(line[:2_000])
            size += len(lines[-1])
            if size > 60_000:
                break
    return b"\n".join(lines)


def public_name(codec: str) -> str:
    """The name people know an encoding by."""
    return {"big5hkscs": "big5", "cp932": "shift_jis"}.get(codec, codec)
