"""`tracer blind`: two parties compare lists without showing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from tracer.cli.dates import DAY
from tracer.cli.rows import print_table
from tracer.cli.session import Session, case_options, narrate, rows_options
from tracer.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, dir_okay=False)


def _show(yes: bool) -> Callable[[Sequence[str]], None]:
    """Shows what the other side learns, and goes on only with `--yes`."""

    def confirm(told: Sequence[str]) -> None:
        for sentence in told:
            narrate(f"- {sentence}")
        if not yes:
            raise UsageError("nothing was written", where="blind", remedy="read the above; if you agree, add --yes")

    return confirm


def _bounds(command: F) -> F:
    """`--least`, `--most`, `--again`."""
    for option in (
        click.option("--again", metavar="WHY", help="Compare with the same party once more; journaled."),
        click.option("--most", type=int, default=5_000_000, show_default=True, help="Identifiers a side may bring."),
        click.option("--least", type=int, default=1_000, show_default=True, help="Identifiers a side must bring."),
    ):
        command = option(command)
    return command


def _target(command: F) -> F:
    """`-o FILE` and `--yes`."""
    for option in (
        click.option("--yes", is_flag=True, help="You have read what each side learns, and agree."),
        click.option("-o", "--output", "target", type=_FILE, required=True, help="The file to hand over."),
    ):
        command = option(command)
    return command


@click.group(epilog="Example: tracer blind offer --to other-firm -o offer.tblind --yes --case my-case")
def blind() -> None:
    """Compare lists with another party without showing either: `tracer help blind`.

    By private set intersection: offer, answer, finish. Or through a third party: key, fingerprints, match, finish.
    You carry the files yourself. What each side learns is shown first; only with --yes is anything written.
    """


@blind.command(epilog="Example: tracer blind offer --to other-firm -o offer.tblind --yes --case my-case")
@click.argument("datasets", nargs=-1)
@click.option("--to", "party", required=True, metavar="PARTY", help="Who is to answer.")
@_target
@_bounds
@case_options
def offer(
    session: Session, /, *, datasets: tuple[str, ...], party: str, target: Path, yes: bool, least: int, most: int,
    again: str | None,
) -> None:  # fmt: skip
    """Offer DATASETS (default: all lists of the case, with former versions) and the canaries for comparison."""
    written = session.case().blind.offer(
        datasets, to=party, out=target, confirm=_show(yes), least=least, most=most, again=again
    )
    print_table(written, "json")


@blind.command(epilog="Example: tracer blind answer offer.tblind our-list --to client -o answer.tblind --yes")
@click.argument("offered", type=_FILE)
@click.argument("datasets", nargs=-1, required=True)
@click.option("--to", "party", required=True, metavar="PARTY", help="Who made the offer.")
@click.option("--count-only", is_flag=True, help="Tell how many are shared, not which.")
@_target
@_bounds
@case_options
def answer(
    session: Session, /, *, offered: Path, datasets: tuple[str, ...], party: str, count_only: bool, target: Path,
    yes: bool, least: int, most: int, again: str | None,
) -> None:  # fmt: skip
    """Answer an offer with DATASETS of this case."""
    written = session.case().blind.answer(
        offered, datasets, to=party, out=target, confirm=_show(yes), count_only=count_only, least=least, most=most,
        again=again,
    )  # fmt: skip
    print_table(written, "json")


@blind.command(epilog="Example: tracer blind finish answer.tblind --id their-list --case my-case")
@click.argument("answered", type=_FILE)
@click.option("--id", "id_", required=True, help="Id of the blind dataset that it becomes.")
@click.option("--obtained", type=DAY, help="Day by which the list existed (default: today).")
@click.option("--shared-key", type=_FILE, help="The fingerprint key, where a third party answered.")
@_bounds
@rows_options
@case_options
def finish(
    session: Session, /, *, answered: Path, id_: str, obtained: date | None, shared_key: Path | None, least: int,
    most: int, again: str | None, format_: str, output: Path | None,
) -> None:  # fmt: skip
    """Import what the other side answered, or what a third party found."""
    finished = session.case().blind.finish(
        answered, id=id_, obtained=obtained, shared_key=shared_key, least=least, most=most, again=again
    )
    print_table(finished, format_, output)


@blind.command("key", epilog="Example: tracer blind key fingerprint.key")
@click.argument("file", type=_FILE)
def make_key(file: Path) -> None:
    """Create a key for one comparison through a third party; both sides need it, the third party must not have it."""
    from tracer.library.elsewhere import make_fingerprint_key

    for sentence in make_fingerprint_key(file):
        narrate(f"- {sentence}")


@blind.command(epilog="Example: tracer blind fingerprints --with other-firm --shared-key k.key -o ours.tblind --yes")
@click.argument("datasets", nargs=-1)
@click.option("--with", "party", required=True, metavar="PARTY", help="The other side.")
@click.option("--shared-key", type=_FILE, required=True, help="The key that both sides hold: tracer blind key.")
@_target
@_bounds
@case_options
def fingerprints(
    session: Session, /, *, datasets: tuple[str, ...], party: str, shared_key: Path, target: Path, yes: bool,
    least: int, most: int, again: str | None,
) -> None:  # fmt: skip
    """Write keyed fingerprints of DATASETS (default: all lists) for a third party."""
    written = session.case().blind.fingerprints(
        datasets, party=party, shared_key=shared_key, out=target, confirm=_show(yes), least=least, most=most,
        again=again,
    )  # fmt: skip
    print_table(written, "json")


@blind.command(epilog="Example: tracer blind match ours.tblind theirs.tblind -o found.tblind")
@click.argument("first", type=_FILE)
@click.argument("second", type=_FILE)
@click.option("-o", "--output", "target", type=_FILE, required=True, help="The file for both sides.")
@click.option("--count-only", is_flag=True, help="Tell how many are shared, not which.")
@click.option(
    "--ledger", type=_FILE, default=Path("blind-ledger.ndjson"), show_default=True,
    help="Where the comparisons are put on record.",
)  # fmt: skip
@_bounds
def match(
    first: Path, second: Path, target: Path, count_only: bool, ledger: Path, least: int, most: int, again: str | None
) -> None:
    """Compare two files of fingerprints, as the third party, which needs neither case nor key."""
    from tracer.library.elsewhere import match_fingerprints

    found = match_fingerprints(
        first, second, out=target, ledger=ledger, count_only=count_only, least=least, most=most, again=again
    )
    print_table(found, "json")
