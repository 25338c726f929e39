"""What a refused release can leave out so that nothing gives its canaries away: all of it at once, and looked at.

The columns that the signs are of are taken out, canaries are drawn as that release would draw them, and looked at
again. A few rounds end in a release that would be written, or show that leaving columns out is not enough.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.lists.read.words import shown_headings
from tracer.lists.write.left_out import can_leave_out
from tracer.lists.write.model import PartEdit, Template
from tracer.marking.detection.copy_reports import CopyReports, copy_reports
from tracer.marking.detection.detectability import BOUND, DetectableFeature
from tracer.marking.detection.gate import gaps_left, giveaways
from tracer.marking.detection.leaving_out import Known, columns_to_leave
from tracer.marking.detection.row_features import REACHABLE
from tracer.marking.persona.source_list import SourceList, read_source_list
from tracer.marking.release.drawing import draw_copies, identities_for
from tracer.marking.release.left_out import without
from tracer.marking.release.reachable import as_handed_out, unreachable_rows
from tracer.marking.release.request import ReleaseRequest

_ROUNDS = 4
"""Draws that are looked at, at most."""
_SAME = 1.05
"""Two columns say the same where neither has more values than this, nor both together: two firms may bear one name."""
_RECURRING = 0.7
"""Values of a column, as a share of its rows, of which that can be said: values that do not recur always agree."""
_FEWEST = 5
"""Values of which it can be said: two flags may agree in all rows by chance."""


@dataclass(frozen=True)
class WayOut:
    """Columns to leave out."""

    without: tuple[str, ...]
    enough: bool
    takes_columns_out: bool
    """Whether copies of the list's format can be written without columns."""
    unreachable: int = 0
    """Rows that have neither number nor address without these columns, and are to be left out too."""

    def advice(self) -> str:
        """What to do, in a sentence."""
        rows = [f"--only-reachable ({self.unreachable:,} rows without number or address)"] if self.unreachable else []
        asked = " ".join([*map(asked_without, self.without), *rows])
        if not self.enough:
            return f"no way out was found ({asked} was tried): import identities that are like the list's"
        how = (
            "release it with"
            if self.takes_columns_out or not self.without
            else "save the list as csv, load that and release it with"
        )
        return f"{how} {asked}: that was looked at, and no sign was found"


def share_known(con: duckdb.DuckDBPyConnection, source: SourceList, gone: Collection[int] = ()) -> float:
    """Share of the rows that have a number or address in a column that is not one of `gone`."""
    held = [i for role in ("phone", "email") for i in source.places(role) if i not in gone]
    cells = [f"coalesce(c{i}, '') <> ''" for i in held]
    row = con.execute(
        f"SELECT avg(({' OR '.join(cells) or 'true'})::INTEGER) FROM {source.tables[source.main.part]}"
    ).fetchone()
    return 1.0 if row is None or row[0] is None else float(row[0])


def asked_without(heading: str) -> str:
    """The option that leaves a column out, as it is typed."""
    quoted = heading if not set(heading) & set('"$`\\!') else heading.replace("\\", "\\\\").replace('"', '\\"')
    return f'--without "{quoted}"'


class _LookedAt(Template):
    """Copies that are drawn to be looked at, and never written."""

    suffix = ".looked-at"
    notes = ()

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """Never: the rows are all that is asked for."""
        raise NotImplementedError(f"{len(edits)} edits")


