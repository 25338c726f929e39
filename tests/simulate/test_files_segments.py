"""Synthetic numbers are nobody's: libphonenumber rejects every one of them."""

from __future__ import annotations

import numpy as np
import phonenumbers
import pytest

from tracer.simulate.names import emails, firms
from tracer.simulate.segments import BLOCK, EVERYDAY, FORMS, UNALLOCATED, draw_numbers, make_segments, written


@pytest.mark.parametrize("prefix", UNALLOCATED)
def test_libphonenumber_knows_no_subscriber_behind_an_unallocated_prefix(prefix: int) -> None:
    for middle in range(0, 10_000, 7):  # coprime to 10: all digits occur in all places
        number = phonenumbers.parse(f"+86{prefix}{middle:04d}{(middle * 31) % 10_000:04d}")
        assert not phonenumbers.is_valid_number(number)


def test_numbers_are_distinct_and_lie_in_their_segments() -> None:
    rng = np.random.default_rng(5)
    segments = make_segments(rng, 3)
    numbers, where = draw_numbers(rng, segments, 25_000)
    assert np.unique(numbers).size == 25_000
    assert (numbers // BLOCK == segments.prefix[where]).all()


def test_numbers_that_do_not_fit_are_refused() -> None:
    rng = np.random.default_rng(5)
    with pytest.raises(ValueError, match="do not fit"):
        draw_numbers(rng, make_segments(rng, 2), 20_001)


def test_a_firm_is_the_sum_of_its_parts_and_mail_lies_under_reserved_domains() -> None:
    rng = np.random.default_rng(2)
    firm = firms(rng, 200, np.array(["江苏", "浙江"]))
    parts = zip(firm.region, firm.core, firm.industry, firm.form, firm.branch, strict=True)
    assert ["".join(part) for part in parts] == firm.full.tolist()
    assert {mail.rsplit(".", 1)[1] for mail in emails(rng, 200)} == {"example", "invalid", "test"}


def test_written_forms_keep_the_digits() -> None:
    rng = np.random.default_rng(8)
    numbers, _ = draw_numbers(rng, make_segments(rng, 2), 400)
    for form in set(FORMS) - {"lossy", "masked", "float"}:
        texts = written(rng, numbers, {form: 1.0})
        digits = ["".join(str(int(c)) for c in text if c.isdigit()) for text in texts]
        assert [int(text[-11:]) for text in digits] == numbers.tolist(), form
    for form, text in (("full_width", "１４２１２３４５６７８"), ("lossy", "1.42E+10"), ("masked", "142****5678")):
        assert written(rng, np.array([14212345678]), {form: 1.0})[0] == text
    assert np.unique(written(rng, numbers, EVERYDAY)).size == pytest.approx(400, abs=10)  # only lossy ones coincide
