"""From the counts that models made to the columns that are landed: each fit, version by version."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np

from orchestration import additive_rates, contract
from orchestration import removal_effects as chain
from orchestration.removal_effects import MILLION


def coalition_rates(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The columns of raw_fitted.coalition_rates for versions not landed yet, rates in millionths.

    All coalitions of a version are fitted, not only those seen: which of them the period's deals
    will need is not known when it begins.
    """
    coalitions = connection.execute(
        "select coalition_mask, coalition from intermediate.int_contribution__coalitions order by 1"
    ).fetchnumpy()
    counts = connection.execute(
        "select * from intermediate.int_contribution__coalition_counts as counts where not exists ("
        "select 1 from raw_fitted.coalition_rates as landed "
        "where landed.value_table_version = counts.value_table_version "
        "and landed.segment = counts.segment) "
        "order by value_table_version, segment, coalition_mask"
    ).fetchnumpy()
    mask = coalitions["coalition_mask"]
    functions = int(mask.max()).bit_length()
    members = mask[:, None] >> np.arange(functions) & 1
    named = np.asarray(
        [f"{v}|{s}" for v, s in zip(counts["value_table_version"], counts["segment"], strict=True)]
    )
    fits = []
    for name in dict.fromkeys(named.tolist()):
        version, _, segment = name.partition("|")
        chosen = named == name
        at = np.searchsorted(mask, counts["coalition_mask"][chosen])
        opportunity_count = np.zeros(len(mask), dtype=np.int64)
        won_count = np.zeros(len(mask), dtype=np.int64)
        opportunity_count[at] = counts["opportunity_count"][chosen]
        won_count[at] = counts["won_count"][chosen]
        seen = (members[at], opportunity_count[at], won_count[at])
        effects = additive_rates.fit(*seen, float(counts["effect_prior_weight"][chosen][0]))
        bend = additive_rates.fit_bend(effects, *seen)
        fits.append(
            {
                "value_table_version": np.full(len(mask), version, dtype=object),
                "segment": np.full(len(mask), segment, dtype=object),
                "coalition": coalitions["coalition"],
                "opportunity_count": opportunity_count,
                "won_count": won_count,
                "prior_weight": np.full(len(mask), counts["prior_weight"][chosen][0]),
                "additive_bend": np.full(len(mask), round(bend.bend * MILLION)),
                "additive_rate": additive_rates.rates_in_millionths(effects, bend, members),
            }
        )
    columns = contract.fitted().tables["coalition_rates"].columns
    return {
        column: np.concatenate([fit[column] for fit in fits]) if fits else np.empty(0)
        for column in columns
    }


def removal_effects(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The columns of raw_fitted.removal_effects for versions not landed yet, in millionths."""
    steps: dict[tuple[str, str, int], list[tuple[str, str, int]]] = {}
    for version, segment, order, *step in connection.execute(
        "select value_table_version, segment, chain_order, from_state, to_state, step_count "
        "from intermediate.int_contribution__path_transitions as steps where not exists ("
        "select 1 from raw_fitted.removal_effects as landed "
        "where landed.value_table_version = steps.value_table_version "
        "and landed.segment = steps.segment) order by all"
    ).fetchall():
        steps.setdefault((version, segment, order), []).append(tuple(step))
    rows = [
        (version, segment, function, order, round(effect * MILLION))
        for (version, segment, order), found in steps.items()
        for function, effect in chain.removal_effects(*zip(*found, strict=True)).items()
    ]
    names = contract.fitted().tables["removal_effects"].columns
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return {
        name: np.asarray(column, dtype=object if isinstance(next(iter(column), 0), str) else int)
        for name, column in zip(names, columns, strict=True)
    }


def select(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Any]) -> str:
    """Put columns into a table of the connection; the SELECT gives rates as the contract wants."""
    connection.execute(f"create table {name} as select * from columns")
    given = ", ".join(
        f"cast({column} as decimal(18, 0)) * cast(0.000001 as decimal(7, 6)) as {column}"
        if column.endswith(("_rate", "_bend"))
        else column
        for column in columns
    )
    return f"select {given} from {name}"
