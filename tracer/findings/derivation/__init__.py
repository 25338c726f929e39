"""Which dataset was copied from which: edges with probabilities, several parents, direction, lists that were never
obtained.

One row of evidence a pair (`evidence`, from memberships, from rows in `rows` and from the dossier in `dossier`), one
model that reads it (`model`), and what follows for ways and other explanations (`ways`). Here it is stated, and written
as `pair_evidence`, `derivation`, `generation`, `hidden`, `explanation` and
`unexplained`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import duckdb
import numpy as np
import pyarrow as pa
from scipy.special import expit

from tracer.disclosure import (
    Count,
    DatasetRef,
    Measure,
    Number,
    Probability,
    PValue,
    Reason,
    Ref,
    ReleaseRef,
    Share,
    Text,
    Times,
    Word,
    number_json,
)
from tracer.findings.case_facts import CaseFacts, highest_frozen_hidden, kept, put_rows, put_table
from tracer.findings.derivation.evidence import PairEvidence, gather_evidence
from tracer.findings.derivation.model import KINDS, Model, Stated, model
from tracer.findings.derivation.rows import plain_days
from tracer.findings.derivation.ways import (
    APART,
    COPIED,
    EXCHANGE,
    HIDDEN,
    REGISTER,
    Explanation,
    Hidden,
    descent,
    exchanges,
    explain,
    hands,
    propose,
)
from tracer.findings.overlap import compare
from tracer.findings.statements import headlines
from tracer.findings.tails import Floats, binomial_at_least
from tracer.policy import SHOWN_FROM
from tracer.resources import sql_next_to

# Edges as they are stated: probability, grade, what each kind of evidence adds to it and rests on, what speaks against
# it.

FAINT = 0.01
"""Probability below which another explanation is named last of all that speaks against a finding."""
LEAST_GRADED, LEAST_DIRECTION = 0.8, 10.0
"""Probability, and odds over the reverse, from which an edge can have grade G2: likely. Of those between .5 and .8 on
makers left out three in ten were wrong."""
KNOWN_DIRECTION = 2.0
"""Odds over the reverse from which a direction compared as known."""
SPEAKS = 0.3
"""Nats from which a kind of evidence is a reason."""
_STRENGTHS = ((1_000.0, "strong"), (100.0, "moderately-strong"), (10.0, "moderate"), (2.0, "weak"), (0.0, "none"))
"""The words of the European forensic institutes (ENFSI 2015) for likelihood ratios from these on."""


@dataclass(frozen=True)
class EdgeWriter:
    """All that edges are stated from."""

    evidence: PairEvidence
    stated: Stated
    explained: Mapping[tuple[int, int], Sequence[Explanation]]
    """Without any judgement."""
    proposed: Sequence[Hidden]
    edge: Floats
    """[parent, child]: as it is stated, with what people have judged."""
    exchange: Floats
    """That each list took from the other: stated in the place of both edges where it is likelier than not."""
    judged: Mapping[tuple[int, int], bool]
    unjudged: Floats
    """[parent, child]: as it would be stated without any judgement."""
    expected: Floats
    """datasets x datasets: contacts in common by chance."""
    model: Model
    plain_days: Mapping[int, str | None]
    """datasets whose rows have a day that is not said to be that on which they were added: its heading, if known."""

    @cached_property
    def names(self) -> Mapping[tuple[int, int], str]:
        """Two lists → the proposed dataset that both may come from."""
        return {(x, y): one.id for one in self.proposed for x in one.children for y in one.children}

    @cached_property
    def lists(self) -> list[DatasetRef]:
        """datasets: how each is named in a reason."""
        return [DatasetRef(name) for name in self.evidence.compared.traced.ids]

    def row(self, parent: int, child: int, secrets: Reason | None) -> dict[str, object]:
        """The row of `derivation`, by column. secrets: that the people of both have the same."""
        compared, p, back = self.evidence.compared, float(self.edge[parent, child]), float(self.edge[child, parent])
        giver, taker, size = self.lists[parent], self.lists[child], compared.traced.contacts.tolist()
        shared, column = int(compared.shared[parent, child]), partial(self._column, parent, child)
        steps = self._steps(parent, child)
        both = self.exchange[parent, child] >= 0.5
        known = both or p >= KNOWN_DIRECTION * back or back >= KNOWN_DIRECTION * p
        strangers = int(column("strangers"))
        whole, by_chance = Count(size[child], across_lists=False), Measure(float(self.expected[parent, child]))
        common = Reason.of(
            "derivation-shared", shared=Count(shared), whole=whole, child=taker, parent=giver, expected=by_chance
        )
        evidence = [one for one in steps if one[0] not in ("before", "judgement") and one[2].code != "derivation-quiet"]
        evidence.sort(key=lambda step: -step[1])
        reasons = [common, *(reason for _, nats, reason in evidence if nats >= SPEAKS), *self._ratio(parent, child)]
        against = [] if known else [Reason.of("derivation-direction-open", datasets=(giver, taker))]
        if strangers > 0:
            against.append(Reason.of("derivation-other-people", cells=Count(strangers)))
        chance, next_best = self._next_best(parent, child)
        against += next_best if chance >= FAINT else []
        against += [reason for kind, nats, reason in reversed(evidence) if nats <= -SPEAKS and kind != "case"]
        against += next_best if chance < FAINT else []
        # A judgement says how sure somebody is; the grade says what the lists carry.
        judged = (parent, child) in self.judged or self.judged.get((child, parent), False)
        q, reverse = (self.unjudged[parent, child], self.unjudged[child, parent]) if judged else (p, back)
        sure = known and not strangers and q >= LEAST_GRADED and (both or q >= LEAST_DIRECTION * reverse)
        via = [one.id for one in self.proposed if parent in one.parents and child in one.children]
        weights = [
            {"signal": kind, "value": "", "weight": round(nats, 4), "reason": number_json(reason)}
            for kind, nats, reason in steps
        ]
        return {
            "parent": giver.id,
            "child": taker.id,
            "probability": round(p, 6),
            "grade": "G2" if sure else "G1",
            "kind": "exchange" if both else "version" if column("version") > 0 else "copy",
            "direction": "told" if known else "not_told",
            "shared": shared,
            "parent_contacts": size[parent],
            "child_contacts": size[child],
            "share_of_child": shared / max(1, size[child]),
            "via": via[0] if via else None,
            "reasons": kept([*reasons, *filter(None, [secrets])]),
            "against": kept(against),
            "without_judgement": round(float(self.unjudged[parent, child]), 6) if judged else None,
            "weights": json.dumps(weights, ensure_ascii=False),
        }

    def _at(self, parent: int, child: int) -> int | None:
        return self.evidence.index.get((min(parent, child), max(parent, child)))

    def _column(self, parent: int, child: int, name: str) -> float:
        """The value of a column for the pair; `{child}` and `{parent}` are the side, `{way}` is the direction."""
        at = self._at(parent, child)
        if at is None:
            return 0.0
        of_parent, of_child, way = ("a", "b", "ab") if parent < child else ("b", "a", "ba")
        return float(self.evidence.columns[name.format(parent=of_parent, child=of_child, way=way)][at])

    def _steps(self, parent: int, child: int) -> list[tuple[str, float, Reason]]:
        """Kind, nats and reason of all that adds to the log odds of what is stated; they sum to them."""
        at, way = self._at(parent, child), 0 if parent < child else 1
        giver, taker = self.lists[parent], self.lists[child]
        steps: list[tuple[str, float, Reason]] = []
        if at is not None:
            steps.append(("before", float(self.stated.before[at, way]), Reason.of("derivation-before")))
            for kind in KINDS:
                nats = float(self.stated.nats[kind][at, way])
                if kind == "case":
                    side = Word("for" if nats >= 0 else "against")
                    steps.append((kind, nats, Reason.of("derivation-case", side=side, parent=giver, child=taker)))
                elif abs(nats) >= 0.005:
                    because = self._of_memberships(kind, parent, child) or self._of_rows(kind, nats, parent, child)
                    because = because or self._of_dossier(kind, parent, child)
                    quiet = Reason.of("derivation-quiet", kind=Word(kind.replace(" ", "-")), one=giver, other=taker)
                    steps.append((kind, nats, because or quiet))
        p = np.clip(self.edge[parent, child], 1e-6, 1 - 1e-6)
        left = float(np.log(p / (1 - p))) - sum(nats for _, nats, _ in steps)
        verdict = self.judged.get((parent, child), False if self.judged.get((child, parent)) else None)
        if verdict is not None:
            judged = Reason.of("derivation-judged", verdict=Word("confirmed" if verdict else "rejected"))
            steps.append(("judgement", left, judged))
        elif abs(left) >= 0.005:
            steps.append(("exchange", left, Reason.of("derivation-exchange", datasets=(giver, taker))))
        return steps

    # What a kind of evidence rests on, for this pair; None where it shows nothing. It names both lists, so that it
    # holds for both directions.

    def _of_memberships(self, kind: str, parent: int, child: int) -> Reason | None:
        column = partial(self._column, parent, child)
        named: dict[str, Number] = {"parent": self.lists[parent], "child": self.lists[child]}
        shared, sizes = column("shared"), self.evidence.compared.traced.contacts
        if kind == "overlap":
            two = Count(round(column("two") * shared))
            return Reason.of("derivation-only-two", contacts=two, shared=Count(int(shared)), **named)
        if kind == "cover":
            return Reason.of("derivation-cover", contacts=Count(round(column("rows_{way}") * shared)), **named)
        if kind == "length":
            mine, theirs = (Count(int(sizes[x]), across_lists=False) for x in (parent, child))
            return Reason.of("derivation-length", one=named["parent"], mine=mine, other=named["child"], theirs=theirs)
        child_rest, parent_rest = (column(size) - shared for size in ("size_{child}", "size_{parent}"))
        if kind != "rests" or min(child_rest, parent_rest) < 0:
            return None
        # In this order they are stored, and stored text is compared.
        counts = {"of_child": child_rest * column("elsewhere_{child}"), "child_rest": child_rest}
        counts |= {"of_parent": parent_rest * column("elsewhere_{parent}"), "parent_rest": parent_rest}
        return Reason.of("derivation-rests", **{name: Count(round(n)) for name, n in counts.items()}, **named)

    def _of_rows(self, kind: str, nats: float, parent: int, child: int) -> Reason | None:
        column, giver, taker = partial(self._column, parent, child), self.lists[parent], self.lists[child]
        if kind == "cells" and column("varied") > 0:
            names = ("varied", "alike", "alone", "slip_{child}", "slip_{parent}")
            varied, alike, alone, of_child, of_parent = (Count(round(column(name))) for name in names)
            slips: dict[str, Number] = {"of_child": of_child, "of_parent": of_parent, "parent": giver, "child": taker}
            return Reason.of("derivation-cells", varied=varied, alike=alike, alone=alone, **slips)
        if kind == "repeats":
            mine, theirs = (Count(round(column(name))) for name in ("repeats_{parent}", "repeats_{child}"))
            return Reason.of("derivation-repeats", one=giver, other=taker, mine=mine, theirs=theirs)
        if kind == "ways":
            ahead = 1.0 if parent < child else -1.0
            ways = {what: ahead * column(f"ways_{what}") for what in ("names", "numbers", "filled")}
            what = max(ways, key=lambda one: ways[one] if nats > 0 else -ways[one])
            source, copy = (giver, taker) if ways[what] > 0 else (taker, giver)
            name = Word("cells" if what == "filled" else what)
            return Reason.of("derivation-alike", what=name, source=source, copy=copy) if ways[what] else None
        return self._of_row_days(parent, child) if kind == "row days" else None

    def _of_row_days(self, parent: int, child: int) -> Reason | None:
        column, giver, taker = partial(self._column, parent, child), self.lists[parent], self.lists[child]
        late, by = column("late_{child}"), column("by_{child}")
        order = ("before", "same", "after") if parent < child else ("after", "same", "before")
        later, same, earlier = (Count(round(column(name))) for name in order)
        plain = self.plain_days
        if late + by > 0 and late >= 0.9 * (late + by):
            entered: dict[str, Number] = {"rows": Count(round(late)), "child": taker, "parent": giver}
            if child in plain:
                heading = plain[child]
                named = None if heading is None else Text(heading)
                return Reason.of("derivation-later-day", **entered, column=named)
            return Reason.of("derivation-entered-later", **entered)
        if later.n + same.n + earlier.n > 0:
            ways: dict[str, Number] = {
                "later": later,
                "same": same,
                "earlier": earlier,
                "child": taker,
                "parent": giver,
            }
            came = Reason.of("derivation-came", **ways)
            return came if {parent, child}.isdisjoint(plain) else Reason.of("derivation-later-days", **ways)
        batches = [
            (at, column(f"dated_{{{x}}}"), column(f"batch_{{{x}}}")) for at, x in ((child, "child"), (parent, "parent"))
        ]
        for at, dated, batch in batches:
            if dated > 0:
                of: dict[str, Number] = {"rows": Count(round(dated * batch)), "dated": Count(round(dated))}
                of["copy"] = self.lists[at]
                return Reason.of("derivation-one-day", **of) if at in plain else Reason.of("derivation-batch", **of)
        return None

    def _of_dossier(self, kind: str, parent: int, child: int) -> Reason | None:
        giver, taker, facts = self.lists[parent], self.lists[child], self.evidence.facts
        of_parent, of_child = facts[parent], facts[child]
        days: list[tuple[Word, Number]] = []
        for fact in (of_parent, of_child):
            events = (("made", fact.created), ("exported", fact.exported), ("obtained", fact.obtained))
            days += [(Word(event), day) for event, day in events if day is not None][:1]
        if kind == "dates" and len(days) == 2:
            (event, day), (other_event, other_day) = days
            other: dict[str, Number] = {"other": taker, "other_event": other_event, "other_day": other_day}
            return Reason.of("derivation-dates", one=giver, one_event=event, one_day=day, **other)
        if kind == "own list" and (of_parent.public or of_child.public):
            return Reason.of("derivation-public", list=giver if of_parent.public else taker)
        if kind == "own list" and of_parent.own and of_child.own:
            return Reason.of("derivation-other-client", child=taker)
        if kind == "own list" and (of_parent.own or of_child.own):
            return Reason.of("derivation-own-list", own=giver if of_parent.own else taker)
        for x, y in ((parent, child), (child, parent)) if kind == "release" else ():
            if (x, y) in self.evidence.released:
                release, handed_over = self.evidence.released[x, y]
                ends = {"parent": self.lists[x], "child": self.lists[y]}
                return Reason.of("derivation-release", release=ReleaseRef(release), **ends, day=handed_over)
        return Reason.of("derivation-versions", datasets=(giver, taker)) if kind == "versions" else None

    def _ratio(self, parent: int, child: int) -> list[Reason]:
        """How much likelier the evidence is under this edge than where both come from a list that was not obtained, up
        to what the makers' cases can carry, and what statements as likely as this one were worth on makers left out."""
        at, way, p = self._at(parent, child), 0 if parent < child else 1, float(self.edge[parent, child])
        bands = [band for band in self.model.worth.get("bands", []) if band[0] <= p]
        settled = (parent, child) in self.judged or self.exchange[parent, child] >= 0.5
        if at is None or not bands or settled or p < 0.5:
            return []
        before, most = float(self.stated.before[at, way]), float(self.model.worth["most"])
        uncapped = p / (1 - p) / float(np.exp(before))
        ratio = min(uncapped, most)
        _, stated, right = bands[-1]
        numbers: dict[str, Number] = {"ratio": Times(ratio), "capped": Word("capped" if uncapped > most else "whole")}
        numbers["strength"] = Word(next(word for least, word in _STRENGTHS if ratio >= least))
        numbers |= {"parent": self.lists[parent], "child": self.lists[child], "right": Share(right / stated)}
        numbers["prior"] = Probability(float(1 / (1 + np.exp(-before))))
        for name, n in (("makers", len(self.model.makers)), ("stated", int(stated))):
            numbers[name] = Count(n, across_lists=False)
        return [Reason("derivation-ratio", numbers)]

    def _next_best(self, parent: int, child: int) -> tuple[float, list[Reason]]:
        """The probability of the best other explanation of the pair, and how much less likely it is than the edge."""
        ways = self.explained.get((min(parent, child), max(parent, child)), ())
        itself = EXCHANGE if self.exchange[parent, child] >= 0.5 else COPIED
        best = next((one for one in ways if one.kind != itself or (itself == COPIED and one.giver != parent)), None)
        if best is None:
            return 0.0, []
        by: Number = None
        if best.through is not None:
            by = self.lists[best.through]
        elif best.kind == HIDDEN and (parent, child) in self.names:
            by = Ref(self.names[parent, child])
        relation = headlines.list_relation(best.kind, self.lists[best.giver], self.lists[best.taker], by)
        return best.probability, [compared_with(relation, best.probability, float(self.unjudged[parent, child]))]


