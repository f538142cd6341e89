"""Every attribution model over made paths of a million deals and more, beside a scan of the same.

What runs is the compiled SQL of the models themselves. Each step is a process of its own: CPU
seconds of its statement, and the most memory the process took. Beside them the PyPI package
ChannelAttribution (peer_package.py), and oracles for the totals (path_oracles.py).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench import measure, path_oracles, path_tables, peer_package
from orchestration import dbt, warehouse

SEED = 7
# What a night does once, then each model with what it alone needs
CLUSTERING = {
    "touches sorted once": (
        "int_contribution__closed_deals",
        "int_contribution__path_functions",
        "int_contribution__paths",
        "int_contribution__won_touches",
    )
}
MODELS = {
    "seven heuristics": (
        "int_contribution__path_milestones",
        "int_contribution__path_participants",
    ),
    "both: functions on each deal": ("int_contribution__deal_coalitions",),
    "Shapley: coalitions counted": (
        "int_contribution__coalitions",
        "int_contribution__coalition_counts",
    ),
    "Markov: steps counted": ("int_contribution__path_transitions",),
}
# what a night fits in the first days of a quarter, of the quarters before it nothing
FITS = {
    "Shapley: newest quarter fitted": "coalition_rates",
    "Markov: newest quarter fitted": "removal_effects",
}
FITTED = {
    "Shapley: values and shares": (
        "stg_fitted__coalition_rates",
        "int_attribution__coalition_values",
        "int_attribution__deal_versions",
        "int_attribution__coalition_shares",
    ),
    "both: shares of each deal": (
        "stg_fitted__removal_effects",
        "int_attribution__function_shares",
    ),
}
# what the package gives, and four more heuristics of the same pass
SAME_FOUR = (
    "seven heuristics",
    "both: functions on each deal",
    "Markov: steps counted",
    "Markov: newest quarter fitted",
)
CREDITS = {"credit of each person, to the minor unit": ("fct_contribution_credits",)}
SETTINGS = (
    "stg_policy__attribution_settings", "stg_policy__company_settings",
    "stg_policy__fiscal_calendar", "stg_policy__functions", "int_contribution__functions",
    "int_contribution__model_settings", "int_contribution__value_versions",
)  # fmt: skip
# the columns that the models read, of touches as they arrive and as they are sorted
EVENTS_SCAN = """
select hash(sum(length(opportunity_key)), sum(length(employee_key)), sum(length(function)),
    sum(date_part('day', event_at)), sum(date_part('day', event_date)), sum(weight))
from contribution.fct_contribution_events
"""
SORTED_SCAN = """
select
    (select hash(sum(opportunity_number), sum(path_function_number), sum(touch_number),
        sum(number_before), sum(number_two_before), sum(number_three_before))
    from intermediate.int_contribution__paths),
    (select hash(sum(length(opportunity_key)), sum(length(employee_key)), sum(length(function)),
        sum(date_part('day', event_at)), sum(date_part('day', event_date)), sum(weight_units),
        sum(touch_number))
    from intermediate.int_contribution__won_touches)
