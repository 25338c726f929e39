"""What will leave, shown before it leaves."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from tracer.export.outgoing import Outgoing
from tracer.policy import FEW


def what_leaves(leaving: Outgoing, files: Mapping[str, bytes], names: Sequence[str]) -> list[tuple[str, str]]:
    """(what, text) in the order in which the person responsible would ask; `names`: of the files, in order."""
    nodes = Counter(node["kind"] for node in leaving.graph["nodes"])
    parties = [node for node in leaving.graph["nodes"] if node["kind"] == "party"]
    edges = Counter(edge["kind"] for edge in leaving.graph["edges"])
    told = [
        (f"file {name}", f"{len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
        for name, (_, content) in zip(names, sorted(files.items()), strict=True)
    ]
    told += [
        ("nodes", _counted(nodes)),
        ("edges", _counted(edges)),
        ("findings", _counted(Counter({name: len(rows) for name, rows in leaving.findings.items()}))),
        ("parties by name", ", ".join(node["label"] for node in parties if not node["protected"]) or "none"),
        ("under a pseudonym", ", ".join(node["label"] for node in parties if node["protected"]) or "none"),
        ("counts held back", f"{sum(edge['shared'] == FEW for edge in leaving.graph['edges'])} given as {FEW}"),
    ]
    told += [("left out", text) for text in leaving.graph["left_out"]]
    told.append(("numbers", f"IN CLEAR: {leaving.reason}" if leaving.reason is not None else "masked"))
    return told


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()) if count) or "none"
