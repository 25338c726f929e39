"""`case.canaries`: controlled numbers and addresses."""

from __future__ import annotations

from collections.abc import Iterable

from tracer.library.arguments import AnyPath, Day, day, one_of, path, texts
from tracer.library.base import CasePart
from tracer.library.table import Table

KINDS = ("canary", "home", "control", "reserve")


class Canaries(CasePart):
    """The controlled identities of a `Case`."""

    def import_(self, file: AnyPath, *, kind: str | None = None, region: str | None = None) -> Table:
        """Import a file of controlled identities; a phone column is enough. One row: what was imported.

        kind: `canary`, `home`, `control` or `reserve`, where the file says nothing (default: canary). Use only numbers
        and addresses that you control, with their owners' consent.

        Raises:
            InputRefused: a file that cannot be read, or a row that cannot be; all problems at once.
        """
        from tracer.identify.number_forms import checked_region
        from tracer.marking.canary.intake import take_in

        kind = None if kind is None else one_of(kind, KINDS, "kind")
        with self._access.writing() as store:
            region = checked_region(region) if region is not None else None
            done = take_in(store, path(file), kind=kind, region=region)
        notes = (*(f"Warning: {one}" for one in done.warnings), *(f"Note: {one}" for one in done.notes))
        return Table.of_rows([done.to_json()], notes=notes)

    def make(
        self, count: int, *, domains: str | Iterable[str] = (), mailbox: str | None = None, like: str | None = None,
        kind: str = "canary", until: Day | None = None,
    ) -> Table:  # fmt: skip
        """Add mail addresses of your own domains, or tags of a mailbox, as canaries. One row: what was made.

        domains: take mail for every address; like: the list that they are to fit (default: your only own list); until:
        the last day on which they take mail.

        Raises:
            InputRefused: neither a domain nor a mailbox, or both; a list that cannot be imitated.

        >>> case.canaries.make(3, domains="mail.example.com", like="client")[0]["made"]
        3
        """
        from tracer.marking.canary.made import AddressRequest, make_addresses

        one_of(kind, KINDS, "kind")
        request = AddressRequest(count, texts(domains), mailbox, like, kind, None, day(until, "until"))
        with self._access.writing() as store:
            made = make_addresses(store, request)
        return Table.of_rows([made.to_json()], notes=tuple(f"Note: {one}" for one in made.notes))

    def export(self, dataset: str) -> Table:
        """Home canaries as rows of a list, in its columns and in clear, to be entered into your own database.

        Raises:
            UsageError: the case does not have the dataset.
            InputRefused: it has no home canary.
        """
        from tracer.marking.canary.home_rows import home_rows_of

        with self._access.writing() as store:
            rows, notes = home_rows_of(store, dataset)
        return Table.of_rows(rows, notes=tuple(f"Note: {one}" for one in notes))

    def list(self, *, each: bool = False) -> Table:
        """Identities by kind and state, how many a release can use today, and why not the rest; each: one row each.

        >>> len(case.canaries.list())
        0
        """
        from tracer.clock import today
        from tracer.marking.canary.identity_register import advice, identities, summary

        with self._access.reading() as store:
            rows = (identities if each else summary)(store.con, today())
            return Table.of_rows(rows, notes=tuple(advice(store.con, today())))
