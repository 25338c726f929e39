"""A Brazilian office's payments of benefits: cp1252, semicolons, names in capitals, by state, town and name.

The social number has its own check digit and begins with 9, which none that was given out does; of the tax number six
digits are shown, as public lists show it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.marking.makers.paper import ASCII, Made, Names, Pen, grouped, write_canaries, write_csv

HEAD = ["COMPETÊNCIA", "UF", "CÓDIGO MUNICÍPIO", "MUNICÍPIO", "NIS", "CPF", "NOME", "DT NASCIMENTO", "TELEFONE",
    "E-MAIL", "BENEFÍCIO", "QTD DEPENDENTES", "VALOR BASE", "VALOR ADICIONAL", "VALOR PARCELA", "BANCO", "AGÊNCIA",
    "DT CONCESSÃO", "SITUAÇÃO"]  # fmt: skip
NAMES = Names(
    "Abílio:1950 Caíque:1998 Edson:1968 Guto:1990 Inácio:1955 Kauê:2001 Moacir:1952 Otávio:1995 Rubens:1960 "
    "Ubirajara:1948 José:1958 Antônio:1955 Francisco:1960 João:1975 Carlos:1970 Wesley:1994 Anderson:1985",
    "Bruna:1994 Débora:1985 Flávia:1982 Heloísa:2000 Jussara:1968 Lívia:1997 Nádia:1972 Priscila:1987 Sônia:1962 "
    "Tainá:1996 Maria:1960 Francisca:1958 Ana:1980 Aparecida:1965 Jéssica:1993 Rosângela:1971",
    "Abran Belm Carv Dorn Esper Ferr Gald Louren Mac Nog Oliv Pal Quint Ribam Serr Tav Vilar",
    "aes anço eida eiro elhos inho osa ueira al ães",
)
STATES = {"SP": "11", "RJ": "21", "MG": "31", "PR": "41", "RS": "51", "DF": "61", "BA": "71", "PE": "81"}
# benefit: what each gets, what each dependant adds, share
BENEFITS = {"BOLSA FAMILIAR": (600.0, 150.0, 56), "AUXÍLIO GÁS": (104.0, 0.0, 17), "BPC IDOSO": (1518.0, 0.0, 14),
    "BPC PCD": (1518.0, 0.0, 8), "SEGURO DEFESO": (1518.0, 0.0, 5)}  # fmt: skip
WEIGHTS = (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def social(body: str) -> str:
    """NIS with its check digit (modulus 11)."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + str(0 if rest > 9 else rest)


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """One month of payments, a few of the month before paid late."""
    draw = Pen(f"benefits/{seed}")
    draw.providers = ["correiolivre.example", "brightpost.example", "zipmail.test"]
    states = draw.choices(list(STATES), (20, 9, 17, 7, 6, 3, 22, 16), k=110)
    starts, ends = (
        ("São", "Santa", "Nova", "Rio", "Campo", "Pedra", "Lagoa", "Monte"),
        (
            "Abrão",
            "Bela",
            "do Carvão",
            "Dourada",
            "Esperança",
            "Ferrada",
            "Galdina",
            "do Lourenço",
            "Macaúba",
            "Nogueira",
            "da Palma",
            "Quintão",
            "Serrana",
            "Tavares",
        ),
    )
    names = draw.sample([f"{a} {b}" for a in starts for b in ends], 110)
    towns = draw.places(
        110, names.__getitem__, states.__getitem__, lambda k: f"{int(STATES[states[k]]) * 1000 + 900 + k % 5:05d}",
        lambda k, _: f"{list(STATES).index(states[k]) + 21}{(k * 877) % 9000 + 1000}", ["x"],
    )  # fmt: skip
    bank = {town.town: [f"{(at * 173) % 4000 + 12:04d}", f"{(at * 173) % 4000 + 19:04d}"] for at,
        town in enumerate(towns)}  # fmt: skip

    def person(old: bool) -> dict[str, str]:
        year = draw.randrange(1936, 1961) if old else int(draw.triangular(1958, 2006, 1988))
        birth = date(year, draw.randrange(1, 13), draw.randrange(1, 29))
        given = NAMES.given(draw, "f" if draw.chance(0.5 if old else 0.81) else "m", year)
        second = f" {NAMES.given(draw, 'f', year)}" if given in ("Maria", "Ana") and draw.chance(0.6) else ""
        families = (
            f"{NAMES.family(draw)}{draw.few((' ', ' da ', ' dos '), 2)}{NAMES.family(draw)}"
            if draw.chance(0.7)
            else NAMES.family(draw)
        )
        name = f"{given}{second} {families}".translate(ASCII).upper()
        town = draw.few(towns, 1.5)
        begin = town.area if draw.chance(0.9) else draw.few(towns, 1.2).area
        phone = grouped(draw.number(begin, 6), draw.few(("(##) #####-####", "###########", "## #########"),
            2)) if draw.chance(0.88) else ""  # fmt: skip
        mail = draw.mail(given, families.split()[-1], year) if not phone or draw.chance(0.22) else ""
        return {
            "UF": town.region, "CÓDIGO MUNICÍPIO": town.postcodes[0], "MUNICÍPIO": town.town.translate(ASCII).upper(),
            "NOME": draw.slip(name) if draw.chance(0.004) else name,
            "DT NASCIMENTO": f"{birth:%d/%m/%Y}", "TELEFONE": phone, "E-MAIL": mail,
            "BANCO": draw.few(("104", "001", "237", "260"), 2.5), "town": town.town,
        }  # fmt: skip

    found = []
    for _ in range(rows):
        kind = draw.choices(list(BENEFITS), [share for *_, share in BENEFITS.values()])[0]
        row, (base, each, _) = person(kind == "BPC IDOSO"), BENEFITS[kind]
        dependants = min(int(draw.expovariate(1 / 1.6)), 8) if each else 0
        granted = date(draw.choices(range(2013, 2026), range(2, 15))[0], draw.randrange(1, 13), 1)
        blocked = draw.chance(0.025)
        agency = f"{sum(map(ord, row['town'] + row['BANCO'])) % 3000 + 100:04d}"
        agency = draw.few(bank[row["town"]], 2) if row["BANCO"] == "104" else agency
        found.append(row | {
            "COMPETÊNCIA": "02/2026" if draw.chance(0.96) else "01/2026",
            "NIS": social(f"9{draw.randrange(10**9):09d}"),
            "CPF": f"***.{draw.randrange(1000):03d}.{draw.randrange(1000):03d}-**", "BENEFÍCIO": kind,
            "QTD DEPENDENTES": str(dependants) if each else "",
            "VALOR BASE": f"{base:.2f}".replace(".", ","),
            "VALOR ADICIONAL": f"{dependants * each:.2f}".replace(".", ","),
            "VALOR PARCELA": f"{0 if blocked else base + dependants * each:.2f}".replace(".", ","), "AGÊNCIA": agency,
            "DT CONCESSÃO": f"{granted:%d/%m/%Y}", "SITUAÇÃO": "BLOQUEADO" if blocked else "LIBERADO",
        })  # fmt: skip
    found.sort(key=lambda row: (row["UF"], row["MUNICÍPIO"], row["NOME"]))
    path = write_csv(folder / "pagamentos_202602.csv", [HEAD, *([row[name] for name in HEAD] for row in found)],
        "cp1252", ";", quote_all=True)  # fmt: skip
    own = [[one["NOME"], one["TELEFONE"], one["E-MAIL"]] for one in (person(at % 8 == 0) for at in range(150))]
    known = frozenset((code, town.town.translate(ASCII)) for town in towns for code in town.postcodes)
    address = ("CÓDIGO MUNICÍPIO", "MUNICÍPIO")
    return Made(path, write_canaries(folder, own), "BR", "cp1252", ";", address, known)
