"""Exports whose bytes are promised: the same case gives these very files. `GOLDEN=write` writes them anew.

Formats with positions are compared with themselves (test_formats.py): the layout may learn.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.export.market_findings import PSEUDONYM, TITLE, found
from tracer.case.case import Case
from tracer.export.formats import NOUNS, file_name, outgoing, render
from tracer.publish import FACTS

FOLDER = Path(__file__).parent / "golden"
PROMISED = [
    ("graph", "json"), ("graph", "graphml"), ("graph", "neo4j"), ("graph", "ftm"),
    ("graph", "prov-json"), ("graph", "prov-n"), ("findings", "json"), ("findings", "ndjson"), ("findings", "csv"),
    ("report", "md"),
]  # fmt: skip


@pytest.mark.parametrize(("noun", "to"), PROMISED)
def test_the_bytes_are_the_promised_ones(noun: str, to: str, read_market: Case) -> None:
    out = outgoing(read_market.con, found(read_market), PSEUDONYM, TITLE, facts=FACTS[noun])
    suffix = NOUNS[noun][to].suffix
    for ending, content in render(replace(out, stem=noun), to, noun).items():
        if ending.endswith(".svg"):
            continue  # a picture may learn
        path = FOLDER / file_name(f"{noun}-{to}", ending, suffix)
        # Versions of packages are told in a report, and are the machine's.
        told = b"\n".join(line for line in content.split(b"\n") if not line.startswith(b"| Packages |"))
        if os.environ.get("GOLDEN") == "write":
            FOLDER.mkdir(exist_ok=True)
            path.write_bytes(told)
        assert path.read_bytes() == told, f"{path.name} has changed: if that is meant, GOLDEN=write writes it anew"
