"""A supervisor for Dagster's web server and daemon: whichever dies is started again.

A daemon that is gone runs no schedule and finds no orphan (F43). systemd does the same with the
units in docs/operating.md; this is for a machine without it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from orchestration.contract import PROJECT
from orchestration.errors import NightError
from orchestration.run import instance_folder
from orchestration.settings import config_file

# between two starts of the same child: long enough that a broken one does not spin, short enough
# that a crash is not noticed
_PAUSE_SECONDS = 5.0
# how long children may take to end in order; a night that runs has its own lock and its own
# recovery, so being cut short loses nothing
_STOP_SECONDS = 20.0
_TICK_SECONDS = 0.2


def commands(host: str, port: int) -> dict[str, list[str]]:
    workspace = ["-w", str(PROJECT / "workspace.yaml")]
    dagster = [sys.executable, "-m"]
    return {
        "web server": [*dagster, "dagster_webserver", "-h", host, "-p", str(port), *workspace],
        "daemon": [*dagster, "dagster._daemon", "run", *workspace],
    }


def environment(home: Path) -> dict[str, str]:
    """Ours, with what the children must not guess: they find the code and settings we found."""
    code = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    chosen = {
        "DAGSTER_HOME": str(instance_folder(home)),
        "WINSHARE_HOME": str(home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "PYTHONPATH": code,
    }
    if config_file().is_file():
        chosen["WINSHARE_CONFIG"] = str(config_file().resolve())
    return {**os.environ, **chosen}


def refuse_taken(host: str, port: int) -> None:
    """Raise NightError where the web server could never listen: it would be started for ever."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            # as servers do: a port whose last user has just gone is free
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise NightError(
            f"nothing can listen on {host}:{port}: {error.strerror or error}; does another "
            "`winshare serve` run? Choose with --port and --host"
        ) from None


def forever(home: Path, host: str, port: int) -> None:
    """Run until a signal says stop; then stop both children and their children.

    Raises NightError when the address is taken.
    """
    refuse_taken(host, port)
    given = environment(home)
    children: dict[str, subprocess.Popen] = {}
    started: dict[str, float] = {}
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    # a terminal that is closed stops it too: the children have sessions of their own
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, stop)
    _say(f"Dagster on http://{host}:{port}; stop with Ctrl-C")
    try:
        while not stopping:
            for name, command in commands(host, port).items():
                child = children.get(name)
                if child is not None and child.poll() is not None:
                    _say(f"the {name} ended with {child.returncode}; starting it again")
                    # what it had started must not go on beside what the next one starts; a run
                    # among them is killed and not asked, so that the monitor tries it again
                    _signal(children.pop(name), signal.SIGKILL)
                if name not in children and _may_start(started.get(name)):
                    # a session of its own: a Ctrl-C reaches us first, and we stop it in order
                    children[name] = subprocess.Popen(command, env=given, start_new_session=True)
                    started[name] = time.monotonic()
            time.sleep(_TICK_SECONDS)
    finally:
        end(list(children.values()))


def _may_start(last: float | None) -> bool:
    return last is None or time.monotonic() - last >= _PAUSE_SECONDS


def end(children: list[subprocess.Popen]) -> None:
    """End each child's whole session: asked first, all at once, then without asking."""
    for child in children:
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=max(deadline - time.monotonic(), 0))
    while any(_is_alive(child) for child in children) and time.monotonic() < deadline:
        time.sleep(_TICK_SECONDS)
    for child in children:
        _signal(child, signal.SIGKILL)
        child.wait()


def _signal(child: subprocess.Popen, sign: int) -> None:
    # the group outlives its leader: a child that is gone may have left children behind
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, sign)


def _is_alive(child: subprocess.Popen) -> bool:
    """Whether any process of the child's group is left; its own end has been waited for."""
    try:
        os.killpg(child.pid, 0)
    except ProcessLookupError:
        return False
    return True


def _say(text: str) -> None:
    print(text, flush=True)
