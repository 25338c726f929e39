"""`tracer simulate`: a synthetic market with known truth, as a folder that `tracer run` takes."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.session import narrate


@click.command(
    epilog="Example: tracer simulate market --seed 7 --lists 20 --rows 800 --merges 0.4"
    " && tracer run market/case.toml --case market-case"
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--lists", type=int, metavar="N", help="How many lists there are (6 or more), hidden ones included.")
@click.option("--rows", type=int, metavar="N", help="The middle size of a collected list (40 or more).")
@click.option("--merges", type=float, metavar="SHARE", help="Share of copies that have two or three parents.")
@click.option("--hidden", type=float, metavar="SHARE", help="Share of lists that were never obtained.")
@click.option("--profile", type=float, metavar="SHARE", help="0: all collect alike; 1: each has a profile of its own.")
@click.option("--padding", type=float, metavar="SHARE", help="Random numbers added to copies, in ratio to their rows.")
@click.option(
    "--set", "also", type=(str, float), multiple=True, metavar="MOVE SHARE", help="Another move, such as masked."
)
def simulate(
    folder: Path,
    seed: int,
    lists: int | None,
    rows: int | None,
    also: tuple[tuple[str, float], ...],
    **asked: float | None,
) -> None:
    """Write a synthetic market to DIR: its manifest, its files, and truth.json, which no command reads.

    Everybody in it is invented, and every number lies in a segment that no carrier has been given.
    """
    from tracer.library.elsewhere import make_market

    shares = {name: value for name, value in asked.items() if value is not None} | dict(also)
    manifest = make_market(folder, seed=seed, lists=lists, rows=rows, shares=shares)
    narrate(f"A market with its truth is in {folder}. Go on: tracer run {manifest} --case {folder}-case")
    click.echo(manifest)
