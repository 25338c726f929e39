"""`python -m tests.bench`: the suite; `--list`: what else is measured, and the command for each."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


def single_benches() -> list[str]:
    """Every module here that has a `main`, with the first line of its docstring."""
    found = []
    here = Path(__file__).parent
    for path in sorted((*here.glob("*.py"), *here.glob("zoo/*.py"))):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        has_main = any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)
        name = ".".join(path.relative_to(here).with_suffix("").parts).removesuffix(".__main__")
        if has_main and name not in ("__main__", "suite") and not name.startswith("peer_"):
            found.append(f"python -m tests.bench.{name:18} {(ast.get_docstring(tree) or '').splitlines()[0]}")
    return found


def main() -> int:
    """Run the suite, or list the single benches."""
    if "--list" in sys.argv[1:]:
        print("\n".join(single_benches()))
        return 0
    from tests.bench.suite import main as suite

    return suite()


if __name__ == "__main__":
    sys.exit(main())
