"""`case.probes`: what to ask of a look-up service that shows no list, and what its answers prove."""

from __future__ import annotations

from collections.abc import Iterable

from tracer.library.arguments import AnyPath, language, path, path_or_none, texts
from tracer.library.base import CasePart
from tracer.library.table import Table


class Probes(CasePart):
    """The sheets of a `Case`."""

    def plan(
        self, releases: str | Iterable[str] = (), *, out: AnyPath, service: str | None = None,
        after: str | None = None, by: str | None = None, names: bool = True, most: int = 60, ordinary: int = 12,
        withheld: int = 8, wrong: float = 0.05, alpha: float = 0.01, agreed: AnyPath | None = None,
        reason: str | None = None, lang: str = "en",
    ) -> tuple[str, ...]:  # fmt: skip
        """Draw what to ask of a service, as a sheet to fill in (`out`: .csv or .xlsx); returns notes.

        releases: copies that may be the source, by id or pattern (`list@*`). after: go on from the answers to this
        sheet; by: `phone`, `email` or `name`; names: whether the service shows a name; most: questions in all sheets;
        ordinary, withheld: people to ask for, at most; wrong: share of wrong answers, at most; alpha: family-wise error
        over all probes of this service and list; agreed: ask only for people in this file; reason: why people may be
        shown to the service, journaled.

        Raises:
            UsageError, InputRefused: what cannot be asked, with the reason.
        """
        from tracer.ask.probing import plan_notes, sheet_file
        from tracer.findings.probes import ProbeRequest, plan_probe
        from tracer.findings.probes.agreement import read_agreed
        from tracer.library.answers import put_file
        from tracer.wording import Voice

        voice, target, agreement = Voice(language(lang)), path(out), path_or_none(agreed)
        with self._access.writing() as store:
            request = ProbeRequest(
                texts(releases), service, after, by, names, most, ordinary, withheld, wrong, alpha, reason,
                None if agreement is None else read_agreed(store, agreement),
            )  # fmt: skip
            with store.transaction():
                planned = plan_probe(store, request)
                put_file(sheet_file(planned, target, store.region, voice), target)
        return tuple(voice.say(note) for note in plan_notes(planned))

    def load(self, file: AnyPath, *, lang: str = "en", shown: int | None = None) -> Table:
        """Load a filled-in sheet; a row for each copy with what its answers say, and what they come to as notes.

        shown: rows at most; not public.

        Raises:
            InputRefused: it is not a sheet of this case.
        """
        from tracer.ask.probing import findings_of
        from tracer.findings.probes import take_answers
        from tracer.wording import Voice

        with self._access.writing() as store:
            taken = take_answers(store, path(file))
            rows, notes = findings_of(store.con, taken.plan, Voice(language(lang)), shown=shown)
        counted = f"{taken.answered} answers loaded, {taken.known} were known, {taken.blank} are blank."
        return Table.of_rows(rows, notes=(*notes, counted), lang=lang)

    def show(self, probe: str, *, lang: str = "en", shown: int | None = None) -> Table:
        """What the answers to a sheet, and to those that it goes on from, say.

        Raises:
            UsageError: the sheet is unknown.
        """
        from tracer.ask.probing import findings_of
        from tracer.wording import Voice

        with self._access.reading() as store:
            rows, notes = findings_of(store.con, probe, Voice(language(lang)), shown=shown)
        return Table.of_rows(rows, notes=tuple(notes), lang=lang)
