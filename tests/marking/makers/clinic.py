"""A French clinic's patients: UTF-8, tabs, by name. The insurer's number begins with 9 and ends with a Luhn digit."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.marking.makers.paper import TODAY, Made, Names, Pen, grouped, luhn, write_canaries, write_csv

HEAD = ["Dossier", "N° assuré", "Civilité", "Nom", "Prénom", "Date de naissance", "Tranche d'âge", "CP", "Ville",
    "Téléphone", "Courriel", "Mutuelle", "Service", "Médecin", "Motif", "Consultations", "Première visite",
    "Dernière visite", "Prochain RDV", "Rappel SMS"]  # fmt: skip
NAMES = Names(
    "Aurélien:1984 Clovis:1960 Firmin:1945 Honoré:1948 Joël:1957 Noé:2001 Pacôme:1990 Rémi:1986 Tanguy:1993 "
    "Michel:1949 Alain:1951 Philippe:1962 Laurent:1969 Kévin:1992 Hugo:2000",
    "Bérénice:1985 Delphine:1975 Élodie:1986 Ghislaine:1948 Inès:2002 Léonie:1999 Maëlle:2000 Ophélie:1990 "
    "Quitterie:1970 Solène:1984 Zoé:2001 Monique:1946 Martine:1954 Nathalie:1967 Sandrine:1973",
    "Aub Bel Char Dur Fontan Gar Hér Jol Lac Mar Nav Orm Pel Roch Sab Till Vauc",
    "ard eau elle enet ier in on oux ault eron",
)
SERVICES = {
    "Cardiologie": ("Dr Vasseur Dr Imbert", "HTA|Suivi stent|Palpitations", 1950, 2.2),
    "Dermatologie": ("Dr Quéau", "Grain de beauté|Eczéma|Acné", 1985, 0.6),
    "Ophtalmologie": ("Dr Sérac Dr Imbert-Roy Dr Tual", "Contrôle|Cataracte|Glaucome", 1955, 1.2),
    "Gynécologie": ("Dr Orsel Dr Navarin", "Suivi|Contraception|Dépistage", 1988, 1.6),
    "Orthopédie": ("Dr Belmas", "Genou|Hanche|Épaule", 1962, 1.0),
    "Pédiatrie": ("Dr Joubeau Dr Lacan", "Vaccin|Suivi|Fièvre", 2016, 2.4),
    "Rhumatologie": ("Dr Tual", "Arthrose|Lombalgie", 1950, 1.5),
}  # fmt: skip
MUTUELLES = ("Mutelis", "Harmonée", "Groupe Aviso", "La Rochelaise", "Santéo", "CMU-C", "Prévalis", "Aucune")
BANDS = ((18, "0-17"), (30, "18-29"), (45, "30-44"), (60, "45-59"), (75, "60-74"), (200, "75+"))


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """The department sets doctor, reason and age; the next visit comes after the last."""
    draw = Pen(f"clinic/{seed}")
    draw.providers = ["courrier.example", "orage.test", "laposte-ici.example", "fernmail.example"]
    heads, ends = (
        ("Aub", "Bel", "Char", "Mar", "Roch", "Till", "Vauc", "Mont", "Saint-Orm"),
        ("ville", "court", "igny", "ac", "-sur-Selle", "enay", "ières"),
    )
    names = draw.sample([a + b for a in heads for b in ends], 45)
    towns = draw.places(
        45, names.__getitem__, lambda _: "00", lambda k: f"73{k % 10}", lambda k,
        c: f"00{(k * 37) % 90 + 10}{c % 3 if k == 0 else 0}", ["x"],
    )  # fmt: skip  # no department has 00

    def person(service: str) -> dict[str, str]:
        peak = SERVICES[service][2]
        year = min(2025, max(1934, int(draw.gauss(peak, 14 if service != "Pédiatrie" else 4))))
        year = max(year, 2008) if service == "Pédiatrie" else min(year, 2010)
        birth = min(draw.born(year, year), TODAY - timedelta(40))
        sex = "f" if service == "Gynécologie" or draw.chance(0.52) else "m"
        given, family = NAMES.given(draw, sex, year), NAMES.family(draw)
        age = (TODAY - birth).days // 365.25
        title = "M." if sex == "m" else "Mme" if age >= 18 else "Mlle"
        title = "Enf." if age < 12 else title
        town = draw.few(towns, 2.1)
        reach = draw.random()
        begin = town.area if draw.chance(0.5) else f"73{draw.randrange(10)}"
        phone = grouped("0" + draw.number(begin, 6),
            draw.few(("## ## ## ## ##", "##########", "##.##.##.##.##"), 2.2)) if reach < 0.93 else ""  # fmt: skip
        mail = draw.mail(given, family,
            year if age > 12 else 0) if reach >= 0.93 or draw.chance(0.66 if age < 65 else 0.35) else ""  # fmt: skip
        upper = family.upper() if draw.chance(0.97) else family
        return {
            "Civilité": title, "Nom": draw.slip(upper) if draw.chance(0.004) else upper, "Prénom": given,
            "Date de naissance": f"{birth:%d/%m/%Y}",
            "Tranche d'âge": next(name for top, name in BANDS if age < top), "CP": draw.few(town.postcodes, 1.3),
            "Ville": town.town, "Téléphone": phone,
            "Courriel": mail, "Mutuelle": draw.few(MUTUELLES, 1.4) if draw.chance(0.93) else "",
            "full": f"{given} {family}",
        }  # fmt: skip

    def workday(day: date) -> date:
        return day + timedelta(max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

    found, number = [], 214_000
    firsts = sorted(workday(TODAY - timedelta(int(2900 * draw.random() ** 1.3) + 1)) for _ in range(rows))
    for day in firsts:
        number += 1 + int(draw.expovariate(1 / 2.5))
        service = draw.choices(list(SERVICES), (19, 15, 24, 13, 12, 11, 6))[0]
        doctors, reasons, _, often = SERVICES[service]
        row = person(service)
        birth = date(int(row["Date de naissance"][6:]), int(row["Date de naissance"][3:5]),
            int(row["Date de naissance"][:2]))  # fmt: skip
        first = max(day, workday(birth + timedelta(12)))
        visits = 1 + int(draw.expovariate(1 / (often * (0.4 + (TODAY - first).days / 900))))
        visits = min(visits, 1 + (TODAY - first).days // 7)
        last = min(workday(first + (TODAY - first) * draw.betavariate(2.5, 1.1)), TODAY) if visits > 1 else first
        again = last if (TODAY - last).days < 200 and draw.chance(0.42) else None
        following = workday(TODAY + timedelta(draw.choice((7, 14, 28, 30, 60, 90, 180)) + draw.randrange(-3,
            4))) if again else None  # fmt: skip
        body = f"9{draw.randrange(10**9):09d}"
        found.append(row | {
            "Dossier": f"{first:%y}-{number}", "N° assuré": body + luhn(body) if row["Mutuelle"] != "Aucune" else "",
            "Service": service,
            "Médecin": draw.few(["Dr " + one.strip() for one in doctors.split("Dr ") if one], 1.5),
            "Motif": draw.few(reasons.split("|"), 1.4) if draw.chance(0.9) else "",
            "Consultations": str(visits), "Première visite": f"{first:%d/%m/%Y}", "Dernière visite": f"{last:%d/%m/%Y}",
            "Prochain RDV": f"{following:%d/%m/%Y}" if following else "",
            "Rappel SMS": ("oui" if following and row["Téléphone"] and draw.chance(0.9) else "non"),
        })  # fmt: skip
    found.sort(key=lambda row: (row["Nom"].upper(), row["Prénom"], row["Dossier"]))
    path = write_csv(folder / "patients.txt", [HEAD, *([row[name] for name in HEAD] for row in found)], "utf-8", "\t")
    own = [[one["full"], one["Téléphone"], one["Courriel"]] for one in (person(draw.few(list(SERVICES),
        1)) for _ in range(150)) if one["Téléphone"] or one["Courriel"]]  # fmt: skip
    known = frozenset((code, town.town) for town in towns for code in town.postcodes)
    return Made(path, write_canaries(folder, own), "FR", "utf-8", "\t", ("CP", "Ville"), known)
