"""`tracer attribute`: which releases a dataset came from, computed on demand, shown under the rules of the views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from tracer.ask.called import id_called
from tracer.ask.named import find_query
from tracer.ask.result import Result, with_codes
from tracer.disclosure import Count, DatasetRef, PartyRef, PValue, Reason, ReleaseRef, stored, told
from tracer.findings.attribution import ALPHA, COPY_UNKNOWN, ON_MASKS, Attribution, attribute
from tracer.findings.deciding import deciding
from tracer.policy import FEW, SHOWN_FROM
from tracer.wording import LANGUAGES, Voice, worded_table
from tracer.wording.arrow_types import REASONS
from tracer.wording.names import Introduced, names_of

_ADDED = frozenset({
    "attribution-inside", "attribution-inside-alone", "attribution-inside-alone-few", "attribution-framing",
    "masked-planted",
})  # fmt: skip
"""Reasons that planted records may have been added."""
_EITHER = "attribution-either"
_NUMBERS = ("p_value", "chance", "e_value")


def attributions_of(
    con: duckdb.DuckDBPyConnection, *datasets: str, alpha: float = ALPHA, voice: Voice | None = None
) -> Result:
    """A row for every release that shares rows or canaries with the dataset; columns of the query `attributions`.

    Several datasets are scored together as leaks of the same releases, and `dataset` is their ids joined by "+". What
    the view withholds is withheld here: rows of a dataset of too few contacts that rest on no canary imported before
    it, small counts, and what a canary imported afterwards would reveal. `voice` says the reasons (in English, where
    none is given); the last note is which copy it is, in one sentence, by display names.

    Raises:
        UsageError: the case does not hold one of the datasets.
    """
    datasets = tuple(id_called(con, dataset, "attribute", ("dataset",)) for dataset in datasets)
    tiny = con.execute(
        "SELECT bool_or(tiny) FROM views._size WHERE id IN (SELECT unnest($ids))", {"ids": list(datasets)}
    ).fetchone() == (True,)
    sighted = {
        release: (seen, late)
        for release, seen, late in con.execute(
            "SELECT release, max(seen), bool_or(late) FROM views._release_sighting"
            " WHERE dataset IN (SELECT unnest($ids)) GROUP BY release",
            {"ids": list(datasets)},
        ).fetchall()
    }
    judged = dict(
        con.execute(
            "SELECT a, max(verdict) FROM views._judged WHERE b IN (SELECT unnest($ids)) GROUP BY a"
            " HAVING count(DISTINCT verdict) = 1",
            {"ids": list(datasets)},
        ).fetchall()
    )
    columns = find_query("attributions").columns
    holders = dict(con.execute("SELECT dataset, holder FROM views.datasets ORDER BY dataset").fetchall())
    holder = {holders.get(dataset) for dataset in datasets}
    owners = dict(con.execute("SELECT release, dataset FROM views.releases ORDER BY release").fetchall())
    rows = []
    for found in attribute(con, *datasets, alpha=alpha):
        seen, late = sighted.get(found.release, (0, False))
        if seen is None:  # a list of hashes, in which the view sees no canary
            seen = found.canaries_seen
        quiet = tiny and not late and seen == 0 and bool(_on_masks((*found.reasons, *found.against)))
        if (not quiet and tiny and (late or seen == 0)) or (late and found.rows_matched == 0):
            continue
        row = _told(found, judged.get(found.release), tiny=tiny, late=late, quiet=quiet)
        whose = holder.copy().pop() if len(holder) == 1 else None
        rows.append(row | {"holder": whose, "client": holders.get(owners.get(found.release))})
    voice = voice or Voice(LANGUAGES[0])
    kinds = {column.name: _arrow_type(column.type.value) for column in columns}
    table = pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
    named = Voice(voice.lang, Introduced(names_of(con, voice.lang), voice.lang))
    notes = [voice.say(note) for note in _notes(con, datasets, rows)]
    said = worded_table(table, voice)
    which = [named.say(each) for each in (*_also(con, datasets, rows), _which(datasets, rows))]
    return Result(with_codes(columns, said), said, tuple(dict.fromkeys((*notes, *which))), "attributions")


def _also(con: duckdb.DuckDBPyConnection, datasets: Sequence[str], rows: Sequence[dict[str, Any]]) -> Iterator[Reason]:
    """What the answer would be misread without: planted records that may have been added to another's copy, copies of
    which one is enough, and planted records of copies that were withdrawn."""
    asked = tuple(DatasetRef(dataset) for dataset in datasets)
    added = [row for row in rows if not row["accused"] and _codes(row) & _ADDED]
    if added:
        yield Reason.of("attribution-also-added", datasets=asked, copies=_copies(added))
    named, either = _named(rows)
    if named and either:
        yield Reason.of("attribution-also-either", copies=_copies(either))
    withdrawn = con.execute(
        "SELECT w.release, r.recipient, count(DISTINCT w.canary) AS canaries FROM withdrawn_canary AS w"
        " JOIN withdrawn_release AS r ON r.id = w.release JOIN views._sighting AS s ON s.canary = w.canary AND s.early"
        " WHERE s.dataset IN (SELECT unnest($ids))"
        " AND NOT EXISTS (SELECT 1 FROM release_canary AS k WHERE k.canary = w.canary) GROUP BY ALL ORDER BY ALL",
        {"ids": list(datasets)},
    ).fetchall()
    for release, recipient, canaries in withdrawn:
        yield Reason.of(
            "attribution-also-withdrawn", datasets=asked, n=canaries, release=ReleaseRef(release),
            recipient=PartyRef(recipient),
        )  # fmt: skip


def _named(rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The copies that are named, and those of which one is enough to explain the list."""
    either = [row for row in rows if _EITHER in _codes(row)]
    return [row for row in rows if row["accused"] and row not in either], either


