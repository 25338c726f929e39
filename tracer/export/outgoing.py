"""What leaves a case: its graph and its rows, gone through the redaction gate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

import duckdb

from tracer.case.protected import keyed_digest
from tracer.clock import today
from tracer.disclosure import SCALARS, Reason, with_numbers_read, with_reasons
from tracer.export.choice import WHOLE, ExportChoice
from tracer.export.drawing.text import clean
from tracer.export.edition import AS_FOUND, Edition
from tracer.export.gate import (
    FindingRow,
    Findings,
    Protection,
    Sources,
    findings_without,
    graph_without,
    protection_of,
    redact_findings,
    redact_graph,
    redact_text,
    without_source_links,
)
from tracer.export.scan import Scan, allowlist_text
from tracer.findings.statements import Statement, headlines, judged, replies, statements
from tracer.findings.statements.replies import Replied
from tracer.graph.build import build_graph
from tracer.graph.model import Document, Graph, Node, coded_reasons, day_of
from tracer.resources import sql_next_to
from tracer.visible import label
from tracer.wording import LANGUAGES, Codes, Voice, rows_in_words, say, signals_of, word
from tracer.wording.names import Introduced, Names, name_rows, names_of_rows


@dataclass(frozen=True)
class RowColumn:
    """One column of exported rows."""

    name: str
    type: str
    """A column type of a query: `text`, `id`, `integer`, `count`, `number`, `date`, `moment`, `boolean`, `list` …"""
    text: str = ""
    """What it means; empty where no query says so."""


@dataclass(frozen=True)
class RowSchema:
    """What a query answers, and its columns."""

    answers: str
    columns: tuple[RowColumn, ...]


@dataclass(frozen=True)
class Exhibit:
    """One document that leaves."""

    id: str
    kind: str
    acquired: str
    name: str
    sha256: str
    content: bytes

    @property
    def file(self) -> str:
        """Its name in the archive."""
        return label(f"{self.id}{PurePath(self.name).suffix.lower() or '.txt'}")


def without_named_files(
    con: duckdb.DuckDBPyConnection, graph: Graph, facts: Findings
) -> tuple[Graph, Findings, list[Reason]]:
    """Names of documents' files that name somebody are withheld: `王小明.pdf` becomes `withheld.pdf`, so that nothing
    is stopped by it.

    They are looked up as the scan looks up the finished file: what is left is what the scan lets through. Returns graph
    and facts with these names replaced, and what is said of it.
    """
    documents, rows = graph["evidence"], facts.get("evidence", ())
    names = sorted({str(one["file"]) for one in (*documents, *rows) if one.get("file")})
    looked_at = {f"{number}.txt": name for number, name in enumerate(names)}
    if not looked_at:
        return graph, facts, []
    leaks = Scan(con, own=partial(allowlist_text, con)).leaks({at: name.encode() for at, name in looked_at.items()})
    instead = {name: f"withheld{PurePath(name).suffix}" for name in (looked_at[leak.file] for leak in leaks)}
    if not instead:
        return graph, facts, []
    kept = [Document(**{**one, "file": instead.get(one["file"] or "", one["file"])}) for one in documents]
    changed = [{**row, "file": instead.get(str(row["file"]), row["file"])} for row in rows]
    said = [Reason.of("left-out-file-names", n=len(instead))]
    return Graph(**{**graph, "evidence": kept}), {**facts, **({"evidence": changed} if rows else {})}, said


_statement = sql_next_to(__file__)


class TablesInWords(Mapping[str, Sequence[FindingRow]]):
    """Tables in words, each when it is first looked at: a page of many lists shows a few rows of the longest."""

    def __init__(self, tables: Findings, say_rows: Callable[[Sequence[FindingRow]], list[Any]]) -> None:
        self._tables, self._say_rows = tables, say_rows
        self._said: dict[str, Sequence[FindingRow]] = {}

    def __getitem__(self, name: str) -> Sequence[FindingRow]:
        if name not in self._said:
            rows = self._tables[name]
            self._said[name] = self._say_rows(rows) if _holds_reason(rows) else rows
        return self._said[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def _holds_reason(value: object) -> bool:
    """Whether a reason is anywhere in a value."""
    if isinstance(value, dict | list):
        return any(map(_holds_reason, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Reason)


@dataclass(frozen=True)
class CodedTables:
    """What leaves, gone through the gate, before there are words."""

    graph: Graph
    findings: Findings
    facts: Findings
    said: dict[tuple[str, Codes], CodedTables] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Language and form of codes → the same in words: a page says all in the first language three times. What is
    replaced begins with none."""

    @cached_property
    def read(self) -> CodedTables:
        """The same, each reason a value of its own: what is said, counted and drawn is made of these."""
        edges, left_out = with_reasons(self.graph["edges"]), with_reasons(self.graph["left_out"])
        graph = Graph(**{**self.graph, "edges": edges, "left_out": left_out})
        return CodedTables(graph, with_reasons(self.findings), with_reasons(self.facts))


