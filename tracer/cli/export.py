"""`tracer export` and `edition`: what is taken away, redacted, in formats of other tools, and what of it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import click

from tracer.cli.operations import CommandGroup, Decorated, Lang, Reason, Reveal
from tracer.cli.session import Session, file_of, language, narrate, write_output
from tracer.errors import UsageError
from tracer.export.looks import AUDIENCES, EMBEDDED
from tracer.late_imports import imported_when_used
from tracer.library.arguments import Option, PathKind
from tracer.library.exports import USUAL, PictureChoice

with imported_when_used():
    from tracer.export import formats
    from tracer.export.formats import format_names, format_of
    from tracer.wording import Codes

FIGURES = ("story", "flow", "time", "lineage", "matrix", "sankey", "timeline", "overlaps", "waterfall", "card")
_FILLED_IN = ("what", "to", "path", "of", "lang", "reveal", "words", "embed", "audience", "image", "finding")
_DRAWN, _LOOKS = ("font", "with_sources"), tuple(PictureChoice.__annotations__)


class FormatsOf(click.Choice[str]):
    """The formats of a noun, from the registry when they are first looked at: a command's help needs no writer."""

    def __init__(self, noun: str) -> None:
        self.noun, self.case_sensitive = noun, True

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]  # read only here
        """Their names, those for people first."""
        return format_names(self.noun)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """One of the choices. A format that is no longer written is refused with what to use instead."""
        if value in formats.GONE and value not in self.choices:
            format_of(self.noun, value)
        return super().convert(value, param, ctx)


export = CommandGroup(
    "export",
    "",
    "graph --to html -o graph.html",
    """Export findings: numbers masked, protected parties under a pseudonym.

    Every file goes through one gate and is looked through before it is written: a number or name that is in a list
    stops the export. Protected sources are left out of graph, figures and report unless you ask for them.""",
)


def _export(noun: str, example: str, said: str, *options: Decorated, without: tuple[str, ...] = ()) -> None:
    """Make the command that exports a noun; `said` is its help."""

    @export.operation(
        noun,
        example,
        *options,
        click.option("--to", type=FormatsOf(noun), default=USUAL[noun], show_default=True, help="The format."),
        of="export",
        without=(*_FILLED_IN, *without),
    )
    def command(
        session: Session,
        *,
        to: str,
        output: Annotated[
            Path | None, PathKind.STREAM, Option("The file; - is stdout (if it is one file).", name="-o --output")
        ] = None,
        reveal: Reveal = False,
        reason: Reason = None,
        preview: bool,
        lang: Lang = None,
        ids: tuple[str, ...] = (),
        kind: str | None = None,
        **chosen: Any,
    ) -> None:
        if output is None and not preview:
            raise UsageError(
                "the output is missing", where="-o", remedy="name a file, or - for stdout; or give --preview"
            )
        if reveal and not reason:
            raise UsageError("numbers in clear need a reason", where="--reveal", remedy='add --reason "…"')
        if reason and not reveal:
            raise UsageError(
                "--reason needs --reveal", where="--reason", remedy="add --reveal, or leave the reason out"
            )
        # Programs are not given another language unasked.
        spoken = language(lang if format_of(noun, to).codes is Codes.NONE else lang or "en")
        done = session.case().export(
            noun,
            to=to,
            path=output if preview else file_of(output),
            of=ids if kind is None else (kind, *ids),
            lang=spoken,
            reveal=reason,
            preview=preview,
            words=language(lang),
            **{name: value for name, value in chosen.items() if value is not None},
        )
        for note in filter(None, (done.warning, done.note)):
            narrate(note)
        if preview:
            wide = max(len(what) for what, _ in done.preview) + 2
            for what, text in done.preview:
                click.echo(f"{what:<{wide}}{text}")
        elif file_of(output) is None:
            write_output(done.content, None)
        for path in done.paths:
            narrate(f"Wrote {path}")

    command.help = said


