"""Reads a manifest: every table and key checked, every name looked up, every file found, all problems reported at
once."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from fnmatch import fnmatch
from itertools import pairwise, product
from pathlib import Path
from typing import Any, TypeVar

from tracer.documents import NotADocument, toml_of
from tracer.dossier.parties import near_slip
from tracer.dossier.vocabulary import (
    COLUMN_ROLES,
    did_you_mean,
    id_problem,
    is_amount,
    is_day,
    is_language,
    is_whole,
    kept_translation,
    nearest,
    refuse,
    value_problem,
    word_problem,
)
from tracer.errors import InputRefused
from tracer.input_files import refuse_special, whole_bytes
from tracer.lists.loaded import DAYS
from tracer.lists.made_id import id_from_name, is_personal, numbered_id, short_hash
from tracer.manifest.model import (
    LISTED,
    ONE_OF,
    RECORDS,
    TABLES,
    DatasetEntry,
    Known,
    Manifest,
    Placed,
    allowed_words,
    bare_holder,
)
from tracer.records import LINE_NUMBER, Declared, Kind, Line, declared_fields
from tracer.visible import shape

# Where the tables and keys of a TOML document are: the line numbers that `tomllib` does not give. Reads a document
# that `tomllib` has accepted, and only as far as needed: headers, and the first part of each key.

_OPAQUE = re.compile(
    r'"""(?:\\.|(?!""").)*"{3,5}' r"|'''(?:(?!''').)*'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'|#[^\n]*", re.DOTALL
)
"""A string or a comment: what is in it opens and ends nothing."""
_PART = re.compile(r"""\s*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)\s*(\.?)""")


@dataclass
class Lines:
    """Line numbers, from 1. Tables are counted from 0 by name, as `tomllib` lists them."""

    tables: dict[tuple[str, int], int] = field(default_factory=dict)
    """(table, number) → line of its header."""
    keys: dict[tuple[str, int, str], int] = field(default_factory=dict)
    """(table, number, key) → line of its key; ("", 0, key) for keys before any header."""

    def table(self, table: str, number: int) -> int | None:
        """The line of a table's header."""
        return self.tables.get((table, number))

    def key(self, table: str, number: int, key: str) -> int | None:
        """The line of a key, or of its table's header where the key is not written."""
        return self.keys.get((table, number, key), self.table(table, number))


def locate(text: str) -> Lines:
    """Find the lines of all headers and keys of a well-formed TOML document."""
    lines, table, counts = Lines(), ("", 0), dict[str, int]()
    plain = _OPAQUE.sub(lambda found: (" " if found[0][0] == "#" else "s") * len(found[0]), text)
    at, line, depth = 0, 1, 0
    for piece in plain.split("\n"):  # a line, with all of a string that begins in it
        written = text[at : at + len(piece)]
        header = depth == 0 and piece.lstrip().startswith("[")
        if header:
            name = _name(written.lstrip().lstrip("["))
            if len(name) == 1 or name[0] not in counts:
                counts[name[0]] = counts.get(name[0], -1) + 1
                lines.tables[name[0], counts[name[0]]] = line
            table = (name[0], counts[name[0]])  # [dataset.columns] belongs to the latest [[dataset]]
            if len(name) > 1:
                lines.keys.setdefault((*table, name[1]), line)
                table = (f"{name[0]}.{name[1]}", counts[name[0]])
        elif depth == 0 and piece.strip():
            lines.keys.setdefault((*table, _name(written)[0]), line)
        if not header:
            depth += sum((sign in "[{") - (sign in "]}") for sign in piece)
        at, line = at + len(piece) + 1, line + written.count("\n") + 1
    return lines


def _name(text: str) -> list[str]:
    """The parts of the dotted key that a text begins with."""
    parts, more = list[str](), "."
    while more and (found := _PART.match(text)) is not None:
        parts.append(found[1].strip("\"'"))
        text, more = text[found.end() :], found[2]
    return parts or [""]


Record = TypeVar("Record")


@dataclass(frozen=True)
class Row:
    """One table of the manifest, with the keys that passed."""

    table: str
    """`dataset` for `[[dataset]]`."""
    number: int
    """From 0 among tables of this name."""
    values: Mapping[str, Any]
    where: str
    broken: frozenset[str] = frozenset()

    def get(self, key: str) -> Any:
        """The value of a key; None where it is absent or was refused."""
        return self.values.get(key)

    def into(self, record: type[Record], **said: Any) -> Record:
        """A record from the keys that its fields declare; `said`: fields of another form.

        A required key that is absent or was refused is an empty text: its problem is noted already.
        """
        keys, facts = declared_fields(record), dict[str, Any]()
        for one in fields(record):  # type: ignore[arg-type]  # every record is a dataclass
            if one.name in keys and keys[one.name].key in self.values:
                value = self.values[keys[one.name].key]
                facts[one.name] = tuple(value) if isinstance(value, list) else value
            elif one.default is MISSING and one.default_factory is MISSING:
                facts[one.name] = ""
        return record(**facts | said)


@dataclass
class Findings:
    """What is wrong with a manifest, in the order of its lines."""

    file: str
    lines: Lines
    problems: list[tuple[int, InputRefused]] = field(default_factory=list)
    open_: int = 0
    """How many of the problems the case may solve: names of things that it may hold."""
    noted: dict[str, set[str | None]] = field(default_factory=dict)
    """Places of tables → their keys with a problem."""

    def note(self, row: Row, key: str | None, what: str, remedy: str = "", *, open_: bool = False) -> None:
        """Note a problem with a table's key, or with the table; `open_`: the case may solve it."""
        self.open_ += open_
        self.noted.setdefault(row.where, set()).add(key)
        line = self.lines.table(row.table, row.number) if key is None else self.lines.key(row.table, row.number, key)
        place = f"[{row.table}]" if row.table == "case" else f"[[{row.table}]]"
        self.add(line, what, remedy, place if key is None else f"{place} {key}")

    def add(self, line: int | None, what: str, remedy: str = "", place: str = "") -> None:
        """Note a problem at a line."""
        at = f"{self.file}, line {line}" if line else self.file
        self.problems.append((line or 0, InputRefused(what, where=f"{at}, {place}" if place else at, remedy=remedy)))

    def keep(self, row: Row, key: str | None, problem: InputRefused | None) -> None:
        """Note a problem that another module has found, with the manifest's line."""
        if problem is not None:
            self.note(row, key, problem.what, problem.remedy)

    def refusals(self, *, leave_open: bool = False) -> list[InputRefused]:
        """All problems in the order of their lines; with `leave_open`, only if the case cannot solve them all."""
        if len(self.problems) <= (self.open_ if leave_open else 0):
            return []
        return [problem for _, problem in sorted(self.problems, key=lambda pair: pair[0])]


def check(text: str, file: str) -> tuple[dict[str, list[Row]], Findings]:
    """The rows of each table of a manifest's text, and what is wrong with them.

    Raises `InputRefused`: the text is not TOML.
    """
    try:
        document = toml_of(text)
    except NotADocument as error:
        raise InputRefused(error.what, where=file, remedy="correct it and run again") from None
    found = Findings(file, locate(text))
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for name, content in document.items():
        line = found.lines.table(name, 0) or found.lines.key("", 0, name)
        if name not in TABLES:
            found.add(line, f"unknown table or key {name!r}", did_you_mean(name, TABLES))
        elif name == "case" and isinstance(content, dict):
            tables[name].append(_row(name, 0, content, found))
        elif name == "case":
            found.add(line, "the case is one table", "write [case]")
        elif isinstance(content, list) and all(isinstance(entry, dict) for entry in content):
            tables[name].extend(_row(name, number, entry, found) for number, entry in enumerate(content))
        else:
            found.add(line, f"{name!r} must be a repeated table", f"write [[{name}]]")
    return tables, found


def _row(table: str, number: int, content: Mapping[str, Any], found: Findings) -> Row:
    keys, values, broken = TABLES[table], dict[str, Any](), set[str]()
    bare = Row(table, number, {}, f"{found.file}, line {found.lines.table(table, number)}, [[{table}]]")
    for name, value in content.items():
        key = keys.get(name)
        if key is None:
            found.note(bare, name, f"unknown key {name!r}", did_you_mean(name, keys))
        elif (problem := _value_problem(name, value, key)) is None:
            values[name] = value
        else:
            broken.add(name)
            found.keep(bare, name, problem)
    for name, key in keys.items():
        if key.required and name not in content:
            example = {Kind.FILE: '"a path"', Kind.FILES: '"a path"', Kind.TEXT: '"…"', Kind.ID: '"an-id"'}
            found.note(
                bare, None, f"the key {name!r} is missing", f"add {name} = {example.get(key.kind or Kind.ID, '…')}"
            )
    return Row(table, number, values, bare.where, frozenset(broken))


def _value_problem(name: str, value: Any, key: Declared) -> InputRefused | None:
    if not _fits(value, key.kind):
        shown = value.isoformat() if isinstance(value, date) else repr(value)
        shown = shown if len(shown) <= 40 else f"{shown[:37]}…"
        return InputRefused(f"{name} = {shown} is not {key.kind.value}")
    if key.words:
        problem = word_problem(value, allowed_words(key), key.words)
        return None if problem is None else InputRefused(problem.what, remedy=problem.remedy or key.remedy)
    if key.least is not None and value < key.least:
        return InputRefused(f"invalid {name} {value}", remedy=key.remedy)
    return id_problem(value) if key.kind is Kind.ID else None


def _fits(value: Any, kind: Kind) -> bool:  # noqa: PLR0911 - one answer a kind
    is_text = isinstance(value, str) and bool(value.strip())
    match kind:
        case Kind.EVIDENCE | Kind.TEXTS:
            return _texts(value)
        case Kind.ROWS:
            return isinstance(value, list) and all(type(item) is int and 0 < item < 1 << 31 for item in value)
        case Kind.MAPPING:
            names = value.values() if isinstance(value, dict) else [None]
            return all((isinstance(item, str) and item) or _texts(item) for item in names)
        case Kind.LANGUAGE:
            return is_language(value)
        case Kind.TRANSLATION:
            texts = value if isinstance(value, dict) else {}
            return bool(texts) and all(is_language(one) and _fits(texts[one], Kind.TEXT) for one in texts)
        case Kind.DATE:
            return is_day(value)
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.INTEGER:
            return is_whole(value)
        case Kind.SCALAR:
            return isinstance(value, bool) or is_amount(value) or is_day(value) or is_text
    return is_text


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Home:
    """The folder that a manifest's paths are relative to, and stay in."""

    folder: Path
    outside: bool = False
    """Whether they may leave it. A manifest may come from a stranger, and what it names is copied into the case."""

    def problem_of_path(self, written: str) -> InputRefused | None:
        """What is wrong with a path that leads out of the folder, by `..`, by `/`, or by a link; opens nothing."""
        if self.outside:
            return None
        path = self.folder / _GLOB.split(written)[0]
        try:
            places = [Path(os.path.normpath(path)), path.resolve()]
        except (OSError, ValueError, RuntimeError):  # a name that is too long, a link that leads to itself
            return None  # is reported by the caller
        if ".." not in Path(written).parts and all(each.is_relative_to(self.folder) for each in places):
            return None
        remedy = "put the file into the folder, or allow it with --allow-outside"
        return InputRefused(f"{written[:80]!r} is outside the folder of the manifest", remedy=remedy)

    def file(self, written: str) -> tuple[Path, InputRefused | None]:
        """The file a path names, and what is wrong with it."""
        path, problem = self.folder / written, self.problem_of_path(written)
        try:
            if problem is not None:
                pass
            elif path.is_dir():
                problem = InputRefused(f"{written!r} is a folder", remedy="name the file")
            elif not path.exists():
                siblings = [one.name for one in path.parent.iterdir() if one.is_file()] if path.parent.is_dir() else []
                near = nearest(path.name, siblings)
                remedy = "paths are relative to the manifest" if near is None else f"did you mean {near!r}?"
                problem = InputRefused(f"no such file: {written!r}", remedy=remedy)
            else:
                refuse_special(path)
        except InputRefused as special:
            problem = InputRefused(f"{written!r}: {special.what}", remedy=special.remedy)
        except (OSError, ValueError) as error:  # a name that is too long, a folder that may not be read
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            problem = InputRefused(f"{written[:80]!r} cannot be looked up: {reason}", remedy="name the file")
        return path, problem

    def files(self, written: str) -> tuple[list[Path], InputRefused | None]:
        """The files a glob matches, in the order of their names, without folders, hidden files, and what lies in hidden
        folders that it does not name, as `.git` or `.trash`.

        And what is wrong with them: one of them lies outside the manifest's folder.
        """
        pattern = Path(written)
        root, rest = self.folder, pattern
        if pattern.is_absolute():
            root, rest = Path(pattern.anchor), pattern.relative_to(pattern.anchor)
        named = [part for part in rest.parts[:-1] if part.startswith(".")]

        def is_hidden(path: Path) -> bool:
            folders = [part for part in path.relative_to(root).parts[:-1] if part.startswith(".")]
            return path.name.startswith(".") or any(not any(fnmatch(one, each) for each in named) for one in folders)

        try:
            found = sorted(path for path in root.glob(str(rest)) if path.is_file() and not is_hidden(path))
        except (ValueError, NotImplementedError, OSError):
            return [], None
        if not self.outside and (away := [path for path in found if not path.resolve().is_relative_to(self.folder)]):
            return [], InputRefused(
                f"{away[0].relative_to(self.folder).as_posix()!r} leads out of the folder of the manifest",
                remedy="put the file into the folder, or allow it with --allow-outside",
            )
        return found, None

    def file_of(self, row: Row, found: Findings, key: str = "path") -> Path | None:
        """The file that a row's key names; None where there is none, which is noted if one is named."""
        if row.get(key) is None:
            return None
        path, problem = self.file(row.get(key))
        found.keep(row, key, problem)
        return path if problem is None else None


def written_path(file: Path, base: Path) -> str:
    """A file's path as the manifest writes it: relative to its folder where it lies in it; with `/`."""
    resolved, home = file.resolve(), base.resolve()
    return resolved.relative_to(home).as_posix() if resolved.is_relative_to(home) else resolved.as_posix()


# The `[[dataset]]` tables: globs become files, ids are made where none is given, options are checked.


def dataset_entries(rows: list[Row], base: Home, known: Known, found: Findings) -> Iterator[Placed[DatasetEntry]]:
    """One entry a file. A glob leaves out the files that other tables name outright.

    A file that the case has loaded keeps the id it has there, so that a file that joins later renames none.
    """
    by_glob = [_GLOB.search(row.get("path") or "") is not None and row.get("id") is None for row in rows]
    listed = [_paths_of_row(row, base, found) for row in rows]
    outright = {file.resolve() for files, glob in zip(listed, by_glob, strict=True) if not glob for file in files}
    had = {Path(path).resolve(): dataset for dataset, path in known.datasets.items()}
    chosen: list[tuple[Row, Path, str | None]] = []
    for row, files, glob in zip(rows, listed, by_glob, strict=True):
        try:
            codecs.lookup(row.get("encoding") or "utf-8")
        except LookupError:
            wrong, remedy = f"unknown encoding {row.get('encoding')!r}", "write utf-8, gb18030, big5, utf-16 …"
            found.note(row, "encoding", wrong, remedy)
        for role in (role for role in row.get("columns") or {} if role not in COLUMN_ROLES):
            found.note(row, "columns", f"a column cannot be {role!r}", did_you_mean(role, COLUMN_ROLES))
        for file in files:
            if not (glob and file.resolve() in outright):
                chosen.append((row, file, row.get("id") or had.get(file.resolve())))
    made = Counter(id_from_name(file) for _, file, given in chosen if given is None)
    givens, taken = {given for _, _, given in chosen if given is not None}, set[str]()
    for row, file, given in chosen:
        own = given or id_from_name(file)
        if given is None and is_personal(file):
            own = numbered_id(own, {*givens, *taken, *known.datasets})
        elif given is None and (made[own] > 1 or own in givens):
            own = f"{own[:50]}-{short_hash(written_path(file, base.folder))}"
        if own in taken:
            found.note(row, "id" if row.get("id") else "path", f"the id {own!r} is used twice", "give each its own id")
            continue
        taken.add(own)
        columns: Mapping[str, str | list[str]] = row.get("columns") or {}
        entry = row.into(
            DatasetEntry,
            id=own,
            path=file,
            # Where it is not said who held it: a party of its own, so that no two such lists seem to have one holder.
            holder=row.get("holder") or bare_holder(own),
            columns={role: name if isinstance(name, str) else tuple(name) for role, name in columns.items()},
            sheet=row.get("table") or row.get("sheet"),
        )
        yield Placed(entry, row.where, file)


def _paths_of_row(row: Row, base: Home, found: Findings) -> list[Path]:
    written = row.get("path")
    if written is None:
        return []
    file, problem = base.file(written)
    if problem is None:
        return [file]
    if _GLOB.search(written) is None or base.problem_of_path(written) is not None:
        found.keep(row, "path", problem)
        return []
    if row.get("id") is not None:
        found.note(row, "path", f"{written!r} is a glob, and a dataset with an id is one file", "leave out the id")
        return []
    files, problem = base.files(written)
    found.keep(row, "path", problem)
    if not files and problem is None:
        found.note(row, "path", f"no file matches {written!r}", "paths are relative to the manifest")
    return files


def read_manifest(path: Path, known: Known | None = None, *, outside: bool = False) -> Manifest:
    """Read `case.toml`; `known` are the ids that the case holds already; `outside`: its paths may leave its folder.

    Without `known` it is not decided yet whether a dataset or piece of evidence that the manifest names but does not
    hold is in the case: if that is all that is wrong, the manifest is given, and `apply_manifest` decides.

    Raises `InputRefused`: with all that is wrong, in the order of the manifest's lines.
    """
    manifest, found = _read(path, known or Known(), outside=outside)
    refuse(found.refusals(leave_open=known is None))
    return manifest


def read_in_part(
    path: Path, *, outside: bool = False
) -> tuple[Manifest, Sequence[InputRefused], Sequence[InputRefused]]:
    """`read_manifest` with what is wrong and with what a case may solve. Where something is wrong, the manifest is of
    those files only that can be read all the same, so that what is wrong with these can be said, too.
    """
    manifest, found = _read(path, Known(), outside=outside)
    wrong = found.refusals(leave_open=True)
    if not wrong:
        return manifest, [], found.refusals()
    noted, bare = found.noted, Manifest(path=path, sha256=manifest.sha256, outside=outside)
    if "region" in noted.get(f"{path.name}, line {found.lines.table('case', 0)}, [[case]]", ()):
        return bare, wrong, []
    kept: dict[str, Any] = {name: getattr(manifest, name) for name in ("name", "region", "segments", "rules")}
    for table in ("canaries", "releases", "signals", "complaints", "evidence"):
        kept[table] = tuple(one for one in getattr(manifest, table) if one.where not in noted and one.file is not None)
    read_by = ("columns", "encoding", "region", "sheet")  # keys without which a list would be read otherwise
    lists = [one for one in manifest.datasets if not {"path", "table", *read_by} & noted.get(one.where, set())]
    for at, one in enumerate(lists):
        read = {name: getattr(one.value, name) for name in ("id", "path", *read_by)}
        lists[at] = replace(one, value=DatasetEntry(holder=bare_holder(one.value.id), **read))
    kept["datasets"] = tuple(lists)
    return replace(bare, **kept), wrong, []


def _read(path: Path, have: Known, *, outside: bool) -> tuple[Manifest, Findings]:
    if path.is_dir():
        raise InputRefused("this is a folder", where=str(path), remedy="name the manifest in it")
    try:
        data = whole_bytes(path)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="check the path") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputRefused("not UTF-8", where=f"{path.name}, line {line}", remedy="save it as UTF-8") from None
    rows, found = check(text.replace("\r\n", "\n"), path.name)
    base = Home(path.resolve().parent, outside)
    datasets = tuple(dataset_entries(rows["dataset"], base, have, found))
    for table in ("party", "claim", "line", "evidence", "release"):  # ids of datasets were checked where they are made
        seen = set[str | None]()
        for row in rows[table]:
            own = row.get("id")
            if own is not None and own in seen:
                found.note(row, "id", f"the id {own!r} is used twice", "give each its own id")
            seen.add(own)
    bare = _check_names(rows, datasets, have, found)
    _check_order(rows, found)
    case = rows["case"][0] if rows["case"] else Row("case", 0, {}, path.name)
    made, held = Counter[str](), dict[str, Any]()
    for table, name in LISTED.items():
        if table != "dataset":
            entries = [_entry(row, base, found, made) for row in rows[table]]
            held[name] = tuple(entry for entry in entries if entry is not None)
    manifest = Manifest(
        path=path,
        outside=outside,
        sha256=hashlib.sha256(data).hexdigest(),
        name=case.get("name"),
        region=case.get("region"),
        segments=base.file_of(case, found, "segments"),
        rules=base.file_of(case, found, "rules"),
        datasets=datasets,
        bare_parties=bare,
        **held,
    )
    return manifest, found


