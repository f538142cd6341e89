"""dbt's unit tests prove models on made rows; no night runs them, so this does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import yaml

from orchestration import warehouse
from orchestration.contract import DBT_PROJECT, domains


def _dbt(folder: Path, warehouse_file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """dbt in a process of its own: it reads the warehouse's path from the environment."""
    command = [
        sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet",
        "--log-level-file", "none", *arguments,
        "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "log"),
    ]  # fmt: skip
    environment = {**os.environ, "WINSHARE_WAREHOUSE": str(warehouse_file)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_every_unit_test_beside_a_model_passes(tmp_path: Path) -> None:
    """Fails if a model computes other rows than its unit tests expect, or if one did not run."""
    night = warehouse.begin(tmp_path)
    warehouse.expose_landing(tmp_path, date(2026, 1, 5), absent=set(domains()))
    # unit tests take the types of their inputs from tables that exist; they may be empty
    built = _dbt(tmp_path, night, "run", "--empty")
    assert built.returncode == 0, built.stdout

    judged = _dbt(tmp_path, night, "test", "--select", "test_type:unit")

    assert judged.returncode == 0, judged.stdout
    results = json.loads((tmp_path / "target" / "run_results.json").read_text())["results"]
    ids = [result["unique_id"].split(".") for result in results]
    ran = {path[-1] for path in ids if path[0] == "unit_test"}
    written = {
        unit_test["name"]
        for path in sorted((DBT_PROJECT / "models").rglob("*.yml"))
        for unit_test in yaml.safe_load(path.read_text()).get("unit_tests", [])
    }
    assert ran == written
    assert written
