"""Orders routed, repeated, canceled, dispatched and explained over real gRPC."""

from google.protobuf.message import Message

from router.api.v1 import ledger_pb2, network_pb2, order_pb2, orders_pb2, routing_pb2
from tests.service.builders import MONDAY_NOON, a_route_request, an_order
from tests.service.harness import Client, Refusal, a_server, refusal_of


def without_replayed(message: Message) -> bytes:
    copy = type(message)()
    copy.CopyFrom(message)
    copy.ClearField("replayed")
    return copy.SerializeToString(deterministic=True)


def test_an_order_ships_from_the_near_node(client: Client) -> None:
    routed = client.routing.RouteOrder(a_route_request("near", {"RED-CLOCK": 2})).routed

    (shipment,) = routed.plan.shipments
    assert (shipment.shipment_id, shipment.node_id) == ("near/1", "LYON")
    assert (shipment.ship_date, shipment.delivery_date) == ("2026-11-16", "2026-11-17")
    assert routed.plan.total_minor == sum(part.amount_minor for part in routed.plan.costs) == 600
    assert routed.plan.status == order_pb2.SOLUTION_STATUS_OPTIMAL


def test_a_repeat_gets_the_recorded_answer_byte_for_byte(client: Client) -> None:
    request = a_route_request("twice", {"RED-CLOCK": 1})
    first, second = client.routing.RouteOrder(request), client.routing.RouteOrder(request)

    assert (first.replayed, second.replayed) == (False, True)
    assert without_replayed(first) == without_replayed(second)


def test_a_used_key_with_another_body_is_refused(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("first", request_id="same key"))
    refusal = refusal_of(client.routing.RouteOrder, a_route_request("second", request_id="same key"))

    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "IDEMPOTENCY_KEY_REUSED")


def test_a_refusal_is_repeated_like_any_answer(client: Client) -> None:
    request = a_route_request("unknown", {"NO-SUCH-SKU": 1})
    first, second = (refusal_of(client.routing.RouteOrder, request) for _ in range(2))

    assert (first.code, first.reason) == ("INVALID_ARGUMENT", "UNKNOWN_SKU")
    assert (first.message, first.facts["replayed"]) == (second.message, "false")
    assert second.facts["replayed"] == "true"


def test_an_order_is_routed_once(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("once", request_id="once 1"))
    refusal = refusal_of(client.routing.RouteOrder, a_route_request("once", request_id="once 2"))

    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "ORDER_ALREADY_ROUTED")


def test_a_dry_run_answers_and_books_nothing(client: Client) -> None:
    before = client.position()
    request = routing_pb2.RouteOrderRequest(
        order=an_order("dry", {"RED-CLOCK": 3}), validate_only=True, decision_time=MONDAY_NOON
    )
    routed = client.routing.RouteOrder(request).routed

    assert [shipment.node_id for shipment in routed.plan.shipments] == ["LYON"]
    assert routed.decision_id == ""
    assert client.position() == before


def test_a_batch_has_an_outcome_for_each_order_in_its_place(client: Client) -> None:
    request = routing_pb2.BatchRouteOrdersRequest(
        orders=[an_order("b-1"), an_order("b-2", {"NO-SUCH-SKU": 1}), an_order("b-3")],
        request_id="batch",
        decision_time=MONDAY_NOON,
    )
    results = client.routing.BatchRouteOrders(request).results

    assert [result.WhichOneof("outcome") for result in results] == ["routed", "error", "routed"]
    assert (results[1].error.order_id, results[1].error.reason) == ("b-2", "UNKNOWN_SKU")
    assert results[2].routed.order_id == "b-3"


def test_what_cannot_ship_is_an_outcome_and_no_error(client: Client) -> None:
    plan = client.routing.RouteOrder(a_route_request("too many", {"BLUE-VASE": 9})).routed.plan

    assert sum(unshipped.quantity for unshipped in plan.unshipped) > 0
    assert {unshipped.action for unshipped in plan.unshipped} == {order_pb2.UNSHIPPED_ACTION_BACKORDER}


def test_a_decision_is_found_by_its_id_and_by_its_order(client: Client) -> None:
    routed = client.routing.RouteOrder(a_route_request("found")).routed
    by_id = client.routing.GetDecision(routing_pb2.GetDecisionRequest(decision_id=routed.decision_id))
    by_order = client.routing.GetDecision(routing_pb2.GetDecisionRequest(order_id="found"))

    assert by_id == by_order
    assert by_id.routed == routed
    assert by_id.order.order_id == "found"


def test_a_decision_is_explained_and_replays_identically(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("why", {"RED-CLOCK": 1}))
    explained = client.routing.ExplainDecision(
        routing_pb2.ExplainDecisionRequest(order_id="why", replay=True)
    )

    assert explained.replay_identical
    assert [(one.node_id, one.rank, one.chosen) for one in explained.candidates] == [
        ("LYON", 1, True),
        ("LILLE", 2, False),
    ]
    assert [one.difference_minor for one in explained.candidates] == [0, 250]
    assert [shipment.node_id for shipment in explained.runner_up.shipments] == ["LILLE"]
    assert explained.runner_up_difference_minor == 250
    assert explained.summary == (
        "Shipped from LYON for 5.50 EUR because it was the cheapest of the nodes that could send everything; "
        "without it, LILLE would have cost 2.50 EUR more."
    )
    assert [one.sentence for one in explained.counterfactuals][:1] == [
        "Had POSTE/GROUND from LILLE cost 2.50 EUR less, the order would have shipped otherwise, from LILLE."
    ]


