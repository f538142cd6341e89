-- One row per CRM lead and status that it has had.
with source_rows as (
    select
        {{ sf_id_18('id') }} as lead_id_crm,
        status,
        _fivetran_start as changed_at,
        is_deleted
    from {{ source('raw_crm', 'lead_history') }}
    union all
    -- a tool without a history of leads: the oldest version seen with a status dates its entry
    select
        {{ sf_id_18('id') }} as lead_id_crm,
        status,
        coalesce(converted_date, system_modstamp) as changed_at,
        is_deleted
    from {{ source('raw_crm', 'lead') }}
)

select
    lead_id_crm,
    status,
    min(changed_at) as status_since_at
from source_rows
where status is not null
    and not coalesce(is_deleted, false)
group by lead_id_crm, status
