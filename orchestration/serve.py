"""A supervisor for Dagster's web server and daemon: whichever dies is started again.

A daemon that is gone runs no schedule and finds no orphan (F43). systemd does the same with the
units in docs/operating.md; this is for a machine without it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from orchestration.contract import PROJECT
from orchestration.run import instance_folder

# between two starts of the same child: long enough that a broken one does not spin, short enough
# that a crash is not noticed
_PAUSE_SECONDS = 5


def commands(host: str, port: int) -> dict[str, list[str]]:
    workspace = ["-w", str(PROJECT / "workspace.yaml")]
    dagster = [sys.executable, "-m"]
    return {
        "web server": [*dagster, "dagster_webserver", "-h", host, "-p", str(port), *workspace],
        "daemon": [*dagster, "dagster._daemon", "run", *workspace],
    }


def forever(home: Path, host: str, port: int) -> None:
    """Run until a signal says stop; then stop both children and their children."""
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(instance_folder(home)),
        "WINSHARE_HOME": str(home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    children: dict[str, subprocess.Popen] = {}
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"Dagster on http://{host}:{port}; stop with Ctrl-C", flush=True)
    try:
        while not stopping:
            for name, command in commands(host, port).items():
                child = children.get(name)
                if child is None or child.poll() is not None:
                    if child is not None:
                        print(
                            f"the {name} ended with {child.returncode}; starting it again",
                            flush=True,
                        )
                        time.sleep(_PAUSE_SECONDS)
                    # a session of its own: a Ctrl-C reaches us first, and we stop it in order
                    children[name] = subprocess.Popen(
                        command, env=environment, cwd=PROJECT, start_new_session=True
                    )
            time.sleep(1)
    finally:
        for child in children.values():
            _end(child)


def _end(child: subprocess.Popen) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is None:
            os.killpg(child.pid, sign)
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                continue
