"""What the CRM shows: users, accounts, contacts, leads, and deals with their history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import clock, names
from orchestration.sample.accounts import COUNTRIES, CURRENCIES, Accounts
from orchestration.sample.deals import LEAD_SOURCES, LOST, STAGES, TYPES, WON, Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.people import OPEN, People
from orchestration.sample.write import Nights


def sql_list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def deliver_users(nights: Nights, people: People, first_day: int) -> None:
    """Every employee has a user; it is deactivated when they leave."""
    rows: list[tuple[int, bool, int]] = []
    for employee, spells in people.spells_by_employee().items():
        for spell in spells:
            rows.append((employee, True, spell.hired))
            if spell.left != OPEN:
                rows.append((employee, False, spell.left))
    shown = [(e, active, day, max(day - first_day + 1, 0)) for e, active, day in rows]
    last = {(e, night): at for at, (e, _, _, night) in enumerate(shown)}
    kept = [row for at, row in enumerate(shown) if last[row[0], row[3]] == at]
    managers = people.manager_of()
    nights.put(
        "users",
        employee=[e for e, *_ in kept],
        first=[people.first[e] for e, *_ in kept], last=[people.last[e] for e, *_ in kept],
        email=[people.address[e] for e, *_ in kept],
        number=[people.number(e) for e, *_ in kept],
        manager=[managers.get(e, -1) for e, *_ in kept],
        active=[active for _, active, *_ in kept], moment=[day * 86_400 + 18_000 for _, _, day, _ in kept],
        night=[night for *_, night in kept],
    )
    nights.deliver(
        "crm", "user",
        f"""select id18('005', employee) as id, first || ' ' || last as name, first as first_name, last as last_name,
            email, number as employee_number, active as is_active,
            case when manager >= 0 then id18('005', manager) end as manager_id, 'Standard' as user_type,
            'Europe/Berlin' as time_zone_sid_key, instant(moment) as system_modstamp, night from users
        union all
        select id18('005', {len(people)}), 'Integration Bot', 'Integration', 'Bot', 'integration.bot@{names.MAIL_DOMAIN}',
            null, true, null, 'CsnOnly', 'Europe/Berlin', timestamp '2022-06-01 08:00:00', 0""",
        "id",
    )
    nights.forget("users")


def deliver_accounts(nights: Nights, accounts: Accounts, owner: Ints) -> None:
    nights.put(
        "accounts",
        n=np.arange(accounts.count, dtype=np.int64), first=accounts.first_name, second=accounts.second_name,
        industry=accounts.industry, country=accounts.currency, created=accounts.created, owner=owner,
        customer=accounts.is_customer,
    )
    nights.deliver(
        "crm", "account",
        f"""select id18('001', n) as id,
            {sql_list(names.COMPANY_FIRST)}[first + 1] || ' ' || {sql_list(names.COMPANY_SECOND)}[second + 1] || ' ' || (n + 1) as name,
            case when owner >= 0 then id18('005', owner) end as owner_id, null as parent_id, null as master_record_id,
            {sql_list(names.INDUSTRIES)}[industry + 1] as industry,
            case when customer then 'Customer' else 'Prospect' end as type,
            {sql_list(COUNTRIES)}[country + 1] as billing_country, instant(created) as created_date,
            false as is_deleted, instant(created) as system_modstamp, 0 as night from accounts""",
    )
    nights.put(
        "contacts",
        n=np.arange(len(accounts.contact_first), dtype=np.int64), account=accounts.contact_account,
        first=accounts.contact_first, last=accounts.contact_last, created=accounts.created[accounts.contact_account],
    )
    nights.connection.execute(
        f"""create or replace temp view contact_names as
        select n, account, {sql_list(names.FIRST_NAMES)}[first + 1] as first_name,
            {sql_list(names.LAST_NAMES)}[last + 1] as last_name, created,
            lower({sql_list(names.FIRST_NAMES)}[first + 1]) || '.'
                || lower(replace({sql_list(names.LAST_NAMES)}[last + 1], '''', '')) || n || '@customer' || account || '.example' as email
        from contacts"""
    )
    nights.deliver(
        "crm", "contact",
        """select id18('003', n) as id, id18('001', account) as account_id, first_name, last_name, email,
            null as owner_id, null as master_record_id, instant(created + 86400) as created_date,
            false as is_deleted, instant(created + 86400) as system_modstamp, 0 as night from contact_names""",
    )


@dataclass
class Versions:
    """Deals as they changed: one row per version, in order of deal and start."""

    deal: Ints
    start: Ints
    stage: Ints
    owner: Ints
    micro: Ints


def versions_of(deals: Deals, won: Flags) -> Versions:
    """Created, three later stages, a change of owner, the decision: what really happened to each."""
    n = len(deals)
    rows = np.arange(n, dtype=np.int64)
    last_open = np.where(won, 3, deals.last_open_stage)
    kinds = [(rows[last_open >= stage], deals.stage_at[:, stage][last_open >= stage], stage) for stage in range(4)]
    decided = np.where(won, WON, LOST)
    handed = np.nonzero(deals.second_owner >= 0)[0]
    deal = np.concatenate([k[0] for k in kinds] + [rows, handed])
    start = np.concatenate([k[1] for k in kinds] + [deals.closed_at, deals.owner_changed_at[handed]])
    stage = np.concatenate([np.full(len(k[0]), k[2], dtype=np.int64) for k in kinds] + [decided, np.full(len(handed), -1)])
    order = np.lexsort((start, deal))
    deal, start, stage = deal[order], start[order], stage[order]
    # a change of owner keeps the stage the deal was in
    filled = np.where(stage < 0, 0, np.arange(len(stage)))
    stage = stage[np.maximum.accumulate(filled)]
    changed = (deals.second_owner[deal] >= 0) & (start >= deals.owner_changed_at[deal])
    owner = np.where(changed, deals.second_owner[deal], deals.owner[deal])
    micro = np.where(stage >= 2, deals.micro[deal], deals.first_micro[deal])
    return Versions(deal, start, stage, owner, micro)


def deliver_deals(nights: Nights, deals: Deals, versions: Versions, accounts: Accounts, first_day: int) -> None:
    night = np.maximum(clock.local_day(versions.start) - first_day + 1, 0)
    is_last = np.ones(len(night), dtype=bool)
    is_last[:-1] = (versions.deal[1:] != versions.deal[:-1]) | (night[1:] != night[:-1])
    deal = versions.deal
    nights.put(
        "deal_versions",
        n=deals.number[deal], account=deals.account[deal], start=versions.start, stage=versions.stage,
        owner=versions.owner, micro=versions.micro, currency=accounts.currency[deals.account[deal]],
        closes=deals.closes[deal], created=deals.created_at[deal], kind=deals.kind[deal], source=deals.source[deal],
        night=night, is_last=is_last,
    )
    nights.deliver(
        "crm", "opportunity",
        f"""select id18('006', n) as id, id18('001', account) as account_id,
            {sql_list(TYPES)}[kind + 1] || ' ' || (n + 1) as name, id18('005', owner) as owner_id,
            {sql_list(STAGES)}[stage + 1] as stage_name, {sql_list(TYPES)}[kind + 1] as type,
            {sql_list(LEAD_SOURCES)}[source + 1] as lead_source, null as campaign_id, money(micro) as amount,
            {sql_list(CURRENCIES)}[currency + 1] as currency_iso_code, on_day(closes) as close_date,
            instant(created) as created_date, stage >= {WON} as is_closed, stage = {WON} as is_won,
            false as is_deleted, instant(start) as system_modstamp, night from deal_versions where is_last""",
    )
    nights.deliver(
        "crm", "opportunity_history",
        f"""select id18('006', n) as id, instant(start) as _fivetran_start, id18('005', owner) as owner_id,
            {sql_list(STAGES)}[stage + 1] as stage_name, money(micro) as amount, on_day(closes) as close_date,
            stage >= {WON} as is_closed, stage = {WON} as is_won, false as is_deleted, night from deal_versions""",
    )
