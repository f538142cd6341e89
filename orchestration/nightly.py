"""The nightly job: its schedule, its retries, and who hears when it fails."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration import alert
from orchestration.settings import Settings

JOB = "nightly"

# One more try when the worker or the daemon died (F43), none when a gate or a model said no: the
# same inputs would say the same. The instance's settings leave failed steps out of run retries.
RUN_TAGS = {"dagster/max_retries": "1", "dagster/retry_strategy": "ALL_STEPS"}


def nightly_job() -> Any:
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks(),
        # a process a step costs 2.3 s each and would lose the lock between steps
        executor_def=dg.in_process_executor,
        tags=RUN_TAGS,
        description="One night: landing, conform, facts, bonus, each behind its gate; release.",
    )


def run_config(run_date: date) -> dict[str, Any]:
    return {"resources": {"night": {"config": {"run_date": run_date.isoformat()}}}}


def nightly_schedule(settings: Settings, job: Any) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=JOB,
        job=job,
        cron_schedule=settings.nightly_at,
        execution_timezone=settings.time_zone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Runs the night of the day that begins, once: two ticks are one run.",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        run_date = date_of_tick(context.scheduled_execution_time, settings.time_zone)
        return dg.RunRequest(
            run_key=run_date.isoformat(),
            run_config=run_config(run_date),
            tags={"winshare/run_date": run_date.isoformat(), **RUN_TAGS},
        )

    return nightly


def date_of_tick(scheduled_at: datetime, time_zone: str) -> date:
    """The business date of a tick: the day in the company's zone, whatever zone the host is in."""
    return scheduled_at.astimezone(ZoneInfo(time_zone)).date()


def failure_alert(settings: Settings) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="failed_night",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Tells by {settings.alert.channel} that a night failed and why, no figures.",
    )
    def failed_night(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        failed = run.tags.get("winshare/run_date", "an unnamed date")
        alert.send(
            settings.alert, subject=f"Winshare: the night of {failed} failed", body=reason(context)
        )

    return failed_night


def reason(context: dg.RunFailureSensorContext) -> str:
    """Each failed step with the first line of its reason, which holds no value."""
    lines = []
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        text = data.user_failure_data.description if data.user_failure_data else None
        if text is None and data.error is not None:
            cause = data.error.cause or data.error
            text = cause.message
        lines.append(f"{event.step_key}: {(text or 'no reason given').strip().splitlines()[0]}")
    if not lines:
        lines.append(context.failure_event.message or "the run died without a word")
    return "\n".join([*lines, "", "The last release is unchanged and still current."])
