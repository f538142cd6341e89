"""After any weather the landing knows what is true of the source: no row lost, none doubled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.extract.api import gone
from orchestration.extract.api.progress import Progress
from orchestration.extract.api.vendor import Stream, Window
from tests.sources.chaotic_nights import BAD_NIGHTS, one, one_thread, told, tried
from tests.sources.truths import VENDORS

FEW = range(4)


@pytest.mark.parametrize("seed", FEW)
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_company_ends_equal_to_what_is_true(vendor: str, seed: int, tmp_path: Path) -> None:
    with one_thread():
        assert one(vendor, seed, tmp_path)["differences"] == {}


@pytest.mark.campaign
@pytest.mark.parametrize("vendor", VENDORS)
def test_five_hundred_bad_nights_end_equal_to_what_is_true(vendor: str) -> None:
    with one_thread():
        records = list(tried(vendor, BAD_NIGHTS, []))
    print(told(records))
    assert [r["seed"] for r in records if r["differences"]] == []


def test_the_truth_notices_what_a_way_in_would_lose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails if these nights would pass whatever was landed."""
    window = Progress.window

    def later(self: Progress, stream: Stream, look_back: timedelta) -> Window:
        found = window(self, stream, look_back)
        return found if found.since is None else Window(since=found.since + timedelta(days=3))

    def nothing_is_gone(connection, table, select, rows, *ignored):
        return select, rows

    for name, broken in (("window", later), ("gone", nothing_is_gone)):
        with monkeypatch.context() as patched:
            if name == "window":
                patched.setattr(Progress, "window", broken)
            else:
                patched.setattr(gone, "with_what_is_gone", broken)

            assert any(one("hubspot", s, tmp_path / f"{name}{s}")["differences"] for s in FEW), name
