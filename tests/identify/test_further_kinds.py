"""Devices, cars, plates, accounts and IBANs, against generators and rules that are not ours."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

import duckdb
import pyarrow as pa
import pytest
from faker import Faker
from stdnum import iban, imei

from tracer.identify.cell import Reading
from tracer.identify.devices import (
    chinese_plate,
    handle_of,
    plate_of,
    read_ad_id,
    read_handle,
    read_imei,
    read_vin,
    vin_of,
)
from tracer.identify.keys import FURTHER, FURTHER_BASE, further_kind, is_email, is_mobile, is_phone, mask
from tracer.identify.national_ids import luhn
from tracer.identify.normalise import drop_reading, kind_of, read_column
from tracer.identify.sealed import iban_of, seal_of

RNG = random.Random(20)
FAKE = Faker(["en_US", "de_DE", "es_ES", "pl_PL"])
FAKE.seed_instance(20)


def _keys(read: Callable[[str, str], tuple[Reading, ...]], *texts: str, region: str = "CN") -> list[int | None]:
    return [each.key for text in texts for each in read(text, region)]


def test_imeis_check_as_another_says() -> None:
    texts = [f"35{RNG.randrange(10**13):013d}" for _ in range(400)]
    valid = [text for text in texts if imei.is_valid(text)]
    assert [text for text in texts if _keys(read_imei, text) != [None]] == valid
    assert 20 < len(valid) < 80


def test_an_imei_is_one_in_all_its_forms() -> None:
    forms = "35-686800-004141-8,356868000041418,35686800004141,3568680000414117, 356868 00 004141 8 ,356868000041418.0"
    keys = _keys(read_imei, *forms.split(","))
    assert len(set(keys)) == 1
    assert all(read_imei(text, "")[0].status == "junk" for text in ("000000000000000", "0", "无", "11111111111111"))
    assert read_imei("3.56868E+14", "")[0].status == "lossy"
    assert read_imei("13800138000", "")[0].status == "invalid", "a telephone number"


@pytest.mark.parametrize("role", ["imei", "ad_id", "vin", "plate"])
def test_sql_and_rules_agree(role: str) -> None:
    good = [f"35{RNG.randrange(10**13):013d}" for _ in range(50)]
    texts = [
        *good, *(str(uuid.UUID(int=RNG.getrandbits(128))) for _ in range(20)), "00000000-0000-0000-0000-000000000000",
        "000000000000000", "012345678901237", str(uuid.UUID(int=5)).upper(), "AbcD" * 8, "", "x", "1HGCM82633A004352",
        "苏A12345", "苏A·D12345", "AB-123-CD",
    ]  # fmt: skip
    kind = kind_of(role)
    with duckdb.connect() as con:
        con.register("given", pa.table({"row": range(len(texts)), "position": [0] * len(texts), "cell": texts}))
        read_column(con, "given", "cell", "got", kind, "CN")
        got = dict(con.execute("SELECT row, key FROM got_seen WHERE key IS NOT NULL").fetchall())
        got |= dict(con.execute("SELECT row, key FROM got_read").fetchall())
        drop_reading(con, "got")
    assert got == {row: kind.read_cell(text, "CN")[0].key for row, text in enumerate(texts)}


def test_advertising_ids() -> None:
    own = uuid.UUID(int=RNG.getrandbits(128))
    keys = _keys(read_ad_id, str(own), str(own).upper(), own.hex, f"{{{own}}}")
    assert len(set(keys)) == 1
    zeros = "00000000-0000-0000-0000-000000000000"
    for text in (zeros, "0" * 32, zeros.replace("0", "f"), "9774d56d682e549c"):
        assert read_ad_id(text, "")[0].status == "junk", text
    assert read_ad_id("not-an-id", "")[0].status == "invalid"


def test_cars_check_where_the_market_asks_for_it() -> None:
    assert all(vin_of(FAKE.vin()) for _ in range(200)), "another's generator"
    assert vin_of("1HGCM82633A004352") is not None
    assert vin_of("1HGCM82634A004352") is None, "the ninth sign is wrong"
    assert vin_of("WVWZZZ1JZXW000001") is not None, "Europe has no check"
    assert vin_of("WVWZZZIJZXW000001") is None, "no I, O, Q"
    assert read_vin("11111111111111111", "")[0].status == "junk", "it checks, and is filled in"


def test_plates() -> None:
    for text in ("苏A12345", "苏A·D12345", "粤B 12345D", "沪AF0236", "京A1234警", "粤ZF023港", "苏a12345"):
        assert chinese_plate(text) is not None, text
    for text in ("苏A1234", "苏I12345", "苏A1234567", "A12345", "苏州12345"):
        assert chinese_plate(text) is None, text
    assert plate_of("b-mw 1234") == plate_of("BMW1234") == "BMW1234"
    assert all(plate_of(FAKE.license_plate()) for _ in range(100))
    assert plate_of("none") is None


def test_accounts_are_those_of_a_service() -> None:
    assert handle_of("@Anna_X", "telegram") == handle_of("https://t.me/anna_x", "wechat") == "telegram:anna_x"
    assert handle_of("https://www.linkedin.com/in/Anna-M%C3%BCller/", "linkedin") == "linkedin:anna-müller"
    assert handle_of("123456789", "wechat") == handle_of("123456789@qq.com", "qq") == "qq:123456789"
    assert handle_of("张三", "wechat") is None
    (number,) = read_handle("14200138000", "wechat")
    assert number.key is not None
    assert is_mobile(number.key), "people write their number for their account"
    assert further_kind(read_handle("wxid_a1b2c3d4e5", "wechat")[0].key or 0) == "handle"


def test_ibans_check_as_another_says() -> None:
    good = [FAKE.iban() for _ in range(50)]
    spoilt = [f"{text[:-1]}{(int(text[-1]) + 1) % 10}" for text in good if text[-1].isdigit()]
    for text in (*good, *spoilt):
        assert (iban_of(text) is not None) == iban.is_valid(text, check_country=False), text
    assert iban_of("de89 3704 0044 0532 0130 00") == iban_of("IBAN: DE89370400440532013000")


def test_a_seal_depends_on_the_case_and_says_nothing() -> None:
    text = "DE89370400440532013000"
    assert seal_of(text, "iban", "", b"a") != seal_of(text, "iban", "", b"b")
    assert seal_of(text, "iban", "", b"a") == seal_of("DE89 3704 0044 0532 0130 00", "iban", "", b"a")
    assert seal_of("DE00", "iban", "", b"a") == "?no valid number"
    assert seal_of("1.1E+17", "national_id", "CN", b"a") == "?digits are lost"


def test_a_key_says_its_kind_and_no_more() -> None:
    for kind, base in FURTHER.items():
        for key in (base, base + (1 << 56) - 1):
            assert (further_kind(key), mask(key)) == (kind, f"{kind} ****".replace("_", " "))
            assert not is_phone(key)
            assert not is_email(key)
    assert further_kind(FURTHER_BASE - 1) is None
    assert luhn("79927398713")
