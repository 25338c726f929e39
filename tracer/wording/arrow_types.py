"""What a reason is in Arrow. Here alone, because most commands that read need no Arrow, which takes long to load."""

from __future__ import annotations

import pyarrow as pa

REASON = pa.struct([("code", pa.string()), ("numbers", pa.string())])
"""A reason in Arrow; `numbers` is JSON."""
REASONS = pa.list_(REASON)
