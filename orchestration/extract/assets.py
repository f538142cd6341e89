"""The sources as Dagster assets: one step a domain, and the night's file that exposes them."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration import contract, dbt, inputs, landing
from orchestration.contract import Domain
from orchestration.errors import SourceError
from orchestration.extract import ways
from orchestration.night import tell
from orchestration.resource import NightResource

OWNER = "team:data"

# Sources have bad minutes, not bad seconds: three tries over about a minute outlast a restart or
# a rate limit. Only extraction retries; a model that failed would fail again.
RETRY = dg.RetryPolicy(
    max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)


def landing_key(domain: str) -> dg.AssetKey:
    return dg.AssetKey(["landing", domain])


def landing_assets() -> list[dg.AssetsDefinition]:
    """One asset a domain: its tables land together or not at all, and sixty boxes hide a flow."""
    return [_domain_asset(domain) for domain in contract.domains().values()]


def _domain_asset(domain: Domain) -> dg.AssetsDefinition:
    @dg.asset(
        key=landing_key(domain.name),
        op_tags={"winshare/domain": domain.name},
        group_name="landing",
        kinds={"python", "parquet"},
        owners=[OWNER],
        description=f"{domain.description} Tables: {', '.join(domain.tables)}.",
        retry_policy=RETRY,
    )
    def land_domain(night: NightResource) -> dg.MaterializeResult:
        running = night.running()
        tell("landing", domain.name)
        if domain.name in running.absent:
            return dg.MaterializeResult(metadata={"state": "absent by declaration"})
        source = running.settings.source(domain.name)
        try:
            manifest = landing.land(
                running.home,
                domain,
                running.run_date,
                source.way,
                ways.reader(domain, source, running.run_date, running.home),
                keeps_pages=source.way == "api" and bool(source.api.keep_pages_days),
            )
            ways.forget_old(domain, source, running.run_date, running.home)
        except SourceError as error:
            # what a source lacks it will lack in a minute, too
            raise dg.Failure(description=str(error), allow_retries=False) from None
        return dg.MaterializeResult(metadata=_landed(manifest))

    return land_domain


def _landed(manifest: dict[str, Any]) -> dict[str, Any]:
    """What a person wants to know of a landing: rows a table, columns nobody reads or has."""
    tables = manifest["tables"]
    return {
        "dagster/row_count": sum(table["rows"] for table in tables.values()),
        "landing_sequence": manifest["landing_sequence"],
        "way": manifest["way"],
        "rows": {name: table["rows"] for name, table in tables.items()},
        "unread_columns": {
            name: table["unread_columns"]
            for name, table in tables.items()
            if table.get("unread_columns")
        },
        "missing_columns": {
            name: table["missing_columns"]
            for name, table in tables.items()
            if table.get("missing_columns")
        },
    }


def raw_key(domain: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", domain])


def warehouse_assets() -> dg.AssetsDefinition:
    """The night's own DuckDB file, with every landed table in it as the models will read it.

    One asset a domain of its own, because the landing gate judges what stands in the file: a
    check on the landing asset itself would have to wait for what waits for it.
    """
    specs = [
        dg.AssetSpec(
            key=raw_key(name),
            deps=[landing_key(name)],
            group_name="landing",
            kinds={"python", "duckdb"},
            owners=[OWNER],
            description=f"The landed {name} tables in the night's own DuckDB file, each file "
            "verified against its manifest, in the shape of the raw contract.",
        )
        for name in contract.domains()
    ]

    @dg.multi_asset(name="open_warehouse", specs=specs, can_subset=False)
    def open_warehouse(night: NightResource) -> Iterator[dg.MaterializeResult]:
        tell("landing", "verifying")
        rows = inputs.begin(night.running())
        dbt.parse_beside(night.running().home)
        for name, count in rows.items():
            yield dg.MaterializeResult(raw_key(name), metadata={"dagster/row_count": count})

    return open_warehouse
