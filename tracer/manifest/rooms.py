"""The rooms that a manifest calls, behind one value: what it asks of lists, marking, signals and identify."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tracer.case.case import Case
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.model import ReadOptions
from tracer.manifest.model import CanariesEntry, ReleaseEntry, SignalsEntry


@dataclass(frozen=True)
class Rooms:
    """Each function loads one thing inside the caller's transaction and raises `InputRefused` for bad input."""

    load_dataset: Callable[[Case, Path, DatasetFacts, ReadOptions, bool], Loaded]
    """(case, file, facts, options, replace)"""
    import_canaries: Callable[[Case, CanariesEntry], tuple[str, ...]]
    """(case, entry) → warnings; identities the case has are not doubled."""
    register_release: Callable[[Case, ReleaseEntry], tuple[str, ...]]
    """(case, entry) → notes; a release of this id that is there is registered again."""
    load_signals: Callable[[Case, SignalsEntry], None]
    """(case, entry)"""
    load_complaints: Callable[[Case, SignalsEntry], None]
    """(case, entry)"""
    load_segments: Callable[[Case, Path], None]
    """(case, file): takes the place of the segment table."""
    load_rules: Callable[[Case, Path], None]
    """(case, file): takes the place of the calling rules."""
    alike: Callable[[str, str], float | None]
    """How alike two names of organisations are, 0 to 1; None: apart."""
