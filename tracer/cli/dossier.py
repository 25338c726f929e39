"""`tracer load` and `check`, and what the manifest says as commands: datasets, parties, evidence, claims, relations,
replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from tracer.cli.operations import CommandGroup, operation
from tracer.cli.session import (
    Lang,
    Output,
    RowsFormat,
    Session,
    file_of,
    language,
    narrate,
    print_change,
    print_records,
    put,
)
from tracer.library.arguments import Option

if TYPE_CHECKING:
    from tracer.lists.loaded import Loaded

_MENTIONS = 20
"""Places that are printed one a line; the answer has all."""
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
        notes = [*one.notes] if one.account is None else [one.account.told(), *one.notes]
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


dataset = CommandGroup("dataset", "datasets", "list --case my-case", "List, describe, rename and remove datasets.")
dataset.calls("list", "--case my-case", empty="No datasets yet; load one: tracer load FILE --holder PARTY")
dataset.calls("edit", "d7 --obtained 2026-05-02 --case my-case")
dataset.calls("rename", "d7 market-2026-05 --case my-case")
dataset.calls("remove", "d7 --case my-case")
dataset.calls("restore", "d7 --case my-case")

party = CommandGroup(
    "party",
    "parties",
    "add cti-x --name 江苏甲乙科技有限公司 --role system_vendor",
    "Add, list, edit, merge or remove parties (organisations and protected sources; never people in the lists).",
)


@party.operation("add", "cti-x --name 江苏甲乙科技有限公司 --role system_vendor")
def party_add(session: Session, **facts: Any) -> None:
    changed = session.case().parties.add(**facts)
    print_change(changed)
    found, masked = changed.done.get("mentions", ()), changed.done.get("masked", ())
    left = [one for one in found if one["part"] not in masked]
    for one in left[:_MENTIONS]:
        narrate(f"{one['place']}, {one['field']}: {one['part']}")
    if left:
        edit = "edit those records" if facts["mask_mentions"] else "mask them with --mask-mentions, or edit the records"
        narrate(f"{len(left)} parts of its name leave in exports as they are: {edit}.")


party.calls(
    "merge",
    "cti-x-nanjing cti-x --yes",
    asks="Merge {a} into {b}? All that {a} held and said becomes {b}'s.",
    says="Undo it: tracer party unmerge {a}.",
)
party.calls("unmerge", "cti-x-nanjing --case my-case")

evidence = CommandGroup(
    "evidence",
    "evidence",
    "add ev1 receipt.pdf --kind receipt --acquired 2026-05-02",
    "Add, list, edit or remove evidence, or extract an original.",
)
evidence.calls("add", "ev1 receipt.pdf --kind receipt --acquired 2026-05-02")


evidence.calls(
    "extract", "ev1 receipt-copy.pdf", prints=None, says="{target}: {done[bytes]:,} bytes, sha256 {done[sha256]}"
)

claim = CommandGroup(
    "claim",
    "claims",
    "add --party reseller --kind random --dataset d7",
    "Add, list, edit or remove what a party says about a dataset, a platform or a line.",
)
claim.calls("add", "--party reseller --kind random --dataset d7 --channel phone")

relation = CommandGroup(
    "relation",
    "relations",
    "add oem_of reseller platform --date 2026-05-02 --basis alleged",
    "Add, list, edit or remove what is known between two parties.",
)
relation.calls("add", "oem_of reseller platform --basis alleged")

reply = CommandGroup(
    "reply",
    "replies",
    "add cti-x --asked 2026-05-03 --deadline 2026-05-10",
    "Add, list, edit or remove a party's reply, or that there was none by the deadline.",
)
reply.calls("add", "cti-x --asked 2026-05-03 --answered 2026-05-08 --text '…'")

for group, named, edited in (
    (party, "cti-x", "--role system_vendor"),
    (evidence, "ev1", "--kind receipt"),
    (claim, "claim-1", "--said 2026-05-02"),
    (relation, "1", "--basis documented"),
    (reply, "cti-x", "--answered 2026-05-08"),
):
    group.calls("list", "--case my-case", empty=f"No {group.part} yet; add one: tracer {group.name} add")
    group.calls("edit", f"{named} {edited} --case my-case")
    group.calls("remove", f"{named} --case my-case")
