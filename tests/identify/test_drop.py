"""How California's DROP hashes a person, against the agency's published examples."""

from __future__ import annotations

import duckdb
import pytest

from tracer.identify.composite import DayOrder, folded_day
from tracer.identify.digests import phone_texts_sql
from tracer.identify.drop import composed, hashed, plain_name, plain_zip

MONTH_FIRST = DayOrder(day_first=False, sure=True)


@pytest.mark.parametrize(
    ("given", "digest"),
    [("Juan Pablo", "91hIbrbzNeqHs3o81O5yNrXUj7wDd2shvZ6THKi9qz8="),
     ("Martinez", "2wRPGbwBNxhShjRczx8GfS2c4cjvs4NJskeWloUNtp8=")],
)  # fmt: skip
def test_names(given: str, digest: str) -> None:
    assert hashed(plain_name(given) or "") == digest


@pytest.mark.parametrize(
    ("given", "digest"),
    [("91790-3771", "2FPZucR4x7U8KlM+SFAX4LPGhwNz/PIZUCSUdDh0o/s="),
     ("M1B 1A1", "n8L9q8mVeT6Xt9/EeUNiTukGDrkbPJ3DvOEx14uElxk="),
     ("00712345", "aeNUYKh7Xw5sqpxSbSP9eOHsj6iXewbUyavv89DIuhQ=")],
)  # fmt: skip
def test_zips(given: str, digest: str) -> None:
    assert hashed(plain_zip(given) or "") == digest


def test_a_day_of_birth() -> None:
    day = folded_day("July 4, 1776", MONTH_FIRST)
    assert hashed((day or "").replace("-", "")) == "skXYXxBER6HQTZ3rXSZH1wVGLQ054mS5rbR/bwvzy4I="


def test_a_whole_person() -> None:
    text = composed("Danielle", "Johnson", "July 4, 1985", "91790", MONTH_FIRST)
    assert text is not None
    assert hashed(text) == "PQOfn1RffEKmqMmNAzDKKaoZCwxWbQZkQzPWmQo9REA="
    assert text.startswith("5dUD1FgiKcTJq+JQ5JZUdlyIXrSbtJ338YYbt5/HNG4=K+TjOqPiH2")


@pytest.mark.parametrize(
    ("given", "plain"),
    [("José", "jose"), ("Straße", "strasse"), ("O'Neil-Łopez", "oneillopez"), ("Ольга", None), ("", None)],
)
def test_accents_go_and_other_letters_have_no_key(given: str, plain: str | None) -> None:
    assert plain_name(given) == plain


def test_a_person_without_a_day_has_no_key() -> None:
    assert composed("Ann", "Lee", "1985", "91790", MONTH_FIRST) is None


@pytest.mark.parametrize(
    ("number", "digest"),
    [(14155559317, "vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E="),
     (84901234567, "ptzVkgbv9DonwvPCHmXmJ2SEOaolSh37z3ZzY/Gmm+U="),
     (3541234567, "Btrzydf5K6ALAKKXJGFHSx7u5bDzHC9WlVYtpq1n2rY=")],
)  # fmt: skip
def test_a_number_is_compared_by_its_last_ten_digits(number: int, digest: str) -> None:
    texts = duckdb.sql(f"SELECT unnest({phone_texts_sql('key')}) FROM (SELECT {number}::BIGINT AS key)").fetchall()
    assert digest in {hashed(text) for (text,) in texts}


def test_an_address_in_small_letters() -> None:
    assert hashed("danielle.johnson12@example.com") == "mKDnDvwF2inxrKcK1hJN2TRkxPfL6kzNNTtU12eH8Bw="
