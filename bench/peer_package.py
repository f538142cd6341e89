"""The PyPI package ChannelAttribution beside our models: what it costs for the same paths.

It is under the GPL, so it is no dependency: pip puts it into an environment of its own in a
temporary folder, a process there runs it, and figures are all that comes back. Without network or
a compiler (it has no wheels) its line says so and nothing else changes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import parquet

PACKAGE = "ChannelAttribution"
# touches in order as one text a deal, which is what the package reads; made outside its time
PATHS = """
copy (
    select string_agg(function, '>' order by touch_number) as path,
        max(cast(deals.is_won as int)) as won,
        max(cast(not deals.is_won as int)) as lost,
        max(case when deals.is_won then amount_minor else 0 end) as amount
    from intermediate.int_contribution__paths as paths
    inner join intermediate.int_contribution__path_functions using (path_function_number)
    inner join intermediate.int_contribution__closed_deals as deals using (opportunity_number)
    inner join intermediate.int_funnel__opportunities using (opportunity_key)
    group by opportunity_number
) to {file} (header)
"""
# runs in the package's own environment, where nothing of ours is
SCRIPT = """
import importlib, json, resource, sys
import pandas
package = importlib.import_module("ChannelAttribution")
paths = pandas.read_csv(sys.argv[1])
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
started = cpu()
heuristics = package.heuristic_models(paths, "path", "won", var_value="amount", flg_pro=False)
between = cpu()
markov = package.markov_model(paths, "path", "won", var_value="amount", var_null="lost",
                              out_more=True, seed=1, verbose=False, flg_pro=False)
effects = markov["removal_effects"]
print(json.dumps({
    "heuristics": between - started, "markov": cpu() - between,
    "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "totals": {row[0]: list(row[1:]) for row in heuristics[[
        "channel_name", "first_touch_value", "last_touch_value", "linear_touch_value"
    ]].itertuples(index=False)},
    "removal": dict(zip(effects["channel_name"], effects["removal_effects_conversion"])),
}))
"""


@dataclass(frozen=True)
class Peer:
    """CPU seconds of the three heuristics and of Markov; totals by function in minor units."""

    heuristics: float
    markov: float
    mib: float
    totals: dict[str, list[float]]
    removal: dict[str, float]


def install(folder: Path) -> Path | str:
    """The python of a fresh environment with the package, or why there is none."""
    python = folder / "bin" / "python"
    quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = [
        [sys.executable, "-m", "venv", str(folder)],
        # built against the numpy it will run with: the one it asks for has no wheel any more
        [str(python), *quiet, "--upgrade", "--only-binary", ":all:", "numpy", "pandas",
         "matplotlib", "Cython", "setuptools", "wheel"],
        [str(python), *quiet, "--no-build-isolation", "--no-deps", PACKAGE],
    ]  # fmt: skip
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            return said[-1] if said else f"exit code {done.returncode}"
    return python


def run(python: Path, database: Path, folder: Path) -> Peer:
    """Raises where the package fails on these paths: then there is nothing to compare with."""
    file = folder / "paths.csv"
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"set temp_directory = {parquet.literal(folder / 'spill')}")
        connection.execute("set memory_limit = '4GB'")
        connection.execute(PATHS.format(file=parquet.literal(file)))
    done = subprocess.run(
        [str(python), "-c", SCRIPT, str(file)], capture_output=True, text=True, check=False
    )
    file.unlink()
    if done.returncode != 0:
        raise RuntimeError(f"{PACKAGE} failed: {done.stderr[-500:]}")
    return Peer(**json.loads(done.stdout.splitlines()[-1]))
