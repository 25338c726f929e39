"""The rooms as they are: which functions a manifest calls."""

from __future__ import annotations

from pathlib import Path

from tracer.case.case import Case
from tracer.dossier.calling_rules import read_rules, replace_rules
from tracer.dossier.parties import resolve
from tracer.identify.organisation import same
from tracer.identify.segments import load_segments
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.model import ReadOptions
from tracer.manifest.model import CanariesEntry, ReleaseEntry, SignalsEntry
from tracer.manifest.rooms import Rooms
from tracer.marking.canary.intake import import_canaries
from tracer.marking.release.handed_over import ReleaseFacts, register_release_file
from tracer.signals.complaints import load_complaints
from tracer.signals.load import load_signals


def _dataset(case: Case, path: Path, facts: DatasetFacts, options: ReadOptions, replace: bool) -> Loaded:
    return load_dataset(case, path, facts, options, replace=replace)


def _canaries(case: Case, entry: CanariesEntry) -> tuple[str, ...]:
    case.vault.store(entry.path)
    return import_canaries(case.con, entry.path, kind=entry.kind, region=case.region).warnings


def _release(case: Case, entry: ReleaseEntry) -> tuple[str, ...]:
    facts = ReleaseFacts(
        entry.id, entry.dataset, resolve(case.con, entry.recipient), entry.date, entry.ends, entry.purpose,
        entry.use_basis, entry.evidence, entry.canary_rows,
    )  # fmt: skip
    if entry.path is not None:
        case.vault.store(entry.path)
    return register_release_file(case.con, facts, entry.path, case.region).notes


def _signals(case: Case, entry: SignalsEntry) -> None:
    load_signals(case, entry.path, entry.format)


def _complaints(case: Case, entry: SignalsEntry) -> None:
    load_complaints(case, entry.path)


def _segments(case: Case, path: Path) -> None:
    load_segments(case.con, path)


def _rules(case: Case, path: Path) -> None:
    replace_rules(case.con, read_rules(path))


ROOMS = Rooms(
    load_dataset=_dataset, import_canaries=_canaries, register_release=_release, load_signals=_signals,
    load_complaints=_complaints, load_segments=_segments, load_rules=_rules, alike=same,
)  # fmt: skip
