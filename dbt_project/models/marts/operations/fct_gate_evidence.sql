-- One row per gate, expectation and night.

-- A view: the gates that judge this segment append their rows after it is built.
with night as (
    select run_date, release_id from {{ source('raw_night', 'run') }}
),

gate_evidence as (
    select * from {{ source('raw_night', 'gate_evidence') }}
)

select
    {{ surrogate_key(['night.release_id', 'gate_evidence.gate', 'gate_evidence.expectation']) }}
        as gate_evidence_key,
    night.release_id,
    gate_evidence.gate,
    gate_evidence.expectation,
    gate_evidence.status,
    night.run_date,
    gate_evidence.rows_covered,
    gate_evidence.rows_failing,
    gate_evidence.table_hash
from gate_evidence
cross join night
