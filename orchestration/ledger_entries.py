"""Entries of the ledger: every movement in two legs that cancel (M07), as Parquet, for good.

A line of a statement moves its amount into an account; the leg in account `entitlement` carries
the opposite sign. Nothing edits an entry: what was wrong is undone by entries that mirror it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from expectations.content_hash import content_hash
from orchestration import contract, durable, journal, parquet
from orchestration.errors import NightError

# A period that has not ended is not posted: its lines are what would be due if it ended tonight.
ACCRUALS = "('accrual', 'accrual_reversal')"

# One row a line, as it is posted and hashed.
LINES = """
select
    lines.payout_line_key,
    lines.payee_employee_number,
    lines.plan_component_key,
    lines.plan_version,
    lines.period_key,
    lines.run_seq,
    lines.account,
    lines.entry_type,
    lines.payout_amount_minor as amount_minor,
    lines.currency_code,
    lines.source_ref,
    lines.opportunity_key,
    lines.cause,
    date '{run_date}' as posted_run_date
from {source}bonus.fct_payout_lines as lines
inner join {source}people.dim_periods as periods
    on lines.period_key = periods.period_key
where periods.end_date <= date '{up_to}'
    and lines.entry_type not in {accruals}
"""

_LEGS = """
select
    payout_line_key || ':' || account as entry_id,
    * exclude (payout_line_key)
from posted_lines
union all by name
select
    payout_line_key || ':entitlement' as entry_id,
    * exclude (payout_line_key) replace (
        'entitlement' as account,
        -amount_minor as amount_minor
    )
from posted_lines
"""

# What was payable is sent: of each source what the close added, zero amounts left out.
_PAID = """
select
    'paid:' || {number} || ':' || md5(concat_ws(chr(31), payee_employee_number,
        plan_component_key, period_key, source_ref, currency_code, side)) as entry_id,
    payee_employee_number,
    plan_component_key,
    max(plan_version) as plan_version,
    period_key,
    run_seq,
    side as account,
    'payout' as entry_type,
    cast(sum(case when side = 'paid' then amount_minor else -amount_minor end) as bigint)
        as amount_minor,
    currency_code,
    source_ref,
    max(opportunity_key) as opportunity_key,
    'exported' as cause,
    posted_run_date
from {entries}
cross join (select unnest(['payable', 'paid']) as side)
where account = 'payable'
group by all
having sum(amount_minor) <> 0
"""

_MIRROR = """
select
    * replace (
        'reversal:' || entry_id as entry_id,
        -amount_minor as amount_minor,
        'reversal' as cause
    )
from {entries}
"""


def lines_select(source: str, run_date: str, up_to: str) -> str:
    """The lines a close posts from the tables under `source` (a catalogue and a dot, or '')."""
    return LINES.format(source=source, run_date=run_date, up_to=up_to, accruals=ACCRUALS)


def take_lines(connection: duckdb.DuckDBPyConnection, select: str) -> tuple[str, int]:
    """Make the lines a table `posted_lines`; their hash, whatever their order, and their number."""
    connection.execute(f"create or replace table memory.main.posted_lines as {select}")
    connection.execute("use memory.main")
    rows = connection.execute("select count(*) from posted_lines").fetchone()
    assert rows is not None, "a count has a row"
    return content_hash(connection, "main.posted_lines"), rows[0]


def legs_of_lines() -> str:
    return _LEGS


def legs_of_payment(home: Path, close: journal.Record) -> str:
    return payment_legs(scan(home, [close]), close["sequence"])


def payment_legs(entries: str, number: int) -> str:
    """payable -> paid for the entries of close number `number`, a FROM item."""
    return _PAID.format(number=number, entries=entries)


def legs_of_reversal(home: Path, close: journal.Record) -> str:
    return _MIRROR.format(entries=scan(home, [close]))


def scan(home: Path, records: Sequence[journal.Record]) -> str:
    return parquet.scan(journal.folder(home) / one["entries"]["path"] for one in records)


def write(
    connection: duckdb.DuckDBPyConnection, home: Path, select: str, name: str
) -> dict[str, Any]:
    """Write entries where a record can name them: content-addressed, private, synced.

    Raises NightError when the legs of a source do not cancel, or an id comes twice.
    """
    columns = contract.domains()["ledger"].tables["entry"].columns.values()
    fields = ", ".join(f"cast({one.name} as {one.data_type}) as {one.name}" for one in columns)
    connection.execute(
        f"create or replace table memory.main.legs as select {fields} from ({select}) "
        "order by entry_id"
    )
    legs = "memory.main.legs"
    _refuse(connection, f"select 1 from {legs} group by entry_id having count(*) > 1", "ids twice")
    _refuse(
        connection,
        f"select 1 from {legs} group by payee_employee_number, plan_component_key, period_key, "
        "source_ref, currency_code having sum(amount_minor) <> 0",
        "movements whose legs do not cancel (M07)",
    )
    target = durable.make_folder(journal.folder(home) / "entries", mode=0o700)
    aside = target / f".aside-{name}"
    parquet.write(connection, f"from {legs} order by entry_id", aside, mode=0o600)
    sha256 = durable.sha256_of_file(aside)
    path = target / f"{name}-{sha256[:16]}.parquet"
    durable.commit_file(aside, path)
    counted = connection.execute(f"select count(*) from {parquet.scan([path])}").fetchone()
    return {
        "path": path.relative_to(journal.folder(home)).as_posix(),
        "sha256": sha256,
        "rows": counted[0] if counted else 0,
    }


def _refuse(connection: duckdb.DuckDBPyConnection, select: str, what: str) -> None:
    found = connection.execute(f"select count(*) from ({select})").fetchone()
    if found and found[0]:
        raise NightError(f"nothing was posted: the entries have {what} in {found[0]} cases")
