"""Messages to values and back."""

from typing import Any

import pytest

from router.api.messages.network import product_message
from router.api.messages.orders import order_message
from router.api.v1 import inventory_pb2, network_pb2, order_pb2, orders_pb2, routing_pb2, rules_pb2
from router.domain.identifiers import Day, Instant, LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.order import Destination, OrderLine
from router.domain.plan import (
    CostKind,
    CostPart,
    Level,
    LevelValue,
    Plan,
    Shipment,
    SolutionMethod,
    SolutionStatus,
    Unshipped,
    UnshippedAction,
)
from router.domain.reasons import Reason, RouterError
from router.routing.explain.explanation import ChangeKind, Counterfactual
from router.service.faults import Faults
from router.service.from_proto.inventory import adjust_stock, get_availability
from router.service.from_proto.orders import (
    batch_route_orders,
    cancel_order,
    dispatch_shipment,
    order,
    order_filter,
    route_order,
)
from router.service.from_proto.products import product, put_products
from router.service.from_proto.rules import (
    activate_rules,
    change_limit,
    roll_back_rules,
    sample_wanted,
    stage_rules,
    start_shadow,
    stop_shadow,
    version_named,
)
from router.service.parse import digest_of, parse
from router.service.to_proto.explanations import counterfactual_message
from router.service.to_proto.plans import plan_message
from tests.service.builders import a_route_request, an_order
from tests.service.violations import violations_of

NOW = Instant(1_794_830_400_000_000)


def test_an_order_is_what_the_message_says() -> None:
    message = an_order("A-1", {"RED-CLOCK": 2})
    message.promise_date = "2026-11-20"
    message.attributes["gift"] = "yes"
    faults = Faults()

    made = order(message, "", NOW, faults)

    assert faults.count == 0
    assert (made.id, made.channel, made.place_time, made.promise_day) == ("A-1", "web", NOW, Day(739_940))
    assert made.destination == Destination(country="FR", postal_code="69001")
    assert made.lines == (OrderLine(id="1", sku="RED-CLOCK", quantity=2, unit_price_minor=1_999),)
    assert made.attributes == {"gift": "yes"}


def test_an_order_survives_the_way_there_and_back() -> None:
    message = an_order("A-1", {"RED-CLOCK": 2, "TIN-LAMP": 1})
    message.place_time.FromMicroseconds(NOW + 1)
    message.promise_date = "2026-11-20"
    message.destination.point.latitude_microdegrees = -5
    message.attributes["gift"] = "yes"
    message.pickup_node_id = "LYON"
    message.lines[0].kit_id = "set"
    message.lines[1].together_id = "pair"
    message.lines[0].amount_minor = 0
    message.lines[1].tax_minor = 0
    message.shipping_minor, message.shipping_tax_minor = 490, 78

    assert order_message(order(message, "", NOW, Faults())) == message


def test_a_product_survives_the_way_there_and_back() -> None:
    message = network_pb2.Product(
        sku="ICE",
        name="Ice",
        weight_grams=900,
        length_mm=100,
        hazmat="LITHIUM",
        temperature="FROZEN",
        release_date="2026-12-01",
    )

    assert product_message(product(message, "", Faults())) == message


def broken_order(**changes: Any) -> order_pb2.Order:
    message = an_order("A-1")
    message.MergeFrom(order_pb2.Order(**changes))
    return message


