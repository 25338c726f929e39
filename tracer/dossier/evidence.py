"""Evidence: files go into the vault under their hash, statements are kept as text."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from tracer.case.case import CaseVault
from tracer.dossier.vocabulary import did_you_mean, id_problem, refuse
from tracer.errors import InputRefused, UsageError
from tracer.input_files import sha256_of
from tracer.records import Evidence, Outcome


def add_evidence(
    con: duckdb.DuckDBPyConnection,
    vault: CaseVault,
    evidence: Evidence,
    *,
    file: Path | None = None,
    change: bool = False,
    replace: bool = False,
) -> Outcome:
    """Put evidence in: a `file` (whose name as acquired is `evidence.path`), or the text of a statement.

    Raises:
        InputRefused: bad id, neither or both of file and text, an unreadable file, or other facts without `change`.
            Other bytes under the same id are refused even then, unless `replace`: the old ones stay in the vault.
    """
    where = f"evidence {evidence.id}"
    refuse([id_problem(evidence.id, "piece of evidence", where)])
    if (file is None) == (evidence.text is None):
        raise InputRefused(
            "evidence must be either a file or a text", where=where, remedy="give exactly one of path and text"
        )
    if file is not None and not file.is_file():
        raise InputRefused("no such file", where=f"{where}, {file}", remedy="check the path")
    sha256, length = _hash_of(file, evidence.text)
    old = con.execute(
        "SELECT sha256, kind, acquired, by_whom, path FROM evidence WHERE id = $id", {"id": evidence.id}
    ).fetchone()
    facts = (evidence.kind, evidence.acquired, evidence.by_whom, evidence.path)
    if old is not None and old[0] != sha256 and not replace:
        raise InputRefused(
            "the id already exists with other bytes, and evidence is never overwritten",
            where=where,
            remedy="use another id",
        )
    if old is not None and old[0] == sha256 and old[1:] == facts:
        return Outcome.SAME
    if old is not None and not (change or replace):
        raise InputRefused("the evidence already exists with other facts", where=where, remedy="use another id")
    unseen = file is not None and (old is None or old[0] != sha256)
    if file is not None and unseen and vault.store(file).sha256 != sha256:
        raise InputRefused("the file changed while it was read", where=f"{where}, {file}", remedy="try again")
    con.execute(
        "INSERT OR REPLACE INTO evidence VALUES ($id, $kind, $path, $text, $acquired, $by_whom, $sha256, $bytes)",
        {
            "id": evidence.id,
            "kind": evidence.kind,
            "path": evidence.path,
            "text": evidence.text,
            "acquired": evidence.acquired,
            "by_whom": evidence.by_whom,
            "sha256": sha256,
            "bytes": length,
        },
    )
    return Outcome.ADDED if old is None else Outcome.CHANGED


def _hash_of(file: Path | None, text: str | None) -> tuple[str, int]:
    if file is None:
        clear = (text or "").encode()
        return hashlib.sha256(clear).hexdigest(), len(clear)
    return sha256_of(file), file.stat().st_size


def original_of(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """The SHA-256 under which the original behind a piece of evidence or a dataset lies in the vault.

    Raises:
        UsageError: the case has no such evidence or dataset, or it has no file.
    """
    row = con.execute(
        "SELECT o.sha256 FROM (SELECT id, sha256, 0 AS version FROM evidence"
        " UNION ALL SELECT id, sha256, version FROM dataset) AS named"
        " JOIN original AS o ON o.sha256 = named.sha256 WHERE named.id = $id ORDER BY version DESC LIMIT 1",
        {"id": name},
    ).fetchone()
    left = con.execute(
        "SELECT 1 FROM dataset WHERE id = $id AND current AND json_extract(options, '$.original_kept') = 'false'",
        {"id": name},
    ).fetchone()
    if row is None and left is not None:
        raise UsageError(
            f"the original of {name!r} holds secrets and was not kept",
            remedy="load the file again with --replace --keep-original",
        )
    if row is None:
        known = con.execute("SELECT id FROM evidence UNION SELECT id FROM dataset ORDER BY id").fetchall()
        raise UsageError(
            f"the case keeps no file of {name!r}", remedy=did_you_mean(name, [found[0] for found in known])
        )
    return str(row[0])
