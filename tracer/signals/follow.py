"""The loop of a watch: look, load, print, alert, wait."""

from __future__ import annotations

import time
from collections.abc import Callable

from tracer.errors import InputRefused
from tracer.signals.notify import Notifier
from tracer.signals.watch import Watch, alerting, line_of


def follow(
    watch: Watch, notifier: Notifier | None, emit: Callable[[str], None], *, interval: float, once: bool,
    sleep: Callable[[float], None] = time.sleep,
) -> None:  # fmt: skip
    """Poll until interrupted, or once. Every hit is emitted as a JSON line; `notifier` receives those that alert.

    Ctrl-C between two polls ends it with nothing half done; during one, the file being loaded is rolled back.

    Raises:
        InputRefused: no such folder.
    """
    if not watch.folder.is_dir():
        raise InputRefused("no such folder", where=str(watch.folder), remedy="make it first, or check its name")
    watch.tell(f"watching {watch.folder}" + ("" if once else " (Ctrl-C ends it)"))
    try:
        while True:
            for hit in watch.poll():
                emit(line_of(hit, 0))
                if notifier is not None and alerting(hit):
                    notifier.alert(hit)
            if once:
                return
            sleep(interval)
    finally:
        _sum_up(watch, notifier)


def _sum_up(watch: Watch, notifier: Notifier | None) -> None:
    left = watch.growing()
    if left:
        names = ", ".join(path.name for path in left[:5])
        watch.tell(f"{len(left)} files still changed or could not be loaded yet, and were left: {names}")
    if notifier is not None and notifier.suppressed:
        watch.tell(f"{notifier.suppressed} alerts were kept back by the rate; their hits are recorded")
