"""Templates as Jinja compiles them, kept where Python keeps what it compiles: a page takes half a second."""

from __future__ import annotations

import contextlib
import sys
from importlib.util import cache_from_source
from pathlib import Path

from jinja2.bccache import Bucket, FileSystemBytecodeCache


class CompiledTemplates(FileSystemBytecodeCache):
    """The compiled templates of one folder; not written where Python writes none either, or where nothing can be."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(Path(cache_from_source(str(folder / "page.py"))).parent), "%s.template")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled, where that is possible."""
        with contextlib.suppress(OSError):
            if not sys.dont_write_bytecode:
                Path(self.directory).mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)
