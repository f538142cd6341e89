"""Every model, compiled once a test run by dbt as Spark would get it."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.portability.compile_models import ROOT


@pytest.fixture(scope="session")
def spark_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """compile_models.py's answer for Spark; parallel test workers share one compilation."""
    base = tmp_path_factory.getbasetemp()
    # each worker's base is its own folder below the run's
    shared = base.parent if base.name.startswith("popen-") else base
    folder = shared / "compiled_for_spark"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        models = folder / "models.json"
        if not models.exists():
            compile_for("spark", folder)
    return json.loads(models.read_text(encoding="utf-8"))


def compile_for(engine: str, folder: Path) -> None:
    """models.json in a folder, by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.portability.compile_models", engine, str(folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
