"""`tracer register`: what was committed about marked copies, for the world outside."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tracer.cli.printer import tell_check
from tracer.cli.rows import print_table, put
from tracer.cli.session import Session, case_options, narrate, rows_options
from tracer.errors import ExitCode, InputRefused
from tracer.regular import whole

_FILE = click.Path(path_type=Path, dir_okay=False)
_OUT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.group(epilog="Example: tracer register list --case my-case")
def register() -> None:
    """Print, stamp and open what was committed about marked copies.

    Before a copy leaves, the register of who gets which canary is committed: a root (SHA-256) over salted leaves. DRAW
    is a draw's id, its first digits, or the id of one of its releases. More: tracer help marking
    """


@register.command("list", epilog="Example: tracer register list --case my-case")
@rows_options
@case_options
def list_(session: Session, format_: str, output: Path | None) -> None:
    """List the committed registers: draw, dataset, day, releases, canaries, root, first time stamp."""
    print_table(session.case().register.list(), format_, output)


@register.command("print", epilog="Example: tracer register print 5f2c --case my-case")
@click.argument("draw")
@click.option("-o", "--output", type=_OUT, help="Write to a file; - is stdout.")
@case_options
def print_(session: Session, draw: str, output: Path | None) -> None:
    """Print a page to keep outside: root, releases, counts, time stamps, how to check. Nothing personal."""
    put(session.case().register.page(draw), output)


@register.command(epilog="Example: tracer register request 5f2c -o root.tsq --case my-case")
@click.argument("draw")
@click.option("-o", "--output", required=True, type=_OUT, help="The request to carry to an authority; - is stdout.")
@case_options
def request(session: Session, draw: str, output: Path) -> None:
    """Write a time-stamp request (RFC 3161) over the register's root.

    The stamp covers three lines of ASCII, each ended by LF: `tracer register`, `draw DRAW`, `root ROOT`; the request
    carries
    their SHA-256. They are written next to it, with the ending .txt.
    """
    beside = output.with_suffix(".txt")
    if beside == output:
        raise InputRefused("the statement would overwrite this file", where=str(output), remedy="name it *.tsq")
    content, statement = session.case().register.request(draw)
    put(content, output)
    if str(output) != "-":
        put(statement, beside)
        narrate(f"Carry {output} to a time-stamp authority; {beside} holds the bytes that it stamps.")
        narrate(f"Then: tracer register stamp {draw} ANSWER.tsr --ca CERTS.pem")


@register.command(epilog="Example: tracer register stamp 5f2c root.tsr --ca authority.pem --case my-case")
@click.argument("draw")
@click.argument("answer", type=_FILE)
@click.option("--ca", type=_FILE, help="Certificates (PEM) that the authority's signature must lead to.")
@case_options
def stamp(session: Session, draw: str, answer: Path, ca: Path | None) -> None:
    """Import an authority's answer: granted, for this register, to our request; its signature with --ca."""
    click.echo(session.case().register.stamp(draw, answer, ca=ca))


@register.command(
    epilog="Example: tracer register reveal customers@cti-x@2026-05-01 --canary 12 --reason 'for the court'"
    " -o leaf.json --case my-case"
)
@click.argument("release")
@click.option("--canary", "canaries", type=int, multiple=True, help="This canary's leaf alone; may be repeated.")
@click.option("--recipient-only", is_flag=True, help="The release's own leaf alone: recipient, day, end.")
@click.option("--withheld", is_flag=True, help="Also the rows that were left out: identifiers of people, in clear.")
@click.option("--reason", required=True, help="Why; it is journaled.")
@click.option("-o", "--output", required=True, type=_OUT, help="Where to; - is stdout.")
@case_options
def reveal(
    session: Session,
    /,
    *,
    release: str,
    canaries: tuple[int, ...],
    recipient_only: bool,
    withheld: bool,
    reason: str,
    output: Path,
) -> None:
    """Open leaves of RELEASE, in clear, with salts and proofs: its own and its canaries', or single ones.

    What is not opened stays hidden. The file can be checked without the case: tracer register check
    """
    content = session.case().register.reveal(
        release, reason=reason, canaries=canaries, recipient_only=recipient_only, withheld=withheld
    )
    put(content, output)
    narrate("Opened in clear and journaled. The recipient can check it: tracer register check")


@register.command(epilog="Example: tracer register check leaf.json --root 'a3f0 …' --ca authority.pem")
@click.argument("file", type=_OUT)
@click.option("--root", help="The root as it was printed or stamped, 64 hexadecimal digits; spaces do not matter.")
@click.option("--ca", type=_FILE, help="Certificates (PEM) that a stamp's signature must lead to.")
def check(file: Path, root: str | None, ca: Path | None) -> int:
    """Check opened leaves, without any case or key.

    Exit code 5 where a leaf does not lead to the root, the root is another one, or a stamp is not for it.
    """
    from tracer.library.elsewhere import check_register

    certificates = None if ca is None else _read(ca)
    checks = check_register(_read(file), name=str(file), root=root, certificates=certificates).checks
    for one in checks:
        tell_check("ok" if one.passed else "FAILED", one.what, one.detail)
    failed = sum(not one.passed for one in checks)
    if root is None and (ca is None or not any(one.what == "stamp" for one in checks)):
        narrate("The root is this file's own word: compare it with the printed page, and give it as --root.")
    narrate(f"{len(checks)} checks, {failed} failed.")
    return ExitCode.FOUND if failed else ExitCode.DONE


def _read(path: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else whole(path)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="name the file") from error
