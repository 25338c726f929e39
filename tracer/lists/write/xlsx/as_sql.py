"""Plain formulas of a row's own cells as SQL, so that a database can say what they give for a new row.

Each word is translated by itself: what has no like in SQL is not translated. Whether SQL gives what the spreadsheet
program gave is for the caller to see in the values that the file stores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from tracer.lists.write.xlsx.references import OWN, Token, tokens

MACROS = (
    # A spreadsheet rounds what it shows: 9.975, which is a little less in binary, to 9.98.
    "CREATE OR REPLACE TEMP MACRO sheet_round(x, n) AS sign(x) * floor(abs(x) * pow(10, n) + 0.5 + 1e-7) / pow(10, n)",
    "CREATE OR REPLACE TEMP MACRO sheet_year(x) AS year(DATE '1899-12-30' + CAST(x AS INTEGER))",
    "CREATE OR REPLACE TEMP MACRO sheet_month(x) AS month(DATE '1899-12-30' + CAST(x AS INTEGER))",
)
_OF_TEXTS = {
    "LEFT(": "left(",
    "RIGHT(": "right(",
    "UPPER(": "upper(",
    "LOWER(": "lower(",
    "TRIM(": "trim(",
    "LEN(": "length(",
    "CONCATENATE(": "concat(",
    "_XLFN.CONCAT(": "concat(",
}
_FUNCTIONS = {
    **_OF_TEXTS,
    "IF(": "if(",
    "ROUND(": "sheet_round(",
    "ABS(": "abs(",
    "MAX(": "greatest(",
    "MIN(": "least(",
    "INT(": "floor(",
    "YEAR(": "sheet_year(",
    "MONTH(": "sheet_month(",
}
_SIGNS = {"&": "||", "%": "/100.0::DOUBLE"}


def as_sql(own: str, columns_of: Callable[[Token], Collection[int] | None], numbers: Collection[int]) -> str | None:
    """A formula with `OWN` for its row as an expression over `n3` (column 3 as a number, 0 where it is blank) and `t3`
    (as a text); None where a word has no like. `numbers`: the columns that hold numbers."""
    plain = own.replace(OWN, "1")
    words = list(tokens(plain))
    of_texts = "&" in re.sub(r'"[^"]*"', "", plain) or any(word.text.upper() in _OF_TEXTS for word in words)
    pieces, position = list[str](), 0
    for word in [*words, None]:
        between = plain[position : len(plain) if word is None else word.start]
        if word is not None and word.sheet is not None:
            between = re.sub(r"(?:'(?:[^']|'')*'|[^\W\d][\w.]*)!$", "", between)
        if re.fullmatch(r"[-+*/^&=<>(),%\s]*", between) is None:
            return None
        pieces.append("".join(_SIGNS.get(sign, sign) for sign in between))
        if word is None:
            return "".join(pieces)
        position = word.start + len(word.text)
        columns = columns_of(word) if word.kind in ("cells", "table") else None
        if word.kind == "number":
            pieces.append(f"{word.text}::DOUBLE" if not of_texts else word.text)
        elif word.kind == "text":
            text = word.text[1:-1].replace('""', '"').replace("'", "''")
            pieces.append(f"'{text}'")
        elif word.kind == "function" and word.text.upper() in _FUNCTIONS:
            pieces.append(_FUNCTIONS[word.text.upper()])
        elif columns is not None and len(columns) == 1:
            (column,) = columns
            pieces.append(f"{'n' if column in numbers and not of_texts else 't'}{column}")
        elif word.kind == "name" and word.text.upper() in ("TRUE", "FALSE"):
            pieces.append(word.text)
        else:
            return None
    return None
