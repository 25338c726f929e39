"""Writes a file in one step: it is there whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from tracer.errors import InputRefused


def write_whole(content: bytes, path: Path) -> None:
    """Write the file, in the place of one that is there. Raises `InputRefused` where it cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise InputRefused(
            f"cannot be written ({error.strerror})", where=str(path), remedy="name another file with -o"
        ) from error
    finally:
        draft.unlink(missing_ok=True)
