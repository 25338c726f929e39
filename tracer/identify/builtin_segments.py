"""Writes the built-in table of segments, which travels with the tool: `python -m tracer.identify.builtin_segments`.

It is libphonenumber's. To load the descriptions of all countries, pick China's and spread them over seven digits takes
a second, which the first trace of every case would wait for. The file also gives the same table, and so the same
findings, whatever version of the library is installed; it is rewritten when the one that the tests pin changes.
"""

from __future__ import annotations

from pathlib import Path

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from phonenumbers.carrierdata import CARRIER_DATA
from phonenumbers.geodata import GEOCODE_DATA

from tracer.case.memory import memory_case
from tracer.identify.places import split_description
from tracer.identify.segments import BUILT_IN, replace_segments

_VERSION = b"phonenumbers"
"""Metadata of the file: the version of the library that it was made from."""


def known_segments() -> pa.Table:
    """libphonenumber's knowledge of Chinese mobile numbers: prefix (3 to 7 digits), province, city, carrier.

    Numbers that changed carrier are not known to it.
    """
    # Some prefixes have the English name only.
    chinese = {names["en"]: names["zh"] for names in CARRIER_DATA.values() if "en" in names and "zh" in names}
    carriers = {
        prefix[2:]: names.get("zh") or chinese.get(names["en"], names["en"])
        for prefix, names in CARRIER_DATA.items()
        if prefix.startswith("861")
    }
    # Area codes (8610…) are landlines'.
    known = sorted(
        prefix for prefix in GEOCODE_DATA if prefix[:3] == "861" and prefix[3:4] != "0" and 5 <= len(prefix) <= 9
    )
    # 130,000 prefixes have few places and heads between them: the facts of each are found once.
    described = [GEOCODE_DATA[prefix].get("zh", "") for prefix in known]
    places = {text: split_description(text) for text in set(described)}
    heads = {
        head: next((carriers[head[:n]] for n in (5, 4, 3, 2) if head[:n] in carriers), "")
        for head in {prefix[2:7] for prefix in known}
    }
    columns = {
        "prefix": [prefix[2:] for prefix in known],
        "province": [places[text][0] for text in described],
        "city": [places[text][1] for text in described],
        "carrier": [heads[prefix[2:7]] for prefix in known],
    }
    texts = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    return pa.table({**texts, "kind": pa.nulls(len(known), pa.string())})


def expanded() -> pa.Table:
    """The same at seven digits, in order, as the case's table holds it; prefixes as numbers."""
    con = memory_case().con
    replace_segments(con, known_segments())
    table: pa.Table = con.execute("SELECT * FROM segment ORDER BY prefix").to_arrow_table()
    return table.set_column(0, "prefix", pc.cast(table["prefix"], pa.int32())).replace_schema_metadata(
        {_VERSION: phonenumbers.__version__.encode()}
    )


def made_from(path: Path = BUILT_IN) -> str:
    """The version of the library that the file was made from."""
    version: bytes = pq.read_schema(path).metadata[_VERSION]
    return version.decode()


def write(path: Path = BUILT_IN) -> None:
    """Write the file: 170 KB."""
    pq.write_table(
        expanded(), path, compression="zstd", compression_level=19,
        use_dictionary=["province", "city", "carrier", "kind"], column_encoding={"prefix": "DELTA_BINARY_PACKED"},
    )  # fmt: skip


if __name__ == "__main__":
    write()
