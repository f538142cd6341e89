"""Usage events, the only large table: each landed file is rolled up once and never read again.

The sums are additive over files, so a night costs the events that are new, not those that are
old. A message id seen in this file or in one landed up to `WINDOW` files before is counted once;
brokers redeliver within hours, and a longer memory would make a night cost the years.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestration import durable, parquet

COLUMNS = {
    "account_id": "text",
    "user_id": "text",
    "feature_id": "text",
    "event_date": "date",
    "event_count": "bigint",
}
WINDOW = 3

# one row a message id, then one row an account, user, feature and day; ordered, so that the same
# events give the same bytes
ROLL_UP = """
with messages as (
    select
        message_id,
        min(account_id) as account_id,
        min(user_id) as user_id,
        min(feature_id) as feature_id,
        min(timestamp) as event_at
    from {new}
    {unseen}
    group by message_id
)

select
    account_id,
    user_id,
    feature_id,
    cast(event_at as date) as event_date,
    count(*) as event_count
from messages
group by account_id, user_id, feature_id, cast(event_at as date)
order by event_date, account_id, user_id, feature_id
"""


def rolled_up(home: Path, landed: list[dict[str, Any]], index: int) -> Path:
    """The daily sums of `landed[index]`, made if the cache lacks them.

    Named by the hash of what goes in and of this code: delete the cache and the same bytes come
    back.
    """
    seen = landed[max(0, index - WINDOW) : index]
    inputs = [entry["sha256"] for entry in [*seen, landed[index]]]
    key = durable.hash_of([inputs, ROLL_UP, COLUMNS])
    target = home / "cache" / "usage" / f"{key}.parquet"
    if target.exists():
        return target
    # who used what on which day is nobody else's
    durable.make_folder(target.parent, mode=0o700)
    aside = target.with_name(f".aside-{target.name}")
    with duckdb.connect() as connection:
        parquet.write(connection, _query(landed[index], seen), aside)
    durable.commit_file(aside, target)
    return target


def _query(new: dict[str, Any], seen: list[dict[str, Any]]) -> str:
    unseen = ""
    if seen:
        earlier = parquet.scan(entry["location"] for entry in seen)
        unseen = f"where message_id not in (select message_id from {earlier})"
    return ROLL_UP.format(new=parquet.scan([new["location"]]), unseen=unseen)
