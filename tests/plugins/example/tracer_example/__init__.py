"""One plug-in of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from tracer.errors import InputRefused
from tracer.plugins import Ask, AssertedClaim, ClaimResult, GraphWriter, ReadTable

HOLDINGS = Path(__file__).with_name("holdings.sql")


def read_ldif(file: IO[bytes]) -> Iterator[ReadTable]:
    """Entries of a directory (RFC 2849), one a row; of several values of one attribute the first."""
    wanted = ("cn", "mail", "telephoneNumber", "o")
    entries, entry = list[dict[str, str]](), dict[str, str]()
    for line in [*(line.decode("utf-8") for line in file), "\n"]:
        name, colon, value = line.rstrip("\r\n").partition(": ")
        if colon:
            entry.setdefault(name, value)
        elif not line.strip() and entry:
            entries.append(entry)
            entry = {}
    if not any("dn" in one for one in entries):
        raise InputRefused("no entry with a dn")
    yield ReadTable(wanted, ([one.get(name) for name in wanted] for one in entries if "dn" in one))


NIGHT_LOG: Mapping[str, Any] = {
    "title": "the night watch's log",
    "headings": {"at": ["watchtime"], "caller": ["ringer"], "called": ["rung"]},
    "needs": ["caller", "called"],
}


def daytime(ask: Ask, claim: AssertedClaim) -> ClaimResult:
    """`daytime_only`: nobody is called between 21:00 and 8:00 UTC."""
    (row,) = ask(
        "SELECT count(*) AS calls, count(*) FILTER (WHERE hour(s.at) NOT BETWEEN 8 AND 20) AS late FROM views.signals s"
    )
    if not row["calls"]:
        return ClaimResult("untestable", {"en": "No call is in the case.", "zh": "本案没有通话记录。"})
    return ClaimResult(
        "contradicted" if row["late"] else "consistent",
        {"en": "{late} of {calls} calls came at night.", "zh": "{calls} 次通话中有 {late} 次在夜间。"},
        people={"late": row["late"]},
        numbers={"calls": row["calls"]},
    )


def _dot(graph: Mapping[str, Any]) -> bytes:
    edges = (f'  "{edge["source"]}" -> "{edge["target"]}" [label="{edge["kind"]}"];' for edge in graph["edges"])
    return "\n".join(["digraph {", *edges, "}", ""]).encode()


DOT = GraphWriter(".dot", _dot, loses="all but the edges and their kinds")