@dataclass(frozen=True)
class Outgoing:
    """What is written: it has gone through the gate."""

    graph: Graph
    findings: Findings = field(default_factory=dict)
    title: str = "tracer"
    generated: str = ""
    lang: str = "en"
    facts: Findings = field(default_factory=dict)
    """Rows of `sql/facts/`, for reports and figures: evidence, lists, runs, overlaps, weights."""
    of: tuple[str, ...] = ()
    font: Path | None = None
    reason: str | None = None
    """Why numbers are shown in clear; None where they are masked."""
    choice: ExportChoice = WHOLE
    edition: Edition = AS_FOUND
    edits: tuple[Reason, ...] = ()
    """What the edition leaves out and calls otherwise, counted."""
    partial: Reason | None = None
    exhibits: tuple[Exhibit, ...] = ()
    untraced: Reason | None = None
    """That the findings are not those of the case as it is now; said before all of them."""
    schema: Mapping[str, RowSchema] = field(default_factory=dict)
    """Query -> what it answers and what its columns hold; empty where values alone say so."""
    stem: str = ""
    """Name of the file without its ending, where files name one another; that of the noun where there is none."""
    names: Mapping[str, Names] = field(default_factory=dict)
    """Language -> what parties and lists are called in it; protected parties are not among them."""
    unasked: str | None = None
    """Why parties that headlines name were not asked, where somebody says so."""
    coded_tables: CodedTables | None = None
    """Graph, findings and facts with their reasons as values; None where they hold none."""
    _names_by_language: dict[str, Names] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `names_in` gave: a page asks for it at every reply."""

    def not_up_to_date(self, lang: str = "") -> str:
        """The same in words, in the export's own language unless another is named; empty where they are."""
        return "" if self.untraced is None else say(self.untraced, lang or self.lang)

    def no_copy(self) -> Reason:
        """That no copy was found beyond its recipient, or, where none is on record or marked, that this cannot be
        looked for.

        Whether there are copies is not known from a part.
        """
        copies = [node for node in self.graph["nodes"] if node["kind"] == "release"]
        least = 0 if self.partial is None else 1
        marked = sum(bool(node["canaries"]) for node in copies)
        return Reason.of("lead-nothing", copies=max(len(copies), least), marked=max(marked, least))

    def part_said(self, lang: str = "") -> str:
        """How much the part that was chosen leaves out, in words; empty where all is there."""
        return "" if self.partial is None else say(self.partial, lang or self.lang)

    def edits_said(self, lang: str = "") -> list[str]:
        """What an edition leaves out and calls otherwise, in words."""
        return [say(one, lang or self.lang) for one in self.edits]

    def sources_said(self) -> str:
        """That protected sources are left out, in words; empty where they are not."""
        held = [] if self.coded_tables is None else self.coded_tables.read.graph["left_out"]
        return "".join(say(one, self.lang) for one in held if one.code == "left-out-unnamed")

    def judged_said(self, lang: str = "") -> list[str]:
        """What rests on a person's judgement, each with what it would be without that, in words."""
        voice, joint = self.voice(lang or self.lang), "" if (lang or self.lang) == "zh" else " "
        return [joint.join((voice.say(said), voice.say(by))) for said, by in judged(self.statements)]

    def said_first(self) -> list[str]:
        """What every picture says before all else: what it lacks, and what of it rests on a person's judgement."""
        lacks = filter(None, (self.not_up_to_date(), self.part_said(), *self.edits_said()))
        return [*lacks, *self.judged_said()]

    @cached_property
    def _replies_and_roles(self) -> tuple[dict[str, Replied], dict[str, str | None]]:
        """Replies and roles by the ids of parties."""
        known, roles = {}, {}
        blamed = {party for one in self.statements for party in replies.accused_parties(one, self._holders)}
        parties = [node for node in self.graph["nodes"] if node["kind"] == "party"]
        rows = [
            {"party": node["id"]} | {name: node[f"reply_{name}"] for name in replies.FACTS}  # type: ignore[literal-required]  # of a party
            for node in parties
        ]
        said = replies.replies_by_party(rows)
        for node in parties:
            for name in (node["ref"], node["id"]):
                known[name] = replace(said[node["id"]], because=self.unasked)
                roles[name] = None if name in blamed else node["role"]
        return known, roles

    def reply_lines(self, parties: Iterable[str], lang: str = "", quoted: set[str] | None = None) -> list[str]:
        """How far the right of reply has come with each of these, in words: one line a party, without the clients.

        quoted: parties whose words the reader has seen already, see `replies.lines`.
        """
        chosen, (known, roles) = lang or self.lang, self._replies_and_roles
        named = [known[party].party for party in parties if party in known]
        voice = Voice(chosen, self.names_in(chosen))
        return [voice.say(one) for one in replies.lines(named, known, roles, chosen, quoted)]

    def answers(self, lang: str = "") -> dict[str, str]:
        """Party -> the same without its name; a dash where nothing is asked of parties of its role."""
        chosen, (known, roles) = lang or self.lang, self._replies_and_roles
        unasked = {
            name for name in known if known[name].state == "not_asked" and roles[name] in replies.NOT_ASKED_ROLES
        }
        named = [name for name in known if name not in unasked]
        said = Voice(chosen, self.names_in(chosen)).show_each([known[name].sentence(chosen) for name in named])
        return dict.fromkeys(unasked, "–") | dict(zip(named, said, strict=True))

    def named_in(self, one: Statement) -> tuple[str, ...]:
        """Whom a statement names."""
        return replies.parties_of(one, self._holders)

    @cached_property
    def _holders(self) -> dict[str, str | None]:
        lists = [node for node in self.graph["nodes"] if node["kind"] == "dataset"]
        return {name: node["party"] for node in lists for name in (node["ref"], node["id"])}

    def accused_lines(self, shown: Sequence[str] = (), named: Collection[str] | None = None) -> list[str]:
        """The replies of all parties against whom a statement says something.

        shown: ids of lists or copies, for what shows nothing but what is said of all of them; named: nodes of the
        parties that it shows, where it does not show all.
        """
        said = [one for one in self.statements if set(shown) <= {*one.lists, *one.copies}]
        there = {node["ref"] for node in self.graph["nodes"] if named is None or node["id"] in named}
        accused = (party for one in said for party in replies.accused_parties(one, self._holders))
        return self.reply_lines(party for party in accused if party in there)

    def unheard(self, parties: Iterable[str]) -> list[str]:
        """Those of them who were not asked and are shown under their own name: ids, in order."""
        known, roles = self._replies_and_roles
        sheltered = {node["id"] for node in self.graph["nodes"] if node["protected"]}
        named = dict.fromkeys(known[party].party for party in parties if party in known)
        owed = [party for party in named if roles[party] not in replies.NOT_ASKED_ROLES and party not in sheltered]
        return sorted(party for party in owed if known[party].state == "not_asked")

    def names_in(self, lang: str = "") -> Names:
        """What parties and lists are called in a language, by the ids of rows and of nodes; protected parties by their
        pseudonyms."""
        chosen = lang or self.lang
        if chosen not in self._names_by_language:
            known = self.names.get(chosen, Names())
            parties, lists = {}, {}
            for node in self.graph["nodes"]:
                for name in (node["ref"], node["id"]):
                    if node["kind"] == "party":
                        parties[name] = clean(known.parties.get(node["ref"], node["label"]))
                    elif node["kind"] == "dataset" and node["ref"] in known.lists:
                        lists[name] = clean(known.lists[node["ref"]])
            self._names_by_language[chosen] = Names(
                {ref: clean(name) for ref, name in known.parties.items()} | parties,
                {ref: clean(title) for ref, title in known.lists.items()} | lists,
            )
        return self._names_by_language[chosen]

    def voice(self, lang: str = "") -> Voice:
        """Says reasons by these names, with the id behind each that is said first: one for each section."""
        chosen = lang or self.lang
        return Voice(chosen, Introduced(self.names_in(chosen), chosen))

    def labelled_graph(self, lang: str = "") -> Graph:
        """The graph, each party and list of which bears what it is called in a language."""
        names = self.names_in(lang)
        called: Mapping[str, Mapping[str, str]] = {"party": names.parties, "dataset": names.lists}
        nodes = [
            Node(**{**node, "label": called.get(node["kind"], {}).get(node["id"], node["label"])})
            for node in self.graph["nodes"]
        ]
        return Graph(**{**self.graph, "nodes": nodes})

    def in_language(self, lang: str, codes: Codes = Codes.NONE) -> Outgoing:
        """The same with every reason in words of a language; what was there in words already stays as it is.

        The id follows each name once an edge and once a row. codes: how those of the reasons go along.
        """
        coded_tables = self.coded_tables
        if coded_tables is None:
            return replace(self, lang=lang)
        if (lang, codes) not in coded_tables.said:
            each, read = partial(self.in_words, lang=lang, codes=codes), coded_tables.read
            left_out = each([{"left_out": read.graph["left_out"]}])[0]
            said = Graph(**{**read.graph, "edges": each(read.graph["edges"]), **left_out})
            coded_tables.said[lang, codes] = CodedTables(
                said, TablesInWords(read.findings, each), TablesInWords(read.facts, each)
            )
        known = coded_tables.said[lang, codes]
        return replace(self, lang=lang, graph=known.graph, findings=known.findings, facts=known.facts)

    @cached_property
    def days(self) -> Mapping[str, date]:
        """Id of a list -> the day on which it is known to have been there, the same in all pictures: first seen, as
        what was found of copies says; else when a holder's own was made, or any other obtained."""
        lists = [node for node in self.graph["nodes"] if node["kind"] == "dataset"]
        found = {node["ref"]: day_of(node) for node in lists}
        for one in self.statements:
            if one.kind in ("retention", "held") and (seen := one.row.get("first_seen")):
                found[str(one.row["seen_in"])] = str(seen)
        return {ref: date.fromisoformat(day[:10]) for ref, day in found.items() if day}

    @property
    def rows(self) -> Findings:
        """The findings before there are words, for what shows a few of them or their numbers alone."""
        return self.findings if self.coded_tables is None else self.coded_tables.read.findings

    @cached_property
    def statements(self) -> list[Statement]:
        """All that is stated, the weightiest first."""
        return statements(lambda name: self.rows.get(name, ()))

    def in_words(self, rows: Sequence[Any], lang: str = "", codes: Codes = Codes.NONE) -> list[Any]:
        """Some of `rows` in words of a language; codes: see `in_language`."""
        return rows_in_words(rows, self.names_in(lang), lang or self.lang, codes)

    def leaving_out(self, reasons: Sequence[Reason], *, first: bool = False) -> Outgoing:
        """The same, which says these of what it leaves out as well, after or before what it says of it already."""
        if self.coded_tables is None or not reasons:
            return self
        graph, added = self.coded_tables.graph, coded_reasons(reasons)
        left_out = [*added, *graph["left_out"]] if first else [*graph["left_out"], *added]
        coded_tables = replace(self.coded_tables, graph=Graph(**{**graph, "left_out": left_out}))
        return replace(self, coded_tables=coded_tables).in_language(self.lang)

    def translations(self, shown: Findings) -> dict[str, str]:
        """Sentences of the graph, the facts and the findings that are shown: in the first language -> in the other."""
        if self.coded_tables is None:
            return {}
        coded = (self.coded_tables.read.graph, dict(self.coded_tables.read.facts))
        one, other = ((said.graph, dict(said.facts)) for said in map(self.in_language, LANGUAGES))
        rows = [row for name in shown for row in shown[name]]
        return dict(
            chain(_sentences(coded, one, other), _sentences(rows, *(self.in_words(rows, x) for x in LANGUAGES)))
        )


