"""docs/column_evidence.md says what the seeds say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.company.column_evidence import DOCUMENT, render


def test_the_page_is_what_the_contract_and_the_seeds_make(
    company_data: Callable[[str], Path],
) -> None:
    """Fails if a column was added or renamed and the page was not made anew."""
    assert DOCUMENT.read_text(encoding="utf-8") == render(company_data("fivetran_seeds"))


def test_what_the_seeds_cannot_show_is_said() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    (unseen,) = [line for line in page.splitlines() if line.startswith("No seed shows:")]
    for table in ("opportunity_split", "opportunity_team_member", "satisfaction_rating"):
        assert table in unseen
