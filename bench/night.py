"""One night in this process, as the command line runs it; prints the seconds of each stage."""

from __future__ import annotations

import itertools
import json
import sys
import time
from datetime import date

_STARTED = time.monotonic()


def main() -> None:
    from orchestration import night, run

    heard: list[tuple[float, str]] = [(0.0, "start-up")]
    night.listeners.append(
        lambda stage, what: (
            heard.append((time.monotonic() - _STARTED, stage)) if stage != "gate" else None
        )
    )
    outcome = run.night(date.fromisoformat(sys.argv[1]), started_by="bench")
    if outcome.problems:
        sys.exit("\n".join(outcome.problems))
    heard.append((time.monotonic() - _STARTED, "end"))
    stages: dict[str, float] = {}
    for (at, stage), (until, _) in itertools.pairwise(heard):
        stages[stage] = stages.get(stage, 0.0) + until - at
    print(json.dumps({"stages": stages}))


if __name__ == "__main__":
    main()
