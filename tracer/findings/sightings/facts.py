"""The register as attribution needs it: releases, who gave them to whom, and where each canary is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - a field of the contract is called `date`
from datetime import datetime

import duckdb

from tracer.documents import json_of
from tracer.marking.codes.channel import SECOND
from tracer.resources import statements_beside

statement = statements_beside(__file__)


@dataclass(frozen=True)
class Dataset:
    """The current version of a dataset."""

    no: int
    id: str
    holder: str
    obtained: Day | None
    created: Day | None
    own: bool
    contacts: int
    loaded_at: datetime
    """When it was loaded: canaries imported later are looked up, and their counts are not shown."""

    @property
    def seen(self) -> Day | None:
        """The day on which the holder is known to have had it: obtained, otherwise created."""
        return self.obtained if self.obtained is not None else self.created

    @property
    def born(self) -> Day | None:
        """The latest day on which it can have come into being: created, otherwise obtained."""
        return self.created if self.created is not None else self.obtained


@dataclass(frozen=True)
class Canary:
    """A controlled identity."""

    no: int
    kind: str
    phone: int | None
    """Key of its number."""
    email: int | None
    """Key of its mail address."""
    name: str | None
    organisation: str | None
    imported_at: datetime
    keys: tuple[int, ...] = ()
    """Its keys of other kinds: an invented person's, in lists without numbers."""

    @property
    def identifiers(self) -> tuple[int, ...]:
        """All its keys."""
        return tuple(key for key in (self.phone, self.email, *self.keys) if key is not None)


@dataclass(frozen=True)
class Release:
    """One copy of a dataset, handed to one recipient."""

    id: str
    dataset: str
    source: int | None
    """Number of that dataset's current version; None where the case does not hold it (any more)."""
    client: str | None
    recipient: str
    date: Day | None
    ends: Day | None
    draw: str | None
    """What the copies of one random draw have in common; None where the tool did not draw the canaries."""
    canaries: frozenset[int]
    """Its marks: without identities that only lend another's persona a number or an address."""
    unique: frozenset[int]
    withheld: int

    def later_than(self, dataset: Dataset) -> bool:
        """Whether the release was made only after `dataset` had come into being, so that it cannot be its source."""
        return self.date is not None and dataset.born is not None and self.date > dataset.born


@dataclass(frozen=True)
class RegisteredMarks:
    """The whole register of a case."""

    datasets: Mapping[str, Dataset]
    releases: tuple[Release, ...]
    canaries: Mapping[int, Canary]
    standing: Mapping[int, frozenset[str]]
    """Canary -> releases that hold its number or address."""

    clients: Mapping[str | None, frozenset[str]]
    withdrawn: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def of_client(self, client: str | None) -> frozenset[str]:
        """Ids of all releases of a client."""
        return self.clients.get(client, frozenset())


def read_marks(con: duckdb.DuckDBPyConnection) -> RegisteredMarks:
    """Read the register. Ties and orders are by id, so that the same case gives the same findings."""
    datasets = {row[1]: Dataset(*row) for row in con.execute(statement("datasets")).fetchall()}
    rows = con.execute(statement("canaries")).fetchall()
    canaries = {row[0]: Canary(*(*row[:7], tuple(row[7]))) for row in rows}
    members: dict[str, set[int]] = defaultdict(set)
    by_key: dict[int, set[str]] = defaultdict(set)
    for release, canary, scheme in con.execute(
        "SELECT release, canary, scheme FROM release_canary ORDER BY ALL"
    ).fetchall():
        for key in canaries[canary].identifiers:
            by_key[key].add(release)
        # A number lent to another's persona is in the same row: the two are one mark.
        if scheme != SECOND:
            members[release].add(canary)
    # The releases that hold a canary's number or its address, be it as another persona.
    standing = {
        no: frozenset[str]().union(*(by_key[key] for key in canary.identifiers)) for no, canary in canaries.items()
    }
    withheld = dict(con.execute("SELECT release, count(*) FROM withheld GROUP BY release ORDER BY ALL").fetchall())
    releases: list[Release] = []
    clients: dict[str | None, set[str]] = defaultdict(set)
    for identity, dataset, recipient, day, ends, drawn, commitment, design in con.execute(
        statement("releases")
    ).fetchall():
        source = datasets.get(dataset)
        own = frozenset(members.get(identity, set()))
        # The draw is named in the release's design, otherwise by the register's root.
        named = json_of(design).get("draw") if drawn and design else None
        release = Release(
            id=identity,
            dataset=dataset,
            source=None if source is None else source.no,
            client=None if source is None else source.holder,
            recipient=recipient,
            date=day,
            ends=ends,
            draw=None if not drawn else str(named) if named is not None else commitment,
            canaries=own,
            unique=frozenset(no for no in own if standing[no] == {identity}),
            withheld=withheld.get(identity, 0),
        )
        releases.append(release)
        clients[release.client].add(release.id)
    of_client = {client: frozenset(ids) for client, ids in clients.items()}
    gone = con.execute("SELECT canary, list(DISTINCT release ORDER BY release) FROM withdrawn_canary GROUP BY canary")
    withdrawn = {int(no): frozenset(copies) for no, copies in gone.fetchall()}
    return RegisteredMarks(datasets, tuple(releases), canaries, standing, of_client, withdrawn)
