"""Writes a file in one step, it is there whole or not at all; and for its owner alone, whatever the umask."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tracer.errors import InputRefused
from tracer.visible import visible

_GROUP, _OTHERS = 0o070, 0o007


def keep_private() -> None:
    """From now on files of this process are its owner's alone: 0600, folders 0700, those of DuckDB too.

    Called before a case is opened or made, and by every command.
    """
    os.umask(os.umask(0o077) | 0o077)


def write_whole(content: bytes, path: Path) -> None:
    """Write the file, in the place of one that is there. Raises `InputRefused` where it cannot be written.

    Its mode is 0600; a file that was opened to others before stays so, as far as they may enter its folder. A device or
    pipe, `/dev/null`, is written into: what has root's rights would put a file in its place for all of the machine.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.is_char_device() or path.is_fifo():
            with path.open("wb") as pipe:
                pipe.write(content)
            return
        mode = _mode(path)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        draft.chmod(mode)
        draft.replace(path)
    except OSError as error:
        raise InputRefused(
            f"cannot be written ({error.strerror})", where=str(path), remedy="name another file with -o"
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def put_file(content: str | bytes, path: Path) -> None:
    """Write what is for people or programs in one step: text made visible, bytes as they are."""
    write_whole(visible(content).encode() if isinstance(content, str) else content, path)


def write_durably(content: bytes, path: Path) -> None:
    """Put a file in its place in one step, once it is on disk. Raises `OSError`."""
    draft = path.with_name(f"{path.name}.new")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_new(content: bytes, path: Path) -> None:
    """Write a file that is not there yet, for its owner alone. Raises `InputRefused` where one is, or none can be."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError:
        raise InputRefused("exists already", where=str(path), remedy="rename it first") from None
    except OSError as error:
        raise InputRefused(
            f"cannot be written ({error.strerror})", where=str(path), remedy="name another folder"
        ) from error


def _mode(path: Path) -> int:
    if not path.is_file():
        return 0o600
    had, folder = stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.resolve().parent.stat().st_mode)
    enter = (_GROUP if folder & 0o010 else 0) | (_OTHERS if folder & 0o001 else 0)
    return 0o600 | (had & enter & 0o066)
