"""A British charity's supporters as sorted for a mailing: UTF-8 with a mark, by postcode."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.marking.makers.paper import TODAY, Made, Pen, book, grouped


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Donors once and regular, couples under one name, legators; most are old."""
    draw = Pen("charity", seed)
    houses = draw.words["houses"]
    areas = ["QA", "QB", "QC", "QD", "QE", "QF", "QG", "QH", "QJ"]  # which no place has
    towns = draw.places(
        draw.town_names(90), lambda k: areas[k % 9], lambda k: f"73{11 + k % 29}",
        lambda k, c: f"{areas[k % 9]}{k // 9 + 1} {1 + c % 9}{'ABDEFGHJLN'[(k + c) % 10]}{'PQRSTUWXYZ'[(3 * c) % 10]}",
    )  # fmt: skip
    endings = [f"{n}{a}{b}" for n in range(1, 9) for a in "ABDEF" for b in "JLNP"]

    def person() -> dict[str, str]:
        year = min(2003, 1925 + int(draw.betavariate(2.2, 2.8) * 78))
        sex = "f" if draw.chance(0.61) else "m"
        given, family = draw.given(sex, year), draw.family()
        title = "Mr"
        if sex == "f":
            title = "Mrs" if draw.chance(0.85 if year < 1960 else 0.4) else "Miss" if draw.chance(0.4) else "Ms"
        title = draw.few(("Dr", "Rev", "Prof", "Sir" if sex == "m" else "Dame"), 2.4) if draw.chance(0.04) else title
        couple = year < 1965 and draw.chance(0.1) and title in ("Mr", "Mrs")
        title = "Mr & Mrs" if couple else title
        warm = draw.chance(0.3) and not couple
        town = draw.few(towns, 1.6)
        _, street = draw.few(town.streets, 1.2)
        # A postcode is of one street: some fifteen houses.
        ending = endings[(sum(map(ord, street)) % 140 + draw.randrange(2)) % 160]
        line = f"{int(draw.expovariate(1 / 28)) + 1} {street}" if draw.chance(0.88) else draw.few(houses, 1.2)
        second = street if line in houses else ""
        reach = draw.random()
        number = draw.number(town.area if draw.chance(0.75) else f"73{draw.randrange(11, 40)}", 6)
        phone = ""
        if reach < 0.72:
            phone = grouped("0" + number, draw.few(("##### ######", "###########", "#### ### ####"), 2))
        wants = reach >= 0.72 or draw.chance(0.35 if year < 1955 else 0.8)
        return {
            "Title": title,
            "First Name": "" if couple and draw.chance(0.5) else given[0] if draw.chance(0.1) and not warm else given,
            "Surname": family, "Salutation": f"Dear {given}" if warm else f"Dear {title} {family}",
            "Address Line 1": draw.slip(line) if draw.chance(0.004) else line, "Address Line 2": second,
            "Town": town.town.upper() if draw.chance(0.02) else town.town,
            "Postcode": town.postcodes[0][:-3] + ending, "Telephone": phone,
            "Email": draw.mail(given, family, year) if wants else "", "born": str(year), "full": f"{given} {family}",
        }  # fmt: skip

    found = []
    first_days = sorted(draw.triangular(0, 7300, 5200) for _ in range(rows))
    for number, day in zip(draw.thinned(70_113, rows, 4.0), first_days, strict=True):
        row = person()
        begin = TODAY - timedelta(7300 - int(day))
        days = (TODAY - begin).days
        regular = draw.chance(0.24)
        gifts = max(1, int(days / 30.4 * draw.uniform(0.2, 1))) if regular else int(draw.paretovariate(1.1))
        gifts = min(gifts, 1 + days // 25, 190)
        usual = float(draw.few((5, 10, 3, 8, 15, 20) if regular else (20, 25, 10, 50, 30, 100, 15, 250), 1.8))
        last = begin + (TODAY - begin) * (draw.betavariate(3, 1.2) if gifts > 1 else 0)
        last = max(begin, last.replace(day=draw.choice((1, 15)))) if regular and gifts > 1 else last
        amount = usual if draw.chance(0.8) else float(draw.few((20, 50, 100, 500), 2))
        total = usual * (gifts - 1) + amount + (draw.choice((0.0, 5.0, 10.0)) * (gifts // 3))
        aid = draw.chance(0.68 if regular else 0.45)
        signed = begin + timedelta(draw.choice((0, 0, 0, 14, 90, 400))) if aid else None
        mail_ok = draw.chance(0.86)
        source = "F2F" if regular and draw.chance(0.6) else draw.few(("DM", "WEB", "EVENT", "TV", "INMEM"), 1.6)
        once = ("Card", "Cheque" if int(row["born"]) < 1955 else "Online", "CAF")
        found.append(row | {
            "Supporter ID": f"S{number:07d}", "Gift Aid": "Y" if aid else "N",
            "Gift Aid Date": f"{min(signed, TODAY):%d/%m/%Y}" if signed else "",
            "First Gift Date": f"{begin:%d/%m/%Y}", "First Gift Source": f"{source}{begin.year % 100:02d}",
            "Last Gift Date": f"{last:%d/%m/%Y}", "Last Gift Amount": f"{amount:.2f}", "Number of Gifts": str(gifts),
            "Total Given": f"{total:.2f}", "Payment": "DD" if regular else draw.few(once, 2),
            "Mail OK": "Y" if mail_ok else "N",
            "Email OK": "" if not row["Email"] else "Y" if draw.chance(0.7) else "N",
        })  # fmt: skip
    found.sort(key=lambda row: (row["Postcode"], row["Address Line 1"]))
    people = [person() for _ in range(170)]
    own = [[one["full"], one["Telephone"], one["Email"]] for one in people if one["Telephone"] or one["Email"]]
    known = book(towns, by_town=True) | {(place.town, house) for place in towns for house in houses}
    address = ("Town", "Address Line 1")
    return draw.written(folder / "mailing_spring26.csv", found, own, "GB", "utf-8-sig", ",", address, known)
