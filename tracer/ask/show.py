"""The chain of a dataset, a copy or a party as a tree: where it came from, where it went, what was said of it.

Reads the documented views only. A list that is in the tree already is named again and not opened again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from tracer.ask.named import id_called
from tracer.ask.story import Teller, sentences
from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Reason, Ref, ReleaseRef, Text, reason_of
from tracer.findings.statements import headlines, statements
from tracer.policy import Narrowed
from tracer.wording import coded_reason, data_word

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
    """The reason that the text is made of, as it may be shown (`wording.coded_reason`)."""
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
    Raises `UsageError`: the case has nothing of that name, or it is neither.
    """
    tree = _Tree(con, least, narrowed, lang)
    name = id_called(con, name, "show", ("dataset", "release", "party"))
    if name in tree.lists:
        found = tree.dataset(name)
    else:
        found = tree.release(name, set(), 0) if name in tree.copies else tree.party(tree.merged[name])
    if untraced is None:
        return found
    return replace(found, branches=(tree.branch(untraced, kind="note"), *found.branches))


class _Tree:
    def __init__(self, con: duckdb.DuckDBPyConnection, least: float, narrowed: Narrowed, lang: str) -> None:
        self.teller = Teller(con, lang, narrowed, views=())
        self.voice, self._rows, self.copies = self.teller.voice(), self.teller.rows, self.teller.copies
        parties = self._rows("SELECT party, role, merged_into FROM views.parties ORDER BY party")
        self.roles = {row["party"]: row["role"] or "" for row in parties}
        self.merged = {row["party"]: row["merged_into"] or row["party"] for row in parties}
        self.lists, likely = self.teller.lists, "WHERE probability >= $least ORDER BY"
        self.copied = self._rows(
            f"SELECT * FROM views.derivations {likely} probability DESC, parent, child", least=least
        )
        self.kept = self._rows(f"SELECT * FROM views.retention {likely} first_seen, seen_in, release", least=least)
        self.named = self._rows("SELECT * FROM views.attributions WHERE accused ORDER BY grade DESC, dataset, release")
        self.registered = self._rows(
            "SELECT * FROM views.explanations WHERE kind = 'register' AND probability >= $least"
            " ORDER BY probability DESC, giver, taker",
            least=least,
        )
        self.unnamed = statements(self.teller.queried, ("unnamed",))

    def branch(self, said: Reason, grade: str = "", kind: str = "", branches: Iterable[Branch] = ()) -> Branch:
        """A line that says a reason, then what hangs on it: names are introduced in the order of the lines."""
        return Branch(self.voice.say(said), grade, kind, coded_reason(said), tuple(branches))

    def _groups(self, *groups: tuple[Reason, Iterable[Branch]]) -> Iterator[Branch]:
        """Those that have something, under their titles."""
        for title, branches in groups:
            if found := tuple(branches):
                yield self.branch(title, kind="group", branches=found)

    # ------------------------------------------------------------------ datasets
    def _label(self, name: str) -> Reason:
        row = self.lists.get(name)
        if row is None:
            return Reason.of("tree-not-loaded", dataset=DatasetRef(name))
        purged = row["purged_at"]
        return Reason.of(
            "tree-list",
            dataset=DatasetRef(name),
            holder=PartyRef(row["holder"]),
            day=headlines.day_of_list(row["origin"], row["obtained"], row["created"]),
            contacts=Count(row["contacts"], across_lists=False),
            purged=None if purged is None else purged.date(),
        )

    def dataset(self, name: str) -> Branch:
        """A list with what became of its file's lines, where that is known; where it came from and went."""
        label, row = self._label(name), self.lists[name]
        if row["lines"] is not None:
            others = [(name, row[name]) for name in ("header", "title", "blank", "continued", "left_out")]
            said = [Reason(f"account-{headlines.kebab(name)}", {"n": n}) for name, n in others if n]
            other = Text(" + ".join(map(self.voice.say, said))) if said else None
            counted = {name: row[name] for name in ("lines", "rows", "further")}
            lines = Reason.of("tree-account", **counted, other=other)
            label = Reason.of("tree-list-of-file", list=label, account=lines)

        # What is said of people who refused and are in the list, or are in other lists and refused in this one.
        refusals = (one for one in statements(self.teller.queried, ("refusal", "inside")) if name in one.lists)

        def groups() -> Iterator[Branch]:
            found = self._groups(
                (Reason.of("tree-came-from"), self._origins(name, {name}, 0)),
                (Reason.of("tree-went-to"), self._takers(name, {name}, 0)),
                (Reason.of("why-title-alias-origins"), self._named_by_addresses(name)),
                (Reason.of("story-refusals"), (self.branch(one.said) for one in refusals)),
            )
            yield from tuple(found) or (self.branch(Reason.of("tree-nothing")),)

        return self.branch(label, kind="dataset", branches=groups())

    def _named_by_addresses(self, name: str) -> Iterator[Branch]:
        """Services that addresses of the list name, each with what speaks against it first."""
        for row in self._rows("SELECT * FROM views.alias_origins WHERE stated ORDER BY dataset, p_value, origin"):
            if row["dataset"] == name:
                doubt = (self.branch(reason_of(one), kind="note") for one in row["against"][:1])
                yield self.branch(reason_of(row["reasons"][0]), branches=doubt)

    def _origins(self, name: str, seen: set[str], depth: int) -> Iterator[Branch]:
        """The copies and lists that `name` came from, each with its own sources; a copy by its reading, before by the
        marks that only name it."""
        behind: dict[str, dict[str, Any]] = {}
        for row in (*self.kept, *self.named):
            if row.get("seen_in", row["dataset"]) == name and row["release"] in self.copies:
                behind.setdefault(row["release"], row)
        for release, row in behind.items():
            if "seen_in" in row:
                how = headlines.reading_sure(row)
            else:
                how = Reason.of("tree-marks", marks=Text(sentences(headlines.marks(row), self.voice)))
            copy = self.copies[release]
            opened = (self._list_branch(one, seen, depth, up=True) for one in [copy["dataset"]])
            found = Reason.of("tree-found", what=Reason("tree-copy-behind", _handover_numbers(copy)), how=how)
            yield self.branch(found, row["grade"], "release", opened)
        for one in self.unnamed:
            if one.row["dataset"] == name:
                yield self.branch(one.said, one.grade)
        yield from self._of_registers(name, registers=False)
        explained = {self.copies[release]["dataset"] for release in behind}
        for row in self.copied:
            if row["child"] == name and row["parent"] not in explained:
                how = headlines.derivation_sure(row)
                yield self._list_branch(
                    row["parent"], seen, depth, up=True, how=how, grade=row["grade"], via=row["via"]
                )

    def _of_registers(self, name: str, *, registers: bool) -> Iterator[Branch]:
        """Registers of the case that explain what is in `name`; or, of a register, the lists that it explains."""
        for row in self.registered:
            pair = [row["giver"], row["taker"]]
            public = [one for one in pair if one in self.lists and self.lists[one]["origin"] == "register"]
            if name in pair and len(public) == 1 and (public == [name]) == registers:
                said = headlines.list_relation("register", DatasetRef(pair[0]), DatasetRef(pair[1]))
                yield self.branch(Reason.of("tree-found", what=said, how=headlines.sure(row)))

    def _takers(self, name: str, seen: set[str], depth: int) -> Iterator[Branch]:
        """The copies made of `name` and the lists that were copied from it."""
        made = [release for release, copy in self.copies.items() if copy["dataset"] == name]
        for release in made:
            yield self.release(release, seen, depth)
        for one in self.unnamed:
            if one.row["client"] == self.lists[name]["holder"] and one.row["release"] in made:
                yield self.branch(one.said, one.grade)
        yield from self._of_registers(name, registers=True)
        explained = {row["seen_in"] for row in self.kept if row["release"] in made}
        for row in self.copied:
            if row["parent"] == name and row["child"] not in explained:
                how = headlines.derivation_sure(row)
                yield self._list_branch(row["child"], seen, depth, up=False, how=how, grade=row["grade"])

    def _list_branch(
        self,
        name: str,
        seen: set[str],
        depth: int,
        *,
        up: bool,
        how: Reason | None = None,
        grade: str = "",
        via: str | None = None,
    ) -> Branch:
        """A list with its sources, or what came of it; `how` it was found, by way of which proposed list."""
        again = name in seen or depth >= DEEPEST
        what = Reason.of("tree-elsewhere", list=self._label(name)) if again else self._label(name)
        if not again:
            seen.add(name)
        if via:
            what = Reason.of("tree-via", list=what, via=Ref(via))
        walk = self._origins if up else self._takers
        return self.branch(
            what if how is None else Reason.of("tree-found", what=what, how=how),
            grade,
            "again" if again else "dataset",
            () if again else walk(name, seen, depth + 1),
        )

    # ------------------------------------------------------------------ copies
    def release(self, name: str, seen: set[str], depth: int) -> Branch:
        """A copy with the lists that came from it."""
        copy = self.copies[name]
        rows = (row for row in self.kept if row["release"] == name)
        found = ((row["seen_in"], headlines.reading_sure(row), row["grade"]) for row in rows)
        opened = (self._list_branch(one, seen, depth, up=False, how=how, grade=grade) for one, how, grade in found)
        said = Reason("tree-copy", {**_handover_numbers(copy), "ends": copy["ends"]})
        return self.branch(said, kind="release", branches=opened)

    # ------------------------------------------------------------------ parties
    def party(self, name: str) -> Branch:
        """A party with what it was given, holds, handed on, and says."""
        given = [copy for copy in self.copies.values() if self.merged.get(copy["recipient"], copy["recipient"]) == name]
        held = [row for row in self.lists.values() if self.merged.get(row["holder"], row["holder"]) == name]
        seen: set[str] = set()
        role = Text(data_word("page-role", self.roles[name], self.teller.lang)) if self.roles.get(name) else None
        known = self.teller.replies
        state = headlines.reply_state(known[name].state if name in known else "not_asked")
        chains = self._rows("SELECT * FROM views.chains ORDER BY grade DESC, parties, datasets")
        claims = self._rows("SELECT * FROM views.claims ORDER BY claim")
        groups = self._groups(
            (Reason.of("tree-was-given"), (self.release(copy["release"], seen, 0) for copy in given)),
            (Reason.of("tree-holds"), (self.dataset(row["dataset"]) for row in held)),
            (Reason.of("tree-hands"), (self._chain(row) for row in chains if name in row["parties"])),
            (Reason.of("tree-relations"), self._relations(name)),
            (
                Reason.of("tree-says"),
                (
                    self.branch(headlines.claim(row), row["grade"])
                    for row in claims
                    if self.merged.get(row["party"], row["party"]) == name
                ),
            ),
        )
        said = Reason.of("tree-party", party=PartyRef(name), role=role, state=state)
        return self.branch(said, kind="party", branches=groups)

    def _chain(self, row: dict[str, Any]) -> Branch:
        by = (self.branch(one) for one in [headlines.chain_by(row)])  # after the chain itself
        return self.branch(headlines.chain(row), row["grade"], branches=by)

    def _relations(self, name: str) -> Iterator[Branch]:
        for row in self._rows("SELECT * FROM views.relations ORDER BY date, relation"):
            ends = [self.merged.get(row[end], row[end]) for end in ("from_party", "to_party")]
            if name in ends:
                relation, basis = headlines.relation(row["kind"], *ends), str(row["basis"] or "alleged")
                said = Reason.of("tree-relation", relation=relation, day=row["date"], basis=Reason(f"basis-{basis}"))
                yield self.branch(said)


def _handover_numbers(copy: dict[str, Any]) -> dict[str, Number]:
    """A copy, and to whom and when it was handed over."""
    return {"release": ReleaseRef(copy["release"]), "recipient": PartyRef(copy["recipient"]), "day": copy["date"]}
