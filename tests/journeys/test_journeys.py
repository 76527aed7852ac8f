"""Random histories over all events: every reachable row of the table of lives is met, what has no row is refused."""

from pathlib import Path

import pytest

from router.ledger.lifecycle import OrderState
from tests.journeys.cover import cover, impossible_pairs, possible_pairs, take_journey
from tests.journeys.journey import Journey, Tally
from tests.proving import rounds, seeds, under_seed
from tests.scenarios.worlds import over_grpc

TOGETHER = 10
"""Journeys of one test."""


@pytest.mark.parametrize("seed", seeds(70_000, 200, 4_000)[::TOGETHER])
def test_journeys_in_the_core(seed: int, tmp_path: Path) -> None:
    tally = Tally()
    for one in range(seed, seed + TOGETHER):
        with under_seed("journeys_in_the_core", one):
            take_journey("core", tmp_path, one, tally)
    assert tally.steps["dispatch"] > TOGETHER


@pytest.mark.parametrize("seed", seeds(80_000, 2, 40))
def test_journeys_over_grpc(seed: int, tmp_path: Path) -> None:
    with under_seed("journeys_over_grpc", seed):
        take_journey("grpc", tmp_path, seed, Tally())


def test_a_delay_that_nobody_can_agree_to_in_time_is_over_before_the_next_step(tmp_path: Path) -> None:
    # In this one a shipment was to be dispatched while its order was being canceled.
    with over_grpc(tmp_path) as world:
        journey = Journey(world, 110_018, is_audited=False)
        journey.begin()
        journey.go(140)

        assert {
            "report delay": "A-25",
            "expected date": "2027-03-01",
            "reason code": "SUPPLIER_LATE",
        } in journey.done
        assert OrderState(journey.play.look("order", "A-25").record.state) is OrderState.CANCELED


@pytest.mark.long
def test_every_row_of_the_table_is_met_and_what_has_none_is_refused(tmp_path: Path) -> None:
    covered = cover(tmp_path, journeys_max=rounds(200, 400))

    assert sorted(possible_pairs() - covered.met) == []
    assert sorted(impossible_pairs() - covered.refused) == []
