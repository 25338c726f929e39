"""`tracer persons`: do two lists that share no identifier hold the same people?"""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.language import LANG, language
from tracer.cli.rows import print_table
from tracer.cli.session import Session, case_options, rows_options


@click.command(epilog="Example: tracer persons client-list resold-list --case my-case")
@click.argument("a")
@click.argument("b")
@rows_options
@LANG
@case_options
def persons(session: Session, a: str, b: str, format_: str, output: Path | None, lang: str | None) -> None:
    """Estimate how many people the datasets A and B share where no identifier joins them.

    It compares names and the columns next to them (addresses, birthdays, places, sex): an estimate with its interval,
    and how many of the links are right. No person is listed, and nothing is kept: see `tracer help persons`.
    """
    spoken = language(lang if format_ == "table" else lang or "en")  # programs are not given another language unasked
    print_table(session.case().persons(a, b, lang=spoken), format_, output)
