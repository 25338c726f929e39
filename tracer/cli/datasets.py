"""`tracer dataset`: the lists of a case, what is said of them, and taking one out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from tracer.cli.dates import DAY
from tracer.cli.dossier import put_change
from tracer.cli.rows import print_records
from tracer.cli.session import Session, case_options, narrate, rows_options

_COLUMNS = "dataset, holder, obtained, created, origin, rows, contacts, version, state, title"


@click.group(epilog="Example: tracer dataset list --case my-case")
def dataset() -> None:
    """List, describe, rename and remove datasets."""


@dataset.command("list", epilog="Example: tracer dataset list --case my-case")
@rows_options
@case_options
def list_(session: Session, format_: str, output: Path | None) -> None:
    """List all datasets, removed and purged ones too."""
    with session.open(read_only=True) as case:
        rows = case.con.execute(
            "SELECT id AS dataset, holder, obtained, created, origin, rows, contacts, version,"
            " CASE WHEN purged_at IS NOT NULL THEN 'purged' WHEN NOT current THEN 'removed' ELSE 'here' END AS state,"
            " list_title AS title FROM main.dataset QUALIFY row_number() OVER (PARTITION BY id ORDER BY no DESC) = 1"
            " ORDER BY id"
        ).fetchall()
    if not rows and format_ == "table":
        narrate("No datasets yet; load one: tracer load FILE --holder PARTY")
        return
    print_records([dict(zip(_COLUMNS.split(", "), row, strict=True)) for row in rows], format_, output)


@dataset.command("edit", epilog="Example: tracer dataset edit d7 --obtained 2026-05-02 --case my-case")
@click.argument("id_", metavar="DATASET")
@click.option("--holder", help="The party that it was obtained from.")
@click.option("--obtained", type=DAY, help="Day it was obtained.")
@click.option("--created", type=DAY, help="Day it came into being.")
@click.option("--origin", help="own, obtained or refusals")
@click.option("--title", "list_title", help="Its name as readers see it.")
@click.option("--title-en", help="Its name as readers of English see it.")
@click.option("--title-zh", help="Its name as readers of Chinese see it.")
@click.option("--clear", multiple=True, metavar="FIELD", help="A field to be empty again; may be repeated.")
@case_options
def edit(session: Session, /, id_: str, clear: tuple[str, ...], **facts: str | date | None) -> None:
    """Change the facts of a dataset; what is not given stays, and its contents are not touched."""
    from tracer.lists.keeping import edit_dataset

    fields = ["list_title" if name == "title" else name.replace("-", "_") for name in clear]
    put_change(
        session, "dataset edit",
        lambda case: {"dataset": id_, "changed": list(edit_dataset(case.con, id_, facts, fields))},
    )  # fmt: skip


@dataset.command("rename", epilog="Example: tracer dataset rename d7 market-2026-05 --case my-case")
@click.argument("old", metavar="DATASET")
@click.argument("new", metavar="NEW_ID")
@case_options
def rename(session: Session, old: str, new: str) -> None:
    """Rename a dataset: claims, handovers and decisions follow.

    A list of which marked copies were committed keeps its id, which is part of the proof.
    """
    from tracer.lists.keeping import rename_dataset

    def change(case: Any) -> dict[str, Any]:
        rename_dataset(case.con, old, new)
        return {"dataset": new, "was": old}

    put_change(session, "dataset rename", change)


@dataset.command("remove", epilog="Example: tracer dataset remove d7 --case my-case")
@click.argument("id_", metavar="DATASET")
@case_options
def remove(session: Session, id_: str) -> None:
    """Remove a dataset from what is traced; findings about it are superseded, not erased.

    Its contents stay in the case, and `dataset restore` puts it back. `tracer purge` erases contents.
    """
    from tracer.lists.keeping import remove_dataset

    def change(case: Any) -> dict[str, Any]:
        return {"dataset": id_, "outcome": "removed", "still_named_by": remove_dataset(case.con, id_)}

    put_change(session, "dataset remove", change)
    narrate(f"Undo it: tracer dataset restore {id_}. Erase its contents: tracer purge {id_}.")


@dataset.command("restore", epilog="Example: tracer dataset restore d7 --case my-case")
@click.argument("id_", metavar="DATASET")
@case_options
def restore(session: Session, id_: str) -> None:
    """Restore a dataset that was removed."""
    from tracer.lists.keeping import restore_dataset

    def change(case: Any) -> dict[str, Any]:
        restore_dataset(case.con, id_)
        return {"dataset": id_, "outcome": "restored"}

    put_change(session, "dataset restore", change)
