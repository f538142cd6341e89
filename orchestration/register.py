"""The payout register for finance: the same rows as CSV, Parquet and XLSX, with control totals.

A release's is a draft; what payroll imports is written again from what a close posted. Text that a
spreadsheet would run as a formula is written as text; each file is read back, and its total
compared, before the release counts as built.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration import durable, parquet
from orchestration.errors import NightError

SOURCE = "bonus.rpt_payout_register"
STATE = "draft"
# what makes a spreadsheet take text for a formula, or break a row out of its cell
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(value: object) -> object:
    """Text as a spreadsheet may show it; numbers stay numbers (F64)."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def write(
    night: duckdb.DuckDBPyConnection,
    folder: Path,
    run_date: date,
    source: str = SOURCE,
    state: str = STATE,
) -> None:
    """Write `payout_register.<state>.{csv,parquet,xlsx}` into `folder`, private to its owner."""
    result = night.execute(f"select * from {source} order by all")
    header = [column[0] for column in result.description]
    rows = result.fetchall()
    totals = _totals(header, rows)
    stem = f"payout_register.{state}"
    _write_parquet(night, source, folder / f"{stem}.parquet", totals)
    _write_csv(folder / f"{stem}.csv", header, rows, totals)
    _write_xlsx(folder / f"{stem}.xlsx", header, rows, totals, run_date, state)


def _totals(header: list[str], rows: list[tuple]) -> dict[str, int]:
    """Minor units per currency."""
    currency, amount = header.index("currency_code"), header.index("payout_amount_minor")
    totals: dict[str, int] = {}
    for row in rows:
        totals[row[currency]] = totals.get(row[currency], 0) + row[amount]
    return dict(sorted(totals.items()))


def _check(path: Path, found: dict[str, int], totals: dict[str, int]) -> None:
    if found != totals:
        raise NightError(f"{path.name} does not add up to the register it was written from")


def _write_parquet(
    night: duckdb.DuckDBPyConnection, source: str, path: Path, totals: dict[str, int]
) -> None:
    parquet.write(night, f"select * from {source} order by all", path, mode=0o600)
    durable.sync_file(path)
    found = night.execute(
        "select currency_code, cast(sum(payout_amount_minor) as bigint) "
        f"from {parquet.scan([path])} group by all"
    ).fetchall()
    _check(path, dict(sorted(found)), totals)


def _write_csv(path: Path, header: list[str], rows: list[tuple], totals: dict[str, int]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[neutral(value) for value in row] for row in rows])
    durable.write_bytes(path, text.getvalue().encode("utf-8"), mode=0o600)
    with path.open(encoding="utf-8", newline="") as stream:
        back = list(csv.reader(stream))
    position = {name: index for index, name in enumerate(back[0])}
    typed = [
        (row[position["currency_code"]], int(row[position["payout_amount_minor"]]))
        for row in back[1:]
    ]
    _check(path, _totals(["currency_code", "payout_amount_minor"], typed), totals)


def _write_xlsx(
    path: Path,
    header: list[str],
    rows: list[tuple],
    totals: dict[str, int],
    run_date: date,
    state: str,
) -> None:
    # both cost start-up time that only a night should pay
    import openpyxl
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "constant_memory": False})
    # the night's date and not the clock's: the same night is the same book
    book.set_properties(
        {"title": f"Payout register ({state})", "created": datetime.combine(run_date, time())}
    )
    sheet = book.add_worksheet("Register")
    for column, name in enumerate(header):
        sheet.write_string(0, column, name)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                sheet.write_number(number, column, value)
            elif value is not None:
                # write_string, never write: a name that begins with = is a name
                sheet.write_string(number, column, str(value))
    control = book.add_worksheet("Control totals")
    for column, name in enumerate(("currency_code", "payout_amount_minor", "state")):
        control.write_string(0, column, name)
    for number, (currency, total) in enumerate(totals.items(), start=1):
        control.write_string(number, 0, currency)
        control.write_number(number, 1, total)
        control.write_string(number, 2, state)
    book.close()
    durable.write_bytes(path, content.getvalue(), mode=0o600)
    back = openpyxl.load_workbook(path, read_only=True)["Register"].iter_rows(values_only=True)
    names = [str(name) for name in next(back)]
    _check(path, _totals(names, list(back)), totals)
