"""Every model on Spark's own analyser, with ANSI on: names, functions and types, over no rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.portability.compiled import read
from tests.spark.models import in_order, over_views, spark_type, view_of

# what the night adds to every landed row
LANDED = {"_landed_run_date": "date", "_landing_sequence": "bigint"}


def put_empty_view(spark: Any, name: str, schema: Any) -> None:
    spark.createDataFrame([], schema).createOrReplaceTempView(name)


def analyse(spark: Any, folder: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What Spark refuses, by model, and the columns' types of each model that it takes.

    Each model is analysed over the schemas of what it reads; no row is read.
    """
    manifest, models = read(folder, "manifest.json"), read(folder, "models.json")
    for source in manifest["sources"].values():
        columns = {name: one["data_type"] for name, one in source["columns"].items()}
        fields = ", ".join(
            f"`{name}` {spark_type(kind)}" for name, kind in ({**LANDED, **columns}).items()
        )
        put_empty_view(spark, f"{source['schema']}__{source['name']}", fields)
    refused: dict[str, str] = {}
    types: dict[str, dict[str, str]] = {}
    for name, reads in in_order(models):
        missing = [one for one in reads if one in refused]
        if missing:
            refused[name] = f"reads {missing[0]}"
            continue
        try:
            frame = spark.sql(over_views(models[name]["sql"]))
        except Exception as error:  # Spark's errors share no base that every version exports
            refused[name] = str(error).split("\n", 1)[0][:300]
            continue
        types[name] = dict(frame.dtypes)
        put_empty_view(spark, view_of(models[name]["relation"]), frame.schema)
    return refused, types


def test_spark_takes_every_model_and_gives_the_contract_types(spark: Any, compiled: Path) -> None:
    """Fails if a model uses a name, a function or a type that Spark lacks, or a mart would not
    keep its contract there."""
    refused, types = analyse(spark, compiled)
    assert refused == {}
    wrong = {}
    for node in read(compiled, "manifest.json")["nodes"].values():
        if node["resource_type"] == "model" and node["contract"]["enforced"]:
            contract = {
                name: spark_type(column["data_type"]) for name, column in node["columns"].items()
            }
            given = types[node["name"]]
            if given != contract:
                wrong[node["name"]] = set(given.items()) ^ set(contract.items())
    assert wrong == {}
