"""`tracer anchor`, `register`, `key`, `blind`, `cluster`: what somebody outside holds of a case or computes for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.cli.printer import tell_check
from tracer.cli.rows import print_table, prints_rows, put
from tracer.cli.session import DAY, FILE, FOLDER, OUT, OUTPUT, Session, case_options, narrate, options
from tracer.errors import ExitCode, InputRefused, UsageError
from tracer.regular import whole

if TYPE_CHECKING:
    from tracer.case.checks import Check
    from tracer.library.table import Table


def tell_checks(checks: Iterable[Check]) -> int:
    """Print checks, a line each; whether all passed, as an exit code."""
    failed = 0
    for check in checks:
        tell_check("ok" if check.passed else "FAILED", check.what, check.detail)
        failed += not check.passed
    return ExitCode.FOUND if failed else ExitCode.DONE


def _statement_of(output: Path) -> Path:
    """The file of what is stamped, next to the request."""
    beside = output.with_suffix(".txt")
    if beside == output:
        raise InputRefused("the statement would overwrite this file", where=str(output), remedy="name it *.tsq")
    return beside


@click.group(epilog="Example: tracer anchor print --case my-case")
def anchor() -> None:
    """Anchor the journal with a third party: print its head, or have a time-stamp authority stamp it.

    The head fixes every line before it, and with them the hashes of all originals, registers and findings: not even the
    owner of the case, who has the key, can then rewrite them unseen. More: tracer help custody
    """


@anchor.command("print", epilog="Example: tracer anchor print -o head.txt --case my-case")
@OUTPUT
@case_options
def anchor_print(session: Session, output: Path | None) -> None:
    """Print the head as a page to keep outside, with how to check it. Nothing personal is on it."""
    put(session.case().anchor.page(), output)


@anchor.command("request", epilog="Example: tracer anchor request -o head.tsq --case my-case")
@click.option("-o", "--output", required=True, type=FILE, help="The request to carry to an authority.")
@case_options
def anchor_request(session: Session, output: Path) -> None:
    """Write a time-stamp request (RFC 3161) over the head, and next to it, with the ending .txt, what is stamped."""
    beside = _statement_of(output)
    content, statement, head, entries = session.case().anchor.request()
    put(content, output)
    put(statement, beside)
    narrate(f"Entry {entries}, head {head}. Carry {output} to a time-stamp authority.")
    narrate("Then: tracer anchor stamp ANSWER.tsr --ca CERTS.pem; and give answer and statement to a third party.")


@anchor.command("stamp", epilog="Example: tracer anchor stamp head.tsr --ca authority.pem --case my-case")
@click.argument("answer", type=FILE)
@click.option("--ca", type=FILE, help="Certificates (PEM) that the authority's signature must lead to.")
@case_options
def anchor_stamp(session: Session, answer: Path, ca: Path | None) -> None:
    """Import an authority's answer to one of this case's requests; `tracer verify` checks it each time."""
    click.echo(session.case().anchor.stamp(answer, ca=ca))


@anchor.command("check", epilog="Example: tracer anchor check head.tsr --ca authority.pem --case my-case")
@click.argument("answer", type=FILE, required=False)
@click.option("--head", help="A head as it was printed, 64 hexadecimal digits; spaces do not matter.")
@click.option("--ca", type=FILE, help="Certificates (PEM) that the stamp's signature must lead to.")
@case_options
def anchor_check(session: Session, answer: Path | None, head: str | None, ca: Path | None) -> int:
    """Check the journal against what a third party kept: an authority's answer, or a printed head.

    Exit code 5 where the journal has no such line any more.
    """
    if (answer is None) == (head is None):  # before a case is looked for
        raise UsageError("there must be either an answer or a --head", remedy="see tracer anchor check --help")
    return tell_checks([session.case().anchor.check(answer, head=head, ca=ca)])


@click.group(epilog="Example: tracer register list --case my-case")
def register() -> None:
    """Print, stamp and open what was committed about marked copies.

    Before a copy leaves, the register of who gets which canary is committed: a root (SHA-256) over salted leaves. DRAW
    is a draw's id, its first digits, or the id of one of its releases. More: tracer help marking
    """


@register.command("list", epilog="Example: tracer register list --case my-case")
@prints_rows()
@case_options
def register_list(session: Session) -> Table:
    """List the committed registers: draw, dataset, day, releases, canaries, root, first time stamp."""
    return session.case().register.list()


@register.command("print", epilog="Example: tracer register print 5f2c --case my-case")
@click.argument("draw")
@OUTPUT
@case_options
def register_print(session: Session, draw: str, output: Path | None) -> None:
    """Print a page to keep outside: root, releases, counts, time stamps, how to check. Nothing personal."""
    put(session.case().register.page(draw), output)


@register.command("request", epilog="Example: tracer register request 5f2c -o root.tsq --case my-case")
@click.argument("draw")
@click.option("-o", "--output", required=True, type=OUT, help="The request to carry to an authority; - is stdout.")
@case_options
def register_request(session: Session, draw: str, output: Path) -> None:
    """Write a time-stamp request (RFC 3161) over the register's root.

    The stamp covers three lines of ASCII, each ended by LF: `tracer register`, `draw DRAW`, `root ROOT`; the request
    carries
    their SHA-256. They are written next to it, with the ending .txt.
    """
    beside = _statement_of(output)
    content, statement = session.case().register.request(draw)
    put(content, output)
    if str(output) != "-":
        put(statement, beside)
        narrate(f"Carry {output} to a time-stamp authority; {beside} holds the bytes that it stamps.")
        narrate(f"Then: tracer register stamp {draw} ANSWER.tsr --ca CERTS.pem")


@register.command("stamp", epilog="Example: tracer register stamp 5f2c root.tsr --ca authority.pem --case my-case")
@click.argument("draw")
@click.argument("answer", type=FILE)
@click.option("--ca", type=FILE, help="Certificates (PEM) that the authority's signature must lead to.")
@case_options
def register_stamp(session: Session, draw: str, answer: Path, ca: Path | None) -> None:
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
@click.option("-o", "--output", required=True, type=OUT, help="Where to; - is stdout.")
@case_options
def reveal(session: Session, /, release: str, output: Path, **opening: Any) -> None:
    """Open leaves of RELEASE, in clear, with salts and proofs: its own and its canaries', or single ones.

    What is not opened stays hidden. The file can be checked without the case: tracer register check
    """
    put(session.case().register.reveal(release, **opening), output)
    narrate("Opened in clear and journaled. The recipient can check it: tracer register check")


@register.command("check", epilog="Example: tracer register check leaf.json --root 'a3f0 …' --ca authority.pem")
@click.argument("file", type=OUT)
@click.option("--root", help="The root as it was printed or stamped, 64 hexadecimal digits; spaces do not matter.")
@click.option("--ca", type=FILE, help="Certificates (PEM) that a stamp's signature must lead to.")
def register_check(file: Path, root: str | None, ca: Path | None) -> int:
    """Check opened leaves, without any case or key.

    Exit code 5 where a leaf does not lead to the root, the root is another one, or a stamp is not for it.
    """
    from tracer.library.elsewhere import check_register

    certificates = None if ca is None else _read(ca)
    found = check_register(_read(file), name=str(file), root=root, certificates=certificates)
    code = tell_checks(found.checks)
    if root is None and (ca is None or not any(one.what == "stamp" for one in found.checks)):
        narrate("The root is this file's own word: compare it with the printed page, and give it as --root.")
    narrate(f"{len(found.checks)} checks, {len(found.failed)} failed.")
    return code


def _read(path: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else whole(path)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="name the file") from error


@click.group(epilog="Example: tracer key show --case my-case")
def key() -> None:
    """Show, export, import or rotate the case key.

    The key is 256 random bits. Without it the case cannot be read, not even by its owner: export it and keep it apart.
    """


@key.command("show", epilog="Example: tracer key show --case my-case")
@case_options
def key_show(session: Session) -> None:
    """Show where the key is kept, and its fingerprint. The key itself is not printed."""
    kept = session.case().key.show()
    click.echo(f"{kept['place']}\tfingerprint {kept['fingerprint']}")


@key.command("export", epilog="Example: tracer key export my-case.key --case my-case")
@click.argument("file", type=FILE)
@case_options
def key_export(session: Session, file: Path) -> None:
    """Write the key to a new file that only you may read (mode 0600)."""
    session.case().key.export(file)
    narrate(f"The key is in {file}. Keep it apart from the case.")


@key.command("import", epilog="Example: tracer key import my-case.key --case my-case")
@click.argument("file", type=FILE)
@case_options
def key_import(session: Session, file: Path) -> None:
    """Import a key that was exported, so that the case opens here without --key-file."""
    case = session.case()
    narrate(f"The key of {case.folder} is now in the {case.key.import_(file)['place']}.")


@key.command("rotate", epilog="Example: tracer key rotate --case my-case")
@case_options
def key_rotate(session: Session) -> None:
    """Rotate the case key: store and originals are encrypted again under a new one."""
    renewed = session.case().key.rotate()
    narrate(f"The case has a new key in the {renewed['place']}, fingerprint {renewed['fingerprint']}.")
    narrate("Copies and backups made before still open with the old key.")


_BOUNDS = options(
    click.option("--least", type=int, default=1_000, show_default=True, help="Identifiers a side must bring."),
    click.option("--most", type=int, default=5_000_000, show_default=True, help="Identifiers a side may bring."),
    click.option("--again", metavar="WHY", help="Compare with the same party once more; journaled."),
)


def _confirm(_ctx: click.Context, _param: click.Parameter, yes: bool) -> Callable[[Sequence[str]], None]:
    """Shows what the other side learns, and goes on only with `--yes`."""

    def confirm(told: Sequence[str]) -> None:
        for sentence in told:
            narrate(f"- {sentence}")
        if not yes:
            raise UsageError("nothing was written", where="blind", remedy="read the above; if you agree, add --yes")

    return confirm


_LEAVES = options(
    click.option("-o", "--output", "out", type=FILE, required=True, help="The file to hand over."),
    click.option(
        "--yes", "confirm", is_flag=True, callback=_confirm, help="You have read what each side learns, and agree."
    ),
    _BOUNDS,
)


@click.group(epilog="Example: tracer blind offer --to other-firm -o offer.tblind --yes --case my-case")
def blind() -> None:
    """Compare lists with another party without showing either: `tracer help blind`.

    By private set intersection: offer, answer, finish. Or through a third party: key, fingerprints, match, finish.
    You carry the files yourself. What each side learns is shown first; only with --yes is anything written.
    """


@blind.command(epilog="Example: tracer blind offer --to other-firm -o offer.tblind --yes --case my-case")
@click.argument("datasets", nargs=-1)
@click.option("--to", required=True, metavar="PARTY", help="Who is to answer.")
@_LEAVES
@case_options
def offer(session: Session, /, datasets: tuple[str, ...], **asked: Any) -> None:
    """Offer DATASETS (default: all lists of the case, with former versions) and the canaries for comparison."""
    print_table(session.case().blind.offer(datasets, **asked), "json")


@blind.command(epilog="Example: tracer blind answer offer.tblind our-list --to client -o answer.tblind --yes")
@click.argument("offered", type=FILE)
@click.argument("datasets", nargs=-1, required=True)
@click.option("--to", required=True, metavar="PARTY", help="Who made the offer.")
@click.option("--count-only", is_flag=True, help="Tell how many are shared, not which.")
@_LEAVES
@case_options
def answer(session: Session, /, offered: Path, datasets: tuple[str, ...], **asked: Any) -> None:
    """Answer an offer with DATASETS of this case."""
    print_table(session.case().blind.answer(offered, datasets, **asked), "json")


@blind.command(epilog="Example: tracer blind finish answer.tblind --id their-list --case my-case")
@click.argument("answered", type=FILE)
@click.option("--id", "id_", required=True, help="Id of the blind dataset that it becomes.")
@click.option("--obtained", type=DAY, help="Day by which the list existed (default: today).")
@click.option("--shared-key", type=FILE, help="The fingerprint key, where a third party answered.")
@_BOUNDS
@prints_rows()
@case_options
def finish(session: Session, /, answered: Path, id_: str, **asked: Any) -> Table:
    """Import what the other side answered, or what a third party found."""
    return session.case().blind.finish(answered, id=id_, **asked)


@blind.command("key", epilog="Example: tracer blind key fingerprint.key")
@click.argument("file", type=FILE)
def make_key(file: Path) -> None:
    """Create a key for one comparison through a third party; both sides need it, the third party must not have it."""
    from tracer.library.elsewhere import make_fingerprint_key

    for sentence in make_fingerprint_key(file):
        narrate(f"- {sentence}")


@blind.command(epilog="Example: tracer blind fingerprints --with other-firm --shared-key k.key -o ours.tblind --yes")
@click.argument("datasets", nargs=-1)
@click.option("--with", "party", required=True, metavar="PARTY", help="The other side.")
@click.option("--shared-key", type=FILE, required=True, help="The key that both sides hold: tracer blind key.")
@_LEAVES
@case_options
def fingerprints(session: Session, /, datasets: tuple[str, ...], **asked: Any) -> None:
    """Write keyed fingerprints of DATASETS (default: all lists) for a third party."""
    print_table(session.case().blind.fingerprints(datasets, **asked), "json")


@blind.command(epilog="Example: tracer blind match ours.tblind theirs.tblind -o found.tblind")
@click.argument("first", type=FILE)
@click.argument("second", type=FILE)
@click.option("-o", "--output", "out", type=FILE, required=True, help="The file for both sides.")
@click.option("--count-only", is_flag=True, help="Tell how many are shared, not which.")
@click.option(
    "--ledger", type=FILE, default=Path("blind-ledger.ndjson"), show_default=True,
    help="Where the comparisons are put on record.",
)  # fmt: skip
@_BOUNDS
def match(first: Path, second: Path, **asked: Any) -> None:
    """Compare two files of fingerprints, as the third party, which needs neither case nor key."""
    from tracer.library.elsewhere import match_fingerprints

    print_table(match_fingerprints(first, second, **asked), "json")


@click.group(epilog="Example: tracer cluster export there --case my-case")
def cluster() -> None:
    """Compute what is too large for one machine on Spark.

    Numbers and addresses leave under pseudonyms only. `tracer help cluster` explains size, cost, and the way back.
    """


@cluster.command("export", epilog="Example: tracer cluster export there --buckets 64 --case my-case")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--buckets", type=click.IntRange(1, 100_000), default=16, show_default=True,
    help="Into how many files memberships are cut, by key; two to four for each core.",
)  # fmt: skip
@case_options
def cluster_export(session: Session, folder: Path, buckets: int) -> None:
    """Write the membership table and what the stages ask of it to DIR, keys under pseudonyms."""
    memberships, statements = session.case().cluster.export(folder, buckets=buckets)
    narrate(f"{memberships} memberships in {buckets} files, {statements} statements in {folder}.")
    narrate(f"Go on: tracer cluster run {folder} --master 'local[*]'")
    click.echo(folder)


@cluster.command("run", epilog="Example: tracer cluster run there --master 'local[2]' --memory 2g")
@click.argument("folder", metavar="DIR")
@click.option("--master", help="Spark's master URL (default: what spark-submit or the environment says).")
@click.option("--memory", help="Memory of the driver, which does the work where the master is local: 2g.")
@click.option("--set", "settings", type=(str, str), multiple=True, metavar="NAME VALUE", help="A setting of Spark.")
def cluster_run(folder: str, master: str | None, memory: str | None, settings: tuple[tuple[str, str], ...]) -> None:
    """Execute the statements of DIR, a path or URI that Spark reads and writes. Needs no case and no key."""
    from tracer.library.elsewhere import run_cluster

    given = {**({"spark.driver.memory": memory} if memory else {}), **dict(settings)}
    ran = run_cluster(
        folder, master=master, settings=given,
        tell=lambda one: narrate(f"{one.name} ({one.relation}): {one.seconds:.1f} s"),
    )  # fmt: skip
    narrate(f"{len(ran)} statements in {sum(one.seconds for one in ran):.1f} s.")
    narrate(f"Go on: tracer cluster import {folder}")


@cluster.command("import", epilog="Example: tracer cluster import there --case my-case")
@click.argument("folder", metavar="DIR", type=FOLDER)
@case_options
def cluster_import(session: Session, folder: Path) -> None:
    """Import the answers in DIR. `tracer trace` then uses them as long as the case stays as it was."""
    count = session.case().cluster.import_(folder)
    narrate(f"{count} answers imported. Go on: tracer trace")
