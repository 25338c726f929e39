"""Where lists were collected, by what their addresses say: `python -m tests.bench.alias_origins [--lists 100]`.

The lists of `tests.findings.alias_origins.market` are loaded as files are and traced as cases are: one case for every
ten of each kind. Printed: right first, stated wrongly, shares covered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench import frame
from tests.findings.alias_origins.market import MadeList, Market, in_turn
from tests.lists.loading import read_parts, read_table
from tracer.case.memory import memory_case
from tracer.findings.alias_origins import ListOrigins, judge
from tracer.findings.case_facts import CaseFacts
from tracer.lists.load import DatasetFacts, store_parts


@dataclass
class Tally:
    """Counts of right and wrong."""

    first: list[bool] = field(default_factory=list)
    stated: list[bool] = field(default_factory=list)
    false: list[bool] = field(default_factory=list)
    """Of all lists but framed ones: whether a service is stated that it does not come from."""
    covered: list[bool] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    """The same where a part comes from a service that nobody tags."""
    framed: list[bool] = field(default_factory=list)
    apart: list[bool] = field(default_factory=list)
    """Of these, whether it is seen that the addresses are close together."""

    def add(self, made: MadeList, found: ListOrigins) -> None:
        """Hold what was found against what is true."""
        stated = [one for one in found.origins if one.share is not None]
        if made.kind == "one":
            (true,) = made.shares
            self.first.append(bool(found.origins) and found.origins[0].name == true)
            self.stated.append(any(one.name == true for one in stated))
        if made.kind == "framed":
            victim = [one for one in stated if one.name == made.framed]
            self.framed.append(bool(victim))
            self.apart += [one.rows is not None for one in victim]
            return
        self.false.append(any(one.name not in made.shares for one in stated))
        for one in stated:
            if made.kind == "several" and one.name in made.shares and one.share is not None:
                inside = one.share.low <= made.shares[one.name] <= one.share.high
                (self.hidden if made.silent else self.covered).append(inside)


def traced(lists: Sequence[MadeList], named: Sequence[str] = ()) -> Iterator[tuple[MadeList, ListOrigins]]:
    """What is found of lists that are loaded into one case. named: parties of the case."""
    case = memory_case()
    for name in named:
        case.con.execute("INSERT INTO party (id, name) VALUES ($id, $id)", {"id": name})
    for i, made in enumerate(lists):
        table = read_table(case.con, {"email": made.rows})
        store_parts(case.con, read_parts(table), DatasetFacts(f"d{i:04}", "holder"))
    with CaseFacts(case.con) as facts:
        found = {one.dataset: one for one in judge(facts)}
    for i, made in enumerate(lists):
        yield made, found[f"d{i:04}"]


def measure(n: int, seed: int, tagged: Sequence[int] = (30,), each: int = 10) -> Tally:
    """n lists of each kind, `each` of a kind in a case with the market's shops as parties."""
    tally = Tally()
    for start in range(0, n, each):
        market = Market(seed + start)
        for made, found in traced(in_turn(market, min(each, n - start), tagged), market.shops):
            tally.add(made, found)
    return tally


def main(*, lists: int = 100, seed: int = 1, tagged: tuple[int, ...] = (30, 60, 200)) -> None:
    """Print the shares."""
    for count in tagged:
        tally = measure(lists, seed, [count])
        for name, values in vars(tally).items():
            share = sum(values) / max(1, len(values))
            print(f"{count:4} tagged  {name:8} {sum(values):5} of {len(values):5}  {share:.3f}")


if __name__ == "__main__":
    frame.run(main)
