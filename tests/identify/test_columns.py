"""Columns by SQL: what is read at sight and what the rules read of one cell are the same, for every kind."""

from __future__ import annotations

import base64
import hashlib
import random
import string
import uuid
from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pytest

from tests.identify.test_digests import NUMBER, forms_of
from tests.identify.test_phone_rules import PIECES, dirty_numbers
from tracer.identify.cell import Reading
from tracer.identify.digests import ALGORITHMS
from tracer.identify.normalise import kind_of, normalise_as

RNG = random.Random(20260501)
DIGESTS = [hashlib.new(name, word.encode()).digest() for name in ALGORITHMS for word in ("", "null", NUMBER, "x")]
TEXTS: dict[str, list[str]] = {
    "phone": sorted(
        {"".join(RNG.choices(PIECES, k=RNG.randint(1, 5))) for _ in range(1200)}
        | {text for text, _ in dirty_numbers(400, seed=5)}
    ),
    "email": [
        "anna@example.com", "Anna+x@Example.com", "noreply@example.com", "a***@b.com", "", "x", "a@b.com;c@d.org",
        "test@a.cn", "xxx@a.cn", "A.B@Gmail.com", "ab@gmail.com", "a.b@googlemail.com", "a@me.com", "a_b@outlook.com",
        "a+x@icloud.com", "a@yandex.ru", "a@ya.ru", "a.b+c@fastmail.fm", "a+b@example.com", ".a@b.com", "a@-b.com",
        "a.b-c_d@sub.example.co.uk", "a@b", "ｆ@b.com", "无",
    ],
    "phone_hash": [
        NUMBER, "", "无", "+86 142 0013 8000", "a" * 33, "====", "Zm9v",
        *(each for one in DIGESTS for each in forms_of(one)),
        *("".join(RNG.choices(string.hexdigits, k=RNG.choice([15, 16, 31, 32, 40, 64]))) for _ in range(300)),
        *(base64.b64encode(RNG.randbytes(RNG.choice([16, 18, 20, 32]))).decode() for _ in range(300)),
    ],
    "imei": [*(f"35{RNG.randrange(10**13):013d}" for _ in range(50)), "000000000000000", "012345678901237", "", "x"],
    "ad_id": [
        *(str(uuid.UUID(int=RNG.getrandbits(128))) for _ in range(20)), "00000000-0000-0000-0000-000000000000",
        str(uuid.UUID(int=5)).upper(), "AbcD" * 8, "",
    ],
    "key": ["Example.COM", " example.com ", "ＥＸＡＭＰＬＥ．com", "会员０１", "会员01", "", "无", "N/A", "000"],
}  # fmt: skip


def by_sql(texts: Sequence[str | None], role: str, region: str) -> list[set[Reading]]:
    with duckdb.connect() as con:
        con.register("given", pa.table({
            "row": pa.array(range(len(texts)), pa.int64()), "position": pa.array([3] * len(texts), pa.int32()),
            "text": pa.array(texts, pa.string()),
        }))  # fmt: skip
        normalise_as(con, "given", "text", "got", role, region)
        read: list[set[Reading]] = [set() for _ in texts]
        lines = con.execute("SELECT row, key, status, kind, reason FROM got").fetchall()
        for row, *reading in lines:
            read[row].add(Reading(*reading))
        assert sum(map(len, read)) == len(lines), "no reading twice"
        assert con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall() == [("got",)]
    return read


@pytest.mark.parametrize(("role", "region"), [("phone", "US"), ("phone", "DE"), *((role, "CN") for role in TEXTS)])
def test_sql_reads_what_the_rules_for_one_cell_read(role: str, region: str) -> None:
    for text, read in zip(TEXTS[role], by_sql(TEXTS[role], role, region), strict=True):
        found = kind_of(role).read_cell(text, region)
        if role == "phone_hash":  # one that is read at sight has no status of its own
            assert {each.key for each in read} == {each.key for each in found}, repr(text)
        else:
            assert read == set(found), repr(text)


def test_null_is_an_empty_cell() -> None:
    assert by_sql([None], "phone", "CN") == [{Reading(None, "empty", "", "empty")}]


def test_mapped_keys_are_folded_and_placeholders_never_link() -> None:
    read = [next(iter(found)) for found in by_sql(TEXTS["key"], "key", "")]
    assert len({each.key for each in read[:3]}) == 1
    assert read[3] == read[4]
    assert [each.status for each in read] == ["ok"] * 5 + ["empty", "junk", "junk", "junk"]
