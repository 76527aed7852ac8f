"""The referee reads what stands in for what was asked for, and rejects an altered price or product."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from router.referee.certificate import check_text
from router.routing.route import route
from router.routing.world import World
from tests.routing.builders import decide
from tests.routing.test_certificates import certificate_of, sealed
from tests.routing.test_substitutes import a_swapping_day, offering, welcome


def records_of(text: bytes) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()[:-1]]


@pytest.fixture
def a_substitute() -> list[Any]:
    """Two of three red clocks are blue ones."""
    stock = {"lyon": {"RED-CLOCK": 1, "BLUE-CLOCK": 9}}
    world: World = offering()
    return records_of(
        certificate_of([decide(welcome(lines={"RED-CLOCK": 3}), stock=stock, world=world)], world)
    )


def test_a_certificate_names_what_stands_in_and_its_price(a_substitute):
    header, order = a_substitute

    assert check_text(sealed([header, order])).faults == []
    (one,) = order["substitutes"]
    assert (one["asked"], one["sku"], one["units"], one["milli"]) == ("RED-CLOCK", "BLUE-CLOCK", 1, 200_000)
    assert [shipment["costs"]["substitutes_milli"] for shipment in order["plan"]["shipments"]] == [400_000]


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("milli", 199_999, "substitutes_milli"),
        ("milli", 0, "substitutes_milli"),
        ("sku", "GREEN-CLOCK", "sends no 1 of `GREEN-CLOCK`"),
        ("sku", "RED-CLOCK", "sends no 1 of `RED-CLOCK`"),
        ("asked", "BLUE-CLOCK", "stand in for itself"),
        ("units", 2, "sends no 2 of `BLUE-CLOCK`"),
        ("line", 9, "line 9 does not exist"),
    ],
)
def test_an_altered_price_or_product_is_rejected(a_substitute, key, value, fault):
    header, order = a_substitute
    altered = deepcopy(order)
    altered["substitutes"][0][key] = value

    verdict = check_text(sealed([header, altered]))

    assert any(fault in one for one in verdict.faults), verdict.faults


def test_a_plan_that_keeps_quiet_about_its_substitutes_is_rejected(a_substitute):
    header, order = a_substitute
    quiet = {key: value for key, value in order.items() if key != "substitutes"}

    assert not check_text(sealed([header, quiet])).is_accepted


@pytest.mark.parametrize("seed", range(800, 806))
def test_random_orders_with_substitutes_have_certificates_that_are_accepted_until_their_price_is_altered(
    seed,
):
    requests, world, shelf = a_swapping_day(seed, (1, 1, 2, 3))
    for decision in route(requests, world, shelf, shelf):
        header, order = records_of(certificate_of([decision], world))

        assert check_text(sealed([header, order])).faults == []
        assert ("substitutes" in order) == bool(decision.plan.substitutions)
        for altered in dearer(order):
            assert not check_text(sealed([header, altered])).is_accepted


def dearer(order: Any) -> Iterator[Any]:
    """Each substitute of which anything is sent, a thousandth dearer."""
    sent = {line for shipment in order["plan"]["shipments"] for line, _ in shipment["units"]}
    for number, one in enumerate(order.get("substitutes", ())):
        if one["line"] in sent:
            altered = deepcopy(order)
            altered["substitutes"][number]["milli"] += 1
            yield altered
