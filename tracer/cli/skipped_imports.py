"""What packages load at their import and nothing here uses, left out of a process of the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import LazyLoader
from types import ModuleType

_NEVER = ("pandas", "pyarrow.dataset")
"""Packages that DuckDB and PyArrow do without. A plug-in, and a module of `tracer` that begins with one, has them."""
_LATER = ("numpy.testing", "numpy.f2py")
"""Parts of NumPy that are loaded when something in them is asked for. SciPy copies every name of NumPy, and so loads
unittest, and a compiler of Fortran: a tenth of a second."""


def leave_out() -> None:
    """From now on; what was loaded before stays as it is."""
    sys.meta_path.insert(0, _Unused())


class _Unused:
    """Makes two packages such as are not installed, and spares what NumPy does as it is loaded.

    DuckDB loads pandas, where it is installed, to see whether a value is one of its own: half of the time of a query.
    It reads Arrow tables through `pyarrow.dataset`, which skips rows and columns of files; tables in memory it reads
    faster by itself. None in `sys.modules` would do for DuckDB, but PyArrow takes it.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """An error for the two packages, what loads these parts of NumPy later, and nothing for others."""
        if fullname in _NEVER and _by_a_library():
            raise ModuleNotFoundError(f"{fullname} is not used", name=fullname)
        spec = PathFinder.find_spec(fullname, path, target) if fullname in _LATER else None
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = LazyLoader(spec.loader)
        return spec


def _by_a_library() -> bool:
    """Whether DuckDB or PyArrow asks for what is looked for just now: their compiled code has no frame of its own, and
    is called from within a function of `tracer`."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("importlib"):
        frame = frame.f_back
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    return package in ("duckdb", "pyarrow") or (package == "tracer" and frame.f_code.co_name != "<module>")
