"""Masks: numbers in whatever written form, and no false alarm on dates, counts and figures."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.export.mask import mask_text


@pytest.mark.parametrize(
    "written",
    [
        "14001234567", "+86 140 0123 4567", "0086-140-0123-4567", "86140 01234567", "(+86)14001234567",
        "140.0123.4567", "１４００１２３４５６７", "140\u200b0123\u200b4567", "tel14001234567", "14001234567.0",
        "140－0123－4567", "14001234567分机801",
    ],
)  # fmt: skip
def test_a_mobile_number_is_masked_in_every_form(written: str) -> None:
    masked = mask_text(f"see {written}, please")
    assert "0123" not in masked
    assert "１２３" not in masked
    assert masked.startswith("see ")
    assert masked.endswith(", please")


def test_the_form_of_the_mask() -> None:
    assert mask_text("14001234567") == "140****4567"
    assert mask_text("+86 140 0013 8000") == "140****8000"
    assert mask_text("021-11112222") == "0211*****22"
    assert mask_text("anna.b@mail.example.com") == "a***@m***.com"
    assert mask_text("d41d8cd98f00b204e9800998ecf8427e") == "d41d8c…"  # MD5 of a number is the number


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-01-10 to 2026-06-30", "2026-05-01 12:30:59", "ended (2026-03-31).",
        "20260110", "2026/5/1", "a-2026-01 and a-2026-03",
        "5,000,000 rows", "500000000", "p = 0.00000001", "1.38E+10", "G3, 14 of 14", "1:2:3", "d7_2026-01#2",
    ],
)  # fmt: skip
def test_what_is_no_number_stays(harmless: str) -> None:
    assert mask_text(harmless) == harmless


def test_bare_counts_stay_in_the_tools_own_sentences() -> None:
    assert mask_text("38204119 rows", figures=True) == "38204119 rows"
    assert mask_text("11112229", figures=False) != "11112229"  # a person may write a local number so
    assert "0123456" not in mask_text("14000123456", figures=True)


@given(
    st.integers(10**10, 2 * 10**10 - 1),
    st.lists(st.sampled_from(["", " ", "-", ".", "\u200b"]), min_size=10, max_size=10),
)
def test_no_eleven_digits_survive(number: int, gaps: list[str]) -> None:
    digits = str(number)
    written = "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=True))
    if re.search(r"(?:19|20)\d\d", digits) or re.match(r"^\d{1,6}\.", written):
        return  # digits that read as a date, or a decimal fraction, are tested above
    assert digits not in re.sub(r"\D", "", mask_text(f"x {written} y"))
