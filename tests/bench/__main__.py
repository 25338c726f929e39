"""`python -m tests.bench`: what is measured, and the command for each."""

from __future__ import annotations

import ast
from pathlib import Path


def main() -> None:
    """List the benchmarks: every module here that has a `main`, with the first line of its docstring."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        has_main = any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)
        if has_main and path.stem != "__main__":
            print(f"python -m tests.bench.{path.stem:16} {(ast.get_docstring(tree) or '').splitlines()[0]}")


if __name__ == "__main__":
    main()
