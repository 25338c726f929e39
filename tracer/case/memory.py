"""A case without a file: the same schema in memory, for simulations, benchmarks and tests. Nothing is encrypted."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

from tracer.case.case import Case
from tracer.case.key import KEY_BYTES, CaseKey, derive
from tracer.case.layout import Layout
from tracer.case.schema import install_schema, write_metas
from tracer.case.store import CATALOG, connect


def memory_case(region: str = "CN", *, name: str = "simulated", beside: tuple[Path, ...] = ()) -> Case:
    """A case whose store lies in memory under a fixed key; vault and journal in a folder that goes with it.

    beside: further stores that its connection may attach.
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
    case.journal.begin()
    weakref.finalize(case, shutil.rmtree, folder, ignore_errors=True)
    return case
