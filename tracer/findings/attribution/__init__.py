"""Attribution: which releases did a dataset come from?

A copy is named, never a party. Two nulls with an error of alpha each: the code null over what the tool drew, and the
block null for unique canaries. Neither accuses where the release's ordinary rows are missing (planted canaries), where
the client holds the dataset itself, or where the release is younger than the dataset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import duckdb
import networkx as nx

from tracer.disclosure import Count, DatasetRef, PartyRef, Probability, PValue, Reason, Ref
from tracer.errors import InputRefused
from tracer.findings.attribution.choices import with_choices
from tracer.findings.attribution.codes import NOTHING, CodeEvidence, code_evidence
from tracer.findings.attribution.masked import ON_MASKS, tell_masks
from tracer.findings.attribution.score import (
    ALPHA,
    Attribution,
    SeenDataset,
    facts_of,
    in_order,
    looks_at,
    score,
    shown_choices,
)
from tracer.findings.attribution.shown_choices import ShownChoices
from tracer.findings.attribution.verdict import ReleaseInDataset, explained, grade_of, reasons_against, reasons_for
from tracer.findings.case_facts import CaseFacts
from tracer.findings.deciding import COMPARED, COPY_UNKNOWN
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.overlap.close import one_list
from tracer.findings.sightings import Dataset, RegisteredMarks, Release, chance_overlap, held_identifiers, read_marks
from tracer.policy import SHOWN_FROM
from tracer.resources import statements_beside

# G4: an independent second dataset that names the same release.

_statement = statements_beside(__file__)
_LINKED = 0.05
"""A derivation of this probability or more makes two datasets one witness: many copies of one origin count once."""


_NAMED = (
    "SELECT release, dataset FROM attribution WHERE superseded IS NULL AND grade IN ('G3', 'G4')"
    " ORDER BY release, dataset"
)
_MOST = 0.5
"""Share of the smaller one's contacts from which two lists count as one witness where no derivation could say more."""


def second_witness(
    con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, found: Sequence[Attribution], *, stored: bool = False
) -> list[Attribution]:
    """Raise G3 to G4 where two datasets of different holders name a release and neither comes from the other.

    Nor may both come from one further dataset, other than those that the release's client holds: then it is one
    leak that was seen twice. Nor may they be near-copies: a list that is hosted in two places is one witness.
    Derivations leave out lists of hashes and short ones: of these it is counted what they share with the others.

    stored: whether what the last trace found of other datasets is a witness too.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(marks.datasets)
    graph.add_edges_from(
        con.execute(
            # That a person calls two lists independent makes no second witness: the data must show it.
            "SELECT parent, child FROM derivation WHERE superseded IS NULL"
            " AND greatest(probability, coalesce(without_judgement, 0)) >= $least ORDER BY ALL",
            {"least": _LINKED},
        ).fetchall()
    )
    named: dict[str, list[str]] = defaultdict(list)
    for row in found:
        if row.grade == "G3":
            named[row.release].append(row.dataset)
    if stored:
        asked = {row.dataset for row in found}
        for release, dataset in con.execute(_NAMED).fetchall():
            if dataset not in asked and dataset in marks.datasets:
                named[release].append(dataset)
    left_out = _left_out(con)
    graph.add_edges_from(_alike(con, marks, [names for names in named.values() if len(names) > 1], left_out))
    releases = {release.id: release for release in marks.releases}
    confirmed: dict[tuple[str, str], str] = {}
    for release, datasets in sorted(named.items()):
        client = releases[release].client
        for a, b in combinations(sorted(datasets), 2):
            numbers = marks.datasets[a].no, marks.datasets[b].no
            if _independent(graph, marks, a, b, client) and not one_list(con, *numbers):
                confirmed.setdefault((release, a), b)
                confirmed.setdefault((release, b), a)
    return [_raise(row, confirmed.get((row.release, row.dataset)), left_out) for row in found]


def _left_out(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Datasets between which and others no derivation is looked for."""
    rows = con.execute(
        "SELECT id FROM dataset"
        " WHERE current AND (hashes > 0 OR NOT views._enough(contacts) OR format = 'blind') ORDER BY id"
    ).fetchall()
    return frozenset(row[0] for row in rows)


