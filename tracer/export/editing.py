"""What an edition changes in what leaves: who and what is left out, and who is called otherwise.

It is done once, to the graph and the rows that every format is written from. What is left out is nowhere: not as a
node, in a row, in a reason of something else, or in an id. What is renamed has the public name in sentences and
another id, because ids and file names hold names; the finished files are looked through for the old ones (`publish`).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, cast

import duckdb

from tracer.case.protected import names_of_parties, too_short_to_find
from tracer.disclosure import Reason, is_reason
from tracer.documents import json_of
from tracer.export.edition import Edition
from tracer.export.gate import KEPT, WORDS, Findings, distinct, in_order
from tracer.export.outgoing import CodedTables, Outgoing
from tracer.graph.model import KINDS, Document, Edge, Graph, Node
from tracer.identify.organisation import parse
from tracer.spellings.names import NameFinder, joined_words
from tracer.visible import written_in_chinese
from tracer.wording import LANGUAGES, word
from tracer.wording.names import UNNAMED, Names

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@#-]*")
_SIGNS = re.compile(r"[^a-z0-9]+")
_TOKEN = 5
"""Letters of a part of an id from which it is looked for by itself: `hengtu` of `cti-hengtu`."""
_BY_ID = frozenset({"datasets", "attributions", "lists", "copies", "evidence", "weights", "overlaps", "replies"})
"""Tables whose rows are in the order of their first columns, which hold ids; others have the strongest first."""
_WITHHELD = "withheld"
_SIGN = re.compile(r"\w[^\w\s]\w")
"""In an id that is not a word."""
_QUOTED = frozenset({"quote", "text", "reply_text"})
"""What somebody said: a name that is replaced in it is in brackets."""
_PARTY_COLUMNS = (
    "party vendor client recipient holder seen_with seller buyer about counterparty party_a party_b carrier chain path"
)
_LIST_COLUMNS = "dataset seen_in parent child a b list lists datasets source refusals"
_OF_KIND: Mapping[str, str] = {
    **dict.fromkeys(_PARTY_COLUMNS.split(), "party"),
    **dict.fromkeys(_LIST_COLUMNS.split(), "dataset"),
    **dict.fromkeys(("release", "releases"), "release"),
}
"""Columns and numbers of reasons that name something -> its kind; of all others any kind is meant."""
_WHOLE = frozenset({"chain", "datasets"})
"""Columns of several, all of which a statement names; of other lists one member goes."""


@dataclass(frozen=True)
class EditedName:
    """Somebody, or a list, that is hidden or called otherwise."""

    kind: str
    ref: str
    public: Mapping[str, str]
    """Language -> what it is called."""
    token: str
    """What stands for it within ids."""
    hide: bool
    names: frozenset[str]
    """By which it is known in the case, but for those that its public names hold."""

    def name_in(self, lang: str) -> str:
        """In a language, or the first that there is."""
        return self.public.get(lang) or next(iter(self.public.values()))


@dataclass
class EditedNames:
    """All of them, and what is put in their place."""

    found: Sequence[EditedName]
    known: Mapping[tuple[str, str], set[str]] = field(default_factory=dict)
    """Kind and id of every party and list -> its names in the case."""
    gone: set[tuple[str, str]] = field(default_factory=set)
    """Kind and id of all that is left out, with what belongs to it."""

    def __post_init__(self) -> None:
        self._by = {joined_words(name): one for one in self.found for name in one.names}
        self._ids = {(one.kind, one.ref): one.token for one in self.found if one.ref in one.names}
        # An id is looked for as it is written, `quandu-2026-05` is not Quandu and a month; within longer ids, too.
        self._by_ref = {one.ref.lower(): one for one in self.found if one.ref in one.names and _SIGN.search(one.ref)}
        refs = "|".join(map(re.escape, sorted(self._by_ref, key=lambda ref: (-len(ref), ref))))
        self._refs = re.compile(rf"(?<![0-9a-z])(?:{refs})(?![0-9a-z])", re.IGNORECASE) if refs else None
        sought = {name for name in self._by if not too_short_to_find(name)} - {
            joined_words(ref) for ref in self._by_ref
        }
        every = sorted({name for one in self.found for name in one.names})
        self._finder = NameFinder([name for name in every if joined_words(name) in sought]) if sought else None
        self._said = dict[tuple[str, bool, bool], str]()

    def ref(self, kind: str, ref: str) -> str:
        """An id of something as it leaves."""
        if (kind, ref) in self.gone:
            return UNNAMED
        return self._ids.get((kind, ref)) or self.text(ref, ids=True)

    def __bool__(self) -> bool:
        return self._refs is not None or self._finder is not None

    def names_in(self, text: str) -> list[str]:
        """The names that a text has, as it spells them."""
        refs = [] if self._refs is None else [found[0] for found in self._refs.finditer(text)]
        names = [] if self._finder is None else [text[one.start : one.end] for one in self._finder.find(text)]
        return list(dict.fromkeys([*refs, *names]))

    def holds(self, *texts: str | None) -> EditedName | None:
        """Whose name is in one of these."""
        for text in filter(None, texts):
            for name in self.names_in(text):
                return self._by_ref.get(name.lower()) or self._by.get(joined_words(name))
        return None

    def followed_name(self, node: Node) -> EditedName | None:
        """Whom a party goes with that the edition says nothing of itself: one that is called like it."""
        own = any((one.kind, one.ref) == ("party", node["ref"]) for one in self.found)
        return None if own else self.holds(node["label"], node["ref"])

    def text(self, text: str, *, ids: bool = False, quoted: bool = False) -> str:
        """A text with public names; ids: with what stands for them within ids; quoted: in brackets."""
        key = (text, ids, quoted)
        if key not in self._said:

            def by(there: str, name: str) -> str:
                one = self._by_ref.get(there.lower()) or self._by.get(name)
                if one is None or ids:
                    return _WITHHELD if one is None else one.token
                public = one.name_in("zh" if written_in_chinese(there) else "en")
                return f"[{public}]" if quoted else public

            said = text if self._refs is None else self._refs.sub(lambda found: by(found[0], ""), text)
            self._said[key] = said if self._finder is None else self._finder.replace(said, by)
        return self._said[key]

    def value(self, column: str, value: Any) -> Any:
        """A value of a row, a node or a reason, however deep inside."""
        if isinstance(value, str):
            return value if column in WORDS or column in KEPT else self._word(column, value)
        if isinstance(value, Mapping):
            if is_reason(value):
                return {"code": value["code"], "numbers": self.value("", value["numbers"])}
            return {name: self.value(name, one) for name, one in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            kept = []
            for one in value:  # a member that is about something that is left out goes
                if isinstance(one, Mapping) and not is_reason(one):
                    gone = len(one) > 1 and self.names_gone(one)
                else:
                    gone = column in _OF_KIND and self._is_gone(column, one)
                if not gone:
                    kept.append(self.value(column, one))
            return kept
        return value

    def _word(self, column: str, text: str) -> str:
        for kind in _kinds(column):
            if (kind, text) in self.gone or (kind, text) in self._ids:
                return self.ref(kind, text)
        if column in _OF_KIND or (self._by.get(joined_words(text)) is None and _ID.fullmatch(text)):
            return self.text(text, ids=True)
        return self.text(text, quoted=column in _QUOTED)

    def names_gone(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is about something that is left out."""
        return any(
            self._is_gone(name, one)
            for name, value in row.items()
            if name not in WORDS
            for one in (value if name in _WHOLE and isinstance(value, list | tuple) else (value,))
        )

    def mentions_gone(self, value: object) -> bool:
        """Whether something that is left out is named anywhere in a reason."""
        if isinstance(value, Mapping):
            return self.names_gone(value) or any(map(self.mentions_gone, value.values()))
        return isinstance(value, list | tuple) and any(map(self.mentions_gone, value))

    def _is_gone(self, column: str, value: object) -> bool:
        return isinstance(value, str) and any((kind, value) in self.gone for kind in _kinds(column))


