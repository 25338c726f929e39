"""Attribution: which releases did a dataset come from?

A copy is named, never a party. Two nulls with an error of alpha each: the code null over what the tool drew, and the
block null for unique canaries. Neither accuses where the release's ordinary rows are missing (planted canaries), where
the client holds the dataset itself, or where the release is younger than the dataset.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import combinations
from typing import Any

import duckdb
import networkx as nx

from tracer.disclosure import Count, DatasetRef, Measure, Number, PartyRef, Probability, PValue, Reason, Ref, ReleaseRef
from tracer.errors import InputRefused
from tracer.findings.attribution.nulls import code_evidence, is_planted
from tracer.findings.attribution.score import ALPHA, G3_ALPHA, Attribution, SeenDataset, looks_at, score, score_jointly
from tracer.findings.case_facts import CaseFacts, kept, put_rows
from tracer.findings.deciding import COMPARED, COPY_UNKNOWN
from tracer.findings.overlap.close import one_list
from tracer.findings.sightings import (
    Dataset,
    MatchedRows,
    RegisteredMarks,
    Release,
    chance_overlap,
    held_identifiers,
    read_marks,
    sources_of,
)
from tracer.findings.sightings.masked import (
    MaskedDataset,
    OwnNamed,
    named_masks,
    read_masked,
    rows_in_common,
    with_masks,
)
from tracer.marking.codes.needed import MarksHeldAlike, needed_marks
from tracer.policy import SHOWN_FROM
from tracer.resources import sql_next_to

__all__ = ["ALPHA", "ON_MASKS", "Attribution", "attribute", "compute"]

_LINKED = 0.05
"""A derivation of this probability or more makes two datasets one witness: many copies of one origin count once."""
_MOST = 0.5
"""Share of the smaller one's contacts from which two lists count as one witness where no derivation could say more."""
_SURE = 0.95
"""Posterior from which a campaign of calls or messages is a witness."""
_NEARLY_ALL = 0.9
"""Share of a client's rows in a list without a planted record, from which it is said whose list that is."""
_COLUMNS = "dataset release recipient accused p_value chance e_value canaries_seen canaries_planted rows_matched grade"
_statement = sql_next_to(__file__)


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
        held = dict(con.execute("SELECT id, origin FROM dataset WHERE current AND purged_at IS NULL").fetchall())
        untraced = {name: f"{name} is a list of {origin}: such a list is not traced" for name, origin in held.items()}
        unknown = f"it holds {near} …" if near else "load one first"
        raise InputRefused.many(
            InputRefused(untraced[name], remedy="name a list that somebody held")
            if name in held
            else InputRefused(f"the case holds no dataset {name!r}", remedy=unknown)
            for name in missing
        )
    chosen = [marks.datasets[dataset] for dataset in dict.fromkeys(datasets)]
    looks = looks_at(CaseFacts(con), marks, chosen, alpha)
    if len(chosen) > 1:
        return score_jointly(looks)
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
    found = second_witness(con, marks, tell_unmarked(looks, _with_others(looks, score(looks), alpha)))
    found = tell_masks(con, marks, datasets, signal_witness(con, found), alpha)
    # A short list is shown with every release alike; the number of kept rows would reveal what it shares. Masks are
    # compared with canaries alone, never with a list.
    short = {dataset.id for dataset in datasets if dataset.contacts < SHOWN_FROM}
    found = [
        row
        for row in found
        if row.dataset not in short
        or row.canaries_seen
        or any(reason.code.startswith(ON_MASKS) for reason in (*row.reasons, *row.against))
    ]
    write(con, run, found)
    return found


def write(con: duckdb.DuckDBPyConnection, run: int, found: Sequence[Attribution]) -> None:
    """Write them as findings of `run`; a check of a list that is offered does so with those of that list."""
    rows = ((*(getattr(row, name) for name in _COLUMNS.split()), kept(row.reasons), kept(row.against)) for row in found)
    put_rows(con, "attribution", run, f"{_COLUMNS} reasons against", rows)


