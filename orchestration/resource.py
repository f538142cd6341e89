"""The running night as a Dagster resource: opened before the first step, closed after the last.

Steps run in one process (the default executor starts a process a step, 2.3 s each), so the lock,
the judge and the date are held once.
"""

import sqlite3
from datetime import date
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from orchestration import settings
from orchestration.errors import NightError
from orchestration.night import Night


class NightResource(dg.ConfigurableResource):
    """Gives each step the running night by `running()`. Setting it up takes the lock, and raises
    NightError where another night holds it or no date was given."""

    run_date: str | None = None
    """The business date as YYYY-MM-DD; the job's configuration gives it."""

    _night: Night | None = PrivateAttr(default=None)
    _held: list[sqlite3.Connection] = PrivateAttr(default_factory=list)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        if self.run_date is None:
            raise NightError(
                "a night needs its date: resources.night.config.run_date, as YYYY-MM-DD"
            )
        run = context.run_id or "an unknown run"
        self._held = hold_open(settings.load().home / "dagster" / "history")
        self._night = Night.open(date.fromisoformat(self.run_date), f"Dagster run {run[:8]}")

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        if self._night is not None:
            self._night.close()
            self._night = None
        while self._held:
            self._held.pop().close()

    def running(self) -> Night:
        assert self._night is not None, "Dagster sets a resource up before its first step"
        return self._night


def hold_open(history: Path) -> list[sqlite3.Connection]:
    """A reader on each of Dagster's event files, until the night ends.

    Dagster opens and closes them for every event, and whoever closes a SQLite file last writes its
    log back and syncs: 270 events took 14 s so, and 6 s while somebody else has it open.
    """
    held = []
    for path in sorted(history.rglob("*.db")):
        connection = sqlite3.connect(path)
        # a connection opens its file with its first statement
        connection.execute("select count(*) from sqlite_master").fetchall()
        held.append(connection)
    return held
