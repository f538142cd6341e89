"""Nights of a company in which nothing is wrong, one after the other: no gate may refuse one.

`python -m tests.gates.clean_nights --compiled FOLDER --company FOLDER [--nights 365]` prints what
was judged. Landing gates judge every night what it brought; all models and gates run on the first
night, on the first of each month and around the changes of clocks. Values are not fitted here.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from orchestration import parquet, sample
from tests.gates.campaign import RUN_DATE, project_of
from tests.gates.small_night import SmallNight, Step, raw

CHANGES_OF_CLOCKS = (date(2026, 3, 29), date(2026, 10, 25))


@dataclass(frozen=True)
class Night:
    """A night, how many tables it brought rows of, whether it was built, and what refused it."""

    run_date: date
    table_count: int
    is_built: bool
    refused_by: tuple[str, ...]


class CleanNights(SmallNight):
    """A warehouse that each night lands what came, beside what had."""

    def __init__(self, company: Path, project: list[Step], first: date) -> None:
        super().__init__(company, project, first)
        self.company, self.sequence = company, 1

    def next(self) -> set[str]:
        """Land the next night. Returns the tables with something new."""
        # the night before passed, or these nights would say so
        self.was_good(self.run_date)
        for table in self.tables.values():
            self.keep(table)
        self.run_date += timedelta(1)
        self.sequence += 1
        self.connection.execute("update raw_night.run set run_date = ?", [self.run_date])
        folder = self.company / "nights" / self.run_date.isoformat()
        changed = set()
        for table in self.tables.values():
            path = folder / table.domain / f"{table.name}.parquet"
            if path.exists():
                # landed the day before, as the first night of this warehouse is
                self.land(
                    table, f"select * from {parquet.scan([path])}", self.run_date, self.sequence
                )
                changed.add(raw(table).replace('"', ""))
        return changed

    def build(self) -> list[str]:
        """Everything, and what stops it."""
        everything = {step.relation for step in self.steps} | {
            raw(table).replace('"', "") for table in self.tables.values()
        }
        stopped = [self.rebuild(name, set(everything)) for name in ("conform", "facts")]
        stopped += [self.rebuild(name, set(everything)) for name in ("credit", "bonus")]
        found = [said for said in stopped if said]
        for layer in ("facts", "credit", "bonus"):
            found += [f"{g.name}: {r.sentence}" for g, r in self.refusals(layer, everything)]
        return found


def judged(company: Path, project: list[Step], nights: int) -> Iterator[Night]:
    night = CleanNights(company, project, RUN_DATE)
    yield Night(RUN_DATE, len(night.tables), True, tuple(night.build()))
    for _ in range(nights - 1):
        changed = night.next()
        refused = [f"{g.name}: {r.sentence}" for g, r in night.refusals("landing", changed)]
        is_built = night.run_date.day == 1 or any(
            abs(night.run_date - day) <= timedelta(1) for day in CHANGES_OF_CLOCKS
        )
        refused += night.build() if is_built else []
        yield Night(night.run_date, len(changed), is_built, tuple(refused))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiled", type=Path, required=True)
    parser.add_argument("--company", type=Path, required=True)
    parser.add_argument("--nights", type=int, default=365)
    asked = parser.parse_args()
    if not asked.company.exists():
        sample.make(asked.company, "XS", nights=asked.nights)
    count, built, refused = 0, 0, 0
    for night in judged(asked.company, project_of(asked.compiled), asked.nights):
        count, built = count + 1, built + night.is_built
        refused += bool(night.refused_by)
        for why in night.refused_by:
            print(night.run_date, why)
        if count % 10 == 0 or night.is_built:
            print(f"{night.run_date}: {count} nights, {built} built, {refused} refused", flush=True)
    print(f"{count} clean nights, {built} of them built to the end, {refused} refused")


if __name__ == "__main__":
    main()
