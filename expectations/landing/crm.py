"""The funnel and every credit rest on these records."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Price, Versions
from expectations.landing.bounds import (
    EARLIEST_DATE,
    LATEST_DATE,
    NIGHT,
    SILENT_CRM_DAYS,
)
from expectations.landing.stories import tell_one_story

_gate = partial(Gate, layer="landing.crm")
_record = Versions(key=("id",), by="system_modstamp", deleted="is_deleted")

GATES = (
    _gate(
        table="raw_crm.user",
        opens="who owns and works on deals",
        at_least_rows=1,
        versions=Versions(key=("id",), by="system_modstamp"),
        rules=lambda: [
            must.always_have("id", "email", "is_active", "system_modstamp"),
            must.be_identifiers("id", "manager_id"),
            must.carry_their_check_letters("id", "manager_id"),
            tell_one_story("id", version="system_modstamp"),
        ],
    ),
    _gate(
        table="raw_crm.account",
        opens="customers",
        at_least_rows=1,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "name", "is_deleted", "system_modstamp"),
            must.be_identifiers("id", "owner_id", "parent_id", "master_record_id"),
            must.carry_their_check_letters("id", "owner_id", "parent_id", "master_record_id"),
            tell_one_story("id", version="system_modstamp", made="created_date"),
            must.keep_volume("id", version="system_modstamp", deleted="is_deleted"),
        ],
    ),
    _gate(
        table="raw_crm.contact",
        opens="the people at customers",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "is_deleted", "system_modstamp"),
            must.be_identifiers("id", "account_id", "owner_id", "master_record_id"),
            must.carry_their_check_letters("id", "account_id", "owner_id", "master_record_id"),
            tell_one_story("id", version="system_modstamp", made="created_date"),
        ],
    ),
    _gate(
        table="raw_crm.lead",
        opens="the funnel before the opportunity",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "is_converted", "created_date", "is_deleted", "system_modstamp"),
            must.be_identifiers(
                "id",
                "owner_id",
                "master_record_id",
                "converted_account_id",
                "converted_contact_id",
                "converted_opportunity_id",
            ),
            must.carry_their_check_letters(
                "id",
                "owner_id",
                "master_record_id",
                "converted_account_id",
                "converted_contact_id",
                "converted_opportunity_id",
            ),
            tell_one_story("id", version="system_modstamp", made="created_date"),
            must.be_between("created_date", EARLIEST_DATE, LATEST_DATE),
        ],
    ),
    _gate(
        table="raw_crm.lead_history",
        opens="when a lead entered which stage",
        at_least_rows=0,
        versions=Versions(key=("id", "_fivetran_start")),
        rules=lambda: [
            must.always_have("id", "_fivetran_start"),
            must.be_identifiers("id", "owner_id"),
            must.carry_their_check_letters("id", "owner_id"),
            tell_one_story("id", "_fivetran_start"),
        ],
    ),
    _gate(
        table="raw_crm.opportunity",
        opens="deals, their credit and their pay",
        price=Price("owner_id", "amount", "currency_iso_code"),
        at_least_rows=1,
        versions=_record,
        rules=lambda: [
            must.always_have(
                "id",
                "account_id",
                "owner_id",
                "stage_name",
                "created_date",
                "is_closed",
                "is_won",
                "is_deleted",
                "system_modstamp",
            ),
            must.be_identifiers("id", "account_id", "owner_id", "campaign_id"),
            must.carry_their_check_letters("id", "account_id", "owner_id", "campaign_id"),
            tell_one_story("id", version="system_modstamp", made="created_date"),
            must.be_between("created_date", EARLIEST_DATE, LATEST_DATE),
            must.have_no_rows_where("is_won and not is_closed", because="a won deal is closed"),
            must.be_as_fresh_as(NIGHT, by="_landed_run_date", within_days=SILENT_CRM_DAYS),
            must.keep_proportions_of("stage_name"),
            must.keep_proportions_of("currency_iso_code"),
            must.keep_volume("id", version="system_modstamp", deleted="is_deleted"),
        ],
    ),
    _gate(
        table="raw_crm.opportunity_history",
        opens="who owned a deal when, and when it was won",
        at_least_rows=0,
        versions=Versions(key=("id", "_fivetran_start")),
        rules=lambda: [
            must.always_have("id", "_fivetran_start"),
            must.be_identifiers("id", "owner_id"),
            must.carry_their_check_letters("id", "owner_id"),
            tell_one_story("id", "_fivetran_start"),
            must.be_between("_fivetran_start", EARLIEST_DATE, LATEST_DATE),
        ],
    ),
    _gate(
        table="raw_crm.opportunity_split",
        opens="the hard and the overlay book",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have(
                "id",
                "opportunity_id",
                "split_owner_id",
                "split_type",
                "split_percentage",
                "is_deleted",
                "system_modstamp",
            ),
            must.be_identifiers("id", "opportunity_id", "split_owner_id"),
            must.carry_their_check_letters("id", "opportunity_id", "split_owner_id"),
            tell_one_story("id", version="system_modstamp"),
            must.be_one_of(
                "split_type",
                ["Revenue", "Overlay"],
                because="a renamed type would take credit away in silence (D05)",
                may_cover_nothing=True,
            ),
            must.be_between(
                "split_percentage",
                0,
                100,
                because="-50 and 150 sum to 100 too",
                may_cover_nothing=True,
            ),
        ],
    ),
    _gate(
        table="raw_crm.opportunity_team_member",
        opens="the credit of those who helped",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have(
                "id", "opportunity_id", "user_id", "created_date", "is_deleted", "system_modstamp"
            ),
            must.be_identifiers("id", "opportunity_id", "user_id"),
            must.carry_their_check_letters("id", "opportunity_id", "user_id"),
            tell_one_story("id", version="system_modstamp", made="created_date"),
        ],
    ),
    _gate(
        table="raw_crm.task",
        opens="calls, demos and reviews as contribution",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "owner_id", "created_date", "is_deleted", "system_modstamp"),
            must.be_identifiers("id", "owner_id", "what_id", "who_id", "account_id"),
            must.carry_their_check_letters("id", "owner_id", "what_id", "who_id", "account_id"),
            tell_one_story("id", version="system_modstamp", made="created_date"),
            must.be_between("created_date", EARLIEST_DATE, LATEST_DATE),
        ],
    ),
    _gate(
        table="raw_crm.event",
        opens="meetings as contribution",
        at_least_rows=0,
        versions=_record,
        rules=lambda: [
            must.always_have("id", "owner_id", "created_date", "is_deleted", "system_modstamp"),
            must.be_identifiers("id", "owner_id", "what_id", "who_id", "account_id"),
            must.carry_their_check_letters("id", "owner_id", "what_id", "who_id", "account_id"),
            tell_one_story("id", version="system_modstamp", made="created_date"),
            must.be_at_least(
                "who_count",
                0,
                because="attendees decide what is a broadcast, and a source may not count them",
                may_cover_nothing=True,
            ),
        ],
    ),
)
