"""Run one night from here and now, as the command line does; the daemon runs the same job."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration import contract, durable, release, settings
from orchestration.errors import NightError
from orchestration.extract import sample
from orchestration.night import dismiss_judge, refuse_a_second, start_judge

# Dagster's own settings, written into its home. Dead workers and killed runs are found by the
# daemon's monitor, which asks our launcher, and tried once more; a step that failed is a gate or a
# model that said no, and is not. Nights wait for one another, or the lock would refuse the second.
INSTANCE = """\
telemetry:
  enabled: false
nux:
  enabled: false
run_launcher:
  module: orchestration.launcher
  class: NightLauncher
run_coordinator:
  module: dagster.core.run_coordinator
  class: QueuedRunCoordinator
  config:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  start_timeout_seconds: 180
  cancel_timeout_seconds: 60
  max_resume_run_attempts: 0
  poll_interval_seconds: 30
run_retries:
  enabled: true
  max_retries: 1
  retry_on_asset_or_op_failure: false
"""


@dataclass(frozen=True)
class Outcome:
    """What came of a night. `traces` are for the eyes of who runs it: they may quote values."""

    published: str | None
    problems: list[str]
    traces: list[str]


def instance_folder(home: Path) -> Path:
    """Dagster's home under ours, with its settings in it; private, since logs name people."""
    folder = durable.make_folder(home / "dagster", mode=0o700)
    path = folder / "dagster.yaml"
    if not path.exists() or path.read_text(encoding="utf-8") != INSTANCE:
        durable.write_bytes(path, INSTANCE.encode())
    return folder


def default_run_date(current: settings.Settings) -> date:
    """Today in the company's zone; for the sample company, its first night not yet published."""
    uses_sample = any(current.source(name).way == "sample" for name in contract.domains())
    if not uses_sample:
        return datetime.now(ZoneInfo(current.time_zone)).date()
    nights = [date.fromisoformat(name) for name in sample.delivered(current.sample_path, date.max)]
    if not nights:
        raise NightError(
            f"there is no sample company in {current.sample_path}; make one with "
            "`winshare sample`, or say in winshare.toml where your own records are"
        )
    published = release.current(current.home)
    if published is None:
        return nights[0]
    done = date.fromisoformat(published["run_date"])
    return next((night for night in nights if night > done), done)


def night(run_date: date, started_by: str) -> Outcome:
    """Run the nightly job in this process; what went wrong comes back in plain words."""
    current = settings.load()
    refuse_a_second(current.home)
    start_judge()
    try:
        return _night(current, run_date, started_by)
    finally:
        dismiss_judge()


def _night(current: settings.Settings, run_date: date, started_by: str) -> Outcome:
    os.environ["DAGSTER_HOME"] = str(instance_folder(current.home))
    # seconds of import that `winshare --help` should not pay
    import dagster as dg

    from orchestration.definitions import defs
    from orchestration.nightly import JOB, TELLING, problems, run_config

    config = run_config(run_date)
    # what the console would say is said by our own listeners, without Dagster's stack traces
    config["loggers"] = {"console": {"config": {"log_level": "CRITICAL"}}}
    job = defs.resolve_job_def(JOB)
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            run_config=config,
            instance=instance,
            raise_on_error=False,
            tags={"winshare/run_date": run_date.isoformat(), "winshare/started_by": started_by},
        )
    if result.success:
        published = release.current(current.home)
        return Outcome(published["release_id"] if published else None, [], [])
    events = [event for event in result.all_events if event.event_type in TELLING]
    errors = [getattr(event.event_specific_data, "error", None) for event in events]
    return Outcome(
        None,
        problems(events) or ["the night failed without saying why; see `make ui`"],
        [error.to_string() for error in errors if error is not None],
    )
