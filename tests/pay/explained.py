"""What the SQL that explains lines says of the lines of a night."""

from __future__ import annotations

import duckdb

from orchestration import formulas


def differing(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    """Lines whose explanation gives another amount, or none: (component type, source, amounts)."""
    explained = " union all ".join(
        f"select * from ({formulas.sql(formula)}) as {formula}_lines"
        for formula in formulas.EVERY_FORMULA
    )
    return connection.execute(
        f"""
        select lines.component_type, lines.source_ref, lines.payout_amount_minor,
            explained.payout_amount_minor
        from bonus.fct_payout_lines as lines
        full outer join ({explained}) as explained
            on lines.payout_line_key = explained.payout_line_key
        where lines.payout_amount_minor is distinct from explained.payout_amount_minor
        """
    ).fetchall()
