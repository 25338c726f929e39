"""Phone numbers, set-based: what SQL reads at sight, what it reads on distinct texts, and what goes to libphonenumber.

The rules are those of `phone_rules.py`; the SQL takes the common forms out of the way and must give the same answers
(a test holds it to that). Nothing here runs Python over all rows: only distinct texts that no SQL rule knows do.
"""

from __future__ import annotations

from tracer.identify import number_forms as pattern
from tracer.identify.cell import ASCII_TWIN, DASHES, FULL_WIDTH, PLACEHOLDERS, SPACES, ZERO_WIDTH, sql_literal
from tracer.identify.digests import any_digest_key_sql, placeholder_sql
from tracer.identify.number_forms import forms_of

_COUNTRY = 86_000_0000_0000
_TAIL = r"(?:\.0)?[^\p{Nd}]*"
_TOGETHER = "1[3-9][0-9]{9}"
_GROUPED = "1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}"


def fast_sql(text: str, region: str) -> str:
    """SQL: the key of a Chinese mobile number in one of its common forms, otherwise NULL. No folding, one look.

    The cheapest form comes first. A match as a whole (no groups) lets RE2 run its automaton; what is cut out
    afterwards is the leftmost match, and nothing in front of it can begin with 1. All are cases of `MOBILE_CN`.
    """
    forms = forms_of(region)
    front, prefix, clean = forms.front, forms.prefix, ""
    if forms.bare:
        clean = f"WHEN strlen({text}) = 11 AND regexp_full_match({text}, '{_TOGETHER}') THEN CAST({text} AS BIGINT)"
    return (
        f"({_COUNTRY} + CASE {clean}"
        f" WHEN regexp_full_match({text}, '{prefix}{_TOGETHER}') THEN CAST(right({text}, 11) AS BIGINT)"
        f" WHEN regexp_full_match({text}, '{front}{_TOGETHER}{_TAIL}')"
        f" THEN CAST(regexp_extract({text}, '{_TOGETHER}') AS BIGINT)"
        f" WHEN regexp_full_match({text}, '{front}{_GROUPED}{_TAIL}')"
        f" THEN CAST(replace(replace(regexp_extract({text}, '{_GROUPED}'), ' ', ''), '-', '') AS BIGINT) END)"
    )


def fold_sql(text: str) -> str:
    """SQL for `cell.fold`, the quotes of `cell.unwrap`, and the footnote's star."""
    wide = SPACES + DASHES + FULL_WIDTH
    plain = " " * len(SPACES) + "-" * len(DASHES) + ASCII_TWIN
    # DuckDB rebuilds the table of `translate` for each text: the long one is kept from texts that need none.
    folded = (
        f"CASE WHEN regexp_full_match({text}, '[ -~]*') THEN {text}"
        f" ELSE translate({text}, {sql_literal(wide + ZERO_WIDTH)}, {sql_literal(plain)}) END"
    )
    ends = " \n\r\x1c\x1d\x1e\x1f"
    quotes = "'\"`\u2018\u2019\u201c\u201d "
    return f"regexp_replace(trim(trim({folded}, {sql_literal(ends)}), {sql_literal(quotes)}), ' \\*$', '')"


def form_literals(region: str) -> dict[str, str]:
    """What `sql/phone_forms.sql` is filled with: the patterns as SQL literals, and expressions made from them."""
    forms = forms_of(region)
    literals = {
        "mobile": forms.mobile,
        "hash": pattern.HASH,
        "scientific": pattern.SCIENTIFIC,
        "masked": pattern.MASKED,
        "two_digits": pattern.TWO_DIGITS,
        "decimal": pattern.DECIMAL,
        "thousands": pattern.THOUSANDS,
        "digits_only": pattern.DIGITS_ONLY,
        "whole": forms.whole,
        "extension": forms.extension,
        "second_dash": forms.second_dash,
        "allocated": pattern.allocated(),
        "several_mobiles": forms.several,
        "several": pattern.SEVERAL,
        "national": "^(?:(?:00)?86)?0?",
    }
    digest = f"regexp_extract(lower(text), {sql_literal(pattern.HASH)}, 1)"
    # SQL: the text with full-width digits and the punctuation of numbers made plain; part of `fold_sql`, and cheap.
    return {
        **{name: sql_literal(text) for name, text in literals.items()},
        "folded": fold_sql("raw"),
        "ascii_digits": f"translate({'raw'}, '０１２３４５６７８９＋－（）', '0123456789+-()')",
        "fast": fast_sql("text", region),
        "placeholders": ", ".join(sql_literal(word) for word in sorted(PLACEHOLDERS)),
        "sequences": ", ".join(sql_literal(digits) for digits in pattern.SEQUENCES),
        "hash_key": any_digest_key_sql(digest),
        "hash_of_nothing": placeholder_sql(digest),
        "country": str(_COUNTRY),
        "first_mobile": str(_COUNTRY + 130_0000_0000),
        "last_mobile": str(_COUNTRY + 199_9999_9999),
    }
