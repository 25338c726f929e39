"""Answers that are written to a file: they leave, and go the way of every export.

On the screen the owner of the key reads its own case, protected parties too. A file may be passed on: protected parties
have their pseudonyms in it, what they said and their documents are left out, and the finished file is looked through.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pyarrow as pa

from tracer.ask.result import ColumnType, Result
from tracer.ask.show import Branch
from tracer.case.case import Case
from tracer.case.pseudonym import PURPOSE, keyed_pseudonym
from tracer.documents import json_of
from tracer.export.gate import SAID, Protection, protection_of, redact_answer, redact_findings, redact_text
from tracer.publish import digest, scanned
from tracer.visible import label


@dataclass(frozen=True)
class Leaving:
    """The way out of one case for answers."""

    case: Case
    protection: Protection

    @classmethod
    def of(cls, case: Case) -> Leaving:
        """Reads from the case who is protected."""
        return cls(case, protection_of(case.con, keyed_pseudonym(case.secret(PURPOSE))))

    def result(self, result: Result) -> Result:
        """The rows of an answer as they may leave, with a note where something in them stands for somebody."""
        json_columns = {column.name for column in result.columns if column.type in (ColumnType.JSON, ColumnType.CODES)}
        rows = [
            {
                name: json_of(value) if name in json_columns and isinstance(value, str) else value
                for name, value in row.items()
            }
            for row in result.rows()
        ]
        redacted = redact_findings({"rows": rows}, self.protection)["rows"]
        for row in redacted:
            row.update(
                {name: json.dumps(row[name], ensure_ascii=False) for name in json_columns if row[name] is not None}
            )
        columns = [pa.array([row[label(field.name)] for row in redacted], field.type) for field in result.table.schema]
        table = pa.Table.from_arrays(columns, schema=result.table.schema)
        return replace(result, table=table, notes=(*result.notes, *self.notes))

    def said(self, table: pa.Table) -> pa.Table:
        """A view without what protected parties said: a statement may call its columns what it likes."""
        if "party" not in table.column_names or not self.protection.protected.parties:
            return table
        hidden = [party in self.protection.protected.parties for party in table.column("party").to_pylist()]
        for position, field in enumerate(table.schema):
            if field.name in SAID and any(hidden):
                kept = zip(table.column(position).to_pylist(), hidden, strict=True)
                values = [None if away else value for value, away in kept]
                table = table.set_column(position, field, pa.chunked_array([pa.array(values, field.type)]))
        return table

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One row of a view without what a protected party said."""
        hidden = row.get("party") in self.protection.protected.parties
        return {name: None if hidden and name in SAID else value for name, value in row.items()}

    def answer(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of `why` as it may leave."""
        return redact_answer(answer, self.protection)

    def text(self, text: str) -> str:
        """A sentence as it may leave."""
        return redact_text(text, self.protection)

    def tree(self, branch: Branch) -> Branch:
        """The answer of `show` as it may leave."""
        text = redact_text(branch.text, self.protection)
        code = redact_answer({"code": branch.text_code}, self.protection)["code"]
        return replace(
            branch, text=text, text_code=cast("dict[str, Any] | None", code),
            branches=tuple(self.tree(inner) for inner in branch.branches),
        )  # fmt: skip

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands for somebody in what leaves."""
        if not self.protection.protected.parties:
            return ()
        return ("In the file protected parties have pseudonyms, and what they said is left out: tracer help privacy.",)

    def look_through(self, content: str | bytes, output: Path) -> dict[str, Any]:
        """Look through a finished file; what the journal says of it.

        Raises:
            InputRefused: something in it must not leave; each place is named.
        """
        files = {f"answer{output.suffix}": content.encode() if isinstance(content, str) else content}
        scanned(self.case, files, self.protection)
        return {"files": [output], "sha256": digest(files)}
