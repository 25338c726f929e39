"""`tracer dataset`: the lists of a case, what is said of them, and taking one out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tracer.cli.dates import DAY
from tracer.cli.rows import print_change, print_table
from tracer.cli.session import Session, case_options, narrate, rows_options


@click.group(epilog="Example: tracer dataset list --case my-case")
def dataset() -> None:
    """List, describe, rename and remove datasets."""


@dataset.command("list", epilog="Example: tracer dataset list --case my-case")
@rows_options
@case_options
def list_(session: Session, format_: str, output: Path | None) -> None:
    """List all datasets, removed and purged ones too."""
    table = session.case().datasets.list()
    if not len(table) and format_ == "table":
        narrate("No datasets yet; load one: tracer load FILE --holder PARTY")
        return
    print_table(table, format_, output)


@dataset.command("edit", epilog="Example: tracer dataset edit d7 --obtained 2026-05-02 --case my-case")
@click.argument("id_", metavar="DATASET")
@click.option("--holder", help="The party that it was obtained from.")
@click.option("--obtained", type=DAY, help="Day it was obtained.")
@click.option("--created", type=DAY, help="Day it came into being.")
@click.option("--origin", help="own, obtained or refusals")
@click.option("--title", help="Its name as readers see it.")
@click.option("--title-en", help="Its name as readers of English see it.")
@click.option("--title-zh", help="Its name as readers of Chinese see it.")
@click.option("--clear", multiple=True, metavar="FIELD", help="A field to be empty again; may be repeated.")
@case_options
def edit(session: Session, /, id_: str, clear: tuple[str, ...], **facts: Any) -> None:
    """Change the facts of a dataset; what is not given stays, and its contents are not touched."""
    print_change(session.case().datasets.edit(id_, clear=clear, **facts))


@dataset.command("rename", epilog="Example: tracer dataset rename d7 market-2026-05 --case my-case")
@click.argument("old", metavar="DATASET")
@click.argument("new", metavar="NEW_ID")
@case_options
def rename(session: Session, old: str, new: str) -> None:
    """Rename a dataset: claims, handovers and decisions follow.

    A list of which marked copies were committed keeps its id, which is part of the proof.
    """
    print_change(session.case().datasets.rename(old, new))


@dataset.command("remove", epilog="Example: tracer dataset remove d7 --case my-case")
@click.argument("id_", metavar="DATASET")
@case_options
def remove(session: Session, id_: str) -> None:
    """Remove a dataset from what is traced; findings about it are superseded, not erased.

    Its contents stay in the case, and `dataset restore` puts it back. `tracer purge` erases contents.
    """
    print_change(session.case().datasets.remove(id_))
    narrate(f"Undo it: tracer dataset restore {id_}. Erase its contents: tracer purge {id_}.")


@dataset.command("restore", epilog="Example: tracer dataset restore d7 --case my-case")
@click.argument("id_", metavar="DATASET")
@case_options
def restore(session: Session, id_: str) -> None:
    """Restore a dataset that was removed."""
    print_change(session.case().datasets.restore(id_))
