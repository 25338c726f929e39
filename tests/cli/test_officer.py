"""The first hour of a data-protection officer: were people called, or kept in lists, who had refused? A world without a
client and without copies on record, walked at the command line.
"""

from __future__ import annotations

import csv
import json
import random
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tracer.identify.drop import hashed

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def phone(number: int) -> str:
    """A number of a segment that nobody was given."""
    return f"1400{number * 7919 % 10_000_000:07d}"


def mail(number: int) -> str:
    return f"person.{number}@mail.example"


def write(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows] if head else rows)
    return path


@pytest.fixture
def case(tmp_path: Path, tracer: Tracer) -> Path:
    """120 people asked for deletion in March; a broker's list of June has them all, another has 19 of them."""
    folder = tmp_path / "world"
    folder.mkdir()
    write(folder / "leads.csv", ["phone", "email"], ((phone(n), mail(n)) for n in range(2_000)))
    write(folder / "others.csv", ["phone"], ((phone(n),) for n in (*range(101, 120), *range(1_000, 3_000))))
    asked = ((mail(n), phone(n), f"{1 + n % 28:02d}.03.2026 10:15") for n in range(120))
    write(folder / "Löschanträge.csv", ["E-Mail", "Telefon", "Widerspruch am"], asked)
    write(folder / "firms.csv", ["phone", "company"], ((phone(n), "GmbH") for n in range(500, 1_500)))
    made = tmp_path / "case"
    tracer("init", made, "--region", "CN").done()
    tracer("load", folder / "leads.csv", "--holder", "broker", "--obtained", "2026-06-01", "--used-under", "customer",
           "--case", made).done()  # fmt: skip
    tracer("load", folder / "others.csv", "--holder", "rival", "--obtained", "2026-06-02", "--case", made).done()
    said = tracer("load", folder / "Löschanträge.csv", "--holder", "office", "--id", "asked", "--case", made).done()
    assert "read as people who refused, by its name" in said.err.replace("\n  ", " ")
    tracer("load", folder / "firms.csv", "--holder", "court", "--origin", "register", "--obtained", "2026-06-03",
           "--case", made).done()  # fmt: skip
    tracer("trace", "--case", made).done()
    return made


def test_refused_people_in_a_later_list_are_the_headline_and_nobodys_copy(case: Path, tracer: Tracer) -> None:
    told = " ".join(tracer("findings", "--case", case).done().out.split())
    headline = (
        "120 people who had refused (list: asked) between 1 and 28 March 2026 were still in leads on 1 June 2026"
        " (held by broker)."
    )
    assert headline in told.partition("All findings")[0]
    assert f"{headline} How it was collected is not stated" not in told
    assert "Stated basis of its use: customer. How it was collected is not stated." in told
    assert "No copy" not in told
    rows = tracer("query", "after-refusal", "-f", "json", "--case", case).json()
    assert [(row["what"], row["of"], row["people"], row["refused_from"], row["first_day"]) for row in rows] == [
        ("listed", "leads", 120, "2026-03-01", "2026-06-01")
    ], "19 are as good as none"
    assert headline in " ".join(tracer("why", "asked", "leads", "--case", case).done().out.split())
    derivations = tracer("query", "derivations", "-f", "json", "--case", case).json()
    named = {name for row in derivations for name in (row["parent"], row["child"])}
    assert named <= {"leads", "others"}
    assert "asked" not in json.dumps(tracer("query", "overlaps", "-f", "json", "--case", case).json())
    assert "拒绝（名单：asked）的人" in tracer("findings", "--lang", "zh", "--case", case).done().out