def test_an_explanation_that_was_not_asked_to_replay_says_nothing_of_it(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("why not"))
    explained = client.routing.ExplainDecision(routing_pb2.ExplainDecisionRequest(order_id="why not"))

    assert not explained.HasField("replay_identical")


def test_an_order_to_be_collected_at_no_node_is_refused_alone(client: Client) -> None:
    lost = an_order("lost pickup")
    lost.pickup_node_id = "ATLANTIS"
    results = client.routing.BatchRouteOrders(
        routing_pb2.BatchRouteOrdersRequest(orders=[lost, an_order("sent")], request_id="pickups")
    ).results

    assert [result.WhichOneof("outcome") for result in results] == ["error", "routed"]
    assert (results[0].error.reason, results[0].error.message) == (
        "UNKNOWN_NODE",
        "order `lost pickup` is to be collected at node `ATLANTIS`, which the network does not have; "
        "name a node of it, or leave the pickup out",
    )


def test_an_order_is_canceled_and_its_stock_is_free_again(client: Client) -> None:
    before = client.available("TIN-LAMP")
    client.routing.RouteOrder(a_route_request("change of mind", {"TIN-LAMP": 4}))
    canceled = client.orders.CancelOrder(
        orders_pb2.CancelOrderRequest(order_id="change of mind", request_id="cancel it")
    )

    assert canceled.released_quantity == 4
    assert canceled.record.state == orders_pb2.ORDER_STATE_CANCELED
    assert client.available("TIN-LAMP") == before


def test_a_dispatched_shipment_cannot_be_canceled(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("gone"))
    record = client.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id="gone/1", request_id="dispatch it")
    ).record
    refusal = refusal_of(
        client.orders.CancelOrder, orders_pb2.CancelOrderRequest(order_id="gone", request_id="too late")
    )

    assert record.state == orders_pb2.ORDER_STATE_DISPATCHED
    assert list(record.dispatched_shipment_ids) == ["gone/1"]
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "ORDER_STATE_FORBIDS")


def test_orders_are_listed_page_by_page(client: Client) -> None:
    for number in range(5):
        client.routing.RouteOrder(a_route_request(f"page {number}"))
    seen: list[str] = []
    token = ""
    while True:
        page = client.orders.ListOrders(orders_pb2.ListOrdersRequest(page_size=2, page_token=token))
        seen += [record.order.order_id for record in page.records]
        token = page.next_page_token
        if not token:
            break

    assert len(seen) == len(set(seen))
    assert seen[-5:] == [f"page {number}" for number in range(5)]


def test_entries_and_balances_are_listed(client: Client) -> None:
    entries = client.ledger.ListEntries(ledger_pb2.ListEntriesRequest(page_size=3)).entries
    balances = client.ledger.ListBalances(ledger_pb2.ListBalancesRequest(node_id="LILLE", sku="BLUE-VASE"))

    assert [entry.position for entry in entries] == [1, 2, 3]
    assert {entry.code for entry in entries} == {"SNAPSHOT_TRUE_UP"}
    assert "LILLE/BLUE-VASE/on_hand" in [balance.account for balance in balances.balances]


def test_catalog_and_network_are_read_back(client: Client) -> None:
    product = client.network.GetProduct(network_pb2.GetProductRequest(sku="RED-CLOCK")).product
    products = client.network.ListProducts(network_pb2.ListProductsRequest()).products
    network = client.network.GetNetwork(network_pb2.GetNetworkRequest())
    again = client.network.GetNetwork(network_pb2.GetNetworkRequest(network_digest=network.network_digest))

    assert (product.sku, product.weight_grams, product.temperature) == ("RED-CLOCK", 500, "AMBIENT")
    assert [one.sku for one in products] == ["BLUE-VASE", "RED-CLOCK", "TIN-LAMP"]
    assert [node.node_id for node in network.network.nodes] == ["LILLE", "LYON"]
    assert again == network


def refusals_of_names_that_lead_nowhere(client: Client) -> list[Refusal]:
    return [
        refusal_of(client.orders.GetOrder, orders_pb2.GetOrderRequest(order_id="nobody's")),
        refusal_of(client.routing.GetDecision, routing_pb2.GetDecisionRequest(decision_id="d-999999999999")),
        refusal_of(client.network.GetNetwork, network_pb2.GetNetworkRequest(network_digest="0" * 64)),
    ]


def test_what_is_not_there_is_not_found(client: Client) -> None:
    refusals = refusals_of_names_that_lead_nowhere(client)

    assert [refusal.code for refusal in refusals] == ["NOT_FOUND"] * 3
    assert [refusal.reason for refusal in refusals] == [
        "ORDER_NOT_FOUND",
        "DECISION_NOT_FOUND",
        "DOCUMENT_NOT_FOUND",
    ]


def test_before_the_first_network_nothing_is_routed() -> None:
    with a_server() as empty:
        refusal = refusal_of(empty.routing.RouteOrder, a_route_request("early"))

    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "NETWORK_NOT_READY")
