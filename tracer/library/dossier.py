"""`case.datasets`, `parties`, `evidence`, `claims`, `relations`, `replies`: what the manifest says, call by call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from tracer.errors import UsageError
from tracer.library.arguments import AnyPath, Day, columns_of, day, path, path_or_none, texts
from tracer.library.base import CasePart, Changed
from tracer.library.table import Table

if TYPE_CHECKING:
    from tracer.case.case import Case as OpenStore


class Datasets(CasePart):
    """The lists of a `Case`: `case.datasets`."""

    def list(self) -> Table:
        """All datasets, removed and purged ones too: one row each with its state (`here`, `removed`, `purged`).

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

    def edit(
        self, dataset: str, *, holder: str | None = None, obtained: Day | None = None, created: Day | None = None,
        exported: Day | None = None, living: bool | None = None, origin: str | None = None,
        title: str | None = None, title_en: str | None = None, title_zh: str | None = None,
        region: str | None = None, columns: Mapping[str, str | Sequence[str]] | None = None,
        clear: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Change the facts of a dataset; what is not given stays, `clear` names fields to be empty again.

        region, columns: as of `load`. The original, which the case keeps, is read again by them and becomes a new
        version of the same id; `version`, `rows` and `rejected` say how.

        Raises:
            UsageError: the case does not have it, or a field cannot be empty.
            InputRefused: it was purged or its original was not kept, so that it cannot be read again.

        >>> case.datasets.edit("other", title="Lot 7")["changed"]
        ['list_title']
        """
        from tracer.identify.number_forms import checked_region
        from tracer.lists.keeping import edit_dataset
        from tracer.lists.read_again import read_again

        home = None if region is None else checked_region(region)
        facts = {
            "holder": holder, "obtained": day(obtained, "obtained"), "created": day(created, "created"),
            "exported": day(exported, "exported"), "living": living, "origin": origin,
            "list_title": title, "title_en": title_en, "title_zh": title_zh,
        }  # fmt: skip
        fields = ["list_title" if name == "title" else name.replace("-", "_") for name in texts(clear)]
        given = [*(name for name, value in facts.items() if value is not None), *fields]
        given += [name for name, value in (("region", home), ("columns", columns)) if value]
        notes: list[str] = []

        def change(store: OpenStore) -> dict[str, Any]:
            done: dict[str, Any] = {"dataset": dataset}
            done["changed"] = list(edit_dataset(store.con, dataset, facts, fields))
            if home is not None or columns:
                with self._access.meters("reading again", store.con, 0) as meter:
                    read = read_again(store, dataset, region=home, columns=columns_of(columns), meter=meter)
                if read is not None:
                    done["changed"] += [name for name in ("region", "columns") if name in given]
                    done |= {name: getattr(read, name) for name in ("version", "rows", "identifiers", "rejected")}
                    notes.extend(read.notes)
            return done

        return _and_why(self._access.change("dataset edit", change), given, notes)

    def rename(self, dataset: str, new: str) -> Changed:
        """Rename a dataset: claims, handovers and decisions follow; committed registers keep the old id.

        Raises:
            UsageError: the case does not have it, or has one of the new id.

        >>> case.datasets.rename("other", "lot-7").to_json()
        {'dataset': 'lot-7', 'was': 'other'}
        """
        from tracer.lists.keeping import rename_dataset

        def change(store: Any) -> dict[str, Any]:
            rename_dataset(store.con, dataset, new)
            return {"dataset": new, "was": dataset}

        return self._access.change("dataset rename", change)

    def remove(self, dataset: str) -> Changed:
        """Remove a dataset from what is traced; its findings are superseded, its contents stay (`case.purge` erases).

        >>> case.datasets.remove("other")["outcome"]
        'removed'
        """
        from tracer.lists.keeping import remove_dataset

        return self._access.change(
            "dataset remove",
            lambda store: {
                "dataset": dataset, "outcome": "removed", "still_named_by": remove_dataset(store.con, dataset),
            },
        )  # fmt: skip

    def restore(self, dataset: str) -> Changed:
        """Restore a dataset that was removed.

        Raises:
            UsageError: it was not removed.
        """
        from tracer.lists.keeping import restore_dataset

        purged: list[date] = []

        def change(store: Any) -> dict[str, Any]:
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
    _fields: Mapping[str, str] = {}
    """Arguments that are called otherwise than the field that they set."""

    def list(self) -> Table:
        """All of them, one row each."""
        from tracer.policy import view_rows

        with self._access.reading() as store:
            return Table.of_rows(
                view_rows(store.con, f"SELECT {self._columns} FROM views.{self._many}{self._where} ORDER BY ALL")
            )

    def _edit(self, named: str | int, facts: dict[str, Any], clear: str | Iterable[str]) -> Changed:
        from tracer.dossier import keeping

        change = getattr(keeping, f"edit_{self._kind}")
        fields = tuple(self._fields.get(name, name.replace("-", "_")) for name in texts(clear))
        given = sorted({name for name, value in facts.items() if value not in (None, ())} | {*fields})

        def edited(store: OpenStore) -> dict[str, Any]:
            outcome = change(store.con, named, keeping.Edit(facts, fields)).value
            return {self._kind: named, "outcome": outcome, "changed": [] if outcome == "same" else given}

        return _and_why(self._access.change(f"{self._kind} edit", edited), given)

    def _remove(self, named: str | int, *more: object) -> Changed:
        from tracer.dossier import keeping

        change = getattr(keeping, f"remove_{self._kind}")

        def removed(store: OpenStore) -> dict[str, Any]:
            original = change(store.con, named, *more)
            return {self._kind: named, "outcome": "removed"} | ({"original_removed": original} if original else {})

        done = self._access.change(f"{self._kind} remove", removed)
        if "original_removed" in done.done:
            with self._access.writing() as store:
                store.vault.files.remove(done["original_removed"])
        return done


class Parties(_Records):
    """Organisations and protected sources, never people of the lists: `case.parties`.

    >>> case.parties.list().columns[:3]
    ('party', 'name', 'role')
    """

    _kind, _many = "party", "parties"
    _columns = "party, name, role, registration, province, industry, protected, aliases, datasets, merged_into"

    def add(
        self, id: str, *, name: str | None = None, name_en: str | None = None, name_zh: str | None = None,
        role: str | None = None, aliases: str | Iterable[str] = (), province: str | None = None,
        industry: str | None = None, protected: bool = False, evidence: str | Iterable[str] = (),
        registration: str | None = None, mask_mentions: bool = False,
    ) -> Changed:  # fmt: skip
        """Add a party, or complete one that exists: what it lacks, further aliases, or that it is protected.

        role: `client`, `contractor`, `system_vendor` … (`tracer help manifest`). The answer has `outcome` (`added`,
        `changed`, `same`) and `suggested_merges`; of a protected party `mentions`, where parts of its names are in what
        others wrote. mask_mentions: those parts are its aliases from now on, so that pseudonyms replace them in all
        that leaves; what was written stays as it is. `masked` has them; a word of the tool's own is never one.

        Raises:
            InputRefused: an id, role or name that cannot be.

        >>> case.parties.add("cti-x", name="江苏甲乙科技有限公司", role="system_vendor")["outcome"]
        'added'
        """
        from tracer.dossier.mentions import mentions
        from tracer.dossier.parties import add_party, suggest_merges
        from tracer.export.ordinary import ordinary, refuse_ordinary
        from tracer.identify.organisation import same
        from tracer.records import Outcome, Party

        record = Party(
            id=id, name=name, name_en=name_en, name_zh=name_zh, role=role, aliases=texts(aliases), province=province,
            industry=industry, protected=protected, evidence=texts(evidence), registration=registration,
        )  # fmt: skip

        def change(store: OpenStore) -> dict[str, Any]:
            outcome = add_party(store.con, record)
            if outcome is not Outcome.SAME:
                refuse_ordinary(store.con, id)
            if record.protected:
                told["mentions"] = [asdict(one) for one in mentions(store.con, id)]
                parts = sorted({one["part"] for one in told["mentions"]})
                told["masked"] = [part for part in parts if not ordinary([part])] if mask_mentions else []
                if told["masked"]:
                    add_party(store.con, Party(id, aliases=tuple(told["masked"]), protected=True))
                    outcome = Outcome.CHANGED if outcome is Outcome.SAME else outcome
            done = {"party": id, "outcome": outcome.value, "suggested_merges": suggest_merges(store.con, same)}
            done |= {"protected": True} if record.protected else {}
            return done | ({"mask_mentions": True} if mask_mentions else {})

        if mask_mentions and not protected:
            raise UsageError("--mask-mentions is of a protected party", remedy="give --protected as well")
        told: dict[str, Any] = {}
        # The journal says neither which parts there are nor whether any.
        also = {"outcome": Outcome.CHANGED.value} if mask_mentions else None
        changed = self._access.change("party add", change, also=also)
        return replace(changed, done={**changed.done, **told})

    def edit(
        self, id: str, *, name: str | None = None, name_en: str | None = None, name_zh: str | None = None,
        role: str | None = None, province: str | None = None, industry: str | None = None,
        aliases: str | Iterable[str] = (), evidence: str | Iterable[str] = (), registration: str | None = None,
        clear: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Change the facts of a party; what is not given stays, `clear` names fields to be empty again."""
        facts = {
            "name": name, "name_en": name_en, "name_zh": name_zh, "role": role, "province": province,
            "industry": industry, "registration": registration, "aliases": texts(aliases), "evidence": texts(evidence),
        }  # fmt: skip
        return self._edit(id, facts, clear)

    def remove(self, id: str) -> Changed:
        """Remove a party.

        Raises:
            InputRefused: something rests on it, which is named.
        """
        return self._remove(id)

    def merge(self, a: str, b: str) -> Changed:
        """Merge party A into party B: what A held and said is B's from now on."""
        from tracer.dossier.parties import merge_parties, suggest_merges
        from tracer.export.ordinary import refuse_ordinary
        from tracer.identify.organisation import same

        def change(store: OpenStore) -> dict[str, Any]:
            merged = merge_parties(store.con, a, b)
            refuse_ordinary(store.con, merged.into)
            suggest_merges(store.con, same)
            return {"merged": merged.merged, "into": merged.into, "moved": dict(merged.moved)}

        return self._access.change("party merge", change)

    def unmerge(self, id: str) -> Changed:
        """Take a merge apart: what was party `id`'s is its own again. What was added since stays where it is.

        Raises:
            UsageError: the case does not have it.
            InputRefused: it was not merged, or the party that it is in was merged as well.
        """
        from tracer.dossier.parties import suggest_merges, unmerge_party
        from tracer.identify.organisation import same

        notes: list[str] = []

        def change(store: OpenStore) -> dict[str, Any]:
            apart = unmerge_party(store.con, id)
            suggest_merges(store.con, same)
            if apart.stays_protected:
                notes.append(f"{apart.out_of} stays protected.")
            return {"party": id, "out_of": apart.out_of, "moved": dict(apart.moved)}

        done = self._access.change("party unmerge", change)
        return replace(done, notes=(*done.notes, *notes))


class EvidenceKept(_Records):
    """Documents and statements, hashed and encrypted: `case.evidence`."""

    _kind, _many = "evidence", "evidence"
    _columns = "evidence, kind, path, statement, acquired, by_whom, bytes, sha256"
    _fields: Mapping[str, str] = {"by": "by_whom"}

    def add(
        self, id: str, file: AnyPath | None = None, *, text: str | None = None, kind: str | None = None,
        acquired: Day | None = None, by: str | None = None,
    ) -> Changed:  # fmt: skip
        """Add a file, or a statement (`text`) in its place.

        Raises:
            InputRefused: a file that cannot be read, or neither file nor text.

        >>> case.evidence.add("ev1", text="They sent it by mail.", kind="interview")["outcome"]
        'added'
        """
        from tracer.dossier.evidence import add_evidence
        from tracer.records import Evidence

        named = path_or_none(file)
        record = Evidence(
            id=id, path=None if named is None else named.name, text=text, kind=kind,
            acquired=day(acquired, "acquired"), by_whom=by,
        )  # fmt: skip
        return self._access.change(
            "evidence add",
            lambda store: {
                "evidence": id, "outcome": add_evidence(store.con, store.vault, record, file=named).value,
            },
            hash_of=id,
        )  # fmt: skip

    def edit(
        self, id: str, *, kind: str | None = None, acquired: Day | None = None, by: str | None = None,
        clear: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Change the facts of a piece of evidence; what is not given stays."""
        return self._edit(id, {"kind": kind, "acquired": day(acquired, "acquired"), "by_whom": by}, clear)

    def remove(self, id: str) -> Changed:
        """Remove a piece of evidence and its original.

        Raises:
            InputRefused: something rests on it, which is named.
        """
        return self._remove(id)

    def extract(self, id: str, target: AnyPath) -> Changed:
        """Write the original behind a piece of evidence or a dataset to a new file, byte for byte; journaled.

        >>> case.evidence.extract("client", work / "client.csv")["bytes"] > 10_000
        True
        """
        from tracer.dossier.evidence import original_of

        with self._access.reading() as store:
            sha256 = original_of(store.con, id)
            size = store.vault.files.extract(sha256, path(target))
            store.journal.append(command="evidence extract", inputs={id: sha256}, detail={"bytes": size})
        return Changed({"evidence": id, "path": str(target), "bytes": size, "sha256": sha256})


class Claims(_Records):
    """What parties say of a dataset, a platform or a line: `case.claims`."""

    _kind, _many = "claim", "claims"
    _columns = "claim, party, about, kind, value, dataset, said, channel, speaker, quote, verdict"

    def add(
        self, *, party: str, kind: str, id: str | None = None, about: str | None = None, speaker: str | None = None,
        channel: str | None = None, value: str | float | None = None, dataset: str | None = None,
        said: Day | None = None, quote: str | None = None, evidence: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Add a claim; `trace` tests it where data can. The words of kind and channel: `tracer help manifest`.

        >>> case.claims.add(party="trader", kind="size", value=500_000, dataset="trader")["claim"]
        'claim-1'
        """
        from tracer.dossier.statements import add_claim
        from tracer.records import Claim

        claim = Claim(
            id=id, party=party, kind=kind, about=about, speaker=speaker, channel=channel,
            value=None if value is None else str(value), dataset=dataset, said=day(said, "said"), quote=quote,
            evidence=texts(evidence),
        )  # fmt: skip

        def change(store: OpenStore) -> dict[str, Any]:
            made, outcome = add_claim(store.con, claim)
            return {"claim": made, "outcome": outcome.value}

        return self._access.change("claim add", change)

    def edit(
        self, id: str, *, kind: str | None = None, about: str | None = None, speaker: str | None = None,
        channel: str | None = None, value: str | float | None = None, dataset: str | None = None,
        said: Day | None = None, quote: str | None = None, evidence: str | Iterable[str] = (),
        clear: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Change a claim; what is not given stays, `clear` names fields to be empty again."""
        facts = {
            "kind": kind, "about": about, "speaker": speaker, "channel": channel,
            "value": None if value is None else str(value), "dataset": dataset, "said": day(said, "said"),
            "quote": quote, "evidence": texts(evidence),
        }  # fmt: skip
        return self._edit(id, facts, clear)

    def remove(self, id: str) -> Changed:
        """Remove a claim."""
        return self._remove(id)


class Relations(_Records):
    """What is known between two parties: `case.relations`."""

    _kind, _many = "relation", "relations"
    _columns = "relation, kind, from_party, to_party, date, basis, evidence"

    def add(
        self, kind: str, from_party: str, to_party: str, *, date: Day | None = None, basis: str | None = None,
        evidence: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Add a relation: `from_party` is `kind` of `to_party` (`oem_of`, `sold_to`, `supplies_line_to`, `owns` …).

        >>> case.relations.add("sold_to", "vendor-a", "trader", basis="alleged")["outcome"]
        'added'
        """
        from tracer.dossier.statements import add_relation
        from tracer.records import Relation

        record = Relation(
            kind=kind, from_party=from_party, to_party=to_party, date=day(date, "date"), basis=basis,
            evidence=texts(evidence),
        )  # fmt: skip
        return self._access.change(
            "relation add",
            lambda store: {
                "kind": kind, "from": from_party, "to": to_party, "outcome": add_relation(store.con, record).value,
            },
        )  # fmt: skip

    def edit(
        self, number: int, *, date: Day | None = None, basis: str | None = None, evidence: str | Iterable[str] = (),
        clear: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Change a relation, by the number that `list` gives it."""
        return self._edit(number, {"date": day(date, "date"), "basis": basis, "evidence": texts(evidence)}, clear)

    def remove(self, number: int) -> Changed:
        """Remove a relation, by the number that `list` gives it."""
        return self._remove(number)


class Replies(_Records):
    """What parties were asked, and their answers: `case.replies`."""

    _kind, _many = "reply", "replies"
    _columns, _where = (
        "party, asked, deadline, answered, state, text, language, translation",
        " WHERE state <> 'not asked'",
    )

    def add(
        self, party: str, *, asked: Day | None = None, deadline: Day | None = None, answered: Day | None = None,
        text: str | None = None, language: str | None = None, translation: Mapping[str, str] | None = None,
    ) -> Changed:  # fmt: skip
        """Record that a party was asked, and its answer; `answered` absent: none yet.

        language: of the text; translation: language to the text in it, shown to readers of that language.

        >>> case.replies.add("trader", asked="2026-05-03", deadline="2026-05-10")["outcome"]
        'added'
        """
        from tracer.dossier.replies import kept_translation
        from tracer.dossier.statements import add_reply
        from tracer.records import Reply

        record = Reply(
            party=party, asked=day(asked, "asked"), deadline=day(deadline, "deadline"),
            answered=day(answered, "answered"), text=text, language=language,
            translation=kept_translation(translation),
        )  # fmt: skip
        return self._access.change(
            "reply add",
            lambda store: {"party": party, "outcome": add_reply(store.con, record, change=True).value},
        )

    def edit(
        self, party: str, *, asked: Day | None = None, deadline: Day | None = None, answered: Day | None = None,
        text: str | None = None, language: str | None = None, translation: Mapping[str, str] | None = None,
        clear: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Change what a party answered; `asked` names the question where it was asked several times."""
        from tracer.dossier.replies import kept_translation

        facts = {
            "asked": day(asked, "asked"), "deadline": day(deadline, "deadline"), "answered": day(answered, "answered"),
            "text": text, "language": language, "translation": kept_translation(translation),
        }  # fmt: skip
        return self._edit(party, facts, clear)

    def remove(self, party: str, *, asked: Day | None = None) -> Changed:
        """Remove a party's reply; `asked` names the question where it was asked several times."""
        return self._remove(party, day(asked, "asked"))
