"""Imports run one way, and loading the definitions stays light."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.conventions.source_tree import ROOT, Import, Module, imports_of, modules

# From the command line down to the ground. A module may import its own layer and those below it.
LAYERS = (
    ("cli",),
    (
        "cli_home",
        "cli_ledger",
        "cli_plan",
        "cli_sources",
        "connect",
        "console",
        "console_explain",
        "console_ledger",
        "console_plan",
        "console_sources",
        "console_text",
        "console_why_not",
        "doctor",
        "launcher",
        "pages",
        "run",
        "serve",
    ),
    # pay, read back from a release
    ("simulation_pages",),
    ("simulate",),
    ("explain", "explain_steps", "plan_check", "why_not"),
    ("definitions",),
    ("nightly",),
    # between two segments of models: what is fitted from the one for the other
    ("fitted",),
    # the steps of a night, and what each is made of
    ("alert", "extract", "transform", "gates", "publish"),
    # money that moves for good: approve, close, export, and going back over it
    (
        "ledger",
        "ledger_checks",
        "ledger_export",
        "ledger_replay",
        "ledger_restatement",
        "ledger_reversal",
        "ledger_verify",
    ),
    ("backup", "erasure", "retention", "rollback"),
    ("approval", "fit_review", "ledger_archive", "ledger_entries", "register", "release_build"),
    ("catch_up", "release_reader"),
    ("evidence", "inputs", "release", "second_opinion"),
    # what every step stands on
    (
        "additive_rates",
        "fits",
        "formulas",
        "removal_effects",
        "dbt",
        "landing",
        "landing_select",
        "night",
        "resource",
        "rollup",
        "tokens",
        "vault",
        "warehouse",
    ),
    (
        "contract",
        "durable",
        "errors",
        "identity",
        "journal",
        "parquet",
        "settings",
        "settings_tables",
    ),
)
# The sample company plays the part of the sources: it knows the raw contract and no night.
SAMPLE_KNOWS = {"orchestration.contract", "orchestration.parquet"}

# Who else may touch the environment, and why.
ENVIRONMENT_USERS = {
    "orchestration.settings": "the one reader",
    "orchestration.dbt": "sets WINSHARE_WAREHOUSE, which profiles.yml reads",
    "orchestration.run": "sets DAGSTER_HOME for the instance in this process",
    "orchestration.serve": "hands its own environment on to Dagster's processes",
    "expectations.process": "hands its own environment on to the judge's process",
    "expectations.engine": "switches Great Expectations' analytics off before it is imported",
}


def layer_of(name: str) -> int | None:
    """The index of a module of orchestration in LAYERS; None for the package itself."""
    parts = name.split(".")
    if len(parts) == 1:
        return None
    for index, layer in enumerate(LAYERS):
        if parts[1] in layer:
            return index
    raise AssertionError(f"{name} has no layer: add it to LAYERS in {__file__}")


@cache
def every_import() -> list[Import]:
    return [found for module in modules().values() for found in imports_of(module)]


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def named(imports: list[Import]) -> list[str]:
    return [f"{one.importer}:{one.line} imports {one.imported}" for one in imports]


def test_imports_run_from_the_entry_points_down() -> None:
    """Fails if a lower layer reaches up: then a step cannot be read, tried or loaded by itself."""
    upward = []
    for one in every_import():
        if not (within(one.importer, "orchestration") and within(one.imported, "orchestration")):
            continue
        if within(one.importer, "orchestration.sample"):
            continue
        importer, imported = layer_of(one.importer), None
        if not within(one.imported, "orchestration.sample"):
            imported = layer_of(one.imported)
        if importer is not None and imported is not None and imported < importer:
            upward.append(one)
    assert named(upward) == []


def test_the_sample_company_knows_only_the_raw_contract() -> None:
    """Fails if the sample reads what a night computes: its truth would then be the night's own."""
    strangers = [
        one
        for one in every_import()
        if within(one.importer, "orchestration.sample")
        and within(one.imported, "orchestration")
        and not within(one.imported, "orchestration.sample")
        and one.imported not in SAMPLE_KNOWS
    ]
    assert named(strangers) == []


