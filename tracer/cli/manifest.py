"""`tracer manifest`: a manifest written, checked, and described for editors; without a case."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.session import narrate


@click.group(epilog="Example: tracer manifest check case.toml")
def manifest() -> None:
    """Write, check and describe manifests; no case is needed."""


@manifest.command("new", epilog="Example: tracer manifest new my-files")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Write a first manifest, DIR/case.toml, for the files in DIR.

    Guesses what each file is, its columns, and days in names; who held a list is left to fill in. Nothing is
    overwritten, and nothing is loaded.
    """
    from tracer.manifest.proposal import propose_manifest

    made = propose_manifest(folder)
    for what in made.left_out:
        narrate(what)
    counted = ", ".join(f"{count:,} [[{table}]]" for table, count in made.counts.items())
    narrate(f"Written: {counted}. Fill in what is marked FILL IN, then: tracer manifest check {made.path}")
    click.echo(str(made.path))


@manifest.command("check", epilog="Example: tracer manifest check case.toml")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--allow-outside", is_flag=True, help="Let paths of the manifest lead out of its folder.")
def check(file: Path, allow_outside: bool) -> None:
    """Check a manifest: every table, key, word, id and day, and that its files can be read, with the columns it names.

    All mistakes are reported at once (exit code 3), each with table, line and the nearest right word. No case is
    needed, and nothing is loaded.
    """
    from tracer.manifest.checked import check_manifest

    checked = check_manifest(file, outside=allow_outside)
    for note in checked.notes:
        narrate(note)
    click.echo(checked.line())


@manifest.command("schema", epilog="Example: tracer manifest schema -o case.schema.json")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="Write to a file; - is stdout."
)  # fmt: skip
def schema(output: Path | None) -> None:
    """Print the JSON Schema of manifests, by which editors complete and check them.

    Name it in the manifest's first line: #:schema ./case.schema.json
    """
    from tracer.manifest.json_schema import schema_text
    from tracer.whole_file import write_whole

    if output is None or str(output) == "-":
        click.echo(schema_text(), nl=False)
    else:
        write_whole(schema_text().encode(), output)