def _kinds(column: str) -> Sequence[str]:
    """What a column or number names."""
    return (_OF_KIND[column],) if column in _OF_KIND else KINDS[:3]


def edited_outgoing(
    leaving: Outgoing, edition: Edition, con: duckdb.DuckDBPyConnection
) -> tuple[Outgoing, EditedNames]:
    """What leaves as the edition shows it, and the names that are in none of its files."""
    coded_tables = leaving.coded_tables or CodedTables(leaving.graph, leaving.findings, leaving.facts)
    names = _edited_names(leaving, edition, con)
    # Finds what is left out: the hidden, those who are called as they are, their lists, and the copies of these.
    names.gone |= {(one.kind, one.ref) for one in names.found if one.hide}
    by_id = {node["id"]: node for node in coded_tables.graph["nodes"]}
    for node in coded_tables.graph["nodes"]:
        if node["kind"] == "party" and (named := names.followed_name(node)) is not None and named.hide:
            names.gone.add(("party", node["ref"]))
    for kind in ("dataset", "release"):
        for node in coded_tables.graph["nodes"]:
            owners = [by_id[one] for one in (node["party"], node["dataset"]) if one is not None and one in by_id]
            if node["kind"] == kind and any((one["kind"], one["ref"]) in names.gone for one in owners):
                names.gone.add((kind, node["ref"]))
    stories = []  # by the ids that leave
    for story in edition.stories:
        notes = {names.value("", ref): text for ref, text in story.annotations.items()}
        stories.append(replace(story, of=tuple(names.value("", ref) for ref in story.of), annotations=notes))
    hidden, choice = [one for one in names.found if one.hide], leaving.choice
    counted = {  # what the files say of it
        "left-out-edition-parties": sum(one.kind == "party" for one in hidden),
        "left-out-edition-lists": sum(one.kind == "dataset" for one in hidden),
        "left-out-edition-stories": sum(one.hide for one in edition.stories),
        "edition-renamed": len(names.found) - len(hidden),
    }
    tables = [_rows(names, one, edition) for one in (coded_tables.findings, coded_tables.facts)]
    parts = {name: names.value("", getattr(choice, name)) for name in ("chain", "party", "finding", "highlight")}
    parts |= {name: tuple(value) for name, value in parts.items() if isinstance(value, list)}
    changed = replace(
        leaving,
        coded_tables=CodedTables(_graph(names, coded_tables.graph, edition), *tables),
        edition=replace(edition, stories=tuple(stories)),
        title=edition.title or names.text(leaving.title),
        names={lang: _names(names, known, lang) for lang, known in leaving.names.items()},
        of=tuple(names.value("", list(leaving.of))),
        font=leaving.font or edition.font,
        choice=replace(choice, **parts, source=choice.source or edition.source),
        edits=tuple(Reason(code, {"n": n}) for code, n in counted.items() if n),
    )
    return changed.in_language(leaving.lang).leaving_out(changed.edits, first=True), names


