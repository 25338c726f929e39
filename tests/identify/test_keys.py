"""Keys: ranges that do not meet, masks that hide, SQL and Python that agree."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from tracer.identify import keys
from tracer.identify.normalise import kind_of, normalise_keys, read_key_cell

_BASES = (keys.EMAIL_BASE, keys.KEY_BASE, keys.HASH_BASE)


@pytest.mark.parametrize("base", _BASES)
def test_sql_gives_the_same_key(base: int) -> None:
    with duckdb.connect() as con:
        got = con.execute(f"SELECT {keys.text_key_sql(base, '$text')}", {"text": "易卓@例子"}).fetchone()
    assert got == (keys.text_key(base, "易卓@例子"),)


def test_a_key_alone_says_what_it_is() -> None:
    kinds = (keys.is_phone, keys.is_email, keys.is_mapped_key, keys.is_hash)
    samples = [999_999_999_999_999, *(bound for base in _BASES for bound in (base, base + (1 << 60) - 1))]
    assert [[kind(sample) for kind in kinds].count(True) for sample in samples] == [1] * len(samples)
    assert max(samples) < 2**63


def test_contact_rank() -> None:
    given = [8614200138000, 862658888888, keys.EMAIL_BASE + 5, keys.KEY_BASE + 5, keys.HASH_BASE + 5]
    with duckdb.connect() as con:
        con.register("given", pa.table({"key": given}))
        ranks = con.execute(f"SELECT {keys.contact_rank_sql('key')} FROM given").fetchall()
    assert [rank for (rank,) in ranks] == [0, 3, 1, 2, 4]


def test_masks() -> None:
    assert keys.mask(8614200138000) == "142****8000"
    assert keys.mask(12025550142) == "+1202*****42"
    assert keys.mask(keys.EMAIL_BASE + 1) == "e-mail ****"


def test_mapped_keys_are_folded_and_placeholders_never_link() -> None:
    texts = ["Example.COM", " example.com ", "ＥＸＡＭＰＬＥ．com", "会员０１", "会员01", "", "无", "N/A", "000"]
    with duckdb.connect() as con:
        con.register("given", pa.table({"row": range(len(texts)), "position": [1] * len(texts), "cell": texts}))
        normalise_keys(con, "given", "cell", "got")
        got = con.execute("SELECT key, status FROM got ORDER BY row").fetchall()
    assert len({key for key, _ in got[:3]}) == 1
    assert got[3] == got[4]
    assert [status for _, status in got] == ["ok"] * 5 + ["empty", "junk", "junk", "junk"]
    assert [read_key_cell(text, "")[0].key for text in texts] == [key for key, _ in got]


def test_roles_without_identifiers_have_no_kind() -> None:
    with pytest.raises(KeyError):
        kind_of("name")
