"""Where things lie in a case folder."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from tracer.case.journal import mark_path
from tracer.documents import json_of
from tracer.errors import CaseUnavailable, InputRefused
from tracer.file_writing import write_durably
from tracer.input_files import text_of

FORMAT = 1
"""Version of the folder's layout and of the store's schema."""


class Layout:
    """The paths of one case folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.card = folder / "case.json"
        """What kind of folder this is; nothing secret and nothing personal."""
        self.store = folder / "case.duckdb"
        self.wal = folder / "case.duckdb.wal"
        """DuckDB's write-ahead log; lies there while a command writes, and after one was killed."""
        self.seal = folder / "case.seal"
        """The keyed record of every block of the closed store."""
        self.originals = folder / "originals"
        self.journal = folder / "journal.jsonl"
        self.journal_mark = mark_path(self.journal)
        """How far the journal goes, under the case's key."""
        self.spill = folder / "spill"
        """Where DuckDB may spill (encrypted) and where files being written wait."""
        self.rotation = folder / "rotation.json"
        """The mark that a key rotation is complete on disk and only renames are left."""


@dataclass(frozen=True)
class CaseCard:
    """The contents of `case.json`."""

    case_id: str
    """Random id of the case; names its key in a key store."""
    key_check: str
    """Keyed check value: distinguishes a wrong key from a damaged store."""


_LONGEST_CARD = 4096
_ID = re.compile("[0-9a-f]{1,64}")
_OURS = ("case.", "journal", "originals", "spill", "rotation")
"""How the names of everything begin that `tracer` opens in a case folder."""


def refuse_crooked(layout: Layout) -> None:
    """Raise `CaseUnavailable` where an entry of the folder is not of the kind that `tracer` makes.

    The folder may come from a stranger: through a link, reading, writing and tidying up would leave it.
    """
    for folder in (layout.folder, layout.originals, layout.spill):
        try:
            for entry in list(os.scandir(folder)):
                top = folder == layout.folder
                plain = entry.is_file(follow_symlinks=False) or (top and entry.is_dir(follow_symlinks=False))
                if not plain and (not top or entry.name.startswith(_OURS)):
                    what = "this entry of the case folder is a link or a special file"
                    remedy = "put the file or folder itself there, or get the case again"
                    raise CaseUnavailable(what, where=entry.path, remedy=remedy)
        except OSError as error:
            what = f"the folder cannot be read ({error.strerror})"
            raise CaseUnavailable(what, where=str(folder), remedy="restore the case from a backup") from error


def is_case(folder: Path) -> bool:
    """Whether `folder` looks like a case."""
    return Layout(folder).card.is_file()


def write_card(layout: Layout, card: CaseCard) -> None:
    """Write `case.json`, replacing it in one step."""
    text = json.dumps({"tracer_case": FORMAT, "id": card.case_id, "key_check": card.key_check}, indent=1)
    write_durably(text.encode() + b"\n", layout.card)


def read_card(layout: Layout) -> CaseCard:
    """Read `case.json`.

    Raises `CaseUnavailable` where the folder is not a case or was made by a newer version.
    """
    if not layout.folder.is_dir():
        raise CaseUnavailable("no such folder", where=str(layout.folder), remedy="make a case with: tracer init DIR")
    if not layout.card.is_file():
        raise CaseUnavailable("not a case", where=str(layout.folder), remedy="make one with: tracer init DIR")
    try:
        content = json_of(text_of(layout.card, at_most=_LONGEST_CARD, links=False))
        version, case_id, key_check = content["tracer_case"], str(content["id"]), str(content["key_check"])
        if not _ID.fullmatch(case_id):
            raise ValueError(case_id)  # it becomes part of a path: that of the key
    except (OSError, ValueError, KeyError, TypeError, RecursionError, InputRefused) as error:
        raise CaseUnavailable(
            "the case's card is damaged", where=str(layout.card), remedy="restore the case from a backup"
        ) from error
    if version != FORMAT:
        what = f"the case has format {version}, this version reads format {FORMAT}"
        raise CaseUnavailable(what, where=str(layout.folder), remedy="use the version of tracer that made it")
    return CaseCard(case_id, key_check)


def make_folder(folder: Path) -> Layout:
    """Make the folders of a new case.

    Raises `InputRefused` where `folder` holds something already.
    """
    layout = Layout(folder)
    if is_case(folder):
        raise InputRefused("a case already exists here", where=str(folder), remedy="use it, or name another folder")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputRefused(
            "the folder is not empty and not a case", where=str(folder), remedy="name an empty or a new folder"
        )
    try:
        for path in (folder, layout.originals, layout.spill):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputRefused(
            f"cannot make the folder ({error.strerror})", where=str(folder), remedy="name a folder you may write to"
        ) from error
    return layout
