"""dbt inside our own process: one parse a night, one call a segment, nothing left open.

A `dbt build` as its own process costs 8-10 CPU seconds, in process 2-4; see DECISIONS.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration import durable, settings, warehouse
from orchestration.contract import DBT_PROJECT, PROJECT
from orchestration.errors import NightError

# where a rule about pay or code lives; what changes here changes a night's output
CODE_FOLDERS = ("dbt_project", "expectations", "orchestration")
CODE_ENDINGS = (".sql", ".yml", ".py", ".csv")


def _files(*folders: str) -> list[Path]:
    found = []
    for folder in folders:
        for path in (PROJECT / folder).rglob("*"):
            inside = path.relative_to(PROJECT).parts
            if (
                path.suffix in CODE_ENDINGS
                and "target" not in inside
                and "policy" not in inside[1:2]
            ):
                found.append(path)
    return sorted(found)


@cache
def code_hash() -> str:
    """One hash over all code that decides what a night publishes, and the locked requirements."""
    digest = hashlib.sha256()
    for path in [*_files(*CODE_FOLDERS), PROJECT / "requirements" / "run.txt"]:
        digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _project_hash() -> str:
    parts = [(path.as_posix(), durable.sha256_of_file(path)) for path in _files("dbt_project")]
    return durable.hash_of(parts)


def target_folder(home: Path) -> Path:
    return home / "cache" / "dbt"


def _runner(manifest: Any = None) -> Any:
    # imported here: dbt costs a second that `winshare --help` should not pay
    from dbt.cli.main import dbtRunner

    return dbtRunner(manifest=manifest)


def _arguments(home: Path) -> list[str]:
    os.environ["WINSHARE_WAREHOUSE"] = str(warehouse.path_of(home))
    os.environ["WINSHARE_THREADS"] = str(settings.load().threads)
    target = durable.make_folder(target_folder(home), mode=0o700)
    return [
        "--project-dir", str(DBT_PROJECT),
        "--profiles-dir", str(DBT_PROJECT),
        "--target-path", str(target),
        "--log-path", str(target),
        # a log file would hold the engine's words, and those quote values
        "--log-level-file", "none",
        "--log-level", "none",
        "--quiet",
    ]  # fmt: skip


_parsed: dict[Path, Any] = {}
_parsing = threading.Lock()


def parsed(home: Path) -> Any:
    """The project as dbt parsed it, once a process; raises NightError when it cannot be parsed."""
    with _parsing:
        if home not in _parsed:
            _parsed[home] = _parse(home)
        return _parsed[home]


def parse_beside(home: Path) -> None:
    """Parse while the night waits for a gate: 3 s of import and reading that need nothing of it.

    What goes wrong here goes wrong again, and is told, when the first segment asks.
    """

    def quietly() -> None:
        with contextlib.suppress(Exception):
            parsed(home)

    threading.Thread(target=quietly, name="dbt parse", daemon=True).start()


def _parse(home: Path) -> Any:
    result = _runner().invoke(["parse", *_arguments(home)])
    if not result.success:
        # a parse sees code only, so its words hold no data
        said = " ".join(str(result.exception or "see `dbt parse`").split())
        raise NightError(f"the dbt project cannot be parsed: {said}")
    durable.write_bytes(target_folder(home) / "project.sha256", _project_hash().encode())
    return result.result


@cache
def manifest(home: Path) -> dict[str, Any]:
    """dbt's manifest.json, made when it is missing, damaged or of another state of the project."""
    folder = target_folder(home)
    try:
        if (folder / "project.sha256").read_text() == _project_hash():
            return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError, UnicodeDecodeError):
        pass
    parsed(home)
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


@cache
def segments() -> tuple[str, ...]:
    """The segments of a night in order, as selectors.yml cuts them."""
    selectors = yaml.safe_load((DBT_PROJECT / "selectors.yml").read_text(encoding="utf-8"))
    return tuple(selector["name"] for selector in selectors["selectors"])


def models(home: Path, segment: str | None = None) -> list[dict[str, Any]]:
    """The manifest's model nodes, of one segment or of all, ordered by id."""
    return [
        node
        for name, node in sorted(manifest(home)["nodes"].items())
        if name.startswith("model.") and (segment is None or segment in node["tags"])
    ]


def build(home: Path, segment: str) -> None:
    """Build and test one segment. Raises NightError naming each model or test that failed."""
    arguments = ["build", "--selector", segment, "--no-write-json", *_arguments(home)]
    result = _runner(parsed(home)).invoke(arguments)
    _let_go()
    if result.success:
        return
    if result.result is None:
        raise NightError(f"segment {segment} did not run: {_plain(str(result.exception))}")
    raise NightError(f"segment {segment} failed: " + "; ".join(_failures(result.result)))


def compiled(home: Path, *selection: str) -> list[Any]:
    """Every model, or those selected, with its `compiled_code`, in an order in which each finds
    what it reads. For a selection nothing is asked of the warehouse."""
    chosen = ["--select", *selection, "--no-introspect", "--no-populate-cache"]
    arguments = ["compile", "--no-write-json", *(chosen if selection else []), *_arguments(home)]
    result = _runner(parsed(home)).invoke(arguments)
    _let_go()
    if not result.success:
        raise NightError(f"the models cannot be compiled: {_plain(str(result.exception))}")
    nodes = {
        entry.node.unique_id: entry.node
        for entry in result.result.results
        if entry.node.resource_type == "model"
    }
    parents = {name: node.depends_on.nodes for name, node in nodes.items()}
    return [nodes[name] for name in in_order(parents)]


def in_order(parents: Mapping[str, Iterable[str]]) -> list[str]:
    """The names, each behind those it reads; the same order for the same names."""
    ordered: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in parents and name not in ordered:
            for parent in sorted(parents[name]):
                visit(parent)
            ordered[name] = None

    for name in sorted(parents):
        visit(name)
    return list(ordered)


def _failures(result: Any) -> list[str]:
    failures = []
    for entry in result.results:
        status = str(entry.status)
        if status == "fail":
            failures.append(f"test {entry.node.name} found {entry.failures} rows")
        elif status == "error":
            failures.append(
                f"{entry.node.resource_type} {entry.node.name}: {_plain(entry.message)}"
            )
    return failures


# errors about names and places; what else an engine says may quote what it could not read
_NAMES_ONLY = ("Binder", "Catalog", "Parser", "IO Error", "Out of Memory", "Compilation", "Parsing")


def _plain(message: str | None) -> str:
    """An engine's error as a log may hold it: its kind, and its words where they quote no value."""
    lines = [line.strip() for line in (message or "no message").splitlines() if line.strip()]
    kinds = [line for line in lines if "Error" in line]
    text = kinds[-1] if kinds else lines[0]
    return text[:300] if text.startswith(_NAMES_ONLY) else text.split(":", 1)[0]


def _let_go() -> None:
    """dbt keeps the file locked after it is done; the judge and release need it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()
