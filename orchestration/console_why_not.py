"""What a person sees of why somebody is not paid. No amount is shown. Nothing here decides."""

from __future__ import annotations

from rich.tree import Tree

from orchestration.console_text import literal, out
from orchestration.release_reader import Row
from orchestration.why_not import WhyNot

_REASONS = {
    "not_assigned": "not assigned to the plan on any day of the period",
    "min_service_days": "{actual_days} days of service at the period's end or at leaving, since "
    "{happened_date}; {required_days} are needed",
    "employed_at_period_end": "left on {happened_date}, before the period's end",
    "before_go_live": "the period began on {happened_date}, before go-live: nothing of it is paid",
    "left_before_payment": "left on {happened_date}, before payment: a person reviews it (E05)",
    "quota_missing": "policy has no quota for the period (T04)",
    "quota_zero": "the quota of the period is zero (T04)",
    "salary_missing": "a salary is known for {actual_days} of {required_days} assigned days",
    "max_leave_days": "{actual_days} days of leave in the period; {required_days} are allowed",
    "min_rating": "rated below what the plan asks for",
    "rating_missing": "the plan asks for a rating and there is none on the period's last day",
    "not_signed": "has not signed this version of the plan",
}
_ASSIGNMENTS = {
    "assigned": "holds",
    "assignment_not_in_force": "rejected: in force from {valid_from_date} to {valid_to_date} only",
    "not_employed": "rejected: not employed in the period",
    "other_function": "rejected: in the period the employee is in {functions}",
    "other_job_profile": "rejected: in the period the employee is {job_profiles}",
    "other_employee": "rejected: for somebody else",
}
_VERSIONS = {
    "in_force": "in force",
    "version_not_in_force": "rejected: in force from {valid_from_date} to {valid_to_date} only",
    "other_period_type": "rejected: pays by {period_type}, and this period is none",
}


def answered(found: WhyNot) -> None:
    """Print whether somebody is paid by a component in a period, and all that stands against it."""
    person, period = found.employee, found.period["period_key"]
    tree = Tree(
        literal(
            f"{person['employee_number']} {person['employee_name']}, {found.component}, {period}: "
            f"{_verdict(found)}"
        )
    )
    if found.reasons:
        rules = tree.add("rules that failed")
        for row in found.reasons:
            right = "measured" if row["is_measurement_rule"] else "paid"
            said = _REASONS.get(row["reason_code"], "see docs/tables.md").format(**row)
            rules.add(literal(f"{row['reason_code']} (says who is {right}): {said}"))
    if found.gates:
        gates = tree.add("pay gates")
        for gate in found.gates:
            state = "open" if gate["is_open"] else f"closed, {gate['closed_reason_code']}"
            gates.add(literal(f"{gate['pay_gate']} {state}"))
    versions = tree.add("versions of the plan")
    for row in found.versions:
        versions.add(literal(f"version {row['plan_version']} {_said(_VERSIONS, row)}"))
    assignments = tree.add("assignments of the plan")
    for row in found.assignments:
        whom = f"{row['assignee_type']} {row['assignee_code']}"
        assignments.add(literal(f"{row['plan_key']}, {whom}: {_said(_ASSIGNMENTS, row)}"))
    if found.lines:
        lines = tree.add("lines")
        for row in found.lines:
            why = f", {row['disposition_reason_code']}" if row["disposition_reason_code"] else ""
            lines.add(literal(f"{row['line_count']} {row['entry_type']} {row['account']}{why}"))
    out.print(tree)


def _verdict(found: WhyNot) -> str:
    row = found.eligibility
    if row is None:
        if all(version["verdict"] != "in_force" for version in found.versions):
            return "no version of the component is in force for this period"
        return "nothing is known: not employed in it and without credit, or it has not begun"
    if not row["is_eligible"]:
        return "not eligible to be measured"
    if not row["is_payout_eligible"]:
        return "measured, not eligible to be paid"
    if any(not gate["is_open"] for gate in found.gates):
        return "eligible, and a pay gate is closed"
    if any(line["account"] != "payable" for line in found.lines):
        return "eligible, and not all of it is payable"
    return "eligible" if found.lines else "eligible, and nothing was earned"


def _said(words: dict[str, str], row: Row) -> str:
    return words[row["verdict"]].format(**row)
