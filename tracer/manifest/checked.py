"""Whether a manifest can be run, without a case: everything in it that can be wrong, and whether its files can be read
as what it calls them.

Loads nothing. What only a case can know is said, and not held against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracer.errors import InputRefused
from tracer.manifest.model import Known, Manifest, bare_holder
from tracer.manifest.plan import files_of
from tracer.manifest.read import read_manifest
from tracer.manifest.reading import unreadable

_NAMED = 3
"""Lists without a holder that are named."""


@dataclass(frozen=True)
class CheckedManifest:
    """A manifest that can be run, and what a person should know about it."""

    manifest: Manifest
    files: int
    notes: tuple[str, ...]
    """What is left to the case, parties that are named but not declared, and lists without a holder."""

    def line(self) -> str:
        """What it holds, in one line."""
        held = self.manifest
        counted = (
            (len(held.parties), "party", "parties"), (len(held.datasets), "list", "lists"),
            (len(held.releases), "copy handed out", "copies handed out"), (len(held.claims), "claim", "claims"),
            (len(held.signals) + len(held.complaints), "file of records", "files of records"),
        )  # fmt: skip
        parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in counted if count]
        files = f"{self.files:,} {'file' if self.files == 1 else 'files'}, all readable"
        return f"{held.path.name} can be run: {', '.join([*parts, files])}"


def check_manifest(path: Path, *, outside: bool = False) -> CheckedManifest:
    """Hold a manifest to all that is known without a case; `outside`: its paths may leave its folder.

    Raises:
        InputRefused: with all that is wrong, in the order of the manifest's lines; files that cannot be read come last.
    """
    manifest = read_manifest(path, outside=outside)
    files = list(files_of(manifest))
    problems = list(unreadable(manifest, files))
    if problems:
        raise InputRefused.many(problems)
    return CheckedManifest(manifest, len(files), (*_open(path, outside=outside), *_bare(manifest), *_unheld(manifest)))


def _open(path: Path, *, outside: bool) -> Iterator[str]:
    """What a case must hold for the manifest to be run."""
    try:
        read_manifest(path, Known(), outside=outside)
    except InputRefused as refused:
        for problem in refused.problems:
            yield f"left to the case: {problem.line()}"


def _bare(manifest: Manifest) -> Iterator[str]:
    for party in manifest.bare_parties:
        yield f"party {party} is named but not declared: it will have no name and no role"


def _unheld(manifest: Manifest) -> Iterator[str]:
    """Lists of which nothing says who held them."""
    ids = [entry.value.id for entry in manifest.datasets if entry.value.holder == bare_holder(entry.value.id)]
    if ids:
        most = _NAMED if len(ids) > _NAMED + 1 else len(ids)
        named = ", ".join(ids[:most]) + (f" and {len(ids) - most:,} more lists" if len(ids) > most else "")
        yield f"holder is not given for {named}: each gets a party of its own ({bare_holder(ids[0])})"
