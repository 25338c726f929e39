"""The chain of a dataset, a copy or a party as a tree: where it came from, where it went, what was said of it.

Reads the documented views only. A list that stands in the tree already is named again and not opened again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, TypeAlias

import duckdb

from tracer.dossier.replies import reply_state
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.spoken import masked_row
from tracer.export.wording import Names, Wording, count
from tracer.lists.read.account import Account

DEEPEST = 12
"""Steps that are followed; a real chain is shorter."""


@dataclass(frozen=True)
class Branch:
    """One line of the tree and what hangs on it."""

    text: str
    grade: str = ""
    """G0 to G5, where it is a finding."""
    kind: str = ""
    """`party`, `dataset`, `release`, `group`, `again` (shown elsewhere), `note` or nothing."""
    branches: tuple[Branch, ...] = ()


Narrowed: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


def show(
    con: duckdb.DuckDBPyConnection,
    name: str,
    *,
    least: float = 0.5,
    untraced: str = "",
    narrowed: Narrowed = lambda row: row,
) -> Branch:
    """The tree of the dataset, release or party `name`; findings under probability `least` are left out.

    narrowed: takes out of a row what may not be told, for an answer that leaves.
    untraced: that findings are not those of the case as it is now (`stages.untraced`); the first branch says it.

    Raises:
        UsageError: the case has nothing of that name, or it is neither.
    """
    tree = _Tree(con, least, narrowed).of(name)
    return replace(tree, branches=(Branch(untraced, kind="note"), *tree.branches)) if untraced else tree


def as_json(branch: Branch) -> dict[str, Any]:
    """The tree as nested objects."""
    return asdict(branch)


class _Tree:
    def __init__(self, con: duckdb.DuckDBPyConnection, least: float, narrowed: Narrowed) -> None:
        self.con, self.least, self.narrowed = con, least, narrowed
        parties = self._rows("SELECT party, name, role, merged_into FROM views.parties ORDER BY party")
        self.words = Wording(Names({row["party"]: (row["name"] or "", row["role"] or "") for row in parties}))
        self.merged = {row["party"]: row["merged_into"] or row["party"] for row in parties}
        self.lists = {row["dataset"]: row for row in self._rows("SELECT * FROM views.datasets ORDER BY dataset")}
        self.copies = {row["release"]: row for row in self._rows("SELECT * FROM views.releases ORDER BY release")}
        self.copied = self._rows(
            "SELECT * FROM views.derivations WHERE probability >= $least ORDER BY probability DESC, parent, child",
            least,
        )
        self.kept = self._rows(
            "SELECT * FROM views.retention WHERE probability >= $least ORDER BY first_seen, seen_in, release", least
        )
        self.named = self._rows("SELECT * FROM views.attributions WHERE accused ORDER BY grade DESC, dataset, release")

    def _rows(self, statement: str, least: float | None = None) -> list[dict[str, Any]]:
        cursor = self.con.execute(statement, {} if least is None else {"least": least})
        columns = [column[0] for column in cursor.description or []]
        return [self.narrowed(masked_row(dict(zip(columns, row, strict=True)))) for row in cursor.fetchall()]

    def of(self, name: str) -> Branch:
        if name in self.lists:
            return self._dataset(name)
        if name in self.copies:
            return self._release(name, set())
        if name in self.merged:
            return self._party(self.merged[name])
        known = sorted({*self.lists, *self.copies, *self.merged})
        raise UsageError(f"the case has nothing called {name!r}", where="show", remedy=did_you_mean(name, known))

    # ------------------------------------------------------------------ datasets
    def _label(self, name: str) -> str:
        row = self.lists.get(name)
        if row is None:
            return f"{name} (not loaded)"
        day = row["created"] or row["obtained"]
        held = f"held by {self.words.names.short(row['holder'])}{_on(day)}"
        gone = f", contents purged{_on(row['purged_at'].date())}" if row["purged_at"] is not None else ""
        return f"{name}, {held}, {count(row['contacts'])} contacts{gone}"

    def _account(self, name: str) -> str:
        """What became of the file's lines; nothing where that is not known."""
        row = self.lists[name]
        if row["lines"] is None:
            return ""
        return f"; {Account(**{field.name: row[field.name] for field in fields(Account)}).told()}"

    def _dataset(self, name: str) -> Branch:
        groups = (
            _group("came from", self._origins(name, {name}, 0)),
            _group("went to", self._takers(name, {name}, 0)),
        )
        found = tuple(group for group in groups if group is not None)
        return Branch(
            self._label(name) + self._account(name),
            kind="dataset",
            branches=found or (Branch("no finding leads from or to it"),),
        )

    def _origins(self, name: str, seen: set[str], depth: int) -> Iterator[Branch]:
        """The copies and lists that are behind `name`, each with what is behind it."""
        explained = set()
        for copy, row, told in self._behind(name):
            explained.add(copy["dataset"])
            given = f"copy {copy['release']}, given to {self.words.names.short(copy['recipient'])}{_on(copy['date'])}"
            yield Branch(
                f"{given}: {told}", row["grade"], "release", (self._opened(copy["dataset"], seen, depth, up=True),)
            )
        for row in self.copied:
            if row["child"] == name and row["parent"] not in explained:
                via = f" by way of {row['via']}" if row["via"] else ""
                opened = self._opened(row["parent"], seen, depth, up=True)
                yield Branch(
                    f"{opened.text}{via}: {self.words.copied_sure(row)}", row["grade"], opened.kind, opened.branches
                )

    def _behind(self, name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
        """(copy, finding, reading) of each copy that is behind the list, the reading before the mere naming."""
        told = {row["release"]: row for row in self.named if row["dataset"] == name}
        for row in self.kept:
            if row["seen_in"] == name and row["release"] in self.copies:
                told.pop(row["release"], None)
                yield (
                    self.copies[row["release"]],
                    row,
                    f"{self.words.reading(row)}, {self.words.sure(row['probability'])}",
                )
        for release, row in told.items():
            if release in self.copies:
                yield self.copies[release], row, f"named by its marks: {self.words.marks(row)}"

    def _takers(self, name: str, seen: set[str], depth: int) -> Iterator[Branch]:
        """The copies made of `name` and the lists that were copied from it."""
        explained = set()
        for copy in self.copies.values():
            if copy["dataset"] == name:
                opened = self._release(copy["release"], seen, depth)
                explained |= {row["seen_in"] for row in self.kept if row["release"] == copy["release"]}
                yield opened
        for row in self.copied:
            if row["parent"] == name and row["child"] not in explained:
                opened = self._opened(row["child"], seen, depth, up=False)
                yield Branch(
                    f"{opened.text}: {self.words.copied_sure(row)}", row["grade"], opened.kind, opened.branches
                )

    def _opened(self, name: str, seen: set[str], depth: int, *, up: bool) -> Branch:
        if name in seen or depth >= DEEPEST:
            return Branch(f"{self._label(name)} (shown elsewhere)", kind="again")
        seen.add(name)
        further = self._origins(name, seen, depth + 1) if up else self._takers(name, seen, depth + 1)
        return Branch(self._label(name), kind="dataset", branches=tuple(further))

    # ------------------------------------------------------------------ copies
    def _release(self, name: str, seen: set[str], depth: int = 0) -> Branch:
        copy = self.copies[name]
        until = f" until {copy['ends']}" if copy["ends"] is not None else ", without an end"
        text = f"copy {name}, given to {self.words.names.short(copy['recipient'])}{_on(copy['date'])}{until}"
        branches = []
        for row in self.kept:
            if row["release"] == name:
                opened = self._opened(row["seen_in"], seen, depth, up=False)
                told = f"{opened.text}: {self.words.reading(row)}, {self.words.sure(row['probability'])}"
                branches.append(Branch(told, row["grade"], opened.kind, opened.branches))
        return Branch(text, kind="release", branches=tuple(branches))

    # ------------------------------------------------------------------ parties
    def _party(self, name: str) -> Branch:
        given = [copy for copy in self.copies.values() if self.merged.get(copy["recipient"], copy["recipient"]) == name]
        held = [row for row in self.lists.values() if self.merged.get(row["holder"], row["holder"]) == name]
        seen: set[str] = set()
        groups = (
            _group("was given", (self._release(copy["release"], seen) for copy in given)),
            _group("holds", (self._dataset(row["dataset"]) for row in held)),
            _group("through its hands", self._chains(name)),
            _group("is said to", self._relations(name)),
            _group("says", self._claims(name)),
        )
        text = f"{self.words.party(name)}; right of reply: {self._reply(name)}"
        return Branch(text, kind="party", branches=tuple(group for group in groups if group is not None))

    def _reply(self, name: str) -> str:
        rows = self._rows("SELECT party, asked, deadline, answered FROM views.replies ORDER BY party, asked")
        states = [reply_state(row["asked"], row["deadline"], row["answered"]) for row in rows if row["party"] == name]
        return self.words.reply(states[-1]) if states else self.words.reply("not_asked")

    def _chains(self, name: str) -> Iterator[Branch]:
        for row in self._rows("SELECT * FROM views.chains ORDER BY grade DESC, parties, datasets"):
            if name in row["parties"]:
                yield Branch(self.words.chain(row), row["grade"], branches=(Branch(self.words.chain_by(row)),))

    def _relations(self, name: str) -> Iterator[Branch]:
        for row in self._rows("SELECT * FROM views.relations ORDER BY date, relation"):
            ends = [self.merged.get(row[end], row[end]) for end in ("from_party", "to_party")]
            if name in ends:
                told = " ".join(
                    (self.words.names.short(ends[0]), row["kind"].replace("_", " "), self.words.names.short(ends[1]))
                )
                yield Branch(f"{told}{_on(row['date'])} ({row['basis'] or 'alleged'})")

    def _claims(self, name: str) -> Iterator[Branch]:
        for row in self._rows("SELECT * FROM views.claims ORDER BY claim"):
            if self.merged.get(row["party"], row["party"]) == name:
                yield Branch(self.words.claim(row), row["grade"])


def _group(title: str, branches: Iterator[Branch]) -> Branch | None:
    found = tuple(branches)
    return Branch(title, kind="group", branches=found) if found else None


def _on(day: date | None) -> str:
    return "" if day is None else f" on {day.isoformat()}"
