"""A case with a register that has every kind of leaf, and what is wrong with registers."""

from __future__ import annotations

import json

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.custody.verify import check_registers
from tracer.marking.register import REGISTER, committed_root


def committed_case() -> tuple[Case, str]:
    """A case without copies, and the root of its register."""
    case = memory_case()
    con = case.con
    con.execute(
        "INSERT INTO canary (no, phone, email, kind, imported_at) SELECT i, 14000300000 + i,"
        " CASE WHEN i = 2 THEN 4611686018427387904 END, 'canary', TIMESTAMP '2026-01-01' FROM range(1, 6) AS t(i)"
    )
    for to in ("w0", "w1"):
        con.execute("INSERT INTO party (id) VALUES ($id)", {"id": to})
        con.execute(
            "INSERT INTO release (id, dataset, recipient, date, ends, purpose, drawn, design, registered_at) VALUES"
            " ('d@' || $to, 'd', $to, DATE '2026-01-02', DATE '2026-06-30', '外呼', true, $design,"
            " TIMESTAMP '2026-01-02 03:04:05')",
            {"to": to, "design": json.dumps({"draw": "00ff"})},
        )
    con.execute(
        "INSERT INTO release_canary VALUES ('d@w0', 1, 'unique', '[\"王\", null]', 7), ('d@w0', 3, 'pool', NULL, 9),"
        " ('d@w1', 2, 'unique', '[\"李\"]', 7), ('d@w1', 3, 'pool', '[]', NULL)"
    )
    con.execute(
        "INSERT INTO code_position (draw, canary, scheme, bias)"
        " VALUES ('00ff', 3, 'pool', 0.15), ('00ff', 4, 'pool', 0.5)"
    )
    con.execute(
        "INSERT INTO withheld VALUES ('d@w0', 14000100001, true), ('d@w1', 14000100002, true),"
        " ('d@w1', 14000100003, false)"
    )
    with case.transaction():
        root = committed_root(con, case.secret(REGISTER), "00ff")
        con.execute("UPDATE release SET commitment = $root WHERE id LIKE 'd@%'", {"root": root})
        case.journal.append(command="release", result=root, detail={"draw": "00ff", "releases": ["d@w0", "d@w1"]})
    return case, root


def faults_of(case: Case) -> list[str]:
    return [check.detail for check in check_registers(case) if not check.passed]
