"""`case.datasets`, `parties`, `evidence`, `claims`, `relations`, `replies`: what the manifest says, call by call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypedDict, Unpack

from tracer.errors import UsageError
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
from tracer.library.base import CasePart, Changed

if TYPE_CHECKING:
    from tracer.case.case import Case as OpenStore

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
        from tracer.policy import view_rows

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

        In Python, `version`, `rows` and `rejected` of the answer say how it was read.

        Raises:
            UsageError: the case does not have it, or a field cannot be empty.
            InputRefused: it was purged or its original was not kept, so that it cannot be read again.

        >>> case.datasets.edit("other", title="Lot 7")["changed"]
        ['list_title']
        """
        from tracer.identify.number_forms import checked_region
        from tracer.lists.dataset_edits import edit_dataset, read_again

        home = None if region is None else checked_region(region)
        facts = {
            "list_title" if name == "title" else name: one for name, one in read.plain(DatasetFields, fields).items()
        }
        cleared = ["list_title" if name == "title" else name.replace("-", "_") for name in read.texts(clear)]
        read_by = [name for name, value in (("region", home), ("columns", columns)) if value]
        given = [*(name for name, value in facts.items() if value is not None), *cleared, *read_by]
        notes: list[str] = []

        def change(store: OpenStore) -> dict[str, Any]:
            done: dict[str, Any] = {"dataset": dataset}
            done["changed"] = [*edit_dataset(store.con, dataset, facts, cleared)]
            if read_by:
                with self._access.meters("reading again", store.con, 0) as meter:
                    again = read_again(store, dataset, region=home, columns=read.columns_of(columns), meter=meter)
                if again is not None:
                    done["changed"] += read_by
                    done |= {name: getattr(again, name) for name in ("version", "rows", "identifiers", "rejected")}
                    notes.extend(again.notes)
            return done

        return _and_why(self._access.change("dataset edit", change), given, notes)

    def rename(self, dataset: DatasetId, new: Annotated[str, Option("", "NEW_ID")]) -> Changed:
        """Rename a dataset: claims, handovers and decisions follow.

        A list of which marked copies were committed keeps its id, which is part of the proof.

        Raises:
            UsageError: the case does not have it, or has one of the new id.

        >>> case.datasets.rename("other", "lot-7").to_json()
        {'dataset': 'lot-7', 'was': 'other'}
        """
        from tracer.lists.dataset_edits import rename_dataset

        def change(store: OpenStore) -> dict[str, Any]:
            rename_dataset(store.con, dataset, new)
            return {"dataset": new, "was": dataset}

        return self._access.change("dataset rename", change)

    def remove(self, dataset: DatasetId) -> Changed:
        """Remove a dataset from what is traced; findings about it are superseded, not erased.

        Its contents stay in the case, and `dataset restore` puts it back. `tracer purge` erases contents.

        >>> case.datasets.remove("other")["outcome"]
        'removed'
        """
        from tracer.lists.dataset_edits import remove_dataset

        def change(store: OpenStore) -> dict[str, Any]:
            return {"dataset": dataset, "outcome": "removed", "still_named_by": remove_dataset(store.con, dataset)}

        done = self._access.change("dataset remove", change)
        note = f"Undo it: tracer dataset restore {dataset}. Erase its contents: tracer purge {dataset}."
        return replace(done, notes=(*done.notes, note))

    def restore(self, dataset: DatasetId) -> Changed:
        """Restore a dataset that was removed.

        Raises:
            UsageError: it was not removed.
        """
        from tracer.lists.dataset_edits import restore_dataset

        purged: list[date] = []

        def change(store: OpenStore) -> dict[str, Any]:
            day = restore_dataset(store.con, dataset)
            purged.extend([] if day is None else [day])
            return {"dataset": dataset, "outcome": "restored"}

        done = self._access.change("dataset restore", change)
        said = (
            f"Its contents were purged on {day} and stay purged: its counts and the findings about it are shown, and"
            " nothing of it is compared."
            for day in purged
        )
        return replace(done, notes=(*done.notes, *said))