def _edited_names(leaving: Outgoing, edition: Edition, con: duckdb.DuckDBPyConnection) -> EditedNames:
    """The parties and lists that are hidden or renamed, with the names by which the case knows them."""
    known = defaultdict[tuple[str, str], set[str]](set)  # every name of every party, and ids and titles of lists
    for party, name in names_of_parties(con, protected=False):
        known["party", party].add(name)
    for node in leaving.graph["nodes"]:
        if node["kind"] == "dataset":
            titles = {called.lists[node["ref"]] for called in leaving.names.values() if node["ref"] in called.lists}
            known["dataset", node["ref"]] = {node["ref"], *titles}
    parties, lists = ({ref: names for (of, ref), names in known.items() if of == kind} for kind in ("party", "dataset"))

    def parts(party: str) -> set[str]:
        """What of its id and of its names in full is its own: `hengtu` of `cti-hengtu`, the core of a firm's name."""
        names = parties[party]
        of_id = {part for part in re.split(r"[^A-Za-z]+", party) if len(part) >= _TOKEN}
        cores = {firm.core for name in names if written_in_chinese(name) and (firm := parse(name)) is not None}
        return of_id | {core for core in cores if any(core in name for name in names)}

    found, taken = list[EditedName](), {joined_words(name) for names in parties.values() for name in names}
    for at, one in enumerate(edition.parties, start=1):
        if one.id in parties and (one.hide or one.name):
            others = {joined_words(part) for ref in parties if ref != one.id for part in parts(ref)}
            names = parties[one.id] | {part for part in parts(one.id) if joined_words(part) not in others}
            found.append(_edited_name("party", one.id, one.name, names, taken, hide=one.hide, number=at))
    for at, of in enumerate(edition.lists, start=1):
        if of.id in lists and (of.hide or of.title):
            other_names = [name for ref, names in lists.items() if ref != of.id for name in names - {ref}]
            own = {of.id, *(name for name in lists[of.id] if not any(name in other for other in other_names))}
            found.append(_edited_name("dataset", of.id, of.title, own, {*lists}, hide=of.hide, number=at))
    return EditedNames(found, known)


