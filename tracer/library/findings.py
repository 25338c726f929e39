"""Findings as values that explain themselves, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tracer.library.arguments import language, one_of
from tracer.library.table import NotebookView

if TYPE_CHECKING:
    import duckdb

    from tracer.disclosure import Number
    from tracer.findings.statements import Statement
    from tracer.wording.names import Names
    from tracer.wording.sections import Block
    from tracer.wording.voice import Voice

KINDS: Mapping[str, tuple[str, ...]] = {
    "retention": ("retention", "held"), "chain": ("chain",), "attribution": ("attribution",),
    "derivation": ("derivation",), "claim": ("claim",),
}  # fmt: skip
"""Kind of finding → the kinds of statements that it holds, the weightiest kind first."""
_QUERIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "retention": ("retention", ("release", "seen_in")), "chain": ("resale-chains", ("chain", "datasets")),
    "attribution": ("attributions", ("dataset", "release")), "derivation": ("derivations", ("parent", "child")),
    "claim": ("claims", ("claim",)),
}  # fmt: skip
"""Kind → the named query of its rows, and the keys of what it is about."""


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
        """By what it is about."""
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
        """The text in English."""
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

    kinds = tuple(KINDS) if kind is None else (one_of(kind, KINDS, "kind"),)
    names = {lang: names_of(con, lang) for lang in ("en", "zh")}
    rows, found = ValueRows(con), []
    for each in kinds:
        query, keys = _QUERIES[each]
        said = {_about(row, keys): row for row in json_rows(run_query(con, find_query(query)))}
        for one in statements(rows, KINDS[each], least):
            about = _about(one.row, keys)
            found.append(Finding(each, about, one.grade, one.probability, said[about], one, names))
    return found


def _about(row: Mapping[str, Any], keys: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, " ".join(map(str, row[key])) if isinstance(row[key], list) else str(row[key])) for key in keys)