def way_out(
    case: Case, request: ReleaseRequest, source: SourceList, reports: CopyReports, signs: Sequence[DetectableFeature]
) -> WayOut | None:
    """What could be left out; None where no column can. Nothing is kept.

    `source`: the list without what the request leaves out; `reports`, `signs`: what was found in it.
    """
    form = can_leave_out(source.whole or source.parts)
    # Every canary has a number or address: where many rows then have none, that itself is a sign.
    least = min(share_known(case.con, source), 1 - 2 * BOUND)
    asked = request if not _by_rows(signs) else _reachable(request)
    for _ in range(_ROUNDS):
        gone = _ids(source, signs) if asked is request else ()
        gone = gone or columns_to_leave(source, reports, signs, _mails(source, signs), _known(case.con, source, least))
        gone = (*gone, *twins(case.con, source, gone))
        more = [shown_headings(source.main.headers)[i] for i in gone]
        if not all(more) or not (more or asked.only_reachable > request.only_reachable):
            break
        asked = replace(asked, without=(*asked.without, *filter(None, more)))
        try:
            source = without(case.con, read_source_list(case.con, request.dataset), asked.without)
            known = share_known(case.con, source)
            if known < 1 - BOUND and more:
                asked = _reachable(asked)
            source = as_handed_out(case.con, read_source_list(case.con, request.dataset), asked)
            drawn = draw_copies(case, source, asked, _LookedAt(), identities_for(case, source, asked))
        except InputRefused:
            break
        reports = copy_reports(case.con, source, *drawn.looked_at)
        signs = giveaways(reports, gaps_left(case.con, source) if request.design.withhold else ())
        if not signs:
            rows = sum(map(len, unreachable_rows(source).values()))
            return WayOut(asked.without, known >= least or asked.only_reachable, form, rows)
    tried = asked.without or asked.only_reachable > request.only_reachable
    return WayOut(asked.without, enough=False, takes_columns_out=form) if tried else None


def _by_rows(signs: Sequence[DetectableFeature]) -> bool:
    """Whether canaries show by having a number or address, which rows have not."""
    return any(sign.advice == REACHABLE for sign in signs)


def _reachable(request: ReleaseRequest) -> ReleaseRequest:
    """The request without the rows that no canary can be like."""
    return request if request.design.choices else replace(request, only_reachable=True)


def _known(con: duckdb.DuckDBPyConnection, source: SourceList, least: float) -> Known:
    """Whether so many rows have a number or address that canaries do not show by theirs."""
    return lambda gone: share_known(con, source, gone) >= least


def _ids(source: SourceList, signs: Sequence[DetectableFeature]) -> tuple[int, ...]:
    """The columns of ids that are signs by themselves. They go first: where a list is in the order of ids that have no
    room for new ones, all else that gives canaries away may come from their place."""
    alone = {sign.columns[0] for sign in signs if len(sign.columns) == 1}
    return tuple(i for i in source.places("id") if i in alone)


def twins(con: duckdb.DuckDBPyConnection, source: SourceList, gone: Sequence[int]) -> tuple[int, ...]:
    """Columns that say in other signs what one of `gone` says, as a firm's id says its name: what the one gives away,
    the other does."""
    table, rest = source.tables[source.main.part], [i for i in range(len(source.main.headers)) if i not in gone]
    if not rest or not gone:
        return ()
    counts = [f"count(c{i}), count(DISTINCT c{i})" for i in (*gone, *rest)]
    pairs = [f"count(DISTINCT (c{i}, c{j})) FILTER (c{i} <> '' AND c{j} <> '')" for i in gone for j in rest]
    row = con.execute(f"SELECT {', '.join((*counts, *pairs))} FROM {table}").fetchone() or ()
    sizes = {i: (row[2 * at], row[2 * at + 1]) for at, i in enumerate((*gone, *rest))}
    both = dict(zip(((i, j) for i in gone for j in rest), row[2 * len(sizes) :], strict=True))
    return tuple(
        j
        for j in rest
        if any(
            _FEWEST <= sizes[i][1] <= _RECURRING * sizes[i][0]
            and max(sizes[i][1], sizes[j][1], both[i, j]) <= _SAME * min(sizes[i][1], sizes[j][1])
            for i in gone
        )
    )


def _mails(source: SourceList, signs: Sequence[DetectableFeature]) -> tuple[int, ...]:
    """All columns of addresses, where one of them is a sign: what is true of one is true of the next."""
    mails = source.places("email")
    return tuple(mails) if any(set(sign.columns) & set(mails) for sign in signs) else ()
