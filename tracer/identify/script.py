"""Chinese script: traditional characters as simplified ones, so that names compare."""

from __future__ import annotations

from functools import cache
from typing import Any

import opencc


@cache
def _converter() -> Any:
    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """The text in simplified characters; all else as it is."""
    return text if text.isascii() else str(_converter().convert(text))