def _with_others(looks: Sequence[SeenDataset], found: Sequence[Attribution], alpha: float) -> list[Attribution]:
    """Add to rows that accuse no release by themselves what all datasets with canaries of the same draw say
    together."""
    if not looks:
        return list(found)
    con, seen, compared = looks[0].case.con, looks[0].seen, max(1, len(looks[0].marks.releases))
    names, bound = {look.dataset.no: look.dataset.id for look in looks}, alpha / compared
    together: dict[tuple[str, str], Reason] = {}
    for drawn in looks[0].codes.values():
        shown = [(no, seen.canaries(no)) for no in sorted(names) if drawn.touches(seen.canaries(no))]
        if len(shown) < 2:
            continue
        for release, evidence in code_evidence(con, drawn, shown, alpha, compared).items():
            if evidence.p_value <= bound:
                chance = PValue(evidence.p_value)
                reason = Reason.of("attribution-together", chance=chance, bound=PValue(bound))
                together |= {(names[no], release): reason for no, _ in shown}
    return [
        row if row.accused or reason is None else replace(row, reasons=(*row.reasons, reason))
        for row in found
        for reason in [together.get((row.dataset, row.release))]
    ]


def tell_unmarked(looks: Sequence[SeenDataset], found: Sequence[Attribution]) -> list[Attribution]:
    """`found`, with whose rows a list holds that names no copy, and what would tell which copy they are of.

    It accuses no copy: every recipient's copy holds these rows, and so does the client. Hashes must be three deviations
    above chance (`chance_overlap`, which bounds the overlap from above: all hashes fall into the blocks of the client's
    list), as for grade G1. Lists in clear have derivations for this. They get this answer where nearly all rows are
    there without a planted record: then recipients compared their copies, or the client's own database leaked.
    """
    looked = {look.dataset.id: look for look in looks}
    releases = {release.id: release for look in looks[:1] for release in look.marks.releases}
    named = {(row.dataset, releases[row.release].client) for row in found if row.accused}
    return [
        row if (row.dataset, release.client) in named else _with_unmarked(row, looked[row.dataset], release)
        for row in found
        for release in [releases[row.release]]
    ]


def _with_unmarked(row: Attribution, look: SeenDataset, release: Release) -> Attribution:
    matched, whole = look.of_source(release)
    if look.dataset.holder == release.client or matched < SHOWN_FROM:
        return row
    if look.dataset.no in look.seen.unplaced and release.source is not None:
        expected = chance_overlap(look.case, look.dataset.no, release.source)
        if matched <= expected + 3.0 * max(expected, 1.0) ** 0.5:
            return row
        code, ways = COPY_UNKNOWN, [Reason.of("attribution-way-clear")]
        if not release.withheld:
            ways.insert(0, Reason.of("attribution-way-file"))
        if not release.canaries:
            ways.insert(0, Reason.of("attribution-way-canaries"))
    else:
        possible = bool(release.canaries) and not release.later_than(look.dataset)
        if release.client in look.marked_clients or matched < _NEARLY_ALL * whole or not possible:
            return row
        code, ways = COMPARED, [Reason.of("attribution-way-shared")]
    unknown = Reason.of(
        code,
        matched=Count(matched),
        whole=Count(whole, across_lists=False),
        source=DatasetRef(release.dataset),
        dataset=DatasetRef(look.dataset.id),
        client=None if release.client is None else PartyRef(release.client),
    )
    would_tell = Reason.of("attribution-would-tell", ways=tuple(ways))
    grade = "G1" if row.grade == "G0" else row.grade
    return replace(row, grade=grade, reasons=(unknown, *row.reasons), against=(*row.against, would_tell))


