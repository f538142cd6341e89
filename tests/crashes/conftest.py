"""What every test that ends a publication needs: forks to end, and a stage to end them on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crashes.forks import Forks
from tests.crashes.judged import Stage


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    running = Forks()
    yield running
    running.close()


@pytest.fixture(scope="module")
def stage(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage.make(tmp_path_factory.mktemp("crashes"), forks)
