"""`tracer load`: files become datasets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.cli.rows import file_of, print_records, put
from tracer.cli.session import (
    ANY,
    DAY,
    EVIDENCE,
    LANG,
    OUTPUT,
    Session,
    case_options,
    language,
    narrate,
    options,
    rows_options,
)
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


READING = options(
    click.option(
        "--map", "maps", multiple=True, metavar="ROLE=COLUMN", help="What a column is: phone=手机号, key=姓名,生日 …"
    ),
    click.option("--encoding", help="The text encoding, where it is detected wrongly."),
    click.option("--region", help="Country of numbers without a country code (default: found out)."),
    click.option("--sheet", help="The only sheet of a workbook, or table of an SQL dump, to read."),
    click.option("--header/--no-header", default=None, help="Whether the first row names the columns."),
    click.option("--limit", "raised", multiple=True, metavar="NAME=NUMBER", help="Raise a limit: tracer help lists."),
)
"""How a file is read."""


def raised_limits(raised: tuple[str, ...]) -> dict[str, int | str]:
    """`NAME=NUMBER`, each."""
    from tracer.lists.read.model import Limits

    Limits.raised(raised)  # a setting without a number is reported as it was written
    return {name: number for name, _, number in (one.partition("=") for one in raised)}


@click.command(epilog="Example: tracer load lists/d7.xlsx --holder cti-x --obtained 2026-05-01 --case my-case")
@click.argument("files", nargs=-1, required=True, type=ANY)
@click.option("--holder", required=True, metavar="PARTY", help="The party it was obtained from.")
@click.option("--id", "id_", help="Id of the dataset (default: made from the file's name).")
@click.option("--obtained", type=DAY, help="Day it was obtained: it existed by then.")
@click.option("--created", type=DAY, help="Day it came into being, where known.")
@click.option("--exported", type=DAY, help="Day of this export, where known.")
@click.option("--living/--no-living", default=None, help="Whether the list went on after its first day.")
@click.option(
    "--origin", type=click.Choice(["own", "obtained", "refusals", "register", "offer"]),
    help="own: the client's own list; refusals: people who refused; register: a public source; offer: not bought.",
)  # fmt: skip
@READING
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

    csv, tsv, txt, xlsx, xls, vcf, json, ndjson, parquet, sql, or a zip of these; a folder is all files in it. Several
    files are loaded together: all of them, or none. Prints one row per dataset.
    """
    columns, limits = mapped(maps), raised_limits(raised)
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


@click.command(epilog="Example: tracer check offer.xlsx --seller acme --claims fresh=2026-05,size=20000 --case my-case")
@click.argument("file", type=ANY)
@click.option("--seller", metavar="PARTY", help="Who offers it.")
@click.option("--on", type=DAY, help="Day of the offer; later lists are not looked at (default: today).")
@click.option(
    "--claims", multiple=True, metavar="CLAIM,…",
    help="What the seller says: random, business_only, public_sources, size=N, fresh=MONTH, first_hand, own_collection,"
    " consented.",
)  # fmt: skip
@READING
@click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "json", "html", "pdf"]),
    help="What is printed (default: text, or that of the file's ending).",
)  # fmt: skip
@OUTPUT
@LANG
@case_options
def check(
    session: Session, /, file: Path, maps: tuple[str, ...], raised: tuple[str, ...], format_: str | None,
    output: Path | None, lang: str | None, **said: Any,
) -> None:  # fmt: skip
    """Check a list that is offered, before you use it: one page, and nothing of the list is kept.

    How much is new and how much was in which list since when; people who refused; your own customers and planted
    records; which copies it comes from; whether what the seller says is true. No person is shown.
    The exit code is 0 whatever is found, "Do not use it" too.
    """
    to = format_ or (output.suffix[1:] if output is not None and file_of(output) else "") or "text"
    found = session.case().check(
        file, columns=mapped(maps), limits=raised_limits(raised), lang=language(lang, to), path=file_of(output), to=to,
        **said,
    )  # fmt: skip
    if file_of(output) is None:
        put(found.written(to), None)