"""
IN_FLOATS = """allocated_parts as (
    select *,
        whole_share_units * (weight_units / cast(sum(weight_units) over wholes as double))
            as share_units,
        whole_minor * (weight_units / cast(sum(weight_units) over wholes as double))
            as credited_amount_minor,
        plan_whole_minor * (weight_units / cast(sum(weight_units) over wholes as double))
            as plan_credited_amount_minor
    from weighted_parts
    window wholes as (partition by whole_number)
)
"""


@dataclass(frozen=True)
class Step:
    cpu_seconds: float
    peak_mib: float


def report(deals: tuple[int, ...]) -> None:
    with tempfile.TemporaryDirectory(prefix="winshare-bench-") as folder:
        home = Path(folder) / "home"
        python = peer_package.install(Path(folder) / "peer")
        warehouse.begin(home)
        compiled = {node.name: node for node in dbt.compiled(home)}
        for number in deals:
            _one(number, home, compiled, python)


def _one(deals: int, home: Path, compiled: dict, python: Path | str) -> None:
    database = warehouse.begin(home)
    # made fresh: the night's own small tables are part of what is made
    database.unlink()
    made = measure.run("bench.path_tables", [str(database), str(deals), str(SEED)], {}).said
    print(
        f"\n{deals:,} deals, {made['touches']:,} touches, {100 * made['won'] / deals:.1f} % won, "
        "12 quarters fitted"
    )
    runner = Runner(database, compiled)
    runner.build(SETTINGS)
    steps = {name: runner.build(models) for name, models in CLUSTERING.items()}
    scans = {
        "scan of the events as they arrive": runner.run(EVENTS_SCAN),
        "scan of the sorted touches": runner.run(SORTED_SCAN),
    }
    steps |= {name: runner.build(models) for name, models in MODELS.items()}
    first_night = {name: runner.fit(name) for name in FITS.values()}
    for step, name in FITS.items():
        path_tables.forget_newest(database, name)
        steps[step] = runner.fit(name)
    steps |= {name: runner.build(models) for name, models in FITTED.items()}
    credits = {name: runner.build(models) for name, models in CREDITS.items()}
    floats = runner.run(_in_floats(runner.statement("fct_contribution_credits", "in_floats")))
    events, sorted_touches = (scan.cpu_seconds for scan in scans.values())
    print(f"  {'':<42}{'CPU s':>8}{'x events':>10}{'x sorted':>10}{'MiB':>8}")
    for name, step in {**scans, **steps, **credits}.items():
        ratios = "".join(f"{step.cpu_seconds / scan:>10.1f}" for scan in (events, sorted_touches))
        print(f"  {name:<42}{step.cpu_seconds:>8.2f}{ratios}{step.peak_mib:>8.0f}")
    fitted_at_once = sum(step.cpu_seconds for step in first_night.values())
    print(f"  all twelve quarters fitted in a first night {fitted_at_once:.1f} s")
    exact = next(iter(credits.values())).cpu_seconds
    print(
        f"  the same credit in floats {floats.cpu_seconds:.1f} s: to the minor unit is "
        f"{exact / floats.cpu_seconds:.2f} x"
    )
    with duckdb.connect(str(database), read_only=True) as connection:
        for line in path_oracles.check(connection):
            print(f"  {line}")
        linear = _linear_totals(connection)
    costs = {name: step.cpu_seconds for name, step in steps.items()}
    _beside(python, database, home.parent, costs, linear)


class Runner:
    """Runs compiled models against a night's file, each statement in a process of its own."""

    def __init__(self, database: Path, compiled: dict) -> None:
        self.database, self.compiled = database, compiled

    def statement(self, model: str, name: str | None = None) -> str:
        node = self.compiled[model]
        return f"create table {node.schema}.{name or model} as\n{node.compiled_code}"

    def build(self, models: tuple[str, ...]) -> Step:
        done = [self.run(self.statement(model)) for model in models]
        return Step(sum(one.cpu_seconds for one in done), max(one.peak_mib for one in done))

    def run(self, statement: str) -> Step:
        file = self.database.parent / "statement.sql"
        file.write_text(statement, encoding="utf-8")
        return self._measured(str(file))

    def fit(self, table: str) -> Step:
        return self._measured(f"fit:{table}")

    def _measured(self, what: str) -> Step:
        cost = measure.run("bench.statement", [str(self.database), what], {})
        return Step(cost.said["cpu_seconds"], cost.said["peak_mib"])


def _in_floats(statement: str) -> str:
    before, after = statement.split("allocated_parts as (", 1)
    return before + IN_FLOATS + after[after.rindex("\n\nselect") :]


def _linear_totals(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return dict(connection.execute(
        "select function, sum(credited_amount_minor) from contribution.fct_contribution_credits "
        "where attribution_model = 'linear' group by function"
    ).fetchall())  # fmt: skip


def _beside(
    python: Path | str, database: Path, folder: Path, costs: dict[str, float], linear: dict
) -> None:
    name = peer_package.PACKAGE
    if isinstance(python, str):
        print(f"  SKIPPED {name}: it cannot be installed here ({python})")
        return
    peer = peer_package.run(python, database, folder)
    furthest = max(abs(peer.totals[f][2] / linear[f] - 1) for f in peer.totals)
    theirs = peer.heuristics + peer.markov
    print(
        f"  {name}: three heuristics {peer.heuristics:.1f} s, Markov by simulation "
        f"{peer.markov:.1f} s, {peer.mib:.0f} MiB; linear totals within {furthest:.1e} of ours"
    )
    once = sum(costs[step] for step in CLUSTERING)
    ours = {
        "the models with the same four": sum(costs[step] for step in SAME_FOUR),
        "all models, with shares of each deal": sum(costs.values()) - once,
    }
    for what, cost in ours.items():
        print(
            f"  {what} {cost:.1f} s: the package takes {theirs / cost:.1f} x as long; "
            f"with our sorting {theirs / (cost + once):.1f} x"
        )
