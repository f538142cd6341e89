-- One row per pool, period, part of it and participant with a weight, an unassigned one included.
select
    {{ surrogate_key(['plan_component_key', 'period_key', 'pool_part', 'participant_key']) }}
        as pool_share_key,
    pool_key,
    plan_component_key,
    payee_employee_key,
    opportunity_key,
    period_key,
    pool_part,
    participant_key,
    cap_policy,
    funded_minor,
    weight as weight_minor,
    pool_share,
    cap_minor,
    share_minor,
    currency_code,
    is_eligible
from {{ ref('int_bonus__pool_shares') }}
