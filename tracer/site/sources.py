"""The pages of the site as Markdown: texts of their own are copied, everything else is written from its source."""

from __future__ import annotations

import inspect
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

import tracer
from tracer.ask.named import load_queries
from tracer.cli.main import COMMANDS, cli
from tracer.documents import toml_of
from tracer.errors import InputRefused
from tracer.export.formats import NOUNS
from tracer.manifest.json_schema import manifest_schema
from tracer.resources import help_dir
from tracer.signals.formats import formats
from tracer.wording.catalogue_files import LANGUAGES, written_entries

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
    names = ["commands/index", "library-names", "manifest", "queries", "formats", "glossary"]
    grades = "\nWhat `G0` to `G5` mean: [Grades](../topics/grades.md).\n"
    pages = {
        "manifest.md": _manifest(),
        "queries.md": _queries(),
        "formats.md": _formats(),
        "glossary.md": _glossary(),
        "library-names.rst": _library(),
    }
    written = {f"reference/{name}": "\n".join(lines) + "\n" for name, lines in pages.items()}
    return {"reference/index.md": head + grades + _tree(names), **written}


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""


_MOST_WORDS = 25
"""Words of a list that are printed; regions are some 250."""


def _manifest() -> Iterator[str]:
    def form(value: Mapping[str, Any]) -> str:
        if "enum" in value:
            words = [f"`{word}`" for word in value["enum"]]
            return ", ".join(words) if len(words) <= _MOST_WORDS else f"one of {len(words)} codes, such as {words[0]}"
        kind = "day" if value.get("format") == "date" else value.get("type", "")
        return " or ".join(kind) if isinstance(kind, list) else str(kind)

    schema = manifest_schema()
    yield from ("# Manifest", "", "All keys of `case.toml`, from the JSON Schema that `tracer manifest schema` prints.")
    yield from ("[The topic](../topics/manifest.md) explains how a manifest works.", "")
    for table, one in schema["properties"].items():
        inner = one.get("items", one)
        name = f"[{table}]" if one["type"] == "object" else f"[[{table}]]"
        yield from (f"## `{name}`", "", cell(one["description"]) + ".", "")
        required = inner.get("required", ())
        rows = (
            (f"`{key}`{' (required)' if key in required else ''}", form(value), cell(value.get("description", "")))
            for key, value in inner["properties"].items()
        )
        yield from _table(("key", "form", "what it is"), rows)


def _queries() -> Iterator[str]:
    yield from ("# Queries", "", "`tracer query NAME`; rows of probability under .05 are left out.", "")
    for name, query in load_queries().items():
        yield from (f"## `{name}`", "", cell(query.answers), "")
        rows = (
            (f"`{one.name}`", "required" if one.required else f"`{one.default}`", cell(one.text))
            for one in query.parameters
        )
        yield from _table(("parameter", "default", "what it is"), rows) if query.parameters else ()
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
    entries = {lang: written_entries(lang) for lang in LANGUAGES}
    said = [
        {code: " ".join(one.partition("=")[2].split()) for code, one in entries[lang].items()} for lang in LANGUAGES
    ]
    # Words in which a number is filled in are left out.
    terms = [{code: cell(words) for code, words in one.items() if words and "{" not in words} for one in said]
    for heading, beginnings in GLOSSARY.items():
        codes = [code for code in terms[0] if code.startswith(beginnings) and code in terms[1]]
        pairs = dict.fromkeys((terms[0][code], terms[1][code]) for code in codes)
        yield from (f"## {heading}", "", *_table(("English", "中文"), sorted(pairs)))


def _library() -> Iterator[str]:
    yield from ("Library names", "=============", "", "``import tracer``: all public names, from their docstrings.", "")
    for name in dir(tracer):
        found = getattr(tracer, name)
        if inspect.isclass(found):
            yield from _class(f"tracer.{name}", found)
        elif inspect.isfunction(found):
            yield from (f".. autofunction:: tracer.{name}", "")
    yield from ("Parts of a case", "---------------", "", "``case.parties.add(…)``, where ``case`` is open.", "")
    for name, part in parts_of_a_case().items():
        yield from (f"``case.{name}``", "~" * (len(name) + 9), "")
        yield from _class(f"{part.__module__}.{part.__qualname__}", part)
    yield from ("Channels of a watch", "-------------------", "")
    yield from (".. automodule:: tracer.alarm.channels", "   :members:", "")


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
    """The page. Raises `InputRefused`: a topic does not have a quotation any more."""
    lines = ["# Measured", "", _INTRODUCTION, ""]
    for one in QUOTED:
        lines += [f"## {one.title}", "", *quotation(one), "", f"Measured on: {one.data}."]
        repeat = f" `python -m tests.bench.{one.bench}` repeats it." if one.bench else ""
        lines += [f"More: [{one.topic}](topics/{one.topic}.md).{repeat}", ""]
    return "\n".join(lines) + "\n"


