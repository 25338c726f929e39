"""A German insurer's export for a lettershop: cp1252, semicolons, one row a contract, by contract number."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from tests.marking.makers.paper import TODAY, Made, Pen, book, grouped


def german(number: float) -> str:
    return f"{number:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Contracts of several lines; people with two, and couples, at one address."""
    draw = Pen("insurer", seed)
    lines, loading = draw.words["lines"], draw.words["loading"]
    towns = draw.places(
        draw.town_names(70), lambda k: "Nord" if k % 3 else "Süd", lambda k: f"15{81 + k % 7}",
        lambda k, c: f"{(k * 1291 + 10_117) % 89_000 + 10_000 + c * 2:05d}",
    )  # fmt: skip
    agents = {place.town: [f"{4000 + 17 * (k // 3)}", f"{4009 + 17 * (k // 3)}"] for k, place in enumerate(towns)}
    areas = {place.town: place.area for place in towns}

    def person(home: list[str] | None = None, family: str = "", near: int = 0) -> dict[str, str]:
        """Somebody, in the household of `home` where it is given."""
        birth = draw.born()
        if near:
            birth = birth.replace(year=max(1936, min(2006, near + int(draw.gauss(0, 4)))), day=min(birth.day, 28))
        sex = "m" if draw.chance(0.55) else "w"
        given, family = draw.given(sex, birth.year), family or draw.family()
        town = draw.few(towns, 1.5)
        if home is None:
            code, street = draw.few(town.streets, 1.4)
            house = f"{int(draw.expovariate(1 / 22)) + 1}{'abc'[draw.randrange(3)] if draw.chance(0.06) else ''}"
            home = [f"{street} {house}", code, town.town, draw.few(agents[town.town], 2.2)]
            home[0] = home[0].replace("straße", "str.") if draw.chance(0.12) else home[0]
            home[0] = draw.slip(home[0]) if draw.chance(0.005) else home[0]
        area = areas[home[2]]
        reach, phone = draw.random(), ""
        if reach < 0.9:
            phone = draw.number(area if draw.chance(0.7) else f"159{draw.randrange(1, 8)}", 7)
            phone = grouped("0" + phone, draw.few(("##### #######", "#####/#######", "############", "+49 "), 2.2))
            phone = phone if not phone.startswith("+49 ") else f"+49 {draw.number(area, 7)}"
        wants_mail = reach >= 0.9 or draw.chance(0.75 if birth.year > 1965 else 0.42)
        return {
            "Anrede": "Herr" if sex == "m" else "Frau",
            "Titel": draw.few(("Dr.", "Prof. Dr.", "Dipl.-Ing."), 2.5) if draw.chance(0.035) else "",
            "Vorname": given, "Nachname": family, "Geburtsdatum": f"{birth:%d.%m.%Y}", "Straße": home[0],
            "PLZ": home[1], "Ort": home[2], "Telefon": phone,
            "E-Mail": draw.mail(given, family, birth.year) if wants_mail else "", "Vermittler": home[3],
        }  # fmt: skip

    def contract(who: dict[str, str]) -> dict[str, str]:
        """One for that person."""
        year = int(who["Geburtsdatum"][-4:])
        weights = [
            share * (3 if name == "Risikoleben" and year > 1970 else 1) for name, (_, share, *_) in lines.items()
        ]
        line = draw.choices(list(lines), weights)[0]
        _, _, tariffs, years = lines[line]
        tariff = draw.few(list(tariffs), 1.3)
        if line == "Unfall":
            tariff = "Senioren" if year < 1958 else "Kinder" if year > 1999 else "Standard"
        begin = TODAY - timedelta(int(min(draw.expovariate(1 / 1900), max(200, (2026 - year - 18) * 365), 9000)))
        first = begin.replace(day=1) if draw.chance(0.8) else begin
        first = date(first.year, 1, 1) if line == "KFZ" and draw.chance(0.55) else first
        end = first
        while end <= TODAY:
            end = end.replace(year=end.year + years, day=min(end.day, 28))
        if line == "KFZ":
            discount, paying = draw.few((35, 25, 45, 15, 0, 55), 1.6), (40, 15, 20, 25)
        else:
            discount, paying = draw.few((0, 5, 10, 15, 20, 25, 30), 2.2), (52, 12, 13, 23)
        paid = draw.choices(list(loading), paying)[0]
        times, factor = loading[paid]
        yearly = round(tariffs[tariff] * (1 - discount / 100) * factor, 2)
        yearly = round(yearly * draw.uniform(0.9, 1.1), 2) if draw.chance(0.03) else yearly  # agreed one by one
        return who | {
            "Sparte": line, "Tarif": tariff, "Beginn": f"{first:%d.%m.%Y}", "Ablauf": f"{end:%d.%m.%Y}",
            "Zahlweise": paid, "Rabatt": f"{discount} %" if discount else "", "Jahresbeitrag": german(yearly),
            "Rate": german(round(yearly / times, 2)),
        }  # fmt: skip

    found: list[dict[str, str]] = []
    while len(found) < rows:
        who = person()
        found.append(contract(who))
        if draw.chance(0.065):
            home = [who["Straße"], who["PLZ"], who["Ort"], who["Vermittler"]]
            again = who if draw.chance(0.4) else person(home, who["Nachname"], int(who["Geburtsdatum"][-4:]))
            found.append(contract(again))
    del found[rows:]
    found.sort(key=lambda row: (datetime.strptime(row["Beginn"], "%d.%m.%Y"), row["Sparte"]))
    counts: dict[str, int] = {}
    for row in found:
        key = lines[row["Sparte"]][0] + row["Beginn"][-2:]
        counts[key] = counts.get(key, draw.randrange(90)) + 1 + int(draw.expovariate(1 / 6))
        row["Vertragsnummer"] = f"{key}-{counts[key]:05d}"
    found.sort(key=lambda row: row["Vertragsnummer"])
    people = [person() for _ in range(150)]
    own = [
        [f"{one['Vorname']} {one['Nachname']}", one["Telefon"], one["E-Mail"]]
        for one in people
        if one["Telefon"] or one["E-Mail"]
    ]
    address = ("PLZ", "Straße")
    return draw.written(folder / "Bestand_Export.csv", found, own, "DE", "cp1252", ";", address, book(towns))