def compared_with(explanation: Reason, other: float, p: float) -> Reason:
    """Another explanation of probability `other`, and how many times less likely it is than the edge, or likelier."""
    p = max(p, 1e-6)
    times, than = (Times(other / p), Word("likelier")) if p < other else (Times(p / other), Word("unlikelier"))
    return Reason.of("derivation-alternative", explanation=explanation, times=times, than=than)


LEAST_KEPT = 0.02
"""Edges below it are not kept; the queries leave out those under .05."""
UNRELATED = 2.0
"""Log odds before looking that two lists have nothing to do with one another: of the makers' pairs with contacts in
common about one in eight has."""
_statement = sql_next_to(__file__)


def compute(facts: CaseFacts, run: int) -> None:
    """Trace all current datasets and insert the findings of this run.

    The case has the base tables in its current schema. What people have decided counts for its own pair alone; a
    decision on datasets that are not traced is passed over.
    """
    con = facts.con
    compared = compare(facts)
    ids = compared.traced.ids
    if len(ids) == 0:
        return
    position = {name: at for at, name in enumerate(ids)}
    decided = con.execute("SELECT a, b, verdict = 'confirm' FROM views._judged WHERE verdict <> 'unsure' ORDER BY a, b")
    judged = {
        (position[parent], position[child]): confirmed
        for parent, child, confirmed in decided.fetchall()
        if parent in position and child in position
    }
    evidence = gather_evidence(facts, compared)
    stated = model().state(evidence)
    unjudged, swapped, edge, exchange = _edges(evidence, stated, judged)
    related = expit(compared.background.related - UNRELATED)
    explained = explain(evidence, edge, exchange, descent(hands(edge)), related)
    proposed = propose(evidence, explained, edge, highest_frozen_hidden(con))
    plain = explain(evidence, unjudged, swapped, descent(hands(unjudged)), related) if judged else explained
    expected = compared.background.expected
    at_number = {number: at for at, number in enumerate(compared.traced.numbers)}
    days = {at_number[number]: heading for number, heading in plain_days(con).items() if number in at_number}
    writer = EdgeWriter(evidence, stated, plain, proposed, edge, exchange, judged, unjudged, expected, model(), days)
    # What a person has ruled out, or confirmed the reverse of, is kept with what it would be otherwise: what rests on
    # it is given without that too.
    ruled_out = np.zeros(edge.shape, dtype=bool)
    for parent, child in judged:
        for pair in ((parent, child), (child, parent)):
            ruled_out[pair] = unjudged[pair] >= LEAST_KEPT > edge[pair]
    secrets = _shared_secrets(con, evidence)
    stated_pairs = np.argwhere((edge >= LEAST_KEPT) | ruled_out).tolist()
    edges = [writer.row(a, b, secrets.get((min(a, b), max(a, b)))) for a, b in stated_pairs]
    if edges:
        put_rows(con, "derivation", run, " ".join(edges[0]), (list(row.values()) for row in edges))
    _write_evidence(con, run, evidence)
    hidden = []
    for one in proposed:
        parents, children = [ids[p] for p in one.parents], [ids[c] for c in one.children]
        lists = tuple(DatasetRef(child) for child in children)
        reasons = [
            Reason.of("derivation-hidden-contacts", contacts=Count(one.contacts), datasets=lists),
            Reason.of("derivation-hidden-unexplained"),
        ]
        hidden.append((one.id, parents, children, one.contacts, round(one.probability, 6), kept(reasons)))
    put_rows(con, "hidden", run, "id parents children contacts probability reasons", hidden)
    # Through how many hands a dataset came from an ancestor, by the shortest way; no descent without a direction. A
    # pair has a row for every number of hands that is likely enough.
    generations = [
        (ids[x], ids[y], steps, round(float(share[x, y]), 6))
        for steps, share in hands(np.where(edge > edge.T, edge, 0.0)).items()
        for x, y in np.argwhere(share >= LEAST_KEPT).tolist()
    ]
    put_rows(con, "generation", run, "ancestor dataset hands probability", generations)
    _write_explanations(con, run, ids, explained, plain, writer.names)
    # Contacts of each dataset that no parent of probability .5 or more holds, nor a register that explains what the two
    # have in common.
    sets, unexplained = evidence.compared.sets, list[tuple[str, int, int, int]]()
    of_registers = np.zeros(edge.shape, dtype=np.bool_)
    public = [fact.public for fact in evidence.facts]
    for (a, b), ways in explained.items():
        if any(one.kind == REGISTER and one.probability >= 0.5 for one in ways):
            of_registers[a, b], of_registers[b, a] = public[a] and not public[b], public[b] and not public[a]
    for dataset, contacts in enumerate(compared.traced.contacts.tolist()):
        mine = sets.of[dataset]
        held = mine[sets.with_any(np.flatnonzero((edge[:, dataset] >= 0.5) | of_registers[:, dataset]).tolist())[mine]]
        known = min(int(sets.totals[held].sum()), contacts)
        unexplained.append((ids[dataset], contacts, known, contacts - known))
    put_rows(con, "unexplained", run, "dataset contacts explained unexplained", unexplained)


