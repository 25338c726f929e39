"""Passwords and what stands for them are dropped at the door: before a row is in any table, they are a mark.

Which columns of a table hold secrets is known from its headings, and from what the user says, before its rows are
landed. A mark stays for each filled cell, so that it is known that something was there; where the user asks for
it, a hash under a secret of the case stays instead, by which equal cells are known.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tracer.documents import toml_of
from tracer.lists.read.words import plain, words_of

MARK = "•"
"""What stays of a secret that is dropped."""
PURPOSE = b"secret hash"
"""The purpose under which the case derives the key of kept hashes."""
_HASH_BYTES = 10
_LONGEST = 60
_FEW = 0.2  # share of rows with more cells than there are headings from which there are columns without one
_TABLE = toml_of((Path(__file__).parent / "secret_words.toml").read_text("utf-8"))
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


_WORDS, _NEXT_TO_OTHERS, _ABOUT = (
    frozenset(plain(word) for word in _TABLE[name].split(",")) - {""} for name in ("words", "beside", "about")
)
_MOST_TOKENS = 4
_CONTAINED = tuple(sorted(word for word in _WORDS if _CJK.search(word) or len(word) >= len("password")))
_ABOUT_CJK = tuple(word for word in _ABOUT if _CJK.search(word))


@lru_cache(maxsize=8192)
def names_secret(heading: str, several: bool) -> bool:
    """Whether a heading names a column of secrets. `several`: whether others of the table say whose they are."""
    if not heading or len(heading) > _LONGEST:
        return False
    if several and plain(heading).strip("0123456789") in _NEXT_TO_OTHERS:
        return True
    text = unicodedata.normalize("NFKC", heading)
    tokens = words_of(heading)
    if any(token in _ABOUT for token in tokens) or any(word in text for word in _ABOUT_CJK):
        return False
    whole = plain(text)
    if whole.strip("0123456789") in _WORDS or any(word in whole for word in _CONTAINED):
        return True
    spans = (
        "".join(tokens[first:last])
        for first in range(len(tokens))
        for last in range(first + 1, min(len(tokens), first + _MOST_TOKENS) + 1)
    )
    return any(span in _WORDS for span in spans)


def secret_positions(
    header: Sequence[str], identified: Callable[[], bool], mapped: Mapping[int, str]
) -> frozenset[int]:
    """The columns that hold secrets: by their headings, and by what the user says, which is obeyed.

    `identified`: whether a column of the table says whose rows they are, in clear; `mapped`: position to role.
    """
    found = {at for at, heading in enumerate(header) if at not in mapped and names_secret(heading, True)}
    if found and not all(names_secret(header[at], False) for at in found) and not identified():
        found = {at for at in found if names_secret(header[at], False)}
    return frozenset(found | {at for at, role in mapped.items() if role == "secret"})


def kept_of(secret: str, key: bytes | None) -> str:
    """What stays of a secret: a mark, or its hash: HMAC-SHA-256 (RFC 2104) under `key`, cut to 80 bits, in base32."""
    if key is None:
        return MARK
    digest = hmac.digest(key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b32encode(digest[:_HASH_BYTES]).decode("ascii").lower()


@dataclass(frozen=True)
class SecretDoor:
    """What a table's rows go through before they are landed."""

    positions: frozenset[int] = frozenset()
    key: bytes | None = None
    """Key of the hashes that are kept; None: none is."""
    width: int = 0
    """Columns up to the last that has a heading: in a longer row a separator may be in a secret."""

    def batch(self, cells: pa.Table) -> pa.Table:
        """The cells without secrets. A row that is too long keeps nothing from its first secret on."""
        if not self.positions or not cells.num_columns:
            return cells
        columns = list(cells.columns)
        for at in sorted(self.positions):
            if at < len(columns):
                columns[at] = _without_secrets(columns[at], self.key)
        over = [_is_filled(column) for column in columns[self.width :]] if self.width else []
        long = reduce(pc.or_, over) if over else None
        # Where so many rows are longer, there are columns without a heading.
        if long is not None and 0 < (pc.mean(long).as_py() or 0) <= _FEW:
            for at in range(min(self.positions), len(columns)):
                lost = pc.and_(long, _is_filled(columns[at]))
                columns[at] = pc.if_else(lost, pa.scalar(MARK, columns[at].type), columns[at])
        return pa.Table.from_arrays(columns, names=cells.column_names)

    def row(self, cells: Sequence[str]) -> list[str]:
        """One row, as `batch` makes it."""
        if not self.positions or not cells:
            return list(cells)
        table = pa.table({str(at): [cell] for at, cell in enumerate(cells)})
        return [column[0].as_py() or "" for column in self.batch(table).columns]


def _is_filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.not_equal(column, ""), False)


def _without_secrets(column: pa.ChunkedArray, key: bytes | None) -> pa.ChunkedArray:
    """A column in which each filled cell is a mark, or the hash of what was there."""
    if key is None:
        return pc.if_else(_is_filled(column), pa.scalar(MARK, column.type), column)
    coded = column.combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    words = pa.array([word and kept_of(word, key) for word in coded.dictionary.to_pylist()], column.type)
    return pa.chunked_array([words.take(coded.indices)])
