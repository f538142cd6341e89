-- One row per introduction of a contact to a colleague.
with source_rows as (
    select
        id as introduction_id_collaboration,
        introducer_email,
        introduced_to_email,
        {{ sf_id_18('contact_id') }} as contact_id_crm,
        {{ sf_id_18('opportunity_id') }} as opportunity_id_crm,
        created_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_collaboration', 'introduction') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['introduction_id_collaboration'],
        version='updated_at',
        tie_break=[
            'introducer_email', 'introduced_to_email', 'contact_id_crm', 'opportunity_id_crm',
            'created_at'
        ],
        has_known_at=true,
    ) }}
)

select
    introduction_id_collaboration,
    introducer_email,
    introduced_to_email,
    contact_id_crm,
    opportunity_id_crm,
    created_at,
    known_at
from current_versions
