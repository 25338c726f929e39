"""`case.signals`: calls, messages and mail that reached canaries; and what watches a folder for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from tracer.library.arguments import AnyPath, path, paths, texts
from tracer.library.base import CasePart, Listener, quiet
from tracer.library.table import Table

if TYPE_CHECKING:
    from tracer.alarm.channels import Channel
    from tracer.alarm.hits import Notifier


_REJECTED = "Rejected records and why: tracer query signal-rejects"


class Signals(CasePart):
    """The records of a `Case`."""

    def load(
        self, files: AnyPath | Iterable[AnyPath], *, form: str | None = None, zone: str | None = None,
        canary: int | None = None,
    ) -> Table:  # fmt: skip
        """Load call, SMS and mail records; what reached a canary or a control is kept, in UTC, the rest is counted.

        A Maildir folder is loaded as its messages; a note says which could not be read, and why. form: `asterisk-cdr`,
        `twilio`, `mbox` … (`tracer help signals`; detected otherwise); zone: of times that name none (`Asia/Shanghai`);
        canary: whose telephone's log it is. A row for each file; the same bytes are loaded once, and a note says so.

        Raises:
            UsageError: an unknown format.
            InputRefused: files that cannot be read; the others are loaded.
        """
        from tracer.signals.load import checked_format, load_each, number_of_canary

        checked_format(form)
        with self._access.writing() as store:
            own = None if canary is None else number_of_canary(store.con, canary)
            loaded, refused = load_each(store, paths(files), form, zone=zone, own=own)
        left = [f"left out: {problem.line()}" for problem in refused]
        had = [f"{one.path}: already loaded as file {one.file}; nothing was added" for one in loaded if not one.new]
        rejected = [_REJECTED] if any(one.rejected for one in loaded) else []
        return Table.of_rows([one.to_json() for one in loaded], notes=(*left, *had, *rejected))

    def watch(
        self, folder: AnyPath, *, hit: Callable[[str], None], form: str | None = None, zone: str | None = None,
        once: bool = False, interval: float = 5.0, rest: float = 2.0, notifier: Notifier | None = None,
        tell: Listener = quiet,
    ) -> None:  # fmt: skip
        """Watch a folder and load files of records as they arrive, until `KeyboardInterrupt`; `once`: what rests now.

        hit: is given each hit, as a JSON line; interval: seconds between looks; rest: seconds that a file must rest;
        notifier: runs a command for each hit (not public). Other calls of this process wait while a file is loaded.
        """
        from tracer.alarm.hits import HitWatch
        from tracer.alarm.intake import FolderReading
        from tracer.signals.load import checked_format

        checked_format(form)
        with self._access.reading():
            pass  # a wrong case or key is reported at once, not with the first file
        reading = FolderReading(form, zone, lists=False)
        watched = HitWatch(path(folder), self._access.writing, tell, hit, notifier, reading=reading, rest=rest)
        watched.follow(interval=interval, once=once)

    def fetch(
        self, mailbox: str, *, password: str | None = None, folders: str | Iterable[str] = (), starttls: bool = False,
        follow: bool = False, tell: Listener = quiet,
    ) -> Table:  # fmt: skip
        """Load the mail of a mailbox, each message once; it stays there, unread as it was.

        mailbox: `imap://user@host/FOLDER`, always encrypted, or a folder of this machine with messages (a Maildir).
        follow: go on as mail arrives, until `KeyboardInterrupt`.

        Raises:
            InputRefused: the server refuses, or does not encrypt.
        """
        import time

        from tracer.signals.fetch import follow_mailbox, mailbox_of

        if "://" not in mailbox:
            return self.load(mailbox)
        self._access.refuse_read_only()
        named = mailbox_of(mailbox, password, folders=texts(folders), starttls=starttls)
        found = follow_mailbox(named, self._access.writing, tell, once=not follow, sleep=time.sleep)
        return Table.of_rows([asdict(found)], notes=(_REJECTED,) if found.rejected else ())


def watch_folder(
    access_of: CasePart, folder: AnyPath, channels: Iterable[Channel], *, lang: str, form: str | None, zone: str | None,
    holder: str | None, interval: float, rest: float, once: bool, traces: bool, tell: Listener,
) -> None:  # fmt: skip
    """What `Case.watch` does."""
    from tracer.alarm.follow import Alarm
    from tracer.alarm.intake import FolderReading
    from tracer.signals.load import checked_format

    access = access_of._access
    checked_format(form)
    with access.reading():
        pass  # a wrong case or key is reported at once, not with the first file
    alarm = Alarm(
        path(folder), access.writing, tell, list(channels), lang, reading=FolderReading(form, zone, holder), rest=rest,
        traces=traces,
    )  # fmt: skip
    alarm.follow(interval=interval, once=once)
