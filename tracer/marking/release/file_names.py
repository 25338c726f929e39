"""What copies are called, and the sender's key to them. A forwarded file must not tell strangers whose copy it was."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import count, islice
from pathlib import Path

import duckdb

from tracer.errors import InputRefused
from tracer.marking.persona.draws import KeyedDraw
from tracer.regular import whole
from tracer.whole_file import put_file

_NUMBERED = re.compile(r"copy-0*([0-9]{1,9})\b", re.IGNORECASE)
_HEAD = ("recipient", "file", "release", "sha256")


def drawn_names(con: duckdb.DuckDBPyConnection, folder: Path, copies: int, draw: KeyedDraw, suffix: str) -> list[str]:
    """A name for each copy: `copy-07.csv`, by a number that neither the folder nor a copy of the case has.

    Which recipient gets which number is drawn, or the numbers would follow the order of the command.
    """
    there = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    paths = con.execute(
        "SELECT path FROM release WHERE drawn AND path IS NOT NULL"
        " UNION ALL SELECT path FROM withdrawn_release WHERE drawn AND path IS NOT NULL"
    ).fetchall()
    named = (_NUMBERED.match(name) for name in (*there, *(Path(path).name for (path,) in paths)))
    taken = {int(found[1]) for found in named if found is not None}
    numbers = list(islice((number for number in count(1) if number not in taken), copies))
    digits = max(2, len(str(numbers[-1])))
    return [f"copy-{number:0{digits}}{suffix}" for number in draw.shuffled(numbers)]


def key_path(folder: Path) -> Path:
    """Where the key to a folder's copies is: next to the folder, or it would be handed out with it."""
    path = folder.resolve()
    return path.with_name(f"{path.name or 'copies'}-key.csv")


def refuse_key(folder: Path) -> None:
    """Raise `InputRefused` where something else lies in the key's place."""
    path = key_path(folder)
    if path.exists() and _lines_of(path)[:1] != [",".join(_HEAD)]:
        raise InputRefused(
            "is not a key to copies, which would be written there", where=str(path),
            remedy="rename it, or name another folder with -o",
        )  # fmt: skip


def add_to_key(folder: Path, copies: Iterable[Sequence[str]]) -> str:
    """Add (recipient, file, release, SHA-256) of copies to the key, which its owner alone may read; what to say of it.

    The case has all of it too: where the key cannot be written, the copies are good all the same.
    """
    path, added = key_path(folder), io.StringIO()
    csv.writer(added, lineterminator="\n").writerows(copies)
    try:
        put_file("\n".join([*(_lines_of(path) or [",".join(_HEAD)]), added.getvalue()]), path)
    except InputRefused as error:
        return f"whose copy is which: tracer query releases; the key to them {error.line()}"
    return f"whose copy is which, for you alone: {path}"


def _lines_of(path: Path) -> list[str]:
    try:
        return whole(path).decode().splitlines() if path.is_file() else []
    except (OSError, UnicodeDecodeError, InputRefused):
        return []
