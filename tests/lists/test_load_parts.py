"""What becomes of rows: memberships, contacts, duplicates, rejects, junk. Every row is accounted for."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.lists.loading import load_text
from tests.lists.tables import read_parts, read_table
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused, TracerError
from tracer.identify.email import email_key, read_email_cell
from tracer.identify.keys import KEY_BASE, MOBILE_FIRST, MOBILE_LAST, text_key
from tracer.identify.phone_rules import read_phone_cell
from tracer.lists import linking
from tracer.lists.load import DatasetFacts, Loaded, store_parts

A, B, C = 8614200000001, 8614200000002, 8614200000003


def _number(key: int) -> str:
    return str(key)[2:]


def _store(case: Case, dataset: str = "d1", **columns: list[str | None]) -> Loaded:
    named: dict[str, Any] = {role.replace("_", " "): cells for role, cells in columns.items()}
    return store_parts(case.con, read_parts(read_table(case.con, named)), DatasetFacts(dataset, "vendor"))


def _rows(case: Case, query: str) -> list[tuple[Any, ...]]:
    return case.con.execute(query).fetchall()


def test_memberships_are_distinct_and_the_rest_are_duplicates() -> None:
    case = memory_case()
    loaded = _store(case, phone=[_number(B), "+86" + _number(A), _number(B) + ".0", _number(B)])
    assert _rows(case, "SELECT * FROM membership") == [(1, A, 2), (1, B, 1)]
    assert _rows(case, "SELECT * FROM duplicate") == [(1, B, 3), (1, B, 4)]
    assert (loaded.rows, loaded.identifiers, loaded.contacts, loaded.rejected, loaded.duplicates) == (4, 2, 2, 0, 2)


def test_a_contact_is_named_by_its_strongest_identifier() -> None:
    case = memory_case()
    mail, key, landline = email_key("anna@example.com"), text_key(KEY_BASE, "m1"), 862658888888
    loaded = _store(
        case,
        phone=["026-58888888", None, None, "026-58888888"],
        phone_2=[_number(A), None, None, None],
        email=["anna@example.com", "Anna@example.com", None, None],
        key=["M1", None, "m1", None],
    )
    # All rows name the contact of the first.
    assert (loaded.identifiers, loaded.contacts, loaded.duplicates) == (4, 1, 3)
    assert {*_rows(case, "SELECT key, contact FROM contact_alias")} == {(landline, A), (mail, A), (key, A)}


def test_a_chain_of_rows_ends_at_one_contact() -> None:
    case = memory_case()
    loaded = _store(case, phone=[_number(A), _number(B)], phone_2=[_number(B), _number(C)])
    assert _rows(case, "SELECT key, contact FROM contact_alias") == [(B, A), (C, A)]
    assert (loaded.contacts, loaded.identifiers) == (1, 3)


def test_a_shared_address_stands_for_both_its_owners() -> None:
    case = memory_case()
    mail = email_key("office@example.com")
    loaded = _store(case, phone=[_number(A), _number(B)], email=["office@example.com"] * 2)
    assert _rows(case, "SELECT key, contact FROM contact_alias") == [(mail, A), (mail, B)]
    assert loaded.contacts == 2


def test_stripped_tags_still_join_and_are_not_counted() -> None:
    case = memory_case()
    loaded = _store(case, email=["anna+x@fastmail.com", "bea@example.com"])
    keys = {key for (key,) in _rows(case, "SELECT key FROM membership")}
    assert keys == {email_key("anna+x@fastmail.com"), email_key("anna@fastmail.com"), email_key("bea@example.com")}
    assert (loaded.identifiers, loaded.contacts) == (2, 2)


def test_rejects_are_told_apart_from_cells_beside_a_usable_one() -> None:
    case = memory_case()
    loaded = _store(
        case,
        phone=["142****0001", "1.42E+10", None, "N/A", _number(A) + "/5888888", "N/A"],
        email=[None, "anna@example.com", None, None, "", "bea@example.com"],
    )
    assert _rows(case, "SELECT row, position, raw, reason, row_kept FROM reject ORDER BY row, position") == [
        (1, 0, "142****0001", "masked", False),
        (2, 0, "1.42E+10", "scientific notation lost digits", True),
        (3, None, None, "empty", False),
        (4, 0, "N/A", "placeholder", False),
        (5, 0, _number(A) + "/5888888", "no area code", True),
    ]
    assert (loaded.rows, loaded.rejected, loaded.junk) == (6, 3, 1)
    assert _rows(case, "SELECT key, raw, reason, rows FROM junk") == [(None, "N/A", "placeholder", 2)]


def test_a_hotline_never_links_but_is_counted() -> None:
    case = memory_case()
    names: list[str | None] = [f"虚构{i}" for i in range(21)]
    loaded = _store(
        case,
        name=[*names, *names[:20], *["甲"] * 30],
        phone=[*[_number(A)] * 21, *[_number(B)] * 20, *[_number(C)] * 30],  # 21 names, 20 names, one name
        email=["anna@example.com", *[None] * 70],
    )
    assert _rows(case, "SELECT key, raw, reason, rows, names FROM junk") == [(A, None, "hotline", 21, 21)]
    keys = {key for (key,) in _rows(case, "SELECT key FROM membership")}
    assert keys == {email_key("anna@example.com"), B, C}
    assert loaded.rejected == 20  # one row has an address as well
    assert loaded.reasons == {"hotline": 21}
    assert loaded.rows == loaded.rejected + 3 + loaded.duplicates


def test_hashes_are_identifiers_of_their_own() -> None:
    case = memory_case()
    loaded = _store(case, phone=["0123456789abcdef" * 2, "0123456789ABCDEF" * 2])
    assert (loaded.identifiers, loaded.rejected, loaded.duplicates) == (1, 0, 1)


def test_a_list_of_masks_is_kept_and_one_of_nothing_refused() -> None:
    case = memory_case()
    loaded = _store(case, phone=["142****0001", "142****0002"])
    assert (loaded.identifiers, loaded.rejected) == (0, 2)
    with pytest.raises(InputRefused, match="no phone number"):
        _store(case, "d2", phone=["N/A", "1.42E+10"])
    with pytest.raises(InputRefused, match="no phone number"):
        _store(case, "d3", name=["甲", "乙"])


def test_parts_count_on() -> None:
    case = memory_case()
    one = read_table(case.con, {"phone": [_number(A), _number(B)]}, "one")
    note = read_table(case.con, {"other": ["remarks"]}, "note")
    two = read_table(case.con, {"email": [None, "anna@example.com"], "phone": [_number(B), None]}, "two")
    loaded = store_parts(case.con, read_parts(one, note, two), DatasetFacts("d1", "vendor"))
    assert _rows(case, "SELECT part, first_row, rows, raw_table FROM part ORDER BY part") == [
        (1, 1, 2, "raw.d1_p1"), (2, 3, 1, "raw.d1_p2"), (3, 4, 2, "raw.d1_p3"),
    ]  # fmt: skip
    assert _rows(case, "SELECT row, reason FROM reject") == [(3, "no column with identifiers")]
    assert _rows(case, "SELECT key, row FROM duplicate") == [(B, 4)]
    assert _rows(case, "SELECT row FROM membership ORDER BY row") == [(1,), (2,), (5,)]
    assert (loaded.rows, loaded.rejected, loaded.duplicates) == (5, 1, 1)
    assert _rows(case, "SELECT count(*) FROM raw.d1_p3") == [(2,)]


def test_an_id_is_taken_once_unless_replaced() -> None:
    case = memory_case()
    _store(case, phone=[_number(A)])
    with pytest.raises(InputRefused, match="already exists"):
        _store(case, phone=[_number(B)])
    part = read_table(case.con, {"phone": [_number(B)]})
    again = store_parts(case.con, read_parts(part), DatasetFacts("d1", "vendor"), replace=True)
    assert (again.no, again.version) == (2, 2)
    assert _rows(case, "SELECT no, version, current FROM dataset ORDER BY no") == [(1, 1, False), (2, 2, True)]


def test_the_region_is_that_of_the_list() -> None:
    case = memory_case()
    part = read_table(case.con, {"phone": ["(202) 555-0142", "14200000001"]})
    loaded = store_parts(case.con, read_parts(part), DatasetFacts("d1", "vendor"), region="US")
    assert _rows(case, "SELECT key FROM membership") == [(12025550142,)]
    assert loaded.reasons == {"no valid number": 1}


def _rank(key: int) -> tuple[int, int]:
    return (0 if MOBILE_FIRST <= key <= MOBILE_LAST else 3 if key < 10**15 else 1), key


@pytest.mark.parametrize("seed", range(12))
def test_random_lists_against_a_plain_account(seed: int) -> None:
    """An oracle in plain Python: rows, identifiers, contacts, rejects and duplicates of small random lists."""
    rng = random.Random(seed)
    numbers = ["14200000001", "+86 142-0000-0002", "14200000003/14200000004", "026-58888888", "14200000002;无"]
    cells = [
        *numbers,
        "14200000001/142****0001",
        "142****0001",
        "N/A",
        "123",
        "99999999999",
        "1.38E+10",
        "  ",
        None,
        "",
    ]
    mails = ["anna@example.com", "anna+x@example.com", "bea@example.com", "bea@example.com;n/a", "bad", *[None] * 5]
    phones, emails = rng.choices(cells, k=12), rng.choices(mails, k=12)
    case = memory_case()
    loaded = _store(case, phone=[*phones, "14200000009"], email=[*emails, None])
    rows: list[set[int]] = []
    for phone, mail in [*zip(phones, emails, strict=True), ("14200000009", None)]:
        readings = [*read_phone_cell(phone or "", "CN"), *read_email_cell(mail or "", "CN")]
        rows.append({reading.key for reading in readings if reading.key is not None})
    contact = {key: {key} for row in rows for key in row}
    for row in rows:
        for key in row:
            if key != min(row, key=_rank):
                contact[key] |= {min(row, key=_rank)}
    for _ in rows:
        for key, targets in contact.items():
            contact[key] = {far for near in targets for far in (contact[near] - {near} or {near})} - {key} or {key}
    named: set[int] = set()
    duplicates = 0
    for row in rows:
        of_row = {target for key in row for target in contact[key]}
        duplicates += bool(row) and of_row <= named
        named |= of_row
    contacts = {target for targets in contact.values() for target in targets}
    found = (loaded.rows, loaded.rejected, loaded.identifiers, loaded.contacts, loaded.duplicates)
    assert found == (13, sum(not row for row in rows), len(contact), len(contacts), duplicates)


def test_hundreds_of_columns_of_numbers_are_read_as_a_few_are(tmp_path: Path) -> None:
    """A report with a number in every other cell: one arm unfolds them, and the answer is that of an arm for each."""
    rows = [",".join([*(f"电话{i}" for i in range(20)), "姓名"])]
    rows += [
        ",".join([*(f"1400{r * 37 + i * 7:07d}" if (r + i) % 3 else "" for i in range(20)), f"甲{r}"])
        for r in range(60)
    ]
    found = []
    for most in (linking._MANY, 99):
        with patch.object(linking, "_MANY", most):
            case = memory_case()
            load_text(case, tmp_path / "wide.csv", rows)
        tables = ("membership", "contact_alias", "reject", "duplicate")
        found.append([case.con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in tables])
    assert found[0] == found[1]
    assert len(found[0][0]) > 500
    assert found[0][1]


def test_rows_that_do_not_add_up_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    true = linking._statement
    losing = {"load_rejects": "SELECT $dataset"}
    monkeypatch.setattr(linking, "_statement", lambda name: losing.get(name) or true(name))
    with pytest.raises(TracerError, match="of 3 rows 2 were accepted and 0 rejected"):
        _store(memory_case(), phone=[_number(A), _number(B), "无"])


def test_the_store_keeps_the_account(tmp_path: Path) -> None:
    text = "名单\n\n姓名,手机号\n甲,14000000001\n乙,14000000002\n"
    assert load_text(memory_case(), tmp_path / "a.csv", text).to_json()["account"] == {
        "lines": 5, "header": 1, "title": 1, "rows": 2, "blank": 1, "continued": 0, "further": 0, "left_out": 0,
    }  # fmt: skip
