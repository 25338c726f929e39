"""The binary segment table: read as it is published, refused where it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.identify.segments import load_segments

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


@pytest.mark.parametrize(
    ("entries", "texts", "told"),
    [
        ([(1420000, 0, 1), (142, 0, 1)], TEXTS, "1 of 2 entries name no segment, operator or text; the first at byte"),
        ([(1420000, 0, 99)], TEXTS, "1 of 1 entries"),
        ([(1420000, -3, 1)], TEXTS, "1 of 1 entries"),
        ([(1420000, -900, 1)], TEXTS, "1 of 1 entries"),
        ([(1420000, 0, 1)], ("江苏",), "is not a place"),
    ],
)
def test_a_damaged_file_is_refused(
    tmp_path: Path, entries: list[tuple[int, int, int]], texts: tuple[str, ...], told: str
) -> None:
    path = tmp_path / "phone.dat"
    path.write_bytes(phone_dat(entries, texts))
    case = memory_case()
    with pytest.raises(InputRefused) as error:
        load_segments(case.con, path)
    assert told in error.value.line()
    assert str(path) in error.value.line()
    assert case.con.execute("SELECT count(*) FROM segment").fetchone() == (0,)


def test_a_file_that_is_cut_off_is_no_phone_dat(tmp_path: Path) -> None:
    (tmp_path / "phone.dat").write_bytes(phone_dat([(1420000, 0, 1)])[:-1])
    with pytest.raises(InputRefused):
        load_segments(memory_case().con, tmp_path / "phone.dat")


def test_kinds_follow_from_the_prefix_where_they_are_not_given(tmp_path: Path) -> None:
    kinds = {
        "1349000": "satellite",
        "1410000": "iot",
        "1420000": "network",
        "1700000": "virtual",
        "1740001": "satellite",
    }
    path = tmp_path / "s.csv"
    path.write_text("segment,province,city,carrier\n" + "".join(f"{segment},江苏,南京,甲\n" for segment in kinds))
    case = memory_case()
    load_segments(case.con, path)
    assert dict(case.con.execute("SELECT prefix, kind FROM segment").fetchall()) == kinds


def test_a_given_kind_holds_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("segment,province,city,carrier,kind\n1700000,江苏,南京,甲,network\n", encoding="utf-8")
    case = memory_case()
    load_segments(case.con, path)
    assert case.con.execute("SELECT kind FROM segment").fetchall() == [("network",)]
    path.write_text("segment,province,city,carrier,kind\n1700000,江苏,南京,甲,virtuel\n", encoding="utf-8")
    with pytest.raises(InputRefused, match=r"invalid kind of segment \(xxxxxxx\)"):
        load_segments(case.con, path)
