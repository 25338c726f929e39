"""A wholesaler's workbook of firms and their contacts: the United Kingdom, dates and amounts as cells, firm by firm."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from tests.marking.makers.paper import Made, Pen, book, grouped, write_canaries


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """One to five contacts of a firm, one below the other; net is what the discount leaves of the turnover."""
    draw = Pen("firms", seed)
    words = draw.words
    areas = [(region, area) for region, codes in words["regions"].items() for area in codes.split()]
    first, second = "ABDEFGHJLN", "PQRSTUWXYZ"
    towns = draw.places(
        draw.town_names(80), lambda k: areas[k % 9][0], lambda k: f"73{11 + k % 29}",
        lambda k, c: f"{areas[k % 9][1]}{k // 9 * 2 + 1 + c % 2} {1 + c % 9}{first[k % 10]}{second[c % 10]}",
    )  # fmt: skip
    forms = ("Ltd", "Limited", "LLP", "& Sons", "plc", "Group")
    taken, found = set[str](), list[list[object]]()
    accounts = iter(draw.thinned(10_400, rows, 3.5))

    def firm() -> tuple[str, str]:
        """A new name and its domain."""
        while True:
            trade = draw.few(words["trades"], 1.4)
            name = f"{draw.family()} {trade} {draw.few(forms, 1.9)}"
            one, two, *_ = name.lower().split()
            domain = draw.few((one + two, f"{one}-{two}", one, one + two[:3]), 1.5) + draw.few((".example", ".test"), 2)
            if domain not in taken and name not in taken:
                taken.update((domain, name))
                return name, domain

    while len(found) < rows:
        account, (name, domain), town = next(accounts), firm(), draw.few(towns, 1.6)
        code, street = draw.few(town.streets, 1.3)
        unit = "Unit " if "Estate" in street or "Park" in street else ""
        street = f"{unit}{int(draw.expovariate(1 / 25)) + 1} {street}"
        segment = draw.choices(list(words["segments"]), (6, 17, 40, 37))[0]
        discount, typical = words["segments"][segment]
        discount = draw.choice((0.05, 0.1, 0.15, 0.2)) if draw.chance(0.08) else discount
        turnover = round(typical * draw.lognormvariate(0, 0.6), 2) if draw.chance(0.9) else 0.0
        # Accounts are numbered as they come.
        since = datetime(2003, 5, 1) + timedelta(int((account - 10_400) * 8300 / (4.5 * rows)))
        since = min(since, datetime(2026, 1, 15)) + timedelta(draw.randrange(-20, 20))
        quiet = min(draw.expovariate(1 / (25 if segment in "AB" else 110)), 300 if turnover else 1500)
        last = max(datetime(2026, 3, 30) - timedelta(int(quiet)), since + timedelta(1))
        last -= timedelta(max(0, last.weekday() - 4))
        manager = draw.few(words["managers"][town.region], 1.6)
        if segment == "A" and draw.chance(0.5):
            manager = "Key accounts"
        board = draw.number(town.area, 4)
        form = draw.few((0, 2, 1, 5, 4), 1.6)
        for at in range(draw.choices((1, 2, 3, 4, 5), (52, 26, 13, 6, 3))[0]):
            year = int(draw.triangular(1955, 2002, 1975))
            given, family = draw.given("f" if draw.chance(0.46) else "m", year), draw.family()
            mail = draw.mail(given, family, 0, domain, form)
            if at == 0 and draw.chance(0.12):
                mail = f"{draw.few(('info', 'sales', 'accounts'), 1.4)}@{domain}"
            phone = grouped("0" + board + f"{draw.randrange(100):02d}", "##### ######") if len(board) == 8 else ""
            phone = "" if draw.chance(0.1) else phone if draw.chance(0.85) else phone.replace(" ", "")
            role = "Owner" if segment == "D" and at == 0 and draw.chance(0.6) else draw.few(words["roles"], 1.4)
            contact = draw.slip(f"{given} {family}") if draw.chance(0.004) else f"{given} {family}"
            found.append([
                f"C{account}", name, domain, contact, role, mail if not draw.chance(0.05) else "", phone, street, code,
                town.town, town.region,
                manager, segment, discount, turnover, round(turnover * (1 - discount), 2), since, last,
            ])  # fmt: skip
    path = folder / "Accounts 2026-03.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as workbook:
        sheet = workbook.add_worksheet("Accounts")
        share, amount = (workbook.add_format({"num_format": form}) for form in ("0.0%", "#,##0.00"))
        formats = {13: share, 14: amount, 15: amount}
        sheet.write_row(0, 0, words["head"], workbook.add_format({"bold": True}))
        for at, row in enumerate(found[:rows], start=1):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(at, column, cell, *([formats[column]] if column in formats else []))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, min(rows, len(found)), len(words["head"]) - 1)
    own = []
    for at in range(120):  # small firms of one's own, some with a domain of their own
        if at % 3 == 0:
            _, domain = firm()
        given, family = draw.given("fm"[at % 2], 1978), draw.family()
        number = grouped("0" + draw.number(draw.few(towns, 1.6).area, 6), "##### ######")
        own.append([f"{given} {family}", number, draw.mail(given, family, 0, domain, 0)])
    return Made(path, write_canaries(folder, own), "GB", "", ",", ("Postcode", "Street"), book(towns))