def _and_why(done: Changed, given: Sequence[str], notes: Sequence[str] = ()) -> Changed:
    """What an edit did, with the reason why it changed nothing."""
    if done.done.get("outcome", "same") == "same" and not done.done.get("changed"):
        named = ", ".join(dict.fromkeys(given))
        why = f"the case says so already ({named})" if given else "no field was given; --help lists them"
        notes = (*notes, f"Nothing changed: {why}.")
    return replace(done, notes=(*done.notes, *notes))


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
        """List all of them.

        In Python, one row each.
        """
        from tracer.policy import view_rows

        with self._access.reading() as store:
            return Table.of_rows(
                view_rows(store.con, f"SELECT {self._columns} FROM views.{self._many}{self._where} ORDER BY ALL")
            )

    def _edit(self, named: str | int, facts: dict[str, Any], clear: str | Iterable[str]) -> Changed:
        from tracer.dossier import edits

        change = getattr(edits, f"edit_{self._kind}")
        fields = tuple(name.replace("-", "_") for name in read.texts(clear))
        given = sorted({name for name, value in facts.items() if value not in (None, ())} | {*fields})

        def edited(store: OpenStore) -> dict[str, Any]:
            outcome = change(store.con, named, edits.Edit(facts, fields)).value
            return {self._kind: named, "outcome": outcome, "changed": [] if outcome == "same" else given}

        return _and_why(self._access.change(f"{self._kind} edit", edited), given)

    def _remove(self, named: str | int, *more: object) -> Changed:
        from tracer.dossier import edits

        change = getattr(edits, f"remove_{self._kind}")

        def removed(store: OpenStore) -> dict[str, Any]:
            original = change(store.con, named, *more)
            return {self._kind: named, "outcome": "removed"} | ({"original_removed": original} if original else {})

        done = self._access.change(f"{self._kind} remove", removed)
        if "original_removed" in done.done:
            with self._access.writing() as store:
                store.vault.files.remove(done["original_removed"])
        return done


