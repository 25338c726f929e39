"""Numbers and addresses in every written form that a scan must see through, and a case in whose lists they stand.

The numbers lie in the segment 140, which no carrier has; everybody is invented.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from tests.export.market_findings import shown
from tests.inserted import insert_list
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.disclosure import Reason, Text
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.graph.model import Edge, make_edge, make_node
from tracer.identify.email import email_key
from tracer.wording import Voice, in_words

PLANTED = 1_000


def phone(number: int) -> str:
    return f"140{number * 7_919_317 % 100_000_000:08d}"


def address(number: int) -> str:
    return f"guest.{number}@mail-{number % 7}.example.com"


def _each(digits: str, form: str) -> str:
    return "".join(form.format(ord(digit)) for digit in digits)


FORMS: Mapping[str, Callable[[str], str]] = {
    "plain": lambda d: d,
    "country": lambda d: f"+86 {d[:3]} {d[3:7]} {d[7:]}",
    "exit": lambda d: f"0086-{d[:3]}-{d[3:7]}-{d[7:]}",
    "run together": lambda d: f"86{d[:3]} {d[3:]}",
    "in brackets": lambda d: f"(+86){d}",
    "dots": lambda d: f"{d[:3]}.{d[3:7]}.{d[7:]}",
    "full width": lambda d: "".join(chr(ord(digit) + 0xFEE0) for digit in d),
    "unseen signs": lambda d: f"{d[:3]}\u200b{d[3:7]}\u200b{d[7:]}",
    "behind a word": lambda d: f"tel{d}",
    "spreadsheet": lambda d: f"{d}.0",
    "exponent": lambda d: f"{d[0]}.{d[1:]}E+10",
    "long dash": lambda d: f"{d[:3]}－{d[3:7]}－{d[7:]}",
    "other script": lambda d: "".join(chr(0x0660 + int(digit)) for digit in d),
    "words": lambda d: "".join("零一二三四五六七八九"[int(digit)] for digit in d),
    "base64": lambda d: base64.b64encode(f"call {d} now".encode()).decode(),
    "base64 for links": lambda d: base64.urlsafe_b64encode(f"??{d}>>".encode()).decode().rstrip("="),
    "base64 of UTF-16": lambda d: base64.b64encode(d.encode("utf-16")).decode(),
    "hexadecimal": lambda d: d.encode().hex(),
    "entities": lambda d: _each(d, "&#{};"),
    "hexadecimal entities": lambda d: _each(d, "&#x{:x};"),
    "JSON escapes": lambda d: _each(d, "\\u{:04x}"),
    "byte escapes": lambda d: _each(d, "\\x{:02x}"),
    "link escapes": lambda d: _each(d, "%{:02X}"),
    "mail escapes": lambda d: _each(d, "={:02X}"),
    "single digits": " ".join,
    "slashes": lambda d: f"{d[:3]}/{d[3:7]}/{d[7:]}",
    "in pairs": lambda d: "-".join([d[:3], d[3:5], d[5:7], d[7:9], d[9:]]),
    "with an extension": lambda d: f"{d}-801",
    "trunk zero": lambda d: f"0{d}",
    "markup": lambda d: f"{d[:3]}<b>{d[3:7]}</b>{d[7:]}",
    "within digits": lambda d: f"00{d}99",
}


def planted_numbers() -> dict[int, str]:
    """Key → the text in which it is written: nine in ten are numbers in turn in each form, the others addresses."""
    draw = random.Random(20_260_801)
    found: dict[int, str] = {}
    forms = list(FORMS.values())
    writings: list[Callable[[str], str]] = [str.upper, str, lambda text: text.replace("@", "%40")]
    for number in range(PLANTED):
        before, after = draw.choice(["see ", "号码：", "(", "x "]), draw.choice([", please", "。", ")", " y"])
        if number % 10 == 9:
            key = email_key(address(number))
            assert key is not None
            found[key] = f"{before}{draw.choice(writings)(address(number))}{after}"
        else:
            digits = phone(number)
            found[86_00_000_000_000 + int(digits)] = f"{before}{forms[number % len(forms)](digits)}{after}"
    assert len(found) == PLANTED
    return found


def case_with(keys: Mapping[int, str]) -> Case:
    """A case in memory with one list of these identifiers."""
    case = memory_case()
    insert_list(case.con, 1, "d1", keys, "p")
    return case


def leaking(texts: Mapping[int, str]) -> Outgoing:
    """What a broken gate would let out: every text in a reason of the graph and of a finding; 50 to a row."""
    told = list(texts.values())
    shares = [told[start : start + 50] for start in range(0, len(told), 50)]
    lists = [make_node("dataset", f"d{n}", party="p", contacts=100, rows=100) for n in range(len(shares) + 1)]
    edges, rows = list[Edge](), list[FindingRow]()
    for (a, b), share in zip(pairwise(lists), shares, strict=True):
        reasons = [Reason.of("as-written", text=Text(text)) for text in share]
        known = {"probability": 0.9, "shared": 100}
        edges.append(make_edge(a["id"], b["id"], "derived", "inferred", "G2", reasons=reasons, **known))
        row = {"parent": a["id"], "child": b["id"], "grade": "G2", "share_of_child": 1.0, "via": None, **known}
        rows.append({**row, "reasons": share, "against": [], "judgement": None})
    out = shown([make_node("party", "p", "Party", role="data_trader"), *lists], edges, findings={"derivations": rows})
    return replace(out, graph=in_words(out.graph, Voice("en")))


def labelled(texts: Mapping[int, str]) -> Outgoing:
    """The same for figures, which show labels: one list a text."""
    lists = [make_node("dataset", f"d{n}", text, contacts=100, rows=100) for n, text in enumerate(texts.values())]
    edges = [
        make_edge(a["id"], b["id"], "derived", "inferred", "G2", probability=0.9, shared=100)
        for a, b in zip(lists[::2], lists[1::2], strict=True)
    ]
    return shown(lists, edges)
