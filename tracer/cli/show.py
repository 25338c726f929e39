"""`tracer show`: the chain of a dataset, a copy or a party as a tree in the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.cli.printer import print_rich, rich_lines
from tracer.cli.rows import put, terminal_width
from tracer.cli.session import Session, case_options, pass_session
from tracer.visible import visible

if TYPE_CHECKING:
    from rich.tree import Tree

    from tracer.ask.show import Branch

_STYLES = {"party": "bold", "dataset": "bold", "release": "green", "group": "dim", "again": "dim", "note": "yellow"}
_WIDEST = 160
"""Cells of a line; a tree leans to the right."""


@click.command(epilog="Example: tracer show resold-list --case my-case")
@click.argument("name", metavar="PARTY|DATASET")
@click.option(
    "--least", type=click.FloatRange(0, 1), default=0.5, show_default=True,
    help="Leave out findings under this probability.",
)  # fmt: skip
@click.option(
    "-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Text for people, JSON for programs.",
)  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="Write to a file.")
@case_options
@pass_session
def show(session: Session, name: str, least: float, format_: str, output: Path | None) -> None:
    """Draw the chain of a party, dataset or copy as a tree: where it came from and where it went."""
    from tracer.ask.show import as_json
    from tracer.ask.show import show as tree_of
    from tracer.stages import untraced

    with session.open(read_only=True) as case:
        tree = tree_of(case.con, name, least=least, untraced=untraced(case.con))
        case.journal.append(command="show", detail={"of": name, "least": least})
    width = min(terminal_width(), _WIDEST)
    if format_ == "json":
        put(json.dumps(as_json(tree), ensure_ascii=False, indent=2) + "\n", output)
    elif output is None:
        print_rich([_tree(tree)], width)
    else:
        put("".join(f"{line}\n" for line in rich_lines([_tree(tree)], width, colours=False)), output)


def _tree(branch: Branch) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    def line(of: Branch) -> Text:
        text = Text()
        if of.grade:
            text.append(f"{of.grade} ", style="bold cyan")
        return text.append(visible(of.text), style=_STYLES.get(of.kind, ""))

    def grow(tree: Tree, of: Branch) -> None:
        for inner in of.branches:
            grow(tree.add(line(inner)), inner)

    root = Tree(line(branch), guide_style="dim")
    grow(root, branch)
    return root