class _Named(_Records):
    """Records with an id."""

    def remove(self, id: str) -> Changed:
        """Remove it, unless something rests on it, which is named then; evidence goes with its original.

        Raises:
            InputRefused: something rests on it.
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
        `mentions` and `masked`.

        Raises:
            InputRefused: an id, role or name that cannot be.

        >>> case.parties.add("cti-x", name="江苏甲乙科技有限公司", role="system_vendor")["outcome"]
        'added'
        """
        from tracer.dossier.mentions import mentions
        from tracer.dossier.parties import add_party, suggest_merges
        from tracer.export.tool_words import refuse_tool_word, tool_words_among
        from tracer.identify.organisation import same
        from tracer.records import Outcome, Party

        if mask_mentions and not protected:
            raise UsageError("--mask-mentions is of a protected party", remedy="give --protected as well")
        record = Party(id, protected=protected, **read.plain(PartyFields, fields))
        found: dict[str, Any] = {}

        def change(store: OpenStore) -> dict[str, Any]:
            outcome = add_party(store.con, record)
            if outcome is not Outcome.SAME:
                refuse_tool_word(store.con, id)
            if protected:
                found["mentions"] = [asdict(one) for one in mentions(store.con, id)]
                parts = sorted({one["part"] for one in found["mentions"]})
                found["masked"] = [part for part in parts if not tool_words_among([part])] if mask_mentions else []
                if found["masked"]:
                    add_party(store.con, Party(id, aliases=tuple(found["masked"]), protected=True))
                    outcome = Outcome.CHANGED if outcome is Outcome.SAME else outcome
            done = {"party": id, "outcome": outcome.value, "suggested_merges": suggest_merges(store.con, same)}
            done |= {"protected": True} if protected else {}
            return done | ({"mask_mentions": True} if mask_mentions else {})

        # The journal says neither which parts there are nor whether any.
        also = {"outcome": Outcome.CHANGED.value} if mask_mentions else None
        changed = self._access.change("party add", change, also=also)
        return replace(changed, done={**changed.done, **found})

    @with_fields(PartyFields, "Party")
    def edit(self, id: str, *, clear: Clear = (), **fields: Unpack[PartyFields]) -> Changed:
        """Change the facts of a party; what is not given stays."""
        return self._edit(id, read.plain(PartyFields, fields), clear)

    def merge(self, a: str, b: str) -> Changed:
        """Merge party A into party B: what A held and said is B's from now on.

        `party unmerge A` takes it apart again.
        """
        from tracer.dossier.parties import merge_parties, suggest_merges
        from tracer.export.tool_words import refuse_tool_word
        from tracer.identify.organisation import same

        def change(store: OpenStore) -> dict[str, Any]:
            merged = merge_parties(store.con, a, b)
            refuse_tool_word(store.con, merged.into)
            suggest_merges(store.con, same)
            return {"merged": merged.merged, "into": merged.into, "moved": dict(merged.moved)}

        return self._access.change("party merge", change)

    def unmerge(self, id: str) -> Changed:
        """Unmerge party ID: what was its own before the merge is its own again.

        Lists, copies, claims, relations, replies and names go back; what was added since the merge stays where it is.

        Raises:
            UsageError: the case does not have it.
            InputRefused: it was not merged, or the party that it is in was merged as well.
        """
        from tracer.dossier.parties import suggest_merges, unmerge_party
        from tracer.identify.organisation import same

        notes: list[str] = []

        def change(store: OpenStore) -> dict[str, Any]:
            undone = unmerge_party(store.con, id)
            suggest_merges(store.con, same)
            if undone.stays_protected:
                notes.append(f"{undone.out_of} stays protected.")
            return {"party": id, "out_of": undone.out_of, "moved": dict(undone.moved)}

        done = self._access.change("party unmerge", change)
        return replace(done, notes=(*done.notes, *notes))


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

        Raises:
            InputRefused: a file that cannot be read, or neither file nor text.

        >>> case.evidence.add("ev1", text="They sent it by mail.", kind="interview")["outcome"]
        'added'
        """
        from tracer.dossier.evidence import add_evidence
        from tracer.records import Evidence

        named = read.path_or_none(file)
        record = Evidence(id, path=None if named is None else named.name, text=text, **_acquired(fields))

        def change(store: OpenStore) -> dict[str, Any]:
            return {"evidence": id, "outcome": add_evidence(store.con, store.vault, record, file=named).value}

        return self._access.change("evidence add", change, hash_of=id)

    @with_fields(EvidenceFields, "Evidence")
    def edit(self, id: str, *, clear: Clear = (), **fields: Unpack[EvidenceFields]) -> Changed:
        """Change the facts of a piece of evidence; what is not given stays."""
        return self._edit(id, _acquired(fields), ["by_whom" if name == "by" else name for name in read.texts(clear)])

    def extract(self, id: str, target: FilePath) -> Changed:
        """Write the original behind a piece of evidence or a dataset to a new file, byte for byte; journaled.

        >>> case.evidence.extract("client", work / "client.csv")["bytes"] > 10_000
        True
        """
        from tracer.dossier.evidence import original_of

        with self._access.reading() as store:
            sha256 = original_of(store.con, id)
            size = store.vault.files.extract(sha256, read.path(target))
            store.journal.append(command="evidence extract", inputs={id: sha256}, detail={"bytes": size})
        return Changed({"evidence": id, "path": str(target), "bytes": size, "sha256": sha256})


def _acquired(fields: EvidenceFields) -> dict[str, Any]:
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
        from tracer.dossier.statements import add_claim
        from tracer.records import Claim

        claim = Claim(party, kind, id, **_claimed(fields))

        def change(store: OpenStore) -> dict[str, Any]:
            made, outcome = add_claim(store.con, claim)
            return {"claim": made, "outcome": outcome.value}

        return self._access.change("claim add", change)

    @with_fields(ClaimFields, "Claim")
    def edit(
        self, id: str, *, kind: ClaimKind | None = None, clear: Clear = (), **fields: Unpack[ClaimFields]
    ) -> Changed:
        """Change a claim; what is not given stays."""
        return self._edit(id, {"kind": kind, **_claimed(fields)}, clear)


def _claimed(fields: ClaimFields) -> dict[str, Any]:
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
        from tracer.dossier.statements import add_relation
        from tracer.records import Relation

        record = Relation(kind, from_party, to_party, **read.plain(RelationFields, fields))

        def change(store: OpenStore) -> dict[str, Any]:
            outcome = add_relation(store.con, record).value
            return {"kind": kind, "from": from_party, "to": to_party, "outcome": outcome}

        return self._access.change("relation add", change)

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
        from tracer.dossier.statements import add_reply
        from tracer.records import Reply

        record = Reply(party, **_answered(fields))

        def change(store: OpenStore) -> dict[str, Any]:
            return {"party": party, "outcome": add_reply(store.con, record, change=True).value}

        return self._access.change("reply add", change)

    @with_fields(ReplyFields, "Reply")
    def edit(self, party: str, *, clear: Clear = (), **fields: Unpack[ReplyFields]) -> Changed:
        """Change the facts of a reply; the day of the question names it where the party was asked several times."""
        return self._edit(party, _answered(fields), clear)

    def remove(
        self,
        party: str,
        *,
        asked: Annotated[Day | None, "Day of the question, where the party was asked several times."] = None,
    ) -> Changed:
        """Remove a reply, unless something rests on it, which is named then."""
        return self._remove(party, read.day(asked, "asked"))


def _answered(fields: ReplyFields) -> dict[str, Any]:
    from tracer.dossier.replies import kept_translation

    facts = read.plain(ReplyFields, fields)
    return facts | {"translation": kept_translation(facts["translation"])}
