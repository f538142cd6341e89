"""The words gates are written with; import it as `must`, so that a gate reads aloud.

    rules=lambda: [
        must.have_one_row_per("payout_line_key"),
        must.be_at_least("payout_amount_minor", 0, where="entry_type = 'payout'", because="..."),
    ]

Every rule is plain data: a sentence, and the SQL of what breaks it. That SQL calls the judged
table `judged`, and `true_rows` those of its rows that no later landing has superseded (the same,
for tables without versions). Comparisons are SQL on the stored types, so money is compared as
integers; Great Expectations' own bounds become floats on the way (S05).

A rule about a value speaks about the rows whose column is filled, and with `where` about those
that meet it. Covering no row is unproven, unless the rule says why that may be
(`may_cover_nothing=True` with a `because`).
"""

from expectations.row_rules import (
    always_have,
    be_at_least,
    be_at_most,
    be_between,
    be_identifiers,
    be_one_of,
    carry_their_check_letters,
    have_no_rows_where,
    have_one_row_per,
    refer_to,
)
from expectations.sql import run_date
from expectations.story_rules import (
    have_one_story_per,
    keep_its_story_about,
    not_return_under_another,
    stand_as_approved,
    stay_in,
)
from expectations.table_rules import (
    add_up_to,
    carry_all_of,
    have_a_row_where,
    have_no,
    have_zero_failing,
    match_rows_of,
)
from expectations.time_rules import (
    be_as_fresh_as,
    keep_proportions_of,
    keep_volume,
    leave_no_gap,
    not_overlap,
)

__all__ = [
    "add_up_to",
    "always_have",
    "be_as_fresh_as",
    "be_at_least",
    "be_at_most",
    "be_between",
    "be_identifiers",
    "be_one_of",
    "carry_all_of",
    "carry_their_check_letters",
    "have_a_row_where",
    "have_no",
    "have_no_rows_where",
    "have_one_row_per",
    "have_one_story_per",
    "have_zero_failing",
    "keep_its_story_about",
    "keep_proportions_of",
    "keep_volume",
    "leave_no_gap",
    "match_rows_of",
    "not_overlap",
    "not_return_under_another",
    "refer_to",
    "run_date",
    "stand_as_approved",
    "stay_in",
]
