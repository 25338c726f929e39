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
from tracer.identify.drop import sha256_base64

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
    tracer("init", tmp_path / "case", "--region", "CN").done()
    asked = ((mail(n), phone(n), f"{1 + n % 28:02d}.03.2026 10:15") for n in range(120))
    files = {
        "leads": (["phone", "email"], ((phone(n), mail(n)) for n in range(2_000))),
        "others": (["phone"], ((phone(n),) for n in (*range(101, 120), *range(1_000, 3_000)))),
        "Löschanträge": (["E-Mail", "Telefon", "Widerspruch am"], asked),
        "firms": (["phone", "company"], ((phone(n), "GmbH") for n in range(500, 1_500))),
    }
    for (name, (head, rows)), facts in zip(files.items(), (
        "broker --obtained 2026-06-01 --used-under customer", "rival --obtained 2026-06-02", "office --id asked",
        "court --origin register --obtained 2026-06-03",
    ), strict=True):  # fmt: skip
        file = write(tmp_path / f"{name}.csv", head, rows)
        said = tracer("load", file, "--holder", *facts.split()).done()
        assert ("read as people who refused, by its name" in " ".join(said.err.split())) == ("asked" in facts)
    tracer("trace").done()
    return tmp_path / "case"


def test_refused_people_in_a_later_list_are_the_headline_and_nobodys_copy(case: Path, tracer: Tracer) -> None:
    told = " ".join(tracer("findings").done().out.split())
    headline = (
        "120 people who had refused (list: asked) between 1 and 28 March 2026 were still in leads on 1 June 2026"
        " (held by broker)."
    )
    assert headline in told.partition("All findings")[0]
    assert f"{headline} How it was collected is not stated" not in told
    assert "Stated basis of its use: customer. How it was collected is not stated." in told
    assert "No copy" not in told
    rows = tracer.rows("query", "after-refusal")
    assert [(row["what"], row["of"], row["people"], row["refused_from"], row["first_day"]) for row in rows] == [
        ("listed", "leads", 120, "2026-03-01", "2026-06-01")
    ], "19 are as good as none"
    assert headline in " ".join(tracer("why", "asked", "leads").done().out.split())
    derivations = tracer.rows("query", "derivations")
    named = {name for row in derivations for name in (row["parent"], row["child"])}
    assert named <= {"leads", "others"}
    assert "asked" not in json.dumps(tracer.rows("query", "overlaps"))
    assert "拒绝（名单：asked）的人" in tracer("findings", "--lang", "zh").done().out


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
    tracer("load", tmp_path / "dnc.csv", "--holder", "state", *(days or ())).done()
    tracer("load", tmp_path / "leads.csv", "--holder", "broker", "--obtained", obtained).done()
    claim = ("claim", "add", "--id", "c", "--party", "broker", "--kind", "consented", "--value", "yes")
    tracer(*claim, "--dataset", "leads").done()
    tracer("trace").done()
    (row,) = tracer.rows("query", "after-refusal")
    assert (row["what"], row["people"]) == (what, 120)
    for command in (("findings",), ("why", "dnc", "leads"), ("why", "dnc", "leads", "--details"), ("show", "dnc")):
        told = " ".join(tracer(*command).done().out.replace("\n     ", " ").split())
        assert said in told, command
    before = 120 if what == "listed" else None
    (consent,) = tracer.rows("query", "consent")
    assert (consent["refused"], consent["refused_before"]) == (120, before)
    (verdict,) = tracer.rows("query", "claims")
    assert verdict["numbers"]["refused_before"] == (before or "<20")
    assert any("through another party" in one for one in verdict["alternatives"]) == (what == "listed")


def test_many_lists_of_refusals_are_counted_together(tmp_path: Path, tracer: Tracer) -> None:
    """Who has refused twice is one person; what fewer than 20 add to the sum cannot be told from it."""
    tracer("init", tmp_path / "case", "--region", "CN").done()
    for name, people, holder, day in (
        ("leads", [*range(500)], "a", "2026-08-01"), ("dnc", [*range(60)], "b", "2026-05-01"),
        ("optout", [*range(40, 90)], "a", "2026-05-01"),
        ("robinson", [*range(100, 119), *range(900, 930)], "b", "2026-05-01"),
    ):  # fmt: skip
        file = write(tmp_path / f"{name}.csv", ["phone"], ((phone(n),) for n in people))
        tracer("load", file, "--holder", holder, "--obtained", day).done()
    tracer("trace").done()
    rows = tracer.rows("query", "after-refusal")
    assert {row["refusals"]: row["people"] for row in rows} == {None: 90, "dnc": 60, "optout": 50}
    told = tracer("findings").done().out
    order = list(map(told.index, ("50 people who had refused a by", "90 people", "60 people who had refused (")))
    assert order == sorted(order), "who ignores what was said to itself comes first"
    tracer("export", "report", "--to", "md", "-o", tmp_path / "report.md").done()
    assert "Calls" not in (tmp_path / "report.md").read_text(encoding="utf-8"), "nobody was called"


