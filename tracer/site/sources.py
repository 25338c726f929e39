"""The pages of the site as Markdown: texts of their own are copied, everything else is written from its source."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from tracer.resources import help_dir
from tracer.site.commands import command_pages
from tracer.site.measured import measured_page
from tracer.site.notebooks import TUTORIALS, with_folded_twins
from tracer.site.reference import reference_pages

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
    pages = {**_outside(), **_topics(), **command_pages(), **reference_pages(), "measured.md": measured_page()}
    for name, text in pages.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    for name in TUTORIALS:
        file = target / "tutorials" / f"{name}.md"
        file.write_text(with_folded_twins(file.read_text(encoding="utf-8"), name), encoding="utf-8")
    _put_contents(target)


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


def _outside() -> dict[str, str]:
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


def _put_contents(target: Path) -> None:
    """Give each index its table of contents: the pages next to it, those that are written in a chosen order first."""
    pages = ("start", "tutorials/index", "how-to/index", "topics/index", "reference/index", "measured", "pictures",
             "changes", "contributing")  # fmt: skip
    first = [page for page in pages if page == "pictures" or (target / f"{page}.md").is_file()]
    _append(target / "index.md", _tree(first, hidden=True))
    _append(target / "tutorials" / "index.md", _tree(list(TUTORIALS)))
    orders = ("load", "marked-copies", "who-leaked", "watch", "newspaper", "python", "court", "purge")
    found = {file.stem for file in (target / "how-to").glob("*.md")} - {"index"}
    _append(target / "how-to" / "index.md", _tree([*orders, *sorted(found - set(orders))]))


def _tree(names: list[str], *, hidden: bool = False) -> str:
    options = ":hidden:\n" if hidden else ":maxdepth: 1\n"
    return "\n```{toctree}\n" + options + "\n" + "\n".join(names) + "\n```\n"


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
