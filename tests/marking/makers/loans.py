"""Leads of an Indian loan agent: UTF-8, comma, the newest first, day before month."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.marking.makers.paper import TODAY, Made, Pen, grouped, towns_by_code

BANDS = ((25_000, "<25K"), (40_000, "25-40K"), (60_000, "40-60K"), (100_000, "60K-1L"), (10**9, ">1L"))
SCORES = ((300, "NTC", 18.0), (650, "Poor", 24.0), (700, "Fair", 18.0), (750, "Good", 14.5), (901, "Excellent", 11.5))


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Income sets the loan, the score the rate, loan, rate and months the instalment; the town the agent."""
    draw = Pen("loans", seed)
    states, agents = draw.words["towns"], draw.words["agents"]
    cities = [(state, town) for state, names in states.items() for town in names.split()]
    cities.sort(key=lambda pair: states[pair[0]].split().index(pair[1]))
    towns = draw.places(
        [town for _, town in cities], lambda k: cities[k][0], lambda k: f"60{40 + 2 * k}",
        lambda k, c: f"{(list(states).index(cities[k][0]) * 7 + 11) % 80 + 10}{k:02d}{c * 3 + 1:02d}",
    )  # fmt: skip
    trades = ("Infotech", "Textiles", "Logistics", "Foods", "Finserv", "Motors")
    firms = [f"{draw.family()} {draw.few(trades, 1.2)}{draw.choice((' Pvt Ltd', ' Ltd', ''))}" for _ in range(260)]

    def person() -> dict[str, str]:
        year = int(draw.triangular(1962, 2004, 1992))
        given, family = draw.given("f" if draw.chance(0.27) else "m", year), draw.family()
        name = f"{given} {family}" if draw.chance(0.85) else f"{family[0]} {given}"
        name = name.upper() if draw.chance(0.12) else name.lower() if draw.chance(0.05) else name
        town = draw.few(towns, 1.8)
        number = draw.number(town.area if draw.chance(0.6) else f"60{draw.randrange(40, 100)}", 6)
        number = grouped(number, draw.few(("##########", "+91##########", "0##########", "+91 ##### #####"), 3))
        return {
            "Name": draw.slip(name) if draw.chance(0.006) else name, "Mobile": number,
            "Email": draw.mail(given, family, year) if draw.chance(0.71) else "",
            "City": town.town if draw.chance(0.96) else town.town.upper(), "State": town.region,
            "Pincode": draw.few(town.postcodes, 1.3) if draw.chance(0.9) else "",
            "DOB": f"{draw.randrange(1, 29):02d}/{draw.randrange(1, 13):02d}/{year}", "town": town.town,
            "full": f"{given} {family}",
        }  # fmt: skip

    moments = sorted(
        datetime(TODAY.year, TODAY.month, TODAY.day) - timedelta(days=int(d), hours=-9 - draw.triangular(0, 11, 3),
        seconds=draw.randrange(3600))
        for d in (200 * draw.random() ** 1.2 for _ in range(rows))
    )  # fmt: skip
    found, day, count = list[dict[str, str]](), "", 0
    for moment in moments:
        count = count if day == f"{moment:%y%m%d}" else 0
        day, count = f"{moment:%y%m%d}", count + 1 + int(draw.expovariate(1 / 0.7))
        row = person()
        salaried = draw.chance(0.68)
        income = int(round(draw.lognormvariate(10.62, 0.48) / 500) * 500)
        amount = int(round(income * draw.few((10, 8, 12, 15, 5, 20), 1.3) / 10_000) * 10_000) or 10_000
        score = 0 if draw.chance(0.11) else int(max(300, min(894, draw.gauss(700, 70))))
        band, rate = next((name, rate) for top, name, rate in SCORES if score < top)
        tenure = draw.few((36, 24, 48, 60, 12), 1.6)
        rate += 0 if salaried else 1.5
        monthly = rate / 1200
        emi = round(amount * monthly / (1 - (1 + monthly) ** -tenure))
        source = draw.few(("FB Ads", "Website", "Walk-in", "Google", "DSA Ref", "SMS"), 1.6)
        end = draw.few(("Not interested", "Callback", "No answer", "Docs pending", "Sanctioned", "Low income"), 1.3)
        end = "Low income" if income < 18_000 else "Low score" if band == "Poor" and draw.chance(0.6) else end
        end = "Docs pending" if end == "Low income" and income >= 18_000 else end
        at = sum(map(ord, row["town"])) % len(agents)
        found.append(row | {
            "Lead No": f"LD{day}{count:03d}", "Lead Date": f"{moment:%d/%m/%Y %H:%M}",
            "Employment": "Salaried" if salaried else draw.few(("Self Employed", "Business", "SEP"), 1.7),
            "Company": draw.few(firms, 1.4) if salaried and draw.chance(0.8) else "", "Monthly Income": str(income),
            "Income Band": next(name for top, name in BANDS if income < top),
            "Loan Amount": str(amount), "Tenure (M)": str(tenure), "Rate %": f"{rate:.1f}", "EMI": str(emi),
            "Bureau Score": str(score) if score else "-1", "Score Band": band,
            "Source": source, "Agent": agents[(at + (1 if draw.chance(0.06) else 0)) % len(agents)], "Disposition": end,
            "Callback": f"{moment + timedelta(days=draw.choice((1, 2, 3, 7))):%d/%m/%Y}" if end == "Callback" else "",
        })  # fmt: skip
    own = [[one["full"], one["Mobile"], one["Email"]] for one in (person() for _ in range(150))]
    address, known = ("Pincode", "City"), towns_by_code(towns)
    return draw.written(folder / "leads_fy26.csv", reversed(found), own, "IN", "utf-8", ",", address, known)
