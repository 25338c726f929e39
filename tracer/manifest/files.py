"""The files that a manifest names: paths relative to it, globs spelled out, ids made from names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from tracer.errors import InputRefused
from tracer.lists.made_id import short_hash
from tracer.regular import refuse_special

_GLOB = re.compile(r"[*?\[]")


def is_glob(written: str) -> bool:
    """Whether a path is written as a glob."""
    return _GLOB.search(written) is not None


@dataclass(frozen=True)
class Home:
    """The folder that a manifest's paths are relative to, and stay in."""

    folder: Path
    outside: bool = False

    def refused(self, written: str) -> InputRefused | None:
        """What is wrong with a path that leads out of the folder, by `..`, by `/`, or by a link; opens nothing.

        A manifest may come from a stranger, and what it names is copied into the case.
        """
        if self.outside:
            return None
        path = self.folder / _GLOB.split(written)[0]
        try:
            inside = [Path(os.path.normpath(path)), path.resolve()]
        except (OSError, ValueError, RuntimeError):  # a name that is too long, a link that leads to itself
            return None  # is reported by the caller
        if ".." not in Path(written).parts and all(each.is_relative_to(self.folder) for each in inside):
            return None
        return InputRefused(
            f"{written[:80]!r} is outside the folder of the manifest",
            remedy="put the file into the folder, or allow it with --allow-outside",
        )


def find_file(base: Home, written: str) -> tuple[Path, InputRefused | None]:
    """The file a path names, relative to the manifest's folder, and what is wrong with it."""
    path = base.folder / written
    if (problem := base.refused(written)) is not None:
        return path, problem
    try:
        if path.is_dir():
            return path, InputRefused(f"{written!r} is a folder", remedy="name the file")
        if not path.exists():
            return path, InputRefused(f"no such file: {written!r}", remedy=_neighbour(path))
        refuse_special(path)
    except InputRefused as special:
        return path, InputRefused(f"{written!r}: {special.what}", remedy=special.remedy)
    except (OSError, ValueError) as error:  # a name that is too long, a folder that may not be read
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        return path, InputRefused(f"{written[:80]!r} cannot be looked up: {reason}", remedy="name the file")
    return path, None


def find_files(base: Home, written: str) -> tuple[list[Path], InputRefused | None]:
    """The files a glob matches, in the order of their names; folders and hidden files are left out.

    And what is wrong with them: one of them lies outside the manifest's folder.
    """
    if (problem := base.refused(written)) is not None:
        return [], problem
    pattern = Path(written)
    root, rest = (
        (Path(pattern.anchor), pattern.relative_to(pattern.anchor)) if pattern.is_absolute() else (base.folder, pattern)
    )
    try:
        found = sorted(path for path in root.glob(str(rest)) if path.is_file() and not path.name.startswith("."))
    except (ValueError, NotImplementedError, OSError):
        return [], None
    if not base.outside and (away := [path for path in found if not path.resolve().is_relative_to(base.folder)]):
        return [], InputRefused(
            f"{away[0].relative_to(base.folder).as_posix()!r} leads out of the folder of the manifest",
            remedy="put the file into the folder, or allow it with --allow-outside",
        )
    return found, None


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
