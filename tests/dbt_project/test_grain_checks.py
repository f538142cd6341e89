"""The tests of grain and validity that a night leaves to one statement at a segment's end."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from orchestration.contract import DBT_PROJECT

VALIDITIES = """
select 1 as plan_key, cast('2025-01-01' as date) as valid_from_date,
    cast('{first_end}' as date) as valid_to_date
union all
select {second_key}, cast('2025-07-01' as date), cast('9999-12-31' as date)
"""

SCHEMA = {
    "version": 2,
    "models": [
        {
            "name": "validities",
            "data_tests": [
                {"one_row_per": {"arguments": {"columns": ["plan_key", "valid_from_date"]}}},
                {"no_overlap": {"arguments": {"key": ["plan_key"]}}},
            ],
        },
        {
            "name": "plans",
            "data_tests": [{"one_row_per": {"arguments": {"columns": ["plan_key"]}}}],
        },
    ],
}


def _build(folder: Path, first_end: str, second_key: int, *select: str) -> str:
    """Build a project of two models that has these macros; what dbt said, empty when all held."""
    (folder / "models").mkdir(parents=True)
    real = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())
    project = {"name": "small", "profile": "small", "on-run-end": real["on-run-end"]}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
    target = {"type": "duckdb", "path": str(folder / "small.duckdb")}
    profile = {"small": {"target": "duckdb", "outputs": {"duckdb": target}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    shutil.copytree(DBT_PROJECT / "tests" / "generic", folder / "tests" / "generic")
    (folder / "macros").mkdir()
    shutil.copy(DBT_PROJECT / "macros" / "grain_checks.sql", folder / "macros")
    (folder / "models" / "schema.yml").write_text(yaml.safe_dump(SCHEMA))
    sql = VALIDITIES.format(first_end=first_end, second_key=second_key)
    (folder / "models" / "validities.sql").write_text(sql)
    (folder / "models" / "plans.sql").write_text("select plan_key from {{ ref('validities') }}")
    ran = subprocess.run(
        [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build", *select,
         "--project-dir", str(folder), "--profiles-dir", str(folder),
         "--log-path", str(folder), "--log-level-file", "none"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode == 0) is ("rows" not in ran.stdout), ran.stdout
    return ran.stdout if ran.returncode else ""


WITHOUT_TESTS = ("--exclude-resource-type", "test")


def test_rows_that_share_a_grain_are_named(tmp_path: Path) -> None:
    said = _build(tmp_path, "2025-07-01", 1, *WITHOUT_TESTS)

    assert "one_row_per_plans_plan_key found 1 rows" in said
    assert "validities_" not in said


def test_e02_e08_validities_that_overlap_are_named(tmp_path: Path) -> None:
    said = _build(tmp_path / "overlap", "2025-07-02", 1, *WITHOUT_TESTS)
    apart = _build(tmp_path / "apart", "2025-07-02", 2, *WITHOUT_TESTS)

    assert "no_overlap_validities_plan_key found 1 rows" in said
    assert apart == ""
