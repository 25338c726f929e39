"""`purge`: a dataset's contents go for good; its hash, its counts and the findings about it stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tracer.case import rotation
from tracer.case.case import Case, open_case
from tracer.clock import now
from tracer.dossier.vocabulary import listed
from tracer.errors import InputRefused, refuse_short
from tracer.findings.case_facts import forget_lists
from tracer.findings.precomputed import drop_answers
from tracer.lists.read.landing import drop_raw
from tracer.resources import statements_beside
from tracer.trace import not_recomputable, trace, up_to_date

_statement = statements_beside(__file__)

_CONTENTS = (
    "membership", "duplicate", "contact_alias", "mask", "reject", "junk", "dataset_column", "part", "blind_match",
    "address_label",
)  # fmt: skip
"""The base tables that hold a dataset's contents, by its number."""
_COUNTS = ("version", "sha256", "bytes", "format", "rows", "identifiers", "contacts", "rejected", "duplicates")
_NOT_REACHED = (
    "backups and copies of the case that were made before",
    "blocks that a disk, a file system or its snapshots keep of deleted files: encrypted; `tracer key rotate` and the"
    " destruction of every copy of the old key make them unreadable",
)


def purge_dataset(
    folder: Path, key_file: Path | None, dataset: str, reason: str | None, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Remove a dataset's contents from a closed case: all its versions, its original, and every page that held them.

    Returns the certificate: case, dataset, hashes, counts, what was removed, what stays, when, why, by whom, and the
    journal's line.

    Findings are brought up to date first, so that what stays is what the contents last said.
    Raises `InputRefused` where there is no such dataset or it was purged before, `UsageError` where a reason is none.
    """
    if reason is not None:
        refuse_short(reason, "say who asked for it, and why")
    with open_case(folder, key_file=key_file, computes=True) as case:
        _refuse(case, dataset)
        if _traced(case) and not up_to_date(case):
            tell("bringing the findings up to date")
            trace(case)
        tell("removing the contents")
        certificate = _remove(case, dataset, reason or "none was given")
        for sha256, names in certificate.pop("named_by").items():
            tell(f"Warning: the original {sha256[:12]}… stays in the case, as the file of {listed(names)}")
        if _traced(case):
            tell("marking the findings that rest on them")
            trace(case)
        certificate["findings_not_recomputable"] = not_recomputable(case.con)
        layout, secret = case.layout, case.key.secret
    tell("rewriting the store, without the pages that held them")
    rotation.rewrite(layout, secret)
    with open_case(folder, key_file=key_file) as case:
        case.journal.append(command="purge finished", detail={"dataset": dataset, "store": "rewritten"})
        uid = certificate.pop("uid")
        entry = next(one for one in case.journal.file.entries() if one["uid"] == uid)
        certificate["journal"] = {"entry": entry["no"], "hash": entry["hash"]}
    return certificate


def _refuse(case: Case, dataset: str) -> None:
    row = case.con.execute(
        "SELECT purged_at FROM dataset WHERE id = $id ORDER BY no DESC LIMIT 1", {"id": dataset}
    ).fetchone()
    if row is None:
        known = [
            one[0] for one in case.con.execute("SELECT id FROM dataset WHERE current ORDER BY id LIMIT 6").fetchall()
        ]
        raise InputRefused("no such dataset", where=dataset, remedy=f"one of: {', '.join(known) or 'none'}")
    if row[0] is not None:
        raise InputRefused(
            f"its contents were purged on {row[0]:%Y-%m-%d}", where=dataset, remedy="nothing is left to do"
        )


def _traced(case: Case) -> bool:
    return case.con.execute("SELECT 1 FROM trace_run LIMIT 1").fetchone() is not None


def _remove(case: Case, dataset: str, reason: str) -> dict[str, Any]:
    con, at = case.con, now()
    versions = con.execute(
        f"SELECT no, {', '.join(_COUNTS)} FROM dataset WHERE id = $id ORDER BY no", {"id": dataset}
    ).fetchall()
    numbers = [row[0] for row in versions]
    holder = con.execute(
        "SELECT holder FROM dataset WHERE id = $id ORDER BY no DESC LIMIT 1", {"id": dataset}
    ).fetchall()[0][0]
    with case.transaction():
        removed = _delete_rows(case, numbers)
        drop_answers(con, stale_only=False)
        forget_lists(con, numbers)
        con.execute("UPDATE dataset SET purged_at = $at WHERE id = $id", {"at": at, "id": dataset})
        originals, named_by = _forget_originals(case, dataset)
        shared = list(named_by)
        detail = {
            "dataset": dataset, "reason": reason, "removed": removed, "originals": originals,
            "originals_kept": shared,
        }  # fmt: skip
        hashes = {f"{dataset} version {row[1]}": row[2] for row in versions}
        uid = case.journal.append(command="purge", inputs=hashes, detail=detail)
    for sha256 in originals:
        case.vault.files.remove(sha256)
    return {
        "certificate": "tracer purge 1", "case": case.case_id, "dataset": dataset, "holder": holder,
        "purged_at": f"{at.isoformat()}Z", "reason": reason,
        "versions": [dict(zip(_COUNTS, row[1:], strict=True)) for row in versions],
        "removed": removed, "originals_removed": originals,
        "stays": [
            "hashes, counts and the findings about it", *(f"original {one}: other records name it" for one in shared),
            *_registered(case, dataset),
        ],
        "not_reached": list(_NOT_REACHED), "uid": uid, "named_by": named_by,
    }  # fmt: skip


def _delete_rows(case: Case, numbers: list[int]) -> dict[str, int]:
    """Table → rows removed; the raw cells under `raw cells`."""
    con, removed = case.con, {"raw rows": 0}
    for table, rows in con.execute(
        "SELECT raw_table, rows FROM part WHERE dataset IN (SELECT unnest($numbers)) ORDER BY dataset, part",
        {"numbers": numbers},
    ).fetchall():
        drop_raw(con, table)
        removed["raw rows"] += rows
    for table in _CONTENTS:
        gone = con.execute(
            f"DELETE FROM {table} WHERE dataset IN (SELECT unnest($numbers))", {"numbers": numbers}
        ).fetchall()
        removed[table.replace("_", " ")] = int(gone[0][0])
    return removed


def _forget_originals(case: Case, dataset: str) -> tuple[list[str], dict[str, list[str]]]:
    """(hashes of originals that nothing else names and that are taken out of the store, hash → what else names it)."""
    rows = case.con.execute(_statement("originals"), {"id": dataset}).fetchall()
    alone = [sha256 for sha256, names in rows if not names]
    case.con.execute("DELETE FROM original WHERE sha256 IN (SELECT unnest($alone))", {"alone": alone})
    return alone, {sha256: names for sha256, names in rows if names}


def _registered(case: Case, dataset: str) -> list[str]:
    """What the register of its marked copies goes on holding: without it a copy could no longer be recognised."""
    row = case.con.execute(
        "SELECT (SELECT count(*) FROM release WHERE dataset = $id)"
        " + (SELECT count(*) FROM withdrawn_release WHERE dataset = $id),"
        " (SELECT count(*) FROM withheld WHERE release IN (SELECT id FROM release WHERE dataset = $id))"
        " + (SELECT count(*) FROM withdrawn_withheld WHERE release IN"
        " (SELECT id FROM withdrawn_release WHERE dataset = $id))",
        {"id": dataset},
    ).fetchall()[0]
    if not row[0]:
        return []
    return [f"the register of its {row[0]} copies: canaries, and the identifiers of {row[1]} rows that copies lacked"]
