"""A German insurer's export for a lettershop: cp1252, semicolons, one row a contract, by contract number."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.marking.makers.paper import TODAY, Made, Names, Pen, book, grouped, write_canaries, write_csv

HEAD = ["Vertragsnummer", "Sparte", "Tarif", "Anrede", "Titel", "Vorname", "Nachname", "Geburtsdatum", "Straße", "PLZ",
    "Ort", "Telefon", "E-Mail", "Vermittler", "Beginn", "Ablauf", "Zahlweise", "Rabatt", "Jahresbeitrag", "Rate",
]  # fmt: skip
NAMES = Names(
    "Heinz:38 Günter:42 Klaus:49 Wolfgang:52 Jürgen:55 Bernd:58 Uwe:62 Frank:65 Thomas:67 Andreas:69 Stefan:72 Sven:75 "
    "Markus:73 Jens:71 Tobias:84 Daniel:83 Jan:86 Philipp:90 Lukas:97 Jonas:99 Finn:104 Tim:96 Rüdiger:56 Björn:78",
    "Gerda:36 Ingrid:43 Renate:47 Karin:52 Monika:55 Gisela:46 Brigitte:54 Petra:62 Sabine:65 Susanne:67 Birgit:64 "
    "Nicole:74 Claudia:71 Katrin:73 Stefanie:78 Julia:86 Anna:90 Lena:95 Laura:93 Sarah:88 Lea:100 Mia:105 Jörte:60 "
    "Käthe:39",
    "Alm Birn Dorn Eich Grün Hasel Kalt Lind Moos Ober Rüb Stein Tann Wald Zirn Brück Föhr Quell Ger Hag Nord Süder",
    "mann er müller bach huber hofer meier acker stätter bauer thaler feld kamp rieder egger leitner",
)
for _sex in ("men", "women"):  # peaks are years after 1900
    setattr(NAMES, _sex, " ".join(f"{n.split(':')[0]}:{1900 + int(n.split(':')[1])}" for n in getattr(NAMES,
        _sex).split()))  # fmt: skip
STREETS = [
    "Hauptstraße", "Bahnhofstraße", "Gartenstraße", "Dorfstraße", "Schulstraße", "Kirchgasse", "Bergstraße",
    "Lindenweg",
    *(f"{a}{b}" for b in ("weg", "straße", "gasse", "ring", "allee", "platz") for a in (
        "Mühlen", "Ahorn", "Birken", "Rosen", "Wiesen", "Tannen", "Wald", "Eichen", "Schiller", "Lerchen", "Amsel",
        "Burg",
        "Markt", "Ziegel", "Sonnen", "Weiden", "Kastanien", "Holunder",
    )),
]  # fmt: skip
# line of business: letters of its contract numbers, share, tariffs with their yearly premiums, years that it runs
LINES = {
    "KFZ": ("K", 34, {"Basis": 284.0, "Komfort": 391.5, "Premium": 512.4, "Oldtimer": 148.9}, 1),
    "PHV": ("H", 22, {"Single": 49.9, "Familie": 68.5, "Plus": 84.0}, 1),
    "Hausrat": ("R", 17, {"Basis": 72.0, "Komfort": 118.8, "Top": 167.4}, 3),
    "Wohngebäude": ("G", 9, {"Basis": 318.0, "Komfort": 427.0, "Elementar": 689.5}, 3),
    "Rechtsschutz": ("S", 8, {"Privat": 189.0, "Privat/Beruf": 254.0, "Verkehr": 96.6}, 3),
    "Unfall": ("U", 7, {"Standard": 98.0, "Senioren": 156.0, "Kinder": 61.2}, 1),
    "Risikoleben": ("L", 3, {"R10": 143.0, "R25": 311.0}, 20),
}
LOADING = {"jährlich": (1, 1.0), "halbjährlich": (2, 1.03), "vierteljährlich": (4, 1.04), "monatlich": (12, 1.05)}


def german(number: float) -> str:
    return f"{number:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def make(folder: Path, rows: int = 3_000, seed: int = 1) -> Made:
    """Contracts of several lines; people with two, and couples, at one address."""
    draw = Pen(f"insurer/{seed}")
    draw.providers = ["postfach.example", "wolkenpost.example", "gmz.test", "netzbrief.example", "t-mail.invalid"]
    syllables = ("Linden", "Grün", "Moos", "Eich", "Nuss", "Kalten", "Stein", "Zirn", "Tann", "Ober", "Birken", "Wolfs")
    ends = ("au", "felde", "brück", "stetten", "hafen", "münde", "bach", "dorf am See", "rode", "hausen")
    names = draw.sample([a + b for a in syllables for b in ends], 70)
    towns = draw.places(
        70, names.__getitem__, lambda k: "Nord" if k % 3 else "Süd", lambda k: f"15{81 + k % 7}",
        lambda k, c: f"{(k * 1291 + 10_117) % 89_000 + 10_000 + c * 2:05d}", STREETS,
    )  # fmt: skip
    agents = {town.town: [f"{4000 + 17 * (k // 3)}", f"{4009 + 17 * (k // 3)}"] for k, town in enumerate(towns)}

    def person(home: list[str] | None = None, family: str = "", near: int = 0) -> dict[str, str]:
        """Somebody, in the household of `home` where it is given."""
        birth = draw.born()
        if near:
            birth = birth.replace(year=max(1936, min(2006, near + int(draw.gauss(0, 4)))), day=min(birth.day, 28))
        sex = "m" if draw.chance(0.55) else "w"
        given, family = NAMES.given(draw, sex, birth.year), family or NAMES.family(draw)
        town = draw.few(towns, 1.5)
        if home is None:
            code, street = draw.few(town.streets, 1.4)
            house = f"{int(draw.expovariate(1 / 22)) + 1}{'abc'[draw.randrange(3)] if draw.chance(0.06) else ''}"
            home = [f"{street} {house}", code, town.town, draw.few(agents[town.town], 2.2)]
            home[0] = home[0].replace("straße", "str.") if draw.chance(0.12) else home[0]
            home[0] = draw.slip(home[0]) if draw.chance(0.005) else home[0]
        area = next(one.area for one in towns if one.town == home[2])
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
            "PLZ": home[1], "Ort": home[2],
            "Telefon": phone, "E-Mail": draw.mail(given, family, birth.year) if wants_mail else "",
            "Vermittler": home[3],
        }  # fmt: skip

    def contract(who: dict[str, str]) -> dict[str, str]:
        """One for that person."""
        year = int(who["Geburtsdatum"][-4:])
        weights = [share * (3 if name == "Risikoleben" and year > 1970 else 1) for name,
            (_, share, *_) in LINES.items()]  # fmt: skip
        line = draw.choices(list(LINES), weights)[0]
        _, _, tariffs, years = LINES[line]
        tariff = draw.few(list(tariffs), 1.3)
        if line == "Unfall":
            tariff = "Senioren" if year < 1958 else "Kinder" if year > 1999 else "Standard"
        begin = TODAY - timedelta(int(min(draw.expovariate(1 / 1900), max(200, (2026 - year - 18) * 365), 9000)))
        first = begin.replace(day=1) if draw.chance(0.8) else begin
        first = date(first.year, 1, 1) if line == "KFZ" and draw.chance(0.55) else first
        end = first
        while end <= TODAY:
            end = end.replace(year=end.year + years, day=min(end.day, 28))
        discount = draw.few((0, 5, 10, 15, 20, 25, 30), 2.2) if line != "KFZ" else draw.few((35, 25, 45, 15, 0, 55),
            1.6)  # fmt: skip
        paid = draw.choices(list(LOADING), (52, 12, 13, 23) if line != "KFZ" else (40, 15, 20, 25))[0]
        times, factor = LOADING[paid]
        yearly = round(tariffs[tariff] * (1 - discount / 100) * factor, 2)
        yearly = round(yearly * draw.uniform(0.9, 1.1), 2) if draw.chance(0.03) else yearly  # agreed one by one
        told = {
            "Sparte": line, "Tarif": tariff, "Beginn": f"{first:%d.%m.%Y}", "Ablauf": f"{end:%d.%m.%Y}",
            "Zahlweise": paid,
            "Rabatt": f"{discount} %" if discount else "", "Jahresbeitrag": german(yearly),
            "Rate": german(round(yearly / times, 2)),
        }  # fmt: skip
        return {**who, **told}

    found: list[dict[str, str]] = []
    while len(found) < rows:
        who = person()
        found.append(contract(who))
        if draw.chance(0.065):
            home = [who["Straße"], who["PLZ"], who["Ort"], who["Vermittler"]]
            again = who if draw.chance(0.4) else person(home, who["Nachname"], int(who["Geburtsdatum"][-4:]))
            found.append(contract(again))
    order = sorted(found[:rows], key=lambda row: (row["Beginn"][6:] + row["Beginn"][3:5] + row["Beginn"][:2],
        row["Sparte"]))  # fmt: skip
    counts: dict[str, int] = {}
    for row in order:
        key = LINES[row["Sparte"]][0] + row["Beginn"][-2:]
        counts[key] = counts.get(key, draw.randrange(90)) + 1 + int(draw.expovariate(1 / 6))
        row["Vertragsnummer"] = f"{key}-{counts[key]:05d}"
    order.sort(key=lambda row: row["Vertragsnummer"])
    table = [[row[name] for name in HEAD] for row in order]
    path = write_csv(folder / "Bestand_Export.csv", [HEAD, *table], "cp1252", ";")
    own = [person() for _ in range(150)]
    given = [[f"{one['Vorname']} {one['Nachname']}", one["Telefon"],
        one["E-Mail"]] for one in own if one['Telefon'] or one['E-Mail']]  # fmt: skip
    return Made(path, write_canaries(folder, given), "DE", "cp1252", ";", ("PLZ", "Straße"), book(towns))
