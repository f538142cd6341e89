"""Every model: its name, its grain, what it reads, and how its SQL is written."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from tests.conventions.dbt_nodes import Model, Project
from tests.conventions.debts import WITHOUT_GRAIN_OR_KEY, only_owed
from tests.conventions.source_tree import ROOT, files

NAMES = {
    "staging": r"stg_{topic}__[a-z][a-z0-9_]*",
    "intermediate": r"int_{topic}__[a-z][a-z0-9_]*",
    "marts": r"(dim|fct|rpt)_[a-z][a-z0-9_]*",
}
SEGMENT_ORDER = ("conform", "facts", "credit", "bonus")
# the night tells its models its date and what happened so far; everybody may read it
NIGHT_SOURCE = "raw_night"
# Rows of policy and ledger are the company's own and already say what they mean. Of the sources,
# these few entities are published as they were staged: an intermediate model would add nothing.
STAGED_FOR_ALL = {"policy", "ledger"}
READS_ITS_SOURCE = {
    ("dim_accounts", "stg_crm__accounts"),
    ("dim_periods", "stg_finance__accounting_periods"),
}
# What counts as a contribution is decided once, in the published table: every path begins there.
READS_A_FINISHED_MART = {
    (f"int_contribution__{model}", "fct_contribution_events")
    for model in ("path_functions", "paths", "won_touches")
}
# What a gate asks of tables that are finished, so it reads published ones of its own segment.
JUDGING = re.compile(r"int_\w+__rule_results")

WIDEST = 100
KEYWORDS = re.compile(
    r"\b(SELECT|FROM|WHERE|JOIN|GROUP BY|ORDER BY|CASE|WHEN|UNION|WITH|CAST|COALESCE|NULL|AND|AS)\b"
)
# what would make a night another night on another day
UNSTEADY = re.compile(r"\b(var|env_var)\s*\(|run_started_at|invocation_id|\bmodules\.")


def sql_files(folder: str) -> list[Path]:
    return [
        path
        for path in files()
        if path.suffix == ".sql" and path.parts[:2] == ("dbt_project", folder)
    ]


def first_line(sql: str) -> str:
    return sql.splitlines()[0].strip() if sql.strip() else ""


def test_a_model_is_named_by_its_layer_and_topic(project: Project) -> None:
    wrong = [
        model.table
        for model in project.models
        if not re.fullmatch(NAMES[model.layer].format(topic=model.topic), model.name)
    ]
    assert wrong == []


def test_a_model_begins_with_its_grain(project: Project) -> None:
    """Fails if the file and the metadata disagree on what one row is."""
    only_owed(
        (
            model.name
            for model in project.models
            if first_line(model.sql) != f"-- {model.meta.get('grain')}"
        ),
        WITHOUT_GRAIN_OR_KEY,
    )


def test_a_grain_is_one_sentence(project: Project) -> None:
    wrong = [
        model.name
        for model in project.models
        if not re.fullmatch(r"One row per [^.]+\.", model.meta.get("grain", ""))
    ]
    only_owed(wrong, WITHOUT_GRAIN_OR_KEY)


def test_a_grain_is_held_by_a_uniqueness_test(project: Project) -> None:
    """Fails if a join may fan out unseen: every sum after it would count twice."""
    unheld = [model.name for model in project.models if not project.unique_columns(model)]
    only_owed(unheld, WITHOUT_GRAIN_OR_KEY)


def test_a_uniqueness_test_names_columns_of_its_model(project: Project) -> None:
    wrong = {}
    for model in project.models:
        given = set(project.last_select(model).named_selects)
        for columns in project.unique_columns(model):
            if not set(columns) <= given or len(set(columns)) < len(columns):
                wrong[model.name] = columns
    assert wrong == {}


def test_a_model_is_described(project: Project) -> None:
    only_owed(
        (model.name for model in project.models if not model.node["description"].strip()),
        WITHOUT_GRAIN_OR_KEY,
    )


def may_read(project: Project, reader: Model, read: Model) -> bool:
    """Whether a model may read another: down the layers, and never a later segment."""
    if read.name.startswith("rpt_"):
        return False
    segment = {
        name: index for index, one in enumerate(SEGMENT_ORDER) for name in project.segments[one]
    }
    before = segment[read.node["unique_id"]] < segment[reader.node["unique_id"]]
    if segment[read.node["unique_id"]] > segment[reader.node["unique_id"]]:
        return False
    if reader.layer == "intermediate":
        # a mart of an earlier segment has passed, or will pass, its gate before it pays anybody
        return (
            read.layer != "marts"
            or before
            or bool(JUDGING.fullmatch(reader.name))
            or (reader.name, read.name) in READS_A_FINISHED_MART
        )
    if reader.layer == "marts":
        return (
            read.layer != "staging"
            or read.topic in STAGED_FOR_ALL
            or (reader.name, read.name) in READS_ITS_SOURCE
        )
    return False


def test_models_read_down_the_layers(project: Project) -> None:
    """Fails if staging reads models, intermediate a mart of its own segment, a mart staged rows
    that belong in an intermediate model, or anybody a display table."""
    upward = [
        f"{model.name} reads {read.name}"
        for model in project.models
        for read in project.read_models(model)
        if not may_read(project, model, read)
    ]
    assert upward == []


def test_only_staging_reads_sources(project: Project) -> None:
    """Fails if a source's spelling is known in more than one place, or outside its domain."""
    strangers = [
        f"{model.name} reads {source['source_name']}.{source['name']}"
        for model in project.models
        for source in project.read_sources(model)
        if source["source_name"] != NIGHT_SOURCE
        and not (model.layer == "staging" and source["source_name"] == f"raw_{model.topic}")
    ]
    assert strangers == []


