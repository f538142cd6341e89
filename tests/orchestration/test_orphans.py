"""A run whose process is gone is found by the monitor and tried again; one that lives is left
alone (F43, S09)."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import dagster as dg
import pytest
from dagster._core.execution.plan.resume_retry import ReexecutionStrategy
from dagster._core.launcher.base import WorkerStatus
from dagster._daemon.auto_run_reexecution.auto_run_reexecution import get_reexecution_strategy
from dagster._daemon.monitoring.run_monitoring import execute_run_monitoring_iteration

from orchestration import launcher, run
from orchestration.launcher import NightLauncher
from orchestration.night import RunLock
from orchestration.nightly import RUN_TAGS

RUN_ID = "0a1b2c3d-0000-4000-8000-000000000000"


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster as a home sets it up."""
    with dg.DagsterInstance.from_config(str(run.instance_folder(home))) as ours:
        yield ours


@pytest.fixture
def lock(home: Path) -> Iterator[RunLock]:
    taken = RunLock(home)
    yield taken
    taken.release()


def started(instance: dg.DagsterInstance) -> dg.DagsterRun:
    """A run that a code server has started, and says nothing more of."""
    one = dg.DagsterRun(job_name="nightly", run_id=RUN_ID, tags=dict(RUN_TAGS))
    instance.add_run(one)
    event = dg.DagsterEvent(event_type_value="PIPELINE_START", job_name="nightly")
    instance.report_dagster_event(event, run_id=RUN_ID)
    return one


def monitored(instance: dg.DagsterInstance) -> dg.DagsterRunStatus:
    """What a run's status is after the daemon's monitor has looked once."""
    # all that the monitor asks of a workspace where no code server is to be asked
    workspace: Any = mock.Mock(instance=instance)
    list(execute_run_monitoring_iteration(workspace, logging.getLogger("monitor")))
    found = instance.get_run_by_id(RUN_ID)
    assert found is not None
    return found.status


def test_s09_a_home_s_dagster_can_tell_whether_a_run_lives(instance: dg.DagsterInstance) -> None:
    """Fails if the monitor is on and its launcher cannot answer it: then it does nothing."""
    assert instance.run_monitoring_enabled
    assert isinstance(instance.run_launcher, NightLauncher)
    assert instance.run_launcher.supports_check_run_worker_health
    assert instance.run_retries_enabled


def test_s09_f43_a_run_whose_process_was_killed_is_found_and_tried_again(
    instance: dg.DagsterInstance, lock: RunLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = started(instance)
    lock.acquire(f"the night of 2026-01-06 started by Dagster run {RUN_ID[:8]}")
    monkeypatch.setattr(launcher, "GRACE_SECONDS", 0)
    assert monitored(instance) == dg.DagsterRunStatus.STARTED, "it lives"
    # SIGKILL: the system lets the lock go, and what the file says of its holder stays
    assert lock._stream is not None
    lock._stream.close()
    lock._stream = None
    assert monitored(instance) == dg.DagsterRunStatus.FAILURE
    again = instance.get_run_by_id(RUN_ID)
    assert again is not None
    assert get_reexecution_strategy(again, instance) == ReexecutionStrategy.ALL_STEPS
    assert one.tags["dagster/max_retries"] == "1"


def test_f43_the_limits_of_finding_and_trying_again_are_within_ten_minutes() -> None:
    assert launcher.GRACE_SECONDS + 2 * 30 < 600
    assert "poll_interval_seconds: 30" in run.INSTANCE


def test_f43_a_run_that_has_not_yet_taken_the_lock_is_given_time(
    instance: dg.DagsterInstance, lock: RunLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = started(instance)
    ours = instance.run_launcher
    assert ours.check_run_worker_health(one).status == WorkerStatus.RUNNING
    monkeypatch.setattr(launcher, "GRACE_SECONDS", 0)
    time.sleep(0.01)
    assert ours.check_run_worker_health(one).status == WorkerStatus.FAILED


def test_f43_a_lock_that_another_run_holds_saves_no_dead_one(
    instance: dg.DagsterInstance, lock: RunLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = started(instance)
    lock.acquire("the night of 2026-01-06 started by Dagster run ffffffff")
    monkeypatch.setattr(launcher, "GRACE_SECONDS", 0)
    assert instance.run_launcher.check_run_worker_health(one).status == WorkerStatus.FAILED


def test_f44_nights_of_the_daemon_wait_for_one_another(instance: dg.DagsterInstance) -> None:
    """Three missed nights asked for at once are run in turn, not refused by the lock."""
    settings: Any = instance.run_coordinator
    assert settings._max_concurrent_runs == 1
