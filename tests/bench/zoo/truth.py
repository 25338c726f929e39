"""What a maker knows about the lists that it made, and the manifest through which they are seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeAlias

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
    extracts: frozenset[Edge] = field(default_factory=frozenset)
    """Of `edges`, those from a client's own list to an extract of it."""

    @property
    def ancestors(self) -> frozenset[Edge]:
        """(ancestor, descendant): the transitive closure of `edges`."""
        children: dict[str, set[str]] = {}
        for parent, child in self.edges:
            children.setdefault(parent, set()).add(child)
        found: set[Edge] = set()
        for start, below_it in children.items():
            todo = list(below_it)
            while todo:
                below = todo.pop()
                if (start, below) not in found:
                    found.add((start, below))
                    todo += children.get(below, ())
        return frozenset(found)


def write_manifest(
    folder: Path, *, name: str, region: str = "CN", parties: Iterable[Mapping[str, object]] = (),
    datasets: Iterable[Mapping[str, object]] = (), releases: Iterable[Mapping[str, object]] = (),
    more: Mapping[str, Iterable[Mapping[str, object]]] | None = None, segments: str | None = None,
) -> None:  # fmt: skip
    """Write `case.toml`; each mapping is one table, a None value is left out. more: tables by name."""
    lines = ["[case]", f"name = {_value(name)}", f"region = {_value(region)}"]
    lines += [f"segments = {_value(segments)}"] * (segments is not None) + [""]
    tables = {"party": parties, "dataset": datasets, "release": releases, **(more or {})}
    for table, rows in tables.items():
        for row in rows:
            lines.append(f"[[{table}]]")
            lines += [f"{key} = {_value(value)}" for key, value in row.items() if value is not None]
            lines.append("")
    (folder / "case.toml").write_text("\n".join(lines), encoding="utf-8")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, date)):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