def _alike(
    con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, named: Sequence[Sequence[str]], left_out: frozenset[str]
) -> list[tuple[str, str]]:
    """Pairs, both ways round, of which one takes no part in derivations and which have most of the smaller in common.

    Hashes show only the contacts of released lists, and these alone are compared. It is unknown which of the two came
    from the other: where they have most in common, the one may well be all that there is of the other.
    """
    wanted = sorted({name for names in named for name in names})
    if left_out.isdisjoint(wanted):
        return []
    numbers = {marks.datasets[name].no: name for name in wanted}
    sources = sorted({release.source for release in marks.releases if release.source is not None})
    with held_identifiers(con, list(numbers), sources):
        shares = con.execute(_statement("in_common"), {"numbers": list(numbers), "sources": sources}).fetchall()
    pairs = [(numbers[a], numbers[b]) for a, b, share in shares if share > _MOST]
    told = [(a, b) for a, b in pairs if a in left_out or b in left_out]
    return [*told, *((b, a) for a, b in told)]


def _independent(graph: nx.DiGraph[str], marks: RegisteredMarks, a: str, b: str, client: str | None) -> bool:
    if marks.datasets[a].holder == marks.datasets[b].holder:
        return False
    above_a, above_b = nx.ancestors(graph, a) | {a}, nx.ancestors(graph, b) | {b}
    return all(marks.datasets[common].holder == client for common in above_a & above_b if common in marks.datasets)


def _raise(row: Attribution, second: str | None, left_out: frozenset[str]) -> Attribution:
    if second is None:
        return row
    by_contacts = row.dataset in left_out or second in left_out
    reason = Reason.of(
        "attribution-second-by-contacts" if by_contacts else "attribution-second", dataset=DatasetRef(second)
    )
    return replace(row, grade="G4", reasons=(*row.reasons, reason))


_SURE = 0.95
"""Posterior from which a campaign of calls or messages is a witness."""


def signal_witness(con: duckdb.DuckDBPyConnection, found: Sequence[Attribution]) -> list[Attribution]:
    """Raise G3 to G4 where a campaign whose callers knew the personas names the same release.

    The campaign must be the copy's with 95 % or more, above the background of unsolicited calls by that, and have
    reached a canary of whose persona, firm or client the caller spoke. Attribution says where a list comes from,
    signals where called numbers come from: two observations of one copy.
    """
    witnesses: dict[str, tuple[str, int, float]] = {}
    for release, campaign, content, probability in con.execute(
        "SELECT release, id, content, probability FROM ("
        " SELECT unnest(releases) AS release, id, content, probability FROM campaign WHERE superseded IS NULL)"
        " WHERE content > 0 AND probability >= $sure ORDER BY release, probability DESC, length(id), id",
        {"sure": _SURE},
    ).fetchall():
        witnesses.setdefault(release, (campaign, content, probability))
    return [
        _by_signals(row, witnesses[row.release]) if row.grade == "G3" and row.release in witnesses else row
        for row in found
    ]


def _by_signals(row: Attribution, witness: tuple[str, int, float]) -> Attribution:
    campaign, content, probability = witness
    reason = Reason.of("attribution-campaign", campaign=Ref(campaign), probability=Probability(probability), n=content)
    return replace(row, grade="G4", reasons=(*row.reasons, reason))


# A list that holds a client's rows and names no copy: whose list it is can be told, which copy cannot. It accuses no
# copy: every recipient's copy holds these rows, and so does the client. Hashes must be three deviations above chance
# (`chance_overlap`, which bounds the overlap from above: all hashes fall into the blocks of the client's list), as for
# grade G1. Lists in clear have derivations for this. They get this answer where nearly all rows are there without a
# planted record: then recipients compared their copies, or the client's own database leaked.

_NEARLY_ALL = 0.9