def _edges(evidence: PairEvidence, stated: Stated, judged: Mapping[tuple[int, int], bool]) -> tuple[Floats, ...]:
    """[parent, child]: probabilities as they are stated, and that of an exchange, which is stated in their place where
    it is likelier than not; then both with what persons say of a pair. A register copies no list, and no list is a copy
    of it: see `ways.REGISTER`."""
    n = len(evidence.compared.traced)
    unjudged, swapped, (a, b) = np.zeros((n, n)), np.zeros((n, n)), evidence.pairs.T
    both = exchanges(evidence, stated.probability)
    swapped[a, b] = swapped[b, a] = both
    unjudged[a, b], unjudged[b, a] = np.where(both >= 0.5, both, stated.probability.T - both / 2)
    public = [fact.public for fact in evidence.facts]
    unjudged[:, public] = unjudged[public] = swapped[:, public] = swapped[public] = 0.0
    edge, exchange = unjudged.copy(), swapped.copy()
    for (parent, child), confirmed in judged.items():
        exchange[parent, child] = exchange[child, parent] = 0.0
        edge[parent, child] = 1.0 - 1e-6 if confirmed else 0.0
        if confirmed:
            edge[child, parent] = 0.0
    return unjudged, swapped, edge, exchange


_OF_PEOPLE = (
    "shared filled differ varied alike alone slip_a slip_b repeats_a repeats_b before same after dated_a dated_b"
    " by_a late_a further_a by_b late_b further_b strangers"
)
_SHARES = (
    "two/shared rows_ab/shared rows_ba/shared early_ab/shared early_ba/shared batch_a/dated_a batch_b/dated_b"
    " rate_ab/size_a rate_ba/size_b newer_a/size_a newer_b/size_b elsewhere_a/rest_a elsewhere_b/rest_b"
)
"""Columns of the table that count people, and those that are shares, and of what: they give their counts away."""


