"""What the CRM shows of people, companies and deals; their activities are in activities.py."""

from __future__ import annotations

import numpy as np

from orchestration.sample import names
from orchestration.sample.accounts import COUNTRIES, CURRENCIES, MOST_CONTACTS, Accounts
from orchestration.sample.changes import Versions
from orchestration.sample.deals import LEAD_SOURCES, NEW_BUSINESS, STAGES, TYPES, WON, Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.identities import BOT_ADDRESS, CONSULTANT_ADDRESS, Identities
from orchestration.sample.people import OPEN, People
from orchestration.sample.salesforce import BOT_USER, CONSULTANT_USER
from orchestration.sample.write import Nights, last_of_night, sql_list


def deliver_users(nights: Nights, people: People, identities: Identities) -> None:
    """Every employee has a user, switched off when they leave; some have two; two are nobody's."""
    managers = people.manager_of()
    rows = []
    for employee, spells in people.spells_by_employee().items():
        changes = [(spell.hired, True) for spell in spells]
        changes += [(spell.left, False) for spell in spells if spell.left != OPEN]
        shown = {nights.night_of_day(day): (day, active) for day, active in sorted(changes)}
        hidden = employee in identities.unnumbered or employee in identities.nameless
        for night, (day, active) in shown.items():
            rows.append(
                (
                    employee, people.first[employee], people.last[employee],
                    identities.crm_address(people, employee),
                    None if hidden else people.number(employee), active,
                    managers.get(employee, -1), "Standard", day * 86_400 + 18_000, night,
                )
            )  # fmt: skip
    start = nights.night_of_day(0) * 86_400 + 1_660_000_000
    for employee, user in identities.second_user.items():
        first, last = people.first[employee], people.last[employee]
        address = f"{names.mail_name(last)}.emea@{names.MAIL_DOMAIN}"
        rows.append((user, first, last, address, None, True, -1, "Standard", start, 0))
    rows.append((BOT_USER, "Integration", "Bot", BOT_ADDRESS, None, True, -1, "CsnOnly", start, 0))
    rows.append(
        (
            CONSULTANT_USER,
            "External",
            "Consultant",
            CONSULTANT_ADDRESS,
            None,
            True,
            -1,
            "Standard",
            start,
            0,
        )
    )
    types = {
        "n": "int64", "first": "string", "last": "string", "email": "string", "number": "string",
        "active": "bool", "manager": "int64", "type": "string", "moment": "int64", "night": "int64",
    }  # fmt: skip
    nights.put_rows("users", types, rows)
    nights.deliver(
        "crm", "user",
        """select id18('005', n) as id, first || ' ' || last as name, first as first_name,
            last as last_name, email, number as employee_number, active as is_active,
            case when manager >= 0 then id18('005', manager) end as manager_id, type as user_type,
            'Europe/Berlin' as time_zone_sid_key, instant(moment) as system_modstamp, night
        from users""",
        "id",
    )  # fmt: skip
    nights.forget("users")


def deliver_accounts(nights: Nights, accounts: Accounts, deals: Deals, won: Flags) -> None:
    """A prospect becomes a customer with its first win; one turns out to be a customer's double
    in a later night. Leaves contact_names for other sources."""
    count = len(accounts)
    row = np.searchsorted(accounts.number, deals.account)
    owner = np.full(count, -1, dtype=np.int64)
    # the first deal's owner keeps the account
    owner[row[::-1]] = deals.owner[::-1]
    never = np.iinfo(np.int64).max
    first_win = np.full(count, never)
    np.minimum.at(first_win, row[won], deals.closed_at[won])
    grew = np.nonzero((first_win < never) & ~accounts.is_customer)[0]
    merged = merged_account(accounts, deals, won, nights.first_day)
    entity = np.concatenate([np.arange(count), grew, merged])
    step = np.repeat(np.asarray([0, 1, 2]), [count, len(grew), len(merged)])
    merged_at = np.full(len(merged), (nights.first_day + 2) * 86_400 + 36_000)
    moment = np.concatenate([accounts.created_at, first_win[grew] + 60, merged_at])
    order = np.lexsort((moment, entity))
    entity, moment, step = entity[order], moment[order], step[order]
    is_customer = accounts.is_customer[entity] | (step == 1)
    night = nights.night(moment)
    shown = last_of_night(entity, night)
    entity, moment, is_customer = entity[shown], moment[shown], is_customer[shown]
    is_merged = step[shown] == 2
    nights.put(
        "accounts",
        n=accounts.number[entity], first=accounts.first_name[entity],
        second=accounts.second_name[entity], industry=accounts.industry[entity],
        country=accounts.currency[entity], created=accounts.created_at[entity],
        owner=owner[entity], customer=is_customer, merged=is_merged, moment=moment,
        night=night[shown],
    )  # fmt: skip
    nights.deliver(
        "crm", "account",
        f"""select id18('001', n) as id,
            {sql_list(names.COMPANY_FIRST)}[first + 1] || ' '
                || {sql_list(names.COMPANY_SECOND)}[second + 1] || ' ' || (n + 1) as name,
            case when owner >= 0 then id18('005', owner) end as owner_id, null as parent_id,
            case when merged then id18('001', {accounts.number[0]}) end as master_record_id,
            {sql_list(names.INDUSTRIES)}[industry + 1] as industry,
            case when customer then 'Customer' else 'Prospect' end as type,
            {sql_list(COUNTRIES)}[country + 1] as billing_country, instant(created) as created_date,
            merged as is_deleted, instant(moment) as system_modstamp, night from accounts""",
    )  # fmt: skip
    _deliver_contacts(nights, accounts, owner)


