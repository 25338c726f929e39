"""An attacker who knows what rows look like, and learns what canaries look like from others that were found before.

Stronger than any recipient: he is told which rows of half a copy are canaries, and asked for those of the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from tracer.lists.write.model import NewRow

ORDINARY = 800
"""Ordinary rows that learners are shown."""
Matrix = NDArray[np.float64]


def copy_of(
    source: Sequence[tuple[str | None, ...]], rows: Sequence[NewRow]
) -> tuple[list[tuple[str, ...]], NDArray[np.bool_]]:
    """The copy's rows in order, and which of them are canaries."""
    made: list[tuple[str, ...]] = []
    marks: list[bool] = []
    by_place: dict[int, list[NewRow]] = {}
    for row in rows:
        by_place.setdefault(row.before, []).append(row)
    for at in range(1, len(source) + 2):
        for new in by_place.get(at, []):
            made.append(tuple(cell or "" for cell in new.cells))
            marks.append(True)
        if at <= len(source):
            made.append(tuple(cell or "" for cell in source[at - 1]))
            marks.append(False)
    return made, np.array(marks)


def _shape(cell: str) -> str:
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", cell))


def _number(cell: str) -> float:
    digits = re.sub(r"\D", "", cell)
    return float(digits[-15:]) if digits else -1.0


def features(copy: Sequence[tuple[str, ...]]) -> Matrix:
    n, width = len(copy), len(copy[0])
    found: dict[str, Matrix] = {"position": np.arange(n) / n}
    for i in range(width):
        cells = [row[i] for row in copy]
        found |= {f"{name} {i}": values for name, values in _of_column(cells).items()}
    counts = [Counter(row[i] for row in copy) for i in range(width)]
    for i in range(width):
        for j in range(i + 1, width):
            pairs = Counter((row[i], row[j]) for row in copy)
            found[f"pair {i} {j}"] = np.array([pairs[row[i], row[j]] for row in copy], dtype=float)
            heads = Counter((row[i][:2], row[j][:2]) for row in copy)
            found[f"heads {i} {j}"] = np.array([heads[row[i][:2], row[j][:2]] for row in copy], dtype=float)
    common = [i for i in range(width) if len(counts[i]) < 0.9 * n]
    rows = Counter(tuple(row[i] for i in common) for row in copy)
    found["common columns"] = np.array([rows[tuple(row[i] for i in common)] for row in copy], dtype=float)
    found["filled"] = np.array([sum(map(bool, row)) for row in copy], dtype=float)
    return np.column_stack(list(found.values()))


def _of_column(cells: list[str]) -> dict[str, Matrix]:
    n = len(cells)
    numbers = np.array([_number(cell) for cell in cells])
    order = np.argsort(numbers, kind="stable")
    gap = np.diff(numbers[order], prepend=numbers[order[0]])
    left, right = np.empty(n), np.empty(n)
    left[order], right[order] = gap, np.append(gap[1:], 0)
    values, shapes = Counter(cells), Counter(map(_shape, cells))
    blocks = Counter(re.sub(r"\D", "", cell)[-11:-4] for cell in cells)
    grams = Counter(gram for cell in cells for gram in pairwise(cell))
    rare = [np.log([grams[g] for g in pairwise(cell)] or [1]) for cell in cells]
    found = {
        "length": [len(cell) for cell in cells],
        "digits": [sum(char.isdigit() for char in cell) for cell in cells],
        "number": numbers, "parity": numbers % 2, "last": numbers % 10, "rest 97": numbers % 97,
        "gap left": np.log1p(left), "gap right": np.log1p(right),
        "step before": np.diff(numbers, prepend=numbers[0]), "step behind": np.diff(numbers, append=numbers[-1]),
        "like before": [cells[k] == cells[k - 1] for k in range(n)],
        "like behind": [cells[k] == cells[(k + 1) % n] for k in range(n)],
        "like two before": [cells[k] == cells[k - 2] for k in range(n)],
        "shape like before": [_shape(cells[k]) == _shape(cells[k - 1]) for k in range(n)],
        "often": [values[cell] for cell in cells], "shape often": [shapes[_shape(cell)] for cell in cells],
        "block": [blocks[re.sub(r"\D", "", cell)[-11:-4]] for cell in cells],
        "rarest gram": [r.min() for r in rare], "mean gram": [r.mean() for r in rare],
        "text order": np.argsort(np.argsort(cells)),
    }  # fmt: skip
    return {name: np.asarray(values, dtype=float) for name, values in found.items()}


def grams(copy: Sequence[tuple[str, ...]]) -> Matrix:
    """Counts of the commonest characters and pairs of characters of each column."""
    made = []
    for i in range(len(copy[0])):
        cells = [row[i] for row in copy]
        if any(cells):
            counter = CountVectorizer(analyzer="char", ngram_range=(1, 2), max_features=40, lowercase=False)
            made.append(counter.fit_transform(cells).toarray())
    return np.column_stack(made).astype(float)


def attack(
    copy: Sequence[tuple[str, ...]], marks: NDArray[np.bool_], usable: NDArray[np.bool_], seed: int
) -> dict[str, float]:
    """AUC out of fold of each classifier; `usable`: ordinary rows that could be canaries (with a usable number)."""
    engineered = features(copy)
    everything = np.column_stack([engineered, grams(copy)])
    rng = np.random.default_rng(seed)
    ordinary = np.flatnonzero(~marks & usable)
    chosen = np.sort(np.concatenate([np.flatnonzero(marks), rng.choice(ordinary, min(ORDINARY, len(ordinary)), False)]))
    x, y = everything[chosen], marks[chosen]
    folds = StratifiedKFold(4, shuffle=True, random_state=seed)
    learners = {
        "random forest": RandomForestClassifier(
            n_estimators=100, min_samples_leaf=3, class_weight="balanced_subsample", random_state=seed, n_jobs=1
        ),
        "boosting": HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=8, random_state=seed),
        "logistic": make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=300, class_weight="balanced")),
    }
    with threadpool_limits(1):
        found = {
            name: float(roc_auc_score(y, cross_val_predict(learner, x, y, cv=folds, method="predict_proba")[:, 1]))
            for name, learner in learners.items()
        }
    alone = IsolationForest(n_estimators=100, random_state=seed).fit(engineered)
    found["isolation"] = float(roc_auc_score(y, -alone.score_samples(engineered[chosen])))
    return found
