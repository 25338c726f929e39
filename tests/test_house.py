"""The house keeps its order: imports point to a lower floor, nothing is silenced unseen."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Set
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tracer"

FLOORS = {
    "version": -2, "visible": -2, "late_imports": -2, "errors": -1,
    "clock": 0, "meter": 0, "resources": 0, "file_writing": 0, "documents": 0, "input_files": 0, "optional": 1,
    "spellings": 0, "records": -1, "policy": 0,
    "case": 1, "disclosure": 1, "plugins": 1,
    "identify": 2, "dossier": 2,
    "lists": 3,
    "marking": 4, "signals": 4, "blind": 4,
    "findings": 5,
    "graph": 6, "wording": 6,
    "stages": 6.5, "ask": 7, "export": 7,
    "trace": 8, "cluster": 8,
    "manifest": 9, "custody": 9, "alarm": 9,
    "publish": 10,
    "library": 11, "__init__": 12,
    "cli": 13, "__main__": 14, "site": 14,
}  # fmt: skip
"""Floor of each room. Data goes up; calls go down. `simulate` stands beside the house."""

ONLY_CLI = {"simulate"}
PUBLIC = {"Attribution", "Case", "Explanation", "Table"}
"""Names that the contract gives to the library's values. Rooms below have classes of the same names; no file of the
library imports one of them under that name."""
SLOW = ("scipy.stats", "scipy.optimize")
"""Take almost half a second to load; `scipy.stats.x` after `import scipy` loads them where they are first needed."""


def sources(folder: Path) -> dict[Path, str]:
    """Every file of a folder, with its text."""
    paths = sorted(path for path in folder.rglob("*.py") if "_shipped" not in path.parts)
    return {path: path.read_text(encoding="utf-8") for path in paths}


SOURCES = sources(PACKAGE)
ALL = SOURCES | sources(ROOT / "tests")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(ALL[path])


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All of a file, looked through once for all tests."""
    return tuple(ast.walk(tree(path)))


def imports(path: Path) -> Iterator[str]:
    for node in nodes(path):
        yield from imports_of(node)


def imports_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)


def modules_read(path: Path, modules: Set[str]) -> set[str]:
    """The modules whose names are imported; a package is read only where the name is its own."""
    found = set[str]()
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom):
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in modules else str(node.module) for name in named}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & modules


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_imports_point_to_a_lower_floor() -> None:
    wrong = [
        f"{module_of(path)} imports {imported}"
        for path in SOURCES
        for imported in imports(path)
        if imported.startswith("tracer.")
        if not _may_import(room(module_of(path)), room(imported))
    ]
    assert wrong == [], "not a lower floor, or one that only cli may import"


def _may_import(here: str, there: str) -> bool:
    if there == here:
        return True
    if there in ONLY_CLI:
        return here in ("cli", "library")
    return here in ONLY_CLI or FLOORS[there] < FLOORS[here]


def test_no_modules_import_one_another_in_a_circle() -> None:
    """Imports within functions and those for type checking count as well: either only hides a circle."""
    paths = {module_of(path).removesuffix(".__init__"): path for path in SOURCES}
    graph = {module: modules_read(path, paths.keys()) - {module} for module, path in paths.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        raise AssertionError(f"a circle of imports: {' -> '.join(circle.args[1])}") from circle


def test_a_class_has_a_name_of_its_own() -> None:
    defined = defaultdict[str, list[str]](list)
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, ast.ClassDef) and not (node.name in PUBLIC and _of_library(path)):
                defined[node.name].append(module_of(path))
    assert {name: modules for name, modules in defined.items() if len(modules) > 1} == {}


def test_the_library_imports_no_other_class_under_a_public_name() -> None:
    """Nor has it two of its own."""
    library = [path for path in SOURCES if _of_library(path)]
    own = [node.name for path in library for node in nodes(path) if isinstance(node, ast.ClassDef)]
    assert sorted(PUBLIC.intersection(own)) == sorted(name for name in own if name in PUBLIC)
    mistaken = [
        f"{module_of(path)} imports {node.module}.{alias.name}"
        for path in library
        for node in nodes(path) if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (alias.asname or alias.name) in PUBLIC and not str(node.module).startswith("tracer.library.")
    ]  # fmt: skip
    assert mistaken == []


def _of_library(path: Path) -> bool:
    return room(module_of(path)) == "library"


def test_every_room_has_a_floor() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.name not in {"__pycache__", "py.typed"}}
    assert rooms - {"help", "_shipped"} <= FLOORS.keys() | ONLY_CLI


SILENCED = re.compile(r"#\s*(type: ignore|noqa)(?P<rest>.*)")


def test_a_silenced_check_has_its_reason_beside_it() -> None:
    silenced = [
        (f"{path.relative_to(ROOT)}:{number}", found["rest"])
        for path, text in ALL.items() if path != Path(__file__)
        for number, line in enumerate(text.splitlines(), start=1)
        if (found := SILENCED.search(line)) is not None
    ]  # fmt: skip
    assert [place for place, rest in silenced if not re.search(r"(#| - ).{8,}$", rest)] == []


def test_what_is_slow_to_load_is_loaded_where_it_is_needed() -> None:
    at_the_top = [
        (module_of(path), name)
        for path in SOURCES
        for node in tree(path).body if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imports_of(node)
    ]  # fmt: skip
    assert [place for place in at_the_top if place[1].startswith(SLOW)] == []


_PARSE = re.compile(r"\b(?:json|tomllib)\.loads?\(|\bJSONDecoder\(")
_APART = {
    "documents.py", "lists/read/table_process.py", "lists/read/unpack_process.py", "export/verifier.py",
}  # fmt: skip
"""Where documents are parsed, and what runs without the package."""


def test_documents_of_others_are_parsed_in_one_place() -> None:
    """So that a number of thousands of digits, or brackets a thousand deep, are refused wherever they stand."""
    parsing = {path.relative_to(PACKAGE).as_posix() for path, text in SOURCES.items() if _PARSE.search(text)}
    assert parsing <= _APART, "use tracer.documents"


def test_what_is_imported_when_used_is_only_called_or_looked_into() -> None:
    """Anything else would meet what waits for the import: an `except` with it, say, would catch nothing."""
    mistaken = []
    for path in (path for path in SOURCES if "with imported_when_used" in SOURCES[path]):
        every = nodes(path)
        blocks = [node for node in tree(path).body if isinstance(node, ast.With)]
        late = {one.asname or one.name for block in blocks for line in block.body
                if isinstance(line, ast.ImportFrom) for one in line.names}  # fmt: skip
        assert late, path
        late -= {node.arg for node in every if isinstance(node, ast.arg)}
        types = {id(part) for node in every for name in ("annotation", "returns")
                 for part in ast.walk(getattr(node, name, None) or ast.Pass())}  # fmt: skip
        for node in (node for node in every if id(node) not in types):
            match node:
                case ast.ExceptHandler(type=ast.expr() as kept):
                    uses: list[ast.expr] = [kept]
                case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, kind]):
                    uses = [kind]
                case ast.Compare():
                    uses = [node.left, *node.comparators]
                case ast.For() | ast.comprehension():
                    uses = [node.iter]
                case ast.ClassDef():
                    uses = node.bases
                case ast.Subscript() | ast.Starred():
                    uses = [node.value]
                case ast.BinOp():
                    uses = [node.left, node.right]
                case _:
                    continue
            named = {one.id for use in uses for one in (use.elts if isinstance(use, ast.Tuple) else [use])
                     if isinstance(one, ast.Name)}  # fmt: skip
            mistaken += [f"{path.name}:{name}" for name in named & late]
    assert mistaken == []
