"""Eight lists as companies have them: does a release pass whole, and what do attackers find of its planted records?

`python -m tests.bench.eight [LIST …] [--copies 12] [--records 5] [--rows 3000] [--seed 1] [--signs FILE]`. Makers and
attackers are by somebody who had not read how records are planted or looked for. Each attacker is also measured on a
CONTROL: as many random real rows in the records' place. He holds copies and knows planted records of others of them:
`rules` at most 20 of them (conjunctions of one or two conditions that cost at most 1 % of the rows), the trees those
of two thirds of the copies, the isolation forest and the nearest row none, the address book has the streets of each
place. Bar: a rule strips at most 15 points more than in the control (exit code 1), and each list passes whole.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, IsolationForest
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from tests.bench import frame
from tests.bench.small_world import command
from tests.marking.makers import MAKERS
from tests.marking.makers.paper import Made
from tests.marking.outsider import Cells, Codes, Table, Values, View

KNOWN = 20
LOST = 0.01
MORE = 0.15


def cells_of(made: Made, path: Path) -> Cells:
    """Headings and rows as text."""
    if made.encoding:
        text = path.read_bytes().decode(made.encoding)
        return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=made.delimiter)]
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = [
        ["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    return [tuple(row[: len(rows[0])]) for row in rows if any(row)]


@dataclass
class Trial:
    """Copies with records of which it is known that they are planted."""

    head: tuple[str, ...]
    copies: list[Cells]
    marks: list[NDArray[np.bool_]]


def released(made: Made, folder: Path, copies: int, records: int) -> tuple[str, Trial | None, list[str]]:
    """What the gate says of a release without an option, and the copies."""
    case = ["--case", str(folder / "case")]
    parties = [f"recipient-{at + 1:02d}" for at in range(copies)]
    for step in (
        ["init", str(folder / "case"), "--region", made.region],
        ["load", str(made.list), "--holder", "own", "--origin", "own", "--id", "list", *case],
        ["canary", "import", str(made.canaries), "--kind", "canary", *case],
        *(["party", "add", party, "--role", "system_vendor", *case] for party in parties),
    ):  # fmt: skip
        code, said = command(*step)
        if code:
            return f"{step[0]}: exit {code}", None, said.splitlines()
    to = (word for party in parties for word in ("--to", party))
    design = ("--unique", str(records), "--ends", "2027-12-31", "-o", str(folder / "out"))
    release = ["release", "list", *to, *design, *case]
    code, said = command(*release)
    verdict, why = "passes whole" if code == 0 else "REFUSED", list[str]()
    if code:
        why = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("releasing")]
        code, said = command(*release, "--accept-detectable")
        if code:
            return f"REFUSED, and with --accept-detectable exit {code}", None, said.splitlines()
    head, *own = cells_of(made, made.list)
    found, marks = [], []
    for path in sorted(path for path in (folder / "out").iterdir() if path.suffix == made.list.suffix):
        top, *rows = cells_of(made, path)
        assert top == head, (top, head)
        left, planted = Counter(own), []
        for row in rows:
            planted.append(left[row] == 0)
            left[row] -= 1
        if sum(planted) != records:
            why.append(f"{path.name}: {sum(planted)} rows are not in the list, {records} were asked for")
        found.append(rows)
        marks.append(np.array(planted))
    return verdict, Trial(head, found, marks), why


def control(made: Made, copies: int, records: int, seed: int) -> Trial:
    """Real rows in the records' place: each is in one copy alone."""
    head, *own = cells_of(made, made.list)
    chosen = np.random.default_rng(seed).choice(len(own), copies * records, replace=False)
    where = np.full(len(own), -1)
    where[chosen] = np.arange(len(chosen)) // records
    kept = [np.flatnonzero((where < 0) | (where == at)) for at in range(copies)]
    return Trial(head, [[own[k] for k in rows] for rows in kept], [where[rows] >= 0 for rows in kept])


@dataclass
class Seen:
    """All copies in figures."""

    head: tuple[str, ...]
    names: list[str]
    rows: Values
    """Ordinary rows of one copy."""
    planted: Values
    copy: Codes
    """Of each planted record."""


def seen(trial: Trial) -> Seen:
    """Features of planted records and of ordinary rows, as many from each copy, or the copy would give them away."""
    view, matrices, marks, copies = None, [], [], []
    names = list[str]()
    for at, (rows, planted) in enumerate(zip(trial.copies, trial.marks, strict=True)):
        table = Table(trial.head, rows)
        view = view or View(table)
        chosen = np.flatnonzero(planted | (np.arange(len(rows)) % len(trial.copies) == at))
        found = view.features(table, chosen)
        names = list(found)
        matrices.append(np.column_stack(list(found.values())))
        marks.append(planted[chosen])
        copies.append(np.full(len(chosen), at))
    every, mark, copy = np.vstack(matrices).astype(np.float64), np.concatenate(marks), np.concatenate(copies)
    return Seen(trial.head, names, every[~mark], every[mark], copy[mark])


