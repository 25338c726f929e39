"""Private set intersection between two cases: what it finds, what it does not tell, and what it refuses."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import rbcl

from tests.blind.conftest import Pair
from tests.findings.attribution.test_attribution import by_release
from tracer.blind.exchange import (
    BLOCK,
    SideLimits,
    blinded_keys,
    blinded_points,
    exponent,
    fingerprint,
    finish,
    make_key,
    match,
    read_key,
    read_parcel,
)
from tracer.errors import InputRefused, UsageError
from tracer.findings import overlap
from tracer.findings.attribution import attribute
from tracer.findings.case_facts import CaseFacts


def test_the_answer_tells_which_are_shared_and_is_attributed_like_a_clear_list(pair: Pair) -> None:
    con = pair.client.con
    pair.client.dataset("clear", "vendor-2", [*pair.leak, *pair.own])
    pair.answer(pair.offer(["own"]))
    assert any("which of its own identifiers you have" in line for line in pair.told)
    journal = pair.vendor.case.layout.journal.read_text(encoding="utf-8")
    assert "blind answered" in journal
    assert "which of its own identifiers you have" in journal
    with pytest.raises(InputRefused, match="this case began no such comparison"):
        finish(pair.vendor.case, pair.folder / "answer", "theirs", None, SideLimits())
    done = pair.finish()
    with pytest.raises(InputRefused, match="already imported"):
        pair.finish(dataset="other")
    assert (done.shared, done.other_identifiers) == (len(set(pair.leak)), len({*pair.leak, *pair.own}))
    assert [key for (key,) in con.execute("SELECT key FROM blind_match ORDER BY key").fetchall()] == sorted(pair.leak)
    strangers = (
        "SELECT count(*) FROM membership AS m JOIN dataset AS d ON d.no = m.dataset"
        " WHERE d.id = 'theirs' AND m.key IN (SELECT unnest($own::BIGINT[]))"
    )
    assert con.execute(strangers, {"own": pair.own}).fetchone() == (0,), "nothing of theirs that we have not"
    clear, blind = (by_release(attribute(con, name)) for name in ("clear", "theirs"))
    assert [release for release, row in blind.items() if row.accused] == ["r2"]
    for release, row in clear.items():
        for name in ("accused", "p_value", "canaries_seen", "rows_matched", "grade"):
            assert getattr(blind[release], name) == getattr(row, name), (release, name)
    overlap.compute(CaseFacts(con), 1)
    pairs = {(a, b): n for a, b, n in con.execute("SELECT a, b, shared FROM overlap").fetchall()}
    assert pairs["own", "theirs"] == len(set(pair.leak) & set(pair.copies["r2"][:4000]))
    assert ("clear", "theirs") not in pairs, "these two were never compared"


def test_only_the_number_where_only_the_number_is_told(pair: Pair) -> None:
    pair.answer(pair.offer(), counted_only=True)
    parcel = read_parcel(pair.folder / "answer", "answer")
    assert list(parcel.answered) == sorted(parcel.answered), "their order tells nothing"
    done = pair.finish()
    assert (done.dataset, done.shared) == (None, len(set(pair.leak)))
    assert pair.client.con.execute("SELECT count(*) FROM blind_match").fetchone() == (0,)


def test_few_shared_people_are_not_kept(pair: Pair) -> None:
    people, canary = pair.copies["r1"][:19], pair.client.phones([3])
    pair.vendor.dataset("few", "vendor-2", [*pair.own, *people, *canary])
    pair.answer(pair.offer(), ["few"])
    done = pair.finish()
    assert (done.shared, done.canaries) == (None, 1)
    assert done.to_json()["shared"] == "<20"
    assert pair.client.con.execute("SELECT key FROM blind_match").fetchall() == [(canary[0],)]


def test_nothing_is_written_without_consent(pair: Pair) -> None:
    def refuse(_: object) -> None:
        raise UsageError("no")

    pair.confirm = refuse  # type: ignore[method-assign,assignment]  # the user does not agree
    with pytest.raises(UsageError):
        pair.offer()
    assert not (pair.folder / "offer").exists()
    assert pair.client.con.execute("SELECT count(*) FROM blind_exchange").fetchone() == (0,)


def test_short_lists_are_refused_on_both_sides(pair: Pair) -> None:
    pair.client.dataset("short", "client", pair.client.people(50))
    with pytest.raises(InputRefused, match="fewer than 1,000"):
        pair.offer(["short"])
    pair.vendor.dataset("short", "vendor-2", pair.own[:999])
    with pytest.raises(InputRefused, match="fewer than 1,000"):
        pair.answer(pair.offer(), ["short"])
    with pytest.raises(UsageError, match="under 100"):
        SideLimits(least=99)


def test_a_repeat_needs_a_reason_and_a_list_that_differs_by_one_is_refused(pair: Pair) -> None:
    offered = pair.offer()
    pair.answer(offered)
    with pytest.raises(InputRefused, match="already"):
        pair.answer(offered, name="again")
    pair.answer(offered, name="again", bounds=SideLimits(again="the first was lost"))
    pair.vendor.dataset("one-less", "vendor-2", [*pair.leak, *pair.own][1:])
    with pytest.raises(InputRefused, match="single people"):
        pair.answer(offered, ["one-less"], name="third", bounds=SideLimits(again="why not"))
    pair.client.dataset("one-more", "client", [pair.own[0] + 1])
    with pytest.raises(InputRefused, match="single people"):
        pair.offer(name="second", bounds=SideLimits(again="why not"))


def test_a_damaged_file_and_what_is_no_point_are_refused(pair: Pair) -> None:
    offered = pair.offer()
    whole = offered.read_bytes()
    for at in (3, 200, 5_000, -1):
        data = bytearray(whole)
        data[at] ^= 1
        offered.write_bytes(data)
        with pytest.raises(InputRefused):
            read_parcel(offered, "offer")
    data = bytearray(whole)
    start = data.index(b"\n") + 1
    data[start : start + BLOCK] = b"\xff" * BLOCK
    data[-BLOCK:] = hashlib.sha256(bytes(data[:-BLOCK])).digest()
    offered.write_bytes(data)
    with pytest.raises(InputRefused, match="not a point of the group"):
        pair.answer(offered)
    head = whole.partition(b"\n")[0]
    sizes = head.replace(b'"sizes": []', b'"sizes": 5') + b"\n"
    for junk in (b"", b"{}\n", b"[" * 4000 + b"\n", b"[1]\n" + bytes(64), sizes):
        offered.write_bytes(junk)
        with pytest.raises(InputRefused, match="not a file of a blind comparison"):
            read_parcel(offered, "offer")


def test_points_of_two_exchanges_have_nothing_in_common(pair: Pair) -> None:
    first = read_parcel(pair.offer(["own"]), "offer")
    pair.client.dataset("more", "client", pair.client.people(3000))
    second = read_parcel(pair.offer(["own", "more"], SideLimits(again="more to compare"), "second"), "offer")
    assert not set(first.own) & set(second.own)


def test_blinding_is_by_a_map_into_the_group_and_commutes() -> None:
    a, b = exponent(bytes(range(64))), exponent(bytes(range(1, 65)))
    keys = [86_140_0000_0000 + i for i in range(5)]
    assert blinded_points(blinded_keys(keys, a), b, "") == blinded_points(blinded_keys(keys, b), a, "")
    on_generator = rbcl.crypto_scalarmult_ristretto255_base(
        rbcl.crypto_core_ristretto255_scalar_reduce(hashlib.sha512(b"tracer blind comparison 1\x00" + b"1").digest())
    )
    assert blinded_keys([1], exponent(b"\x01" + bytes(63)))[0] != on_generator


def _both(pair: Pair, dataset: str = "list") -> bytes:
    path = pair.folder / "key"
    told = make_key(path)
    assert any("it hides nothing" in line for line in told), "a key that both hold hides nothing between them"
    key = read_key(path)
    fingerprint(pair.client.case, [], "vendor-2", pair.folder / "a", key, SideLimits(), pair.confirm)
    fingerprint(pair.vendor.case, [dataset], "client", pair.folder / "b", key, SideLimits(), pair.confirm)
    assert any("it hides nothing" in line for line in pair.told)
    return key


def _match(folder: Path, other: str = "b", *, counted_only: bool = False) -> object:
    found, ledger = folder / f"found-{other}", folder / "ledger"
    return match(folder / "a", folder / other, found, ledger, SideLimits(), counted_only=counted_only).shared


def test_a_third_party_finds_what_is_shared_and_which_takes_the_key(pair: Pair) -> None:
    key = _both(pair)
    assert _match(pair.folder) == len(set(pair.leak))
    with pytest.raises(InputRefused, match="reading it needs the key"):
        pair.finish("found-b")
    assert pair.finish("found-b", key=key).shared == len(set(pair.leak))
    rows = by_release(attribute(pair.client.con, "theirs"))
    assert [release for release, row in rows.items() if row.accused] == ["r2"]


def test_the_third_party_may_tell_the_number_alone(pair: Pair) -> None:
    _both(pair)
    _match(pair.folder, counted_only=True)
    done = pair.finish("found-b")
    assert (done.dataset, done.shared) == (None, len(set(pair.leak)))


def test_few_shared_are_not_told_at_all(pair: Pair) -> None:
    pair.vendor.dataset("few", "vendor-2", [*pair.own, *pair.copies["r1"][:19]])
    key = _both(pair, "few")
    assert _match(pair.folder) is None
    done = pair.finish("found-b", key=key)
    assert (done.dataset, done.shared) == (None, None)


def test_two_keys_do_not_match_and_one_key_is_for_one_comparison(pair: Pair) -> None:
    key = _both(pair)
    _match(pair.folder)
    pair.vendor.dataset("one-less", "vendor-2", [*pair.leak, *pair.own][30:])
    again = SideLimits(again="more to compare")
    fingerprint(pair.vendor.case, ["one-less"], "client", pair.folder / "c", key, again, pair.confirm)
    with pytest.raises(InputRefused, match="used with other fingerprints"):
        _match(pair.folder, "c", counted_only=True)
    make_key(pair.folder / "other")
    other = read_key(pair.folder / "other")
    fingerprint(pair.vendor.case, ["list"], "client", pair.folder / "d", other, again, pair.confirm)
    with pytest.raises(InputRefused, match="different keys"):
        _match(pair.folder, "d", counted_only=True)