@pytest.mark.parametrize(
    ("days", "obtained", "what", "said"),
    [
        ((), "2026-08-01", "inside", "120 people who refused (list: dnc) are in leads (held by broker); whether they"
         " had refused before is not known."),
        (("--obtained", "2026-06-01"), "2026-08-01", "listed", "120 people who had refused (list: dnc) by 1 June 2026"
         " were still in leads on 1 August 2026 (held by broker)."),
        (("--obtained", "2026-09-01"), "2026-08-01", "inside", "whether they had refused before is not known."),
        (("--created", "2020-01-01", "--living"), "2026-08-01", "inside", "they had refused before is not known."),
        (None, "2026-02-01", "later", "fewer than 20 of them had refused before."),
    ],
)  # fmt: skip
def test_without_a_known_day_no_order_is_claimed(
    days: Sequence[str] | None, obtained: str, what: str, said: str, tmp_path: Path, tracer: Tracer
) -> None:
    write(tmp_path / "leads.csv", ["phone"], ((phone(n),) for n in range(500)))
    case, rows = tmp_path / "case", [(phone(n), "2026-03-05") for n in range(120)]
    write(tmp_path / "dnc.csv", ["phone", "opt out date"], rows if days is None else (row[:1] for row in rows))
    tracer("init", case, "--region", "CN").done()
    tracer("load", tmp_path / "dnc.csv", "--holder", "state", *(days or ()), "--case", case).done()
    tracer("load", tmp_path / "leads.csv", "--holder", "broker", "--obtained", obtained, "--case", case).done()
    claim = ("claim", "add", "--id", "c", "--party", "broker", "--kind", "consented", "--value", "yes")
    tracer(*claim, "--dataset", "leads", "--case", case).done()
    tracer("trace", "--case", case).done()
    (row,) = tracer("query", "after-refusal", "-f", "json", "--case", case).json()
    assert (row["what"], row["people"]) == (what, 120)
    for command in (("findings",), ("why", "dnc", "leads"), ("why", "dnc", "leads", "--details"), ("show", "dnc")):
        told = " ".join(tracer(*command, "--case", case).done().out.replace("\n     ", " ").split())
        assert said in told, command
    before = 120 if what == "listed" else None
    (consent,) = tracer("query", "consent", "-f", "json", "--case", case).json()
    assert (consent["refused"], consent["refused_before"]) == (120, before)
    (verdict,) = tracer("query", "claims", "-f", "json", "--case", case).json()
    assert verdict["numbers"]["refused_before"] == (before or "<20")
    assert any("through another party" in one for one in verdict["alternatives"]) == (what == "listed")


def test_many_lists_of_refusals_are_counted_together(tmp_path: Path, tracer: Tracer) -> None:
    """Who has refused twice is one person; what fewer than 20 add to the sum cannot be told from it."""
    case = tmp_path / "case"
    tracer("init", case, "--region", "CN").done()
    write(tmp_path / "leads.csv", ["phone"], ((phone(n),) for n in range(500)))
    tracer("load", tmp_path / "leads.csv", "--holder", "a", "--obtained", "2026-08-01", "--case", case).done()
    for name, people in (
        ("dnc", range(60)),
        ("optout", range(40, 90)),
        ("robinson", [*range(100, 119), *range(900, 930)]),
    ):
        write(tmp_path / f"{name}.csv", ["phone"], ((phone(n),) for n in people))
        tracer("load", tmp_path / f"{name}.csv", "--holder", "a" if name == "optout" else "b",
               "--obtained", "2026-05-01", "--case", case).done()  # fmt: skip
    tracer("trace", "--case", case).done()
    rows = tracer("query", "after-refusal", "-f", "json", "--case", case).json()
    assert {row["refusals"]: row["people"] for row in rows} == {None: 90, "dnc": 60, "optout": 50}
    told = tracer("findings", "--case", case).done().out
    order = [
        told.index(said) for said in ("50 people who had refused a by", "90 people", "60 people who had refused (")
    ]
    assert order == sorted(order), "who ignores what was said to itself comes first"
    report = tmp_path / "report.md"
    tracer("export", "report", "--to", "md", "-o", report, "--case", case).done()
    assert "Calls" not in report.read_text(encoding="utf-8"), "nobody was called"


CALLED = ("Date et heure", "Appelant", "Appelé", "Durée (s)")


def test_calls_are_read_in_the_country_of_the_lists_and_come_first(tmp_path: Path, tracer: Tracer) -> None:
    case, calls = tmp_path / "case", tmp_path / "cdr.csv"
    numbers = [f"06399812{n:02d}" for n in range(60)]
    with calls.open("w", encoding="utf-8") as file:
        for line in (CALLED, *((f"{2 + n // 30:02d}/06/2026 13:52:00", "0948112233", one, "15")
                               for n, one in enumerate(numbers[:40])),
                     *(("05/06/2026 10:00:00", "0948112299", one, "15") for one in numbers[40:44])):  # fmt: skip
            file.write(";".join(line) + "\r\n")
    tracer("init", case).done()
    guessed = tracer("signals", "load", calls, "--case", case).done()
    assert "44 called numbers have no country code and were read as CN" in " ".join(guessed.err.split())
    assert "read as" not in tracer("signals", "load", calls, "--region", "FR", "--case", case).done().err
    write(tmp_path / "désinscrits.csv", ["téléphone"], ((one,) for one in numbers))
    tracer("load", tmp_path / "désinscrits.csv", "--holder", "b", "--region", "FR", "--obtained", "2026-05-01",
           "--id", "no", "--case", case).done()  # fmt: skip
    mails = ((f"0{one[1:]}", mail(n)) for n, one in enumerate(numbers))
    write(tmp_path / "leads.csv", ["phone", "email"], mails)
    tracer("load", tmp_path / "leads.csv", "--holder", "a", "--region", "FR", "--obtained", "2026-05-02",
           "--case", case).done()  # fmt: skip
    tracer("trace", "--case", case).done()
    rows = tracer("query", "after-refusal", "-f", "json", "--case", case).json()
    called = [(row["people"], row["first_day"], row["last_day"]) for row in rows if row["what"] == "called"]
    assert called == [(44, "2026-06-02", "2026-06-05")]
    told = " ".join(tracer("findings", "--case", case).done().out.split())
    headline = "44 people who had refused (list: no) were called 44 times afterwards between 2 and 5 June 2026 on an"
    assert f"{headline} unknown line." in told.partition("were still in")[0]
    again = tmp_path / "again"
    tracer("init", again).done()
    tracer("load", tmp_path / "leads.csv", "--holder", "a", "--region", "FR", "--case", again).done()
    assert "read as" not in tracer("signals", "load", calls, "--case", again).done().err


