"""What a person sees of plans that are checked. Nothing here decides."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from orchestration.console_text import literal, out, printable
from orchestration.explain_steps import money
from orchestration.plan_check import Fault
from orchestration.simulate import Simulation

_SHOWN = 20


def checked(folder: Path, faults: list[Fault], employees_known: bool) -> None:
    """A row a fault, as editors and other programs read places: file:line."""
    if not employees_known:
        out.print("without a release nobody knows who works here: employee numbers are not checked")
    if not faults:
        out.print(f"{folder}: nothing is wrong")
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for fault in faults:
        place = f"{fault.file}:{fault.row}" if fault.row else fault.file
        table.add_row(literal(place), literal(fault.what))
    out.print(table)
    rows = len({(fault.file, fault.row) for fault in faults})
    out.print(
        f"{folder}: {rows} {'place is' if rows == 1 else 'places are'} wrong; a night would stop"
    )


def simulated(found: Simulation, totals: list[tuple[str, int, int]], page: Path) -> None:
    """Sums, largest changes, pools and flipped pay gates; all of it is in the folder of `page`."""
    said = money(found.digits)
    people = len({row["employee_number"] for row in found.changed})
    tables = ", ".join(found.changed_tables) or "no table"
    out.print(f"Beside release {found.release_id}: {tables} of policy differs")
    for unit, before, after in totals:
        out.print(f"entitled {said(before, unit)}, simulated {said(after, unit)}")
    out.print(f"{people:,} {'payee changes' if people == 1 else 'payees change'}")
    if found.changed:
        table = Table(box=None)
        for name in ("payee", "component", "period"):
            table.add_column(name)
        for name in ("before", "after", "difference"):
            table.add_column(name, justify="right")
        for row in found.changed[:_SHOWN]:
            unit, change = row["currency_code"], row["after_minor"] - row["before_minor"]
            named = (row["employee_number"], row["plan_component_key"], row["period_key"])
            amounts = (row["before_minor"], row["after_minor"], change)
            table.add_row(*(literal(one) for one in named), *(said(one, unit) for one in amounts))
        out.print(table)
    for row in found.pools:
        unit = row["currency_code"]
        paid = f"{said(row['before_paid_minor'], unit)} -> {said(row['after_paid_minor'], unit)}"
        out.print(printable(f"pool {row['pool_key']} {row['period_key']} pays {paid}"))
    for row in found.gates:
        state = "opens" if row["after_is_open"] else "closes"
        named = f"{row['pay_gate']} of {row['plan_component_key']} {row['period_key']}"
        out.print(printable(f"pay gate {named} {state}"))
    out.print(f"page and CSV files: {page}", soft_wrap=True)
