"""What a trace has to say on stderr: what a judgement moved, and what does not fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracer.cli.session import narrate

if TYPE_CHECKING:
    from tracer.case.case import Case
    from tracer.trace import Traced

_MOST = 10
"""Lines of one kind; the rest is counted."""


def tell_what_is_noticed(case: Case, traced: Traced, lang: str) -> None:
    """Tell what moved where a judgement is new, then the warnings.

    After a trace that found nothing changed, the warnings are the same as before: they are counted only.
    """
    from tracer.ask.moved import moved_lines
    from tracer.ask.warnings import cautions
    from tracer.disclosure import Reason, Ref
    from tracer.wording import say

    if traced.run is not None:
        for line in moved_lines(case.con, traced.run, _MOST, lang):
            narrate(line)
    found, query = cautions(case.con), Ref("tracer query warnings")
    if traced.run is None and found:
        narrate(say(Reason.of("noticed-count", n=len(found), query=query), lang))
        return
    for caution in found[:_MOST]:
        narrate(say(Reason.of("noticed", warning=caution.reason), lang))
    if len(found) > _MOST:
        narrate(say(Reason.of("noticed-more", n=len(found) - _MOST, query=query), lang))
