"""P02: what everybody may read shows no group of few people, and no subtraction finds one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.privacy import attack
from tests.privacy.company import Help, Person, Published, publish

FUNCTIONS = ("legal", "product", "sales", "success", "support")
K = 3  # min_group_size here: the arithmetic is the same, and small companies show it sooner
STEADY = 1_000  # steady_group_size: no group here is so large that a newcomer drowns in it


@st.composite
def companies(draw: st.DrawFn) -> tuple[list[Person], list[Help]]:
    """Up to five functions of one to three teams, some across functions, people who come, go and
    move; help that is dense in places and thin in others."""
    functions = FUNCTIONS[: draw(st.integers(1, 5))]
    seats = [
        (function, f"{function} {team}")
        for function in functions
        for team in range(draw(st.integers(1, 3)))
        for _ in range(draw(st.sampled_from((1, 2, 3, 4, 6))))
    ]
    people = [Person(f"p{place:03d}", (seat, seat)) for place, seat in enumerate(seats)]
    for place in draw(st.sets(st.integers(0, len(people) - 1), max_size=4)):
        other, team = draw(st.sampled_from(seats)), seats[place]
        change = draw(st.sampled_from(("joins", "leaves", "moves", "spans")))
        groups = {
            "joins": (None, team), "leaves": (team, None), "moves": (team, other),
            "spans": ((team[0], other[1]),) * 2,
        }[change]  # fmt: skip
        people[place] = Person(people[place].name, groups)
    indices = st.integers(0, len(people) - 1)
    helps = draw(st.lists(st.builds(Help, st.integers(0, 1), indices, indices), max_size=25))
    # whole functions that work together: cells of many people
    for giver, taker in draw(
        st.lists(st.tuples(st.sampled_from(functions), st.sampled_from(functions)), max_size=12)
    ):
        givers = [n for n, p in enumerate(people) if p.groups[0] and p.groups[0][0] == giver]
        takers = [n for n, p in enumerate(people) if p.groups[0] and p.groups[0][0] == taker]
        if givers and takers:
            helps += [
                Help(month, g, takers[(n + 1) % len(takers)])
                for month in (0, 1)
                for n, g in enumerate(givers)
            ]
    return people, helps


def findings(month: Published) -> list[str]:
    return attack.findings(month, K)


def changes(before: Published, after: Published) -> list[str]:
    """Groups shown in the later month although few people came or went since the earlier one."""
    teams = [team for team, count in after.teams.items() if count is not None]
    rows = {f for cell, count in after.flows.items() if count is not None for f in cell}
    return [
        f"{group}: {sorted(changed)}"
        for place, groups in ((1, teams), (0, sorted(rows)))
        for group in groups
        if 0 < len(changed := attack.changed_people(before, after, place, group)) < K
    ]


def quietly(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip


def no_subtraction_finds_few_people(
    sql: dict[str, str], company: tuple[list[Person], list[Help]]
) -> None:
    for month in publish(sql, *company, min_group_size=K):
        assert findings(month) == []
        truth = attack.true_flows(month)
        assert all(count in (None, truth[cell]) for cell, count in month.flows.items())
    before, after = publish(sql, *company, min_group_size=K, steady_group_size=STEADY)
    assert changes(before, after) == []
    assert findings(after) == []


@quietly(25)
@given(company=companies())
def test_p02_no_subtraction_finds_few_people(
    sql: dict[str, str], company: tuple[list[Person], list[Help]]
) -> None:
    """Fails if totals of teams, functions and the company, or rows and columns of the flows, give a
    suppressed cell away or leave a sum about too few people; or if two months differ by few."""
    no_subtraction_finds_few_people(sql, company)


@pytest.mark.campaign
@quietly(1_000)
@given(company=companies())
def test_p02_no_subtraction_finds_few_people_in_many_companies(
    sql: dict[str, str], company: tuple[list[Person], list[Help]]
) -> None:
    no_subtraction_finds_few_people(sql, company)


def staffed(*teams: tuple[str, str, int]) -> list[Person]:
    """(function, team, people), the same in both months."""
    seats = [(function, team) for function, team, count in teams for _ in range(count)]
    return [Person(f"p{place:03d}", (seat, seat)) for place, seat in enumerate(seats)]


def all_help_all(people: list[Person], without: set[tuple[str, str]]) -> list[Help]:
    """Everybody helps everybody in the first month, but for some pairs of functions."""
    functions = [group[0] if (group := person.groups[0]) else "" for person in people]
    places = range(len(people))
    return [
        Help(0, giver, taker)
        for giver in places
        for taker in places
        if (functions[giver], functions[taker]) not in without
    ]


def disarmed(sql: dict[str, str], model: str, *guards: str) -> dict[str, str]:
    """The SQL with guards of a model switched off."""
    changed = sql[model]
    for guard in guards:
        assert guard in changed, "the guard is spelt otherwise now"
        changed = changed.replace(guard, f"false and {guard}")
    return {**sql, model: changed}


def test_p02_the_attack_finds_a_small_team_without_complementary_suppression(
    sql: dict[str, str],
) -> None:
    """Positive control: sales is 4 + 4 + 2 people, and sales less the two larger teams is 2."""
    people = staffed(
        ("sales", "sales 0", 4), ("sales", "sales 1", 4), ("sales", "sales 2", 2),
        ("support", "support 0", 4), ("support", "support 1", 5),
    )  # fmt: skip
    helps = all_help_all(people, without=set())
    safe, _ = publish(sql, people, helps, min_group_size=K)
    assert [team for team, count in sorted(safe.teams.items()) if count is None] == [
        "sales 0",
        "sales 2",
    ]
    assert findings(safe) == []

    model = "int_collaboration__shown_groups"
    guards = ("hidden_count > 0", "functions.hidden_part_count > 0")
    bare, _ = publish(disarmed(sql, model, *guards), people, helps, min_group_size=K)

    assert findings(bare) == ["recovered team: sales 2", "function sales: 2 people"]


def test_p02_the_attack_finds_a_small_flow_without_complementary_suppression(
    sql: dict[str, str],
) -> None:
    """Positive control: legal helped support once; its row less the other cells is that help."""
    people = staffed(*((function, function, 4) for function in FUNCTIONS[:4]))
    helps = [*all_help_all(people, without={("legal", "success")}), Help(0, 0, 15)]
    safe, _ = publish(sql, people, helps, min_group_size=K)
    hidden = [cell for cell, count in safe.flows.items() if count is None]
    assert len(hidden) == 4
    assert findings(safe) == []

    guards = ("corners.month_start is not null", "bare_months.month_start is not null")
    bare, _ = publish(disarmed(sql, "fct_function_flows", *guards), people, helps, min_group_size=K)

    assert set(findings(bare)) == {
        "recovered flow: ('legal', 'success')",
        "gives of legal: 1 people",
        "takes of success: 1 people",
    }


def test_p02_two_months_that_differ_by_one_person_are_not_both_shown(sql: dict[str, str]) -> None:
    """Positive control: sales grew from 4 to 5, so two months side by side are about the fifth."""
    people = [
        *staffed(("sales", "sales", 4), ("legal", "legal", 4), ("support", "support", 4)),
        Person("p099", (None, ("sales", "sales"))),
    ]
    helps = [Help(month, 0, 5) for month in (0, 1)]
    before, after = publish(sql, people, helps, min_group_size=K)
    assert changes(before, after) == ["sales: ['p099']"] * (
        1 + any(count is not None for cell, count in after.flows.items() if "sales" in cell)
    )

    before, after = publish(sql, people, helps, min_group_size=K, steady_group_size=STEADY)
    assert before.teams["sales"] is not None
    assert after.teams["sales"] is None
    assert changes(before, after) == []


def test_p02_a_group_so_large_that_one_person_drowns_is_shown(sql: dict[str, str]) -> None:
    people = [
        *staffed(("sales", "sales", 4), ("legal", "legal", 4)),
        Person("p099", (None, ("sales", "sales"))),
    ]
    _, after = publish(sql, people, [Help(1, 0, 5)], min_group_size=K, steady_group_size=5)
    assert after.teams["sales"] is not None
