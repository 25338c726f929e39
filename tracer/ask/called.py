"""What a person calls a list, a copy or a party: its id, or its name or title where only one thing has it."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from tracer.dossier.vocabulary import nearest
from tracer.errors import UsageError

KINDS = ("dataset", "release", "party", "claim", "hidden")
_SHOWN = 5
_IDS = """
    SELECT 'dataset' AS kind, dataset AS id FROM views.datasets UNION ALL SELECT 'release', release FROM views.releases
    UNION ALL SELECT 'party', party FROM views.parties UNION ALL SELECT 'claim', claim FROM views.claims
    UNION ALL SELECT 'hidden', hidden FROM views.hidden
"""
_NAMES = """
    SELECT 'dataset' AS kind, dataset AS id, unnest([list_title, title_en, title_zh]) AS name FROM views.datasets
    UNION SELECT 'party', coalesce(merged_into, party), unnest([name, name_en, name_zh] || aliases)
    FROM views.parties WHERE NOT protected
"""


def id_called(con: duckdb.DuckDBPyConnection, name: str, where: str, kinds: Collection[str] = KINDS) -> str:
    """The id that `name` is, or the id of the one list or party of that name or title.

    where: the command, for the error. kinds: what may be meant, of `KINDS`.

    Raises:
        UsageError: nothing or several things are called so; names the nearest ids.
    """
    ids = {one for kind, one in con.execute(_IDS).fetchall() if kind in kinds}
    if name in ids:
        return name
    named: dict[str, set[str]] = {}
    for kind, one, written in con.execute(_NAMES).fetchall():
        if kind in kinds and written:
            named.setdefault(_plain(written), set()).add(one)
    found = sorted(named.get(_plain(name), ()))
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} are called {name!r}", where=where, remedy=f"use an id: {', '.join(found)}")
    near = nearest(name, sorted(ids))
    if near is None and (by_name := nearest(_plain(name), sorted(named))) is not None:
        near = ", ".join(sorted(named[by_name]))
    known = f"one of: {', '.join(sorted(ids))}" if 0 < len(ids) <= _SHOWN * 4 else "see `tracer query datasets`"
    raise UsageError(
        f"the case has nothing called {name!r}",
        where=where,
        remedy=f"did you mean {near!r}?" if near is not None else known,
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
