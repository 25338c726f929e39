"""`case.register`, `anchor`, `key`, `blind`, `cluster`: what somebody outside holds of a case or computes for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, TypeAlias, TypedDict, Unpack

from tracer.errors import UsageError
from tracer.late_imports import imported_when_used
from tracer.library import arguments as read
from tracer.library.answers import Table
from tracer.library.arguments import Day, FilePath, FolderPath, Option, with_fields
from tracer.library.base import CasePart, Changed

with imported_when_used():
    from tracer.blind.exchange import SideLimits, answer, fingerprint, finish, offer, read_key
    from tracer.case.case import import_key, rotate_key
    from tracer.case.checks import Check
    from tracer.case.key import write_key_file
    from tracer.cluster.exchange import export_job, import_answers
    from tracer.custody.anchor import anchor_page, check_answer, check_head, request_anchor, take_in_anchor
    from tracer.marking.register.registers import (
        OpenedLeaves,
        find_register,
        open_leaves,
        page,
        registers,
        request_stamp,
        take_in_stamp,
    )


Confirm = Callable[[Sequence[str]], None]
"""Is shown what the other side learns, and raises where that is not agreed to."""
Authority: TypeAlias = Annotated[
    FilePath | None, Option("Certificates (PEM) that the signature must lead to.", name="--ca")
]
Leaves: TypeAlias = Annotated[FilePath, Option("The file to hand over.", name="-o --output")]
SharedKey: TypeAlias = Annotated[FilePath, "The key that both sides hold: tracer blind key."]
CountOnly: TypeAlias = Annotated[bool, "Say how many are shared, not which."]


class SideBounds(TypedDict, total=False):
    """How many identifiers are compared."""

    least: Annotated[int, Option("Identifiers a side must bring.", default=1_000)]
    most: Annotated[int, Option("Identifiers a side may bring.", default=5_000_000)]
    again: Annotated[str | None, Option("Compare with the same party once more; journaled.", "WHY")]


class Blind(CasePart):
    """Comparisons of a `Case` with another party's lists: `tracer help blind`.

    `confirm` is shown what each side learns, before anything is written. One row says what was written.
    """

    @with_fields(SideBounds)
    def offer(
        self,
        datasets: str | Iterable[str] = (),
        *,
        to: Annotated[str, Option("Who is to answer.", "PARTY")],
        out: Leaves,
        confirm: Confirm,
        **bounds: Unpack[SideBounds],
    ) -> Table:
        """Offer DATASETS (default: all lists of the case, with former versions) and the canaries for comparison.

        Raises `InputRefused`: too few identifiers, or a comparison that was made before.
        """
        limits = SideLimits(**read.plain(SideBounds, bounds))
        with self._access.writing() as store:
            return Table.of_rows([offer(store, read.texts(datasets), to, read.path(out), limits, confirm).to_json()])

    @with_fields(SideBounds)
    def answer(
        self,
        offered: FilePath,
        datasets: str | Iterable[str],
        *,
        to: Annotated[str, Option("Who made the offer.", "PARTY")],
        out: Leaves,
        confirm: Confirm,
        count_only: CountOnly = False,
        **bounds: Unpack[SideBounds],
    ) -> Table:
        """Answer an offer with DATASETS of this case."""
        limits, named = SideLimits(**read.plain(SideBounds, bounds)), read.texts(datasets)
        with self._access.writing() as store:
            done = answer(
                store, read.path(offered), named, to, read.path(out), limits, confirm, counted_only=count_only
            )
        return Table.of_rows([done.to_json()])

    @with_fields(SideBounds)
    def finish(
        self,
        answered: FilePath,
        *,
        id: Annotated[str, "Id of the blind dataset that it becomes."],
        obtained: Annotated[Day | None, "Day by which the list existed (default: today)."] = None,
        shared_key: Annotated[FilePath | None, "The fingerprint key, where a third party answered."] = None,
        **bounds: Unpack[SideBounds],
    ) -> Table:
        """Import what the other side answered, or what a third party found."""
        named, limits = read.path_or_none(shared_key), SideLimits(**read.plain(SideBounds, bounds))
        key = None if named is None else read_key(named)
        with self._access.writing() as store:
            done = finish(store, read.path(answered), id, read.day(obtained, "obtained"), limits, key)
        note = "It takes part in overlaps and attributions from the next `tracer trace` on."
        return Table.of_rows([done.to_json()], notes=() if done.dataset is None else (note,))

    @with_fields(SideBounds)
    def fingerprints(
        self,
        datasets: str | Iterable[str] = (),
        *,
        party: Annotated[str, Option("The other side.", "PARTY", "--with")],
        shared_key: SharedKey,
        out: Leaves,
        confirm: Confirm,
        **bounds: Unpack[SideBounds],
    ) -> Table:
        """Write keyed fingerprints of DATASETS (default: all lists) for a third party."""
        limits, key = SideLimits(**read.plain(SideBounds, bounds)), read_key(read.path(shared_key))
        with self._access.writing() as store:
            written = fingerprint(store, read.texts(datasets), party, read.path(out), key, limits, confirm)
        return Table.of_rows([written.to_json()])


class Cluster(CasePart):
    """The heavy statements of a `Case` on Spark, and back: `tracer help cluster`."""

    def export(
        self,
        folder: Annotated[FolderPath, Option("", "DIR")],
        *,
        buckets: Annotated[
            int, Option("Files to cut memberships into; 2 to 4 for each core.", least=1, most=100_000)
        ] = 16,
    ) -> tuple[int, int]:
        """Write the membership table and what the stages ask of it to DIR, keys under pseudonyms.

        In Python, it returns memberships and statements.
        """
        with self._access.writing() as store:
            job = export_job(store, read.path(folder), buckets)
        return job.memberships, len(job.questions)

    def import_(self, folder: Annotated[FolderPath, Option("", "DIR")]) -> int:
        """Import the answers in DIR. `tracer trace` then uses them as long as the case stays as it was.

        In Python, it returns how many there are.

        Raises `InputRefused`: they are not of this case as it is.
        """
        with self._access.writing() as store:
            return import_answers(store, read.path(folder))


class RegisterKept(CasePart):
    """What was committed about marked copies. A draw is named by its id, its first digits, or one of its releases."""

    def list(self) -> Table:
        """List the committed registers: draw, dataset, day, releases, canaries, root, first time stamp.

        >>> case.register.list().notes
        ('No register yet: `tracer release` commits one.',)
        """
        with self._access.reading() as store:
            held = [one.to_json() for one in registers(store.con)]
        return Table.of_rows(held, notes=() if held else ("No register yet: `tracer release` commits one.",))

    def page(self, draw: str) -> str:
        """Print a page to keep outside: root, releases, counts, time stamps, how to check. Nothing personal.

        Raises `InputRefused`: the draw is unknown.
        """
        with self._access.reading() as store:
            return page(store, find_register(registers(store.con), draw))

    def request(self, draw: str) -> tuple[bytes, bytes]:
        """Write a time-stamp request (RFC 3161) over the register's root.

        The stamp covers three lines of ASCII, each ended by LF: `tracer register`, `draw DRAW`, `root ROOT`; the
        request carries their SHA-256. They are written next to it, with the ending .txt.

        In Python, it returns the request, and the bytes that are stamped.
        """
        with self._access.reading() as store:
            return request_stamp(store, find_register(registers(store.con), draw))

    def stamp(self, draw: str, answer: FilePath, *, ca: Authority = None) -> str:
        """Import an authority's answer: granted, for this register, to our request; its signature with --ca.

        In Python, it returns what was kept.

        Raises `InputRefused`: it was not granted, or is not for this register.
        """
        with self._access.writing() as store:
            register = find_register(registers(store.con), draw)
            return take_in_stamp(store, register, read.path(answer), read.path_or_none(ca)).line()

    def reveal(
        self,
        release: str,
        *,
        reason: Annotated[str, "Why; it is journaled."],
        canaries: Annotated[Iterable[int], Option("This canary's leaf alone.", name="--canary")] = (),
        recipient_only: Annotated[bool, "The release's own leaf alone: recipient, day, end."] = False,
        withheld: Annotated[bool, "Also the rows that were left out: identifiers of people, in clear."] = False,
    ) -> bytes:
        """Open leaves of RELEASE, in clear, with salts and proofs: its own and its canaries', or single ones.

        What is not opened stays hidden. The file can be checked without the case: tracer register check

        In Python, it returns JSON, which `tracer.check_register` checks. Raises `UsageError`: two of these together, or
        a reason that is too short.
        """
        opening = OpenedLeaves(tuple(canaries), recipient_only, withheld)
        if sum((bool(opening.canaries), recipient_only, withheld)) > 1:
            raise UsageError("--canary, --recipient-only and --withheld exclude each other", remedy="give one of them")
        with self._access.reading() as store:
            return open_leaves(store, release, opening, reason)


class Anchor(CasePart):
    """The journal's head for a third party, so that the past cannot be rewritten unseen."""

    def page(self) -> str:
        """Print the head as a page to keep outside, with how to check it. Nothing personal is on it.

        >>> "head" in case.anchor.page().lower()
        True
        """
        with self._access.reading() as store:
            return anchor_page(store)

    def request(self) -> tuple[bytes, bytes, str, int]:
        """Write a time-stamp request (RFC 3161) over the head, and next to it, with the ending .txt, what is stamped.

        In Python, it returns the request, the bytes that are stamped, the head, and its entry's number.

        >>> len(case.anchor.request()[2])
        64
        """
        with self._access.reading() as store:
            content, statement, head = request_anchor(store)
        return content, statement, head.hash, head.entries

    def stamp(self, answer: FilePath, *, ca: Authority = None) -> str:
        """Import an authority's answer to one of this case's requests; `tracer verify` checks it each time.

        In Python, it returns what was kept.

        Raises `InputRefused`: it was not granted, or is not for this case.
        """
        with self._access.writing() as store:
            return take_in_anchor(store, read.path(answer), read.path_or_none(ca)).line()

    def check(
        self,
        answer: FilePath | None = None,
        *,
        head: Annotated[str | None, "A head as it was printed, 64 hexadecimal digits; spaces do not matter."] = None,
        ca: Authority = None,
    ) -> Check:
        """Check the journal against what a third party kept: an authority's answer, or a printed head.

        Exit code 5 where the journal has no such line any more.

        Raises `UsageError`: neither of them, or both.

        >>> case.anchor.check(head=case.anchor.request()[2]).passed
        True
        """
        if (answer is None) == (head is None):
            raise UsageError("there must be either an answer or a --head", remedy="see tracer anchor check --help")
        with self._access.reading() as store:
            if answer is not None:
                return check_answer(store, read.path(answer), read.path_or_none(ca))
            return check_head(store, head or "")


