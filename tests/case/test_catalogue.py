"""A store that a stranger made: what computes is not used, and what is this version's own is put back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.case.planted import PLANTED, REPLACED, plant
from tracer.case.case import create_case, open_case
from tracer.case.schema import _KEPT, expected_catalogue, kept_text, made_anew, schema_faults
from tracer.errors import CaseUnavailable
from tracer.policy import with_least

KEY = "5a" * 32


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_KEY", KEY)
        with create_case(tmp_path_factory.mktemp("catalogue") / "case") as made:
            made.con.execute("CREATE TABLE raw.d1_p1_cells (c0 VARCHAR)")
        yield made.folder


@pytest.fixture
def case(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRACER_KEY", KEY)
    return Path(shutil.copytree(made, tmp_path / "case"))


def test_the_catalogue_that_is_kept_is_that_of_a_new_case() -> None:
    assert _KEPT.read_text(encoding="utf-8") == kept_text(), "run: python -m tracer.case.schema"
    assert expected_catalogue() == made_anew(with_least)


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_what_computes_is_refused(case: Path, name: str) -> None:
    plant(case, PLANTED[name])
    for read_only in (True, False):
        with pytest.raises(CaseUnavailable, match="the store holds objects that tracer does not make") as told:
            open_case(case, read_only=read_only)
        assert told.value.line().isprintable()
        assert len(told.value.line()) < 600


@pytest.mark.parametrize("name", sorted(REPLACED))
def test_documented_views_are_put_back(case: Path, name: str) -> None:
    plant(case, REPLACED[name])
    with open_case(case, read_only=True) as opened:
        assert schema_faults(opened.con) == []
        assert opened.con.execute("SELECT * FROM views.datasets").fetchall() == []


OUTSIDE = (
    "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_csv('http://127.0.0.1:9/a.csv')", "ATTACH '/etc/hostname' AS other",
    "COPY meta TO '/tmp/never-written.csv'", "INSTALL spatial", "LOAD spatial", "SELECT st_point(1, 2)",
    "SET enable_external_access = true", "SET lock_configuration = false", "SET allowed_paths = ['/etc/hostname']",
    "SET temp_directory = '/tmp'", "EXPORT DATABASE '/tmp/never-written'", "CREATE SECRET (TYPE http)",
    "SELECT * FROM read_text('/dev/fd/0')", "SELECT * FROM read_text('/proc/self/environ')",
)  # fmt: skip


@pytest.mark.parametrize("read_only", [True, False])
def test_an_open_case_reaches_nothing_outside(case: Path, read_only: bool) -> None:
    with open_case(case, read_only=read_only) as opened:
        for statement in OUTSIDE:
            with pytest.raises(duckdb.Error):
                opened.con.execute(statement).fetchall()


def test_a_name_that_is_none_is_refused(case: Path) -> None:
    plant(case, ["INSERT INTO part VALUES (1, 1, NULL, NULL, false, 'csv', NULL, ',', 1, 1, 1, '(SELECT 1)', NULL)"])
    with pytest.raises(CaseUnavailable, match="by an invalid name"):
        open_case(case, read_only=True)
