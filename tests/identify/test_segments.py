"""The segment table: built in, or the case's own."""

from __future__ import annotations

from pathlib import Path

import phonenumbers
import pyarrow.parquet as pq
import pytest

from tests.findings.listed import load_list
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.identify.builtin_segments import abroad, expanded, made_from
from tracer.identify.number_plans import built_in_ranges
from tracer.identify.places import split_description
from tracer.identify.segments import BUILT_IN, BUILT_IN_ABROAD, ensure_segments, load_segments, plan_ranges


def table(folder: Path, text: str) -> Path:
    path = folder / "segments.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_built_in_table_is_complete_at_seven_digits() -> None:
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


def test_the_built_in_table_is_that_of_the_library() -> None:
    shipped, known = pq.read_table(BUILT_IN), expanded()
    if made_from() == phonenumbers.__version__:
        assert shipped.equals(known), "write it anew: python -m tracer.identify.builtin_segments"
    # Another version gives a few other segments.
    alike = set(zip(*shipped.to_pydict().values(), strict=True)) & set(zip(*known.to_pydict().values(), strict=True))
    assert len(alike) > 0.95 * shipped.num_rows


def test_the_table_of_other_plans_is_that_of_the_library_and_comes_with_their_numbers() -> None:
    if made_from() == phonenumbers.__version__:
        assert pq.read_table(BUILT_IN_ABROAD).equals(abroad()), (
            "write it anew: python -m tracer.identify.builtin_segments"
        )
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
    text = "segment,province,city,carrier\n090-0,,,甲\n+44 7700,,,乙\n+86 14200,江苏,南京,丙\n"
    case = memory_case("JP")
    assert load_segments(case.con, table(tmp_path, text)) == 102
    rows = case.con.execute("SELECT prefix FROM segment WHERE carrier <> '丙' ORDER BY prefix").fetchall()
    assert rows == [("+447700",), ("+81900",)]
    ranges = plan_ranges(case.con)[len(built_in_ranges()) :]
    assert [(each.country, each.first, each.last, each.block) for each in ranges] == [
        ("JP", 819000000000, 819009999999, 10_000)
    ]


def test_a_table_of_ones_own_takes_its_place(tmp_path: Path) -> None:
    text = "segment,province,city,carrier\n1420001,江苏,南京,甲\n14200,浙江,杭州,乙\n"
    case = memory_case()
    ensure_segments(case.con)
    assert load_segments(case.con, table(tmp_path, text)) == 100
    rows = case.con.execute(
        "SELECT prefix, province, city, carrier FROM segment WHERE prefix <= '1420002' ORDER BY prefix"
    ).fetchall()
    assert rows == [
        ("1420000", "浙江", "杭州", "乙"), ("1420001", "江苏", "南京", "甲"), ("1420002", "浙江", "杭州", "乙"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("segment,province\n1420001,江苏\n", "missing column city, carrier"),
        ("segment,province,city,carrier\nabc,江苏,南京,甲\n12345678,江苏,南京,甲\n", "invalid segment (********)"),
    ],
)
def test_a_bad_table_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = table(tmp_path, text)
    with pytest.raises(InputRefused) as error:
        load_segments(memory_case().con, path)
    assert told in error.value.line()
    assert str(path) in error.value.line()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("江苏省南京市", ("江苏", "南京")),
        ("上海市", ("上海", "上海")),
        ("内蒙古锡林郭勒盟", ("内蒙古", "锡林郭勒")),
        ("青海省海南藏族自治州", ("青海", "海南")),
        ("海南省海口市", ("海南", "海口")),
        ("吉林省吉林市", ("吉林", "吉林")),
    ],
)
def test_places(text: str, place: tuple[str, str]) -> None:
    assert split_description(text) == place
