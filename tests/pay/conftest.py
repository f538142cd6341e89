from __future__ import annotations

import pytest

from tests.pay.engine import Engine
from tests.portability.compiled import compiled_once, read


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The compiled project, as DuckDB gets it."""
    return read(compiled_once(tmp_path_factory, "duckdb"), "models.json")


@pytest.fixture(scope="session")
def engine(models: dict) -> Engine:
    """The models of pay over an empty warehouse, made once a worker."""
    return Engine(models)
