"""A second opinion on tonight's pay: a sample of lines is computed again by the SQL that explains
them, which shares no model with them. The bonus gate judges whether both agree.
"""

from __future__ import annotations

import duckdb

from orchestration import formulas

# Keys are hashes, so the least of them are a sample that nobody chooses and every rerun repeats.
SAMPLE_LINES = 500


def write_down(connection: duckdb.DuckDBPyConnection) -> int:
    """Fill raw_night.second_opinions: a row a sampled line, its amount null where the explanation
    has none. Returns the number of lines."""
    connection.execute("delete from raw_night.second_opinions")
    keys = [
        row[0]
        for row in connection.execute(
            "select payout_line_key from bonus.fct_payout_lines order by 1 limit ?", [SAMPLE_LINES]
        ).fetchall()
    ]
    if not keys:
        return 0
    explained = " union all ".join(
        f"select payout_line_key, payout_amount_minor from ({formulas.sql(formula, keys)})"
        for formula in formulas.EVERY_FORMULA
    )
    connection.execute(
        "insert into raw_night.second_opinions by name "
        "select lines.payout_line_key, explained.payout_amount_minor "
        "from (select unnest(?) as payout_line_key) as lines "
        f"left join ({explained}) as explained using (payout_line_key)",
        [keys],
    )
    return len(keys)
