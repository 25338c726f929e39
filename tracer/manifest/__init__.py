"""The manifest `case.toml`: read and checked whole (`read`), compared with the case (`plan`), and applied (`apply`)."""

from __future__ import annotations

from tracer.manifest.apply import Applied, FilesRefused, apply_manifest, open_or_create
from tracer.manifest.model import Manifest
from tracer.manifest.read import read_manifest

__all__ = ["Applied", "FilesRefused", "Manifest", "apply_manifest", "open_or_create", "read_manifest"]
