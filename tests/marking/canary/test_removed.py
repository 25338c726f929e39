"""A mistaken import is undone; what a copy rests on stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.marking.own_list import asked, own_case
from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.marking.canary.intake import take_in, take_out
from tracer.marking.release.copies import release_copies

HEAD = "name,phone,email\n"


def held(case: Case) -> int:
    return len(case.con.execute("SELECT no FROM canary").fetchall())


def test_a_mistaken_import_is_undone_and_one_identity_is_removed(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=10)
    before = held(case)
    file = tmp_path / "mistaken.csv"
    file.write_text(HEAD + "".join(f"Anna {k},1410990{k:04d},anna{k}@mail.example\n" for k in range(5)), "utf-8")
    take_in(case, file)
    assert held(case) == before + 5
    assert take_out(case, "ANNA3@mail.example") == [{"kind": "canary", "removed": 1}]
    assert take_out(case, "1410990 0001") == [{"kind": "canary", "removed": 1}]
    assert take_out(case, str(file)) == [{"kind": "canary", "removed": 3}]
    assert held(case) == before
    with pytest.raises(InputRefused, match="no identity of the case is there"):
        take_out(case, str(file))


def test_identities_in_a_copy_stay_and_so_do_the_others_of_the_file(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=10)
    release_copies(case, asked(tmp_path, "v0", unique=2))
    before = held(case)
    phones = [row[0] for row in case.con.execute("SELECT phone_raw FROM canary ORDER BY no").fetchall()]
    file = tmp_path / "all.csv"
    rows = case.con.execute("SELECT name, phone_raw, coalesce(email_raw, '') FROM canary ORDER BY no").fetchall()
    file.write_text(HEAD + "".join(",".join(map(str, row)) + "\n" for row in rows), "utf-8")
    with pytest.raises(InputRefused, match=f"of {len(phones)} identities there are in use: 2 in a copy"):
        take_out(case, str(file))
    assert held(case) == before
