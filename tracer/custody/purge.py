"""`purge`: a dataset's contents go for good; its hash, its counts and the findings about it stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tracer.case import rotation
from tracer.case.case import Case, open_case
from tracer.clock import now
from tracer.dossier.vocabulary import listed_names
from tracer.errors import InputRefused, refuse_short
from tracer.findings.case_facts import drop_answers, forget_lists
from tracer.lists.read.landing import drop_raw
from tracer.resources import sql_next_to
from tracer.stages import stale_stages
from tracer.trace import not_recomputable, trace

_statement = sql_next_to(__file__)

_CONTENTS = ["membership", "duplicate", "contact_alias", "mask", "reject", "junk", "dataset_column", "part"]
_CONTENTS += ["blind_match", "address_label"]
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
        con, traced = case.con, case.con.execute("SELECT 1 FROM trace_run LIMIT 1").fetchone() is not None
        last = "SELECT holder, purged_at FROM dataset WHERE id = $id ORDER BY no DESC LIMIT 1"
        holder, purged_at = con.execute(last, {"id": dataset}).fetchone() or (None, None)
        if holder is None:
            known = con.execute("SELECT id FROM dataset WHERE current ORDER BY id LIMIT 6").fetchall()
            remedy = f"one of: {', '.join(one for (one,) in known) or 'none'}"
            raise InputRefused("no such dataset", where=dataset, remedy=remedy)
        if purged_at is not None:
            what = f"its contents were purged on {purged_at:%Y-%m-%d}"
            raise InputRefused(what, where=dataset, remedy="nothing is left to do")
        if traced and stale_stages(con):
            tell("bringing the findings up to date")
            trace(case)
        tell("removing the contents")
        certificate, named_by = _remove(case, dataset, holder, reason or "none was given")
        for sha256, names in named_by.items():
            tell(f"Warning: the original {sha256[:12]}… stays in the case, as the file of {listed_names(names)}")
        if traced:
            tell("marking the findings that rest on them")
            trace(case)
        certificate["findings_not_recomputable"] = not_recomputable(con)
        layout, secret = case.layout, case.key.secret
    tell("rewriting the store, without the pages that held them")
    rotation.rewrite(layout, secret)
    with open_case(folder, key_file=key_file) as case:
        case.journal.append(command="purge finished", detail={"dataset": dataset, "store": "rewritten"})
        uid = certificate.pop("uid")
        entry = next(one for one in case.journal.file.entries() if one["uid"] == uid)
        certificate["journal"] = {"entry": entry["no"], "hash": entry["hash"]}
    return certificate


def _remove(case: Case, dataset: str, holder: str, reason: str) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Remove the contents; (certificate, hash of an original that stays → what else of the case is that file)."""
    con, at, asked = case.con, now(), {"id": dataset}
    versions = con.execute(f"SELECT no, {', '.join(_COUNTS)} FROM dataset WHERE id = $id ORDER BY no", asked).fetchall()
    numbers, removed = [row[0] for row in versions], {"raw rows": 0}
    with case.transaction():
        parts = "SELECT raw_table, rows FROM part WHERE dataset IN (SELECT unnest($numbers)) ORDER BY dataset, part"
        for table, rows in con.execute(parts, {"numbers": numbers}).fetchall():
            drop_raw(con, table)
            removed["raw rows"] += rows
        # Both read the contents: whom the register holds, and who is in no other list.
        removed["people asked for"] = int(con.execute(_statement("forget_asked"), asked).fetchall()[0][0])
        matched = int(con.execute(_statement("forget_matched"), asked).fetchall()[0][0])
        for table in _CONTENTS:
            gone = f"DELETE FROM {table} WHERE dataset IN (SELECT unnest($numbers))"
            removed[table.replace("_", " ")] = int(con.execute(gone, {"numbers": numbers}).fetchall()[0][0])
        removed["blind match"] += matched
        drop_answers(con, stale_only=False)
        forget_lists(con, numbers)
        con.execute("UPDATE dataset SET purged_at = $at WHERE id = $id", {"at": at, **asked})
        sheets = _answered_sheets(case, dataset)
        named_by = dict(con.execute(_statement("originals"), asked | {"sheets": sheets}).fetchall())
        originals = [one for one, names in named_by.items() if not names]
        named_by = {one: names for one, names in named_by.items() if names}
        con.execute("DELETE FROM original WHERE sha256 IN (SELECT unnest($alone))", {"alone": originals})
        detail = {"dataset": dataset, "reason": reason, "removed": removed, "originals": originals}
        hashes = {f"{dataset} version {row[1]}": row[2] for row in versions}
        uid = case.journal.append(command="purge", inputs=hashes, detail=detail | {"originals_kept": [*named_by]})
    for sha256 in originals:
        case.vault.files.remove(sha256)
    stays = ["hashes, counts and the findings about it"]
    stays += [f"original {one}: other records name it" for one in named_by]
    copies, withheld, chosen = con.execute(_statement("registered"), asked).fetchall()[0]
    if copies:
        what = f"canaries, and the identifiers of {withheld} rows that copies lacked"
        if chosen:
            what += f" and of {chosen} people whose cells copies write in one of two ways"
        why = "without it no copy could be recognised, nor what was committed be checked"
        stays.append(f"the register of its {copies} copies: {what}; {why}")
    certificate: dict[str, Any] = {"certificate": "tracer purge 1", "case": case.case_id, "dataset": dataset}
    certificate |= {"holder": holder, "purged_at": f"{at.isoformat()}Z", "reason": reason}
    counts = [dict(zip(_COUNTS, row[1:], strict=True)) for row in versions]
    certificate |= {"versions": counts, "removed": removed, "originals_removed": originals, "stays": stays}
    return certificate | {"not_reached": list(_NOT_REACHED), "uid": uid}, named_by


def _answered_sheets(case: Case, dataset: str) -> list[str]:
    """Hashes of the filled-in sheets that asked for people of a dataset: only the journal has them."""
    found = case.con.execute("SELECT id FROM probe_plan WHERE dataset = $id", {"id": dataset}).fetchall()
    plans = {plan for (plan,) in found}
    loaded = (entry for entry in case.journal.file.entries() if plans and entry["command"] == "probe load")
    sheets = [entry["inputs"] for entry in loaded if plans.intersection(entry["detail"]["plans"])]
    return sorted({str(sha256) for inputs in sheets for sha256 in inputs.values()})
