"""Every compiled model is Spark SQL, and uses only what DuckDB and Spark answer alike."""

from __future__ import annotations

from typing import Any

from tests.portability.forms import problems

Models = dict[str, dict[str, Any]]


def test_every_model_is_portable(spark_models: Models) -> None:
    """Fails if a model holds a form that another engine reads differently; each is named."""
    found = {
        model["path"]: places
        for model in spark_models.values()
        if (places := problems(model["sql"]))
    }
    assert found == {}


def test_macros_were_rendered_for_spark(spark_models: Models) -> None:
    """Fails if the models above were DuckDB's: then a macro without a Spark branch would pass."""
    text = "\n".join(model["sql"] for model in spark_models.values())
    assert "from_utc_timestamp(" in text
    assert "timezone(" not in text
    assert "hugeint" not in text
