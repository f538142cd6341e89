"""The compiled models on Spark: relations as temporary views, in the order they read each other."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.portability.compile_models import ROOT

RELATION = re.compile(r'"\w+"\."(\w+)"\."(\w+)"')
SPARK_TYPES = {"text": "string", "varchar": "string", "integer": "int"}


def python_with_dbt() -> str:
    """A Python that has dbt: this one or the project's; skips the test where neither has."""
    own = ROOT / ".venv" / "bin" / "python"
    if find_spec("dbt"):
        return sys.executable
    if not own.exists():
        pytest.skip("dbt is installed neither here nor in .venv: `make test-spark` sees to it")
    return str(own)


def compile_into(folder: Path) -> None:
    """compile_models.py's files for Spark."""
    command = [python_with_dbt(), "-m", "tests.portability.compile_models", "spark", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=900)


def in_order(models: dict[str, dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """Each model's name after those it reads, with their names."""
    reads = {
        name: [one.split(".")[-1] for one in model["depends_on"] if one.startswith("model.")]
        for name, model in models.items()
    }
    for name in TopologicalSorter(reads).static_order():
        yield name, reads[name]


def view_of(relation: str) -> str:
    """The temporary view that stands for a relation: schema and name in one word."""
    return RELATION.sub(r"\1__\2", relation)


def over_views(sql: str) -> str:
    """A model's SQL, reading the views."""
    return RELATION.sub(r"`\1__\2`", sql)


def spark_type(declared: str) -> str:
    """A contract's type as Spark spells it."""
    kind = declared.lower().replace(" ", "")
    return SPARK_TYPES.get(kind, kind)
