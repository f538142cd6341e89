"""Every model, compiled as Spark would get it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portability.compiled import compiled_once, read


@pytest.fixture(scope="session")
def spark_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Each model by name: `path`, `relation`, `sql`, `depends_on`."""
    return read(compiled_once(tmp_path_factory, "spark"), "models.json")
