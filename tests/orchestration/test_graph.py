"""The Dagster graph: as it was last looked at, flowing one way, and valid to Dagster itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration import contract
from tests.conventions.debts import WITHOUT_GRAIN_OR_KEY
from tests.orchestration.conftest import dagster_process
from tests.orchestration.snapshot import SNAPSHOT, as_text

# as they stand from left to right
GROUPS = ("landing", "conform", "facts", "credit", "bonus", "release")


@pytest.fixture(scope="module")
def graph(parsed_home: Path) -> dict[str, Any]:
    return json.loads((parsed_home / "graph.json").read_text(encoding="utf-8"))


def test_the_graph_is_the_one_that_was_looked_at(graph: dict[str, Any]) -> None:
    """Fails on any change of the graph, so that it is meant: look at the difference, then run
    `python -m tests.orchestration.snapshot` and commit it."""
    assert as_text(graph).splitlines() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_every_edge_goes_from_left_to_right(graph: dict[str, Any]) -> None:
    assets = graph["assets"]
    assert {asset["group"] for asset in assets.values()} == set(GROUPS)
    backwards = [
        f"{key} ({asset['group']}) reads {parent} ({assets[parent]['group']})"
        for key, asset in assets.items()
        for parent in asset["deps"]
        if GROUPS.index(assets[parent]["group"]) > GROUPS.index(asset["group"])
    ]
    assert backwards == []


def test_every_asset_says_what_it_is_and_whose(graph: dict[str, Any]) -> None:
    owed = {f"intermediate/{model}" for model in WITHOUT_GRAIN_OR_KEY}
    assert set(graph["assets_without_description"]) <= owed
    bare = [key for key, a in graph["assets"].items() if not (a["kinds"] and a["owners"])]
    assert bare == []


def test_everything_comes_from_a_landing_and_goes_into_the_release(graph: dict[str, Any]) -> None:
    """Fails if an asset hangs loose: it would run beside the gates and not behind them."""
    assets = graph["assets"]
    rootless = [key for key, a in assets.items() if a["group"] != "landing" and not a["deps"]]
    assert rootless == []
    published = set(assets["release/current"]["deps"])
    inside = ("landing", "raw", "raw_fitted", "staging", "intermediate", "release")
    marts = {key for key in assets if key.split("/")[0] not in inside}
    assert marts == published


def test_s02_every_gate_blocks(graph: dict[str, Any]) -> None:
    assert {check["blocking"] for check in graph["checks"].values()} == {True}
    assert {f"{layer}_gate" for layer in ("landing", "facts", "credit", "bonus")} <= set(
        graph["steps"]
    )


def test_only_landing_is_tried_again(graph: dict[str, Any]) -> None:
    """A source has bad minutes; a model or a gate that said no would say it again."""
    again = {name for name, step in graph["steps"].items() if step["retries"]}
    assert again == {f"landing__{name}" for name in contract.domains()}


def test_dagster_finds_the_definitions_valid(parsed_home: Path) -> None:
    workspace = str(contract.PROJECT / "workspace.yaml")
    command = ("dagster", "definitions", "validate", "-w", workspace)
    validated = dagster_process(parsed_home, *command)
    assert validated.returncode == 0, validated.stderr
    assert "All code locations passed validation" in validated.stdout + validated.stderr
