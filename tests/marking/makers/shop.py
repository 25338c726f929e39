"""A web shop's customers as Shopify exports them: the United States, comma, UTF-8, by the customer's number."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.marking.makers.paper import Made, Names, Pen, book, write_canaries, write_csv

HEAD = ["Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Address1",
    "Default Address Address2", "Default Address City", "Default Address Province Code",
    "Default Address Country Code", "Default Address Zip", "Phone", "Accepts SMS Marketing", "Total Spent",
    "Total Orders", "Average Order Value", "Tags", "Created At", "Last Order At"]  # fmt: skip
NAMES = Names(
    "Arlo:1995 Cade:1999 Ezra:2001 Gage:1998 Otis:1955 Theo:2000 Reid:1990 Jason:1977 Brian:1972 Kevin:1971 Gary:1953 "
    "Larry:1949 Tyler:1993 Justin:1986 Ryan:1984 Eric:1973 Dennis:1951 Milo:2002 Jude:1999",
    "Brenna:1992 Delia:1960 Faye:1949 Ivy:1999 Lena:1990 Nora:1998 Piper:2002 Sage:1999 Wren:2003 Jennifer:1974 "
    "Amy:1973 Heather:1976 Debra:1956 Linda:1949 Ashley:1987 Jessica:1985 Brittany:1990 Megan:1988 Kimberly:1970 "
    "Hollis:1996",
    "Ab Bran Cal Dray Ell Fen Gar Hol Ives Kel Lor Mer Nor Pell Rud Sel Tarn Vex Wynd Hart Brook",
    "lin den by cott ford man ner son ster ward ley well wood more",
)
# state: area codes, first digits of its postcodes, share
STATES = {
    "CA": ("209 213 310 323 408 415 510 530 559 562 619 626 650 707 714", "9{}", 17),
    "TX": ("210 214 254 281 361 409 430 432 469 512 713 806", "7{}", 13),
    "NY": ("212 315 347 516 518 607 631 646 716 718 845 914", "1{}", 11),
    "FL": ("239 305 321 352 386 407 561 727 772 813", "3{}", 10), "IL": ("217 224 309 312 618 630 708", "6{}", 7),
    "PA": ("215 267 412 484 570 610 717", "1{}", 6), "OH": ("216 234 330 419 440 513 614", "4{}", 6),
    "GA": ("229 404 478 678 706", "3{}", 5), "NC": ("252 336 704 828 910", "2{}", 5),
    "WA": ("206 253 360 509", "9{}", 5),
    "MA": ("339 413 508 617 774", "0{}", 4), "CO": ("303 719 970", "8{}", 4), "VT": ("802", "0{}", 1),
    "WY": ("307", "8{}", 1),
}  # fmt: skip
STREETS = [f"{a} {b}" for b in ("St", "Ave", "Rd", "Dr", "Ln", "Ct", "Blvd") for a in (
    "Main", "Oak", "Maple", "Park", "Cedar", "Elm", "Washington", "Lake", "Hill", "Walnut", "Spring", "Ridge", "Sunset",
    "Meadow", "Juniper", "Foxglove", "Larkspur", "Quarry", "N Harbor", "W Mill", "Heron", "Cypress", "Juniper Hollow",
)]  # fmt: skip


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Buyers and subscribers who never bought."""
    draw = Pen(f"shop/{seed}")
    draw.providers = ["quillbox.example", "brightpost.example", "tidewire.test", "fernmail.example", "oldnet.invalid"]
    states = draw.choices(list(STATES), [share for *_, share in STATES.values()], k=130)
    first = ("Clear", "Fair", "Green", "Stone", "Cedar", "West", "East", "Mill", "Oak", "Spring", "Harbor", "Eagle",
        "Ash")  # fmt: skip
    ends = ("field", "ville", "ton", " Falls", "brook", " Springs", "dale", "port", "view", " Grove", " City", "haven")
    names = draw.sample([a + b for a in first for b in ends], 130)
    towns = draw.places(
        130, names.__getitem__, states.__getitem__, lambda k: draw.choice(STATES[states[k]][0].split()),
        lambda k, c: STATES[states[k]][1].format(f"{(k * 131 + sum(map(ord, states[k])) * 7) % 1000:03d}{c % 10}"),
        STREETS,
    )  # fmt: skip

    def person() -> dict[str, str]:
        year = int(draw.triangular(1945, 2006, 1986))
        given, family = NAMES.given(draw, "f" if draw.chance(0.64) else "m", year), NAMES.family(draw)
        area = draw.few(towns, 1.7).area
        return {"First Name": given, "Last Name": family, "Email": draw.mail(given, family, year), "area": area}

    def phone_of(area: str) -> str:
        number = draw.number(f"{area}55501", 2)
        return f"+1{number}" if number else ""

    begin, found = datetime(2021, 2, 3, 9), list[dict[str, str]]()
    ids = draw.thinned(5_103_224_017_000, rows, 91_000)
    span = (datetime(2026, 3, 31) - begin) / (ids[-1] - ids[0] + 1)
    for number in ids:
        year = int(draw.triangular(1945, 2006, 1986))
        given, family = NAMES.given(draw, "f" if draw.chance(0.64) else "m", year), NAMES.family(draw)
        created = begin + span * (number - ids[0])
        created = created.replace(hour=int(draw.triangular(0, 24, 19)) % 24 if draw.chance(0.02) else created.hour)
        buys = draw.chance(0.78)
        orders = min(1 + int(draw.paretovariate(1.35) - 1), 60) if buys else 0
        prices, many, post = (19, 24, 29, 39, 45, 59, 79), (1, 1, 1, 2, 3), (0, 0, 4.95)
        spent = round(sum(draw.choice(prices) * draw.choice(many) + draw.choice(post) for _ in range(orders)), 2)
        last = created + (datetime(2026, 3, 31) - created) * (draw.random() if orders > 1 else 0) if orders else None
        wants = draw.chance(0.62 if buys else 0.97)
        tags = []
        if orders > 4:
            tags.append("VIP")
        elif orders > 1:
            tags.append("repeat")
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
            "Last Order At": f"{last:%Y-%m-%d %H:%M:%S} -0500" if last else "",
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
                row["Phone"] = phone_of(town.area if draw.chance(0.6) else draw.few(STATES[town.region][0].split(),
                    1.2))  # fmt: skip
                row["Accepts SMS Marketing"] = "yes" if row["Phone"] and wants and draw.chance(0.5) else "no"
        found.append(row)
    path = write_csv(folder / "customers_export.csv", [HEAD, *([row.get(name, "") for name in HEAD] for row in found)],
        "utf-8")  # fmt: skip
    own = []
    for at in range(160):
        one = person()
        area = one["area"] if at % 3 else draw.choice(STATES[draw.few(list(STATES), 1.5)][0].split())
        own.append([f"{one['First Name']} {one['Last Name']}", phone_of(area) if at < 110 else "", one["Email"]])
    return Made(path, write_canaries(folder, own), "US", "utf-8", ",",
        ("Default Address Zip", "Default Address Address1"), book(towns))  # fmt: skip
