"""`tracer status` and `tracer journal`: how a case is, and what was done in it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import click

from tracer.cli.dates import DAY
from tracer.cli.language import LANG, language
from tracer.cli.rows import print_records, terminal_width
from tracer.cli.session import Session, case_options, narrate, rows_options


@click.command(epilog="Example: tracer status --case my-case")
@rows_options
@LANG
@case_options
def status(session: Session, format_: str, output: Path | None, lang: str | None) -> None:
    """Show a case at a glance: lists, parties, the last trace, what changed since, what waits for a person."""
    from tracer.ask.status import status as status_of
    from tracer.cli.rows import put
    from tracer.clock import today

    with session.open(read_only=True) as case:
        found = status_of(case, today())
    if format_ != "table":
        print_records([found.to_json(lang or "en")], format_, output)
        return
    width = max(terminal_width(), 40)
    lines = (part for line in found.lines(language(lang)) for part in _folded(line, width))
    put("\n".join(lines) + "\n", output)


def _folded(line: str, width: int) -> list[str]:
    """A line at the terminal's width; what goes on is indented under the text."""
    from tracer.wording.terminal import folded

    label = re.match(r"· |\S+ {3,}", line)
    first = label.group() if label is not None else ""
    return folded(line.removeprefix(first), first, width) or [""]


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
    with session.open(read_only=True) as case:
        entries = [
            entry for entry in case.journal.entries()
            if what in (None, entry.get("command")) and (since is None or str(entry["at"])[:10] >= since.isoformat())
        ]  # fmt: skip
    shown = entries if since is not None else entries[-last:]
    if not shown and format_ == "table":
        narrate("No entries.")
        return
    print_records([_entry(entry, whole=format_ != "table") for entry in shown], format_, output)
    if len(shown) < len(entries):
        narrate(f"{len(entries) - len(shown):,} earlier entries: --last {len(entries)}")


_DETAIL = 60
"""Characters of an entry's detail in a table; all of it in the other formats."""


def _entry(entry: dict[str, Any], *, whole: bool) -> dict[str, object]:
    detail = dict(entry.get("detail") or {})
    names = [str(name) for name in dict(entry.get("inputs") or {})]
    of = ", ".join(names if whole else names[:3]) + (
        f" and {len(names) - 3} more" if len(names) > 3 and not whole else ""
    )
    row = {"entry": entry["no"], "at": str(entry["at"])[:19], "who": entry.get("who"), "command": entry.get("command"),
           "of": of}  # fmt: skip
    if whole:
        return {
            **row,
            "inputs": entry.get("inputs"),
            "detail": detail,
            "result": entry.get("result"),
            "hash": entry["hash"],
        }
    text = ", ".join(f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in detail.items() if value)
    return {**row, "detail": text if len(text) <= _DETAIL else f"{text[:_DETAIL]}…"}
