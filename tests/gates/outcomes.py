"""What becomes of a fault: refused by landing, by a gate or a model, held by name, harmless, or
missed. And would it have moved money, had nobody looked?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import duckdb
import pandas as pd

from orchestration.errors import SourceError
from tests.gates.faults import Fault
from tests.gates.small_night import (
    ABOUT_THE_NIGHT,
    LINES,
    PUBLISHED,
    QUARANTINE,
    SmallNight,
    raw,
    source,
)

# the first delivery a company ever sends, or one that brings again what stands since last night
FIRST, AGAIN = "first delivery", "delivered again"
UNREAD, GATE, MODEL, HELD, MISSED, HARMLESS = (
    "landing refuses", "gate refuses", "model refuses", "held by name", "missed", "harmless",
)  # fmt: skip
CAUGHT = (UNREAD, GATE, MODEL, HELD)


@dataclass(frozen=True)
class Outcome:
    """What became of a fault, by which rule; whether lines of pay differ where nothing stops it
    (None where it cannot even land), and whether plain column suites see it."""

    what: str
    by: str
    moves_money: bool | None
    is_plainly_seen: bool


def outcome(
    night: SmallNight, fault: Fault, scene: str, to_its_end: bool, is_seen: Callable[[], bool]
) -> Outcome | None:
    """None where no cell really changed: what landed is what would have landed. `to_its_end`
    also asks what a fault that was refused would have done, had nobody looked."""
    table, name = fault.table, f"{fault.table.domain}.{fault.table.name}"
    with night.disturbed():
        changes = pd.DataFrame(fault.values, columns=["_row", "now"])
        changes["now"] = changes["now"].astype("string")
        night.connection.register("changes", changes)
        select = (
            f"select offered.* exclude (_row) replace (case when changes._row is null "
            f'then cast(offered."{fault.column}" as varchar) else changes.now end '
            f'as "{fault.column}") from (select *, row_number() over () as _row '
            f"from {source(name)}) as offered left join changes using (_row)"
        )
        night.connection.execute(f"create temp table damaged as {select}")
        known = _without_landing(night, raw(table))
        first = night.run_date - timedelta(1)
        try:
            night.land(table, "select * from damaged", on=first)
        except SourceError:
            return Outcome(UNREAD, "landing", None, is_seen())
        if _without_landing(night, raw(table)) == known:
            return None
        if table.load == "snapshot" and scene == FIRST:
            # no night has known it before
            night.connection.execute(f"delete from {raw(table).replace('raw_', 'before_', 1)}")
        if scene == AGAIN and table.load != "snapshot":
            night.land(table, f"select * from {source(name)}", on=first)
            night.land(table, "select * from damaged", on=night.run_date, sequence=2)
        what, by, changed = _judged(night, {raw(table).replace('"', "")}, to_its_end)
        moves_money = None if changed is None else LINES in changed
        return Outcome(what, by, moves_money, is_seen())


def _judged(
    night: SmallNight, changed: set[str], to_its_end: bool
) -> tuple[str, str, set[str] | None]:
    """What became of it, by what, and the published tables that differ, where it came so far."""
    refused: tuple[str, str] | None = None
    try:
        for segment, layer in (
            ("", "landing"), ("conform", ""), ("facts", "facts"), ("credit", "credit"),
            ("bonus", "bonus"),
        ):  # fmt: skip
            stopped = night.rebuild(segment, changed) if segment else None
            if stopped and refused is None:
                refused = (MODEL, stopped)
            if layer and refused is None:
                found = night.refusals(layer, changed)
                if found:
                    gate, rule = found[0]
                    refused = (GATE, f"{gate.name}: {rule.sentence}")
            if refused and not to_its_end:
                return (*refused, None)
    except duckdb.Error as error:
        # a model that fails stops the night; what it would have paid is nobody's to know
        return (*(refused or (MODEL, type(error).__name__)), changed | {LINES})
    published = {
        name for name in changed
        if name.split(".")[0] in PUBLISHED and name not in ABOUT_THE_NIGHT
    }  # fmt: skip
    if refused:
        return (*refused, published)
    if QUARANTINE in published:
        return HELD, QUARANTINE, published
    if published:
        return MISSED, ", ".join(sorted(published)), published
    return HARMLESS, "", published


def _without_landing(night: SmallNight, name: str) -> object:
    return night.connection.execute(
        f"select count(*), sum(cast(hash(told) as hugeint)) from "
        f"(select * exclude (_landed_run_date, _landing_sequence) from {name}) as told"
    ).fetchone()
