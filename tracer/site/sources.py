"""The pages of the site as Markdown: texts of their own are copied, everything else is written from its source."""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import tracer
from tracer.ask.named import load_queries
from tracer.documents import toml_of
from tracer.errors import InputRefused
from tracer.export.formats import NOUNS
from tracer.manifest.json_schema import manifest_schema
from tracer.resources import help_dir
from tracer.signals.formats import formats
from tracer.site.commands import cell, command_pages
from tracer.site.notebooks import TUTORIALS, with_folded_twins
from tracer.wording.catalogue_files import LANGUAGES, written

# Reference pages from their sources: manifest, queries, formats, the library's names, and words in both languages.

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
    rows = (
        (f"`export {noun} --to {to}`", f"`{one.suffix}`", cell(one.loses))
        for noun, known in NOUNS.items()
        for to, one in known.items()
    )
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
    # Members whose first line says that they are not public.
    first = ((name, (inspect.getdoc(one) or "").partition("\n")[0]) for name, one in inspect.getmembers(found))
    hidden = ", ".join([name for name, line in first if not name.startswith("_") and line.endswith("not public.")])
    yield from (f".. autoclass:: {name}", "   :members:", "   :inherited-members: Exception, tuple")
    yield from ([f"   :exclude-members: {hidden}"] if hidden else [])
    yield ""


def parts_of_a_case() -> dict[str, type]:
    """Name of each part of a `Case` (`case.parties`) → its class."""
    parts = ((name, one) for name, one in vars(tracer.Case).items() if isinstance(one, cached_property))
    return {name: type(one.func(SimpleNamespace(_access=None))) for name, one in parts}


# How often the methods are wrong: what the help topics say of it, word for word, with the bench that measures it. A
# quotation that its topic no longer has is an error of the build, so that the page cannot grow old.


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


QUOTED = tuple(
    Measured(**one) for one in toml_of((Path(__file__).parent / "measured.toml").read_text("utf-8"))["measured"]
)
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
    texts = [file.read_text(encoding="utf-8") for file in _topic_files(one.topic)]
    blocks = [block for text in texts for block in re.split(r"\n(?:\n|(?=- \*\*))", text) if block.strip()]
    at = next((number for number, block in enumerate(blocks) if one.begins in block), None)
    if at is None:
        raise InputRefused(
            f"topic {one.topic} has no paragraph with {one.begins!r}", where=one.title, remedy="put QUOTED right"
        )
    for number, block in enumerate(blocks[at : at + 1 + one.further]):
        if number:
            yield ">"
        yield from (f"> {line.strip()}" for line in block.strip("\n").splitlines())


def _topic_files(topic: str) -> list[Path]:
    """The pages of a topic: what the tool prints, and its details."""
    files = (help_dir() / f"{topic}.md", _HERE / "pages" / "details" / f"{topic}.md")
    return [file for file in files if file.is_file()]


_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_TOPIC = re.compile(r"`tracer\s+help\s+(?P<topic>[a-z]+)`")
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<file>[A-Z]+\.md|LICENSE)\)")
_OUTSIDE = {"CHANGELOG.md": "changes.md", "CONTRIBUTING.md": "contributing.md", "README.md": "start.md"}
"""Pages at the top of the project → pages of the site."""


def write_sources(target: Path) -> None:
    """Write all pages and Sphinx's configuration into `target`."""
    shutil.copytree(_HERE / "pages", target, dirs_exist_ok=True)
    shutil.copytree(_HERE / "static", target / "static")
    shutil.copy(_HERE / "conf.py", target)
    (target / "extra").mkdir()
    pages = {**_root_pages(), **_topics(), **command_pages(), **reference_pages(), "measured.md": measured_page()}
    for name, text in pages.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    for name in TUTORIALS:
        file = target / "tutorials" / f"{name}.md"
        file.write_text(with_folded_twins(file.read_text(encoding="utf-8"), name), encoding="utf-8")
    # Give each index its table of contents: the pages next to it, those that are written in a chosen order first.
    first = [page for page in _PAGES.split() if page == "pictures" or (target / f"{page}.md").is_file()]
    _append(target / "index.md", _tree(first, hidden=True))
    _append(target / "tutorials" / "index.md", _tree(list(TUTORIALS)))
    _append(
        target / "details" / "index.md",
        _tree(sorted({file.stem for file in (target / "details").glob("*.md")} - {"index"})),
    )
    orders = ("load", "marked-copies", "who-leaked", "watch", "newspaper", "python", "court", "purge")
    found = {file.stem for file in (target / "how-to").glob("*.md")} - {"index"}
    _append(target / "how-to" / "index.md", _tree([*orders, *sorted(found - set(orders))]))


def linked(text: str, to_topics: str, known: Mapping[str, object]) -> str:
    """The text, with each `tracer help TOPIC` as a link to the topic's page.

    >>> linked("See `tracer help grades`.", "topics/", {"grades": ""})
    'See [`tracer help grades`](topics/grades.md).'
    """

    def link(found: re.Match[str]) -> str:
        topic = found["topic"]
        return f"[`tracer help {topic}`]({to_topics}{topic}.md)" if topic in known else found[0]

    return _TOPIC.sub(link, text)


def topics() -> dict[str, str]:
    """Topic → its text."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(help_dir().glob("*.md"))}


def _topics() -> dict[str, str]:
    known = topics()
    pages = {f"topics/{name}.md": linked(text, "", known) for name, text in known.items()}
    head = "# How it works\n\nThe longer help, which `tracer help TOPIC` prints in a terminal as well.\n"
    return pages | {"topics/index.md": head + _tree(list(known))}


def _root_pages() -> dict[str, str]:
    known, pages = topics(), dict[str, str]()
    for name, page in _OUTSIDE.items():
        file = _ROOT / name
        if file.is_file():  # an installed tool has none of them
            text = _LINK.sub(lambda found: _outer(found["text"], found["file"]), file.read_text(encoding="utf-8"))
            pages[page] = linked(text, "topics/", known)
    if "start.md" in pages:
        pages["start.md"] = pages["start.md"].replace("# tracer\n", "# Start here\n", 1)
    return pages


def _outer(text: str, name: str) -> str:
    return f"[{text}]({_OUTSIDE[name]})" if name in _OUTSIDE else text


_PAGES = (
    "start tutorials/index how-to/index topics/index details/index reference/index measured benchmark pictures changes"
    " contributing"
)


def _tree(names: list[str], *, hidden: bool = False) -> str:
    options = ":hidden:\n" if hidden else ":maxdepth: 1\n"
    return "\n```{toctree}\n" + options + "\n" + "\n".join(names) + "\n```\n"


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
