"""The segment table: built in, or the case's own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import phonenumbers
import pyarrow.parquet as pq
import pytest

from tests.findings.listed import load_list
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.identify.builtin_segments import abroad, expanded_segments, made_from
from tracer.identify.number_plans import built_in_ranges
from tracer.identify.segments import BUILT_IN, BUILT_IN_ABROAD, ensure_segments, load_segments, plan_ranges

HEADINGS = "segment,province,city,carrier"


def table(folder: Path, text: str) -> Path:
    path = folder / "segments.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_built_in_tables_are_complete_and_those_of_the_library() -> None:
    case = memory_case()
    count = ensure_segments(case.con)
    assert count > 300_000
    odd = case.con.execute(
        # 1349 is a satellite network's, which libphonenumber does not name.
        "SELECT count(*) FROM segment WHERE length(prefix) <> 7 OR province = '' OR city = ''"
        " OR carrier = '' AND NOT starts_with(prefix, '1349')"
    ).fetchone()
    assert odd == (0,)
    assert case.con.execute("SELECT count(DISTINCT province) FROM segment").fetchone() == (31,)
    assert ensure_segments(case.con) == count  # a second call changes nothing
    # The tables are those of the library, and others come with their numbers.
    shipped, known = pq.read_table(BUILT_IN), expanded_segments()
    if made_from() == phonenumbers.__version__:
        again = "write it anew: python -m tracer.identify.builtin_segments"
        assert shipped.equals(known), again
        assert pq.read_table(BUILT_IN_ABROAD).equals(abroad()), again
    # Another version gives a few other segments.
    alike = duckdb.sql("SELECT count(*) FROM (FROM shipped INTERSECT FROM known)").fetchall()[0][0]
    assert alike > 0.95 * shipped.num_rows

    case = memory_case("GB")
    chinese = ensure_segments(case.con)
    case.con.execute("INSERT INTO membership VALUES (1, 447700900123, 1)")
    assert ensure_segments(case.con) == chinese + 660
    assert ensure_segments(case.con) == chinese + 660


def test_a_lists_numbers_abroad_are_counted_by_the_longest_prefix() -> None:
    case = memory_case("US")
    case.con.execute(
        "INSERT INTO segment VALUES ('+1212', 'NY', '', '', 'network'), ('+1212555', 'NY', 'New York', '', 'network')"
    )
    keys = (12125550142, 12125550143, 12129990142, 13125550142, 8614200000001)
    load_list(case, "own", {"phone": [f"+{key}" for key in keys]})
    rows = case.con.execute("SELECT city, kind, numbers FROM views.segments ORDER BY ALL").fetchall()
    assert rows == [("", "network", 1), ("", "not allotted", 1), ("New York", "network", 2)]


def test_prefixes_of_other_countries_are_named_by_their_code_or_by_the_case(tmp_path: Path) -> None:
    text = f"{HEADINGS}\n090-0,,,甲\n+44 7700,,,乙\n+86 14200,江苏,南京,丙\n"
    case = memory_case("JP")
    assert load_segments(case.con, table(tmp_path, text)) == 102
    rows = case.con.execute("SELECT prefix FROM segment WHERE carrier <> '丙' ORDER BY prefix").fetchall()
    assert rows == [("+447700",), ("+81900",)]
    ranges = plan_ranges(case.con)[len(built_in_ranges()) :]
    assert [(each.country, each.first, each.last, each.block) for each in ranges] == [
        ("JP", 819000000000, 819009999999, 10_000)
    ]


def test_a_table_of_ones_own_takes_its_place(tmp_path: Path) -> None:
    text = f"{HEADINGS}\n1420001,江苏,南京,甲\n14200,浙江,杭州,乙\n"
    case = memory_case()
    ensure_segments(case.con)
    assert load_segments(case.con, table(tmp_path, text)) == 100
    rows = case.con.execute(
        "SELECT prefix, province, city, carrier FROM segment WHERE prefix <= '1420002' ORDER BY prefix"
    ).fetchall()
    assert rows == [
        ("1420000", "浙江", "杭州", "乙"), ("1420001", "江苏", "南京", "甲"), ("1420002", "浙江", "杭州", "乙"),
    ]  # fmt: skip


# The binary table: read as it is published, refused where it is damaged.

TEXTS = ("江苏|南京|210000|025", "浙江|杭州|310000|0571")


def phone_dat(entries: list[tuple[int, int, int]], texts: tuple[str, ...] = TEXTS) -> bytes:
    """(segment, which text, kind of operator) → a file as libraries publish it."""
    records, offsets = b"", []
    for text in texts:
        offsets.append(8 + len(records))
        records += text.encode() + b"\x00"
    index = b"".join(
        segment.to_bytes(4, "little") + (offsets[of] if of >= 0 else -of).to_bytes(4, "little") + bytes([operator])
        for segment, of, operator in entries
    )
    return b"2402" + (8 + len(records)).to_bytes(4, "little") + records + index


def test_segments_carriers_and_virtual_operators_are_read(tmp_path: Path) -> None:
    path = tmp_path / "phone.dat"
    path.write_bytes(phone_dat([(1420000, 0, 1), (1420001, 1, 4), (1420002, 1, 8)]))
    case = memory_case()
    assert load_segments(case.con, path) == 3
    assert case.con.execute("SELECT * FROM segment ORDER BY prefix").fetchall() == [
        ("1420000", "江苏", "南京", "中国移动", "network"), ("1420001", "浙江", "杭州", "中国电信", "virtual"),
        ("1420002", "浙江", "杭州", "中国广电", "virtual"),
    ]  # fmt: skip


BAD_TABLES = [
    (f"{HEADINGS[:16]}\n1420001,江苏\n".encode(), "missing column city, carrier"),
    (f"{HEADINGS}\nabc,江苏,南京,甲\n12345678,江苏,南京,甲\n".encode(), "invalid segment (********)"),
    (f"{HEADINGS},kind\n1700000,江苏,南京,甲,virtuel\n".encode(), "invalid kind of segment (xxxxxxx)"),
    (phone_dat([(1420000, 0, 1), (142, 0, 1)]), "1 of 2 entries name no segment, operator or text; the first at byte"),
    (phone_dat([(1420000, 0, 99)]), "1 of 1 entries"),
    (phone_dat([(1420000, -3, 1)]), "1 of 1 entries"),
    (phone_dat([(1420000, -900, 1)]), "1 of 1 entries"),
    (phone_dat([(1420000, 0, 1)], ("江苏",)), "is not a place"),
    (phone_dat([(1420000, 0, 1)])[:-1], "cannot be read as CSV"),
]


@pytest.mark.parametrize(("content", "told"), BAD_TABLES)
def test_a_bad_or_damaged_table_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path, case = tmp_path / "table", memory_case()
    path.write_bytes(content)
    with pytest.raises(InputRefused) as error:
        load_segments(case.con, path)
    assert told in error.value.line()
    assert str(path) in error.value.line()
    assert case.con.execute("SELECT count(*) FROM segment").fetchone() == (0,)


def test_kinds_follow_from_the_prefix_where_they_are_not_given(tmp_path: Path) -> None:
    kinds = dict(zip("1349000 1410000 1420000 1700000".split(), "satellite iot network virtual".split(), strict=True))
    case = memory_case()
    load_segments(case.con, table(tmp_path, f"{HEADINGS}\n" + "".join(f"{one},江苏,南京,甲\n" for one in kinds)))
    assert dict(case.con.execute("SELECT prefix, kind FROM segment").fetchall()) == kinds
    load_segments(case.con, table(tmp_path, f"{HEADINGS},kind\n1700000,江苏,南京,甲,network\n"))
    assert case.con.execute("SELECT kind FROM segment").fetchall() == [("network",)]
