"""What may be shown of people: one number from which counts are, wherever they are shown; masks of what people wrote.

A number in whatever written form is masked, and there is no false alarm on dates, counts and figures.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.policy import SHOWN_FROM, mask_text, masked_row, masked_value
from tracer.wording import masked_table

ROOT = Path(__file__).parent.parent


PROMISED = re.compile(
    r"<(\d\d+)\b|(?i:fewer than|shares?) (\d\d+)(?= (?:contacts|are|new|in each|of its|that))"
    r"|(?i:from|under) (\d\d+)(?= (?:on|are)\b)|\b(\d\d+)(?= (?:people|masks|contacts) or more)"
)
"""How prose says the number: the sentences of the tool itself take it from `tracer.policy`."""


def test_what_is_written_about_the_number_is_what_it_is() -> None:
    paths = (ROOT / "README.md", *(ROOT / "tracer" / "help").glob("*.md"), *(ROOT / "queries").glob("*.sql"))
    said = {path.name: PROMISED.findall(" ".join(path.read_text(encoding="utf-8").split())) for path in paths}
    numbers = {name: {"".join(one) for one in found} for name, found in said.items() if found}
    assert {"README.md", "privacy.md", "overlaps.sql"} <= numbers.keys()
    assert {name: found for name, found in numbers.items() if found != {str(SHOWN_FROM)}} == {}


def test_no_statement_has_a_number_of_its_own() -> None:
    """`views._enough` and `views._told` have it from `tracer.policy`."""
    paths = (*(ROOT / "tracer").rglob("*.sql"), *(ROOT / "queries").glob("*.sql"))
    own = re.compile(rf"(?:[<>]=? ?|')<?{SHOWN_FROM}\b")
    lines = ((path.name, line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    assert [(name, line) for name, line in lines if own.search(line.partition("--")[0])] == []


@pytest.fixture(scope="module")
def at_fifty() -> dict[str, dict[str, str]]:
    """Contacts that `further` shares with `a`, where counts are shown from 50 on -> way out -> what it shows."""
    command = [sys.executable, "-m", "tests.another_number", "50"]
    now = {**os.environ, "TRACER_NOW": "2026-08-01T00:00:00Z"}
    done = subprocess.run(command, cwd=ROOT, env=now, capture_output=True, check=True, text=True)
    told: dict[str, dict[str, str]] = json.loads(done.stdout)
    return told


@pytest.mark.slow("loads, traces and exports two cases in a process")
def test_where_counts_are_shown_from_50_on_15_and_30_are_none_wherever_one_looks(
    at_fifty: dict[str, dict[str, str]],
) -> None:
    none, some = at_fifty["0"], at_fifty["30"]
    assert [way for way in none if none[way] != some[way]] == []


@pytest.mark.slow("loads, traces and exports two cases in a process")
def test_where_counts_are_shown_from_50_on_60_are_shown_and_small_ones_are_below_50(
    at_fifty: dict[str, dict[str, str]],
) -> None:
    shown = at_fifty["30"]
    overlaps: list[dict[str, Any]] = json.loads(shown["overlaps"])
    assert {(one["a"], one["b"]): one["shared"] for one in overlaps} == {
        ("a", "close"): 60, **{(one, "tiny"): "<50" for one in ("a", "close", "further", "near")},
    }  # fmt: skip
    assert "60 of the 100 contacts of close are also in a" in " ".join(shown["why close"].split())
    assert "a and tiny have fewer than 50 contacts in common" in shown["why tiny"]
    assert '"shared": 60' in shown["graph json"]
    assert "fewer than 50 contacts in common" in shown["graph html"]
    assert [way for way, text in shown.items() if re.search(r"<20\b|&lt;20\b|fewer than 20", text)] == []


@pytest.mark.parametrize(
    "written",
    [
        "14001234567", "+86 140 0123 4567", "0086-140-0123-4567", "86140 01234567", "(+86)14001234567",
        "140.0123.4567", "１４００１２３４５６７", "140\u200b0123\u200b4567", "tel14001234567", "14001234567.0",
        "140－0123－4567", "14001234567分机801",
    ],
)  # fmt: skip
def test_a_mobile_number_is_masked_in_every_form(written: str) -> None:
    masked = mask_text(f"see {written}, please")
    assert "0123" not in masked
    assert "１２３" not in masked
    assert masked.startswith("see ")
    assert masked.endswith(", please")


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-01-10 to 2026-06-30", "2026-05-01 12:30:59", "ended (2026-03-31).",
        "20260110", "2026/5/1", "a-2026-01 and a-2026-03",
        "5,000,000 rows", "500000000", "p = 0.00000001", "1.38E+10", "G3, 14 of 14", "1:2:3", "d7_2026-01#2",
    ],
)  # fmt: skip
def test_what_is_no_number_stays(harmless: str) -> None:
    assert mask_text(harmless) == harmless


@given(
    st.integers(10**10, 2 * 10**10 - 1),
    st.lists(st.sampled_from(["", " ", "-", ".", "\u200b"]), min_size=10, max_size=10),
)
def test_no_eleven_digits_survive(number: int, gaps: list[str]) -> None:
    digits = str(number)
    written = "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=True))
    if re.search(r"(?:19|20)\d\d", digits) or re.match(r"^\d{1,6}\.", written):
        return  # digits that read as a date, or a decimal fraction, are tested above
    assert digits not in re.sub(r"\D", "", mask_text(f"x {written} y"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("14001234567", "140****4567"),
        ("+86 140 0013 8000", "140****8000"),
        ("021-11112222", "0211*****22"),
        ("anna.b@mail.example.com", "a***@m***.com"),
        ("d41d8cd98f00b204e9800998ecf8427e", "d41d8c…"),  # MD5 of a number is the number
        ("call 0512 6555 0199", "call 0512******99"),
        ("ring 14200031234 now", "ring 142****1234 now"),
        ("一四二零零零三一二三四", "142****1234"),
        ("壹肆贰〇〇〇叁 壹贰叁肆 找他", "142****1234 找他"),
        ("幺四二-零零零三-一二三四", "142****1234"),
        ("二零二六年五月一日", "二零二六年五月一日"),
        ("一二三 lists, 二十", "一二三 lists, 二十"),
    ],
)
def test_what_people_write_is_masked(text: str, shown: str) -> None:
    assert mask_text(text) == shown
    assert masked_value("quote", text) == masked_value("value", text) == shown
    assert masked_value("dataset", text) == text


def test_amounts_and_the_tools_own_counts_stay() -> None:
    amounts = ["500000", "1234567", "0.25", "12e6", "-3", "9876543210"]
    assert [masked_value("value", amount) for amount in amounts] == amounts
    assert mask_text("38204119 rows", figures=True) == "38204119 rows"
    assert mask_text("11112229") != "11112229", "a person may write a local number so"
    assert "0123456" not in mask_text("14000123456", figures=True)


def test_rows_and_tables_alike() -> None:
    row = {"party": "14200031234", "text": "14200031234", "rows": 14200031234, "quote": None}
    shown = {**row, "text": "142****1234"}
    assert masked_row(row) == shown
    table = pa.Table.from_pylist([row, row])
    assert masked_table(table).to_pylist() == [shown, shown]