def folds(of: Seen, parts_: int = 3) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """(a third of the copies, the others)."""
    for at in range(parts_):
        mine = of.copy % parts_ == at
        yield mine, ~mine


def learned_rules(of: Seen, known: Values) -> tuple[list[tuple[str, list[tuple[int, float, bool]]]], float]:
    """Rules of one or two conditions that catch known records, and the share of rows they cost."""
    conditions, names = list[tuple[int, float, bool]](), list[str]()
    shares = (0.0005, 0.001, 0.003, 0.006, 0.01, 0.03, 0.1, 0.3)
    for at, name in enumerate(of.names):
        column = of.rows[:, at]
        for over in (True, False):
            last = None
            for share in shares:
                cut = float(np.quantile(column, 1 - share if over else share))
                if cut != last:
                    conditions += [(at, cut, over), (at, float(np.nextafter(cut, -np.inf if over else np.inf)), over)]
                    names += [f"{name} {'>' if over else '<'} {cut:.4g}"] * 2
                last = cut
    hit = np.column_stack([_meets(known, one) for one in conditions])
    cost = np.column_stack([_meets(of.rows, one) for one in conditions])
    k, n = len(known), len(of.rows)
    caught, lost = hit.sum(axis=0), cost.sum(axis=0)
    with np.errstate(all="ignore"):
        lift = np.where(caught > 1, caught * np.log((caught / k) / ((lost + 1) / n)), -1)
    kept = np.argsort(-lift, kind="stable")[:500]
    a, b = np.triu_indices(len(kept))
    pair_cost = (cost[:, kept].T.astype(np.float32) @ cost[:, kept].astype(np.float32))[a, b]
    cheap = np.flatnonzero((pair_cost <= LOST * n) & ((hit[:, kept].T.astype(np.float32) @ hit[:,
        kept].astype(np.float32))[a, b] >= max(2, k // 10)))  # fmt: skip
    order = cheap[np.argsort(pair_cost[cheap], kind="stable")]
    hits = hit[:, kept[a[order]]] & hit[:, kept[b[order]]]
    done, gone = np.zeros(k, dtype=bool), np.zeros(n, dtype=bool)
    rules = list[tuple[str, list[tuple[int, float, bool]]]]()
    while len(order):
        new = (hits & ~done[:, None]).sum(axis=0)
        worth = new / (pair_cost[order] + 1.0 + 0.001 * n)
        for best in np.argsort(-worth, kind="stable")[:50]:
            first, second = kept[a[order[best]]], kept[b[order[best]]]
            after = gone | (cost[:, first] & cost[:, second])
            if new[best] >= 2 and after.sum() <= LOST * n:
                break
        else:
            break
        gone, done = after, done | hits[:, best]
        pair = [conditions[first]] + ([conditions[second]] if second != first else [])
        rules.append((" and ".join(names[one] for one in dict.fromkeys((first, second))), pair))
    return rules, float(gone.mean())


def _meets(rows: Values, condition: tuple[int, float, bool]) -> NDArray[np.bool_]:
    at, cut, over = condition
    return np.asarray(rows[:, at] > cut if over else rows[:, at] < cut)


@dataclass
class Found:
    """What the attackers find."""

    rules: float
    low: float
    high: float
    lost: float
    trees: float
    top: float
    isolation: float
    nearest: float
    said: list[str]
    signs: list[str]


def attacked(of: Seen, seed: int) -> Found:
    """All attackers but the address book."""
    caught, lost, said = np.zeros(len(of.copy)), [], Counter[str]()
    areas: dict[str, list[float]] = {"trees": [], "boosted": []}
    tops: dict[str, list[float]] = {"trees": [], "boosted": []}
    half = (
        np.random.default_rng(seed).permutation(len(of.rows)) < len(of.rows) // 2
    )  # rows that were learnt look ordinary
    for mine, others in folds(of):
        rules, cost = learned_rules(of, of.planted[mine][:KNOWN])
        lost.append(cost)
        gone = np.zeros(len(of.copy), dtype=bool)
        for name, pair in rules:
            fits = np.logical_and.reduce([_meets(of.planted, one) for one in pair])
            said[name] += int((fits & others & ~gone).sum())
            gone |= fits
        caught += (gone & others) / 2
        x = np.vstack([of.rows[half], of.planted[others]])
        y = np.r_[np.zeros(int(half.sum())), np.ones(int(others.sum()))]
        for name, learner in (
            ("trees", ExtraTreesClassifier(300, min_samples_leaf=2, class_weight="balanced", random_state=seed)),
            ("boosted", HistGradientBoostingClassifier(
                max_iter=60, max_leaf_nodes=8, random_state=seed, class_weight="balanced",
            )),
        ):  # fmt: skip
            with threadpool_limits(1):  # its threads wait for one another where others work on the machine, too
                learner.fit(x, y)
                plain, marked = (learner.predict_proba(part)[:, 1] for part in (of.rows[~half], of.planted[mine]))
            areas[name].append(_area(marked, plain))
            tops[name].append(float((marked > np.quantile(plain, 0.995)).mean()))
    best = max(areas, key=lambda name: float(np.mean(areas[name])))
    every = np.vstack([of.rows, of.planted])
    lonely = -IsolationForest(n_estimators=200, random_state=seed).fit(every).score_samples(every)
    n = len(of.rows)
    low, high = binomtest(round(caught.sum()), len(caught)).proportion_ci()
    near = of.names.index("nearest row")
    return Found(
        float(caught.mean()), low, high, float(np.mean(lost)), float(np.mean(areas[best])),
        max(float(np.mean(t)) for t in tops.values()),
        _area(lonely[n:], lonely[:n]), _area(of.planted[:, near], of.rows[:, near]),
        [f"{times / 2:.1f} of {len(caught)}: {name}" for name, times in said.most_common(8) if times], list(signs(of)),
    )  # fmt: skip


def _area(marked: Values, plain: Values) -> float:
    return float(roc_auc_score(np.r_[np.zeros(len(plain)), np.ones(len(marked))], np.r_[plain, marked]))


def signs(of: Seen, n: int = 25) -> Iterator[str]:
    """Features, the most telling first, each pair of columns once: how many records lie where 1 % of the rows do."""
    scored = []
    for at, name in enumerate(of.names):
        plain, marked = of.rows[:, at], of.planted[:, at]
        area = _area(marked, plain)
        above, below = marked > np.quantile(plain, 0.99), marked < np.quantile(plain, 0.01)
        outer = max(float(above.mean()), float(below.mean()))
        scored.append((max(outer * 1.2, 2 * abs(area - 0.5)), outer, area, name))
    seen_before = Counter[frozenset[str]]()
    for _, outer, area, name in sorted(scored, reverse=True):
        columns = frozenset(one for one in of.head if one in name)
        seen_before[columns] += 1
        if seen_before[columns] == 1 and n > 0:
            n -= 1
            yield f"{outer:4.0%} among the outermost 1 %, AUC {area:.2f}: {name}"


def foreign_streets(made: Made, trial: Trial) -> str:
    """Shares of planted records and of ordinary rows whose street its place does not have."""
    if not made.address:
        return "–"
    place, street = (trial.head.index(name) for name in made.address)
    known = {(a.lower(), _bare(b)) for a, b in made.book}
    out: dict[bool, list[bool]] = {True: [], False: []}
    for at, (rows, marks) in enumerate(zip(trial.copies, trial.marks, strict=True)):
        for row, mark in zip(rows, marks, strict=True):
            if (mark or at == 0) and row[street] and row[place]:
                out[bool(mark)].append((row[place].strip("'").lower(), _bare(row[street])) not in known)
    return " / ".join(f"{np.mean(found):.0%}" if found else "–" for found in (out[True], out[False]))


def _bare(street: str) -> str:
    text = re.sub(r"^(unit )?\d+ | \d+[a-c]?$", "", street.lower())
    return re.sub(r"str\.$", "straße", text)


def main(
    lists: tuple[str, ...] = tuple(MAKERS),
    *,
    copies: int = 12,
    records: int = 5,
    rows: int = 3000,
    seed: int = 1,
    signs: Path | None = None,
    keep: Path | None = None,
) -> bool:
    """A table for the lists; 1 where one is refused or rules strip more than in the control."""
    head = "list                     rules strip rows lost trees top .5 % isolation nearest   streets"
    table, told, held = list[str](), list[str](), True
    with tempfile.TemporaryDirectory(prefix="eight-") as place:
        os.environ |= {"TRACER_KEY": "ab" * 32, "XDG_DATA_HOME": place, "TRACER_NOW": "2026-04-01T09:00:00"}
        for name in lists or MAKERS:
            folder = (keep or Path(place)) / name
            folder.mkdir(parents=True)
            made = MAKERS[name](folder, rows, seed)
            verdict, trial, why = released(made, folder, copies, records)
            print(f"{name}: {verdict}", *why[:12], sep="\n    ", flush=True)
            held &= verdict == "passes whole"
            table.append(f"{name:9} {verdict}")
            if trial is None:
                continue
            real = control(made, copies, records, seed)
            both = {"planted": attacked(seen(trial), seed), "control": attacked(seen(real), seed)}
            for kind, found in both.items():
                streets = foreign_streets(made, trial if kind == "planted" else real)
                table.append(
                    f"{'':9} {kind:8} {found.rules:5.0%} [{found.low:4.0%}, {found.high:4.0%}] {found.lost:9.2%}"
                    f" {found.trees:5.2f} {found.top:8.0%} {found.isolation:9.2f} {found.nearest:7.2f} {streets:>9}"
                )
                print(table[-1], flush=True)
            held &= both["planted"].rules <= both["control"].rules + MORE
            told += [f"== {name}: {verdict}", table[-2], table[-1], "rules, what they strip of the others:",
                *both["planted"].said, "features:", *both["planted"].signs]  # fmt: skip
            told += ["features in the control:", *both["control"].signs[:4], ""]
            if signs:
                signs.write_text("\n".join(told) + "\n", encoding="utf-8")
    print(head, *table, sep="\n")
    return held


if __name__ == "__main__":
    frame.run(main)
