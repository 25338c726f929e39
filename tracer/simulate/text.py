"""Rows of a synthetic list as text: which columns under which headers, and how a slip of the pen looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.simulate.names import Texts
from tracer.simulate.population import Population
from tracer.simulate.rows import BLANK, FORM_NAMES, NEVER, NO_DAY, Rows
from tracer.simulate.written import FORMS

FIRST_DAY = date(2025, 1, 1)
"""Day 0 of every market."""
ROLES = ("id", "name", "phone", "organisation", "address", "date")
"""Columns that a list can have."""
_HEADER_ROWS = {
    "zh": ("编号", "姓名", "手机号", "公司", "地址", "日期"),
    "alt": ("序号", "联系人", "联系电话", "企业名称", "详细地址", "登记日期"),
    "en": ("id", "name", "mobile", "company", "address", "date"),
}
HISTORY = ("created", "deleted")
"""Columns of a client's list that tell when its rows came and went, in the place of `date`."""
_HISTORY_HEADERS = {"zh": ("创建日期", "注销日期"), "alt": ("创建日期", "注销日期"), "en": ("created", "deleted")}
HEADERS = {
    key: dict(zip((*ROLES, *HISTORY), (*row, *_HISTORY_HEADERS[key]), strict=True)) for key, row in _HEADER_ROWS.items()
}
"""Header set → role → header."""
_SLIP_CHARACTERS = np.array(list("甫抚仑苍茜晖昕杞棣楷渤湛潇瀚煊琰瑄瑾璟笛筱绮翊臻茗萱蓓馨骁麒"))


@dataclass(frozen=True)
class ListLayout:
    """How a list is laid out."""

    columns: tuple[str, ...]
    headers: str
    """Key of `HEADERS`."""
    dates: str = "%Y-%m-%d"
    renumbered: bool = False
    """The id column counts this list's rows from 1; the first list's numbers are lost."""


def as_table(rows: Rows, population: Population, layout: ListLayout) -> pa.Table:
    """Text columns under the layout's headers, in the rows' order; empty cells are empty strings."""
    made = {role: _column(role, rows, population, layout) for role in layout.columns}
    return pa.table(
        {HEADERS[layout.headers][role]: pa.array(texts.tolist(), type=pa.string()) for role, texts in made.items()}
    )


def number_text(rows: Rows) -> Texts:
    """Each number in its form."""
    digits = rows.number.astype("<U11")
    result = np.empty(len(rows), dtype="<U20")
    for index, form in enumerate(FORM_NAMES):
        chosen = rows.form == index
        if chosen.any():
            result[chosen] = FORMS[form](digits[chosen])
    return result


def _column(role: str, rows: Rows, population: Population, layout: ListLayout) -> Texts:
    if role == "phone":
        return number_text(rows)
    if role == "id":
        if layout.renumbered:
            return np.arange(1, len(rows) + 1).astype("<U12")
        return np.where(rows.inner == BLANK, "", rows.inner.astype("<U12"))
    if role in ("date", *HISTORY):
        days, where = np.unique(rows.gone if role == "deleted" else rows.day, return_inverse=True)
        texts = [
            "" if day in (NO_DAY, NEVER) else f"{FIRST_DAY + timedelta(days=day):{layout.dates}}"
            for day in days.tolist()
        ]
        return np.array(texts or [""])[where]
    base, variant = {
        "name": (population.names, rows.name),
        "organisation": (population.firm_names, rows.firm),
        "address": (population.addresses, rows.address),
    }[role]
    return _mistyped(base[rows.person], variant)


def _mistyped(texts: Texts, variant: NDArray[np.int16]) -> Texts:
    """Variant 0 as it is, -1 empty, any other with one character more where the slip was."""
    result = np.where(variant == BLANK, "", texts)
    wrong = np.flatnonzero(variant > 0)
    if wrong.size:
        v = variant[wrong].astype(np.int64)
        extra = np.char.add(
            _SLIP_CHARACTERS[v % _SLIP_CHARACTERS.size],
            np.where(
                v >= _SLIP_CHARACTERS.size, _SLIP_CHARACTERS[(v // _SLIP_CHARACTERS.size) % _SLIP_CHARACTERS.size], ""
            ),
        )
        slipped = np.char.add(np.array([text[:-1] for text in texts[wrong].tolist()]), extra)
        result = result.astype(np.result_type(result.dtype, slipped.dtype))
        result[wrong] = slipped
    return result
