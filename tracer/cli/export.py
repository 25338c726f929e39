"""`tracer export`: what is taken away, redacted, in the formats of other tools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import click

from tracer.cli.rows import file_of, put
from tracer.cli.session import FILE, FOLDER, LANG, OUT, Session, case_options, language, narrate, options
from tracer.errors import UsageError
from tracer.export.looks import AUDIENCES, EMBEDDED, FONTS, THEMES

Called: TypeAlias = Callable[..., Any]

FIGURES = ("story", "flow", "time", "lineage", "matrix", "sankey", "timeline", "overlaps", "waterfall", "card")


class FormatsOf(click.Choice[str]):
    """The formats of a noun, from the registry when they are first looked at: a command's help needs no writer."""

    def __init__(self, noun: str) -> None:
        self.noun, self.case_sensitive = noun, True

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]  # read only here
        """Their names, those for people first."""
        from tracer.export.formats import format_names

        return format_names(self.noun)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """One of the choices. A format that is no longer written is refused with what to use instead."""
        from tracer.export.formats import GONE, format_of

        if value in GONE and value not in self.choices:
            format_of(self.noun, value)
        return super().convert(value, param, ctx)


EDITION = click.option(
    "--edition", type=FILE, metavar="FILE", help="What a publication shows, as `tracer edition new` writes it."
)


def leaving_options(noun: str, usual: str, *, pictured: bool = False) -> Callable[[Called], Called]:
    """`--to`, `-o`, `--lang`, `--reveal`, `--reason`, `--preview`; `--font` and `--with-sources` of what is drawn.

    usual: the format where none is asked for.
    """
    of_drawings = (
        click.option(
            "--font", type=FILE,
            help="A font file (ttf, otf, ttc) for pictures and PDFs; found on this machine otherwise.",
        ),
        click.option(
            "--with-sources", is_flag=True,
            help="Show protected sources under pseudonyms; left out otherwise. Journaled.",
        ),
    )  # fmt: skip
    leave = options(
        click.option("--to", type=FormatsOf(noun), default=usual, show_default=True, help="The format."),
        click.option("-o", "--output", type=OUT, help="The file; - is stdout (not for formats of several files)."),
        LANG,
        *(of_drawings if pictured else ()),
        click.option("--reveal", is_flag=True, help="Do not mask numbers and addresses; needs --reason."),
        click.option("--reason", help="Why numbers leave in clear; journaled."),
        click.option(
            "--check-reply",
            is_flag=True,
            help="Refuse to write what names a party in a headline that was not asked for a reply.",
        ),
        click.option(
            "--unasked-because",
            metavar="WHY",
            help="Why such a party is named nevertheless; journaled, and said in the file.",
        ),
        *(() if noun == "evidence" else (EDITION,)),
        click.option("--preview", is_flag=True, help="List what would leave, and write nothing."),
    )
    return lambda command: case_options(leave(command))


choice_options = options(
    click.option(
        "--chain", default="", metavar="CHAIN",
        help="Only this chain: number in `query resale-chains`, list where it ends, or FROM..TO.",
    ),
    click.option("--party", default="", metavar="NAME", help="Only what touches this party: id or name."),
    click.option("--finding", nargs=2, metavar="A B", help="Only this finding, as in: tracer why A B."),
    click.option("--grade", default="", metavar="G", help="Only edges of this grade and better: G2."),
    click.option(
        "--width", default="", metavar="W",
        help="Width at which a picture is published: pixels (660) or paper (85mm).",
    ),
    click.option("--portrait", is_flag=True, help="A picture that is taller than wide."),
    click.option("--title", default="", help="The title of a picture or page."),
    click.option("--subtitle", default="", help="A line below the title of a picture."),
    click.option("--source", default="", help="The source line of a picture."),
    click.option(
        "--fonts", type=click.Choice(FONTS), callback=lambda _context, _option, value: value or "",
        help="Letters of an SVG: a font within it (usual if small), outlines for drawing programs, or names.",
    ),
    click.option(
        "--theme", type=click.Choice(THEMES), default="light", show_default=True,
        help="Its colours; grey: for print.",
    ),
    click.option("--highlight", multiple=True, metavar="ID", help="Show this strongly in a picture; repeatable."),
)  # fmt: skip
"""Which part of the graph, and how a picture of it looks."""


