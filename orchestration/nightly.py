"""The nightly job: its schedule, its retries, and who hears when it fails."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

# how the daemon turns a cron expression into instants; Dagster has no public name for it
from dagster._utils.schedules import schedule_execution_time_iterator

from orchestration import alert, catch_up
from orchestration.errors import in_words
from orchestration.gates import gate_named
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


def nightly_schedule(
    settings: Settings, job: Any, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> dg.ScheduleDefinition:
    """One run a day at `nightly_at` in the company's zone, and what was missed before it (F45).

    `clock` says what time it is, to tell the newest tick from those that are caught up.
    """

    @dg.schedule(
        name=JOB,
        job=job,
        cron_schedule=settings.nightly_at,
        execution_timezone=settings.time_zone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Runs the night of the day that begins, once: two ticks are one run. After a "
        "pause, the missed nights that had landed before it.",
    )
    def nightly(
        context: dg.ScheduleEvaluationContext,
    ) -> list[dg.RunRequest] | dg.SkipReason:
        at = context.scheduled_execution_time
        # Dagster comes back to at most five missed ticks (S09): the newest asks for all there is
        if next_tick(at, settings) <= clock():
            return dg.SkipReason("a later tick is due, which runs what was missed")
        newest = date_of_tick(at, settings.time_zone)
        wanted = catch_up.nights(settings.home, settings.absent_domains(), newest)
        return [request(run_date) for run_date in wanted]

    return nightly


def request(run_date: date) -> dg.RunRequest:
    """The run of one night: its key is its date, so that it is asked for once."""
    return dg.RunRequest(
        run_key=run_date.isoformat(),
        run_config=run_config(run_date),
        tags={"winshare/run_date": run_date.isoformat(), **RUN_TAGS},
    )


def next_tick(at: datetime, settings: Settings) -> datetime:
    """When the schedule is due next after a tick."""
    instants = schedule_execution_time_iterator(
        at.timestamp() + 1, settings.nightly_at, settings.time_zone
    )
    return next(instants)


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
    """What went wrong in each step, by the name of its rule and without any value."""
    told = context.instance.get_records_for_run(context.dagster_run.run_id, of_type=set(TELLING))
    events = [record.event_log_entry.dagster_event for record in told.records]
    lines = problems(event for event in events if event is not None)
    if not lines:
        lines.append(context.failure_event.message or "the run died without a word")
    return "\n".join([*lines, "", "The last release is unchanged and still current."])


# the events that say why a run failed
TELLING = (
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
    dg.DagsterEventType.RESOURCE_INIT_FAILURE,
    dg.DagsterEventType.STEP_FAILURE,
)


def problems(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """One sentence a thing that went wrong, gates in their own words; empty when nothing did."""
    found = []
    for event in events:
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            if not evaluation.passed:
                found.append(f"gate {gate_named(evaluation.check_name)}: {evaluation.description}")
        elif event.event_type in TELLING:
            found += _failure(event)
    return list(dict.fromkeys(found))


def _failure(event: dg.DagsterEvent) -> list[str]:
    data: Any = event.event_specific_data
    described = getattr(data, "user_failure_data", None)
    if described is not None and described.description:
        return [described.description]
    error = getattr(data, "error", None)
    while error is not None and error.cause is not None:
        error = error.cause
    # a check that did not pass has spoken for itself
    if error is None or "AssetCheckFailed" in (error.cls_name or ""):
        return []
    said = in_words(error.cls_name or "an error", error.message)
    # our own errors say where; of the others the step is all there is to say
    is_ours = error.cls_name in ("NightError", "SourceError")
    return [said if is_ours or not event.step_key else f"{event.step_key}: {said}"]
