"""Each way in which a register, the journal, a copy or a stamp can be tampered with is named by `verify`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.case.rewriting import Entries, rewrite_journal
from tests.marking.register.drawn_case import faults_of, released_case
from tracer.case.case import Case
from tracer.custody.verify import check_registers, verify_case


def test_what_is_as_it_was_passes(tmp_path: Path) -> None:
    case, _ = released_case(tmp_path)
    (check,) = check_registers(case)
    assert (check.passed, check.detail) == (True, "1 committed, 3 releases and 0 time stamps as they were")
    assert all(check.passed for check in verify_case(case, lambda _: None))


def rewritten(change: Callable[[Entries], Entries]) -> Callable[[Case], object]:
    """A whole new journal, chained anew: what somebody who has the key can do."""
    return lambda case: rewrite_journal(case, change)


def without(command: str) -> Callable[[Case], object]:
    return rewritten(lambda entries: [entry for entry in entries if entry["command"] != command])


def edit_copy(case: Case) -> None:
    path = Path(case.con.execute("SELECT min(path) FROM release").fetchall()[0][0])
    path.write_bytes(path.read_bytes() + b"\n")


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        ("UPDATE canary SET phone = phone + 1", "changed after it was committed"),
        ("UPDATE release SET commitment = repeat('0', 64)", "changed after it was committed"),
        ("UPDATE release SET commitment = repeat('0', 64) WHERE recipient = 'v1'", "name different roots"),
        ("UPDATE release SET recipient = 'v4' WHERE recipient = 'v1'", "recipient was v1 when committed and is v4"),
        ("UPDATE release SET date = date - 1", "date was"),
        ("UPDATE release SET sha256 = repeat('0', 64)", "in the journal and 0000"),
        ("UPDATE release SET sha256 = NULL", "registered and never written"),
        ("DELETE FROM release WHERE recipient = 'v2'", "committed other releases"),
        ("DELETE FROM release", "the case no longer holds it"),
        (edit_copy, "its copy was changed after it was written"),
        (without("release"), "does not say that it was committed"),
        (without("release written"), "the journal does not say that the copy"),
        (rewritten(lambda entries: entries[::-1]), "before the register was committed"),
        (
            rewritten(lambda es: [e | {"result": "0" * 64} if e["command"] == "release" else e for e in es]),
            "committed the root 0000",
        ),
    ],
)
def test_a_fault_is_named(tmp_path: Path, tamper: str | Callable[[Case], object], told: str) -> None:
    case, _ = released_case(tmp_path)
    if isinstance(tamper, str):
        case.con.execute(tamper)
    else:
        tamper(case)
    assert any(told in fault for fault in faults_of(case))
    failed = [check for check in verify_case(case, lambda _: None) if not check.passed]
    assert {check.what for check in failed} == {"register"}
    assert any(told in check.detail for check in failed)


def test_a_merged_recipient_and_a_copy_that_was_handed_over_are_no_fault(tmp_path: Path) -> None:
    case, _ = released_case(tmp_path)
    case.con.execute("UPDATE party SET merged_into = 'v4' WHERE id = 'v1'")
    case.con.execute("UPDATE release SET recipient = 'v4' WHERE recipient = 'v1'")
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    (check,) = check_registers(case)
    assert check.passed
