"""What a night fits from its own facts, landed like a source and never fitted again.

Values that pay rests on are fitted once for a period, on what is known when its first night runs,
and frozen: a later loss does not restate everybody. SQL counts before and decides after; here is
only the step that no query can take.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import dagster as dg
import duckdb

from orchestration import contract, dbt, fits, landing, warehouse
from orchestration.landing import Extract
from orchestration.night import Night, tell
from orchestration.resource import NightResource
from orchestration.transform import fitted_key, keys

OWNER = "team:revenue_operations"
READS = {
    "coalition_rates": ("int_contribution__coalition_counts", "int_contribution__coalitions"),
    "removal_effects": ("int_contribution__path_transitions",),
}
DESCRIPTIONS = {
    "coalition_rates": "The win rate of every coalition of functions by an additive model, with "
    "the counts it was fitted on; one version a refit period, frozen once landed.",
    "removal_effects": "What part of all wins would be lost without each function, by a Markov "
    "chain over paths; one version a refit period, frozen once landed.",
}


def fitted_assets(home: Path) -> dg.AssetsDefinition:
    """One step between the facts and the credit that rests on them."""
    named = {node["name"]: keys(home)[node["unique_id"]] for node in dbt.models(home)}
    specs = [
        dg.AssetSpec(
            key=fitted_key(table.name),
            deps=sorted({named[name] for name in READS[table.name]}),
            description=DESCRIPTIONS[table.name],
            group_name="credit",
            kinds={"python", "parquet"},
            owners=[OWNER],
        )
        for table in contract.fitted().tables.values()
    ]

    @dg.multi_asset(name="fit_values", specs=specs, can_subset=False)
    def fit_values(night: NightResource) -> Iterable[dg.MaterializeResult]:
        running = night.running()
        tell("credit", "fitting")
        landed = fit_and_land(running)
        for spec in specs:
            yield dg.MaterializeResult(
                asset_key=spec.key, metadata={"dagster/row_count": landed[spec.key.path[-1]]}
            )

    return fit_values


def fit_and_land(running: Night) -> dict[str, int]:
    """Fit each version that no night has landed, and show the models all. Returns rows landed."""
    home, run_date = running.home, running.run_date
    with warehouse.connect(warehouse.path_of(home), read_only=True) as connection:
        found = {
            "coalition_rates": fits.coalition_rates(connection),
            "removal_effects": fits.removal_effects(connection),
        }
    rows = {name: len(next(iter(columns.values()))) for name, columns in found.items()}
    if any(rows.values()):

        def read(connection: duckdb.DuckDBPyConnection, _: str | None) -> Extract:
            selects = {
                name: fits.select(connection, name, columns)
                for name, columns in found.items()
                if rows[name]
            }
            return Extract(selects, cursor=None, source_version="1", source_rows=rows)

        landing.land(home, contract.fitted(), run_date, "fitted", read)
    warehouse.expose_fitted(home, run_date, running.settings.threads)
    return rows
