"""Every model of a night of the smallest sample company, row by row on both engines.

Minutes long: `make test-spark SPARK_TESTS=campaign`.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.portability.compile_models import ROOT
from tests.portability.compiled import read
from tests.spark.models import in_order, over_views, python_with_dbt, view_of

# rolled up before the models read it; its rows are never shown to them
NOT_SHOWN = {("raw_product_usage", "event")}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DuckDB file of a night, with what its models read and what they made of it."""
    home = tmp_path_factory.mktemp("home")
    winshare = str(Path(python_with_dbt()).with_name("winshare"))
    environment = {**os.environ, "WINSHARE_HOME": str(home)}
    for arguments in (["sample", "--size", "XS"], ["night"]):
        done = subprocess.run(
            [winshare, *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    return home / "work" / "night.duckdb"


@pytest.mark.campaign
def test_both_engines_build_the_same_night(
    spark: Any, compiled: Path, night: Path, tmp_path: Path
) -> None:
    """Fails if any model has another row on Spark. A model that differs is named, and those after
    it read DuckDB's rows, so that each difference is told once."""
    differing: dict[str, str] = {}
    models = read(compiled, "models.json")
    with duckdb.connect(str(night), read_only=True) as ours:
        ours.execute("set timezone = 'UTC'")
        for source in read(compiled, "manifest.json")["sources"].values():
            schema, name = source["schema"], source["name"]
            if (schema, name) not in NOT_SHOWN:
                show(spark, ours, f'{schema}."{name}"', f"{schema}__{name}", tmp_path)
        for name, _ in in_order(models):
            view = view_of(models[name]["relation"])
            table, answer = view.replace("__", ".", 1), tmp_path / f"{view}.spark"
            try:
                spark.sql(over_views(models[name]["sql"])).write.parquet(str(answer))
            except Exception as error:  # Spark's errors share no base that every version exports
                differing[name] = str(error).split("\n", 1)[0][:300]
            else:
                differing |= difference(ours, name, table, f"'{answer}/*.parquet'")
            if name in differing:
                show(spark, ours, table, view, tmp_path)
            else:
                spark.read.parquet(str(answer)).createOrReplaceTempView(view)
    assert differing == {}


def show(spark: Any, ours: Any, table: str, view: str, folder: Path) -> None:
    """DuckDB's rows of a table as a view of Spark."""
    path = folder / f"{view}.duckdb.parquet"
    ours.execute(f"copy (from {table}) to '{path}' (format parquet)")
    spark.read.parquet(str(path)).createOrReplaceTempView(view)


def difference(ours: Any, name: str, table: str, theirs: str) -> dict[str, str]:
    """How many rows each engine has alone, under the model's name; empty where none."""
    alone = [
        ours.execute(f"select count(*) from (from {one} except all from {other})").fetchone()[0]
        for one, other in ((table, theirs), (theirs, table))
    ]
    return {name: f"DuckDB alone has {alone[0]} rows, Spark {alone[1]}"} if any(alone) else {}
