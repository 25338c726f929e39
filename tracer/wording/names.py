"""What parties and lists are called in a reader's language: by their display names, the id where there is none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tracer.disclosure import DatasetRef, PartyRef, Ref, ReleaseRef
from tracer.policy import Narrowed, view_rows

if TYPE_CHECKING:
    import duckdb

_BARE = re.compile(r"[^()（）\s]+")
"""An id that can be told from the brackets around it."""
_TWICE = re.compile(r"(?<=\w)\.\.(?=\s|\Z)")
"""The full stop of a sentence behind that of a name: Dialer Co. S.A.."""
UNNAMED = "(…)"
"""In the place of the id of a party that is left out; it is the id of nothing."""
Row: TypeAlias = Mapping[str, object]
_PARTIES = "SELECT party, name, name_en, name_zh, protected FROM views.parties ORDER BY party"
_LISTS = "SELECT dataset, list_title, title_en, title_zh FROM views.datasets ORDER BY dataset"
Shown: TypeAlias = PartyRef | DatasetRef | ReleaseRef | Ref


@dataclass(frozen=True)
class Names:
    """Ids as people know them; a party and a list may have one id."""

    parties: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)

    def of(self, ref: Shown) -> str:
        """The display name, or the id where there is none."""
        known = self.parties if isinstance(ref, PartyRef) else self.lists if isinstance(ref, DatasetRef) else {}
        return known.get(ref.id, ref.id)

    def has_name(self, ref: Shown) -> bool:
        """Whether it has a display name."""
        return self.of(ref) != ref.id

    @property
    def pointed(self) -> tuple[str, ...]:
        """The display names that end in a point: `sp. z o.o.`."""
        return tuple(name for name in (*self.parties.values(), *self.lists.values()) if name.endswith("."))

    def with_unnamed(self, words: str) -> Names:
        """The same, with words for a party that is left out."""
        return Names({**self.parties, UNNAMED: words}, self.lists)


class Introduced:
    """The same, with the id behind a name where it is first said: one for each section that a reader may begin with."""

    def __init__(self, names: Names, lang: str) -> None:
        self._names, self._form = names, "{} ({})" if lang == "en" else "{}（{}）"
        self._said: set[Shown] = set()

    def of(self, ref: Shown) -> str:
        """The display name, with the id the first time."""
        name = self._names.of(ref)
        if ref.id in (name, UNNAMED) or ref in self._said:
            return name
        self._said.add(ref)
        return self._form.format(name, ref.id)

    def has_name(self, ref: Shown) -> bool:
        """Whether it has a display name."""
        return self._names.has_name(ref)

    @property
    def pointed(self) -> tuple[str, ...]:
        """The display names that end in a point."""
        return self._names.pointed

    def knows(self, ref: str) -> bool:
        """Whether it is the id of something that has a display name."""
        return ref in self._names.parties or ref in self._names.lists


def name_rows(con: duckdb.DuckDBPyConnection, narrowed: Narrowed = dict) -> tuple[list[Row], list[Row]]:
    """Rows of parties and of lists with what they are called, for `names_of_rows`; narrowed: see `names_of`."""
    parties, lists = (view_rows(con, statement, narrowed=narrowed) for statement in (_PARTIES, _LISTS))
    return [*parties], [*lists]


def names_of(con: duckdb.DuckDBPyConnection, lang: str, narrowed: Narrowed = dict) -> Names:
    """What readers of `lang` see of a case's parties and lists, masked where somebody has entered a number; of
    protected parties what the views show of their names.

    narrowed: takes out of a row what must stay hidden, for an answer that leaves.
    """
    return names_of_rows(*name_rows(con, narrowed), lang)


def names_of_rows(parties: Iterable[Row], lists: Iterable[Row], lang: str) -> Names:
    """Display names from rows of the views `parties` and `datasets`: of the language, else the name of any language."""
    return Names(
        _shown_names(parties, "party", (f"name_{lang}", "name")),
        _shown_names(lists, "dataset", (f"title_{lang}", "list_title")),
    )


def _shown_names(rows: Iterable[Row], key: str, columns: tuple[str, ...]) -> dict[str, str]:
    found = {str(row[key]): next((str(row[name]) for name in columns if row.get(name)), "") for row in rows}
    return {ref: name for ref, name in found.items() if name}


def behind_names(ids: Collection[str]) -> re.Pattern[str]:
    """Finds each of `ids` where it follows a name, with its brackets: `split` parts a sentence there, and every second
    part is one.

    >>> behind_names({"cti-hengtu"}).split("Hengtu (cti-hengtu) had it (2026).")
    ['Hengtu', ' (cti-hengtu)', ' had it (2026).']
    """
    known = "|".join(re.escape(one) for one in sorted(ids) if _BARE.fullmatch(one)) or "(?!)"
    return re.compile(rf"( \((?:{known})\)|（(?:{known})）)")


def without_ids(text: str, behind: re.Pattern[str]) -> str:
    """A sentence without the ids behind names (`behind_names`).

    >>> without_ids("It came from Dialer S.A. (dialer).", behind_names({"dialer"}))
    'It came from Dialer S.A.'
    """
    return one_full_stop(behind.sub("", text))


def one_full_stop(text: str) -> str:
    """A sentence that ends in a name with a point of its own has one."""
    return _TWICE.sub(".", text) if ".." in text else text
