"""`verify`: nothing was altered, and the findings come out the same again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.case.checks import (
    Check,
    accepted_journals,
    check_accounts,
    check_journal,
    check_originals,
    check_schema,
    check_store,
)
from tracer.case.protected import keyed_digest
from tracer.case.schema import former_columns
from tracer.case.store import store_fault
from tracer.custody.anchor import check_anchors
from tracer.marking.register.audit import audit_registers
from tracer.trace import findings_digest, not_recomputable, recompute_digest, up_to_date


def verify_case(
    case: Case, progress: Callable[[str], None], since: date | None = None, copies: Sequence[Path] = ()
) -> list[Check]:
    """Run all checks; journals that they were run. `case` must be open for writing; nothing in it is changed.

    `since`: only originals that were loaded on that day or later, and findings only where a trace ran then;
    journal, store, schema and registers are always checked as a whole. `copies`: see `audit_registers`.
    """
    progress("checking the journal, the store and the originals")
    checks = [check_journal(case), check_store(case)]
    for what, look in (
        ("journal", lambda: accepted_journals(case)),
        ("schema", lambda: [check_schema(case)]),
        ("originals", lambda: check_originals(case, since)),
        ("journal and store", lambda: check_accounts(case)),
        ("register", lambda: _check_registers(case, copies)),
        ("anchor", lambda: check_anchors(case)),
        ("findings", lambda: [_check_findings(case, progress, since)]),
    ):
        checks += _looked(what, look)
    failed = [check.what for check in checks if not check.passed]
    if checks[0].passed:
        detail = {"checks": len(checks), "failed": failed}
        case.journal.append(command="verify", detail=detail if since is None else {**detail, "since": str(since)})
    return checks


def _looked(what: str, look: Callable[[], list[Check]]) -> list[Check]:
    """Checks that read the store; where it is damaged under them, that is what was found."""
    try:
        return look()
    except duckdb.Error as error:
        if store_fault(error) is None:
            raise
        return [Check(what, False, "cannot be checked: the store is damaged")]


def _check_registers(case: Case, copies: Sequence[Path]) -> list[Check]:
    """One check over all registers that were committed; where they are not as they were, one for each fault."""
    audit = audit_registers(case, copies)
    if audit.faults:
        return [Check("register", False, fault) for fault in audit.faults]
    told = f"{audit.registers} committed, {audit.releases} releases and {audit.stamps} time stamps as they were"
    # A corrected end date is not a fault: the register keeps what it was, and says so.
    return [
        Check("register", True, told),
        *(Check("register", True, f"corrected since: {note}") for note in audit.notes),
        *(Check("register", True, note) for note in audit.lying),
    ]


def _check_findings(case: Case, progress: Callable[[str], None], since: date | None) -> Check:  # noqa: PLR0911 - one for each state
    row = case.con.execute('SELECT run, result, "at", version FROM trace_run ORDER BY run DESC LIMIT 1').fetchone()
    if row is None:
        return Check("findings", True, "none yet: nothing was traced")
    run, stated, at, version = row
    former = former_columns(case.con, run)
    if former == {}:
        return Check(
            "findings", True, f"of run {run} by tracer {version}, which kept them in another form: not compared"
        )
    kept = findings_digest(case.con, former)
    if kept != stated:
        return Check("findings", False, f"the findings of run {run} were changed after it")
    if since is not None and at.date() < since:
        return Check("findings", True, f"as run {run} left them; not computed again: it ran before {since}")
    if not up_to_date(case):
        return Check(
            "findings",
            True,
            f"as run {run} by tracer {version} left them, but the case or tracer's own code has changed since:"
            " run `tracer trace`, then verify again",
        )
    progress("computing the findings again")
    again = recompute_digest(case)
    if again != kept:
        return Check(
            "findings",
            False,
            f"a trace from scratch gives other findings than run {run} kept, by the same code of tracer: the store was "
            "changed, or packages that tracer computes with (`tracer export report` lists them)",
        )
    left = not_recomputable(case.con)
    told = f"; {left} not recomputable, because contents were purged: as they were" if left else ""
    return Check("findings", True, f"digest {kept}, under the case's key {keyed_digest(case.con, kept)}{told}")
