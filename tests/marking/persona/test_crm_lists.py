"""Personas for exports of CRM systems: ids with check letters, names in two columns, numbers as their country writes
them, accounts, moments with a zone. Numbers are those that regulators keep for stories, names are invented."""

from __future__ import annotations

import random
import uuid
from pathlib import Path

import pytest

from tests.lists.loading import own_list
from tests.marking.made import FAMILY, GIVEN, in_new_york, made_rows
from tracer.marking.persona.program_ids import is_record, random_codes, record_check, record_numbers, record_of

_FIRMS = ("Larkspur Energy Inc.", "Redwood Roofing LLC", "Harbor Labs", "Copper Supply Group", "Falcon Freight Co.")
_HEADINGS = "Id,AccountId,Account Name,First Name,Last Name,Full Name,MobilePhone,CreatedDate,LastModifiedDate,Row GUID"


def crm_rows(count: int) -> list[list[str]]:
    """Contacts of accounts, in the order in which they were created."""
    rng = random.Random(3)
    rows, number, day = [], 5_000_000, 0
    for _ in range(count):
        number += rng.choice((1, 2, 3, 7))
        day += rng.choice((0, 1, 1, 2))
        firm = rng.randrange(len(_FIRMS))
        given, family = rng.choice(GIVEN), rng.choice(FAMILY)
        begun = f"{2023 + day // 360}-{1 + day % 360 // 30:02d}-{1 + day % 28:02d}T{rng.randrange(8, 18):02d}"
        rows.append(
            [
                record_of("0035g0", number, checked=True),
                record_of("0015g0", 77 + 911 * firm, checked=True),
                _FIRMS[firm],
                given,
                family,
                f"{family}, {given}",
                f"({rng.choice((212, 415, 312))}) 555-01{rng.randrange(100):02d}",
                f"{begun}:{rng.randrange(60):02d}:11.000+0000",
                f"{begun}:59:{rng.randrange(60):02d}.000+0000",
                str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            ]
        )
    return rows


def test_a_contact_of_a_crm_system_fits_its_columns(tmp_path: Path) -> None:
    rows = crm_rows(500)
    lines = [_HEADINGS, *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    _, made = made_rows(own_list(tmp_path, lines, find_region=True), in_new_york(40), b"secret")
    ids, people = {row[0] for row in rows}, {(row[3], row[4]) for row in rows}
    accounts = {row[1]: row[2] for row in rows}
    for one in made:
        record, account, firm, given, family, whole, phone, created, changed, token = (str(cell) for cell in one.cells)
        assert is_record(record)
        assert record not in ids
        before, behind = (record_numbers([rows[k][0]])[0] for k in (max(0, one.before - 2), min(499, one.before - 1)))
        assert before <= record_numbers([record])[0] <= behind or one.before in (1, 501)
        assert accounts[account] == firm
        assert whole == f"{family}, {given}"
        assert {given} <= {row[3] for row in rows} | {given[: len(given) // 2] + given[len(given) // 2 :]}
        assert phone.startswith("(917) 555-01"), "written as the list writes its numbers"
        assert created.endswith(".000+0000")
        assert created <= changed
        assert uuid.UUID(token).version == 4
    assert len({str(one.cells[0]) for one in made}) == 40
    repeated = sum((str(one.cells[3]), str(one.cells[4])) in people for one in made)
    assert repeated >= 20, "in a list in which most names come again, most of the personas' do"


def test_letters_behind_a_record_id_say_which_letters_are_capitals() -> None:
    assert record_check("001D000000IqhSL") == "IAZ", "an example of Salesforce's own help"
    assert is_record("001D000000IqhSLIAZ")
    assert not is_record("001D000000IqhSLIAA")


@pytest.mark.parametrize("name", ["uuid", "hex", "words"])
def test_codes_are_random_or_not(name: str) -> None:
    rng = random.Random(1)
    cells = {
        "uuid": [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(300)],
        "hex": [f"{rng.getrandbits(64):016x}" for _ in range(300)],
        "words": [f"customer-{at:06d}" for at in range(300)],
    }[name]
    assert (random_codes(cells) is not None) is (name != "words")
