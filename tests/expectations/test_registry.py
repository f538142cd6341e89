"""The registered gates: complete, light, and in step with the contract they repeat."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from expectations import GATES, gates_for
from expectations import rules as must
from expectations.gate import Gate, Rule, Versions

ROOT = Path(__file__).resolve().parents[2]


def contract() -> dict[str, dict]:
    """The raw tables by schema.table, from the dbt sources, where the contract lives."""
    found = {}
    for path in (ROOT / "dbt_project/models/staging").glob("*/_*__sources.yml"):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            # the night and what it fits are no sources, and judged where they are used
            if source["name"] not in ("raw_night", "raw_fitted"):
                for table in source["tables"]:
                    found[f"{source['name']}.{table['name']}"] = table
    # events are landed as rows and exposed as daily sums
    del found["raw_product_usage.event"]
    return found


RAW = contract()
LANDING = {gate.table: gate for gate in gates_for("landing")}


def required(table: dict) -> tuple[str, ...]:
    metas = {c["name"]: c.get("config", {}).get("meta", {}) for c in table["columns"]}
    return tuple(name for name, meta in metas.items() if meta.get("required"))


def test_every_raw_table_has_one_landing_gate_of_its_domain() -> None:
    assert set(LANDING) == set(RAW)
    assert len(LANDING) == len(gates_for("landing"))
    for table, gate in LANDING.items():
        assert gate.layer == "landing." + table.split(".")[0].removeprefix("raw_")
        assert gate.absent_domain == gate.layer.removeprefix("landing.")


@pytest.mark.parametrize("table", [t for t in RAW if t != "raw_product_usage.event_daily"])
def test_a_landing_gate_says_what_the_contract_says(table: str) -> None:
    meta, gate = RAW[table]["config"]["meta"], LANDING[table]
    rules = {rule.kind: rule for rule in gate.rules()}
    assert rules["always_have"].columns == required(RAW[table])
    by = (meta["version"],) if "version" in meta else ()
    kind = "have_one_row_per" if table.startswith("raw_policy.") else "have_one_story_per"
    assert rules[kind].columns == (*meta["key"], *by)
    if table not in ("raw_policy.fx_rates", "raw_hr.organization"):
        assert (gate.at_least_rows > 0) == meta["required"]
    if meta["load"] == "snapshot":
        assert gate.versions is None
    else:
        columns = {column["name"] for column in RAW[table]["columns"]}
        deleted = "is_deleted" if by and "is_deleted" in columns else None
        assert gate.versions == Versions(tuple(meta["key"]), *by, deleted=deleted)


def test_columns_that_rules_name_are_in_the_contract() -> None:
    landed = {"_landed_run_date", "_landing_sequence"}
    for table, gate in LANDING.items():
        known = {column["name"] for column in RAW[table]["columns"]} | landed
        for rule in gate.rules():
            assert set(rule.columns) <= known, (table, rule.sentence)


def test_sentences_are_plain_and_identify_a_rule() -> None:
    for gate in GATES:
        sentences = [rule.sentence for rule in gate.rules()]
        assert len(set(sentences)) == len(sentences), gate.name
        for sentence in sentences:
            assert sentence.startswith("must ")
            assert not sentence.endswith(".")
            assert len(sentence) < 400


def test_names_are_fit_for_checks_and_alike_nowhere() -> None:
    names = [gate.name.replace(".", "_") for gate in GATES]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[a-z0-9_]+", name)


def test_a_layer_is_asked_as_a_whole_or_by_domain() -> None:
    assert {gate.layer for gate in gates_for("landing.crm")} == {"landing.crm"}
    assert len(gates_for("landing")) > len(gates_for("landing.crm"))
    assert {gate.layer for gate in gates_for("facts")} == {"facts"}
    assert {gate.layer for gate in gates_for("credit")} == {"credit"}
    assert {gate.layer for gate in gates_for("bonus")} == {"bonus"}
    for nowhere in ("landing.nowhere", "land", "", "bonus."):
        with pytest.raises(ValueError, match="no gate in layer"):
            gates_for(nowhere)


def _gate(*rules: Rule, **changed: object) -> Gate:
    settings = {"table": "bonus.lines", "layer": "bonus", "opens": "x", "at_least_rows": 1}
    return Gate(**{**settings, **changed}, rules=lambda: rules)  # type: ignore[arg-type]


def test_f40_a_gate_that_would_prove_nothing_is_refused() -> None:
    rule = must.always_have("id")
    with pytest.raises(ValueError, match="has no rule"):
        _gate()
    with pytest.raises(ValueError, match="the same rule twice"):
        _gate(rule, must.always_have("id"))
    with pytest.raises(ValueError, match="no layer bonuses"):
        _gate(rule, layer="bonuses")
    with pytest.raises(ValueError, match="no layer landing"):
        _gate(rule, layer="landing")
    with pytest.raises(ValueError, match="is not written"):
        _gate(rule, table="lines")
    with pytest.raises(ValueError, match="fewer than 0"):
        _gate(rule, at_least_rows=-1)


def test_a_rule_may_cover_nothing_only_with_a_reason() -> None:
    with pytest.raises(ValueError, match="says why"):
        must.be_at_least("amount", 0, may_cover_nothing=True)


def test_an_id_changes_with_what_is_judged_and_not_with_how_it_is_said() -> None:
    rule = must.be_at_least("amount", 0, because="one reason")
    assert rule.id == must.be_at_least("amount", 0, because="another").id
    assert rule.id != must.be_at_least("amount", 1, because="one reason").id


def test_the_registry_is_light() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, expectations.process; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    heavy = {"great_expectations", "pandas", "numpy", "sqlalchemy", "duckdb", "dagster", "yaml"}
    assert heavy.isdisjoint(loaded)
