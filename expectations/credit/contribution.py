"""The share of each deal that is whose, and the values it rests on."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Price

_gate = partial(Gate, layer="credit", absent_domain="crm")
_CREDITS = "contribution.fct_contribution_credits"
GATES = (
    _gate(
        table=_CREDITS,
        opens="commissions and pools",
        price=Price("employee_key", "plan_credited_amount_minor", "plan_currency_code"),
        # a young company has won nothing yet
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("credit_key"),
            must.always_have(
                "opportunity_key",
                "function",
                "attribution_model",
                "book",
                "incentive_date",
                "won_at",
                "credit_share",
                "credited_amount_minor",
                "currency_code",
                "plan_credited_amount_minor",
                "plan_currency_code",
                "is_paid_model",
            ),
            must.be_one_of("book", ["hard", "overlay", "contribution"]),
            must.be_between(
                "credit_share",
                0,
                1,
                where="book <> 'overlay'",
                because="nobody gives away more than the deal",
            ),
            must.have_no(
                "deal whose shares do not sum to exactly 1 in a book and model",
                "select 1 from judged where book <> 'overlay' "
                "group by opportunity_key, book, attribution_model having sum(credit_share) <> 1",
                because="a share too much or too little is somebody's pay (C02)",
            ),
            must.add_up_to(
                "funnel.fct_opportunities.amount_minor",
                "credited_amount_minor",
                per=("opportunity_key", "currency_code"),
                where="book = 'hard'",
                their_where="is_won and not is_held",
                because="commissions are paid on it",
            ),
            must.add_up_to(
                "funnel.fct_opportunities.plan_amount_minor",
                "plan_credited_amount_minor",
                per=("opportunity_key", "plan_currency_code"),
                where="book = 'hard'",
                their_where="is_won and not is_held",
            ),
            must.have_no(
                "deal to which a contribution model gives more or less than its amount",
                "select 1 from judged inner join funnel.fct_opportunities as opportunities "
                "on opportunities.opportunity_key = judged.opportunity_key "
                "where book = 'contribution' group by judged.opportunity_key, attribution_model "
                "having sum(credited_amount_minor) <> max(opportunities.amount_minor) "
                "or sum(plan_credited_amount_minor) <> max(opportunities.plan_amount_minor)",
                because="pools are shared by it",
            ),
            must.have_no(
                "won deal without hard credit",
                "select 1 from funnel.fct_opportunities as deals "
                "where deals.is_won and not deals.is_held and not exists ("
                "select 1 from judged where judged.opportunity_key = deals.opportunity_key "
                "and judged.book = 'hard')",
            ),
            must.have_no(
                "won deal without contribution credit that is paid",
                "select 1 from funnel.fct_opportunities as deals "
                "where deals.is_won and not deals.is_held and not exists ("
                "select 1 from judged where judged.opportunity_key = deals.opportunity_key "
                "and judged.book = 'contribution' and judged.is_paid_model)",
                because="exactly one model pays on every day (C11)",
            ),
            must.have_no(
                "book of a deal that is paid by two models",
                "select 1 from judged where is_paid_model group by opportunity_key, book "
                "having count(distinct attribution_model) > 1",
            ),
        ],
    ),
    _gate(
        table="contribution.fct_rollup_credits",
        opens="commissions of managers",
        # there may be nobody whom anybody reports to
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("rollup_credit_key"),
            must.have_one_row_per("opportunity_key", "book", "employee_key"),
            must.be_one_of("book", ["hard_rollup", "overlay_rollup"]),
            must.be_between("credit_share", 0, 1, because="a deal is one deal above (C03)"),
            must.have_no(
                "manager credited with more of a deal, their own part with it, than there is",
                "select 1 from judged inner join funnel.fct_opportunities as deals "
                "on deals.opportunity_key = judged.opportunity_key left join ("
                "select opportunity_key, book || '_rollup' as book, employee_key, "
                f"sum(credited_amount_minor) as own_minor from {_CREDITS} "
                "where employee_key is not null group by all) as own "
                "on own.opportunity_key = judged.opportunity_key and own.book = judged.book "
                "and own.employee_key = judged.employee_key "
                "where abs(judged.credited_amount_minor + coalesce(own_minor, 0)) "
                "> abs(deals.amount_minor)",
                because="the manager is credited once (C03)",
            ),
            must.have_no(
                "reporting line longer than eight managers",
                "select 1 from judged inner join people.dim_employee_history as lines "
                "on lines.employee_key = judged.employee_key "
                "and lines.valid_from_date <= incentive_date "
                "and incentive_date < lines.valid_to_date "
                "where furthest_level = 8 and lines.manager_employee_key is not null",
                because="who is further up would get nothing and nobody would know",
            ),
        ],
    ),
    _gate(
        table="contribution.fct_unresolved_credits",
        opens="what is held for people nobody knows",
        # everybody may be known
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("opportunity_key", "book", "system", "identity_value"),
            must.always_have("credited_amount_minor", "currency_code", "plan_currency_code"),
            must.have_no(
                "deal whose unassigned hard credit is not all held for somebody",
                f"select 1 from {_CREDITS} as credits inner join ("
                "select opportunity_key, sum(credited_amount_minor) as held_minor "
                "from judged where book = 'hard' group by opportunity_key"
                ") as held on held.opportunity_key = credits.opportunity_key "
                "where book = 'hard' and credit_reason_code = 'unresolved_identity' "
                "and credited_amount_minor <> held_minor",
                because="paid + held = total (C05)",
            ),
        ],
    ),
    _gate(
        table="contribution.fct_function_contributions",
        opens="the contribution of functions",
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per(
                "function",
                "period_key",
                "book",
                "attribution_model",
                "currency_code",
                "plan_currency_code",
            ),
            must.have_no_rows_where(
                "suppressed and (credited_amount_minor is not null "
                "or plan_credited_amount_minor is not null or credit_share is not null)",
                because="a sum over few people is somebody's figure (P02)",
            ),
        ],
    ),
    _gate(
        table="contribution.fct_model_bounds",
        opens="how sure a share is",
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("opportunity_key", "employee_key"),
            must.have_no_rows_where(
                "lowest_share < 0 or highest_share > 1 or lowest_share > highest_share",
                because="bounds hold a share between them",
            ),
        ],
    ),
    _gate(
        table="contribution.fct_coalition_fits",
        opens="what deals of each coalition are worth, exactly",
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("value_table_version", "segment", "coalition"),
            must.be_between("win_rate", 0, 1),
            must.be_between("additive_rate", 0, 1),
            must.have_no(
                "version without the value of one of its coalitions",
                "select 1 from judged group by value_table_version, segment "
                "having count(*) <> max(coalition_mask) + 1",
                because="a Shapley value is over all subsets or it is none",
            ),
            must.have_no_rows_where(
                "won_count < 0 or won_count > opportunity_count",
                because="nobody wins more deals than there are",
            ),
        ],
    ),
    _gate(
        table="contribution.fct_coalition_values",
        opens="win rates of coalitions, for everybody",
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("value_table_version", "segment", "coalition"),
            must.match_rows_of(
                "contribution.fct_coalition_fits", per=("value_table_version", "segment")
            ),
            must.be_between(
                "win_rate",
                0,
                1,
                because="each coalition may have too few deals to be shown",
                may_cover_nothing=True,
            ),
            must.have_no_rows_where(
                "suppressed and (opportunity_count is not null or win_rate is not null)",
                because="a handful of deals may be one person's work (P02)",
            ),
            must.have_no_rows_where(
                "win_rate <> round(win_rate, 1)",
                because="an exact rate tells of how many deals it is (P02)",
            ),
        ],
    ),
    _gate(
        table="contribution.fct_value_calibration",
        opens="whether win rates hold",
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("value_table_version", "segment", "band_number"),
            must.be_between(
                "expected_win_rate",
                0,
                1,
                because="each band may hold too few deals to be shown",
                may_cover_nothing=True,
            ),
            must.be_between(
                "observed_win_rate",
                0,
                1,
                because="no deal may have been decided since the first table was fitted",
                may_cover_nothing=True,
            ),
        ],
    ),
)
