"""Edges as they are stated: probability, grade, what each kind of evidence adds to it and rests on, what speaks against
it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tracer.disclosure import (
    Count,
    DatasetRef,
    Measure,
    Number,
    Probability,
    Reason,
    Ref,
    ReleaseRef,
    Share,
    Times,
    Word,
    disclosed,
)
from tracer.findings.derivation.dossier import DossierFacts
from tracer.findings.derivation.evidence import PairEvidence
from tracer.findings.derivation.model import KINDS, Model, Stated
from tracer.findings.derivation.ways import COPIED, EXCHANGE, HIDDEN, Explanation, Hidden
from tracer.findings.statements import headlines

FAINT = 0.01
"""Probability below which another explanation is named last of all that speaks against a finding."""
LEAST_GRADED, LEAST_DIRECTION = 0.8, 10.0
"""Probability, and odds over the reverse, from which an edge can have grade G2: likely. Of those between .5 and .8 on
makers left out three in ten were wrong."""
TOLD = 2.0
"""Odds over the reverse from which a direction counts as known."""
SPEAKS = 0.3
"""Nats from which a kind of evidence is a reason."""


@dataclass(frozen=True)
class EdgeWriter:
    """All that edges are stated from."""

    evidence: PairEvidence
    stated: Stated
    explained: Mapping[tuple[int, int], Sequence[Explanation]]
    """Without any judgement."""
    proposed: Sequence[Hidden]
    edge: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    """[parent, child]: as it is stated, with what people have judged."""
    exchange: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    """That each list took from the other: stated in the place of both edges where it is likelier than not."""
    judged: Mapping[tuple[int, int], bool]
    unjudged: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    """[parent, child]: as it would be stated without any judgement."""
    expected: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    """datasets x datasets: contacts in common by chance."""
    model: Model

    def row(self, parent: int, child: int) -> dict[str, object]:
        """The row of `derivation`, by column."""
        lists = [DatasetRef(name) for name in self.evidence.counts.traced.ids]
        counts, p, back = self.evidence.counts, float(self.edge[parent, child]), float(self.edge[child, parent])
        shared, size = int(counts.shared[parent, child]), counts.traced.contacts
        steps = self._steps(parent, child)
        order = sorted(steps, key=lambda step: -step[1])
        both = self.exchange[parent, child] >= 0.5
        told = both or p >= TOLD * back or back >= TOLD * p
        strangers = self._column("strangers", parent, child) > 0
        common = Reason.of(
            "derivation-shared", shared=Count(shared), whole=Count(int(size[child]), across_lists=False),
            child=lists[child],
            parent=lists[parent], expected=Measure(float(self.expected[parent, child])),
        )  # fmt: skip
        known = [one for one in order if one[0] not in ("before", "judgement") and one[2].code != "derivation-quiet"]
        reasons = [common, *(reason for _, nats, reason in known if nats >= SPEAKS), *self._ratio(lists, parent, child)]
        against = [] if told else [Reason.of("derivation-direction-open", datasets=(lists[parent], lists[child]))]
        if strangers:
            cells = Count(int(self._column("strangers", parent, child)))
            against.append(Reason.of("derivation-other-people", cells=cells))
        next_best = self._alternative(lists, parent, child, float(self.unjudged[parent, child]))
        against += [reason for chance, reason in next_best if chance >= FAINT]
        against += [reason for kind, nats, reason in reversed(known) if nats <= -SPEAKS and kind != "case"]
        against += [reason for chance, reason in next_best if chance < FAINT]
        judged = (parent, child) in self.judged or self.judged.get((child, parent), False)
        # A judgement says how sure somebody is; the grade says what the lists carry.
        q, reverse = (self.unjudged[parent, child], self.unjudged[child, parent]) if judged else (p, back)
        sure = told and not strangers and q >= LEAST_GRADED and (both or q >= LEAST_DIRECTION * reverse)
        without = round(float(self.unjudged[parent, child]), 6) if judged else None
        via = [one.id for one in self.proposed if parent in one.parents and child in one.children]
        return {
            "parent": lists[parent].id, "child": lists[child].id, "probability": round(p, 6),
            "grade": "G2" if sure else "G1",
            "kind": "exchange" if both else "version" if self._column("version", parent, child) > 0 else "copy",
            "direction": "told" if told else "not_told", "shared": shared, "parent_contacts": int(size[parent]),
            "child_contacts": int(size[child]), "share_of_child": shared / max(1, int(size[child])),
            "via": via[0] if via else None, "reasons": reasons, "against": against,
            "without_judgement": without,
            "weights": [
                {"signal": kind, "value": "", "weight": round(nats, 4), "reason": disclosed(reason)}
                for kind, nats, reason in steps
            ],
        }  # fmt: skip

    def _at(self, parent: int, child: int) -> int | None:
        return self.evidence.index.get((min(parent, child), max(parent, child)))

    def _column(self, name: str, parent: int, child: int) -> float:
        """The value of a column for the pair; `{child}` and `{parent}` stand for the side, `{way}` for the
        direction."""
        at, ahead = self._at(parent, child), parent < child
        if at is None:
            return 0.0
        sides = {"child": "b" if ahead else "a", "parent": "a" if ahead else "b", "way": "ab" if ahead else "ba"}
        return float(self.evidence.columns[name.format(**sides)][at])

    def _steps(self, parent: int, child: int) -> list[tuple[str, float, Reason]]:
        """Kind, nats and reason of all that adds to the log odds of what is stated; they sum to them."""
        at, way = self._at(parent, child), 0 if parent < child else 1
        lists = [DatasetRef(name) for name in self.evidence.counts.traced.ids]
        steps: list[tuple[str, float, Reason]] = []
        if at is not None:
            steps.append(("before", float(self.stated.before[at, way]), Reason.of("derivation-before")))
            for kind in KINDS:
                nats = float(self.stated.nats[kind][at, way])
                if abs(nats) >= 0.005 or kind == "case":
                    steps.append((kind, nats, self._because(kind, nats, lists, parent, child)))
        p = np.clip(self.edge[parent, child], 1e-6, 1 - 1e-6)
        left = float(np.log(p / (1 - p))) - sum(nats for _, nats, _ in steps)
        verdict = self.judged.get((parent, child), False if self.judged.get((child, parent)) else None)
        if verdict is not None:
            judged = Reason.of("derivation-judged", verdict=Word("confirmed" if verdict else "rejected"))
            steps.append(("judgement", left, judged))
        elif abs(left) >= 0.005:
            steps.append(("exchange", left, Reason.of("derivation-exchange", datasets=(lists[parent], lists[child]))))
        return steps

    def _because(self, kind: str, nats: float, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason:
        """What the kind of evidence rests on, for this pair. It names both lists, so that it holds for both
        directions."""
        if kind == "case":
            side = Word("for" if nats >= 0 else "against")
            return Reason.of("derivation-case", side=side, parent=lists[parent], child=lists[child])
        if kind == "ways":
            told = self._written(lists, parent, child, nats)
        else:
            told = _TELLERS[kind](self, lists, parent, child)
        return told or Reason.of(
            "derivation-quiet", kind=Word(kind.replace(" ", "-")), one=lists[parent], other=lists[child]
        )

    def _counts(self, *names: str, pair: tuple[int, int]) -> list[Count]:
        return [Count(round(self._column(name, *pair))) for name in names]

    def _overlap(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        two = Count(round(self._column("two", parent, child) * self._column("shared", parent, child)))
        return Reason.of(
            "derivation-only-two", contacts=two, shared=Count(int(self._column("shared", parent, child))),
            parent=lists[parent], child=lists[child],
        )  # fmt: skip

    def _cover(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        rows = Count(round(self._column("rows_{way}", parent, child) * self._column("shared", parent, child)))
        return Reason.of("derivation-cover", contacts=rows, parent=lists[parent], child=lists[child])

    def _rests(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        shared = self._column("shared", parent, child)
        rests = {side: self._column(f"size_{{{side}}}", parent, child) - shared for side in ("child", "parent")}
        found = {
            side: Count(round(rest * self._column(f"elsewhere_{{{side}}}", parent, child)))
            for side, rest in rests.items()
        }
        if min(rests.values()) < 0:
            return None
        return Reason.of(
            "derivation-rests", of_child=found["child"], child_rest=Count(round(rests["child"])),
            of_parent=found["parent"],
            parent_rest=Count(round(rests["parent"])), parent=lists[parent], child=lists[child],
        )  # fmt: skip

    def _cells(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        pair = (parent, child)
        varied, alike, alone, of_child, of_parent = self._counts(
            "varied", "alike", "alone", "slip_{child}", "slip_{parent}", pair=pair
        )
        if self._column("varied", *pair) == 0:
            return None
        return Reason.of(
            "derivation-cells", varied=varied, alike=alike, alone=alone, of_child=of_child, of_parent=of_parent,
            parent=lists[parent], child=lists[child],
        )  # fmt: skip

    def _repeats(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        mine, theirs = self._counts("repeats_{parent}", "repeats_{child}", pair=(parent, child))
        return Reason.of("derivation-repeats", one=lists[parent], other=lists[child], mine=mine, theirs=theirs)

    def _written(self, lists: Sequence[DatasetRef], parent: int, child: int, nats: float) -> Reason | None:
        sign = 1.0 if parent < child else -1.0
        ways = {what: sign * self._column(f"ways_{what}", parent, child) for what in ("names", "numbers", "filled")}
        what = max(ways, key=lambda one: ways[one] if nats > 0 else -ways[one])
        if ways[what] == 0.0:
            return None
        source, copy = (parent, child) if ways[what] > 0 else (child, parent)
        kind = Word("cells" if what == "filled" else what)
        return Reason.of("derivation-alike", what=kind, source=lists[source], copy=lists[copy])

    def _row_days(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        ahead, pair = parent < child, (parent, child)
        late, by = self._column("late_{child}", *pair), self._column("by_{child}", *pair)
        if late + by > 0 and late >= 0.9 * (late + by):
            return Reason.of(
                "derivation-entered-later", rows=Count(round(late)), child=lists[child], parent=lists[parent]
            )
        later, same, earlier = self._counts(
            *(("before", "same", "after") if ahead else ("after", "same", "before")), pair=pair
        )
        if self._column("before", *pair) + self._column("same", *pair) + self._column("after", *pair) > 0:
            return Reason.of(
                "derivation-came", later=later, same=same, earlier=earlier, child=lists[child], parent=lists[parent]
            )
        for side, x in (("child", child), ("parent", parent)):
            dated, batch = self._column(f"dated_{{{side}}}", *pair), self._column(f"batch_{{{side}}}", *pair)
            if dated > 0:
                one = Count(round(dated * batch))
                return Reason.of("derivation-batch", rows=one, dated=Count(round(dated)), copy=lists[x])
        return None

    def _dates(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        one, other = (_dated(self.evidence.facts[x]) for x in (parent, child))
        if one is None or other is None:
            return None
        return Reason.of(
            "derivation-dates", one=lists[parent], one_event=Word(one[0]), one_day=one[1], other=lists[child],
            other_event=Word(other[0]), other_day=other[1],
        )  # fmt: skip

    def _own(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        facts = self.evidence.facts
        if facts[parent].public or facts[child].public:
            return Reason.of("derivation-public", list=lists[parent if facts[parent].public else child])
        if facts[parent].own and facts[child].own:
            return Reason.of("derivation-other-client", child=lists[child])
        if facts[parent].own or facts[child].own:
            return Reason.of("derivation-own-list", own=lists[parent if facts[parent].own else child])
        return None

    def _release(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        for giver, taker in ((parent, child), (child, parent)):
            if (giver, taker) in self.evidence.released:
                release, day = self.evidence.released[giver, taker]
                return Reason.of(
                    "derivation-release", release=ReleaseRef(release), parent=lists[giver], child=lists[taker], day=day
                )
        return None

    def _length(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        sizes = self.evidence.counts.traced.contacts
        one, other = (Count(int(sizes[x]), across_lists=False) for x in (parent, child))
        return Reason.of("derivation-length", one=lists[parent], mine=one, other=lists[child], theirs=other)

    def _versions(self, lists: Sequence[DatasetRef], parent: int, child: int) -> Reason | None:
        return Reason.of("derivation-versions", datasets=(lists[parent], lists[child]))

    def _ratio(self, lists: Sequence[DatasetRef], parent: int, child: int) -> list[Reason]:
        """How much likelier the evidence is under this edge than where both come from a list that was not obtained, up
        to what the makers' cases can carry, and what statements as likely as this one were worth on makers left out."""
        at, way = self._at(parent, child), 0 if parent < child else 1
        bands = [band for band in self.model.worth.get("bands", []) if band[0] <= self.edge[parent, child]]
        settled = (parent, child) in self.judged or self.exchange[parent, child] >= 0.5
        if at is None or not bands or settled or self.edge[parent, child] < 0.5:
            return []
        p = float(self.edge[parent, child])
        prior = float(self.stated.before[at, way])
        most = float(self.model.worth["most"])
        ratio = p / (1 - p) / float(np.exp(prior))
        _, stated, right = bands[-1]
        return [Reason.of(
            "derivation-ratio", ratio=Times(min(ratio, most)), capped=Word("capped" if ratio > most else "whole"),
            strength=Word(_strength(min(ratio, most))), prior=Probability(float(1 / (1 + np.exp(-prior)))),
            parent=lists[parent],
            child=lists[child], makers=Count(len(self.model.makers), across_lists=False),
            stated=Count(int(stated), across_lists=False), right=Share(right / stated),
        )]  # fmt: skip

    def _alternative(
        self, lists: Sequence[DatasetRef], parent: int, child: int, p: float
    ) -> list[tuple[float, Reason]]:
        """The best other explanation of the pair with its probability, and how much less likely it is than the edge."""
        ways = self.explained.get((min(parent, child), max(parent, child)), ())
        itself = EXCHANGE if self.exchange[parent, child] >= 0.5 else COPIED
        others = [one for one in ways if one.kind != itself or (itself == COPIED and one.giver != parent)]
        if not others:
            return []
        best = others[0]
        names = {(x, y): one.id for one in self.proposed for x in one.children for y in one.children}
        through = names.get((parent, child)) if best.kind == HIDDEN else None
        by: Number = None if through is None else Ref(through)
        by = by if best.through is None else lists[best.through]
        told = headlines.related(best.kind, lists[best.giver], lists[best.taker], by)
        return [(best.probability, compared(told, best.probability, p))]


