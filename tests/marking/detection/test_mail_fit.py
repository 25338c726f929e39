"""Which identities' addresses are like those of a list of firms' contacts. Firms and domains are invented."""

from __future__ import annotations

from pathlib import Path

from tests.lists.loading import own_list
from tracer.marking.detection.mail_fit import mail_fit
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.release.left_out import without


def test_addresses_at_firms_that_no_canary_has_are_named_with_the_column_to_leave_out(tmp_path: Path) -> None:
    rows = ["Company,Email,Phone"]
    for at in range(200):
        firm = at % 40
        domain = "mail.test" if at % 4 == 0 else f"firm{firm}.example"
        rows.append(f"Larkspur {firm} Ltd,person{at}@{domain},+1 212 555 01{at % 100:02d}")
    case = own_list(tmp_path, rows, find_region=True)
    source = read_source_list(case.con, "own")
    mails = ["a@mail.test", "b@elsewhere.example", None]
    identities = [Identity(no, no, None, mail, None, None, None) for no, mail in enumerate(mails)]
    fit = mail_fit(case.con, source, identities)
    assert fit is not None
    assert fit.what() == (
        "75% of the list's addresses are at the contact's own firm, where no canary has one;"
        " 1 of 3 identities have theirs at a provider that its contacts use (mail.test)"
    )
    assert '--without "Email"' in fit.advice()
    assert mail_fit(case.con, without(case.con, source, ("Email",)), identities) is None
