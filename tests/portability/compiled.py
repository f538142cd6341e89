"""The compiled project as fixtures: dbt is asked once a test run, whoever needs it first."""

from __future__ import annotations

import fcntl
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.portability.compile_models import ROOT

# dbt writes "database"."schema"."table"; a test has one database, of its own
_RELATION = re.compile(r'"\w+"\."(\w+)"\."(\w+)"')


def by_schema(sql: str) -> str:
    """Compiled SQL with its relations as schema.table."""
    return _RELATION.sub(r"\1.\2", sql)


def by_name(sql: str) -> str:
    """Compiled SQL with its relations by their table alone."""
    return _RELATION.sub(r"\2", sql)


def compiled_once(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Path:
    """The folder that compile_models.py wrote for an engine; parallel workers share it."""
    base = tmp_path_factory.getbasetemp()
    # each worker's base is its own folder below the run's
    shared = base.parent if base.name.startswith("popen-") else base
    folder = shared / f"compiled_for_{engine}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "models.json").exists():
            done = subprocess.run(
                [sys.executable, "-m", "tests.portability.compile_models", engine, str(folder)],
                cwd=ROOT, capture_output=True, text=True, timeout=600,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
    return folder


def read(folder: Path, name: str) -> dict[str, Any]:
    """One of the files that compile_models.py or dbt left in the folder."""
    return json.loads((folder / name).read_text(encoding="utf-8"))
