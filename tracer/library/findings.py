"""Findings as values that explain themselves, in English and Chinese, and a trace with what it changed of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from tracer.library.answers import NotebookView
from tracer.library.arguments import language, one_of
from tracer.library.base import Listener

if TYPE_CHECKING:
    import duckdb

    from tracer.ask.story import Teller
    from tracer.case.case import Case as OpenStore
    from tracer.disclosure import Number
    from tracer.findings.statements import Statement
    from tracer.library.base import Meters
    from tracer.lists.loaded import Loaded
    from tracer.manifest import Manifest
    from tracer.wording.names import Names
    from tracer.wording.sections import Block
    from tracer.wording.voice import Voice

_KINDS: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "retention": ("retention", ("release", "seen_in"), ("retention", "held")),
    "chain": ("resale-chains", ("chain", "datasets"), ("chain",)),
    "attribution": ("attributions", ("dataset", "release"), ("attribution",)),
    "derivation": ("derivations", ("parent", "child"), ("derivation",)),
    "claim": ("claims", ("claim",), ("claim",)),
}
"""Kind of finding, the weightiest first → the named query of its rows, the keys of what it is about, and the kinds of
statements that it holds."""


@dataclass(frozen=True)
class Finding(NotebookView):
    """One finding: what it says, how sure it is, what it rests on and what speaks against it.

    Two findings are equal where they say the same of the same.
    """

    kind: str
    """`retention`, `chain`, `attribution`, `derivation` or `claim`."""
    subjects: tuple[tuple[str, str], ...]
    """What it is about, as pairs of a key and an id: `(("parent", "d1"), ("child", "d7"))`."""
    grade: str
    """G0 to G5 (`tracer help grades`)."""
    probability: float | None
    """0 to 1; None for what has no probability of its own (an attribution, a claim)."""
    row: Mapping[str, Any] = field(repr=False)
    """The row of the named query, with the keys and values of `-f json` in English."""
    _statement: Statement = field(repr=False, compare=False)
    _names: Mapping[str, Names] = field(repr=False, compare=False)

    def __hash__(self) -> int:
        return hash((self.kind, self.subjects))

    def headline(self, lang: str = "en") -> str:
        """Who, what and when, in one sentence; `lang`: `en` or `zh`."""
        return self._voice(lang).say(self._statement.said)

    def sureness(self, lang: str = "en") -> str:
        """How sure that is, in words and numbers; empty where nothing measures it."""
        voice = self._voice(lang)
        return (" " if lang == "en" else "").join(voice.say(one) for one in self._statement.sure)

    def reasons(self, lang: str = "en") -> tuple[str, ...]:
        """What it rests on, a sentence each, the strongest first."""
        return self._sentences(self._statement.reasons, lang)

    def against(self, lang: str = "en") -> tuple[str, ...]:
        """What speaks against it, a sentence each."""
        return self._sentences(self._statement.against, lang)

    def text(self, lang: str = "en") -> str:
        """All of it as lines of at most 80 cells: headline, how sure, what for it, what against it."""
        from tracer.visible import visible
        from tracer.wording.terminal import terminal_text

        return visible(terminal_text(self.blocks(lang))).rstrip("\n")

    def to_json(self) -> dict[str, Any]:
        """The row of the named query, as `tracer query NAME -f json` prints it."""
        return dict(self.row)

    def __str__(self) -> str:
        return self.text()

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.disclosure import Reason
        from tracer.wording import say
        from tracer.wording.sections import Heading, Paragraph, Points

        yield Heading(2, self.headline(lang), self.grade)
        if sure := self.sureness(lang):
            yield Paragraph(sure)
        if reasons := self.reasons(lang):
            yield Paragraph(say(Reason.of("why-rests-on"), lang), "label")
            yield Points(reasons, "for")
        if against := self.against(lang):
            yield Paragraph(say(Reason.of("why-speaks-against"), lang), "label")
            yield Points(against, "against")

    def _voice(self, lang: str) -> Voice:
        from tracer.wording import Voice
        from tracer.wording.names import Introduced

        return Voice(lang, Introduced(self._names[language(lang)], lang))

    def _sentences(self, said: Sequence[Number], lang: str) -> tuple[str, ...]:
        voice = self._voice(lang)
        return tuple(voice.show(one) for one in said)


def findings_of(con: duckdb.DuckDBPyConnection, kind: str | None, least: float) -> list[Finding]:
    """The findings of a case, the weightiest kind first; `least`: probability of those that have one.

    Raises:
        UsageError: a kind that there is not.
    """
    from tracer.ask.named import ValueRows, find_query, run_query
    from tracer.ask.render import json_rows
    from tracer.findings.statements import statements
    from tracer.wording.names import names_of

    kinds = tuple(_KINDS) if kind is None else (one_of(kind, _KINDS, "kind"),)
    names = {lang: names_of(con, lang) for lang in ("en", "zh")}
    rows, found = ValueRows(con), []
    for each in kinds:
        query, keys, stated = _KINDS[each]
        said = {_about(row, keys): row for row in json_rows(run_query(con, find_query(query)))}
        for one in statements(rows, stated, least):
            about = _about(one.row, keys)
            found.append(Finding(each, about, one.grade, one.probability, said[about], one, names))
    return found


def _about(row: Mapping[str, Any], keys: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, " ".join(map(str, row[key])) if isinstance(row[key], list) else str(row[key])) for key in keys)


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


def traced(store: OpenStore, meters: Meters, lang: str, *, compare: bool) -> Run:
    """Bring the findings of a store up to date; compare: whether findings before and after are compared."""
    from tracer.ask.noticed import noticed_lines
    from tracer.trace import trace

    before = findings_of(store.con, None, _LEAST) if compare else []
    with meters("tracing", store.con, 0) as meter:
        done = trace(store, meter.begin)
    after = before if done.run is None or not compare else findings_of(store.con, None, _LEAST)
    was = {(one.kind, one.subjects): one for one in before}
    now = {(one.kind, one.subjects): one for one in after}
    return Run(
        done.run,
        done.stages,
        done.added,
        done.superseded,
        done.result,
        new=tuple(one for about, one in now.items() if about not in was),
        changed=tuple(one for about, one in now.items() if about in was and one != was[about]),
        superseded=tuple(one for about, one in was.items() if about not in now),
        noticed=tuple(noticed_lines(store.con, done.run, lang)),
    )


def main_job(
    store: OpenStore,
    asked: Manifest,
    meters: Meters,
    lang: str,
    *,
    replaces: bool,
    compare: bool,
    tell: Listener,
    called: str = "",
) -> Run:
    """Load what a manifest asks for and the store lacks, trace, and put the strongest findings into words."""
    from tracer.manifest import FilesRefused, apply_manifest

    try:
        with meters("loading", store.con, asked.bytes_of_files()) as meter:
            done = apply_manifest(store, asked, replace=replaces, meter=meter)
    except FilesRefused as refused:
        for line in refused.done.lines():
            tell(line)
        raise
    lines = done.lines()
    for line in lines:
        tell(line)
    run = traced(store, meters, lang, compare=compare)
    return replace(run, lead=tuple(lead_lines(store, lang, called)), loaded=tuple(done.loaded), applied=tuple(lines))


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
