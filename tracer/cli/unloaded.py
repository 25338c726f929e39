"""What packages load at their import and nothing here uses, left out of a process of the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import LazyLoader
from types import ModuleType

_NEVER = ("pandas", "pyarrow.dataset")
"""Packages that DuckDB and PyArrow do without. A plug-in, and a module of `tracer` that begins with one, has them."""
_LATER = ("numpy.testing", "numpy.f2py")
"""Parts of NumPy that are loaded when something in them is asked for. SciPy copies every name of NumPy, and so loads
unittest, and a compiler of Fortran: a tenth of a second."""
_DOCUMENTED = "scipy.special._support_alternative_backends"


def leave_out() -> None:
    """From now on; what was loaded before stays as it is."""
    sys.meta_path.insert(0, _Unused())


class _Unused:
    """Makes two packages such as are not installed, and spares what two others do as they are loaded.

    DuckDB loads pandas, where it is installed, to see whether a value is one of its own: half of the time of a query.
    It reads Arrow tables through `pyarrow.dataset`, which skips rows and columns of files; tables in memory it reads
    faster by itself. None in `sys.modules` would do for DuckDB, but PyArrow takes it.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """An error for the two packages, what loads these parts of NumPy and SciPy, and nothing for others."""
        if fullname in _NEVER and _by_a_library():
            raise ModuleNotFoundError(f"{fullname} is not used", name=fullname)
        if fullname not in _LATER and fullname != _DOCUMENTED:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return spec
        spec.loader = LazyLoader(spec.loader) if fullname in _LATER else _Undocumented(fullname, spec.loader.path)
        return spec


def _by_a_library() -> bool:
    """Whether DuckDB or PyArrow asks for what is looked for just now: their compiled code has no frame of its own, and
    is called from within a function of `tracer`."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("importlib"):
        frame = frame.f_back
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    return package in ("duckdb", "pyarrow") or (package == "tracer" and frame.f_code.co_name != "<module>")


class _Undocumented(SourceFileLoader):
    """Loads a module of SciPy that reads the documentation of a hundred functions to add a note to each, without it:
    that takes longer than all the rest of SciPy."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module while what reads documentation gives none. Versions of SciPy before 1.16 have none."""
        arrays = import_module("scipy._lib._array_api")
        reads = getattr(arrays, "FunctionDoc", None)
        try:
            if reads is not None:
                arrays.FunctionDoc = _NoText  # type: ignore[attr-defined] # not a public name
            super().exec_module(module)
        finally:
            if reads is not None:
                arrays.FunctionDoc = reads  # type: ignore[attr-defined] # not a public name


class _NoText(dict[str, list[str]]):
    """The documentation of a function of which none is read."""

    def __init__(self, function: object) -> None:  # noqa: ARG002 - as it is called
        super().__init__(Notes=[])

    def __str__(self) -> str:
        """A signature and no text."""
        return "\n"
