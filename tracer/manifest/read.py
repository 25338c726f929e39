"""Reads a manifest: every table and key checked, every name looked up, every file found, all problems reported at
once."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tracer.dossier.claim_values import value_problem
from tracer.dossier.parties import near_slip
from tracer.dossier.records import Claim, Evidence, Line, Party, Relation, Reply
from tracer.dossier.vocabulary import COLUMN_ROLES, did_you_mean, id_problem
from tracer.errors import InputRefused
from tracer.lists.made_id import id_from_name, is_personal, numbered
from tracer.manifest.check import Findings, Row, check
from tracer.manifest.files import Home, find_file, find_files, id_apart, is_glob, written_path
from tracer.manifest.model import (
    CanariesEntry,
    DatasetEntry,
    Known,
    Manifest,
    Placed,
    ReleaseEntry,
    SignalsEntry,
    bare_holder,
)
from tracer.manifest.schema import LINE_NUMBER, ONE_OF, TABLES, Kind
from tracer.regular import whole
from tracer.visible import shape

# The `[[dataset]]` tables: globs spelled out, ids made where none is given, options checked.


def dataset_entries(rows: list[Row], base: Home, known: Known, found: Findings) -> tuple[Placed[DatasetEntry], ...]:
    """One entry a file. A glob leaves out the files that other tables name outright.

    A file that the case has loaded keeps the id it has there, so that a file that joins later renames none.
    """
    listed = [_listed(row, base, found) for row in rows]
    outright = Counter(
        file.resolve() for row, files in zip(rows, listed, strict=True) if not _by_glob(row) for file in files
    )
    had = {Path(path).resolve(): dataset for dataset, path in known.datasets.items()}
    chosen: list[tuple[Row, Path, str | None]] = []
    for row, files in zip(rows, listed, strict=True):
        _check_options(row, found)
        for file in files:
            if not (_by_glob(row) and file.resolve() in outright):
                chosen.append((row, file, row.get("id") or had.get(file.resolve())))
    made = Counter(id_from_name(file) for _, file, given in chosen if given is None)
    entries: list[Placed[DatasetEntry]] = []
    taken: dict[str, Path] = {}
    givens = {given for _, _, given in chosen if given is not None}
    for row, file, given in chosen:
        own = given or id_from_name(file)
        if given is None and is_personal(file):
            own = numbered(own, {*givens, *taken, *known.datasets})
        elif given is None and (made[own] > 1 or own in givens):
            own = id_apart(own, written_path(file, base.folder))
        if own in taken:
            found.note(row, "id" if row.get("id") else "path", f"the id {own!r} is used twice", "give each its own id")
            continue
        taken[own] = file
        entries.append(Placed(_entry(row, own, file), row.where, file))
    return tuple(entries)


def _by_glob(row: Row) -> bool:
    return is_glob(row.get("path") or "") and row.get("id") is None


def _listed(row: Row, base: Home, found: Findings) -> list[Path]:
    written = row.get("path")
    if written is None:
        return []
    file, problem = find_file(base, written)
    if problem is None:
        return [file]
    if not is_glob(written) or base.refused(written) is not None:
        found.keep(row, "path", problem)
        return []
    if row.get("id") is not None:
        found.note(row, "path", f"{written!r} is a glob, and a dataset with an id is one file", "leave out the id")
        return []
    files, problem = find_files(base, written)
    found.keep(row, "path", problem)
    if not files and problem is None:
        found.note(row, "path", f"no file matches {written!r}", "paths are relative to the manifest")
    return files


def _check_options(row: Row, found: Findings) -> None:
    encoding = row.get("encoding")
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            found.note(row, "encoding", f"unknown encoding {encoding!r}", "write utf-8, gb18030, big5, utf-16 …")
    for role in row.get("columns") or {}:
        if role not in COLUMN_ROLES:
            found.note(row, "columns", f"a column cannot be {role!r}", did_you_mean(role, COLUMN_ROLES))


def _entry(row: Row, own: str, file: Path) -> DatasetEntry:
    columns: Mapping[str, str | list[str]] = row.get("columns") or {}
    # Who held it is not said: a party of its own, so that no two such lists seem to have one holder.
    holder = row.get("holder") or bare_holder(own)
    roles = {role: name if isinstance(name, str) else tuple(name) for role, name in columns.items()}
    sheet = row.get("table") or row.get("sheet")  # to a dump what a sheet is to a workbook
    return row.into(DatasetEntry, id=own, path=file, holder=holder, columns=roles, sheet=sheet)


_LOAD = "write it as [[dataset]], or load it first"
_ADD = "write it as [[evidence]], or add it first"


def read_manifest(path: Path, known: Known | None = None, *, outside: bool = False) -> Manifest:
    """Read `case.toml`; `known` are the ids that the case holds already; `outside`: its paths may leave its folder.

    Without `known` it is not decided yet whether a dataset or piece of evidence that the manifest names but does not
    hold is in the case: if that is all that is wrong, the manifest is given, and `apply_manifest` decides.

    Raises:
        InputRefused: with all that is wrong, in the order of the manifest's lines.
    """
    have = known or Known()
    data = _bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputRefused("not UTF-8", where=f"{path.name}, line {line}", remedy="save it as UTF-8") from None
    rows, found = check(text.replace("\r\n", "\n"), path.name)
    base = Home(path.resolve().parent, outside)
    datasets = dataset_entries(rows["dataset"], base, have, found)
    _check_ids(rows, found)
    bare = _check_names(rows, datasets, have, found)
    _check_order(rows, found)
    for row in rows["claim"]:
        found.keep(row, "value", value_problem(row.get("kind") or "", scalar_text(row.get("value"))))
    case = rows["case"][0] if rows["case"] else Row("case", 0, {}, path.name)
    manifest = Manifest(
        path=path,
        outside=outside,
        sha256=hashlib.sha256(data).hexdigest(),
        name=case.get("name"),
        region=case.get("region"),
        segments=_file(case, "segments", base, found),
        rules=_file(case, "rules", base, found),
        parties=tuple(Placed(row.into(Party), row.where) for row in rows["party"]),
        datasets=datasets,
        canaries=tuple(_files(rows["canaries"], base, found, lambda row, file: CanariesEntry(file, row.get("kind")))),
        releases=tuple(_releases(rows["release"], base, found)),
        claims=tuple(Placed(row.into(Claim, value=scalar_text(row.get("value"))), row.where) for row in rows["claim"]),
        relations=tuple(
            Placed(row.into(Relation, from_party=row.get("from") or "", to_party=row.get("to") or ""), row.where)
            for row in rows["relation"]
        ),
        lines=tuple(Placed(_line(row, base, found), row.where) for row in rows["line"]),
        signals=tuple(_signals(rows["signals"], base, found)),
        complaints=tuple(_files(rows["complaints"], base, found, lambda _, file: SignalsEntry(file))),
        replies=tuple(Placed(row.into(Reply), row.where) for row in rows["reply"]),
        evidence=tuple(_evidence(rows["evidence"], base, found)),
        bare_parties=bare,
    )
    found.refuse(leave_open=known is None)
    return manifest


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise InputRefused("this is a folder", where=str(path), remedy="name the manifest in it")
    try:
        return whole(path)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="check the path") from None


def _check_ids(rows: dict[str, list[Row]], found: Findings) -> None:
    """Ids are unique within their kind. (Those of datasets are checked where they are made.)"""
    for table in ("party", "claim", "line", "evidence", "release"):
        seen = set[str]()
        for row in rows[table]:
            own = row.get("id")
            if own in seen:
                found.note(row, "id", f"the id {own!r} is used twice", "give each its own id")
            seen.add(own) if own is not None else None


def _check_names(
    rows: dict[str, list[Row]], datasets: Iterable[Placed[DatasetEntry]], have: Known, found: Findings
) -> tuple[str, ...]:
    """Every party, dataset and piece of evidence that is named; the parties that are named but not declared."""
    declared = [row.get("id") for row in rows["party"] if row.get("id") is not None]
    parties = sorted({*declared, *have.parties})
    lists = sorted({*(entry.value.id for entry in datasets), *have.datasets})
    pieces = sorted({*(row.get("id") for row in rows["evidence"] if row.get("id") is not None), *have.evidence})
    bare: dict[str, None] = {}
    for table, keys in TABLES.items():
        for row in rows[table]:
            for key, spec in keys.items():
                value = row.get(key)
                if value is None:
                    continue
                if spec.kind is Kind.PARTY and value not in parties:
                    _check_bare(value, parties, row, key, bare, found)
                elif spec.kind is Kind.DATASET and value not in lists:
                    found.note(row, key, f"unknown dataset {value!r}", did_you_mean(value, lists) or _LOAD, open_=True)
                elif spec.kind is Kind.EVIDENCE:
                    for cited in value:
                        if cited not in pieces:
                            found.note(
                                row, key, f"unknown evidence {cited!r}", did_you_mean(cited, pieces) or _ADD, open_=True
                            )
    return tuple(bare)


def _check_bare(party: str, parties: list[str], row: Row, key: str, bare: dict[str, None], found: Findings) -> None:
    near = near_slip(party, parties)
    if near is not None:
        found.note(row, key, f"unknown party {party!r}", f"did you mean {near!r}? (declare it if both exist)")
        return
    problem = id_problem(party, "party")
    found.keep(row, key, problem)
    if problem is None:
        bare[party] = None


_ORDERED = {
    "dataset": (("created", "obtained"),),
    "release": (("date", "ends"),),
    "reply": (("asked", "deadline"), ("asked", "answered")),
}


def _check_order(rows: dict[str, list[Row]], found: Findings) -> None:
    """Days that cannot lie before one another; a relation of a party to itself."""
    for table, pairs in _ORDERED.items():
        for row in rows[table]:
            for first, second in pairs:
                a, b = row.get(first), row.get(second)
                if a is not None and b is not None and b < a:
                    found.note(row, second, f"{second} ({b}) lies before {first} ({a})")
    for row in rows["relation"]:
        if row.get("from") is not None and row.get("from") == row.get("to"):
            found.note(row, "to", f"{row.get('to')!r} cannot be related to itself")
    for row in rows["evidence"]:
        given = set(ONE_OF["evidence"]) & (set(row.values) | row.broken)
        if len(given) != 1:
            found.note(row, None, "evidence is either a file or a text", "give exactly one of path and text")


def _file(row: Row, key: str, base: Home, found: Findings) -> Path | None:
    written = row.get(key)
    if written is None:
        return None
    path, problem = find_file(base, written)
    found.keep(row, key, problem)
    return path if problem is None else None


def _files(rows: list[Row], base: Home, found: Findings, make: Any) -> Iterable[Placed[Any]]:
    for row in rows:
        file = _file(row, "path", base, found)
        if file is not None:
            yield Placed(make(row, file), row.where, file)


def _signals(rows: list[Row], base: Home, found: Findings) -> Iterable[Placed[SignalsEntry]]:
    yield from _files(rows, base, found, lambda row, file: SignalsEntry(file, row.get("format")))


def _releases(rows: list[Row], base: Home, found: Findings) -> Iterable[Placed[ReleaseEntry]]:
    made = Counter[str]()
    for row in rows:
        own = row.get("id")
        if own is None:
            day = row.get("date")
            own = f"{row.get('dataset')}@{row.get('to')}" + (f"@{day.isoformat()}" if day is not None else "")
            made[own] += 1
            own = own if made[own] == 1 else f"{own}#{made[own]}"
        file = _file(row, "path", base, found)
        release = row.into(ReleaseEntry, id=own, recipient=row.get("to") or "", path=file)
        yield Placed(release, row.where, file)


def _evidence(rows: list[Row], base: Home, found: Findings) -> Iterable[Placed[Evidence]]:
    for row in rows:
        file = _file(row, "path", base, found)
        yield Placed(row.into(Evidence, by_whom=row.get("by")), row.where, file)


def scalar_text(value: Any) -> str | None:
    """The value of a claim as the case keeps it: numbers without grouping, days like 2026-05-01,
    `true` and `false`, texts as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _line(row: Row, base: Home, found: Findings) -> Line:
    numbers = list(row.get("numbers") or ())
    for number in numbers:
        if re.search(LINE_NUMBER, number) is None:
            found.note(row, "numbers", f"invalid number {number!r}", "write digits, or a prefix like 025*")
    file = _file(row, "path", base, found)
    if file is not None:
        text = whole(file).decode("utf-8-sig", "replace")
        written = [(at, line.strip()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
        wrong = [(at, line) for at, line in written if re.search(LINE_NUMBER, line) is None]
        if wrong:  # another file than was meant, a list of people perhaps: what it looks like, not what it says
            at, first = wrong[0]
            others = f" and {len(wrong) - 1:,} more lines" if len(wrong) > 1 else ""
            what = f"{file.name}: line {at} is not a number ({shape(first)}){others}"
            found.note(row, "path", what, "one number a line, or a prefix like 025*; a list of people is a [[dataset]]")
        numbers += [line for _, line in written]
    return row.into(Line, numbers=tuple(numbers))
