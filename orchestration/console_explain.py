"""What a person sees of an explanation: a tree from the payout to the source records."""

from __future__ import annotations

from rich.text import Text
from rich.tree import Tree

from orchestration import formulas
from orchestration.console_text import literal, out
from orchestration.explain import Explained, Line
from orchestration.explain_steps import Money, money, percent, steps
from orchestration.release_reader import Row

# Of a pool share made of a hundred deals the largest say most; --line shows all.
_SHOWN_CREDITS = 3


def explained(found: Explained, is_whole: bool, with_sql: bool) -> None:
    """Print the tree; `is_whole`: every credit of it."""
    said = money(found.digits)
    person = found.employee
    tree = Tree(
        literal(f"{person['employee_number']} {person['employee_name']}, {found.release_id}")
    )
    by_run: dict[tuple[str, str], list[Line]] = {}
    for line in found.lines:
        by_run.setdefault((line.row["payment_run"], line.row["currency_code"]), []).append(line)
    payouts = {(row["payment_run"], row["currency_code"]): row for row in found.payouts}
    for key, lines in by_run.items():
        payout = payouts.get(key)
        paid = said(payout["payout_amount_minor"], key[1]) if payout else "nothing"
        shown = sum(line.row["payout_amount_minor"] for line in lines
                    if line.row["account"] == "payable")  # fmt: skip
        branch = tree.add(
            literal(f"payment {key[0]} pays {paid}; of it in these lines {said(shown, key[1])}")
        )
        for line in lines:
            _add_line(branch, line, said, is_whole)
    out.print(tree)
    if with_sql:
        _say_sql(found.lines)


def _add_line(tree: Tree, line: Line, said: Money, is_whole: bool) -> None:
    row = line.row
    reason = f", {row['disposition_reason_code']}" if row["disposition_reason_code"] else ""
    branch = tree.add(
        literal(
            f"{said(row['payout_amount_minor'], row['currency_code'])} {row['account']}{reason}: "
            f"{row['plan_component_key']} version {row['plan_version']}, {row['period_key']}"
        )
    )
    branch.add(literal(f"line {row['payout_line_key']}, {row['entry_type']}, {row['cause']}"))
    branch.add(literal(f"source {row['source_ref']}"))
    if row["rule_key"]:
        branch.add(literal(f"rule {row['rule_key']}"))
    formula = branch.add("formula")
    for number, step in enumerate(steps(line, said), 1):
        formula.add(literal(f"{number}. {step}"))
    if line.gates:
        gates = branch.add("pay gates")
        for gate in line.gates:
            gates.add(literal(_gate(gate, said)))
    if line.credits:
        credits = branch.add(literal(f"credits: {len(line.credits)}"))
        shown = line.credits if is_whole else line.credits[:_SHOWN_CREDITS]
        for credit in shown:
            _add_credit(credits, credit, line.touches[credit["credit_key"]], said)
        if len(shown) < len(line.credits):
            rest = len(line.credits) - len(shown)
            credits.add(literal(f"and {rest} smaller: --line {row['payout_line_key']} shows all"))


def _gate(gate: Row, said: Money) -> str:
    unit = gate["currency_code"]
    state = "open" if gate["is_open"] else f"closed, {gate['closed_reason_code']}"
    return (
        f"{gate['pay_gate']} {state}: {gate['measure']} {said(gate['actual_minor'], unit)} against "
        f"{said(gate['target_minor'], unit)}, margin {said(gate['margin_minor'], unit)}"
    )


def _add_credit(tree: Tree, credit: Row, touches: list[Row], said: Money) -> None:
    plan = said(credit["plan_credited_amount_minor"], credit["plan_currency_code"])
    rate = f" at {credit['fx_rate'].normalize():f}" if credit["fx_rate"] not in (None, 1) else ""
    branch = tree.add(
        literal(
            f"{plan}{rate}: {percent(credit['credit_share'])} of "
            f"{said(credit['amount_minor'], credit['currency_code'])}, book {credit['book']} by "
            f"{credit['attribution_model']}, won {credit['incentive_date']}"
        )
    )
    branch.add(
        literal(
            f"deal crm.opportunity/{credit['opportunity_id_crm']}, landed "
            f"{credit['known_at']:%Y-%m-%d}"
        )
    )
    for touch in touches:
        counted = "" if touch["is_counted"] else f", not counted: {touch['exclusion_reason_code']}"
        branch.add(
            literal(
                f"{touch['contribution_type']} {touch['event_date']}: {touch['evidence_ref']}, "
                f"landed {touch['known_at']:%Y-%m-%d}{counted}"
            )
        )
    if not touches:
        branch.add("no touch of the payee: credited by the records of the deal itself")


def _say_sql(lines: list[Line]) -> None:
    keys: dict[str, list[str]] = {}
    for line in lines:
        keys.setdefault(line.formula, []).append(line.row["payout_line_key"])
    out.print("\nThe same amounts, from the release's finance/finance.duckdb:")
    for formula, named in keys.items():
        out.print(Text(f"\n-- {formula}\n{formulas.sql(formula, named)};"), soft_wrap=True)
