"""What a case of a rule is, and the cases of rules on what was told before."""

from __future__ import annotations

from dataclasses import dataclass, field

from expectations import rules as must
from expectations.gate import Rule

_LANDED = "select date '2026-01-05' as _landed_run_date, 2 as _landing_sequence"


@dataclass(frozen=True)
class Case:
    """`good` and `bad` are the judged table; `failing` the failures the bad one has."""

    rule: Rule
    good: str
    bad: str
    failing: int = 1
    beside: dict[str, str] = field(default_factory=dict)


def lines(*rows: str, columns: str) -> str:
    return f"select * from (values {', '.join(rows)}) as line({columns})"


def landed(*rows: str) -> str:
    return (
        f"select * from (values {', '.join(rows)}) "
        "as line(id, version, text, gone, _landed_run_date, _landing_sequence)"
    )


def rates(*rows: str) -> str:
    return f"{lines(*rows, columns='id, tier, rate')} cross join ({_LANDED}) as landed"


def dated(*rows: str) -> str:
    columns = "id, rate, valid_to_date, approved_date"
    return f"{lines(*rows, columns=columns)} cross join ({_LANDED}) as landed"


STORIES = {
    "have_one_story_per": Case(
        must.have_one_story_per("id", "version"),
        # delivered twice (C04), and superseded by a later landing: both are well
        landed(
            "(1, 1, 'a', false, date '2026-01-04', 1)",
            "(1, 1, 'b', false, date '2026-01-05', 2)",
            "(1, 1, 'b', false, date '2026-01-05', 2)",
        ),
        landed(
            "(1, 1, 'a', false, date '2026-01-05', 2)",
            "(1, 1, 'b', false, date '2026-01-05', 2)",
        ),
    ),
    "keep_its_story_about": Case(
        must.keep_its_story_about("id", "version"),
        # said again, said anew under a new version; what earlier nights made of it is past, also
        # where a source that is read in whole says it every night
        landed(
            "(1, 1, 'a', false, date '2026-01-03', 1)",
            "(1, 1, 'a', false, date '2026-01-05', 3)",
            "(1, 2, 'b', false, date '2026-01-05', 3)",
            "(2, 1, 'a', false, date '2026-01-03', 1)",
            "(2, 1, 'b', false, date '2026-01-04', 2)",
            "(3, 1, 'a', false, date '2026-01-03', 1)",
            "(3, 1, 'b', false, date '2026-01-04', 2)",
            "(3, 1, 'b', false, date '2026-01-05', 3)",
        ),
        landed(
            "(1, 1, 'a', false, date '2026-01-03', 1)",
            "(1, 1, 'b', false, date '2026-01-05', 3)",
            "(2, 1, 'a', false, date '2026-01-03', 1)",
            "(2, 1, 'b', false, date '2026-01-04', 2)",
            "(2, 1, 'a', false, date '2026-01-05', 3)",
        ),
        failing=2,
    ),
    "not_return_under_another": Case(
        must.not_return_under_another("id"),
        # another text, the same twice, one that tonight brings as well, one of a refused night
        landed(
            "(1, 1, 'a', false, date '2026-01-04', 1)",
            "(2, 1, 'b', false, date '2026-01-05', 2)",
            "(3, 1, 'c', false, date '2026-01-04', 1)",
            "(3, 1, 'c', false, date '2026-01-05', 2)",
            "(4, 1, 'c', false, date '2026-01-05', 2)",
        ),
        landed(
            "(1, 1, 'a', false, date '2026-01-04', 1)",
            "(2, 1, 'a', false, date '2026-01-05', 2)",
            "(3, 1, 'c', false, date '2026-01-04', 1)",
            "(4, 1, 'c', false, date '2026-01-05', 2)",
        ),
        failing=2,
    ),
    "not_return_under_another of a snapshot": Case(
        must.not_return_under_another("id", before="before_x.accounts"),
        landed("(2, 1, 'b', false, date '2026-01-05', 2)"),
        landed("(2, 1, 'a', false, date '2026-01-05', 2)"),
        beside={"before_x.accounts": landed("(1, 1, 'a', false, date '2026-01-04', 1)")},
    ),
    "stay_in": Case(
        must.stay_in("before_x.accounts", "id", "version", "text", because="it moves pay"),
        # new, gone, and changed in what may change
        landed(
            "(1, 1, 'a', true, date '2026-01-05', 2)", "(3, 1, 'z', false, date '2026-01-05', 2)"
        ),
        landed(
            "(1, 1, null, false, date '2026-01-05', 2)", "(2, 2, 'b', false, date '2026-01-05', 2)"
        ),
        failing=2,
        beside={
            "before_x.accounts": landed(
                "(1, 1, 'a', false, date '2026-01-04', 1)",
                "(2, 1, 'b', false, date '2026-01-04', 1)",
            )
        },
    ),
    # rate tables: one rule a table, changed by a key of its own
    "stand_as_approved": Case(
        must.stand_as_approved("before_x.rates", "id", "tier", whole=("id",)),
        rates("('a', 1, 5)", "('a', 2, 7)", "('b', 1, 9)"),
        # said otherwise, added to what was there, gone
        rates("('a', 1, 6)", "('a', 3, 7)"),
        failing=3,
        beside={"before_x.rates": rates("('a', 1, 5)", "('a', 2, 7)")},
    ),
    # F61: the last good night was on the 4th
    "stand_as_approved of dated rows": Case(
        must.stand_as_approved("before_x.rules", "id", ends=True, anew=True),
        # as it was; ended from tomorrow; approved anew; new
        dated(
            "('a', 5, date '9999-12-31', date '2026-01-01')",
            "('b', 5, date '2026-01-05', date '2026-01-01')",
            "('c', 6, date '2026-01-01', date '2026-01-05')",
            "('d', 5, date '9999-12-31', date '2026-01-01')",
        ),
        # said otherwise and ended in what is past under the old approval, gone
        dated(
            "('a', 6, date '9999-12-31', date '2026-01-01')",
            "('b', 5, date '2026-01-04', date '2026-01-01')",
        ),
        failing=3,
        beside={
            "before_x.rules": dated(
                "('a', 5, date '9999-12-31', date '2026-01-01')",
                "('b', 5, date '9999-12-31', date '2026-01-01')",
                "('c', 5, date '9999-12-31', date '2026-01-01')",
            )
        },
    ),
    "carry_their_check_letters": Case(
        must.carry_their_check_letters("key", "part"),
        # Salesforce's long form and short one; ids of another kind in a column of their own
        lines(
            "('005Dn0000003m9kIAA', '17')",
            "('005Dn0000003m9k', 'crm-000000000000018')",
            "(null, null)",
            columns="key, part",
        ),
        # a letter changed, one lost, something pasted on, its capitals lost
        lines(
            "('005Dn0000003m9kIAA', '17')",
            "('005Dn0000003m9KIAA', '17')",
            "('005Dn000000m9kIAA', '17')",
            "('005Dn0000003m9kIAA EUR', '17')",
            "('005dn0000003m9kiaa', '17')",
            columns="key, part",
        ),
        failing=4,
    ),
}
