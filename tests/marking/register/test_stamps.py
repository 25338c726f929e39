"""Time stamps by a real authority: what it grants is kept, what it did not grant for this register is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from rfc3161_client._rust import parse_timestamp_request

from tests.marking.register.authority import Authority
from tests.marking.register.drawn_case import faults_of
from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.marking.register.registers import Register, registers, request_stamp, stamps_of, take_in_stamp
from tracer.marking.register.timestamp import request_for, statement_of


@pytest.fixture
def register(case: Case, tmp_path: Path) -> Register:
    """A register for which a stamp was asked for: request and statement are in the folder."""
    register = registers(case.con)[0]
    request, statement = request_stamp(case, register)
    (tmp_path / "root.tsq").write_bytes(request)
    (tmp_path / "root.txt").write_bytes(statement)
    return register


@pytest.fixture
def answer(register: Register, tmp_path: Path, authority: Authority) -> Path:
    return authority.answer(tmp_path / "root.tsq")


def spoilt(answer: Path) -> bytes:
    """With a bit changed within the signature, the last value of an answer."""
    content = bytearray(answer.read_bytes())
    content[-3] ^= 1
    return bytes(content)


def kept(case: Case) -> int:
    return len(case.con.execute("SELECT 1 FROM register_stamp").fetchall())


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 255, 256, 2**31, 2**62 + 1, 2**63 - 1])
def test_a_request_is_what_another_reader_reads(nonce: int) -> None:
    statement = statement_of("00ff", "ab" * 32)
    assert statement == b"tracer register\ndraw 00ff\nroot " + b"ab" * 32 + b"\n"
    read = parse_timestamp_request(request_for(statement, nonce))
    assert (read.version, read.nonce, read.cert_req, read.policy) == (1, nonce, True, None)
    assert read.message_imprint.hash_algorithm.dotted_string == "2.16.840.1.101.3.4.2.1"


def test_without_certificates_it_says_so_and_later_ones_are_added(
    case: Case, register: Register, answer: Path, authority: Authority
) -> None:
    assert "NOT verified" in take_in_stamp(case, register, answer, None).line()
    assert take_in_stamp(case, register, answer, authority.ca).ca is not None
    assert take_in_stamp(case, register, answer, None).ca is not None, "what was verified stays so"
    assert kept(case) == 1


def test_an_answer_to_something_else_is_refused(
    case: Case, register: Register, tmp_path: Path, authority: Authority
) -> None:
    text, other, before = tmp_path / "root.txt", tmp_path / "other.txt", case.layout.journal.read_text()
    other.write_bytes(b"other")
    for arguments, told in (
        (f"-data {other} -sha256 -cert", "for other bytes"),
        (f"-data {text} -sha256 -cert", "its nonce differs"),
        (f"-data {text} -sha256 -cert -no_nonce", "its nonce differs"),
        (f"-data {text} -sha512 -cert", "did not grant the stamp (rejected"),
    ):
        answer = authority.answer(authority.query(arguments, tmp_path / "made.tsq"))
        with pytest.raises(InputRefused) as refused:
            take_in_stamp(case, register, answer, authority.ca)
        assert told in refused.value.what
    for content in (b"", b"junk", text.read_bytes(), (tmp_path / "root.tsq").read_bytes()):
        (tmp_path / "junk.tsr").write_bytes(content)
        with pytest.raises(InputRefused, match="not a time-stamp answer"):
            take_in_stamp(case, register, tmp_path / "junk.tsr", None)
    with pytest.raises(InputRefused, match="cannot be read"):
        take_in_stamp(case, register, tmp_path / "none.tsr", None)
    assert (kept(case), case.layout.journal.read_text()) == (0, before)


def test_a_signature_that_does_not_verify_is_refused(
    case: Case, register: Register, answer: Path, tmp_path: Path, authority: Authority
) -> None:
    stranger, forged = Authority(tmp_path / "stranger"), tmp_path / "forged.tsr"
    forged.write_bytes(spoilt(answer))
    for file, ca, told in (
        (answer, stranger.ca, "signature does not verify with the given certificates"),
        (forged, authority.ca, "signature does not verify with the given certificates"),
        (answer, authority.folder / "tsa.pem", "no root"),
        (answer, tmp_path / "root.txt", "no certificates in PEM"),
    ):
        with pytest.raises(InputRefused, match=told):
            take_in_stamp(case, register, file, ca)
    assert kept(case) == 0


def test_verify_finds_a_stamp_that_was_changed(
    case: Case, register: Register, answer: Path, authority: Authority
) -> None:
    take_in_stamp(case, register, answer, authority.ca)
    for change, told in (
        ("stamped_at = stamped_at - INTERVAL 1 YEAR", "the answer says"),
        ("response = 'junk'::BLOB", "not a time-stamp answer"),
        ("response = $spoilt", "does not verify"),
    ):
        case.con.execute(f"UPDATE register_stamp SET {change}", {"spoilt": spoilt(answer)} if "$" in change else {})
        assert any(told in fault for fault in faults_of(case))
    assert len(stamps_of(case.con, register.draw)) == 1