@click.group(epilog="Example: tracer export graph --to html -o graph.html")
def export() -> None:
    """Export findings: numbers masked, protected parties under a pseudonym.

    Every file goes through one gate and is looked through before it is written: a number or name that is in a list
    stops the export. Protected sources are left out of graph, figures and report unless you ask for them.
    """


@export.command(epilog="Example: tracer export graph --to html -o graph.html --case my-case")
@click.option(
    "--embed",
    type=click.Choice(EMBEDDED),
    is_flag=False,
    flag_value="story",
    help="A page for the frame of another: the story (usual) or the graph alone.",
)
@click.option(
    "--for",
    "audience",
    type=click.Choice(AUDIENCES),
    callback=lambda _context, _option, value: value or "",
    help="A page for readers: without the part for experts and without ids.",
)
@click.option(
    "--image", default="", metavar="URL",
    help="Where the picture is that services show for a link to the page (export figure card).",
)  # fmt: skip
@leaving_options("graph", "html", pictured=True)
@choice_options
def graph(session: Session, /, embed: str | None, **chosen: Any) -> None:
    """Write the provenance graph: who holds what, what was copied from what, who gave it to whom.

    html is one page for any browser; svg, png and pdf are its picture for print; csv and neo4j are several files; the
    others are for Gephi, yEd, Cytoscape, Neo4j, Aleph and PROV tools. `tracer help exports` says what each loses.
    """
    _leave(session, "graph", embed=embed or "", **chosen)


@export.command(epilog="Example: tracer export findings --to xlsx -o findings.xlsx --case my-case")
@leaving_options("findings", "json")
def findings(session: Session, /, **chosen: Any) -> None:
    """Write the rows of all findings; csv and parquet are one file a query."""
    _leave(session, "findings", **chosen)


@export.command(epilog="Example: tracer export report --to html --lang zh -o report.html --case my-case")
@leaving_options("report", "html", pictured=True)
def report(session: Session, /, **chosen: Any) -> None:
    """Write the report: a page of summary, then each finding with method, numbers, alternatives, evidence, replies."""
    _leave(session, "report", **chosen)


@export.command(epilog="Example: tracer export figure flow --width 660 --to svg -o flow.svg --case my-case")
@click.argument("kind", type=click.Choice(FIGURES))
@click.argument("ids", nargs=-1)
@leaving_options("figure", "svg", pictured=True)
@choice_options
def figure(session: Session, /, kind: str, ids: tuple[str, ...], **chosen: Any) -> None:
    """Draw a figure for print.

    story [FINDING]: the strongest finding, or one named by its copy or lists, on a time line. flow: who got lists from
    whom (or sankey). time [RELEASE]: what was known when, or what became of one copy (or timeline RELEASE). lineage:
    which list came from which. matrix (or overlaps): every list with every other. waterfall PARENT CHILD: what speaks
    for and against one copying. card [FINDING]: headline and figure in 1200 by 630 pixels (png), which services show
    for a link. `export graph --to svg` is the whole picture.
    """
    _leave(session, "figure", of=(kind, *ids), **chosen)


@export.command(epilog="Example: tracer export evidence --to zip -o annex.zip --case my-case")
@click.argument("ids", nargs=-1)
@leaving_options("evidence", "zip")
def evidence(session: Session, /, ids: tuple[str, ...], **chosen: Any) -> None:
    """Write documents for an annex, without their metadata, with a table of hashes; all of them, or those named.

    Numbers in texts are masked. Pictures go only when they are named, because only a person can look through them;
    documents of protected parties never go.
    """
    _leave(session, "evidence", of=ids, **chosen)


