"""What identities lack to be like a list's rows. Firms, domains and numbers are invented."""

from __future__ import annotations

from pathlib import Path

from tests.lists.loading import own_list
from tracer.marking.detection.gate import lacks
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.source_list import read_source_list


def test_addresses_at_firms_that_no_canary_has_are_named_with_what_helps(tmp_path: Path) -> None:
    rows = ["Company,Email"]
    for at in range(200):
        firm = at % 40
        domain = "mail.test" if at % 4 == 0 else f"firm{firm}.example"
        rows.append(f"Larkspur {firm} Ltd,person{at}@{domain}")
    case = own_list(tmp_path, rows, find_region=True)
    source = read_source_list(case.con, "own")
    at_one = [Identity(no, None, None, f"a{no}@elsewhere.example") for no in range(3)]
    (found,) = lacks(case.con, source, at_one)
    assert found == (
        "75% of the list's addresses are at the contact's own firm; 0 of 3 identities have theirs at a domain of their"
        " own, or at a provider that its contacts use (mail.test);"
        " give identities addresses at domains of their own, one for each, as of a firm"
    )
    at_their_own = [Identity(no, None, None, f"a@firm-{no}.example") for no in range(3)]
    assert lacks(case.con, source, at_their_own) == []


def _identity(no: int, phone: int) -> Identity:
    return Identity(no, phone, f"+{phone}")


def test_fixed_lines_that_no_identity_has_are_named_with_what_helps(tmp_path: Path) -> None:
    numbers = [f"030 23125{at:03d}" if at % 5 < 2 else f"0176 0406{at:04d}" for at in range(300)]
    lines = ["Name,Telefon", *(f"Person {at},{number}" for at, number in enumerate(numbers))]
    case = own_list(tmp_path, lines, region="DE")
    source = read_source_list(case.con, "own")
    mobiles = [_identity(at, 4917604060000 + at) for at in range(500, 510)]
    (found,) = lacks(case.con, source, mobiles)
    assert found == (
        "40% of the list's numbers are fixed lines; 0 of the 10 identities with a number have one;"
        " import identities with fixed lines as well, about 40% of them"
    )
    assert lacks(case.con, source, [*mobiles, *(_identity(at, 493023125500 + at) for at in range(6))]) == []
