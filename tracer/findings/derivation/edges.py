"""Edges as they are stated: probability, grade, what each kind of evidence adds to it and rests on, what speaks against
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

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
from tracer.findings.derivation.evidence import PairEvidence
from tracer.findings.derivation.model import KINDS, Model, Stated
from tracer.findings.derivation.ways import COPIED, EXCHANGE, HIDDEN, Explanation, Hidden
from tracer.findings.statements import headlines

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
    edge: NDArray[np.float64]
    """[parent, child]: as it is stated, with what people have judged."""
    exchange: NDArray[np.float64]
    """That each list took from the other: stated in the place of both edges where it is likelier than not."""
    judged: Mapping[tuple[int, int], bool]
    unjudged: NDArray[np.float64]
    """[parent, child]: as it would be stated without any judgement."""
    expected: NDArray[np.float64]
    """datasets x datasets: contacts in common by chance."""
    model: Model

    @cached_property
    def lists(self) -> list[DatasetRef]:
        """datasets: how each is named in a reason."""
        return [DatasetRef(name) for name in self.evidence.compared.traced.ids]

    def row(self, parent: int, child: int) -> dict[str, object]:
        """The row of `derivation`, by column."""
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
        next_best = self._next_best(parent, child)
        against += [reason for chance, reason in next_best if chance >= FAINT]
        against += [reason for kind, nats, reason in reversed(evidence) if nats <= -SPEAKS and kind != "case"]
        against += [reason for chance, reason in next_best if chance < FAINT]
        # A judgement says how sure somebody is; the grade says what the lists carry.
        judged = (parent, child) in self.judged or self.judged.get((child, parent), False)
        q, reverse = (self.unjudged[parent, child], self.unjudged[child, parent]) if judged else (p, back)
        sure = known and not strangers and q >= LEAST_GRADED and (both or q >= LEAST_DIRECTION * reverse)
        via = [one.id for one in self.proposed if parent in one.parents and child in one.children]
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
            "reasons": reasons,
            "against": against,
            "without_judgement": round(float(self.unjudged[parent, child]), 6) if judged else None,
            "weights": [
                {"signal": kind, "value": "", "weight": round(nats, 4), "reason": disclosed(reason)}
                for kind, nats, reason in steps
            ],
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
                    because = (
                        self._of_memberships(kind, parent, child)
                        or self._of_rows(kind, nats, parent, child)
                        or self._of_dossier(kind, parent, child)
                    )
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
        rests = [column(size) - shared for size in ("size_{child}", "size_{parent}")]
        if kind != "rests" or min(rests) < 0:
            return None
        of_child, of_parent = (
            Count(round(r * column(f"elsewhere_{{{s}}}"))) for r, s in zip(rests, _SIDES, strict=True)
        )
        child_rest, parent_rest = (Count(round(rest)) for rest in rests)
        of_rests = {"of_child": of_child, "child_rest": child_rest, "of_parent": of_parent, "parent_rest": parent_rest}
        return Reason("derivation-rests", {**of_rests, **named})

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
        if late + by > 0 and late >= 0.9 * (late + by):
            return Reason.of("derivation-entered-later", rows=Count(round(late)), child=taker, parent=giver)
        order = ("before", "same", "after") if parent < child else ("after", "same", "before")
        came = [column(name) for name in order]
        if sum(came) > 0:
            later, same, earlier = (Count(round(rows)) for rows in came)
            return Reason.of("derivation-came", later=later, same=same, earlier=earlier, child=taker, parent=giver)
        for side, copy in zip(_SIDES, (taker, giver), strict=True):
            dated, batch = column(f"dated_{{{side}}}"), column(f"batch_{{{side}}}")
            if dated > 0:
                one = Count(round(dated * batch))
                return Reason.of("derivation-batch", rows=one, dated=Count(round(dated)), copy=copy)
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

    def _next_best(self, parent: int, child: int) -> list[tuple[float, Reason]]:
        """The best other explanation of the pair with its probability, and how much less likely it is than the edge."""
        ways = self.explained.get((min(parent, child), max(parent, child)), ())
        itself = EXCHANGE if self.exchange[parent, child] >= 0.5 else COPIED
        others = [one for one in ways if one.kind != itself or (itself == COPIED and one.giver != parent)]
        if not others:
            return []
        best = others[0]
        names = {(x, y): one.id for one in self.proposed for x in one.children for y in one.children}
        by: Number = None
        if best.through is not None:
            by = self.lists[best.through]
        elif best.kind == HIDDEN and (parent, child) in names:
            by = Ref(names[parent, child])
        relation = headlines.related(best.kind, self.lists[best.giver], self.lists[best.taker], by)
        return [(best.probability, compared(relation, best.probability, float(self.unjudged[parent, child])))]


_SIDES = ("child", "parent")


def compared(explanation: Reason, other: float, p: float) -> Reason:
    """Another explanation of probability `other`, and how many times less likely it is than the edge, or likelier."""
    p = max(p, 1e-6)
    times, than = (Times(other / p), Word("likelier")) if p < other else (Times(p / other), Word("unlikelier"))
    return Reason.of("derivation-alternative", explanation=explanation, times=times, than=than)
