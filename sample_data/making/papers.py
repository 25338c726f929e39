"""Invented evidence: letters and receipts as PDF, a picture of a chat, plain statements. No person's number in any."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np

from making.formats import write_bytes

_TEXTS = {
    "hengtu-deletion-letter.txt": (
        "南京珩途网络科技有限公司\n"
        "致苏州晨汐教育科技有限公司:\n"
        "双方外呼系统服务合同于2026年3月31日终止。我司已于2026年4月2日删除贵司上传的全部号码,后台不留存任何数据。\n"
        "2026年4月3日\n"
    ),
    "insider-statement.txt": (
        "访谈记录(信源:南星,化名)\n"
        "问:客户上传的号码,合同结束后删吗?\n"
        "答:不删。后台有导出按钮,销售谁都能点。卖给别人就说是系统随机生成的。\n"
        "问:你手里这份文件是哪天导出的?\n"
        "答:2026年5月18日,我自己导的。\n"
    ),
    "yigu-website.txt": (
        "漪谷拓客官网(2026年4月20日保存)\n每日新增更新500万条线索,收录企业1亿家,有效联系方式5亿条,全部来自公开渠道。\n"
    ),
    "quandu-chat.txt": (
        "荃渡销售:我们就是漪谷的贴牌,后台一样。\n"
        "记者:每天更新多少?\n"
        "荃渡销售:一天也就一万条左右吧。都是企业信息,不涉及个人。\n"
    ),
    "zhuowei-hotline.txt": (
        "棹苇通信热线(2026年5月6日,录音整理)\n我们卡池一万多张卡,每个电话随机换卡,不会被标记。投诉率万分之一以下。\n"
    ),
    "notice-js.txt": (
        "江苏省通信监管部门通报(摘录)\n"
        "约谈棹苇通信,要求其于2026年6月15日前停止机器人外呼,并提交整改承诺书。\n"
        "2026年6月1日\n"
    ),
}
_PAGES = {
    "contract-chenxi-hengtu.pdf": (
        "外呼系统服务合同(摘页)",
        "甲方 苏州晨汐教育科技有限公司",
        "乙方 南京珩途网络科技有限公司",
        "服务期 2026年1月12日至2026年3月31日",
        "合同终止后乙方不得保留甲方任何客户数据",
    ),
    "receipt-huaixu.pdf": (
        "银行电子回单",
        "付款人 涟湫信息服务部",
        "收款人 槐序资源工作室",
        "用途 技术服务费  金额 4,800.00",
        "2026年6月2日",
    ),
    "undertaking-zhuowei.pdf": (
        "整改承诺书",
        "承诺人 扬州棹苇通信有限公司",
        "自2026年6月15日起停止一切机器人外呼",
        "2026年6月8日",
    ),
}


def write_papers(folder: Path) -> None:
    """Write all evidence files to `folder`."""
    for name, text in _TEXTS.items():
        write_bytes(folder / name, text.encode())
    for name, lines in _PAGES.items():
        write_bytes(folder / name, _page(lines))
    write_bytes(folder / "tongyao-chat.png", _bubbles())


def _page(lines: tuple[str, ...]) -> bytes:
    """A one-page PDF. The font is one of the standard Chinese ones that readers bring along; it is not embedded."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T* " for line in lines)
    content = f"BT /F1 14 Tf 26 TL 72 720 Td {shown}ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 7 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    ]
    result, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(result))
        result += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(result))
    return result + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _bubbles() -> bytes:
    """A PNG of chat bubbles whose text has been blacked out."""
    image = np.full((240, 320, 3), 237, dtype=np.uint8)
    for top, left, width, colour in (
        (16, 12, 180, (255,) * 3),
        (84, 128, 176, (149, 236, 105)),
        (152, 12, 220, (255,) * 3),
    ):
        image[top : top + 52, left : left + width] = colour
        for line in (14, 32):
            image[top + line : top + line + 9, left + 12 : left + width - 12 - line] = 24
    rows = b"".join(b"\0" + row.tobytes() for row in image)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", image.shape[1], image.shape[0], 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
