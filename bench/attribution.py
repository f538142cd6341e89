"""What each attribution model gets wrong, against the planted truth of sample companies.

The error of a model on a deal is half the sum of |credited share - true share| over functions: the
part of its money that went to the wrong function. Over deals it is weighted by amount. Truth is a
Shapley value of the planted win probability, so a Shapley value has a home match here; see
docs/attribution.md.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import duckdb

from bench import measure

RUN_DATE = date(2026, 1, 5)
SEEDS = (1, 2, 3, 4, 5)
# deals of a model's own period alone: won after its values were fitted, or all of them
SCORE = """
with truth as (
    select opportunity_id, function, cast(true_share as double) as share
    from read_parquet('{truth}') where is_won
),
deals as (
    select opportunity_key, opportunity_id_crm, plan_amount_minor as amount
    from intermediate.int_funnel__opportunities
    where is_won and not is_held and opportunity_id_crm in (select opportunity_id from truth)
),
credits as (
    select opportunity_key, attribution_model, function, cast(sum(credit_share) as double) as share
    from contribution.fct_contribution_credits where book = 'contribution' group by all
),
fitted_deals as (
    select distinct opportunity_key from contribution.fct_contribution_credits
    where attribution_model = 'team_winrate' and fallback_reason_code is null
),
signed_shares as (
    select opportunity_key, attribution_model, function, share from credits
    union all
    select deals.opportunity_key, models.attribution_model, truth.function, -truth.share
    from truth inner join deals on truth.opportunity_id = deals.opportunity_id_crm
    cross join (select distinct attribution_model from credits) as models
),
gaps as (
    select opportunity_key, attribution_model, function, sum(share) as gap
    from signed_shares group by all
),
errors as (
    select opportunity_key, attribution_model, sum(abs(gap)) / 2 as error from gaps group by all
)
select
    attribution_model,
    sum(error * amount) / sum(amount),
    sum(error * amount) filter (fitted) / sum(amount) filter (fitted)
from (
    select errors.*, deals.amount,
        errors.opportunity_key in (select opportunity_key from fitted_deals) as fitted
    from errors inner join deals using (opportunity_key)
) group by all
"""


def report(sizes: tuple[str, ...], seeds: tuple[int, ...] = SEEDS) -> None:
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="winshare-bench-") as folder:
            # the settings of whoever runs this change no figure
            config = Path(folder) / "winshare.toml"
            config.touch()
            home = str(Path(folder) / "home")
            environment = {"WINSHARE_HOME": home, "WINSHARE_CONFIG": str(config)}
            cost = measure.run("bench.attribution", [size, *map(str, seeds)], environment)
        _print(size, seeds, cost.said["scores"])


def _print(size: str, seeds: tuple[int, ...], scores: dict[str, dict[str, list]]) -> None:
    print(f"\nsize {size}: money on the wrong function, mean (least - most) of {len(seeds)} seeds")
    print(f"  {'':<14}" + "".join(f"{structure:>26}" for structure in scores))
    models = sorted(next(iter(scores.values())), key=lambda name: _mean(scores["logistic"][name]))
    for model in models:
        cells = []
        for found in scores.values():
            fitted = [one[1] for one in found[model]]
            cells.append(
                f"{_mean(found[model]):6.3f} ({min(fitted):.3f} - {max(fitted):.3f})".rjust(26)
            )
        print(f"  {model:<14}" + "".join(cells))
    print("  of deals whose period had values fitted before it; over all deals:")
    for model in models:
        cells = [
            f"{sum(one[0] for one in s[model]) / len(s[model]):26.3f}" for s in scores.values()
        ]
        print(f"  {model:<14}" + "".join(cells))


def _mean(pairs: list[tuple[float, float]]) -> float:
    return sum(pair[1] for pair in pairs) / len(pairs)


def main() -> None:
    """`python -m bench.attribution SIZE SEED ...` prints the scores of every company as JSON."""
    from orchestration import dbt, sample, settings, warehouse
    from orchestration.sample.causes import STRUCTURES

    size, seeds = sys.argv[1], [int(seed) for seed in sys.argv[2:]]
    home = settings.load().home
    scores: dict[str, dict[str, list]] = {structure: {} for structure in STRUCTURES}
    warehouse.begin(home)
    models = dbt.compiled(home)
    for structure in STRUCTURES:
        for seed in seeds:
            shutil.rmtree(home / "landing", ignore_errors=True)
            sample.make(home / "sample", size, seed=seed, structure=structure)
            for model, over_all, over_fitted in _score(home, models):
                scores[structure].setdefault(model, []).append((over_all, over_fitted))
            print(structure, seed, {m: round(s[-1][1], 4) for m, s in scores[structure].items()},
                  file=sys.stderr)  # fmt: skip
    print(json.dumps({"scores": scores}))


def _score(home: Path, models: list) -> list[tuple[str, float, float]]:
    from types import SimpleNamespace

    from orchestration import contract, fitted, landing, settings, warehouse
    from orchestration.extract import ways

    current = settings.load()
    for domain in contract.domains().values():
        source = current.source(domain.name)
        reader = ways.reader(domain, source, RUN_DATE)
        landing.land(home, domain, RUN_DATE, source.way, reader)
    path = warehouse.begin(home)
    warehouse.expose_landing(home, RUN_DATE, set())
    with warehouse.connect(path) as connection:
        warehouse.insert(connection, "run", [{"run_date": RUN_DATE}])
        _create(connection, [m for m in models if not {"credit", "bonus"} & set(m.tags)])
    running = SimpleNamespace(home=home, run_date=RUN_DATE, settings=current)
    fitted.fit_and_land(running)
    with warehouse.connect(path) as connection:
        _create(connection, [m for m in models if "credit" in m.tags])
        truth = home / "sample" / "truth" / "opportunity_truth.parquet"
        return connection.execute(SCORE.format(truth=truth)).fetchall()


def _create(connection: duckdb.DuckDBPyConnection, models: list) -> None:
    for node in models:
        connection.execute(f"create schema if not exists {node.schema}")
        connection.execute(f"create table {node.schema}.{node.name} as {node.compiled_code}")


if __name__ == "__main__":
    main()
