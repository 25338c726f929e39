"""Findings as values that explain themselves, in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tracer.library.arguments import language, one_of
from tracer.library.shown import NotebookView

if TYPE_CHECKING:
    import duckdb

    from tracer.disclosure import Reason
    from tracer.wording.names import Names
    from tracer.wording.sections import Block
    from tracer.wording.voice import Voice

KINDS: Mapping[str, str] = {
    "retention": "retention", "chain": "resale-chains", "attribution": "attributions", "derivation": "derivations",
    "claim": "claims",
}  # fmt: skip
"""Kind of finding → the named query of its rows, the weightiest kind first."""
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "retention": ("release", "seen_in"), "chain": ("chain", "datasets"), "attribution": ("dataset", "release"),
    "derivation": ("parent", "child"), "claim": ("claim",),
}  # fmt: skip


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
    _facts: Mapping[str, Any] = field(repr=False, compare=False)
    _names: Mapping[str, Names] = field(repr=False, compare=False)

    def __hash__(self) -> int:
        """By what it is about."""
        return hash((self.kind, self.subjects))

    def headline(self, lang: str = "en") -> str:
        """Who, what and when, in one sentence; `lang`: `en` or `zh`."""
        return self._voice(lang).say(_HEADLINES[self.kind](self._facts))

    def sureness(self, lang: str = "en") -> str:
        """How sure that is, in words and numbers; empty where nothing measures it."""
        voice = self._voice(lang)
        return (" " if lang == "en" else "").join(voice.say(one) for one in _SURE[self.kind](self._facts))

    def reasons(self, lang: str = "en") -> tuple[str, ...]:
        """What it rests on, a sentence each, the strongest first."""
        return self._sentences("reasons", lang)

    def against(self, lang: str = "en") -> tuple[str, ...]:
        """What speaks against it, a sentence each."""
        return self._sentences("alternatives" if self.kind == "claim" else "against", lang)

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
        for title, texts, style in (
            ("why-rests-on", self.reasons(lang), "for"), ("why-speaks-against", self.against(lang), "against"),
        ):  # fmt: skip
            if texts:
                yield Paragraph(say(Reason.of("why-rests-on") if title == "why-rests-on" else
                                    Reason.of("why-speaks-against"), lang), "label")  # fmt: skip
                yield Points(texts, style)

    def _voice(self, lang: str) -> Voice:
        from tracer.wording import Voice
        from tracer.wording.names import Introduced

        return Voice(lang, Introduced(self._names[language(lang)], lang))

    def _sentences(self, column: str, lang: str) -> tuple[str, ...]:
        from tracer.wording import headlines

        voice = self._voice(lang)
        return tuple(voice.show(headlines.said(one)) for one in self._facts.get(column) or ())


def findings_of(con: duckdb.DuckDBPyConnection, kind: str | None, least: float) -> list[Finding]:
    """The findings of a case, the weightiest kind first; `least`: probability of those that have one.

    Raises:
        UsageError: a kind that there is not.
    """
    from tracer.ask.named import find_query, run_query
    from tracer.ask.render import json_rows
    from tracer.policy import masked_row
    from tracer.wording.names import names_of

    kinds = tuple(KINDS) if kind is None else (one_of(kind, KINDS, "kind"),)
    names = {lang: names_of(con, lang) for lang in ("en", "zh")}
    found = []
    for each in kinds:
        query = find_query(KINDS[each])
        given = {"accused": "true"} if each == "attribution" else {}
        said = json_rows(run_query(con, query, given))
        facts = run_query(con, query, given, entered=True).rows()
        for row, fact in zip(said, facts, strict=True):
            probability = row.get("probability")
            if probability is None or probability >= least:
                about = tuple((name, _id(row[name])) for name in _SUBJECTS[each])
                found.append(Finding(each, about, row["grade"] or "", probability, row, masked_row(fact), names))
    return found


def _id(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _headline(name: str) -> Callable[[Mapping[str, Any]], Reason]:
    def made(row: Mapping[str, Any]) -> Reason:
        from tracer.wording import claims, headlines

        reason: Reason = getattr(claims if name == "claim" else headlines, name)(row)
        return reason

    return made


_HEADLINES: Mapping[str, Callable[[Mapping[str, Any]], Reason]] = {
    kind: _headline(kind) for kind in ("retention", "chain", "attribution", "derivation", "claim")
}


def _by(name: str) -> Callable[[Mapping[str, Any]], Iterator[Reason]]:
    def made(row: Mapping[str, Any]) -> Iterator[Reason]:
        from tracer.wording import headlines

        yield getattr(headlines, name)(row)

    return made


def _marks(row: Mapping[str, Any]) -> Iterator[Reason]:
    from tracer.wording import headlines

    yield from headlines.marks(row)


def _test_error(row: Mapping[str, Any]) -> Iterator[Reason]:
    from tracer.disclosure import PValue, Reason

    if row["p_value"] is not None:
        yield Reason.of("story-test-error", error=PValue(float(row["p_value"])))


_SURE: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Reason]]] = {
    "retention": _by("sure"), "chain": _by("chain_by"), "attribution": _marks, "derivation": _by("derivation_sure"),
    "claim": _test_error,
}  # fmt: skip
