"""`tracer key`: the case key, which never lies in the case folder and is never printed."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.session import Session, case_options, narrate


@click.group(epilog="Example: tracer key show --case my-case")
def key() -> None:
    """Show, export, import or rotate the case key.

    The key is 256 random bits. Without it the case cannot be read, not even by its owner: export it and keep it apart.
    """


@key.command(epilog="Example: tracer key show --case my-case")
@case_options
def show(session: Session) -> None:
    """Show where the key is kept, and its fingerprint. The key itself is not printed."""
    kept = session.case().key.show()
    click.echo(f"{kept['place']}\tfingerprint {kept['fingerprint']}")


@key.command(epilog="Example: tracer key export my-case.key --case my-case")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@case_options
def export(session: Session, file: Path) -> None:
    """Write the key to a new file that only you may read (mode 0600)."""
    session.case().key.export(file)
    narrate(f"The key is in {file}. Keep it apart from the case.")


@key.command("import", epilog="Example: tracer key import my-case.key --case my-case")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@case_options
def import_(session: Session, file: Path) -> None:
    """Import a key that was exported, so that the case opens here without --key-file."""
    case = session.case()
    narrate(f"The key of {case.folder} is now in the {case.key.import_(file)['place']}.")


@key.command(epilog="Example: tracer key rotate --case my-case")
@case_options
def rotate(session: Session) -> None:
    """Rotate the case key: store and originals are encrypted again under a new one."""
    renewed = session.case().key.rotate()
    narrate(f"The case has a new key in the {renewed['place']}, fingerprint {renewed['fingerprint']}.")
    narrate("Copies and backups made before still open with the old key.")
