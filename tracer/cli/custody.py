"""`tracer init`, `verify`, `doctor`, `backup`, `restore`, `purge`: how a case begins and is kept."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path

import click

from tracer.cli.outside import tell_checks
from tracer.cli.printer import tell_check
from tracer.cli.rows import put
from tracer.cli.session import DAY, FILE, FOLDER, OUT, Session, case_options, narrate
from tracer.errors import ExitCode, InputRefused, UsageError
from tracer.regular import secret_in


@click.command(epilog="Example: tracer init my-case --region CN")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--region", help="Country of numbers without a country code (default: CN, or what a list speaks for).")
@click.option("--name", default="", help="Name of the case (default: the folder's).")
@case_options
def init(session: Session, folder: Path, region: str | None, name: str) -> None:
    """Create a new, encrypted case in DIR."""
    from tracer.case.case import DEFAULT_REGION
    from tracer.library.case import create

    place = create(folder, name=name, region=region, key_file=session.key_file).key_place
    narrate(f"Made {folder}. Its key is in the {place}: without it the case cannot be read.")
    if region is None:
        narrate(
            f"Region {DEFAULT_REGION}: numbers without a country code count as Chinese ones, unless a list shows"
            " another country. Name yours here with --region US, say, or for one list with `tracer load --region`."
        )
    narrate(f"Next: tracer load FILE --holder PARTY --case {folder}")


@click.command(epilog="Example: tracer verify --since 2026-05-01 --case my-case")
@click.option("--since", type=DAY, help="Only originals loaded on this day or later, and findings of traces since.")
@click.option(
    "--copies", type=FOLDER, multiple=True, metavar="DIR",
    help="Look for handed-over copies in this folder, too (default: the folder that the case lies in).",
)  # fmt: skip
@case_options
def verify(session: Session, since: date | None, copies: tuple[Path, ...]) -> int:
    """Check that store, originals, journal and register are unchanged and that the findings come out the same again.

    Every bit of store, originals and journal is looked at. Exit code 5 where something is not as it was; findings that
    rest on purged contents are reported as `not recomputable`. More: tracer help custody
    """
    found = session.case().verify(since=since, copies=copies, tell=narrate)
    code = tell_checks(found.checks)
    narrate(f"{len(found.checks)} checks, {len(found.failed)} failed.")
    return code


@click.command(epilog="Example: tracer doctor --repair --case my-case")
@click.option("--repair", is_flag=True, help="Repair what can be repaired, say what was done, and journal it.")
@click.option("--accept-journal", is_flag=True, help="Accept a changed journal as it is; `verify` keeps reporting it.")
@click.option("--reason", help="Why a changed journal is accepted: a sentence that stays in it for good.")
@case_options
def doctor(session: Session, repair: bool, accept_journal: bool, reason: str | None) -> int:
    """Diagnose what a crash, a full disk or a stray edit left wrong in a case, and repair it.

    Looks at key, store and its seal, schema, journal, originals, leftovers, register, room on the disk. Exit code 5
    where something remains wrong. `tracer verify` looks at every bit and every finding.
    """
    if accept_journal:
        fault = session.case().accept_journal(reason=reason)
        narrate(f"Accepted: {fault}. The journal says so, and `tracer verify` will keep reporting it.")
        return ExitCode.DONE
    if reason is not None:
        raise UsageError("--reason needs --accept-journal", remedy="add --accept-journal, or leave it out")
    found = session.case().doctor(repair=repair)
    for one in found:
        tell_check("repaired" if one.mended else "FOUND", one.what, one.detail.removeprefix("repaired: "))
    left = sum(not one.mended for one in found)
    narrate(f"{len(found) - left} repaired, {left} left." if repair else f"{left} found.")
    return ExitCode.FOUND if left else ExitCode.DONE


@click.command(epilog="Example: tracer backup my-case.backup --case my-case")
@click.argument("file", type=FILE)
@click.option(
    "--passphrase", is_flag=True, help="Under a passphrase (asked for, or TRACER_PASSPHRASE), not the case key."
)
@click.option("--passphrase-file", type=FILE, help="Under the passphrase in this file.")
@click.option("--with-key", is_flag=True, help="Put the case key into it as well; only under a passphrase.")
@case_options
def backup(session: Session, file: Path, passphrase: bool, passphrase_file: Path | None, with_key: bool) -> None:
    """Write the whole case into one encrypted FILE, while no other process writes to it.

    It opens with the case key as it is now, or with a passphrase. The key is not in it unless you ask for that.
    """
    phrase = _passphrase(passphrase_file, twice=True) if passphrase or passphrase_file is not None else None
    written = session.case().backup(file, passphrase=phrase, with_key=with_key)
    narrate(f"Wrote {file}: {written.bytes:,} bytes, {written.originals} originals, sha256 {written.sha256}.")
    if phrase is None:
        narrate("It opens with the case key alone: keep a copy of that apart (tracer key export FILE).")
    narrate(f"Try it out: tracer restore {file} another-folder")


@click.command(epilog="Example: tracer restore my-case.backup restored-case")
@click.argument("file", type=FILE)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--passphrase-file", type=FILE, help="File with its passphrase (default: TRACER_PASSPHRASE, or asked for)."
)
@case_options
def restore(session: Session, file: Path, folder: Path, passphrase_file: Path | None) -> None:
    """Restore the case into DIR, a new or empty folder, from a backup, and check journal, store and every original.

    A backup that was cut off or changed, or does not pass the checks, is refused, and nothing of it is kept.
    """
    from tracer.case.backup import reads_passphrase
    from tracer.library.case import restore as unpack

    phrase = _passphrase(passphrase_file, twice=False) if reads_passphrase(file) else None
    made = unpack(file, folder, key_file=session.key_file, passphrase=phrase, tell=narrate)
    narrate(f"Restored {folder} as it was on {made.made}; {len(made.checks)} checks passed.")
    if not made.checks:
        narrate("Its key is not here, so only its hashes were checked: tracer key import FILE, then tracer verify.")


@click.command(epilog="Example: tracer purge old-list --yes --reason 'the court ordered it' --case my-case")
@click.argument("dataset")
@click.option("--reason", help="Why: a sentence that is journaled and is in the certificate.")
@click.option(
    "-o", "--output", type=OUT,
    help="Write the certificate to a file; - is stdout.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal.")
@case_options
def purge(session: Session, dataset: str, reason: str | None, output: Path | None, yes: bool) -> None:
    """Remove the contents of DATASET for good: rows, identifiers, original, in all its versions.

    Its hashes, its counts and the findings about it stay, marked as not recomputable. A certificate says what was
    removed, when and why, and what no purge can reach: earlier backups, and what a disk keeps of deleted files
    (encrypted). For these, rotate the key and destroy the old one. More: tracer help custody
    """
    if output is not None and str(output) != "-" and output.exists():
        raise InputRefused("the file already exists", where=str(output), remedy="name a new file for the certificate")
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("there is no terminal on which to confirm the removal", remedy="add --yes")
        click.confirm(f"Remove the contents of {dataset} for good?", abort=True, err=True)
    certificate = session.case().purge(dataset, reason=reason, tell=narrate)
    put(json.dumps(certificate, ensure_ascii=False, indent=2) + "\n", output)


def _passphrase(file: Path | None, *, twice: bool) -> str:
    """From the file, else `TRACER_PASSPHRASE`, else asked for; never from the command line, which others can see."""
    if file is not None:
        return secret_in(file)
    given = os.environ.get("TRACER_PASSPHRASE", "")
    if given:
        return given
    if not sys.stdin.isatty():
        raise UsageError("the passphrase is missing", remedy="set TRACER_PASSPHRASE or give --passphrase-file FILE")
    asked: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    return asked
