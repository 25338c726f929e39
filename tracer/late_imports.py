"""Names that are imported when they are first used: a command must not wait for what another one needs."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Lock, get_ident
from types import ModuleType, SimpleNamespace
from typing import Any


class _Late:
    """A module, or a function or class of one, which is imported when it is called or something of it is asked for."""

    def __init__(self, package: str, name: str) -> None:
        self._package, self._name = package, name
        self._module: ModuleType | None = None

    def _import(self) -> Any:
        if self._module is None:
            self._module = import_module(self._package)
        return getattr(self._module, self._name, None) or import_module(f"{self._package}.{self._name}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._import(), name)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._import()(*given, **named)


_ONE_AT_A_TIME = Lock()
"""With two threads in a block at once, the second would restore what the first had put in place."""


@contextmanager
def imported_when_used() -> Iterator[None]:
    """A block of statements `from a import b`, none of which imports anything yet.

    Type checkers see imports like any others. What is neither called nor asked for an attribute cannot be imported in
    this way: a number, a class that is caught, iterated over or given to `isinstance` (import its module, then).
    """
    with _ONE_AT_A_TIME:
        at_once, here = builtins.__import__, get_ident()

        def late(name: str, *place: Any, **more: Any) -> Any:
            if get_ident() != here:  # another thread is not within the block
                return at_once(name, *place, **more)
            return SimpleNamespace(**{one: _Late(name, one) for one in place[2]})  # scope, locals, what is imported

        builtins.__import__ = late
        try:
            yield
        finally:
            builtins.__import__ = at_once
