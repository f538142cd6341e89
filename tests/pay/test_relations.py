"""What must hold between the pay of two companies that differ in a known way.

Some relations are held elsewhere: conservation, and two legs of every movement,
in int_bonus__rule_results, which every generated company and golden case is asked for; Shapley's
axioms in tests/attribution; files in any order in tests/night/test_same_bytes.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pay import changed, generated, opinion
from tests.pay.company import Company, Row, tables
from tests.pay.engine import LINES, Engine
from tests.pay.opinion_accounts import Line
from tests.pay.posting import posted
from tests.pay.test_generated_companies import FIRST_NIGHT, SETTINGS

EXAMPLES = [pytest.param(4, id="few"), pytest.param(250, id="many", marks=pytest.mark.campaign)]
Sums = Counter[tuple[str, str, str]]


def lines_of(engine: Engine, company: Company) -> set[Line]:
    with engine.night(tables(company), LINES) as connection:
        return opinion.from_models(connection)


def sums(lines: set[Line]) -> Sums:
    """By payee, component and period, over all accounts; what is zero is left out."""
    found: Sums = Counter()
    for line in lines:
        found[line.payee, line.component, line.period] += line.amount_minor
    return Counter({key: amount for key, amount in found.items() if amount})


def closed(engine: Engine, company: Company) -> tuple[Row, ...]:
    """The ledger after a close of the company's night."""
    with engine.night(tables(company), LINES) as connection:
        return company.ledger + posted(connection, company.run_date)


def later(company: Company, ledger: tuple[Row, ...], days: int) -> Company:
    return replace(company, ledger=ledger, run_date=company.run_date + timedelta(days=days))


def for_companies(examples: int, test: Callable[[Random, Company], None]) -> None:
    """Run a test with made companies, always the same ones."""

    @settings(SETTINGS, max_examples=examples, derandomize=True)
    @given(st.randoms(use_true_random=True))
    def each(rnd: Random) -> None:
        test(rnd, replace(generated.company(rnd), run_date=FIRST_NIGHT))

    each()


