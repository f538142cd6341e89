"""What a simulation leaves in its folder: three CSV files and an HTML page that needs no other.

All of it is pay: the folder is private and so is each file.
"""

from __future__ import annotations

import csv
import html
import io
from pathlib import Path
from typing import Any

from orchestration import durable
from orchestration.explain_steps import Money, money
from orchestration.register import neutral
from orchestration.simulate import Row, Simulation

PAGE = "simulation.html"
# of thousands of payees a page shows whose pay moves most; the CSV has all
_SHOWN = 200
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1b2733}
body{max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.1rem;margin-top:2rem}
p.note{color:#5a6b7b;margin:.2rem 0}
.figures{display:flex;gap:1rem;flex-wrap:wrap;margin:1.2rem 0}
.figure{border:1px solid #d5dde5;border-radius:6px;padding:.6rem 1rem;min-width:9rem}
.figure b{display:block;font-size:1.3rem}
table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem;text-align:left}
th{border-bottom:2px solid #8fa1b3;font-weight:600}td{border-bottom:1px solid #e4eaf0}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.bar{display:inline-block;height:.7rem;border-radius:2px;vertical-align:middle}
.up{background:#2f7d5b}.down{background:#b4482e}
"""


def write(found: Simulation, folder: Path) -> Path:
    """Write everything into `folder` and return the page; an earlier simulation is replaced."""
    durable.make_folder(folder, mode=0o700)
    for name, rows in (("payees", found.payees), ("pools", found.pools), ("gates", found.gates)):
        durable.write_bytes(folder / f"{name}.csv", _csv(rows, _COLUMNS[name]), mode=0o600)
    page = folder / PAGE
    durable.write_bytes(page, _page(found).encode(), mode=0o600)
    return page


_COLUMNS = {
    "payees": "employee_number employee_name period_key plan_component_key currency_code "
    "before_minor after_minor difference_minor",
    "pools": "pool_key period_key currency_code before_funded_minor after_funded_minor "
    "before_paid_minor after_paid_minor",
    "gates": "plan_component_key pay_gate period_key before_is_open after_is_open "
    "before_margin_minor after_margin_minor currency_code",
}


def _csv(rows: list[Row], columns: str) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    names = columns.split()
    writer.writerow(names)
    for row in rows:
        told = {**row, "difference_minor": row.get("after_minor", 0) - row.get("before_minor", 0)}
        writer.writerow([neutral(told[name]) for name in names])
    return stream.getvalue().encode()


def totals(found: Simulation) -> list[tuple[str, int, int]]:
    """(currency, before, after) over all payees of the periods."""
    by_currency: dict[str, list[int]] = {}
    for row in found.payees:
        total = by_currency.setdefault(row["currency_code"], [0, 0])
        total[0] += row["before_minor"]
        total[1] += row["after_minor"]
    return [(unit, before, after) for unit, (before, after) in sorted(by_currency.items())]


def _page(found: Simulation) -> str:
    said = money(found.digits)
    changed = found.changed
    people = len({row["employee_number"] for row in changed})
    figures = [("payees changed", f"{people:,}"), ("pay gates flipped", str(len(found.gates)))]
    for unit, before, after in totals(found):
        figures.append(("before", said(before, unit)))
        figures.append(("after", said(after, unit)))
        figures.append(("difference", _signed(after - before, unit, said)))
    boxes = "".join(
        f'<div class="figure">{_text(name)}<b>{_text(value)}</b></div>' for name, value in figures
    )
    tables = ", ".join(found.changed_tables) or "none: the same policy"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Simulation beside {_text(found.release_id)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>Simulated policy beside release {_text(found.release_id)}</h1>"
        f'<p class="note">Policy: {_text(found.policy)}. Tables that differ: {_text(tables)}.</p>'
        f'<p class="note">Periods: {_text(", ".join(found.periods))}. Amounts are what is entitled '
        "to date; nothing of this is published, posted or paid.</p>"
        f'<div class="figures">{boxes}</div>'
        f"<h2>Largest changes</h2>{_payees(changed, said)}"
        f"<h2>Pools</h2>{_pools(found.pools, said)}"
        f"<h2>Pay gates flipped</h2>{_gates(found.gates, said)}</body></html>\n"
    )


def _payees(changed: list[Row], said: Money) -> str:
    if not changed:
        return "<p>Nobody's pay changes.</p>"
    largest = max(abs(row["after_minor"] - row["before_minor"]) for row in changed)
    rows = []
    for row in changed[:_SHOWN]:
        unit, difference = row["currency_code"], row["after_minor"] - row["before_minor"]
        width = 1 + 99 * abs(difference) // largest
        kind = "up" if difference > 0 else "down"
        rows.append(
            [row["employee_number"], row["employee_name"], row["plan_component_key"],
             row["period_key"], said(row["before_minor"], unit), said(row["after_minor"], unit),
             _signed(difference, unit, said),
             _Html(f'<span class="bar {kind}" style="width:{width}px"></span>')]
        )  # fmt: skip
    header = ["number", "name", "component", "period", "before", "after", "difference", ""]
    rest = len(changed) - len(rows)
    more = f"<p>and {rest:,} smaller ones in payees.csv</p>" if rest else ""
    return _table(header, rows, {4, 5, 6}) + more


def _pools(pools: list[Row], said: Money) -> str:
    if not pools:
        return "<p>There are no pools in these periods.</p>"
    columns = ("before_funded_minor", "after_funded_minor", "before_paid_minor", "after_paid_minor")
    rows = [
        [row["pool_key"], row["period_key"], *(said(row[c], row["currency_code"]) for c in columns)]
        for row in pools
    ]
    header = ["pool", "period", "funded before", "after", "paid before", "after"]
    return _table(header, rows, {2, 3, 4, 5})


def _gates(gates: list[Row], said: Money) -> str:
    if not gates:
        return "<p>None.</p>"
    rows = []
    for row in gates:
        sides = []
        for side in ("before", "after"):
            is_open = row[f"{side}_is_open"]
            margin = said(row[f"{side}_margin_minor"], row["currency_code"])
            state = "open" if is_open else "closed"
            sides.append("not there" if is_open is None else f"{state}, margin {margin}")
        rows.append([row["plan_component_key"], row["pay_gate"], row["period_key"], *sides])
    return _table(["component", "pay gate", "period", "before", "after"], rows, set())


class _Html(str):
    """Text that is markup already."""


def _table(header: list[str], rows: list[list[Any]], numbers: set[int]) -> str:
    def cells(values: list[Any], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if index in numbers else ''}>{_text(value)}</{tag}>"
            for index, value in enumerate(values)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f"<table><tr>{cells(header, 'th')}</tr>{body}</table>"


def _signed(difference: int, unit: str, said: Money) -> str:
    return f"{'+' if difference > 0 else ''}{said(difference, unit)}"


def _text(value: Any) -> str:
    return (
        value if isinstance(value, _Html) else html.escape(str(value if value is not None else ""))
    )
