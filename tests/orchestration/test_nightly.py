"""The nightly job: one run a date in the company's zone, retries where they help, one alert."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb
import pytest

# how the daemon turns a cron expression into instants; Dagster has no public name for it
from dagster._utils.schedules import schedule_execution_time_iterator

from orchestration import nightly
from orchestration.errors import NightError, SourceError
from orchestration.extract.assets import landing_assets, warehouse_assets
from orchestration.settings import Settings

BERLIN = "Europe/Berlin"


def settings(time_zone: str = BERLIN) -> Settings:
    return Settings(home=Path("nowhere"), time_zone=time_zone)


def ticks(zone: str, after: datetime, count: int) -> list[datetime]:
    instants = schedule_execution_time_iterator(after.timestamp(), settings(zone).nightly_at, zone)
    return list(itertools.islice(instants, count))


def requested(zone: str, at: datetime) -> dg.RunRequest:
    """The run that the schedule asks for at one tick."""
    schedule = nightly.nightly_schedule(settings(zone), nightly.nightly_job(), lambda: at)
    ticked = schedule.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=at))
    assert ticked.run_requests is not None
    assert len(ticked.run_requests) == 1
    return ticked.run_requests[0]


def test_a_tick_asks_for_the_night_of_its_day() -> None:
    request = requested(BERLIN, datetime(2026, 1, 6, 1, 30, tzinfo=UTC))
    assert request.run_key == "2026-01-06"
    assert request.run_config == {"resources": {"night": {"config": {"run_date": "2026-01-06"}}}}
    assert request.tags["winshare/run_date"] == "2026-01-06"


def test_f44_the_same_tick_twice_has_one_key() -> None:
    at = datetime(2026, 1, 6, 1, 30, tzinfo=UTC)
    assert requested(BERLIN, at).run_key == requested(BERLIN, at).run_key


@pytest.mark.parametrize(
    ("noon_before", "days"),
    [
        # 02:30 does not exist on this night: the clock goes from 02:00 to 03:00
        (datetime(2026, 3, 27, 12), [28, 29, 30]),
        # 02:30 comes twice on this one
        (datetime(2026, 10, 23, 12), [24, 25, 26]),
    ],
)
def test_d01_a_night_of_daylight_saving_is_run_once(noon_before: datetime, days: list[int]) -> None:
    instants = ticks(BERLIN, noon_before.replace(tzinfo=ZoneInfo(BERLIN)), 3)
    keys = [requested(BERLIN, instant).run_key for instant in instants]
    assert keys == [f"{noon_before:%Y-%m}-{day}" for day in days]


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        (BERLIN, datetime(2026, 1, 5, 23, 30, tzinfo=UTC), date(2026, 1, 6)),
        ("America/Los_Angeles", datetime(2026, 1, 6, 7, 30, tzinfo=UTC), date(2026, 1, 5)),
        ("Pacific/Kiritimati", datetime(2026, 1, 5, 12, 30, tzinfo=UTC), date(2026, 1, 6)),
    ],
)
def test_the_date_is_the_day_in_the_company_s_zone(zone: str, at: datetime, day: date) -> None:
    assert nightly.date_of_tick(at, zone) == day


@pytest.mark.parametrize("host_zone", ["Asia/Tokyo", "America/Los_Angeles", "UTC"])
def test_f47_the_zone_of_the_host_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, host_zone: str
) -> None:
    monkeypatch.setenv("TZ", host_zone)
    time.tzset()
    try:
        instants = ticks(BERLIN, datetime(2026, 1, 5, 12, tzinfo=UTC), 2)
        keys = [requested(BERLIN, instant).run_key for instant in instants]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert keys == ["2026-01-06", "2026-01-07"]


def test_f43_a_run_that_died_is_tried_once_more_whoever_started_it() -> None:
    wanted = {"dagster/max_retries": "1", "dagster/retry_strategy": "ALL_STEPS"}
    assert requested(BERLIN, datetime(2026, 1, 6, 1, 30, tzinfo=UTC)).tags.items() >= wanted.items()
    assert nightly.nightly_job().tags.items() >= wanted.items()


def test_a_domain_s_landing_is_tried_again_and_the_night_s_file_is_not() -> None:
    policies = [landing.node_def.retry_policy for landing in landing_assets()]
    assert {policy.max_retries for policy in policies if policy is not None} == {3}
    assert None not in policies
    assert warehouse_assets().node_def.retry_policy is None


def test_the_schedule_waits_to_be_turned_on() -> None:
    """A fresh installation runs no night over a sample company by itself."""
    schedule = nightly.nightly_schedule(settings(), nightly.nightly_job())
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert schedule.execution_timezone == BERLIN


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def failing(error: Exception) -> dg.AssetsDefinition:
    @dg.asset
    def step() -> None:
        raise error

    return step


def failed_run(
    instance: dg.DagsterInstance, *assets: Any, checks: Any = (), resources: Any = None
) -> dg.ExecuteInProcessResult:
    definitions = dg.Definitions(
        assets=assets,
        asset_checks=checks,
        jobs=[
            dg.define_asset_job(
                "nightly", dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks()
            )
        ],
        resources=resources or {},
    )
    result = definitions.resolve_job_def("nightly").execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        tags={"winshare/run_date": "2026-01-05"},
    )
    assert not result.success
    return result


def told(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> list[str]:
    """The lines of the alert before its closing one."""
    failure = next(e for e in result.all_events if e.event_type_value == "PIPELINE_FAILURE")
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_night",
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=failure,
    ).for_run_failure()
    *lines, gap, last = nightly.reason(context).splitlines()
    assert (gap, last) == ("", "The last release is unchanged and still current.")
    # the command line tells the same
    assert nightly.problems(result.all_events) == lines
    return lines


def test_an_alert_says_what_our_own_errors_say(instance: dg.DagsterInstance) -> None:
    error = SourceError("crm.account: required column id is gone")
    assert told(instance, failed_run(instance, failing(error))) == [
        "crm.account: required column id is gone"
    ]


def test_an_alert_says_what_a_failed_landing_described(instance: dg.DagsterInstance) -> None:
    error = dg.Failure(description="crm.account: it is gone", allow_retries=False)
    assert told(instance, failed_run(instance, failing(error))) == ["crm.account: it is gone"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "step: [Errno 28] No space left on device"),
        (duckdb.IOException("IO Error: disk full"), "step: IO Error: disk full"),
        (duckdb.ConversionException("Could not convert 85000"), "step: ConversionException, a"),
        (ValueError("salary 85000 of Anna"), "step: ValueError, a fault nobody foresaw"),
    ],
)
def test_f63_an_alert_quotes_no_value(
    instance: dg.DagsterInstance, error: Exception, words: str
) -> None:
    lines = told(instance, failed_run(instance, failing(error)))
    assert len(lines) == 1
    assert lines[0].startswith(words)
    assert "85000" not in lines[0]


def test_an_alert_names_the_rule_that_a_gate_found_broken(instance: dg.DagsterInstance) -> None:
    """Fails if it only says how many checks failed."""

    @dg.asset
    def table() -> None: ...

    @dg.asset_check(asset=table, name="facts_credits", blocking=True)
    def gate() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=False, description="broken: shares sum to one (2 rows)")

    @dg.asset(deps=[table])
    def behind() -> None: ...

    lines = told(instance, failed_run(instance, table, behind, checks=[gate]))
    assert lines == ["gate facts_credits: broken: shares sum to one (2 rows)"]


class Locked(dg.ConfigurableResource):
    """A night that finds the lock taken."""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        raise NightError("a night is running already: process 7")


def test_an_alert_says_why_a_night_could_not_begin(instance: dg.DagsterInstance) -> None:
    @dg.asset
    def step(night: Locked) -> None: ...

    result = failed_run(instance, step, resources={"night": Locked()})
    assert told(instance, result) == ["a night is running already: process 7"]


def test_a_run_whose_worker_died_is_told_in_dagster_s_words(instance: dg.DagsterInstance) -> None:
    run = dg.DagsterRun(job_name="nightly", tags={"winshare/run_date": "2026-01-05"})
    died = dg.DagsterEvent(
        event_type_value="PIPELINE_FAILURE", job_name="nightly", message="the worker is gone"
    )
    instance.add_run(run)
    context = dg.build_run_status_sensor_context(
        "failed_night", died, instance, run
    ).for_run_failure()
    assert nightly.reason(context).startswith("the worker is gone\n")


def test_the_sensor_sends_what_failed(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    send: Callable[..., None] = lambda _, **message: sent.append(message)  # noqa: E731
    monkeypatch.setattr("orchestration.alert.send", send)
    result = failed_run(instance, failing(NightError("segment facts failed: test x found 2 rows")))
    failure = next(e for e in result.all_events if e.event_type_value == "PIPELINE_FAILURE")
    sensor = nightly.failure_alert(settings())
    sensor(
        dg.build_run_status_sensor_context(
            "failed_night", failure, instance, result.dagster_run
        ).for_run_failure()
    )
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    assert [message["subject"] for message in sent] == ["Winshare: the night of 2026-01-05 failed"]
    assert sent[0]["body"].startswith("segment facts failed: test x found 2 rows\n")
