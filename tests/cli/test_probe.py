"""`tracer probe`: a service that knows one copy's file, asked by the sheets alone until the copy is named."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Made, Once, Tracer, Use
from tests.marking.own_list import copy_of
from tracer.case.case import open_case

BEGIN = ("probe", "plan", "own@*", "--service", "lookup", "--by", "phone", "--reason", "a leak")


def phone(number: int) -> str:
    """A number in a segment that is not allocated."""
    return f"140{number * 7919 % 100_000_000:08d}"


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


class Lookup:
    """A service that holds nearly all of a file and seldom errs: what chance decides (the case's secret is another one
    each time) is measured in `tests.bench.probes`."""

    def __init__(
        self, copy: Path, *, marks: frozenset[str] = frozenset(), rows: bool = True,
        others: Iterable[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        """`marks`: planted records that it has whole; `others`: people whom it has from elsewhere, by number."""
        self.draw = random.Random(3)
        held = {line["手机号"]: line["姓名"] for line in rows_of(copy)}
        self.names = list(held.values())
        self.held = {
            number: name for number, name in held.items()
            if number in marks or (rows and self.draw.random() < 0.97)
        } | dict(others)  # fmt: skip

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


def typed_in(sheet: Path) -> list[str]:
    """The numbers that a sheet asks for."""
    return [re.sub(r"\D", "", row["ask for"]) for row in rows_of(sheet)]


def four_copies(made: Made) -> None:
    """A case whose list has four marked copies; its people have an address as well as a number."""
    folder, draw = made.folder, random.Random(1)
    surnames, given = "王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
    names = (f"{draw.choice(surnames)}{draw.choice(given)}{draw.choice(given)}" for _ in range(600))
    people = (f"{name},{phone(n)},u{n * 37 % 1009}@firma.example\n" for n, name in enumerate(names))
    (folder / "list.csv").write_text("姓名,手机号,邮箱\n" + "".join(people), encoding="utf-8")
    canaries = (f"{phone(number)},m{number * 41 % 1009}@firma.example\n" for number in range(5000, 5045))
    (folder / "canaries.csv").write_text("phone,email\n" + "".join(canaries), encoding="utf-8")
    made.run("init", folder / "case", "--region", "CN")
    for words in (
        *(("party", "add", party, "--role", "other") for party in ("client", "v1", "v2", "v3", "v4", "lookup")),
        ("load", folder / "list.csv", "--id", "own", "--holder", "client", "--origin", "own"),
        ("canary", "import", folder / "canaries.csv", "--region", "CN"),
        ("release", "own", "-o", folder / "copies", "--to", "v1", "--to", "v2", "--to", "v3", "--to", "v4",
         "--unique", "10", "--withhold", "0.05", "--accept-detectable"),
    ):  # fmt: skip
        made.run(*words, "--case", folder / "case")


@pytest.fixture
def made(once: Once, tmp_path: Path, own_surroundings: Path, use: Use) -> Path:
    """The folder of the list and its copies; the case of the commands is a copy of its own."""
    use(once(four_copies).copy(tmp_path / "case", own_surroundings))
    return once(four_copies).folder


def service_of(made: Path, recipient: str) -> Lookup:
    return Lookup(copy_of(made / "copies", recipient))


def probed(tracer: Tracer, service: Lookup, folder: Path, *options: str, grade: str = "G2") -> list[dict[str, Any]]:
    """Ask up to 15 sheets, until a copy is named with a grade or nothing is left to ask; the last result."""
    last, rows = "", list[dict[str, Any]]()
    for number in range(15):
        sheet = folder / f"{number}-{service.draw.random()}.csv"
        said = tracer(*(("probe", "plan", "--after", last) if last else (*BEGIN, *options)), "-o", sheet)
        if said.code == 3:
            said.ends(3, "nothing is left to ask")
            return rows
        said.done()
        last = service.fill(sheet)
        rows = tracer.rows("probe", "load", sheet)
        if rows[0]["named"] and rows[0]["grade"] >= grade:
            return rows
    return rows


def test_the_copy_is_named_that_the_service_holds(tracer: Tracer, made: Path, tmp_path: Path) -> None:
    first, *others = probed(tracer, service_of(made, "v3"), tmp_path)
    assert (first["recipient"], first["named"]) == ("v3", True)
    assert not any(row["named"] for row in others)
    assert first["grade"] == ("G3" if float(first["planted"]) <= 0.01 else "G2")
    assert "burnt" in tracer("canary", "list", "-f", "json").out, "who was asked is known to the service"


def test_only_people_who_agreed_are_asked_for(tracer: Tracer, made: Path, tmp_path: Path) -> None:
    people = [line["手机号"] for line in rows_of(made / "list.csv")]
    file, sheet, service, typed = tmp_path / "agreed.csv", tmp_path / "ask.csv", service_of(made, "v3"), set[str]()
    file.write_text("phone\n" + "\n".join(sorted(people[:90])) + "\n", encoding="utf-8")
    (tmp_path / "none.csv").write_text("colour\nred\n", encoding="utf-8")
    tracer(*BEGIN, "--agreed", tmp_path / "none.csv", "-o", sheet).ends(3, "no number or address")
    begin: tuple[str, ...] = BEGIN
    for _ in range(6):
        said = tracer(*begin, "--agreed", file, "-o", sheet)
        if said.code == 3:
            break
        said.done()
        begin = ("probe", "plan", "--after", service.fill(sheet))
        typed |= {*typed_in(sheet)}
        tracer("probe", "load", sheet)
        without = tracer(*begin, "-o", tmp_path / "b.csv")
        assert "--agreed FILE" in without.err, "nor does a later sheet ask for others"
    assert set() < typed & {*people} <= {*people[:90]}


def test_answers_are_read_whole_or_not_at_all(tracer: Tracer, made: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "ask.csv"
    assert "reason" in tracer(*BEGIN[:-2], "-o", sheet).err
    tracer(*BEGIN, "-o", sheet).done()
    assert not re.search("canary|control|pool|withheld|home", sheet.read_text(encoding="utf-8-sig"))
    assert tracer("probe", "plan", "--after", "p1", "-o", tmp_path / "b.csv").code == 3
    service_of(made, "v1").fill(sheet)
    good = sheet.read_text(encoding="utf-8")
    sheet.write_text(re.sub(r"(?m)^(p1-2,.*),[是否],[^,]*,", r"\1,perhaps,,", good), encoding="utf-8")
    tracer("probe", "load", sheet).ends(3, "p1-2")
    sheet.write_text(good, encoding="utf-8")
    tracer("probe", "load", sheet).ends(0, "0 were known")
    tracer("probe", "load", sheet).ends(0, "0 answers loaded")
    turned = good.replace(",是,", ",?,").replace(",否,", ",是,").replace(",?,", ",否,")
    sheet.write_text(re.sub(r"(?m)^(p1-\d+,.*,否),[^,]*,", r"\1,,", turned), encoding="utf-8")
    assert "before" in tracer("probe", "load", sheet).err


def test_withheld_rows_with_an_address_are_asked_by_number(tracer: Tracer, made: Path, tmp_path: Path) -> None:
    options = "--most 90 --ordinary 16 --withheld 16".split()
    first = probed(tracer, service_of(made, "v3"), tmp_path, *options, grade="G3")[0]
    assert (first["recipient"], first["named"]) == ("v3", True)
    assert first["withheld_asked"] > 0
    own, held = (
        {line["手机号"] for line in rows_of(path)} for path in (made / "list.csv", copy_of(made / "copies", "v3"))
    )
    typed = [number for sheet in tmp_path.glob("*-*.csv") for number in typed_in(sheet)]
    assert len((own - held) & set(typed)) == first["withheld_asked"], "no withheld row was asked as an ordinary one"
    assert len(typed) == len(set(typed)), "each was asked for once"


def test_a_thief_of_marks_is_not_said_to_hold_the_copy(tracer: Tracer, made: Path, tmp_path: Path) -> None:
    """The headline gives the same chance as the sentence after it, of the case that is worst for the recipient."""
    elsewhere, copy = (
        {line["手机号"]: line["姓名"] for line in rows_of(made / "list.csv")},
        copy_of(made / "copies", "v2"),
    )
    marks = frozenset(line["手机号"] for line in rows_of(copy)) - elsewhere.keys()
    thief = Lookup(copy, marks=marks, rows=False, others=elsewhere.items())
    campaign = probed(tracer, thief, tmp_path, "--withheld", "0", grade="G9")[0]["campaign"]
    row = tracer.rows("probe", "show", campaign)[0]
    assert (row["recipient"], row["named"], row["grade"]) == ("v2", True, "G2")
    assert row["doubt"] == row["planted"] == 1
    said = tracer("probe", "show", campaign).err
    # No other chance is near it that a reader takes for the same.
    assert ("lookup holds" in said, "stolen" in said, "at most" in said) == (False, True, False)
    assert "窃取" in tracer("probe", "show", campaign, "--lang", "zh").err


def test_a_sheet_that_was_never_asked_uses_nothing_up(tracer: Tracer, made: Path, tmp_path: Path) -> None:
    for number in range(3):
        tracer(*BEGIN, "-o", tmp_path / f"removed-{number}.csv").done()
    for sheet in ("p1", "p2"):
        tracer("probe", "remove", sheet).done()
    assert tracer("probe", "load", tmp_path / "removed-1.csv").code == 3
    assert "burnt" not in tracer("canary", "list", "-f", "json").out
    assert "p2 was removed" in tracer("probe", "show", "p2").err
    first = probed(tracer, service_of(made, "v3"), tmp_path)[0]
    assert (first["recipient"], first["named"]) == ("v3", True)
    assert first["campaign"] == "p4", "the number of a sheet is not given twice"
    assert first["p_bound"] == pytest.approx(0.01 * 0.8 * 0.25 / 4), "the whole error of a first campaign"
    tracer("probe", "remove", "p4").ends(3, "answers")
    assert [entry["command"] for entry in tracer.rows("journal")].count("probe remove") == 2


def test_who_is_in_two_sheets_does_not_count_twice(tracer: Tracer, made: Path, tmp_path: Path) -> None:
    one, two, service = tmp_path / "1.csv", tmp_path / "2.csv", service_of(made, "v3")
    for sheet in (one, two):
        tracer(*BEGIN, "--most", "70", "-o", sheet).done()
        service.fill(sheet)
    first, second = ({row["ask for"] for row in rows_of(sheet)} for sheet in (one, two))
    assert first & second
    tracer("probe", "load", one).done()
    both = len(first & second)
    tracer("probe", "load", two).ends(0, f"{len(second) - both} answers loaded, {both} were known")


def test_a_purge_leaves_nobody_of_the_list_but_in_the_register(tracer: Tracer, made: Path, tmp_path: Path) -> None:
    """Every column of every table is looked through: what a new table holds of people cannot be forgotten here."""
    found = probed(
        tracer, service_of(made, "v3"), tmp_path, *"--most 90 --ordinary 16 --withheld 16".split(), grade="G3"
    )
    given = tmp_path / "given.csv"
    given.write_text("".join((made / "list.csv").read_text(encoding="utf-8").splitlines(True)[:-1]), encoding="utf-8")
    tracer("release", "add", "own", "--to", "v4", "--date", "2026-01-01", "--path", given).done()
    leak = tmp_path / "leak.csv"
    leak.write_text(
        "".join(copy_of(made / "copies", "v3").read_text(encoding="utf-8-sig").splitlines(True)[:200]), encoding="utf-8"
    )
    tracer("load", leak, "--holder", "v2").done()
    tracer("trace").done()
    leaked = {line["手机号"] for line in rows_of(leak)}
    people = [line for line in rows_of(made / "list.csv") if line["手机号"] not in leaked]
    case = Path(os.environ["TRACER_CASE"])
    with open_case(case) as opened:
        own = "SELECT key FROM membership JOIN dataset ON no = dataset WHERE id = {}"
        own = " EXCEPT ".join(own.format(one) for one in ("'own'", "'leak'"))
        keys = [key for (key,) in opened.con.execute(f"{own} ORDER BY key").fetchall()]
        # What a comparison with another party's list found, and cells that carry a choice in the copies.
        opened.con.execute(f"INSERT INTO blind_match SELECT 99, key, 1, 1 FROM ({own})")
        opened.con.execute(
            "INSERT INTO choice SELECT (SELECT min(design->>'draw') FROM release WHERE drawn), 0, min(key), 1, 'p', 0.5"
            f" FROM ({own})"
        )
    certificate = tracer("purge", "own", "--yes", "--reason", "a court ordered it").done().json()
    texts = [text for line in people for text in (line["手机号"], line["邮箱"])]
    held: dict[str, int] = {}
    with open_case(case) as opened:
        columns = opened.con.execute(
            "SELECT schema_name, table_name, column_name, data_type = 'BIGINT' FROM duckdb_columns()"
            " SEMI JOIN duckdb_tables() USING (schema_name, table_name) WHERE NOT internal"
        ).fetchall()
        for schema, table, column, is_number in columns:
            where = f'list_contains($wanted, "{column}")'
            if not is_number:
                where = f'list_bool_or([contains(CAST("{column}" AS VARCHAR), one) for one in $wanted])'
            ((n,),) = opened.con.execute(
                f'SELECT count(*) FROM {schema}."{table}" WHERE {where}', {"wanted": keys if is_number else texts}
            ).fetchall()
            if n:
                held[f"{table}.{column}"] = n
        originals = opened.vault.files.names()
    stays = next(line for line in certificate["stays"] if "register" in line)
    assert held.keys() == {"withheld.key", "choice.key", "probe_question.key"}, held
    assert "rows that copies lacked and of 1 people" in stays
    assert certificate["removed"]["people asked for"] > 0
    assert certificate["removed"]["blind match"] == len(keys)
    sealed = {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (made / "list.csv", given, *tmp_path.glob("*-*.csv"))
    }
    assert not sealed.intersection(originals), "its file, a copy that was handed over, the sheets of a probe"
    tracer("verify").ends(0, "not recomputable")
    again = tracer.rows("probe", "show", "p1")
    assert again == found, "what the answers say of each copy does not change"
