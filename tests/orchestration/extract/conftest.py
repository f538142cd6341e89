from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "exported"
    path.mkdir()
    return path


@pytest.fixture
def mappings(tmp_path: Path) -> Path:
    path = tmp_path / "mappings" / "collaboration"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "loaded.duckdb"