def _write_evidence(con: duckdb.DuckDBPyConnection, run: int, evidence: PairEvidence) -> None:
    """Insert into `pair_evidence`: what is known of no people, or of too few to be shown, is empty."""
    ids = evidence.compared.traced.ids
    table: dict[str, pa.Array] = {
        side: pa.array([ids[x] for x in column], pa.string())
        for side, column in zip("ab", evidence.pairs.T.tolist(), strict=True)
    }
    whole, shares = dict(evidence.columns), dict(pair.split("/") for pair in _SHARES.split())
    whole |= {f"rest_{x}": whole[f"size_{x}"] - whole["shared"] for x in "ab"}
    for name, values in evidence.columns.items():
        people = values if name in _OF_PEOPLE.split() else values * whole[shares[name]] if name in shares else None
        hidden = np.isnan(values) if people is None else (people > 0) & (people < SHOWN_FROM)
        table[name] = pa.array(np.round(values, 4), pa.float64(), mask=hidden)
    put_table(con, "pair_evidence", run, table)


def _write_explanations(
    con: duckdb.DuckDBPyConnection,
    run: int,
    ids: tuple[str, ...],
    explained: Mapping[tuple[int, int], list[Explanation]],
    unjudged: Mapping[tuple[int, int], list[Explanation]],
    names: Mapping[tuple[int, int], str],
) -> None:
    """Insert into `explanation`; that nothing came from one to the other also as it would be without judgements."""
    rows: list[tuple[str, str, str, str | None, float, float | None]] = []
    for pair in sorted(explained.keys() | unjudged.keys()):
        ways = explained.get(pair, [])
        otherwise = {one.kind: one for one in unjudged.get(pair, ()) if one.kind in APART}
        ruled_out = [
            replace(one, probability=0.0) for one in otherwise.values() if one.kind not in {w.kind for w in ways}
        ]
        for one in (*ways, *ruled_out):
            through = ids[one.through] if one.through is not None else names.get(pair) if one.kind == "hidden" else None
            without = None
            if unjudged is not explained and one.kind in APART:
                without = round(otherwise[one.kind].probability, 6) if one.kind in otherwise else 0.0
            rows.append((ids[one.giver], ids[one.taker], one.kind, through, round(one.probability, 6), without))
    put_rows(con, "explanation", run, "giver taker kind through probability without_judgement", rows)


