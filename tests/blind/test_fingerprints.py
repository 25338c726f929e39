"""The comparison through a third party that does not hold the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blind.conftest import Pair
from tests.findings.attribution.test_attribution import by_release
from tracer.blind.fingerprints import fingerprint, make_key, match, read_key
from tracer.blind.limits import SideLimits
from tracer.errors import InputRefused
from tracer.findings.attribution import attribute


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


def test_a_third_party_finds_what_is_shared(pair: Pair) -> None:
    key = _both(pair)
    assert _match(pair.folder) == len(set(pair.leak))
    done = pair.finish("found-b", key=key)
    assert done.shared == len(set(pair.leak))
    rows = by_release(attribute(pair.client.con, "theirs"))
    assert [release for release, row in rows.items() if row.accused] == ["r2"]


def test_the_third_party_may_tell_the_number_alone(pair: Pair) -> None:
    _both(pair)
    _match(pair.folder, counted_only=True)
    done = pair.finish("found-b")
    assert (done.dataset, done.shared) == (None, len(set(pair.leak)))


def test_which_are_shared_takes_the_key(pair: Pair) -> None:
    _both(pair)
    _match(pair.folder)
    with pytest.raises(InputRefused, match="reading it needs the key"):
        pair.finish("found-b")


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
