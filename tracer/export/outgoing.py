"""What leaves a case: its graph and its rows, gone through the redaction gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb

from tracer.clock import today
from tracer.export.gate import (
    Findings,
    Protection,
    protection_of,
    redact_findings,
    redact_graph,
    redact_text,
)
from tracer.graph.build import build_graph
from tracer.graph.model import Graph
from tracer.wording.said import Number, Said, sentence

if TYPE_CHECKING:
    from tracer.export.exhibits import Exhibit

_SQL = Path(__file__).parent / "sql" / "facts"


@dataclass(frozen=True)
class Outgoing:
    """What is written: it has gone through the gate."""

    graph: Graph
    findings: Findings = field(default_factory=dict)
    """Rows of named queries, for formats that print them."""
    title: str = "tracer"
    generated: str = ""
    """The date that is printed."""
    lang: str = "en"
    facts: Findings = field(default_factory=dict)
    """Rows of `sql/facts/`, for reports and figures: evidence, lists, runs, overlaps, weights."""
    of: tuple[str, ...] = ()
    """Ids that a figure is of."""
    font: Path | None = None
    """A font file that figures and PDFs are to use."""
    reason: str | None = None
    """Why numbers are shown in clear; None where they are masked."""
    exhibits: tuple[Exhibit, ...] = ()
    """Documents that leave themselves."""
    untraced: Said | None = None
    """That the findings are not those of the case as it is now; said before all of them."""

    def not_up_to_date(self, lang: str = "") -> str:
        """The same in words, in the export's own language unless another is named; empty where they are."""
        return "" if self.untraced is None else sentence(self.untraced, lang or self.lang)


def warnings_of(findings: Findings, lang: str) -> list[str]:
    """What does not fit together, the weightiest first, in words."""
    return [
        sentence(Said(str(row["kind"]), cast(Mapping[str, Number], row["numbers"])), lang)
        for row in findings.get("warnings", ())
    ]


def sale_told(row: Mapping[str, object], lang: str) -> str:
    """A documented sale (a row of the query `sales`) beside what the lists say, in words."""
    numbers = {**row, "documents": row["evidence"], "day": row["date"]}
    code = "sale_reversed" if row["state"] == "disagrees" else f"sale.{row['state']}".replace(" ", "_")
    return sentence(Said(code, cast(Mapping[str, Number], numbers)), lang)


def outgoing(
    con: duckdb.DuckDBPyConnection,
    findings: Findings,
    pseudonym: Callable[[str], str],
    title: str,
    lang: str = "en",
    *,
    protection: Protection | None = None,
    facts: tuple[str, ...] = (),
    reason: str | None = None,
) -> Outgoing:
    """The case in `con` as it may leave: graph, rows and title gone through the gate, today's date.

    `findings`: rows by query name with the contract's keys. `pseudonym` is keyed per case
    (`keyed_pseudonym(case.secret(PURPOSE))`). `facts`: files of `sql/facts/` whose rows are wanted as well.
    """
    kept = protection or protection_of(con, pseudonym, revealed=reason is not None)
    return Outgoing(
        redact_graph(build_graph(con, pseudonym), kept),
        redact_findings(findings, kept),
        redact_text(title, kept),
        today().isoformat(),
        lang,
        redact_findings({name: rows_of(con, name, kept) for name in facts}, kept),
        reason=reason,
    )


def rows_of(con: duckdb.DuckDBPyConnection, name: str, protection: Protection) -> list[Mapping[str, object]]:
    """Rows of `sql/facts/NAME.sql`, without those that are about a protected party's documents; values are JSON's."""
    cursor = con.execute((_SQL / f"{name}.sql").read_text(encoding="utf-8"))
    columns = [column[0] for column in cursor.description or []]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return [row for row in rows if row.get("document") not in protection.evidence]
