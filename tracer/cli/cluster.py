"""`tracer cluster`: a case's heavy statements on Spark, and back."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.session import Session, case_options, narrate


@click.group(epilog="Example: tracer cluster export there --case my-case")
def cluster() -> None:
    """Compute what is too large for one machine on Spark.

    Numbers and addresses leave under pseudonyms only. `tracer help cluster` explains size, cost, and the way back.
    """


@cluster.command("export", epilog="Example: tracer cluster export there --buckets 64 --case my-case")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--buckets", type=click.IntRange(1, 100_000), default=16, show_default=True,
    help="Into how many files memberships are cut, by key; two to four for each core.",
)  # fmt: skip
@case_options
def export_(session: Session, folder: Path, buckets: int) -> None:
    """Write the membership table and what the stages ask of it to DIR, keys under pseudonyms."""
    memberships, statements = session.case().cluster.export(folder, buckets=buckets)
    narrate(f"{memberships} memberships in {buckets} files, {statements} statements in {folder}.")
    narrate(f"Go on: tracer cluster run {folder} --master 'local[*]'")
    click.echo(folder)


@cluster.command(epilog="Example: tracer cluster run there --master 'local[2]' --memory 2g")
@click.argument("folder", metavar="DIR")
@click.option("--master", help="Spark's master URL (default: what spark-submit or the environment says).")
@click.option("--memory", help="Memory of the driver, which does the work where the master is local: 2g.")
@click.option("--set", "settings", type=(str, str), multiple=True, metavar="NAME VALUE", help="A setting of Spark.")
def run(folder: str, master: str | None, memory: str | None, settings: tuple[tuple[str, str], ...]) -> None:
    """Execute the statements of DIR, a path or URI that Spark reads and writes. Needs no case and no key."""
    from tracer.library.elsewhere import run_cluster

    given = {**({"spark.driver.memory": memory} if memory else {}), **dict(settings)}
    ran = run_cluster(
        folder, master=master, settings=given,
        tell=lambda one: narrate(f"{one.name} ({one.relation}): {one.seconds:.1f} s"),
    )  # fmt: skip
    narrate(f"{len(ran)} statements in {sum(one.seconds for one in ran):.1f} s.")
    narrate(f"Go on: tracer cluster import {folder}")


@cluster.command("import", epilog="Example: tracer cluster import there --case my-case")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@case_options
def import_(session: Session, folder: Path) -> None:
    """Import the answers in DIR. `tracer trace` then uses them as long as the case stays as it was."""
    count = session.case().cluster.import_(folder)
    narrate(f"{count} answers imported. Go on: tracer trace")
