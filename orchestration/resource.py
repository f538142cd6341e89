"""The running night as a Dagster resource: opened before the first step, closed after the last.

Steps run in one process (the default executor starts a process a step, 2.3 s each), so the lock,
the judge and the date are held once.
"""

from datetime import date

import dagster as dg
from pydantic import PrivateAttr

from orchestration.errors import NightError
from orchestration.night import Night


class NightResource(dg.ConfigurableResource):
    run_date: str | None = None
    """The business date as YYYY-MM-DD; the job's configuration gives it."""

    _night: Night | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        if self.run_date is None:
            raise NightError(
                "a night needs its date: resources.night.config.run_date, as YYYY-MM-DD"
            )
        run = context.run_id or "an unknown run"
        self._night = Night.open(date.fromisoformat(self.run_date), f"Dagster run {run[:8]}")

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        if self._night is not None:
            self._night.close()
            self._night = None

    def running(self) -> Night:
        assert self._night is not None, "Dagster sets a resource up before its first step"
        return self._night
