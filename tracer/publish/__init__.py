"""Taking results away: rows of the named queries, through the redaction gate, past the scan, into files, journaled.

Every file that leaves goes this way. What the scan finds stops it; what was revealed for a reason is journaled with the
reason, as counts and keyed pseudonyms.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tracer.ask.named import CopiedViews, load_queries, query_rows
from tracer.case.case import Case
from tracer.case.protected import PURPOSE, keyed_pseudonym
from tracer.disclosure import PartyRef, Reason, Text, with_numbers_read
from tracer.errors import InputRefused, UsageError, refuse_short
from tracer.export.choice import WHOLE, ExportChoice
from tracer.export.drawing.story import named_in_headlines, told_in
from tracer.export.exhibits import exhibits_of
from tracer.export.formats import Outgoing, file_name, format_of, outgoing_case, plugin_of, render, write_files
from tracer.export.gate import Protection, protection_of, sources_of
from tracer.export.outgoing import Exhibit, RowColumn, RowSchema
from tracer.export.scan import Scan, ScanHit, allowlist_text, refuse
from tracer.export.selection import selected_part
from tracer.export.tool_words import tool_words_among
from tracer.input_files import sha256_of
from tracer.plugins import by_plugin
from tracer.stages import not_up_to_date
from tracer.wording import Codes

PRINTED = tuple(
    "retention resale-chains attributions derivations vintage claims contradictions datasets lines complaint-rates"
    " after-refusal consent counts sales warnings".split()
)
"""The named queries whose rows are in formats that print findings."""

PICTURED = frozenset({"graph", "figure", "report"})
"""Nouns that are published as pictures: protected sources are in them only where somebody asks for it."""
FACTS: Mapping[str, tuple[str, ...]] = {
    "graph": ("overlaps", "weights"),
    "findings": (),
    "report": ("evidence", "lists", "copies", "runs", "weights", "replies"),
    "figure": ("overlaps", "weights"),
    "evidence": (),
}
"""What each noun needs in addition to the graph and the findings: files of `export/sql/facts/`."""


@dataclass(frozen=True)
class Wanted:
    """What is to be taken away."""

    to: str
    noun: str = "graph"
    """`graph`, `findings`, `report` or `figure`."""
    lang: str = "en"
    of: tuple[str, ...] = ()
    font: Path | None = None
    reason: str | None = None
    """Why numbers leave in clear; None: they are masked."""
    choice: ExportChoice = WHOLE
    stem: str = ""
    """Name of the file without its ending, where there is one: files that go together name one another."""
    with_sources: bool = False
    """Whether protected sources are in a picture or report, under their pseudonyms."""
    check_reply: bool = False
    """Whether nothing is written whose headlines name a party that was not asked."""
    unasked_because: str | None = None
    """Why such a party is named nevertheless."""
    edition: Path | None = None
    """A file that says what a publication shows."""


@dataclass(frozen=True)
class Prepared:
    """Files that may leave: redacted, rendered and looked through."""

    wanted: Wanted
    files: Mapping[str, bytes]
    leaving: Outgoing
    revealed: Sequence[ScanHit] = ()
    said: Reason | None = None
    unasked: tuple[str, ...] = ()
    """Parties that headlines name though they were not asked, for a reason."""
    short: Reason | None = None
    """That a name of a protected party is too short to be looked for: for who exports, a file would tell of it."""


def prepare(case: Case, wanted: Wanted) -> Prepared:
    """Renders what is wanted and looks through it; writes nothing.

    Raises:
        UsageError: a format that is none; revealing without a reason; an id that a figure cannot be of.
        InputRefused: something in the files must not leave; each place is named.
    """
    if wanted.reason is not None:
        refuse_short(wanted.reason, "say who asked for the numbers, and why")
    if wanted.unasked_because is not None:
        refuse_short(wanted.unasked_because, "say why they are named before they are asked", "--unasked-because")
    chosen = format_of(wanted.noun, wanted.to)
    wanted.choice.check(wanted.noun, wanted.to, drawn=chosen.picture)
    if wanted.edition is not None and wanted.noun == "evidence":
        raise UsageError("documents are written as they are", where="--edition", remedy="leave it out")
    pseudonym = keyed_pseudonym(case.secret(PURPOSE))
    protection = protection_of(case.con, pseudonym, revealed=wanted.reason is not None)
    absent = wanted.noun in PICTURED and not wanted.with_sources
    exhibits: tuple[Exhibit, ...] = ()
    left: list[Reason] = []
    if wanted.noun == "evidence":
        exhibits, left = exhibits_of(case.con, case.vault.files.read, wanted.of, protection)
    copied, queries = CopiedViews(case.con), load_queries()
    findings = {
        name: with_numbers_read(query_rows(case.con, queries[name], copied=copied, entered=True)) for name in PRINTED
    }
    left_out = sources_of(case.con) if absent else None
    masked = partial(outgoing_case, protection=protection, facts=FACTS[wanted.noun], reason=wanted.reason)
    leaving = masked(case.con, findings, pseudonym, case.name, wanted.lang, sources=left_out, over=copied.on_copies)
    schema = row_schemas() if wanted.noun == "findings" else {}
    leaving = replace(leaving, of=wanted.of, font=wanted.font, exhibits=exhibits, schema=schema, stem=wanted.stem)
    leaving = replace(leaving, untraced=not_up_to_date(case.con), choice=wanted.choice).leaving_out(left)
    names = None
    if wanted.edition is not None:
        from tracer.publish.editions import refuse_names, with_edition  # reads manifests: half a second of imports

        leaving, names = with_edition(leaving, wanted.edition, case.con)
        edited = sum(bool(one.edited.headline) for one in told_in(leaving, wanted.noun, wanted.to))
        if edited:
            leaving = leaving.leaving_out([Reason("edition-headlines", {"n": edited})])
    leaving = selected_part(leaving, leaving.choice)
    leaving, unasked = _with_replies(leaving, wanted)
    if leaving.untraced is not None and chosen.codes is not Codes.NONE:  # programs read it next to what is left out
        leaving = leaving.leaving_out([leaving.untraced], first=True)
    files = render(leaving, wanted.to, wanted.noun)
    looked_at = {file_name(wanted.noun, ending, chosen.suffix): content for ending, content in files.items()}
    if chosen.drawn is not None:
        looked_at[f"{wanted.noun}{chosen.suffix} (drawing)"] = chosen.drawn(leaving).encode("utf-8", "replace")
    if names is not None:
        refuse_names(looked_at, names)
    revealed, said = scan_files(case, looked_at, protection), None
    if chosen.dressed is not None:
        files, said = chosen.dressed(leaving, files)
    too_short_to_find = len(protection.protected.too_short_to_find())
    short = Reason.of("left-out-short-names", n=too_short_to_find) if too_short_to_find else None
    return Prepared(wanted, files, leaving, revealed, said, unasked, short)


def _with_replies(leaving: Outgoing, wanted: Wanted) -> tuple[Outgoing, tuple[str, ...]]:
    """What leaves with the reason why parties were not asked, and who they are.

    Raises `InputRefused`: a headline names one of them, and no reason was given.
    """
    if not wanted.check_reply and wanted.unasked_because is None:
        return leaving, ()
    unasked = tuple(leaving.unheard(named_in_headlines(leaving, wanted.noun, wanted.to)))
    if not unasked:
        return leaving, ()
    if wanted.unasked_because is None:
        what = f"headlines name who was not asked: {', '.join(unasked)}"
        remedy = f'ask them (tracer reply add {unasked[0]} --asked DAY --deadline DAY), or --unasked-because "…"'
        raise InputRefused(what, where="--check-reply", remedy=remedy)
    said = Reason.of(
        "left-out-unasked", parties=tuple(PartyRef(party) for party in unasked), because=Text(wanted.unasked_because)
    )
    return replace(leaving.leaving_out([said], first=True), unasked=wanted.unasked_because), unasked


def scan_files(case: Case, files: Mapping[str, bytes], protection: Protection) -> list[ScanHit]:
    """Look through finished files; what they hold in clear, where a reason allows it.

    Raises `InputRefused`: something in them must not leave; each place is named.
    """
    scan = Scan(case.con, own=partial(allowlist_text, case.con), secrets=protection.protected.finder())
    leaks = without_own_words(scan.leaks(files))
    stopping = [leak for leak in leaks if leak.names_protected or not protection.revealed]
    if stopping:
        raise refuse(stopping)
    return leaks


def without_own_words(leaks: list[ScanHit]) -> list[ScanHit]:
    """What was found in files that went through the gate, without words that the tool itself writes in every export."""
    own = {text for text in {leak.text for leak in leaks if leak.names_protected} if tool_words_among([text])}
    return [leak for leak in leaks if not leak.names_protected or leak.text not in own]


def publish(case: Case, prepared: Prepared, target: Path) -> list[Path]:
    """Write prepared files at `target` and journal it; returns the paths written."""
    paths = write_files(prepared.files, target)
    journal(case, prepared, paths)
    return paths


def journal(case: Case, prepared: Prepared, paths: Sequence[Path]) -> None:
    """Journal what left: format, files, their digest; where revealed the reason, how much, and keyed pseudonyms."""
    wanted = prepared.wanted
    detail: dict[str, Any] = {"format": wanted.to, "files": list(paths), **by_plugin(plugin_of(wanted.noun, wanted.to))}
    if wanted.edition is not None:
        detail["edition"] = sha256_of(wanted.edition)
    if prepared.unasked:
        detail["unasked"] = {"reason": wanted.unasked_because, "parties": list(prepared.unasked)}
    chosen = {"of": list(wanted.of), "part": wanted.choice.part, "with_sources": wanted.with_sources}
    detail |= {name: value for name, value in chosen.items() if value}
    if wanted.reason is not None:
        pseudonym = keyed_pseudonym(case.secret(PURPOSE))
        detail["revealed"] = {
            "reason": wanted.reason,
            "counts": dict(sorted(Counter(leak.what for leak in prepared.revealed).items())),
            "who": sorted({pseudonym(f"revealed {leak.text}") for leak in prepared.revealed}),
        }
    case.journal.append(command=f"export {wanted.noun}", result=digest(prepared.files), detail=detail)


def row_schemas() -> dict[str, RowSchema]:
    """What the queries that print findings declare of their columns."""
    queries = load_queries()
    columns = {
        name: (RowColumn(one.name, one.type.value, one.text) for one in queries[name].columns) for name in PRINTED
    }
    return {name: RowSchema(queries[name].answers, tuple(columns[name])) for name in PRINTED}


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the contents of files, in the order of their names."""
    whole = hashlib.sha256()
    for name, contents in sorted(files.items()):
        whole.update(f"{name}:{len(contents)}\n".encode() + contents)
    return whole.hexdigest()
