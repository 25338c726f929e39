"""Lists written as files and loaded from them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.model import ReadOptions


def load_text(
    case: Case, path: Path, text: str | Iterable[str], origin: str = "obtained", codec: str = "utf-8", **options: Any
) -> Loaded:
    """A list of this text or these lines; its id is the file's name, its holder its own."""
    path.write_text(text if isinstance(text, str) else "\n".join(text) + "\n", encoding=codec)
    return load_dataset(case, path, DatasetFacts(path.stem, f"of-{path.stem}", origin=origin), ReadOptions(**options))


def own_list(folder: Path, lines: Iterable[str], codec: str = "utf-8", **options: Any) -> Case:
    """A case with a client's list of these lines as dataset `own`, and parties v0 and v1."""
    case = memory_case()
    load_text(case, folder / "own.csv", lines, "own", codec, **options)
    case.con.execute("INSERT INTO party (id) VALUES ('v0'), ('v1')")
    return case
