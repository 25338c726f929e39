"""A Brazilian office's payments of benefits: cp1252, semicolons, names in capitals, by state, town and name.

The social number has its own check digit and begins with 9, which none that was given out does; of the tax number six
digits are shown, as public lists show it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.marking.makers.paper import ASCII, Made, Pen, grouped

WEIGHTS = (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def social(body: str) -> str:
    """NIS with its check digit (modulus 11)."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + str(0 if rest > 9 else rest)


def reais(amount: float) -> str:
    return f"{amount:.2f}".replace(".", ",")


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """One month of payments, a few of the month before paid late."""
    draw = Pen("benefits", seed)
    begins, benefits = draw.words["states"], draw.words["benefits"]
    states = draw.choices(list(begins), (20, 9, 17, 7, 6, 3, 22, 16), k=110)
    towns = draw.places(
        draw.town_names(110), states.__getitem__, lambda k: f"{int(begins[states[k]]) * 1000 + 900 + k % 5:05d}",
        lambda k, _: f"{list(begins).index(states[k]) + 21}{(k * 877) % 9000 + 1000}",
    )  # fmt: skip
    agencies = {
        place.town: [f"{(at * 173) % 4000 + 12:04d}", f"{(at * 173) % 4000 + 19:04d}"] for at, place in enumerate(towns)
    }

    def person(old: bool) -> dict[str, str]:
        year = draw.randrange(1936, 1961) if old else int(draw.triangular(1958, 2006, 1988))
        birth = date(year, draw.randrange(1, 13), draw.randrange(1, 29))
        given = draw.given("f" if draw.chance(0.5 if old else 0.81) else "m", year)
        second = f" {draw.given('f', year)}" if given in ("Maria", "Ana") and draw.chance(0.6) else ""
        two = draw.chance(0.7)
        families = f"{draw.family()}{draw.few((' ', ' da ', ' dos '), 2)}{draw.family()}" if two else draw.family()
        name = f"{given}{second} {families}".translate(ASCII).upper()
        town = draw.few(towns, 1.5)
        begin = town.area if draw.chance(0.9) else draw.few(towns, 1.2).area
        phone = mail = ""
        if draw.chance(0.88):
            phone = grouped(draw.number(begin, 6), draw.few(("(##) #####-####", "###########", "## #########"), 2))
        if not phone or draw.chance(0.22):
            mail = draw.mail(given, families.split()[-1], year)
        return {
            "UF": town.region, "CÓDIGO MUNICÍPIO": town.postcodes[0], "MUNICÍPIO": town.town.translate(ASCII).upper(),
            "NOME": draw.slip(name) if draw.chance(0.004) else name,
            "DT NASCIMENTO": f"{birth:%d/%m/%Y}", "TELEFONE": phone, "E-MAIL": mail,
            "BANCO": draw.few(("104", "001", "237", "260"), 2.5), "town": town.town,
        }  # fmt: skip

    found = []
    for _ in range(rows):
        kind = draw.choices(list(benefits), [share for *_, share in benefits.values()])[0]
        row, (base, each, _) = person(kind == "BPC IDOSO"), benefits[kind]
        dependants = min(int(draw.expovariate(1 / 1.6)), 8) if each else 0
        granted = date(draw.choices(range(2013, 2026), range(2, 15))[0], draw.randrange(1, 13), 1)
        blocked = draw.chance(0.025)
        agency = f"{sum(map(ord, row['town'] + row['BANCO'])) % 3000 + 100:04d}"
        agency = draw.few(agencies[row["town"]], 2) if row["BANCO"] == "104" else agency
        found.append(row | {
            "COMPETÊNCIA": "02/2026" if draw.chance(0.96) else "01/2026",
            "NIS": social(f"9{draw.randrange(10**9):09d}"),
            "CPF": f"***.{draw.randrange(1000):03d}.{draw.randrange(1000):03d}-**", "BENEFÍCIO": kind,
            "QTD DEPENDENTES": str(dependants) if each else "", "VALOR BASE": reais(base),
            "VALOR ADICIONAL": reais(dependants * each),
            "VALOR PARCELA": reais(0 if blocked else base + dependants * each), "AGÊNCIA": agency,
            "DT CONCESSÃO": f"{granted:%d/%m/%Y}", "SITUAÇÃO": "BLOQUEADO" if blocked else "LIBERADO",
        })  # fmt: skip
    found.sort(key=lambda row: (row["UF"], row["MUNICÍPIO"], row["NOME"]))
    own = [[one["NOME"], one["TELEFONE"], one["E-MAIL"]] for one in (person(at % 8 == 0) for at in range(150))]
    known = frozenset((code, place.town.translate(ASCII)) for place in towns for code in place.postcodes)
    return draw.written(
        folder / "pagamentos_202602.csv", found, own, "BR", "cp1252", ";", ("CÓDIGO MUNICÍPIO", "MUNICÍPIO"), known,
        quote_all=True,
    )  # fmt: skip
