"""The SQL of the phone rules against the rules for one cell (the oracle), and both against libphonenumber."""

from __future__ import annotations

import random

import duckdb
import pyarrow as pa
import pytest

from tests.identify.dirty_numbers import dirty_numbers, disagreements
from tracer.identify.cell import Reading
from tracer.identify.normalise import normalise_phones
from tracer.identify.phone_rules import read_phone_cell

_PIECES = (
    "142", "0013", "8000", "14200138000", "14300139000", "026", "0399", "58888888", "7654321", "400", "0000123",
    "86", "+",
    "+86", "0086", "00", "1", "0", "-", " ", "  ", "/", "、", ",", ";", "转", "x", "xxx", "#", "ext", ".", ".0",
    "*", "****",
    "•", "(", ")", "（", "）", "手机", ":", "：", "E+10", "1.42", "1.4200138000", "'", '"', '="', "\u200b",
    "\u00a0", "\t",
    "\n", "１４２", "００", "８６", "＋", "ａ", "张三", "无", "N/A", "或", "801", "12345",
    "0123456789abcdef0123456789abcdef",
    "٣", "—", "\u3000", "202 555 0142", "%", "_", "é",
)  # fmt: skip


def _by_sql(texts: list[str | None], region: str) -> list[set[Reading]]:
    with duckdb.connect() as con:
        rows = pa.array(range(len(texts)), pa.int64())
        texts_column = pa.array(texts, pa.string())
        table = pa.table({"row": rows, "position": pa.array([3] * len(texts), pa.int32()), "text": texts_column})
        con.register("given", table)
        normalise_phones(con, "given", "text", "got", region)
        read: list[set[Reading]] = [set() for _ in texts]
        lines = con.execute("SELECT row, key, status, kind, reason FROM got").fetchall()
        for row, key, status, kind, reason in lines:
            read[row].add(Reading(key, status, kind, reason))
        assert sum(map(len, read)) == len(lines)  # no reading twice
        leftovers = con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
        assert leftovers == [("got",)]
    return read


@pytest.mark.parametrize("region", ["CN", "US", "DE"])
def test_sql_reads_what_the_rules_for_one_cell_read(region: str) -> None:
    rng = random.Random(20260501)
    drawn = {"".join(rng.choices(_PIECES, k=rng.randint(1, 5))) for _ in range(6000)}
    texts = sorted(drawn | {text for text, _ in dirty_numbers(1500, seed=5)})
    for text, read in zip(texts, _by_sql([*texts], region), strict=True):
        assert read == set(read_phone_cell(text, region)), repr(text)


def test_null_is_an_empty_cell() -> None:
    assert _by_sql([None], "CN") == [{Reading(None, "empty", "", "empty")}]


def test_agreement_with_libphonenumber() -> None:
    valid, wrong = disagreements(dirty_numbers(6000, seed=20260502))
    assert valid > 4000
    assert wrong == []
