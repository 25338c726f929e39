"""`tracer show`: the chain of a dataset, a copy or a party as a tree in the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.cli.language import LANG, language
from tracer.cli.printer import print_rich, rich_lines
from tracer.cli.rows import put, terminal_width, way_out
from tracer.cli.session import Session, case_options, narrate
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
@LANG
@case_options
def show(session: Session, name: str, least: float, format_: str, output: Path | None, lang: str | None) -> None:
    """Draw the chain of a party, dataset or copy as a tree: where it came from and where it went."""
    from tracer.ask.show import as_json
    from tracer.ask.show import show as tree_of
    from tracer.stages import not_up_to_date

    spoken = language(lang if format_ == "text" else lang or "en")  # programs are not given another language unasked
    with session.open(read_only=True) as case:
        way = way_out(case, output)
        untraced = not_up_to_date(case.con)
        if way is None:
            tree = tree_of(case.con, name, least=least, untraced=untraced, lang=spoken)
        else:
            tree = way.tree(tree_of(case.con, name, least=least, untraced=untraced, narrowed=way.row, lang=spoken))
        width = min(terminal_width(), _WIDEST)
        if format_ == "json":
            content = json.dumps(as_json(tree), ensure_ascii=False, indent=2) + "\n"
        else:
            content = "".join(f"{line}\n" for line in rich_lines([_tree(tree)], width, colours=False))
        left = {} if way is None or output is None else way.look_through(content, output)
        case.journal.append(command="show", detail={"of": name, "least": least} | left)
    if format_ == "text" and output is None:
        print_rich([_tree(tree)], width)
    else:
        put(content, output)
    for note in way.notes if way is not None else ():
        narrate(note)


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
