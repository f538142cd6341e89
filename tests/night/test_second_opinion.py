"""Whole nights, line by line, against the second opinion (tests/pay/opinion.py). The closes of
test_closes.py hold it too, after every night of theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import sample
from tests.night.company import NEXT_DATE, RUN_DATE, Home
from tests.night.opinion_of_a_night import assert_agreed

pytestmark = pytest.mark.night


def test_both_opinions_agree_on_the_first_night_of_the_sample_company(published: Home) -> None:
    """Fails if a payout line of a night is not what policy and credits give."""
    assert assert_agreed(published) > 0


@pytest.mark.campaign
def test_both_opinions_agree_on_three_nights_of_size_s(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    sample.make(home.path / "sample", "S", nights=3)
    for run_date in (RUN_DATE, NEXT_DATE, "2026-01-07"):
        home.night(run_date)
        assert assert_agreed(home) > 0
