"""The last step of a night as a Dagster asset: from passed gates to the current release."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from orchestration import evidence, release, release_build, retention, warehouse
from orchestration.errors import NightError
from orchestration.night import Night, tell
from orchestration.resource import NightResource
from orchestration.transform import key_of


def release_asset(home: Path) -> dg.AssetsDefinition:
    """The step behind the last gate; it yields the release's id, parent and row count. It raises
    NightError where evidence is missing or what was built does not read back."""

    @dg.asset(
        key=["release", "current"],
        deps=[key_of(node) for node in release_build.published(home)],
        group_name="release",
        kinds={"python", "duckdb", "parquet"},
        owners=["team:data", "team:finance"],
        description="The one release that readers see: built aside, verified, then pointed at.",
    )
    def publish_release(night: NightResource) -> dg.MaterializeResult:
        manifest = publish(night.running())
        return dg.MaterializeResult(
            metadata={
                "release": manifest["release_id"],
                "parent": manifest["parent_release_id"] or "none",
                "tables": len(manifest["tables"]),
                "dagster/row_count": sum(table["rows"] for table in manifest["tables"]),
            }
        )

    return publish_release


def publish(running: Night) -> dict:
    """Build, verify and publish. Raises NightError and leaves the last release as it was."""
    tell("release", "building")
    with warehouse.connect(warehouse.path_of(running.home), read_only=True) as night:
        problems, judged = evidence.weigh(night, running.absent)
    if problems:
        raise NightError("nothing is released without evidence: " + "; ".join(problems))
    built, manifest = release_build.build(running, judged)
    tell("release", "verifying")
    problems = release.verify(built)
    if problems:
        raise NightError("the release that was built does not read back: " + "; ".join(problems))
    release.publish(running.home, built, manifest)
    keep = running.settings.keep_releases
    if keep:
        retention.retire(running.home, keep, datetime.now(UTC))
    tell("release", f"{manifest['release_id']} is current")
    return manifest
