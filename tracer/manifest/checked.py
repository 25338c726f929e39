"""Whether a manifest can be run, without a case: `run`'s own work, on a case in memory of which nothing stays.

What only the user's case can know is said, and not held against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tracer.case.memory import memory_case
from tracer.dossier.evidence import add_evidence
from tracer.dossier.vocabulary import refuse
from tracer.manifest.apply import Applying, files_of
from tracer.manifest.model import Manifest
from tracer.manifest.read import read_in_part
from tracer.meter import SILENT, Meter
from tracer.records import Evidence
from tracer.signals.load import NO_RELEASE

_LEFT = "left to the case: "


@dataclass(frozen=True)
class CheckedManifest:
    """A manifest that can be run, and what a person should know about it."""

    manifest: Manifest
    files: int
    notes: tuple[str, ...]
    """What is left to the case, and what `run` notes of the manifest and its files."""

    def line(self) -> str:
        """What it holds, in one line."""
        held = self.manifest
        counted = (
            (len(held.parties), "party", "parties"),
            (len(held.datasets), "list", "lists"),
            (len(held.releases), "copy handed out", "copies handed out"),
            (len(held.claims), "claim", "claims"),
            (len(held.signals) + len(held.complaints), "file of records", "files of records"),
        )
        parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in counted if count]
        files = f"{self.files:,} {'file' if self.files == 1 else 'files'}, all readable"
        return f"{held.path.name} can be run: {', '.join([*parts, files])}"


def check_manifest(path: Path, *, outside: bool = False, meter: Meter = SILENT) -> CheckedManifest:
    """Hold a manifest to all that is known without a case, and read its files as `run` would; keeps nothing.

    outside: its paths may leave its folder.

    Raises:
        InputRefused: with all that is wrong: with the manifest, in the order of its lines, then with those of its files
            that can be read all the same.
    """
    manifest, wrong, open_ = read_in_part(path, outside=outside)
    notes = [_LEFT + problem.line() for problem in open_]  # what a case must hold for the manifest to be run
    with memory_case(originals=False) as case:
        for cited in {one for entry in manifest.entries() for one in getattr(entry.value, "evidence", ())}:
            if cited not in {piece.value.id for piece in manifest.evidence}:
                add_evidence(case.con, case.vault, Evidence(cited, text=_LEFT))
        done = Applying(case, manifest, meter).all()
    notes += done.notes + [f"{one.dataset}: {note}" for one in done.loaded for note in one.notes]
    left = [one for one in done.problems if NO_RELEASE in one.what]
    refuse([*wrong, *(one for one in done.problems if one not in left)])
    notes += [_LEFT + one.line() for one in left]
    files = sum(1 for _, _, entry in files_of(manifest) if entry.file is not None)
    return CheckedManifest(manifest, files, tuple(notes))
