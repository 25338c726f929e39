"""Lines: whose numbers carried the calls, how many people complained, which rules were broken, through how many hands.

A caller's number is an attribute that can be forged: what is counted here is what was shown, and the words say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import networkx as nx
import pyarrow as pa

from tracer.case.store import temp_table
from tracer.dossier.calling_rules import CallingRule, rules_of
from tracer.findings.case_facts import CaseFacts, put_rows
from tracer.findings.tails import binomial_at_least, calls_needed, four_digits, rounded_up, share_interval
from tracer.identify.callers import beginnings, place_numbers, read_callers
from tracer.identify.normalise import normalise_as
from tracer.resources import sql_next_to
from tracer.signals.records import ZONES, clock_of, region_of_calls

BAR = 1e-4
"""Complaints a call that vendors promise: below one in ten thousand."""
_STRENGTH: Mapping[str | None, int] = {"documented": 2, "alleged": 1, "inferred": 0, None: 1}
"""Order of evidential bases; a relation without one is alleged."""
_SCRATCH = (
    "line_event line_complaint caller_line line_beginning line_prefix line_place line_clock line_hour line_called"
    " line_cell line_heard line_caller"
)
_PLACED_BY = 8
"""First digits of a number by which its clock is known: country, area, and the exchange where an area has two."""
statement = sql_next_to(__file__)


def compute(facts: CaseFacts, run: int) -> None:
    """Write complaint rates, hands and broken rules as findings of `run`."""
    con = facts.con
    enter_line_events(facts)
    # Complaint rates of lines, vendors, carriers and provinces, with exact intervals, against `BAR`. Null: each call is
    # complained of with probability 1/10,000, independently. p = P(at least so many complaints), binomial. The calls of
    # a line are those that records of its own side tell of: a canary's log shows only who called canaries, so calls to
    # canaries and controls never are the denominator. Without such records a rate cannot be given, nor with fewer calls
    # than complaints, which are not all of them; what can be said is how many calls it would take for so many
    # complaints to be within the bar.
    rates = []
    for dimension, name, lines, calls, complaints, counted, *span in con.execute(statement("rates")).fetchall():
        shown: tuple[float | None, ...] = (None, None, None, None)
        if calls > 0 and calls >= counted:
            interval, p_value = share_interval(counted, calls), binomial_at_least(counted, calls, BAR)
            shown = (*map(four_digits, (counted / calls, *interval)), rounded_up(p_value))
        needed = calls_needed(complaints, BAR)
        rates.append((dimension, name, list(lines), calls, complaints, counted, *shown, needed, *span))
    columns = "dimension name lines calls complaints counted rate low high p_value needed first_at last_at"
    put_rows(con, "complaint_rate", run, columns, rates)
    columns = "line rule kind bound examined violations low high first_at last_at"
    put_rows(con, "rule_count", run, columns, _broken_rules(con, rates))
    hands: list[tuple[object, ...]] = []
    rows = con.execute("SELECT id, vendor, carrier, hand FROM line ORDER BY id").fetchall()
    for line, vendor, carrier, claimed in rows:
        found = None if vendor is None else supply_chain_depth(con, vendor, carrier)
        if found is not None:
            hands.append((line, claimed, found.hand, found.whole, list(found.path), found.basis))
        elif claimed is not None:
            hands.append((line, claimed, None, False, [], None))
    put_rows(con, "line_hand", run, "line claimed inferred whole path basis", hands)


@contextmanager
def line_events(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Calls and complaints with the line whose number was shown, as temp tables while they are needed.

    `line_event`: at (UTC), local, day, channel, caller, called (key), line, carrier, province, controlled (a canary or
    control was called). `line_complaint`: the same without channel and controlled. Both hold calls of no known line,
    too: there carrier and province are those of the number's segment. `local` is NULL where no clock is known; `day` is
    then that of UTC. A number belongs to the line that names it most particularly: whole numbers before prefixes,
    longer prefixes before shorter."""
    region = region_of_calls(con)
    con.execute(statement("called_cells"))
    normalise_as(con, "line_cell", "raw", "line_called", "phone", region)
    read_callers(con, statement("callers"), "line_caller", region)
    con.execute(statement("heard"))
    patterns = (
        "SELECT id, number FROM (SELECT id, trim(unnest(numbers)) AS number FROM line) WHERE ends_with(number, '*')"
    )
    begin = [(line, how) for line, text in con.execute(patterns).fetchall() for how in beginnings(text, region)]
    named = {"line": [line for line, _ in begin], "digits": [how for _, how in begin]}
    temp_table(con, "line_beginning", pa.table(named, schema=pa.schema(dict.fromkeys(named, pa.string()))))
    con.execute(statement("prefixes"))
    con.execute(statement("caller_lines"))
    place_numbers(con, "SELECT number FROM line_caller", "line_place")
    # How many seconds a clock is ahead of UTC, looked up once an hour. In a region of several clocks it is that of the
    # person called, by how the number begins.
    digits = {"digits": 0 if region in ZONES else _PLACED_BY}
    clocks = {"": clock_of(region)} if region in ZONES else {}
    if not clocks:
        clocks = {head: clock_of(region, number) for head, number in con.execute(statement("heads"), digits).fetchall()}
    known = {head: clock for head, clock in clocks.items() if clock is not None}
    zones = {"head": list(known), "zone": [clock.key for clock in known.values()]}
    temp_table(con, "line_clock", pa.table(zones, schema=pa.schema(dict.fromkeys(zones, pa.string()))))
    utc = ZoneInfo("UTC")
    hours: list[datetime] = [hour for (hour,) in con.execute(statement("hours")).fetchall()]
    ahead = [
        (clock.key, hour, int((hour.replace(tzinfo=utc).astimezone(clock).utcoffset() or timedelta()).total_seconds()))
        for clock in {clock.key: clock for clock in known.values()}.values()
        for hour in hours
    ]
    schema = pa.schema({"zone": pa.string(), "hour": pa.timestamp("us"), "offset_s": pa.int64()})
    rows = [dict(zip(schema.names, one, strict=True)) for one in ahead]
    temp_table(con, "line_hour", pa.Table.from_pylist(rows, schema=schema))
    con.execute(statement("events"), digits)
    con.execute(statement("complaints"), digits)
    yield
    # An error undoes them with its transaction, in which nothing more can be executed.
    for name in _SCRATCH.split():
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")


