"""F27: nights of a company in which nothing is wrong are refused by no gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import sample
from tests.gates.campaign import project_of
from tests.gates.clean_nights import judged
from tests.portability.compiled import compiled_once


def _refused(tmp_path_factory: pytest.TempPathFactory, company: Path, nights: int) -> list[str]:
    sample.make(company, "XS", nights=nights)
    project = project_of(compiled_once(tmp_path_factory, "duckdb"))
    found = list(judged(company, project, nights))
    assert len(found) == nights
    return [f"{night.run_date}: {why}" for night in found for why in night.refused_by]


def test_f27_three_clean_nights_pass_every_gate(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert _refused(tmp_path_factory, tmp_path / "company", 3) == []


@pytest.mark.campaign
def test_f27_f28_a_year_of_clean_nights_passes_every_gate(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Month and quarter ends, both changes of clocks, hires, transfers, holidays, late records."""
    assert _refused(tmp_path_factory, tmp_path / "company", 365) == []
