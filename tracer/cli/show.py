"""`tracer show`: the chain of a dataset, a copy or a party as a tree in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.cli.language import LANG, language
from tracer.cli.printer import print_rich, rich_lines
from tracer.cli.rows import file_of, put, terminal_width
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
    spoken = language(lang if format_ == "text" else lang or "en")  # programs are not given another language unasked
    width = min(terminal_width(), _WIDEST)

    def drawn(tree: Branch) -> str:
        return "".join(f"{line}\n" for line in rich_lines([_tree(tree)], width, colours=False))

    chain = session.case().show(name, least=least, lang=spoken, path=file_of(output), to=format_, drawn=drawn)
    if format_ == "text" and output is None:
        print_rich([_tree(chain.tree)], width)
    elif file_of(output) is None:
        put(chain.json_text() if format_ == "json" else drawn(chain.tree), None)
    for note in chain.notes:
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
