"""The whole assembly on one screen. Loading it reads code only: no data, no network."""

from __future__ import annotations

import dagster as dg

from orchestration import dbt, settings
from orchestration.extract.assets import landing_assets, warehouse_assets
from orchestration.fitted import fitted_assets
from orchestration.gates import gate_checks
from orchestration.nightly import failure_alert, nightly_job, nightly_schedule
from orchestration.publish import release_asset
from orchestration.resource import NightResource
from orchestration.transform import segment_assets


def build() -> dg.Definitions:
    current = settings.load()
    job = nightly_job()
    return dg.Definitions(
        assets=[
            *landing_assets(),
            warehouse_assets(),
            *(segment_assets(current.home, segment) for segment in dbt.segments()),
            fitted_assets(current.home),
            release_asset(current.home),
        ],
        asset_checks=gate_checks(),
        jobs=[job],
        schedules=[nightly_schedule(current, job)],
        sensors=[failure_alert(current)],
        resources={"night": NightResource.configure_at_launch()},
    )


defs = build()
