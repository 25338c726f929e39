"""Writes the built-in tables of segments, which travel with the tool: `python -m tracer.identify.builtin_segments`.

They are libphonenumber's. To load the descriptions of all countries, pick China's and spread them over seven digits
takes a second, which the first trace of every case would wait for. The files also give the same tables, and so the same
findings, whatever version of the library is installed; they are rewritten when the one that the tests pin changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from phonenumbers.carrierdata import CARRIER_DATA
from phonenumbers.geodata import GEOCODE_DATA

from tracer.case.memory import memory_case
from tracer.identify.number_plans import plan_prefixes
from tracer.identify.organisation import split_description
from tracer.identify.segments import BUILT_IN, BUILT_IN_ABROAD, replace_segments

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


def expanded_segments() -> pa.Table:
    """The same at seven digits, in order, as the case's table holds it; prefixes as numbers."""
    con = memory_case().con
    replace_segments(con, known_segments())
    table: pa.Table = con.execute("SELECT * FROM segment ORDER BY prefix").to_arrow_table()
    return table.set_column(0, "prefix", pc.cast(table["prefix"], pa.int32())).replace_schema_metadata(
        {_VERSION: phonenumbers.__version__.encode()}
    )


_PLACED = {"US": (3, 6), "BR": (1, 2)}
"""Plans whose prefixes tell a place, and how many digits behind the country code do."""


def abroad() -> pa.Table:
    """libphonenumber's knowledge of the other plans of `number_plans`: country, prefix, province, city, carrier.

    A prefix is of a carrier, of a place, or of both; what one of both lacks is that of the longest shorter one. Places
    are in English: a state, or a town with its state behind a comma.
    """
    rows: list[tuple[str, str, str, str, str]] = []
    for country, plan in plan_prefixes().items():
        if country == "CN":
            continue
        fewest, most = _PLACED.get(country, (1, 0))
        carriers = {p: names["en"] for p, names in CARRIER_DATA.items() if p.startswith(plan[1:]) and "en" in names}
        places = {
            p: names["en"]
            for p, names in GEOCODE_DATA.items()
            if p.startswith(plan[1:]) and "en" in names and fewest <= len(p) - len(plan[1:]) <= most
        }
        states = _states(places)
        for prefix in sorted({*carriers, *places}):
            city, _, state = _longest(places, prefix).rpartition(", ")
            rows.append((country, f"+{prefix}", states.get(state, state), city, _longest(carriers, prefix)))
    names = ("country", "prefix", "province", "city", "carrier")
    return pa.table({name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)})


def _states(places: Mapping[str, str]) -> dict[str, str]:
    """States that are written out, as most of the towns under their area codes write them."""
    written = {prefix: place for prefix, place in places.items() if ", " not in place}
    below: dict[str, Counter[str]] = defaultdict(Counter)
    for prefix, place in places.items():
        for n in range(1, len(prefix)):
            if ", " in place and prefix[:n] in written:
                below[written[prefix[:n]]][place.rpartition(", ")[2]] += 1
    return {state: towns.most_common(1)[0][0] for state, towns in below.items()}


def _longest(known: Mapping[str, str], prefix: str) -> str:
    """What is known of the longest beginning of a prefix."""
    return next((known[prefix[:n]] for n in range(len(prefix), 0, -1) if prefix[:n] in known), "")


def made_from(path: Path = BUILT_IN) -> str:
    """The version of the library that the file was made from."""
    version: bytes = pq.read_schema(path).metadata[_VERSION]
    return version.decode()


def write(path: Path = BUILT_IN, path_abroad: Path = BUILT_IN_ABROAD) -> None:
    """Write the files: 170 KB and 130 KB."""
    pq.write_table(abroad(), path_abroad, compression="zstd", compression_level=19)
    pq.write_table(
        expanded_segments(),
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=["province", "city", "carrier", "kind"],
        column_encoding={"prefix": "DELTA_BINARY_PACKED"},
    )


if __name__ == "__main__":
    write()
