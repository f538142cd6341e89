"""Records that are wrong do not stop a night: each is excluded or held by name, with its reason.

One night over one company in which every kind of them was planted.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.sample.salesforce import with_check
from tests.night.company import Home
from tests.night.test_bad_nights import rewrite

pytestmark = pytest.mark.night

GHOST, COPY, LATE, IN_TIME, CROWD = (
    with_check(f"{kind}000000000ZZ{number}")
    for kind, number in (("005", "Z"), ("00T", "Z"), ("00q", "1"), ("00q", "2"), ("00U", "Z"))
)


@dataclass(frozen=True)
class Planted:
    """A published night, and the records that were damaged before it."""

    home: Home
    deal: str  # a won deal
    task: str  # on it, delivered again under another id
    ghosts_task: str  # on it, of a user whom the CRM does not hold
    activity: str  # a response to the campaign that is gone
    campaign: str
    merged: str  # the deal's account, now merged into
    survivor: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        file = self.home.release / "finance" / "finance.duckdb"
        with duckdb.connect(str(file), read_only=True) as reader:
            return reader.execute(query).fetchall()

    def reasons(self, evidence: str) -> list[tuple[bool, str | None]]:
        """Whether a record counts on the deal, and why not."""
        return self.rows(
            "select is_counted, exclusion_reason_code "
            "from contribution.fct_contribution_events join funnel.fct_opportunities "
            f"using (opportunity_key) where evidence_ref = '{evidence}' "
            f"and opportunity_id_crm = '{self.deal}'"
        )


@pytest.fixture(scope="module")
def planted(_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    home = Home(tmp_path_factory.mktemp("records") / "home")
    home.path.mkdir(parents=True)
    shutil.copytree(_company, home.path / "sample")
    with duckdb.connect() as reader:
        for domain, table in (
            ("crm", "task"), ("crm", "opportunity"), ("crm", "user"), ("crm", "account"),
            ("crm", "contact"), ("crm", "opportunity_history"), ("marketing", "activity"),
            ("marketing", "lead"),
        ):  # fmt: skip
            reader.execute(
                f"create view \"{domain}_{table}\" as from '{home.source(domain, table)}'"
            )
        deal, account = reader.execute(
            "select opportunity.id, opportunity.account_id from crm_opportunity as opportunity "
            "join crm_task as task on task.what_id = opportunity.id and task.type = 'Call' "
            "join crm_user as colleague on colleague.id = task.owner_id "
            "and employee_number <> '' "
            "where is_won and close_date >= date '2024-01-01' and completed_date_time < close_date "
            "and opportunity.id in (select id from crm_opportunity_history "
            "group by id having count(*) filter (is_won) = 1) "
            "group by all having count(distinct task.id) >= 2 order by 1 limit 1"
        ).fetchone() or ("", "")
        (task,), (ghosts_task,) = reader.execute(
            "select task.id from crm_task as task join crm_user as colleague "
            "on colleague.id = task.owner_id and employee_number <> '' "
            f"where what_id = '{deal}' and type = 'Call' and not is_deleted order by 1 limit 2"
        ).fetchall()
        # a response that is evidence on some won deal
        activity, campaign = reader.execute(
            "select activity.id, activity.campaign_id from marketing_activity as activity "
            "join marketing_lead as lead on lead.id = lead_id "
            "join crm_contact as contact on contact.email = lead.email "
            "join crm_opportunity as opportunity on opportunity.account_id = contact.account_id "
            "where is_won and activity_type_id = 'form_fill' and activity_date < close_date "
            "and activity_date > close_date - interval 300 days order by 1 limit 1"
        ).fetchone() or ("", "")
        (survivor,) = reader.execute(
            f"select id from crm_account where id <> '{account}' order by 1 limit 1"
        ).fetchone() or ("",)
        (closed_at,) = reader.execute(
            f"select min(_fivetran_start) from '{home.source('crm', 'opportunity_history')}' "
            f"where id = '{deal}' and is_won"
        ).fetchone() or ("",)
    rewrite(
        home.source("crm", "task"),
        f"select * replace (case id when '{ghosts_task}' then '{GHOST}' else owner_id end "
        "as owner_id) from delivered union all "
        f"select * replace ('{COPY}' as id) from delivered where id = '{task}'",
    )
    rewrite(home.source("marketing", "campaign"), f"from delivered where id <> '{campaign}'")
    rewrite(
        home.source("crm", "account"),
        f"select * replace (case id when '{account}' then '{survivor}' else master_record_id end "
        f"as master_record_id, is_deleted or id = '{account}' as is_deleted) from delivered",
    )
    rewrite(
        home.source("crm", "opportunity_team_member"),
        "from delivered union all select ids.id, opportunity_id, user_id, team_member_role, "
        f"timestamp '{closed_at}' + ids.late, false, timestamp '{closed_at}' + ids.late "
        f"from (select '{deal}' as opportunity_id, owner_id as user_id, "
        f"'Legal' as team_member_role from '{home.source('crm', 'opportunity')}' "
        f"where id = '{deal}') as member cross join (values "
        f"('{LATE}', interval 6 minutes), ('{IN_TIME}', interval 4 minutes)) as ids(id, late)",
    )
    rewrite(
        home.source("crm", "event"),
        f"from delivered union all select '{CROWD}', owner_id, id, null, account_id, 'Meeting', "
        f"'Town hall', timestamp '{closed_at}' - interval 3 days, 26, false, "
        f"timestamp '{closed_at}' - interval 3 days, false, "
        f"timestamp '{closed_at}' - interval 3 days "
        f"from '{home.source('crm', 'opportunity')}' where id = '{deal}'",
    )
    home.night()
    return Planted(home, deal, task, ghosts_task, activity, campaign, account, survivor)


def test_c04_one_piece_of_work_under_two_ids_counts_once(planted: Planted) -> None:
    counted = sorted(
        planted.reasons(f"crm.task/{planted.task}") + planted.reasons(f"crm.task/{COPY}")
    )
    assert counted == [(False, "duplicate"), (True, None)]


def test_c05_an_unknown_user_is_held_with_what_they_would_have_earned(planted: Planted) -> None:
    assert planted.reasons(f"crm.task/{planted.ghosts_task}") == [(False, "unresolved_identity")]
    ((amount, weight, counted),) = planted.rows(
        "select max(plan_amount_minor), sum(weight) filter (evidence_ref = "
        f"'crm.task/{planted.ghosts_task}'), sum(weight) filter (is_counted) "
        "from contribution.fct_contribution_events join funnel.fct_opportunities "
        f"using (opportunity_key) where opportunity_id_crm = '{planted.deal}'"
    )
    held = planted.rows(
        "select book, reason_code, amount_minor, currency_code from operations.fct_quarantine "
        f"where table_name = 'identity' and row_key = 'crm:{GHOST}'"
    )
    share = weight / (weight + counted)
    assert held == [("contribution", "unknown", int(amount * share * 2 + 1) // 2, "EUR")]


def test_c05_a_response_to_a_campaign_that_is_gone_is_held_by_name(planted: Planted) -> None:
    reasons = planted.rows(
        "select distinct is_counted, exclusion_reason_code "
        "from contribution.fct_contribution_events "
        f"where evidence_ref = 'marketing.activity/{planted.activity}'"
    )
    assert reasons == [(False, "unresolved_identity")]
    ((amount,),) = planted.rows(
        "select amount_minor from operations.fct_quarantine "
        f"where row_key = 'marketing:campaign:{planted.campaign}' and book = 'contribution'"
    )
    assert amount > 0


def test_d03_the_deal_of_a_merged_account_is_its_survivors(planted: Planted) -> None:
    accounts = planted.rows(
        "select account_id_crm from funnel.fct_opportunities join people.dim_accounts "
        f"using (account_key) where opportunity_id_crm = '{planted.deal}'"
    )
    assert accounts == [(planted.survivor,)]


def test_c09_work_after_the_win_does_not_count_beyond_the_clock_skew(planted: Planted) -> None:
    assert planted.reasons(f"crm.opportunity_team_member/{LATE}") == [(False, "after_win")]
    assert planted.reasons(f"crm.opportunity_team_member/{IN_TIME}") == [(True, None)]


def test_c12_a_broadcast_gives_nobody_credit(planted: Planted) -> None:
    assert planted.reasons(f"crm.event/{CROWD}") == [(False, "broadcast")]


def test_c02_every_deal_is_still_shared_to_the_minor_unit(planted: Planted) -> None:
    wrong = planted.rows(
        "select opportunity_key, attribution_model from contribution.fct_contribution_credits "
        "join funnel.fct_opportunities using (opportunity_key) where book <> 'overlay' "
        "group by all having sum(credited_amount_minor) <> max(amount_minor)"
    )
    assert wrong == []
