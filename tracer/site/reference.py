"""Reference pages from their sources: manifest, queries, formats, the library's names, and words in both languages."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import tracer
from tracer.ask.named import load_queries
from tracer.ask.query_header import NamedQuery
from tracer.export.formats import NOUNS
from tracer.manifest.json_schema import manifest_schema
from tracer.signals.formats import formats
from tracer.site.commands import cell
from tracer.wording.catalogue_files import LANGUAGES, written

GLOSSARY: Mapping[str, tuple[str, ...]] = {
    "How sure": ("sure-",),
    "What is in a picture": ("page-node-", "page-kind-"),
    "Who a party is": ("page-role-",),
    "What a finding rests on": ("page-basis-", "page-verdict-"),
    "What became of a copy": ("reading-",),
    "What parties say": ("page-claim-",),
    "Parts of a page or report": ("page-section-",),
    "Columns": ("page-col-",),
    "Numbers of a claim": ("number-",),
}
"""Heading → beginnings of the catalogue's codes."""


def reference_pages() -> dict[str, str]:
    """Path → page."""
    head = "# Reference\n\nWritten at each build from the program itself.\n"
    names = ("commands/index", "library-names", "manifest", "queries", "formats", "glossary")
    grades = "\nWhat `G0` to `G5` mean: [Grades](../topics/grades.md).\n"
    tree = "\n```{toctree}\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```\n"
    return {
        "reference/index.md": head + grades + tree,
        "reference/manifest.md": _page(_manifest()),
        "reference/queries.md": _page(_queries()),
        "reference/formats.md": _page(_formats()),
        "reference/glossary.md": _page(_glossary()),
        "reference/library-names.rst": _page(_library()),
    }


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""


def _manifest() -> Iterator[str]:
    schema = manifest_schema()
    yield from ("# Manifest", "", "All keys of `case.toml`, from the JSON Schema that `tracer manifest schema` prints.")
    yield from ("[The topic](../topics/manifest.md) explains how a manifest works.", "")
    for table, one in schema["properties"].items():
        inner = one.get("items", one)
        name = f"[{table}]" if one["type"] == "object" else f"[[{table}]]"
        yield from (f"## `{name}`", "", cell(one["description"]) + ".", "")
        required = inner.get("required", ())
        yield from _table(
            ("key", "form", "what it is"),
            (
                (f"`{key}`{' (required)' if key in required else ''}", _form(value), cell(value.get("description", "")))
                for key, value in inner["properties"].items()
            ),
        )


_MOST_WORDS = 25
"""Words of a list that are printed; regions are some 250."""


def _form(value: Mapping[str, Any]) -> str:
    if "enum" in value:
        words = [f"`{word}`" for word in value["enum"]]
        return ", ".join(words) if len(words) <= _MOST_WORDS else f"one of {len(words)} codes, such as {words[0]}"
    if value.get("format") == "date":
        return "day"
    kind = value.get("type", "")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _queries() -> Iterator[str]:
    yield from ("# Queries", "", "`tracer query NAME`; rows of probability under .05 are left out.", "")
    for name, query in load_queries().items():
        yield from _query(name, query)


def _query(name: str, query: NamedQuery) -> Iterator[str]:
    yield from (f"## `{name}`", "", cell(query.answers), "")
    if query.parameters:
        yield from _table(
            ("parameter", "default", "what it is"),
            (
                (f"`{one.name}`", "required" if one.required else f"`{one.default}`", cell(one.text))
                for one in query.parameters
            ),
        )
    yield from _table(("column", "what it is"), ((f"`{one.name}`", cell(one.text)) for one in query.columns))


def _formats() -> Iterator[str]:
    yield from ("# Formats", "", "Lists that are read: [Lists](../topics/lists.md).", "", "## Written", "")
    rows = ((f"`export {noun} --to {to}`", f"`{one.suffix}`", cell(one.loses)) for noun, known in NOUNS.items()
            for to, one in known.items())  # fmt: skip
    yield from _table(("command", "file", "what is lost"), rows)
    yield from ("More: [Exports](../topics/exports.md).", "", "## Records of calls, messages and mail", "")
    yield from _table(("`--as`", "what it is"), ((f"`{one.name}`", cell(one.title)) for one in formats()))
    yield from ("More: [Signals](../topics/signals.md).", "")


def _glossary() -> Iterator[str]:
    yield from ("# Glossary", "", "The words of pages and reports in both languages.", "")
    said = [_terms(lang) for lang in LANGUAGES]
    for heading, beginnings in GLOSSARY.items():
        codes = [code for code in said[0] if code.startswith(beginnings) and code in said[1]]
        pairs = dict.fromkeys((cell(said[0][code]), cell(said[1][code])) for code in codes)
        yield from (f"## {heading}", "", *_table(("English", "中文"), sorted(pairs)))


def _terms(lang: str) -> dict[str, str]:
    """Codes whose words have no number in them."""
    found = {}
    for code, entry in written(lang).items():
        words = " ".join(entry.partition("=")[2].split())
        if words and "{" not in words:
            found[code] = words
    return found


def _library() -> Iterator[str]:
    yield from ("Library names", "=============", "", "``import tracer``: all public names, from their docstrings.", "")
    for name in tracer.__all__:
        found = getattr(tracer, name)
        if inspect.isclass(found):
            yield from _class(f"tracer.{name}", found)
        elif inspect.isfunction(found):
            yield from (f".. autofunction:: tracer.{name}", "")
    yield from ("Parts of a case", "---------------", "", "``case.parties.add(…)``, where ``case`` is open.", "")
    for name, part in parts_of_a_case().items():
        yield from (f"``case.{name}``", "~" * (len(name) + 9), "")
        yield from _class(f"{part.__module__}.{part.__qualname__}", part)
    yield from (
        "Channels of a watch",
        "-------------------",
        "",
        ".. automodule:: tracer.alarm.channels",
        "   :members:",
        "",
    )


def _class(name: str, found: type) -> Iterator[str]:
    hidden = ", ".join(_hidden(found))
    yield from (f".. autoclass:: {name}", "   :members:", "   :inherited-members: Exception, tuple")
    yield from ([f"   :exclude-members: {hidden}"] if hidden else [])
    yield ""


def parts_of_a_case() -> dict[str, type]:
    """Name of each part of a `Case` (`case.parties`) → its class."""
    parts = ((name, one) for name, one in vars(tracer.Case).items() if isinstance(one, cached_property))
    return {name: type(one.func(SimpleNamespace(_access=None))) for name, one in parts}


def _hidden(found: type) -> list[str]:
    """Members whose first line says that they are not public."""
    first = ((name, (inspect.getdoc(one) or "").partition("\n")[0]) for name, one in inspect.getmembers(found))
    return [name for name, line in first if not name.startswith("_") and line.endswith("not public.")]
