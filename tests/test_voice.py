"""One voice: what people read, and what is written over the code, says one thing a sentence, plainly.

Held over the English catalogues, the help topics, the commands' help, the queries' headers, README, CHANGELOG and
CONTRIBUTING, every text of the code, its docstrings and its comments. A word that is right in one place is excepted
there, with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from tests.cli.test_commands import commands
from tests.test_house import SOURCES, nodes
from tracer.cli.main import COMMANDS, cli

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tracer"

BANNED = {
    "stands (for: is)": r"\b(?:stands?|stood|standing)\b(?! (?:for|out)\b)(?!-)",
    "told (for: shown, known, reported)": r"(?<!`)(?<![-_])\btold\b(?!,? (?:or )?not_told)(?!`)",
    "tells (for: shows, says, lists)": r"\b(?:tells|telling)\b",
    "is no (for: is not)": (
        r"(?<!there )\b(?:is|are|was|were) no\b"
        r"(?! (?:longer|more|less|fewer|other|earlier|later|larger|smaller|such))"
    ),
    "nobody": r"(?<!-)\bnobody\b",
    "whoever": r"\bwho(?:m)?ever\b",
    "beside (for: next to, with)": r"\bbesides?\b(?!:)",
    "anew (for: again)": r"\banew\b",
    "by hand": r"\bby hand\b",
    "lets go": r"\b(?:lets? (?:\w+ )?go|letting go)\b",
    "take in (for: import, load)": (
        r"\btak(?:e|es|en|ing) (?:it |them )?in\b(?! (?:a|the|this|that|any|each|every|its|all|order|turn)\b)"
        r"|\btook (?:it |them )?in\b"
    ),
    "is behind (for: came from)": r"\b(?:is|are|was|were) behind\b",
    "law (for: distribution)": r"\blaws?\b",
    "mend (for: repair)": r"\bmend(?:s|ed|ing)?\b",
    "Of … (inverted order)": r"(?:^|[.:;!?]\s+)Of (?!course|these|those)",
}
PATTERNS = {name: re.compile(text, re.MULTILINE | (0 if name.startswith("Of") else re.IGNORECASE))
            for name, text in BANNED.items()}  # fmt: skip

CANNOT_BE_TOLD = re.compile(r"\b(?:cannot|can)\s+be told\b", re.IGNORECASE)
"""One of the five words for how sure: it keeps its wording."""

NATS = re.compile(r"\bnats?\b", re.IGNORECASE)
"""The unit of weights in code; people read odds and words."""

VERBS = {
    "Add", "Anchor", "Answer", "Attribute", "Change", "Check", "Compare", "Compute", "Create", "Diagnose", "Draw",
    "Estimate", "Execute", "Explain", "Export", "Import", "List", "Load", "Merge", "Offer", "Open", "Print", "Read",
    "Record", "Remove", "Rename", "Restore", "Rotate", "Run", "Show", "Unmerge", "Watch", "Write",
}  # fmt: skip
"""First words of help."""


def _said(text: str) -> list[str]:
    text = CANNOT_BE_TOLD.sub("", text)
    return [f"{name}: …{text[max(0, hit.start() - 40) : hit.end() + 40]!r}"
            for name, pattern in PATTERNS.items() for hit in pattern.finditer(text)]  # fmt: skip


ALL = dict(commands(cli, click.Context(cli)))

TEXTS = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted((PACKAGE / "help").glob("*.md")),
    *sorted((PACKAGE / "site" / "pages").rglob("*.md")),
    *sorted((PACKAGE / "wording" / "catalogue" / "en").glob("*.ftl")),
]


def _unplain(texts: Mapping[str, str]) -> list[str]:
    """What is said otherwise than people say it, with where."""
    return [f"{where} {one}" for where, text in texts.items() for one in (*_said(text), *NATS.findall(text))]


def test_texts_for_people_speak_plainly() -> None:
    assert _unplain({path.name: path.read_text(encoding="utf-8") for path in TEXTS}) == []
    headers = {
        path.stem: "\n".join(re.findall(r"-- ?(.*)", path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / "queries").glob("*.sql"))
    }
    assert _unplain(headers) == []


def test_help_begins_with_its_verb_and_speaks_plainly() -> None:
    helps = {name: command.help or "" for name, command in ALL.items()}
    first = {name: re.match(r"\w*", text.strip()) for name, text in helps.items()}
    assert [name for name, found in first.items() if found is None or found[0] not in VERBS] == []
    assert [name for name, (_, text) in COMMANDS.items() if re.split(r"\W", text)[0] not in VERBS] == []
    options = {
        f"{name} {one.opts[0]}": one.help or ""
        for name, command in ALL.items()
        for one in command.params
        if isinstance(one, click.Option)
    }
    epilogs = {f"{name} (epilog)": command.epilog or "" for name, command in ALL.items()}
    assert _unplain(helps | options | epilogs) == []


def _texts_of_code(path: Path) -> Iterator[tuple[int, str]]:
    """Texts with a blank, and comments. A `#` within a text is read twice."""
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value
    for number, line in enumerate(SOURCES[path].splitlines(), start=1):
        if comment := re.search(r"(?:^|\s)#+ (.*)", line):
            yield number, comment[1]


def test_texts_of_the_code_speak_plainly() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {one}"
        for path in SOURCES
        for line, text in _texts_of_code(path)
        if not _is_sql(text)
        for one in _said(text)
    ]
    assert found == []


def _is_sql(text: str) -> bool:
    return re.match(r"\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE|CREATE|FROM|JOIN|UNION)\b", text) is not None


def test_comments_of_statements_speak_plainly() -> None:
    found = [
        f"{path.relative_to(ROOT)} {one}"
        for path in sorted(PACKAGE.rglob("*.sql"))
        if "_shipped" not in path.parts
        for one in _said("\n".join(re.findall(r"-- ?(.*)", path.read_text(encoding="utf-8"))))
    ]
    assert found == []


def _errors(path: Path) -> Iterator[tuple[int, ast.Call]]:
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            yield node.lineno, node


ERRORS = {"UsageError", "InputRefused", "CaseUnavailable"}

SAY_IT_THEMSELVES = {"manifest/read.py": "a value is refused with the form that it must have"}
"""Files in which one error holds its remedy in what it says → how."""


def test_errors_say_what_to_do() -> None:
    silent = [
        (str(path.relative_to(PACKAGE)), line)
        for path in SOURCES
        for line, call in _errors(path)
        if not any(keyword.arg in ("remedy", None) for keyword in call.keywords)
    ]
    assert sorted(file for file, _ in silent) == sorted(SAY_IT_THEMSELVES), silent


LITTLE = {
    "a", "all", "an", "and", "are", "as", "by", "file", "for", "from", "has", "here", "how", "id", "ids", "in",
    "is", "it", "its", "name", "of", "on", "or", "that", "the", "them", "there", "this", "to", "two", "was", "were",
    "what", "when", "where", "whether", "which", "who",
}  # fmt: skip
"""Words that add nothing to a field's name."""


def _idle_docstrings(path: Path) -> Iterator[tuple[int, str]]:
    for holder in nodes(path):
        if not isinstance(holder, ast.ClassDef):
            continue
        for field, said in zip(holder.body, holder.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign) and isinstance(said, ast.Expr)
                and isinstance(said.value, ast.Constant) and isinstance(said.value.value, str)
            ):  # fmt: skip
                named = f"{ast.unparse(field.target)} {ast.unparse(field.annotation)} {holder.name}"
                known = {word.lower().rstrip("s") for word in re.findall(r"[A-Z]?[a-z]+", named)}
                more = {word.lower().rstrip("s") for word in re.findall(r"\w+", said.value.value)}
                if "`" not in said.value.value and not more - known - {word.rstrip("s") for word in LITTLE}:
                    yield said.lineno, said.value.value


def test_docstrings_of_fields_say_more_than_the_name() -> None:
    idle = [f"{path.relative_to(ROOT)}:{line} {said}" for path in SOURCES for line, said in _idle_docstrings(path)]
    assert idle == []
