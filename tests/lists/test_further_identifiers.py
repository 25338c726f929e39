"""Lists with devices, cars, accounts and numbers of people, never kept; lists joined by several columns together."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from faker import Faker

from tests.lists.loading import everything_in, load_text
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.documents import toml_of
from tracer.errors import InputRefused
from tracer.export.scan import Scan
from tracer.findings.attribution import attribute
from tracer.identify.keys import further_kind, mask
from tracer.identify.national_ids import luhn, mod_11_2
from tracer.lists.loaded import Loaded
from tracer.marking.release.handed_over import ReleaseFacts, register_release_file
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
TABLES = toml_of((Path(__file__).parent / "read" / "headings.toml").read_text("utf-8"))
HEADED = [(heading, *what) for heading, what in TABLES["further"].items()]


@pytest.mark.parametrize("region", ["CN", "US", None])
def test_columns_are_what_they_are(tmp_path: Path, region: str | None) -> None:
    lines = [",".join([*(heading for heading, _, _ in HEADED), "email"])]
    lines += [",".join([*(MADE[made]() for _, made, _ in HEADED), f"a{i}@example.com"]) for i in range(60)]
    loaded = _load(memory_case(), tmp_path, "a", lines, region)
    for (heading, _, role), column in zip(HEADED, loaded.parts[0].columns, strict=False):
        assert column.role == role or {column.role, role} == {"id", "other"}, heading
    assert (loaded.contacts, loaded.rejected) == (60, 0)
    assert loaded.identifiers >= 55 * sum(role in MADE for _, _, role in HEADED)


def test_a_column_that_promises_imeis_is_not_lost_in_silence(tmp_path: Path) -> None:
    loaded = _load(memory_case(), tmp_path, "a", ["imei,email", *(f"35****{i:04d},a{i}@b.example" for i in range(30))])
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
    kept = everything_in(case)
    assert not [secret for secret in (*numbers, *spoilt, *accounts) if secret in kept]
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
    """Beyond a batch of rows: row r and row r + 1,000 hold one number."""
    numbers, case = [_identity() for _ in range(1000)], memory_case()
    lines = ["no,身份证号", *(f"{i},{numbers[i % 1000]}" for i in range(130_000))]
    loaded = _load(case, tmp_path, "a", lines)
    assert (loaded.rows, loaded.identifiers, loaded.rejected) == (130_000, len(set(numbers)), 0)
    wrong = (
        "FROM raw.d1_p1 a JOIN raw.d1_p1 b ON b.row = a.row + 1000 WHERE a.c1 <> b.c1 OR a.c0 <> (a.row - 1)::VARCHAR"
    )
    assert case.con.execute(f"SELECT count(*) {wrong}").fetchall() == [(0,)]


def test_a_row_is_one_contact_by_whichever_identifier(tmp_path: Path) -> None:
    device = _imei()
    lines = ["手机号,IMEI", f"14200138000,{device}", f",{device[:14]}", "14200138001,", f"14200138002,{_imei()}"]
    loaded = _load(memory_case(), tmp_path, "a", lines)
    assert (loaded.rows, loaded.contacts, loaded.duplicates, loaded.rejected) == (4, 3, 1, 0)
    lines = ["name,dob,phone", "Ana Díaz,04/03/1990,+12025550142", "DIAZ ANA,1990-03-04,"]
    loaded = _load_keyed(memory_case(), tmp_path, "a", [*lines, "Bo Li,25/12/1970,+12025550143"], "name,dob", "ES")
    assert (loaded.rows, loaded.contacts, loaded.identifiers, loaded.duplicates) == (3, 2, 4, 1)


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


def _load_keyed(
    case: Case, folder: Path, name: str, lines: Sequence[str], key: str | list[str], region: str = "CN"
) -> Loaded:
    return load_text(case, folder / f"{name}.csv", lines, columns={"key": key}, region=region)


def _people(rng: random.Random, count: int) -> list[str]:
    given = [a + b for a in "伟芳娜敏静丽强磊军洋" for b in "勇艳杰娟涛明超秀霞平"]
    return [
        f"{rng.choice('王李张刘陈杨赵黄')}{rng.choice(given)},"
        f"{rng.randint(1950, 2005)}-{rng.randint(1, 12)}-{rng.randint(1, 28)}"
        for _ in range(count)
    ]


def test_rolls_are_joined_however_their_columns_are_cut_and_written(tmp_path: Path) -> None:
    case = memory_case()
    one = ["姓名,出生日期,备注", "张三,1990-03-04,x", "欧阳娜娜,19770506,y", "李四,1985年12月1日,"]
    other = ["生日,姓,名", "1990/3/4,張,三", "1977-05-06 00:00:00,歐陽,娜娜", "1-Dec-1985,李,四"]
    _load_keyed(case, tmp_path, "a", one, ["姓名", "出生日期"])
    loaded = _load_keyed(case, tmp_path, "b", other, "生日,姓,名")
    assert (loaded.identifiers, loaded.contacts, loaded.rejected) == (3, 3, 0)
    keys = case.con.execute("SELECT key, count(*) FROM membership GROUP BY key").fetchall()
    assert {(further_kind(key), mask(key), lists) for key, lists in keys} == {("composite", "composite ****", 2)}
    assert [column.role for column in loaded.parts[0].columns] == ["other", "name", "name"]


@pytest.mark.parametrize(("key", "why"), [
    ("姓名", "a name alone"), (["姓名", "性别"], "a name alone"), ("姓名,年份", "distinguishes too few people"),
    ("姓名,生日", "unknown column '生日'"),
])  # fmt: skip
def test_names_alone_never_link(tmp_path: Path, key: str | list[str], why: str) -> None:
    rng = random.Random(1)
    given = [a + b for a in "伟芳娜敏静" for b in "强磊军洋勇"]
    lines = [
        "姓名,性别,年份",
        *(f"{rng.choice('王李张刘')}{rng.choice(given)},男,{rng.randint(1960, 1999)}" for _ in range(2000)),
    ]
    with pytest.raises(InputRefused, match=why):
        _load_keyed(memory_case(), tmp_path, "a", lines, key)


def test_days_that_were_filled_in_join_nobody(tmp_path: Path) -> None:
    case = memory_case()
    lines = ["name,birthday", *(f"Ann{i} Lee,199{i % 10}-0{i % 9 + 1}-{i % 28 + 1:02d}" for i in range(400)),
             *(f"Bob{i} Lee,1980-01-01" for i in range(60)), "Cy Lee,1900-01-01", "Di Lee,", "E*** Lee,1990-01-01",
    ]  # fmt: skip
    loaded = _load_keyed(case, tmp_path, "a", lines, "name,birthday", "US")
    assert loaded.reasons == {"day filled in": 61, "part of the key missing": 2}
    assert loaded.identifiers == 400


def test_alternatives_are_keys_of_their_own(tmp_path: Path) -> None:
    lines = ["会员号,姓名,生日", *(f"M{i},王小{'明红亮芳'[i % 4]},19{50 + i}-02-03" for i in range(30))]
    for key in ("会员号|姓名,生日", ["姓名,生日", "会员号"]):
        both = _load_keyed(memory_case(), tmp_path, "a", lines, key)
        assert (both.identifiers, both.contacts) == (60, 30)


def test_a_copy_is_found_and_strangers_are_not(tmp_path: Path) -> None:
    """Rolls that share nothing but a key of name and birthday: an extract is found, namesakes are not kin."""
    people, case = _people(random.Random(5), 9000), memory_case()
    for name, rows in (("a", people[:4000]), ("b", people[4000:8000]), ("c", [*people[1000:2000], *people[8000:]])):
        _load_keyed(case, tmp_path, name, ["姓名,生日", *rows], "姓名,生日")
    trace(case)
    found = case.con.execute("SELECT a, b, shared FROM views.overlaps ORDER BY a, b").fetchall()
    assert [(a, b, shared >= 990) for a, b, shared in found] == [("a", "c", True)]
    pairs = case.con.execute(
        "SELECT DISTINCT least(parent, child), greatest(parent, child) FROM views.derivations"
    ).fetchall()
    assert pairs == [("a", "c")]


def test_a_copy_without_a_number_is_recorded_and_attributed(tmp_path: Path) -> None:
    """A roll that went to two recipients with different rows withheld, one of which turns up under other headings."""
    rows, case = _people(random.Random(6), 600), memory_case()
    _load_keyed(case, tmp_path, "mine", ["姓名,生日", *rows], "姓名,生日")
    for name, gone in (("one", rows[:30]), ("two", rows[30:60])):
        path = tmp_path / f"copy-{name}.csv"
        path.write_text("\n".join(["姓名,生日", *(row for row in rows if row not in gone)]) + "\n", encoding="utf-8")
        handed = register_release_file(case.con, ReleaseFacts(name, "mine", f"to-{name}"), path)
        assert (handed.rows, handed.withheld, handed.foreign, handed.canaries) == (570, 30, 0, 0)
    turned = [",".join(reversed(row.split(","))) for row in rows[30:]]
    _load_keyed(case, tmp_path, "found", ["出生年月日,联系人", *turned], ["联系人", "出生年月日"])
    matched = {one.release: one.rows_matched for one in attribute(case.con, "found")}
    assert matched == {"one": 570, "two": 540}
