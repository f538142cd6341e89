-- One row per campaign. Its owner is named by the id of an owner, which is not the user's.
select
    campaign.id,
    coalesce(nullif(campaign."properties.hs_name", ''), campaign.id) as name,
    nullif(campaign."properties.hs_campaign_status", '') as status,
    nullif(owner.email, '') as owner_email,
    campaign."createdAt" as created_at,
    -- an owner whose address changes changes what is told of their campaigns
    timezone(
        'UTC',
        greatest(cast(campaign."updatedAt" as timestamptz), cast(owner."updatedAt" as timestamptz))
    ) as updated_at
from source.campaign
left join source.owner
    on campaign."properties.hs_owner" = owner.id
