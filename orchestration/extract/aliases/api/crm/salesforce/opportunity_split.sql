-- One row per split of a deal. What kind of split it is has a table of its own. A type whose splits need
-- not sum to the whole is an overlay, whatever a company calls it; the only one whose splits must is
-- revenue. A second one that must keeps its own name: the gate stops, since both would pay the deal.
select
    OpportunitySplit.Id as id,
    OpportunitySplit.OpportunityId as opportunity_id,
    OpportunitySplit.SplitOwnerId as split_owner_id,
    case
        when OpportunitySplitType.DeveloperName in ('Revenue', 'Overlay') then OpportunitySplitType.DeveloperName
        when not cast(OpportunitySplitType.IsTotalValidated as boolean) then 'Overlay'
        when cast(OpportunitySplitType.IsTotalValidated as boolean)
            and not exists (
                select 1 from source.OpportunitySplitType as other
                where other.DeveloperName <> OpportunitySplitType.DeveloperName
                    and (other.DeveloperName = 'Revenue' or cast(other.IsTotalValidated as boolean))
            )
        then 'Revenue'
        else OpportunitySplitType.DeveloperName
    end as split_type,
    OpportunitySplit.SplitPercentage as split_percentage,
    OpportunitySplit.IsDeleted as is_deleted,
    OpportunitySplit.SystemModstamp as system_modstamp
from source.OpportunitySplit
left join source.OpportunitySplitType
    on OpportunitySplit.SplitTypeId = OpportunitySplitType.Id
