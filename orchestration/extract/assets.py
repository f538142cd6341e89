"""The sources as Dagster assets: one step a domain, and the night's file that exposes them."""

from collections.abc import Iterator

import dagster as dg

from orchestration import contract, inputs, landing
from orchestration.contract import Domain, RawTable
from orchestration.extract import ways
from orchestration.errors import SourceError
from orchestration.night import tell
from orchestration.resource import NightResource

OWNER = "team:data"

# Sources have bad minutes, not bad seconds: three tries over about a minute outlast a restart or
# a rate limit. Only extraction retries; a model that failed would fail again.
RETRY = dg.RetryPolicy(
    max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)


def raw_key(table: RawTable) -> dg.AssetKey:
    name = f"{table.name}_daily" if table.rollup else table.name
    return dg.AssetKey([f"raw_{table.domain}", name])


def landing_assets() -> list[dg.AssetsDefinition]:
    return [_domain_assets(domain) for domain in contract.domains().values()]


def _domain_assets(domain: Domain) -> dg.AssetsDefinition:
    specs = [
        dg.AssetSpec(
            key=raw_key(table),
            description=f"{domain.description} Landed as {table.load}, one row per "
            f"{', '.join(table.key)}.",
            group_name="landing",
            kinds={"python", "parquet"},
            owners=[OWNER],
            metadata={"load": table.load, "required": table.required},
        )
        for table in domain.tables.values()
    ]

    @dg.multi_asset(name=f"land_{domain.name}", specs=specs, can_subset=False, retry_policy=RETRY)
    def land_domain(night: NightResource) -> Iterator[dg.MaterializeResult]:
        running = night.running()
        tell("landing", domain.name)
        if domain.name in running.absent:
            for table in domain.tables.values():
                yield dg.MaterializeResult(
                    raw_key(table), metadata={"state": "absent by declaration"}
                )
            return
        source = running.settings.source(domain.name)
        try:
            manifest = landing.land(
                running.home,
                domain,
                running.run_date,
                source.way,
                ways.reader(domain, source, running.run_date),
            )
        except SourceError as error:
            # what a source lacks it will lack in a minute, too
            raise dg.Failure(description=str(error), allow_retries=False) from None
        for table in domain.tables.values():
            landed = manifest["tables"][table.name]
            yield dg.MaterializeResult(
                raw_key(table),
                metadata={
                    "dagster/row_count": landed["rows"],
                    "landing_sequence": manifest["landing_sequence"],
                    "unread_columns": landed.get("unread_columns", []),
                    "missing_columns": landed.get("missing_columns", []),
                },
            )

    return land_domain


def warehouse_assets() -> dg.AssetsDefinition:
    """The night's own DuckDB file, with every landed table in it as the models will read it."""
    raw = [
        raw_key(table) for domain in contract.domains().values() for table in domain.tables.values()
    ]
    descriptions = {
        "run": "The night itself: its date and the hashes of what goes into it.",
        "domain_status": "Each domain: landed, or absent by declaration.",
        "releases": "Every earlier release, from the manifests.",
        "gate_evidence": "What each gate said tonight, filled as gates are passed.",
    }

    @dg.multi_asset(
        name="open_warehouse",
        specs=[
            dg.AssetSpec(
                key=["raw_night", name],
                deps=raw,
                description=description,
                group_name="landing",
                kinds={"python", "duckdb"},
                owners=[OWNER],
            )
            for name, description in descriptions.items()
        ],
        can_subset=False,
    )
    def open_warehouse(night: NightResource) -> Iterator[dg.MaterializeResult]:
        running = night.running()
        tell("landing", "verifying")
        inputs.begin(running)
        for name in descriptions:
            yield dg.MaterializeResult(["raw_night", name])

    return open_warehouse
