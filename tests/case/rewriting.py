"""What an owner who has the key could do: write the whole journal anew, every hash and code right, the store told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tracer.case.case import Case
from tracer.case.journal import Journal, Kept
from tracer.case.key import derive

Entries = list[dict[str, Any]]
_CHAIN = ("no", "previous", "hash", "code")


def rewrite_journal(case: Case, change: Callable[[Entries], Entries]) -> None:
    """Chain what `change` makes of the entries as a new journal."""
    entries = [json.loads(line) for line in case.layout.journal.read_text(encoding="utf-8").splitlines()]
    case.layout.journal.unlink()
    journal = Journal(case.layout.journal, derive(case.root, b"journal"), Kept())
    journal.begin()
    for entry in change(entries):
        journal.append({name: value for name, value in entry.items() if name not in _CHAIN})
    journal.kept = Kept(journal.settle())
    case.set_meta("journal", json.dumps(asdict(journal.kept)))
    case.journal.file = journal
