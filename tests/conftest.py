"""Every test has its own user data folder and none of the caller's settings, so that no test sees a real key."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home for keys, and no TRACER_* variable."""
    home = tmp_path_factory.mktemp("home")
    for name in ("TRACER_KEY", "TRACER_CASE", "TRACER_NOW", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    return home
