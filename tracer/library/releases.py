"""`case.releases`: copies that were handed over without tracer, and copies taken back."""

from __future__ import annotations

from collections.abc import Iterable

from tracer.errors import UsageError
from tracer.library.arguments import AnyPath, Day, day, path_or_none, texts
from tracer.library.base import CasePart, Changed
from tracer.library.table import Table


class Handovers(CasePart):
    """The releases of a `Case` that are recorded or withdrawn; `case.release` writes new ones."""

    def add(
        self, dataset: str, *, to: str, date: Day, ends: Day | None = None, path: AnyPath | None = None,
        canary_rows: Iterable[int] = (), id: str | None = None, purpose: str | None = None, use: str | None = None,
        evidence: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Record a copy that was handed over without tracer, as [[release]] in a manifest does.

        path: the copy, by which its canaries and withheld rows are known; without it, all rows of the dataset.
        canary_rows: rows of the copy, from 1, that are canaries without having been imported.

        Raises:
            InputRefused: an unknown dataset or party, a copy that cannot be read, a day that cannot be.

        >>> case.releases.add("client", to="vendor-a", date="2026-01-10")["release"]
        'client@vendor-a@2026-01-10'
        """
        from tracer.marking.release.handed_over import ReleaseFacts
        from tracer.marking.release.record import record_handover

        handed_over = day(date, "date")
        if handed_over is None:
            raise UsageError("the day is missing", where="date", remedy="write it like 2026-05-01")
        asked = ReleaseFacts(
            id or "", dataset, to, handed_over, ends=day(ends, "ends"), canary_rows=tuple(canary_rows),
            purpose=purpose, use_basis=use, evidence=texts(evidence),
        )  # fmt: skip
        with self._access.writing() as store:
            with store.transaction():
                copy = record_handover(store, asked, path_or_none(path))
                done = {
                    "release": copy.release, "dataset": dataset, "recipient": to, "rows": copy.rows,
                    "canaries": copy.canaries, "withheld": copy.withheld,
                }  # fmt: skip
                store.journal.append(command="release add", detail={**done, "date": str(handed_over)})
            stale = store.meta("stage:overlaps") != ""
        return Changed(done, stale, tuple(copy.notes))

    def withdraw(self, releases: str | Iterable[str], *, reason: str | None = None, undo: bool = False) -> Table:
        """Remove copies that were not handed out from the releases; identities that no other copy has are free again.

        It does not ask. undo: take a withdrawal back, as long as no other copy has its canaries. A row each; `is_there`
        says that the file still lies at `path`.

        Raises:
            InputRefused: an unknown release, or one of which a canary was reached or is in a list.

        >>> _ = case.releases.add("client", to="vendor-a", date="2026-01-10")
        >>> case.releases.withdraw("client@vendor-a@2026-01-10")[0]["release"]
        'client@vendor-a@2026-01-10'
        """
        from tracer.custody.withdrawal import NOT_HANDED_OUT, undo_withdrawal, withdraw

        named = texts(releases)
        with self._access.writing() as store:
            rows: list[dict[str, object]]
            if undo:
                rows = [{"release": one} for one in undo_withdrawal(store, named)]
            else:
                rows = [one.to_json() for one in withdraw(store, named, reason or NOT_HANDED_OUT)]
            table = Table.of_rows(rows)
            table.to_trace = store.meta("stage:overlaps") != ""
        return table
