"""Whatever comes in whatever order: what stands in the accounts is what is entitled, to the minor
unit (D02). Tried on the compiled SQL of int_bonus__payables, close after close."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.orchestration.payables import Books, Source, State
from tests.portability.compiled import compiled_once, read

DEAL: Source = ("ann", "commission", "q1", "deal 1")
OTHER: Source = ("ann", "commission", "q1", "deal 2")
LATER: Source = ("ann", "commission", "q2", "deal 3")


@pytest.fixture(scope="session")
def payables_sql(tmp_path_factory: pytest.TempPathFactory) -> str:
    models = read(compiled_once(tmp_path_factory, "duckdb"), "models.json")
    postings = models["int_bonus__postings"]
    # one text, so that a wrong word can be put anywhere in it
    return models["int_bonus__payables"]["sql"].replace(
        f"select * from {postings['relation']}", f"select * from ({postings['sql']}) as postings"
    )


@pytest.fixture
def books(payables_sql: str) -> Books:
    return Books(payables_sql)


def state(month: int, **changes: object) -> State:
    """A night of the first days of a month of 2026; both quarters have ended."""
    return State(run_date=date(2026, month, 6), ended={"q1", "q2"}, **changes)  # type: ignore


def amounts(lines: list[tuple]) -> list[tuple]:
    """(account, entry type, amount) of each line that is worth something."""
    return [line[4:] for line in lines if line[6]]


def holds_d02(books: Books, entitled: dict[Source, int]) -> None:
    for source, balance in books.balances().items():
        legs = dict(balance)
        assert -legs.pop("entitlement") == sum(legs.values()) == entitled.get(source, 0), source


def test_d02_same_numbers_restated_give_no_line(books: Books) -> None:
    books.close(state(2, entitled={DEAL: 5_000, OTHER: 0}, held={OTHER: "quota_missing"}))
    assert books.lines(state(3, entitled={DEAL: 5_000, OTHER: 0}, held={OTHER: "quota_missing"})) \
        == []  # fmt: skip
    books.close(state(3, entitled={DEAL: 5_000, OTHER: 0}, held={OTHER: "quota_missing"}))
    holds_d02(books, {DEAL: 5_000})


def test_m02_a_refund_of_a_sale_never_paid_claws_nothing_back(books: Books) -> None:
    held = {DEAL: "salary_missing"}
    books.close(state(2, entitled={DEAL: 5_000}, held=held))
    refunded = books.close(state(3, entitled={DEAL: 0}, held=held))
    assert amounts(refunded) == [("held", "prior_period_adjustment", -5_000)]
    assert books.total("receivable") == books.total("payable") == 0
    # refunded once: the next night has nothing to add
    assert amounts(books.lines(state(4, entitled={DEAL: 0}, held=held))) == []


def test_m02_partial_and_full_refunds_never_exceed_the_original(books: Books) -> None:
    for month, entitled in ((2, 5_000), (3, 3_000), (4, 0), (5, 0)):
        books.close(state(month, entitled={DEAL: entitled}))
        holds_d02(books, {DEAL: entitled})
    assert books.total("payable") == 5_000
    assert books.total("receivable") == -5_000


def test_m03_a_correction_of_either_sign_moves_by_its_difference(books: Books) -> None:
    """A credit note lowers and its cancellation raises, however the source spells the sign."""
    for month, entitled in ((2, 5_000), (3, 3_500), (4, 6_250)):
        books.close(state(month, entitled={DEAL: entitled, LATER: 20_000}))
        holds_d02(books, {DEAL: entitled, LATER: 20_000})
    assert books.total("payable") == 26_250
    assert books.total("receivable") == 0


def test_m04_what_cannot_be_set_off_is_a_receivable_until_it_can(books: Books) -> None:
    books.close(state(2, entitled={DEAL: 5_000}))
    owed = books.close(state(3, entitled={DEAL: 0}))
    assert amounts(owed) == [("receivable", "clawback", -5_000)]
    part = books.close(state(4, entitled={DEAL: 0, LATER: 3_000}))
    assert amounts(part) == [("receivable", "earning", 3_000)]
    rest = books.close(state(5, entitled={DEAL: 0, LATER: 9_000}))
    assert sum(line[6] for line in rest if line[4] == "payable") == 4_000
    assert books.total("receivable") == 0
    holds_d02(books, {LATER: 9_000})


def test_t03_a_lower_tier_reached_by_a_refund_is_posted_in_the_open_period(books: Books) -> None:
    """A refund of one deal re-rates the others: each difference is a line of its own."""
    books.close(state(2, entitled={DEAL: 9_000, OTHER: 6_000}))
    lines = books.close(state(3, entitled={DEAL: 6_000, OTHER: 0, LATER: 30_000}))
    assert [(line[3], *line[4:]) for line in lines] == [
        ("deal 1", "payable", "clawback", -3_000),
        ("deal 2", "payable", "clawback", -6_000),
        ("deal 3", "payable", "earning", 30_000),
    ]
    holds_d02(books, {DEAL: 6_000, LATER: 30_000})


def test_m04_no_more_than_was_paid_is_clawed_back(books: Books) -> None:
    """A source that falls below zero, or gives back what stood in receivables too, is put right in
    one line that is no clawback."""
    books.close(state(2, entitled={DEAL: 5_000, OTHER: 2_000}))
    below = books.close(state(3, entitled={DEAL: -1, OTHER: 2_000}))
    assert amounts(below) == [("receivable", "prior_period_adjustment", -5_001)]
    back = books.close(state(4, entitled={DEAL: 5_000, OTHER: 2_000}))
    assert amounts(back) == [("receivable", "prior_period_adjustment", 5_001)]
    exact = books.close(state(5, entitled={DEAL: 0, OTHER: 2_000}))
    assert amounts(exact) == [("receivable", "clawback", -5_000)]
    holds_d02(books, {DEAL: 0, OTHER: 2_000})


def test_g03_a_gate_that_flips_after_payment_goes_to_a_person(books: Books) -> None:
    bonus: Source = ("ann", "gated", "q1", "bonus")
    books.close(state(2, entitled={bonus: 5_000}))
    flipped = books.close(state(3, entitled={}, closed_gates={("gated", "q1")}))
    assert amounts(flipped) == [("in_review", "prior_period_adjustment", -5_000)]
    assert books.total("payable") == 5_000
    # and back again: the review is empty, nobody is paid twice
    back = books.close(state(4, entitled={bonus: 5_000}))
    assert amounts(back) == [("in_review", "prior_period_adjustment", 5_000)]
    assert books.total("payable") == 5_000


def test_d04_a_deal_reopened_and_won_again_is_paid_once(books: Books) -> None:
    books.close(state(2, entitled={DEAL: 5_000}))
    books.close(state(3, entitled={}))
    books.close(state(4, entitled={DEAL: 5_000}))
    assert books.total("payable") == 5_000
    assert books.total("receivable") == 0
    holds_d02(books, {DEAL: 5_000})


def test_e07_an_hr_change_after_close_is_settled_in_the_open_period(books: Books) -> None:
    """Somebody else was assigned all along: closed entries stay, two lines move the money."""
    hers, his = DEAL, ("ben", *DEAL[1:])
    books.close(state(2, entitled={hers: 5_000}))
    closed = books.balances()[hers]
    moved = books.close(state(3, entitled={his: 5_000}))
    assert [(line[0], *line[4:]) for line in moved] == [
        ("ann", "receivable", "clawback", -5_000),
        ("ben", "payable", "prior_period_adjustment", 5_000),
    ]
    assert closed["payable"] == 5_000
    holds_d02(books, {his: 5_000})


sources = st.tuples(
    st.sampled_from(["ann", "ben"]),
    st.sampled_from(["commission", "gated"]),
    st.sampled_from(["q1", "q2"]),
    st.sampled_from(["deal 1", "deal 2", "deal 3"]),
)
nights = st.fixed_dictionaries(
    {
        "entitled": st.dictionaries(sources, st.integers(-9_000, 20_000), max_size=5),
        "held": st.dictionaries(sources, st.sampled_from(["quota_missing", "salary_missing"])),
        "closed_gates": st.sets(st.tuples(st.just("gated"), st.sampled_from(["q1", "q2"]))),
        "open_books": st.sets(st.sampled_from(["q1", "q2"])),
        "leavers": st.sets(st.just("ben")),
        "is_exported": st.booleans(),
    }
)


def _history(sql: str, months: list[dict]) -> None:
    """Close month after month, each with news of any kind, and hold every night to the rules."""
    books = Books(sql)
    for number, told in enumerate(months):
        gates = told["closed_gates"]
        entitled = {
            # a closed gate entitles to nothing (G01)
            source: 0 if source[1:3] in gates else amount
            for source, amount in told["entitled"].items()
        }
        tonight = State(
            run_date=date(2026, 1, 6) + timedelta(days=31 * number),
            entitled=entitled,
            held=told["held"],
            ended={"q1", "q2"},
            closed_gates=gates,
            open_books=told["open_books"],
            leavers=told["leavers"],
        )
        before = books.balances()
        lines = books.close(tonight, told["is_exported"])
        holds_d02(books, entitled)
        payments: dict[tuple, int] = {}
        for payee, component, period, source, account, entry_type, amount in lines:
            if account == "payable":
                key = (payee, component)
                payments[key] = payments.get(key, 0) + amount
                # a flipped gate never takes back by itself (G03)
                assert amount >= 0 or (component, period) not in gates
            if entry_type == "clawback":
                paid = before[payee, component, period, source]["payable"]
                assert 0 < -amount <= paid
        # nobody is paid less than nothing (M05)
        assert all(amount >= 0 for amount in payments.values())
        assert amounts(books.lines(tonight)) == []


@pytest.mark.parametrize(
    "right, wrong",
    [
        # posted twice; a receivable paid out; what is held taken for paid
        ("-posted_minor as position_minor", "0 as position_minor"),
        ("when outstanding_minor < 0 then 'negative_balance'", ""),
        ("else entitled_minor - posted_payable_minor", "else entitled_minor"),
    ],
)
def test_a_wrong_disposition_is_noticed(payables_sql: str, right: str, wrong: str) -> None:
    assert right in payables_sql
    month = {"held": {}, "closed_gates": set(), "open_books": set(), "leavers": set(),
             "is_exported": True}  # fmt: skip
    history = [{**month, "entitled": {DEAL: amount}} for amount in (5_000, 2_000, 9_000)]
    _history(payables_sql, history)
    with pytest.raises(AssertionError):
        _history(payables_sql.replace(right, wrong), history)


@seed(20260206)
@settings(
    max_examples=25, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(months=st.lists(nights, min_size=1, max_size=5))
def test_d02_any_history_settles_to_what_is_entitled(payables_sql: str, months: list[dict]) -> None:
    _history(payables_sql, months)


@pytest.mark.campaign
@seed(20260207)
@settings(
    max_examples=1_500, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(months=st.lists(nights, min_size=1, max_size=24))
def test_d02_any_long_history_settles_to_what_is_entitled(
    payables_sql: str, months: list[dict]
) -> None:
    _history(payables_sql, months)


@seed(20260208)
@settings(
    max_examples=12, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    final=st.dictionaries(sources, st.integers(0, 20_000), min_size=1, max_size=5),
    paths=st.lists(st.lists(nights, max_size=3), min_size=2, max_size=2),
)
def test_d02_late_is_on_time_in_the_sum(
    payables_sql: str, final: dict[Source, int], paths: list[list[dict]]
) -> None:
    """Fails if what somebody has in the end depends on when or in what order it became known."""
    ends = []
    for path in paths:
        books = Books(payables_sql)
        for number, told in enumerate(path):
            month = State(
                date(2026, 1, 6) + timedelta(days=31 * number), told["entitled"],
                ended={"q1", "q2"},
            )  # fmt: skip
            books.close(month, told["is_exported"])
        books.close(State(date(2027, 1, 6), final, ended={"q1", "q2"}))
        sums: dict[tuple[str, str], int] = {}
        for (payee, component, *_), balance in books.balances().items():
            key = (payee, component)
            sums[key] = sums.get(key, 0) - balance["entitlement"]
        ends.append({key: amount for key, amount in sums.items() if amount})
    assert ends[0] == ends[1]
