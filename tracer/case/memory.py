"""A case without a file: the same schema in memory, to read files to nothing, for simulations, benchmarks and tests.

Nothing is encrypted but what spills.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import weakref
from pathlib import Path

from tracer.case.case import Case, CaseVault
from tracer.case.key import KEY_BYTES, CaseKey, derive
from tracer.case.layout import Layout
from tracer.case.schema import install_schema, write_metas
from tracer.case.store import CATALOG, connect
from tracer.case.vault import Stored
from tracer.regular import sha256_of


class _NoVault(CaseVault):
    """Originals are hashed, and not kept."""

    def seal(self, path: Path, data: bytes | None = None) -> Stored:
        """What the vault would say of it."""
        if data is not None:
            return Stored(hashlib.sha256(data).hexdigest(), len(data), new=False)
        return Stored(sha256_of(path), path.stat().st_size, new=False)


def memory_case(
    region: str = "CN", *, name: str = "simulated", beside: tuple[Path, ...] = (), originals: bool = True
) -> Case:
    """A case whose store lies in memory under a fixed key; vault and journal in a folder that goes with it.

    beside: further stores that its connection may attach; originals: whether the vault keeps what it is given.
    """
    folder = Path(tempfile.mkdtemp(prefix="tracer-memory-"))
    layout = Layout(folder)
    layout.originals.mkdir()
    layout.spill.mkdir()
    con = connect(layout.spill, *beside)
    con.execute(f"ATTACH ':memory:' AS {CATALOG}")
    con.execute(f"USE {CATALOG}")
    install_schema(con)
    key = CaseKey(bytes(KEY_BYTES), "memory")
    write_metas(con, {"name": name, "region": region, "root_secret": derive(key.secret, b"root").hex()})
    case = Case(layout, con, key, read_only=False)
    if not originals:
        case.vault = _NoVault(case, case.vault.files)
    case.journal.begin()
    weakref.finalize(case, shutil.rmtree, folder, ignore_errors=True)
    return case
