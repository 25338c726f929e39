"""Leads of an Indian loan agent: UTF-8, comma, the newest first, day before month."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.marking.makers.paper import TODAY, Made, Names, Pen, grouped, write_canaries, write_csv

HEAD = ["Lead No", "Lead Date", "Name", "Mobile", "Email", "City", "State", "Pincode", "DOB", "Employment", "Company",
    "Monthly Income", "Income Band", "Loan Amount", "Tenure (M)", "Rate %", "EMI", "Bureau Score", "Score Band",
    "Source", "Agent", "Disposition", "Callback"]  # fmt: skip
NAMES = Names(
    "Aarush:1998 Chetan:1983 Eshan:1992 Girish:1970 Ishaan:1997 Kavin:1994 Manan:1992 Omkar:1985 Pranav:1990 "
    "Sahil:1989 Varun:1987 Ramesh:1966 Suresh:1965 Rajesh:1974 Mahesh:1972 Amit:1982",
    "Bhavya:1994 Divya:1988 Falguni:1975 Harini:1990 Jaya:1968 Leela:1962 Nila:1992 Rekha:1970 Tara:1993 Sunita:1972 "
    "Pooja:1990 Kavita:1978",
    "Ab An Bha Cha De Ga Ha Ka La Ma Na Pra Ra Sa Su Ta Va",
    "vankar wadi dekar nathan purkar raman shetra tilak vedi yappan",
)
TOWNS = {
    "Maharashtra": "Mumbai Pune Nagpur Nashik Thane", "Karnataka": "Bengaluru Mysuru Hubballi",
    "Tamil Nadu": "Chennai Coimbatore Madurai",
    "Delhi": "Delhi", "Gujarat": "Ahmedabad Surat Vadodara Rajkot", "Telangana": "Hyderabad Warangal",
    "Uttar Pradesh": "Lucknow Kanpur Noida",
    "Rajasthan": "Jaipur Kota", "West Bengal": "Kolkata Howrah", "Kerala": "Kochi",
}  # fmt: skip
AGENTS = ("Vikram S", "Neha P", "Imtiaz K", "Sowmya R", "Team West", "Arvind J", "Team North", "Deepa M")
BANDS = ((25_000, "<25K"), (40_000, "25-40K"), (60_000, "40-60K"), (100_000, "60K-1L"), (10**9, ">1L"))
SCORES = ((300, "NTC"), (650, "Poor"), (700, "Fair"), (750, "Good"), (901, "Excellent"))


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Income sets the loan, the score the rate, loan, rate and months the instalment; the town the agent."""
    draw = Pen(f"loans/{seed}")
    draw.providers = ["quillbox.example", "rediff.test", "fernmail.example", "brightpost.example"]
    cities = [(state, town) for state, names in TOWNS.items() for town in names.split()]
    cities.sort(key=lambda pair: TOWNS[pair[0]].split().index(pair[1]))
    towns = draw.places(
        len(cities), lambda k: cities[k][1], lambda k: cities[k][0], lambda k: f"60{40 + 2 * k}",
        lambda k, c: f"{(list(TOWNS).index(cities[k][0]) * 7 + 11) % 80 + 10}{k:02d}{c * 3 + 1:02d}"[:6], ["x"],
    )  # fmt: skip
    trades = ("Infotech", "Textiles", "Logistics", "Foods", "Finserv", "Motors")
    firms = [f"{NAMES.family(draw)} {draw.few(trades, 1.2)}{draw.choice((' Pvt Ltd', ' Ltd', ''))}" for _ in range(260)]

    def person() -> dict[str, str]:
        year = int(draw.triangular(1962, 2004, 1992))
        given, family = NAMES.given(draw, "f" if draw.chance(0.27) else "m", year), NAMES.family(draw)
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
        band = next(name for top, name in SCORES if score < top)
        tenure = draw.few((36, 24, 48, 60, 12), 1.6)
        rate = {"NTC": 18.0, "Poor": 24.0, "Fair": 18.0, "Good": 14.5,
            "Excellent": 11.5}[band] + (0 if salaried else 1.5)  # fmt: skip
        monthly = rate / 1200
        emi = round(amount * monthly / (1 - (1 + monthly) ** -tenure))
        source = draw.few(("FB Ads", "Website", "Walk-in", "Google", "DSA Ref", "SMS"), 1.6)
        end = draw.few(("Not interested", "Callback", "No answer", "Docs pending", "Sanctioned", "Low income"), 1.3)
        end = "Low income" if income < 18_000 else "Low score" if band == "Poor" and draw.chance(0.6) else end
        end = "Docs pending" if end == "Low income" and income >= 18_000 else end
        at = sum(map(ord, row["town"])) % len(AGENTS)
        found.append(row | {
            "Lead No": f"LD{day}{count:03d}", "Lead Date": f"{moment:%d/%m/%Y %H:%M}",
            "Employment": "Salaried" if salaried else draw.few(("Self Employed", "Business", "SEP"), 1.7),
            "Company": draw.few(firms, 1.4) if salaried and draw.chance(0.8) else "", "Monthly Income": str(income),
            "Income Band": next(name for top, name in BANDS if income < top),
            "Loan Amount": str(amount), "Tenure (M)": str(tenure), "Rate %": f"{rate:.1f}", "EMI": str(emi),
            "Bureau Score": str(score) if score else "-1", "Score Band": band,
            "Source": source, "Agent": AGENTS[(at + (1 if draw.chance(0.06) else 0)) % len(AGENTS)], "Disposition": end,
            "Callback": f"{moment + timedelta(days=draw.choice((1, 2, 3, 7))):%d/%m/%Y}" if end == "Callback" else "",
        })  # fmt: skip
    path = write_csv(folder / "leads_fy26.csv", [HEAD, *([row[name] for name in HEAD] for row in reversed(found))],
        "utf-8")  # fmt: skip
    own = [[one["full"], one["Mobile"], one["Email"]] for one in (person() for _ in range(150))]
    known = frozenset((code, town.town) for town in towns for code in town.postcodes)
    return Made(path, write_canaries(folder, own), "IN", "utf-8", ",", ("Pincode", "City"), known)
