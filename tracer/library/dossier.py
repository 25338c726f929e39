"""`case.datasets`, `parties`, `evidence`, `claims`, `relations`, `replies`: what the manifest says, call by call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, TypeAlias, TypedDict, Unpack

from tracer.errors import UsageError
from tracer.late_imports import imported_when_used
from tracer.library import arguments as read
from tracer.library.answers import Table
from tracer.library.arguments import (
    AnyPath,
    Backing,
    Columns,
    Day,
    FilePath,
    Option,
    columns_written,
    translation_written,
    with_fields,
)
from tracer.library.base import CasePart, Change, Changed

with imported_when_used():
    from tracer.dossier.edits import edit, remove
    from tracer.dossier.parties import add_party, mentions, merge_parties, suggest_merges, unmerge_party
    from tracer.dossier.statements import add_evidence, add_statement, original_of
    from tracer.dossier.vocabulary import kept_translation
    from tracer.export.tool_words import refuse_tool_word, tool_words_among
    from tracer.identify.number_forms import checked_region
    from tracer.identify.organisation import same
    from tracer.lists.dataset_edits import edit_dataset, read_again, remove_dataset, rename_dataset, restore_dataset
    from tracer.policy import view_rows
    from tracer.records import Claim, Evidence, Outcome, Party, Relation, Reply


Clear: TypeAlias = Annotated[str | Iterable[str], Option("A field to be empty again.", "FIELD")]
DatasetId: TypeAlias = Annotated[str, Option("", "DATASET")]
ClaimKind: TypeAlias = Annotated[
    str, Option("random, size, not_retained … (tracer help manifest)", completes="claim kind")
]


class ListFacts(TypedDict, total=False):
    """When a list came into being and was obtained."""

    obtained: Day | None
    created: Day | None
    exported: Day | None
    living: bool | None


class DatasetFields(ListFacts, total=False):
    """Facts of a dataset."""

    holder: str | None
    origin: str | None
    title: str | None
    title_en: str | None
    title_zh: str | None


class PartyFields(TypedDict, total=False):
    """Facts of a party."""

    name: str | None
    name_en: str | None
    name_zh: str | None
    role: str | None
    aliases: Annotated[str | Iterable[str], Option("", name="--alias")]
    registration: str | None
    province: str | None
    industry: str | None
    evidence: Backing


class EvidenceFields(TypedDict, total=False):
    """Facts of a piece of evidence."""

    kind: str | None
    acquired: Day | None
    by: str | None


class ClaimFields(TypedDict, total=False):
    """What a claim says, apart from its kind."""

    about: str | None
    speaker: str | None
    channel: str | None
    value: str | float | None
    dataset: str | None
    said: Day | None
    quote: str | None
    evidence: Backing


class RelationFields(TypedDict, total=False):
    """Facts of a relation."""

    date: Day | None
    basis: str | None
    evidence: Backing


class ReplyFields(TypedDict, total=False):
    """A question to a party, and its answer."""

    asked: Day | None
    deadline: Day | None
    answered: Day | None
    text: str | None
    language: str | None
    translation: Annotated[Mapping[str, str] | None, Option("", "LANG=TEXT", read=translation_written)]


class Datasets(CasePart):
    """The lists of a `Case`: `case.datasets`."""

    def list(self) -> Table:
        """List all datasets, removed and purged ones too.

        In Python, a row each with its state (`here`, `removed`, `purged`).

        >>> [row["dataset"] for row in case.datasets.list()]
        ['client', 'other', 'trader', 'vendor']
        """
        with self._access.reading() as store:
            rows = view_rows(
                store.con,
                "SELECT id AS dataset, holder, obtained, created, exported, living, origin, rows, contacts, version,"
                " CASE WHEN purged_at IS NOT NULL THEN 'purged' WHEN NOT current THEN 'removed' ELSE 'here' END"
                " AS state, list_title AS title FROM main.dataset"
                " QUALIFY row_number() OVER (PARTITION BY id ORDER BY no DESC) = 1 ORDER BY id",
            )
        return Table.of_rows(rows)

    @with_fields(DatasetFields, "DatasetFacts")
    def edit(
        self,
        dataset: DatasetId,
        *,
        region: Annotated[str | None, "Country of its numbers without a country code; it is read again."] = None,
        columns: Annotated[
            Columns, Option("What a column is; it is read again.", "ROLE=COLUMN", "--map", read=columns_written)
        ] = None,
        clear: Clear = (),
        **fields: Unpack[DatasetFields],
    ) -> Changed:
        """Change the facts of a dataset; what is not given stays.

        Region and columns read the original again, which the case keeps: a new version of the same id. A list that was
        purged, or whose original was not kept, is refused.

        In Python, `version`, `rows` and `rejected` of the answer say how it was read. Raises `UsageError`: the case
        does not have it, or a field cannot be empty; `InputRefused`: it was purged or its original was not kept, so
        that it cannot be read again.

        >>> case.datasets.edit("other", title="Lot 7")["changed"]
        ['list_title']
        """
        home = None if region is None else checked_region(region)
        facts = {
            "list_title" if name == "title" else name: one for name, one in read.plain(DatasetFields, fields).items()
        }
        cleared = ["list_title" if name == "title" else name.replace("-", "_") for name in read.texts(clear)]
        read_by = [name for name, value in (("region", home), ("columns", columns)) if value]
        given = [*(name for name, value in facts.items() if value is not None), *cleared, *read_by]
        with self._access.change("dataset edit") as change:
            change.done = {"dataset": dataset, "changed": [*edit_dataset(change.con, dataset, facts, cleared)]}
            if read_by:
                named = read.columns_of(columns)
                with self._access.meters("reading again", change.con, 0) as meter:
                    again = read_again(change.store, dataset, region=home, columns=named, meter=meter)
                if again is not None:
                    change.done["changed"] += read_by
                    for name in ("version", "rows", "identifiers", "rejected"):
                        change.done[name] = getattr(again, name)
                    change.notes += again.notes
        return _edit_outcome(change, given)

    def rename(self, dataset: DatasetId, new: Annotated[str, Option("", "NEW_ID")]) -> Changed:
        """Rename a dataset: claims, handovers and decisions follow.

        A list of which marked copies were committed keeps its id, which is part of the proof.

        Raises `UsageError`: the case does not have it, or has one of the new id.

        >>> case.datasets.rename("other", "lot-7").to_json()
        {'dataset': 'lot-7', 'was': 'other'}
        """
        with self._access.change("dataset rename") as change:
            rename_dataset(change.con, dataset, new)
            change.done = {"dataset": new, "was": dataset}
        return change.changed()

    def remove(self, dataset: DatasetId) -> Changed:
        """Remove a dataset from what is traced; findings about it are superseded, not erased.

        Its contents stay in the case, and `dataset restore` puts it back. `tracer purge` erases contents.

        >>> case.datasets.remove("other")["outcome"]
        'removed'
        """
        with self._access.change("dataset remove") as change:
            named_by = remove_dataset(change.con, dataset)
            change.done = {"dataset": dataset, "outcome": "removed", "still_named_by": named_by}
            change.notes = [f"Undo it: tracer dataset restore {dataset}. Erase its contents: tracer purge {dataset}."]
        return change.changed()

    def restore(self, dataset: DatasetId) -> Changed:
        """Restore a dataset that was removed.

        Raises `UsageError`: it was not removed.
        """
        with self._access.change("dataset restore") as change:
            purged = restore_dataset(change.con, dataset)
            change.done = {"dataset": dataset, "outcome": "restored"}
            if purged is not None:
                change.notes = [
                    f"Its contents were purged on {purged} and stay purged: its counts and the findings about it are"
                    " shown, and nothing of it is compared."
                ]
        return change.changed()


def _edit_outcome(change: Change, given: Sequence[str]) -> Changed:
    """What an edit did, with the reason why it changed nothing."""
    if change.done.get("outcome", "same") == "same" and not change.done.get("changed"):
        named = ", ".join(dict.fromkeys(given))
        why = f"the case says so already ({named})" if given else "no field was given; --help lists them"
        change.notes.append(f"Nothing changed: {why}.")
    return change.changed()


class _Records(CasePart):
    """Records of one kind: listed, edited and removed alike."""

    _kind: str
    """`party`, `evidence`, `claim`, `relation` or `reply`."""
    _many: str
    """The view of all of them."""
    _columns: str
    """What is listed, as SQL."""
    _where = ""

    def list(self) -> Table:
        """List all of them."""
        with self._access.reading() as store:
            return Table.of_rows(
                view_rows(store.con, f"SELECT {self._columns} FROM views.{self._many}{self._where} ORDER BY ALL")
            )

    def _edit(self, named: str | int, facts: dict[str, Any], clear: str | Iterable[str]) -> Changed:
        fields = tuple(name.replace("-", "_") for name in read.texts(clear))
        given = sorted({name for name, value in facts.items() if value not in (None, ())} | {*fields})

        with self._access.change(f"{self._kind} edit") as change:
            outcome = edit(change.con, self._kind, named, facts, fields).value
            change.done = {self._kind: named, "outcome": outcome, "changed": [] if outcome == "same" else given}
        return _edit_outcome(change, given)

    def _remove(self, named: str | int, asked: date | None = None) -> Changed:
        with self._access.change(f"{self._kind} remove") as change:
            original = remove(change.con, self._kind, named, asked)
            change.done = {self._kind: named, "outcome": "removed"}
            if original:
                change.done["original_removed"] = original
        if original:  # when nothing names it any more
            with self._access.writing() as store:
                store.vault.files.remove(original)
        return change.changed()


class _Named(_Records):
    """Records with an id."""

    def remove(self, id: str) -> Changed:
        """Remove it, unless something rests on it, which is named then; evidence goes with its original.

        Raises `InputRefused`: something rests on it.
        """
        return self._remove(id)


class Parties(_Named):
    """Organisations and protected sources, never people of the lists: `case.parties`.

    >>> case.parties.list().columns[:3]
    ('party', 'name', 'role')
    """

    _kind, _many = "party", "parties"
    _columns = "party, name, role, registration, province, industry, protected, aliases, datasets, merged_into"

    @with_fields(PartyFields, "Party")
    def add(
        self,
        id: str,
        *,
        protected: Annotated[bool, "A pseudonym in every export; also for a party that is there already."] = False,
        mask_mentions: Annotated[bool, "With --protected: parts of its name that others wrote, too."] = False,
        **fields: Unpack[PartyFields],
    ) -> Changed:
        """Add a party, or complete one that exists: what it lacks, further aliases, or that it is protected.

        Protection holds from then on: every export uses the pseudonym. Lines that the journal has already keep the
        name; `tracer export handover` withholds them. Where others wrote a part of its name (quotes, notes, titles,
        names of files), the answer lists it: --mask-mentions makes each such part an alias, which pseudonyms replace;
        a word of the tool's own is never one. Run it again after new records.

        In Python, the answer has `outcome` (`added`, `changed`, `same`) and `suggested_merges`; of a protected party
        `mentions` and `masked`. Raises `InputRefused`: an id, role or name that cannot be.

        >>> case.parties.add("cti-x", name="江苏甲乙科技有限公司", role="system_vendor")["outcome"]
        'added'
        """
        if mask_mentions and not protected:
            raise UsageError("--mask-mentions is of a protected party", remedy="give --protected as well")
        asked = {"protected": protected, "mask_mentions": mask_mentions}
        record = Party(id, protected=protected, **read.plain(PartyFields, fields))
        found: dict[str, Any] = {}
        # The journal says neither which parts there are nor whether any.
        also = {"outcome": Outcome.CHANGED.value} if mask_mentions else None
        with self._access.change("party add", also=also) as change:
            outcome = add_party(change.con, record)
            if outcome is not Outcome.SAME:
                refuse_tool_word(change.con, id)
            if protected:
                found["mentions"] = [asdict(one) for one in mentions(change.con, id)]
                parts = sorted({one["part"] for one in found["mentions"]})
                found["masked"] = [part for part in parts if not tool_words_among([part])] if mask_mentions else []
                if found["masked"]:
                    add_party(change.con, Party(id, aliases=tuple(found["masked"]), protected=True))
                    outcome = Outcome.CHANGED if outcome is Outcome.SAME else outcome
            change.done = {"party": id, "outcome": outcome.value, "suggested_merges": suggest_merges(change.con, same)}
            change.done |= {name: True for name, said in asked.items() if said}
        change.done |= found
        return change.changed()

    @with_fields(PartyFields, "Party")
    def edit(self, id: str, *, clear: Clear = (), **fields: Unpack[PartyFields]) -> Changed:
        """Change the facts of a party; what is not given stays."""
        return self._edit(id, read.plain(PartyFields, fields), clear)

    def merge(self, a: str, b: str) -> Changed:
        """Merge party A into party B: what A held and said is B's from now on.

        `party unmerge A` takes it apart again.
        """
        with self._access.change("party merge") as change:
            merged = merge_parties(change.con, a, b)
            refuse_tool_word(change.con, merged.into)
            suggest_merges(change.con, same)
            change.done = {"merged": merged.merged, "into": merged.into, "moved": dict(merged.moved)}
        return change.changed()

    def unmerge(self, id: str) -> Changed:
        """Unmerge party ID: what was its own before the merge is its own again.

        Lists, copies, claims, relations, replies and names go back; what was added since the merge stays where it is.

        Raises `UsageError`: the case does not have it; `InputRefused`: it was not merged, or the party that it is in
        was merged as well.
        """
        with self._access.change("party unmerge") as change:
            undone = unmerge_party(change.con, id)
            suggest_merges(change.con, same)
            if undone.stays_protected:
                change.notes.append(f"{undone.out_of} stays protected.")
            change.done = {"party": id, "out_of": undone.out_of, "moved": dict(undone.moved)}
        return change.changed()


class EvidenceKept(_Named):
    """Documents and statements: `case.evidence`."""

    _kind, _many = "evidence", "evidence"
    _columns = "evidence, kind, path, statement, acquired, by_whom, bytes, sha256"

    @with_fields(EvidenceFields, "Evidence")
    def add(
        self,
        id: str,
        file: AnyPath | None = None,
        *,
        text: Annotated[str | None, "A statement, in place of a file."] = None,
        **fields: Unpack[EvidenceFields],
    ) -> Changed:
        """Add a file or a statement to the case: hashed, and encrypted.

        Raises `InputRefused`: a file that cannot be read, or neither file nor text.

        >>> case.evidence.add("ev1", text="They sent it by mail.", kind="interview")["outcome"]
        'added'
        """
        named = read.path_or_none(file)
        record = Evidence(id, path=None if named is None else named.name, text=text, **_evidence_facts(fields))

        with self._access.change("evidence add", hash_of=id) as change:
            outcome = add_evidence(change.con, change.store.vault, record, file=named)
            change.done = {"evidence": id, "outcome": outcome.value}
        return change.changed()

    @with_fields(EvidenceFields, "Evidence")
    def edit(self, id: str, *, clear: Clear = (), **fields: Unpack[EvidenceFields]) -> Changed:
        """Change the facts of a piece of evidence; what is not given stays."""
        return self._edit(
            id, _evidence_facts(fields), ["by_whom" if name == "by" else name for name in read.texts(clear)]
        )

    def extract(self, id: str, target: FilePath) -> Changed:
        """Write the original behind a piece of evidence or a dataset to a new file, byte for byte; journaled.

        >>> case.evidence.extract("client", work / "client.csv")["bytes"] > 10_000
        True
        """
        with self._access.reading() as store:
            sha256 = original_of(store.con, id)
            size = store.vault.files.extract(sha256, read.path(target))
            store.journal.append(command="evidence extract", inputs={id: sha256}, detail={"bytes": size})
        return Changed({"evidence": id, "path": str(target), "bytes": size, "sha256": sha256})


def _evidence_facts(fields: EvidenceFields) -> dict[str, Any]:
    facts = read.plain(EvidenceFields, fields)
    return {"by_whom" if name == "by" else name: value for name, value in facts.items()}


class Claims(_Named):
    """What parties say of a dataset, a platform or a line: `case.claims`."""

    _kind, _many = "claim", "claims"
    _columns = "claim, party, about, kind, value, dataset, said, channel, speaker, quote, verdict"

    @with_fields(ClaimFields, "Claim")
    def add(
        self,
        *,
        party: Annotated[str, Option("Who says it.", "PARTY")],
        kind: ClaimKind,
        id: Annotated[str | None, Option("Id of the claim; numbered where absent.", "ID")] = None,
        **fields: Unpack[ClaimFields],
    ) -> Changed:
        """Add a claim. `tracer trace` tests it where data can.

        >>> case.claims.add(party="trader", kind="size", value=500_000, dataset="trader")["claim"]
        'claim-1'
        """
        claim = Claim(party, kind, id, **_claim_facts(fields))

        with self._access.change("claim add") as change:
            number, outcome = add_statement(change.con, claim)
            change.done = {"claim": number, "outcome": outcome.value}
        return change.changed()

    @with_fields(ClaimFields, "Claim")
    def edit(
        self, id: str, *, kind: ClaimKind | None = None, clear: Clear = (), **fields: Unpack[ClaimFields]
    ) -> Changed:
        """Change a claim; what is not given stays."""
        return self._edit(id, {"kind": kind, **_claim_facts(fields)}, clear)


def _claim_facts(fields: ClaimFields) -> dict[str, Any]:
    facts = read.plain(ClaimFields, fields)
    return facts | {"value": None if facts["value"] is None else str(facts["value"])}


class Relations(_Records):
    """What is known between two parties: `case.relations`."""

    _kind, _many = "relation", "relations"
    _columns = "relation, kind, from_party, to_party, date, basis, evidence"

    @with_fields(RelationFields, "Relation")
    def add(
        self,
        kind: Annotated[str, Option("", completes="relation kind")],
        from_party: Annotated[str, Option("", "FROM")],
        to_party: Annotated[str, Option("", "TO")],
        **fields: Unpack[RelationFields],
    ) -> Changed:
        """Add a relation: FROM is KIND of TO (oem_of, sold_to, supplies_line_to, owns, sanctions …).

        >>> case.relations.add("sold_to", "vendor-a", "trader", basis="alleged")["outcome"]
        'added'
        """
        record = Relation(kind, from_party, to_party, **read.plain(RelationFields, fields))

        with self._access.change("relation add") as change:
            outcome = add_statement(change.con, record)[1].value
            change.done = {"kind": kind, "from": from_party, "to": to_party, "outcome": outcome}
        return change.changed()

    @with_fields(RelationFields, "Relation")
    def edit(self, number: int, *, clear: Clear = (), **fields: Unpack[RelationFields]) -> Changed:
        """Change a relation, by the number that `list` gives it; what is not given stays."""
        return self._edit(number, read.plain(RelationFields, fields), clear)

    def remove(self, number: int) -> Changed:
        """Remove a relation, by the number that `list` gives it, unless something rests on it, which is named then."""
        return self._remove(number)


class Replies(_Records):
    """What parties were asked, and their answers: `case.replies`."""

    _kind, _many = "reply", "replies"
    _columns = "party, asked, deadline, answered, state, text, language, translation"
    _where = " WHERE state <> 'not asked'"

    @with_fields(ReplyFields, "Reply")
    def add(self, party: str, **fields: Unpack[ReplyFields]) -> Changed:
        """Record that a party was asked, and its answer.

        >>> case.replies.add("trader", asked="2026-05-03", deadline="2026-05-10")["outcome"]
        'added'
        """
        record = Reply(party, **_reply_facts(fields))

        with self._access.change("reply add") as change:
            change.done = {"party": party, "outcome": add_statement(change.con, record, change=True)[1].value}
        return change.changed()

    @with_fields(ReplyFields, "Reply")
    def edit(self, party: str, *, clear: Clear = (), **fields: Unpack[ReplyFields]) -> Changed:
        """Change the facts of a reply; the day of the question names it where the party was asked several times."""
        return self._edit(party, _reply_facts(fields), clear)

    def remove(
        self,
        party: str,
        *,
        asked: Annotated[Day | None, "Day of the question, where the party was asked several times."] = None,
    ) -> Changed:
        """Remove a reply, unless something rests on it, which is named then."""
        return self._remove(party, read.day(asked, "asked"))


def _reply_facts(fields: ReplyFields) -> dict[str, Any]:
    facts = read.plain(ReplyFields, fields)
    return facts | {"translation": kept_translation(facts["translation"])}
