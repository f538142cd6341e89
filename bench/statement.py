"""One step of a night's file in a process of its own: what it costs and how much memory it takes.

`python -m bench.statement DATABASE FILE` runs the SQL of a file; with `fit:TABLE` for the file it
fits the values of one table. The cost is of the statement alone, the memory of the whole process.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from orchestration import parquet, warehouse

# What DuckDB may keep before it writes to disk; the process itself is 100 MB
MEMORY_LIMIT = "400MB"


def main() -> None:
    path, what = Path(sys.argv[1]), sys.argv[2]
    if what.startswith("fit:"):
        from bench import path_tables

        started = _cpu_seconds()
        path_tables.fit(path, what.removeprefix("fit:"))
        _say(_cpu_seconds() - started, None)
        return
    statement = Path(what).read_text(encoding="utf-8")
    with warehouse.connect(path) as connection:
        connection.execute(f"set temp_directory = {parquet.literal(path.parent / 'spill')}")
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        started = _cpu_seconds()
        answer = connection.execute(statement).fetchall()
        spent = _cpu_seconds() - started
    _say(spent, answer)


def _say(cpu_seconds: float, answer: object) -> None:
    told = {"cpu_seconds": cpu_seconds, "peak_mib": _peak_mib(), "answer": answer}
    print(json.dumps(told, default=str))


def _peak_mib() -> float:
    """By this program's own pages: what the system says of a child begins at its parent's size."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if "VmHWM" in line).split()[1]) / 1024


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