def enter_line_events(facts: CaseFacts) -> None:
    """Make the temp tables of `line_events` for the rest of a trace, whose stages read them one after the other."""
    facts.enter("line events", lambda: line_events(facts.con))


def _broken_rules(con: duckdb.DuckDBPyConnection, rates: Iterable[Sequence[Any]]) -> list[tuple[object, ...]]:
    """Calls against the carriers' rules: how many were examined and how many broke the rule, with an exact interval.

    On each day the most particular rule of a kind holds for a line (`CallingRule.order`). The complaints' rule is held
    against the line's complaint rate: complaints beyond what it allows for the calls."""
    rules = {rule.id: rule for rule in rules_of(con)}
    rows: list[tuple[object, ...]] = []
    for line, carrier, province, day in con.execute(statement("days")).fetchall():
        for kind in ("hours", "per_number", "per_caller"):
            rule = rule_on(rules.values(), kind, day, carrier, province)
            if rule is not None:
                rows.append((line, day, kind, rule.id, rule.earliest, rule.latest, rule.at_most))
    text = dict.fromkeys("line day kind rule earliest latest at_most".split(), pa.string())
    schema = pa.schema(text | {"day": pa.date32(), "at_most": pa.float64()})
    table = pa.Table.from_pylist([dict(zip(text, row, strict=True)) for row in rows], schema=schema)
    temp_table(con, "line_rule", table)
    found: list[tuple[object, ...]] = []
    for kind, query in (("hours", "hours_broken"), ("per_number", "daily_broken"), ("per_caller", "daily_broken")):
        bound = {} if kind == "hours" else {"kind": kind}
        for line, name, examined, broken, first, last in con.execute(statement(query), bound).fetchall():
            interval = map(four_digits, share_interval(broken, examined))
            found.append((line, name, kind, rules[name].summary(), examined, broken, *interval, first, last))
    con.execute("DROP TABLE temp.line_rule")
    of_line = {line: of for line, *of in con.execute("SELECT id, carrier, province FROM line ORDER BY id").fetchall()}
    for dimension, name, _, calls, _, counted, rate, low, high, _, _, first, last in rates:
        if dimension == "line" and rate is not None:
            rule = rule_on(rules.values(), "complaints", last.date() if last else None, *of_line[name])
            if rule is not None and rule.at_most is not None:
                beyond = max(0, counted - int(rule.at_most * calls))
                found.append((name, rule.id, "complaints", rule.summary(), calls, beyond, low, high, first, last))
    return found


