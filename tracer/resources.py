"""Where the files that travel with the tool lie, found the same way in a checkout and in an installed wheel."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent


def _shipped_folder(name: str) -> Path:
    installed = _PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def queries_dir() -> Path:
    """The folder of the named queries (`*.sql`)."""
    return _shipped_folder("queries")


def sample_dir() -> Path:
    """The folder of the sample case (`case.toml` and its files)."""
    return _shipped_folder("sample_data")


def help_dir() -> Path:
    """The folder of the help topics (`*.md`)."""
    return _PACKAGE / "help"


def sql_next_to(module: str) -> Callable[[str], str]:
    """A reader of the SQL files in `sql/` next to a module (its `__file__`): name without suffix -> text, read once."""
    folder = Path(module).parent / "sql"

    @cache
    def statement(name: str) -> str:
        return (folder / f"{name}.sql").read_text(encoding="utf-8")

    return statement