# How often the people of two lists have the same secret in both, where keyed hashes of secrets were kept. People use
# a secret again on other sites: about two in five of those whose secrets are known from two independent sources have
# the same in both (Das et al., The Tangled Web of Password Reuse, NDSS 2014: 43 %). `USUAL` is above that. Many more
# that agree show that both lists go back to one source. They do not show which is the copy, so this weighs nothing
# for a direction. Entries of one site are left out: there the secret is the same in any list.

USUAL = 0.5
"""Share of the people of two independent lists who have the same secret in both, at most."""
LEAST_COMPARED = 20
"""People with a secret in both lists; with fewer, or with fewer equal ones, nothing is said."""
CLEAR = 1e-4
"""Chance of so many equal ones in independent lists from which they are a reason."""
_HASHED = "[a-z2-7]{16}"


def _shared_secrets(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> Mapping[tuple[int, int], Reason]:
    """The reason of each pair a < b whose lists have more equal secrets than independent ones would."""
    columns: dict[int, list[tuple[str, int, int, int | None]]] = {}
    for number, table, first, secret, site in con.execute(_statement("secret_columns")).fetchall():
        columns.setdefault(number, []).append((table, first, secret, site))
    numbers = evidence.compared.traced.numbers
    held = {at: columns[no] for at, no in enumerate(numbers) if no in columns}
    wanted = [(a, b) for a, b in evidence.index if a in held and b in held]
    if not wanted:
        return {}
    con.execute("CREATE OR REPLACE TEMP TABLE secret_held (position INTEGER, key BIGINT, secret VARCHAR, site VARCHAR)")
    for at in sorted({at for pair in wanted for at in pair}):
        for table, first, secret, site in held[at]:
            text = _statement("secret_held").replace("{raw}", table).replace("{secret}", f"c{secret}")
            text = text.replace("{site}", f"r.c{site}" if site is not None else "CAST(NULL AS VARCHAR)")
            con.execute(text, {"position": at, "number": numbers[at], "before": first - 1, "form": _HASHED})
    found: dict[tuple[int, int], Reason] = {}
    for a, b in wanted:
        compared, equal = con.execute(_statement("secret_pairs"), {"a": a, "b": b}).fetchall()[0]
        chance = binomial_at_least(equal, compared, USUAL)
        if compared >= LEAST_COMPARED <= equal and chance <= CLEAR:
            counts = {"equal": Count(equal), "compared": Count(compared)}
            found[a, b] = Reason.of("derivation-secrets", usual=Share(USUAL), chance=PValue(chance), **counts)
    con.execute("DROP TABLE temp.secret_held")
    return found
