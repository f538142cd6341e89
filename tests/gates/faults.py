"""Faults in the values of a source table, made by tab-err: which cells, and what stands there.

Every type of error that tab-err has, by both ways of choosing cells: ECAR, anywhere, and EAR, where
the values of another column are alike. A fault is a list of (row, text): sources give text.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
from tab_err import error_mechanism, error_type
from tab_err.api import low_level

from orchestration.contract import RawColumn, RawTable

MECHANISMS = {"ECAR": error_mechanism.ECAR, "EAR": error_mechanism.EAR}
RATES = (0.01, 0.05, 0.2, 0.5)
_NUMBERS = ("bigint", "decimal")
_DAYS = ("date", "timestamp")
# what each type of error can be done to; the rest takes any column as text
_ONLY = {
    "AddDelta": (*_NUMBERS, *_DAYS),
    "Outlier": (*_NUMBERS, *_DAYS),
    "WrongUnit": _NUMBERS,
    # to whole numbers: cuts amounts, and takes the leading zeros of numbers that are text
    "Mistype": ("decimal", "text"),
}
TYPES = (
    "AddDelta", "CategorySwap", "Extraneous", "MissingValue", "Mistype", "Mojibake", "Outlier",
    "Permutate", "Replace", "Typo", "WrongUnit",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """`values` holds the row number and what the source now says there; None is nothing."""

    table: RawTable
    column: str
    kind: str
    mechanism: str
    rate: float
    values: tuple[tuple[int, str | None], ...]


def draw(
    seed: int,
    kind: str,
    mechanism: str,
    tables: dict[str, pd.DataFrame],
    known: dict[str, RawTable],
) -> Iterator[Fault | None]:
    """Faults of one type and mechanism without end, each in a table and column drawn anew; None
    for a draw that the type cannot be done to. `tables` hold text and a row number."""
    chance = random.Random(f"{seed}/{kind}/{mechanism}")
    names = sorted(tables)
    while True:
        name = chance.choice(names)
        table = known[name]
        column = chance.choice([c for c in table.columns.values() if _fits(kind, c)] or [None])
        rate = chance.choice(RATES)
        values = column and _damage(tables[name], column, kind, mechanism, rate, chance)
        yield (
            Fault(table, column.name, kind, mechanism, rate, values) if column and values else None
        )


def _fits(kind: str, column: RawColumn) -> bool:
    return column.data_type.startswith(_ONLY.get(kind, ""))


def _damage(
    frame: pd.DataFrame, column: RawColumn, kind: str, mechanism: str, rate: float,
    chance: random.Random,
) -> tuple[tuple[int, str | None], ...]:  # fmt: skip
    filled = frame[frame[column.name].notna()].reset_index(drop=True)
    if len(filled) < 2:
        return ()
    seed = chance.randrange(2**31)
    others = [c for c in filled.columns if c not in (column.name, "_row")]
    chosen = MECHANISMS[mechanism](
        condition_to_column=chance.choice(others) if mechanism == "EAR" else None, seed=seed
    )
    before = _as_given(filled[column.name], column, kind)
    data = filled.assign(**{column.name: before})
    # at least one cell, and never all that are alike by chance of a small table
    share = min(max(rate, 1.01 / len(data)), 1.0)
    try:
        kinds = getattr(error_type, kind)(config=_config(kind, before, column, chance), seed=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            damaged, mask = low_level.create_errors(data, column.name, share, chosen, kinds)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, UnicodeError):
        # the type says that it cannot be done to this column
        return ()
    rows = mask.index[mask[column.name]]
    told = [
        (
            int(filled["_row"][row]),
            _text(damaged[column.name][row], column),
            filled[column.name][row],
        )
        for row in rows
    ]
    return tuple((row, now) for row, now, was in told if now != was)


def _as_given(text: pd.Series, column: RawColumn, kind: str) -> pd.Series:
    """The column as this type of error wants it: numbers, instants, categories or text."""
    if kind in _ONLY and column.data_type.startswith(_NUMBERS):
        return pd.to_numeric(text)
    if kind in _ONLY and column.data_type in _DAYS:
        return pd.to_datetime(text, errors="coerce")
    if kind == "CategorySwap":
        return text.astype("category")
    return text.astype(object)


def _config(
    kind: str, values: pd.Series, column: RawColumn, chance: random.Random
) -> dict[str, Any]:
    if kind == "AddDelta":
        days = pd.Timedelta(days=chance.choice([1, 7, 31, 365]))
        small = chance.choice([1, 10, 1000])
        return {"add_delta_value": days if column.data_type in _DAYS else small}
    if kind == "WrongUnit":
        factor = chance.choice([100, 1000, 0.01, 0.001, 1.19])
        return {"wrong_unit_scaling": lambda value: value * factor}
    if kind == "MissingValue":
        return {"missing_value": chance.choice([None, "", "N/A", "-", "nan"])}
    if kind == "Mistype":
        return {"mistype_dtype": "int64"}
    if kind == "Mojibake":
        # the pair that everybody has met; without one it draws outside of the seed
        return {"encoding_sender": "utf_8", "encoding_receiver": "iso-8859-1"}
    if kind == "Extraneous":
        return {"extraneous_value_template": chance.choice(["{value} ", "{value} EUR", "~{value}"])}
    if kind == "Permutate":
        separators = [s for s in "-. @:/_" if values.astype(str).str.contains(s, regex=False).all()]
        return {"permutation_separator": chance.choice(separators or ["|"])}
    if kind == "Replace":
        return {"replace_what": chance.choice(str(values.iloc[0]) or "0"), "replace_with": ""}
    if kind == "Typo":
        return {"typo_error_period": 5}
    return {}


def _text(value: Any, column: RawColumn) -> str | None:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if column.data_type == "date" else str(value)
    if column.data_type.startswith("decimal") and not isinstance(value, str):
        # a source writes an amount with the digits that it keeps
        try:
            return str(round(Decimal(repr(float(value))), 2))
        except InvalidOperation:
            return str(value)
    if column.data_type == "bigint" and not isinstance(value, str) and float(value).is_integer():
        return str(int(value))
    return str(value)
