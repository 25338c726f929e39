"""A first manifest for a folder of files: what each file is, its columns, the day in its name; the rest to fill in.

It loads the files into a case in memory of which nothing stays, so that a list is what `run` would load. Guesses are
written as they are, with a comment where a person has to look; what cannot be known (who held a list) is left in
comments, so that the manifest can be run as it is, but for countries of numbers that only a person knows.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.documents import toml_value
from tracer.dossier.vocabulary import ROLES
from tracer.errors import InputRefused
from tracer.file_writing import write_new
from tracer.input_files import files_below
from tracer.lists.load import NothingInIt, load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.made_id import day_in_name, id_from_name, id_with_folder, is_personal, numbered_id, short_hash
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import PartRead, ReadOptions
from tracer.lists.read.words import shown_headings
from tracer.manifest.json_schema import FILE, schema_text
from tracer.signals.formats import SignalFormat
from tracer.signals.load import document_format
from tracer.signals.tables import format_of_parts, is_json, land_table

MANIFEST = "case.toml"
_MOST = 1_000
"""Files of one folder: a person has to look through what is written."""
_NO_ROLE = frozenset({"other", "id", "key", "secret", "site"})
"""What is not worth fixing in a manifest, or is found by more than a heading."""
_PURPOSES = {
    "canaries": re.compile(r"canar|control|金丝雀|埋设", re.IGNORECASE),
    "complaints": re.compile(r"complain|投诉", re.IGNORECASE),
    "release": re.compile(r"\b(?:releases?|copies)\b|发放|交付", re.IGNORECASE),
    "line": re.compile(r"^lines?/|线路", re.IGNORECASE),
    "evidence": re.compile(r"evidence|证据", re.IGNORECASE),
}
"""What names of files and folders say of their purpose, in this order."""
_HEAD = """\
#:schema ./{schema}
# Written by `tracer manifest new` from the files in this folder. Look through it, fill in what is marked FILL IN, then:
#   tracer manifest check {manifest}
#   tracer run {manifest}
# `tracer help manifest` explains every table and key.

[case]
name = {name}
# region = "CN"   # country of numbers without a country code, if the lists' own signs do not do

