-- One row per won opportunity, fitted attribution model and function on its path.
with deal_versions as (
    select * from {{ ref('int_attribution__deal_versions') }}
),

coalition_shares as (
    select * from {{ ref('int_attribution__coalition_shares') }}
),

removal_effects as (
    select * from {{ ref('stg_fitted__removal_effects') }}
),

path_participants as (
    select * from {{ ref('int_contribution__path_participants') }}
),

-- what each model gives a function, in one relation: a join on a model's name compares every pair
function_values as (
    select
        'team_winrate' as attribution_model,
        value_table_version,
        segment,
        coalition_mask,
        function,
        value_rate,
        share_units as value_units,
        is_negative
    from coalition_shares
    union all
    select
        'markov' as attribution_model,
        value_table_version,
        segment,
        cast(null as bigint) as coalition_mask,
        function,
        removal_rate as value_rate,
        {{ rate_units('removal_rate') }} as value_units,
        false as is_negative
    from removal_effects
),

function_weights as (
    select
        opportunity_key,
        function,
        cast(sum(linear_units) as bigint) as linear_units
    from path_participants
    group by opportunity_key, function
),

valued_functions as (
    select
        deal_versions.opportunity_key,
        deal_versions.attribution_model,
        deal_versions.value_table_version,
        deal_versions.segment,
        deal_versions.negative_value_rule,
        function_weights.function,
        function_weights.linear_units,
        function_values.value_rate,
        function_values.value_units,
        coalesce(function_values.is_negative, false) as is_negative
    from deal_versions
    inner join function_weights
        on deal_versions.opportunity_key = function_weights.opportunity_key
    -- a removal effect is the same whoever else is there
    left join function_values
        on deal_versions.attribution_model = function_values.attribution_model
        and deal_versions.value_table_version = function_values.value_table_version
        and deal_versions.segment = function_values.segment
        and case when deal_versions.attribution_model = 'team_winrate'
            then deal_versions.coalition_mask else -1 end
        = coalesce(function_values.coalition_mask, -1)
        and function_weights.function = function_values.function
),

summed_functions as (
    select
        *,
        sum(value_units) over deals as deal_value_units,
        bool_or(is_negative) over deals as has_negative_value,
        -- a function that is newer than the values has none
        bool_and(value_rate is not null or function = 'unassigned') over deals
        and bool_or(value_rate is not null) over deals as has_values
    from valued_functions
    window deals as (partition by opportunity_key, attribution_model)
),

explained_functions as (
    select
        *,
        case
            when not has_values then 'values_not_fitted'
            when coalesce(deal_value_units, 0) <= 0 then 'no_positive_value'
            when has_negative_value and negative_value_rule = 'linear' then 'negative_value'
        end as fallback_reason_code
    from summed_functions
)

-- work of no function has no part of a deal with values; without values linear stands in
select
    opportunity_key,
    attribution_model,
    value_table_version,
    segment,
    function,
    linear_units,
    value_rate,
    case
        when fallback_reason_code is null
        then {{ divide_rounded(
            wide_integer('coalesce(value_units, 0)') ~ ' * ' ~ share_whole(), 'deal_value_units'
        ) }}
    end as share_units,
    is_negative and fallback_reason_code is null as is_floored,
    fallback_reason_code
from explained_functions
