"""Hashes: every form that sellers deliver gives the key of the digest, in SQL and for one cell alike."""

from __future__ import annotations

import base64
import hashlib
import itertools

import duckdb
import pytest

from tracer.identify.composite import DayOrder, folded_day
from tracer.identify.digests import (
    ALGORITHMS,
    WIDTHS,
    digest_key,
    match_digests,
    phone_texts_sql,
    read_digest,
    width_of,
)
from tracer.identify.drop import hashed_text_of_person, plain_name, plain_zip, sha256_base64
from tracer.identify.keys import HASH_BASE
from tracer.identify.normalise import read_email_hash, read_phone_hash
from tracer.identify.phone import read_phone_cell

NUMBER = "14200138000"


def forms_of(digest: bytes) -> list[str]:
    plain, coded = digest.hex(), base64.b64encode(digest).decode()
    return [
        plain, plain.upper(), f" {plain}\t", f"'{plain}", f"md5:{plain}", f"{{SHA}}{plain}", coded, coded.rstrip("="),
        coded.replace("+", "-").replace("/", "_"),
    ]  # fmt: skip


@pytest.mark.parametrize("function", ALGORITHMS)
def test_every_written_form_is_one_key(function: str) -> None:
    digest = hashlib.new(function, NUMBER.encode()).digest()
    key = digest_key(digest.hex())
    assert {reading.key for form in forms_of(digest) for reading in read_phone_hash(form, "CN")} == {key}
    assert key >= HASH_BASE
    assert width_of(key) == ALGORITHMS[function] == 2 * len(digest)
    if function == "md5":
        assert digest_key(digest.hex()[8:24]) == key, "cut to its middle it is the whole one"


def test_a_hash_in_a_column_of_numbers_has_the_same_key_and_one_of_nothing_none() -> None:
    for width in WIDTHS:
        digest = ("0123456789abcdef" * 8)[:width]
        assert [each.key for each in read_phone_cell(f"MD5: {digest.upper()}", "CN")] == [digest_key(digest)]
    for function, word in itertools.product(ALGORITHMS, ("", "0", "null", "无")):
        digest = hashlib.new(function, word.encode()).hexdigest()
        for readings in (read_phone_hash(digest, "CN"), read_email_hash(digest, "CN"), read_phone_cell(digest, "CN")):
            assert [(reading.status, reading.key) for reading in readings] == [("junk", None)]
    for text in ("", NUMBER, "0123456789abcdef0", "g" * 32, "张三", "=" * 24):
        assert read_digest(text, "a number") is None
    assert read_phone_hash(NUMBER, "CN") == read_phone_cell(NUMBER, "CN")
    assert [each.kind for each in read_email_hash("Anna@Example.com", "CN")] == ["email"]


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
        match_digests(con, "texts", "(SELECT * FROM wanted LIMIT 0)", "found", {ALGORITHMS[function]})
        assert con.execute("SELECT * FROM found").fetchall() == []
        match_digests(con, "texts", "wanted", "found", {ALGORITHMS[function]})
        found = con.execute("SELECT key, hash FROM found").fetchall()
    assert sorted(found) == sorted((key, hashed) for (key, _), hashed in zip(asked, hashes, strict=True))


MONTH_FIRST = DayOrder(day_first=False, sure=True)


def test_fields_are_hashed_as_the_agency_s_examples() -> None:
    day = folded_day("July 4, 1776", MONTH_FIRST)
    for plain, digest in (
        (plain_name("Juan Pablo"), "91hIbrbzNeqHs3o81O5yNrXUj7wDd2shvZ6THKi9qz8="),
        (plain_name("Martinez"), "2wRPGbwBNxhShjRczx8GfS2c4cjvs4NJskeWloUNtp8="),
        (plain_zip("91790-3771"), "2FPZucR4x7U8KlM+SFAX4LPGhwNz/PIZUCSUdDh0o/s="),
        (plain_zip("M1B 1A1"), "n8L9q8mVeT6Xt9/EeUNiTukGDrkbPJ3DvOEx14uElxk="),
        (plain_zip("00712345"), "aeNUYKh7Xw5sqpxSbSP9eOHsj6iXewbUyavv89DIuhQ="),
        ((day or "").replace("-", ""), "skXYXxBER6HQTZ3rXSZH1wVGLQ054mS5rbR/bwvzy4I="),
        ("danielle.johnson12@example.com", "mKDnDvwF2inxrKcK1hJN2TRkxPfL6kzNNTtU12eH8Bw="),
    ):
        assert sha256_base64(plain or "") == digest, plain


def test_a_whole_person() -> None:
    text = hashed_text_of_person("Danielle", "Johnson", "July 4, 1985", "91790", MONTH_FIRST) or ""
    assert sha256_base64(text) == "PQOfn1RffEKmqMmNAzDKKaoZCwxWbQZkQzPWmQo9REA="
    assert text.startswith("5dUD1FgiKcTJq+JQ5JZUdlyIXrSbtJ338YYbt5/HNG4=K+TjOqPiH2")
    assert hashed_text_of_person("Ann", "Lee", "1985", "91790", MONTH_FIRST) is None, "without a day there is no key"
    plain = {"José": "jose", "Straße": "strasse", "O'Neil-Łopez": "oneillopez", "Ольга": None, "": None}
    assert {name: plain_name(name) for name in plain} == plain


def test_a_number_is_compared_by_its_last_ten_digits() -> None:
    for number, digest in {
        14155559317: "vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E=",
        84901234567: "ptzVkgbv9DonwvPCHmXmJ2SEOaolSh37z3ZzY/Gmm+U=",
        3541234567: "Btrzydf5K6ALAKKXJGFHSx7u5bDzHC9WlVYtpq1n2rY=",
    }.items():
        texts = duckdb.sql(f"SELECT unnest({phone_texts_sql('key')}) FROM (SELECT {number}::BIGINT AS key)").fetchall()
        assert digest in {sha256_base64(text) for (text,) in texts}
