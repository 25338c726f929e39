"""A French clinic's patients: UTF-8, tabs, by name. The insurer's number begins with 9 and ends with a Luhn digit."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.marking.makers.paper import TODAY, Made, Pen, grouped, luhn, towns_by_code

BANDS = ((18, "0-17"), (30, "18-29"), (45, "30-44"), (60, "45-59"), (75, "60-74"), (200, "75+"))


def workday(day: date) -> date:
    return day + timedelta(max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """The department sets doctor, reason and age; the next visit comes after the last."""
    draw = Pen("clinic", seed)
    services = draw.words["services"]
    towns = draw.places(  # no department has 00
        draw.town_names(45), lambda _: "00", lambda k: f"73{k % 10}",
        lambda k, c: f"00{(k * 37) % 90 + 10}{c % 3 if k == 0 else 0}",
    )  # fmt: skip

    def person(service: str) -> tuple[dict[str, str], date]:
        """A patient with a birthday."""
        children = service == "Pédiatrie"
        year = min(2025, max(1934, int(draw.gauss(services[service][2], 4 if children else 14))))
        year = max(year, 2008) if children else min(year, 2010)
        birth = min(draw.born(year, year), TODAY - timedelta(40))
        sex = "f" if service == "Gynécologie" or draw.chance(0.52) else "m"
        given, family = draw.given(sex, year), draw.family()
        age = (TODAY - birth).days // 365.25
        title = "M." if sex == "m" else "Mme" if age >= 18 else "Mlle"
        town = draw.few(towns, 2.1)
        reach, phone, mail = draw.random(), "", ""
        begin = town.area if draw.chance(0.5) else f"73{draw.randrange(10)}"
        if reach < 0.93:
            number = "0" + draw.number(begin, 6)
            phone = grouped(number, draw.few(("## ## ## ## ##", "##########", "##.##.##.##.##"), 2.2))
        if reach >= 0.93 or draw.chance(0.66 if age < 65 else 0.35):
            mail = draw.mail(given, family, year if age > 12 else 0)
        upper = family.upper() if draw.chance(0.97) else family
        return {
            "Civilité": "Enf." if age < 12 else title, "Nom": draw.slip(upper) if draw.chance(0.004) else upper,
            "Prénom": given, "Date de naissance": f"{birth:%d/%m/%Y}",
            "Tranche d'âge": next(name for top, name in BANDS if age < top), "CP": draw.few(town.postcodes, 1.3),
            "Ville": town.town, "Téléphone": phone, "Courriel": mail,
            "Mutuelle": draw.few(draw.words["insurers"], 1.4) if draw.chance(0.93) else "", "full": f"{given} {family}",
        }, birth  # fmt: skip

    found, number = [], 214_000
    firsts = sorted(workday(TODAY - timedelta(int(2900 * draw.random() ** 1.3) + 1)) for _ in range(rows))
    for day in firsts:
        number += 1 + int(draw.expovariate(1 / 2.5))
        service = draw.choices(list(services), (19, 15, 24, 13, 12, 11, 6))[0]
        doctors, reasons, _, often = services[service]
        row, birth = person(service)
        first = max(day, workday(birth + timedelta(12)))
        visits = 1 + int(draw.expovariate(1 / (often * (0.4 + (TODAY - first).days / 900))))
        visits = min(visits, 1 + (TODAY - first).days // 7)
        last = min(workday(first + (TODAY - first) * draw.betavariate(2.5, 1.1)), TODAY) if visits > 1 else first
        following = ""
        if (TODAY - last).days < 200 and draw.chance(0.42):
            ahead = draw.choice((7, 14, 28, 30, 60, 90, 180)) + draw.randrange(-3, 4)
            following = f"{workday(TODAY + timedelta(ahead)):%d/%m/%Y}"
        body = f"9{draw.randrange(10**9):09d}"
        found.append(row | {
            "Dossier": f"{first:%y}-{number}", "N° assuré": body + luhn(body) if row["Mutuelle"] != "Aucune" else "",
            "Service": service, "Médecin": draw.few(doctors, 1.5),
            "Motif": draw.few(reasons, 1.4) if draw.chance(0.9) else "",
            "Consultations": str(visits), "Première visite": f"{first:%d/%m/%Y}", "Dernière visite": f"{last:%d/%m/%Y}",
            "Prochain RDV": following,
            "Rappel SMS": "oui" if following and row["Téléphone"] and draw.chance(0.9) else "non",
        })  # fmt: skip
    found.sort(key=lambda row: (row["Nom"].upper(), row["Prénom"], row["Dossier"]))
    people = [person(draw.few(list(services), 1))[0] for _ in range(150)]
    own = [[one["full"], one["Téléphone"], one["Courriel"]] for one in people if one["Téléphone"] or one["Courriel"]]
    address, known = ("CP", "Ville"), towns_by_code(towns)
    return draw.written(folder / "patients.txt", found, own, "FR", "utf-8", "\t", address, known)
