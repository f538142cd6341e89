-- One row per worker and day from which a pay took effect.
with source_rows as (
    select
        id as worker_id_hr,
        worker_code as employee_number,
        hire_date,
        original_hire_date,
        termination_date,
        compensation_effective_date as compensation_date,
        annual_currency_summary_total_base_pay as annual_base_pay,
        upper(nullif(trim(annual_currency_summary_currency), '')) as currency_code,
        coalesce(is_deleted, false) as is_deleted,
        _fivetran_start as changed_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_hr', 'worker_history') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['worker_id_hr', 'compensation_date'],
        version='changed_at',
        tie_break=[
            'employee_number', 'hire_date', 'original_hire_date', 'termination_date',
            'annual_base_pay', 'currency_code', 'is_deleted', 'changed_at'
        ],
    ) }}
)

select
    worker_id_hr,
    employee_number,
    hire_date,
    original_hire_date,
    termination_date,
    compensation_date,
    annual_base_pay,
    currency_code,
    changed_at
from current_versions
where not is_deleted
