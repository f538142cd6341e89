-- One row per owner. An owner without an active user has left HubSpot.
select
    cast(owner_id as varchar) as id,
    nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '') as name,
    first_name,
    last_name,
    email,
    coalesce(cast(is_active as boolean), active_user_id is not null) as is_active,
    coalesce(cast(updated_at as timestamp), cast(_fivetran_synced as timestamp)) as system_modstamp
from source.owner
