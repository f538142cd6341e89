"""A wrong posting is undone by its mirror: nothing is edited, and both stay to be read."""

from __future__ import annotations

from datetime import datetime

import duckdb

from orchestration import journal, ledger_entries
from orchestration.errors import NightError
from orchestration.identity import of_process
from orchestration.settings import Settings


def reverse(settings: Settings, period_key: str, reason: str, now: datetime) -> journal.Record:
    """Undo the newest close by mirrored entries: the period can be closed again.

    Raises NightError when it is not the newest, when its payments were exported (what was sent is
    not unsent: the next close settles the difference), or when no reason is given.
    """
    home = settings.home
    if not reason.strip():
        raise NightError("a reversal needs a reason: --reason says what was wrong")
    with journal.lock(home):
        records = journal.read(home)
        record = journal.close_of(records, period_key)
        newest = max(journal.closes(records), key=lambda one: one["sequence"])
        if record["sequence"] != newest["sequence"]:
            raise NightError(
                f"{newest['period_key']} was closed on top of {period_key}: only the newest close "
                "is reversed; what has changed in an older one is settled with the next close"
            )
        if journal.export_of(records, record) is not None:
            raise NightError(
                f"the payments of {period_key} were exported; what was sent is not unsent, the "
                "next close settles the difference"
            )
        with duckdb.connect() as connection:
            entries = ledger_entries.write(
                connection,
                home,
                ledger_entries.legs_of_reversal(home, record),
                f"reversal-{period_key}",
            )
        return journal.append(
            home,
            "reversal",
            now,
            {
                "period_key": period_key,
                "reversed_sequence": record["sequence"],
                "release_id": record["release_id"],
                "reason": reason.strip(),
                "reversed_by": of_process(),
                "entries": entries,
            },
        )
