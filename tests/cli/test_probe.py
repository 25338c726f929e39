"""`tracer probe`: a service that knows one copy's file, asked by the sheets alone until the copy is named."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.marking.own_list import copy_of


def phone(number: int) -> str:
    """A number in a segment that is not allocated."""
    return f"140{number * 7919 % 100_000_000:08d}"


class Lookup:
    """A service that holds nearly all of a file and seldom errs: what chance decides (the case's secret is another one
    each time) is measured in `tests.bench.probes`."""

    def __init__(
        self, copy: Path, *, marks: frozenset[str] = frozenset(), rows: bool = True, seed: int = 3,
        others: Iterable[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        """`marks`: planted records that it has whole; `others`: people whom it has from elsewhere, by number."""
        self.draw = random.Random(seed)
        lines = list(csv.DictReader(io.StringIO(copy.read_text(encoding="utf-8"))))
        self.names = [line["姓名"] for line in lines]
        self.held = {
            line["手机号"]: line["姓名"]
            for line in lines
            if line["手机号"] in marks or (rows and self.draw.random() < 0.97)
        } | dict(others)

    def ask(self, typed: str) -> tuple[str, str]:
        """What it answers to a number."""
        name = self.held.get(re.sub(r"\D", "", typed))
        if self.draw.random() < 0.01:
            return ("否", "") if name else ("是", self.draw.choice(self.names))
        return ("是", name) if name else ("否", "")

    def fill(self, sheet: Path) -> str:
        """Fill in a sheet; its id."""
        rows = list(csv.reader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
        for row in rows[1:]:
            row[4:6] = self.ask(row[1])
        with sheet.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return rows[1][0].partition("-")[0]


@pytest.fixture
def released(tracer: Tracer, tmp_path: Path) -> tuple[Path, Path]:
    """A case with four marked copies, and their folder."""
    return release_to_four(tracer, tmp_path)


def release_to_four(tracer: Tracer, tmp_path: Path, *, mail: bool = False) -> tuple[Path, Path]:
    """A case with four marked copies, and their folder; `mail`: its people have an address as well as a number."""
    case, folder = tmp_path / "case", tmp_path / "copies"
    surnames, given = "王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
    draw = random.Random(1)
    people = "".join(
        f"{draw.choice(surnames)}{draw.choice(given)}{draw.choice(given)},{phone(number)}"
        + (f",u{number * 37 % 1009}@firma.example\n" if mail else "\n")
        for number in range(600)
    )
    (tmp_path / "list.csv").write_text(f"姓名,手机号{',邮箱' if mail else ''}\n" + people, encoding="utf-8")
    canaries = "".join(
        f"{phone(number)}{f',m{number * 41 % 1009}@firma.example' if mail else ''}\n" for number in range(5000, 5045)
    )
    (tmp_path / "canaries.csv").write_text(f"phone{',email' if mail else ''}\n" + canaries, encoding="utf-8")
    at = ("--case", case)
    assert tracer("init", case, "--region", "CN").code == 0
    for party in ("client", "v1", "v2", "v3", "v4", "lookup"):
        assert tracer("party", "add", party, "--role", "other", *at).code == 0
    assert tracer("load", tmp_path / "list.csv", "--id", "own", "--holder", "client", "--origin", "own", *at).code == 0
    assert tracer("canary", "import", tmp_path / "canaries.csv", "--region", "CN", *at).code == 0
    to = [word for number in range(1, 5) for word in ("--to", f"v{number}")]
    tracer(
        "release", "own", *to, "-o", folder, "--unique", "10", "--withhold", "0.05", "--accept-detectable", *at
    ).done()
    return case, folder


def probed(
    tracer: Tracer, case: Path, service: Lookup, folder: Path, *options: str, grade: str = "G2"
) -> list[dict[str, object]]:
    """Ask the sheets of a campaign until a copy is named with a grade; the last result."""
    begin = ("own@*", "--service", "lookup", "--reason", "a leak", *options)
    last = ""
    rows: list[dict[str, object]] = []
    for number in range(15):
        sheet = folder / f"{number}-{service.draw.random()}.csv"
        said = tracer("probe", "plan", *(("--after", last) if last else begin), "-o", sheet, "--case", case)
        if said.code == 3:
            assert "nothing is left to ask" in said.err
            return rows
        assert said.code == 0, said.err
        last = service.fill(sheet)
        rows = tracer("probe", "load", sheet, "-f", "json", "--case", case).json()
        if rows[0]["named"] and str(rows[0]["grade"]) >= grade:
            return rows
    raise AssertionError("sheets without end")


def test_the_copy_is_named_that_the_service_holds(tracer: Tracer, released: tuple[Path, Path], tmp_path: Path) -> None:
    case, copies = released
    first, *others = probed(tracer, case, Lookup(copy_of(copies, "v3")), tmp_path)
    assert (first["recipient"], first["named"]) == ("v3", True)
    assert not any(row["named"] for row in others)
    states = tracer("canary", "list", "-f", "json", "--case", case).out
    assert first["grade"] == ("G3" if float(str(first["planted"])) <= 0.01 else "G2")
    assert "burnt" in states, "who was asked is known to the service"


def test_stolen_marks_without_the_copy_name_nobody(tracer: Tracer, released: tuple[Path, Path], tmp_path: Path) -> None:
    case, copies = released
    own = (tmp_path / "list.csv").read_text(encoding="utf-8")
    lines = csv.DictReader(io.StringIO(copy_of(copies, "v2").read_text(encoding="utf-8")))
    marks = frozenset(line["手机号"] for line in lines if line["手机号"] not in own)
    first = probed(tracer, case, Lookup(copy_of(copies, "v2"), marks=marks, rows=False), tmp_path)[0]
    assert (first["recipient"], first["named"]) == ("v2", False)
    assert float(str(first["chance"])) < float(str(first["chance_bound"])), "its marks alone would name it"
    assert "stolen or planted" in str(first["against"])


def test_only_people_who_agreed_are_asked_for(tracer: Tracer, released: tuple[Path, Path], tmp_path: Path) -> None:
    case, copies = released
    people = list(csv.DictReader(io.StringIO((tmp_path / "list.csv").read_text(encoding="utf-8"))))
    agreed = {line["手机号"] for line in people[:90]}
    file = tmp_path / "agreed.csv"
    file.write_text("phone\n" + "\n".join(sorted(agreed)) + "\n", encoding="utf-8")
    (tmp_path / "none.csv").write_text("colour\nred\n", encoding="utf-8")
    service, sheet = Lookup(copy_of(copies, "v3")), tmp_path / "ask.csv"
    begin: tuple[str, ...] = ("own@*", "--service", "lookup", "--reason", "a leak")
    refused = tracer("probe", "plan", *begin, "--agreed", tmp_path / "none.csv", "-o", sheet, "--case", case)
    assert refused.code == 3
    assert "no number or address" in refused.err
    typed: set[str] = set()
    for _ in range(6):
        said = tracer("probe", "plan", *begin, "--agreed", file, "-o", sheet, "--case", case)
        if said.code == 3:
            break
        assert said.code == 0, said.err
        last = service.fill(sheet)
        rows = csv.reader(io.StringIO(sheet.read_text(encoding="utf-8-sig")))
        typed |= {re.sub(r"\D", "", row[1]) for row in rows}
        tracer("probe", "load", sheet, "--case", case)
        begin = ("--after", last)
        without = tracer("probe", "plan", *begin, "-o", tmp_path / "b.csv", "--case", case)
        assert "--agreed FILE" in without.err, "nor does a later sheet ask for others"
    asked = typed & {line["手机号"] for line in people}
    assert asked
    assert asked <= agreed


def test_answers_are_read_whole_or_not_at_all(tracer: Tracer, released: tuple[Path, Path], tmp_path: Path) -> None:
    case, copies = released
    sheet = tmp_path / "ask.csv"
    begin = ("own@*", "--service", "lookup", "--reason", "a leak", "-o", sheet, "--case", case)
    assert "reason" in tracer("probe", "plan", "own@*", "--service", "lookup", "-o", sheet, "--case", case).err
    assert tracer("probe", "plan", *begin).code == 0
    assert not re.search("canary|control|pool|withheld|home", sheet.read_text(encoding="utf-8-sig"))
    assert tracer("probe", "plan", "--after", "p1", "-o", tmp_path / "b.csv", "--case", case).code == 3
    Lookup(copy_of(copies, "v1")).fill(sheet)
    good = sheet.read_text(encoding="utf-8")
    sheet.write_text(re.sub(r"(?m)^(p1-2,.*),[是否],[^,]*,", r"\1,perhaps,,", good), encoding="utf-8")
    said = tracer("probe", "load", sheet, "--case", case)
    assert said.code == 3
    assert "p1-2" in said.err
    sheet.write_text(good, encoding="utf-8")
    assert "0 were known" in tracer("probe", "load", sheet, "--case", case).err
    assert "0 answers loaded" in tracer("probe", "load", sheet, "--case", case).err
    turned = good.replace(",是,", ",?,").replace(",否,", ",是,").replace(",?,", ",否,")
    sheet.write_text(re.sub(r"(?m)^(p1-\d+,.*,否),[^,]*,", r"\1,,", turned), encoding="utf-8")
    assert "before" in tracer("probe", "load", sheet, "--case", case).err


MANY = ("--most", "90", "--ordinary", "16", "--withheld", "16")


def test_a_service_of_numbers_alone_is_asked_for_withheld_rows_that_have_an_address_too(
    tracer: Tracer, tmp_path: Path
) -> None:
    case, copies = release_to_four(tracer, tmp_path, mail=True)
    own = (tmp_path / "list.csv").read_text(encoding="utf-8")
    told = list(csv.DictReader(io.StringIO(copy_of(copies, "v3").read_text(encoding="utf-8"))))
    first = probed(tracer, case, Lookup(copy_of(copies, "v3")), tmp_path, *MANY, "--by", "phone", grade="G3")[0]
    assert (first["recipient"], first["named"]) == ("v3", True)
    assert int(str(first["withheld_asked"])) > 0
    held = {line["手机号"] for line in told}
    lacking = {line["手机号"] for line in csv.DictReader(io.StringIO(own))} - held
    typed = [
        re.sub(r"\D", "", row[1]) for sheet in tmp_path.glob("*-*.csv")
        for row in csv.reader(io.StringIO(sheet.read_text(encoding="utf-8-sig")))
    ]  # fmt: skip
    assert len(lacking & set(typed)) == first["withheld_asked"], "no withheld row was asked as an ordinary one"
    assert len(typed) - typed.count("") == len(set(typed) - {""}), "each was asked for once"


def test_who_stole_marks_and_has_the_people_from_elsewhere_is_not_said_to_hold_the_copy(
    tracer: Tracer, tmp_path: Path
) -> None:
    """The headline gives the same chance as the sentence after it, of the case that is worst for the recipient."""
    case, copies = release_to_four(tracer, tmp_path, mail=True)
    people = list(csv.DictReader(io.StringIO((tmp_path / "list.csv").read_text(encoding="utf-8"))))
    own = {line["手机号"] for line in people}
    copy = copy_of(copies, "v2")
    lines = csv.DictReader(io.StringIO(copy.read_text(encoding="utf-8")))
    marks = frozenset(line["手机号"] for line in lines if line["手机号"] not in own)
    elsewhere = [(line["手机号"], line["姓名"]) for line in people]
    thief = Lookup(copy, marks=marks, rows=False, others=elsewhere)
    begin = ("own@*", "--service", "lookup", "--reason", "a leak", "--withheld", "0")
    last = ""
    for number in range(8):
        sheet = tmp_path / f"{number}.csv"
        words = ("--after", last) if last else begin
        if tracer("probe", "plan", *words, "-o", sheet, "--case", case).code == 3:
            break
        last = thief.fill(sheet)
        tracer("probe", "load", sheet, "--case", case).done()
    row = tracer("probe", "show", last, "-f", "json", "--case", case).json()[0]
    assert (row["recipient"], row["named"], row["grade"]) == ("v2", True, "G2")
    assert row["doubt"] == row["planted"] == 1
    said = tracer("probe", "show", last, "--case", case).err
    assert "lookup holds" not in said
    assert "stolen" in said
    assert "at most" not in said, "no other chance is near it that a reader takes for the same"
    other = tracer("probe", "show", last, "--lang", "zh", "--case", case).err
    assert "窃取" in other


def test_a_sheet_that_was_never_asked_uses_nothing_up(
    tracer: Tracer, released: tuple[Path, Path], tmp_path: Path
) -> None:
    case, copies = released
    at = ("--case", case)
    begin = ("probe", "plan", "own@*", "--service", "lookup", "--reason", "a leak")
    for number in range(3):
        tracer(*begin, "-o", tmp_path / f"removed-{number}.csv", *at).done()
    tracer("probe", "remove", "p1", *at).done()
    tracer("probe", "remove", "p2", *at).done()
    late = tracer("probe", "load", tmp_path / "removed-1.csv", *at)
    assert late.code == 3
    assert "burnt" not in tracer("canary", "list", "-f", "json", *at).out
    assert "p2 was removed" in tracer("probe", "show", "p2", *at).err
    first = probed(tracer, case, Lookup(copy_of(copies, "v3")), tmp_path)[0]
    assert (first["recipient"], first["named"]) == ("v3", True)
    assert first["campaign"] == "p4", "the number of a sheet is not given twice"
    assert first["p_bound"] == pytest.approx(0.01 * 0.8 * 0.25 / 4), "the whole error of a first campaign"
    asked = tracer("probe", "remove", "p4", *at)
    assert asked.code == 3
    assert "answers" in asked.err
    commands = [entry["command"] for entry in tracer("journal", "-f", "json", *at).json()]
    assert commands.count("probe remove") == 2


def test_one_who_was_asked_for_in_another_sheet_does_not_count_twice(
    tracer: Tracer, released: tuple[Path, Path], tmp_path: Path
) -> None:
    case, copies = released
    one, two, service = tmp_path / "1.csv", tmp_path / "2.csv", Lookup(copy_of(copies, "v3"))
    for sheet in (one, two):
        begin = ("own@*", "--service", "lookup", "--reason", "a leak", "--most", "70")
        tracer("probe", "plan", *begin, "-o", sheet, "--case", case).done()
        service.fill(sheet)
    typed = [
        {row[1] for row in csv.reader(io.StringIO(sheet.read_text(encoding="utf-8")))} - {"ask for"}
        for sheet in (one, two)
    ]
    both = len(typed[0] & typed[1])
    assert both > 0
    tracer("probe", "load", one, "--case", case).done()
    said = tracer("probe", "load", two, "--case", case)
    assert said.code == 0
    assert f"{len(typed[1]) - both} answers loaded, {both} were known" in said.err
