"""A wholesaler's workbook of firms and their contacts: the United Kingdom, dates and amounts as cells, firm by firm."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from tests.marking.makers.paper import Made, Names, Pen, book, grouped, write_canaries

HEAD = ["Account", "Company", "Domain", "Contact", "Role", "E-mail", "Phone", "Street", "Postcode", "Town", "Region",
    "Account manager", "Segment", "Discount", "Turnover 2025", "Net 2025", "Customer since", "Last order"]  # fmt: skip
NAMES = Names(
    "Garran:1970 Jory:1985 Lowen:1990 Orrin:1965 Perran:1978 Ulric:1960 Emrys:1972 Stuart:1966 Neil:1964 Gareth:1977 "
    "Callum:1994 Liam:1990 Graham:1955 Keith:1954",
    "Delyth:1960 Fenella:1968 Kerra:1988 Merryn:1980 Senara:1992 Tamsin:1979 Verity:1985 Averil:1956 Nicola:1970 "
    "Gillian:1958 Kirsty:1982 Gemma:1985 Chloe:1995 Joanne:1969",
    "Ash Birk Crow Dun Elm Fal Gorse Hather Kel Lang Mar Nether Oxen Pen Quar Ros Sten Tre Wether",
    "by combe dale field ham ley more ridge stead thorpe wick worth",
)
STREETS = [f"{a} {b}" for b in ("Road", "Way", "Lane", "Industrial Estate", "Street", "Park") for a in (
    "Station", "Mill", "Foundry", "Canal", "Quarry", "Wharf", "Brunel", "Telford", "Airfield", "Orchard", "Riverside",
    "Kiln", "Tannery", "Victoria", "Chandler's", "Smithy",
)]  # fmt: skip
REGIONS = {"North": "QA QB", "Midlands": "QC QD", "South East": "QE QF QG", "West": "QH QJ"}
"""Postcode areas that no place has."""
MANAGERS = {"North": ("Ruth Calder", "Imran Sayle"), "Midlands": ("Owen Thrale",),
    "South East": ("Petra Voss", "Dale Hume"), "West": ("Nia Corse",)}  # fmt: skip
ROLES = ("Buyer", "Managing Director", "Office Manager", "Accounts Payable", "Operations Manager", "Site Manager",
    "IT Manager", "Owner")  # fmt: skip
SEGMENTS = {"A": (0.175, 220_000.0), "B": (0.125, 64_000.0), "C": (0.075, 15_000.0), "D": (0.0, 2_400.0)}


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """One to five contacts of a firm, one below the other; net is what the discount leaves of the turnover."""
    draw = Pen(f"firms/{seed}")
    draw.providers = ["post.example"]
    areas = [(region, area) for region, codes in REGIONS.items() for area in codes.split()]
    heads, tails = NAMES.heads.split(), NAMES.tails.split()
    names = draw.sample([a + b for a in heads for b in tails], 80)
    towns = draw.places(
        80, names.__getitem__, lambda k: areas[k % 9][0], lambda k: f"73{11 + k % 29}",
        lambda k,
        c: f"{areas[k % 9][1]}{k // 9 * 2 + 1 + c % 2} {1 + c % 9}{'ABDEFGHJLN'[k % 10]}{'PQRSTUWXYZ'[c % 10]}",
        STREETS,
    )  # fmt: skip
    trades = ("Joinery", "Print", "Catering", "Engineering", "Packaging", "Motors", "Dental Supplies", "Roofing",
        "Garden Centre", "Logistics")  # fmt: skip
    forms = ("Ltd", "Limited", "LLP", "& Sons", "plc", "Group")
    taken, found = set[str](), list[list[object]]()
    accounts = iter(draw.thinned(10_400, rows, 3.5))
    since0 = datetime(2003, 5, 1)

    def firm() -> tuple[str, str]:
        while True:
            trade = draw.few(trades, 1.4)
            name = f"{NAMES.family(draw)} {trade} {draw.few(forms, 1.9)}"
            parts = name.lower().split()
            domain = draw.few(("".join(parts[:2]), "-".join(parts[:2]), parts[0], parts[0] + parts[1][:3]),
                1.5) + draw.few((".example", ".test"), 2)  # fmt: skip
            if domain not in taken and name not in taken:
                taken.update((domain, name))
                return name, domain

    while len(found) < rows:
        account, (name, domain), town = next(accounts), firm(), draw.few(towns, 1.6)
        code, street = draw.few(town.streets, 1.3)
        street = (
            f"{'Unit ' if 'Estate' in street or 'Park' in street else ''}{int(draw.expovariate(1 / 25)) + 1} {street}"
        )
        segment = draw.choices(list(SEGMENTS), (6, 17, 40, 37))[0]
        discount, typical = SEGMENTS[segment]
        discount = draw.choice((0.05, 0.1, 0.15, 0.2)) if draw.chance(0.08) else discount
        turnover = round(typical * draw.lognormvariate(0, 0.6), 2) if draw.chance(0.9) else 0.0
        since = since0 + timedelta(int((account - 10_400) * 8300 / (4.5 * rows)))  # accounts are numbered as they come
        since = min(since, datetime(2026, 1, 15)) + timedelta(draw.randrange(-20, 20))
        last = datetime(2026, 3, 30) - timedelta(int(min(draw.expovariate(1 / (25 if segment in "AB" else 110)),
            300 if turnover else 1500)))  # fmt: skip
        last = max(last, since + timedelta(1))
        last -= timedelta(max(0, last.weekday() - 4))
        manager = draw.few(MANAGERS[town.region], 1.6)
        if segment == "A" and draw.chance(0.5):
            manager = "Key accounts"
        board = f"{draw.number(town.area, 4)}"
        form = draw.few((0, 2, 1, 5, 4), 1.6)
        for at in range(draw.choices((1, 2, 3, 4, 5), (52, 26, 13, 6, 3))[0]):
            year = int(draw.triangular(1955, 2002, 1975))
            given, family = NAMES.given(draw, "f" if draw.chance(0.46) else "m", year), NAMES.family(draw)
            mail = draw.mail(given, family, 0, domain, form)
            if at == 0 and draw.chance(0.12):
                mail = f"{draw.few(('info', 'sales', 'accounts'), 1.4)}@{domain}"
            phone = grouped("0" + board + f"{draw.randrange(100):02d}", "##### ######") if len(board) == 8 else ""
            phone = "" if draw.chance(0.1) else phone if draw.chance(0.85) else phone.replace(" ", "")
            role = "Owner" if segment == "D" and at == 0 and draw.chance(0.6) else draw.few(ROLES, 1.4)
            contact = draw.slip(f"{given} {family}") if draw.chance(0.004) else f"{given} {family}"
            found.append([
                f"C{account}", name, domain, contact, role, mail if not draw.chance(0.05) else "", phone, street, code,
                town.town, town.region,
                manager, segment, discount, turnover, round(turnover * (1 - discount), 2), since, last,
            ])  # fmt: skip
    path = folder / "Accounts 2026-03.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as workbook:
        sheet = workbook.add_worksheet("Accounts")
        formats = {13: workbook.add_format({"num_format": "0.0%"}), 14: workbook.add_format({"num_format": "#,##0.00"})}
        formats[15] = formats[14]
        sheet.write_row(0, 0, HEAD, workbook.add_format({"bold": True}))
        for at, row in enumerate(found[:rows], start=1):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(at, column, cell, *([formats[column]] if column in formats else []))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, min(rows, len(found)), len(HEAD) - 1)
    own = []
    for at in range(120):  # small firms of one's own, some with a domain of their own
        if at % 3 == 0:
            _, domain = firm()
        given, family = NAMES.given(draw, "fm"[at % 2], 1978), NAMES.family(draw)
        begin = draw.few(towns, 1.6).area
        own.append([f"{given} {family}", grouped("0" + draw.number(begin, 6), "##### ######"),
            draw.mail(given, family, 0, domain, 0)])  # fmt: skip
    return Made(path, write_canaries(folder, own), "GB", "", ",", ("Postcode", "Street"), book(towns))
