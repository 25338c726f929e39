"""How often the methods are wrong: what the help topics say of it, word for word, with the bench that measures it.

A quotation that its topic no longer has is an error of the build, so that the page cannot grow old.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.errors import InputRefused
from tracer.resources import help_dir


@dataclass(frozen=True)
class Measured:
    """One method, and where its figures are."""

    title: str
    topic: str
    begins: str
    data: str
    bench: str = ""
    """The module of `tests.bench` that measures it."""
    further: int = 0


QUOTED = (
    Measured("Who copied from whom", "findings", "**How sure.**",
             "cases of eleven makers, simulated and real, each measured with a fit on the ten others", "zoo"),
    Measured("Naming one of many copies", "marking", "What they catch, 1,000 copies",
             "300 simulated leaks each of copies made by the tool", "codes", 2),
    Measured("Naming a copy by its spellings", "marking", "A leak is read by its keys",
             "invented American, German, Indian and Chinese rolls of 5,000 rows", "keyed_choices"),
    Measured("Whether planted records can be spotted", "marking", "`python -m tests.bench.detectability`",
             "lists of the tests, made by other generators than the tool's, and real rows", "detectability"),
    Measured("Answers of a look-up service", "probes", "An innocent copy was named",
             "simulated services, honest and not", "probes"),
    Measured("What parties say", "claims", "| `random` |",
             "each test states its error; the intervals are simulated, uneven cases among them", "intervals"),
    Measured("Namesakes born on one day", "lists", "Days that programs fill in",
             "two independent simulated rolls of 200,000 people", "namesakes"),
    Measured("Where a list was collected", "findings", "- **Stated** is a service", "a simulated market",
             "alias_origins"),
    Measured("Which copy is called", "signals", "tests.bench.campaigns", "simulated campaigns", "campaigns"),
)  # fmt: skip
"""In the order of the page."""


_INTRODUCTION = """How often each method is wrong, and on which data that was measured. Simulated data are not the
world: a list that is made in a way that no simulation has may behave otherwise. A finding always has a probability or
error of its own; this page says what such figures are worth."""


def measured_page() -> str:
    """The page.

    Raises:
        InputRefused: a topic does not have a quotation any more.
    """
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Measured"
    yield ""
    yield _INTRODUCTION
    yield ""
    for one in QUOTED:
        yield from (f"## {one.title}", "", *quotation(one), "", f"Measured on: {one.data}.")
        repeat = f" `python -m tests.bench.{one.bench}` repeats it." if one.bench else ""
        yield from (f"More: [{one.topic}](topics/{one.topic}.md).{repeat}", "")


def quotation(one: Measured) -> Iterator[str]:
    """The paragraphs of a topic that hold the figures, as a quotation.

    Raises:
        InputRefused: the topic does not have them.
    """
    file = help_dir() / f"{one.topic}.md"
    blocks = [block for block in re.split(r"\n(?:\n|(?=- \*\*))", file.read_text(encoding="utf-8")) if block.strip()]
    at = next((number for number, block in enumerate(blocks) if one.begins in block), None)
    if at is None:
        raise InputRefused(
            f"topic {one.topic} has no paragraph with {one.begins!r}", where=one.title, remedy="put QUOTED right"
        )
    for number, block in enumerate(blocks[at : at + 1 + one.further]):
        if number:
            yield ">"
        yield from (f"> {line.strip()}" for line in block.strip("\n").splitlines())
