"""The judge as a process: requests as JSON lines on stdin, answers as JSON lines on stdout.

Great Expectations takes seconds to import; a night starts this early and asks when it needs to.
A request is {"database": ..., "layer": ..., "absent": [...]}, its answer {"verdicts": [...]};
the first line says {"ready": true}. It ends when stdin does.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from expectations.gate import Gate


def serve(registry: str) -> None:
    """Answer until stdin ends. `registry` names the gates as module:attribute."""
    answers = _take_stdout()
    sys.excepthook = _without_message
    warnings.simplefilter("ignore")
    gates = gates_of(registry)
    import expectations.engine  # noqa: F401 - the seconds this costs are why the process exists
    from expectations.judge import judge

    _say(answers, {"ready": True})
    for line in sys.stdin:
        _say(answers, _answer(line, gates, judge))
    # all is said: taking the interpreter down in order would cost the night half a second
    sys.stderr.flush()
    os._exit(0)


def gates_of(registry: str) -> tuple[Gate, ...]:
    module, _, attribute = registry.partition(":")
    return tuple(getattr(import_module(module), attribute))


def _take_stdout() -> IO[str]:
    """The real stdout, for answers only; whatever a library prints goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _answer(line: str, gates: Iterable[Gate], judge: Callable[..., list[Any]]) -> dict[str, Any]:
    from expectations import of_layer

    try:
        asked = json.loads(line)
        chosen = of_layer(asked["layer"], gates)
        verdicts = judge(Path(asked["database"]), chosen, set(asked["absent"]))
    except Exception as error:
        _without_message(type(error), error, error.__traceback__)
        return {"error": type(error).__name__}
    return {"verdicts": [verdict.as_dict() for verdict in verdicts]}


def _say(answers: IO[str], what: dict[str, Any]) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()


def _without_message(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """Where it failed and with what, but not the message: engines quote values in theirs."""
    frames = "".join(traceback.format_tb(trace))
    print(f"{frames}{kind.__name__} (its message may hold data and is not shown)", file=sys.stderr)