# FILL IN: who is involved; one [[party]] each. Roles:
{roles}
# [[party]]
# id = "party-1"
# name = "…"
# role = "other"
"""

_ROLES = fill(", ".join(ROLES), 110, initial_indent="#   ", subsequent_indent="#   ")


@dataclass(frozen=True)
class ProposedManifest:
    """A manifest that was written for a folder."""

    path: Path
    counts: dict[str, int]
    """Table → how many of it were written."""
    left_out: tuple[str, ...]


def propose_manifest(folder: Path) -> ProposedManifest:
    """Write `case.toml`, and its schema for editors, into a folder of files.

    Raises `InputRefused`: the folder is missing, or holds no file, too many, or a manifest already.
    """
    if not folder.is_dir():
        raise InputRefused("no such folder", where=str(folder), remedy="name the folder of the files")
    target = folder / MANIFEST
    if target.exists():
        raise InputRefused("there is a manifest already", where=str(target), remedy="edit it, or rename it first")
    files = [file for file in files_below(folder) if file.name != FILE]  # which this writes
    if not files:
        raise InputRefused("no file in this folder", where=str(folder), remedy="put the lists into it first")
    if len(files) > _MOST:
        what = f"{len(files):,} files, more than {_MOST:,}"
        raise InputRefused(what, where=str(folder), remedy="name a folder of fewer")
    counts, left_out, ids = dict[str, int](), list[str](), set[str]()
    name = toml_value(folder.resolve().name or "case")
    text = _HEAD.format(schema=FILE, manifest=MANIFEST, name=name, roles=_ROLES)
    with memory_case(originals=False) as case:
        for file in files:
            written = file.relative_to(folder).as_posix()
            table, lines = _table(case, file, written, ids)
            if table is None:
                left_out.append(f"{written}: {lines[0]}")
                lines = [f"# {written}: {lines[0]}", *lines[1:]]
            else:
                counts[table] = counts.get(table, 0) + 1
            text += "\n" + "\n".join(lines) + "\n"
    write_new(text.encode("utf-8", "replace"), target)
    if not (folder / FILE).exists():
        write_new(schema_text().encode(), folder / FILE)
    return ProposedManifest(target, counts, tuple(left_out))


class _NotKept(Exception):
    """Rolls back what was only looked at."""


def _list(case: Case, file: Path, own: str) -> tuple[tuple[PartRead, ...], SignalFormat | None]:
    """A file loaded as a list, which the case keeps next to the others, or the format of records that it is instead."""
    options = ReadOptions(region=case.region, find_region=not case.region_is_said)
    with suppress(_NotKept), case.transaction():
        parts = load_dataset(case, file, DatasetFacts(own, "holder"), options).parts
        # Records of JSON have paths of their own.
        form = _records(case, file) if is_json(file) else format_of_parts(case.con, parts, file)
        if form is not None:
            raise _NotKept
    return parts, form


def _records(case: Case, file: Path) -> SignalFormat | None:
    """The format of a table of records that holds no number which a list would hold."""
    form = None
    with suppress(InputRefused):
        form, pieces = land_table(case.con, file, None)
        for piece in pieces:
            drop_raw(case.con, piece.table)
    return form


def _table(  # noqa: PLR0911 - one answer a kind
    case: Case, file: Path, written: str, ids: set[str]
) -> tuple[str | None, list[str]]:
    """The table of a file and its lines, or None and why there is none."""
    if written != written.encode("utf-8", "replace").decode():
        return None, ["its name is not UTF-8: rename it"]
    path = f"path = {toml_value(written)}"
    document = document_format(file)
    if document is not None and document.reader != "sqlite":  # what is a database may be a list
        return "signals", ["[[signals]]", path, f"format = {toml_value(document.name)}"]
    purpose = next((table for table, words in _PURPOSES.items() if words.search(written)), None)
    if purpose == "evidence":
        return "evidence", _evidence(file, path, ids)
    if purpose in ("canaries", "complaints"):
        return purpose, [f"[[{purpose}]]", path]
    if purpose == "line":
        return "line", ["[[line]]", f"id = {toml_value(_own(file, ids))}", path]
    form, parts, refused = None, tuple[PartRead, ...](), None
    try:
        parts, form = _list(case, file, f"list-{short_hash(written)}")
    except InputRefused as problem:
        refused, form = problem.problems[0], _records(case, file)
    if form is not None:
        return "signals", ["[[signals]]", path, f"format = {toml_value(form.name)}"]
    asked = re.search(r"--region (\w+)", refused.remedy) if refused is not None else None
    if refused is not None and asked is not None and not isinstance(refused, NothingInIt):
        country = f'# region = "{asked[1]}"   # FILL IN: {refused.what}'
        return "dataset", [*_dataset(file, path, parts, ids), country]
    if refused is not None and file.suffix.lower() in (".toml", ".py", ".md", ".sql"):
        return None, [refused.what]
    if isinstance(refused, NothingInIt):
        return None, [f"{refused.what}: say which column holds what in `columns`, or leave it out"]
    if refused is not None:
        return "evidence", [*_evidence(file, path, ids), f"# not read as a list: {refused.what}"]
    if purpose == "release":
        what = "seems to be a copy that was handed out: FILL IN of which list, to whom and when"
        return None, [what, "# [[release]]", '# dataset = "…"', '# to = "party-1"', "# date = 2026-01-31", f"# {path}"]
    return "dataset", list(_dataset(file, path, parts, ids))


def _evidence(file: Path, path: str, ids: set[str]) -> list[str]:
    lines = ["[[evidence]]", f"id = {toml_value(_own(file, ids))}", path]
    return [*lines, *_day(file, "acquired"), '# kind = "…"   # FILL IN: receipt, contract, screenshot …']


def _dataset(file: Path, path: str, parts: tuple[PartRead, ...], ids: set[str]) -> Iterator[str]:
    yield "[[dataset]]"
    yield f"id = {toml_value(_own(file, ids))}"
    yield path
    yield '# holder = "party-1"   # FILL IN: id of the [[party]] that it was obtained from'
    yield from _day(file, "obtained")
    yield "# created = 2026-01-01   # the day it came into being, if that is known"
    yield "# exported = 2026-01-31   # the day of this export, if that is known"
    yield "# living = true   # if the list went on after its first day, as a customer database does; false: if not"
    yield '# origin = "own"   # if it is the client\'s own list; "register": a public source'
    columns = _columns(parts)
    if columns:
        yield f"columns = {{ {', '.join(columns)} }}"


def _columns(parts: tuple[PartRead, ...]) -> list[str]:
    """`phone = "手机号"` of each role that headings name; none where the parts differ, or a heading is not one."""
    headers = {part.header for part in parts}
    if len(headers) != 1:
        return []
    shown, held = shown_headings(parts[0].header), dict[str, list[str]]()
    for column in parts[0].columns:
        if column.part_of or column.holds in _NO_ROLE:
            continue
        heading = shown[column.position]
        if not heading.strip() or parts[0].header.count(heading) > 1:
            return []
        held.setdefault(column.holds, []).append(heading)
    quoted = {role: ", ".join(map(toml_value, names)) for role, names in held.items()}
    return [f"{role} = {text if len(held[role]) == 1 else f'[{text}]'}" for role, text in quoted.items()]


def _day(file: Path, key: str) -> list[str]:
    found = day_in_name(file)
    if found is None:
        return [f"# {key} = 2026-01-31   # FILL IN, where it is known"]
    if len(found) < len("2026-01-31"):
        last = monthrange(*map(int, found.split("-")))[1]
        return [f"# {key} = {found}-{last}   # FILL IN: its name says {found}"]
    return [f"{key} = {found}   # by its name: correct it if it was another day"]


def _own(file: Path, ids: set[str]) -> str:
    own = id_from_name(file)[:60]
    if own in ids:  # as `load` names it
        own = numbered_id(own, ids) if is_personal(file) else id_with_folder(file.resolve(), {}, ids)
    ids.add(own)
    return own
