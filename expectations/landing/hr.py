"""Who is employed since when, in which position, under whom."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Versions
from expectations.landing.bounds import (
    EARLIEST_HIRE,
    LARGEST_AMOUNT,
    LATEST_DATE,
)
from expectations.landing.stories import tell_one_story

_gate = partial(Gate, layer="landing.hr")

# A position's end_date is its last day; a source may write the next one's first day there.
_POSITIONS = """
with positions as (
    select
        worker_id,
        effective_date,
        end_date,
        lead(effective_date) over (
            partition by worker_id order by effective_date, position_id
        ) as next_effective_date
    from true_rows
),

spells as (
    select
        id as worker_id,
        hire_date,
        coalesce(termination_date, date '9999-12-31') as left_date
    from (
        select * from raw_hr.worker_history
        qualify row_number() over (
            partition by id, compensation_effective_date
            order by _fivetran_start desc, _landing_sequence desc
        ) = 1
    )
    where not coalesce(is_deleted, false)
    qualify row_number() over (
        partition by id, hire_date
        order by _fivetran_start desc, compensation_effective_date desc, _landing_sequence desc
    ) = 1
)
"""

# A row in another unit: ten times what the same person had, or fifty times what half of all have in
# that currency, either way. Raises and rare professions stay far within.
_ANOTHER_UNIT = """
with pay as (
    select
        annual_currency_summary_total_base_pay as amount,
        lag(annual_currency_summary_total_base_pay) over (
            partition by id, annual_currency_summary_currency
            order by compensation_effective_date, _fivetran_start
        ) as earlier,
        median(annual_currency_summary_total_base_pay) over (
            partition by annual_currency_summary_currency
        ) as usual
    from true_rows
    where annual_currency_summary_total_base_pay > 0
)

select 1 from pay
where amount >= 10 * earlier or amount * 10 <= earlier
    or amount >= 50 * usual or amount * 50 <= usual
"""

GATES = (
    _gate(
        table="raw_hr.worker_history",
        opens="who is employed, and at which pay",
        at_least_rows=1,
        versions=Versions(
            key=("id", "compensation_effective_date"), by="_fivetran_start", deleted="is_deleted"
        ),
        rules=lambda: [
            must.always_have(
                "id", "worker_code", "hire_date", "compensation_effective_date", "_fivetran_start"
            ),
            must.be_identifiers("id"),
            tell_one_story("id", "compensation_effective_date", version="_fivetran_start"),
            must.be_between("hire_date", EARLIEST_HIRE, LATEST_DATE),
            must.have_no_rows_where(
                "termination_date < hire_date", because="nobody leaves before they come"
            ),
            must.be_between(
                "annual_currency_summary_total_base_pay",
                0,
                LARGEST_AMOUNT,
                because="pay may be kept from us, and is no more than this",
                may_cover_nothing=True,
                named_by="worker_code",
            ),
            must.have_no(
                "base pay in another unit than the rest",
                _ANOTHER_UNIT,
                because="pools are shared by salary, and one in cents takes them all (G09)",
            ),
            must.keep_volume("id", version="_fivetran_start", deleted="is_deleted"),
        ],
    ),
    _gate(
        table="raw_hr.person_name",
        opens="what people are called",
        at_least_rows=0,
        versions=Versions(key=("personal_info_system_id",), by="_fivetran_synced"),
        rules=lambda: [
            must.always_have("personal_info_system_id", "_fivetran_synced"),
            must.be_identifiers("personal_info_system_id"),
            tell_one_story("personal_info_system_id", version="_fivetran_synced"),
        ],
    ),
    _gate(
        table="raw_hr.person_contact_email_address",
        opens="who is who in the other systems",
        at_least_rows=1,
        versions=Versions(key=("id",), by="_fivetran_synced"),
        rules=lambda: [
            must.always_have("id", "personal_info_system_id", "email_address", "_fivetran_synced"),
            must.be_identifiers("id", "personal_info_system_id"),
            tell_one_story("id", version="_fivetran_synced"),
        ],
    ),
    _gate(
        table="raw_hr.worker_position_history",
        opens="who was in which function and team when",
        at_least_rows=1,
        versions=Versions(
            key=("worker_id", "position_id", "effective_date"),
            by="_fivetran_start",
            deleted="is_deleted",
        ),
        rules=lambda: [
            must.always_have("worker_id", "position_id", "effective_date", "_fivetran_start"),
            must.be_identifiers("worker_id", "position_id", "job_profile_id", "organization_id"),
            tell_one_story("worker_id", "position_id", "effective_date", version="_fivetran_start"),
            must.have_no_rows_where("end_date < effective_date", because="a position has days"),
            must.have_no(
                "worker with two open positions",
                "select 1 from true_rows where end_date is null "
                "group by worker_id having count(*) > 1",
                because="nobody is in two functions at once (E08)",
            ),
            must.have_no(
                "worker with two positions on one day",
                f"{_POSITIONS} select 1 from positions "
                "where next_effective_date = effective_date or end_date > next_effective_date",
                because="credit and pay would go to one of them by chance (E08)",
            ),
            must.have_no(
                "worker without a position between two of them while employed",
                f"{_POSITIONS} select 1 from positions where next_effective_date > end_date + 1 "
                "and exists (select 1 from spells where spells.worker_id = positions.worker_id "
                "and spells.hire_date <= end_date and next_effective_date <= left_date)",
                because="their pay would be pro-rated by days that are only missing (E08)",
            ),
            must.be_between(
                "full_time_equivalent_percentage",
                0,
                100,
                because="a source without part-time leaves it empty",
                may_cover_nothing=True,
            ),
        ],
    ),
    _gate(
        table="raw_hr.organization",
        opens="functions, teams and who leads them",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("id", "name"),
            must.be_identifiers("id", "manager_id", "superior_organization_id"),
            must.have_one_story_per("id"),
            must.not_return_under_another("id", before="before_hr.organization"),
            must.stay_in(
                "before_hr.organization",
                "id",
                "code",
                because="a team of another function is paid by other plans and pools",
            ),
            must.have_no(
                "organization above itself",
                "with recursive above as ("
                "select id as below_id, superior_organization_id as id from judged "
                "where superior_organization_id is not null "
                "union select above.below_id, judged.superior_organization_id from above "
                "inner join judged on judged.id = above.id "
                "where judged.superior_organization_id is not null"
                ") select 1 from above where below_id = id",
                because="nobody could say who leads whom (E08)",
            ),
        ],
    ),
    _gate(
        table="raw_hr.worker_leave_status",
        opens="days that somebody was on leave",
        at_least_rows=0,
        versions=Versions(key=("leave_request_event_id",), by="_fivetran_synced"),
        rules=lambda: [
            must.always_have("leave_request_event_id", "worker_id", "_fivetran_synced"),
            must.be_identifiers("leave_request_event_id", "worker_id"),
            tell_one_story("leave_request_event_id", version="_fivetran_synced"),
            must.have_no_rows_where(
                "leave_end_date < leave_start_date", because="a leave has days"
            ),
        ],
    ),
)