def _entry(row: Row, base: Home, found: Findings, made: Counter[str]) -> Placed[Any] | None:
    """A table of the manifest as its record; None where it lacks its file. made: the ids of releases so far."""
    file, said = base.file_of(row, found), dict[str, Any]()
    match row.table:
        case "canaries" | "signals" | "complaints":
            if file is None:
                return None
            said["path"] = file
        case "release":
            own, day = row.get("id"), row.get("date")
            if own is None:
                own = f"{row.get('dataset')}@{row.get('to')}" + (f"@{day.isoformat()}" if day is not None else "")
                made[own] += 1
                own = own if made[own] == 1 else f"{own}#{made[own]}"
            said |= {"id": own, "path": file}
        case "claim":
            value = row.get("value")  # kept as a text: numbers without grouping, days like 2026-05-01
            text = None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            found.keep(row, "value", value_problem(row.get("kind") or "", text))
            said["value"] = text
        case "line":
            return Placed(row.into(Line, numbers=_line_numbers(row, file, found)), row.where)
        case "reply":
            said["translation"] = kept_translation(row.get("translation"))
    return Placed(row.into(RECORDS[row.table], **said), row.where, file)


def _line_numbers(row: Row, file: Path | None, found: Findings) -> tuple[str, ...]:
    """The numbers of a line, and those of its file."""
    numbers = list(row.get("numbers") or ())
    for number in numbers:
        if re.search(LINE_NUMBER, number) is None:
            found.note(row, "numbers", f"invalid number {number!r}", "write digits, or a prefix like 025*")
    if file is not None:
        text = whole_bytes(file).decode("utf-8-sig", "replace")
        written = [(at, line.strip()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
        wrong = [(at, line) for at, line in written if re.search(LINE_NUMBER, line) is None]
        if wrong:  # another file than was meant, a list of people perhaps: what it looks like, not what it says
            at, first = wrong[0]
            others = f" and {len(wrong) - 1:,} more lines" if len(wrong) > 1 else ""
            what = f"{file.name}: line {at} is not a number ({shape(first)}){others}"
            found.note(row, "path", what, "one number a line, or a prefix like 025*; a list of people is a [[dataset]]")
        numbers += [line for _, line in written]
    return tuple(numbers)


def _check_names(
    rows: dict[str, list[Row]], datasets: Iterable[Placed[DatasetEntry]], have: Known, found: Findings
) -> tuple[str, ...]:
    """Every party, dataset and piece of evidence that is named; the parties that are named but not declared."""
    ids = {table: {row.get("id") for row in rows[table]} - {None} for table in ("party", "evidence")}
    parties = sorted(ids["party"].union(have.parties))
    lists = {*(entry.value.id for entry in datasets), *have.datasets}
    others = {
        Kind.DATASET: ("dataset", lists, "write it as [[dataset]], or load it first"),
        Kind.EVIDENCE: ("evidence", ids["evidence"].union(have.evidence), "write it as [[evidence]], or add it first"),
    }
    bare: dict[str, None] = {}
    for table, keys in TABLES.items():
        for row, (key, declaration) in product(rows[table], keys.items()):
            value = row.get(key)
            if value is None:
                continue
            if declaration.kind is Kind.PARTY and value not in parties:
                if (near := near_slip(value, parties)) is not None:
                    found.note(
                        row, key, f"unknown party {value!r}", f"did you mean {near!r}? (declare it if both exist)"
                    )
                elif (problem := id_problem(value, "party")) is not None:
                    found.keep(row, key, problem)
                else:
                    bare[value] = None
            elif declaration.kind in others:
                what, known, add = others[declaration.kind]
                for named in value if isinstance(value, list) else [value]:
                    if named not in known:
                        remedy = did_you_mean(named, known) or add
                        found.note(row, key, f"unknown {what} {named!r}", remedy, open_=True)
    return tuple(bare)


_ORDERED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "dataset": (DAYS,),
    "release": (("date", "ends"),),
    "reply": (("asked", "deadline"), ("asked", "answered")),
}


def _check_order(rows: dict[str, list[Row]], found: Findings) -> None:
    """Days that cannot lie before one another; a relation of a party to itself; evidence that is neither or both."""
    for table, orders in _ORDERED.items():
        for row, days in product(rows[table], orders):
            known = [(key, row.get(key)) for key in days if row.get(key) is not None]
            for (first, a), (second, b) in pairwise(known):
                if b < a:
                    found.note(row, second, f"{second} ({b}) lies before {first} ({a})")
    for row in rows["relation"]:
        if row.get("from") is not None and row.get("from") == row.get("to"):
            found.note(row, "to", f"{row.get('to')!r} cannot be related to itself")
    for row in rows["evidence"]:
        given = set(ONE_OF["evidence"]) & (set(row.values) | row.broken)
        if len(given) != 1:
            found.note(row, None, "evidence is either a file or a text", "give exactly one of path and text")
