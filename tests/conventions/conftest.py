"""dbt's own account of the project: what it parsed, and what each segment's selector takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conventions.dbt_nodes import Project
from tests.portability.compiled import compiled_once, read


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    # the lint of portable SQL needs the Spark rendering; everything told here is the same in both
    folder = compiled_once(tmp_path_factory, "spark")
    compiled: dict[str, Any] = read(folder, "models.json")
    return Project(
        manifest=read(folder, "manifest.json"),
        segments=read(folder, "segments.json"),
        compiled={name: model["sql"] for name, model in compiled.items()},
    )
