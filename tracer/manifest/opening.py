"""The case that a manifest is for: opened where there is one, made where there is none, unmade if it stays empty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracer.case.case import Case, create_case, open_case
from tracer.case.key import KeyStore
from tracer.case.layout import Layout, is_case, read_card
from tracer.manifest.model import Known, Manifest
from tracer.manifest.read import read_manifest

APPLIED = "manifest:applied"
"""Named value of a case to which a manifest has been applied."""


@contextmanager
def open_or_create(folder: Path, manifest: Manifest, *, key_file: Path | None = None) -> Iterator[Case]:
    """Open the case in `folder`, or make it with the manifest's name and region.

    A case that was made for a manifest which then is refused is removed again with its key: nothing of it is kept.

    Raises:
        InputRefused: there is no case yet, and the manifest names datasets or evidence that it does not hold itself.
        CaseUnavailable: see `open_case`.
    """
    if is_case(folder):
        with open_case(folder, key_file=key_file) as case:
            yield case
        return
    read_manifest(manifest.path, Known(), outside=manifest.outside)
    existed, had_key = folder.exists(), key_file is not None and key_file.exists()
    case = create_case(folder, name=manifest.name or "", region=manifest.region, key_file=key_file)
    try:
        with case:
            yield case
    except BaseException:
        if not _applied(folder, key_file):
            card = read_card(Layout(folder))
            shutil.rmtree(folder)
            if existed:
                folder.mkdir()
            if not had_key:
                KeyStore(card.case_id, key_file).forget()
        raise


def _applied(folder: Path, key_file: Path | None) -> bool:
    with open_case(folder, key_file=key_file, read_only=True) as case:
        return case.meta(APPLIED) != ""
