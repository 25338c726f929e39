"""The files that a manifest names: paths relative to it, globs spelled out, ids made from names."""

from __future__ import annotations

import re
from pathlib import Path

from tracer.errors import InputRefused
from tracer.lists.made_id import short_hash

_GLOB = re.compile(r"[*?\[]")


def is_glob(written: str) -> bool:
    """Whether a path is written as a glob."""
    return _GLOB.search(written) is not None


def find_file(base: Path, written: str) -> tuple[Path, InputRefused | None]:
    """The file a path names, relative to the manifest's folder, and what is wrong with it."""
    path = base / written
    try:
        if path.is_dir():
            return path, InputRefused(f"{written!r} is a folder", remedy="name the file")
        if not path.is_file():
            return path, InputRefused(f"there is no file {written!r}", remedy=_neighbour(path))
    except OSError as error:  # a name that is too long, a folder that may not be read
        reason = (error.strerror or str(error)).lower()
        return path, InputRefused(f"{written[:80]!r} cannot be looked up: {reason}", remedy="name the file")
    return path, None


def find_files(base: Path, written: str) -> list[Path]:
    """The files a glob matches, in the order of their names; folders and hidden files are left out."""
    pattern = Path(written)
    root, rest = (
        (Path(pattern.anchor), pattern.relative_to(pattern.anchor)) if pattern.is_absolute() else (base, pattern)
    )
    try:
        found = sorted(path for path in root.glob(str(rest)) if path.is_file() and not path.name.startswith("."))
    except (ValueError, NotImplementedError, OSError):
        return []
    return found


def _neighbour(path: Path) -> str:
    from tracer.dossier.vocabulary import nearest

    if not path.parent.is_dir():
        return "paths are relative to the manifest"
    near = nearest(path.name, [entry.name for entry in path.parent.iterdir() if entry.is_file()])
    return f"did you mean {near!r}?" if near is not None else "paths are relative to the manifest"


def written_path(file: Path, base: Path) -> str:
    """A file's path as the manifest writes it: relative to its folder where it lies in it; with `/`."""
    resolved, home = file.resolve(), base.resolve()
    return resolved.relative_to(home).as_posix() if resolved.is_relative_to(home) else resolved.as_posix()


def id_apart(made: str, written: str) -> str:
    """An id for a file whose name's id another file has, too: with a short hash of its path as written."""
    return f"{made[:50]}-{short_hash(written)}"
