-- One row per split of a deal. What kind of split it is has a table of its own: Revenue, Overlay.
select
    OpportunitySplit.Id as id,
    OpportunitySplit.OpportunityId as opportunity_id,
    OpportunitySplit.SplitOwnerId as split_owner_id,
    OpportunitySplitType.DeveloperName as split_type,
    OpportunitySplit.SplitPercentage as split_percentage,
    OpportunitySplit.IsDeleted as is_deleted,
    OpportunitySplit.SystemModstamp as system_modstamp
from source.OpportunitySplit
left join source.OpportunitySplitType
    on OpportunitySplit.SplitTypeId = OpportunitySplitType.Id
