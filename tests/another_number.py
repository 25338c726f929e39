"""What each way out shows where `tracer.policy` has another number; run in a process of its own, because modules read
it as they are loaded. The argument is the number; answers are printed as JSON: contacts shared -> way out -> text.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracer import Case

CONTACTS, OTHERS, TINY = 400, 100, 40
QUERIES = ("overlaps", "derivations", "generations", "unexplained", "novelty", "counts", "vintage", "warnings")
_ROOT = Path(__file__).parent.parent
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
"""Of the files, which differ."""


def change_to(number: int) -> None:
    """Load `tracer.policy` with one line of it changed."""
    source = (_ROOT / "tracer" / "policy.py").read_text(encoding="utf-8")
    changed = re.sub(r"^SHOWN_FROM = \d+$", f"SHOWN_FROM = {number}", source, flags=re.MULTILINE)
    module = ModuleType("tracer.policy")
    sys.modules["tracer.policy"] = module
    exec(compile(changed, "tracer/policy.py", "exec"), module.__dict__)  # noqa: S102 - the point of it


def write_lists(folder: Path, shared: dict[str, int]) -> None:
    """`a`; a list for each of `shared` that has so many contacts of `a`; and `tiny`, all of it in `a`."""

    def write(name: str, first: int, from_a: int, contacts: int) -> None:
        numbers = [*range(from_a), *range(first, first + contacts - from_a)]
        rows = [f"Name {n},1400000{n:04d}" for n in numbers]
        (folder / f"{name}.csv").write_text("\n".join(["name,phone", *rows]), encoding="utf-8")

    write("a", 0, 0, CONTACTS)
    for number, (name, from_a) in enumerate(shared.items(), start=1):
        write(name, number * 1000, from_a, OTHERS)
    write("tiny", 9000, TINY, TINY)


def shown(case: Case, folder: Path) -> dict[str, str]:
    """Way out -> what it shows."""
    said = {name: json.dumps(case.query(name).rows(), default=str) for name in QUERIES}
    said["sql"] = json.dumps(case.sql("SELECT * FROM views.overlaps ORDER BY a, b").rows(), default=str)
    said["findings"] = "\n".join(str(one) for one in case.findings())
    for name in ("near", "further", "close", "tiny"):
        why = case.why("a", name)
        said[f"why {name}"] = f"{why}\n{why.details()}"
    for what, to in (("graph", "json"), ("graph", "html"), ("findings", "json"), ("report", "html")):
        case.export(what, to=to, path=folder / "out")
        said[f"{what} {to}"] = (folder / "out").read_bytes().decode("utf-8", "replace")
    return {name: _HASH.sub("…", text) for name, text in said.items()}


def main(number: int) -> None:
    """Two cases that differ in what the lists `near` and `further` share with `a`: nothing, or 15 and 30."""
    change_to(number)
    import tracer

    answers = {}
    for near, further in ((0, 0), (15, 30)):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            write_lists(folder, {"near": near, "further": further, "close": 60})
            with tracer.create(folder / "case", region="CN") as case:
                for name in ("a", "near", "further", "close", "tiny"):
                    case.load(folder / f"{name}.csv", holder=f"holder-{name}", obtained="2026-05-01", id=name)
                case.trace()
                answers[further] = shown(case, folder)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
