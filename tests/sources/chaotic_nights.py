"""The campaign of sources: made-up companies of each vendor, in bad weather, drawn from seeds.

`python -m tests.sources.chaotic_nights FOLDER [--vendors xero,zendesk] [--nights 500]` writes a
line of JSON a company into FOLDER, goes on where it stopped, and prints the table. A bad night is
one that met at least one fault; a company has four nights.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

from tests.sources.chaos import NIGHTS
from tests.sources.truths import VENDORS

BAD_NIGHTS = 500
# what a difference says of itself: enough to begin with, the seed tells the rest
_SHOWN = 3


def one(vendor: str, seed: int, home: Path) -> dict[str, Any]:
    """One company's record: its nights, what they met, and what is known of it but not true."""
    told, compared = VENDORS[vendor](seed, home)
    differences = {
        what: [f"known only: {sorted(known - true, key=str)[:_SHOWN]}",
               f"true only: {sorted(true - known, key=str)[:_SHOWN]}"]
        for what, (known, true) in compared.items() if known != true
    }  # fmt: skip
    return {
        "vendor": vendor, "seed": seed, "nights": NIGHTS, "bad": told.bad, "failed": told.failed,
        "rows": sum(len(true) for _, true in compared.values()), "seen": dict(told.seen),
        "differences": differences,
    }  # fmt: skip


def tried(vendor: str, nights: int, done: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Records of one company after the other, until so many bad nights are behind them."""
    bad = sum(record["bad"] for record in done)
    known = {record["seed"] for record in done}
    for seed in count():
        if bad >= nights:
            return
        if seed in known:
            continue
        home = Path(tempfile.mkdtemp(prefix="winshare-chaos-"))
        try:
            record = one(vendor, seed, home)
        except Exception as error:
            # a company that cannot be lived to its end is a finding like another
            why = {"it stopped": [f"{type(error).__name__}: {error}"]}
            record = {"vendor": vendor, "seed": seed, "nights": 0, "bad": 0, "failed": 0, "rows": 0,
                      "seen": {}, "differences": why}  # fmt: skip
        finally:
            shutil.rmtree(home, ignore_errors=True)
        bad += record["bad"]
        yield record


def told(records: list[dict[str, Any]]) -> str:
    """The table of a campaign: vendors, then faults by kind, then what each difference was."""
    vendors = [name for name in VENDORS if any(r["vendor"] == name for r in records)]
    of = {name: [r for r in records if r["vendor"] == name] for name in vendors}
    measures = ("companies", "nights", "bad", "failed", "rows", "differing")
    lines = [f"{'':<20}" + "".join(f"{name:>11}" for name in measures)]
    for name, some in of.items():
        sums = [sum(r[what] for r in some) for what in ("nights", "bad", "failed", "rows")]
        differing = sum(bool(r["differences"]) for r in some)
        lines.append(f"{name:<20}" + "".join(f"{n:>11}" for n in (len(some), *sums, differing)))
    seen = {name: Counter[str]() for name in vendors}
    for record in records:
        seen[record["vendor"]].update(record["seen"])
    lines += ["", f"{'':<24}" + "".join(f"{name[:17]:>18}" for name in vendors)]
    for kind in sorted(set().union(*seen.values())):
        lines.append(f"{kind:<24}" + "".join(f"{seen[name][kind]:>18}" for name in vendors))
    for record in records:
        for what, said in record["differences"].items():
            lines += ["", f"{record['vendor']} {record['seed']}, {what}:", *said]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--vendors", default=",".join(VENDORS))
    parser.add_argument("--nights", type=int, default=BAD_NIGHTS)
    parser.add_argument("--only-tell", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    records = []
    for vendor in asked.vendors.split(","):
        path = asked.folder / f"{vendor}.jsonl"
        done = _read(path)
        if not asked.only_tell:
            # a line that was cut off is tried again
            path.write_text("".join(json.dumps(r) + "\n" for r in done), encoding="utf-8")
            with path.open("a", encoding="utf-8") as stream, one_thread():
                for record in tried(vendor, asked.nights, list(done)):
                    stream.write(json.dumps(record) + "\n")
                    stream.flush()
                    done.append(record)
        records += done
    print(told(records))


@contextmanager
def one_thread() -> Iterator[None]:
    """Connections of one thread: tables of ten rows gain nothing from two, which cost a fifth."""
    connect = duckdb.connect

    def lightly(*arguments: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        config = {"threads": 1} | named.pop("config", {})
        return connect(*arguments, config=config, **named)

    with mock.patch.object(duckdb, "connect", lightly):
        yield


def _read(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines(True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


if __name__ == "__main__":
    main()