ORDER_FAULTS = [
    ({"order_id": "a\nb"}, {"order.order_id": "NOT_PRINTABLE"}),
    ({"shipping_minor": -1}, {"order.shipping_minor": "OUT_OF_RANGE"}),
    ({"shipping_tax_minor": 1}, {"order.shipping_tax_minor": "EXCEEDS_AMOUNT"}),
    ({"shipping_minor": 500, "total_minor": 2_498}, {"order.total_minor": "TOTAL_DIFFERS"}),
    (
        {"lines": [{"line_id": "2", "sku": "X", "quantity": 1, "amount_minor": 5, "tax_minor": 6}]},
        {"order.lines[1].tax_minor": "EXCEEDS_AMOUNT"},
    ),
    ({"channel": "x" * 129}, {"order.channel": "TOO_LONG"}),
    ({"destination": {"country": "UK"}}, {"order.destination.country": "UNKNOWN_COUNTRY"}),
    ({"promise_date": "tomorrow"}, {"order.promise_date": "NOT_A_DATE"}),
    ({"pickup_node_id": "x" * 129}, {"order.pickup_node_id": "TOO_LONG"}),
    ({"place_time": {"seconds": -1}}, {"order.place_time": "OUT_OF_RANGE"}),
    ({"place_time": {"nanos": 1_000_000_000}}, {"order.place_time": "OUT_OF_RANGE"}),
    (
        {"destination": {"point": {"latitude_microdegrees": 90_000_001}}},
        {"order.destination.point.latitude_microdegrees": "OUT_OF_RANGE"},
    ),
    (
        {
            "lines": [
                {"line_id": "2", "sku": "X", "quantity": 0},
                {"line_id": "3", "sku": "X", "quantity": -1},
            ]
        },
        {"order.lines[1].quantity": "OUT_OF_RANGE", "order.lines[2].quantity": "OUT_OF_RANGE"},
    ),
    (
        {"lines": [{"line_id": "2", "sku": "X", "quantity": 10**18}]},
        {"order.lines[1].quantity": "OUT_OF_RANGE"},
    ),
    (
        {"lines": [{"line_id": "2", "sku": "X", "quantity": 1, "unit_price_minor": -5}]},
        {"order.lines[1].unit_price_minor": "OUT_OF_RANGE"},
    ),
    (
        {"lines": [{"line_id": "", "sku": "", "quantity": 1}]},
        {"order.lines[1].line_id": "REQUIRED", "order.lines[1].sku": "REQUIRED"},
    ),
    (
        {"lines": [{"line_id": "2", "sku": "X", "quantity": 1, "kit_id": "k" * 129, "together_id": "a\n"}]},
        {"order.lines[1].kit_id": "TOO_LONG", "order.lines[1].together_id": "NOT_PRINTABLE"},
    ),
    (
        {"lines": [{"line_id": "2", "sku": "X", "quantity": 1, "amount_minor": -1, "tax_minor": -2}]},
        {"order.lines[1].amount_minor": "OUT_OF_RANGE", "order.lines[1].tax_minor": "OUT_OF_RANGE"},
    ),
    (
        {
            "lines": [
                {"line_id": "2 ", "sku": " X", "quantity": 1},
                {"line_id": "a b", "sku": "X", "quantity": 1},
            ]
        },
        {"order.lines[1].line_id": "NOT_TRIMMED", "order.lines[1].sku": "NOT_TRIMMED"},
    ),
    ({"lines": [{"line_id": "1", "sku": "X", "quantity": 1}]}, {"order.lines[1].line_id": "DUPLICATE"}),
    (
        {"lines": [{"line_id": f"n{i}", "sku": "X", "quantity": 1} for i in range(1_000)]},
        {"order.lines": "WRONG_COUNT"},
    ),
    ({"lines": [{"line_id": "2", "sku": "X", "quantity": 1_000_000}]}, {"order.lines": "OUT_OF_RANGE"}),
    ({"attributes": {f"a{i}": "" for i in range(33)}}, {"order.attributes": "WRONG_COUNT"}),
    ({"attributes": {"note": "a\tb"}}, {"order.attributes[note]": "NOT_PRINTABLE"}),
]


@pytest.mark.parametrize(("changes", "violations"), ORDER_FAULTS)
def test_a_bad_order_is_refused_at_the_field(changes: dict[str, Any], violations: dict[str, str]) -> None:
    request = routing_pb2.RouteOrderRequest(order=broken_order(**changes), request_id="k")

    assert violations_of(route_order, request, NOW) == violations


@pytest.mark.parametrize(("changes", "violations"), ORDER_FAULTS)
def test_a_bad_order_of_a_batch_is_refused_alone(changes: dict[str, Any], violations: dict[str, str]) -> None:
    orders = [an_order("A-0", {"a b": 1}), broken_order(**changes), an_order("A-2")]
    request = routing_pb2.BatchRouteOrdersRequest(orders=orders, request_id="k")
    named = {field.replace("order.", "orders[1].", 1): code for field, code in violations.items()}

    assert violations_of(batch_route_orders, request, NOW) == named