def quotation(one: Measured) -> Iterator[str]:
    """The paragraphs of a topic that hold the figures, as a quotation.

    Raises `InputRefused`: the topic does not have them.
    """
    # What the tool prints of the topic, and its details.
    files = (help_dir() / f"{one.topic}.md", _HERE / "pages" / "details" / f"{one.topic}.md")
    texts = [file.read_text(encoding="utf-8") for file in files if file.is_file()]
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
    pages = {**topic_pages(), **command_pages(), **reference_pages(), "measured.md": measured_page()}
    for name, text in pages.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    for name in TUTORIALS:
        file = target / "tutorials" / f"{name}.md"
        file.write_text(with_folded_twins(file.read_text(encoding="utf-8"), name), encoding="utf-8")
    # Give each index its table of contents: the pages next to it, those that are written in a chosen order first.
    found = {
        folder: sorted({file.stem for file in (target / folder).glob("*.md")} - {"index", *_ORDER})
        for folder in ("how-to", "details")
    }
    contents = {
        "": _tree([page for page in _PAGES if page == "pictures" or (target / f"{page}.md").is_file()], ":hidden:\n"),
        "tutorials": _tree(TUTORIALS),
        "details": _tree(found["details"]),
        "how-to": _tree([*_ORDER, *found["how-to"]]),
    }
    for folder, tree in contents.items():
        with (target / folder / "index.md").open("a", encoding="utf-8") as index:
            index.write(tree)


def linked_topics(text: str, to_topics: str, known: Mapping[str, object]) -> str:
    """The text, with each `tracer help TOPIC` as a link to the topic's page.

    >>> linked_topics("See `tracer help grades`.", "topics/", {"grades": ""})
    'See [`tracer help grades`](topics/grades.md).'
    """

    def link(found: re.Match[str]) -> str:
        topic = found["topic"]
        return f"[`tracer help {topic}`]({to_topics}{topic}.md)" if topic in known else found[0]

    return _TOPIC.sub(link, text)


def topic_pages() -> dict[str, str]:
    """Path → page, of the help topics and of what is at the top of the project; an installed tool has none of that."""
    known = {file.stem: file.read_text(encoding="utf-8") for file in sorted(help_dir().glob("*.md"))}
    head = "# How it works\n\nThe longer help, which `tracer help TOPIC` prints in a terminal as well.\n"
    pages = {"topics/index.md": head + _tree(known)}
    pages |= {f"topics/{name}.md": linked_topics(text, "", known) for name, text in known.items()}

    def outer(found: re.Match[str]) -> str:
        """A link within the site, or the text of a link to a file that it does not have."""
        page = _OUTSIDE.get(found["file"])
        return found["text"] if page is None else f"[{found['text']}]({page})"

    for name, page in _OUTSIDE.items():
        if (file := _ROOT / name).is_file():
            pages[page] = linked_topics(_LINK.sub(outer, file.read_text(encoding="utf-8")), "topics/", known)
    if "start.md" in pages:
        pages["start.md"] = pages["start.md"].replace("# tracer\n", "# Start here\n", 1)
    return pages


_PAGES = (
    "start tutorials/index how-to/index topics/index details/index reference/index measured benchmark pictures changes"
    " contributing"
).split()
_ORDER = ("load", "marked-copies", "who-leaked", "watch", "newspaper", "python", "court", "purge")


def _tree(names: Iterable[str], options: str = ":maxdepth: 1\n") -> str:
    return "\n```{toctree}\n" + options + "\n" + "\n".join(names) + "\n```\n"


_MARKED = re.compile(r"`[^`]*`|[*_<>\[\]|#~]")


