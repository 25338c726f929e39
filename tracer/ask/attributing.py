"""`tracer attribute`: which releases a dataset came from, computed on demand, shown under the rules of the views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import duckdb

from tracer.ask.named import find_query, id_called
from tracer.ask.result import Column, ColumnType, Result, of_rows
from tracer.ask.story import Teller
from tracer.case.case import Case
from tracer.case.protected import PURPOSE, keyed_pseudonym
from tracer.disclosure import Count, DatasetRef, PartyRef, PValue, Reason, ReleaseRef, shown_count, stored_reason
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError, refuse_short
from tracer.findings.attribution import ALPHA, ON_MASKS, Attribution, at_home, attribute
from tracer.findings.consent import refused_rows
from tracer.findings.deciding import COMPARED, COPY_UNKNOWN, DAYS, deciding_test
from tracer.findings.persons import link_tables, same_people
from tracer.findings.persons.fields import can_be_compared, columns_of, common_fields, people, told_by
from tracer.identify.keys import is_phone
from tracer.policy import FEW, SHOWN_FROM
from tracer.wording import LANGUAGES, Voice

_ADDED = frozenset(
    (
        "attribution-inside attribution-inside-alone attribution-inside-alone-few attribution-framing"
        " attribution-rare masked-planted"
    ).split()
)
"""Reasons that planted records may have been added."""
_EITHER = "attribution-either"
_PAIR = "attribution-pair"
_NUMBERS = ("p_value", "chance", "e_value")


def attributions_of(
    con: duckdb.DuckDBPyConnection,
    *datasets: str,
    alpha: float = ALPHA,
    voice: Voice | None = None,
    known: Sequence[Attribution] | None = None,
) -> Result:
    """A row for every release that shares rows or canaries with the dataset; columns of the query `attributions`.

    Several datasets are scored together as leaks of the same releases, and `dataset` is their ids joined by "+". What
    the view withholds is withheld here: rows of a dataset of too few contacts that rest on no canary imported before
    it, small counts, and what a canary imported afterwards would reveal. `voice` says the reasons (in English, where
    none is given); the last note is which copy it is, in one sentence, by display names. known: what was found already;
    `voice` says that sentence, too. Raises `UsageError`: the case does not hold one of the datasets.
    """
    datasets = tuple(id_called(con, dataset, "attribute", ("dataset",)) for dataset in datasets)

    def asked(statement: str) -> list[tuple[Any, ...]]:
        return con.execute(statement, {"ids": list(datasets)}).fetchall()

    ((tiny, hashed),) = asked(
        "SELECT (SELECT bool_or(tiny) FROM views._size WHERE id IN (SELECT unnest($ids))),"
        " (SELECT bool_or(hashes > 0) FROM dataset WHERE current AND id IN (SELECT unnest($ids)))"
    )
    sightings = asked(
        "SELECT release, max(seen), bool_or(late) FROM views._release_sighting"
        " WHERE dataset IN (SELECT unnest($ids)) GROUP BY release"
    )
    sighted = {release: (seen, late) for release, seen, late in sightings}
    judged = dict(
        asked(
            "SELECT a, max(verdict) FROM views._judged WHERE b IN (SELECT unnest($ids)) GROUP BY a"
            " HAVING count(DISTINCT verdict) = 1"
        )
    )
    withdrawn = asked(
        "SELECT w.release, r.recipient, count(DISTINCT w.canary) AS canaries FROM withdrawn_canary AS w"
        " JOIN withdrawn_release AS r ON r.id = w.release JOIN views._sighting AS s ON s.canary = w.canary AND s.early"
        " WHERE s.dataset IN (SELECT unnest($ids))"
        " AND NOT EXISTS (SELECT 1 FROM release_canary AS k WHERE k.canary = w.canary) GROUP BY ALL ORDER BY ALL"
    )
    holders = dict(con.execute("SELECT dataset, holder FROM views.datasets ORDER BY dataset").fetchall())
    owners = dict(con.execute("SELECT release, dataset FROM views.releases ORDER BY release").fetchall())
    whose = {holders.get(dataset) for dataset in datasets}
    rows = []
    for found in attribute(con, *datasets, alpha=alpha) if known is None else known:
        seen, late = sighted.get(found.release, (0, False))
        if seen is None:  # a list of hashes, in which the view sees no canary
            seen = found.canaries_seen
        quiet = bool(tiny) and not late and seen == 0 and bool(_on_masks((*found.reasons, *found.against)))
        if (not quiet and tiny and (late or seen == 0)) or (late and found.rows_matched == 0):
            continue
        row = _shown_row(found, tiny=bool(tiny), late=late, quiet=quiet) | {"judgement": judged.get(found.release)}
        holder = next(iter(whose)) if len(whose) == 1 else None
        rows.append(row | {"holder": holder, "client": holders.get(owners.get(found.release))})
    voice = voice or Voice(LANGUAGES[0])
    named = Teller(con, voice.lang).voice() if known is None else voice
    lists = tuple(DatasetRef(dataset) for dataset in datasets)
    unknown = {row["client"] for row in rows if any(reason["code"] == COPY_UNKNOWN for reason in row["reasons"])}
    notes = [
        voice.say(Reason.of("attribution-note-copy-unknown", datasets=lists, client=PartyRef(client)))
        for client in sorted(unknown - {None})
    ]
    if not rows and hashed:
        notes.append(voice.say(Reason.of("attribution-note-hashes", datasets=lists)))
    homes = [said for (dataset, _), said in at_home(con).items() if dataset in datasets]
    # What leaked is known where no copy is: then that none is named says nothing more.
    none = Reason.of("attribution-names-none", datasets=lists)
    notes += [named.say(each) for each in (*homes, *_which(lists, rows, withdrawn)) if not (homes and each == none)]
    result = of_rows(find_query("attributions").columns, rows, voice, "attributions")
    return replace(result, notes=tuple(dict.fromkeys(notes)))


def _which(
    lists: tuple[DatasetRef, ...], rows: Sequence[dict[str, Any]], withdrawn: Sequence[tuple[Any, ...]]
) -> Iterator[Reason]:
    """Which copies are named, and how often that is wrong; or that none is. Before it what that would be misread
    without: planted records that may have been added to another's copy, copies of which one is enough, and planted
    records of copies that were withdrawn."""
    codes = [({str(reason["code"]) for reason in row["against"]}, row) for row in rows]
    added = [row for found, row in codes if not row["accused"] and found & _ADDED]
    either = [row for found, row in codes if _EITHER in found]
    named = [row for found, row in codes if row["accused"] and _EITHER not in found]
    if added:
        yield Reason.of("attribution-also-added", datasets=lists, copies=_copies(added))
    if named and either:
        yield Reason.of("attribution-also-either", copies=_copies(either))
    for release, recipient, canaries in withdrawn:
        yield Reason.of(
            "attribution-also-withdrawn",
            datasets=lists,
            n=canaries,
            release=ReleaseRef(release),
            recipient=PartyRef(recipient),
        )
    told = {str(reason["code"]): (row, reason) for row in rows if not row["accused"] for reason in row["reasons"]}
    if DAYS in told:
        conflict = [row for row in rows if any(reason["code"] == DAYS for reason in row["reasons"])]
        yield Reason.of("attribution-also-days", datasets=lists, copies=_copies(conflict))
    errors = [float(row["error"]) for row in named if row["error"] is not None]
    if named:
        error = PValue(max(errors)) if errors else None
        yield Reason.of("attribution-names", datasets=lists, copies=_copies(named), error=error)
    elif either:
        yield Reason.of("attribution-also-either", copies=_copies(either))
    elif _PAIR in told:
        pairs = [row for row in rows if any(reason["code"] == _PAIR for reason in row["reasons"])]
        yield Reason.of("attribution-also-pair", datasets=lists, copies=_copies(pairs))
    elif COMPARED in told:
        client = PartyRef(str(told[COMPARED][0]["client"]))
        yield Reason.of("attribution-also-compared", datasets=lists, client=client)
    elif DAYS not in told:
        yield Reason.of("attribution-names-none", datasets=lists)


def _copies(rows: Sequence[dict[str, Any]]) -> tuple[Reason, ...]:
    return tuple(
        Reason.of("attribution-named-copy", release=ReleaseRef(row["release"]), recipient=PartyRef(row["recipient"]))
        for row in rows
    )


def _on_masks(reasons: Sequence[Reason]) -> list[Reason]:
    """Those about masked numbers."""
    return [reason for reason in reasons if reason.code.startswith(ON_MASKS)]


def _shown_row(found: Attribution, *, tiny: bool, late: bool, quiet: bool) -> dict[str, Any]:
    """One row. `quiet`: a list with hardly a contact shows only what its masks say."""
    dim = late and found.rows_matched < SHOWN_FROM
    row: dict[str, Any] = {
        name: getattr(found, name) for name in ("dataset", "release", "recipient", "accused", "canaries_planted")
    }
    row["grade"] = "G0" if quiet and not found.accused else found.grade
    row["test"], row["error"] = (None, None) if dim else deciding_test(found.p_value, found.chance)
    row |= {name: None if dim or (quiet and name == "e_value") else getattr(found, name) for name in _NUMBERS}
    row["canaries_seen"] = str(shown_count(Count(found.canaries_seen, of_people=late)))
    row["rows_matched"] = FEW if tiny else str(shown_count(Count(found.rows_matched)))
    for name in ("reasons", "against"):
        reasons = _on_masks(getattr(found, name)) if quiet else getattr(found, name)
        row[name] = [] if dim else [stored_reason(reason) for reason in reasons]
    return row


_TYPES = (
    "a:id b:id fields:list a_people:integer b_people:integer linked:count same_people:count low:count high:count"
    " precision:number recall:number against:list"
).split()
COLUMNS = tuple(Column(name, ColumnType(kind)) for name, kind in (one.split(":") for one in _TYPES))
"""`fields`: what people were compared by; `a_people`, `b_people`: who say enough to be compared; `linked`: pairs that
are more likely one person than not; `low`, `high`: 95 % interval of `same_people`, `high` null where nothing bounds it;
`precision`, `recall`: expected shares of the linked pairs that are right, and of the people in both who are linked."""


def same_people_in(con: duckdb.DuckDBPyConnection, a: str, b: str, lang: str = "en") -> Result:
    """One row: what two datasets of the case have in common, person by person, without any identifier.

    `lang`: of the sentences. Nothing is kept: no overlap, derivation or attribution sees it. Small counts, and all
    counts where one of the datasets has too few contacts or people, are hidden, and have no rates. Raises `UsageError`:
    the case does not hold one of the datasets, or no columns of both tell their people apart.
    """
    known = {name: (no, tiny) for name, no, tiny in con.execute("SELECT id, no, tiny FROM views._size").fetchall()}
    for name in (a, b):
        if name not in known:
            raise UsageError(
                f"the case has no dataset {name!r}", where="persons", remedy=did_you_mean(name, sorted(known))
            )
    if a == b:
        raise UsageError(f"{a} was given twice", where="persons", remedy="name two datasets")
    columns = [columns_of(con, known[name][0]) for name in (a, b)]
    told = [told_by(one) for one in columns]
    fields = common_fields(*told)
    if not can_be_compared(fields):
        has = [", ".join(sorted(one)) or "no such column" for one in told]
        raise UsageError(
            f"the people of {a} and {b} cannot be compared: {a} has {has[0]}, {b} has {has[1]}",
            where="persons",
            remedy="both need names and another column such as an address or a birthday",
        )
    tables = [people(con, known[name][0], one, fields) for name, one in zip((a, b), columns, strict=True)]
    found = same_people(link_tables(con, tables[0], tables[1], fields))
    few = known[a][1] or known[b][1] or min(found.people_a, found.people_b, found.linked) < SHOWN_FROM

    def count(n: float | None) -> str | None:
        return FEW if few else None if n is None else str(shown_count(Count(round(n))))

    against = [] if few else [Reason.of("persons-not-copied")]
    if not few and found.recall is None:
        against.append(Reason.of("persons-missed-unknown"))
    if not few and len(fields) == 2:
        against.append(Reason.of("persons-two-fields"))
    row = {
        "a": a,
        "b": b,
        "fields": [field.name for field in fields],
        "a_people": found.people_a,
        "b_people": found.people_b,
        "linked": count(found.linked),
        "same_people": count(found.same),
        "low": count(found.low),
        "high": count(None if found.high is None else max(found.high, found.linked)),
        "precision": None if few or found.precision is None else round(found.precision, 3),
        "recall": None if few or found.recall is None else round(found.recall, 3),
        "against": [stored_reason(reason) for reason in against],
    }
    return of_rows(COLUMNS, [row], Voice(lang))


def refused_people(case: Case, reason: str) -> list[dict[str, object]]:
    """(refusals, row, refused on, what, of, day, number) of every such person and event; addresses are left out.

    Journaled with the reason, how many rows, and keyed pseudonyms of the people, before anything is returned. Raises
    `UsageError`: the reason is too short.
    """
    refuse_short(reason, "say who asked for the numbers, and why")
    rows: list[dict[str, object]] = [
        {
            "refusals": refusals,
            "row": row,
            "refused": refused and refused.isoformat(),
            "what": what,
            "of": of,
            "day": day and day.isoformat(),
            "number": f"+{key}",
        }
        for refusals, row, refused, what, of, day, key in refused_rows(case.con)
        if is_phone(key)
    ]
    pseudonym = keyed_pseudonym(case.secret(PURPOSE))
    who = sorted({pseudonym(f"revealed {row['number']}") for row in rows})
    case.journal.append(command="refusals", detail={"revealed": {"reason": reason, "rows": len(rows), "who": who}})
    return rows
