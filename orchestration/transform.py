"""The three dbt segments as Dagster assets, cut where a gate stands.

One step a segment: a blocking check does not hold back a model of its own step (S02).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration import dbt, warehouse
from orchestration.night import Night, tell
from orchestration.resource import NightResource


def key_of(node: dict[str, Any]) -> dg.AssetKey:
    """A model is named as it is queried: schema, then table."""
    return dg.AssetKey([node["schema"], node["name"]])


def source_key(node: dict[str, Any]) -> dg.AssetKey:
    return dg.AssetKey([node["schema"], node["name"]])


def group_of(segment: str, node: dict[str, Any]) -> str:
    """The picture's rooms: marts stand in the room of their readers."""
    return {"conform": "conform", "facts": "facts", "bonus": "bonus"}[segment]


def segment_assets(home: Path, segment: str) -> dg.AssetsDefinition:
    found = dbt.manifest(home)
    nodes = dbt.models(home, segment)
    specs = [_spec(segment, node, found) for node in nodes]

    @dg.multi_asset(name=segment, specs=specs, can_subset=False)
    def run_segment(night: NightResource) -> Iterator[Any]:
        running = night.running()
        tell(segment, "building")
        dbt.build(running.home, segment)
        rows = row_counts(running, nodes)
        tell(segment, f"{len(nodes)} tables")
        for node in nodes:
            yield dg.MaterializeResult(
                asset_key=key_of(node),
                metadata={"dagster/row_count": rows[node["unique_id"]]},
            )

    return run_segment


def _spec(segment: str, node: dict[str, Any], found: dict[str, Any]) -> dg.AssetSpec:
    depends_on = [
        key_of(found["nodes"][parent])
        if parent.startswith("model.")
        else source_key(found["sources"][parent])
        for parent in sorted(set(node["depends_on"]["nodes"]))
        if parent.startswith(("model.", "source."))
    ]
    if "staging" in node["fqn"]:
        # nothing is read before the night's own file exposes it
        depends_on.append(dg.AssetKey(["raw_night", "run"]))
    owner = node["config"]["meta"].get("owner")
    return dg.AssetSpec(
        key=key_of(node),
        deps=sorted(set(depends_on)),
        description=node["description"] or node["config"]["meta"].get("grain"),
        group_name=group_of(segment, node),
        kinds={"dbt", "duckdb", node["config"]["materialized"]},
        owners=[f"team:{owner}"] if owner else [],
        metadata={"grain": node["config"]["meta"].get("grain", ""), "schema": node["schema"]},
    )


def row_counts(running: Night, nodes: list[dict[str, Any]]) -> dict[str, int]:
    """Rows of each model by its id, all in one query."""
    counts = " union all ".join(
        f"select '{node['unique_id']}', count(*) from {node['schema']}.{node['name']}"
        for node in nodes
    )
    with warehouse.connect(warehouse.path_of(running.home), read_only=True) as connection:
        return dict(connection.execute(counts).fetchall())
