"""Plans of generated companies, with all that policy lets a component say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from tests.pay import plain
from tests.pay.company import Row
from tests.pay.generated_awards import pays_by
from tests.pay.generated_values import (
    AMOUNTS,
    CAPS,
    DAYS,
    FUNCTIONS,
    JOBS,
    MEASURES,
    MINIMA,
    NAMES,
    PERIODS,
    RATES,
    often,
    seldom,
)  # fmt: skip


def components(rnd: Random, component_type: str, key: str) -> dict[str, list[Row]]:
    """A plan of one component, with assignments, versions, gates and rules of all kinds."""
    said: Row = {
        "period_type": rnd.choice(("quarter", "quarter", "month")),
        "leaver_rule": rnd.choice(("review", "pay")),
        "minimum_payment_amount": rnd.choice(MINIMA),
        "proration_basis": rnd.choice(("calendar_days", "none")),
    }
    if component_type == "commission":
        said["rate_table_key"] = rnd.choice(("flat", "tiers"))
        said["book"] = rnd.choice(("hard", "hard", "hard", "overlay", "hard_rollup"))
        if said["book"] == "hard_rollup":
            said["measure"] = "team_bookings"
        said |= _commission(rnd)
    if component_type in ("success_bonus", "team_target", "kpi_bonus"):
        said["target_rate"] = rnd.choice(RATES)
    plan = plain.plan(key)
    made = plain.component(key, component_type, **said)
    if seldom(rnd):
        other = dict(said)
        if component_type == "commission":
            other["rate_table_key"] = rnd.choice(("flat", "tiers"))
        second = plain.component(key, component_type, plan_version=2, **other)
        since = rnd.choice(DAYS[1:10])
        made["plan_components"] += second["plan_components"]
        first = plan["plan_versions"][0]
        plan["plan_versions"].append({**first, "plan_version": 2, "valid_from_date": since})
        first["valid_to_date"] = since
    if "pools" in made:
        made["pools"][0].update(pools(rnd))
    return plain.merged(plan | {"plan_assignments": assignments(rnd, key)}, made, {
        "pay_gates": gates(rnd, key), "eligibility_rules": rules(rnd, key),
        "component_goals": component_goals(rnd, key) if component_type == "team_target" else [],
    }, pays_by(rnd, component_type, key))  # fmt: skip


def _commission(rnd: Random) -> Row:
    """What else a commission may say; one in two says none of it."""
    said: Row = {"tier_method": rnd.choice(("marginal", "marginal", "retroactive"))}
    if rnd.random() < 0.5:
        return said
    for column, values in (
        ("negative_attainment_rule", ("none", "carry")),
        ("order_cap_amount", ("0.01", "10", "50.01")),
        ("order_fixed_amount", ("10", "33.34")),
        ("period_cap_amount", ("0.05", "25", "100")),
        ("period_cap_rate", ("0.001", "0.01")),
        ("release_rule", ("booking", "invoice", "payment", "dated_shares")),
    ):
        if rnd.random() < 0.4:
            value = rnd.choice(values)
            said[column] = Decimal(value) if value[0].isdigit() else value
    if said.get("release_rule") == "dated_shares":
        said["release_schedule_key"] = "thirds"
    return said


def assignments(rnd: Random, plan: str) -> list[Row]:
    everybody = {"plan_key": plan, "assignee_type": "everyone", "assignee_code": "*"}
    found = [{**everybody, **plain.ALWAYS, "rate_table_key": None}]
    for kind, codes in (("function", FUNCTIONS), ("job_profile", JOBS), ("employee", NAMES[:2])):
        if seldom(rnd):
            found.append(
                {
                    "plan_key": plan, "assignee_type": kind,
                    "assignee_code": rnd.choice(codes),
                    "rate_table_key": rnd.choice((None, "flat", "tiers", "personal")),
                    "valid_from_date": rnd.choice(DAYS[:6]),
                    "valid_to_date": rnd.choice((*DAYS[6:], date(9999, 12, 31))),
                }
            )  # fmt: skip
    return found if often(rnd) or len(found) == 1 else found[1:]


def pools(rnd: Random) -> Row:
    scope = rnd.choice((None, "company", "company", "segment", "deal"))
    is_whole = scope in (None, "company")
    funding = rnd.choice(("fixed_amount", "rate_of_measure", "profit_rate_after_bonus"))
    funding = funding if is_whole else rnd.choice(("fixed_amount", "rate_of_measure"))
    measure = "gross_operating_profit" if funding.startswith("profit") else "bookings"
    segment = None if is_whole else rnd.choice((None, "Renewal"))
    # a cap is of one person and one pool
    is_one = is_whole or (scope == "segment" and segment is not None)
    is_capped = is_one and rnd.random() < 0.5
    return {
        "pool_scope": scope,
        "segment": segment,
        "cap_rate": rnd.choice(CAPS) if is_capped else None,
        "cap_policy": rnd.choice(("redistribute", "lapse")) if is_capped else None,
        "funding_type": funding,
        "measure": rnd.choice((measure, "revenue")) if is_whole else "bookings",
        "funding_rate": rnd.choice(RATES),
        "fixed_amount": abs(rnd.choice(AMOUNTS)),
        "share_rule": rnd.choice(("contribution_credit", "salary_days")),
        "unallocated_pool_policy": rnd.choice(("lapse", "redistribute")),
    }


def gates(rnd: Random, component: str) -> list[Row]:
    return [
        {
            "plan_component_key": component, "pay_gate": f"gate_{number}",
            "measure": rnd.choice(MEASURES),
            "gate_basis": rnd.choice(("before_bonus", "after_bonus")),
            "least_attainment": rnd.choice((None, None, Decimal("0.93"), Decimal("0.333333"))),
            **plain.ALWAYS,
        }
        for number in range(rnd.choice((0, 0, 0, 1, 2)))
    ]  # fmt: skip


def component_goals(rnd: Random, component: str) -> list[Row]:
    """One goal or two of the company, whose weights add up to one."""
    weights = rnd.choice((("1",), ("0.5", "0.5"), ("0.333333", "0.666667")))
    return [
        {
            "plan_component_key": component, "goal_key": f"goal_{number}", "subject": "company",
            "function": rnd.choice(("*", "*", *FUNCTIONS)), "measure": rnd.choice(MEASURES),
            "direction": "at_least", "weight": Decimal(weight),
            "payout_curve_key": rnd.choice(("line", "steps")),
            "unscored_rule": rnd.choice(("zero", "redistribute")),
            **plain.ALWAYS, **plain.APPROVED,
        }
        for number, weight in enumerate(weights)
    ]  # fmt: skip


def rules(rnd: Random, component: str) -> list[Row]:
    found = []
    thresholds = {
        "min_service_days": (0, 30, 59, 90), "max_leave_days": (0, 1, 14, 30), "min_rating": (3,),
        "employed_at_period_end": (None,), "active_at_payment": (None,), "plan_signed": (None,),
    }  # fmt: skip
    for code, values in thresholds.items():
        if rnd.random() < 0.15:
            days = rnd.choice(values)
            row = {"plan_component_key": component, "rule_code": code, "threshold": days}
            found.append({**row, **plain.ALWAYS})
    return found


def goals(rnd: Random, names: tuple[str, ...]) -> dict[str, list[Row]]:
    quotas, targets = [], []
    money = {"currency_code": "EUR", **plain.APPROVED}
    for period in PERIODS:
        for kind, codes in (("job_profile", JOBS), ("employee", names[:1])):
            for code in codes:
                if (often if kind == "job_profile" else seldom)(rnd):
                    quota = rnd.choice((0, 100, 500, 1000, 1000, 2500))
                    measure = rnd.choice(("bookings", "bookings", "bookings", "team_bookings"))
                    about = {"assignee_type": kind, "assignee_code": code, "measure": measure}
                    quotas.append({**about, "period_key": period, "quota_amount": quota, **money})
        for measure in MEASURES:
            if often(rnd):
                target = abs(rnd.choice(AMOUNTS)) + rnd.choice((0, Decimal("0.01")))
                about = {"measure": measure, "period_key": period}
                targets.append({**about, "target_amount": target, **money})
    return {"quotas": quotas, "targets": targets}
