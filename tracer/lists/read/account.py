"""The account of a file's lines: each is a header, a title, a row or blank; the sum is checked before any is kept.

The lines are counted apart from the parsing (the bytes' line ends, the sheet's height, the file's own count of
records), so that a row which a parser loses shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from tracer.errors import TracerError


@dataclass(frozen=True)
class Account:
    """What became of the lines of a part or a file; of a sheet or a page its rows, of other formats the records."""

    lines: int
    header: int = 0
    title: int = 0
    """Above the header, or above the first row where there is no header; not blank."""
    rows: int = 0
    blank: int = 0
    """Rows of nothing but empty cells."""
    continued: int = 0
    """Lines of a cell that goes on over a line end."""
    further: int = 0
    left_out: int = 0
    """Records that are not read: a document's other arrays, the rows of a page that only lay it out."""

    @property
    def adds_up(self) -> bool:
        """Whether every line has become something, and none twice."""
        told = self.header + self.title + self.rows + self.blank + self.continued + self.left_out
        return self.lines + self.further == told and all(count >= 0 for count in asdict(self).values())

    def checked(self, where: str) -> Account:
        """The account itself. Raises `TracerError` where it does not add up: then rows were lost, or counted twice."""
        if not self.adds_up:
            raise TracerError(
                f"the account of its lines does not add up ({self.told()}): nothing was kept", where=where,
                remedy="save it in another format, and report this fault with a file that shows it",
            )  # fmt: skip
        return self

    def told(self) -> str:
        """One line for people: `203 lines = 1 header + 2 titles + 200 rows`."""
        words = {
            "header": ("header", "headers"), "title": ("title", "titles"), "rows": ("row", "rows"),
            "blank": ("blank", "blank"), "continued": ("within a cell", "within cells"),
            "left_out": ("left out", "left out"),
        }  # fmt: skip
        counts = asdict(self)
        parts = [
            f"{counts[name]:,} {one if counts[name] == 1 else many}"
            for name, (one, many) in words.items()
            if counts[name]
        ]
        less = f" - {self.further:,} further of the same line" if self.further else ""
        return f"{self.lines:,} {'line' if self.lines == 1 else 'lines'} = {' + '.join(parts) or '0'}{less}"


def summed(accounts: Iterable[Account]) -> Account:
    """The account of several parts together."""
    held = list(accounts)
    return Account(**{field.name: sum(getattr(one, field.name) for one in held) for field in fields(Account)})
