"""`tracer init`, `verify`, `doctor`, `backup`, `restore`, `purge`, `key`, `anchor`: how a case begins and is kept."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import click

from tracer.cli.operations import CommandGroup, Request, Yes, operation
from tracer.cli.printer import print_check
from tracer.cli.session import Session, ask, case_options, narrate, print_checks, statement_of, write_output
from tracer.errors import ExitCode, InputRefused, UsageError
from tracer.late_imports import imported_when_used
from tracer.library.arguments import AnyPath, FilePath, Option, PathKind
from tracer.library.case import create
from tracer.library.case import restore as unpack

with imported_when_used():
    from tracer.case import case
    from tracer.case.backup import reads_passphrase
    from tracer.input_files import secret_in


@operation("init", "my-case --region CN", case_options, of=create)
def init(session: Session, folder: Path, region: str | None, **named: Any) -> None:
    place = create(folder, region=region, key_file=session.key_file, **named).key_place
    narrate(f"Made {folder}. Its key is in the {place}: without it the case cannot be read.")
    if region is None:
        narrate(
            f"Region {case.DEFAULT_REGION}: numbers without a country code count as Chinese ones, unless a list shows"
            " another country. Name yours here with --region US, say, or for one list with `tracer load --region`."
        )
    narrate(f"Next: tracer load FILE --holder PARTY --case {folder}")


@operation("verify", "--since 2026-05-01 --case my-case", of="verify")
def verify(session: Session, **asked: Any) -> int:
    found = session.case().verify(tell=narrate, **asked)
    code = print_checks(found.checks)
    narrate(f"{len(found.checks)} checks, {len(found.failed)} failed.")
    return code


@operation("doctor", "--repair --case my-case", of="doctor")
def doctor(
    session: Session,
    *,
    repair: bool,
    accept_journal: Annotated[bool, "Accept a changed journal as it is; `verify` keeps reporting it."] = False,
    reason: Annotated[str | None, "Why a changed journal is accepted: a sentence that stays in it for good."] = None,
) -> int:
    if accept_journal:
        fault = session.case().accept_journal(reason=reason)
        narrate(f"Accepted: {fault}. The journal says so, and `tracer verify` will keep reporting it.")
        return ExitCode.DONE
    if reason is not None:
        raise UsageError("--reason needs --accept-journal", remedy="add --accept-journal, or leave it out")
    found = session.case().doctor(repair=repair)
    for one in found:
        print_check("repaired" if one.mended else "FOUND", one.what, one.detail.removeprefix("repaired: "))
    left = sum(not one.mended for one in found)
    narrate(f"{len(found) - left} repaired, {left} left." if repair else f"{left} found.")
    return ExitCode.FOUND if left else ExitCode.DONE


@operation("backup", "my-case.backup --case my-case", of="backup")
def backup(
    session: Session,
    file: Path,
    *,
    with_key: bool,
    passphrase: Annotated[bool, "Under a passphrase (asked for, or TRACER_PASSPHRASE), not the case key."] = False,
    passphrase_file: Annotated[FilePath | None, "Under the passphrase in this file."] = None,
) -> None:
    phrase = _passphrase(passphrase_file, twice=True) if passphrase or passphrase_file is not None else None
    written = session.case().backup(file, passphrase=phrase, with_key=with_key)
    narrate(f"Wrote {file}: {written.bytes:,} bytes, {written.originals} originals, sha256 {written.sha256}.")
    if phrase is None:
        narrate("It opens with the case key alone: keep a copy of that apart (tracer key export FILE).")
    narrate(f"Try it out: tracer restore {file} another-folder")


@operation("restore", "my-case.backup restored-case", case_options, of=unpack)
def restore(
    session: Session,
    file: Path,
    folder: Path,
    *,
    passphrase_file: Annotated[
        FilePath | None, "File with its passphrase (default: TRACER_PASSPHRASE, or asked for)."
    ] = None,
) -> None:
    phrase = _passphrase(passphrase_file, twice=False) if reads_passphrase(file) else None
    made = unpack(file, folder, key_file=session.key_file, passphrase=phrase, tell=narrate)
    narrate(f"Restored {folder} as it was on {made.made}; {len(made.checks)} checks passed.")
    if not made.checks:
        narrate("Its key is not here, so only its hashes were checked: tracer key import FILE, then tracer verify.")


def _passphrase(file: AnyPath | None, *, twice: bool) -> str:
    """From the file, else `TRACER_PASSPHRASE`, else asked for; never from the command line, which others can see."""
    given = os.environ.get("TRACER_PASSPHRASE", "") if file is None else secret_in(Path(file))
    if given or file is not None:
        return given
    if not sys.stdin.isatty():
        raise UsageError("the passphrase is missing", remedy="set TRACER_PASSPHRASE or give --passphrase-file FILE")
    asked: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    return asked


@operation("purge", "old-list --yes --reason 'the court ordered it' --case my-case", of="purge")
def purge(
    session: Session,
    dataset: str,
    *,
    reason: str | None,
    output: Annotated[
        Path | None, PathKind.STREAM, Option("Write the certificate to a file; - is stdout.", name="-o --output")
    ] = None,
    yes: Yes = False,
) -> None:
    if output is not None and str(output) != "-" and output.exists():
        raise InputRefused("the file already exists", where=str(output), remedy="name a new file for the certificate")
    ask(f"Remove the contents of {dataset} for good?", "removal", yes)
    certificate = session.case().purge(dataset, reason=reason, tell=narrate)
    write_output(json.dumps(certificate, ensure_ascii=False, indent=2) + "\n", output)


key = CommandGroup(
    "key",
    "key",
    "show --case my-case",
    """Show, export, import or rotate the case key.

    The key is 256 random bits. Without it the case cannot be read, not even by its owner: export it and keep it
    apart.""",
)

key.calls("show", "--case my-case", prints="{done[place]}\tfingerprint {done[fingerprint]}")
key.calls(
    "export", "my-case.key --case my-case", prints=None, says="The key is in {file}. Keep it apart from the case."
)
key.calls(
    "import", "my-case.key --case my-case", prints=None, says="The key of {case.folder} is now in the {done[place]}."
)
key.calls(
    "rotate",
    "--case my-case",
    prints=None,
    says="The case has a new key in the {done[place]}, fingerprint {done[fingerprint]}.\n"
    "Copies and backups made before still open with the old key.",
)

anchor = CommandGroup(
    "anchor",
    "anchor",
    "print --case my-case",
    """Anchor the journal with a third party: print its head, or have a time-stamp authority stamp it.

    The head fixes every line before it, and with them the hashes of all originals, registers and findings: not even the
    owner of the case, who has the key, can then rewrite them unseen. More: tracer help custody""",
)

anchor.calls("print", "-o head.txt --case my-case")
anchor.calls("stamp", "head.tsr --ca authority.pem --case my-case", prints="{done}")


@anchor.operation("request", "-o head.tsq --case my-case")
def anchor_request(session: Session, *, output: Request) -> None:
    statement_file = statement_of(output)
    content, statement, head, entries = session.case().anchor.request()
    write_output(content, output)
    write_output(statement, statement_file)
    narrate(f"Entry {entries}, head {head}. Carry {output} to a time-stamp authority.")
    narrate("Then: tracer anchor stamp ANSWER.tsr --ca CERTS.pem; and give answer and statement to a third party.")


@anchor.operation("check", "head.tsr --ca authority.pem --case my-case")
def anchor_check(session: Session, answer: Path | None, head: str | None, ca: Path | None) -> int:
    if (answer is None) == (head is None):  # before a case is looked for
        raise UsageError("there must be either an answer or a --head", remedy="see tracer anchor check --help")
    return print_checks([session.case().anchor.check(answer, head=head, ca=ca)])
