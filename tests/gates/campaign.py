"""The campaign of values: faults drawn from seeds, tried one by one, counted in a table.

`python -m tests.gates.campaign FOLDER [--seeds 20] [--each 8] [--policy]` writes a line of JSON a
fault into FOLDER, goes on where it stopped, and prints the table.
"""

from __future__ import annotations

import argparse
import json
import math
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from orchestration import sample
from tests.gates.faults import MECHANISMS, TYPES, Fault, draw
from tests.gates.outcomes import (
    AGAIN,
    CAUGHT,
    FIRST,
    GATE,
    HARMLESS,
    MISSED,
    MODEL,
    outcome,
)
from tests.gates.plain_suites import PlainSuites
from tests.gates.small_night import SmallNight, Step, source, steps
from tests.portability.compiled import read

RUN_DATE = date(2026, 1, 5)
# draws after which a type and mechanism of a seed has had its chance
_MOST_DRAWS = 80
# what a refused fault would have done costs a whole night to know; each fifth is asked, by a figure
# that has nothing to do with money, and stands for five
ASKED_TO_THE_END = 5
# what two nights bring together is what a night sees; the ledger is empty and policy is asked apart
_APART = ("policy", "ledger")


def night_of(compiled: Path, company: Path) -> SmallNight:
    """The undisturbed night: `compiled` is what tests/portability/compile_models.py leaves."""
    if not company.exists():
        sample.make(company, "XS")
    return SmallNight(company, project_of(compiled), RUN_DATE)


def project_of(compiled: Path) -> list[Step]:
    return steps(*(read(compiled, f"{n}.json") for n in ("models", "segments", "manifest")))


