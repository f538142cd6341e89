"""The sample company is a function of its arguments: no clock, zone, locale, thread or run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import sample
from tests.orchestration.sample.conftest import NIGHTS, Delivered, digests

_MAKE = """
import sys
from pathlib import Path
from orchestration import sample
from orchestration.sample import write
write.THREADS = 1
sample.make(Path(sys.argv[1]), "S", nights=int(sys.argv[2]))
unwanted = {"dagster", "great_expectations", "dbt"} & set(sys.modules)
sys.exit(f"the sample company imports {unwanted}" if unwanted else 0)
"""


def test_same_bytes_in_another_process_zone_locale_and_thread_count(
    company: Delivered, tmp_path: Path
) -> None:
    """Fails too if making the sample needs Dagster, dbt or Great Expectations."""
    environment = {
        **os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7",
        "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    command = [sys.executable, "-c", _MAKE, str(tmp_path / "other"), str(NIGHTS)]
    subprocess.run(command, check=True, env=environment)
    assert digests(tmp_path / "other") == digests(company.folder)


def test_a_night_is_the_same_however_many_are_asked_for(company: Delivered, tmp_path: Path) -> None:
    sample.make(tmp_path, "S", nights=3)
    fewer, more = digests(tmp_path / "nights"), digests(company.folder / "nights")
    assert len(fewer) > 80
    assert fewer == {path: more[path] for path in more if path[:10] <= "2026-01-07"}


def test_a_small_company_too(small_company: Delivered, tmp_path: Path) -> None:
    sample.make(tmp_path, "XS", nights=17)
    fewer, more = digests(tmp_path / "nights"), digests(small_company.folder / "nights")
    assert fewer == {path: more[path] for path in more if path[:10] <= "2026-01-21"}


def test_another_seed_is_another_company(small_company: Delivered, tmp_path: Path) -> None:
    sample.make(tmp_path, "XS", seed=1)
    other, usual = digests(tmp_path / "nights"), digests(small_company.folder / "nights")
    base = [path for path in usual if path.startswith("2026-01-05") and "opportunity" in path]
    assert all(other[path] != usual[path] for path in base)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"size": "XXL"}, "XS, S, M, L"),
        ({"structure": "magic"}, "logistic, noisy_or, threshold"),
        ({"nights": 0}, "nights must be 1 to"),
        ({"nights": 5000}, "nights must be 1 to"),
    ],
)
def test_refuses_what_it_does_not_know(
    arguments: dict[str, object], names: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=names):
        sample.make(tmp_path, **arguments)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_sample_company_is_replaced(tmp_path: Path) -> None:
    """Fails if nights of two companies can lie side by side."""
    sample.make(tmp_path, "XS", nights=3, seed=1)
    sample.make(tmp_path, "XS", seed=2)
    assert [path.name for path in (tmp_path / "nights").iterdir()] == ["2026-01-05"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match="something else"):
        sample.make(tmp_path, "XS")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
