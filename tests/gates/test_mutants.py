"""F40: a registry of gates that is worse by one thing is noticed."""

from __future__ import annotations

import pytest

from expectations import GATES
from tests.expectations import registered
from tests.gates import noticed
from tests.gates.mutants import REMOVAL, WEAKENING, mutants
from tests.gates.small_night import SmallNight

# of rules tried on data, how many of their weakenings must pass what the rule itself refuses
LEAST_NOTICED = 0.6


def test_f40_the_registry_is_what_is_written_down() -> None:
    """After a change of gates: `make docs`, and the review sees each rule that changed."""
    assert registered.described(GATES) == noticed.WRITTEN


def test_f40_every_removal_and_every_weakening_of_a_gate_is_noticed() -> None:
    made = list(mutants(GATES))
    assert {one.kind for one in made} == {REMOVAL, WEAKENING}
    assert len(made) > 2 * sum(len(gate.rules()) for gate in GATES)
    unnoticed = [(one.gate, one.what) for one in made if not noticed.by_the_registry(one)]
    assert unnoticed == []


def _assert_data_notices(found: list[noticed.Noticed]) -> None:
    """Fails if damage that a rule is there to refuse is refused without the rule, too."""
    tried = [one for one in found if one.by_data is not None]
    assert tried
    for kind, least in ((REMOVAL, 1.0), (WEAKENING, LEAST_NOTICED)):
        some = [one for one in tried if one.mutant.kind == kind]
        assert sum(bool(one.by_data) for one in some) >= least * len(some), noticed.told(found)


def test_f40_data_notices_what_a_gate_of_finance_lost(small_night: SmallNight) -> None:
    chosen = [gate for gate in GATES if gate.table.startswith("raw_finance.")]
    _assert_data_notices(noticed.tried(small_night, chosen))


@pytest.mark.campaign
def test_f40_data_notices_what_any_gate_lost(small_night: SmallNight) -> None:
    found = noticed.tried(small_night, GATES)
    print(noticed.told(found))
    _assert_data_notices(found)
