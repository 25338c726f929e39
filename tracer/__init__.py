"""tracer: finds out where a contact list came from.

    import tracer

    case = tracer.create("my-case", region="CN")
    case.load("lists/d7.xlsx", holder="cti-x", obtained="2026-05-01")
    case.trace()
    for finding in case.findings():
        print(finding)

The names below are public; each is imported when it is first used. `tracer help library` has the whole of it.
"""

from __future__ import annotations

from importlib import import_module

from tracer.version import __version__ as __version__


def __getattr__(name: str) -> object:
    """A public name, imported now, from where `__init__.pyi` has it: the one list, which type checkers read as well."""
    from pathlib import Path

    from tracer.input_files import text_of

    lines = text_of(Path(__file__).with_suffix(".pyi")).splitlines()
    homes = {line.split()[3]: line.split()[1] for line in lines if line.startswith("from ")}
    if name == "__all__":
        return list(homes)
    if name not in homes:
        raise AttributeError(f"module 'tracer' has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(homes[name]), name)
    return found


def __dir__() -> list[str]:
    """The public names."""
    return list(__getattr__("__all__"))  # type: ignore[call-overload]  # of this one name a list