@pytest.mark.parametrize("examples", EXAMPLES)
def test_t07_order_of_rows_and_columns_changes_nothing(engine: Engine, examples: int) -> None:
    """Permutation and idempotence: the same company again, in another order."""

    def relation(rnd: Random, company: Company) -> None:
        given = tables(company)
        with engine.night(given, LINES) as connection:
            before = opinion.from_models(connection)
        with engine.night(changed.shuffled(given, rnd), LINES) as connection:
            assert opinion.from_models(connection) == before

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_renamed_people_are_paid_the_same(engine: Engine, examples: int) -> None:
    def relation(_: Random, company: Company) -> None:
        company = changed.without_orders(company)
        before = sums(lines_of(engine, company))
        after = sums(lines_of(engine, changed.renamed(company, "n")))
        assert after == {(f"n{who}", *rest): amount for (who, *rest), amount in before.items()}

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_an_idle_employee_changes_nobody(engine: Engine, examples: int) -> None:
    def relation(_: Random, company: Company) -> None:
        with_idle = lines_of(engine, changed.with_idle(company))
        assert {line for line in with_idle if line.payee != "zed"} == lines_of(engine, company)
        assert all(line.amount_minor == 0 for line in with_idle if line.payee == "zed")

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_a_year_later_pays_the_same(engine: Engine, examples: int) -> None:
    """Time-shift by whole periods."""

    def relation(_: Random, company: Company) -> None:
        before = sums(lines_of(engine, company))
        after = sums(lines_of(engine, changed.a_year_later(company)))
        assert after == {
            (who, component, changed.a_year_later(period)): amount
            for (who, component, period), amount in before.items()
        }

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_c02_amounts_a_hundredfold_pay_a_hundredfold(engine: Engine, examples: int) -> None:
    """Scaling: only what was rounded to the minor unit differs, by less than two of them a line."""

    def relation(_: Random, company: Company) -> None:
        company = changed.without_gates(changed.without_orders(changed.in_euros(company)))
        company = changed.marginal(changed.unsplit(company))
        lines = lines_of(engine, company)
        before, after = sums(lines), sums(lines_of(engine, changed.scaled(company, 100)))
        counts = Counter((line.payee, line.component, line.period) for line in lines)
        for key in before.keys() | after.keys():
            assert abs(after[key] - 100 * before[key]) <= 200 * (counts[key] + 1), key

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_t02_a_deal_entered_in_two_parts_pays_the_same(engine: Engine, examples: int) -> None:
    """Split and merge."""

    def relation(rnd: Random, company: Company) -> None:
        company = changed.about_no_deal(changed.without_orders(changed.in_euros(company)))
        whole, parts = changed.in_parts(company, rnd)
        assert sums(lines_of(engine, whole)) == sums(lines_of(engine, parts))

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_more_attainment_never_pays_less(engine: Engine, examples: int) -> None:
    """Of marginal tiers; a retroactive table may have a tier that pays less."""

    def relation(rnd: Random, company: Company) -> None:
        company = changed.without_gates(changed.without_orders(changed.in_euros(company)))
        company = changed.never_forgiven(changed.marginal(company))
        if not company.deals:
            return
        more = list(company.deals)
        number = rnd.randrange(len(more))
        more[number] = replace(more[number], amount=more[number].amount + Decimal("250.07"))
        before = sums(lines_of(engine, company))
        after = sums(lines_of(engine, replace(company, deals=tuple(more))))
        for key in before.keys() | after.keys():
            if key[1].startswith("commission"):
                assert after[key] >= before[key], key

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_m10_a_currency_of_rate_one_changes_nothing(engine: Engine, examples: int) -> None:
    def relation(_: Random, company: Company) -> None:
        company = changed.in_euros(company)
        at_one = changed.rows_changed(
            company, "fx_rates", lambda row: {**row, "fx_rate": Decimal(1)}
        )
        dollars = replace(
            at_one,
            deals=tuple(replace(deal, currency="USD") for deal in company.deals),
            invoices=tuple(replace(one, currency="USD") for one in company.invoices),
            credit_notes=tuple(replace(one, currency="USD") for one in company.credit_notes),
        )
        euros = replace(
            at_one,
            invoices=tuple(replace(one, currency="EUR") for one in company.invoices),
            credit_notes=tuple(replace(one, currency="EUR") for one in company.credit_notes),
        )
        assert lines_of(engine, dollars) == lines_of(engine, euros)

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_d02_the_same_numbers_restated_give_no_line(engine: Engine, examples: int) -> None:
    def relation(_: Random, company: Company) -> None:
        again = replace(company, ledger=closed(engine, company))
        assert {line.entry_type for line in lines_of(engine, again)} <= {"accrual"}

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_d02_what_comes_late_adds_up_to_what_comes_on_time(engine: Engine, examples: int) -> None:
    """Late = on time; removed and restored; void and re-entry: what is posted and new adds up."""

    def relation(rnd: Random, company: Company) -> None:
        company = changed.without_orders(company)
        at_once = sums(lines_of(engine, later(company, (), 14)))
        known_less = generated.before(rnd, company, company.run_date)
        ledger = closed(engine, known_less)
        removed = replace(later(company, ledger, 7), deals=company.deals[1:])
        ledger = closed(engine, removed)
        settled = sums(lines_of(engine, later(company, ledger, 14)))
        for entry in ledger:
            if entry["account"] != "entitlement":
                key = (entry["payee_employee_number"], entry["plan_component_key"])
                settled[*key, entry["period_key"]] += entry["amount_minor"]
        assert {key: amount for key, amount in settled.items() if amount} == at_once

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_m02_void_and_re_entry_net_to_zero(engine: Engine, examples: int) -> None:
    def relation(_: Random, company: Company) -> None:
        company = changed.about_no_deal(changed.without_orders(company))
        ledger = closed(engine, company)
        entered_anew = tuple(replace(deal, id=f"{deal.id}x") for deal in company.deals)
        lines = lines_of(engine, replace(company, ledger=ledger, deals=entered_anew))
        assert not sums({line for line in lines if "accrual" not in line.entry_type})

    for_companies(examples, relation)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_g01_one_below_at_and_one_above_the_target(engine: Engine, examples: int) -> None:
    """A target moved to one minor unit above the actual, to it, and to one below."""
    gates = ("bonus.fct_gate_results",)

    def relation(_: Random, company: Company) -> None:
        with engine.night(tables(company), gates) as connection:
            actuals = {
                (measure, period): actual
                for measure, period, actual in connection.execute(
                    "select measure, period_key, actual_minor from bonus.fct_gate_results "
                    # after bonus, a gate's actual is what the bonus leaves of it
                    "where gate_basis = 'before_bonus'"
                ).fetchall()
            }
        for step, is_open in ((1, False), (0, True), (-1, True)):

            def moved(row: Row, step: int = step) -> Row:
                actual = actuals.get((row["measure"], row["period_key"]), 0)
                return {**row, "target_amount": Decimal(actual + step) / 100}

            tried = changed.rows_changed(company, "targets", moved)
            tried = changed.rows_changed(
                tried, "pay_gates", lambda row: {**row, "least_attainment": None}
            )
            with engine.night(tables(tried), gates) as connection:
                found = connection.execute(
                    "select is_open from bonus.fct_gate_results "
                    "where gate_basis = 'before_bonus' and target_minor is not null"
                ).fetchall()
            assert all(row == (is_open,) for row in found)
            compared.extend(found)

    compared: list[tuple] = []
    for_companies(examples, relation)
    assert compared, "no company had a gate"


@pytest.mark.parametrize("examples", EXAMPLES)
def test_c02_a_negative_deal_is_credited_as_the_mirror(engine: Engine, examples: int) -> None:
    """Rounding is deterministic and mirrored."""
    credited = ("contribution.fct_contribution_credits",)
    credits = (
        "select credit_key, credited_amount_minor, plan_credited_amount_minor "
        "from contribution.fct_contribution_credits"
    )

    def relation(_: Random, company: Company) -> None:
        negative = tuple(replace(deal, amount=-deal.amount) for deal in company.deals)
        with engine.night(tables(company), credited) as connection:
            found = {row[0]: row[1:] for row in connection.execute(credits).fetchall()}
        with engine.night(tables(replace(company, deals=negative)), credited) as connection:
            mirrored = {row[0]: row[1:] for row in connection.execute(credits).fetchall()}
        assert {key: (-one, -plan) for key, (one, plan) in mirrored.items()} == found

    for_companies(examples, relation)
