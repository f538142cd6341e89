"""Deals as they stand, and the way they came."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Price

_gate = partial(Gate, layer="facts", absent_domain="crm")
_PAID_FOR = "is_won and not is_held"

# Held deals pay nobody. Some are held every night; a third of all wins means that a source or a
# rate table is broken as a whole, and publishing would show a company that sold next to nothing.
_MOST_HELD = """
select 1 from (
    select
        count(*) filter (where is_won) as won_count,
        count(*) filter (where is_won and is_held) as held_count
    from judged
) as counts
where won_count >= 20 and held_count * 3 >= won_count
"""

GATES = (
    _gate(
        table="funnel.fct_opportunities",
        opens="credit",
        at_least_rows=1,
        price=Price("owner_employee_key", "plan_amount_minor", "plan_currency_code"),
        rules=lambda: [
            must.have_one_row_per("opportunity_key"),
            must.have_one_row_per("opportunity_id_crm"),
            must.always_have(
                "opportunity_key",
                "opportunity_id_crm",
                "account_key",
                "stage",
                "currency_code",
                "plan_currency_code",
                "is_closed",
                "is_won",
                "is_held",
            ),
            must.have_no_rows_where(
                "amount_minor is null or fx_rate is null or plan_amount_minor is null "
                "or won_date is null or won_at is null",
                because="what is paid for has an amount, a rate and a day",
                where=_PAID_FOR,
                may_cover_nothing=True,
            ),
            must.have_no_rows_where(
                "period_key is null",
                because="a won deal outside the fiscal calendar is paid in no period",
                where=_PAID_FOR,
                may_cover_nothing=True,
            ),
            must.have_no_rows_where(
                "fx_rate <= 0 or (currency_code = plan_currency_code and fx_rate <> 1)",
                because="a currency is worth one of itself (F25)",
                where="fx_rate is not null",
                may_cover_nothing=True,
            ),
            must.have_no_rows_where(
                "is_held <> (held_reason_code is not null)", because="what is held has a reason"
            ),
            must.have_no_rows_where("is_won and not is_closed", because="a won deal is closed"),
            must.have_no("third of the won deals on hold", _MOST_HELD),
        ],
    ),
    _gate(
        table="funnel.fct_funnel_stages",
        opens="the funnel",
        at_least_rows=1,
        rules=lambda: [
            must.have_one_row_per("stage_entry_key"),
            must.always_have("subject", "stage", "entered_at", "definition_version"),
            must.be_one_of("subject", ["lead", "opportunity"]),
        ],
    ),
    _gate(
        table="funnel.fct_funnel_metrics",
        opens="how far leads and deals come",
        at_least_rows=1,
        rules=lambda: [
            must.have_one_row_per("definition_version", "subject", "stage", "entered_month"),
            must.have_no_rows_where(
                "further_count < 0 or further_count > subject_count",
                because="no more come further than came in",
            ),
        ],
    ),
    _gate(
        table="funnel.fct_function_sourcing",
        opens="which functions open doors",
        # a young company has won nothing yet
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("function", "period_key", "plan_currency_code"),
            must.have_no_rows_where(
                "suppressed and (sourced_deal_count is not null "
                "or plan_sourced_amount_minor is not null or influenced_deal_count is not null "
                "or plan_influenced_amount_minor is not null)",
                because="a sum over few people is somebody's figure (P02)",
            ),
            must.have_no(
                "quarter in which functions sourced more than was won",
                "select 1 from judged where plan_sourced_amount_minor is not null "
                "group by period_key, plan_currency_code "
                "having sum(plan_sourced_amount_minor) > (select "
                "coalesce(sum(deals.plan_amount_minor) filter (deals.plan_amount_minor > 0), 0) "
                "from funnel.fct_opportunities as deals inner join people.dim_periods as periods "
                "on periods.start_date <= deals.won_date and deals.won_date < periods.end_date "
                "where periods.period_key = judged.period_key and deals.is_won "
                "and not deals.is_held)",
                because="a deal has one source",
            ),
        ],
    ),
)
