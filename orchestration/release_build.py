"""Build a release folder: one DuckDB file an audience, each table also as Parquet, the register.

Every table's audience is in its dbt metadata, and that of a column which fewer may read than the
rest of its table: the files of the others do not hold it. The files are written with an older
storage version, so that DuckDB 1.4 and later read them; pay is 0600 from its first byte.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import duckdb

from expectations.content_hash import content_hash
from orchestration import (
    catch_up,
    dbt,
    durable,
    identity,
    ledger_archive,
    parquet,
    register,
    release,
    warehouse,
)
from orchestration.errors import NightError
from orchestration.inputs import input_hashes
from orchestration.night import Night

# who may open which file; what all may see is in each, so that a reader needs one file only
AUDIENCES = {"bi": 0o644, "people": 0o640, "finance": 0o600}
# the mode of a folder is its files' with the right to enter
FOLDERS = {"bi": 0o755, "people": 0o750, "finance": 0o700}
STORAGE_VERSION = "v1.0.0"


def audiences_of(node: dict[str, Any]) -> list[str]:
    """The files a published table goes into. Raises NightError when its metadata does not say."""
    declared = node["config"]["meta"].get("audience")
    if declared == ["all"]:
        return list(AUDIENCES)
    if not declared or set(declared) - {"people", "finance"}:
        raise NightError(f"{node['name']} does not say who may read it: set config.meta.audience")
    return list(declared)


def columns_for(node: dict[str, Any], audience: str) -> list[str]:
    """The columns of a published table that the file of an audience holds, in their order.

    A column says in config.meta.audience who may read it where not all readers of its table may.
    Raises NightError where it names somebody who does not get the table.
    """
    shown = []
    for name, column in node["columns"].items():
        allowed = column.get("config", {}).get("meta", {}).get("audience")
        if allowed is not None and not set(allowed) < set(audiences_of(node)):
            raise NightError(
                f"{node['name']}.{name}: config.meta.audience names fewer of the table's readers"
            )
        if allowed is None or audience in allowed:
            shown.append(name)
    return shown


def published(home: Path) -> list[dict[str, Any]]:
    """The models that a release publishes: the marts."""
    return [
        node for node in dbt.models(home) if node["original_file_path"].startswith("models/marts/")
    ]


def build(running: Night, judged: dict[str, str]) -> tuple[Path, dict[str, Any]]:
    """Write the whole release aside and return its folder and manifest. Readers see nothing yet.

    `judged` holds the content hash of each table that a gate judged: the manifest says the same.
    """
    home = running.home
    assert running.release_id is not None, "the night's file was opened before the release"
    built = release.folder(home) / f".building-{running.release_id}"
    shutil.rmtree(built, ignore_errors=True)
    durable.make_folder(built)
    with warehouse.beside(warehouse.path_of(home), running.settings.threads) as night:
        parent, inputs = _night_row(night)
        tables = write_tables(night, built, published(home), judged)
        register.write(night, built / "finance", running.run_date)
    # the SQL that made it, for a replay; rules of pay are in policy and not in here
    durable.write_bytes(built / ledger_archive.MODELS, ledger_archive.models_of_night(home))
    if inputs != input_hashes(running):
        raise NightError("the code or the landing changed while the night ran; run it again")
    manifest = {
        "release_id": running.release_id,
        "run_date": running.run_date.isoformat(),
        "parent_release_id": parent,
        # the days of no release before it, which this night caught up (F45)
        "catches_up": [
            day.isoformat()
            for day in catch_up.between(release.find(home, parent), running.run_date)
        ],
        "state": "draft",
        # who may not be the one to approve it
        "made_by": identity.of_process(),
        "inputs": inputs,
        "tables": tables,
        "files": _files(built),
    }
    durable.write_bytes(built / release.MANIFEST, durable.canonical_json(manifest))
    release.seal(built)
    for path in sorted(built.rglob("*"), reverse=True):
        if path.is_dir():
            durable.sync_folder(path)
    durable.sync_folder(built)
    return built, manifest


def _night_row(night: duckdb.DuckDBPyConnection) -> tuple[str | None, dict[str, str]]:
    names = ("landing_hash", "policy_hash", "ledger_hash", "code_hash")
    row = night.execute(
        f"select parent_release_id, {', '.join(names)} from raw_night.run"
    ).fetchone()
    assert row is not None, "the night's own row was written when its file was opened"
    return row[0], dict(zip(names, row[1:], strict=True))


def write_tables(
    night: duckdb.DuckDBPyConnection,
    built: Path,
    nodes: list[dict[str, Any]],
    judged: dict[str, str],
) -> list[dict[str, Any]]:
    """Write every table into the files of its audiences and as Parquet; what each holds, as the
    manifest says it. `judged` holds content hashes that are known already."""
    for audience in AUDIENCES:
        _begin_file(night, built / release.FILES[audience], audience)
    tables = []
    for node in nodes:
        name = f"{node['schema']}.{node['name']}"
        # ordered once for all that is written of it: the order is most of the cost
        night.execute(f"create temp table ordered as select * from {name} order by all")
        for audience in audiences_of(node):
            night.execute(f"create schema if not exists {audience}_file.{node['schema']}")
            night.execute(f"create table {audience}_file.{name} as {_select(node, audience)}")
        tables.append(_table(night, built, node, judged.get(name)))
        night.execute("drop table temp.ordered")
    for audience in AUDIENCES:
        wanted = [node for node in nodes if audience in audiences_of(node)]
        _end_file(night, built / release.FILES[audience], audience, wanted)
    return tables


def _begin_file(night: duckdb.DuckDBPyConnection, path: Path, audience: str) -> None:
    # pay has a folder of its own, that only its owner may enter
    durable.make_folder(path.parent, mode=FOLDERS["finance"] if audience == "finance" else 0o755)
    before = os.umask(0o777 & ~AUDIENCES[audience])
    try:
        night.execute(
            f"attach {parquet.literal(path)} as {audience}_file"
            f" (storage_version '{STORAGE_VERSION}')"
        )
    finally:
        os.umask(before)


def _end_file(
    night: duckdb.DuckDBPyConnection, path: Path, audience: str, nodes: list[dict[str, Any]]
) -> None:
    # one transaction: each of a thousand comments on its own would be synced on its own
    night.execute("begin")
    for node in nodes:
        name = f"{audience}_file.{node['schema']}.{node['name']}"
        _describe(night, name, node, columns_for(node, audience))
    night.execute("commit")
    night.execute(f"detach {audience}_file")
    if path.with_name(f"{path.name}.wal").exists():
        raise NightError(f"{path.name} was not closed: its log is still there")
    path.chmod(AUDIENCES[audience])
    durable.sync_file(path)


def _is_whole(node: dict[str, Any], audience: str) -> bool:
    return len(columns_for(node, audience)) == len(node["columns"])


def _select(node: dict[str, Any], audience: str) -> str:
    """What an audience gets of the table that stands ordered in `temp.ordered`."""
    if _is_whole(node, audience):
        return "from temp.ordered"
    # ordered anew, or the order would tell of the columns that are left out
    listed = ", ".join(f'"{column}"' for column in columns_for(node, audience))
    return f"select {listed} from temp.ordered order by all"


def _describe(
    night: duckdb.DuckDBPyConnection, name: str, node: dict[str, Any], columns: list[str]
) -> None:
    """What a reader sees in the catalogue is what dbt's YAML says."""
    night.execute(f"comment on table {name} is {parquet.literal(node['description'])}")
    for column in (node["columns"][column] for column in columns):
        if column.get("description"):
            text = parquet.literal(column["description"])
            night.execute(f'comment on column {name}."{column["name"]}" is {text}')