def test_exceptions_of_the_layers_are_used(project: Project) -> None:
    reads = {
        (model.name, read.name) for model in project.models for read in project.read_models(model)
    }
    assert reads >= READS_ITS_SOURCE | READS_A_FINISHED_MART


def at_segment_end(node: dict[str, Any]) -> bool:
    """Whether a night runs this test in the one statement at the end of a segment."""
    return (node.get("test_metadata") or {}).get("name") in ("one_row_per", "no_overlap")


def test_every_model_and_test_belongs_to_one_segment(project: Project) -> None:
    """Fails if a night never builds a model, never runs a test, or does so twice.

    Tests of grain and validity are run with their model, by `check_grains`.
    """
    taken = Counter(name for members in project.segments.values() for name in members)
    known = {
        name
        for name, node in project.manifest["nodes"].items()
        if node["resource_type"] in ("model", "test") and not at_segment_end(node)
    }
    assert {name: count for name, count in taken.items() if count > 1} == {}
    assert known - taken.keys() == set()


def test_the_last_select_lists_its_columns(project: Project) -> None:
    """Fails if a column added upstream appears in a model by itself."""
    starred = [
        model.name
        for model in project.models
        for select in project.last_select(model).selects
        if select.is_star or isinstance(select, exp.Star)
    ]
    assert starred == []


def test_a_contract_lists_columns_in_the_order_of_the_sql(project: Project) -> None:
    wrong = {
        table: (given, list(model.columns))
        for table, model in project.marts.items()
        if (given := project.last_select(model).named_selects) != list(model.columns)
    }
    assert wrong == {}


def test_a_night_is_a_function_of_its_inputs(project: Project) -> None:
    """Fails if a model reads a variable, the environment or the clock: the same five would give
    other bytes."""
    unsteady = [model.name for model in project.models if UNSTEADY.search(model.sql)]
    assert unsteady == []


def without_comments_and_text(sql: str) -> str:
    sql = re.sub(r"\{#.*?#\}", "", sql, flags=re.DOTALL)
    return re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*", "''", sql)


@pytest.mark.parametrize("folder", ["models", "macros", "tests"])
def test_sql_is_narrow_and_lower_case(folder: str) -> None:
    wrong = []
    for path in sql_files(folder):
        text = (ROOT / path).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if len(line) > WIDEST or "\t" in line or line != line.rstrip():
                wrong.append(
                    f"{path}:{number} is {len(line)} wide, or has tabs or blanks at its end"
                )
        if found := KEYWORDS.search(without_comments_and_text(text)):
            wrong.append(f"{path}: {found.group(0)} in capitals")
    assert wrong == []


def test_a_data_test_names_the_failure_it_exists_for() -> None:
    """Fails if a singular or generic test does not begin with `Fails if`."""
    nameless = []
    for path in sql_files("tests"):
        line = first_line((ROOT / path).read_text(encoding="utf-8"))
        begins = ("{#- Fails if", "{# Fails if") if "generic" in path.parts else ("-- Fails if",)
        if not line.startswith(begins):
            nameless.append(f"{path}: {line}")
    assert nameless == []


def test_a_warning_says_why_it_does_not_stop_the_night(project: Project) -> None:
    """Fails if a data test is turned down to `warn` without a reason (F40)."""
    silent = [
        test["name"]
        for test in project.tests()
        if str(test["config"].get("severity", "error")).lower() == "warn"
        and not (test["config"].get("meta") or {}).get("because")
    ]
    assert silent == []


def test_every_test_of_grain_and_validity_is_one_that_the_night_obeys(project: Project) -> None:
    """Fails if one has an argument or a setting that `check_grains`, the night's one statement
    for all of them, would pass over."""
    known = {"model", "columns", "key", "from_column", "to_column"}
    found = [test for test in project.tests() if at_segment_end(test)]

    assert found
    for test in found:
        assert test["attached_node"] in project.manifest["nodes"], test["name"]
        assert set(test["test_metadata"]["kwargs"]) <= known, test["name"]
        settings = test["config"]
        assert not settings["where"] and settings["severity"].lower() == "error", test["name"]
