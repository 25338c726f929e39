"""From a row of evidence to probabilities: two logits that a reader can check, and a second reading that errs
differently.

*Copied at all* rests on what two lists have in common either way, *which from which* on what differs between the two
ways. Both are sums of bounded quantities times coefficients, fitted on cases of many makers with known pasts
(`tests.bench.zoo.fitting`), and kept as data (`model.json`). A second look at the neighbouring pairs corrects them:
what only this list explains among those that may be sources at all, a way through a third list, a common source, and
whether the days of a family agree with its rows. The same table is read once more in steps instead of straight lines.
The two readings err in different places: what is stated is their mean, and never `SURE` or more unless both are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from tracer.documents import json_of
from tracer.findings.derivation.evidence import PairTable, cover
from tracer.findings.derivation.rows import WAYS
from tracer.findings.tails import Floats

Features: TypeAlias = dict[str, NDArray[Any]]
"""`kind/feature` → one value a pair."""
_KINDS = "overlap,cover,rests,cells,repeats,ways,row days,dates,own list,release,length,versions,case"
KINDS = tuple(_KINDS.split(","))
"""Kinds of evidence, in the order in which they are shown."""
SURE = 0.95
"""Probability that is practically an accusation: it is stated where both readings give it."""
ENOUGH = 20
"""Rows, or cells, from which a share of them is looked at: what may be shown at all."""
FILE = Path(__file__).parent / "model.json"
_TINY = 1e-4


def _log(share: Floats) -> Floats:
    return np.asarray(np.log(0.02 + share), dtype=np.float64)


def _share(part: Floats, whole: Floats) -> Floats:
    """The share where there are enough to speak of one, else 0."""
    return np.where(whole >= ENOUGH, part / np.maximum(whole, 1.0), 0.0)


def _bent(days: Floats, scale: float = 60.0) -> Floats:
    """-1 to 1, halfway at half of the scale; 0 where nothing is known."""
    return np.tanh(np.nan_to_num(days) / scale)


def _two(kind: str, name: str, one: Floats, other: Floats) -> Features:
    return {f"{kind}/{name}, most": np.maximum(one, other), f"{kind}/{name}, least": np.minimum(one, other)}


def symmetric(table: PairTable) -> Features:
    """What shows whether one of the two was copied from the other at all."""
    c = table.columns
    of_a, of_b = c["shared"] / c["size_a"], c["shared"] / c["size_b"]
    most, least = np.maximum(of_a, of_b), np.minimum(of_a, of_b)
    cover_ab, cover_ba = c["rows_ab"] * of_b, c["rows_ba"] * of_a
    early_ab, early_ba = c["early_ab"] * of_b, c["early_ba"] * of_a
    first_ab, first_ba = (c[f"rank_{way}"] == 0 for way in ("ab", "ba"))
    lift_a, lift_b = (np.clip(_log(of) - _log(c[f"usual_{side}"]), -2, 2) for of, side in ((of_a, "a"), (of_b, "b")))
    low_a, low_b = (np.clip(_log(of) - _log(c[f"low_{side}"]), -2, 2) for of, side in ((of_a, "a"), (of_b, "b")))
    gain_ab, gain_ba = c["gain_ab"], c["gain_ba"]
    dated = c["before"] + c["same"] + c["after"]
    batch = np.maximum(
        np.where(c["dated_a"] >= ENOUGH, c["batch_a"], 0), np.where(c["dated_b"] >= ENOUGH, c["batch_b"], 0)
    )
    found: Features = {
        "overlap/outside": np.log(1.02 - most),
        "overlap/within": _log(least),
        "overlap/whole": (most >= 0.985) * 1.0,
        "overlap/two": c["two"],
        "overlap/third": np.clip(c["third"], -1, 1),
        "overlap/thirds": np.minimum(1, c["thirds"] / 8),
        "overlap/no third": (c["thirds"] <= 0) * 1.0,
        "overlap/common": np.clip(np.log(c["shared"] / 300) / 3, -1, 1),
        "overlap/family": np.clip(np.log(c["family"] / 12), -1, 1),
        "cover/log": _log(np.maximum(cover_ab, cover_ba)),
        "cover/log early": _log(np.maximum(early_ab, early_ba)),
        "cover/rank": np.minimum(3, np.minimum(c["rank_ab"], c["rank_ba"])),
        "rests/rest": np.minimum(1 - of_a, 1 - of_b),
        "cells/alike": np.where(c["varied"] >= ENOUGH, c["alike"] / np.maximum(c["varied"], 1) - 0.5, 0),
        "cells/alone": np.minimum(_share(c["alone"], c["varied"]), 0.5),
        "cells/alone, number": np.minimum(np.log1p(c["alone"]), 4) / 4,
        "cells/slips": np.minimum(np.log1p(c["slip_a"] + c["slip_b"]), 5) / 5,
        "cells/differ": np.minimum(_share(c["differ"], c["filled"]), 0.3),
        "cells/filled": (c["filled"] >= ENOUGH) * 1.0,
        "cells/other people": (c["strangers"] > 0) * 1.0,
        "ways/set apart": np.minimum(0.25 * np.abs(np.stack([c[way] for way in WAYS])), 1.2).sum(axis=0),
        "row days/same day": _share(c["same"], dated),
        "row days/both": (dated >= ENOUGH) * 1.0,
        "row days/batch": batch,
        "own list/own": np.maximum(c["own_a"], c["own_b"]),
        "own list/two": c["own_a"] * c["own_b"],
        "own list/public": np.maximum(c["public_a"], c["public_b"]),
        "release/recorded": np.maximum(c["released_ab"], c["released_ba"]),
    }
    for name, one, other in (
        ("rows", c["rows_ab"], c["rows_ba"]),
        ("early rows", c["early_ab"], c["early_ba"]),
        ("share", cover_ab, cover_ba),
        ("early share", early_ab, early_ba),
        ("rate", c["rate_ab"], c["rate_ba"]),
        ("first", first_ab * 1.0, first_ba * 1.0),
        ("gain", np.minimum(gain_ab / c["shared"], 4), np.minimum(gain_ba / c["shared"], 4)),
        ("log gain", np.log1p(gain_ab) / 5, np.log1p(gain_ba) / 5),
    ):
        found |= _two("cover", name, one, other)
    found |= _two("overlap", "lift", lift_a, lift_b) | _two("overlap", "low lift", low_a, low_b)
    found |= _two("rests", "elsewhere", c["elsewhere_a"], c["elsewhere_b"])
    found |= _two("rests", "unlike", np.minimum(c["unlike_a"], 0.5), np.minimum(c["unlike_b"], 0.5))
    version = c["version"] > 0
    apart = {name: np.where(version, 0.0, values) for name, values in found.items()}
    fixed = {"copies": ~version * 1.0, "versions": version * 1.0, "versions/follow": c["follows"] * version}
    return _rounded_features(fixed | apart)


def directed_features(table: PairTable) -> Features:
    """What shows which from which: positive for the second as a copy of the first; all change sign with the order."""
    c = table.columns
    of_a, of_b = c["shared"] / c["size_a"], c["shared"] / c["size_b"]
    longer = np.log(c["size_b"] / c["size_a"])
    created, obtained = c["created"], c["obtained"]
    known, sign = ~np.isnan(created), np.sign(np.nan_to_num(created))
    first_younger = np.nan_to_num(created) <= 0
    younger_lives = np.where(first_younger, c["living_a"], c["living_b"]) > 0
    older_lives = np.where(first_younger, c["living_b"], c["living_a"]) > 0
    lots = (c["living_a"] < 0) & (c["living_b"] < 0)
    own = c["own_a"] - c["own_b"]
    rare = np.maximum(c["repeats_a"], c["repeats_b"]) <= 0.05 * c["shared"]
    late_a, late_b = (_share(c[f"late_{side}"], c[f"late_{side}"] + c[f"by_{side}"]) for side in ("a", "b"))
    dated = c["before"] + c["same"] + c["after"]
    batch_a, batch_b = (np.where(c[f"dated_{side}"] >= ENOUGH, c[f"batch_{side}"], 0.0) for side in ("a", "b"))
    no_room = (np.nan_to_num(c["room_ba"]) < 0) * 1.0 - (np.nan_to_num(c["room_ab"]) < 0)
    found: Features = {
        "length/longer": -np.tanh(longer),
        "length/longer, own": -np.tanh(longer) * (own != 0),
        "cover/rows": c["rows_ab"] - c["rows_ba"],
        "cover/share": c["rows_ab"] * of_b - c["rows_ba"] * of_a,
        "cover/rate": c["rate_ab"] - c["rate_ba"],
        "cover/early rows": c["early_ab"] - c["early_ba"],
        "cover/early share": c["early_ab"] * of_b - c["early_ba"] * of_a,
        "rests/elsewhere": c["elsewhere_b"] - c["elsewhere_a"],
        "rests/unlike": np.minimum(c["unlike_b"], 0.5) - np.minimum(c["unlike_a"], 0.5),
        "cells/slips": np.clip(np.log((c["slip_b"] + 1) / (c["slip_a"] + 1)), -2.5, 2.5),
        "repeats/lost": np.where(rare, np.clip(np.log((c["repeats_a"] + 1) / (c["repeats_b"] + 1)), -2, 2), 0.0),
        **{f"ways/{way[5:]}": np.clip(0.25 * c[way], -1.2, 1.2) for way in WAYS},
        "row days/late": late_b - late_a,
        "row days/all late": (late_b >= 0.9) * 1.0 - (late_a >= 0.9),
        "row days/came later": _share(c["before"], dated) - _share(c["after"], dated),
        "row days/batch": batch_b - batch_a,
        "row days/one batch": (batch_b >= 0.8) * 1.0 - (batch_a >= 0.8),
        "dates/created": sign,
        "dates/created by": _bent(created),
        "dates/created, lots": sign * lots,
        "dates/created, younger lives": sign * younger_lives,
        "dates/created, older lives": sign * older_lives,
        "dates/no room": no_room,
        "dates/obtained": np.where(known, 0.0, np.sign(np.nan_to_num(obtained))),
        "dates/obtained by": np.where(known, 0.0, _bent(obtained)),
        "dates/obtained too": np.where(known, _bent(obtained), 0.0),
        "dates/lives": c["living_a"] - c["living_b"],
        "own list/own": own,
        "own list/public": c["public_a"] - c["public_b"],
        "release/recorded": c["released_ab"] - c["released_ba"],
    }
    version = c["version"] > 0
    day = np.where(known, created, c["exported"])
    undated = np.isnan(day)
    of_versions: Features = {
        "versions/day": np.sign(np.nan_to_num(day)),
        "versions/obtained": np.where(undated, _bent(obtained), 0.0),
        "versions/longer": np.tanh(3 * longer),
        "versions/longer, undated": np.where(undated, np.tanh(10 * longer), 0.0),
        "versions/kept": _log(of_a) - _log(of_b),
        "versions/late": late_b - late_a,
        "versions/newer": np.tanh(20 * c["newer_b"]) - np.tanh(20 * c["newer_a"]),
        "versions/slips": np.clip(np.log((c["slip_b"] + 1) / (c["slip_a"] + 1)), -2.5, 2.5),
    }
    copies = {name: np.where(version, 0.0, values) for name, values in found.items()}
    return _rounded_features(copies | {name: np.where(version, values, 0.0) for name, values in of_versions.items()})


def _rounded_features(features: Features) -> Features:
    """So that what one machine computes in another order than the next falls on the same side of every step."""
    return {name: np.round(values, 6) + 0.0 for name, values in features.items()}


DAYS = frozenset(("dates", "cover/early rows", "cover/early share"))
"""Features, or kinds of them, of direction that rest on the days of whole lists."""


def around(table: PairTable, look: FeatureNats) -> tuple[Features, Features]:
    """What the neighbouring pairs say about each pair, by a first look: (symmetric, directed)."""
    c, (a, b), n = table.columns, table.pairs.T, len(table.family)
    joined, forward = look.odds()
    of_rows = (v for name, v in look.forward.items() if name not in DAYS and name.split("/")[0] not in DAYS)
    rows = sum(of_rows, np.zeros(len(a)))
    either, first = expit(joined), expit(forward)
    way = np.zeros((n, n))
    way[a, b], way[b, a] = either * first, either * (1 - first)
    source = np.zeros((n, n))
    source[a, b], source[b, a] = first, 1 - first
    rows_of, gain_of = np.zeros((n, n)), np.zeros((n, n))
    for child, cells in table.cells.items():
        among = cells.candidates
        found = cover(cells, source[among, child] >= 0.5)
        rows_of[among, child], gain_of[among, child] = found.rows, found.gain
    ahead, family, copies = first >= 0.5, table.family[a], c["version"] <= 0
    parent, child = np.where(ahead, a, b), np.where(ahead, b, a)
    rows_there, gain = rows_of[parent, child], gain_of[parent, child]
    share = rows_there / np.where(ahead, c["size_b"], c["size_a"])
    rank = (rows_of[:, child] > rows_there).sum(axis=0)

    def of_family(values: Floats) -> Floats:
        return np.asarray(np.bincount(family, values)[family], dtype=np.float64)

    # Where a family's directions are open, what its sources explain says less.
    told = of_family(either * np.abs(2 * first - 1)) / np.maximum(of_family(either), 1e-9) - 0.6
    sources: Features = {
        "case/rows": rows_there / c["shared"],
        "case/share": share,
        "case/log share": _log(share),
        "case/gain": np.minimum(gain / c["shared"], 4),
        "case/log gain": np.log1p(gain) / 5,
        "case/first": (rank == 0) * 1.0,
        "case/rank": np.minimum(rank, 3.0),
    }
    by = "told"
    sources |= {f"{name}, {by}": values * told for name, values in sources.items()}
    sources["case/told"] = told
    # The likeliest way from the one to the other by a third list, and the likeliest common source.
    through = [(way[giver] * way[:, taker].T).max(axis=1, initial=0.0) for giver, taker in ((a, b), (b, a))]
    sources |= {
        "case/through": np.maximum(*through),
        "case/common source": (way[:, a] * way[:, b]).max(axis=0, initial=0.0),
    }
    # Whether the days of the family's other pairs agree with their rows: where they do not, days are worth little here.
    weight, spoken = either * copies, np.tanh(rows / 1.5)
    trusted: Features = {}
    for name in ("created", "obtained"):
        voice = _bent(c[name], 15.0)
        agree, both = weight * voice * spoken, weight * np.abs(voice * spoken)
        trusted[f"case/{name}"] = voice * (of_family(agree) - agree) / (of_family(both) - both + 0.5)
    return (
        _rounded_features({name: np.where(copies, values, 0.0) for name, values in sources.items()}),
        _rounded_features({name: np.where(copies, values, 0.0) for name, values in trusted.items()}),
    )


@dataclass(frozen=True)
class Straight:
    """A sum of features times coefficients."""

    weights: Mapping[str, float]

    def terms(self, features: Features) -> Features:
        """Nats of each feature."""
        return {name: weight * features[name] for name, weight in self.weights.items() if name in features}


@dataclass(frozen=True)
class Steps:
    """A sum of steps: of each feature, of its size with its sign where it is directed, what lies beyond each edge."""

    weights: Mapping[str, tuple[tuple[float, float], ...]]
    """Feature → (edge, nats from there on)."""
    odd: bool
    one: float = 0.0

    def terms(self, features: Features) -> Features:
        """Nats of each feature."""
        found: Features = {}
        for name, steps in self.weights.items():
            x = features[name]
            size = np.abs(x) if self.odd else x
            nats = np.concatenate([[0.0], np.cumsum([w for _, w in steps])])
            beyond = nats[np.searchsorted([edge for edge, _ in steps], size, side="left")]
            found[name] = np.sign(x) * beyond if self.odd else beyond
        return found


@dataclass(frozen=True)
class FeatureNats:
    """Nats of every feature for *copied at all* and for the direction, each in front of the other of the pair."""

    joined: Features
    forward: Features
    one: Floats
    """What is added where nothing was looked at."""

    def odds(self) -> tuple[Floats, Floats]:
        """Log odds of *copied at all*, and of the direction."""
        zero = np.zeros_like(self.one)
        return sum(self.joined.values(), self.one), sum(self.forward.values(), zero)


@dataclass(frozen=True)
class Stated:
    """Probabilities of all pairs as they are stated. Arrays are pairs x 2: the second from the first, the first from
    the second."""

    probability: Floats
    readings: Floats
    """pairs x 2 x 2: by each reading."""
    nats: Mapping[str, Floats]
    """Kind of evidence → log odds that it adds; with `before` they sum to the log odds of what is stated."""
    before: Floats


@dataclass(frozen=True)
class Model:
    """Coefficients of both readings, and what they were worth on makers left out."""

    joined: Straight
    forward: Straight
    again_joined: Straight
    again_forward: Straight
    steps_joined: Steps
    steps_forward: Steps
    makers: tuple[str, ...]
    worth: Mapping[str, Any]
    """On makers left out: `bands`, [least probability, statements, right ones], and `most`, the largest likelihood
    ratio that so many cases can carry."""

    def state(self, table: PairTable) -> Stated:
        """The probabilities of all pairs of the table, with what they rest on."""
        s, d = symmetric(table), directed_features(table)
        first = FeatureNats(self.joined.terms(s), self.forward.terms(d), np.zeros(len(table.pairs)))
        more_s, more_d = around(table, first)
        joined = first.joined | self.again_joined.terms(more_s)
        forward = first.forward | self.again_forward.terms(more_d)
        one = first.one + self.steps_joined.one
        steps = self.steps_joined.terms(s | more_s), self.steps_forward.terms(d | more_d)
        readings = FeatureNats(joined, forward, first.one), FeatureNats(*steps, one)
        each = np.stack([_both_ways(*reading.odds()) for reading in readings], axis=2)
        p = np.clip(each.mean(axis=2), _TINY, 1 - _TINY)
        stated = np.where((each.min(axis=2) < SURE) & (p >= SURE), SURE - 1e-6, p)
        before = np.asarray(logit(np.mean([_both_ways(*_at(reading, 0.0)) for reading in readings], axis=0)))
        nats = _by_kind(readings)
        # What was cut off at `SURE` is the case's: that its two readings do not agree.
        nats["case"] = nats["case"] + logit(stated) - before - sum(nats.values(), np.zeros_like(stated))
        return Stated(stated, each, nats, before)


def _at(reading: FeatureNats, part: float) -> tuple[Floats, Floats]:
    """The odds where only this part of every term is added; constants are there from the start."""
    joined, forward = reading.odds()
    fixed = sum((v for name, v in reading.joined.items() if "/" not in name), reading.one)
    return fixed + part * (joined - fixed), part * forward


def _both_ways(joined: Floats, forward: Floats) -> Floats:
    """pairs x 2."""
    return np.stack([expit(joined) * expit(forward), expit(joined) * expit(-forward)], axis=1)


def _by_kind(readings: tuple[FeatureNats, FeatureNats]) -> dict[str, Floats]:
    """Kind of evidence → pairs x 2: its share of the log odds of the mean, by integrating along the way from nothing to
    all terms (Aumann and Shapley; Sundararajan et al., ICML 2017): what is added sums to the whole."""
    steps = (np.arange(24) + 0.5) / 24
    n = len(readings[0].one)
    slopes = np.zeros((len(readings), 2, n, 2))  # reading, joined or forward
    for part in steps:
        at = [_at(reading, float(part)) for reading in readings]
        each = [_both_ways(*one) for one in at]
        p = np.clip(np.mean(each, axis=0), 1e-9, 1 - 1e-9)
        inner = 1 / (p * (1 - p) * len(readings) * len(steps))
        for r, (joined, forward) in enumerate(at):
            slopes[r, 0] += inner * each[r] * (1 - expit(joined))[:, None]
            slopes[r, 1] += inner * each[r] * np.stack([expit(-forward), -expit(forward)], axis=1)
    found = {kind: np.zeros((n, 2)) for kind in KINDS}
    for r, reading in enumerate(readings):
        for which, terms in enumerate((reading.joined, reading.forward)):
            for name, values in terms.items():
                if "/" in name:
                    found[name.split("/")[0]] += slopes[r, which] * values[:, None]
    return found


@cache
def model() -> Model:
    """The one that ships."""
    kept = json_of(FILE.read_text(encoding="utf-8"))

    def steps(name: str, *, odd: bool, one: float = 0.0) -> Steps:
        return Steps({of: tuple((e, w) for e, w in steps) for of, steps in kept[name].items()}, odd, one)

    names = "joined", "forward", "again_joined", "again_forward"
    return Model(
        **{name: Straight(kept[name]) for name in names},
        steps_joined=steps("steps_joined", odd=False, one=kept["one"]),
        steps_forward=steps("steps_forward", odd=True),
        makers=tuple(kept["makers"]),
        worth=kept["worth"],
    )