def merged_account(accounts: Accounts, deals: Deals, won: Flags, first_day: int) -> Ints:
    """Row of the one prospect whose deal was lost long ago and who is merged into a customer."""
    lost = ~won & (deals.kind == NEW_BUSINESS) & (deals.closes < first_day - 200)
    return np.searchsorted(accounts.number, deals.account[np.nonzero(lost)[0][:1]])


def _deliver_contacts(nights: Nights, accounts: Accounts, owner: Ints) -> None:
    """One contact in eight is the account owner's own, and shared when others work with them."""
    row = np.repeat(np.arange(len(accounts)), accounts.contacts)
    place = np.arange(len(row)) - np.repeat(
        np.cumsum(accounts.contacts) - accounts.contacts, accounts.contacts
    )
    number = accounts.number[row] * MOST_CONTACTS + place
    created = accounts.created_at[row] + 600
    nights.put(
        "contacts",
        n=number,
        account=accounts.number[row],
        owner=np.where(number % 8 == 3, owner[row], -1),
        created=created,
        night=nights.night(created),
    )
    # prime steps through the lists: neighbours do not share names
    first, last = sql_list(names.FIRST_NAMES), sql_list(names.LAST_NAMES)
    nights.connection.execute(
        f"""create or replace temp view contact_names as
        select n, account, owner, created, night, {first}[n * 17 % 40 + 1] as first_name,
            {last}[n * 23 % 50 + 1] as last_name,
            lower({first}[n * 17 % 40 + 1]) || '.'
                || lower(replace({last}[n * 23 % 50 + 1], '''', '')) || n
                || '@company' || (account + 1) || '.example' as email
        from contacts"""
    )
    nights.deliver(
        "crm", "contact",
        """select id18('003', n) as id, id18('001', account) as account_id, first_name, last_name,
            email, case when owner >= 0 then id18('005', owner) end as owner_id,
            null as master_record_id, instant(created) as created_date,
            false as is_deleted, instant(created) as system_modstamp, night from contact_names""",
    )  # fmt: skip


def deliver_deals(nights: Nights, deals: Deals, versions: Versions, campaign: Ints) -> None:
    """Write the state of each deal as of each night, and every version of it as history."""
    night = nights.night(versions.start)
    row = versions.deal
    nights.put(
        "deal_versions",
        n=deals.number[row], account=deals.account[row], start=versions.start, stage=versions.stage,
        owner=versions.owner, micro=versions.micro, currency=deals.currency[row],
        closes=versions.closes, created=deals.created_at[row], kind=deals.kind[row],
        source=deals.source[row], campaign=campaign[row], deleted=versions.is_deleted, night=night,
        shown=last_of_night(row, night),
    )  # fmt: skip
    nights.deliver(
        "crm", "opportunity",
        f"""select id18('006', n) as id, id18('001', account) as account_id,
            {sql_list(TYPES)}[kind + 1] || ' ' || (n + 1) as name, id18('005', owner) as owner_id,
            {sql_list(STAGES)}[stage + 1] as stage_name, {sql_list(TYPES)}[kind + 1] as type,
            {sql_list(LEAD_SOURCES)}[source + 1] as lead_source,
            case when campaign >= 0 then cast(2001 + campaign as text) end as campaign_id,
            money(micro) as amount, {sql_list(CURRENCIES)}[currency + 1] as currency_iso_code,
            on_day(closes) as close_date, instant(created) as created_date,
            stage >= {WON} as is_closed, stage = {WON} as is_won, deleted as is_deleted,
            instant(start) as system_modstamp, night
        from deal_versions where shown""",
    )  # fmt: skip
    nights.deliver(
        "crm", "opportunity_history",
        f"""select id18('006', n) as id, instant(start) as _fivetran_start,
            id18('005', owner) as owner_id, {sql_list(STAGES)}[stage + 1] as stage_name,
            money(micro) as amount, on_day(closes) as close_date, stage >= {WON} as is_closed,
            stage = {WON} as is_won, deleted as is_deleted, night
        from deal_versions""",
    )  # fmt: skip
    nights.forget("deal_versions")
