"""The room's statements, over the relations that they are handed."""

from __future__ import annotations

from tracer.resources import statements_beside

_statement = statements_beside(__file__)


def over(name: str, **relations: str) -> str:
    """The statement of that name; each relation is put where the file has its name in braces."""
    return _statement(name).format(**relations)


def by_own_names(name: str) -> str:
    """The same over relations that are called as the file calls them, as on a cluster."""
    return _statement(name).format_map(_OwnNames())


class _OwnNames(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return name