def test_what_a_list_is_can_be_said_otherwise(case: Path, tracer: Tracer) -> None:
    tracer("dataset", "edit", "asked", "--origin", "offer", "--case", case).done()
    tracer("trace", "--case", case).done()
    assert tracer("query", "after-refusal", "-f", "json", "--case", case).json() == []


def test_an_answer_to_a_request_for_access_is_held_against_the_lists(case: Path, tracer: Tracer) -> None:
    for name, value in (("a", "rival"), ("b", "rival 2026-07-01"), ("c", "nobody")):
        tracer("claim", "add", "--id", name, "--party", "broker", "--kind", "stated_origin", "--value", value,
               "--dataset", "leads", "--case", case).done()  # fmt: skip
    tracer("relation", "add", "sold_to", "rival", "broker", "--basis", "alleged", "--case", case).done()
    tracer("trace", "--case", case).done()
    verdicts = {row["claim"]: row for row in tracer("query", "claims", "-f", "json", "--case", case).json()}
    assert verdicts["a"]["numbers"]["source"] == "others"
    assert verdicts["b"]["verdict"] == "contradicted"
    assert verdicts["b"]["alternatives"] == ["leads was there by 1 June 2026, before 1 July 2026."]
    assert verdicts["c"]["verdict"] == "untestable"
    (sale,) = tracer("query", "sales", "-f", "json", "--case", case).json()
    assert (sale["basis"], sale["evidence"]) == ("alleged", [])


def _download(path: Path, lists: dict[str, list[str]], removed: list[tuple[str, str]] = []) -> Path:  # noqa: B006 - not changed
    draw = random.Random(7)
    with zipfile.ZipFile(path, "w") as file:
        for kind, hashes in lists.items():
            rows = (f"{''.join(draw.choices(LETTERS, k=12))},{one}" for one in hashes)
            file.writestr(f"{path.stem[:13]}_{kind}.csv", "\r\n".join(["ID,Hash", *rows]) + "\r\n")
        if removed:
            rows = (f"{''.join(draw.choices(LETTERS, k=12))},{one},{kind}" for kind, one in removed)
            file.writestr(f"{path.stem[:13]}_Removed.csv", "\r\n".join(["ID,Hash,ListType", *rows]) + "\r\n")
    return path


