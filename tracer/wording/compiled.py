"""Templates as Jinja compiles them, kept where Python keeps what it compiles: to compile a page's takes half a second.

The file is next to the template in `__pycache__`, or where `PYTHONPYCACHEPREFIX` says; it is not written where Python
writes none either. Jinja compares it with the template and with its own version.
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib.util import cache_from_source
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache

from tracer.errors import InputRefused
from tracer.regular import whole


class CompiledTemplates(BytecodeCache):
    """The compiled templates of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's signature
        """The template's name in its folder."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Reads what was kept; what does not fit the template is left out."""
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError, InputRefused):
            bucket.bytecode_from_string(whole(self._kept(bucket)))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled, in one step, where that is possible."""
        if sys.dont_write_bytecode:
            return
        kept = self._kept(bucket)
        draft = kept.with_name(f"{kept.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(bucket.bytecode_to_string())
            draft.replace(kept)

    def _kept(self, bucket: Bucket) -> Path:
        return Path(cache_from_source(str(self._folder / bucket.key)))
