"""Compile every model as one engine would get it, and say which segment builds what.

`python -m tests.portability.compile_models ENGINE FOLDER` leaves in the folder dbt's manifest.json,
models.json (compiled SQL), singular_tests.json (the same of the tests that are files of SQL) and
segments.json.

dbt picks the branch of a macro that has one for each engine by asking the adapter for its name. We
give it the other engine's name and let everything else be: the models and macros are rendered by
dbt itself, without a connection and without that engine's adapter. It runs as its own process,
because the name is swapped for all of it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "dbt_project"
SEGMENTS = ("conform", "facts", "credit", "bonus")


def _arguments(folder: Path) -> list[str]:
    return [
        "--quiet", "--log-level-file", "none", "--log-path", str(folder),
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(folder),
    ]  # fmt: skip


def _invoke(runner: Any, arguments: list[str]) -> Any:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        done = runner.invoke(arguments)
    if not done.success:
        raise SystemExit(f"dbt {arguments[0]} failed: {done.exception or said.getvalue()}")
    return done.result


def compile_models(engine: str, folder: Path) -> tuple[dict[str, Any], ...]:
    """Models by name (`path`, `relation` as it stands in the SQL, `sql`, `depends_on`), singular
    tests likewise, and the unique ids of the models and data tests that each segment's selector
    takes."""
    from dbt.cli.main import dbtRunner
    from dbt.context import providers

    if engine != "duckdb":
        # what adapter.dispatch() asks; `default` follows by itself
        providers.get_adapter_type_names = lambda _: [engine]
    os.environ["WINSHARE_WAREHOUSE"] = str(folder / "winshare.duckdb")
    parsed = dbtRunner(manifest=_invoke(dbtRunner(), ["parse", *_arguments(folder)]))
    chosen = ["resource_type:model", "test_type:singular"]
    selection = ["--select", *chosen, "--indirect-selection", "empty"]
    offline = ["--no-introspect", "--no-populate-cache"]
    compiled = _invoke(parsed, ["compile", *selection, *offline, *_arguments(folder)])
    nodes: dict[str, dict[str, Any]] = {"model": {}, "test": {}}
    for entry in compiled:
        nodes[entry.node.resource_type.value][entry.node.name] = {
            "path": entry.node.original_file_path,
            "relation": entry.node.relation_name,
            "depends_on": entry.node.depends_on.nodes,
            "sql": entry.node.compiled_code,
        }
    listing = [
        "--output",
        "json",
        "--output-keys",
        "unique_id",
        "--resource-type",
        "model",
        "--resource-type",
        "test",
    ]
    segments = {
        segment: [
            json.loads(line)["unique_id"]
            for line in _invoke(
                parsed, ["list", "--selector", segment, *listing, *_arguments(folder)]
            )
        ]
        for segment in SEGMENTS
    }
    return nodes["model"], nodes["test"], segments


def main() -> None:
    """Write the answers into the folder, models.json last: who finds it finds all."""
    engine, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    models, singular_tests, segments = compile_models(engine, folder)
    (folder / "segments.json").write_text(json.dumps(segments), encoding="utf-8")
    singular = json.dumps(singular_tests, sort_keys=True)
    (folder / "singular_tests.json").write_text(singular, encoding="utf-8")
    (folder / "models.json").write_text(json.dumps(models, sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    main()
