"""The names under which one person appears: addresses, users, aliases; and those who are nobody."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from orchestration.sample import names
from orchestration.sample.draws import Ints, chance, stream
from orchestration.sample.people import People
from orchestration.sample.salesforce import BOT_USER, CONSULTANT_USER, SECOND_USER, id18

SHARED_MAILBOX = f"support@{names.MAIL_DOMAIN}"
BOT_ADDRESS = f"integration.bot@{names.MAIL_DOMAIN}"
STRANGER = "jo.freelancer@contractor.example"
CONSULTANT_ADDRESS = "ext.consultant@contractor.example"
SHARED_AGENT = 990_000  # the shared mailbox's user in the support desk


@dataclass
class Identities:
    """What each employee is called elsewhere, by employee; most have nothing here."""

    second: dict[int, str] = field(default_factory=dict)  # a second address that HR knows
    former: dict[int, str] = field(default_factory=dict)  # an address that only policy knows
    unnumbered: set[int] = field(default_factory=set)  # no employee number in the CRM
    nameless: set[int] = field(default_factory=set)  # neither number nor a known address there
    second_user: dict[int, int] = field(default_factory=dict)  # a second CRM user

    def crm_address(self, people: People, employee: int) -> str:
        """As the CRM has it: some in capitals, some unknown to HR."""
        if employee in self.nameless:
            return f"{names.mail_name(people.last[employee])}.sales{employee}@{names.MAIL_DOMAIN}"
        address = people.address[employee]
        return address.title() if employee in self.unnumbered else address

    def users(self, persons: Ints, draw: Ints, count: int) -> Ints:
        """The CRM user under which each person logged something: some have two."""
        other = np.full(count, -1, dtype=np.int64)
        for employee, user in self.second_user.items():
            other[employee] = user
        second = other[np.maximum(persons, 0)]
        return np.where((second >= 0) & (draw % 5 == 0), second, persons)

    def aliases(self, people: People) -> list[tuple[str, str, str]]:
        """Rows for policy's identity_aliases: system, value, employee number."""
        rows = [("email", address, people.number(e)) for e, address in self.former.items()]
        rows += [("crm", id18("005", e), people.number(e)) for e in sorted(self.nameless)]
        rows += [
            ("crm", id18("005", user), people.number(e)) for e, user in self.second_user.items()
        ]
        return rows

    def exclusions(self) -> list[tuple[str, str, str]]:
        """Rows for policy's excluded_identities: system, value, reason."""
        return [
            ("crm", id18("005", BOT_USER), "integration_user"),
            ("email", BOT_ADDRESS, "integration_user"),
            ("email", SHARED_MAILBOX, "shared_mailbox"),
        ]

    def planted(self, people: People) -> dict[str, list[str]]:
        return {
            "several_addresses": [people.number(e) for e in self.second],
            "alias_address": [people.number(e) for e in self.former],
            "case_of_address_differs": [people.number(e) for e in sorted(self.unnumbered)],
            "alias_crm_user": [people.number(e) for e in sorted(self.nameless)],
            "second_crm_user": [people.number(e) for e in self.second_user],
            "shared_mailbox": [SHARED_MAILBOX],
            "bot_user": [id18("005", BOT_USER)],
            "unresolved_identity": [STRANGER, id18("005", CONSULTANT_USER)],
        }


def confuse(people: People, base_employees: int, seed: int) -> Identities:
    """Give some people more than one name."""
    found = Identities()
    rng = stream(seed, "identities", base_employees)
    second, former = chance(rng, len(people), 120), chance(rng, len(people), 60)
    unnumbered = chance(rng, len(people), 50)
    for employee in range(len(people)):
        first, last = people.first[employee], names.mail_name(people.last[employee])
        if second[employee] or employee == 0:
            found.second[employee] = f"{first[0].lower()}{last}{employee}@{names.MAIL_DOMAIN}"
        # who is hired in a later night has no former name yet: policy would name a stranger
        if (former[employee] and employee < base_employees) or employee == 1:
            found.former[employee] = f"{names.mail_name(first)}.{last}{employee}@altwind.example"
        if unnumbered[employee] or employee == 2:
            found.unnumbered.add(employee)
    sellers = [p.employee for p in people.positions if p.function == "sales"]
    sellers = [e for e in sellers if e not in found.unnumbered and 0 < e < base_employees]
    if sellers:
        found.nameless.add(sellers[-1])
        found.second_user[sellers[0]] = SECOND_USER
    return found
