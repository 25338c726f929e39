"""Masked numbers of a loaded list, each in one form: for statistics alone, they never link.

Chinese mobile numbers have eleven characters, * for each hidden digit. All others begin with + and the country's code:
`+1312***0175` where the country's numbers have one length and the mask shows it, `+4930…567` elsewhere, since so many
stars do not say how many digits they hide. Codes and lengths are libphonenumber's; a number without a code is of the
list's region.
"""

from __future__ import annotations

from functools import lru_cache

import duckdb

from tracer.identify.country import country
from tracer.identify.number_forms import forms_of
from tracer.identify.phone import fold_sql
from tracer.resources import statements_beside

_statement = statements_beside(__file__)
_COLUMNS = ("fronts", "codes", "digits", "trunks")
_MOSTLY = 0.5
"""Share of masks in the common Chinese form from which a list's are Chinese, whatever one's own lists are."""
_CHINA = "86"
"""What is masked of its numbers is read as mobile numbers are, or not at all."""


def keep_masks(
    con: duckdb.DuckDBPyConnection, dataset: int, region: str, *, find_region: bool = False
) -> tuple[str, ...]:
    """Write the masks among the rejected cells (`load_bad`) of a dataset whose bare numbers are of `region`.

    `find_region`: no region was given, and masks show none: that of one's own lists counts, where they have one. Notes
    that it did.
    """
    home = region
    region = _of_own_lists(con, home) if find_region else home
    con.execute("CREATE OR REPLACE TEMP TABLE load_mask AS " + _statement("read_masks").format(folded=fold_sql("raw")))
    con.execute(_statement("load_masks"), {"dataset": dataset, "china": forms_of(region).masks})
    fronts = con.execute(
        "SELECT DISTINCT CASE WHEN plus THEN regexp_extract(substr(stars, 1, 3), '^[0-9]*') ELSE '' END"
        " FROM temp.load_mask WHERE NOT regexp_matches(stars, '^86')"
    ).fetchall()
    countries = [row for (front,) in fronts if (row := _country(str(front), region)) is not None]
    if countries:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE load_mask_country AS SELECT unnest($fronts::VARCHAR[]) AS front,"
            " unnest($codes::VARCHAR[]) AS code, unnest($digits::INTEGER[]) AS digits,"
            " unnest($trunks::VARCHAR[]) AS trunk",
            {name: list(column) for name, column in zip(_COLUMNS, zip(*countries, strict=True), strict=True)},
        )
        con.execute(_statement("load_masks_abroad"), {"dataset": dataset})
        con.execute("DROP TABLE temp.load_mask_country")
    con.execute("DROP TABLE temp.load_mask")
    if region == home:
        return ()
    read_as = f"{country(region).name} ({region})"
    return (f"masked numbers without a country code are read as those of {read_as}, as your own list's are; --region"
            " overrides",)  # fmt: skip


def _of_own_lists(con: duckdb.DuckDBPyConnection, home: str) -> str:
    own = con.execute("SELECT DISTINCT region FROM dataset WHERE current AND origin = 'own'").fetchall()
    if len(own) != 1 or own[0][0] is None:
        return home
    chinese = con.execute(
        "SELECT avg(CAST(regexp_full_match(raw, '1[3-9][0-9][*]{4}[0-9]{4}') AS DOUBLE)) FROM load_bad"
        " WHERE status = 'masked'"
    ).fetchone()
    return home if chinese is None or (chinese[0] or 0.0) > _MOSTLY else str(own[0][0])


@lru_cache(maxsize=1024)
def _country(front: str, region: str) -> tuple[str, str, int, str] | None:
    """What numbers that begin so are: (front, country code, digits of each national number or 0, trunk prefix); None
    where they have no line. `front`: the digits behind a plus, three at most; empty for a number without one."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, country_code_for_region

    code = 0
    if not front:
        code = 0 if forms_of(region).masks else country_code_for_region(region)
        if not code:
            return None
    for end in range(1, len(front) + 1):
        if int(front[:end]) in COUNTRY_CODE_TO_REGION_CODE and front[0] != "0":
            code = int(front[:end])
            region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    if not code:
        return (front, "", 0, "")
    return None if str(code) == _CHINA else (front, str(code), *_plan(region))


def _plan(region: str) -> tuple[int, str]:
    """The one length of a region's national numbers, 0 where there are several, and its trunk prefix."""
    from phonenumbers import PhoneMetadata

    plan = PhoneMetadata.metadata_for_region(region, None)
    if plan is None:
        return 0, ""
    kinds = [kind for kind in (plan.fixed_line, plan.mobile) if kind is not None]
    lengths = {length for kind in kinds for length in kind.possible_length}
    return (lengths.pop() if len(lengths) == 1 else 0), plan.national_prefix or ""
