"""Nodes: parties with their right of reply, datasets, releases; and the register that keeps their ids apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeAlias

import duckdb

from tracer.dossier.replies import reply_state
from tracer.graph.model import KINDS, Node, make_node
from tracer.resources import statements_beside

Row: TypeAlias = tuple[Any, ...]

_statement = statements_beside(__file__)


def rows_of(
    con: duckdb.DuckDBPyConnection,
    name: str,
    parameters: dict[str, object] | None = None,
    over: Callable[[str], str] = str,
) -> list[Row]:
    """The rows of `sql/<name>.sql`, whose ORDER BY leaves no ties open; `over`: what becomes of the statement."""
    return con.execute(over(_statement(name)), parameters or {}).fetchall()


def key(kind: str, ref: str) -> str:
    """Names a node before final ids are given: `kind:ref`."""
    return f"{kind}:{ref}"


def key_of(node: Node) -> str:
    """The `key` of a node."""
    return key(node["kind"], node["ref"])


def iso(moment: date | datetime | None) -> str | None:
    """A date as `2026-05-01`; a moment loses its time of day."""
    if moment is None:
        return None
    return (moment.date() if isinstance(moment, datetime) else moment).isoformat()


class NodeRegister:
    """All nodes by kind and by the id that the case's rows use; final ids are given once, at the end."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[str, str], Node] = {}
        self._merged: dict[str, str] = {}

    def add(self, node: Node) -> Node:
        """Adds `node`; of two with the same kind and id the first stays."""
        return self._nodes.setdefault((node["kind"], node["ref"]), node)

    def merge(self, party: str, into: str) -> None:
        """From now on `party` stands for the party `into`."""
        self._merged[party] = into

    def party(self, ref: str) -> Node:
        """The node of a party, after merges; one without a description gets a bare node."""
        seen: set[str] = set()
        while ref in self._merged and ref not in seen:
            seen.add(ref)
            ref = self._merged[ref]
        return self.add(make_node("party", ref))

    def get(self, kind: str, ref: str) -> Node | None:
        """The node of that kind, or None."""
        return self._nodes.get((kind, ref))

    def id_of(self, node_key: str) -> str | None:
        """The final id of the node with that `key`, or None where there is none; after `settle`."""
        kind, _, ref = node_key.partition(":")
        node = self.get(kind, ref)
        return None if node is None else node["id"]

    def settle(self) -> list[Node]:
        """All nodes by kind and id, each `id` now unique: a clash prefixes the later kind."""
        taken: set[str] = set()
        ordered = sorted(self._nodes.values(), key=lambda node: (KINDS.index(node["kind"]), node["ref"]))
        for node in ordered:
            node["id"] = node["ref"] if node["ref"] not in taken else f"{node['kind']}:{node['ref']}"
            taken.add(node["id"])
        return ordered


def add_parties(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> None:
    """Parties, and how far their right of reply has come."""
    for ref, name, role, province, industry, protected, merged_into, evidence, registration in rows_of(con, "parties"):
        if merged_into is not None:
            register.merge(ref, merged_into)
            continue
        register.add(
            make_node(
                "party",
                ref,
                name,
                role=role,
                province=province,
                industry=industry,
                protected=protected,
                evidence=evidence,
                reply="not_asked",
                registration=registration,
            )
        )
    for ref, asked, deadline, answered, text, spoken, translation in rows_of(con, "replies"):
        node = register.party(ref)
        node["reply"] = reply_state(asked, deadline, answered)
        node["reply_asked"], node["reply_deadline"] = iso(asked), iso(deadline)
        node["reply_answered"], node["reply_text"] = iso(answered), text
        node["reply_language"], node["reply_translation"] = spoken, translation


def add_datasets(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> None:
    """Current datasets, each within its holder."""
    for ref, holder, origin, obtained, created, rows, contacts, purged_at, evidence in rows_of(con, "datasets"):
        register.add(
            make_node(
                "dataset",
                ref,
                role=origin,
                party=key_of(register.party(holder)),
                date=iso(obtained),
                created=iso(created),
                rows=rows,
                contacts=contacts,
                purged=iso(purged_at),
                evidence=evidence,
            )
        )


def add_releases(con: duckdb.DuckDBPyConnection, register: NodeRegister) -> list[Row]:
    """Releases, each within its recipient; gives back their rows for the edges."""
    releases = rows_of(con, "releases")
    for row in releases:
        ref, dataset, recipient, day, ends, rows, _purpose, use_basis, _registered, _copy, evidence, canaries = row
        register.add(make_node("dataset", dataset))
        register.add(
            make_node(
                "release",
                ref,
                role=use_basis,
                party=key_of(register.party(recipient)),
                dataset=key("dataset", dataset),
                date=iso(day),
                until=iso(ends),
                rows=rows,
                canaries=canaries,
                evidence=evidence,
            )
        )
    return releases