def test_ids_with_blanks_inside_and_all_that_few_orders_have_are_no_faults() -> None:
    message = an_order("A 1", {"RED CLOCK": 1_000_000})
    message.MergeFrom(
        order_pb2.Order(
            customer_id="x" * 512,
            destination=order_pb2.Destination(region="y" * 512, postal_code="z" * 32),
            service_level_ids=["POSTE/COLIS"],
            shipping_minor=500,
            total_minor=1_999_000_500,
        )
    )
    faults = Faults()

    made = order(message, "", NOW, faults)

    assert faults.count == 0
    assert (made.id, made.customer_id, made.destination.region) == ("A 1", "x" * 512, "y" * 512)


def test_an_empty_request_names_all_that_is_missing() -> None:
    assert violations_of(route_order, routing_pb2.RouteOrderRequest(), NOW) == {
        "order": "REQUIRED",
        "request_id": "REQUEST_ID_REQUIRED",
    }
    assert violations_of(
        route_order, routing_pb2.RouteOrderRequest(order=order_pb2.Order(), request_id="k"), NOW
    ) == {
        "order.destination": "REQUIRED",
        "order.lines": "WRONG_COUNT",
        "order.order_id": "REQUIRED",
        "order.channel": "REQUIRED",
    }


def test_only_a_dry_run_needs_no_key() -> None:
    request = a_route_request("A-1")
    request.request_id = ""
    with pytest.raises(RouterError) as refused:
        route_order(request, NOW)
    request.validate_only = True

    assert refused.value.reason is Reason.REQUEST_ID_REQUIRED
    assert route_order(request, NOW).validate_only


def test_a_batch_is_bounded_and_names_each_order_once() -> None:
    batch = routing_pb2.BatchRouteOrdersRequest
    many = batch(orders=[an_order(f"A-{i}") for i in range(1_001)], request_id="k")
    long = batch(
        orders=[an_order(f"A-{i}", {f"S{n}": 1 for n in range(1_000)}) for i in range(6)], request_id="k"
    )
    twice = batch(orders=[an_order("A-1"), an_order("A-2"), an_order("A-1")], request_id="k")

    assert violations_of(batch_route_orders, batch(request_id="k"), NOW) == {"orders": "WRONG_COUNT"}
    assert violations_of(batch_route_orders, many, NOW) == {"orders": "WRONG_COUNT"}
    assert violations_of(batch_route_orders, long, NOW) == {"orders": "WRONG_COUNT"}
    assert violations_of(batch_route_orders, twice, NOW) == {"orders[2].order_id": "DUPLICATE"}