def tell_unmarked(looks: Sequence[SeenDataset], found: Sequence[Attribution]) -> list[Attribution]:
    """`found`, with that and what would tell on the rows of clients of whose copies none is named."""
    known: dict[tuple[str, str], tuple[Reason, Reason]] = {}
    for look in looks:
        named = {row.release for row in found if row.dataset == look.dataset.id and row.accused}
        clients = {release.client for release in look.marks.releases if release.id in named}
        hashed = look.dataset.no in look.seen.unplaced
        canaries = look.seen.canaries(look.dataset.no)
        marked = {release.client for release in look.marks.releases if release.canaries & canaries}
        for release in look.marks.releases:
            if release.client in clients or look.dataset.holder == release.client:
                continue
            if hashed and _above(look, release):
                known[look.dataset.id, release.id] = _copy_unknown(look, release, COPY_UNKNOWN), _would_tell(release)
            elif not hashed and release.client not in marked and _without_marks(look, release):
                ways = (Reason.of("attribution-way-shared"),)
                told = _copy_unknown(look, release, COMPARED), Reason.of("attribution-would-tell", ways=ways)
                known[look.dataset.id, release.id] = told
    return [_with(row, known.get((row.dataset, row.release))) for row in found]


def _without_marks(look: SeenDataset, release: Release) -> bool:
    """Whether the list has nearly all rows of a copy that has planted records, and might have come from it by its
    day."""
    whole = 0 if release.source is None else look.seen.ordinary.get(release.source, 0)
    enough = _matched(look, release) >= max(_NEARLY_ALL * whole, SHOWN_FROM)
    return enough and bool(release.canaries) and not release.later_than(look.dataset)


def _with(row: Attribution, known: tuple[Reason, Reason] | None) -> Attribution:
    if known is None:
        return row
    unknown, would_tell = known
    grade = "G1" if row.grade == "G0" else row.grade
    return replace(row, grade=grade, reasons=(unknown, *row.reasons), against=(*row.against, would_tell))


def _matched(look: SeenDataset, release: Release) -> int:
    return 0 if release.source is None else look.seen.matched.get((look.dataset.no, release.source), 0)


def _above(look: SeenDataset, release: Release) -> bool:
    matched = _matched(look, release)
    if matched < SHOWN_FROM or release.source is None:
        return False
    expected = chance_overlap(look.case, look.dataset.no, release.source)
    return bool(matched > expected + 3.0 * max(expected, 1.0) ** 0.5)


def _copy_unknown(look: SeenDataset, release: Release, code: str) -> Reason:
    ordinary = 0 if release.source is None else look.seen.ordinary.get(release.source, 0)
    return Reason.of(
        code,
        matched=Count(_matched(look, release)),
        whole=Count(ordinary, across_lists=False),
        source=DatasetRef(release.dataset),
        dataset=DatasetRef(look.dataset.id),
        client=None if release.client is None else PartyRef(release.client),
    )


def _would_tell(release: Release) -> Reason:
    ways = []
    if not release.canaries:
        ways.append(Reason.of("attribution-way-canaries"))
    if not release.withheld:
        ways.append(Reason.of("attribution-way-file"))
    ways.append(Reason.of("attribution-way-clear"))
    return Reason.of("attribution-would-tell", ways=tuple(ways))


def at_home(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Reason]:
    """(list, whose) → that records planted only in somebody's own database are in somebody else's list. It needs no
    copy on record, and points to none."""
    return {
        (dataset, client): Reason.of(
            "attribution-at-home", dataset=DatasetRef(dataset), client=PartyRef(client) if client else None, seen=seen,
            planted=planted, copies=copies,
        )
        for dataset, client, seen, planted, copies in con.execute(_statement("at_home")).fetchall()
    }  # fmt: skip


# Several datasets taken as leaks of the same releases: one likelihood, one tail (methods 1).

_GRADES = ("G0", "G1", "G2", "G3")


