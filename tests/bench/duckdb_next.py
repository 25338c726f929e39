"""The suite on the next DuckDB, and what fails there: [TESTS…] [--duckdb 'duckdb>=2,<3'].

The library that encrypts stores is there for one version of DuckDB alone. So the tests run in a copy of the clone whose
stores are written in clear, by the Python of an environment with that DuckDB; both are gone afterwards, and the tool
itself has no such switch. Tests of encryption fail there, and are told apart. Exit code 1 where others do.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_IN_CLEAR = {
    "tracer/case/store.py": (
        ("    path = extension_path()\n", '    return duckdb.connect(":memory:")\n'),
        ("(ENCRYPTION_KEY $key, ENCRYPTION_CIPHER 'GCM'{mode})", "(TYPE duckdb{mode})"),
        ('con.execute(statement, {"key": secret.hex()})', "con.execute(statement)"),
        ('        con.execute("SET temp_file_encryption = true")\n', ""),
    ),
    "tests/case/planted.py": (
        (" (ENCRYPTION_KEY $key, ENCRYPTION_CIPHER 'GCM')", ""),
        ('            {"key": key.secret.hex()},\n', ""),
    ),
}
"""What is replaced in the copy, each once."""
_OF_ENCRYPTION = re.compile(r"encrypt|wrong_key|secret|in_clear|extension|another_key", re.IGNORECASE)
_VARIANT = re.compile(r"(::\w+)\[.*?\](?= - |$)")
"""A case of a test, which fails as its others do."""


def clone_in_clear(tree: Path) -> None:
    """A copy of the clone's files whose stores are not encrypted. Raises LookupError where the code has changed."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (_ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(_ROOT / name, tree / name)
    for name, changes in _IN_CLEAR.items():
        text = (tree / name).read_text(encoding="utf-8")
        for old, new in changes:
            if text.count(old) != 1:
                raise LookupError(f"{name} has changed: {old.strip()!r} is there {text.count(old)} times")
            text = text.replace(old, new)
        (tree / name).write_text(text, encoding="utf-8")


def python_with(folder: Path, wanted: str, tree: Path) -> Path:
    """The Python of an environment that has another DuckDB, all else that this one has, and the copy."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", wanted], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    here = [path for path in sys.path if path.endswith("site-packages")]
    (site / "next.pth").write_text("\n".join([str(tree), *here]) + "\n", encoding="utf-8")
    return python


def main() -> int:
    """Run the tests and list what fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", default=["tests"], help="files or folders of tests; all without")
    parser.add_argument("--duckdb", default="duckdb>=2,<3", metavar="REQUIREMENT")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="duckdb-next-") as folder:
        tree = Path(folder) / "tree"
        clone_in_clear(tree)
        python = python_with(Path(folder) / "python", asked.duckdb, tree)
        version = subprocess.run([python, "-c", "import duckdb; print(duckdb.__version__)"], check=True,
                                 capture_output=True, text=True).stdout.strip()  # fmt: skip
        command = [python, "-m", "pytest", "--tb=no", "-rfE", "-p", "no:cacheprovider", *asked.tests]
        wide = {**os.environ, "COLUMNS": "300"}
        done = subprocess.run(command, cwd=tree, check=False, capture_output=True, text=True, env=wide)
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    other = [line for line in failed if not _OF_ENCRYPTION.search(line)]
    found = Counter(_VARIANT.sub(r"\1", line) for line in other)
    print(f"DuckDB {version}: {(done.stdout.strip() or done.stderr.strip()).splitlines()[-1]}")
    print("\n".join([f"{count:4} {line}" for line, count in sorted(found.items())]))
    print(f"{len(failed) - len(other)} more are about encryption")
    return 1 if other or done.returncode > 1 else 0


if __name__ == "__main__":
    sys.exit(main())
