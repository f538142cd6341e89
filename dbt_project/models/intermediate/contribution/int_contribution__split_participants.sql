-- One row per won opportunity, book (hard or overlay), participant and function.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

opportunity_splits as (
    select * from {{ ref('int_funnel__opportunity_splits') }}
),

named_owners as (
    select * from {{ ref('int_contribution__named_owners') }}
),

identities as (
    select * from {{ ref('int_identity__employee_identities') }}
),

employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

creditable_opportunities as (
    select * from opportunities
    where is_won and not is_held
),

-- named on the deal: its revenue splits, or else its owner on the date plans name, with all (C06)
named_participants as (
    select
        opportunity_splits.opportunity_id_crm,
        'hard' as book,
        opportunity_splits.owner_user_id_crm,
        opportunity_splits.split_percentage,
        'split' as named_as
    from opportunity_splits
    where opportunity_splits.split_type = 'Revenue'
    union all
    select
        creditable_opportunities.opportunity_id_crm,
        'hard' as book,
        named_owners.owner_user_id_crm,
        cast(100 as decimal(9, 6)) as split_percentage,
        'owner' as named_as
    from creditable_opportunities
    inner join named_owners
        on creditable_opportunities.opportunity_id_crm = named_owners.opportunity_id_crm
    where creditable_opportunities.revenue_split_percentage is null
    union all
    select
        opportunity_splits.opportunity_id_crm,
        'overlay' as book,
        opportunity_splits.owner_user_id_crm,
        opportunity_splits.split_percentage,
        'split' as named_as
    from opportunity_splits
    where opportunity_splits.split_type = 'Overlay'
),

-- who left before the win keeps the function they had last (C07)
known_participants as (
    select
        creditable_opportunities.opportunity_key,
        named_participants.book,
        named_participants.owner_user_id_crm,
        named_participants.split_percentage,
        named_participants.named_as,
        identities.employee_key,
        employee_history.function,
        row_number() over (
            partition by
                creditable_opportunities.opportunity_key,
                named_participants.book,
                named_participants.owner_user_id_crm,
                named_participants.split_percentage
            order by employee_history.valid_from_date desc nulls last
        ) as newest_rank
    from named_participants
    inner join creditable_opportunities
        on named_participants.opportunity_id_crm = creditable_opportunities.opportunity_id_crm
    left join identities
        on identities.system = 'crm'
        and named_participants.owner_user_id_crm = identities.identity_value
        and {{ in_force('creditable_opportunities.won_date', 'identities') }}
    left join employee_history
        on identities.employee_key = employee_history.employee_key
        and employee_history.valid_from_date <= creditable_opportunities.won_date
)

-- one person under two user ids is one participant (C05)
select
    opportunity_key,
    book,
    employee_key,
    coalesce(function, 'unassigned') as function,
    cast(sum({{ rate_units('split_percentage') }}) as bigint) as weight_units,
    case
        when employee_key is null then 'unresolved_identity'
        else min(named_as)
    end as credit_reason_code
from known_participants
where newest_rank = 1
group by opportunity_key, book, employee_key, coalesce(function, 'unassigned')
