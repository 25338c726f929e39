"""A Chinese company's CRM export: gb18030, comma, the newest record first."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.marking.makers.paper import Made, Pen
from tracer.simulate.segments import UNALLOCATED


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Leads with their owner by province, level by what was done, and next call after the last."""
    draw = Pen("crm", seed)
    words, products = draw.words, draw.words["products"]
    cities = [(province, city) for province, names in words["cities"].items() for city in names.split()]
    draw.shuffle(cities)
    blocks: dict[str, list[str]] = {city: [] for _, city in cities}
    for _ in range(900):
        blocks[draw.few(cities, 1.5)[1]].append(f"{draw.choice(UNALLOCATED)}{draw.randrange(10_000):04d}")
    for found in blocks.values():
        found.append(f"{draw.choice(UNALLOCATED)}{draw.randrange(10_000):04d}")

    def person() -> tuple[str, str, str, str, str]:
        sex = "女" if draw.chance(0.63) else "男"
        given = words["women" if sex == "女" else "men"]
        family = draw.few(words["family"], 2.2)
        name = family + "".join(draw.few(given, 1.3) for _ in range(2 if draw.chance(0.72) else 1))
        province, city = draw.few(cities, 1.7)
        where = city if draw.chance(0.82) else draw.few(cities, 1.4)[1]
        return name, sex, draw.number(draw.choice(blocks[where]), 4), province, city

    end = datetime(2026, 3, 30, 23)
    ids = draw.thinned(20_311, rows, 1.1)
    # More come in each year; they come by day, rarely at night.
    moments = [end - timedelta(days=1100 * draw.random() ** 1.6) for _ in ids]
    moments = sorted(
        day.replace(hour=min(21, 8 + int(draw.triangular(0, 13, 6))), minute=draw.randrange(60),
        second=draw.randrange(60))
        for day in moments
    )  # fmt: skip
    table = []
    for number, created in zip(ids, moments, strict=True):
        name, sex, phone, province, city = person()
        source = draw.few(words["sources"], 1.6)
        if source == "展会2024" and created.year != 2024:
            source = "抖音投放"
        titles = ("女士", "妈妈", "家长") if sex == "女" else ("先生", "爸爸", "家长")
        shown = name if draw.chance(0.8) else name[0] + draw.few(titles, 1.5)
        calls = min(int(draw.expovariate(1 / 3.2)), 30)
        product = draw.few(list(products), 1.4)
        amount = draw.few(products[product], 1.7)
        state = "未成交"
        if calls >= 2 and draw.chance(0.16 if source != "老客户转介绍" else 0.34):
            state = "已成交"
        elif calls >= 4 and draw.chance(0.3):
            state = "已流失"
        level = "A" if state == "已成交" else "D"
        if calls and state == "未成交":
            level = draw.choices("BC", (1, 2 if calls > 3 else 4))[0]
        last = following = None
        if calls:
            last = (created + (end - created) * (draw.random() ** 2)).replace(hour=9 + draw.randrange(10))
            last = max(last, created + timedelta(minutes=9))
            if state == "未成交":
                following = last + timedelta(days=draw.choice((1, 2, 3, 7, 7, 14, 30)))
        owner = draw.few(words["owners"][province].split(), 1.5)
        owner = draw.few(("公海", "李经理"), 2) if draw.chance(0.07 if calls else 0.2) else owner
        cells = (
            f"KH{created:%y}{number:06d}", shown, sex if draw.chance(0.86) else "", phone, level, owner, province,
            city if draw.chance(0.95) else "", source, product,
            f"{amount}" if calls else "", str(calls), f"{created:%Y-%m-%d %H:%M:%S}",
            f"{last:%Y-%m-%d %H:%M}" if last else "", f"{following:%Y-%m-%d}" if following else "", state,
            draw.few(words["notes"], 1.5) if calls and draw.chance(0.35) else "",
        )  # fmt: skip
        table.append(dict(zip(words["head"], cells, strict=True)))
    own = [[name, phone, ""] for name, _, phone, _, _ in (person() for _ in range(140))]
    return draw.written(folder / "客户导出20260331.csv", reversed(table), own, "CN", "gb18030")
