"""The second opinion on the newest night of a home: its tables are read, nothing is run."""

from __future__ import annotations

from orchestration import warehouse
from tests.night.company import Home
from tests.pay import facts, opinion


def assert_agreed(home: Home) -> int:
    """Every payout line of the night agrees; returns how many there are."""
    with warehouse.connect(warehouse.path_of(home.path), read_only=True) as connection:
        models = opinion.from_models(connection)
        told = opinion.differences(models, opinion.lines(facts.read(connection)))
    assert not told, told[:4000]
    return len(models)
