from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration import sample
from tests.night import canaries
from tests.night.company import Home
from tests.one_key import give_key


@pytest.fixture(scope="session")
def _company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company XS with three nightly deliveries, made once a worker. Its names and texts
    are hostile (F64), and all that is nobody's business is marked (F63)."""
    folder = tmp_path_factory.mktemp("company")
    sample.make(folder, "XS", nights=3)
    canaries.plant(folder)
    return folder


@pytest.fixture(scope="session")
def planted_canaries(_company: Path) -> canaries.Canaries:
    return canaries.planted_in(_company)


@pytest.fixture(scope="session")
def _published(_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("published") / "home", canaries.SECRETS)
    _give(home, _company)
    home.night()
    return home


def _give(home: Home, company: Path) -> None:
    # nights of two homes are compared
    give_key(home.path)
    shutil.copytree(company, home.path / "sample")


@pytest.fixture
def published(_published: Home, tmp_path: Path) -> Home:
    """A home of this test's own, with the first night published."""
    return _published.copy(tmp_path / "home")


@pytest.fixture
def fresh(_company: Path, tmp_path: Path) -> Home:
    """A home of this test's own, with a sample company and no night."""
    home = Home(tmp_path / "fresh", canaries.SECRETS)
    _give(home, _company)
    return home
