"""The lint itself: every form is caught once, and its portable twin passes."""

from __future__ import annotations

import pytest

from tests.portability.forms import SPELLINGS, STRUCTURES, problems

# form, a sentence that holds it, the same said portably
CASES = [
    ("double colon", "select a::bigint from t", "select cast(a as bigint) from t"),
    ("double slash", "select a // 2 from t", "select cast(floor(a) as bigint) from t"),
    ("arrow", "select list_transform(a, x -> x + 1) from t", "select a - 1 from t"),
    ("lambda", "select list_transform(a, lambda x: x + 1) from t", "select a as lambdas from t"),
    (
        "qualify",
        "select a from t qualify row_number() over (order by a nulls last) = 1",
        "select a from (select a, row_number() over (order by a nulls last) as r from t) as q"
        " where r = 1",
    ),
    (
        "asof",
        "select a from t asof join u on t.b >= u.b",
        "select a from t inner join u on u.c <= t.b and t.b < u.d",
    ),
    (
        "by name",
        "select a from t union all by name select a from u",
        "select a from t union all select a from u",
    ),
    ("exclude", "select * exclude (a) from t", "select b, c from t"),
    ("star changed", "select * replace (a + 1 as a) from t", "select * from t"),
    ("name twice", "select t.a, b, t.a from t", "select t.a, b, t.a as c from t"),
    ("pivot", "pivot t on a using sum(b)", "select 'pivot' as pivoted from t"),
    ("unpivot", "unpivot t on a, b", "select a from t union all select b from t"),
    ("sample", "select a from t using sample 5", "select a as sample from t"),
    ("quoted name", 'select "user" from t', 'select user_id from "winshare"."raw_crm"."user"'),
    ("backslash", r"select '\d' from t", "select '/d' from t"),
    ("foreign type", "select cast(a as text) from t", "select cast(a as string) from t"),
    ("foreign type", "select cast(a as varchar) from t", "select cast(a as timestamp) from t"),
    ("foreign type", "select cast(a as hugeint) from t", "select cast(a as decimal(38, 0)) from t"),
    ("foreign function", "select concat(a, b) from t", "select a || b from t"),
    ("foreign function", "select arg_max(a, b) from t", "select max_by(a, b) from t"),
    ("foreign function", "select arg_min(a, b) from t", "select min_by(a, b) from t"),
    ("foreign function", "select string_agg(a, '+') from t", "select max(a) || '+' from t"),
    ("foreign function", "select listagg(a, '+') from t", "select 'listagg(a)' from t"),
    ("foreign function", "select hash(a) from t", "select md5(a) from t"),
    ("foreign function", "select a from generate_series(1, 9) as s(a)", "select a from s as s(a)"),
    (
        "foreign function",
        "select regexp_replace(a, 'b', 'c') from t",
        "select replace(a, 'b', 'c')",
    ),
    ("foreign function", "select dayofweek(a) from t", "select date_trunc('week', a) from t"),
    ("foreign function", "select any_value(a) from t", "select min(a) from t"),
    (
        "order without nulls",
        "select a from t order by a desc, b nulls last",
        "select a from t order by a desc nulls last, b asc nulls first",
    ),
    (
        "order without nulls",
        "select rank() over (partition by a order by b) from t",
        "select rank() over (partition by a order by b nulls first) from t",
    ),
    (
        "order inside an aggregate",
        "select sum(a order by b nulls last) from t",
        "select sum(a) over (order by b nulls last) = 1 from t",
    ),
    (
        "rank without order",
        "select row_number() over (partition by a) from t",
        "select row_number() over (partition by a order by b nulls last) from t",
    ),
    (
        "rank without order",
        "select lag(a) over w from t window w as (partition by b)",
        "select lag(a) over w from t window w as (partition by b order by c nulls last)",
    ),
    ("distinct on", "select distinct on (a) a, b from t", "select distinct a, b from t"),
    (
        "cast without round",
        "select cast(a_minor * b_rate as bigint) from t",
        "select cast(round(a_minor * b_rate, 0) as bigint) from t",
    ),
    (
        "cast without round",
        "select cast(case when a then 0.5 else 1 end as bigint) from t",
        "select cast(case when a_rate > 0.5 then 1 else 2 end as bigint) from t",
    ),
    (
        "cast without round",
        "select cast(sum(cast(a as decimal(18, 6))) as bigint) from t",
        "select cast(sum(cast(a as decimal(38, 0))) as bigint) from t",
    ),
    (
        "cast without round",
        "select cast(round(b_rate, 2) as integer) from t",
        "select cast(count(b_rate) as integer) from t",
    ),
    (
        "average",
        "select avg(cast(a_minor as double)) from t",
        "select cast(sum(a_minor) as bigint) as a_minor, count(a_minor) as a_count from t",
    ),
    ("average", "select median(b_rate) from t", "select max(b_rate) from t"),
    (
        "division",
        "select a_minor / 2 from t",
        "select cast(a_count as double) / cast(nullif(b_count, 0) as double) from t",
    ),
    (
        "divisor may be zero",
        "select cast(a as double) / cast(b as double) from t",
        "select cast(a as double) / nullif(cast(b as double), 0) from t",
    ),
    ("divisor may be zero", "select a % b from t", "select a % 7, a % nullif(b, 0) from t"),
    (
        "round of a double",
        "select round(cast(a as double), 2) from t",
        "select round(cast(a as decimal(18, 6)), 2) from t",
    ),
    (
        "sum of money",
        "select a, sum(b_minor) as b_minor from t group by a",
        "select cast(sum(b_minor) as bigint) as b_minor from t group by a having sum(b_minor) > 0",
    ),
    (
        "sum of money",
        "select sum(b_minor) over (partition by a) as b_minor from t",
        "select sum(b_count) over (partition by a) as b_count from t",
    ),
    (
        "difference of dates",
        "select end_date - start_date from t",
        "select a_count - b_count from t",
    ),
]


def forms_in(sql: str) -> set[str]:
    return {problem.split(":", 1)[0] for problem in problems(sql)}


@pytest.mark.parametrize(("form", "caught", "portable"), CASES)
def test_s06_a_form_is_caught_and_its_twin_passes(form: str, caught: str, portable: str) -> None:
    assert form in forms_in(caught)
    assert problems(portable) == []


def test_every_form_has_a_case() -> None:
    assert {form.name for form in SPELLINGS + STRUCTURES} == {case[0] for case in CASES}


def test_what_spark_cannot_parse_is_a_problem() -> None:
    assert forms_in("select a from where") == {"not Spark SQL"}


def test_comments_and_text_hold_no_forms() -> None:
    """Fails if a lint reads what no engine reads."""
    assert problems("select 'qualify a::b // x -> y' as a from t -- asof by name :: //") == []
