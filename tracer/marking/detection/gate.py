"""The gate of a release: whether an attacker gains anything by what planted records are like.

He holds a copy and knows planted records of others, at most `KNOWN` of them. From these he learns rules of one or two
conditions (`signs`), as many as cost him `LOST` of the rows, and strips by them what he does not know. The null is that
planted records are such as the list's rows: the same is done with rows of the list in their place, `CONTROLS` times,
which shows what he strips by chance. A release is refused where the lower end of the 95 % interval of what is stripped
(Clopper and Pearson 1934) is more than `MORE` above the control's mean. A sign that is of no use to him refuses none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from tracer.errors import InputRefused
from tracer.lists.read.identifiers import SEALED_ROLES
from tracer.lists.write.model import NewRow
from tracer.marking.detection.signs import UNLIKE, FormsOf, Looked, Sign, Values, look
from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.source_list import SourceList
from tracer.marking.persona.written_numbers import kind_of, number_form

KNOWN = 20
"""Planted records of other copies that an attacker may know."""
LOST = 0.01
"""Share of the rows that he gives up."""
MORE = 0.15
"""What he may strip above the control. A setting: of five records of which one in seven goes still name a copy."""
CONTROLS = 5
"""Draws of rows in the records' place."""
LEAST = 8
"""Records of which anything can be said: half of them teach, half are looked for."""
_BEST = 250  # Conditions of which pairs are made: those that catch more known records than rows.
_SHARES = (0.0, 0.0005, 0.002, 0.006, 0.01, 0.03, 0.1, 0.3)
"""Shares of the rows beyond the cuts of conditions, on either side."""
SHOWN = 3

Flags = NDArray[np.bool_]
Condition = tuple[int, float, bool]
"""Number of a sign, a cut, and whether more than it (true) or less is meant."""


@dataclass(frozen=True)
class Giveaway:
    """A sign by which records were stripped."""

    sign: Sign
    named: str
    stripped: float
    """Share of the records that rules with it strip."""


@dataclass(frozen=True)
class Verdict:
    """What an attacker gains."""

    records: int
    stripped: float = 0.0
    """Share of the planted records that he strips."""
    least: float = 0.0
    """The lower end of its 95 % interval."""
    control: float = 0.0
    """Share of ordinary rows in their place that he strips, the mean over the draws."""
    lost: float = 0.0
    """Share of the rows that go with them."""
    outlier: tuple[float, float] = (0.5, 1.0)
    """Chance that a planted record is more unlike the rest than a row of the list, and the p-value of that."""
    giveaways: tuple[Giveaway, ...] = ()
    """What he goes by, the most useful first; none where he gains nothing."""

    @property
    def refuses(self) -> bool:
        """Whether he gains more than a release may give away."""
        return self.least > self.control + MORE

    def note(self) -> str:
        """The verdict in a sentence."""
        if self.records < LEAST:
            few = f"with {self.records} planted records, or rows like them, nothing can be said on whether they"
            return f"{few} stand out; {LEAST} are needed"
        return (
            f"one who knows planted records of other copies strips {self.stripped:.0%} of these for {self.lost:.1%} of"
            f" the rows; of ordinary rows in their place {self.control:.0%}"
        )

    def figures(self) -> dict[str, object]:
        """The same for a machine; nulls with fewer than `LEAST` records."""
        known = self.records >= LEAST
        return {
            "outlier_auc": round(self.outlier[0], 4) if known else None,
            "outlier_p_value": self.outlier[1] if known else None,
            "stripped": round(self.stripped, 4) if known else None,
            "stripped_control": round(self.control, 4) if known else None,
            "gives_away": [each.named for each in self.giveaways] if self.refuses else [],
        }


def verdict_on(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Mapping[int, NewRow],
    copies: Mapping[str, Sequence[int]],
    forms: FormsOf | None = None,
) -> Verdict:
    """What an attacker gains. rows: record -> its row; copies: release -> its records; forms: see `signs.look`."""
    numbers = sorted(rows)
    if len(numbers) < LEAST:
        return Verdict(len(numbers))
    owner = {no: at for at, nos in enumerate(copies.values()) for no in nos}
    copy = np.array([owner.get(no, 0) for no in numbers], dtype=np.int64)
    looked = look(con, source, [rows[no] for no in numbers], copy, forms)
    if len(looked.ordinary) < LEAST:
        return Verdict(len(looked.ordinary))
    # Each third of the copies is attacked by what the others teach.
    third = copy % 3 if len(np.unique(copy)) > 2 else np.arange(len(numbers), dtype=np.int64) % 3
    return _judged(looked, third, source)


