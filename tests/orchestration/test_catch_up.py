"""What a schedule asks for when its daemon comes back after missed nights (F45, S09)."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

# how the daemon turns a cron expression into instants; Dagster has no public name for it
from dagster._utils.schedules import schedule_execution_time_iterator

from orchestration import catch_up, contract, durable, landing, nightly, release
from orchestration.settings import Settings
from tests.orchestration.test_release import publish

LAST = "2026-01-05"
BACK = datetime(2026, 1, 9, 7, tzinfo=UTC)  # down for the nights of the 6th, 7th and 8th


def land(home: Path, day: str, without: str | None = None) -> None:
    for name in contract.domains():
        if name != without:
            path = landing.manifest_path(home, name, date.fromisoformat(day))
            durable.write_bytes(path, durable.canonical_json({"domain": name, "run_date": day}))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    publish(tmp_path, f"{LAST}-a", None)
    return Settings(home=tmp_path)


def asked(settings: Settings, back: datetime = BACK, ticks: int = 4) -> list[list[str]]:
    """What each of the ticks since the last release asks for, as the daemon goes over them."""
    schedule = nightly.nightly_schedule(settings, nightly.nightly_job(), lambda: back)
    instants = schedule_execution_time_iterator(
        datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp(), settings.nightly_at, settings.time_zone
    )
    found = []
    for at in itertools.islice(instants, ticks):
        ticked = schedule.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=at))
        found.append([str(request.run_key) for request in ticked.run_requests or []])
    return found


def test_f45_missed_nights_that_landed_run_once_each_in_order(settings: Settings) -> None:
    for day in ("2026-01-06", "2026-01-07", "2026-01-08"):
        land(settings.home, day)
    assert asked(settings) == [
        [], [], [], ["2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"]
    ]  # fmt: skip


def test_f45_what_did_not_land_is_one_night_that_catches_up(settings: Settings) -> None:
    land(settings.home, "2026-01-07")
    land(settings.home, "2026-01-08", without="crm")
    assert asked(settings) == [[], [], [], ["2026-01-07", "2026-01-09"]]
    # each release says which days it stands for beside its own
    before = release.current(settings.home)
    assert catch_up.between(before, date(2026, 1, 7)) == [date(2026, 1, 6)]
    publish(settings.home, "2026-01-07-b", f"{LAST}-a")
    after = release.current(settings.home)
    assert catch_up.between(after, date(2026, 1, 9)) == [date(2026, 1, 8)]


def test_s09_more_missed_ticks_than_dagster_comes_back_to(settings: Settings) -> None:
    """Fails if a night is lost because its own tick is never looked at again."""
    for day in range(6, 20):
        land(settings.home, f"2026-01-{day:02d}")
    ticked = asked(settings, datetime(2026, 1, 20, 7, tzinfo=UTC), ticks=15)
    assert ticked[-1] == [f"2026-01-{day:02d}" for day in range(6, 21)]
    assert not any(ticked[:-1])


def test_f45_a_night_published_by_hand_is_not_missed(settings: Settings) -> None:
    land(settings.home, "2026-01-06")
    publish(settings.home, "2026-01-08-c", f"{LAST}-a")
    assert asked(settings)[-1] == ["2026-01-09"]


def test_f45_a_declared_absence_is_no_landing_that_is_missing(settings: Settings) -> None:
    land(settings.home, "2026-01-08", without="support")
    absent = settings.model_copy(
        update={"domains": {"support": settings.source("support").model_copy(
            update={"way": "absent"})}}
    )  # fmt: skip
    assert asked(absent)[-1] == ["2026-01-08", "2026-01-09"]
    assert asked(settings)[-1] == ["2026-01-09"]


def test_f45_before_the_first_release_nothing_is_missed(tmp_path: Path) -> None:
    land(tmp_path, "2026-01-06")
    assert asked(Settings(home=tmp_path))[-1] == ["2026-01-09"]
