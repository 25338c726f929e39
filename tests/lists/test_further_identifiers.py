"""Lists with devices, cars, accounts and numbers of people: found, joined, and the latter never kept."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from faker import Faker

from tests.lists.loading import load_text
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.export.scan import Scan
from tracer.identify.national_ids import luhn, mod_11_2
from tracer.lists.loaded import Loaded
from tracer.trace import trace

RNG = random.Random(20)
FAKE = Faker(["en_US"])
FAKE.seed_instance(20)


def _imei() -> str:
    body = f"35{RNG.randrange(10**12):012d}"
    return next(f"{body}{check}" for check in "0123456789" if luhn(f"{body}{check}"))


def _identity() -> str:
    day = f"{RNG.randrange(1950, 2000)}{RNG.randrange(1, 13):02d}{RNG.randrange(1, 29):02d}"
    body = f"990105{day}{RNG.randrange(1000):03d}"
    return next(f"{body}{check}" for check in "0123456789X" if mod_11_2(f"{body}{check}"))


def _load(case: Case, folder: Path, name: str, lines: Sequence[str], region: str | None = None) -> Loaded:
    return load_text(case, folder / f"{name}.csv", lines, find_region=region is None, region=region or "CN")


MADE: dict[str, Callable[[], str]] = {
    "imei": _imei, "ad_id": lambda: str(uuid.UUID(int=RNG.getrandbits(128))), "vin": FAKE.vin,
    "plate": lambda: f"苏A{RNG.randrange(100_000):05d}", "handle": lambda: f"wx_{FAKE.user_name()}",
    "national_id": _identity, "iban": FAKE.iban, "ip": FAKE.ipv4, "amount": lambda: f"{RNG.randrange(10**6, 10**9)}",
    "moment": lambda: f"{RNG.randrange(1_600_000_000, 1_700_000_000)}",
    "order": lambda: f"{RNG.randrange(10**10, 10**11)}", "imsi": lambda: f"46000{RNG.randrange(10**10):010d}",
    "day": lambda: f"2026-0{RNG.randrange(1, 10)}-1{RNG.randrange(10)}",
}  # fmt: skip


HEADED = [
    ("IMEI", "imei", "imei"), ("手机串号", "imei", "imei"), ("IMEI 2", "imei", "imei"), ("x1", "imei", "imei"),
    ("Device ID", "ad_id", "ad_id"), ("idfa", "ad_id", "ad_id"), ("广告标识符", "ad_id", "ad_id"),
    ("guid", "ad_id", "other"), ("VIN", "vin", "vin"), ("车架号", "vin", "vin"),
    ("Fahrgestellnummer", "vin", "vin"), ("车牌号", "plate", "plate"), ("c4", "plate", "plate"),
    ("微信号", "handle", "handle"),
    ("Telegram username", "handle", "handle"), ("身份证号", "national_id", "national_id"),
    ("a9", "national_id", "national_id"), ("证件号码", "national_id", "national_id"), ("IBAN", "iban", "iban"),
    ("konto", "iban", "iban"), ("IP Address", "ip", "other"), ("c7", "ip", "other"), ("金额", "amount", "other"),
    ("ts", "moment", "id"), ("order", "order", "id"), ("d", "day", "date"), ("IMSI", "imsi", "other"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("region", "heading", "made", "role"),
    [(("CN", "US", None)[at % 3], *column) for at, column in enumerate(HEADED)],
)
def test_columns_are_what_they_are(tmp_path: Path, region: str | None, heading: str, made: str, role: str) -> None:
    lines = [f"{heading},email", *(f"{MADE[made]()},a{i}@example.com" for i in range(60))]
    loaded = _load(memory_case(), tmp_path, "a", lines, region)
    found = loaded.parts[0].columns[0].role
    assert found == role or {found, role} == {"id", "other"}
    assert loaded.identifiers >= (118 if role in MADE else 60)
    assert loaded.contacts == 60


def test_a_column_that_promises_imeis_is_not_lost_in_silence(tmp_path: Path) -> None:
    lines = ["imei,email", *(f"35****{i:04d},a{i}@example.com" for i in range(30))]
    loaded = _load(memory_case(), tmp_path, "a", lines)
    assert any(note.startswith("NOT READ: column 1, 'imei'") and "IMEIs" in note for note in loaded.notes)


def test_numbers_of_people_are_kept_as_keyed_hashes_alone(tmp_path: Path) -> None:
    numbers, accounts = [_identity() for _ in range(40)], [FAKE.iban() for _ in range(40)]
    spoilt = [f"{number[:-1]}{'1' if number[-1] != '1' else '2'}" for number in numbers[:5]]
    lines = ["身份证号,IBAN,email", "无,,c@example.com"]
    lines += [f"{numbers[i]},{accounts[i]},a{i}@example.com" for i in range(40)]
    lines += [f"{number},,b{i}@example.com" for i, number in enumerate(spoilt)]
    case = memory_case()
    loaded = _load(case, tmp_path, "a", lines)
    assert (loaded.rows, loaded.contacts, loaded.identifiers) == (46, 46, 126)
    named = "SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables()"
    for (table,) in case.con.execute(f"{named} WHERE NOT internal AND database_name = current_database()").fetchall():
        everything = str(case.con.execute(f"SELECT * FROM {table}").fetchall())
        for secret in (*numbers, *spoilt, *accounts):
            assert secret not in everything, table
    other = memory_case()
    other.set_meta("root_secret", "ab" * 32)
    _load(other, tmp_path, "a", lines)
    query = "SELECT key FROM membership WHERE key < 1152921504606846976"
    assert not set(case.con.execute(query).fetchall()) & set(other.con.execute(query).fetchall()), "keyed by the case"


def test_the_scan_of_exports_finds_them_in_clear(tmp_path: Path) -> None:
    device, number, account, car = _imei(), _identity(), FAKE.iban(), FAKE.vin()
    lines = ["IMEI,身份证号,IBAN,VIN,telegram", f"{device},{number},{account},{car},@anna_x1"]
    case = memory_case()
    others = (f"{_imei()},{_identity()},{FAKE.iban()},{FAKE.vin()},@u_{i}x" for i in range(30))
    _load(case, tmp_path, "a", [*lines, *others])
    spaced = " ".join(account[i : i + 4] for i in range(0, len(account), 4))
    for text in (device, device[:14], number, number.lower(), account, spaced, car.lower(), "t.me/anna_x1"):
        assert Scan(case.con).leaks({"report.md": f"It says {text} here.".encode()}), text
    for text in (_imei(), _identity(), FAKE.iban(), FAKE.vin(), "2026-01-12", "anna_y1"):
        assert not Scan(case.con).leaks({"report.md": f"It says {text} here.".encode()}), text


def test_a_large_column_is_sealed_row_by_row(tmp_path: Path) -> None:
    numbers = [_identity() for _ in range(3000)]
    lines = ["no,身份证号", *(f"{i},{numbers[i % 3000]}" for i in range(150_000))]
    case = memory_case()
    loaded = _load(case, tmp_path, "a", lines)
    assert (loaded.rows, loaded.identifiers, loaded.rejected) == (150_000, len(set(numbers)), 0)
    wrong = case.con.execute(
        "SELECT count(*) FROM raw.d1_p1 a JOIN raw.d1_p1 b ON b.row = a.row + 3000 WHERE a.c1 <> b.c1"
    )
    assert wrong.fetchall() == [(0,)]
    assert case.con.execute("SELECT count(*) FROM raw.d1_p1 WHERE c0 <> (row - 1)::VARCHAR").fetchall() == [(0,)]


def test_a_row_is_one_contact_by_whichever_identifier(tmp_path: Path) -> None:
    device = _imei()
    lines = ["手机号,IMEI", f"14200138000,{device}", f",{device[:14]}", "14200138001,", f"14200138002,{_imei()}"]
    loaded = _load(memory_case(), tmp_path, "a", lines)
    assert (loaded.rows, loaded.contacts, loaded.duplicates, loaded.rejected) == (4, 3, 1, 0)


def test_what_many_share_joins_no_strangers(tmp_path: Path) -> None:
    """A dealer's test device, an owner who said no, and a default value."""
    test_device, zero = _imei(), "00000000-0000-0000-0000-000000000000"
    lines = ["手机号,IMEI,idfa", *(f"142001{i:05d},{test_device},{zero}" for i in range(30)),
             *(f"142002{i:05d},000000000000000,{uuid.UUID(int=RNG.getrandbits(128))}" for i in range(30))]  # fmt: skip
    case = memory_case()
    loaded = _load(case, tmp_path, "a", lines)
    assert (loaded.contacts, loaded.identifiers, loaded.rejected) == (60, 90, 0)
    assert loaded.reasons == {"shared by many": 30}
    junk = dict(case.con.execute("SELECT coalesce(raw, ''), reason FROM junk ORDER BY ALL").fetchall())
    assert junk == {"": "shared by many", "000000000000000": "placeholder", zero: "placeholder"}


def test_a_copy_is_found_by_devices_alone(tmp_path: Path) -> None:
    devices = [_imei() for _ in range(1200)]
    case = memory_case()
    _load(case, tmp_path, "a", ["IMEI,机型", *(f"{device},x{i % 7}" for i, device in enumerate(devices[:800]))])
    _load(case, tmp_path, "b", ["串号", *(device[:14] for device in devices[300:700]), *(devices[800:1000])])
    _load(case, tmp_path, "c", ["imei", *devices[1000:]])
    trace(case)
    assert case.con.execute("SELECT a, b, shared FROM views.overlaps").fetchall() == [("a", "b", 400)]
    pairs = case.con.execute("SELECT DISTINCT least(parent, child), greatest(parent, child) FROM views.derivations")
    assert pairs.fetchall() == [("a", "b")]
