from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration import cli, contract, settings

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


def dagster_process(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A Python module in a process of its own, from the project's folder, without settings."""
    kept = {name: value for name, value in os.environ.items() if "WINSHARE" not in name}
    given = {"WINSHARE_HOME": str(home), "DAGSTER_HOME": str(home), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=contract.PROJECT,
        env={**kept, **given, "DAGSTER_DISABLE_TELEMETRY": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def parsed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the models are parsed and the graph is shown, once for all workers."""
    base = tmp_path_factory.getbasetemp()
    # of several workers each has a folder of its own, in one that they share
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "parsed_home"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shown = folder / "graph.json"
        if not shown.exists():
            process = dagster_process(folder, "tests.orchestration.snapshot", "--show")
            assert process.returncode == 0, process.stderr
            shown.write_text(process.stdout, encoding="utf-8")
    return folder
