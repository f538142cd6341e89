"""The models that judge money and policy as a whole, each row of them a rule.

A rule they emit and nobody registered here holds too; one that is registered and no longer
emitted is unproven, unless it speaks about what a company may not have.
"""

from collections.abc import Iterator
from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Rule, Versions

_gate = partial(Gate, layer="bonus", at_least_rows=1)

_MONEY = (
    "every control adds up (D02)",
    "who is left out has a reason",
)
_MONEY_IF_ANY = (
    "a pool pays no more than it holds (G05)",
    "a part of a pool pays no more than it holds (G05)",
    "awards of one rule stay within what it gives (G05)",
    "what a pool keeps has a reason (G06)",
    "no line belongs to a period before go-live",
    "a payee is an employee (C05)",
    "nobody ineligible is newly paid (E05)",
    "a closed pay gate pays nothing new (G01)",
    "nothing provisional is payable (G04)",
    "an accrual is held",
    "what is not payable has a reason (T04)",
    "a line is in the plan currency (M10)",
    "a transaction is paid under exactly one plan version (E01)",
    "what a draw pays ahead is owed (M01)",
    "nobody is paid less than nothing (M05)",
    "what was posted cancels over its legs (M07)",
)
_POLICY = (
    "validities do not overlap and do not end before they begin (E08)",
    "codes are known",
    "what a row names exists",
    "numbers are within their bounds",
    "a date finds one version of a plan (E02)",
    "a plan component names a plan, a version and a payroll code of its type",
    "a plan component says all that its type needs",
    "a plan component changes its kind of period between two periods (E01)",
    "a plan version is approved by somebody who did not prepare it (F60)",
    "goals and definitions carry a dated approval (G08)",
    "a pool belongs to one plan component",
    "periods of one type follow each other without gap or overlap",
    "one contribution model is paid at a time",
)
_POLICY_IF_ANY = (
    "amounts fit the digits of their currency (G09)",
    "amounts are in the plan currency (G09)",
    "tiers begin at zero, join without gap or overlap, and the last is open (T01)",
    "a pool says how it is funded",
    "a pool has members",
    "a rule of eligibility that counts says how many",
    "a release schedule gives out everything, share by share",
    "points of a payout curve rise and pay no less (T01)",
    "the weights of the goals of a function add up to one",
    "a goal says whose measure it compares with what",
    "a plan component has the goals or rules that it pays by",
    "the shares of a growth project add up to one",
    "a growth project ends after it begins",
    "a contest ends after it begins and gives no more than its budget",
    "a pool in parts is funded by bookings, and a capped one is shared as one",
    "an opening balance says why and who approved it",
    "what is decided by hand says why, who asked and who else approved (M09)",
    "an override names the input that it replaces (M09)",
    "an adjustment names a period of its component (M09)",
    "a draw is of a commission (M01)",
)
# Rows of policy are named by their keys. Those of identity_aliases are e-mail addresses: not said.
_NAMED = (
    "table_name || case when table_name = 'identity_aliases' then '' else ' ' || failing_rows end"
)


# money that is landed once and kept in one table: its control totals go with it
_CARRIED = (
    (
        "raw_finance.journal_line.net_amount",
        "staging.stg_finance__journal_lines.net_amount",
        Versions(key=("journal_line_id",)),
    ),
    (
        "raw_finance.invoice.sub_total",
        "staging.stg_finance__invoices.amount",
        Versions(key=("invoice_id",), by="updated_date_utc"),
    ),
    (
        "raw_ledger.entry.amount_minor",
        "staging.stg_ledger__entries.amount_minor",
        Versions(key=("entry_id",)),
    ),
)


def _rules(always: tuple[str, ...], if_any: tuple[str, ...], **how: object) -> Iterator[Rule]:
    for rule in always:
        yield must.have_zero_failing(rule, **how)  # type: ignore[arg-type]
    for rule in if_any:
        yield must.have_zero_failing(
            rule,
            because="a company may have none of these",
            may_cover_nothing=True,
            **how,  # type: ignore[arg-type]
        )
    registered = ", ".join(f"'{rule}'" for rule in (*always, *if_any))
    yield must.have_no(
        "exception to a rule that is not registered by name",
        "select 1 from judged where rows_failing is distinct from 0 "
        f"and rule not in ({registered})",
    )


GATES = (
    _gate(
        table="intermediate.int_bonus__policy_findings",
        opens="plans",
        rules=lambda: [_rules(_POLICY, _POLICY_IF_ANY, named_by=_NAMED)],
    ),
    _gate(
        table="intermediate.int_bonus__rule_results",
        opens="the payout register",
        rules=lambda: [_rules(_MONEY, _MONEY_IF_ANY)],
    ),
    _gate(
        table="bonus.fct_payout_reconciliation",
        opens="the payout register to finance",
        rules=lambda: [
            must.have_one_row_per("control", "period_key", "currency_code"),
            must.always_have("left_minor", "right_minor", "difference_minor"),
            must.have_no_rows_where(
                "difference_minor <> 0 or left_minor - right_minor <> 0",
                because="paid + held + carried + receivable + in review = entitled (D02)",
            ),
            *(
                must.carry_all_of(landed, staged, versions, because="pay is measured by it (D06)")
                for landed, staged, versions in _CARRIED
            ),
        ],
    ),
    _gate(
        table="operations.fct_quarantine",
        opens="the list of what is held",
        # a clean night holds nothing
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("quarantine_key"),
            must.always_have("table_name", "row_key", "reason_code"),
            must.have_no(
                "held deal that is not listed",
                "select 1 from funnel.fct_opportunities as deals where is_held and not exists ("
                "select 1 from judged where row_key = deals.opportunity_key "
                "and table_name = 'funnel.fct_opportunities')",
                because="paid + held = total",
            ),
        ],
    ),
    _gate(
        table="operations.fct_releases",
        opens="the list of releases",
        rules=lambda: [
            must.have_one_row_per("release_id"),
            must.have_a_row_where(
                "release_id = (select max(release_id) from raw_night.run)",
                because="tonight's is among them",
            ),
        ],
    ),
)
