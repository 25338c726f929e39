"""`verify`: nothing was altered, and the findings come out the same again."""

from __future__ import annotations

from collections.abc import Callable

from tracer.case.case import Case
from tracer.case.maintenance import Check, check_journal, check_originals
from tracer.marking.register.audit import audit_registers
from tracer.trace import findings_digest, recompute_digest, up_to_date


def verify_case(case: Case, progress: Callable[[str], None]) -> list[Check]:
    """Run all checks; journals that they were run. `case` must be open for writing; nothing in it is changed."""
    progress("checking the journal and the originals")
    checks = [check_journal(case), *check_originals(case)]
    checks += _check_registers(case)
    progress("computing the findings again")
    checks.append(_check_findings(case))
    failed = [check.what for check in checks if not check.passed]
    if checks[0].passed:
        case.journal.append(command="verify", detail={"checks": len(checks), "failed": failed})
    return checks


def _check_registers(case: Case) -> list[Check]:
    """One check over all registers that were committed; where they are not as they were, one for each fault."""
    audit = audit_registers(case)
    if audit.faults:
        return [Check("register", False, fault) for fault in audit.faults]
    told = f"{audit.registers} committed, {audit.releases} releases and {audit.stamps} time stamps as they were"
    # A corrected end date is no fault: the register keeps what it was, and says so.
    return [
        Check("register", True, told),
        *(Check("register", True, f"corrected since: {note}") for note in audit.notes),
    ]


def _check_findings(case: Case) -> Check:
    row = case.con.execute("SELECT run, result FROM trace_run ORDER BY run DESC LIMIT 1").fetchone()
    if row is None:
        return Check("findings", True, "none yet: nothing was traced")
    run, stated = row
    kept = findings_digest(case.con)
    if kept != stated:
        return Check("findings", False, f"the findings of run {run} were changed after it")
    if not up_to_date(case):
        return Check(
            "findings", True, f"as run {run} left them, but out of date: run `tracer trace`, then verify again"
        )
    again = recompute_digest(case)
    same = again == kept
    return Check("findings", same, f"digest {kept}" if same else "a trace from scratch gives other findings")
