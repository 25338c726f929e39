"""What a maker knows about the lists that it made, and the files and the manifest through which they are seen."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.manifests import pairs
from tests.simulate.score import closure
from tracer.lists.write.new_workbook import workbook

Edge: TypeAlias = tuple[str, str]
"""(parent, child), dataset ids."""


@dataclass(frozen=True)
class Truth:
    """The past of one case; all names are ids of datasets that the manifest loads."""

    edges: frozenset[Edge]
    """(parent, child): data went from the list of which the parent is a specimen to that of the child, through no
    third list of which there is a specimen; also an older and the next newer loaded state of one holder's list."""
    allowed: frozenset[Edge] = frozenset()
    """Ordered pairs that count neither as right nor as wrong, because the past itself is undecided: between identical
    copies, say."""

    @property
    def ancestors(self) -> frozenset[Edge]:
        """(ancestor, descendant): the transitive closure of `edges`; who gives and takes is no ancestor of itself."""
        return frozenset(closure(self.edges))


def write_table(path: Path, table: Iterable[Sequence[str]], form: str, delimiter: str = ",") -> None:
    """One file of text cells; form: xlsx, or the encoding of a csv. The same cells give the same bytes."""
    if form == "xlsx":
        path.write_bytes(workbook([("Export", table)]))
        return
    with path.open("w", encoding=form, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(table)


def write_manifest(
    folder: Path,
    *,
    name: str,
    region: str = "CN",
    parties: Iterable[Mapping[str, object]] = (),
    datasets: Iterable[Mapping[str, object]] = (),
    releases: Iterable[Mapping[str, object]] = (),
    relations: Iterable[Mapping[str, object]] = (),
) -> None:
    """Write `case.toml`; each mapping is one table, a None value is left out."""
    tables = {"party": parties, "dataset": datasets, "release": releases, "relation": relations}
    parts = [f"[case]\n{pairs({'name': name, 'region': region})}"]
    parts += [f"[[{table}]]\n{pairs(row)}" for table, rows in tables.items() for row in rows]
    (folder / "case.toml").write_text("\n".join(parts), encoding="utf-8")
