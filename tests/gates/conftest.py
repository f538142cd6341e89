from __future__ import annotations

from pathlib import Path

import pytest

from tests.gates.campaign import night_of
from tests.gates.small_night import SmallNight
from tests.portability.compiled import compiled_once


@pytest.fixture(scope="session")
def small_night(tmp_path_factory: pytest.TempPathFactory) -> SmallNight:
    """One undisturbed night of the sample company XS a worker; tests take back what they do."""
    company: Path = tmp_path_factory.mktemp("small") / "company"
    return night_of(compiled_once(tmp_path_factory, "duckdb"), company)
