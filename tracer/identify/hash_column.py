"""Columns of hashed numbers or addresses: what SQL reads at sight, and the rules for one cell.

In such a column any text of a hash's form is one, letters or not; clear text in it is read by the rules of
its kind.
"""

from __future__ import annotations

from tracer.identify.cell import Reading
from tracer.identify.digests import WIDTHS, digest_key_sql, placeholder_sql, read_digest
from tracer.identify.email import read_email_cell
from tracer.identify.phone_rules import read_phone_cell


def fast_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: the key of a hash in hexadecimal or padded base64 that is the whole cell, otherwise NULL."""
    cases = [
        f"WHEN strlen({text}) = {width} AND regexp_full_match({text}, '[0-9a-fA-F]{{{width}}}')"
        f" THEN {digest_key_sql(text, width)}"
        for width in (*WIDTHS, 16)
    ]
    decoded = f"lower(hex(from_base64({text})))"
    cases += [
        f"WHEN strlen({text}) = {length} AND regexp_full_match({text}, '[0-9A-Za-z+/]{form}')"
        f" THEN {digest_key_sql(decoded, width)}"
        for length, width, form in ((24, 32, "{22}=="), (28, 40, "{27}="), (44, 64, "{43}="), (88, 128, "{86}=="))
    ]
    return f"CASE WHEN {placeholder_sql(text)} THEN NULL {' '.join(cases)} END"


def read_phone_hash(raw: str, region: str) -> tuple[Reading, ...]:
    """A cell of a column of hashed numbers; a number in clear is read as one."""
    found = read_digest(raw, "a number")
    return read_phone_cell(raw, region) if found is None else (found,)


def read_email_hash(raw: str, region: str) -> tuple[Reading, ...]:
    """A cell of a column of hashed addresses; an address in clear is read as one."""
    found = read_digest(raw, "an address")
    return read_email_cell(raw, region) if found is None else (found,)
