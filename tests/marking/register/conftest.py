"""One released case for the tests of a file, put right after each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.marking.own_list import asked, own_case
from tests.marking.register.authority import authority
from tracer.case.case import Case
from tracer.case.schema import refresh_views
from tracer.case.store import registered_tables
from tracer.marking.release.copies import release_copies

__all__ = ["authority"]
_TAMPERED = ("release", "canary", "party", "register_stamp")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Three copies with three canaries each, as `tracer release` writes them."""
    folder = tmp_path_factory.mktemp("register")
    case = own_case(folder)
    refresh_views(case.con)  # a session's views in memory are copies of others, which `verify` compares by the letter
    release_copies(case, asked(folder, "v0", "v1", "v2", unique=3))
    return case


@pytest.fixture
def case(whole: Case) -> Iterator[Case]:
    con, journal, kept = whole.con, whole.journal.file, whole.meta("journal")
    rows = {name: con.execute(f"SELECT * FROM {name}").to_arrow_table() for name in _TAMPERED}
    paths = [Path(path) for (path,) in con.execute("SELECT path FROM release").fetchall()]
    chain = [whole.layout.journal, whole.layout.journal.with_name("journal.head")]
    copies, entries = ({path: path.read_bytes() for path in each} for each in (paths, chain))
    yield whole
    for name, table in rows.items():
        con.execute(f"DELETE FROM {name}")
        with registered_tables(con, as_it_was=table):
            con.execute(f"INSERT INTO {name} SELECT * FROM as_it_was")
    replaced = whole.journal.file is not journal
    for path, content in (copies | (entries if replaced else {})).items():
        path.write_bytes(content)
    if replaced:
        whole.set_meta("journal", kept)
        whole.journal.file = journal