_FINDING = click.option("--finding", nargs=2, metavar="A B", help="Only this finding, as in: tracer why A B.")
_export(
    "graph",
    "--to html -o graph.html --case my-case",
    """Write the provenance graph: who holds what, what was copied from what, who gave it to whom.

html is one page for any browser; svg, png and pdf are its picture for print; csv and neo4j are several files; the
others are for Gephi, yEd, Cytoscape, Neo4j, Aleph and PROV tools. `tracer help exports` says what each loses.""",
    click.option(
        "--embed",
        type=click.Choice(EMBEDDED),
        is_flag=False,
        flag_value="story",
        help="A page for the frame of another: the story (usual) or the graph alone.",
    ),
    click.option(
        "--for",
        "audience",
        type=click.Choice(AUDIENCES),
        help="A page for readers: without the part for experts and without ids.",
    ),
    click.option(
        "--image",
        metavar="URL",
        help="Where the picture is that services show for a link to the page (export figure card).",
    ),
    _FINDING,
)
_export(
    "findings",
    "--to xlsx -o findings.xlsx --case my-case",
    "Write the rows of all findings; csv and parquet are one file a query.",
    without=(*_DRAWN, *_LOOKS),
)
_export(
    "report",
    "--to html --lang zh -o report.html --case my-case",
    "Write the report: a page of summary, then each finding with method, numbers, alternatives, evidence, replies.",
    without=_LOOKS,
)
_export(
    "figure",
    "flow --width 660 --to svg -o flow.svg --case my-case",
    """Draw a figure for print.

story [FINDING]: the strongest finding, or one named by its copy or lists, on a time line. flow: who got lists from
whom (or sankey). time [RELEASE]: what was known when, or what became of one copy (or timeline RELEASE). lineage:
which list came from which. matrix (or overlaps): every list with every other. waterfall PARENT CHILD: what speaks
for and against one copying. card [FINDING]: headline and figure in 1200 by 630 pixels (png), which services show
for a link. `export graph --to svg` is the whole picture.""",
    click.argument("kind", type=click.Choice(FIGURES)),
    click.argument("ids", nargs=-1),
    _FINDING,
)
_export(
    "evidence",
    "--to zip -o annex.zip --case my-case",
    """Write documents for an annex, without their metadata, with a table of hashes; all of them, or those named.

Numbers in texts are masked. Pictures go only when they are named, because only a person can look through them;
documents of protected parties never go.""",
    click.argument("ids", nargs=-1),
    without=(*_DRAWN, *_LOOKS, "edition"),
)


@export.operation("handover", "-o handed-over --case my-case", of="hand_over", without=("words",))
def handover(
    session: Session,
    *,
    folder: Path,
    originals: Annotated[bool, "The files themselves too, in clear; needs --reveal and --reason."] = False,
    reveal: Reveal = False,
    reason: Reason = None,
    lang: Lang = None,
) -> None:
    if originals != reveal or reveal != (reason is not None):
        raise UsageError(
            "originals in clear need a reason",
            where="--originals",
            remedy='give --originals --reveal --reason "…", or none of them',
        )
    with session.case() as case:
        done = case.hand_over(folder, reveal=reason, lang=language(lang), words=lang or "en")
        stale = case.not_up_to_date(language(lang))
    if stale:
        narrate(stale)
    narrate(f"Wrote {done.folder}: {done.lines} lines of the journal, {done.withheld} of them withheld;")
    narrate(
        f"hashes of {done.originals} originals, {done.clear} of them in clear. Check it: python3 -I {folder}/verify.py"
    )


edition = CommandGroup(
    "edition",
    "",
    "new edition.toml --case my-case",
    "Write and check what a publication shows: names, headlines, what is left out, translations, colours.",
)

edition.calls(
    "new",
    "edition.toml --case my-case",
    of="edition_new",
    prints="{done}",
    says="Change what is to be changed, then: tracer edition check {file}",
)


@edition.operation("check", "edition.toml --case my-case", of="edition_check")
def edition_check(session: Session, file: Path) -> None:
    checked = session.case().edition_check(file)
    for warning in checked.warnings:
        click.echo(warning)
    click.echo(checked.line())
