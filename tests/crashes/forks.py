"""A process that publishes in children of its own, one a trial, so that imports are paid once.

It has one thread and no open database, so a fork of it is sound; pytest's own process has many.
A line in is a trial: {"home", "day", "writer", "stop", "how"}; a line out says how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Forks:
    """The other end: asks for trials."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.forks"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, home: Path, day: int = 2, **asked: Any) -> dict[str, Any]:
        """How the trial ended: `signal`, `code`, and the `points` it passed, if it lived."""
        self.begin(home, day, **asked)
        return self.end()

    def begin(self, home: Path, day: int = 2, **asked: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"home": str(home), "day": day, **asked}) + "\n")
        self._process.stdin.flush()

    def end(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def _trial(asked: dict[str, Any]) -> dict[str, Any]:
    """Fork, publish there, and wait; with `strace`, the child waits until that watches it."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _child(asked, write_end)
    os.close(write_end)
    tracer = None
    if asked.get("strace"):
        os.waitpid(child, os.WUNTRACED)
        tracer = subprocess.Popen(
            [*asked["strace"], "-p", str(child)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_until_traced(child)
        os.kill(child, signal.SIGCONT)
    with os.fdopen(read_end) as stream:
        told = stream.read()
    _, status = os.waitpid(child, 0)
    if tracer is not None:
        tracer.wait()
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
        **(json.loads(told) if told else {"points": [], "error": ""}),
    }


def _wait_until_traced(child: int) -> None:
    for _ in range(2000):
        if "TracerPid:\t0\n" not in Path(f"/proc/{child}/status").read_text():
            return
        time.sleep(0.005)
    raise TimeoutError("strace did not begin to watch")


def _child(asked: dict[str, Any], write_end: int) -> None:
    from tests.crashes import small_night
    from tests.crashes.points import Points

    points = Points(asked["home"], asked.get("stop", 0), asked.get("how", "kill"))
    error = ""
    code = 0
    try:
        if asked.get("strace"):
            os.kill(os.getpid(), signal.SIGSTOP)
        else:
            points.watch()
        small_night.WRITERS[asked.get("writer", "publish")](Path(asked["home"]), asked["day"])
    except BaseException as problem:
        # OSError as it comes, DuckDB's own words for one, NightError for what does not read back
        error, code = f"{type(problem).__name__}: {problem}", 1
    try:
        os.write(write_end, json.dumps({"points": points.passed, "error": error}).encode())
    except OSError:
        # a write that was refused from outside is refused here as well
        code = 1
    os._exit(code)


def main() -> None:
    from tests.crashes import small_night  # noqa: F401

    for line in sys.stdin:
        print(json.dumps(_trial(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
