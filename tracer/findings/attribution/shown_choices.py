"""What one dataset shows of one copy's keyed choices, as a value with its reasons."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.disclosure import PValue, Reason

_SEVERAL = 0.5
"""Share of the choices that can be read under which the list was normalised."""


@dataclass(frozen=True)
class ShownChoices:
    """What one dataset shows of a copy's choices."""

    p_value: float
    e_value: float
    asked: int
    read: int
    agreeing: int
    """Those of these in which the dataset has the copy's form."""

    def reason(self, bound: float) -> Reason:
        """What speaks for the copy."""
        return Reason.of(
            "attribution-choices", agreeing=self.agreeing, read=self.read, chance=PValue(self.p_value),
            bound=PValue(bound),
        )  # fmt: skip

    def unread(self) -> Reason | None:
        """That the dataset says little, and why; None where it says most of it."""
        if self.read >= _SEVERAL * self.asked:
            return None
        return Reason.of("attribution-choices-unread", unread=self.asked - self.read, asked=self.asked)
