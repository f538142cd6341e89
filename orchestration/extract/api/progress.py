"""Where the next night begins, list by list: the cursor that a manifest commits with its data.

The cursor is the source's clock when a night began to read, never a record's own time: one record
stamped 2999 would else hide all that comes after it (F09).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from orchestration.extract.api.vendor import Stream, Window


@dataclass(frozen=True)
class Progress:
    """at: the source's clock when the last night began to read; none before the first.
    tokens: list -> the vendor's own cursor, none where it has no such thing.
    whole_on: the night that last read everything. backfilled: the request last met.
    is_trial: made up to look at a source; no list is known to have been there before.
    """

    at: datetime | None = None
    tokens: dict[str, str | None] = field(default_factory=dict)
    whole_on: date | None = None
    backfilled: str | None = None
    is_trial: bool = False

    @classmethod
    def read(cls, cursor: str | None) -> Progress:
        if cursor is None:
            return cls()
        said = json.loads(cursor)
        return cls(
            at=datetime.fromisoformat(said["at"]),
            tokens=said["tokens"],
            whole_on=date.fromisoformat(said["whole_on"]),
            backfilled=said["backfilled"],
            is_trial=said.get("is_trial", False),
        )

    def written(self) -> str:
        assert self.at is not None and self.whole_on is not None, "written after a read"
        said = {
            "at": self.at.isoformat(),
            "tokens": self.tokens,
            "whole_on": self.whole_on.isoformat(),
            "backfilled": self.backfilled,
            **({"is_trial": True} if self.is_trial else {}),
        }
        return json.dumps(said, sort_keys=True)

    def reads_all(self, run_date: date, every_days: int) -> bool:
        """Whether a night reads everything, to find what is gone without a word."""
        return self.whole_on is None or (run_date - self.whole_on).days >= every_days

    def window(self, stream: Stream, look_back: timedelta) -> Window:
        """What is new of a list, inclusive, and once more what may have come late."""
        if self.at is None or stream.is_whole or stream.name not in self.tokens:
            return Window()
        return Window(since=self.at - look_back, token=self.tokens[stream.name])


def source_now(server_date: datetime | None, wall: float, run_date: date) -> datetime:
    """The source's clock, never past the night itself: then it is wrong, and would skip records."""
    told = server_date or datetime.fromtimestamp(wall, UTC)
    bound = datetime.combine(run_date + timedelta(days=1), time.min, UTC)
    return min(told.astimezone(UTC), bound).replace(microsecond=0)