OTHERS = [
    (put_products, network_pb2.PutProductsRequest(request_id="k"), {"products": "WRONG_COUNT"}),
    (
        put_products,
        network_pb2.PutProductsRequest(
            products=[{"sku": "A", "weight_grams": 0, "temperature": "WARM"}], request_id="k"
        ),
        {"products[0].weight_grams": "OUT_OF_RANGE", "products[0].temperature": "UNKNOWN_VALUE"},
    ),
    (
        adjust_stock,
        inventory_pb2.AdjustStockRequest(node_id="LYON", sku="A", reason_code="WHIM", request_id="k"),
        {"delta": "OUT_OF_RANGE", "reason_code": "UNKNOWN_VALUE"},
    ),
    (
        adjust_stock,
        inventory_pb2.AdjustStockRequest(
            node_id="LYON", sku="A", delta=10**18, reason_code="COUNT", expected_on_hand=-1, request_id="k"
        ),
        {"delta": "OUT_OF_RANGE", "expected_on_hand": "OUT_OF_RANGE"},
    ),
    (get_availability, inventory_pb2.GetAvailabilityRequest(), {"skus": "WRONG_COUNT"}),
    (get_availability, inventory_pb2.GetAvailabilityRequest(skus=["A", "A"]), {"skus[1]": "DUPLICATE"}),
    (
        cancel_order,
        orders_pb2.CancelOrderRequest(order_id="A-1", lines=[{"line_id": "1"}], request_id="k"),
        {"lines[0].quantity": "OUT_OF_RANGE"},
    ),
    (
        dispatch_shipment,
        orders_pb2.DispatchShipmentRequest(shipment_id="A-1", request_id="k"),
        {"shipment_id": "NOT_A_SHIPMENT"},
    ),
    (order_filter, orders_pb2.ListOrdersRequest(state=99), {"state": "UNKNOWN_VALUE"}),  # type: ignore[arg-type]
    (activate_rules, rules_pb2.ActivateRulesRequest(request_id="k"), {"files": "WRONG_COUNT"}),
    (
        stage_rules,
        rules_pb2.StageRulesRequest(origin="x" * 5_000),
        {"request_id": "REQUEST_ID_REQUIRED", "files": "WRONG_COUNT", "origin": "TOO_LONG"},
    ),
    (
        activate_rules,
        rules_pb2.ActivateRulesRequest(
            request_id="k", files=[{"name": "a.yaml"}], rules_digest="abcd", expected_active_digest="abcd"
        ),
        {"rules_digest": "ONE_OF", "expected_active_digest": "NOT_A_DIGEST"},
    ),
    (
        roll_back_rules,
        rules_pb2.RollbackRulesRequest(request_id="k", rules_digest="HEAD~1"),
        {"rules_digest": "NOT_A_DIGEST"},
    ),
    (start_shadow, rules_pb2.StartShadowRequest(request_id="k"), {"rules_digest": "NOT_A_DIGEST"}),
    (
        stop_shadow,
        rules_pb2.StopShadowRequest(reason="a\tb"),
        {"request_id": "REQUEST_ID_REQUIRED", "reason": "NOT_PRINTABLE"},
    ),
    (version_named, "abc", {"rules_digest": "NOT_A_DIGEST"}),
    (change_limit, rules_pb2.GetShadowReportRequest(change_limit=501), {"change_limit": "OUT_OF_RANGE"}),
    (sample_wanted, rules_pb2.SampleDecisionsRequest(last=-1), {"last": "OUT_OF_RANGE"}),
    (
        activate_rules,
        rules_pb2.ActivateRulesRequest(
            files=[
                {"name": "a.yaml", "content": b"x" * (1 << 20)},
                {"name": "a.yaml", "content": b"x" * ((1 << 20) + 1)},
            ],
            request_id="k",
        ),
        {"files[1].name": "DUPLICATE", "files[1].content": "TOO_LONG"},
    ),
]


@pytest.mark.parametrize(("convert", "request_message", "violations"), OTHERS)
def test_a_bad_request_is_refused_at_the_field(
    convert: Any, request_message: Any, violations: dict[str, str]
) -> None:
    assert violations_of(convert, request_message) == violations


def test_the_digest_of_a_request_does_not_know_its_key() -> None:
    first, second = a_route_request("A-1", request_id="one"), a_route_request("A-1", request_id="two")
    other = a_route_request("A-2", request_id="one")

    assert digest_of(first) == digest_of(second)
    assert digest_of(first) != digest_of(other)
    assert first.request_id == "one"


def test_equal_bytes_of_two_kinds_of_request_have_two_digests() -> None:
    cancel = orders_pb2.CancelOrderRequest(order_id="A-1/1")
    dispatch = orders_pb2.DispatchShipmentRequest(shipment_id="A-1/1")

    assert cancel.SerializeToString() == dispatch.SerializeToString()
    assert digest_of(cancel) != digest_of(dispatch)


@pytest.mark.parametrize(
    ("payload", "violations"),
    [
        (b"\xff\xff", {"": "MALFORMED"}),
        (b"\x0a\x04\x0a\x02\xff\xfe", {"": "MALFORMED"}),
        (b"\x0b" * 300, {"": "MALFORMED"}),
        (b"\xa0\x06\x01", {"": "UNKNOWN_FIELD"}),
        (b"\x0a\x03\xa0\x06\x01", {"order": "UNKNOWN_FIELD"}),
        (b"\x0a\x05\x32\x03\xa0\x06\x01", {"order.lines[0]": "UNKNOWN_FIELD"}),
    ],
)
def test_what_is_not_exactly_a_message_is_refused(payload: bytes, violations: dict[str, str]) -> None:
    assert violations_of(parse, routing_pb2.RouteOrderRequest, payload) == violations


