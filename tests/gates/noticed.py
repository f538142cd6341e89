"""Who notices a worse registry: the written one, the raw contract, or data that a rule is there
to refuse.

`python -m tests.gates.noticed --compiled FOLDER --company FOLDER` tries all and prints the table.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations import GATES
from expectations.gate import Gate, Rule
from expectations.sql import literal
from tests.expectations import registered
from tests.gates.break_cases import damages, emptied
from tests.gates.campaign import night_of
from tests.gates.mutants import COVERS_NOTHING, REMOVAL, WEAKENING, Mutant, mutants
from tests.gates.small_night import SmallNight

WRITTEN = json.loads(registered.PATH.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Noticed:
    """`by_data` is None where no damage of a general kind is known for the rule."""

    mutant: Mutant
    by_the_registry: bool
    by_data: bool | None


def by_the_registry(mutant: Mutant) -> bool:
    """The gate is not what is written down, or is no longer there."""
    if mutant.becomes is None:
        return True
    return registered.described([mutant.becomes])[mutant.gate] != WRITTEN[mutant.gate]


def tried(night: SmallNight, gates: Iterable[Gate]) -> list[Noticed]:
    found = []
    for gate in gates:
        made = list(mutants([gate]))
        for rule in gate.rules():
            of_rule = [one for one in made if one.rule is rule]
            found += _of_a_rule(night, gate, rule, of_rule)
        found += [Noticed(one, by_the_registry(one), None) for one in made if one.rule is None]
    return found


def _of_a_rule(night: SmallNight, gate: Gate, rule: Rule, made: list[Mutant]) -> list[Noticed]:
    seen: dict[str, bool | None] = {one.what: None for one in made}
    for statements in damages(night, gate, rule):
        with night.disturbed():
            try:
                for statement in statements:
                    night.connection.execute(statement)
                is_refused = rule in night.unheld(gate, [rule])
            except duckdb.Error:
                # the column's own type refuses the damage already
                continue
            if not is_refused:
                continue
            for one in made:
                if one.what != COVERS_NOTHING:
                    seen[one.what] = bool(seen[one.what]) or _passes(night, gate, one)
    for one in made:
        if one.what == COVERS_NOTHING:
            seen[one.what] = _passes_emptied(night, gate, rule, one)
    return [Noticed(one, by_the_registry(one), seen[one.what]) for one in made]


def _passes_emptied(night: SmallNight, gate: Gate, rule: Rule, mutant: Mutant) -> bool | None:
    statements = emptied(gate, rule)
    with night.disturbed():
        try:
            for statement in statements:
                night.connection.execute(statement)
            if not statements or rule not in night.unheld(gate, [rule]):
                return None
            return _passes(night, gate, mutant)
        except duckdb.Error:
            return None


def _passes(night: SmallNight, gate: Gate, mutant: Mutant) -> bool:
    """The damage that the rule refuses passes its mutant."""
    if mutant.kind == REMOVAL or mutant.becomes is None:
        return True
    [weaker] = [rule for rule in mutant.becomes.rules() if rule not in gate.rules()]
    if mutant.what == "may be reviewed":
        night.connection.execute(
            "insert into raw_policy.gate_reviews by name select "
            f"{literal(gate.table)} as table_name, {literal(weaker.kind)} as rule_kind, "
            f"date '{night.run_date}' as run_date, 'a' as requested_by, 'b' as approved_by, "
            f"date '{night.run_date}' as approved_date"
        )
    try:
        return not night.unheld(mutant.becomes, [weaker])
    except duckdb.Error:
        # it cannot be judged: then no night passes, which every test of a good one notices
        return True


def told(found: list[Noticed]) -> str:
    lines = [f"{'':<14}{'mutants':>9}{'registry':>10}{'tried on data':>15}{'noticed there':>15}"]
    for kind in (REMOVAL, WEAKENING):
        some = [one for one in found if one.mutant.kind == kind]
        on_data = [one for one in some if one.by_data is not None]
        lines.append(
            f"{kind:<14}{len(some):>9}{sum(one.by_the_registry for one in some):>10}"
            f"{len(on_data):>15}{sum(bool(one.by_data) for one in on_data):>15}"
        )
    rules = {(one.mutant.gate, one.mutant.rule.id) for one in found if one.mutant.rule}
    broken = {
        (one.mutant.gate, one.mutant.rule.id)
        for one in found
        if one.mutant.rule and one.by_data is not None
    }
    lines.append(f"{len(broken)} of {len(rules)} rules were seen to refuse damage of their kind")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiled", type=Path, required=True)
    parser.add_argument("--company", type=Path, required=True)
    asked = parser.parse_args()
    found = tried(night_of(asked.compiled, asked.company), GATES)
    print(told(found))
    for one in found:
        if not one.by_the_registry or one.by_data is False:
            sentence = one.mutant.rule.sentence if one.mutant.rule else ""
            print(f"{one.mutant.kind}: {one.mutant.gate}: {one.mutant.what}: {sentence[:90]}")


if __name__ == "__main__":
    main()
