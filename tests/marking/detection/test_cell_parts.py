"""Parts of cells across columns: seen where they do not go together, silent where which rows are canaries is chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.marking.detection.test_detectability import HEAD, listed_people, people, true_rows
from tests.marking.hand_lists import CANARIES, ROWS, load_table, material
from tracer.marking.detection.cell_parts import of_parts
from tracer.marking.detection.detectability import Ranked
from tracer.marking.persona.source_list import read_source_list


def test_blocks_of_numbers_and_towns_that_do_not_go_together_are_seen_and_chance_is_not(tmp_path: Path) -> None:
    m, case, source = listed_people(tmp_path, 61)
    good = [tuple(cell or "" for cell in row.cells) for row in true_rows(m)]
    listed = case.con.execute(f"SELECT row, c0, c1, c2, c3 FROM {source.tables[1]} ORDER BY row LIMIT 1500").fetchall()
    ordinary, rows = [tuple(row[1:]) for row in listed], [row[0] for row in listed]
    moved = [(*row[:3], good[(at + 77) % len(good)][3]) for at, row in enumerate(good)]
    canaries = np.arange(len(good) + len(listed)) < len(good)
    areas = {}
    for kind, planted in (("good", good), ("moved", moved)):
        found = of_parts(case.con, source, [*planted, *ordinary], [*(0 for _ in planted), *rows])
        with_town = [each for each in found if "first 7 digits" in str(each.column) and "城市" in str(each.column)]
        assert with_town, "they depend on each other in the list"
        areas[kind] = [Ranked.of(each.places(canaries), canaries).auc() for each in with_town]
        pairs = {(row[1][:7], row[3]): set[float]() for row in [*planted, *ordinary]}
        for row, value in zip([*planted, *ordinary], with_town[0].values(canaries).tolist(), strict=True):
            pairs[row[1][:7], row[3]].add(value)
        assert all(len(values) == 1 for values in pairs.values()), (
            "a row's value says nothing of whether it is a canary"
        )
    assert all(p > 0.001 for _, p in areas["good"])
    assert all(area < 0.4 and p < 1e-6 for area, p in areas["moved"])


def test_which_rows_are_canaries_makes_no_difference(tmp_path: Path) -> None:
    """The same rows, of which others are canaries, have the same values: whichever are, is chance."""
    m = material(62)
    every = [tuple(row) for row in people(m, 0, ROWS + CANARIES)]
    values: list[dict[tuple[str, ...], list[float]]] = []
    for kind, first in (("first", 0), ("last", ROWS)):
        folder = tmp_path / kind
        folder.mkdir()
        planted, listed = every[first : first + CANARIES], every[:first] + every[first + CANARIES :]
        case = load_table(folder, [HEAD, *map(list, listed)], "utf-8", m)
        found = of_parts(
            case.con, read_source_list(case.con, "own"), [*planted, *listed],
            [*(0 for _ in planted), *range(1, len(listed) + 1)],
        )  # fmt: skip
        assert found
        table = np.stack([each.values(np.zeros(0, dtype=np.bool_)) for each in found], axis=1)
        values.append(dict(zip([*planted, *listed], table.tolist(), strict=True)))
    assert values[0] == values[1]
