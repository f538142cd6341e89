"""What tests of several folders share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def company_data() -> Callable[[str], Path]:
    """Folders of data that was not made here; a test that needs one is skipped where it is absent.

    The data is no part of the project. TEST_DATA says where it is, else it lies beside
    the repository.
    """
    place = Path(os.environ.get("TEST_DATA", PROJECT.parent / "shared" / "data"))

    def folder(name: str) -> Path:
        path = place / name
        if not path.is_dir():
            pytest.skip(f"the data set {name} is not there; TEST_DATA says where to look")
        return path

    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole nights first: each takes minutes, and the last of them would run on one core alone."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/night/"))