def plain(text: str) -> str:
    """Text for Markdown: signs that mean something there are escaped, but for what is between backticks.

    >>> plain("DIR/* of `a_b`, <20")
    'DIR/\\\\* of `a_b`, \\\\<20'
    """
    return _MARKED.sub(lambda found: found[0] if found[0].startswith("`") else f"\\{found[0]}", text)


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return plain(" ".join(text.split())).replace("`|`", "`\\|`")


def command_pages() -> dict[str, str]:
    """Path → page, and the page that lists them."""
    root = click.Context(cli, info_name="tracer", max_content_width=100)
    lines = ["# Commands", "", "What `tracer COMMAND --help` prints.", "", "| command | does |", "| --- | --- |"]
    lines += [f"| [`tracer {name}`]({name}.md) | {cell(said)} |" for name, (_, said) in COMMANDS.items()]
    pages = {"reference/commands/index.md": "\n".join(lines) + "\n" + _tree(COMMANDS, ":hidden:\n")}
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None  # noqa: S101 - it is in the table
        said = _command_lines(command, click.Context(command, root, name), 1)
        pages[f"reference/commands/{name}.md"] = "\n".join(said) + "\n"
    return pages


def _command_lines(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    yield from (f"{'#' * level} {context.command_path}", "", plain(inspect.cleandoc(command.help or "")))
    yield from ("", "```text", command.get_usage(context), "```", "")
    records = [record for one in command.get_params(context) if (record := one.get_help_record(context)) is not None]
    if records:
        yield from ("| option | what it does |", "| --- | --- |")
        for option, said in records:
            written = " ".join(option.split()).replace("|", "\\|")
            yield f"| `{written}` | {cell(said)} |"
        yield ""
    example = (command.epilog or "").removeprefix("Example: ")
    if example:
        yield from ("Example:", "", "```sh", example, "```", "")
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            inner = command.get_command(context, sub)
            if inner is not None and not inner.hidden:
                yield from _command_lines(inner, click.Context(inner, context, sub), level + 1)


_FENCE = re.compile(r"^```(?P<language>sh|python)\n(?P<code>.*?)^```\n", re.MULTILINE | re.DOTALL)
_PAGE = re.compile(r"\[([^\]]+)\]\([^)]*\)")
TUTORIALS = ("investigator", "enterprise", "journalist")


def write_notebooks(folder: Path) -> list[Path]:
    """Write a notebook for each tutorial into `folder`; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / f"{name}.ipynb" for name in TUTORIALS]
    for file in made:
        text = (_HERE / "pages" / "tutorials" / f"{file.stem}.md").read_text(encoding="utf-8")
        file.write_text(json.dumps(notebook(text), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return made


def notebook(text: str) -> dict[str, Any]:
    """The notebook (format 4.5) of a tutorial, without outputs."""
    found, cells = [*parts(text), ("", "")], list[dict[str, Any]]()
    for (language, said), (following, _) in pairwise(found):
        if language == "sh" and following == "python":
            continue  # its twin does the same
        one: dict[str, Any] = {"cell_type": "code", "id": f"cell-{len(cells)}", "metadata": {}, "source": said}
        if language == "markdown":
            one |= {"cell_type": "markdown", "source": _PAGE.sub(r"\1", said)}
        else:
            one |= {"source": f"%%sh\n{said}" if language == "sh" else said, "outputs": [], "execution_count": None}
        cells.append(one)
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": python}, "cells": cells}


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Language and code of each block, and `markdown` with what is between."""
    end = 0
    for found in _FENCE.finditer(text):
        if between := text[end : found.start()].strip():
            yield "markdown", between
        yield found["language"], found["code"].rstrip("\n")
        end = found.end()
    if rest := text[end:].strip():
        yield "markdown", rest


def with_folded_twins(text: str, name: str) -> str:
    """The page of a tutorial: twins are folded, and the notebook is offered under the title."""
    end, known, page = 0, "", ""
    for found in _FENCE.finditer(text):
        between = text[end : found.start()]
        twin = found["language"] == "python" and known == "sh" and not between.strip()
        folded = f"<details><summary>In Python</summary>\n\n{found[0]}\n</details>\n"
        page += between + (folded if twin else found[0])
        end, known = found.end(), found["language"]
    title, _, rest = (page + text[end:]).partition("\n")
    return f'{title}\n\n<a href="../notebooks/{name}.ipynb" download>Download this tutorial as a notebook</a>\n{rest}'