def tried(
    night: SmallNight, seeds: Iterable[int], each: int, of_policy: bool = False,
    done: frozenset[str] = frozenset(),
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """A record a real fault: `each` of every type and mechanism a seed. By turns they
    meet a first delivery, and a delivery of what stands since the night before."""
    plain = PlainSuites(night)
    domains = ("policy",) if of_policy else tuple(
        {t.domain for t in night.tables.values()} - set(_APART)
    )  # fmt: skip
    frames = {name: _frame(night, name) for name, t in night.tables.items() if t.domain in domains}
    frames = {name: frame for name, frame in frames.items() if len(frame) > 1}
    for seed in seeds:
        for number, kind in enumerate(TYPES):
            scene = AGAIN if (seed + number) % 2 else FIRST
            for mechanism in MECHANISMS:
                group = f"{seed}/{kind}/{mechanism}"
                if group in done:
                    continue
                real = 0
                for fault in islice(draw(seed, kind, mechanism, frames, night.tables), _MOST_DRAWS):
                    # an event that comes again is known by its message and changes nothing
                    told_in = FIRST if fault and fault.table.rollup else scene
                    found = fault and outcome(
                        night, fault, told_in, _is_asked(fault),
                        lambda f=fault: plain.sees(f.table, f.column, "damaged"),
                    )  # fmt: skip
                    if fault is None or found is None:
                        continue
                    real += 1
                    yield {
                        "group": group, "scene": told_in, "kind": kind, "mechanism": mechanism,
                        "table": f"{fault.table.domain}.{fault.table.name}",
                        "column": fault.column, "rate": fault.rate, "cells": len(fault.values),
                        **vars(found), "is_last": real == each,
                    }  # fmt: skip
                    if real == each:
                        break


def _is_asked(fault: Fault) -> bool:
    return zlib.crc32(repr(fault.values).encode()) % ASKED_TO_THE_END == 0


def _frame(night: SmallNight, name: str) -> pd.DataFrame:
    table = night.tables[name]
    given = {row[0] for row in night.connection.execute(f"describe {source(name)}").fetchall()}
    fields = ", ".join(
        f'cast("{c}" as varchar) as "{c}"' if c in given else f'cast(null as varchar) as "{c}"'
        for c in table.columns
    )
    return night.connection.execute(
        f"select {fields}, row_number() over () as _row from {source(name)}"
    ).df()


def interval(found: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if of == 0:
        return 0.0, 1.0
    z, share = 1.96, found / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def recall(records: list[dict[str, Any]], only_money: bool = False) -> tuple[int, int, int]:
    """Faults that are not harmless: how many were caught, how many plain suites see, of how many.

    Of money: those that would move a line of pay. A refused one that was asked stands for as many
    as were not.
    """
    harmful = [r for r in records if r["what"] != HARMLESS]
    weights = [1] * len(harmful)
    if only_money:
        harmful = [r for r in harmful if r["moves_money"]]
        weights = [ASKED_TO_THE_END if r["what"] in (GATE, MODEL) else 1 for r in harmful]
    told = list(zip(harmful, weights, strict=True))
    caught = sum(weight for r, weight in told if r["what"] in CAUGHT)
    return caught, sum(weight for r, weight in told if r["is_plainly_seen"]), sum(weights)


def told(records: list[dict[str, Any]]) -> str:
    """The table of a campaign."""
    lines = [
        f"{len(records)} faults that changed a cell, "
        f"{sum(r['what'] == HARMLESS for r in records)} harmless",
        f"{'':<24}{'of':>6}{'caught':>8}{'recall':>9}{'95 %':>16}{'plain':>9}",
    ]

    def line(name: str, some: list[dict[str, Any]], only_money: bool = False) -> None:
        caught, plain, of = recall(some, only_money)
        if of:
            low, high = interval(caught, of)
            lines.append(
                f"{name:<24}{of:>6}{caught:>8}{caught / of:>9.1%}"
                f"{f'{low:.1%} - {high:.1%}':>16}{plain / of:>9.1%}"
            )

    for kind in TYPES:
        line(kind, [r for r in records if r["kind"] == kind])
    for mechanism in MECHANISMS:
        line(mechanism, [r for r in records if r["mechanism"] == mechanism])
    for scene in (FIRST, AGAIN):
        line(scene, [r for r in records if r["scene"] == scene])
        line(f"{scene}, money", [r for r in records if r["scene"] == scene], True)
    line("all", records)
    line("all that moves money", records, True)
    return "\n".join(lines)


def missed(records: list[dict[str, Any]]) -> str:
    """Where faults got through: table, column, how often, and how often money moved."""
    found: dict[tuple[str, str, str], list[bool]] = {}
    for record in records:
        if record["what"] == MISSED:
            key = (record["scene"], record["table"], record["column"])
            found.setdefault(key, []).append(bool(record["moves_money"]))
    ranked = sorted(found.items(), key=lambda item: (-sum(item[1]), -len(item[1]), item[0]))
    return "\n".join(
        f"{scene:<16}{table + '.' + column:<64}{len(moved):>4} missed, {sum(moved)} move money"
        for (scene, table, column), moved in ranked
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compiled", type=Path, required=True)
    parser.add_argument("--seeds", default="0-19")
    parser.add_argument("--each", type=int, default=8)
    parser.add_argument("--policy", action="store_true")
    parser.add_argument("--only-tell", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    first, _, last = asked.seeds.partition("-")
    path = asked.folder / f"faults-{asked.seeds}{'-policy' if asked.policy else ''}.jsonl"
    if not asked.only_tell:
        done = frozenset(r["group"] for r in _read(path) if r["is_last"])
        # a group that was cut off is tried again from its beginning
        kept = [r for r in _read(path) if r["group"] in done]
        path.write_text("".join(json.dumps(r) + "\n" for r in kept), encoding="utf-8")
        night = night_of(asked.compiled, asked.folder / "company")
        with path.open("a", encoding="utf-8") as stream:
            seeds = range(int(first), int(last or first) + 1)
            for record in tried(night, seeds, asked.each, asked.policy, done):
                stream.write(json.dumps(record) + "\n")
                stream.flush()
    pattern = "faults-*-policy.jsonl" if asked.policy else "faults-*[0-9].jsonl"
    records = [r for found in sorted(asked.folder.glob(pattern)) for r in _read(found)]
    print(told(records), missed(records), sep="\n\n")


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