def test_calls_are_read_in_the_country_of_the_lists_and_come_first(tmp_path: Path, tracer: Tracer) -> None:
    numbers, calls = [f"06399812{n:02d}" for n in range(60)], tmp_path / "cdr.csv"
    rows = [(f"{2 + n // 30:02d}/06/2026 13:52:00", "0948112233", one) for n, one in enumerate(numbers[:40])]
    rows += [("05/06/2026 10:00:00", "0948112299", one) for one in numbers[40:44]]
    lines = ("Date et heure;Appelant;Appelé;Durée (s)", *(";".join((*row, "15")) for row in rows))
    calls.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8")
    tracer("init", tmp_path / "case").done()
    tracer("signals", "load", calls).ends(0, "44 called numbers have no country code and were read as CN")
    assert "read as" not in tracer("signals", "load", calls, "--region", "FR").done().err
    no = write(tmp_path / "désinscrits.csv", ["téléphone"], ((one,) for one in numbers))
    mails = ((f"0{one[1:]}", mail(n)) for n, one in enumerate(numbers))
    leads = write(tmp_path / "leads.csv", ["phone", "email"], mails)
    tracer("load", no, "--holder", "b", "--region", "FR", "--obtained", "2026-05-01", "--id", "no").done()
    tracer("load", leads, "--holder", "a", "--region", "FR", "--obtained", "2026-05-02").done()
    tracer("trace").done()
    found = tracer.rows("query", "after-refusal")
    called = [(row["people"], row["first_day"], row["last_day"]) for row in found if row["what"] == "called"]
    assert called == [(44, "2026-06-02", "2026-06-05")]
    told = " ".join(tracer("findings").done().out.split())
    headline = "44 people who had refused (list: no) were called 44 times afterwards between 2 and 5 June 2026 on an"
    assert f"{headline} unknown line." in told.partition("were still in")[0]
    tracer("init", tmp_path / "again").done()
    tracer("load", leads, "--holder", "a", "--region", "FR").done()
    assert "read as" not in tracer("signals", "load", calls).done().err


def test_what_a_list_is_can_be_said_otherwise(case: Path, tracer: Tracer) -> None:
    tracer("dataset", "edit", "asked", "--origin", "offer").done()
    tracer("trace").done()
    assert tracer.rows("query", "after-refusal") == []


def test_an_answer_to_a_request_for_access_is_held_against_the_lists(case: Path, tracer: Tracer) -> None:
    for name, value in (("a", "rival"), ("b", "rival 2026-07-01"), ("c", "nobody")):
        tracer("claim", "add", "--id", name, "--party", "broker", "--kind", "stated_origin", "--value", value,
               "--dataset", "leads").done()  # fmt: skip
    tracer("relation", "add", "sold_to", "rival", "broker", "--basis", "alleged").done()
    tracer("trace").done()
    verdicts = {row["claim"]: row for row in tracer.rows("query", "claims")}
    assert verdicts["a"]["numbers"]["source"] == "others"
    assert verdicts["b"]["verdict"] == "contradicted"
    assert verdicts["b"]["alternatives"] == ["leads was there by 1 June 2026, before 1 July 2026."]
    assert verdicts["c"]["verdict"] == "untestable"
    (sale,) = tracer.rows("query", "sales")
    assert (sale["basis"], sale["evidence"]) == ("alleged", [])


