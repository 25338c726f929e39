"""The vault gives back what was put in, or says that it cannot."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracer.case.vault import Vault
from tracer.errors import CaseUnavailable, InputRefused

CHUNK = 1 << 20


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    (tmp_path / "originals").mkdir()
    return Vault(tmp_path / "originals", bytes(range(32)))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1])
def test_round_trip_at_the_edges_of_chunks(vault: Vault, tmp_path: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    (tmp_path / "f").write_bytes(content)
    stored = vault.store(tmp_path / "f")
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert (stored.bytes, stored.new, vault.store(tmp_path / "f").new) == (size, True, False)
    assert size < 100 or content[:100] not in vault.path(stored.sha256).read_bytes()
    assert vault.read(stored.sha256) == content
    assert vault.extract(stored.sha256, tmp_path / "back") == size
    assert (tmp_path / "back").read_bytes() == content
    assert vault.check(stored.sha256)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 2 * CHUNK + 100), bit=st.integers(0, 7))
def test_every_flipped_bit_is_found(vault: Vault, tmp_path: Path, position: int, bit: int) -> None:
    (tmp_path / "f").write_bytes(bytes(2 * CHUNK))
    sha256 = vault.store(tmp_path / "f").sha256
    path = vault.path(sha256)
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[position % len(whole)] ^= 1 << bit
    path.write_bytes(changed)
    assert not vault.check(sha256)
    path.write_bytes(whole)


@pytest.mark.parametrize("cut", [1, CHUNK + 16, 2 * CHUNK])
def test_a_cut_off_original_is_damaged_even_at_a_chunk_boundary(vault: Vault, tmp_path: Path, cut: int) -> None:
    (tmp_path / "f").write_bytes(bytes(2 * CHUNK + 5))
    sha256 = vault.store(tmp_path / "f").sha256
    path = vault.path(sha256)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(CaseUnavailable, match="damaged"):
        vault.extract(sha256, tmp_path / "back")
    assert not vault.check(sha256)
    assert not (tmp_path / "back").exists()


def test_a_missing_source_and_an_existing_target_are_refused(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="cannot be copied"):
        vault.store(tmp_path / "nowhere")
    (tmp_path / "f").write_bytes(b"x")
    stored = vault.store(tmp_path / "f")
    with pytest.raises(InputRefused, match="exists"):
        vault.extract(stored.sha256, tmp_path / "f")
    assert [path.name for path in vault.folder.iterdir()] == [stored.sha256]
