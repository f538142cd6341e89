"""Which runs are alive: Dagster's own launcher cannot say, and a killed run would stay STARTED.

The code server sees its run die; when both are killed, as with the daemon, nobody does (S09). The
night's lock is the operating system's word for it: a run that is STARTED and does not hold it is
over. Dagster's monitor asks every half minute, marks the run failed, and it is tried once more.
"""

from __future__ import annotations

from datetime import UTC, datetime

from dagster import DagsterRun, DefaultRunLauncher
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus

from orchestration import settings
from orchestration.night import RunLock

# A run is STARTED before it takes the lock and after it gave it back: seconds of imports, of
# opening the judge and of closing. Two minutes leave room for a busy machine, and for two tries
# within ten (F43).
GRACE_SECONDS = 120


class NightLauncher(DefaultRunLauncher):
    """Dagster's default launcher, with an answer to whether a run's worker lives."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        lock = RunLock(settings.load().home)
        if lock.is_held_by(run.run_id):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        record = self._instance.get_run_record_by_id(run.run_id)
        started = record.start_time if record is not None else None
        if started is not None and datetime.now(UTC).timestamp() - started < GRACE_SECONDS:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(
            WorkerStatus.FAILED, "the run does not hold the night's lock: its process is gone"
        )