def _sentences(value: object, one: Any, other: Any) -> Iterator[tuple[str, str]]:
    """What every reason in a value, however deep inside, is in two values that say the same in words."""
    if isinstance(value, Reason):
        yield one, other
        return
    if isinstance(value, dict):
        value, one, other = (tuple(said.values()) for said in (value, one, other))
    if isinstance(value, list | tuple):
        for inner, first, second in zip(value, one, other, strict=True):
            if type(inner) not in SCALARS:
                yield from _sentences(inner, first, second)


def warnings_of(leaving: Outgoing, lang: str) -> list[str]:
    """What does not fit together, the weightiest first, in words."""
    return [leaving.voice(lang).say(headlines.warning_reason(row)) for row in leaving.rows.get("warnings", ())]


def outgoing_case(
    con: duckdb.DuckDBPyConnection,
    findings: Findings,
    pseudonym: Callable[[str], str],
    title: str,
    lang: str = "en",
    *,
    protection: Protection | None = None,
    facts: tuple[str, ...] = (),
    reason: str | None = None,
    sources: Sources | None = None,
    over: Callable[[str], str] = str,
) -> Outgoing:
    """The case in `con` as it may leave: graph, rows and title gone through the gate, today's date.

    `findings`: rows by query name with the contract's keys. `pseudonym` is keyed per case
    (`keyed_pseudonym(case.secret(PURPOSE))`). `facts`: files of `sql/facts/` whose rows are wanted as well. `sources`:
    who is left out altogether. `over`: what becomes of statements that read views, see `CopiedViews`.
    """
    kept = protection or protection_of(con, pseudonym, revealed=reason is not None)
    read: Findings = with_reasons(findings)
    graph = build_graph(con, pseudonym, lambda name: read.get(name, ()), over)
    added: Findings = {name: rows_of(con, name, kept, over) for name in facts}
    if sources:
        kept, graph = without_source_links(kept, sources), graph_without(graph, sources)
        findings, added = findings_without(findings, sources), findings_without(added, sources)
    coded_tables = CodedTables(redact_graph(graph, kept), redact_findings(findings, kept), redact_findings(added, kept))
    named: list[Reason] = []
    if reason is None:
        shown, rows, named = without_named_files(con, coded_tables.graph, coded_tables.facts)
        coded_tables = replace(coded_tables, graph=shown, facts=rows)

    parties, lists = name_rows(con)
    known = {"parties": [row for row in parties if not row["protected"]], "lists": lists}
    called = redact_findings(known, kept, sort=False)
    names = {language: names_of_rows(called["parties"], called["lists"], language) for language in LANGUAGES}
    if sources:
        names = {language: known.with_unnamed(word("party-unnamed", language)) for language, known in names.items()}
    made = Outgoing(
        coded_tables.graph,
        title=redact_text(title, kept),
        generated=today().isoformat(),
        reason=reason,
        coded_tables=coded_tables,
        names=names,
        lang=lang,
    )
    return made.leaving_out(named) if named else made.in_language(lang)


def rows_of(
    con: duckdb.DuckDBPyConnection, name: str, protection: Protection, over: Callable[[str], str] = str
) -> list[Mapping[str, object]]:
    """Rows of `sql/facts/NAME.sql`, without those that are about a protected party's documents; values are JSON's."""
    cursor = con.execute(over(_statement(f"facts/{name}")))
    columns = [column[0] for column in cursor.description or []]
    rows = with_numbers_read([dict(zip(columns, row, strict=True)) for row in cursor.fetchall()])
    for row in rows:
        if row.get("findings_digest"):
            row["findings_digest"] = keyed_digest(con, str(row["findings_digest"]))
        if "weights" in row:
            row["weights"] = signals_of(row["weights"])
    return [row for row in rows if row.get("document") not in protection.evidence]
