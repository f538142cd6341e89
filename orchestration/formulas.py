"""The SQL that explains payout lines, a second one beside the models': from published tables alone.

It stands in dbt_project/explanations/ and computes what each line's source is entitled to, on a
night's file or on a release's.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration import contract, parquet

FOLDER = contract.DBT_PROJECT / "explanations"

# Which SQL computes the lines of each type of component. A type that is not here cannot be
# explained; a test names it.
FORMULAS = {
    "commission": "commission",
    "contribution_bonus": "pool",
    "profit_share": "pool",
    "success_bonus": "salary",
    "team_target": "salary",
    "kpi_bonus": "salary",
    "recognition_award": "award",
    "growth_project": "shared_award",
    "mentor_bonus": "shared_award",
    "spif": "contest",
}
# What is not computed from the component but from a row about one person, whatever the component.
STATED = "stated"
FORMULAS_BY_SOURCE = {
    "policy.opening_balances": STATED,
    "policy.adjustments": STATED,
    "policy.draws": "draw",
}
EVERY_FORMULA = tuple(dict.fromkeys([*FORMULAS.values(), *FORMULAS_BY_SOURCE.values()]))

# From what a source is entitled to, to what moves tonight.
_LINE = """
select
    lines.payout_line_key,
    case
        when lines.account = 'payable' then entitled.entitled_minor - lines.posted_minor
        when lines.disposition_reason_code = 'disposition_changed' then -lines.posted_minor
        else entitled.entitled_minor - lines.posted_payable_minor - lines.posted_minor
    end as payout_amount_minor,
    lines.currency_code
from bonus.fct_payout_lines as lines
inner join entitled
    on lines.payout_line_key = entitled.payout_line_key
"""


def sql(formula: str, keys: Sequence[str] = ()) -> str:
    """A statement that gives (payout_line_key, payout_amount_minor, currency_code) when it is run
    on a release's finance file: of the lines named, or of all that the formula computes."""
    text = (FOLDER / f"{formula}.sql").read_text(encoding="utf-8").rstrip()
    indented = "\n".join(f"    {line}".rstrip() for line in text.splitlines())
    named = ", ".join(parquet.literal(key) for key in keys)
    where = f"where lines.payout_line_key in ({named})\n" if keys else ""
    return f"with entitled as (\n{indented}\n)\n{_LINE}{where}"
