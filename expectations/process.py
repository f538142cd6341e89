"""A judge in a process of its own, as the night sees it. Imports no Great Expectations.

Whatever becomes of that process, the caller gets a verdict on every rule it asked about: where
the judge died, hung or spoke nonsense, `unproven`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from expectations.gate import Gate, Verdict, unproven

# The import of Great Expectations takes 4 s alone on a core and four times that on a busy
# machine; five minutes mean that it will never be done.
READY_SECONDS = 300
_STDERR_LINES = 200


class JudgeProcess:
    """Start it early, ask it layer by layer, close it. Not for two threads at once.

    `registry` names the gates as module:attribute, so that tests can bring their own.
    """

    def __init__(self, registry: str = "expectations:GATES") -> None:
        self._registry = registry
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._said: deque[str] = deque(maxlen=_STDERR_LINES)
        self._is_ready = False
        self._failure: str | None = None

    def start(self) -> None:
        """Returns at once; the judge gets ready meanwhile."""
        if self._process is not None:
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", "expectations.judge", "--serve", "--gates", self._registry],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=_environment(),
        )
        process = self._process
        for target, pipe in ((self._listen, process.stdout), (self._overhear, process.stderr)):
            threading.Thread(target=target, args=(pipe,), daemon=True).start()

    def judge(
        self, layer: str, database: Path, absent: Iterable[str], timeout: float
    ) -> list[Verdict]:
        """A verdict on every rule of every gate of `layer` ("landing" means all its domains).

        Never raises for what the judge does; raises ValueError for a layer without gates. A judge
        that has not answered after `timeout` seconds is killed.
        """
        from expectations import of_layer
        from expectations.serve import gates_of

        gates, absent = of_layer(layer, gates_of(self._registry)), sorted(absent)
        request = {"database": str(database), "layer": layer, "absent": absent}
        try:
            return _complete(gates, absent, self._ask(request, timeout))
        except _NoAnswer as why:
            return unproven(gates, absent, str(why))

    def close(self) -> None:
        """End the judge; afterwards no process of it is left."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            # busy, or still importing: nothing it holds is worth waiting for
            process.kill()
            process.wait()
        self._failure = self._failure or "the judge was closed"

    def diagnosis(self) -> str:
        """The last the judge wrote to stderr: where it failed, for whoever mends it."""
        return "".join(self._said)

    def _ask(self, request: dict[str, Any], timeout: float) -> Any:
        if self._failure:
            raise _NoAnswer(self._failure)
        self.start()
        if not self._is_ready:
            self._next_line(READY_SECONDS)
            self._is_ready = True
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise self._given_up("the judge is dead") from None
        return self._next_line(timeout)

    def _next_line(self, timeout: float) -> Any:
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            self._process.kill()
            raise self._given_up(f"the judge did not answer within {timeout:g} s") from None
        if line is None:
            raise self._given_up("the judge is dead")
        try:
            return json.loads(line)
        except json.JSONDecodeError:
            self._process.kill()
            raise self._given_up("the judge spoke nonsense") from None

    def _given_up(self, why: str) -> _NoAnswer:
        """From here on every question is answered with `why`: a judge that failed once in a night
        is not asked again."""
        self._failure = why
        return _NoAnswer(why)

    def _listen(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put(None)

    def _overhear(self, stream: IO[str]) -> None:
        for line in stream:
            self._said.append(line)


class _NoAnswer(Exception):
    """The judge gave no usable answer; says why in plain words."""


def _complete(gates: list[Gate], absent: list[str], answer: Any) -> list[Verdict]:
    """The answer as verdicts, one a registered rule; what is missing in it is unproven (F41)."""
    try:
        said = [Verdict(**verdict) for verdict in answer["verdicts"]]
    except (KeyError, TypeError):
        kind = answer.get("error", "no verdicts") if isinstance(answer, dict) else "no verdicts"
        raise _NoAnswer(f"the judge failed ({kind})") from None
    found = {(verdict.gate, verdict.expectation_id): verdict for verdict in said}
    return [
        found.get((silent.gate, silent.expectation_id), silent)
        for silent in unproven(gates, absent, "the judge gave no verdict")
    ]


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parent.parent)
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root}
