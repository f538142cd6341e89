"""The three dbt segments as Dagster assets, cut where a gate stands.

One step a segment: a blocking check does not hold back a model of its own step (S02).
"""

from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration import contract, dbt, warehouse
from orchestration.extract.assets import OWNER, raw_key
from orchestration.night import Night, tell
from orchestration.resource import NightResource


def key_of(node: dict[str, Any]) -> dg.AssetKey:
    """A model is named as it is queried, schema then table; staging is one asset a domain."""
    if _is_staging(node):
        return dg.AssetKey(["staging", _domain_of(node)])
    return dg.AssetKey([node["schema"], node["name"]])


def fitted_key(table: str) -> dg.AssetKey:
    """A table that a night fits from its own facts, before the models that read it."""
    return dg.AssetKey(["raw_fitted", table])


def _is_staging(node: dict[str, Any]) -> bool:
    return node["fqn"][1] == "staging"


def _domain_of(node: dict[str, Any]) -> str:
    return node["fqn"][2]


def segment_assets(home: Path, segment: str) -> dg.AssetsDefinition:
    found = dbt.manifest(home)
    nodes = dbt.models(home, segment)
    assets: dict[dg.AssetKey, list[dict[str, Any]]] = {}
    for node in nodes:
        assets.setdefault(key_of(node), []).append(node)
    specs = [_spec(segment, key, members, found) for key, members in assets.items()]
    # Dagster wants a step's assets told in the order in which they depend on each other
    inside = {spec.key: {dep.asset_key for dep in spec.deps} & set(assets) for spec in specs}
    in_order = list(TopologicalSorter(inside).static_order())

    @dg.multi_asset(name=segment, specs=specs, can_subset=False)
    def run_segment(night: NightResource) -> Iterator[Any]:
        running = night.running()
        tell(segment, "building")
        dbt.build(running.home, segment)
        rows = row_counts(running, nodes)
        tell(segment, f"{len(nodes)} tables")
        for key in in_order:
            counted = {node["name"]: rows[node["unique_id"]] for node in assets[key]}
            metadata: dict[str, Any] = {"dagster/row_count": sum(counted.values())}
            if len(counted) > 1:
                metadata["rows"] = counted
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)

    return run_segment


def _spec(
    segment: str, key: dg.AssetKey, members: list[dict[str, Any]], found: dict[str, Any]
) -> dg.AssetSpec:
    parents = {
        parent
        for node in members
        for parent in node["depends_on"]["nodes"]
        if parent.startswith("model.")
    }
    depends_on = {key_of(found["nodes"][parent]) for parent in parents} - {key}
    if _is_staging(members[0]) and _domain_of(members[0]) == "fitted":
        depends_on |= {fitted_key(name) for name in contract.fitted().tables}
    elif _is_staging(members[0]):
        depends_on |= {raw_key(name) for name in {_domain_of(members[0])} & set(contract.domains())}
    if not depends_on:
        # what the night says of itself is in the file that holds the raw tables
        depends_on = {raw_key(name) for name in contract.domains()}
    meta = members[0]["config"]["meta"]
    if len(members) == 1:
        description = members[0]["description"] or meta.get("grain", "")
    else:
        names = ", ".join(sorted(node["name"] for node in members))
        description = f"The {_domain_of(members[0])} records in one spelling: {names}."
    return dg.AssetSpec(
        key=key,
        deps=sorted(depends_on),
        description=description,
        group_name=segment,
        kinds={"dbt", "duckdb"},
        owners=[f"team:{meta['owner']}" if "owner" in meta else OWNER],
        metadata={"grain": meta["grain"]} if len(members) == 1 and "grain" in meta else {},
    )


def row_counts(running: Night, nodes: list[dict[str, Any]]) -> dict[str, int]:
    """Rows of each model by its id, all in one query."""
    counts = " union all ".join(
        f"select '{node['unique_id']}', count(*) from {node['schema']}.{node['name']}"
        for node in nodes
    )
    with warehouse.connect(warehouse.path_of(running.home), read_only=True) as connection:
        return dict(connection.execute(counts).fetchall())
