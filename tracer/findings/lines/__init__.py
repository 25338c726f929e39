"""Lines: whose numbers carried the calls, how many people complained, which rules were broken, through how many hands.

A caller's number is an attribute that can be forged: what is counted here is what was shown, and the words say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import duckdb
import pyarrow as pa

from tracer.case.registered import temp_table
from tracer.dossier.calling_rules import CallingRule, rules_of
from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import put_rows
from tracer.findings.intervals import rounded, share_interval
from tracer.findings.lines.events import LineEvents, enter_line_events, statement
from tracer.findings.lines.hands import write_hands
from tracer.findings.lines.rates import read_rates, write_rates

# Calls against the carriers' rules: how many were examined and how many broke the rule, with an exact interval. On
# each day the most particular rule of a kind holds for a line (`CallingRule.order`). The complaints' rule is held
# against the line's complaint rate.


def write_rules(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Write `rule_count`; needs the temp tables of `LineEvents`."""
    rules = {rule.id: rule for rule in rules_of(con)}
    _lay_out(con, list(rules.values()))
    found: list[Sequence[object]] = []
    for kind, query, bound in (
        ("hours", "hours_broken", {}), ("per_number", "daily_broken", {"kind": "per_number"}),
        ("per_caller", "daily_broken", {"kind": "per_caller"}),
    ):  # fmt: skip
        for line, rule, examined, broken, first, last in con.execute(statement(query), bound).fetchall():
            low, high = share_interval(broken, examined)
            found.append((
                line, rule, kind, rules[rule].bound(), examined, broken, rounded(low), rounded(high), first, last,
            ))  # fmt: skip
    found += _complaints(con, list(rules.values()))
    con.execute("DROP TABLE temp.line_rule")
    columns = "line rule kind bound examined violations low high first_at last_at"
    put_rows(con, "rule_count", run, columns, found)


def rule_on(
    rules: Iterable[CallingRule], kind: str, day: date | None, carrier: str | None, province: str | None
) -> CallingRule | None:
    """The rule of `kind` that holds for a line on a day: the most particular that fits; no day: one without end."""
    fitting = [
        rule
        for rule in rules
        if rule.kind == kind and rule.fits(carrier, province)
        and (rule.until is None if day is None else (rule.since or date.min) <= day <= (rule.until or date.max))
    ]  # fmt: skip
    return max(fitting, key=CallingRule.order, default=None)


def _lay_out(con: duckdb.DuckDBPyConnection, rules: Sequence[CallingRule]) -> None:
    """Temp table `line_rule`: which rule holds for which line on which day."""
    rows: list[tuple[object, ...]] = []
    for line, carrier, province, day in con.execute(statement("days")).fetchall():
        for kind in ("hours", "per_number", "per_caller"):
            rule = rule_on(rules, kind, day, carrier, province)
            if rule is not None:
                rows.append((line, day, kind, rule.id, rule.earliest, rule.latest, rule.at_most))
    schema = pa.schema(
        [("line", pa.string()), ("day", pa.date32()), ("kind", pa.string()), ("rule", pa.string()),
         ("earliest", pa.string()), ("latest", pa.string()), ("at_most", pa.float64())]
    )  # fmt: skip
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in schema]
    temp_table(con, "line_rule", pa.table(columns, schema=schema))


def _complaints(con: duckdb.DuckDBPyConnection, rules: Sequence[CallingRule]) -> Iterable[Sequence[object]]:
    """The complaints' rule: examined calls, and complaints beyond what it allows for them."""
    facts: Mapping[str, tuple[str | None, str | None]] = {
        line: (carrier, province)
        for line, carrier, province in con.execute("SELECT id, carrier, province FROM line ORDER BY id").fetchall()
    }
    for rate in read_rates(con):
        if rate.dimension != "line" or not rate.known:
            continue
        rule = rule_on(rules, "complaints", rate.last_at.date() if rate.last_at else None, *facts[rate.name])
        if rule is None or rule.at_most is None:
            continue
        low, high = rate.interval
        beyond = max(0, rate.counted - int(rule.at_most * rate.calls))
        yield (
            rate.name, rule.id, "complaints", rule.bound(), rate.calls, beyond, rounded(low), rounded(high),
            rate.first_at, rate.last_at,
        )  # fmt: skip


__all__ = ["LineEvents", "compute"]


def compute(facts: CaseFacts, run: int) -> None:
    """Write complaint rates, hands and broken rules as findings of `run`."""
    con = facts.con
    enter_line_events(facts)
    write_rates(con, run)
    write_rules(con, run)
    write_hands(con, run)
