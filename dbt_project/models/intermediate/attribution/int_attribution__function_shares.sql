-- One row per won opportunity, fitted attribution model and function on its path.
with deal_versions as (
    select * from {{ ref('int_attribution__deal_versions') }}
),

coalition_shares as (
    select * from {{ ref('int_attribution__coalition_shares') }}
),

path_participants as (
    select * from {{ ref('int_contribution__path_participants') }}
),

function_weights as (
    select
        opportunity_key,
        function,
        sum(linear_units) as linear_units
    from path_participants
    group by opportunity_key, function
),

deal_shares as (
    select
        deal_versions.opportunity_key,
        deal_versions.attribution_model,
        deal_versions.value_table_version,
        deal_versions.segment,
        deal_versions.negative_value_rule,
        function_weights.function,
        function_weights.linear_units,
        coalition_shares.value_rate,
        coalition_shares.share_units,
        coalesce(coalition_shares.is_negative, false) as is_negative,
        bool_or(coalition_shares.function is not null) over deals as has_values,
        bool_or(coalition_shares.share_units > 0) over deals as has_positive_value,
        bool_or(coalition_shares.is_negative) over deals as has_negative_value
    from deal_versions
    inner join function_weights
        on deal_versions.opportunity_key = function_weights.opportunity_key
    left join coalition_shares
        on deal_versions.attribution_model = 'team_winrate'
        and deal_versions.value_table_version = coalition_shares.value_table_version
        and deal_versions.segment = coalition_shares.segment
        and deal_versions.coalition_mask = coalition_shares.coalition_mask
        and function_weights.function = coalition_shares.function
    window deals as (
        partition by deal_versions.opportunity_key, deal_versions.attribution_model
    )
),

explained_shares as (
    select
        *,
        case
            when not coalesce(has_values, false) then 'values_not_fitted'
            when not coalesce(has_positive_value, false) then 'no_positive_value'
            when has_negative_value and negative_value_rule = 'linear' then 'negative_value'
        end as fallback_reason_code
    from deal_shares
)

-- work of no function on a deal with values has none; without values linear stands in
select
    opportunity_key,
    attribution_model,
    value_table_version,
    segment,
    function,
    cast(linear_units as bigint) as linear_units,
    value_rate,
    case when fallback_reason_code is null then coalesce(share_units, 0) end as share_units,
    is_negative and fallback_reason_code is null as is_floored,
    fallback_reason_code
from explained_shares
