"""`case.blind` and `case.cluster`: comparing without showing, and computing beyond one machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tracer.library.arguments import AnyPath, Day, day, path, path_or_none, texts
from tracer.library.base import CasePart
from tracer.library.table import Table

Confirm = Callable[[Sequence[str]], None]
"""Is shown what the other side learns, and raises where that is not agreed to."""


class Blind(CasePart):
    """Comparisons of a `Case` with another party's lists: `tracer help blind`.

    `confirm` is shown what each side learns, before anything is written. least and most: identifiers that a side must
    and may bring; again: why the same party is compared with once more. One row says what was written.
    """

    def offer(
        self, datasets: str | Iterable[str] = (), *, to: str, out: AnyPath, confirm: Confirm, least: int = 1_000,
        most: int = 5_000_000, again: str | None = None,
    ) -> Table:  # fmt: skip
        """Offer datasets (default: all lists, with former versions) and the canaries for comparison.

        Raises:
            InputRefused: too few identifiers, or a comparison that was made before.
        """
        from tracer.blind.exchange import offer
        from tracer.blind.limits import SideLimits

        limits = SideLimits(least, most, again)
        with self._access.writing() as store:
            return Table.of_rows([offer(store, texts(datasets), to, path(out), limits, confirm).to_json()])

    def answer(
        self, offered: AnyPath, datasets: str | Iterable[str], *, to: str, out: AnyPath, confirm: Confirm,
        count_only: bool = False, least: int = 1_000, most: int = 5_000_000, again: str | None = None,
    ) -> Table:  # fmt: skip
        """Answer an offer with datasets of this case; count_only: say how many are shared, not which."""
        from tracer.blind.exchange import answer
        from tracer.blind.limits import SideLimits

        limits = SideLimits(least, most, again)
        with self._access.writing() as store:
            written = answer(
                store, path(offered), texts(datasets), to, path(out), limits, confirm, counted_only=count_only
            )
        return Table.of_rows([written.to_json()])

    def finish(
        self, answered: AnyPath, *, id: str, obtained: Day | None = None, shared_key: AnyPath | None = None,
        least: int = 1_000, most: int = 5_000_000, again: str | None = None,
    ) -> Table:  # fmt: skip
        """Import what the other side answered, or what a third party found; id: of the dataset that it becomes."""
        from tracer.blind.fingerprints import read_key
        from tracer.blind.finish import finish
        from tracer.blind.limits import SideLimits

        named = path_or_none(shared_key)
        key = None if named is None else read_key(named)
        with self._access.writing() as store:
            done = finish(store, path(answered), id, day(obtained, "obtained"), SideLimits(least, most, again), key)
        note = "It takes part in overlaps and attributions from the next `tracer trace` on."
        return Table.of_rows([done.to_json()], notes=() if done.dataset is None else (note,))

    def fingerprints(
        self, datasets: str | Iterable[str] = (), *, party: str, shared_key: AnyPath, out: AnyPath, confirm: Confirm,
        least: int = 1_000, most: int = 5_000_000, again: str | None = None,
    ) -> Table:  # fmt: skip
        """Write keyed fingerprints of datasets (default: all lists) for a third party; party: the other side."""
        from tracer.blind.fingerprints import fingerprint, read_key
        from tracer.blind.limits import SideLimits

        limits, key = SideLimits(least, most, again), read_key(path(shared_key))
        with self._access.writing() as store:
            written = fingerprint(store, texts(datasets), party, path(out), key, limits, confirm)
        return Table.of_rows([written.to_json()])


class Cluster(CasePart):
    """The heavy statements of a `Case` on Spark, and back: `tracer help cluster`."""

    def export(self, folder: AnyPath, *, buckets: int = 16) -> tuple[int, int]:
        """Write the membership table and what the stages ask of it, keys under pseudonyms.

        buckets: files that memberships are cut into, two to four for each core. Returns memberships and statements.
        """
        from tracer.cluster.leave import export_job

        with self._access.writing() as store:
            job = export_job(store, path(folder), buckets)
        return job.memberships, len(job.questions)

    def import_(self, folder: AnyPath) -> int:
        """Import the answers of a folder, which `trace` uses as long as the case stays as it was; how many there are.

        Raises:
            InputRefused: they are not of this case as it is.
        """
        from tracer.cluster.bring import import_answers

        with self._access.writing() as store:
            return import_answers(store, path(folder))