def _download(path: Path, lists: dict[str, list[str]], removed: Iterable[tuple[str, str]]) -> Path:
    draw = random.Random(7)
    files = {kind: [("ID", "Hash"), *((one,) for one in hashes)] for kind, hashes in lists.items()}
    with zipfile.ZipFile(path, "w") as packed:
        for kind, (head, *rows) in (files | {"Removed": [("ID", "Hash", "ListType"), *removed]}).items():
            lines = [head, *(("".join(draw.choices(LETTERS, k=12)), *row) for row in rows)]
            packed.writestr(f"{path.stem[:13]}_{kind}.csv", "".join(f"{','.join(line)}\r\n" for line in lines))
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
    leads = write(tmp_path / "leads.csv", list(people[0]), (list(row.values()) for row in people))
    brokers = ("load", leads, "--holder", "broker", "--obtained", "2026-10-01")

    def whole(n: int) -> str:
        month, day, year = people[n]["date_of_birth"].split("/")
        fields = ("jose", people[n]["last_name"].lower().replace("'", ""), year + month + day, people[n]["zip"][:5])
        return sha256_base64("".join(map(sha256_base64, fields)))

    lists = {
        "Email": [sha256_base64(people[n]["email"].lower()) for n in range(40)],
        "Phone": [sha256_base64(f"41555501{n:02d}") for n in range(20, 60)],
        "MAID": [sha256_base64(people[n]["maid"].replace("-", "")) for n in range(80, 100)],
        "NDZ": [whole(n) for n in range(120, 150)], "CTVID": [sha256_base64("tv")] * 3,
        "NameVIN": [sha256_base64("car")] * 4,
    }  # fmt: skip
    removed = [(lists["Email"][0], "Email"), (lists["NDZ"][0], "NDZ")]
    download = _download(tmp_path / "20260903_4821_DROP.zip", lists, removed)
    tracer("init", tmp_path / "case").done()
    tracer("load", download, "--holder", "agency", "--obtained", "2026-09-03").ends(
        0, "a download of California's DROP", "NameVIN: 4 requests are not loaded",
        "CTVID: 3 requests are not loaded: connected-TV identifiers cannot be matched: no list here holds them",
    )  # fmt: skip
    tracer(*brokers).done()
    tracer("trace").done()
    (row,) = tracer.rows("query", "after-refusal")
    assert row["people"] == 60 + 20 + 30 - 2, "who asked by mail and number is one person; two took it back"
    with zipfile.ZipFile(download) as packed:
        packed.extractall(tmp_path / "files")
    phones, *rest = sorted((tmp_path / "files").iterdir(), key=lambda file: "Phone" not in file.name)
    tracer("init", tmp_path / "single").done()
    tracer("load", phones, "--holder", "agency", "--id", "p").ends(0, "taken back are in another file")
    for file in rest:
        tracer("load", file, "--holder", "agency").done()
    tracer(*brokers).done()
    tracer("trace").done()
    rows = tracer.rows("query", "after-refusal")
    assert max((one["people"], one["refused_to"]) for one in rows) == (60 + 20 + 30 - 2, "2026-09-03")


DELIVERED: tuple[tuple[str, str, str, str], ...] = (
    ("2026-09-01_415_full.txt", "", "415,55501{n:02d}", "US"),
    ("dnc.csv", "Area Code,Phone Number", "415,555-01{n:02d}", "US"),
    ("BLOCTEL_2026.csv", "NUMERO", "06399812{n:02d}", "FR"),
    ("NCPR.csv", "Service Area Code,Phone Numbers,Preferences", "7,{phone},1#2", "CN"),
    ("拒扰名单.txt", "", "{phone}", "CN"),
    *((f"{name}.csv", "phone,when", "{phone},2026-01-02", "CN") for name in (
        "désinscrits desabonnes droit_oubli revoche 勿打扰 Abgemeldet uitgeschreven sprzeciwy".split())),
    ("liste 3.csv", "phone,Retrait le", "{phone},2026-01-02", "CN"),
)  # fmt: skip
"""Lists of refusals as they are delivered, or known by their words: name, headings, line and region."""


def test_lists_of_refusals_are_known_and_lists_of_anybody_are_not(tmp_path: Path, tracer: Tracer) -> None:
    tracer("init", tmp_path / "case", "--region", "CN").done()
    for number, (name, head, line, region) in enumerate(DELIVERED):
        rows = (line.format(n=n, phone=phone(n)).split(",") for n in range(60))
        file = write(tmp_path / name, head.split(",") if head else (), rows)
        words = ("load", file, "--id", f"list-{number}", "--holder", "state", "--region", region)
        (row,) = tracer(*words, "-f", "json").ends(0, "read as people who refused").json()
        assert (row["identifiers"], row["rejected"]) == (60, 0), name
    assert tracer.rows("query", "consent") == []
    for name in ("leads_without_robinson", "members", "exclusive-leads", "retraites"):
        days = ((phone(n), "2026-01-02" if n % 3 else "") for n in range(60))
        file = write(tmp_path / f"{name}.csv", ["phone", "opt_out_date"], days)
        told = " ".join(tracer("load", file, "--holder", "broker").done().err.split())
        assert ("say --origin refusals if this list is of them" in told) == ("robinson" in name), name
    assert len(tracer.rows("query", "consent")) == 4
