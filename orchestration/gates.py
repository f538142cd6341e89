"""The gates as blocking asset checks: each entry of expectations.GATES is one check.

One step a layer asks the judge once and answers for every gate of the layer. A check that did
not pass fails the step, and nothing behind the gate runs.
"""

from collections.abc import Iterator

import dagster as dg

from expectations import GATES, gates_for
from expectations.gate import Gate, Verdict
from orchestration import second_opinion, warehouse
from orchestration.extract.assets import raw_key
from orchestration.night import Night, tell
from orchestration.resource import NightResource

# The longest the judge may take over one layer before it counts as hung and the layer as
# unproven: a hundred times what size M needs, so that only a hang meets it.
JUDGE_SECONDS = 900

# where the flow is cut; the landing gate stands one a domain and is asked together
LAYERS = ("landing", "facts", "credit", "bonus")


def gate_checks() -> list[dg.AssetChecksDefinition]:
    """One blocking check step a layer; a layer without gates does not load (F40)."""
    return [_layer_check(layer, gates_for(layer)) for layer in LAYERS]


def check_name(gate: Gate) -> str:
    return gate.name.replace(".", "_")


_NAMES = {check_name(gate): gate.name for gate in GATES}


def gate_named(check: str) -> str:
    """The gate behind a check, named as its table is: Dagster allows a check no dots."""
    return _NAMES.get(check, check)


def _asset_key(gate: Gate) -> dg.AssetKey:
    """The asset whose page shows the gate: the table judged, or the domain it landed with."""
    if gate.layer.startswith("landing."):
        return raw_key(gate.layer.removeprefix("landing."))
    return dg.AssetKey(gate.table.split("."))


def _layer_check(layer: str, gates: list[Gate]) -> dg.AssetChecksDefinition:
    by_name = {gate.name: gate for gate in gates}
    specs = [
        dg.AssetCheckSpec(
            name=check_name(gate),
            asset=_asset_key(gate),
            blocking=True,
            description=f"Opens {gate.opens}. "
            + " ".join(f"{rule.sentence}." for rule in gate.rules()),
        )
        for gate in gates
    ]

    @dg.multi_asset_check(name=f"{layer}_gate", specs=specs)
    def ask_judge(night: NightResource) -> Iterator[dg.AssetCheckResult]:
        running = night.running()
        tell(f"{layer} gate", "judging")
        verdicts = judge(running, layer)
        for name, gate in by_name.items():
            said = [verdict for verdict in verdicts if verdict.gate == name]
            yield result_of(gate, said)

    return ask_judge


def judge(running: Night, layer: str) -> list[Verdict]:
    """Ask for every gate of the layer, write the answers down as evidence, and return them."""
    path = warehouse.path_of(running.home)
    if layer == "bonus":
        with warehouse.connect(path) as connection:
            second_opinion.write_down(connection)
    verdicts = running.judge.judge(layer, path, running.absent, JUDGE_SECONDS)
    with warehouse.connect(path) as connection:
        warehouse.insert(connection, "gate_evidence", [verdict.as_dict() for verdict in verdicts])
    return verdicts


def result_of(gate: Gate, said: list[Verdict]) -> dg.AssetCheckResult:
    """One check result: in plain words which rule failed, how many rows, never a value."""
    bad = [verdict for verdict in said if verdict.status in ("broken", "unproven")]
    asked = len(gate.rules())
    if len(said) < asked:
        summary = f"unproven: {asked} rules are registered, {len(said)} came back"
    elif bad:
        summary = "; ".join(in_words(verdict) for verdict in bad)
    elif all(verdict.status == "absent" for verdict in said):
        summary = "absent by declaration"
    else:
        summary = f"all {len(said)} rules hold"
        warnings = [verdict for verdict in said if verdict.status == "warned"]
        if warnings:
            told = [in_words(verdict) for verdict in warnings]
            summary = "; ".join([f"{len(said)} rules, none stops the night", *told])
    tell("gate", f"{gate.name}: {summary}")
    return dg.AssetCheckResult(
        passed=not bad and len(said) >= asked,
        asset_key=_asset_key(gate),
        check_name=check_name(gate),
        description=summary,
        metadata={
            "rules": dg.TableMetadataValue(
                records=[
                    dg.TableRecord(
                        {
                            "rule": verdict.expectation,
                            "status": verdict.status,
                            "rows covered": verdict.rows_covered or 0,
                            "rows failing": verdict.rows_failing or 0,
                        }
                    )
                    for verdict in said
                ],
                schema=dg.TableSchema(
                    columns=[
                        dg.TableColumn("rule", "string"),
                        dg.TableColumn("status", "string"),
                        dg.TableColumn("rows covered", "int"),
                        dg.TableColumn("rows failing", "int"),
                    ]
                ),
            )
        },
    )


def in_words(verdict: Verdict) -> str:
    rows = f" ({verdict.rows_failing} rows)" if verdict.rows_failing else ""
    reason = f": {verdict.reason}" if verdict.reason else ""
    return f"{verdict.status}: {verdict.expectation}{rows}{reason}"
