"""The chain of a dataset, a copy or a party as a tree: where it came from, where it went, what was said of it.

Reads the documented views only. A list that is in the tree already is named again and not opened again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import duckdb

from tracer.ask.called import id_called
from tracer.ask.story_parts import sentences
from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Reason, Ref, ReleaseRef, Text, reason_of
from tracer.errors import UsageError
from tracer.findings.statements import headlines
from tracer.findings.statements.headlines import claim
from tracer.findings.statements.replies import replied
from tracer.lists.read.model import Account
from tracer.policy import Narrowed, view_rows
from tracer.wording import Voice, coded, data_word
from tracer.wording.names import Introduced, names_of

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
    text_code: Mapping[str, Any] | None = None
    """The reason that the text is made of, as it may be shown (`wording.coded`)."""
    branches: tuple[Branch, ...] = ()


def show(
    con: duckdb.DuckDBPyConnection,
    name: str,
    *,
    least: float = 0.5,
    untraced: Reason | None = None,
    narrowed: Narrowed = dict,
    lang: str = "en",
) -> Branch:
    """The tree of the dataset, release or party `name`; findings under probability `least` are left out.

    untraced: that findings are not those of the case as it is now (`stages.not_up_to_date`); the first branch says it.

    Raises:
        UsageError: the case has nothing of that name, or it is neither.
    """
    tree = _Tree(con, least, narrowed, lang)
    found = tree.of(id_called(con, name, "show", ("dataset", "release", "party")))
    if untraced is None:
        return found
    return replace(found, branches=(tree.branch(untraced, kind="note"), *found.branches))


def as_json(branch: Branch) -> dict[str, object]:
    """The tree as nested objects."""
    return asdict(branch)


class _Tree:
    def __init__(self, con: duckdb.DuckDBPyConnection, least: float, narrowed: Narrowed, lang: str) -> None:
        self.con, self.least, self.narrowed, self.lang = con, least, narrowed, lang
        parties = self._rows("SELECT party, role, merged_into FROM views.parties ORDER BY party")
        self.voice = Voice(lang, Introduced(names_of(con, lang, narrowed), lang))
        self.roles = {row["party"]: row["role"] or "" for row in parties}
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
        return view_rows(self.con, statement, {} if least is None else {"least": least}, self.narrowed)

    def branch(
        self, said: Reason, grade: str = "", kind: str = "", branches: tuple[Branch, ...] = (), *,
        code: Reason | None = None,
    ) -> Branch:  # fmt: skip
        """A line that says a reason. `code`: the same reason where what is within it has been said before."""
        return Branch(self.voice.say(said), grade, kind, coded(code or said), branches)

    def _group(self, title: Reason, branches: Iterable[Branch]) -> Branch | None:
        found = tuple(branches)
        return self.branch(title, kind="group", branches=found) if found else None

    def of(self, name: str) -> Branch:
        if name in self.lists:
            return self._dataset(name)
        if name in self.copies:
            return self._release(name, set())
        if name in self.merged:
            return self._party(self.merged[name])
        raise UsageError(f"{name!r} cannot be shown", where="show", remedy="see `tracer query datasets`")

    # ------------------------------------------------------------------ datasets
    def _label(self, name: str) -> Reason:
        row = self.lists.get(name)
        if row is None:
            return Reason.of("tree-not-loaded", dataset=DatasetRef(name))
        purged = row["purged_at"]
        return Reason.of(
            "tree-list", dataset=DatasetRef(name), holder=PartyRef(row["holder"]),
            day=row["obtained"] or row["created"], contacts=Count(row["contacts"], across_lists=False),
            purged=None if purged is None else purged.date(),
        )  # fmt: skip

    def _account(self, name: str) -> Reason | None:
        """What became of the file's lines; None where that is not known."""
        row = self.lists[name]
        if row["lines"] is None:
            return None
        account = Account(**{field.name: row[field.name] for field in fields(Account)})
        parts = (
            ("header", account.header), ("title", account.title), ("blank", account.blank),
            ("continued", account.continued), ("left-out", account.left_out),
        )  # fmt: skip
        other = " + ".join(self.voice.say(Reason(f"account-{name}", {"n": n})) for name, n in parts if n)
        return Reason.of(
            "tree-account", lines=account.lines, rows=account.rows, other=Text(other) if other else None,
            further=account.further,
        )  # fmt: skip

    def _dataset(self, name: str) -> Branch:
        label = self._label(name)
        account = self._account(name)
        if account is not None:
            label = Reason.of("tree-list-of-file", list=label, account=account)
        root = self.branch(label, kind="dataset")
        groups = (
            self._group(Reason.of("tree-came-from"), self._origins(name, {name}, 0)),
            self._group(Reason.of("tree-went-to"), self._takers(name, {name}, 0)),
            self._group(Reason.of("why-title-alias-origins"), self._named_by_addresses(name)),
        )
        found = tuple(group for group in groups if group is not None)
        return replace(root, branches=found or (self.branch(Reason.of("tree-nothing")),))

    def _named_by_addresses(self, name: str) -> Iterator[Branch]:
        """Services that addresses of the list name, each with what speaks against it first."""
        for row in self._rows("SELECT * FROM views.alias_origins WHERE stated ORDER BY dataset, p_value, origin"):
            if row["dataset"] == name:
                doubt = tuple(self.branch(reason_of(one), kind="note") for one in row["against"][:1])
                yield self.branch(reason_of(row["reasons"][0]), branches=doubt)

    def _origins(self, name: str, seen: set[str], depth: int) -> Iterator[Branch]:
        """The copies and lists that `name` came from, each with its own sources."""
        explained = set()
        for copy, row, told in self._behind(name):
            explained.add(copy["dataset"])
            given = Reason("tree-copy-behind", _handed(copy))
            root = self.branch(Reason.of("tree-found", what=given, how=told), row["grade"], "release")
            yield replace(root, branches=(self._opened(copy["dataset"], seen, depth, up=True),))
        for row in self.copied:
            if row["child"] == name and row["parent"] not in explained:
                yield self._found(row, row["parent"], seen, depth, up=True)

    def _found(self, row: dict[str, Any], name: str, seen: set[str], depth: int, *, up: bool) -> Branch:
        """The list at the other end of a derivation, with its sources or what came of it."""
        return self._on(
            self._opened(name, seen, depth, up=up), headlines.derivation_sure(row), row["grade"],
            via=Ref(row["via"]) if up and row["via"] else None,
        )  # fmt: skip

    def _on(self, opened: Branch, how: Reason, grade: str, *, via: Ref | None = None) -> Branch:
        """A list that is said already, with how it was found; its names are not introduced again."""

        def found(what: Number) -> Reason:
            whole = what if via is None else Reason.of("tree-via", list=what, via=via)
            return Reason.of("tree-found", what=whole, how=how)

        told = opened.text_code
        said = self.branch(found(Text(opened.text)), code=None if told is None else found(reason_of(told)))
        return replace(opened, text=said.text, grade=grade, text_code=said.text_code)

    def _behind(self, name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any], Reason]]:
        """(copy, finding, reading) of each copy that the list came from, the reading before the mere naming."""
        told = {row["release"]: row for row in self.named if row["dataset"] == name}
        for row in self.kept:
            if row["seen_in"] == name and row["release"] in self.copies:
                told.pop(row["release"], None)
                yield self.copies[row["release"]], row, headlines.reading_sure(row)
        for release, row in told.items():
            if release in self.copies:
                marks = Text(sentences(headlines.marks(row), self.voice))
                yield self.copies[release], row, Reason.of("tree-marks", marks=marks)

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
                yield self._found(row, row["child"], seen, depth, up=False)

    def _opened(self, name: str, seen: set[str], depth: int, *, up: bool) -> Branch:
        if name in seen or depth >= DEEPEST:
            return self.branch(Reason.of("tree-elsewhere", list=self._label(name)), kind="again")
        seen.add(name)
        root = self.branch(self._label(name), kind="dataset")
        further = self._origins(name, seen, depth + 1) if up else self._takers(name, seen, depth + 1)
        return replace(root, branches=tuple(further))

    # ------------------------------------------------------------------ copies
    def _release(self, name: str, seen: set[str], depth: int = 0) -> Branch:
        copy = self.copies[name]
        root = self.branch(Reason("tree-copy", {**_handed(copy), "ends": copy["ends"]}), kind="release")
        branches = []
        for row in self.kept:
            if row["release"] == name:
                opened = self._opened(row["seen_in"], seen, depth, up=False)
                branches.append(self._on(opened, headlines.reading_sure(row), row["grade"]))
        return replace(root, branches=tuple(branches))

    # ------------------------------------------------------------------ parties
    def _party(self, name: str) -> Branch:
        given = [copy for copy in self.copies.values() if self.merged.get(copy["recipient"], copy["recipient"]) == name]
        held = [row for row in self.lists.values() if self.merged.get(row["holder"], row["holder"]) == name]
        seen: set[str] = set()
        role = self.roles.get(name, "")
        shown = data_word("page-role", role, self.lang)
        root = self.branch(
            Reason.of("tree-party", party=PartyRef(name), role=Text(shown) if role else None, state=self._reply(name)),
            kind="party",
        )
        groups = (
            self._group(Reason.of("tree-was-given"), (self._release(copy["release"], seen) for copy in given)),
            self._group(Reason.of("tree-holds"), (self._dataset(row["dataset"]) for row in held)),
            self._group(Reason.of("tree-hands"), self._chains(name)),
            self._group(Reason.of("tree-relations"), self._relations(name)),
            self._group(Reason.of("tree-says"), self._claims(name)),
        )
        return replace(root, branches=tuple(group for group in groups if group is not None))

    def _reply(self, name: str) -> Reason:
        known = replied(self._rows("SELECT * FROM views.replies ORDER BY party, asked"))
        return headlines.reply_state(known[name].state if name in known else "not_asked")

    def _chains(self, name: str) -> Iterator[Branch]:
        for row in self._rows("SELECT * FROM views.chains ORDER BY grade DESC, parties, datasets"):
            if name in row["parties"]:
                root = self.branch(headlines.chain(row), row["grade"])
                yield replace(root, branches=(self.branch(headlines.chain_by(row)),))

    def _relations(self, name: str) -> Iterator[Branch]:
        for row in self._rows("SELECT * FROM views.relations ORDER BY date, relation"):
            ends = [self.merged.get(row[end], row[end]) for end in ("from_party", "to_party")]
            if name in ends:
                kind, basis = headlines.kebab(row["kind"]), str(row["basis"] or "alleged")
                stated = Reason(f"relation-{kind}", {"a": PartyRef(ends[0]), "b": PartyRef(ends[1])})
                yield self.branch(
                    Reason.of("tree-relation", relation=stated, day=row["date"], basis=Reason(f"basis-{basis}"))
                )

    def _claims(self, name: str) -> Iterator[Branch]:
        for row in self._rows("SELECT * FROM views.claims ORDER BY claim"):
            if self.merged.get(row["party"], row["party"]) == name:
                yield self.branch(claim(row), row["grade"])


def _handed(copy: dict[str, Any]) -> dict[str, Number]:
    """A copy, and to whom and when it was handed over."""
    return {"release": ReleaseRef(copy["release"]), "recipient": PartyRef(copy["recipient"]), "day": copy["date"]}
