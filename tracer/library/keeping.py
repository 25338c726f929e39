"""What keeps a case, and what ends a part of it: verify, diagnose, back up, purge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracer.errors import ChecksFailed, UsageError
from tracer.library.arguments import AnyPath, Day, day, path, paths
from tracer.library.base import CasePart, Listener, quiet
from tracer.library.table import NotebookView

if TYPE_CHECKING:
    from tracer.case.backup import Backup
    from tracer.case.checks import Check
    from tracer.custody.doctor import CaseFault
    from tracer.wording.sections import Block


@dataclass(frozen=True)
class Checks(NotebookView):
    """What was looked at, and what was found.

    >>> Checks(()).passed
    True
    """

    checks: tuple[Check, ...]
    """Each with `what`, `passed` and `detail`."""

    @property
    def passed(self) -> bool:
        """Whether everything is as it was."""
        return not self.failed

    @property
    def failed(self) -> tuple[Check, ...]:
        """Those that found something."""
        return tuple(one for one in self.checks if not one.passed)

    def raise_for_failures(self) -> None:
        """Raises `ChecksFailed`, which names them, where one has failed."""
        if self.failed:
            found = "; ".join(f"{one.what}: {one.detail}" for one in self.failed)
            raise ChecksFailed(found, remedy="tracer help custody")

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.wording.sections import Table as Rows

        rows = tuple(("ok" if one.passed else "FAILED", one.what, one.detail) for one in self.checks)
        yield Rows(("", "", ""), rows)


class Keeping(CasePart):
    """The care of a `Case`."""

    def verify(
        self, *, since: Day | None = None, copies: AnyPath | Iterable[AnyPath] = (), tell: Listener = quiet
    ) -> Checks:
        """Check that store, originals, journal and register are unchanged and that findings come out the same again.

        since: only originals loaded on this day or later, and findings of traces since; copies: folders in which
        handed-over copies are looked for; tell: is given what is looked at.

        >>> case.verify().passed
        True
        """
        from tracer.custody.verify import verify_case

        folders = paths(copies)
        for folder in folders:
            if not folder.is_dir():
                raise UsageError("not a folder", where=str(folder), remedy="name the folder that holds the copies")
        from_day = day(since, "since")
        with self._access.writing(thorough=True) as store:
            return Checks(tuple(verify_case(store, tell, from_day, folders)))

    def doctor(self, *, repair: bool = False) -> list[CaseFault]:
        """Diagnose what a crash, a full disk or a stray edit left wrong, and repair what can be repaired.

        Each fault says what it is, where, and whether it is repaired.

        >>> [fault.detail for fault in case.doctor() if fault.what == "journal"]
        []
        """
        from tracer.custody.doctor import examine
        from tracer.custody.doctor import repair as repaired

        with self._access.alone(changes=repair):
            return (repaired if repair else examine)(self._access.folder, self._access.key_file)

    def accept_journal(self, *, reason: str | None) -> str:
        """Accept a changed journal as it is, for a reason that stays in it for good; returns what was wrong.

        Raises:
            UsageError: the reason is too short.
            InputRefused: nothing is wrong with the journal.
        """
        from tracer.custody.doctor import accept_journal

        with self._access.alone(changes=True):
            return accept_journal(self._access.folder, self._access.key_file, reason)

    def backup(self, file: AnyPath, *, passphrase: str | None = None, with_key: bool = False) -> Backup:
        """Write the whole case into one new, encrypted file, which opens with the case key or a passphrase.

        with_key: put the case key into it as well; only under a passphrase. The answer has `bytes`, `originals` and
        `sha256`.

        Raises:
            InputRefused: the file exists or cannot be written, the passphrase is short, the key without a passphrase.

        >>> case.backup(work / "case.backup").originals
        4
        """
        from tracer.case.backup import write_backup

        with self._access.alone(changes=True):
            return write_backup(
                self._access.folder, self._access.key_file, path(file), passphrase=passphrase, with_key=with_key
            )

    def purge(self, dataset: str, *, reason: str | None = None, tell: Listener = quiet) -> dict[str, Any]:
        """Remove the contents of a dataset for good, in all its versions; returns the certificate.

        Its hashes, counts and the findings about it stay, marked as not recomputable. It does not ask.

        Raises:
            InputRefused: the case does not have it, or it was purged before.

        >>> case.purge("other", reason="the court ordered it")["dataset"]
        'other'
        """
        from tracer.custody.purge import purge_dataset

        with self._access.alone(changes=True):
            return purge_dataset(self._access.folder, self._access.key_file, dataset, reason, tell)
