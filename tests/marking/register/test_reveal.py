"""Single leaves are opened without the others and checked without the case; what is doctored is found."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.marking.register.drawn_case import committed_case
from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.marking.register import REGISTER
from tracer.marking.register.registers import OpenedLeaves, check_leaves, open_leaves


def opened(case: Case, release: str, **options: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(open_leaves(case, release, OpenedLeaves(**options), "for the court"))
    return said


def failures(said: dict[str, Any], **options: Any) -> list[str]:
    return [check.what for check in check_leaves(json.dumps(said).encode(), "leaf.json", **options) if not check.passed]


def entries(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(leaf["entry"]) for leaf in said["leaves"]]


def test_only_what_is_asked_for_is_opened() -> None:
    case, root = committed_case()
    both = opened(case, "d@w0")
    assert [entry["kind"] for entry in entries(both)] == ["release", "canary", "canary", "position"]
    one = opened(case, "d@w0", canaries=(3,))
    assert [(entry["kind"], entry["canary"]) for entry in entries(one)] == [("canary", 3)]
    alone = opened(case, "d@w1", recipient_only=True)
    assert [entry["recipient"] for entry in entries(alone)] == ["w1"]
    rows = opened(case, "d@w1", withheld=True)
    assert [entry["key"] for entry in entries(rows) if entry["kind"] == "withheld"] == [14000100002]
    for said in (both, one, alone, rows):
        assert failures(said, stated=root) == []
    text = json.dumps([one, alone])
    assert "14000300001" not in text, "a canary that was not opened stays hidden"
    assert "14000100001" not in text
    assert case.secret(REGISTER).hex() not in text


def test_it_is_journaled_with_its_reason_and_not_with_what_was_opened() -> None:
    case, _ = committed_case()
    opened(case, "d@w0")
    entry = json.loads(case.layout.journal.read_text().splitlines()[-1])
    assert (entry["command"], entry["detail"]["reason"]) == ("register reveal", "for the court")
    assert "1400030" not in case.layout.journal.read_text()


def doctor(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    said = opened(committed_case()[0], "d@w0")
    change(said)
    return said


def set_leaf(name: str, value: Any) -> Callable[[dict[str, Any]], object]:
    return lambda said: said["leaves"][1].__setitem__(name, value(said["leaves"][1][name]))


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        (set_leaf("entry", lambda text: text.replace("14000300001", "14000300002")), ["leaf"]),
        (set_leaf("entry", lambda text: text + " "), ["leaf"]),
        (set_leaf("salt", lambda text: text[::-1]), ["leaf"]),
        (set_leaf("proof", lambda steps: steps[:-1]), ["leaf"]),
        (set_leaf("proof", lambda steps: [["left", steps[0][1]], *steps[1:]]), ["leaf"]),
        (set_leaf("proof", lambda steps: [[steps[0][0], "00" * 32], *steps[1:]]), ["leaf"]),
        (lambda said: said.update(root="00" * 32), ["leaf"] * 4 + ["statement"]),
        (lambda said: said.update(draw="00fe"), ["statement"]),
    ],
)
def test_what_is_doctored_does_not_pass(change: Callable[[dict[str, Any]], object], failing: list[str]) -> None:
    assert failures(doctor(change)) == failing


def test_another_root_does_not_pass_and_groups_do() -> None:
    case, root = committed_case()
    said = opened(case, "d@w0")
    assert failures(said, stated="00" * 32) == ["root"]
    assert failures(said, stated=" ".join(root[at : at + 4] for at in range(0, 64, 4))) == []
    with pytest.raises(InputRefused, match="64 hexadecimal digits"):
        failures(said, stated="00")


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.pop("root"),
        lambda said: said.update(format="another"),
        lambda said: said.update(leaves=[]),
        lambda said: said["leaves"][0].pop("salt"),
        set_leaf("salt", lambda text: text[2:]),
        set_leaf("proof", lambda steps: [["up", steps[0][1]]]),
        set_leaf("entry", json.loads),
        lambda said: said.update(stamps=[{"answer": "no base64!"}]),
    ],
)
def test_what_is_no_file_of_leaves_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(InputRefused, match="not a complete file of opened leaves"):
        failures(doctor(change))


def test_a_stamp_that_is_none_fails() -> None:
    junk = base64.b64encode(b"junk").decode()
    assert failures(doctor(lambda said: said.update(stamps=[{"answer": junk}]))) == ["stamp"]


@settings(max_examples=50)
@given(st.binary(max_size=60) | st.recursive(st.none() | st.text(), st.lists).map(lambda x: json.dumps(x).encode()))
def test_junk_is_refused_and_never_breaks(content: bytes) -> None:
    with pytest.raises(InputRefused):
        check_leaves(content, "junk")


def test_what_the_file_says_cannot_steer_a_terminal() -> None:
    said = doctor(set_leaf("entry", lambda text: text.replace("d@w0", "\\u001b[2J\\nok")))
    shown = [check.detail for check in check_leaves(json.dumps(said).encode(), "leaf.json")]
    assert all(text.isprintable() for text in shown)
    assert any("\\u001b[2J ok" in text for text in shown)


def test_what_cannot_be_opened_is_refused() -> None:
    case, _ = committed_case()
    with pytest.raises(InputRefused, match="no canary 99999"):
        opened(case, "d@w0", canaries=(99999,))
    with pytest.raises(InputRefused, match="no register of a draw or release"):
        opened(case, "none")
    with pytest.raises(InputRefused, match="the reason is missing"):
        open_leaves(case, "d@w0", OpenedLeaves(), "  ")
    case.con.execute("UPDATE release_canary SET row = row + 1")
    with pytest.raises(InputRefused, match="changed after it was committed"):
        opened(case, "d@w0")
    assert "register reveal" not in case.layout.journal.read_text()
