"""What a night fits from its own facts, landed like a source and never fitted again.

Values that pay rests on are fitted once for a period, on what is known when its first night runs,
and frozen: a later loss does not restate everybody. SQL counts before and decides after; here is
only the step that no query can take.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import numpy as np

from orchestration import additive_rates, contract, dbt, landing, warehouse
from orchestration.landing import Extract
from orchestration.night import Night, tell
from orchestration.resource import NightResource
from orchestration.transform import fitted_key, keys

OWNER = "team:revenue_operations"
COUNTS = "int_contribution__coalition_counts"
READS = (COUNTS, "int_contribution__coalitions")


def fitted_assets(home: Path) -> dg.AssetsDefinition:
    """One step between the facts and the credit that rests on them."""
    named = keys(home)
    reads = {named[node["unique_id"]] for node in dbt.models(home) if node["name"] in READS}
    specs = [
        dg.AssetSpec(
            key=fitted_key(table.name),
            deps=sorted(reads),
            description=table_description(table.name),
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


def table_description(name: str) -> str:
    return {
        "coalition_rates": "The win rate of every coalition of functions by an additive model, "
        "with the counts it was fitted on; one version a refit period, frozen once landed.",
    }[name]


def fit_and_land(running: Night) -> dict[str, int]:
    """Fit each version that no night has landed, and show the models all. Returns rows landed."""
    home, run_date = running.home, running.run_date
    domain = contract.fitted()
    with warehouse.connect(warehouse.path_of(home), read_only=True) as connection:
        rates = coalition_rates(connection)
    rows = {"coalition_rates": len(next(iter(rates.values())))}
    if any(rows.values()):

        def read(connection: duckdb.DuckDBPyConnection, _: str | None) -> Extract:
            return Extract(
                {"coalition_rates": _select(connection, "rates", rates)},
                cursor=None,
                source_version="1",
                source_rows=rows,
            )

        landing.land(home, domain, run_date, "fitted", read)
    warehouse.expose_fitted(home, run_date, running.settings.threads)
    return rows


def coalition_rates(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The columns of raw_fitted.coalition_rates for versions not landed yet, rates in millionths.

    All coalitions of a version are fitted, not only those seen: which of them the period's deals
    will need is not known when it begins.
    """
    coalitions = connection.execute(
        "select coalition_mask, coalition from intermediate.int_contribution__coalitions order by 1"
    ).fetchnumpy()
    counts = connection.execute(
        f"select * from intermediate.{COUNTS} as counts where not exists ("
        "select 1 from raw_fitted.coalition_rates as landed "
        "where landed.value_table_version = counts.value_table_version "
        "and landed.segment = counts.segment) "
        "order by value_table_version, segment, coalition_mask"
    ).fetchnumpy()
    mask = coalitions["coalition_mask"]
    functions = int(mask.max()).bit_length()
    members = mask[:, None] >> np.arange(functions) & 1
    named = np.asarray(
        [f"{v}|{s}" for v, s in zip(counts["value_table_version"], counts["segment"], strict=True)]
    )
    fits = []
    for name in dict.fromkeys(named.tolist()):
        version, _, segment = name.partition("|")
        chosen = named == name
        at = np.searchsorted(mask, counts["coalition_mask"][chosen])
        opportunity_count = np.zeros(len(mask), dtype=np.int64)
        won_count = np.zeros(len(mask), dtype=np.int64)
        opportunity_count[at] = counts["opportunity_count"][chosen]
        won_count[at] = counts["won_count"][chosen]
        effects = additive_rates.fit(
            members[at],
            opportunity_count[at],
            won_count[at],
            float(counts["effect_prior_weight"][chosen][0]),
        )
        fits.append(
            {
                "value_table_version": np.full(len(mask), version, dtype=object),
                "segment": np.full(len(mask), segment, dtype=object),
                "coalition": coalitions["coalition"],
                "opportunity_count": opportunity_count,
                "won_count": won_count,
                "prior_weight": np.full(len(mask), counts["prior_weight"][chosen][0]),
                "additive_rate": additive_rates.rates_in_millionths(effects, members),
            }
        )
    columns = contract.fitted().tables["coalition_rates"].columns
    return {
        column: np.concatenate([fit[column] for fit in fits]) if fits else np.empty(0)
        for column in columns
    }


def _select(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Any]) -> str:
    """Put columns into a table of the connection; the SELECT gives rates as the contract wants."""
    connection.execute(f"create table {name} as select * from columns")
    given = ", ".join(
        f"cast({column} as decimal(18, 0)) * cast(0.000001 as decimal(7, 6)) as {column}"
        if column.endswith("_rate")
        else column
        for column in columns
    )
    return f"select {given} from {name}"
