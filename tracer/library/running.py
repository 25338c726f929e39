"""A trace, and what came of it: which findings are new, which changed, which no longer hold, and what was noticed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from tracer.library.base import Listener
from tracer.library.findings import Finding, findings_of
from tracer.library.table import NotebookView

if TYPE_CHECKING:
    from tracer.ask.story import Teller
    from tracer.case.case import Case as OpenStore
    from tracer.library.progress import Meters
    from tracer.lists.loaded import Loaded
    from tracer.manifest import Manifest
    from tracer.wording.sections import Block

_LEAST = 0.05
"""Findings under this probability are in no answer."""


@dataclass(frozen=True)
class Run(NotebookView):
    """What a trace did.

    >>> run = case.trace()
    >>> run.number, run.added, run.new  # nothing has changed since the last one
    (None, 0, ())
    """

    number: int | None
    """Number of the run; None where nothing had changed."""
    stages: tuple[str, ...]
    """What was computed again, in order."""
    added: int
    """Findings of all kinds that are new or changed, also those that no answer shows."""
    removed: int
    """Findings that no longer hold; they are superseded, not erased."""
    result: str
    """SHA-256 over all current findings: the same case gives the same."""
    new: tuple[Finding, ...] = ()
    """Findings about something of which there was none before."""
    changed: tuple[Finding, ...] = ()
    """Findings that say something else than before, as they are now."""
    superseded: tuple[Finding, ...] = ()
    """Findings of which none is left, as they were."""
    noticed: tuple[str, ...] = ()
    """What a judgement moved, and what does not fit together, in sentences."""
    lead: tuple[str, ...] = ()
    """The strongest findings in a few lines; after `run` alone."""
    loaded: tuple[Loaded, ...] = ()
    """The datasets that a manifest added; after `run` alone."""
    applied: tuple[str, ...] = field(default=(), repr=False)
    """What became of a manifest, a line each; after `run` alone."""

    def summary(self) -> str:
        """One line: how many findings are new or changed, and how many are superseded."""
        if self.number is None:
            return "Nothing has changed since the last trace."
        return f"Run {self.number}: {self.added:,} results new or changed, {self.removed:,} superseded."

    def __str__(self) -> str:
        """The summary."""
        return self.summary()

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.wording.sections import Paragraph, Points

        yield Paragraph(self.summary())
        for title, found in (("New", self.new), ("Changed", self.changed), ("Superseded", self.superseded)):
            if found:
                yield Paragraph(title, "label")
                yield Points(tuple(f"{one.grade} {one.headline()}".strip() for one in found))
        if self.noticed:
            yield Points(self.noticed)


def traced(
    store: OpenStore, meters: Meters, lang: str, *, compare: bool, loaded: Sequence[Loaded] = (),
    applied: Sequence[str] = (), lead: bool = False, called: str = "",
) -> Run:  # fmt: skip
    """Bring the findings of a store up to date.

    compare: whether findings before and after are compared; lead: whether the strongest ones are put into words, in
    which commands call the case as `called`.
    """
    from tracer.ask.noticed import noticed_lines
    from tracer.trace import trace

    before = findings_of(store.con, None, _LEAST) if compare else []
    with meters("tracing", store.con, 0) as meter:
        done = trace(store, meter.begin)
    after = before if done.run is None or not compare else findings_of(store.con, None, _LEAST)
    was = {(one.kind, one.subjects): one for one in before}
    now = {(one.kind, one.subjects): one for one in after}
    return Run(
        done.run, done.stages, done.added, done.superseded, done.result,
        new=tuple(one for about, one in now.items() if about not in was),
        changed=tuple(one for about, one in now.items() if about in was and one != was[about]),
        superseded=tuple(one for about, one in was.items() if about not in now),
        noticed=tuple(noticed_lines(store.con, done.run, lang)),
        lead=tuple(lead_lines(store, lang, called)) if lead else (),
        loaded=tuple(loaded), applied=tuple(applied),
    )  # fmt: skip


def main_job(
    store: OpenStore, asked: Manifest, meters: Meters, lang: str, *, replace: bool, tell: Listener, compare: bool,
    called: str = "",
) -> Run:  # fmt: skip
    """Load what a manifest asks for and the store lacks, trace, and put the strongest findings into words."""
    from tracer.manifest import FilesRefused, apply_manifest

    try:
        with meters("loading", store.con, asked.bytes_of_files()) as meter:
            done = apply_manifest(store, asked, replace=replace, meter=meter)
    except FilesRefused as refused:
        for line in refused.done.lines():
            tell(line)
        raise
    lines = done.lines()
    for line in lines:
        tell(line)
    return traced(store, meters, lang, compare=compare, loaded=done.loaded, applied=lines, lead=True, called=called)


def lead_lines(store: OpenStore, lang: str, called: str = "") -> list[str]:
    """The strongest findings, a sentence each, and how to see more; `called`: how commands name the case."""
    from tracer.ask.lead import lead

    teller, stale = telling(store, lang)
    return lead(store.con, lang, case=called, untraced=stale, teller=teller)


def telling(store: OpenStore, lang: str) -> tuple[Teller, str]:
    """What says a store's findings, and that they are not up to date: the same while one that is only read is open."""
    from tracer.ask.story import Teller
    from tracer.stages import untraced

    kept = _OPEN.setdefault(store, {}) if store.read_only else {}
    if lang not in kept:
        kept[lang] = Teller(store.con, lang), untraced(store.con, lang=lang)
    return kept[lang]


_OPEN: WeakKeyDictionary[OpenStore, dict[str, tuple[Teller, str]]] = WeakKeyDictionary()
