"""Measured traps of the stack, each held where it would come back."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.conventions.source_tree import ROOT, files

# silent corruption below 1.5.2, and rows lost on a full disk in 1.4.4 and 1.4.5
LEAST_DUCKDB = (1, 5, 2)
# what turns a DECIMAL into a float on its way out of DuckDB
FRAMES = {"df", "fetchdf", "fetch_df", "fetch_df_chunk", "fetchnumpy", "to_df"}


@pytest.mark.parametrize("name", ["run", "dev"])
def test_s10_no_lock_holds_a_duckdb_that_loses_data(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    [version] = re.findall(r"^duckdb==([0-9.]+)", text, re.MULTILINE)
    assert tuple(int(part) for part in version.split(".")) >= LEAST_DUCKDB


def test_s10_the_duckdb_that_runs_is_no_older() -> None:
    assert tuple(int(part) for part in duckdb.__version__.split(".")[:3]) >= LEAST_DUCKDB


def _calls(path: Path) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        f"{path}:{node.lineno} {node.func.attr}()"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in FRAMES
    }


def test_s06_no_amount_leaves_duckdb_through_a_data_frame() -> None:
    """Fails if a step reads rows in a way that makes floats of decimals."""
    ours = [path for path in files() if path.suffix == ".py"]
    ours = [path for path in ours if path.parts[0] in ("orchestration", "expectations")]
    # what is fitted are rates, which are doubles from the beginning
    ours.remove(Path("orchestration/fits.py"))
    assert len(ours) > 50
    assert set().union(*(_calls(path) for path in ours)) == set()


def test_s06_the_trap_is_still_there() -> None:
    """What is forbidden above and in the models' SQL, and why: the day it is gone, so may both."""
    with duckdb.connect() as connection:
        divided, averaged, summed, exact = connection.execute(
            "select typeof(1 / 2), typeof(avg(n)), typeof(sum(n)), "
            "cast(0.1 as decimal(18, 2)) from (select cast(1 as bigint) as n)"
        ).fetchall()[0]
    assert (divided, averaged, summed) == ("DOUBLE", "DOUBLE", "HUGEINT")
    assert exact == Decimal("0.10"), "read as rows, a decimal stays one"
