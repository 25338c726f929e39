"""What marks a release: its canaries, its withheld rows, and where they are seen. Attribution and retention read it."""

from tracer.findings.sightings.codes import DrawnCode, read_codes, read_shown_contacts
from tracer.findings.sightings.facts import Canary, Dataset, RegisteredMarks, Release, read_marks
from tracer.findings.sightings.hashed import held_identifiers
from tracer.findings.sightings.sightings import (
    CanaryChance,
    Sightings,
    chance_overlap,
    read_background,
    read_sightings,
    read_withheld_together,
)

__all__ = ["Canary", "CanaryChance", "Dataset", "DrawnCode", "RegisteredMarks", "Release", "Sightings"]
__all__ += ["chance_overlap", "held_identifiers", "read_background", "read_codes", "read_marks", "read_shown_contacts"]
__all__ += ["read_sightings", "read_withheld_together"]
