"""What people have entered in words: masked wherever it is shown, whatever the form of the number."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tracer.export.mask import mask_text
from tracer.export.spoken import masked, masked_row, masked_table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ring 14200031234 now", "ring 142****1234 now"),
        ("一四二零零零三一二三四", "142****1234"),
        ("壹肆贰〇〇〇叁 壹贰叁肆 找他", "142****1234 找他"),
        ("幺四二-零零零三-一二三四", "142****1234"),
        ("write to ann.lee@mail.example.com", "write to a***@m***.com"),
        ("二零二六年五月一日", "二零二六年五月一日"),
        ("一二三 lists, 二十", "一二三 lists, 二十"),
    ],
)
def test_numbers_in_words_of_people(text: str, shown: str) -> None:
    assert mask_text(text) == shown
    assert masked("quote", text) == shown
    assert masked("dataset", text) == text


@pytest.mark.parametrize("amount", ["500000", "1234567", "0.25", "12e6", "-3", "9876543210"])
def test_a_claimed_amount_stays(amount: str) -> None:
    assert masked("value", amount) == amount


def test_a_number_that_can_be_called_is_no_amount() -> None:
    assert masked("value", "14200031234") == "142****1234"
    assert masked("value", "call 0512 6555 0199") == "call 0512******99"


def test_rows_and_tables_alike() -> None:
    row = {"party": "14200031234", "text": "14200031234", "rows": 14200031234, "quote": None}
    shown = {**row, "text": "142****1234"}
    assert masked_row(row) == shown
    table = pa.Table.from_pylist([row, row])
    assert masked_table(table).to_pylist() == [shown, shown]
