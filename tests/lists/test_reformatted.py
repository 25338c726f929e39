"""A reseller's reformatting: canaries and rows are found again, whatever the file and the cells look like."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lists.loading import load_text
from tracer.case.memory import memory_case
from tracer.identify.email import email_key, read_email_cell
from tracer.identify.phone_rules import read_phone_cell

_WIDE = str.maketrans("0123456789+-", "０１２３４５６７８９＋－")
mobiles = st.integers(10**8, 10**8 * 2 - 1).map(lambda n: f"140{n - 10**8:08d}")
fronts = st.sampled_from(["", "+86", "86", "0086", "+86 ", "86-", "(+86)", "0086-", "+86-"])
groups = st.sampled_from([(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 4, 3)])
separators = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u3000", "－", "\u2009", "—", "  "])
wraps: st.SearchStrategy[str] = st.sampled_from([
    "{}", "'{}", "\t{}\t", '="{}"', "{}.0", "\u202d{}\u202c",
    "手机：{}", "tel:{}", "{}（张三）", " {} ", "{} *", "wide",
])  # fmt: skip


def _grouped(number: str, sizes: tuple[int, ...], separator: str) -> str:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(number[at : at + size])
        at += size
    return separator.join(pieces)


def _keys(cell: str) -> set[int | None]:
    return {reading.key for reading in read_phone_cell(cell, "CN")}


@settings(max_examples=200, deadline=None)
@given(mobiles, fronts, groups, separators, wraps)
def test_one_number_however_it_is_written(
    number: str, front: str, sizes: tuple[int, ...], separator: str, wrap: str
) -> None:
    text = front + _grouped(number, sizes, separator)
    cell = text.translate(_WIDE) if wrap == "wide" else wrap.format(text)
    assert _keys(cell) == {int("86" + number)}, cell


@settings(max_examples=200, deadline=None)
@given(
    st.lists(mobiles, min_size=2, max_size=5, unique=True),
    fronts.filter(lambda front: front in ("", "+86", "86", "0086")),
    st.sampled_from(["/", "、", ",", "，", ";", "；", "|", "\n", " / ", "  ", " ", "或", "\r\n", "\t"]),
)
def test_several_numbers_in_a_cell(numbers: list[str], front: str, between: str) -> None:
    cell = between.join(front + number for number in numbers)
    assert _keys(cell) == {int("86" + number) for number in numbers}, cell


@settings(max_examples=150, deadline=None)
@given(
    mobiles,
    st.sampled_from([
        "联系{n}张经理", "请打{n}，谢谢", "王总 {n} 周一", "{n}(备用)", "客户:李四,电话:{n}", "微信同号{n}",
        "A座3楼 {n}",
        "2026年 {n}", "{n} 2026-01-05",
    ]),
)  # fmt: skip
def test_a_number_inside_text(number: str, text: str) -> None:
    assert int("86" + number) in _keys(text.format(n=number)), text


@settings(max_examples=150, deadline=None)
@given(
    # Without x: three in a row are a mask.
    st.from_regex(r"[a-w][a-w0-9]{2,8}(\.[a-w]{2,5})?", fullmatch=True),
    st.sampled_from(
        ["{a}", " {a} ", "'{a}", "<{a}>", "mailto:{a}", "Anna <{a}>", "{a};", "{a}\t", "邮箱：{a}", '"{a}"']
    ),
    st.booleans(),
)
def test_one_address_however_it_is_written(local: str, text: str, upper: bool) -> None:
    address = f"{local}7@mail.example"
    cell = text.format(a=address.upper() if upper else address)
    assert {reading.key for reading in read_email_cell(cell, "CN")} == {email_key(address)}, cell


NUMBERS = [f"1400{i * 7919 % 10_000_000:07d}" for i in range(40)]


def test_a_number_split_over_columns(tmp_path: Path) -> None:
    """The country code in a column of its own does no harm."""
    case = memory_case()
    load_text(case, tmp_path / "split.csv", ["区号,手机号,姓名", *(f"+86,{n},张三" for n in NUMBERS)])
    held = {key for (key,) in case.con.execute("SELECT key FROM membership").fetchall()}
    assert held == {int("86" + number) for number in NUMBERS}
