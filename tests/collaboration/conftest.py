from __future__ import annotations

import pytest

from tests.portability.compiled import compiled_once, read
from tests.privacy.company import MODELS


class Compiled(dict[str, str]):
    """A failing example prints its arguments: not these."""

    def __repr__(self) -> str:
        return "sql"


@pytest.fixture(scope="session")
def sql(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The models of collaboration as DuckDB gets them, by name."""
    models = read(compiled_once(tmp_path_factory, "duckdb"), "models.json")
    return Compiled({name: models[name]["sql"] for name in MODELS})
