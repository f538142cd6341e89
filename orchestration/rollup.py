"""Usage events, the only large table: each landed file is rolled up once and never read again.

The sums are additive over files, so a night costs the events that are new, not those that are
old. A message id seen in this file or in one landed within policy's `event_memory_days` before is
counted once; brokers redeliver within hours, and an endless memory would make a night cost the
years. The days are those of the policy that landed with the file, so a file's sums never change.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contract, durable, landing, parquet

COLUMNS = {
    "account_id": "text",
    "user_id": "text",
    "feature_id": "text",
    "event_date": "date",
    "event_count": "bigint",
}
# of a policy that does not say
MEMORY_DAYS = 3

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
    night = date.fromisoformat(landed[index]["run_date"])
    since = (night - timedelta(days=_memory_days(home, night))).isoformat()
    seen = [entry for entry in landed[:index] if entry["run_date"] >= since]
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


def _memory_days(home: Path, night: date) -> int:
    """How long message ids are remembered, by the policy of that night."""
    table = contract.domains()["policy"].tables["company_settings"]
    files = landing.files_of(home, "policy", table, night)
    if not files:
        return MEMORY_DAYS
    with duckdb.connect() as connection:
        offered = parquet.scan(entry["location"] for entry in files)
        columns = {row[0] for row in connection.execute(f"describe from {offered}").fetchall()}
        if "event_memory_days" not in columns:
            return MEMORY_DAYS
        found = connection.execute(
            f"select max(event_memory_days) from {offered} "
            "where valid_from_date <= $night and $night < valid_to_date",
            {"night": night},
        ).fetchone()[0]
    return MEMORY_DAYS if found is None else found


def _query(new: dict[str, Any], seen: list[dict[str, Any]]) -> str:
    unseen = ""
    if seen:
        earlier = parquet.scan(entry["location"] for entry in seen)
        # asked of the new ids alone: the night after three years came at once keeps a day in memory
        unseen = (
            f"where message_id not in (select message_id from {earlier} where message_id in "
            f"(select message_id from {parquet.scan([new['location']])}))"
        )
    return ROLL_UP.format(new=parquet.scan([new["location"]]), unseen=unseen)
