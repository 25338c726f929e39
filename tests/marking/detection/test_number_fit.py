"""Which kind of numbers identities lack. German drama numbers, fixed and mobile."""

from __future__ import annotations

from pathlib import Path

from tests.lists.loading import own_list
from tracer.marking.detection.number_fit import number_fit
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.source_list import read_source_list


def _identity(no: int, phone: int) -> Identity:
    return Identity(no, phone, f"+{phone}", None, None, None, None)


def test_fixed_lines_that_no_identity_has_are_named_with_what_helps(tmp_path: Path) -> None:
    numbers = [f"030 23125{at:03d}" if at % 5 < 2 else f"0176 0406{at:04d}" for at in range(300)]
    lines = ["Name,Telefon", *(f"Person {at},{number}" for at, number in enumerate(numbers))]
    case = own_list(tmp_path, lines, region="DE")
    source = read_source_list(case.con, "own")
    mobiles = [_identity(at, 4917604060000 + at) for at in range(500, 510)]
    fit = number_fit(case.con, source, mobiles)
    assert fit is not None
    assert fit.what() == "40% of the list's numbers are fixed lines; 0 of the 10 identities with a number have one"
    assert fit.advice() == "import identities with fixed lines as well, about 40% of them"
    assert number_fit(case.con, source, [*mobiles, *(_identity(at, 493023125500 + at) for at in range(6))]) is None
