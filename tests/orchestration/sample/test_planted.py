"""Every hard case that sample.json lists is really in the data, and where it says it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.orchestration.sample.conftest import Delivered

KINDS = [
    "account_merged_in_later_night",
    "alias_address", "alias_crm_user", "amount_corrected_in_later_night", "bot_record", "bot_user",
    "broadcast_meeting", "case_of_address_differs", "consultant_record",
    "contributor_left_before_win", "corrected_record", "deleted_in_later_night", "deleted_record",
    "delivered_twice", "equal_timestamps", "feature_request_not_shipped", "id_of_15_characters",
    "insight_confirmed_by_its_author", "insight_not_acted_on",
    "joiner", "late_hr_change",
    "late_marketing_touch", "late_record", "late_touch_for_closed_period", "later_joiner", "leave",
    "leaver", "nobody_outside_sales", "only_sales", "owner_changed_before_win", "part_time",
    "pay_raise", "reassigned_ticket", "referral", "refunded", "refunded_in_later_night",
    "refunded_in_part", "rehire", "reopened_and_rewon", "reopened_in_later_night",
    "second_crm_user", "several_addresses", "shared_mailbox", "touch_after_clock_goes_forward",
    "touch_after_win",
    "touch_at_2330_local", "touch_before_clock_goes_forward",
    "touch_in_first_hour_of_clock_going_back", "touch_in_second_hour_of_clock_going_back",
    "touch_month_end_differs_in_utc", "transfer", "undeleted_in_later_night",
    "unresolved_identity", "won_after_local_midnight_of_go_live", "won_at_2330_local",
    "won_at_2330_local_year_end", "won_in_EUR", "won_in_JPY", "won_in_KWD", "won_in_USD",
    "won_month_end_differs_in_utc",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_company_of_size_s_has_every_kind(company: Delivered, kind: str) -> None:
    assert company.planted(kind)


def test_every_kind_listed_is_tested_here(company: Delivered) -> None:
    assert sorted(company.listing["planted"]) == KINDS


def ids(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def versions(company: Delivered, opportunity: str) -> list[tuple]:
    return company.rows(
        f"""select cast(timezone('Europe/Berlin', timezone('UTC', _fivetran_start)) as date),
            stage_name, is_won, is_deleted, amount, owner_id
        from crm.opportunity_history where id = '{opportunity}' order by _fivetran_start"""
    )


def test_d01_wins_near_midnight_belong_to_the_local_day(company: Delivered) -> None:
    for kind, local, utc in (
        ("won_after_local_midnight_of_go_live", date(2025, 10, 1), date(2025, 9, 30)),
        ("won_month_end_differs_in_utc", date(2025, 11, 1), date(2025, 10, 31)),
        ("won_at_2330_local", date(2025, 11, 28), date(2025, 11, 28)),
        ("won_at_2330_local_year_end", date(2025, 12, 31), date(2025, 12, 31)),
    ):
        found = company.rows(
            f"""select close_date, cast(_fivetran_start as date), is_won
            from crm.opportunity_history
            where id in ({ids(company.planted(kind))}) and is_won"""
        )
        assert found == [(local, utc, True)], kind


def test_touches_at_the_clock_changes_are_at_their_instants(company: Delivered) -> None:
    for kind, instant in (
        ("touch_before_clock_goes_forward", "2025-03-30 00:59:59"),
        ("touch_after_clock_goes_forward", "2025-03-30 01:00:00"),
        ("touch_in_first_hour_of_clock_going_back", "2025-10-26 00:30:00"),
        ("touch_in_second_hour_of_clock_going_back", "2025-10-26 01:30:00"),
        ("touch_at_2330_local", "2025-11-12 22:30:00"),
        ("touch_month_end_differs_in_utc", "2025-10-31 23:30:00"),
    ):
        found = company.rows(
            f"""select cast(completed_date_time as text), activity_date
            from crm.task where id in ({ids(company.planted(kind))})"""
        )
        assert [at for at, _ in found] == [instant], kind
    month_end = company.rows(
        f"""select activity_date from crm.task
        where id in ({ids(company.planted("touch_month_end_differs_in_utc"))})"""
    )
    assert month_end == [(date(2025, 11, 1),)]


def test_d04_reopened_deals_are_won_again(company: Delivered) -> None:
    for kind in ("reopened_and_rewon", "reopened_in_later_night"):
        for opportunity in company.planted(kind):
            stages = [stage for _, stage, *_ in versions(company, opportunity)]
            assert stages[-3:] == ["Closed Won", "Negotiation", "Closed Won"], kind


def test_d03_deleted_and_undeleted_deals_arrive_in_later_nights(company: Delivered) -> None:
    for kind, ends_deleted in (
        ("deleted_in_later_night", True),
        ("undeleted_in_later_night", False),
    ):
        for opportunity in company.planted(kind):
            found = company.rows(
                f"""select run_date, is_won, is_deleted from all_crm.opportunity
                where id = '{opportunity}' order by run_date"""
            )
            assert found[0] == (date(2026, 1, 5), True, False)
            assert found[1][2], "deleted in the second delivery"
            assert found[-1][1:] == (True, ends_deleted)
    open_deals = "select count(*) from crm.opportunity where is_deleted and not is_won"
    assert company.value(open_deals) > 0


def test_d03_a_merged_account_names_its_master(company: Delivered) -> None:
    merged = company.planted("account_merged_in_later_night")
    found = company.rows(
        f"""select run_date, is_deleted, master_record_id in (select id from crm.account
            where not is_deleted) from all_crm.account where id in ({ids(merged)}) order by 1"""
    )
    assert found == [(date(2026, 1, 5), False, None), (date(2026, 1, 8), True, True)]


def test_a_corrected_amount_is_a_newer_version(company: Delivered) -> None:
    for opportunity in company.planted("amount_corrected_in_later_night"):
        before, after = company.rows(
            f"select amount from all_crm.opportunity where id = '{opportunity}' order by run_date"
        )
        assert 0 < after[0] < before[0]


def test_d02_late_records_are_dated_before_their_delivery(company: Delivered) -> None:
    late = company.rows(
        """with records as (
            select id, cast(completed_date_time as date) as day, run_date from all_crm.task
            union all
            select id, cast(start_date_time as date), run_date from all_crm.event
            union all
            select id, cast(activity_date as date), run_date from all_marketing.activity
        )
        select id, run_date - day from records
        qualify row_number() over (partition by id order by run_date) = 1
            and run_date > day + 1 and run_date > date '2026-01-05'"""
    )
    assert len(late) >= 2
    assert max(days for _, days in late) > 14, "one is of a period that closed"
    assert {record for record, _ in late} & set(company.planted("late_record"))


def test_corrected_tasks_change_hands(company: Delivered) -> None:
    corrected = company.rows(
        """select id, count(distinct owner_id), count(distinct system_modstamp)
        from all_crm.task where not is_deleted group by id having count(*) > 1"""
    )
    assert any(owners > 1 for _, owners, _ in corrected)
    assert all(stamps > 1 for *_, stamps in corrected)


def test_c04_event_rows_are_delivered_twice(company: Delivered) -> None:
    twice = company.rows(
        "select id, count(distinct columns(* exclude (id, run_date))) from all_marketing.activity "
        "group by id having count(*) > 1"
    )
    assert twice and all(set(row[1:]) <= {0, 1} for row in twice), "and say the same each time"
    events = "select count(*) - count(distinct message_id) from all_product_usage.event"
    assert company.value(events) > 0


def test_c02_every_currency_wins(company: Delivered) -> None:
    won = "select count(distinct currency_iso_code) from crm.opportunity where is_won"
    assert company.value(won) == 4


def test_c06_owners_change_during_the_cycle(company: Delivered) -> None:
    for opportunity in company.planted("owner_changed_before_win"):
        owners = [owner for *_, owner in versions(company, opportunity)]
        assert len(set(owners)) == 2 and owners[0] != owners[-1]


def test_c07_contributors_left_before_the_win(company: Delivered) -> None:
    found = company.rows(
        f"""select distinct opportunity.id from crm.opportunity
        join crm.task on left(what_id, 15) = left(opportunity.id, 15)
        join crm."user" on "user".id = task.owner_id
        join hr.worker_history on worker_code = employee_number and termination_date < close_date
        where opportunity.id in ({ids(company.planted("contributor_left_before_win"))})"""
    )
    assert found


def test_c09_touches_after_the_win(company: Delivered) -> None:
    early = company.value(
        f"""select count(*) from crm.task
        join crm.opportunity on left(what_id, 15) = left(opportunity.id, 15)
        where task.id in ({ids(company.planted("touch_after_win"))}) and (
            activity_date <= close_date or not is_won)"""
    )
    assert early == 0


@pytest.mark.parametrize("kind", ["nobody_outside_sales", "only_sales"])
def test_c10_deals_that_nobody_outside_sales_touched(company: Delivered, kind: str) -> None:
    deals = ids(company.planted(kind))
    functions = company.rows(
        "select distinct function, true_share from opportunity_truth "
        f"where opportunity_id in ({deals})"
    )
    assert functions == [("sales", 1)]
    members = f"select count(*) from crm.opportunity_team_member where opportunity_id in ({deals})"
    assert company.value(members) == 0


def test_c12_broadcasts_bots_and_shared_mailboxes(company: Delivered) -> None:
    broadcasts = company.rows(
        f"""select min(who_count) from crm.event
        where id in ({ids(company.planted("broadcast_meeting"))})"""
    )
    assert broadcasts[0][0] > 25
    users = company.rows(
        f"""select distinct owner_id from crm.task
        where id in ({ids(company.planted("bot_record"))})"""
    )
    assert [user for (user,) in users] == company.planted("bot_user")
    mailbox = company.planted("shared_mailbox")[0]
    assert company.value(f"""select count(*) from support."user" where email = '{mailbox}'""") == 1


def test_c13_tickets_change_hands_and_offered_is_no_rating(company: Delivered) -> None:
    hands = company.rows(
        f"""select ticket_id, count(distinct value) from support.ticket_field_history
        where field_name = 'assignee_id'
            and ticket_id in ({ids(company.planted("reassigned_ticket"))})
        group by ticket_id"""
    )
    assert hands and all(count == 2 for _, count in hands)
    scores = {score for (score,) in company.rows("select score from support.satisfaction_rating")}
    assert scores == {"offered", "good", "bad"}


def test_c05_one_person_has_several_names(company: Delivered) -> None:
    addresses = company.value(
        """select count(*) from (
            select personal_info_system_id from hr.person_contact_email_address
            group by 1 having count(*) > 1)"""
    )
    assert addresses > 5
    assert company.value('select count(*) from crm."user" where employee_number is null') > 5
    capitals = (
        "select count(*) from collaboration.answer where answerer_email <> lower(answerer_email)"
    )
    assert company.value(capitals) > 0


def test_d07_salesforce_ids_come_in_both_lengths(company: Delivered) -> None:
    for column in ("what_id", "who_id"):
        lengths = company.rows(f"select distinct length({column}) from crm.task order by 1")
        assert lengths == [(15,), (18,)]
    # ids that differ only by case are two records
    folded = "select count(distinct id) - count(distinct lower(id)) from crm.task"
    assert company.value(folded) == 0, "the check characters keep them apart even when folded"
    folded = (
        "select count(distinct left(id, 15)) - count(distinct lower(left(id, 15))) from crm.task"
    )
    assert company.value(folded) > 0


def test_equal_timestamps_on_one_deal(company: Delivered) -> None:
    ties = company.value(
        """select count(*) from (
            select left(what_id, 15), completed_date_time from crm.task
            group by all having count(*) > 1)"""
    )
    assert ties > 0


def test_refunds_whole_and_in_part(company: Delivered) -> None:
    found = company.rows(
        """select note.total < invoice.total from finance.credit_note as note
        join finance.invoice using (reference)"""
    )
    assert {part for (part,) in found} == {True, False}
    later = company.value(
        "select count(*) from all_finance.credit_note where run_date > date '2026-01-05'"
    )
    assert later > 0


def test_e07_a_transfer_is_recorded_after_its_period_closed(company: Delivered) -> None:
    number = company.planted("late_hr_change")[0]
    found = company.rows(
        f"""select distinct effective_date, positions.run_date
        from all_hr.worker_position_history as positions
        join hr.worker_history as workers on workers.id = positions.worker_id
        where worker_code = '{number}' and positions.run_date > date '2026-01-05' order by all"""
    )
    moved = [(effective, run) for effective, run in found if effective == date(2025, 12, 1)]
    assert moved == [(date(2025, 12, 1), date(2026, 1, 9))]


def test_e06_a_rehire_keeps_the_employee_number(company: Delivered) -> None:
    number = company.planted("rehire")[0]
    spells = company.rows(
        f"""select distinct hire_date, original_hire_date, termination_date
        from hr.worker_history where worker_code = '{number}' order by 1"""
    )
    assert len(spells) == 2
    assert spells[0][2] == date(2024, 6, 30) and spells[1][0] == date(2025, 4, 1)
    assert spells[0][1] == spells[1][1] == spells[0][0]


def test_people_move_join_leave_and_work_part_time(company: Delivered) -> None:
    ftes = {
        int(fte)
        for (fte,) in company.rows(
            "select distinct full_time_equivalent_percentage from hr.worker_position_history"
        )
    }
    assert ftes == {50, 60, 80, 100}
    for number in company.planted("transfer"):
        codes = company.rows(
            f"""select distinct code from hr.worker_position_history as positions
            join hr.worker_history as workers on workers.id = positions.worker_id
            join hr.organization on organization.id = positions.organization_id
            where worker_code = '{number}'"""
        )
        assert len(codes) == 2
    assert company.value("select count(*) from hr.worker_leave_status") > 2


def test_deals_are_won_in_later_nights(company: Delivered) -> None:
    days = [
        day
        for (day,) in company.rows(
            """select distinct close_date from crm.opportunity
            where is_won and close_date >= date '2026-01-05' order by 1"""
        )
    ]
    assert len(days) >= 4
    assert max(days) <= date(2026, 1, 4) + timedelta(days=11)
    new = "select count(*) from crm.opportunity where created_date >= timestamp '2026-01-05'"
    assert company.value(new) > 20


def test_a_referral_introduces_somebody_of_another_customer(company: Delivered) -> None:
    found = company.rows(
        f"""select contact.account_id = opportunity.account_id from collaboration.introduction
        join crm.contact on contact.id = contact_id
        join crm.opportunity on opportunity.id = opportunity_id
        where introduction.id in ({ids(company.planted("referral"))})"""
    )
    assert (False,) in found


def test_some_insights_changed_nothing(company: Delivered) -> None:
    planted = {
        kind: company.rows(
            f"""select distinct acted_on_at is null, confirmed_by_email = author_email
            from collaboration.insight where id in ({ids(company.planted(kind))})"""
        )
        for kind in ("insight_not_acted_on", "insight_confirmed_by_its_author")
    }
    assert planted["insight_not_acted_on"] == [(True, None)]
    assert planted["insight_confirmed_by_its_author"] == [(False, True)]


def test_some_features_were_asked_for_and_never_built(company: Delivered) -> None:
    found = company.rows(
        f"""select distinct shipped_at is null from product_usage.feature_request
        join product_usage.feature on feature.id = feature_id
        where feature_request.id in ({ids(company.planted("feature_request_not_shipped"))})"""
    )
    assert found == [(True,)]
