"""Ways in sampled graphs, of all pairs at once, are those of the plain definition."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from tracer.findings.derivation.explain import Ways

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
