-- One row per ledger entry.
-- The same entry may be landed twice; the first landing counts (C04).
with entries as (
    {{ current_rows(source('raw_ledger', 'entry'), ['entry_id']) }}
)

select
    entry_id,
    payee_employee_number,
    plan_component_key,
    plan_version,
    period_key,
    run_seq,
    account,
    entry_type,
    amount_minor,
    currency_code,
    source_ref,
    opportunity_key,
    cause,
    posted_run_date
from entries
