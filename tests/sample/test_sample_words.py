"""What is published of the sample, as a sub-editor reads it."""

from __future__ import annotations

import html
import re

import pytest

from tracer.case.case import Case
from tracer.publish import Wanted, prepare

PUBLISHED = [("report", "md", ()), ("report", "html", ()), ("graph", "html", ()), ("figure", "svg", ("story",))]
BLANK = "a blank within Chinese"
FAULTS = {
    "a full stop before a semicolon": r"\.;|。[;；]",
    "a typewriter's apostrophe": r"[A-Za-z]'(?:s|t)\b|s' ",
    "a typewriter's quotes": r'"\w+"',
    "a command's ticks": "`",
    "a power of ten": r"·10⁻(?:⁹|[¹²³⁴-⁹][⁰¹²³⁴-⁹])",
    "half-width marks in Chinese": r"[一-鿿][,;:?!](?![\w/])|[,;?!][一-鿿]",
    BLANK: r"[一-鿿，。；] [一-鿿]",
}
OWN = re.compile("“[^”]*”|Spring 2026: who kept the list\\?")
"""What people wrote."""


def read(name: str, to: str, of: tuple[str, ...], lang: str, case: Case) -> list[str]:
    """The texts that a reader sees, of one language."""
    text = prepare(case, Wanted(to, name, lang, of)).files[""].decode()
    if to == "md":
        text = re.sub(r"^    .*|^\|.*|!\[.*", "", re.sub(r"`G\d`", "", text), flags=re.MULTILINE)
    else:
        text = re.sub(r"<(script|style|pre)\b.*?</\1>", "", text, flags=re.DOTALL)
        # Fonts for Chinese draw a round apostrophe as wide as a sign: English figures have the narrow one.
        text = re.sub(r"<svg\b.*?</svg>", lambda figure: figure[0].replace("'", "’"), text, flags=re.DOTALL)
        other = "en" if lang == "zh" else "zh"
        text = re.sub(rf'<(\w+) lang="{other}" class="only-{other}">.*?</\1>', "", text, flags=re.DOTALL)
        text = re.sub(r"<(?!/?(?:b|bdi|small|span|a|i)\b)[^>]+>", "\n", text)
        text = html.unescape(re.sub(r"<[^>]+>", "", text))
    return OWN.sub("", text).split("\n")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "to", "of"), PUBLISHED)
def test_what_is_published_is_written_as_an_editor_writes(
    name: str, to: str, of: tuple[str, ...], lang: str, case: Case
) -> None:
    lines = read(name, to, of, lang, case)
    faults = (
        FAULTS if (name, to) != ("graph", "html") else {**FAULTS, BLANK: "(?!)"}
    )  # its names have cells of their own
    if lang == "en":  # names and places that have no English are between English commas
        faults = {fault: sign for fault, sign in faults.items() if fault != "half-width marks in Chinese"}
    assert sum(map(len, lines)) > 500
    found = {fault: [line.strip() for line in lines if re.search(sign, line)][:3] for fault, sign in faults.items()}
    assert {fault: said for fault, said in found.items() if said} == {}