def test_a_plan_says_its_levels_and_how_long_units_wait() -> None:
    plan = Plan(
        status=SolutionStatus.OPTIMAL,
        method=SolutionMethod.PARTITION,
        objective_milli=0,
        bound_milli=0,
        work=1,
        unshipped=(
            Unshipped(
                line_id=LineId("1"),
                sku=Sku("ICE"),
                quantity=2,
                action=UnshippedAction.HOLD,
                until_day=Day(739_940),
            ),
        ),
        levels=(LevelValue(level=Level.UNSHIPPED_UNITS, value=2, before_cost=True),),
    )

    message = plan_message(plan, OrderId("A-1"), ())

    assert message.unshipped[0].until_date == "2026-11-20"
    assert list(message.levels) == [
        order_pb2.LevelValue(level=order_pb2.LEVEL_UNSHIPPED_UNITS, value=2, before_cost=True)
    ]


def a_costly_shipment(node_id: str, *costs: CostPart) -> Shipment:
    return Shipment(
        node_id=NodeId(node_id),
        service_level_id=ServiceLevelId("UPS/GROUND"),
        parcels=(),
        ship_day=Day(739_940),
        delivery_day=Day(739_942),
        costs=costs,
    )


def test_each_part_of_the_cost_is_said_with_the_plan_and_with_its_shipment() -> None:
    freight = CostPart(kind=CostKind.FREIGHT, amount_milli=5_400)
    bonus = CostPart(kind=CostKind.RULE, amount_milli=-1_000, rule="many/bonus")
    split = CostPart(kind=CostKind.SPLIT, amount_milli=300, rule="many/split")
    plan = Plan(
        status=SolutionStatus.OPTIMAL,
        method=SolutionMethod.PARTITION,
        objective_milli=10_100,
        bound_milli=10_100,
        work=1,
        shipments=(
            a_costly_shipment("LYON", freight, bonus),
            a_costly_shipment("NICE"),
            a_costly_shipment("LILLE", freight),
        ),
        order_costs=(split,),
    )

    message = plan_message(plan, OrderId("A-1"), (1, 2, 3))

    first, second, third, last = (
        order_pb2.CostPart(kind=order_pb2.COST_KIND_FREIGHT, amount_minor=6),
        order_pb2.CostPart(kind=order_pb2.COST_KIND_RULE, amount_minor=-1, rule="many/bonus"),
        order_pb2.CostPart(kind=order_pb2.COST_KIND_FREIGHT, amount_minor=5),
        order_pb2.CostPart(kind=order_pb2.COST_KIND_SPLIT, amount_minor=0, rule="many/split"),
    )
    assert list(message.costs) == [first, second, third, last]
    assert [list(one.costs) for one in message.shipments] == [[first, second], [], [third]]
    assert [one.shipment_id for one in message.shipments] == ["A-1/1", "A-1/2", "A-1/3"]


def a_change(kind: ChangeKind, amount: int, **changes: Any) -> Counterfactual:
    settings = {"node_id": None, "service_level_id": None, "sku": None, "winner": (NodeId("LILLE"),)}
    return Counterfactual(kind=kind, amount=amount, **{**settings, **changes})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            a_change(ChangeKind.PRICE, 120, node_id="LILLE", service_level_id="UPS/GROUND"),
            "Had UPS/GROUND from LILLE cost 1.20 USD less, the order would have shipped otherwise, from LILLE.",
        ),
        (
            a_change(ChangeKind.STOCK, -1, node_id="LYON", sku="ICE"),
            "Had LYON held 1 unit fewer of ICE, the order would have shipped otherwise, from LILLE.",
        ),
        (
            a_change(ChangeKind.STOCK, 3, node_id="LILLE", sku="ICE", winner=("LILLE", "LYON")),
            "Had LILLE held 3 units more of ICE, the order would have shipped otherwise, from LILLE and LYON.",
        ),
        (
            a_change(ChangeKind.PROMISE, -2, winner=()),
            "Had the promise been 2 days earlier, nothing would have shipped.",
        ),
    ],
)
def test_a_counterfactual_is_one_plain_sentence(change: Counterfactual, sentence: str) -> None:
    assert counterfactual_message(change, "USD").sentence == sentence
