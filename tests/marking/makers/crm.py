"""A Chinese company's CRM export: gb18030, comma, the newest record first."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.marking.makers.paper import Made, Pen, write_canaries, write_csv
from tracer.simulate.segments import UNALLOCATED

HEAD = ["客户编号", "客户姓名", "性别", "手机号", "客户级别", "负责人", "省份", "城市", "来源渠道",
    "意向产品", "预计金额", "跟进次数", "创建时间", "最近跟进时间", "下次跟进时间", "成交状态", "备注"]  # fmt: skip
FAMILY = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜"
    "叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾韦夏付方邹熊白孟秦邱侯江尹薛闫"
)
MEN = "伟强磊军勇杰涛明超刚平辉鹏华飞斌浩宇轩博文志建国海波云龙天子俊"
WOMEN = "芳娜敏静丽艳娟秀霞桂英玉兰红雨婷欣怡佳琪雅诗彤燕春梅雪莉萍慧洁颖琳"
CITIES = {
    "江苏": "南京 苏州 无锡 常州 南通 徐州", "浙江": "杭州 宁波 温州 嘉兴 绍兴",
    "上海": "上海", "广东": "广州 深圳 东莞 佛山 惠州",
    "山东": "济南 青岛 烟台 潍坊", "河南": "郑州 洛阳 南阳", "四川": "成都 绵阳",
    "湖北": "武汉 宜昌 襄阳", "安徽": "合肥 芜湖",
    "福建": "福州 厦门 泉州", "湖南": "长沙 株洲", "陕西": "西安", "辽宁": "沈阳 大连", "云南": "昆明",
}  # fmt: skip
OWNERS = {
    "江苏": "周启明 林晓岚", "浙江": "高维 林晓岚", "上海": "高维 唐可", "广东": "梁嘉豪 何韵",
    "福建": "何韵", "山东": "孟凡宇", "河南": "孟凡宇 秦朗",
    "四川": "秦朗", "湖北": "秦朗", "安徽": "周启明", "湖南": "梁嘉豪", "陕西": "秦朗",
    "辽宁": "孟凡宇", "云南": "梁嘉豪",
}  # fmt: skip
PRODUCTS = {
    "少儿编程": (5980, 8980),
    "数学思维": (3680, 6680),
    "英语外教": (9800, 12800),
    "书法体验": (199, 199),
    "托管班": (2400, 2400),
}
SOURCES = ("抖音投放", "老客户转介绍", "地推", "官网留资", "百度推广", "美团", "展会2024")
NOTES = (
    "家长较忙，晚上联系",
    "价格敏感",
    "已加微信",
    "要求试听",
    "未接通",
    "孩子五年级",
    "已报其他机构",
    "下月再联系",
    "停机",
    "周末到访",
)


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Leads with their owner by province, level by what was done, and next call after the last."""
    draw = Pen(f"crm/{seed}")
    cities = [(province, city) for province, names in CITIES.items() for city in names.split()]
    draw.shuffle(cities)
    blocks: dict[str, list[str]] = {city: [] for _, city in cities}
    for _ in range(900):
        blocks[draw.few(cities, 1.5)[1]].append(f"{draw.choice(UNALLOCATED)}{draw.randrange(10_000):04d}")
    for found in blocks.values():
        found.append(f"{draw.choice(UNALLOCATED)}{draw.randrange(10_000):04d}")

    def person() -> tuple[str, str, str, str, str]:
        sex = "女" if draw.chance(0.63) else "男"
        given = WOMEN if sex == "女" else MEN
        name = draw.few(FAMILY, 2.2) + "".join(draw.few(given, 1.3) for _ in range(2 if draw.chance(0.72) else 1))
        province, city = draw.few(cities, 1.7)
        where = city if draw.chance(0.82) else draw.few(cities, 1.4)[1]
        return name, sex, draw.number(draw.choice(blocks[where]), 4), province, city

    end = datetime(2026, 3, 30, 23)
    ids = draw.thinned(20_311, rows, 1.1)
    # more come in each year; they come by day, rarely at night
    moments = [end - timedelta(days=1100 * draw.random() ** 1.6) for _ in ids]
    moments = sorted(
        day.replace(hour=min(21, 8 + int(draw.triangular(0, 13, 6))), minute=draw.randrange(60),
        second=draw.randrange(60))
        for day in moments
    )  # fmt: skip
    table = []
    for number, created in zip(ids, moments, strict=True):
        name, sex, phone, province, city = person()
        source = draw.few(SOURCES, 1.6)
        if source == "展会2024" and created.year != 2024:
            source = "抖音投放"
        shown = name if draw.chance(0.8) else name[0] + draw.few(("女士" if sex == "女" else "先生",
            "妈妈" if sex == "女" else "爸爸", "家长"), 1.5)  # fmt: skip
        calls = min(int(draw.expovariate(1 / 3.2)), 30)
        product = draw.few(list(PRODUCTS), 1.4)
        amount = draw.few(PRODUCTS[product], 1.7)
        state = "未成交"
        if calls >= 2 and draw.chance(0.16 if source != "老客户转介绍" else 0.34):
            state = "已成交"
        elif calls >= 4 and draw.chance(0.3):
            state = "已流失"
        level = "A" if state == "已成交" else "D" if state == "已流失" or not calls else draw.choices("BC",
            (1, 2 if calls > 3 else 4))[0]  # fmt: skip
        last = created + (end - created) * (draw.random() ** 2) if calls else None
        last = last.replace(hour=9 + draw.randrange(10)) if last else None
        last = max(last, created + timedelta(minutes=9)) if last else None
        following = last + timedelta(days=draw.choice((1, 2, 3, 7, 7, 14,
            30))) if last and state == "未成交" and level != "D" else None  # fmt: skip
        owner = draw.few(OWNERS[province].split(), 1.5)
        owner = draw.few(("公海", "李经理"), 2) if draw.chance(0.07 if calls else 0.2) else owner
        table.append([
            f"KH{created:%y}{number:06d}", shown, sex if draw.chance(0.86) else "", phone, level, owner, province,
            city if draw.chance(0.95) else "", source, product,
            f"{amount}" if calls else "", str(calls), f"{created:%Y-%m-%d %H:%M:%S}",
            f"{last:%Y-%m-%d %H:%M}" if last else "",
            f"{following:%Y-%m-%d}" if following else "", state,
            draw.few(NOTES, 1.5) if calls and draw.chance(0.35) else "",
        ])  # fmt: skip
    path = write_csv(folder / "客户导出20260331.csv", [HEAD, *reversed(table)], "gb18030")
    own = [[name, phone, ""] for name, _, phone, _, _ in (person() for _ in range(140))]
    return Made(path, write_canaries(folder, own), "CN", "gb18030")
