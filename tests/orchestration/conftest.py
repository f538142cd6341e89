from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration import cli, settings

Answer = tuple[int, str, str]


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


@pytest.fixture
def winshare(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    """Call `winshare ...` in this process: exit code, stdout, stderr."""

    def call(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["winshare", *arguments])
        monkeypatch.setitem(cli._state, "debug", False)
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call
