"""After any weather the landing knows what is true of the source: no row lost, none doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.chaos import lived
from tests.sources.zendesk import HISTORY, TICKET, Zendesk

FEW, MANY = range(6), range(500)


def zendesk(seed: int, home: Path) -> None:
    desk = Zendesk(seed)
    nights = lived(seed, desk, "support", "zendesk", home, {"user": "agent@example.com"})
    alive = {row for row in nights.known("ticket", *TICKET) if row[1] != "deleted"}
    assert alive == {row for row in desk.true_tickets() if row[1] != "deleted"}
    assert nights.known("user", "id", "email", "active") == desk.true_users()
    assert nights.known("ticket_field_history", *HISTORY) == desk.true_history()
    assert nights.known("satisfaction_rating", "id", "score", "ticket_id") == desk.true_ratings()


@pytest.mark.parametrize("seed", FEW)
def test_zendesk_ends_equal_to_what_is_true(seed: int, tmp_path: Path) -> None:
    zendesk(seed, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", MANY)
def test_zendesk_ends_equal_to_what_is_true_many_times(seed: int, tmp_path: Path) -> None:
    zendesk(seed, tmp_path)