def score_jointly(
    case: CaseFacts, marks: RegisteredMarks, datasets: Sequence[Dataset], alpha: float
) -> list[Attribution]:
    """A row for every release that all of `datasets` together say something about; their ids are joined by "+".

    The p-value has one likelihood over all datasets and one exact tail, the e-value is the mean of theirs, and `chance`
    is the smallest of theirs times their number. What forbids an accusation in one dataset (planted canaries, a list
    of the client, a release that is younger) forbids it here where all canaries seen are in such datasets. The grade
    is the lowest that any dataset with marks of the release allows. `canaries_seen` counts over all datasets,
    `rows_matched` is the largest of theirs.
    """
    looks = looks_at(case, marks, datasets, alpha)
    codes = _codes(looks, alpha)
    told = {look.dataset.id: {fact.release.id: fact for fact in facts_of(look)} for look in looks}
    releases = sorted({identity for facts in told.values() for identity in facts})
    level = alpha / max(1, len(marks.releases))
    joined = [
        [replace(facts[release], code=codes.get(release, NOTHING)) for facts in told.values() if release in facts]
        for release in releases
    ]
    accused = [_accused(facts, level, len(looks)) for facts in joined]
    joint = [replace(fact, accused=flag) for facts, flag in zip(joined, accused, strict=True) for fact in facts]
    named = explained(joint)
    identity = "+".join(look.dataset.id for look in looks)
    rows = [
        _row(identity, [replace(fact, accused=flag) for fact in facts], len(looks), named)
        for facts, flag in zip(joined, accused, strict=True)
    ]
    return in_order(rows)


def told_together(looks: Sequence[SeenDataset], found: Sequence[Attribution], alpha: float) -> list[Attribution]:
    """Add to rows that accuse no release by themselves what all datasets with canaries of the same draw say
    together."""
    if not looks:
        return list(found)
    con, seen, compared = looks[0].case.con, looks[0].seen, max(1, len(looks[0].marks.releases))
    names = {look.dataset.no: look.dataset.id for look in looks}
    together: dict[tuple[str, str], Reason] = {}
    for drawn in looks[0].codes.values():
        shown = [(no, seen.canaries(no)) for no in sorted(names) if drawn.touched(seen.canaries(no))]
        if len(shown) < 2:
            continue
        ids = sorted(names[no] for no, _ in shown)
        for release, evidence in code_evidence(con, drawn, shown, alpha, compared).items():
            if evidence.p_value <= alpha / compared:
                reason = Reason.of(
                    "attribution-together",
                    chance=PValue(evidence.p_value),
                    bound=PValue(alpha / compared),
                )
                together |= {(name, release): reason for name in ids}
    return [
        row if row.accused or (row.dataset, row.release) not in together
        else replace(row, reasons=(*row.reasons, together[row.dataset, row.release]))
        for row in found
    ]  # fmt: skip


def _codes(looks: Sequence[SeenDataset], alpha: float) -> dict[str, CodeEvidence]:
    found: dict[str, CodeEvidence] = {}
    seen = [(look.dataset.no, look.seen.canaries(look.dataset.no)) for look in looks]
    first = looks[0]
    for drawn in first.codes.values():
        found.update(code_evidence(first.case.con, drawn, seen, alpha, len(first.marks.releases)))
    return with_choices(found, _choices(looks))


def _choices(looks: Sequence[SeenDataset]) -> dict[str, ShownChoices]:
    """For each release the dataset whose spellings say most of it, at so many times the error as there are datasets."""
    best: dict[str, ShownChoices] = {}
    for look in looks:
        for release, own in shown_choices(look).items():
            if release not in best or own.p_value < best[release].p_value:
                best[release] = own
    return {
        release: replace(own, p_value=min(1.0, len(looks) * own.p_value), e_value=own.e_value / len(looks))
        for release, own in best.items()
    }


def _accused(facts: Sequence[ReleaseInDataset], level: float, datasets: int) -> bool:
    able = [
        fact
        for fact in facts
        if not (fact.added or fact.held_by_client or fact.release.later_than(fact.dataset))
        and (fact.accused or not fact.either)
    ]
    by_block = any(fact.mine & fact.release.unique for fact in able) and _chance(able, datasets) <= level
    return bool(able) and (facts[0].code.p_value <= level or by_block)


def _chance(facts: Sequence[ReleaseInDataset], datasets: int) -> float:
    return min(1.0, datasets * min((fact.chance for fact in facts), default=1.0))