def _judged(looked: Looked, third: NDArray[np.int64], source: SourceList) -> Verdict:
    n, rows = len(looked.planted), len(looked.ordinary)
    # Conditions are cuts of each sign with few rows beyond them, and the next number on the other side of the cut.
    conditions: list[Condition] = []
    for at in range(looked.ordinary.shape[1]):
        rising = np.sort(looked.ordinary[:, at])
        for over in (True, False):
            cuts = set[float]()
            for share, strict in product(_SHARES, (False, True)):
                cut = rising[int(((1 - share) if over else share) * (rows - 1))]
                cuts.add(float(np.nextafter(cut, cut - 1 if over else cut + 1)) if strict else float(cut))
            conditions += [(at, cut, over) for cut in sorted(cuts)]
    beyond = _meets(looked.ordinary, conditions)
    few = beyond.mean(axis=0) <= max(_SHARES) + LOST
    conditions, beyond = [one for one, kept in zip(conditions, few, strict=True) if kept], beyond[:, few]
    stripped, lost, caught_by = _attack(_meets(looked.planted, conditions), beyond, third)

    random, controls = np.random.default_rng(0), []
    for _ in range(CONTROLS):
        chosen = random.permutation(rows)[: min(n, rows // 2)]
        rest = np.ones(rows, dtype=bool)
        rest[chosen] = False
        controls.append(_attack(beyond[chosen], beyond[rest], third[: len(chosen)])[0].mean())
    hits = int(stripped.sum())
    least = float(betaincinv(hits, n - hits + 1, 0.025)) if hits else 0.0
    by_sign = Counter[int]()
    for rule, caught in caught_by.items():
        by_sign.update(dict.fromkeys({conditions[one][0] for one in rule}, caught))
    ways = [(looked.signs[at], count / n) for at, count in by_sign.most_common() if count]
    giveaways = tuple(Giveaway(sign, sign.named(source), share) for sign, share in ways)
    unlike = looked.signs.index(UNLIKE) if UNLIKE in looked.signs else 0
    area = _area(looked.planted[:, unlike], looked.ordinary[:, unlike])
    return Verdict(n, hits / n, least, float(np.mean(controls)), lost, area, giveaways)


def _area(planted: Values, ordinary: Values) -> tuple[float, float]:
    """The chance that one of the first is above one of the second, and the p-value of that being one half (Mann and
    Whitney 1947: the normal approximation, with ties)."""
    m, n = len(planted), len(ordinary)
    _, at, ties = np.unique(np.concatenate((planted, ordinary)), return_inverse=True, return_counts=True)
    above = ((np.cumsum(ties) - (ties - 1) / 2)[at[:m]].sum() - m * (m + 1) / 2) / (m * n)
    spread = np.sqrt((m + n + 1 - ((ties**3 - ties).sum() / ((m + n) * (m + n - 1)))) / (12 * m * n))
    return float(above), float(2 * ndtr(-abs(above - 0.5) / spread)) if spread > 0 else 1.0


def _meets(rows: Values, conditions: Sequence[Condition]) -> Flags:
    """(rows, conditions): which are met."""
    columns, found = np.ascontiguousarray(rows.T), np.empty((len(rows), len(conditions)), dtype=bool)
    for k, (at, cut, over) in enumerate(conditions):
        found[:, k] = columns[at] > cut if over else columns[at] < cut
    return found


def _attack(own: Flags, beyond: Flags, third: NDArray[np.int64]) -> tuple[Flags, float, dict[tuple[int, ...], int]]:
    """Which records are stripped by rules that were learnt from others, the rows that go, and what strips how many.

    own: (records, conditions), beyond: (rows, conditions): which are met. third: of each record.
    """
    stripped, lost, by = np.zeros(len(own), dtype=bool), [], dict[tuple[int, ...], int]()
    for at in range(3):
        known, sought = np.flatnonzero(third != at)[:KNOWN], third == at
        if len(known) < 2 or not sought.any():
            continue
        rules, cost = _learnt(own[known], beyond)
        lost.append(cost)
        for rule in rules:
            hit = np.logical_and.reduce(own[:, rule], axis=1) & sought & ~stripped
            if hit.any():
                by[tuple(rule)] = by.get(tuple(rule), 0) + int(hit.sum())
            stripped |= hit
    return stripped, float(np.mean(lost)) if lost else 0.0, by


def _learnt(known: Flags, beyond: Flags) -> tuple[list[list[int]], float]:
    """Rules that catch two known records or more each, and the share of the rows that they cost together."""
    k, n = known.shape[0], beyond.shape[0]
    caught, cost = known.sum(axis=0), beyond.sum(axis=0)
    with np.errstate(all="ignore"):
        lift = np.where(caught > 1, caught * np.log((caught / k) / ((cost + 1) / n)), -1.0)
    best = np.argsort(-lift, kind="stable")[:_BEST]
    best = best[lift[best] > 0]
    a, b = np.triu_indices(len(best))
    rows, own = beyond[:, best].astype(np.float32), known[:, best]
    costs = (rows.T @ rows)[a, b]
    able = np.flatnonzero(costs <= LOST * n)
    hits = own[:, a[able]] & own[:, b[able]]
    done, gone, rules = np.zeros(k, dtype=bool), np.zeros(n, dtype=bool), list[list[int]]()
    while len(able):
        new = (hits & ~done[:, None]).sum(axis=0)
        order = np.argsort(-(new / (costs[able] + 1 + 0.001 * n)), kind="stable")[:50]
        for one in order:
            rule = sorted({int(best[a[able[one]]]), int(best[b[able[one]]])})
            after = gone | np.logical_and.reduce(beyond[:, rule], axis=1)
            if new[one] >= 2 and after.sum() <= LOST * n:
                break
        else:
            break
        gone, done = after, done | hits[:, one]
        rules.append(rule)
    return rules, float(gone.mean())


def gaps_left(con: duckdb.DuckDBPyConnection, source: SourceList) -> tuple[str, ...]:
    """Columns of ids without gaps, in which each withheld row leaves one that anybody can see."""
    found = []
    for i in source.places("id"):
        filled, distinct, span = con.execute(
            f"SELECT count(*), count(DISTINCT id), max(id) - min(id) + 1 FROM"
            f" (SELECT TRY_CAST(regexp_extract(c{i}, '[0-9]+$') AS BIGINT) AS id FROM"
            f" {source.tables[source.main.part]} WHERE c{i} <> '')"
        ).fetchall()[0]
        if filled == source.main.rows and filled == distinct == span:
            found.append(Sign("its numbers have no gaps, so that withheld rows show", (i,)).named(source))
    return tuple(found)


@dataclass(frozen=True)
class Examined:
    """What a release's planted records would give away, and what would help."""

    verdict: Verdict
    gaps: tuple[str, ...]
    """See `gaps_left`: where rows are withheld."""
    helps: tuple[str, ...]

    @property
    def said(self) -> list[str]:
        """What is against the release, a sentence each; nothing where an attacker gains nothing."""
        said = [f"{each}; leave --withhold out" for each in self.gaps]
        if self.verdict.refuses:
            shown = "; ".join(f"{each.named} ({each.stripped:.0%})" for each in self.verdict.giveaways[:SHOWN])
            said.insert(0, f"{self.verdict.note()}, by {shown}")
        return said


def examined(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    planted: tuple[Mapping[int, NewRow], Mapping[str, Sequence[int]]],
    identities: Sequence[Identity],
    forms: FormsOf | None,
    *,
    withholds: bool,
) -> Examined:
    """Look at a release that was drawn. planted: rows and copies, as for `verdict_on`; withholds: whether copies lack
    rows."""
    verdict = verdict_on(con, source, *planted, forms)
    gaps = gaps_left(con, source) if withholds else ()
    roles, headings = source.roles[source.main.part], source.main.headers
    sealed = [i for each in verdict.giveaways for i in each.sign.columns if i < len(roles) and roles[i] in SEALED_ROLES]
    helps = [
        f'leave it out with --without "{headings[i]}": no planted record has one, as it might be somebody\'s'
        for i in dict.fromkeys(sealed)
    ]
    if verdict.refuses:
        helps += lacks(con, source, identities)
    return Examined(verdict, gaps, tuple(helps or ["import identities that are like the list's own contacts"]))


def refuse_detectable(found: Examined, dataset: str) -> None:
    """Raise `InputRefused` where an attacker gains, with what gives the records away, how much, and what helps."""
    if found.said:
        anyway = "write the copies all the same with --accept-detectable, which is journaled"
        raise InputRefused(
            "planted records can be told from ordinary rows, so nothing was written, and no identity was used:"
            f" {'; '.join(found.said)}",
            where=dataset,
            remedy="; or ".join([*found.helps, anyway]),
        )


# What identities lack to be like a list's rows, asked where planted records give themselves away.

_SEEN = 0.2  # Share, or difference of shares, below which few records can be told by it.
_FIRMS = 3  # Firms whose contacts have addresses of one domain from which on it is a provider's.
_ROWS = 1_000  # Rows whose numbers are looked at.
_CALLED = {"mobile": "mobiles", "fixed": "fixed lines"}


def lacks(con: duckdb.DuckDBPyConnection, source: SourceList, identities: Sequence[Identity]) -> list[str]:
    """Each thing that a list's rows have and identities have not, and what helps."""
    table, found = source.tables[source.main.part], list[str]()
    phones, mails, firms = (source.places(role) for role in ("phone", "email", "organisation"))
    if mails and firms:
        # In a list of firms' contacts most addresses are at the contact's own firm, where no canary has one.
        domain, firm = f"lower(split_part(c{mails[0]}, '@', -1))", f"c{firms[0]}"
        rows = con.execute(
            f"SELECT {domain} AS domain, count(*), count(DISTINCT {firm}) FROM {table}"
            f" WHERE c{mails[0]} LIKE '%@%' AND {firm} <> '' GROUP BY domain ORDER BY count(*) DESC, domain"
        ).fetchall()
        providers = [domain for domain, _, held in rows if held >= _FIRMS]
        at_firms = sum(count for _, count, held in rows if held < _FIRMS and count > 1)
        share = at_firms / max(1, sum(count for _, count, _ in rows))
        own = Counter(each.email_raw.rpartition("@")[2].strip().lower() for each in identities if each.email_raw)
        fitting = sum(count for domain, count in own.items() if domain in providers or count == 1)
        if share >= _SEEN and fitting <= (1 - _SEEN) * len(identities):
            some = f" ({', '.join(providers[:SHOWN])})" if providers else ""
            found.append(
                f"{share:.0%} of the list's addresses are at the contact's own firm; {fitting:,} of {len(identities):,}"
                f" identities have theirs at a domain of their own, or at a provider that its contacts use{some};"
                " give identities addresses at domains of their own, one for each, as of a firm"
            )
    if phones:
        # All mobiles show where a third are fixed lines.
        cells = con.execute(
            f"SELECT {', '.join(f'c{i}' for i in phones)} FROM {table}"
            f" ORDER BY md5('{source.no} ' || CAST(row AS VARCHAR)), row LIMIT {_ROWS}"
        ).fetchall()
        forms = [number_form(cell, source.region) for row in cells for cell in row if cell]
        held = Counter(kind_of(form[1]) for form in forms if form is not None)
        kinds = Counter(each.kind for each in identities if each.phone is not None)
        total = kinds.total()
        missing = {kind: held[kind] / held.total() - kinds[kind] / total for kind in _CALLED if held and total}
        most = max(missing, key=lambda kind: missing[kind], default="")
        if most and missing[most] >= _SEEN:
            called, share = _CALLED[most], held[most] / held.total()
            found.append(
                f"{share:.0%} of the list's numbers are {called}; {kinds[most]:,} of the {total:,} identities with a"
                f" number have one; import identities with {called} as well, about {share:.0%} of them"
            )
    return found
