"""200 names that try to be something else: markup, quotes, formulas, escapes, invisible and forbidden characters."""

from __future__ import annotations

from itertools import product

from tracer.export.outgoing import Outgoing
from tracer.graph.model import Graph, make_edge, make_node

_BASE = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'; DROP TABLE party; --", "]]><b>", "&amp;&lt;",
    "=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r\n=1", "＝1", "|x", "'quoted", "+86 138****0000", "-5",
    "a\x00b", "a\x0bb\x1fc", "\u202egnp.exe", "zero\u200bwidth", "\ufeffbom", "\ufffe", "é", "e\u0301",
    "line\nbreak", "carriage\rreturn", "a,b;c\t|d", 'say "hi"', " lead and trail ", "{{ 7*7 }}", "{n}", "@kind.derived",
    "x" * 10_000, "名" * 3_000, "</style><script>", "javascript:alert(1)", "\x85", "%00", "../../etc",
    "[link](http://evil.invalid)", "![img](//evil.invalid/x.png)", "`code`", "# title", "1. item", "- item", "> quote",
    "| a | b |", "***", "---", "<!-- hidden -->", "http://evil.invalid/x", "www.evil.invalid", "$x^2$", "#import \"x\"",
    "#read(\"/etc/passwd\")",
    "\\u0041\\n", "\\", "\\\"", "`}) DETACH DELETE n //", "'}) DETACH DELETE n //", "${jndi:x}",
    "endDocument", "\"\"\"", "%% xsd:int", "urn:x:y", "<![CDATA[x]]>", "<?xml version='1.0'?>", "<!DOCTYPE x>", "&xxe;",
    "\x1b[31mred", "\x07", "\u2028sep", "\u2029par", "\u2066iso\u2069", "ⅷ", "ﬁ", "Ａ", "null", "None", "NaN", "true",
    "0",
    "-0", "1e309", "2026-01-01", "#REF!", "#N/A", "DDE(\"cmd\")", "=HYPERLINK(\"http://x\")", "=1+1;\"", "\x7f",
]  # fmt: skip
_BEFORE = ["", "甲公司 ", "A&B ", "\u200f"]


def hostile_names() -> list[str]:
    names = list(dict.fromkeys(before + name for before, name in product(_BEFORE, _BASE)))[:200]
    assert len(names) == 200
    return names


HOSTILE = hostile_names()


def hostile_graph(names: list[str] | None = None) -> Graph:
    """The names as those of parties, as ids of lists, as reasons and as what speaks against."""
    names = HOSTILE if names is None else names
    parties = [make_node("party", f"p{n}", name, role="data_trader") for n, name in enumerate(names)]
    lists = [make_node("dataset", name, party=f"p{n}", contacts=100, date="2026-01-01") for n, name in enumerate(names)]
    edges = [
        make_edge(a["id"], b["id"], "derived", "inferred", "G2", probability=0.9, shared=100)
        for a, b, name in zip(lists, lists[1:], names, strict=False)
    ]
    for number, (edge, name) in enumerate(zip(edges, names, strict=False), start=1):
        edge["id"] = f"e{number}"
        edge["reasons"], edge["against"] = [name], [name]
    return Graph(nodes=[*parties, *lists], edges=edges, evidence=[], left_out=[])


def hostile_rows(names: list[str] | None = None) -> list[dict[str, object]]:
    return [
        {
            "parent": name, "child": f"d{number}", "probability": 0.9, "grade": "G2", "shared": 100,
            "share_of_child": 1.0, "via": name, "reasons": [name, "second"], "against": [name], "judgement": name,
            "kind": name, "direction": name,
        }
        for number, name in enumerate(HOSTILE if names is None else names)
    ]  # fmt: skip


def hostile_outgoing(names: list[str] | None = None) -> Outgoing:
    """All of it, as a gate that masks nothing would let it out."""
    given = HOSTILE if names is None else names
    return Outgoing(
        hostile_graph(given), {"derivations": hostile_rows(given)}, title=given[0], generated="2026-08-01",
        facts={"evidence": [{"document": n, "kind": n, "acquired": None, "by_whom": n, "sha256": None} for n in given]},
    )  # fmt: skip
