"""No table shows a program's own writing of a value: brackets, quotes, `True`, sixteen digits."""

from __future__ import annotations

import json

import pytest

from tracer.ask.result import Column, ColumnType
from tracer.ask.table import table_text
from tracer.export.page.facts import percent
from tracer.wording.claims import number_label, number_value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([{"release": "r1", "inside": True, "nats": 1.8400000001}], "release r1, inside yes, nats 1.84"),
        ({"p_value": 0.7961860000000001}, "p_value: 0.7962"),
        ({"failed": ["block", "names"], "none": None}, "failed: block, names\nnone: –"),
        ({"rows": 12345, "deep": {"a": [1, False]}}, "rows: 12,345\ndeep: a 1, no"),
    ],
)
def test_values_within_values_are_plain(value: object, text: str) -> None:
    shown = table_text(Column("c", ColumnType.JSON, ""), json.dumps(value))
    assert shown.removeprefix("· ") == text


@pytest.mark.parametrize("name", ["p_last_two", "p_scrubbed", "p_block", "failed"])
def test_numbers_of_a_test_have_names_that_say_what_they_are(name: str) -> None:
    assert number_label(name, "en") != name.replace("_", " ")
    assert number_value("failed", "last_two", "en") == "last two digits"


@pytest.mark.parametrize(
    ("value", "text"), [(0.9951, "99.5%"), (0.9996, ">99.9%"), ("0.8964", "89.6%"), (0.5, "50.0%")]
)
def test_a_probability_is_written_alike_everywhere(value: object, text: str) -> None:
    assert percent(value) == text