def second_witness(
    con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, found: Sequence[Attribution], *, stored: bool = False
) -> list[Attribution]:
    """Raise G3 to G4 where two datasets of different holders name a release and neither comes from the other.

    Nor may both come from one further dataset, other than those that the release's client holds: then it is one
    leak that was seen twice. Nor may they be near-copies: a list that is hosted in two places is one witness.
    Derivations leave out lists of hashes and short ones: of these it is counted what they share with the others.

    stored: whether what the last trace found of other datasets is a witness too.
    """
    named: dict[str, list[str]] = defaultdict(list)
    for row in found:
        if row.grade == "G3":
            named[row.release].append(row.dataset)
    if stored:
        asked = {row.dataset for row in found}
        for release, dataset in con.execute(
            "SELECT release, dataset FROM attribution WHERE superseded IS NULL AND grade IN ('G3', 'G4')"
            " ORDER BY release, dataset"
        ).fetchall():
            if dataset not in asked and dataset in marks.datasets:
                named[release].append(dataset)
    derived = con.execute(
        # That a person calls two lists independent makes no second witness: the data must show it.
        "SELECT parent, child FROM derivation WHERE superseded IS NULL"
        " AND greatest(probability, coalesce(without_judgement, 0)) >= $least ORDER BY ALL",
        {"least": _LINKED},
    ).fetchall()
    rows = con.execute(
        "SELECT id FROM dataset WHERE current AND (hashes > 0 OR NOT views._enough(contacts) OR format = 'blind')"
    ).fetchall()
    underived = frozenset(name for (name,) in rows)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(marks.datasets)
    graph.add_edges_from(derived)
    # Where one of two takes no part in derivations it is unknown which came from the other: where they have most of
    # the smaller in common, the one may well be all that there is of the other. Hashes show only the contacts of
    # released lists, and these alone are compared.
    several = {marks.datasets[name].no: name for names in named.values() if len(names) > 1 for name in names}
    if not underived.isdisjoint(several.values()):
        sources = sources_of(marks.releases)
        numbers = sorted(several, key=lambda no: several[no])
        with held_identifiers(con, numbers, sources):
            shares = con.execute(_statement("in_common"), {"numbers": numbers, "sources": sources}).fetchall()
        pairs = [(several[a], several[b]) for a, b, share in shares if share > _MOST]
        graph.add_edges_from(way for pair in pairs if underived & {*pair} for way in (pair, pair[::-1]))
    clients = {release.id: release.client for release in marks.releases}
    confirmed: dict[tuple[str, str], str] = {}
    for release, datasets in sorted(named.items()):
        for a, b in combinations(sorted(datasets), 2):
            one, other = marks.datasets[a], marks.datasets[b]
            above = (nx.ancestors(graph, a) | {a}) & (nx.ancestors(graph, b) | {b}) & marks.datasets.keys()
            apart = all(marks.datasets[common].holder == clients[release] for common in above)
            if one.holder != other.holder and apart and not one_list(con, one.no, other.no):
                confirmed.setdefault((release, a), b)
                confirmed.setdefault((release, b), a)
    raised = list(found)
    for at, row in enumerate(found):
        second = confirmed.get((row.release, row.dataset))
        if second is not None:
            by_contacts = row.dataset in underived or second in underived
            code = "attribution-second-by-contacts" if by_contacts else "attribution-second"
            reasons = (*row.reasons, Reason(code, {"dataset": DatasetRef(second)}))
            raised[at] = replace(row, grade="G4", reasons=reasons)
    return raised


def signal_witness(con: duckdb.DuckDBPyConnection, found: Sequence[Attribution]) -> list[Attribution]:
    """Raise G3 to G4 where a campaign whose callers knew the personas names the same release.

    The campaign must be the copy's with 95 % or more, above the background of unsolicited calls by that, and have
    reached a canary of whose persona, firm or client the caller spoke. Attribution says where a list comes from,
    signals where called numbers come from: two observations of one copy.
    """
    witnesses: dict[str, Reason] = {}
    for release, campaign, content, probability in con.execute(
        "SELECT release, id, content, probability FROM ("
        " SELECT unnest(releases) AS release, id, content, probability FROM campaign WHERE superseded IS NULL)"
        " WHERE content > 0 AND probability >= $sure ORDER BY release, probability DESC, length(id), id",
        {"sure": _SURE},
    ).fetchall():
        surest = Probability(probability)
        reason = Reason.of("attribution-campaign", campaign=Ref(campaign), probability=surest, n=content)
        witnesses.setdefault(release, reason)
    return [
        row if row.grade != "G3" or reason is None else replace(row, grade="G4", reasons=(*row.reasons, reason))
        for row in found
        for reason in [witnesses.get(row.release)]
    ]


def at_home(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Reason]:
    """(list, whose) → that records planted only in somebody's own database are in somebody else's list. It needs no
    copy on record, and points to none."""
    found = {}
    for dataset, client, seen, planted, copies in con.execute(_statement("at_home")).fetchall():
        lists = {"dataset": DatasetRef(dataset), "client": PartyRef(client) if client else None}
        found[dataset, client] = Reason.of("attribution-at-home", **lists, seen=seen, planted=planted, copies=copies)
    return found


# What masked numbers add to an attribution: a reason for every release; with names next to them, an accusation too.
#
# Masks alone accuse no copy: many people share one. A mask next to a persona's name is another matter, as far as chance
# allows: of the rows that agree with the name, whose visible endings are at random, so many would fit so many canaries
# of the release alone. That is the `chance` of such a list; the family is corrected for as in lists in clear, and the
# copy's ordinary contacts must be there by mask and name as well.

TELLING = 0.01
"""At or under this p-value it is among the reasons, else among what speaks against."""
ON_MASKS = "masked-"
"""How the codes of what masks say begin; the views know them by it."""


