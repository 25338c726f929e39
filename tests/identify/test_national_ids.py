"""Numbers of people against another's rules: the published examples, and what becomes of them digit by digit."""

from __future__ import annotations

import importlib
import re
from types import ModuleType

import pytest

from tracer.identify.national_ids import SCHEMES, folded_id, is_filled_in, likeliest_scheme, verhoeff

ORACLES = {
    "CN": "cn.ric", "KR": "kr.rrn", "JP": "jp.in_", "TH": "th.pin", "IN": "in_.aadhaar", "ES": "es.dni", "PT": "pt.nif",
    "FR": "fr.nir", "BE": "be.nn", "NL": "nl.bsn", "DE": "de.idnr", "CH": "ch.ssn", "PL": "pl.pesel", "CZ": "cz.rc",
    "RO": "ro.cnp", "HR": "hr.oib", "EE": "ee.ik", "SE": "se.personnummer", "FI": "fi.hetu", "NO": "no.fodselsnummer",
    "DK": "dk.cpr", "TR": "tr.tckimlik", "UA": "ua.rntrc", "US": "us.ssn", "CA": "ca.sin", "AU": "au.tfn",
    "ZA": "za.idnr", "BR": "br.cpf", "CL": "cl.rut", "MX": "mx.curp",
}  # fmt: skip
"""Scheme → module of python-stdnum."""
LOOSER = {
    "PT": "firms have numbers of the same form, which no list of people has", "RO": "counties are not looked up",
    "DK": "a number without a check digit: the days of months are not looked at", "CZ": "centuries are not told apart",
    "BE": "numbers of people who are not yet registered", "MX": "days are not looked at, states neither",
    "KR": "places of registration are not looked up", "NO": "days are not looked at", "US": "areas are not looked up",
    "CN": "counties are not looked up", "EE": "numbers of both Baltic states",
}  # fmt: skip
"""Schemes in which a number may pass that the other refuses, and why; none refuses what the other takes."""


def _oracle(scheme: str) -> tuple[ModuleType, list[str]]:
    module = importlib.import_module(f"stdnum.{ORACLES[scheme]}")
    return module, re.findall(r">>> validate\('([^']+)'[^)]*\)\n *'", module.__doc__ or "")


@pytest.mark.parametrize("scheme", ORACLES)
def test_another_s_examples_are_valid_here_and_their_neighbours_are_not(scheme: str) -> None:
    module, examples = _oracle(scheme)
    assert examples
    refused = taken = 0
    for example in examples:
        assert folded_id(example, scheme) is not None, example
        digits = [place for place, char in enumerate(example) if char.isdigit()]
        for place in digits:
            for digit in "0123456789":
                other = example[:place] + digit + example[place + 1 :]
                mine, theirs = folded_id(other, scheme) is not None, bool(module.is_valid(other))
                refused += theirs and not mine
                taken += mine and not theirs
    assert refused == 0
    assert taken == 0 or scheme in LOOSER, taken


def test_schemes_without_an_oracle() -> None:
    """Examples of the offices that give the numbers out."""
    for scheme, good, bad in (
        ("HK", "A123456(3)", "A123456(4)"), ("SG", "S1234567D", "S1234567A"), ("TW", "A123456789", "A123456788"),
        ("RU", "112-233-445 95", "112-233-445 96"), ("IT", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        ("ES", "X1234567L", "X1234567A"), ("IN PAN", "ABCPE1234F", "ABCPE12345"),
        ("GB", "AB 12 34 56 C", "AB 12 34 5C"),
    ):  # fmt: skip
        assert folded_id(good, scheme) is not None, scheme
        assert folded_id(bad, scheme) is None, scheme
    assert set(SCHEMES) == {*ORACLES, "HK", "SG", "TW", "RU", "IT", "IN PAN", "GB"}


def test_one_number_is_one_text() -> None:
    assert folded_id("320311770706001", "CN") == folded_id("３２０３１１ 19770706 0018", "CN") == "320311197707060018"
    assert folded_id("12531909-2", "CL") == folded_id("12.531.909-2", "CL") == "125319092"
    assert {folded_id(text, "SE") for text in ("880320-0016", "19880320-0016", "8803200016", "880320+0016")} == {
        "8803200016"
    }
    zeros = next(f"0{body}" for body in range(10_000_000, 10_001_000) if folded_id(f"0{body}", "NL"))
    assert folded_id(zeros.lstrip("0"), "NL") == folded_id(f"{zeros.lstrip('0')}.0", "NL") == zeros, "a spreadsheet's"


def test_what_is_filled_in_is_nobodys() -> None:
    for text in ("无", "N/A", "000000000000000000", "111-11-1111", "xxxxxxxx"):
        assert is_filled_in(text), text
    assert folded_id("123456789", "US") is None
    assert folded_id("000000000", "NL") is None


def test_the_likeliest_scheme_is_that_of_most_cells() -> None:
    cells = [f"{number}" for number in range(234_000_000_000, 234_000_000_400) if verhoeff(str(number))]
    assert likeliest_scheme(cells, SCHEMES, 0.5) == "IN"
    assert likeliest_scheme(["12", "13", "14"], SCHEMES, 0.5) is None
