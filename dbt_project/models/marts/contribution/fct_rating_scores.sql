-- One row per employee and quarter in which customers rated them.
with account_records as (
    select * from {{ ref('int_contribution__account_records') }}
),

identities as (
    select * from {{ ref('int_identity__employee_identities') }}
),

periods as (
    select * from {{ ref('dim_periods') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

dated_ratings as (
    select
        account_records.system,
        account_records.identity_value,
        account_records.source_value,
        {{ local_date('account_records.event_at', 'company_zones.time_zone') }} as rated_date
    from account_records
    cross join company_zones
    where account_records.source_table = 'support.satisfaction_rating'
),

-- a rating is its own assignee's, whoever solved the ticket (C13)
rating_counts as (
    select
        identities.employee_key,
        periods.period_key,
        periods.start_date,
        cast(count(*) as bigint) as answer_count,
        cast(count(case when dated_ratings.source_value = 'good' then 1 end) as bigint)
            as good_count
    from dated_ratings
    inner join identities
        on dated_ratings.system = identities.system
        and dated_ratings.identity_value = identities.identity_value
        and {{ in_force('dated_ratings.rated_date', 'identities') }}
    inner join periods
        on periods.period_type = 'quarter'
        and periods.start_date <= dated_ratings.rated_date
        and dated_ratings.rated_date < periods.end_date
    group by identities.employee_key, periods.period_key, periods.start_date
),

judged_counts as (
    select
        rating_counts.*,
        coalesce(rating_counts.answer_count >= company_settings.least_rating_count, true)
            as is_scored
    from rating_counts
    inner join company_settings
        on {{ in_force('rating_counts.start_date', 'company_settings') }}
)

select
    employee_key,
    period_key,
    answer_count,
    good_count,
    case when is_scored then {{ ratio('100 * good_count', 'answer_count') }} end
        as rating_score_0_100,
    is_scored,
    case when not is_scored then 'too_few_answers' end as unscored_reason_code
from judged_counts
