"""200 names that try to be something else: markup, quotes, formulas, escapes, invisible and forbidden characters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

from tests.export.market_findings import shown
from tracer.export.outgoing import Outgoing
from tracer.graph.model import Edge, make_edge, make_node

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


HOSTILE = list(dict.fromkeys(before + name for before, name in product(_BEFORE, _BASE)))[:200]


def hostile_outgoing(names: Sequence[str] = HOSTILE) -> Outgoing:
    """The names as those of parties, ids of lists, reasons and what speaks against, and in every field of findings and
    documents, as a gate that masks nothing would let them out."""
    parties = [make_node("party", f"p{n}", name, role="data_trader") for n, name in enumerate(names)]
    lists = [make_node("dataset", name, party=f"p{n}", contacts=100, date="2026-01-01") for n, name in enumerate(names)]
    edges = [
        Edge(**{
            **make_edge(a, b, "derived", "inferred", "G2", probability=0.9, shared=100), "reasons": [a], "against": [a],
        })
        for a, b in pairwise(names)
    ]  # fmt: skip
    rows: list[dict[str, object]] = [
        {
            **dict.fromkeys(("parent", "via", "judgement", "kind", "direction"), name), "child": f"d{number}",
            "probability": 0.9, "grade": "G2", "shared": 100, "share_of_child": 1.0, "reasons": [name, "second"],
            "against": [name],
        }
        for number, name in enumerate(names)
    ]  # fmt: skip
    evidence = [{"document": n, "kind": n, "acquired": None, "by_whom": n, "sha256": None} for n in names]
    return shown(
        [*parties, *lists], edges, findings={"derivations": rows}, title=names[0], facts={"evidence": evidence}
    )
