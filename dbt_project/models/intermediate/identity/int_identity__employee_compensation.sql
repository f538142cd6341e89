-- One row per employee and day from which a pay took effect.
with workers as (
    select * from {{ ref('stg_hr__workers') }}
),

spells as (
    select * from {{ ref('int_identity__employee_spells') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

currencies as (
    select * from {{ ref('stg_policy__currencies') }}
),

newest_rows as (
    select
        *,
        row_number() over (
            partition by employee_number, compensation_date
            order by changed_at desc nulls last, worker_id_hr desc nulls last
        ) as newest_rank
    from workers
),

dated_rows as (
    select
        spells.employee_key,
        newest_rows.annual_base_pay,
        newest_rows.currency_code,
        newest_rows.compensation_date as valid_from_date,
        least(
            coalesce(
                lead(newest_rows.compensation_date) over (
                    partition by newest_rows.employee_number
                    order by newest_rows.compensation_date asc nulls last
                ),
                {{ open_end() }}
            ),
            spells.valid_to_date
        ) as valid_to_date
    from newest_rows
    inner join spells
        on newest_rows.employee_number = spells.employee_number
        and newest_rows.hire_date = spells.hire_date
    where newest_rows.newest_rank = 1
),

in_currency as (
    select
        dated_rows.employee_key,
        dated_rows.annual_base_pay,
        coalesce(dated_rows.currency_code, company_settings.plan_currency_code) as currency_code,
        dated_rows.valid_from_date,
        dated_rows.valid_to_date
    from dated_rows
    left join company_settings
        on {{ in_force('dated_rows.valid_from_date', 'company_settings') }}
    where dated_rows.valid_from_date < dated_rows.valid_to_date
)

select
    in_currency.employee_key,
    {{ to_minor('in_currency.annual_base_pay', 'currencies.minor_digits') }}
        as annual_base_pay_minor,
    in_currency.currency_code,
    in_currency.valid_from_date,
    in_currency.valid_to_date
from in_currency
left join currencies
    on in_currency.currency_code = currencies.currency_code