def _table(
    night: duckdb.DuckDBPyConnection, built: Path, node: dict[str, Any], judged_hash: str | None
) -> dict[str, Any]:
    """Write one table, that stands in `temp.ordered`, as Parquet; say what it holds."""
    name = f"{node['schema']}.{node['name']}"
    audiences = audiences_of(node)
    # what all may see stands once, in full; where columns are closed, each folder has its own
    is_whole = "bi" in audiences and _is_whole(node, "bi")
    for audience in ["bi"] if is_whole else audiences:
        inside = ("finance", "parquet") if audience == "finance" else (audience,)
        folder = built.joinpath(*inside, node["schema"])
        for level in (folder.parent, folder):
            durable.make_folder(level, mode=FOLDERS[audience])
        path = folder / f"{node['name']}.parquet"
        parquet.write(night, _select(node, audience), path, AUDIENCES[audience])
        durable.sync_file(path)
    rows = night.execute(f"select count(*) from {name}").fetchone()
    entry: dict[str, Any] = {
        "table": name,
        "audience": audiences,
        "rows": rows[0] if rows else 0,
        "content_hash": judged_hash or content_hash(night, name),
    }
    if audiences != ["finance"]:
        # totals of pay stay inside the finance folder
        entry["control_totals"] = control_totals(night, node)
    return entry


def control_totals(night: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> dict[str, str]:
    """The exact sum of every amount of a table, as text."""
    amounts = [name for name in node["columns"] if name.endswith("_minor")]
    if not amounts:
        return {}
    sums = ", ".join(f"cast(coalesce(sum({name}), 0) as varchar)" for name in amounts)
    row = night.execute(f"select {sums} from {node['schema']}.{node['name']}").fetchone()
    return dict(zip(amounts, row or (), strict=True))


def _files(built: Path) -> list[dict[str, Any]]:
    return [
        {
            "path": path.relative_to(built).as_posix(),
            "sha256": durable.sha256_of_file(path),
            "bytes": path.stat().st_size,
            "mode": f"{path.stat().st_mode & 0o777:o}",
        }
        for path in sorted(built.rglob("*"))
        if path.is_file()
    ]
