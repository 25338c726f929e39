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
from tracer.case.protected import PURPOSE, keyed_digest, keyed_pseudonym
from tracer.documents import json_of
from tracer.export.gate import SAID, Protection, named_last, protection_of, redact_answer, redact_findings, redact_text
from tracer.publish import digest, scan_files
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
        rows = [dict(row) for row in result.rows() if not self.protection.of_document(row)]
        for row in rows:
            row |= {name: json_of(text) for name in json_columns if isinstance(text := row[name], str)}
        # A statement's rows are in the order of what it could read: `said`.
        redacted = redact_findings({"rows": rows}, self.protection, sort=bool(result.of))["rows"]
        for row in redacted:
            known = (name for name in json_columns if row[name] is not None)
            row |= {name: json.dumps(row[name], ensure_ascii=False) for name in known}
        columns = [pa.array([row[label(field.name)] for row in redacted], field.type) for field in result.table.schema]
        table = pa.Table.from_arrays(columns, schema=result.table.schema)
        return replace(result, table=table, notes=(*result.notes, *self.notes))

    def masked_view(self, table: pa.Table) -> pa.Table:
        """A view as a statement may read it, which may call, cut and sort what it likes: with pseudonyms in it, without
        what protected parties said, and without their documents."""
        if not self.protection.protected.parties:
            return table
        sheltered = self.protection.evidence
        rows = [row for row in table.to_pylist() if not self.protection.of_document(row)]
        hidden, documents = [self._hidden_value(self.row(row)) for row in rows], {*map(self.protection.hide, sheltered)}
        for row in hidden:
            if isinstance(row.get("evidence"), list):
                row["evidence"] = [one for one in row["evidence"] if one not in documents]
            if row.keys() >= {"run", "result", "judged"} and row["result"]:
                row["result"] = keyed_digest(self.case.con, row["result"])
        changed = [row != was for row, was in zip(hidden, rows, strict=True)]
        return pa.Table.from_pylist(named_last(hidden, changed), table.schema)

    def _hidden_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.protection.hide(value)
        if isinstance(value, list):
            return [self._hidden_value(one) for one in value]
        return {name: self._hidden_value(one) for name, one in value.items()} if isinstance(value, dict) else value

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
        code = cast("dict[str, Any] | None", redact_answer({"code": branch.text_code}, self.protection)["code"])
        return replace(branch, text=text, text_code=code, branches=tuple(map(self.tree, branch.branches)))

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands for somebody in what leaves."""
        if not self.protection.protected.parties:
            return ()
        return ("In the file protected parties have pseudonyms, and what they said is left out: tracer help privacy.",)

    def look_through(self, content: str | bytes, output: Path) -> dict[str, Any]:
        """Look through a finished file; what the journal says of it.

        Raises `InputRefused`: something in it must not leave; each place is named.
        """
        files = {f"answer{output.suffix}": content.encode() if isinstance(content, str) else content}
        scan_files(self.case, files, self.protection)
        return {"files": [output], "sha256": digest(files)}
