-- One row per submission of a form. A form of several campaigns is of none: which one led to it is
-- not told. Whoever submitted it is a contact by any of their addresses, or nobody who is known.
with

submissions as (
    select
        "formId" as form_id,
        unnest(from_json(page -> 'results', '["JSON"]')) as submission
    from source.submission
),

addresses as (
    select
        submission ->> 'conversionId' as conversion_id,
        min(lower(trim(field ->> 'value'))) as address
    from submissions, unnest(from_json(submission -> 'values', '["JSON"]')) as listed(field)
    where field ->> 'name' = 'email'
    group by submission ->> 'conversionId'
),

people as (
    select
        lower("properties.email") as address,
        min(id) as lead_id
    from source.lead
    group by lower("properties.email")
    union all
    select
        lower(trim(unnest(string_split("properties.hs_additional_emails", ';')))) as address,
        id as lead_id
    from source.lead
    where nullif("properties.hs_additional_emails", '') is not null
),

campaigns as (
    select
        form ->> 'id' as form_id,
        min("campaignId") as campaign_id
    from source.campaign_form, unnest(from_json(page -> 'results', '["JSON"]')) as listed(form)
    group by form ->> 'id'
    having count(distinct "campaignId") = 1
)

select
    submissions.submission ->> 'conversionId' as id,
    epoch_ms(cast(submissions.submission ->> 'submittedAt' as bigint)) as activity_date,
    'form_fill' as activity_type_id,
    coalesce(min(people.lead_id), 'unassigned') as lead_id,
    min(campaigns.campaign_id) as campaign_id
from submissions
left join addresses
    on submissions.submission ->> 'conversionId' = addresses.conversion_id
left join people
    on addresses.address = people.address
left join campaigns
    on submissions.form_id = campaigns.form_id
group by
    submissions.submission ->> 'conversionId',
    epoch_ms(cast(submissions.submission ->> 'submittedAt' as bigint))
