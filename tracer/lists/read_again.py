"""Reading a loaded list again by other columns or another region, from the original that the case keeps.

The same bytes become a new version of the same list. While they are read they lie in the clear in a folder that no
other user may enter, in memory where the machine offers that, and are removed afterwards.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from tracer.case.case import Case
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.model import ReadOptions
from tracer.lists.read.secret_columns import PURPOSE
from tracer.meter import SILENT, Meter
from tracer.resources import statements_beside

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
_statement = statements_beside(__file__)


def read_again(
    case: Case, dataset: str, *, region: str | None, columns: Mapping[str, str | Sequence[str]], meter: Meter = SILENT
) -> Loaded | None:
    """Read the original of a list again, by what was said when it was loaded and what is said now; None where that is
    the same.

    Raises:
        InputRefused: its contents were purged, its original was not kept, or it cannot be read so.
    """
    cursor = case.con.execute(_statement("loaded_list"), {"id": dataset})
    names = [column[0] for column in cursor.description or []]
    kept = dict(zip(names, cursor.fetchall()[0], strict=True))
    before = json_of(kept["options"])
    said = {**(before.get("columns") or {}), **{role: _plain(column) for role, column in columns.items()}}
    if said == (before.get("columns") or {}) and region in (None, kept["region"]):
        return None
    where = f"dataset {dataset}"
    if kept["purged_at"] is not None:
        raise InputRefused(
            f"its contents were purged on {kept['purged_at']:%Y-%m-%d}, so it cannot be read again", where=where,
            remedy="load the file, if it may be held again, under another id",
        )  # fmt: skip
    if not kept["original"]:
        raise InputRefused(
            "its original is not in the case (it held secrets, or the list never was a file): it cannot be read again",
            where=where, remedy=f"load the file again: tracer load FILE --id {dataset} --replace --map …",
        )  # fmt: skip
    options = ReadOptions(
        encoding=before.get("encoding"), columns=said, sheet=before.get("sheet"), has_header=before.get("has_header"),
        region=region or before.get("region") or case.region,
        find_region=region is None and bool(before.get("find_region")),
        keep_original=bool(before.get("keep_original")),
        secret_key=case.secret(PURPOSE) if before.get("keep_secret_hash") else None,
    )  # fmt: skip
    stays: dict[str, Any] = {name: tuple(v) if isinstance(v := kept[name], list) else v for name in _FACTS}
    facts = DatasetFacts(id=dataset, **stays)
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _has_room(kept["bytes"]) else None) as folder:
        file = Path(folder) / (PurePath(kept["path"]).name or dataset)
        case.vault.files.extract(kept["sha256"], file)
        loaded = load_dataset(case, file, facts, options, replace=True, meter=meter)
    case.con.execute("UPDATE dataset SET path = $path WHERE no = $no", {"path": kept["path"], "no": loaded.no})
    return loaded


_FACTS = (
    "holder", "obtained", "created", "exported", "living", "origin", "collected_under", "used_under", "evidence",
    "title", "title_en", "title_zh",
)  # fmt: skip
"""What is said of a list and stays; `title` is its column `list_title`."""


def _plain(column: str | Sequence[str]) -> str | list[str]:
    return column if isinstance(column, str) else list(column)


def _has_room(size: int) -> bool:
    """Whether the original fits into memory twice over."""
    import shutil

    return _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > 2 * size
