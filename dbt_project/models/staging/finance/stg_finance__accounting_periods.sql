-- One row per accounting period of the books.
with source_rows as (
    select
        id as accounting_period_id_finance,
        startdate as start_date,
        enddate as end_date,
        closed as is_closed,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_finance', 'accounting_period') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['accounting_period_id_finance'],
        tie_break=[
            'start_date', 'end_date', 'is_closed'
        ],
    ) }}
)

select
    accounting_period_id_finance,
    start_date,
    end_date,
    is_closed
from current_versions
