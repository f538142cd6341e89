"""The three dbt segments as Dagster assets, cut where a gate stands.

One step a segment: a blocking check does not hold back a model of its own step (S02).
"""

from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg

from expectations import GATES
from orchestration import contract, dbt, warehouse
from orchestration.extract.assets import OWNER, raw_key
from orchestration.night import Night, tell
from orchestration.resource import NightResource


def key_of(node: dict[str, Any]) -> dg.AssetKey:
    """A published model is named as it is queried, schema then table."""
    return dg.AssetKey([node["schema"], node["name"]])


def fitted_key(table: str) -> dg.AssetKey:
    """A table that a night fits from its own facts, before the models that read it."""
    return dg.AssetKey(["raw_fitted", table])


@cache
def keys(home: Path) -> dict[str, dg.AssetKey]:
    """The asset of each model, by its id.

    What nobody queries is one asset a folder: a hundred boxes hid the flow, and each asset costs
    a night several events of 10 ms in Dagster's storage. A step that a gate judges stands alone,
    to show it, and one that reads what reads its own folder, which would wait for itself.
    """
    judged = {gate.table for gate in GATES}
    nodes = {node["unique_id"]: node for node in dbt.models(home)}
    read_by: dict[str, set[str]] = {name: set() for name in nodes}
    for name, node in nodes.items():
        for parent in set(node["depends_on"]["nodes"]) & set(nodes):
            read_by[parent].add(name)
    found = {name: key_of(node) for name, node in nodes.items()}
    folders: dict[tuple[str, str], set[str]] = {}
    for name, node in nodes.items():
        folder = _folder(node)
        if folder[0] != "marts" and f"{node['schema']}.{node['name']}" not in judged:
            folders.setdefault(folder, set()).add(name)
    for folder, members in folders.items():
        outside = _readers(members, read_by) - members
        for name in members - _readers(outside, read_by):
            found[name] = dg.AssetKey(folder)
    return found


def _folder(node: dict[str, Any]) -> tuple[str, str]:
    """Layer and topic: the folders under models/."""
    return node["fqn"][1], node["fqn"][2]


def _readers(names: set[str], read_by: dict[str, set[str]]) -> set[str]:
    """What reads any of `names`, directly or through others."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        new = set().union(*(read_by[name] for name in waiting)) - found
        found |= new
        waiting = new
    return found


def segment_assets(home: Path, segment: str) -> dg.AssetsDefinition:
    """One step that builds and tests a segment by one dbt call and yields its assets with their
    row counts, parents first. The step raises NightError naming each model or test that failed."""
    named = keys(home)
    nodes = dbt.models(home, segment)
    assets: dict[dg.AssetKey, list[dict[str, Any]]] = {}
    for node in nodes:
        assets.setdefault(named[node["unique_id"]], []).append(node)
    specs = [_spec(segment, key, members, named) for key, members in assets.items()]
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
    segment: str, key: dg.AssetKey, members: list[dict[str, Any]], named: dict[str, dg.AssetKey]
) -> dg.AssetSpec:
    parents = {parent for node in members for parent in node["depends_on"]["nodes"]} & set(named)
    depends_on = {named[parent] for parent in parents} - {key}
    layer, topic = _folder(members[0])
    if (layer, topic) == ("staging", "fitted"):
        depends_on |= {fitted_key(name) for name in contract.fitted().tables}
    elif layer == "staging":
        depends_on |= {raw_key(name) for name in {topic} & set(contract.domains())}
    if not depends_on:
        # what the night says of itself is in the file that holds the raw tables
        depends_on = {raw_key(name) for name in contract.domains()}
    meta = members[0]["config"]["meta"]
    if len(members) == 1 and key == key_of(members[0]):
        description = members[0]["description"] or meta.get("grain", "")
    else:
        names = ", ".join(sorted(node["name"] for node in members))
        what = "records in one spelling" if layer == "staging" else "steps"
        description = f"The {topic.replace('_', ' ')} {what}: {names}."
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