class CaseKeys(CasePart):
    """The case key, which never lies in the case folder and is never printed."""

    def show(self) -> Changed:
        """Show where the key is kept, and its fingerprint. The key itself is not printed.

        >>> case.key.show()["place"].startswith("key file")
        True
        """
        with self._access.reading() as store:
            return Changed({"place": store.key.place, "fingerprint": store.key.fingerprint()})

    def export(self, file: FilePath) -> Changed:
        """Write the key to a new file that only you may read (mode 0600).

        >>> case.key.export(work / "case.key")["fingerprint"] == case.key.show()["fingerprint"]
        True
        """
        with self._access.reading() as store:
            write_key_file(read.path(file), store.key.secret)
            store.journal.append(command="key export", detail={"fingerprint": store.key.fingerprint()})
            return Changed({"path": str(file), "fingerprint": store.key.fingerprint()})

    def import_(self, file: FilePath) -> Changed:
        """Import a key that was exported, so that the case opens here without --key-file.

        Raises `CaseUnavailable`: it is not the key of this case.
        """
        with self._access.alone(changes=True):
            return Changed({"place": import_key(self._access.folder, read.path(file)).place})

    def rotate(self) -> Changed:
        """Rotate the case key: store and originals are encrypted again under a new one.

        In Python, the answer has `place` and `fingerprint`. Copies and backups made before still open with the old key.
        """
        with self._access.alone(changes=True):
            renewed = rotate_key(self._access.folder, self._access.key_file)
        return Changed({"place": renewed.place, "fingerprint": renewed.fingerprint()})
