"""A case from a backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracer.library.arguments import AnyPath, path, path_or_none
from tracer.library.base import Listener, quiet

if TYPE_CHECKING:
    from tracer.case.restore import Restored


def restore(
    file: AnyPath, folder: AnyPath, *, key_file: AnyPath | None = None, passphrase: str | None = None,
    tell: Listener = quiet,
) -> Restored:  # fmt: skip
    """Restore a case into a new or empty folder from a backup, and check journal, store and every original.

    The answer has `folder`, `made` (when the backup was made) and `checks`, which is empty where the key is not here.

    Raises:
        InputRefused: with nothing kept: not a backup, cut off or changed, the folder is in use.
        CaseUnavailable: the key or passphrase is not that of the backup.

    >>> _ = case.backup(work / "case.backup")
    >>> tracer.restore(work / "case.backup", work / "again").folder.name
    'again'
    """
    from tracer.case.restore import restore as unpack
    from tracer.library.holding import faults_explained

    with faults_explained():
        return unpack(path(file), path(folder), path_or_none(key_file), passphrase=passphrase, tell=tell)