def compared(explanation: Reason, other: float, p: float) -> Reason:
    """Another explanation of probability `other`, and how many times less likely it is than the edge, or likelier."""
    p = max(p, 1e-6)
    times, than = (Times(other / p), Word("likelier")) if p < other else (Times(p / other), Word("unlikelier"))
    return Reason.of("derivation-alternative", explanation=explanation, times=times, than=than)


def _strength(ratio: float) -> str:
    """The word of the European forensic institutes (ENFSI 2015) for a likelihood ratio."""
    scale = ((1_000.0, "strong"), (100.0, "moderately-strong"), (10.0, "moderate"), (2.0, "weak"))
    return next((word for least, word in scale if ratio >= least), "none")


def _dated(fact: DossierFacts) -> tuple[str, Number] | None:
    days = (("made", fact.created), ("exported", fact.exported), ("obtained", fact.obtained))
    return next(((event, day) for event, day in days if day is not None), None)


_TELLERS: Mapping[str, Callable[[EdgeWriter, Sequence[DatasetRef], int, int], Reason | None]] = {
    "overlap": EdgeWriter._overlap, "cover": EdgeWriter._cover, "rests": EdgeWriter._rests, "cells": EdgeWriter._cells,
    "repeats": EdgeWriter._repeats, "row days": EdgeWriter._row_days, "dates": EdgeWriter._dates,
    "own list": EdgeWriter._own, "release": EdgeWriter._release, "length": EdgeWriter._length,
    "versions": EdgeWriter._versions,
}  # fmt: skip