@export.command(epilog="Example: tracer export handover -o handed-over --case my-case")
@click.option("-o", "--output", "folder", required=True, type=FOLDER, help="The new folder.")
@click.option("--originals", is_flag=True, help="The files themselves too, in clear; needs --reveal and --reason.")
@click.option("--reveal", is_flag=True, help="Let the originals leave in clear; needs --reason.")
@click.option("--reason", help="Why originals leave in clear; journaled.")
@LANG
@case_options
def handover(
    session: Session, folder: Path, originals: bool, reveal: bool, reason: str | None, lang: str | None
) -> None:
    """Write a folder to hand over: journal, findings, hashes of all originals, registers, time stamps, and verify.py.

    verify.py needs Python and nothing else: no tracer, no key. Lines of the journal that name a protected party are
    withheld; their hashes still link. `tracer anchor print` gives the head that makes it worth something.
    """
    if originals != reveal or reveal != (reason is not None):
        raise UsageError(
            "originals in clear need a reason", where="--originals",
            remedy='give --originals --reveal --reason "…", or none of them',
        )  # fmt: skip
    with session.case() as case:
        done = case.hand_over(folder, reveal=reason, lang=language(lang), words=lang or "en")
        stale = case.not_up_to_date(language(lang))
    if stale:
        narrate(stale)
    narrate(f"Wrote {done.folder}: {done.lines} lines of the journal, {done.withheld} of them withheld;")
    narrate(
        f"hashes of {done.originals} originals, {done.clear} of them in clear. Check it: python3 -I {folder}/verify.py"
    )


@click.group(epilog="Example: tracer edition new edition.toml --case my-case")
def edition() -> None:
    """Write and check what a publication shows: names, headlines, what is left out, translations, colours."""


@edition.command("new", epilog="Example: tracer edition new edition.toml --case my-case")
@click.argument("file", type=OUT)
@case_options
def edition_new(session: Session, file: Path) -> None:
    """Write a first edition, with every story, party and list in the tool's own words, to change in a text editor.

    Nothing is overwritten. As it is written, it changes nothing.
    """
    click.echo(session.case().edition_new(file))
    narrate(f"Change what is to be changed, then: tracer edition check {file}")


@edition.command("check", epilog="Example: tracer edition check edition.toml --case my-case")
@click.argument("file", type=FILE)
@case_options
def edition_check(session: Session, file: Path) -> None:
    """Check an edition: all mistakes at once, each with its line (exit code 3).

    Warns where an edited headline says more than its finding, with the finding's own words; warnings do not refuse.
    """
    checked = session.case().edition_check(file)
    for warning in checked.warnings:
        click.echo(warning)
    click.echo(checked.line())


def _leave(
    session: Session, noun: str, *, to: str, output: Path | None, reveal: bool, reason: str | None, preview: bool,
    lang: str | None, **chosen: Any,
) -> None:  # fmt: skip
    from tracer.export.formats import format_of
    from tracer.wording import Codes

    if output is None and not preview:
        raise UsageError("the output is missing", where="-o", remedy="name a file, or - for stdout; or give --preview")
    if reveal and not reason:
        raise UsageError("numbers in clear need a reason", where="--reveal", remedy='add --reason "…"')
    if reason and not reveal:
        raise UsageError("--reason needs --reveal", where="--reason", remedy="add --reveal, or leave the reason out")
    # Programs are not given another language unasked.
    spoken = language(lang if format_of(noun, to).codes is Codes.NONE else lang or "en")
    done = session.case().export(
        noun, to=to, path=output if preview else file_of(output), lang=spoken, reveal=reason, preview=preview,
        words=language(lang), **chosen,
    )  # fmt: skip
    for said in filter(None, (done.warning, done.note)):
        narrate(said)
    if preview:
        wide = max(len(what) for what, _ in done.preview) + 2
        for what, text in done.preview:
            click.echo(f"{what:<{wide}}{text}")
    elif file_of(output) is None:
        put(done.content, None)
    for path in done.paths:
        narrate(f"Wrote {path}")
