"""Compile every model as one engine would get it: `python -m ... ENGINE FOLDER` writes models.json.

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


def compile_models(engine: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Each model by name: `path`, `relation` (as it is written in the SQL), `sql`, `depends_on`."""
    from dbt.cli.main import dbtRunner
    from dbt.context import providers

    if engine != "duckdb":
        # what adapter.dispatch() asks; `default` follows by itself
        providers.get_adapter_type_names = lambda _: [engine]
    os.environ["WINSHARE_WAREHOUSE"] = str(folder / "winshare.duckdb")
    project = str(ROOT / "dbt_project")
    arguments = [
        "compile", "--select", "resource_type:model", "--indirect-selection", "empty", "--no-introspect", "--no-populate-cache",
        "--quiet", "--project-dir", project, "--profiles-dir", project,
        "--target-path", str(folder), "--log-path", str(folder), "--log-level-file", "none",
    ]  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()) as said:
        done = dbtRunner().invoke(arguments)
    if not done.success:
        raise SystemExit(f"dbt cannot compile the models: {done.exception or said.getvalue()}")
    return {
        entry.node.name: {
            "path": entry.node.original_file_path,
            "relation": entry.node.relation_name,
            "depends_on": entry.node.depends_on.nodes,
            "sql": entry.node.compiled_code,
        }
        for entry in done.result
    }


def main() -> None:
    """Write models.json into the folder."""
    engine, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    models = compile_models(engine, folder)
    (folder / "models.json").write_text(json.dumps(models, sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    main()
