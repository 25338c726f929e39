"""What a long job reports of its progress; drawing it is not the job's business."""

from __future__ import annotations

from typing import Protocol


class Meter(Protocol):
    """Takes note of how far a job is."""

    def begin(self, what: str, size: int = 0) -> None:
        """The job turns to `what`, of `size` bytes (0: not known or no file)."""

    def heading_for(self, share: float) -> None:
        """The step that runs now ends at this share (0 to 1) of `what`; the steps before it are done."""

    def narrate(self, line: str, /) -> bool:
        """A line that the user should read while the job goes on; whether anybody is there to read it."""


class Silent:
    """A meter without a reader."""

    def begin(self, what: str, size: int = 0) -> None:
        """Nothing."""

    def heading_for(self, share: float) -> None:
        """Nothing."""

    def narrate(self, _: str, /) -> bool:
        """No reader."""
        return False


SILENT = Silent()
