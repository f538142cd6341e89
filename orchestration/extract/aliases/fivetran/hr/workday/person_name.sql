-- One row per worker: the preferred name where there is one, else the legal one.
with ranked_names as (
    select
        *,
        row_number() over (
            partition by personal_info_system_id
            order by type = 'preferred' desc nulls last, "index" asc nulls last
        ) as name_rank
    from source.person_name
    where not coalesce(cast(_fivetran_deleted as boolean), false)
)

select
    personal_info_system_id,
    first_name,
    last_name,
    _fivetran_synced
from ranked_names
where name_rank = 1
