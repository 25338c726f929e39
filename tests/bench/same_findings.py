"""Two checkouts of the tool find the same: OTHER [--markets 10]. Words apart, every finding, probability and count.

Each checkout makes its own case of the sample and of simulated markets (the same manifests, made by this one), traces
it, and gives its finding tables without what is said: reasons, and of a waterfall the signals, values and weights are
compared. Bar: no difference.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import frame
from tracer.resources import sample_dir

_HERE = Path(__file__).parents[2]
_TABLES = (
    "overlap", "derivation", "hidden", "generation", "explanation", "unexplained", "vintage", "attribution",
    "retention", "claim_verdict", "chain", "campaign", "campaign_source", "caller_pool", "complaint_rate", "line_hand",
    "rule_count", "after_refusal", "refused_inside", "legal_count",
)  # fmt: skip
_ASK = """
import json, sys
from pathlib import Path
from tracer.case.case import open_case

def bare(table, row):
    for name in ("reasons", "against", "alternatives", "superseded"):
        row.pop(name, None)
    if table == "campaign":
        row.pop("reading")
    if "weights" in row:
        row["weights"] = [[step["signal"], step["value"], step["weight"]] for step in json.loads(row["weights"])]
    if table == "claim_verdict":
        row["numbers"] = {n: v for n, v in json.loads(row["numbers"]).items() if not isinstance(v, (str, dict))}
    return json.dumps(row, default=str, sort_keys=True)

found = {}
with open_case(Path(sys.argv[1]), read_only=True) as case:
    for table in json.loads(sys.argv[2]):
        cursor = case.con.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        found[table] = sorted(bare(table, dict(zip(names, row))) for row in cursor.fetchall())
print(json.dumps(found))
"""


def findings_by(checkout: Path, manifest: Path, folder: Path) -> dict[str, list[str]]:
    """What a checkout finds on a manifest: table -> its rows as JSON, sorted."""
    fixed = {"TRACER_KEY": "5a" * 32, "TRACER_NOW": "2026-08-01T12:00:00Z", "LANG": "C.UTF-8"}
    environment = {**os.environ, **fixed, "PYTHONPATH": str(checkout)}

    def python(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=checkout, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{checkout}: {done.stderr[-2000:]}")
        return done.stdout

    python("-m", "tracer", "run", str(manifest), "--case", str(folder), "--allow-outside")
    found: dict[str, list[str]] = json.loads(python("-c", _ASK, str(folder), json.dumps(_TABLES)))
    return found


def main(other: Path, *, markets: int = 10) -> bool:
    """Compare, and print what differs."""
    faults = 0
    with tempfile.TemporaryDirectory(prefix="same-") as temporary:
        manifests = {"sample": sample_dir() / "case.toml"}
        for seed in range(markets):
            made = Path(temporary) / f"market-{seed}"
            subprocess.run(
                [sys.executable, "-m", "tracer", "simulate", str(made), "--seed", str(seed)],
                cwd=_HERE, env={**os.environ, "PYTHONPATH": str(_HERE)}, check=True, capture_output=True,
            )  # fmt: skip
            manifests[f"market {seed}"] = made / "case.toml"
        for name, manifest in manifests.items():
            here, there = (
                findings_by(checkout.resolve(), manifest, Path(temporary) / f"{name}-{side}")
                for side, checkout in (("here", _HERE), ("there", other))
            )
            rows = sum(map(len, here.values()))
            unlike = [table for table in _TABLES if here[table] != there[table]]
            print(f"{name}: {rows} rows, {', '.join(unlike) or 'the same'}", flush=True)
            for table in unlike:
                faults += 1
                for row in sorted(set(here[table]) ^ set(there[table]))[:4]:
                    print(f"  {table} {'here ' if row in here[table] else 'there'} {row[:600]}")
    print("bar held" if not faults else f"{faults} tables differ")
    return not faults


if __name__ == "__main__":
    frame.run(main)
