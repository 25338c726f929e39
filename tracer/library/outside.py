"""`case.register`, `anchor`, `key`, `blind`, `cluster`: what somebody outside holds of a case or computes for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from tracer.errors import UsageError
from tracer.library.arguments import AnyPath, Day, day, path, path_or_none, texts
from tracer.library.base import CasePart, Changed
from tracer.library.table import Table

if TYPE_CHECKING:
    from tracer.case.checks import Check

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
        from tracer.cluster.exchange import export_job

        with self._access.writing() as store:
            job = export_job(store, path(folder), buckets)
        return job.memberships, len(job.questions)

    def import_(self, folder: AnyPath) -> int:
        """Import the answers of a folder, which `trace` uses as long as the case stays as it was; how many there are.

        Raises:
            InputRefused: they are not of this case as it is.
        """
        from tracer.cluster.exchange import import_answers

        with self._access.writing() as store:
            return import_answers(store, path(folder))


class RegisterKept(CasePart):
    """What was committed about marked copies. A draw is named by its id, its first digits, or one of its releases."""

    def list(self) -> Table:
        """The committed registers: draw, dataset, day, releases, canaries, root, first time stamp.

        >>> case.register.list().notes
        ('No register yet: `tracer release` commits one.',)
        """
        from tracer.marking.register.registers import registers

        with self._access.reading() as store:
            held = [one.to_json() for one in registers(store.con)]
        return Table.of_rows(held, notes=() if held else ("No register yet: `tracer release` commits one.",))

    def page(self, draw: str) -> str:
        """A page to keep outside: root, releases, counts, time stamps, how to check; nothing personal.

        Raises:
            InputRefused: the draw is unknown.
        """
        from tracer.marking.register.registers import find_register, page, registers

        with self._access.reading() as store:
            return page(store, find_register(registers(store.con), draw))

    def request(self, draw: str) -> tuple[bytes, bytes]:
        """A time-stamp request (RFC 3161) over the register's root, and the bytes that are stamped."""
        from tracer.marking.register.registers import find_register, registers, request_stamp

        with self._access.reading() as store:
            return request_stamp(store, find_register(registers(store.con), draw))

    def stamp(self, draw: str, answer: AnyPath, *, ca: AnyPath | None = None) -> str:
        """Import an authority's answer; ca: certificates (PEM) that its signature must lead to. What was kept.

        Raises:
            InputRefused: it was not granted, or is not for this register.
        """
        from tracer.marking.register.registers import find_register, registers, take_in_stamp

        with self._access.writing() as store:
            register = find_register(registers(store.con), draw)
            return take_in_stamp(store, register, path(answer), path_or_none(ca)).line()

    def reveal(
        self, release: str, *, reason: str, canaries: Iterable[int] = (), recipient_only: bool = False,
        withheld: bool = False,
    ) -> bytes:  # fmt: skip
        """Open leaves of a release in clear, with salts and proofs, as JSON; the reason is journaled.

        canaries: these alone; recipient_only: the release's own leaf alone; withheld: also the rows that were left out,
        which are people's identifiers. `tracer.check_register` checks it without the case.

        Raises:
            UsageError: two of these together, or a reason that is too short.
        """
        from tracer.marking.register.reveal import Opening, open_leaves

        opening = Opening(tuple(canaries), recipient_only, withheld)
        if sum((bool(opening.canaries), recipient_only, withheld)) > 1:
            raise UsageError("--canary, --recipient-only and --withheld exclude each other", remedy="give one of them")
        with self._access.reading() as store:
            return open_leaves(store, release, opening, reason)


class Anchor(CasePart):
    """The journal's head for a third party, so that the past cannot be rewritten unseen."""

    def page(self) -> str:
        """The head as a page to keep outside, with how to check it; nothing personal.

        >>> "head" in case.anchor.page().lower()
        True
        """
        from tracer.custody.anchor import anchor_page

        with self._access.reading() as store:
            return anchor_page(store)

    def request(self) -> tuple[bytes, bytes, str, int]:
        """A time-stamp request (RFC 3161) over the head, the bytes that are stamped, the head, and its entry's number.

        >>> len(case.anchor.request()[2])
        64
        """
        from tracer.custody.anchor import request_anchor

        with self._access.reading() as store:
            content, statement, head = request_anchor(store)
        return content, statement, head.hash, head.entries

    def stamp(self, answer: AnyPath, *, ca: AnyPath | None = None) -> str:
        """Import an authority's answer to one of this case's requests; `verify` checks it each time. What was kept.

        Raises:
            InputRefused: it was not granted, or is not for this case.
        """
        from tracer.custody.anchor import take_in_anchor

        with self._access.writing() as store:
            return take_in_anchor(store, path(answer), path_or_none(ca)).line()

    def check(self, answer: AnyPath | None = None, *, head: str | None = None, ca: AnyPath | None = None) -> Check:
        """Check the journal against what a third party kept: an authority's answer, or a printed head.

        Raises:
            UsageError: neither of them, or both.

        >>> case.anchor.check(head=case.anchor.request()[2]).passed
        True
        """
        from tracer.custody.anchor import check_answer, check_head

        if (answer is None) == (head is None):
            raise UsageError("there must be either an answer or a --head", remedy="see tracer anchor check --help")
        with self._access.reading() as store:
            if answer is not None:
                return check_answer(store, path(answer), path_or_none(ca))
            return check_head(store, head or "")


class CaseKeys(CasePart):
    """The case key, which never lies in the case folder and is never printed."""

    def show(self) -> Changed:
        """Where the key is kept (`place`), and its `fingerprint`.

        >>> case.key.show()["place"].startswith("key file")
        True
        """
        with self._access.reading() as store:
            return Changed({"place": store.key.place, "fingerprint": store.key.fingerprint()})

    def export(self, file: AnyPath) -> Changed:
        """Write the key to a new file that only you may read (mode 0600); journaled.

        >>> case.key.export(work / "case.key")["fingerprint"] == case.key.show()["fingerprint"]
        True
        """
        from tracer.case.key import write_key_file

        with self._access.reading() as store:
            write_key_file(path(file), store.key.secret)
            store.journal.append(command="key export", detail={"fingerprint": store.key.fingerprint()})
            return Changed({"path": str(file), "fingerprint": store.key.fingerprint()})

    def import_(self, file: AnyPath) -> Changed:
        """Import a key that was exported, so that the case opens here; `place` says where it is kept.

        Raises:
            CaseUnavailable: it is not the key of this case.
        """
        from tracer.case.case import import_key

        with self._access.alone(changes=True):
            return Changed({"place": import_key(self._access.folder, path(file)).place})

    def rotate(self) -> Changed:
        """Rotate the case key: store and originals are encrypted again under a new one.

        Copies and backups made before still open with the old key.
        """
        from tracer.case.case import rotate_key

        with self._access.alone(changes=True):
            renewed = rotate_key(self._access.folder, self._access.key_file)
        return Changed({"place": renewed.place, "fingerprint": renewed.fingerprint()})
