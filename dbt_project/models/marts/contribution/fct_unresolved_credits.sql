-- One row per won opportunity, book and identity that nobody could be found for.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

opportunity_splits as (
    select * from {{ ref('int_funnel__opportunity_splits') }}
),

identities as (
    select * from {{ ref('int_identity__employee_identities') }}
),

touches as (
    select * from {{ ref('int_contribution__touches') }}
),

contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
),

contribution_credits as (
    select * from {{ ref('fct_contribution_credits') }}
),

credited_opportunities as (
    select * from opportunities
    where is_won and not is_held
),

-- who is named on the deal, or owned it at the win (C06)
named_users as (
    select
        credited_opportunities.opportunity_key,
        credited_opportunities.won_date,
        case opportunity_splits.split_type when 'Revenue' then 'hard' else 'overlay' end as book,
        opportunity_splits.owner_user_id_crm,
        {{ rate_units('opportunity_splits.split_percentage') }} as weight_units
    from opportunity_splits
    inner join credited_opportunities
        on opportunity_splits.opportunity_id_crm = credited_opportunities.opportunity_id_crm
    where opportunity_splits.split_type in ('Revenue', 'Overlay')
    union all
    select
        opportunity_key,
        won_date,
        'hard' as book,
        owner_user_id_crm,
        cast(100000000 as bigint) as weight_units
    from credited_opportunities
    where revenue_split_percentage is null
),

unresolved_users as (
    select
        named_users.opportunity_key,
        named_users.book,
        named_users.owner_user_id_crm,
        cast(sum(named_users.weight_units) as bigint) as weight_units
    from named_users
    left join identities
        on identities.system = 'crm'
        and named_users.owner_user_id_crm = identities.identity_value
        and {{ in_force('named_users.won_date', 'identities') }}
    where identities.employee_key is null
        and named_users.owner_user_id_crm is not null
    group by named_users.opportunity_key, named_users.book, named_users.owner_user_id_crm
),

-- their credit stands unassigned, in one row a deal and book: each has their part of it
unassigned_users as (
    select
        unresolved_users.*,
        contribution_credits.credited_amount_minor as whole_minor,
        contribution_credits.plan_credited_amount_minor as plan_whole_minor
    from unresolved_users
    inner join contribution_credits
        on unresolved_users.opportunity_key = contribution_credits.opportunity_key
        and unresolved_users.book = contribution_credits.book
        and contribution_credits.credit_reason_code = 'unresolved_identity'
),

split_credits as (
    {{ allocate_largest_remainder(
        'unassigned_users',
        amounts={
            'credited_amount_minor': 'whole_minor',
            'plan_credited_amount_minor': 'plan_whole_minor',
        },
        weight='weight_units',
        group_by=['opportunity_key', 'book'],
        tie_break=['owner_user_id_crm'],
    ) }}
),

counted_weights as (
    select
        opportunity_key,
        cast(sum({{ rate_units('weight') }}) as bigint) as weight_units
    from contribution_events
    where is_counted
    group by opportunity_key
),

unresolved_weights as (
    select
        contribution_events.opportunity_key,
        touches.system,
        touches.identity_value,
        cast(sum({{ rate_units('contribution_events.weight') }}) as bigint) as weight_units,
        cast(count(*) as bigint) as touch_count
    from contribution_events
    inner join touches
        on contribution_events.contribution_event_key = touches.contribution_event_key
    where contribution_events.exclusion_reason_code = 'unresolved_identity'
        and touches.identity_value is not null
    group by contribution_events.opportunity_key, touches.system, touches.identity_value
),

-- by weight of evidence, as if this one had been known and everybody else as they are
weighed_credits as (
    select
        credited_opportunities.opportunity_key,
        unresolved_weights.system,
        unresolved_weights.identity_value,
        unresolved_weights.touch_count,
        unresolved_weights.weight_units,
        unresolved_weights.weight_units + coalesce(counted_weights.weight_units, 0)
            as whole_weight_units,
        credited_opportunities.amount_minor,
        credited_opportunities.plan_amount_minor
    from unresolved_weights
    inner join credited_opportunities
        on unresolved_weights.opportunity_key = credited_opportunities.opportunity_key
    left join counted_weights
        on unresolved_weights.opportunity_key = counted_weights.opportunity_key
),

unresolved_credits as (
    select
        opportunity_key,
        book,
        'crm' as system,
        owner_user_id_crm as identity_value,
        credited_amount_minor,
        plan_credited_amount_minor,
        cast(null as bigint) as touch_count
    from split_credits
    union all
    select
        opportunity_key,
        'contribution' as book,
        system,
        identity_value,
        {{ divide_rounded(
            wide_integer('amount_minor') ~ ' * ' ~ wide_integer('weight_units'),
            'whole_weight_units',
        ) }} as credited_amount_minor,
        {{ divide_rounded(
            wide_integer('plan_amount_minor') ~ ' * ' ~ wide_integer('weight_units'),
            'whole_weight_units',
        ) }} as plan_credited_amount_minor,
        touch_count
    from weighed_credits
)

select
    {{ surrogate_key([
        'unresolved_credits.opportunity_key',
        'unresolved_credits.book',
        'unresolved_credits.system',
        'unresolved_credits.identity_value',
    ]) }} as unresolved_credit_key,
    unresolved_credits.opportunity_key,
    unresolved_credits.book,
    unresolved_credits.system,
    unresolved_credits.identity_value,
    opportunities.won_date as incentive_date,
    coalesce(unresolved_credits.credited_amount_minor, 0) as credited_amount_minor,
    opportunities.currency_code,
    coalesce(unresolved_credits.plan_credited_amount_minor, 0) as plan_credited_amount_minor,
    opportunities.plan_currency_code,
    unresolved_credits.touch_count
from unresolved_credits
inner join opportunities
    on unresolved_credits.opportunity_key = opportunities.opportunity_key
