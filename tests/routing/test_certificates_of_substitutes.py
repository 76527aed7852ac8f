"""The referee reads what stands in for what was asked for, and rejects an altered price or product."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from router.referee.certificate import check_text
from router.routing import offers as offers_module
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


def test_every_other_way_to_replace_units_is_proven_to_cost_no_less(a_substitute):
    """None, one or all three units: the file has chosen two."""
    header, order = a_substitute

    verdict = check_text(sealed([header, order]))

    (line,) = order["offered"]
    assert (line["asked"], line["quantity"], line["is_whole"]) == ("RED-CLOCK", 3, False)
    assert line["offers"] == [{"sku": "BLUE-CLOCK", "milli": 200_000, "there": 9, "units": 2}]
    assert [variant["way"] for variant in order["variants"]] == [[[0]], [[1]], [[3]]]
    assert (verdict.faults, verdict.variants_priced) == ([], 3)
    assert order["money_bound_milli"] == header["bound_milli"] == header["cost_milli"]


@pytest.mark.parametrize(
    ("alter", "fault"),
    [
        (lambda order: order["variants"].pop(), "4 ways to replace units are offered, the file has 3"),
        (lambda order: order["variants"][0].update(way=[[1]]), "4 ways to replace units are offered"),
        (lambda order: order["offered"][0].update(is_whole=True), "2 ways to replace units are offered"),
        (lambda order: order["offered"][0]["offers"][0].update(there=2), "3 ways to replace units"),
        (lambda order: order["offered"][0]["offers"][0].update(units=1), "4 ways to replace units"),
        (lambda order: order["offered"][0]["offers"][0].update(milli=1), "units replaced its lines send"),
        (lambda order: order["variants"][2].pop("substitutes"), "units replaced its lines send"),
        (lambda order: order["variants"][1].update(money_weight=2), "units replaced its lines send"),
        (lambda order: order.update(money_bound_milli=0), "the ways prove"),
        (lambda order: order["variants"][1]["usable"].pop(), "`usable` has not one value"),
    ],
)
def test_a_way_that_is_hidden_or_altered_is_rejected(a_substitute, alter, fault):
    header, order = a_substitute
    altered = deepcopy(order)
    alter(altered)

    verdict = check_text(sealed([header, altered]))

    assert any(fault in one for one in verdict.faults), verdict.faults


def test_a_bound_above_what_another_way_costs_is_rejected():
    """The blue one is sent for 10.00 though the red one is there for 8.00; nothing is wrong with the plan itself."""
    stock = {"lyon": {"RED-CLOCK": 1, "BLUE-CLOCK": 9}}
    world: World = offering()
    decision = decide(welcome(), stock=stock, world=world)
    header, order = records_of(certificate_of([decision], world))
    (other,) = order["variants"]
    worse = {**order, **other, "plan": deepcopy(order["plan"]), "bound_milli": 1_000_000}
    worse["money_bound_milli"] = 1_000_000
    hidden = {key: order[key] for key in other if key in order}
    worse["variants"] = [{**hidden, "way": [[0]], "bound_milli": 1_000_000}]
    worse["offered"] = deepcopy(order["offered"])
    worse["offered"][0]["offers"][0]["units"] = 1
    del worse["way"]
    worse["plan"]["shipments"][0]["costs"]["substitutes_milli"] = 200_000
    worse["plan"]["shipments"][0]["parcels"] = [[700, 1_000_000, 700, 800_000]]
    worse["plan"]["cost_milli"] += 200_000
    dearer = {**header, "cost_milli": 1_000_000, "bound_milli": 1_000_000}

    verdict = check_text(sealed([dearer, worse]))

    assert verdict.faults == [
        "order 0 (`order-1`): no plan is said to cost less than 1000000, yet with [[0]] units replaced one costs 800000"
    ]


def test_with_too_many_ways_only_plans_with_the_same_substitutes_are_compared(monkeypatch):
    monkeypatch.setattr(offers_module, "VARIANTS_MAX", 2)
    world: World = offering()
    decision = decide(welcome(lines={"RED-CLOCK": 3}), stock={"lyon": {"BLUE-CLOCK": 9}}, world=world)

    text = certificate_of([decision], world)

    assert check_text(text).faults == []
    assert "offered" not in records_of(text)[1]


@pytest.mark.parametrize("seed", range(800, 806))
def test_random_orders_with_substitutes_have_certificates_that_are_accepted_until_their_price_is_altered(
    seed,
):
    requests, world, shelf = a_swapping_day(seed, (1, 1, 2, 3))
    for decision in route(requests, world, shelf, shelf):
        header, order = records_of(certificate_of([decision], world))

        assert check_text(sealed([header, order])).faults == []
        assert ("substitutes" in order) == bool(decision.plan.substitutions)
        assert ("offered" in order) <= (not any(level.before_cost for level in decision.plan.levels))
        if "offered" in order:
            assert order["money_bound_milli"] == decision.plan.objective_milli
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
