from __future__ import annotations

import pytest

from tests.portability.compiled import compiled_once, read


@pytest.fixture(scope="session")
def duckdb_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The compiled SQL of each model by name, as DuckDB gets it."""
    models = read(compiled_once(tmp_path_factory, "duckdb"), "models.json")
    return {name: model["sql"] for name, model in models.items()}
