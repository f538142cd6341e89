"""The Dagster graph as plain data, to compare with what is committed in graph.json.

`python -m tests.orchestration.snapshot` writes the file anew; `--show` prints all that is known.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).with_name("graph.json")


def graph() -> dict[str, Any]:
    """Every asset, check, step, job, schedule and sensor of the definitions."""
    from orchestration.definitions import defs

    repository = defs.get_repository_def()
    found = repository.asset_graph
    keys = sorted(found.get_all_asset_keys())
    specs = {spec.key: spec for spec in defs.resolve_all_asset_specs()}
    job = defs.resolve_job_def("nightly")
    return {
        "assets": {
            key.to_user_string(): {
                "group": found.get(key).group_name,
                "deps": sorted(parent.to_user_string() for parent in found.get(key).parent_keys),
                "kinds": sorted(found.get(key).kinds),
                "owners": sorted(found.get(key).owners),
            }
            for key in keys
        },
        "assets_without_description": [
            key.to_user_string() for key in keys if not specs[key].description
        ],
        "checks": {
            f"{check.asset_key.to_user_string()}: {check.name}": {
                "blocking": found.get(check).blocking
            }
            for check in sorted(found.asset_check_keys)
        },
        "steps": {
            node.name: {"retries": _retries(node)}
            for node in sorted(job.nodes, key=lambda node: node.name)
        },
        "jobs": {
            job.name: {"tags": dict(sorted(job.tags.items())), "executor": job.executor_def.name}
            for job in repository.get_all_jobs()
            if not job.name.startswith("__")
        },
        "schedules": {
            schedule.name: {
                "job": schedule.job_name,
                "cron": schedule.cron_schedule,
                "zone": schedule.execution_timezone,
                "default": schedule.default_status.value,
            }
            for schedule in repository.schedule_defs
        },
        "sensors": {
            sensor.name: {"default": sensor.default_status.value, "type": sensor.sensor_type.value}
            for sensor in repository.sensor_defs
        },
        "resources": sorted(repository.get_top_level_resources()),
    }


def _retries(node: Any) -> int:
    policy = node.definition.retry_policy
    return policy.max_retries if policy is not None else 0


def as_text(found: dict[str, Any]) -> str:
    """JSON with one line a thing, so that a change of the graph is a change of its line."""
    sections = []
    for name, section in found.items():
        if name == "assets_without_description":
            # a debt that a test of its own watches, and no part of the graph
            continue
        if isinstance(section, dict):
            lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in section.items()]
            sections.append(f" {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n }")
        else:
            sections.append(f" {json.dumps(name)}: {json.dumps(section)}")
    return "{\n" + ",\n".join(sections) + "\n}\n"


def main() -> None:
    # the graph of the code, not of somebody's settings
    for name in list(os.environ):
        if name.startswith("WINSHARE_") and name != "WINSHARE_HOME":
            del os.environ[name]
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("WINSHARE_HOME", home)
        found = graph()
    if "--show" in sys.argv:
        json.dump(found, sys.stdout)
    else:
        SNAPSHOT.write_text(as_text(found), encoding="utf-8")


if __name__ == "__main__":
    main()