def _copies(rows: Sequence[dict[str, Any]]) -> tuple[Reason, ...]:
    return tuple(
        Reason.of("attribution-named-copy", release=ReleaseRef(row["release"]), recipient=PartyRef(row["recipient"]))
        for row in rows
    )


def _codes(row: dict[str, Any]) -> set[str]:
    return {str(reason["code"]) for reason in row["against"]}


def _which(datasets: Sequence[str], rows: Sequence[dict[str, Any]]) -> Reason:
    """Which copies are named, and how often that is wrong; or that none is."""
    asked = tuple(DatasetRef(dataset) for dataset in datasets)
    named, either = _named(rows)
    if not named:
        some = Reason.of("attribution-also-either", copies=_copies(either))
        return some if either else Reason.of("attribution-names-none", datasets=asked)
    copies = _copies(named)
    errors = [float(row["error"]) for row in named if row["error"] is not None]
    error = PValue(max(errors)) if errors else None
    return Reason.of("attribution-names", datasets=asked, copies=copies, error=error)


def _notes(con: duckdb.DuckDBPyConnection, datasets: Sequence[str], rows: list[dict[str, Any]]) -> Iterator[Reason]:
    """What is to be said of lists of hashes of which no copy is named."""
    asked = tuple(DatasetRef(dataset) for dataset in datasets)
    holders = dict(
        con.execute("SELECT r.id, d.holder FROM release r JOIN dataset d ON d.id = r.dataset AND d.current").fetchall()
    )
    unknown = {row["release"] for row in rows if any(reason["code"] == COPY_UNKNOWN for reason in row["reasons"])}
    for client in sorted({holders[release] for release in unknown if release in holders}):
        yield Reason.of("attribution-note-copy-unknown", datasets=asked, client=PartyRef(client))
    hashed = con.execute(
        "SELECT count(*) FROM dataset WHERE current AND hashes > 0 AND id IN (SELECT unnest($ids))",
        {"ids": list(datasets)},
    ).fetchone()
    if not rows and hashed != (0,):
        yield Reason.of("attribution-note-hashes", datasets=asked)


def _arrow_type(kind: str) -> Any:
    return {"boolean": pa.bool_(), "number": pa.float64(), "integer": pa.int64(), "list": REASONS}.get(
        kind, pa.string()
    )


def _on_masks(reasons: Sequence[Reason]) -> list[Reason]:
    """Those about masked numbers."""
    return [reason for reason in reasons if reason.code.startswith(ON_MASKS)]


def _told(
    found: Attribution,
    judgement: str | None,
    *,
    tiny: bool,
    late: bool,
    quiet: bool,
) -> dict[str, Any]:
    """One row. `quiet`: a list with hardly a contact shows only what its masks say."""
    dim = late and found.rows_matched < SHOWN_FROM
    row: dict[str, Any] = {
        name: getattr(found, name) for name in ("dataset", "release", "recipient", "accused", "canaries_planted")
    }
    row["grade"] = "G0" if quiet and not found.accused else found.grade
    row["test"], row["error"] = (None, None) if dim else deciding(found.p_value, found.chance)
    row |= {name: None if dim or (quiet and name == "e_value") else getattr(found, name) for name in _NUMBERS}
    row["canaries_seen"] = str(told(Count(found.canaries_seen, of_people=late)))
    row["rows_matched"] = FEW if tiny else str(told(Count(found.rows_matched)))
    for name in ("reasons", "against"):
        reasons = _on_masks(getattr(found, name)) if quiet else getattr(found, name)
        row[name] = [] if dim else [stored(reason) for reason in reasons]
    row["judgement"] = judgement
    return row
