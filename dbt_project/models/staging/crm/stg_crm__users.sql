-- One row per CRM user.
with source_rows as (
    select
        {{ sf_id_18('id') }} as user_id_crm,
        name as user_name,
        email,
        nullif(trim(employee_number), '') as employee_number,
        is_active,
        {{ sf_id_18('manager_id') }} as manager_user_id_crm,
        system_modstamp,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'user') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['user_id_crm'],
        version='system_modstamp',
        tie_break=[
            'user_name', 'email', 'employee_number', 'is_active', 'manager_user_id_crm'
        ],
    ) }}
)

select
    user_id_crm,
    user_name,
    email,
    employee_number,
    is_active,
    manager_user_id_crm
from current_versions
