"""A web shop's customers as Shopify exports them: the United States, comma, UTF-8, by the customer's number."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.marking.makers.paper import Made, Pen, book


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Buyers and subscribers who never bought."""
    draw = Pen("shop", seed)
    areas = {state: codes.split() for state, (codes, *_) in draw.words["states"].items()}
    zips = {state: form for state, (_, form, _) in draw.words["states"].items()}
    states = draw.choices(list(areas), [share for *_, share in draw.words["states"].values()], k=130)
    towns = draw.places(
        draw.town_names(130), states.__getitem__, lambda k: draw.choice(areas[states[k]]),
        lambda k, c: zips[states[k]].format(f"{(k * 131 + sum(map(ord, states[k])) * 7) % 1000:03d}{c % 10}"),
    )  # fmt: skip

    def name() -> tuple[int, str, str]:
        year = int(draw.triangular(1945, 2006, 1986))
        return year, draw.given("f" if draw.chance(0.64) else "m", year), draw.family()

    def phone_of(area: str) -> str:
        number = draw.number(f"{area}55501", 2)
        return f"+1{number}" if number else ""

    begin, end, found = datetime(2021, 2, 3, 9), datetime(2026, 3, 31), list[dict[str, str]]()
    ids = draw.thinned(5_103_224_017_000, rows, 91_000)
    span = (end - begin) / (ids[-1] - ids[0] + 1)
    for number in ids:
        year, given, family = name()
        created = begin + span * (number - ids[0])
        created = created.replace(hour=int(draw.triangular(0, 24, 19)) % 24 if draw.chance(0.02) else created.hour)
        buys = draw.chance(0.78)
        orders = min(1 + int(draw.paretovariate(1.35) - 1), 60) if buys else 0
        prices, many, post = (19, 24, 29, 39, 45, 59, 79), (1, 1, 1, 2, 3), (0, 0, 4.95)
        spent = round(sum(draw.choice(prices) * draw.choice(many) + draw.choice(post) for _ in range(orders)), 2)
        last = created + (end - created) * (draw.random() if orders > 1 else 0)
        wants = draw.chance(0.62 if buys else 0.97)
        tags = ["VIP"] if orders > 4 else ["repeat"] if orders > 1 else []
        if not buys:
            tags.append("newsletter")
        if draw.chance(0.06):
            tags.append("wholesale" if spent > 400 else draw.few(("popup-2023", "giveaway", "influencer"), 1.5))
        row = {
            "Customer ID": f"'{number}", "First Name": given, "Last Name": family,
            "Email": draw.mail(given, family, year),
            "Accepts Email Marketing": "yes" if wants else "no", "Accepts SMS Marketing": "no",
            "Total Spent": f"{spent:.2f}", "Total Orders": str(orders),
            "Average Order Value": f"{spent / orders:.2f}" if orders else "0.00",
            "Tags": ", ".join(sorted(tags)), "Created At": f"{created:%Y-%m-%d %H:%M:%S} -0500",
            "Last Order At": f"{last:%Y-%m-%d %H:%M:%S} -0500" if orders else "",
        }  # fmt: skip
        if not buys and draw.chance(0.6):  # a form in a corner of the page asks for the address alone
            row |= {"First Name": "", "Last Name": ""}
        if buys:
            town = draw.few(towns, 1.7)
            code, street = draw.few(town.streets, 1.2)
            house = draw.randrange(1, 99) * draw.few((10, 1, 100), 1.5) + draw.randrange(10)
            flat = f"{draw.few(('Apt', 'Unit', '#'), 1.5)} {draw.randrange(1, 40)}" if draw.chance(0.14) else ""
            city = town.town.upper() if draw.chance(0.03) else town.town
            row |= {
                "Default Address Address1": f"{house} {street}", "Default Address Address2": flat,
                "Default Address City": draw.slip(city) if city == town.town and draw.chance(0.004) else city,
                "Default Address Province Code": town.region, "Default Address Country Code": "US",
                "Default Address Zip": f"'{code}",
            }  # fmt: skip
            if draw.chance(0.5):
                row["Phone"] = phone_of(town.area if draw.chance(0.6) else draw.few(areas[town.region], 1.2))
                row["Accepts SMS Marketing"] = "yes" if row["Phone"] and wants and draw.chance(0.5) else "no"
        found.append(row)
    own = []
    for at in range(160):
        year, given, family = name()
        near, mail = draw.few(towns, 1.7).area, draw.mail(given, family, year)
        area = near if at % 3 else draw.choice(areas[draw.few(list(areas), 1.5)])
        own.append([f"{given} {family}", phone_of(area) if at < 110 else "", mail])
    address = ("Default Address Zip", "Default Address Address1")
    return draw.written(folder / "customers_export.csv", found, own, "US", "utf-8", ",", address, book(towns))