def tell_masks(
    con: duckdb.DuckDBPyConnection,
    marks: RegisteredMarks,
    datasets: Sequence[Dataset],
    found: Sequence[Attribution],
    alpha: float,
) -> list[Attribution]:
    """`found` with a reason about the masks of each of `datasets` that has some, and accused where names allow it.

    Every release with a canary to look for gets a row there, whether it shares anything or not: a row must not tell
    that it does. New rows follow those of their dataset, ordered by p-value and id.
    """
    rows: list[Attribution] = []
    some, bound = with_masks(con), alpha / max(1, len(marks.releases))
    for dataset in sorted(datasets, key=lambda item: item.id):
        own = [row for row in found if row.dataset == dataset.id]
        if dataset.no not in some:
            rows += own
            continue
        masked = read_masked(con, marks, dataset)
        evidence, known = masked.releases, {row.release for row in own}
        # Releases whose own canaries are there by mask and name beyond chance.
        named = {
            release.id: (release, its)
            for release in marks.releases
            if release.id in evidence and (its := evidence[release.id].own) is not None
            if its.fit and its.chance <= bound
        }
        barred = {
            id for id, (of, _) in named.items() if dataset.own or dataset.holder == of.client or of.later_than(dataset)
        }
        planted = _planted_only(con, dataset, masked, named, barred) if named else frozenset[str]()
        at_home = masked.homes is not None and masked.homes.fit > 0 and masked.homes.chance <= TELLING
        grade = "G1" if at_home else "G2" if alpha > G3_ALPHA else "G3"
        missing = [release for release in marks.releases if release.id in evidence and release.id not in known]
        missing.sort(key=lambda release: (evidence[release.id].p_value, release.id))
        own += [Attribution(dataset.id, one.id, one.recipient, canaries_planted=len(one.canaries)) for one in missing]
        for row in own:
            reasons, against, release, more = row.reasons, row.against, row.release, dict[str, Any]()
            if release in evidence:
                fit = evidence[release]
                counts: dict[str, Number] = {"fit": fit.fit, "planted": fit.looked_for, "agreeing": fit.agreeing}
                chances: dict[str, Number] = {"expected": Measure(fit.expected), "chance": PValue(fit.p_value)}
                reason = Reason.of("masked-fit", release=ReleaseRef(release), **counts, **chances)
                if fit.p_value <= TELLING:
                    reasons = (*reasons, reason)
                else:
                    against = (*against, reason)
            if release in named:
                its = named[release][1]
                chance = {"chance": PValue(its.chance), "bound": PValue(bound)}
                reasons = (*reasons, Reason.of("masked-named", fit=its.fit, planted=its.looked_for, **chance))
                # A row that lists in clear accuse stays as it is.
                if release in planted and not row.accused:
                    against = (*against, Reason.of("masked-planted"))
                elif release not in barred and not row.accused:
                    more = {"accused": True, "chance": min(row.chance, its.chance), "grade": grade}
            rows.append(replace(row, reasons=reasons, against=against, **more))
    return rows


def _planted_only(
    con: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    masked: MaskedDataset,
    named: Mapping[str, tuple[Release, OwnNamed]],
    barred: Set[str],
) -> frozenset[str]:
    """Those of the named releases whose canaries are there without their ordinary contacts in proportion, or inside
    the list of another copy."""
    with named_masks(con, dataset.no):
        sources = sources_of(release for release, _ in named.values())
        rows: dict[int | None, MatchedRows] = {source: rows_in_common(con, source, masked.kinds) for source in sources}
    nothing = MatchedRows(0, 0, 0.0, 0.0)
    # Who shows canaries that were never handed out has a list of the canaries.
    listed = masked.unused is not None and masked.unused.fit > 0 and masked.unused.chance <= TELLING
    found, by_source = set[str](), defaultdict[int | None, list[str]](list)
    for identity, (release, own) in named.items():
        if listed or is_planted(own.fit, own.looked_for, rows.get(release.source, nothing)):
            found.add(identity)
        elif identity not in barred:
            by_source[release.source].append(identity)
    # Those without which other copies of the same list explain it are planted, as far as masks show.
    for source, group in by_source.items():
        if len(group) > 1:
            common = rows.get(source, nothing)
            counts = MarksHeldAlike(frozenset(range(len(group))), common.ordinary, common.matched)
            stray = min(0.5, (common.expected + 1.0) / max(common.ordinary, 2))
            own_of = [(named[one][1].fit, named[one][1].looked_for) for one in group]
            found |= {group[i] for i in needed_marks(own_of, [counts], stray).superfluous}
    return frozenset(found)
