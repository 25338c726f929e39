"""`verify`: nothing was altered, and the findings come out the same again."""

from __future__ import annotations

from collections.abc import Callable

from tracer.case.case import Case
from tracer.case.maintenance import Check, check_journal, check_originals
from tracer.marking.register import changed_registers
from tracer.marking.release import REGISTER
from tracer.trace import findings_digest, recompute_digest, up_to_date


def verify_case(case: Case, progress: Callable[[str], None]) -> list[Check]:
    """Run all checks; journals that they were run. `case` must be open for writing; nothing in it is changed."""
    progress("checking the journal and the originals")
    checks = [check_journal(case), *check_originals(case)]
    checks.append(_check_registers(case))
    progress("computing the findings again")
    checks.append(_check_findings(case))
    failed = [check.what for check in checks if not check.passed]
    if checks[0].passed:
        case.journal.append(command="verify", detail={"checks": len(checks), "failed": failed})
    return checks


def _check_registers(case: Case) -> Check:
    """Whether the register of every release that the tool drew still has the root that was committed."""
    row = case.con.execute("SELECT count(*) FROM release WHERE commitment IS NOT NULL").fetchone()
    changed = changed_registers(case.con, case.secret(REGISTER))
    if changed:
        return Check("register", False, f"changed after it was committed: {', '.join(changed)}")
    return Check("register", True, f"{row[0] if row is not None else 0} committed releases as they were")


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
