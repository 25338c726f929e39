"""The rows that a proposed hidden dataset must have held: how many children hold them, in which lists, at which rows.

Positions and counts only, and no small count.
"""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.disclosure import Count, Reason, Ref, disclosed, told
from tracer.policy import FEW
from tracer.resources import statements_beside

statement = statements_beside(__file__)
RUNS_SHOWN = 20
"""Runs of rows that are listed for each list; the rest is counted."""


def hidden_rows(con: duckdb.DuckDBPyConnection, hidden: dict[str, Any]) -> dict[str, Any] | None:
    """What one row of the view `hidden` must have held; None where those are too few contacts.

    `held_by`: number of children, near-copies taken as one → contacts that so many of them hold (`<20` where they are
    few); `lists`: for each child its contacts of these, and the runs `[first, last]` of its data rows; `said`: all but
    the lists as a reason, to be said by `in_words`.
    """
    if hidden["contacts"] is None:
        return None
    from tracer.findings.overlap.close import one_list, witnesses

    numbers = dict(con.execute("SELECT id, no FROM views._size WHERE NOT tiny ORDER BY id").fetchall())
    children = [name for name in hidden["children"] if name in numbers]
    groups = witnesses([numbers[name] for name in children], lambda a, b: one_list(con, a, b))
    group_of = {number: at for at, group in enumerate(groups) for number in group}
    found = [numbers[name] for name in children]
    bound = {"children": found, "witness": [group_of[number] for number in found]}
    counted = con.execute(statement("hidden_rows"), bound).fetchall()
    by_number = {which: contacts for what, which, contacts in counted if what == "dataset"}
    lists = []
    for name in children:
        count = told(Count(by_number.get(numbers[name], 0)))
        runs = con.execute(statement("hidden_positions"), {**bound, "side": numbers[name]}).fetchall()
        shown = [] if count == FEW else [list(run) for run in runs[:RUNS_SHOWN]]
        lists.append(
            {
                "dataset": name, "contacts": count, "runs": shown,
                "more_runs": 0 if count == FEW else max(0, len(runs) - RUNS_SHOWN),
            }
        )  # fmt: skip
    held = [(which, Count(contacts)) for what, which, contacts in counted if what == "children"]
    said = Reason.of(
        "hidden-rows-held",
        hidden=Ref(hidden["hidden"]),
        contacts=Count(hidden["contacts"]),
        held=tuple(Reason.of("hidden-rows-held-by", contacts=contacts, lists=which) for which, contacts in held),
    )
    return {
        "hidden": hidden["hidden"],
        "contacts": hidden["contacts"],
        "held_by": {str(which): told(contacts) for which, contacts in held},
        "lists": lists,
        "said": disclosed(said),
    }
