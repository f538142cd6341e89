-- One row per split of a deal. HubSpot has one type, which sums to the whole, written as a fraction.
select
    split ->> 'id' as id,
    deal_split.id as opportunity_id,
    coalesce(nullif(split ->> '$.properties.hubspot_owner_id', ''), 'unassigned') as split_owner_id,
    'Revenue' as split_type,
    100 * cast(split ->> '$.properties.hs_deal_split_percentage' as decimal(18, 12))
        as split_percentage,
    split ->> 'archived' = 'true' as is_deleted,
    split ->> 'updatedAt' as system_modstamp
from source.deal_split, unnest(from_json(splits, '["JSON"]')) as listed(split)