def test_a_download_of_californias_platform_in_one_command(tmp_path: Path, tracer: Tracer) -> None:
    people = [
        {
            "phone": f"+1 (415) 555-01{n:02d}" if n < 60 else "", "email": f"Ann.{n}@Mail.example",
            "maid": f"{n:08x}-0000-4000-8000-{n:012x}",
            "first_name": "José", "last_name": f"O'Neil{'abcdefghij'[n % 10] * (1 + n // 10)}",
            "date_of_birth": f"{1 + n % 12:02d}/{1 + n % 28:02d}/{1950 + n % 50}", "zip": f"9{n:04d}-1234",
        }
        for n in range(200)
    ]  # fmt: skip
    write(tmp_path / "leads.csv", list(people[0]), (list(row.values()) for row in people))

    def whole(n: int) -> str:
        month, day, year = people[n]["date_of_birth"].split("/")
        fields = ("jose", people[n]["last_name"].lower().replace("'", ""), year + month + day, people[n]["zip"][:5])
        return hashed("".join(map(hashed, fields)))

    lists = {
        "Email": [hashed(people[n]["email"].lower()) for n in range(40)],
        "Phone": [hashed(f"41555501{n:02d}") for n in range(20, 60)],
        "MAID": [hashed(people[n]["maid"].replace("-", "")) for n in range(80, 100)],
        "NDZ": [whole(n) for n in range(120, 150)], "CTVID": [hashed("tv")] * 3, "NameVIN": [hashed("car")] * 4,
    }  # fmt: skip
    removed = [("Email", lists["Email"][0]), ("NDZ", lists["NDZ"][0])]
    download = _download(tmp_path / "20260903_4821_DROP.zip", lists, removed)
    case = tmp_path / "case"
    tracer("init", case).done()
    said = tracer("load", download, "--holder", "agency", "--obtained", "2026-09-03", "--case", case).done()
    told = " ".join(said.err.split())
    assert "a download of California's DROP" in told
    assert (
        "CTVID: 3 requests are not loaded: connected-TV identifiers cannot be matched: no list here holds them" in told
    )
    assert "NameVIN: 4 requests are not loaded" in told
    tracer("load", tmp_path / "leads.csv", "--holder", "broker", "--obtained", "2026-10-01", "--case", case).done()
    tracer("trace", "--case", case).done()
    (row,) = tracer("query", "after-refusal", "-f", "json", "--case", case).json()
    assert row["people"] == 60 + 20 + 30 - 2, "who asked by mail and number is one person; two took it back"
    single, files = tmp_path / "single", tmp_path / "files"
    with zipfile.ZipFile(download) as packed:
        packed.extractall(files)
    tracer("init", single).done()
    phones = tracer("load", files / "20260903_4821_Phone.csv", "--holder", "agency", "--id", "p", "--case", single)
    assert "taken back are in another file" in " ".join(phones.done().err.split())
    for file in sorted(set(files.iterdir()) - {files / "20260903_4821_Phone.csv"}):
        tracer("load", file, "--holder", "agency", "--case", single).done()
    tracer("load", tmp_path / "leads.csv", "--holder", "broker", "--obtained", "2026-10-01", "--case", single).done()
    tracer("trace", "--case", single).done()
    rows = tracer("query", "after-refusal", "-f", "json", "--case", single).json()
    assert max((one["people"], one["refused_to"]) for one in rows) == (60 + 20 + 30 - 2, "2026-09-03")


@pytest.mark.parametrize(
    ("name", "head", "line", "region"),
    [
        ("2026-09-01_415_full.txt", (), lambda n: ("415", f"55501{n:02d}"), "US"),
        ("dnc.csv", ("Area Code", "Phone Number"), lambda n: ("415", f"555-01{n:02d}"), "US"),
        ("BLOCTEL_2026.csv", ("NUMERO",), lambda n: (f"06399812{n:02d}",), "FR"),
        ("NCPR.csv", ("Service Area Code", "Phone Numbers", "Preferences"), lambda n: ("7", phone(n), "1#2"), "CN"),
        ("拒扰名单.txt", (), lambda n: (phone(n),), "CN"),
    ],
)  # fmt: skip
def test_do_not_call_lists_as_they_are_delivered(
    name: str, head: Sequence[str], line: object, region: str, tmp_path: Path, tracer: Tracer
) -> None:
    assert callable(line)
    write(tmp_path / name, head, (line(n) for n in range(60)))
    case = tmp_path / "case"
    tracer("init", case, "--region", region).done()
    (row,) = tracer("load", tmp_path / name, "--holder", "state", "--case", case, "-f", "json").done().json()
    assert (row["identifiers"], row["rejected"]) == (60, 0)
    assert tracer("query", "consent", "-f", "json", "--case", case).json() == [], "it is a list of refusals"


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("désinscrits.csv", "phone"), ("desabonnes.csv", "phone"), ("droit_oubli.csv", "phone"),
        ("revoche.csv", "phone"),
        ("勿打扰.csv", "手机"), ("Abgemeldet.csv", "phone"), ("uitgeschreven.csv", "phone"), ("sprzeciwy.csv", "phone"),
        ("liste 3.csv", "Retrait le"),
    ],
)  # fmt: skip
def test_refusals_are_known_by_their_words(name: str, heading: str, tmp_path: Path, tracer: Tracer) -> None:
    write(tmp_path / name, ["phone", heading], ((phone(n), "2026-01-02") for n in range(60)))
    case = tmp_path / "case"
    tracer("init", case, "--region", "CN").done()
    said = tracer("load", tmp_path / name, "--holder", "x", "--case", case).done()
    assert "read as people who refused" in " ".join(said.err.split())


@pytest.mark.parametrize("name", ["leads_without_robinson.csv", "members.csv", "exclusive-leads.csv", "retraites.csv"])
def test_lists_of_anybody_are_not_taken_for_refusals(name: str, tmp_path: Path, tracer: Tracer) -> None:
    rows = ((phone(n), "2026-01-02" if n % 3 else "") for n in range(60))
    write(tmp_path / name, ["phone", "opt_out_date"], rows)
    case = tmp_path / "case"
    tracer("init", case).done()
    said = tracer("load", tmp_path / name, "--holder", "broker", "--case", case).done()
    assert ("say --origin refusals if this list is of them" in " ".join(said.err.split())) == ("robinson" in name)
    assert len(tracer("query", "consent", "-f", "json", "--case", case).json()) == 1
