-- One row per opportunity that is not deleted.
with opportunities as (
    select * from {{ ref('stg_crm__opportunities') }}
),

accounts as (
    select * from {{ ref('int_identity__accounts') }}
),

opportunity_changes as (
    select * from {{ ref('int_funnel__opportunity_changes') }}
),

opportunity_splits as (
    select * from {{ ref('int_funnel__opportunity_splits') }}
),

agreements as (
    select * from {{ ref('int_funnel__opportunity_agreements') }}
),

identities as (
    select * from {{ ref('int_identity__employee_identities') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

currencies as (
    select * from {{ ref('stg_policy__currencies') }}
),

fx_rates as (
    select * from {{ ref('stg_policy__fx_rates') }}
),

fiscal_calendar as (
    select * from {{ ref('stg_policy__fiscal_calendar') }}
),

-- A deal won, reopened and won again is one win, dated by the win that stands: the first change to
-- won after the last change away from it (D04). What was paid on the earlier win is set off by
-- the ledger, which knows the deal and not the date.
standing_states as (
    select
        opportunity_id_crm,
        max(case when is_won and not was_won then changed_at end) as won_at,
        max(
            case when is_closed and (not was_closed or is_won <> was_won) then changed_at end
        ) as closed_at,
        cast(count(case when is_won and not was_won then 1 end) as bigint) as win_count,
        -- '' for a deal that nobody owned: engines differ on null here
        nullif(
            max_by(
                coalesce(owner_user_id_crm, ''),
                case when is_won and not was_won then changed_at end
            ),
            ''
        ) as won_owner_user_id_crm
    from opportunity_changes
    group by opportunity_id_crm
),

split_totals as (
    select
        opportunity_id_crm,
        sum(split_percentage) as revenue_split_percentage
    from opportunity_splits
    where split_type = 'Revenue'
    group by opportunity_id_crm
),

dated_opportunities as (
    select
        opportunities.*,
        coalesce(accounts.surviving_account_id_crm, opportunities.account_id_crm)
            as surviving_account_id_crm,
        case when opportunities.is_won then standing_states.won_at end as won_at,
        case when opportunities.is_closed then standing_states.closed_at end as closed_at,
        standing_states.win_count,
        case
            when opportunities.is_won then standing_states.won_owner_user_id_crm
            else opportunities.owner_user_id_crm
        end as credited_owner_user_id_crm,
        split_totals.revenue_split_percentage,
        agreements.held_reason_code as contradicted_reason_code
    from opportunities
    left join accounts
        on opportunities.account_id_crm = accounts.account_id_crm
    left join standing_states
        on opportunities.opportunity_id_crm = standing_states.opportunity_id_crm
    left join split_totals
        on opportunities.opportunity_id_crm = split_totals.opportunity_id_crm
    left join agreements
        on opportunities.opportunity_id_crm = agreements.opportunity_id_crm
),

local_opportunities as (
    select
        dated_opportunities.*,
        {{ local_date('dated_opportunities.created_at', 'company_zones.time_zone') }}
            as created_date,
        {{ local_date('dated_opportunities.won_at', 'company_zones.time_zone') }} as won_date,
        {{ local_date('dated_opportunities.closed_at', 'company_zones.time_zone') }} as closed_date
    from dated_opportunities
    cross join company_zones
),

priced_opportunities as (
    select
        local_opportunities.*,
        coalesce(local_opportunities.currency_code, company_settings.plan_currency_code)
            as deal_currency_code,
        company_settings.plan_currency_code,
        company_settings.plan_minor_digits
    from local_opportunities
    inner join company_settings
        on {{ in_force_if_dated(
            'coalesce(local_opportunities.won_date, local_opportunities.created_date)',
            'company_settings',
        ) }}
),

-- a rate is fixed on the day of the win; a currency is worth one of itself
valued_opportunities as (
    select
        priced_opportunities.*,
        currencies.minor_digits,
        case
            when not priced_opportunities.is_won then null
            when priced_opportunities.deal_currency_code = priced_opportunities.plan_currency_code
            then cast(1 as decimal(18, 9))
            else fx_rates.fx_rate
        end as fx_rate,
        -- beyond this no currency's minor units fit what pay is calculated in
        abs(priced_opportunities.amount) >= 100000000000 as is_out_of_range,
        fiscal_calendar.period_key,
        identities.employee_key as owner_employee_key
    from priced_opportunities
    left join currencies
        on priced_opportunities.deal_currency_code = currencies.currency_code
    left join fx_rates
        on priced_opportunities.deal_currency_code = fx_rates.from_currency_code
        and priced_opportunities.plan_currency_code = fx_rates.to_currency_code
        and {{ in_force('priced_opportunities.won_date', 'fx_rates') }}
    left join fiscal_calendar
        on fiscal_calendar.period_type = 'month'
        and fiscal_calendar.start_date <= priced_opportunities.won_date
        and priced_opportunities.won_date < fiscal_calendar.end_date
    left join identities
        on identities.system = 'crm'
        and priced_opportunities.credited_owner_user_id_crm = identities.identity_value
        and {{ in_force(
            'coalesce(priced_opportunities.won_date, priced_opportunities.created_date)',
            'identities',
        ) }}
),

amounts as (
    select
        *,
        case
            when not is_out_of_range then {{ to_minor('amount', 'minor_digits') }}
        end as amount_minor
    from valued_opportunities
),

held_reasons as (
    select
        *,
        case
            when minor_digits is null then 'currency_unknown'
            when is_out_of_range then 'amount_out_of_range'
            when not is_won then contradicted_reason_code
            when amount is null then 'amount_missing'
            when won_date is null then 'won_date_missing'
            when fx_rate is null then 'fx_rate_missing'
            when revenue_split_percentage <> 100 then 'split_total_not_100_percent'
            else contradicted_reason_code
        end as held_reason_code
    from amounts
)

select
    {{ surrogate_key(['opportunity_id_crm']) }} as opportunity_key,
    opportunity_id_crm,
    {{ surrogate_key(['surviving_account_id_crm']) }} as account_key,
    surviving_account_id_crm as account_id_crm,
    owner_employee_key,
    credited_owner_user_id_crm as owner_user_id_crm,
    opportunity_name,
    stage_name,
    opportunity_type,
    lead_source,
    created_at,
    created_date,
    won_at,
    won_date,
    closed_at,
    closed_date,
    period_key,
    amount_minor,
    deal_currency_code as currency_code,
    fx_rate,
    case
        when fx_rate is not null
        then {{ convert_minor('amount_minor', 'minor_digits', 'fx_rate', 'plan_minor_digits') }}
    end as plan_amount_minor,
    plan_currency_code,
    revenue_split_percentage,
    win_count,
    is_closed,
    is_won,
    held_reason_code is not null as is_held,
    held_reason_code,
    known_at
from held_reasons
