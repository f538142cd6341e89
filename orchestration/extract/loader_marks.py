"""What loaders note beside each row: that it was deleted, that it is an earlier version, when it
was written. Each loader has its own columns for that.

Here: which rows of one source table count, and in which of our columns a deletion shows.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from orchestration.contract import RawTable
from orchestration.extract.declared_types import quoted, read_as
from orchestration.extract.places import PlaceTable


@dataclass(frozen=True)
class Marks:
    """Column names; None where the loader has no such column."""

    deleted: str | None = None  # true: the row was deleted at the source
    deleted_at: str | None = None  # an instant: the row was deleted then
    active: str | None = None  # false: a newer version of the row is there, or it was deleted
    ended_at: str | None = None  # an instant: this version was replaced or deleted then
    start: str | None = None  # since when this version holds
    synced: str | None = None  # when the loader last wrote the row

    def of(self, source: PlaceTable) -> Marks:
        """The same, without the columns that this table does not have."""
        return Marks(*(mark if mark in source.columns else None for mark in astuple(self)))


MARKS = {
    "fivetran": Marks(
        deleted="_fivetran_deleted",
        active="_fivetran_active",
        start="_fivetran_start",
        synced="_fivetran_synced",
    ),
    "airbyte": Marks(deleted_at="_ab_cdc_deleted_at", synced="_airbyte_extracted_at"),
    # what an API says of a record is in the record's own columns
    "api": Marks(),
    "dlt": Marks(ended_at="_dlt_valid_to", start="_dlt_valid_from"),
}

# In which column of ours a deletion shows, and as what. A table that has none of them loses its
# deleted rows.
SHOWS_DELETION = {"is_deleted": True, "is_active": False, "active": False}

# Contract column -> (expression over the relation, its DuckDB type).
Offered = dict[str, tuple[str, str]]


def rows_that_count(
    table: RawTable, source: PlaceTable, offered: Offered, loader: str
) -> tuple[str, Offered]:
    """The relation to read and its columns, once the loader's marks are honoured.

    Events keep every row. Of the others there is one row a key, the version in force or the last
    one. A deleted row stays, marked in a column of SHOWS_DELETION, where the table is landed row
    by row; it is left out of a snapshot, whose landing implies deletions.
    """
    marks = MARKS[loader].of(source)
    relation = source.relation
    gone = _deleted(marks)
    ended = _ended(marks)
    shown = next((column for column in SHOWS_DELETION if column in table.columns), None)
    if table.load != "event" and ended:
        relation = _newest(table, offered, marks, ended, relation)
        # of a table that is a history itself, a version that ended is one more row of it
        keeps_versions = table.version == MARKS["fivetran"].start
        if (shown and not keeps_versions) or table.load == "snapshot":
            gone = f"({gone} or {ended})" if gone else ended
    if shown and table.load != "snapshot":
        return relation, offered | _deletion_shown(table, offered, shown, gone)
    if gone:
        relation = f"(select * from {relation} as marked where not {gone})"
    return relation, offered


def _deleted(marks: Marks) -> str | None:
    if marks.deleted:
        return f"coalesce(cast({quoted(marks.deleted)} as boolean), false)"
    if marks.deleted_at:
        return f"({quoted(marks.deleted_at)} is not null)"
    return None


def _ended(marks: Marks) -> str | None:
    if marks.active:
        return f"(not coalesce(cast({quoted(marks.active)} as boolean), true))"
    if marks.ended_at:
        return f"({quoted(marks.ended_at)} is not null)"
    return None


def _newest(table: RawTable, offered: Offered, marks: Marks, ended: str, relation: str) -> str:
    keys = [offered[key][0] for key in table.key if key in offered]
    order = [f"{ended} asc"]
    order += [f"{quoted(mark)} desc nulls last" for mark in (marks.start, marks.synced) if mark]
    ranked = (
        f"select *, row_number() over (partition by {', '.join(keys) or 'true'} "
        f"order by {', '.join(order)}) as _version_rank from {relation}"
    )
    return f"(select * from ({ranked}) where _version_rank = 1)"


def _deletion_shown(table: RawTable, offered: Offered, column: str, gone: str | None) -> Offered:
    """The column in which a deletion shows, from the source's own word and the loader's mark."""
    said = read_as(table.columns[column], *offered[column]) if column in offered else None
    if SHOWS_DELETION[column]:
        # a mark that some loaders never set is null: nobody deleted the row
        parts = [f"coalesce({said}, false)"] if said else []
        parts += [gone] if gone else []
        return {column: (f"({' or '.join(parts)})", "BOOLEAN")} if parts else {}
    if said is None or gone is None:
        return {}
    return {column: (f"({said} and not {gone})", "BOOLEAN")}
