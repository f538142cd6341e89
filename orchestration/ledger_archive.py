"""What a replay needs, kept for good: by content, so that the same is kept once.

A release carries its models as they ran (`code/models.json`: compiled SQL in order, and the raw
contract they read). A close copies that, the landed policy, the locked requirements and the list
of all landed files into `ledger/archive/<sha256>`, and names them in its record.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from orchestration import contract, dbt, durable, journal, landing, release
from orchestration.contract import PROJECT, Domain, RawColumn, RawTable
from orchestration.errors import NightError

MODELS = "code/models.json"


def folder(home: Path) -> Path:
    return journal.folder(home) / "archive"


def models_of_night(home: Path) -> bytes:
    """Every model as this night ran it, in an order in which each finds what it reads."""
    nodes = {node["unique_id"]: node for node in dbt.models(home)}
    compiled = dbt.target_folder(home) / "compiled" / "winshare"
    reads = {name: sorted(node["depends_on"]["nodes"]) for name, node in nodes.items()}
    models = []
    for name in dbt.in_order(reads):
        node, parents = nodes[name], reads[name]
        path = compiled / node["original_file_path"]
        if not path.exists():
            raise NightError(f"{node['name']} has no compiled SQL in {path}; run the night again")
        models.append(
            {
                "name": f"{node['schema']}.{node['name']}",
                "reads": [
                    f"{nodes[p]['schema']}.{nodes[p]['name']}" for p in parents if p in nodes
                ],
                "sources": sorted(p.split(".", 2)[2] for p in parents if p.startswith("source.")),
                "is_view": node["config"]["materialized"] == "view",
                "columns": _contract_of(node),
                "sql": path.read_text(encoding="utf-8"),
            }
        )
    raw = {name: asdict(domain) for name, domain in contract.landed().items()}
    return durable.canonical_json({"models": models, "contract": raw})


def _contract_of(node: dict[str, Any]) -> dict[str, str]:
    """Name and type of each column that dbt casts to; empty where no contract is enforced."""
    if not node["config"]["contract"]["enforced"]:
        return {}
    return {name: column["data_type"] for name, column in node["columns"].items()}


def contract_of(models: dict[str, Any]) -> dict[str, Domain]:
    """The raw contract as it was when the models ran."""
    return {
        name: Domain(
            name=name,
            description=told["description"],
            tables={key: _raw_table(table) for key, table in told["tables"].items()},
        )
        for name, told in models["contract"].items()
    }


def _raw_table(told: dict[str, Any]) -> RawTable:
    columns = {name: RawColumn(**column) for name, column in told["columns"].items()}
    return RawTable(**{**told, "key": tuple(told["key"]), "columns": columns})


def keep(home: Path, manifest: dict[str, Any], domains: list[str]) -> dict[str, str]:
    """Archive what the release was made from; SHA-256 by what it is. The same is kept once."""
    run_date = date.fromisoformat(manifest["run_date"])
    built = release.folder(home) / manifest["release_id"]
    landed = {name: landing.manifests(home, name, run_date) for name in domains}
    kept = {
        "models": _keep_bytes(home, (built / MODELS).read_bytes()),
        "requirements": _keep_bytes(home, (PROJECT / "requirements" / "run.txt").read_bytes()),
        "landing": _keep_bytes(home, durable.canonical_json(landed)),
    }
    policy = contract.domains()["policy"]
    for table in policy.tables.values():
        for file in landing.files_of(home, "policy", table, run_date):
            landing.verify([file])
            kept[f"policy/{table.name}"] = _keep_file(home, file["location"], file["sha256"])
    return kept


def _keep_bytes(home: Path, content: bytes) -> str:
    sha256 = durable.sha256_of_bytes(content)
    path = folder(home) / sha256
    if not path.exists():
        durable.make_folder(path.parent, mode=0o700)
        durable.write_bytes(path, content, mode=0o600)
    return sha256


def _keep_file(home: Path, file: Path, sha256: str) -> str:
    path = folder(home) / sha256
    if not path.exists():
        durable.make_folder(path.parent, mode=0o700)
        aside = path.with_name(f".aside-{path.name}")
        shutil.copyfile(file, aside)
        aside.chmod(0o600)
        durable.commit_file(aside, path)
    return sha256


def problems(home: Path, record: journal.Record) -> list[str]:
    """What of a close's archive is gone or changed."""
    return [
        f"{what} of {record['period_key']} in the archive is gone or changed"
        for what, sha256 in record["archive"].items()
        if not (folder(home) / sha256).exists()
        or durable.sha256_of_file(folder(home) / sha256) != sha256
    ]


def read(home: Path, record: journal.Record, what: str) -> Any:
    """An archived JSON document of a close, verified. Raises NightError when it is damaged."""
    damaged = problems(home, record)
    if damaged:
        raise NightError("; ".join(damaged) + "; restore it from a backup")
    return json.loads((folder(home) / record["archive"][what]).read_text(encoding="utf-8"))