def _edited_name(
    kind: str, ref: str, public: Mapping[str, str], names: set[str], taken: set[str], *, hide: bool, number: int
) -> EditedName:
    """taken: names that its new id must not be; number: its place in the edition."""
    if hide:
        unnamed = "party-unnamed" if kind == "party" else "list-unnamed"
        withheld = {lang: word(unnamed, lang) for lang in LANGUAGES}
        return EditedName(kind, ref, withheld, _WITHHELD, True, frozenset(names))
    own = NameFinder(sorted(names))
    kept = {one.name for text in public.values() for one in own.find(text)}  # what readers see anyway
    english = _SIGNS.sub("-", public.get("en", "").lower()).strip("-") or f"{kind}-{number}"
    token = next(
        one for one in (english, *(f"{english}-{more}" for more in range(2, 99))) if joined_words(one) not in taken
    )
    return EditedName(
        kind, ref, public, token, False, frozenset(name for name in names if joined_words(name) not in kept)
    )


def _graph(names: EditedNames, graph: Graph, edition: Edition) -> Graph:
    gone = {node["id"] for node in graph["nodes"] if (node["kind"], node["ref"]) in names.gone}
    edges = [one for one in graph["edges"] if not gone & {one["source"], one["target"], one["via"]}]
    joined, left = ({end for one in some for end in (one["source"], one["target"])} for some in (graph["edges"], edges))
    gone |= {  # planted records and their callers, and proposed lists, of which nothing is left to say
        node["id"] for node in graph["nodes"] if node["id"] in joined - left and node["kind"] in KINDS[3:]
    }
    kept = [node for node in graph["nodes"] if node["id"] not in gone]
    edges = [one for one in edges if not gone & {one["source"], one["target"]}]
    own = []
    for node in kept:
        ref = names.ref(node["kind"], node["ref"])
        own.append((node["id"], ref if node["id"] == node["ref"] else f"{node['kind']}:{ref}"))
    ids = distinct(own)
    before, now = (
        {ref for one in (*some[0], *some[1]) for ref in one["evidence"]}
        for some in ((graph["nodes"], graph["edges"]), (kept, edges))
    )
    papers = [one for one in graph["evidence"] if one["id"] in now or one["id"] not in before]
    papers = [one for one in papers if (holds := names.holds(one["id"], one["file"])) is None or not holds.hide]
    named = {one["id"] for one in papers}

    def values(one: Any, **changed: Any) -> Any:
        cited = [names.value("document", paper) for paper in one["evidence"] if paper in named]
        return {**{name: names.value(name, value) for name, value in one.items()}, "evidence": cited, **changed}

    nodes = [
        cast(Node, values(node, **{name: ids.get(node[name] or "") for name in ("id", "party", "dataset")}))
        for node in kept
    ]
    replies = {one.party: one.text for one in edition.replies}
    renamed = {(one.kind, one.ref): one for one in names.found}
    for node, was in zip(nodes, kept, strict=True):
        node["ref"] = names.ref(was["kind"], was["ref"])
        one = renamed.get((was["kind"], was["ref"]))
        if was["kind"] == "party" and (one := one or names.holds(was["label"])) is not None:
            node["label"], node["registration"] = one.name_in(LANGUAGES[0]), None
        elif one is not None:
            node["label"] = one.name_in(LANGUAGES[0])
        elif was["kind"] != "party" and was["label"] == was["ref"]:
            node["label"] = node["ref"]
        node["reply_translation"] = _translated_reply(names, was["reply_translation"], replies.get(was["ref"]))
    ends = [{name: ids.get(one[name] or "") for name in ("source", "target", "via")} for one in edges]
    changed = [cast(Edge, values(one, **end)) for one, end in zip(edges, ends, strict=True)]
    documents = [cast(Document, {name: names.value(name, value) for name, value in one.items()}) for one in papers]
    return in_order(nodes, changed, documents, graph["left_out"])


