"""What a trace has to say: what a judgement moved, and what does not fit together."""

from __future__ import annotations

import duckdb

from tracer.ask.moved import moved_lines
from tracer.ask.warnings import cautions
from tracer.disclosure import Reason, Ref
from tracer.wording import say

_MOST = 10
"""Lines of one kind; the rest is counted."""


def noticed_lines(con: duckdb.DuckDBPyConnection, run: int | None, lang: str = "en") -> list[str]:
    """What moved where a judgement is new, then the warnings.

    run: of the trace; None where nothing had changed: the warnings are then the same as before, and only counted.
    """
    lines = [] if run is None else list(moved_lines(con, run, _MOST, lang))
    found, query = cautions(con), Ref("tracer query warnings")
    if run is None and found:
        return [say(Reason.of("noticed-count", n=len(found), query=query), lang)]
    lines += [say(Reason.of("noticed", warning=caution.reason), lang) for caution in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(say(Reason.of("noticed-more", n=len(found) - _MOST, query=query), lang))
    return lines
