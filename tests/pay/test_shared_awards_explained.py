"""Lines of awards that several share are computed again from who took part, to the minor unit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.pay import plain
from tests.pay.company import Company, CreditNote, Deal, Employee, Post, Row, Spell, at_noon, tables
from tests.pay.engine import Engine
from tests.pay.explained import differing

HIRED = date(2020, 1, 1)
NAMES = ("ann", "ben", "cid", "dan")
CONTEST = {
    "plan_component_key": "contests", "start_date": date(2025, 10, 1),
    "end_date": date(2026, 1, 1), "currency_code": "EUR", **plain.APPROVED,
}  # fmt: skip

# A model that breaks its rule: the explanation is no echo of the model.
WRONG = {
    "c02_a_project_gives_the_last_cent_to_another": (
        "intermediate.int_bonus__project_shares",
        ("share_minor_remainder desc nulls last", "share_minor_remainder asc nulls first"),
    ),
    "c02_a_mentee_gives_the_last_cent_to_another": (
        "intermediate.int_bonus__mentor_awards",
        ("desc nulls last, mentor_employee_key asc", "desc nulls last, mentor_employee_key desc"),
    ),
    "t06_the_last_deal_is_served_first": (
        "intermediate.int_bonus__spif_awards",
        ("incentive_date asc nulls last", "incentive_date desc nulls last"),
    ),
    "who_sold_least_is_first": (
        "intermediate.int_bonus__spif_awards",
        ("entered desc nulls last", "entered asc nulls last"),
    ),
}  # fmt: skip


def _policy() -> dict[str, list[Row]]:
    return plain.merged(
        plain.policy(),
        *(plain.plan(key) for key in ("launches", "mentors", "contests")),
        plain.component("launches", "growth_project"),
        plain.component("mentors", "mentor_bonus"),
        plain.component("contests", "spif"),
        {
            "payout_curves": [
                {"payout_curve_key": "line", "point": point, "attainment": Decimal(at),
                 "payout_rate": Decimal(at), "interpolation": "linear"}
                for point, at in enumerate(("0.5", "1", "2"), 1)
            ],
            # 3,400 of 3,000 reached: a third of a cent is nobody's
            "projects": [
                {"project_key": "launch", "project_name": "Launch",
                 "plan_component_key": "launches", "measure": "bookings",
                 "start_date": date(2025, 10, 1), "end_date": date(2026, 1, 1), "target": 3000,
                 "bonus_amount": Decimal("100.01"), "currency_code": "EUR",
                 "payout_curve_key": "line", **plain.APPROVED}
            ],
            "project_members": [
                {"project_key": "launch", "employee_number": name, "share": Decimal(share)}
                for name, share in zip(NAMES, ("0.333333", "0.333333", "0.333334"), strict=False)
            ],
            "mentor_rules": [
                {"plan_component_key": "mentors", "award_amount": Decimal("100"),
                 "currency_code": "EUR", "least_session_count": 1, "progress_measure": "sessions",
                 "manager_rule": "pay", **plain.ALWAYS, **plain.APPROVED}
            ],
            "spifs": [
                # the third deal gets what the budget has left
                {**CONTEST, "spif_key": "deals", "spif_name": "Deals", "measure": "deal_count",
                 "award_type": "per_deal", "award_amount": Decimal("10.01"), "tie_rule": "share",
                 "budget_amount": Decimal("25")},
                {**CONTEST, "spif_key": "ties", "spif_name": "Ties", "measure": "bookings",
                 "award_type": "ranking", "least_value": 100, "tie_rule": "share",
                 "budget_amount": Decimal("40.01")},
                {**CONTEST, "spif_key": "first", "spif_name": "First", "measure": "bookings",
                 "award_type": "ranking", "tie_rule": "first", "budget_amount": Decimal("30")},
            ],
            "spif_prizes": [
                {"spif_key": key, "place": place, "prize_amount": Decimal(prize)}
                for key, prizes in (("ties", ("25", "15.01")), ("first", ("20", "10")))
                for place, prize in enumerate(prizes, 1)
            ],
        },
    )  # fmt: skip


def _deal(number: int, day: date, amount: str, *who: str) -> Deal:
    shares = {name: Decimal(100) / len(who) for name in who}
    return Deal(f"D{number}", at_noon(day), Decimal(amount), hard=shares)


def _given() -> dict[str, list[Row]]:
    """Ann and Ben tie for the first place; what Cid sold was given back."""
    company = Company(
        run_date=date(2026, 3, 31),
        policy=_policy(),
        employees=tuple(
            Employee(name, (Spell(HIRED),), (Post(HIRED, "sales", "seller"),), ()) for name in NAMES
        ),
        deals=(
            _deal(1, date(2025, 11, 3), "1000", "ann", "ben"),
            _deal(2, date(2025, 11, 20), "1200", "ben", "ann"),
            _deal(3, date(2025, 12, 1), "700", "dan"),
            _deal(4, date(2025, 10, 5), "500", "cid"),
        ),
        credit_notes=(CreditNote("R4", "D4", date(2025, 12, 20), Decimal("500"), "EUR"),),
    )
    given = tables(company)
    given["intermediate.int_identity__employee_identities"] += [
        {"system": "collaboration", "identity_value": f"{name}@example.com", "employee_key": name,
         "valid_from_date": date(1900, 1, 1), "valid_to_date": date(9999, 12, 31)}
        for name in NAMES
    ]  # fmt: skip
    held = datetime(2025, 11, 5, 9)
    given["staging.stg_collaboration__mentoring_sessions"] = [
        {"mentoring_session_id_collaboration": f"s{number}",
         "mentor_email": f"{mentor}@example.com", "mentee_email": "dan@example.com",
         "held_at": held + timedelta(days=number),
         "confirmed_at": held + timedelta(days=number + 1)}
        for number, mentor in enumerate(("ann", "ben", "cid"))
    ]  # fmt: skip
    return given


def test_shared_awards_are_explained_to_the_minor_unit(engine: Engine) -> None:
    with engine.night(_given()) as connection:
        paid = connection.execute(
            "select source_ref, list(payout_amount_minor order by payout_amount_minor desc) "
            "from bonus.fct_payout_lines group by all order by all"
        ).fetchall()
        assert differing(connection) == []
    by_source = dict(paid)
    assert by_source["policy.projects:launch"] == [3778, 3778, 3778]
    assert by_source["collaboration.mentoring_session:dan"] == [3334, 3333, 3333]
    assert by_source["policy.spifs:ties"] == [2001, 2000]
    assert by_source["policy.spifs:first"] == [2000, 1000]
    deals = [amount for source, amounts in paid if source.startswith("policy.spifs:deals:")
             for amount in amounts]  # fmt: skip
    assert sorted(deals) == [498, 500, 500, 501, 501]


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_model_differs_from_its_explanation(engine: Engine, name: str) -> None:
    relation, wrong = WRONG[name]
    with engine.night(_given(), wrong={relation: wrong}) as connection:
        assert differing(connection)
