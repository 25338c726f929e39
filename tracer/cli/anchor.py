"""`tracer anchor`: the journal's head for somebody outside, so that the past cannot be rewritten unseen."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.printer import tell_check
from tracer.cli.rows import put
from tracer.cli.session import Session, case_options, narrate
from tracer.errors import ExitCode, InputRefused, UsageError

_FILE = click.Path(path_type=Path, dir_okay=False)
_OUT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.group(epilog="Example: tracer anchor print --case my-case")
def anchor() -> None:
    """Anchor the journal with a third party: print its head, or have a time-stamp authority stamp it.

    The head fixes every line before it, and with them the hashes of all originals, registers and findings: not even the
    owner of the case, who has the key, can then rewrite them unseen. More: tracer help custody
    """


@anchor.command("print", epilog="Example: tracer anchor print -o head.txt --case my-case")
@click.option("-o", "--output", type=_OUT, help="Write to a file; - is stdout.")
@case_options
def print_(session: Session, output: Path | None) -> None:
    """Print the head as a page to keep outside, with how to check it. Nothing personal is on it."""
    put(session.case().anchor.page(), output)


@anchor.command(epilog="Example: tracer anchor request -o head.tsq --case my-case")
@click.option("-o", "--output", required=True, type=_FILE, help="The request to carry to an authority.")
@case_options
def request(session: Session, output: Path) -> None:
    """Write a time-stamp request (RFC 3161) over the head, and next to it, with the ending .txt, what is stamped."""
    beside = output.with_suffix(".txt")
    if beside == output:
        raise InputRefused("the statement would overwrite this file", where=str(output), remedy="name it *.tsq")
    content, statement, head, entries = session.case().anchor.request()
    put(content, output)
    put(statement, beside)
    narrate(f"Entry {entries}, head {head}. Carry {output} to a time-stamp authority.")
    narrate("Then: tracer anchor stamp ANSWER.tsr --ca CERTS.pem; and give answer and statement to a third party.")


@anchor.command(epilog="Example: tracer anchor stamp head.tsr --ca authority.pem --case my-case")
@click.argument("answer", type=_FILE)
@click.option("--ca", type=_FILE, help="Certificates (PEM) that the authority's signature must lead to.")
@case_options
def stamp(session: Session, answer: Path, ca: Path | None) -> None:
    """Import an authority's answer to one of this case's requests; `tracer verify` checks it each time."""
    click.echo(session.case().anchor.stamp(answer, ca=ca))


@anchor.command(epilog="Example: tracer anchor check head.tsr --ca authority.pem --case my-case")
@click.argument("answer", type=_FILE, required=False)
@click.option("--head", help="A head as it was printed, 64 hexadecimal digits; spaces do not matter.")
@click.option("--ca", type=_FILE, help="Certificates (PEM) that the stamp's signature must lead to.")
@case_options
def check(session: Session, answer: Path | None, head: str | None, ca: Path | None) -> int:
    """Check the journal against what a third party kept: an authority's answer, or a printed head.

    Exit code 5 where the journal has no such line any more.
    """
    if (answer is None) == (head is None):
        raise UsageError("there must be either an answer or a --head", remedy="see tracer anchor check --help")
    done = session.case().anchor.check(answer, head=head, ca=ca)
    tell_check("ok" if done.passed else "FAILED", done.what, done.detail)
    return ExitCode.DONE if done.passed else ExitCode.FOUND
