"""A local Spark that fails on overflow and thinks in UTC, as a Spark target of ours must."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: `make test-spark`")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("no Java: a local Spark needs one")
    folder = tmp_path_factory.mktemp("spark")
    session = (
        sql.SparkSession.builder.master("local[2]")
        .appName("winshare")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.local.dir", str(folder / "local"))
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def engines(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    # duckdb and Jinja are there; pyspark may not be, and then nothing here runs
    from tests.spark.engines import Engines, write_rows

    folder: Path = tmp_path_factory.mktemp("answers")
    parquet = write_rows(folder)
    spark.read.parquet(str(parquet)).createOrReplaceTempView("parts")
    return Engines(parquet=parquet, spark=spark, folder=folder)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the models as Spark gets them."""
    from tests.spark.models import compile_into

    folder = tmp_path_factory.mktemp("compiled")
    compile_into(folder)
    return folder
