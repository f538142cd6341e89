from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.nights import Nights, in_the_clear
from tests.sources.server import Server
from tests.sources.zendesk import Zendesk


@pytest.fixture
def desk() -> Zendesk:
    return Zendesk()


@pytest.fixture
def server(desk: Zendesk) -> Iterator[Server]:
    with Server(desk) as running:
        yield running


@pytest.fixture
def nights(server: Server, tmp_path: Path) -> Nights:
    return Nights(
        tmp_path / "home", "support", "zendesk", server.url, {"user": "agent@example.com"}
    )


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a night lands from the same company in good weather."""
    with Server(Zendesk()) as running:
        home = tmp_path_factory.mktemp("calm")
        calm = Nights(home, "support", "zendesk", running.url, {"user": "agent@example.com"})
        calm.run()
        return calm.files()


@pytest.fixture
def plain() -> Iterator[None]:
    with in_the_clear():
        yield
