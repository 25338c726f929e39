"""`tracer load`: files become datasets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.cli.rows import print_records
from tracer.cli.session import ANY, DAY, EVIDENCE, Session, case_options, narrate, rows_options
from tracer.errors import UsageError

if TYPE_CHECKING:
    from tracer.lists.loaded import Loaded


def mapped(maps: Iterable[str]) -> dict[str, list[str]]:
    """`ROLE=COLUMN`, each; of a role that is given several times, keys make one together."""
    columns: dict[str, list[str]] = {}
    for pair in maps:
        role, equals, column = pair.partition("=")
        if not equals or not role or not column:
            raise UsageError(f"invalid mapping {pair!r}", where="--map", remedy="write --map phone=手机号")
        columns.setdefault(role, []).append(column)
    return columns


@click.command(epilog="Example: tracer load lists/d7.xlsx --holder cti-x --obtained 2026-05-01 --case my-case")
@click.argument("files", nargs=-1, required=True, type=ANY)
@click.option("--holder", required=True, metavar="PARTY", help="The party it was obtained from.")
@click.option("--id", "id_", help="Id of the dataset (default: made from the file's name).")
@click.option("--obtained", type=DAY, help="Day it was obtained: it existed by then.")
@click.option("--created", type=DAY, help="Day it came into being, where known.")
@click.option("--exported", type=DAY, help="Day of this export, where known.")
@click.option("--living/--no-living", default=None, help="Whether the list went on after its first day.")
@click.option(
    "--origin", type=click.Choice(["own", "obtained", "refusals", "register"]), default="obtained", show_default=True,
    help="own: the client's own list; refusals: people who refused calls; register: a public source.",
)  # fmt: skip
@click.option(
    "--map", "maps", multiple=True, metavar="ROLE=COLUMN", help="What a column is: phone=手机号, key=姓名,生日 …"
)
@click.option("--encoding", help="The text encoding, where it is detected wrongly.")
@click.option("--region", help="Country of numbers without a country code (default: found out).")
@click.option("--sheet", help="The only sheet of a workbook, or table of an SQL dump, to read.")
@click.option("--header/--no-header", default=None, help="Whether the first row names the columns.")
@click.option("--limit", "raised", multiple=True, metavar="NAME=NUMBER", help="Raise a limit: tracer help lists.")
@click.option("--collected-under", help="Lawful basis of collection.")
@click.option("--used-under", help="Lawful basis of use.")
@EVIDENCE
@click.option("--keep-secret-hash", is_flag=True, help="Keep keyed hashes of passwords, which are dropped otherwise.")
@click.option("--keep-original", is_flag=True, help="Keep the file itself although it holds passwords.")
@click.option("--replace", is_flag=True, help="Load as a new version of a dataset that is loaded already.")
@click.option("--dry-run", is_flag=True, help="Show how the file would be read; keep nothing.")
@rows_options
@case_options
def load(
    session: Session, /, files: tuple[Path, ...], maps: tuple[str, ...], id_: str | None, raised: tuple[str, ...],
    dry_run: bool, format_: str, output: Path | None, **facts: Any,
) -> None:  # fmt: skip
    """Load FILES as datasets: every row accepted, or rejected with its reason.

    csv, tsv, txt, xlsx, xls, vcf, json, ndjson, parquet, sql, or a zip of these. Several files are loaded together: all
    of them, or none. Prints one row per dataset.
    """
    from tracer.lists.read.model import Limits

    columns = mapped(maps)
    Limits.raised(raised)  # a setting without a number is reported as it was written
    limits: dict[str, int | str] = {name: number for name, _, number in (one.partition("=") for one in raised)}
    loaded = session.case().load(files, id=id_, columns=columns, limits=limits, dry_run=dry_run, **facts)
    if dry_run:
        _show_columns(loaded)
    for one in loaded:
        if one.account is not None:
            narrate(f"{one.dataset}: {one.account.told()}")
        notes = list(one.notes)
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
        shown = ("dataset", "format", "encoding", "rows", "identifiers", "contacts", "rejected", "duplicates")
        records = [{name: record[name] for name in shown} for record in records]
    print_records(records, format_, output)
    if dry_run:
        narrate("Dry run: nothing was kept.")
    elif any(one.rejected for one in loaded):
        narrate("Rejected rows and why: tracer query rejects")


_CERTAIN = 0.995


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
