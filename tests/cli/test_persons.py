"""`tracer persons`: counts and rates of two loaded lists, nobody's cell, nothing under 20, and nothing kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from tests.cli.conftest import Tracer, phone
from tests.findings.persons.people import Setting, two_lists

HEADINGS = {"name": "姓名", "address": "联系地址", "born": "出生日期", "sex": "性别", "city": "城市"}


KEYS = [
    "a", "b", "fields", "a_people", "b_people", "linked", "same_people", "low", "high", "precision", "recall",
    "against", "against_codes",
]  # fmt: skip


def _write(path: Path, table: pa.Table, identifier: str, values: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow([identifier, *(HEADINGS[name] for name in table.column_names)])
        out.writerows(zip(values, *(column.to_pylist() for column in table.columns), strict=True))


def _case(tracer: Tracer, folder: Path, setting: Setting) -> tuple[Path, int]:
    """A case with a list of numbers and one of addresses, and how many people are in both."""
    made = two_lists(9_100, setting)
    case = folder / "case"
    assert tracer("init", case).code == 0
    _write(folder / "numbers.csv", made.a, "手机号", [phone(at) for at in range(made.a.num_rows)])
    _write(folder / "mails.csv", made.b, "邮箱", [f"p{at}@mail.example" for at in range(made.b.num_rows)])
    for name in ("numbers", "mails"):
        tracer("load", folder / f"{name}.csv", "--holder", f"h-{name}").done()
    return case, made.both


def test_two_lists_without_a_common_identifier(tracer: Tracer, tmp_path: Path) -> None:
    case, both = _case(tracer, tmp_path, Setting(people=3_000, a=600, b=700, both=300))
    row = tracer.rows("persons", "numbers", "mails", "--case", case)[0]
    assert list(row) == KEYS
    assert row["fields"] == ["name", "address", "city", "born", "sex"]
    assert (row["a_people"], row["b_people"]) <= (600, 700)
    assert row["low"] <= both <= row["high"]
    assert abs(row["same_people"] - both) < 30
    assert min(row["precision"], row["recall"]) > 0.9
    assert row["against"]
    # The other way round it is the same question.
    back = tracer.rows("persons", "mails", "numbers", "--case", case)[0]
    assert abs(back["same_people"] - row["same_people"]) < 15
    # Nothing is kept: names make no contact in common.
    assert tracer("trace", "--case", case).code == 0
    assert tracer.rows("query", "overlaps", "--case", case) == []
    assert tracer.rows("query", "derivations", "--case", case) == []


def test_no_cell_of_a_list_is_printed_or_journaled(tracer: Tracer, tmp_path: Path) -> None:
    case, _ = _case(tracer, tmp_path, Setting(people=800, a=200, b=200, both=120, missing=0.0))
    said = [tracer("persons", "numbers", "mails", "-f", how, "--case", case) for how in ("table", "json", "csv")]
    text = "".join(one.out + one.err for one in said)
    journal = "".join(path.read_text(encoding="utf-8") for path in case.glob("*.jsonl"))
    assert '"persons"' in journal
    made = two_lists(9_100, Setting(people=800, a=200, b=200, both=120, missing=0.0))
    for table in (made.a, made.b):
        for column in ("name", "address", "born"):
            for cell in table[column].to_pylist():
                assert cell not in text
                assert cell not in journal


@pytest.mark.parametrize(
    "setting",
    [
        Setting(people=300, a=15, b=200, both=10),  # a list of fewer than 20 would be a question about people
        Setting(people=300, a=100, b=120, both=8, missing=0.0),  # few in both
    ],
)
def test_small_counts_are_not_told(tracer: Tracer, tmp_path: Path, setting: Setting) -> None:
    case, _ = _case(tracer, tmp_path, setting)
    row = tracer.rows("persons", "numbers", "mails", "--case", case)[0]
    assert {row["linked"], row["same_people"], row["low"]} == {"<20"}
    assert (row["precision"], row["recall"], row["against"]) == (None, None, [])
    if setting.a < 20:
        assert row["high"] in {"<20", None}


def test_names_put_together_from_parts(tracer: Tracer, tmp_path: Path) -> None:
    case, both = _case(tracer, tmp_path, Setting(people=1_500, a=300, b=300, both=200, missing=0.0))
    made = two_lists(9_100, Setting(people=1_500, a=300, b=300, both=200, missing=0.0))
    rows = zip(made.b["name"].to_pylist(), made.b["address"].to_pylist(), made.b["born"].to_pylist(), strict=True)
    with (tmp_path / "parts.csv").open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["邮箱", "姓", "名", "地址", "生日"])
        out.writerows([f"q{at}@mail.example", n[:1], n[1:], place, day] for at, (n, place, day) in enumerate(rows))
    assert tracer("load", tmp_path / "parts.csv", "--holder", "h-parts", "--case", case).code == 0
    row = tracer.rows("persons", "numbers", "parts", "--case", case)[0]
    assert row["fields"] == ["name", "address", "born"]
    assert abs(row["same_people"] - both) < 25


def test_what_cannot_be_compared_is_told(tracer: Tracer, tmp_path: Path) -> None:
    case, _ = _case(tracer, tmp_path, Setting(people=300, a=50, b=50))
    bare = tmp_path / "bare.csv"
    bare.write_text("手机号,姓名\n" + "".join(f"{phone(at)},甲{at}\n" for at in range(3000, 3030)), encoding="utf-8")
    assert tracer("load", bare, "--holder", "h", "--case", case).code == 0
    for pair, word in (
        (("numbers", "bare"), "both need names"), (("numbers", "numbers"), "twice"), (("numbers", "mial"), "mails"),
    ):  # fmt: skip
        said = tracer("persons", *pair, "--case", case).ends(2)
        assert word in said.err
        assert said.out == ""
