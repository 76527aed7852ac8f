"""What each command does, with real routing on a store in memory."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from router.app.answers.decided import Refused
from router.app.answers.feeds import ShortReservation, StockShortfall
from router.app.answers.stock import AvailabilityRow
from router.app.commands.documents import PutNodes, PutServiceLevels
from router.domain.carrier import Lane, Tariff
from router.domain.identifiers import NodeId, OrderId, ServiceLevelId
from router.domain.order import Destination
from router.domain.reasons import Reason, RouterError
from router.ledger.orders import LineQuantities
from tests.app.builders import (
    Shop,
    a_shop,
    a_snapshot,
    adjust_stock,
    as_booked,
    digest,
    order_for,
    put_network,
    put_products,
)
from tests.routing.builders import a_line, a_node, a_service, an_order

FIVE_IN_LYON = {"lyon": {"RED-CLOCK": 5}}


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_shop(stock=FIVE_IN_LYON) as shop:
        yield shop
        assert shop.faults() == ()


def line(**parts: int) -> LineQuantities:
    quantities = {"reserved": 0, "dispatched": 0, "backordered": 0, "canceled": 0, **parts}
    return LineQuantities(line_id="1", sku="RED-CLOCK", ordered=sum(parts.values()), **quantities)


def refusal(shop: Shop, *args: object, **kwargs: object) -> RouterError:
    with pytest.raises(RouterError) as refused:
        shop.answer(*args, **kwargs)  # type: ignore[arg-type]
    return refused.value


def test_a_routed_order_holds_its_units(shop: Shop) -> None:
    (routed,) = shop.route(order_for("RED-CLOCK", 2)).results

    assert [shipment.node_id for shipment in routed.plan.shipments] == ["lyon"]
    assert shop.figures("RED-CLOCK", "lyon") == (5, 2, 3)
    record = shop.queries.get_order("order-1")
    assert (record.state, record.lines, record.plan) == ("ALLOCATED", (line(reserved=2),), routed.plan)
    assert shop.queries.get_decision(decision_id=routed.decision_id).routed == routed
    assert shop.queries.get_decision(order_id="order-1").routed == routed


def test_orders_of_one_call_do_not_share_units(shop: Shop) -> None:
    results = shop.route(*(order_for("RED-CLOCK", 2, f"order-{n}") for n in range(3))).results

    assert [sum(s.quantities()["1"] for s in one.plan.shipments) for one in results] == [2, 2, 1]
    assert [one.versions.ledger_position for one in results] == [1, 2, 3]
    assert shop.queries.get_order("order-2").lines == (line(reserved=1, backordered=1),)
    assert shop.queries.get_order("order-2").state == "PARTIALLY_ALLOCATED"
    assert shop.figures("RED-CLOCK", "lyon") == (5, 5, 0)


def test_validating_takes_nothing_and_writes_nothing(shop: Shop) -> None:
    before = shop.queries.head()
    (first,) = shop.route(order_for("RED-CLOCK", 5), key="", validate_only=True).results
    (second,) = shop.route(order_for("RED-CLOCK", 5), key="", validate_only=True).results

    assert first == second
    assert (first.decision_id, first.versions.ledger_position) == ("", 1)
    assert shop.queries.head() == before
    assert shop.figures("RED-CLOCK", "lyon") == (5, 0, 5)


def test_orders_that_cannot_be_decided_are_refused_alone(shop: Shop) -> None:
    nowhere = Destination(country="FR", postal_code="99999")
    results = shop.route(
        order_for("RED-CLOCK", 1),
        order_for("RED-CLOCK", 1),
        order_for("NO-SUCH", 1, "order-2"),
        an_order("order-3", lines={"RED-CLOCK": 1}, destination=nowhere),
        order_for("RED-CLOCK", 1, "order-4"),
    ).results

    assert [one.reason if isinstance(one, Refused) else "routed" for one in results] == [
        "routed",
        "ORDER_ALREADY_ROUTED",
        "UNKNOWN_SKU",
        "INVALID_REQUEST",
        "routed",
    ]
    assert results[2].message == "order `order-2` names unknown products: `NO-SUCH`; put them first"
    assert "`FR 99999` is not in the network's place table" in results[3].message
    (late,) = shop.route(order_for("RED-CLOCK", 1)).results
    assert late.reason == "ORDER_ALREADY_ROUTED"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"id": "order-1"}, "ORDER_ALREADY_ROUTED"),
        ({"lines": (a_line(1, "NO-SUCH", 1),)}, "UNKNOWN_SKU"),
        ({"destination": Destination(country="FR", postal_code="99999")}, "INVALID_REQUEST"),
        ({"pickup_node_id": "mars"}, "UNKNOWN_NODE"),
        ({"pickup_node_id": "lyon"}, "routed"),
        ({"service_level_ids": ("OWL/POST",)}, "UNKNOWN_SERVICE_LEVEL"),
    ],
)
def test_one_order_at_fault_is_found_among_others(shop: Shop, changes: dict[str, Any], outcome: str) -> None:
    first, second, third = (order_for("RED-CLOCK", 1, f"order-{number}") for number in (1, 2, 3))
    results = shop.route(first, structs.replace(second, **changes), third).results

    assert [one.reason if isinstance(one, Refused) else "routed" for one in results] == [
        "routed",
        outcome,
        "routed",
    ]


def test_units_that_wait_are_on_the_books(shop: Shop) -> None:
    shop.route(order_for("TIN-LAMP", 4))

    assert shop.queries.get_order("order-1").state == "BACKORDERED"
    page, position = shop.queries.ledger.list_balances(0, "", sku="TIN-LAMP")
    assert [(str(account), balance.units) for account, balance in page.items] == [
        ("/TIN-LAMP/demand_open", -4),
        ("/TIN-LAMP/backorder", 4),
    ]
    assert position == 2


def test_canceling_a_whole_order_gives_everything_back(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 7))
    canceled = shop.cancel("order-1")

    assert canceled.released_quantity == 5
    assert (canceled.record.state, canceled.record.lines) == ("CANCELED", (line(canceled=7),))
    assert shop.figures("RED-CLOCK", "lyon") == (5, 0, 5)
    assert as_booked(shop.queries.get_order("order-1")) == canceled.record


def test_canceling_some_units_takes_waiting_ones_first(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 7))
    canceled = shop.cancel("order-1", {"1": 3})

    assert canceled.released_quantity == 1
    assert canceled.record.lines == (line(reserved=4, canceled=3),)


def test_canceling_more_than_is_left_is_refused_with_the_numbers(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 3))
    with pytest.raises(RouterError) as refused:
        shop.cancel("order-1", {"1": 4})

    assert refused.value.reason is Reason.ORDER_STATE_FORBIDS
    assert refused.value.message == (
        "line `1` of order `order-1` has 3 units that can be canceled, not 4:"
        " 3 reserved, 0 backordered, 0 dispatched, 0 canceled"
    )


def test_canceling_what_does_not_exist_is_refused(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 1))
    with pytest.raises(RouterError) as no_order:
        shop.cancel("order-9")
    with pytest.raises(RouterError) as no_line:
        shop.cancel("order-1", {"9": 1})

    assert (no_order.value.reason, no_line.value.reason) == (Reason.ORDER_NOT_FOUND, Reason.INVALID_REQUEST)
    assert [violation.field for violation in no_line.value.violations] == ["lines[9]"]


def test_a_canceled_shipment_frees_its_node_for_the_day() -> None:
    one_a_day = put_network(a_node("lyon", shipments_per_day=1))
    with a_shop() as shop:
        shop.ask(replace(one_a_day, request_id="one-a-day"))
        shop.count(FIVE_IN_LYON, sequence=1)
        (first,) = shop.route(order_for("RED-CLOCK", 1)).results
        (second,) = shop.route(order_for("RED-CLOCK", 1, "order-2")).results
        shop.cancel("order-1")
        (third,) = shop.route(order_for("RED-CLOCK", 1, "order-3")).results

    days = [one.plan.shipments[0].ship_day for one in (first, second, third)]
    assert days == [days[0], days[0] + 1, days[0]]


def test_a_dispatched_shipment_leaves_the_node(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 2))
    record = shop.dispatch("order-1/1").record

    assert (record.state, record.lines) == ("DISPATCHED", (line(dispatched=2),))
    assert record.dispatched_shipment_ids == ("order-1/1",)
    assert shop.figures("RED-CLOCK", "lyon") == (3, 0, 3)
    assert [entry.code.name for entry in shop.queries.ledger.list_entries(0, "", "order-1").items] == [
        "RESERVE",
        "POST",
        "SHIP",
    ]


@pytest.mark.parametrize(
    ("shipment_id", "reason"),
    [
        ("order-1/1", Reason.ORDER_STATE_FORBIDS),
        ("order-1/2", Reason.ORDER_STATE_FORBIDS),
        ("order-1/0", Reason.ORDER_NOT_FOUND),
        ("order-1/3", Reason.ORDER_NOT_FOUND),
        ("order-9/1", Reason.ORDER_NOT_FOUND),
        ("order-1", Reason.INVALID_REQUEST),
        ("order-1/one", Reason.INVALID_REQUEST),
    ],
)
def test_a_shipment_leaves_once_and_only_if_there_is_something_left_of_it(
    shop: Shop, shipment_id: str, reason: Reason
) -> None:
    shop.count({"nice": {"TIN-LAMP": 1}}, sequence=2)
    shop.route(an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}))
    shop.dispatch("order-1/1")
    shop.cancel("order-1")

    with pytest.raises(RouterError) as refused:
        shop.dispatch(shipment_id)
    assert refused.value.reason is reason


def test_a_dispatched_order_cannot_be_canceled(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 1))
    shop.dispatch("order-1/1")
    with pytest.raises(RouterError) as refused:
        shop.cancel("order-1")

    assert refused.value.message == "order `order-1` is DISPATCHED, nothing of it is left to cancel"


def test_a_snapshot_books_only_differences(shop: Shop) -> None:
    counted = shop.count({"lyon": {"RED-CLOCK": 7, "TIN-LAMP": 0}, "nice": {"TIN-LAMP": 2}}, sequence=2)

    assert (counted.row_count, counted.changed_count, counted.ledger_position) == (3, 2, 3)
    assert shop.figures("RED-CLOCK", "lyon") == (7, 0, 7)


def test_a_snapshot_that_is_not_newer_changes_nothing(shop: Shop) -> None:
    for sequence in (1, 0):
        counted = shop.count({"lyon": {"RED-CLOCK": 99}}, sequence=sequence)
        assert (counted.stale_ignored, counted.changed_count) == (True, 0)

    assert shop.count({"lyon": {"RED-CLOCK": 4}}, sequence=1, feed="stores").stale_ignored is False
    assert shop.figures("RED-CLOCK", "lyon") == (4, 0, 4)


def test_a_full_snapshot_zeroes_what_it_does_not_name_at_its_nodes(shop: Shop) -> None:
    shop.count({"nice": {"RED-CLOCK": 3}}, sequence=2)
    counted = shop.count({"lyon": {"TIN-LAMP": 1}}, sequence=3, is_full=True)

    assert (counted.row_count, counted.changed_count) == (1, 2)
    assert shop.figures("RED-CLOCK", "lyon") == (0, 0, 0)
    assert shop.figures("RED-CLOCK", "nice") == (3, 0, 3)


def test_a_snapshot_never_touches_reservations(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 4))
    counted = shop.count({"lyon": {"RED-CLOCK": 1}}, sequence=2)

    held = ShortReservation(order_id="order-1", line_id="1", shipment_id="order-1/1", quantity=3)
    assert counted.shortfalls == (
        StockShortfall(node_id="lyon", sku="RED-CLOCK", quantity=3, reservations=(held,)),
    )
    assert shop.figures("RED-CLOCK", "lyon") == (1, 4, 0)
    (waiting,) = shop.route(order_for("RED-CLOCK", 1, "order-2")).results
    assert waiting.plan.shipments == ()


def test_a_snapshot_with_unknown_rows_books_nothing(shop: Shop) -> None:
    rows = {"mars": {"RED-CLOCK": 1}, "lyon": {"RED-CLOCK": 9, "NO-SUCH": 1}}
    refused = refusal(shop, a_snapshot(rows, sequence=2, key="wrong"))

    assert refused.reason is Reason.INVALID_REQUEST
    assert [(one.field, one.code) for one in refused.violations] == [
        ("rows[lyon/NO-SUCH]", "UNKNOWN_SKU"),
        ("rows[mars]", "UNKNOWN_NODE"),
    ]
    assert shop.figures("RED-CLOCK", "lyon") == (5, 0, 5)


def test_a_snapshot_names_at_most_a_hundred_wrong_rows(shop: Shop) -> None:
    rows = {"lyon": {f"NO-SUCH-{n}": 1 for n in range(150)}}
    refused = refusal(shop, a_snapshot(rows, sequence=2, key="wrong"))

    assert (len(refused.violations), refused.facts["fault_count"]) == (100, "150")


@pytest.mark.parametrize(
    ("reason", "delta", "account"),
    [
        ("RECEIPT", 3, "/RED-CLOCK/supplier"),
        ("RETURN", 3, "/RED-CLOCK/customer"),
        ("COUNT", 3, "/RED-CLOCK/adjustment"),
        ("DAMAGE", -2, "/RED-CLOCK/adjustment"),
    ],
)
def test_an_adjustment_comes_from_somewhere(shop: Shop, reason: str, delta: int, account: str) -> None:
    adjusted = shop.adjust("lyon", "RED-CLOCK", delta, reason=reason)
    entry = shop.queries.ledger.list_entries(0, "", reason).items[0]

    assert adjusted.row == AvailabilityRow(
        node_id="lyon", sku="RED-CLOCK", on_hand=5 + delta, reserved=0, available=5 + delta
    )
    assert account in (str(entry.debit), str(entry.credit))


@pytest.mark.parametrize(
    ("place", "sku", "delta", "expected", "reason"),
    [
        ("lyon", "RED-CLOCK", -6, None, Reason.INSUFFICIENT_STOCK),
        ("lyon", "RED-CLOCK", -1, 4, Reason.STOCK_CHANGED),
        ("lyon", "NO-SUCH", 1, None, Reason.UNKNOWN_SKU),
        ("mars", "RED-CLOCK", 1, None, Reason.UNKNOWN_NODE),
    ],
)
def test_an_adjustment_that_cannot_be_is_refused(
    shop: Shop, place: str, sku: str, delta: int, expected: int | None, reason: Reason
) -> None:
    refused = refusal(shop, adjust_stock(place, sku, delta, key="wrong", expected_on_hand=expected))

    assert refused.reason is reason
    assert shop.figures("RED-CLOCK", "lyon") == (5, 0, 5)


def test_nothing_is_routed_without_a_network() -> None:
    with a_shop() as ready:
        lonely = Shop(type(ready.store)())
        lonely.engine.start()
        lonely.ask(put_products("RED-CLOCK"))
        with pytest.raises(RouterError) as refused:
            lonely.route(order_for("RED-CLOCK", 1), key="early")
        lonely.ask(put_network())
        (routed,) = lonely.route(order_for("RED-CLOCK", 1), key="early").results
        lonely.engine.stop()

    assert refused.value.reason is Reason.NETWORK_NOT_READY
    assert routed.order_id == "order-1"


def test_a_network_must_have_what_it_names(shop: Shop) -> None:
    stray = a_service(
        "POSTE/COLIS", tariff=Tariff(zones=(), lanes=(Lane(node_id="mars", country="FR", zone=0),))
    )
    unknown = a_node("lyon", service_level_ids=(ServiceLevelId("UPS/GROUND"),))
    refused = refusal(shop, put_network(unknown, services=(stray, a_service("DHL/1")), key="wrong"))

    assert [(one.field, one.code) for one in refused.violations] == [
        ("network.nodes[0].service_level_ids[0]", "UNKNOWN_SERVICE_LEVEL"),
        ("network.service_levels[0].tariff.lanes[0].node_id", "UNKNOWN_NODE"),
        ("network.service_levels[1].carrier_id", "UNKNOWN_CARRIER"),
    ]


def test_nodes_and_service_levels_are_replaced_one_by_one(shop: Shop) -> None:
    before = shop.queries.documents.get_network()
    closed = (a_node("lyon", is_open=False),)
    shop.ask(PutNodes(request_id="close", body_digest=digest(closed), nodes=closed))
    dearer = (a_service("POSTE/COLIS", parcel_weight_grams_max=1_000),)
    shop.ask(PutServiceLevels(request_id="dearer", body_digest=digest(dearer), service_levels=dearer))
    after = shop.queries.documents.get_network()

    assert [node.is_open for node in after.network.nodes] == [True, False, True]
    assert [level.parcel_weight_grams_max for level in after.network.service_levels] == [30_000, 1_000]
    assert shop.queries.documents.get_network(before.digest) == before
    (routed,) = shop.route(order_for("RED-CLOCK", 1)).results
    assert routed.plan.shipments == ()


def test_every_change_tells_those_who_follow(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 2))
    shop.adjust("lyon", "RED-CLOCK", 1)
    shop.cancel("order-1", {"1": 1})
    shop.dispatch("order-1/1")
    events = shop.queries.list_events(0, 100)
    rules = shop.queries.documents.get_rules().digest

    assert [(event.position, event.kind.name, event.subject) for event in events][1:] == [
        (2, "SNAPSHOT_BOOKED", "wms"),
        (3, "RULES_STAGED", rules),
        (4, "RULES_ACTIVATED", rules),
        (5, "ORDER_ROUTED", ""),
        (6, "STOCK_ADJUSTED", "RED-CLOCK"),
        (7, "ORDER_CANCELED", ""),
        (8, "SHIPMENT_DISPATCHED", "order-1/1"),
    ]
    assert [event.position for event in shop.queries.list_events(5, 100, OrderId("order-1"))] == [7, 8]


def test_availability_names_every_node_that_ever_held_the_sku(shop: Shop) -> None:
    shop.count({"nice": {"RED-CLOCK": 1}}, sequence=2)
    shop.count({"nice": {"RED-CLOCK": 0}}, sequence=3)

    assert shop.figures("RED-CLOCK", "nice") == (0, 0, 0)
    page, _ = shop.queries.ledger.list_balances(0, "", node_id=NodeId("nice"))
    assert [str(account) for account, _ in page.items] == ["nice/RED-CLOCK/on_hand"]