def _row(identity: str, facts: Sequence[ReleaseInDataset], datasets: int, named: frozenset[str]) -> Attribution:
    first = facts[0]
    mine = frozenset[int]().union(*(fact.mine for fact in facts))
    with_marks = [fact for fact in facts if fact.mine] or facts
    grade = min((grade_of(fact, named) for fact in with_marks), key=_GRADES.index)
    return Attribution(
        identity, first.release.id, first.release.recipient, first.accused, first.code.p_value,
        _chance(facts, datasets), first.code.e_value, len(mine), len(first.release.canaries),
        max(fact.matched for fact in facts), grade,
        tuple(_of_dataset(fact, reason) for fact in facts for reason in reasons_for(fact)),
        tuple(_of_dataset(fact, reason) for fact in facts for reason in reasons_against(fact, named)),
        any(fact.added for fact in facts),
    )  # fmt: skip


def _of_dataset(facts: ReleaseInDataset, reason: Reason) -> Reason:
    return Reason.of("attribution-of-one", dataset=DatasetRef(facts.dataset.id), reason=reason)


__all__ = ["ALPHA", "ON_MASKS", "Attribution", "attribute", "compute", "write"]

_COLUMNS = "dataset release recipient accused p_value chance e_value canaries_seen canaries_planted rows_matched grade"


def attribute(con: duckdb.DuckDBPyConnection, *datasets: str, alpha: float = ALPHA) -> list[Attribution]:
    """A row for every release that shares rows or canaries with the dataset, accused or not, the likeliest first.

    Several datasets are taken as leaks of the same releases and scored together. `alpha` is the family-wise error that
    each null keeps over all releases; together they keep 2 alpha. Needs no earlier `trace`; what the last one found of
    other datasets and of calls is a second witness, as there. Raises `InputRefused`
    where the case does not hold one of them.
    """
    marks = read_marks(con)
    missing = [dataset for dataset in datasets if dataset not in marks.datasets]
    if missing:
        near = ", ".join(sorted(marks.datasets)[:5])
        remedy = f"it holds {near} …" if near else "load one first"
        held = dict(con.execute("SELECT id, origin FROM dataset WHERE current AND purged_at IS NULL").fetchall())
        raise InputRefused.many(
            InputRefused(
                f"{name} is a list of {held[name]}: such a list is not traced", remedy="name a list that somebody held"
            )
            if name in held
            else InputRefused(f"the case holds no dataset {name!r}", remedy=remedy)
            for name in missing
        )
    chosen = [marks.datasets[dataset] for dataset in dict.fromkeys(datasets)]
    if len(chosen) > 1:
        return score_jointly(CaseFacts(con), marks, chosen, alpha)
    looks = looks_at(CaseFacts(con), marks, chosen, alpha)
    found = signal_witness(con, second_witness(con, marks, tell_unmarked(looks, score(looks)), stored=True))
    return tell_masks(con, marks, chosen, found, alpha)


def compute(facts: CaseFacts, run: int, alpha: float = ALPHA) -> list[Attribution]:
    """Attribute all current datasets and write the rows of `run`; what a second dataset or signals confirm becomes
    G4.
    """
    con = facts.con
    marks = read_marks(con)
    datasets = list(marks.datasets.values()) if marks.releases else []
    looks = looks_at(facts, marks, datasets, alpha) if datasets else []
    found = second_witness(con, marks, tell_unmarked(looks, told_together(looks, score(looks), alpha)))
    found = signal_witness(con, found)
    found = tell_masks(con, marks, datasets, found, alpha)
    # A short list is shown with every release alike; the number of kept rows would reveal what it shares.
    short = {dataset.id for dataset in datasets if dataset.contacts < SHOWN_FROM}
    found = [row for row in found if row.dataset not in short or row.canaries_seen or _on_masks(row)]
    write(con, run, found)
    return found


def write(con: duckdb.DuckDBPyConnection, run: int, found: Sequence[Attribution]) -> None:
    """Write them as findings of `run`."""
    put_rows(
        con, "attribution", run, f"{_COLUMNS} reasons against",
        ((*(getattr(row, name) for name in _COLUMNS.split()), kept(row.reasons), kept(row.against)) for row in found),
    )  # fmt: skip


def _on_masks(row: Attribution) -> bool:
    """Whether masks speak for or against the release: they are compared with canaries alone, never with a list."""
    return any(reason.code.startswith(ON_MASKS) for reason in (*row.reasons, *row.against))
