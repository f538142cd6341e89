"""A whole night beside the bare SQL, at sizes S and M."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

from bench import measure
from orchestration import dbt, sample, warehouse

RUN_DATE = "2026-01-05"


def report(sizes: tuple[str, ...]) -> None:
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="winshare-bench-") as folder:
            _one(size, Path(folder))


def _one(size: str, folder: Path) -> None:
    home = folder / "home"
    sample.make(home / "sample", size)
    # the settings of whoever runs this change no figure
    config = folder / "winshare.toml"
    config.touch()
    environment = {"WINSHARE_HOME": str(home), "WINSHARE_CONFIG": str(config)}
    first = measure.run("bench.night", [RUN_DATE], environment)
    # the landing stands and the project is parsed: what every later night costs
    shutil.rmtree(home / "releases")
    again = measure.run("bench.night", [RUN_DATE], environment)
    bare = _bare(home, folder)
    print(f"\nsize {size}: landing {measure.folder_mib(home / 'landing'):.0f} MiB")
    print(f"  {'':<28}{'wall s':>8}{'CPU s':>8}{'MiB':>8}")
    for name, cost in (
        ("first night", first),
        ("night, landing replayed", again),
        (f"bare SQL, {bare.said['models']} models", bare),
    ):
        print(f"  {name:<28}{cost.wall_seconds:>8.1f}{cost.cpu_seconds:>8.1f}{cost.peak_mib:>8.0f}")
    for name, cost in (("first night", first), ("night, landing replayed", again)):
        ratio = cost.wall_seconds / bare.wall_seconds
        fixed = cost.wall_seconds - 1.25 * bare.wall_seconds
        print(f"  {name}: {ratio:.2f} x the bare SQL; {fixed:.1f} s over 1.25 x")
    for name, cost in (("first night", first), ("night, landing replayed", again)):
        print(f"  gates of the {name}: {_gates(cost)}")
    print("  stages of the first night: " + _shares(first))
    print("  stages of the replayed night: " + _shares(again))


def _gates(cost: measure.Cost) -> str:
    """What judging takes of a night, by the clock: the judge's own start passes beside landing."""
    stages = cost.said["stages"]
    judging = sum(seconds for name, seconds in stages.items() if name.endswith(" gate"))
    return f"{judging:.1f} s, {judging / sum(stages.values()):.0%} of the night"


def _shares(cost: measure.Cost) -> str:
    stages = cost.said["stages"]
    return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in stages.items())


def _bare(home: Path, folder: Path) -> measure.Cost:
    """Compile every model, write it as a statement, and run them all without dbt or Dagster."""
    statements = folder / "statements"
    statements.mkdir()
    with duckdb.connect(str(warehouse.path_of(home)), read_only=True) as night:
        raw = night.execute(
            "select schema_name, view_name, sql from duckdb_views() "
            "where schema_name like 'raw!_%' escape '!' and not internal order by all"
        ).fetchall()
        small = {
            name: night.execute(f"select * from raw_night.{name}").fetchall()
            for name in warehouse.NIGHT_TABLES
        }
    lines = [f"create schema if not exists {schema}" for schema in sorted({row[0] for row in raw})]
    lines += [row[2].rstrip(";") for row in raw] + ["create schema raw_night"]
    for name, columns in warehouse.NIGHT_TABLES.items():
        fields = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        lines.append(f"create table raw_night.{name} ({fields})")
        lines += [
            f"insert into raw_night.{name} values ({', '.join(map(_literal, row))})"
            for row in small[name]
        ]
    models = dbt.compiled(home)
    schemas = sorted({node.schema for node in models})
    lines += [f"create schema if not exists {schema}" for schema in schemas]
    for number, line in enumerate(lines):
        (statements / f"{number:05}.sql").write_text(line, encoding="utf-8")
    for number, node in enumerate(models, start=len(lines)):
        text = f"create table {node.schema}.{node.name} as\n{node.compiled_code}"
        (statements / f"{number:05}.sql").write_text(text, encoding="utf-8")
    # compiled SQL names its database, and that is named like its file
    database = folder / "bare" / warehouse.path_of(home).name
    database.parent.mkdir()
    return measure.run("bench.bare", [str(statements), str(database), str(len(models))], {})


def _literal(value: object) -> str:
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"
