"""The supervisor: what dies is started again, and nothing it started outlives it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration import contract, serve, settings
from orchestration.errors import NightError

# The supervisor over two small children, each with a child of its own. A child writes its process
# id and its child's into a new line of its file; the second does not stop when it is asked.
SUPERVISOR = """
import sys
from pathlib import Path
from orchestration import serve

folder = Path(sys.argv[1])
polite = "sleep 300 & echo $$ $! >> {file}; wait"
stubborn = "trap '' TERM; " + polite + "; wait; sleep 300"
serve.commands = lambda host, port: {
    "web server": ["sh", "-c", polite.format(file=folder / "web")],
    "daemon": ["sh", "-c", stubborn.format(file=folder / "daemon")],
}
serve._PAUSE_SECONDS = 0.2
serve._STOP_SECONDS = 1.0
serve._TICK_SECONDS = 0.02
serve.refuse_taken = lambda host, port: None
serve.forever(folder / "home", "127.0.0.1", 3999)
"""
PATIENCE_SECONDS = 30


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def is_running(process: int) -> bool:
    """A process that has ended and that nobody has asked about yet does not run any more."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


class Supervisor:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(folder)],
            env={**os.environ, "PYTHONPATH": str(contract.PROJECT)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def started(self, name: str) -> list[tuple[int, int]]:
        """Of each start of a child so far: its process id and its child's."""
        path = self._folder / name
        lines = path.read_text().splitlines() if path.exists() else []
        return [(int(line.split()[0]), int(line.split()[1])) for line in lines]

    def all_started(self) -> list[int]:
        return [process for name in ("web", "daemon") for pair in self.started(name)
                for process in pair]  # fmt: skip

    def stop(self, sign: int) -> str:
        """Ask it to stop; what it said until then."""
        self.process.send_signal(sign)
        said, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        return said


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    running = Supervisor(tmp_path)
    try:
        until(lambda: len(running.all_started()) == 4, "both children have started")
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        for process in running.all_started():
            if is_running(process):
                os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_f43_a_stop_ends_every_child_and_its_children(supervisor: Supervisor, sign: int) -> None:
    """Also the one that does not listen, and the children of the one that does."""
    started = supervisor.all_started()
    assert all(is_running(process) for process in started)
    said = supervisor.stop(sign)
    assert supervisor.process.returncode == 0
    assert said == "Dagster on http://127.0.0.1:3999; stop with Ctrl-C\n"
    until(lambda: not any(is_running(process) for process in started), "all have ended")


def test_f43_a_child_that_dies_is_started_again(supervisor: Supervisor) -> None:
    """And what it had started does not go on beside its successor's."""
    (web, under_web), [(daemon, _)] = supervisor.started("web")[0], supervisor.started("daemon")
    os.kill(web, signal.SIGKILL)
    until(lambda: len(supervisor.started("web")) == 2, "the web server is started again")
    assert not is_running(under_web)
    assert is_running(daemon), "the other child is left alone"
    assert len(supervisor.started("daemon")) == 1
    assert "the web server ended with -9; starting it again\n" in supervisor.stop(signal.SIGTERM)


def test_a_child_that_keeps_dying_does_not_spin(tmp_path: Path) -> None:
    """Between two starts of one child lies the pause, however quickly it dies."""
    script = SUPERVISOR.replace('polite = "sleep 300 & echo $$ $! >>', 'polite = "echo 1 1 >>')
    script = script.replace('; wait"', '"').replace("_PAUSE_SECONDS = 0.2", "_PAUSE_SECONDS = 0.5")
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(contract.PROJECT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        web = tmp_path / "web"
        until(web.exists, "the first start")
        begun = time.monotonic()
        time.sleep(1.2)
        starts = len(web.read_text().splitlines())
        assert starts <= 2 + (time.monotonic() - begun) / 0.5
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def test_a_taken_port_is_said_at_once() -> None:
    """Fails if the web server is started again for ever on a port it can never have."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NightError, match=rf"127\.0\.0\.1:{port}: Address already in use"):
            serve.refuse_taken("127.0.0.1", port)
    serve.refuse_taken("127.0.0.1", port)
    with pytest.raises(NightError, match="nothing can listen on"):
        serve.refuse_taken("192.0.2.1", port)


def test_the_commands_are_dagster_s_own_on_the_given_address() -> None:
    commands = serve.commands("127.0.0.1", 3001)
    assert list(commands) == ["web server", "daemon"]
    assert commands["web server"][1:7] == [
        "-m",
        "dagster_webserver",
        "-h",
        "127.0.0.1",
        "-p",
        "3001",
    ]
    assert all(command[-2:] == ["-w", str(contract.PROJECT / "workspace.yaml")]
               for command in commands.values())  # fmt: skip


def test_children_find_the_settings_that_were_found(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails if a relative path in the environment means another place to Dagster's processes."""
    (tmp_path / "ours.toml").write_text("")
    monkeypatch.setenv("WINSHARE_CONFIG", "ours.toml")
    given = serve.environment(settings.load().home)
    assert given["WINSHARE_CONFIG"] == str(tmp_path / "ours.toml")
    assert given["WINSHARE_HOME"] == str(home)
    assert given["DAGSTER_HOME"] == str(home / "dagster")
    assert str(contract.PROJECT) in given["PYTHONPATH"].split(os.pathsep)
    assert (home / "dagster").stat().st_mode & 0o777 == 0o700
