-- One row per leave of a worker.
with source_rows as (
    select
        leave_request_event_id as worker_leave_id_hr,
        worker_id as worker_id_hr,
        leave_start_date,
        leave_end_date,
        _fivetran_synced,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_hr', 'worker_leave_status') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['worker_leave_id_hr'],
        version='_fivetran_synced',
        tie_break=[
            'worker_id_hr', 'leave_start_date', 'leave_end_date'
        ],
    ) }}
)

select
    worker_leave_id_hr,
    worker_id_hr,
    leave_start_date,
    leave_end_date
from current_versions
