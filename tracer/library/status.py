"""How a case is, and what was done in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from tracer.library.shown import NotebookView

if TYPE_CHECKING:
    from tracer.ask.status import CaseStatus
    from tracer.case.case import Case as OpenStore
    from tracer.wording.sections import Block


class Status(NotebookView):
    """The case at a glance; its fields are those of the row that `tracer status -f json` prints."""

    def __init__(self, found: CaseStatus) -> None:
        self._found = found

    def __getattr__(self, name: str) -> Any:
        """A field of the row: `lists`, `rows`, `parties`, `run`, `changed`, `waiting` …"""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._found, name)

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The row; lang: `en` or `zh`, of what waits for a person."""
        return self._found.to_json(lang)

    def lines(self, lang: str = "en") -> list[str]:
        """The screen of `tracer status`, in `en` or `zh`."""
        return list(self._found.lines(lang))

    def __str__(self) -> str:
        """Its lines."""
        from tracer.visible import visible

        return visible("\n".join(self.lines()))

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.wording.sections import DrawnLines

        yield DrawnLines(tuple(str(self).splitlines()))


def status_of(store: OpenStore) -> Status:
    """The status of a case today."""
    from tracer.ask.status import status
    from tracer.clock import today

    return Status(status(store, today()))


def entries_of(
    store: OpenStore, last: int | None, since: date | None, command: str | None
) -> tuple[list[dict[str, object]], int]:
    """The last entries of the journal, each whole, and how many there are before them."""
    entries = [
        entry for entry in store.journal.entries()
        if command in (None, entry.get("command")) and (since is None or str(entry["at"])[:10] >= since.isoformat())
    ]  # fmt: skip
    shown = entries if since is not None or last is None else entries[-last:]
    return [_entry(entry) for entry in shown], len(entries) - len(shown)


def _entry(entry: Mapping[str, Any]) -> dict[str, object]:
    return {
        "entry": entry["no"], "at": str(entry["at"])[:19], "who": entry.get("who"), "command": entry.get("command"),
        "of": ", ".join(str(name) for name in dict(entry.get("inputs") or {})), "inputs": entry.get("inputs"),
        "detail": dict(entry.get("detail") or {}), "result": entry.get("result"), "hash": entry["hash"],
    }  # fmt: skip
