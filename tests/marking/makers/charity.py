"""A British charity's supporters as sorted for a mailing: UTF-8 with a mark, by postcode."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.marking.makers.paper import TODAY, Made, Names, Pen, book, grouped, write_canaries, write_csv

HEAD = ["Supporter ID", "Title", "First Name", "Surname", "Salutation", "Address Line 1", "Address Line 2", "Town",
    "Postcode", "Telephone", "Email", "Gift Aid", "Gift Aid Date", "First Gift Date", "First Gift Source",
    "Last Gift Date", "Last Gift Amount", "Number of Gifts", "Total Given", "Payment", "Mail OK", "Email OK",
]  # fmt: skip
NAMES = Names(
    "Edric:1940 Garran:1962 Jory:1985 Lowen:1990 Orrin:1955 Perran:1972 Ulric:1945 Wystan:1950 Kenneth:1940 Derek:1944 "
    "Alan:1950 Trevor:1949 Nigel:1958 Gareth:1975 Callum:1993 Josh:1994",
    "Aldith:1942 Delyth:1955 Fenella:1960 Hesper:1990 Idony:1948 Kerra:1980 Merryn:1972 Rhoswen:1995 Tamsin:1975 "
    "Zelah:1950 Averil:1941 Clemency:1965 Dorcas:1938 Maureen:1943 Sheila:1942 Jean:1940 Gemma:1985 Chloe:1995",
    "Ash Birk Crow Dun Elm Fal Gorse Hather Ing Kel Lang Mar Nether Oxen Pen Quar Ros Sten Tre Ul Wether",
    "by combe dale field ham ley more ridge stead thorpe wick worth",
)
STREETS = [f"{a} {b}" for b in ("Road", "Lane", "Close", "Avenue", "Street", "Drive", "Gardens", "Crescent") for a in (
    "Church", "Mill", "Station", "Orchard", "Quarry", "Manor", "Glebe", "Park", "Chapel", "Hazel", "Meadow", "Sorrel",
    "Beacon", "Priory", "Tithe Barn", "Linden", "Fullers", "Harebell",
)]  # fmt: skip
HOUSES = ("Rose Cottage", "The Old Rectory", "Orchard House", "Hill View", "The Willows", "Ivy Cottage", "Glebe Farm",
    "Fairways")  # fmt: skip


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Donors once and regular, couples under one name, legators; most are old."""
    draw = Pen(f"charity/{seed}")
    draw.providers = ["brightpost.example", "fernmail.example", "quillbox.test", "tidewire.example"]
    heads, tails = NAMES.heads.split(), NAMES.tails.split()
    names = draw.sample([a + b for a in heads for b in tails], 90)
    areas = ["QA", "QB", "QC", "QD", "QE", "QF", "QG", "QH", "QJ"]  # which no place has
    towns = draw.places(
        90, names.__getitem__, lambda k: areas[k % 9], lambda k: f"73{11 + k % 29}",
        lambda k, c: f"{areas[k % 9]}{k // 9 + 1} {1 + c % 9}{'ABDEFGHJLN'[(k + c) % 10]}{'PQRSTUWXYZ'[(3 * c) % 10]}",
        STREETS,
    )  # fmt: skip
    own_codes = {town.town: [f"{town.postcodes[0][:-3]}{n}{a}{b}" for n in range(1,
        9) for a in "ABDEF" for b in "JLNP"] for town in towns}  # fmt: skip

    def person() -> dict[str, str]:
        year = min(2003, 1925 + int(draw.betavariate(2.2, 2.8) * 78))
        sex = "f" if draw.chance(0.61) else "m"
        given, family = NAMES.given(draw, sex, year), NAMES.family(draw)
        title = (
            "Mr"
            if sex == "m"
            else "Mrs"
            if draw.chance(0.85 if year < 1960 else 0.4)
            else "Miss"
            if draw.chance(0.4)
            else "Ms"
        )
        title = draw.few(("Dr", "Rev", "Prof", "Sir" if sex == "m" else "Dame"), 2.4) if draw.chance(0.04) else title
        couple = year < 1965 and draw.chance(0.1) and title in ("Mr", "Mrs")
        title = "Mr & Mrs" if couple else title
        warm = draw.chance(0.3) and not couple
        salutation = f"Dear {given}" if warm else f"Dear {title} {family}"
        town = draw.few(towns, 1.6)
        _, street = draw.few(town.streets, 1.2)
        # a postcode is of one street: some fifteen houses
        at = sum(map(ord, street)) % 140
        code = own_codes[town.town][(at + draw.randrange(2)) % 160]
        line = f"{int(draw.expovariate(1 / 28)) + 1} {street}" if draw.chance(0.88) else draw.few(HOUSES, 1.2)
        second = street if line in HOUSES else ""
        reach = draw.random()
        number = draw.number(town.area if draw.chance(0.75) else f"73{draw.randrange(11, 40)}", 6)
        phone = grouped("0" + number, draw.few(("##### ######", "###########", "#### ### ####"),
            2)) if reach < 0.72 else ""  # fmt: skip
        wants = reach >= 0.72 or draw.chance(0.35 if year < 1955 else 0.8)
        return {
            "Title": title,
            "First Name": "" if couple and draw.chance(0.5) else given[0] if draw.chance(0.1) and not warm else given,
            "Surname": family, "Salutation": salutation,
            "Address Line 1": draw.slip(line) if draw.chance(0.004) else line, "Address Line 2": second,
            "Town": town.town.upper() if draw.chance(0.02) else town.town,
            "Postcode": code, "Telephone": phone, "Email": draw.mail(given, family, year) if wants else "",
            "born": str(year), "full": f"{given} {family}",
        }  # fmt: skip

    found = []
    first_days = sorted(draw.triangular(0, 7300, 5200) for _ in range(rows))
    for number, day in zip(draw.thinned(70_113, rows, 4.0), first_days, strict=True):
        row = person()
        begin = TODAY - timedelta(7300 - int(day))
        regular = draw.chance(0.24)
        gifts = max(1, int((TODAY - begin).days / 30.4 * draw.uniform(0.2,
            1))) if regular else 1 + int(draw.paretovariate(1.1) - 1)  # fmt: skip
        gifts = min(gifts, 1 + (TODAY - begin).days // 25, 190)
        usual = float(draw.few((5, 10, 3, 8, 15, 20), 1.8) if regular else draw.few((20, 25, 10, 50, 30, 100, 15, 250),
            1.8))  # fmt: skip
        last = begin + (TODAY - begin) * (draw.betavariate(3, 1.2) if gifts > 1 else 0)
        last = max(begin, last.replace(day=draw.choice((1, 15)))) if regular and gifts > 1 else last
        amount = usual if draw.chance(0.8) else float(draw.few((20, 50, 100, 500), 2))
        total = usual * (gifts - 1) + amount + (draw.choice((0.0, 5.0, 10.0)) * (gifts // 3))
        aid = draw.chance(0.68 if regular else 0.45)
        signed = begin + timedelta(draw.choice((0, 0, 0, 14, 90, 400))) if aid else None
        mail_ok = draw.chance(0.86)
        found.append(row | {
            "Supporter ID": f"S{number:07d}", "Gift Aid": "Y" if aid else "N",
            "Gift Aid Date": f"{min(signed, TODAY):%d/%m/%Y}" if signed else "",
            "First Gift Date": f"{begin:%d/%m/%Y}",
            "First Gift Source": ("F2F" if regular and draw.chance(0.6) else draw.few(("DM", "WEB", "EVENT", "TV",
            "INMEM"), 1.6)) + f"{begin.year % 100:02d}",
            "Last Gift Date": f"{last:%d/%m/%Y}", "Last Gift Amount": f"{amount:.2f}", "Number of Gifts": str(gifts),
            "Total Given": f"{total:.2f}",
            "Payment": "DD" if regular else draw.few(("Card", "Cheque" if int(row["born"]) < 1955 else "Online",
            "CAF"), 2),
            "Mail OK": "Y" if mail_ok else "N",
            "Email OK": "" if not row["Email"] else "Y" if draw.chance(0.7) else "N",
        })  # fmt: skip
    found.sort(key=lambda row: (row["Postcode"], row["Address Line 1"]))
    path = write_csv(folder / "mailing_spring26.csv", [HEAD, *([row[name] for name in HEAD] for row in found)],
        "utf-8-sig")  # fmt: skip
    own = [[one["full"], one["Telephone"],
        one["Email"]] for one in (person() for _ in range(170)) if one["Telephone"] or one["Email"]]  # fmt: skip
    known = book(towns, by_town=True) | {(town.town, house) for town in towns for house in HOUSES}
    return Made(path, write_canaries(folder, own), "GB", "utf-8-sig", ",", ("Town", "Address Line 1"), known)