def _translated_reply(names: EditedNames, known: object, added: Mapping[str, str] | None) -> str | None:
    """A reply in other languages, as the case keeps it, with those of an edition."""
    texts = (json_of(str(known)) if known else {}) | dict(added or {})
    said = {lang: names.text(text, quoted=True) for lang, text in sorted(texts.items())}
    return json.dumps(said, ensure_ascii=False) if said else None


def _rows(names: EditedNames, tables: Findings, edition: Edition) -> dict[str, list[dict[str, Any]]]:
    quotes = {one.claim: one.text for one in edition.quotes}
    replies = {one.party: one.text for one in edition.replies}
    found: dict[str, list[dict[str, Any]]] = {}
    for table, rows in tables.items():
        found[table], was = [], list[tuple[str, ...]]()
        for row in rows:
            holds = names.holds(*(str(row[name]) for name in ("document", "file") if row.get(name)))
            about = row.get("text")
            hidden = about is not None and is_reason(about) and names.mentions_gone(about)
            if names.names_gone(row) or hidden or (holds is not None and holds.hide):
                continue
            changed = {name: names.value(name, value) for name, value in row.items()}
            if row.get("quote") and (said := quotes.get(str(row.get("claim")))):
                changed["quote"] += "".join(f" [{lang}: {names.text(text)}]" for lang, text in said.items())
            if "translation" in row:
                changed["translation"] = _translated_reply(names, row["translation"], replies.get(str(row["party"])))
            was.append(_first_columns(row))
            found[table].append(changed)
        if table in _BY_ID:
            # By their new ids: the place of one would say how its own began. Protected parties, the last ones, stay.
            end = next((at for at, (one, other) in enumerate(pairwise(was), start=1) if other < one), len(was))
            found[table] = [*sorted(found[table][:end], key=_first_columns), *found[table][end:]]
    return found


def _first_columns(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, list(row.values())[:2]))


def _names(names: EditedNames, known: Names, lang: str) -> Names:
    """Names in a language: public ones, and words for who and what is left out."""
    edited = {(one.kind, one.ref): one for one in names.found}

    def of(kind: str, called: Mapping[str, str]) -> dict[str, str]:
        shown = {}
        for ref, name in called.items():
            one = edited.get((kind, ref)) or (names.holds(name) if kind == "party" else None)
            if (kind, ref) not in names.gone:
                shown[names.ref(kind, ref)] = names.text(name) if one is None else one.name_in(lang)
        return shown

    parties, lists = of("party", known.parties), of("dataset", known.lists)
    for one in names.found:  # one that has had no name yet
        if not one.hide:
            (parties if one.kind == "party" else lists)[names.ref(one.kind, one.ref)] = one.name_in(lang)
    return Names({UNNAMED: word("party-unnamed", lang), **parties}, {UNNAMED: word("list-unnamed", lang), **lists})
