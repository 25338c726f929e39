"""Hashes: every form that sellers deliver gives the key of the digest, in SQL and for one cell alike."""

from __future__ import annotations

import base64
import hashlib
import random
import string

import duckdb
import pyarrow as pa
import pytest

from tracer.identify.digests import (
    ALGORITHMS,
    WIDTHS,
    any_digest_key_sql,
    digest_key,
    match_digests,
    phone_texts_sql,
    read_digest,
    width_of,
)
from tracer.identify.keys import is_hash
from tracer.identify.normalise import (
    drop_reading,
    hash_fast_sql,
    kind_of,
    read_column,
    read_email_hash,
    read_phone_hash,
)
from tracer.identify.phone_rules import read_phone_cell

NUMBER = "14200138000"


def _forms(digest: bytes) -> list[str]:
    plain, coded = digest.hex(), base64.b64encode(digest).decode()
    return [
        plain, plain.upper(), f" {plain}\t", f"'{plain}", f"md5:{plain}", f"{{SHA}}{plain}", coded, coded.rstrip("="),
        coded.replace("+", "-").replace("/", "_"),
    ]  # fmt: skip


@pytest.mark.parametrize("function", ALGORITHMS)
def test_every_written_form_is_one_key(function: str) -> None:
    digest = hashlib.new(function, NUMBER.encode()).digest()
    keys = {reading.key for form in _forms(digest) for reading in read_phone_hash(form, "CN")}
    assert keys == {digest_key(digest.hex())}
    (key,) = keys
    assert key is not None
    assert is_hash(key)
    assert width_of(key) == ALGORITHMS[function] == 2 * len(digest)


def test_a_cut_md5_is_the_whole_one() -> None:
    whole = hashlib.md5(NUMBER.encode(), usedforsecurity=False).hexdigest()
    assert digest_key(whole[8:24]) == digest_key(whole)


def test_sql_reads_what_the_rules_for_one_cell_read() -> None:
    rng = random.Random(4)
    texts = [NUMBER, "", "无", "+86 142 0013 8000", "a" * 33, "====", "Zm9v"]
    for function in ALGORITHMS:
        for word in ("", "null", NUMBER, "x"):
            texts += _forms(hashlib.new(function, word.encode()).digest())
    texts += ["".join(rng.choices(string.hexdigits, k=rng.choice([15, 16, 31, 32, 40, 64]))) for _ in range(500)]
    texts += ["".join(rng.choices(string.ascii_letters + "+/=-_", k=rng.choice([22, 24, 28, 44]))) for _ in range(500)]
    kind = kind_of("phone_hash")
    with duckdb.connect() as con:
        table = pa.table({"row": range(len(texts)), "position": pa.array([0] * len(texts), pa.int32()), "c": texts})
        con.register("given", table)
        read_column(con, "given", "c", "got", kind, "CN")
        seen = dict(con.execute("SELECT row, key FROM got_seen WHERE key IS NOT NULL").fetchall())
        rest = con.execute("SELECT row, key FROM got_read").fetchall()
        drop_reading(con, "got")
    assert len(seen) > 300, "hexadecimal and padded base64 are read at sight"
    assert len(seen) + len(rest) == len(texts)
    for row, key in [*seen.items(), *rest]:
        assert {key} == {reading.key for reading in read_phone_hash(texts[row], "CN")}, repr(texts[row])


def test_a_hash_in_a_column_of_numbers_has_the_same_key() -> None:
    for width in WIDTHS:
        digest = ("0123456789abcdef" * 8)[:width]
        (reading,) = read_phone_cell(f"MD5: {digest.upper()}", "CN")
        assert reading.key == digest_key(digest)
        with duckdb.connect() as con:
            assert con.execute(f"SELECT {any_digest_key_sql('$t')}", {"t": digest}).fetchone() == (digest_key(digest),)


@pytest.mark.parametrize("word", ["", "0", "null", "无"])
def test_the_hash_of_nothing_never_links(word: str) -> None:
    for function in ALGORITHMS:
        digest = hashlib.new(function, word.encode()).hexdigest()
        for readings in (read_phone_hash(digest, "CN"), read_email_hash(digest, "CN"), read_phone_cell(digest, "CN")):
            assert [(reading.status, reading.key) for reading in readings] == [("junk", None)]
        with duckdb.connect() as con:
            assert con.execute(f"SELECT {hash_fast_sql('$t', 'CN')}", {"t": digest}).fetchone() == (None,)


def test_what_is_no_hash() -> None:
    for text in ("", NUMBER, "0123456789abcdef0", "g" * 32, "张三", "=" * 24):
        assert read_digest(text, "a number") is None
    assert read_phone_hash(NUMBER, "CN") == read_phone_cell(NUMBER, "CN")
    (address,) = read_email_hash("Anna@Example.com", "CN")
    assert address.kind == "email"


@pytest.mark.parametrize("function", ALGORITHMS)
def test_numbers_are_found_by_their_hashes(function: str) -> None:
    """The oracle is hashlib on the forms that a seller would write."""
    mobile, landline, foreign, british = 8614200138000, 862658888888, 12025550142, 447700900123
    written = {
        mobile: ["14200138000", "8614200138000", "+8614200138000", "008614200138000"],
        landline: ["02658888888", "862658888888", "+862658888888", "00862658888888"],
        foreign: ["2025550142", "12025550142", "+12025550142", "0012025550142"],
        british: ["7700900123", "07700900123", "447700900123", "+447700900123", "00447700900123"],
    }
    asked = [(key, text) for key, texts in written.items() for text in texts]
    hashes = [digest_key(hashlib.new(function, text.encode()).hexdigest()) for _, text in asked]
    with duckdb.connect() as con:
        con.execute("CREATE TABLE number AS SELECT unnest($k::BIGINT[]) AS key", {"k": [*written, 8614200138001]})
        con.execute(f"CREATE VIEW texts AS SELECT key, unnest({phone_texts_sql('key')}) AS text FROM number")
        con.execute("CREATE TABLE wanted AS SELECT unnest($h::BIGINT[]) AS hash", {"h": hashes})
        con.execute("CREATE TABLE found (key BIGINT, hash BIGINT)")
        match_digests(con, "texts", "wanted", "found", {ALGORITHMS[function]})
        found = con.execute("SELECT key, hash FROM found").fetchall()
    assert sorted(found) == sorted((key, hashed) for (key, _), hashed in zip(asked, hashes, strict=True))


def test_nothing_wanted_is_nothing_found() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE texts AS SELECT 1::BIGINT AS key, '1' AS text")
        con.execute("CREATE TABLE wanted (hash BIGINT)")
        con.execute("CREATE TABLE found (key BIGINT, hash BIGINT)")
        match_digests(con, "texts", "wanted", "found", set(WIDTHS))
        assert con.execute("SELECT * FROM found").fetchall() == []