def test_only_the_command_line_makes_a_sample_company() -> None:
    makers = {
        one.importer
        for one in every_import()
        if within(one.imported, "orchestration.sample")
        and not within(one.importer, "orchestration.sample")
    }
    assert makers <= {
        "orchestration.cli",
        "bench.spine",
        "bench.attribution",
        "bench.bare",
        "bench.values",
    }


def test_expectations_know_no_dagster_and_no_orchestration() -> None:
    """Fails if a gate needs the night to be judged: anybody can ask it of a file."""
    strangers = [
        one
        for one in every_import()
        if within(one.importer, "expectations")
        and (within(one.imported, "orchestration") or one.imported.startswith("dagster"))
    ]
    assert named(strangers) == []


def test_orchestration_knows_no_great_expectations() -> None:
    """Fails if Great Expectations, 3-8 s of import, comes into the process of a night."""
    strangers = [
        one
        for one in every_import()
        if within(one.importer, "orchestration") and within(one.imported, "great_expectations")
    ]
    assert named(strangers) == []


def test_no_two_modules_import_each_other() -> None:
    """Fails on a cycle, deferred imports left out: they are how a command stays quick to start."""
    known = modules()
    edges: dict[str, set[str]] = {name: set() for name in known}
    for one in every_import():
        if not one.deferred and one.imported in known and one.imported != one.importer:
            edges[one.importer].add(one.imported)
    # a module that imports its own package's parts is met through the parts
    left = dict(edges)
    while free := [name for name, needs in left.items() if not needs & left.keys()]:
        for name in free:
            del left[name]
    assert left == {}, f"these modules import each other: {sorted(left)}"


def touches_environment(module: Module) -> list[int]:
    """Lines that name os.environ or os.getenv."""
    return [
        node.lineno
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "environb", "getenv", "putenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]


def test_the_environment_is_touched_where_it_is_said() -> None:
    """Fails if a figure can depend on a variable that no setting names."""
    found = {
        name: touches_environment(module)
        for name, module in modules().items()
        if within(name, "orchestration") or within(name, "expectations")
    }
    strangers = {name: lines for name, lines in found.items() if lines}
    assert strangers.keys() <= ENVIRONMENT_USERS.keys(), f"os.environ is touched in {strangers}"


def variables_read(module: Module) -> list[tuple[str, int]]:
    """Each read of one variable as (its name as written, line)."""
    reads = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "os.getenv"):
            reads.append((ast.unparse(node.args[0]), node.lineno))
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and ast.unparse(node.value) == "os.environ"
        ):
            reads.append((ast.unparse(node.slice), node.lineno))
    return reads


def test_only_settings_reads_a_single_variable() -> None:
    """Fails if another module asks for a variable's value instead of taking it from settings."""
    readers = [
        f"{name}:{line} {variable}"
        for name, module in modules().items()
        if within(name, "orchestration") or within(name, "expectations")
        for variable, line in variables_read(module)
        # where Python looks for code is nobody's setting; it is handed on to child processes
        if name != "orchestration.settings" and variable != "'PYTHONPATH'"
    ]
    assert readers == []


def loaded_after(statement: str, home: Path) -> set[str]:
    """The names in sys.modules of a fresh interpreter after a statement."""
    code = f"{statement}\nimport sys\nprint(*sorted(sys.modules), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={**os.environ, "WINSHARE_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1"},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_gates_are_plain_data(tmp_path: Path) -> None:
    """Fails if listing the gates loads an engine: definitions list them at every start."""
    loaded = loaded_after("import expectations", tmp_path)
    assert loaded.isdisjoint({"great_expectations", "pandas", "sqlalchemy", "duckdb", "dagster"})


def test_definitions_load_without_what_judges_and_tables(tmp_path: Path) -> None:
    """Fails if the web page, the daemon and each run wait for imports that only some step needs."""
    loaded = loaded_after("import orchestration.definitions", tmp_path)
    assert loaded.isdisjoint({"great_expectations", "pandas", "sqlalchemy_duckdb", "duckdb_engine"})
    assert loaded.isdisjoint({"dlt", "simple_salesforce"})


def test_help_loads_neither_dagster_nor_dbt(tmp_path: Path) -> None:
    """Fails if `winshare --help` pays for a night's imports."""
    loaded = loaded_after("import orchestration.cli", tmp_path)
    assert loaded.isdisjoint({"dagster", "dbt.cli", "pandas", "great_expectations", "dlt"})
