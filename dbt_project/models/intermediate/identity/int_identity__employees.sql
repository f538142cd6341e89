-- One row per employee.
with spells as (
    select * from {{ ref('int_identity__employee_spells') }}
),

worker_names as (
    select * from {{ ref('stg_hr__worker_names') }}
),

worker_emails as (
    select * from {{ ref('stg_hr__worker_emails') }}
),

crm_users as (
    select * from {{ ref('stg_crm__users') }}
),

-- a rehired person may have a worker id per spell: the newest one stands for them
newest_spells as (
    select
        *,
        row_number() over (
            partition by employee_key
            order by hire_date desc nulls last, worker_id_hr asc nulls last
        ) as newest_rank
    from spells
),

ranked_emails as (
    select
        worker_id_hr,
        email,
        row_number() over (
            partition by worker_id_hr order by worker_email_id_hr asc nulls last
        ) as email_rank
    from worker_emails
),

ranked_users as (
    select
        employee_number,
        user_id_crm,
        user_name,
        row_number() over (
            partition by employee_number
            order by is_active desc nulls last, user_id_crm asc nulls last
        ) as user_rank
    from crm_users
    where employee_number is not null
)

select
    newest_spells.employee_key,
    newest_spells.employee_number,
    newest_spells.worker_id_hr,
    ranked_users.user_id_crm,
    coalesce(
        nullif(
            trim(
                coalesce(worker_names.first_name, '')
                || ' '
                || coalesce(worker_names.last_name, '')
            ),
            ''
        ),
        ranked_users.user_name,
        newest_spells.employee_number
    ) as employee_name,
    ranked_emails.email
from newest_spells
left join worker_names
    on newest_spells.worker_id_hr = worker_names.worker_id_hr
left join ranked_emails
    on newest_spells.worker_id_hr = ranked_emails.worker_id_hr
    and ranked_emails.email_rank = 1
left join ranked_users
    on newest_spells.employee_number = ranked_users.employee_number
    and ranked_users.user_rank = 1
where newest_spells.newest_rank = 1
