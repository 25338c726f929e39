"""`tracer load` and `check`: lists that are kept, and one that is only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from tracer.cli.operations import Lang, Output, RowsFormat, operation
from tracer.cli.session import Session, file_of, language, narrate, print_records, put
from tracer.library.arguments import Option

if TYPE_CHECKING:
    from tracer.lists.loaded import Loaded

_CERTAIN = 0.995
_PAGES = ("text", "json", "html", "pdf")
_COLUMNS = ("dataset", "format", "encoding", "rows", "identifiers", "contacts", "rejected", "duplicates")


@operation("load", "lists/d7.xlsx --holder cti-x --obtained 2026-05-01 --case my-case", of="load")
def load(
    session: Session, *, dry_run: bool, format_: RowsFormat = "table", output: Output = None, **facts: Any
) -> None:
    loaded = session.case().load(dry_run=dry_run, **facts)
    if dry_run:
        _show_columns(loaded)
    for one in loaded:
        notes = [*one.notes] if one.account is None else [one.account.line(), *one.notes]
        if one.hashes:
            notes.append(
                f"{one.hashes:,} identifiers are hashes: they link to equal hashes, and to copies you released"
            )
        if one.masked:
            notes.append(
                f"{one.masked:,} rows have masked numbers or addresses: counted, never un-masked, never linked"
            )
        for note in notes:
            narrate(f"{one.dataset}: {note}")
    records = [one.to_json() for one in loaded]
    if format_ == "table":
        records = [{name: record[name] for name in _COLUMNS} for record in records]
    print_records(records, format_, output)
    if dry_run:
        narrate("Dry run: nothing was kept.")
    elif any(one.rejected for one in loaded):
        narrate("Rejected rows and why: tracer query rejects")


def _show_columns(loaded: list[Loaded]) -> None:
    from tracer.lists.read.words import shown_headings

    for one in loaded:
        for number, part in enumerate(one.parts, start=1):
            place = " ".join(name for name in (part.member, part.sheet) if name) or f"part {number}"
            doubted = part.encoding_sure is not None and part.encoding_sure < _CERTAIN
            sure = f" ({part.encoding_sure:.0%} sure)" if doubted else ""
            encoding = f"{part.encoding}{sure}" if part.encoding else "binary"
            narrate(f"{one.dataset}, {place} ({part.format}, {encoding}, {part.rows:,} rows):")
            headings = shown_headings([column.header for column in part.columns])
            for column, shown in zip(part.columns, headings, strict=True):
                header = shown or ("(heading not shown: not a known word)" if column.header else "(no header)")
                narrate(f"  {column.position + 1:3}  {column.holds:12} {header}  (by {column.how})")


@operation("check", "offer.xlsx --seller acme --claims fresh=2026-05,size=20000 --case my-case", of="check")
def check(
    session: Session,
    *,
    format_: Annotated[
        str | None, Option("What is printed (default: by the file's ending).", name="-f --format", words=_PAGES)
    ] = None,
    output: Output = None,
    lang: Lang = None,
    **said: Any,
) -> None:
    file = file_of(output)
    to = format_ or (file.suffix[1:] if file else "") or "text"
    found = session.case().check(lang=language(lang, to), path=file, to=to, **said)
    if file is None:
        put(found.written(to), None)
