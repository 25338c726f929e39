"""Looking after a closed case: taking its key in, changing its key."""

from __future__ import annotations

from pathlib import Path

from tracer.case import rotation
from tracer.case.case import open_case
from tracer.case.key import CaseKey, KeyStore, read_key_file
from tracer.case.layout import Layout, read_card
from tracer.errors import CaseUnavailable


def import_key(folder: Path, file: Path) -> CaseKey:
    """Keep the key in `file` where `folder`'s key is looked for; returns it with its new place.

    Raises `CaseUnavailable` where it is not the key of this case.
    """
    card = read_card(Layout(folder))
    given = read_key_file(file)
    if given.check(card.case_id) != card.key_check:
        raise CaseUnavailable("this is not the key of this case", where=str(file), remedy="name the right file")
    keys = KeyStore(card.case_id)
    try:
        if keys.find().secret == given.secret:
            return keys.find()
    except CaseUnavailable:
        pass  # none is kept here, or a wrong one: the right one takes its place
    keys.forget()
    return keys.keep(given.secret)


def rotate_key(folder: Path, key_file: Path | None) -> CaseKey:
    """Give the case a new random key and journal it; returns the new key."""
    with open_case(folder, key_file=key_file) as case:
        old = case.key
    layout = Layout(folder)
    rotation.rotate(layout, KeyStore(read_card(layout).case_id, key_file), old)
    with open_case(folder, key_file=key_file) as case:
        case.journal.append(command="key rotate", detail={"from": old.fingerprint(), "to": case.key.fingerprint()})
        return case.key