def rule_on(
    rules: Iterable[CallingRule], kind: str, day: date | None, carrier: str | None, province: str | None
) -> CallingRule | None:
    """The rule of `kind` that holds for a line on a day: the most particular that fits; no day: one without end."""
    fitting = [rule for rule in rules if rule.kind == kind and rule.fits(carrier, province)]
    on_day = [
        rule
        for rule in fitting
        if (rule.until is None if day is None else (rule.since or date.min) <= day <= (rule.until or date.max))
    ]
    return max(on_day, key=CallingRule.order, default=None)


@dataclass(frozen=True)
class Hand:
    """What the relations say of a vendor's lines."""

    hand: int
    whole: bool
    """Whether the chain begins with a carrier; otherwise `hand` is the least it can be."""
    path: tuple[str, ...]
    basis: str | None


def supply_chain_depth(con: duckdb.DuckDBPyConnection, vendor: str, carrier: str | None = None) -> Hand | None:
    """The hand of a vendor's lines, by the relations `supplies_line_to`; None where no supplier is known.

    A vendor whom a carrier supplies has first-hand lines; those whom it supplies, second-hand ones. Where the known
    chain does not begin with a carrier, its length is only a lower bound. `carrier`: whose line it is, if known."""
    supplies: nx.DiGraph[str] = nx.DiGraph()
    related = con.execute(
        "SELECT from_party, to_party, basis FROM views.relations WHERE kind = 'supplies_line_to' ORDER BY relation"
    )
    for giver, taker, basis in related.fetchall():
        had = supplies.get_edge_data(giver, taker, {"strength": -1})["strength"]
        supplies.add_edge(giver, taker, strength=max(had, _STRENGTH[basis]))
    if vendor not in supplies or supplies.in_degree(vendor) == 0:
        return None
    carriers = {party for (party,) in con.execute("SELECT id FROM party WHERE role = 'carrier' ORDER BY id").fetchall()}
    carriers |= {carrier} if carrier is not None else set()
    above = nx.shortest_path_length(supplies.reverse(copy=False), vendor)
    from_carrier = sorted((long, party) for party, long in above.items() if party in carriers and long > 0)
    if from_carrier:
        start, whole = from_carrier[0][1], True
    else:
        # The farthest known supplier: the line passed through all of them at least.
        start, whole = max(above.items(), key=lambda item: (item[1], item[0]))[0], False
    path = min(nx.all_shortest_paths(supplies, start, vendor))
    weakest = min(supplies.edges[edge]["strength"] for edge in pairwise(path))
    basis = next(basis for basis, strength in _STRENGTH.items() if strength == weakest and basis is not None)
    return Hand(len(path) - 1 if whole else len(path), whole, tuple(path), basis)
