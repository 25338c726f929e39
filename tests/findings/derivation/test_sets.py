"""Fast sums over sets of holders, and ways in sampled graphs, are those of the plain definition."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from tracer.findings.derivation.counts import groups
from tracer.findings.derivation.explain import Ways
from tracer.findings.derivation.family import by_members, sum_intersecting
from tracer.findings.derivation.sets import Sets
from tracer.findings.overlap.shared_counts import common_by_place, common_keys


def _sets(seed: int, n: int, sets: int, places: int = 3) -> Sets:
    rng = np.random.default_rng(seed)
    share = rng.choice([0.05, 0.5, 1.0], sets)[:, None]
    inside = rng.random((sets, n)) < share
    inside[:, :2] |= inside.sum(axis=1, keepdims=True) < 2
    contacts = rng.poisson(2, (sets, places))
    contacts[:, 0] += 1
    return Sets(sparse.csr_matrix(inside.astype(np.int64)), sparse.csr_matrix(contacts))


@pytest.mark.parametrize(("seed", "n"), [(0, 5), (1, 40), (2, 150)])
def test_contacts_in_common_are_exact(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    sets = _sets(seed, n, 600)
    keys = rng.integers(1, 1 << rng.choice([3, 22, 26], 600)[0], 600)
    keys[:5] = 1 << 30
    full = sets.held.toarray()
    assert np.array_equal(common_keys(sets.held, keys), full.T @ (keys[:, None] * full))
    by_place = np.stack([keys, keys[::-1] * (rng.random(600) < 0.3)], axis=1)
    common = common_by_place(sets.held, sparse.csr_matrix(by_place))
    assert np.array_equal(common, np.stack([full.T @ (of_place[:, None] * full) for of_place in by_place.T]))


@pytest.mark.parametrize("n", [3, 64, 65, 130])
def test_groups_of_holders_are_connected_components(n: int) -> None:
    rng = np.random.default_rng(n)
    sets = _sets(n, n, 60)
    related = rng.random((n, n)) < 1.5 / n
    related = related | related.T
    graph = nx.from_numpy_array(related)
    found = groups(sets.held, related)
    for line, number in zip(sets.held.toarray(), found.tolist(), strict=True):
        assert number == nx.number_connected_components(graph.subgraph(np.flatnonzero(line).tolist()))


def test_covered_counts_contacts_of_any_list_once() -> None:
    sets = _sets(3, 9, 300)
    full, totals = sets.held.toarray() > 0, sets.totals
    for taken in ([4], [4, 0], [4, 0, 7], [7, 0]):
        any_ = full[:, taken].any(axis=1)
        assert np.array_equal(sets.covered(taken), totals[any_] @ full[any_])
        inside = any_ & full[:, 2]
        assert np.array_equal(sets.covered(taken, within=2), totals[inside] @ full[inside])


def test_met_cells_are_those_with_a_bit_in_common() -> None:
    counted = np.random.default_rng(4).integers(0, 9, (32, 5)).astype(np.float64)
    masks = np.array([0, 1, 5, 16, 31])
    cells = np.arange(32)
    assert np.array_equal(
        sum_intersecting(masks, counted), np.array([counted[cells & m > 0].sum(axis=0) for m in masks])
    )


@pytest.mark.parametrize("p", [0, 1, 3])
def test_lines_are_summed_by_the_members_of_a_set_that_they_have(p: int) -> None:
    counted = np.random.default_rng(p).integers(0, 9, (32, 2)).astype(np.float64)
    masks = np.array([m for m in range(32) if m.bit_count() == p])
    found = by_members(masks, p, counted)
    assert found.shape == (masks.size, 1 << p, 2)
    for mask, sums in zip(masks.tolist(), found, strict=True):
        members = [bit for bit in range(5) if mask >> bit & 1]
        code = sum((np.arange(32) >> bit & 1) << place for place, bit in enumerate(members)) + np.zeros(32, np.int64)
        assert np.array_equal(sums, [counted[code == c].sum(axis=0) for c in range(1 << p)])
    assert by_members(masks[:0], p, counted).shape == (0, 1 << p, 2)


N = 9


def _graphs(seed: int, graphs: int) -> list[tuple[tuple[int, ...], ...]]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(graphs):
        order = rng.permutation(N).tolist()
        parents: list[tuple[int, ...]] = [()] * N
        for place, x in enumerate(order):
            parents[x] = tuple(sorted(y for y in order[:place] if rng.random() < 0.2))
        found.append(tuple(parents))
    return found


def _ancestors(graph: tuple[tuple[int, ...], ...]) -> list[set[int]]:
    drawn = nx.DiGraph([(parent, child) for child, parents in enumerate(graph) for parent in parents])
    drawn.add_nodes_from(range(N))
    return [nx.ancestors(drawn, x) for x in range(N)]


@pytest.mark.parametrize(("seed", "graphs"), [(1, 5), (2, 64), (3, 70)])
def test_ways_of_all_pairs_are_those_of_each_graph(seed: int, graphs: int) -> None:
    sampled = _graphs(seed, graphs)
    above = [_ancestors(graph) for graph in sampled]
    depth = [sum(len(of_graph[x]) for of_graph in above) for x in range(N)]
    ways = Ways.of(sampled, N)
    a, b = np.triu_indices(N, 1)

    def most(times: list[int]) -> int:
        return min(range(N), key=lambda x: (-times[x], -depth[x], x)) if any(times) else -1

    for giver, taker in ((a, b), (b, a)):
        for x, y, passed in zip(giver.tolist(), taker.tolist(), ways.between(giver, taker).tolist(), strict=True):
            indirect = [
                of_graph for graph, of_graph in zip(sampled, above, strict=True)
                if x in of_graph[y] and x not in graph[y]
            ]  # fmt: skip
            assert passed == most([sum(x in one[z] and z in one[y] for one in indirect) for z in range(N)])
    apart = ways.apart(a, b)
    for at, (x, y) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        untied = [one for one in above if x not in one[y] and y not in one[x]]
        times = [sum(z in one[x] and z in one[y] for one in untied) for z in range(N)]
        assert apart.source[at] == most(times)
        assert apart.common[at] == pytest.approx(max(times) / graphs)
        assert apart.unrelated[at] == pytest.approx(sum(not one[x] & one[y] for one in untied) / graphs)
