"""Certificates of random worlds: the referee accepts what was decided and rejects what was altered."""

import hashlib
import json
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from msgspec import structs

from router.domain.plan import SolutionStatus
from router.domain.reasons import RouterError
from router.referee.certificate import cheapest_priced, check_text, main
from router.routing.certificates.booked import Booked
from router.routing.certificates.certify import certify
from router.routing.decision import Decision
from router.routing.route import route
from router.routing.wave.wave import route_wave
from router.routing.world import World
from tests.routing.builders import MONDAY_TEN
from tests.routing.random_worlds import random_requests, random_shelf, random_world

SEEDS = (0, 2, 4, 6, 7, 8, 9, 10)
"""Worlds whose rules set no tiers: most of their orders are inside the joint problem."""


def certificate_of(decisions: Sequence[Decision], world: World) -> bytes:
    booked = [Booked(f"D-{number}", decision) for number, decision in enumerate(decisions)]
    return b"".join(certify(booked, world.network, world.rules))


def a_wave(seed: int, *, jointly: bool = True) -> tuple[Sequence[Decision], World]:
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    requests = [structs.replace(request, decision_time=MONDAY_TEN) for request in random_requests(random, 12)]
    if jointly:
        return route_wave(requests, world, shelf, shelf).decisions, world
    return route(requests, world, shelf, shelf), world


def header_of(text: bytes) -> dict[str, Any]:
    header: dict[str, Any] = json.loads(text.splitlines()[0])
    return header


def sealed(records: Sequence[Any]) -> bytes:
    """The file of a liar who knows how to seal."""
    lines = [json.dumps(one, sort_keys=True, separators=(",", ":")).encode() + b"\n" for one in records]
    return b"".join(lines) + f'{{"seal":"{hashlib.sha256(b"".join(lines)).hexdigest()}"}}\n'.encode()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_certificate_of_a_wave_is_accepted_and_priced_again(seed: int) -> None:
    decisions, world = a_wave(seed)

    text = certificate_of(decisions, world)
    verdict = check_text(text)

    assert verdict.faults == []
    assert verdict.orders + len(header_of(text)["scope"]["left_out"]) == 12
    assert verdict.bound_milli <= verdict.cost_milli


def test_most_orders_of_the_waves_are_inside_and_small_enough_to_be_priced() -> None:
    verdicts = [check_text(certificate_of(*a_wave(seed))) for seed in SEEDS]

    assert sum(one.priced for one in verdicts) > 50


@pytest.mark.parametrize("seed", range(6))
def test_every_order_of_a_batch_has_a_certificate_of_its_own(seed: int) -> None:
    decisions, world = a_wave(seed, jointly=False)

    for decision in decisions:
        text = certificate_of([decision], world)
        header, order = [json.loads(line) for line in text.splitlines()[:-1]]
        least = cheapest_priced(header, order)

        assert check_text(text).faults == []
        if least is not None and decision.plan.status is SolutionStatus.OPTIMAL:
            assert least == header["cost_milli"], "brute force finds the optimum that the solver has proven"


def test_orders_decided_one_by_one_are_proven_together_too() -> None:
    decisions, world = a_wave(9, jointly=False)

    assert check_text(certificate_of(decisions, world)).faults == []


def test_equal_decisions_give_equal_bytes() -> None:
    decisions, world = a_wave(2)

    assert certificate_of(decisions, world) == certificate_of(decisions, world)


def test_any_number_altered_by_one_breaks_the_seal() -> None:
    decisions, world = a_wave(9)
    lines = certificate_of(decisions, world).splitlines(keepends=True)
    record = json.loads(lines[1])
    record["options"][0]["fixed_milli"] += 1
    lines[1] = json.dumps(record, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    assert "seal" in check_text(b"".join(lines)).faults[0]


def lies(records: list[Any]) -> list[tuple[str, Any, Any]]:
    """Everything that is stated about plans, costs and bounds: where it stands, so that it can be altered."""
    header = records[0]
    found: list[tuple[str, Any, Any]] = [
        ("cost", header, "cost_milli"), ("bound", header, "bound_milli"),
    ]  # fmt: skip
    for order in records[1:]:
        found.append(("order bound", order, "bound_milli"))
        plan = order["plan"]
        found += [("plan", plan, key) for key in ("split_milli", "unshipped_milli", "cost_milli")]
        for shipment in plan["shipments"]:
            found += [("cost part", shipment["costs"], key) for key in shipment["costs"]]
            found += [("units", entry, 1) for entry in shipment["units"]]
            found += [("parcel", parcel, at) for parcel in shipment["parcels"] for at in range(4)]
            found.append(("option", shipment, "option"))
    return found


@pytest.mark.parametrize("step", [1, -1])
def test_a_lie_about_plan_cost_or_bound_is_found_though_it_is_sealed(step: int) -> None:
    decisions, world = a_wave(9)
    text = certificate_of(decisions, world)
    count = len(lies([json.loads(line) for line in text.splitlines()[:-1]]))
    assert count > 50
    for number in range(count):
        records = [json.loads(line) for line in text.splitlines()[:-1]]
        kind, place, key = lies(records)[number]
        place[key] += step

        assert not check_text(sealed(records)).is_accepted, (kind, place, key)


def test_a_bound_raised_everywhere_alike_is_found_by_brute_force() -> None:
    decisions, world = a_wave(4, jointly=False)
    records = [json.loads(line) for line in certificate_of([decisions[0]], world).splitlines()[:-1]]
    for place in (records[0], records[1]):
        place["bound_milli"] += 1

    assert not check_text(sealed(records)).is_accepted


@pytest.mark.parametrize(
    "text", [b"", b"{}\n", b"[]\n[]\n", b"\xff\xfe\n{}\n", b'{"format":1.5}\n{"seal":""}\n']
)
def test_what_is_no_certificate_is_rejected_with_a_sentence(text: bytes) -> None:
    assert check_text(text).faults


def test_orders_of_different_instants_are_refused() -> None:
    decisions, world = a_wave(9)
    first = decisions[0]
    later = structs.replace(
        first, inputs=structs.replace(first.inputs, decision_time=first.inputs.decision_time + 1)
    )

    with pytest.raises(RouterError, match="different instants"):
        certificate_of([later, *decisions[1:]], world)


def test_the_program_says_what_it_found(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    decisions, world = a_wave(9)
    file = tmp_path / "wave.certificate"
    file.write_bytes(certificate_of(decisions, world))

    assert main([str(file)]) == 0
    assert "ACCEPTED" in capsys.readouterr().out
