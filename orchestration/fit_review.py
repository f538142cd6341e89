"""What the newest frozen values say beside those before, and who approved them.

A fit is a draft until somebody approves a release that holds it: approval is of a release's bytes,
the values are a table of the release, and no period closes on a release that is not approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration import journal, parquet, release
from orchestration.errors import NightError
from orchestration.journal import Record
from orchestration.release_reader import reading

TABLE = "contribution.fct_coalition_fits"
NEWEST = f"""
select value_table_version, max(fitted_date)
from {TABLE} inner join people.dim_periods on value_table_version = period_key
group by value_table_version, start_date order by start_date desc limit 1
"""
# what a function adds to the win rate, on average over all coalitions of the others
FUNCTIONS = f"""
with functions as (
    select distinct coalition as function, coalition_mask as function_bit from {TABLE}
    where bit_count(coalition_mask) = 1
),
added as (
    select segment, function, function_bit,
        case when coalition_mask & function_bit <> 0 then 1 else -1 end as sign,
        win_rate, previous_win_rate
    from {TABLE} cross join functions where value_table_version = ?
)
select segment, function,
    cast(2 * sum(sign * win_rate) / count(*) as decimal(9, 6)) as added_rate,
    cast(2 * sum(sign * previous_win_rate) / count(*) as decimal(9, 6)) as previous_added_rate
from added group by segment, function order by segment, added_rate desc, function
"""
SHIFTS = f"""
select segment, coalition, win_rate, previous_win_rate, opportunity_count
from {TABLE}
where value_table_version = ? and previous_win_rate is not null
    and opportunity_count > 0
order by abs(win_rate - previous_win_rate) desc, segment, coalition limit ?
"""
OTHER_VALUES = f"""
with now as (
    select segment, coalition, win_rate from release.{TABLE} where value_table_version = ?
),
approved as (
    select segment, coalition, win_rate from approved_release.{TABLE} where value_table_version = ?
)
select count(*) from (
    (select * from now except select * from approved)
    union all
    (select * from approved except select * from now)
)
"""


@dataclass(frozen=True)
class Added:
    """What a function adds to the win rate: a share of one, now and in the version before."""

    segment: str
    function: str
    added_rate: Decimal
    previous_added_rate: Decimal | None


@dataclass(frozen=True)
class Shift:
    """The win rate of a coalition that deals have shown, now and in the version before."""

    segment: str
    coalition: str
    win_rate: Decimal
    previous_win_rate: Decimal
    opportunity_count: int


@dataclass(frozen=True)
class Review:
    release_id: str
    version: str
    fitted_date: date
    functions: list[Added]
    shifts: list[Shift]
    approval: Record | None


def review(home: Path, most_shifts: int) -> Review:
    """The newest version in the current release. Raises NightError where nothing is fitted."""
    manifest = release.required(home)
    # approved releases are attached beside it
    with reading(home, manifest, "finance", is_alone=False) as reader:
        found = reader.execute(NEWEST).fetchone()
        if found is None:
            raise NightError(
                f"release {manifest['release_id']} holds no fitted values: too few deals were "
                "closed before the period"
            )
        version, fitted_date = found
        return Review(
            manifest["release_id"],
            version,
            fitted_date,
            [Added(*row) for row in reader.execute(FUNCTIONS, [version]).fetchall()],
            [Shift(*row) for row in reader.execute(SHIFTS, [version, most_shifts]).fetchall()],
            approval_of(reader, home, version),
        )


def approval_of(reader: duckdb.DuckDBPyConnection, home: Path, version: str) -> Record | None:
    """The first approval of a release that holds exactly these values of the version."""
    for record in journal.read(home):
        if record["kind"] != "approval":
            continue
        manifest = release.find(home, record["release_id"])
        if manifest is None or manifest["manifest_hash"] != record["manifest_hash"]:
            continue
        file = release.file(home, record["release_id"], "finance")
        reader.execute(f"attach {parquet.literal(file)} as approved_release (read_only)")
        try:
            counted = reader.execute(OTHER_VALUES, [version, version]).fetchone()
        finally:
            reader.execute("detach approved_release")
        if counted == (0,):
            return record
    return None
