"""An explanation says what prices kept for later orders."""

from dataclasses import replace

from router.routing.decision import Prices
from router.routing.explain.explain import explain
from router.routing.explain.explanation import Kept
from router.service.to_proto.explanations import kept_sentence
from tests.routing.builders import a_network, a_node, a_world, an_order, decide

STOCK = {"lille": {"RED-CLOCK": 9}, "nice": {"RED-CLOCK": 1}}


def explained(prices: Prices, to: str = "lyon", world=None, quantity: int = 1):
    world = replace(world or a_world(), prices=prices)
    decision = decide(an_order(lines={"RED-CLOCK": quantity}, to=to), stock=STOCK, world=world)
    return explain(decision, world)


def test_a_price_that_moved_a_shipment_is_told() -> None:
    # From Nice 5.00, from Lille 8.00: the clock in Nice is left for whoever pays 4.00 more without it.
    explanation = explained(Prices(stock_milli={"RED-CLOCK": {"nice": 400_000}}))

    (kept,) = explanation.kept
    assert kept == Kept(node_id="nice", sku="RED-CLOCK", units=1, available=1, price_milli=400_000)
    assert kept_sentence(kept, "EUR") == (
        "Without looking ahead nice would have sent the last unit of RED-CLOCK;"
        " to later orders it is worth 4.00 EUR."
    )


def test_a_price_that_moved_nothing_is_not_told() -> None:
    assert explained(Prices(stock_milli={"RED-CLOCK": {"nice": 200_000}})).kept == ()
    assert explained(Prices()).kept == ()


def test_a_price_of_shipments_is_told_likewise() -> None:
    world = a_world(a_network(a_node("lille"), a_node("nice", shipments_per_day=1)))

    (kept,) = explained(Prices(capacity_milli={"nice": 400_000}), world=world).kept

    assert kept == Kept(node_id="nice", sku=None, units=1, available=0, price_milli=400_000)
    assert "would have sent 1 shipment more; to later orders it is worth 4.00 EUR" in kept_sentence(
        kept, "EUR"
    )


def test_several_units_are_counted() -> None:
    kept = Kept(node_id="nice", sku="A", units=2, available=5, price_milli=123_400)

    assert kept_sentence(kept, "EUR") == (
        "Without looking ahead nice would have sent 2 units of the 5 of A; to later orders each is worth 1.23 EUR."
    )
