"""What a suite of column checks alone would see: the yardstick beside the gates.

Each column is held to what the undisturbed table shows: its type, no nulls where there were none,
unique where it was, within its least and greatest value, and one of its values where they are few.
"""

from __future__ import annotations

import duckdb

from orchestration.contract import RawTable
from tests.gates.small_night import SmallNight, source

_FEW_VALUES = 20
_ORDERED = ("bigint", "decimal", "date", "timestamp")


class PlainSuites:
    """Profiles of all source tables, made once."""

    def __init__(self, night: SmallNight) -> None:
        self.night = night
        self.checks: dict[tuple[str, str], str] = {}

    def sees(self, table: RawTable, column: str, damaged: str) -> bool:
        """Whether a check on this column fails on `damaged`, a table of text."""
        name = f"{table.domain}.{table.name}"
        if (name, column) not in self.checks:
            self.checks[name, column] = self._learnt(name, table, column)
        try:
            query = f"select {self.checks[name, column]} from {damaged}"
            return not self.night.connection.execute(query).fetchall()[0][0]
        except duckdb.Error:
            return True

    def _learnt(self, name: str, table: RawTable, column: str) -> str:
        kind, quoted = table.columns[column].data_type, f'"{column}"'
        typed = f"try_cast({quoted} as {kind})"
        nulls, repeats, values, least, greatest = self.night.connection.execute(
            f"select count(*) - count({quoted}), count({quoted}) - count(distinct {quoted}), "
            f"count(distinct {quoted}), min({quoted}), max({quoted}) from {source(name)}"
        ).fetchall()[0]
        checks = [f"count(*) filter ({quoted} is not null and {typed} is null) = 0"]
        if nulls == 0:
            checks.append(f"count(*) filter ({quoted} is null) = 0")
        if repeats == 0:
            checks.append(f"count({quoted}) = count(distinct {quoted})")
        if kind.startswith(_ORDERED):
            checks.append(
                f"coalesce(min({typed}) >= cast('{least}' as {kind}) "
                f"and max({typed}) <= cast('{greatest}' as {kind}), true)"
            )
        elif values <= _FEW_VALUES:
            known = (
                f"select cast({quoted} as varchar) from {source(name)} where {quoted} is not null"
            )
            checks.append(
                f"count(*) filter ({quoted} is not null and {quoted} not in ({known})) = 0"
            )
        return " and ".join(checks)
