"""Stealers' logs, combination lists and tables with passwords: a row an entry, and no secret anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.lists.loading import everything_in, load_text
from tracer.case.case import Case, create_case
from tracer.case.memory import memory_case
from tracer.documents import toml_of
from tracer.dossier.statements import original_of
from tracer.errors import InputRefused, UsageError
from tracer.lists.loaded import Loaded
from tracer.lists.read.secret_columns import names_secret
from tracer.lists.read.theft import site_of

ROWS = 40
SIGN = "cAnArY"
"""In every secret, and in nothing else."""


def filled(block: str, at: int) -> str:
    """An entry by a template: `{s}`, `{m}` and `{p}` are site, mail address and secret, `{n}` and `{d}` its number."""
    mail = f"user{at}@mail.example"
    site = f"https://www.shop{at % 7}.example:8443/login?user={mail}"  # with a name that is nobody's business
    return block.format(s=site, m=mail, p=f"{SIGN}{at}x!", n=at, d=at % 28 + 1)


def entries(block: str, rows: int = ROWS) -> str:
    return "".join(f"{filled(block, at)}\n" for at in range(rows))


FORMS = toml_of((Path(__file__).parent / "stolen_lists.toml").read_text("utf-8"))


def text_of(name: str, rows: int = ROWS) -> str:
    first, block, last = FORMS[name] if isinstance(FORMS[name], list) else ("", FORMS[name], "")
    return first + entries(block, rows) + filled(last, rows)


def _load(case: Case, folder: Path, name: str, text: str, **options: Any) -> Loaded:
    return load_text(case, folder / name, text, find_region=True, **options)


def test_one_row_an_entry_and_no_secret(tmp_path: Path) -> None:
    case = memory_case()
    for name in FORMS:
        loaded = _load(case, tmp_path, name, text_of(name))
        more = name in ("ragged.csv", "records.ndjson")
        assert (loaded.rows, loaded.identifiers) == (ROWS + more, ROWS + (name == "ragged.csv")), name
        assert (loaded.secrets or 0) >= ROWS, name
        assert any(note.startswith("SECRETS DROPPED") for note in loaded.notes), name
        assert SIGN not in repr(loaded), name
    assert SIGN not in everything_in(case)


def test_no_file_of_the_case_folder_holds_a_secret(tmp_path: Path) -> None:
    files = tmp_path / "in"
    files.mkdir()
    with create_case(tmp_path / "case", key_file=tmp_path / "key") as case:
        for name in ("redline.txt", "colon.txt", "table.csv"):
            _load(case, files, name, text_of(name, 200))
        assert list(case.layout.originals.iterdir()) == []
        with pytest.raises(UsageError, match="holds secrets and was not kept"):
            original_of(case.con, "colon")
        journal = [entry["detail"] for entry in case.journal.entries() if entry["command"] == "load"]
    assert all(detail["secrets_dropped"] == 200 and not detail["original_kept"] for detail in journal)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "case").rglob("*") if path.is_file())
    assert SIGN.encode() not in kept


def test_sites_are_kept_and_nothing_else_of_an_address(tmp_path: Path) -> None:
    case = memory_case()
    _load(case, tmp_path, "redline.txt", text_of("redline.txt"))
    _load(case, tmp_path, "app.txt", text_of("app.txt"))
    sites = case.con.execute("SELECT DISTINCT c0 FROM raw.d1_p1 ORDER BY c0").fetchall()
    assert sites == [(f"shop{at}.example",) for at in range(7)]
    assert case.con.execute("SELECT DISTINCT c0 FROM raw.d2_p1").fetchall() == [("shop.com",)]
    assert "8443" not in everything_in(case)


def test_the_registrable_host() -> None:
    sites = {
        "https://Login.Shop.co.uk/a?b=c@d.example": "shop.co.uk", "shop.example/login": "shop.example",
        "http://user:word@shop.example/": "shop.example", "http://192.0.2.7:8080/": "192.0.2.7",
        "android://k==@br.com.bank.app/": "bank.com.br", "https://bücher.example": "bücher.example",
        "chrome://settings": None, "": None,
    }  # fmt: skip
    assert {address: site_of(address) for address in sites} == sites


def test_keyed_hashes_are_kept_where_they_are_asked_for(tmp_path: Path) -> None:
    case, key = memory_case(), b"k" * 32
    _load(case, tmp_path, "colon.txt", text_of("colon.txt"), secret_key=key)
    _load(case, tmp_path, "table.csv", text_of("table.csv"), secret_key=key)
    shared = case.con.execute(
        "SELECT a.c5 FROM raw.d1_p1 AS a JOIN raw.d2_p1 AS b ON b.c0 = a.c1 AND b.c1 = a.c5"
    ).fetchall()
    assert len({cell for (cell,) in shared}) == ROWS, "the same secret has the same hash in any list of the case"
    assert all(re.fullmatch(r"[a-z2-7]{16}", cell) for (cell,) in shared)
    assert SIGN not in everything_in(case)


def test_the_original_is_kept_where_it_is_asked_for(tmp_path: Path) -> None:
    case = memory_case()
    loaded = _load(case, tmp_path, "colon.txt", text_of("colon.txt"), keep_original=True)
    assert case.vault.files.read(original_of(case.con, "colon")) == (tmp_path / "colon.txt").read_bytes()
    assert any("kept, encrypted, with its secrets" in note for note in loaded.notes)


def test_the_user_decides_what_a_column_holds(tmp_path: Path) -> None:
    case = memory_case()
    columns = {"secret": "code", "other": "Pass"}
    loaded = _load(case, tmp_path, "list.csv", "email,Pass,code\n" + entries("{m},no,{p}"), columns=columns)
    assert [column.role for column in loaded.parts[0].columns] == ["email", "other", "secret"]
    assert SIGN not in everything_in(case)


@pytest.mark.parametrize("block", [
    "张三:1400{n:07d}", "{m};Anna", "{m}:Anna Berg", "{m}|2026-01-{d:02d}", "1400{n:07d},北京市朝阳区某路{n}号",
    "1400{n:07d}----{m}", "{m},https://shop.example/{n}",
])  # fmt: skip
def test_other_lists_hold_no_secrets(tmp_path: Path, block: str) -> None:
    loaded = _load(memory_case(), tmp_path, "list.txt", entries(block))
    assert (loaded.secrets, loaded.identifiers >= ROWS) == (None, True)


def test_where_there_is_no_identifier_or_no_table_secrets_are_dropped_too(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        _load(memory_case(), tmp_path, "log.txt", entries("URL: x\nUsername: bob\nPassword: {p}\n"))
    assert SIGN not in str(refused.value)
    case = memory_case()
    _load(case, tmp_path, "chat.txt", entries("Call Anna on +1 212 555 01{d:02d} please, password: {p} as ever"))
    assert SIGN not in everything_in(case)


def test_headings_that_name_secrets() -> None:
    good = "Password user_pass passwd PWD 用户密码 密码MD5 Пароль Contraseña encryptedPassword Mot_de_passe"
    assert [heading for heading in good.split() if not names_secret(heading, False)] == []
    assert (names_secret("hash", True), names_secret("hash", False)) == (True, False)
    others = "Passport No|password_changed_at|phone_hash|PIN code|密码修改时间|Bypass"
    assert [heading for heading in others.split("|") if names_secret(heading, True)] == []
