"""What lies behind a statement on the page: the numbers that were compared, and the signals one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from tracer.export.figure.waterfall import weights_of
from tracer.export.gate import FindingRow, Findings
from tracer.export.page.facts import Cell, Index, figure, figure_of, times
from tracer.export.page.inside import PageWord
from tracer.export.page.text import clean
from tracer.graph.model import Edge
from tracer.policy import FEW

_OF_COPY = {"retained": "retention", "passed_on": "retention", "held": "retention", "attributed": "attributions"}


@dataclass(frozen=True)
class WaterfallStep:
    """One signal of a waterfall."""

    signal: str
    times: str
    """How many times likelier or less likely it makes the copying."""
    total: str
    text: str
    left: float
    width: float
    adds: bool


class Behind:
    """Finds, for an edge of the graph, the rows that it was made of."""

    def __init__(self, findings: Findings, facts: Findings, index: Index) -> None:
        self._index = index
        self._weights = {(str(row["parent"]), str(row["child"])): row for row in facts.get("weights", ())}
        self._overlaps = {frozenset((str(row["a"]), str(row["b"]))): row for row in facts.get("overlaps", ())}
        self._retention = {(str(row["release"]), str(row["seen_in"])): row for row in findings.get("retention", ())}
        self._named = {(str(row["release"]), str(row["dataset"])): row for row in findings.get("attributions", ())}

    def numbers(self, edge: Edge) -> list[tuple[PageWord, Cell]]:
        """What was compared, and how much of it agreed."""
        return [(PageWord(name), Cell(value)) for name, value in self._numbers(edge) if value not in ("", "None")]

    def _numbers(self, edge: Edge) -> Iterator[tuple[str, str]]:
        source, target = self._refs(edge)
        if edge["kind"] == "derived":
            yield from self._compared(source, target)
        elif edge["kind"] in _OF_COPY:
            yield from _marks(self._named.get((source, target)))
            row = self._retention.get((source, target))
            if row is not None:
                yield "col-first-seen", str(row.get("first_seen") or "")
            dataset = self._index.nodes[edge["source"]]["dataset"]
            if dataset is not None:
                yield from self._compared(self._index.nodes[dataset]["ref"], target)

    def _compared(self, parent: str, child: str) -> Iterator[tuple[str, str]]:
        overlap = self._overlaps.get(frozenset((parent, child)))
        if overlap is not None:
            sizes = {str(overlap["a"]): overlap["a_contacts"], str(overlap["b"]): overlap["b_contacts"]}
            yield "contacts-of-parent", figure_of(sizes.get(parent))
            yield "contacts-of-child", figure_of(sizes.get(child))
            yield "shared", FEW if overlap["shared"] is None else figure_of(overlap["shared"])
            yield "expected", figure_of(overlap["expected"])
        row = self._weights.get((parent, child))
        if row is not None:
            yield "col-share-of-child", figure_of(row["share_of_child"])

    def waterfall(self, edge: Edge) -> list[WaterfallStep]:
        """The signals of a copying, in their order; none of other edges."""
        row = self._weights.get(self._refs(edge)) if edge["kind"] == "derived" else None
        weights = weights_of(row) if row is not None else []
        return _steps([(signal, nats, text) for signal, nats, text in weights if nats])

    def _refs(self, edge: Edge) -> tuple[str, str]:
        return self._index.nodes[edge["source"]]["ref"], self._index.nodes[edge["target"]]["ref"]


def _marks(row: FindingRow | None) -> Iterator[tuple[str, str]]:
    if row is None:
        return
    yield "canaries-of-planted", f"{figure_of(row['canaries_seen'])} / {row['canaries_planted']}"
    yield "col-rows-matched", figure_of(row["rows_matched"])
    if row.get("test") is not None:
        yield f"test-{row['test']}", figure(row["error"])


def _steps(weights: Sequence[tuple[str, float, str]]) -> list[WaterfallStep]:
    """Bars on one scale; the longest are cut at four times the third, so that one does not hide all others."""
    if not weights:
        return []
    sizes = sorted((abs(nats) for _, nats, _ in weights), reverse=True)
    most = max(4.0 * sizes[2], 1.0) if len(sizes) > 2 else sizes[0]
    ends = list(accumulate((max(-most, min(most, nats)) for _, nats, _ in weights), initial=0.0))
    totals = accumulate(nats for _, nats, _ in weights)
    low, high = min(ends), max(ends)
    scale = 100.0 / max(high - low, 1e-9)
    return [
        WaterfallStep(
            clean(signal), times(nats), times(total), clean(text),
            round((min(begin, end) - low) * scale, 1), round(max(abs(end - begin) * scale, 0.8), 1), nats >= 0,
        )
        for (signal, nats, text), total, begin, end in zip(weights, totals, ends, ends[1:], strict=False)
    ]  # fmt: skip
