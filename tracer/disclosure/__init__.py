"""What may be shown of a number: the one place that hides small counts of people, before there are words."""

from __future__ import annotations

from tracer.disclosure.count import FEW, LEAST, Count, ratio, shown, told

__all__ = ["FEW", "LEAST", "Count", "ratio", "shown", "told"]
