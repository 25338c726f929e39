"""`tracer status` and `tracer journal`: how a case is, and what was done in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from tracer.cli.printer import terminal_width
from tracer.cli.rows import print_records, put
from tracer.cli.session import DAY, LANG, Session, case_options, language, narrate, rows_options


@click.command(epilog="Example: tracer status --case my-case")
@rows_options
@LANG
@case_options
def status(session: Session, format_: str, output: Path | None, lang: str | None) -> None:
    """Show a case at a glance: lists, parties, the last trace, what changed since, what waits for a person."""
    from tracer.wording.terminal import folded

    found = session.case().status()
    if format_ != "table":
        print_records([found.to_json(lang or "en")], format_, output)
        return
    width = max(terminal_width(), 40)
    lines = list[str]()
    for line in found.lines(language(lang)):
        label = re.match(r"· |\S+ {3,}", line)
        first = label.group() if label is not None else ""  # what goes on is indented under the text
        lines += folded(line.removeprefix(first), first, width) or [""]
    put("\n".join(lines) + "\n", output)


@click.command(epilog="Example: tracer journal --last 20 --case my-case")
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="So many entries.")
@click.option("--since", type=DAY, help="All entries from this day on.")
@click.option("--command", "what", help="Only entries of this command: load, trace, release …")
@rows_options
@case_options
def journal(
    session: Session, last: int, since: date | None, what: str | None, format_: str, output: Path | None
) -> None:
    """Show what was done in the case, by whom and when, newest last.

    The journal is chained: `tracer verify` checks that it is as it was written.
    """
    table = session.case().journal(last=None if since is not None else last, since=since, command=what)
    shown = table.records or ()
    if not shown and format_ == "table":
        narrate("No entries.")
        return
    print_records([entry if format_ != "table" else _narrow(entry) for entry in shown], format_, output)
    for note in table.notes:
        narrate(note)


_INPUTS = 3
"""Names that an entry of a table lists; the rest is counted."""
_DETAIL = 60
"""Characters of an entry's detail in a table; all of it in the other formats."""


def _narrow(entry: Mapping[str, Any]) -> dict[str, object]:
    names = list(dict(entry["inputs"] or {}))
    of = ", ".join(str(name) for name in names[:_INPUTS]) + (
        f" and {len(names) - _INPUTS} more" if len(names) > _INPUTS else ""
    )
    text = ", ".join(
        f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in entry["detail"].items() if value
    )
    return {
        **{name: entry[name] for name in ("entry", "at", "who", "command")}, "of": of,
        "detail": text if len(text) <= _DETAIL else f"{text[:_DETAIL]}…",
    }  # fmt: skip
