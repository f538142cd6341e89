from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration import settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of this test's own, in this process: no setting of the machine reaches the test."""
    for name in list(os.environ):
        if name.upper().startswith("WINSHARE_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("WINSHARE_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    settings.load.cache_clear()
    yield folder
    settings.load.cache_clear()


@pytest.fixture
def configure(home: Path) -> Callable[[str], Path]:
    """Write winshare.toml into the home and forget what was read before."""

    def write(text: str) -> Path:
        path = home / settings.CONFIG_NAME
        path.write_text(text, encoding="utf-8")
        settings.load.cache_clear()
        return path

    return write
