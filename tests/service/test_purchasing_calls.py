"""Purchasing over the wire and at the terminal."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from router.api.v1 import inventory_pb2
from router.api.v1 import purchasing_pb2 as pb
from router.cli.main import run
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of

CLOCK = "RED-CLOCK"
NEXT_YEAR = date.today().year + 1


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server() as client:
        client.set_up({"LYON": {CLOCK: 0}})
        yield client


def acme(**changes: Any) -> pb.Supplier:
    settings: dict[str, Any] = {
        "supplier_id": "acme",
        "name": "Acme Clocks",
        "lead_hours": 120,
        "lead_deviation_hours": 24,
        "order_cost_minor": 2_500,
        "min_order_value_minor": 2_000,
        "node_id": "LYON",
        "offers": [pb.SupplierOffer(sku=CLOCK, unit_price_minor=400, pack_units=6, min_units=6)],
    }
    return pb.Supplier(**{**settings, **changes})


def put(client: Client, *suppliers: pb.Supplier, key: str = "put") -> pb.PutSuppliersResponse:
    return client.purchasing.PutSuppliers(pb.PutSuppliersRequest(suppliers=suppliers, request_id=key))


def place(client: Client, quantity: int = 12, key: str = "place", **changes: Any) -> pb.PurchaseOrder:
    request = pb.PlacePurchaseOrderRequest(
        supplier_id="acme",
        purchase_order_id="po-1",
        lines=[pb.UnitsToPurchase(sku=CLOCK, quantity=quantity)],
        expected_date=f"{NEXT_YEAR}-12-01",
        request_id=key,
        **changes,
    )
    return client.purchasing.PlacePurchaseOrder(request).purchase_order


def test_suppliers_are_shown_as_they_were_put(client: Client) -> None:
    first, second = put(client, acme()), put(client, acme())

    assert (first.supplier_count, first.replayed, second.replayed) == (1, False, True)
    assert client.purchasing.GetSupplier(pb.GetSupplierRequest(supplier_id="acme")).supplier == acme()
    assert list(client.purchasing.ListSuppliers(pb.ListSuppliersRequest()).suppliers) == [acme()]


def test_a_purchase_order_lives(client: Client) -> None:
    put(client, acme())
    assert place(client).state == pb.PURCHASE_ORDER_STATE_PLACED
    acknowledged = client.purchasing.AcknowledgePurchaseOrder(
        pb.AcknowledgePurchaseOrderRequest(
            purchase_order_id="po-1", expected_date=f"{NEXT_YEAR}-12-03", reference="AC-7", request_id="ack"
        )
    ).purchase_order
    assert (acknowledged.expected_date, acknowledged.reference) == (f"{NEXT_YEAR}-12-03", "AC-7")
    client.purchasing.ChangePurchaseOrderDate(
        pb.ChangePurchaseOrderDateRequest(
            purchase_order_id="po-1", expected_date=f"{NEXT_YEAR}-12-05", request_id="date"
        )
    )
    part = pb.ReceivePurchaseOrderRequest(
        purchase_order_id="po-1",
        lines=[pb.PurchasedUnitsReceived(sku=CLOCK, quantity=5, damaged=1)],
        request_id="truck",
    )
    first, again = client.purchasing.ReceivePurchaseOrder(part), client.purchasing.ReceivePurchaseOrder(part)
    assert (first.replayed, again.replayed, client.available(CLOCK)["LYON"]) == (False, True, 5)
    found = client.inventory.GetAvailability(inventory_pb2.GetAvailabilityRequest(skus=[CLOCK]))
    assert [(one.purchase_order_id, one.quantity, one.expected_date) for one in found.rows[0].inbound] == [
        ("po-1", 6, f"{NEXT_YEAR}-12-05")
    ]
    canceled = client.purchasing.CancelPurchaseOrder(
        pb.CancelPurchaseOrderRequest(purchase_order_id="po-1", reason="late", request_id="cancel")
    ).purchase_order
    (line,) = canceled.lines
    assert canceled.state == pb.PURCHASE_ORDER_STATE_RECEIVED
    assert (line.ordered, line.received, line.damaged, line.closed, line.left) == (12, 5, 1, 6, 0)
    get = pb.GetPurchaseOrderRequest(purchase_order_id="po-1")
    assert client.purchasing.GetPurchaseOrder(get).purchase_order == canceled
    listed = client.purchasing.ListPurchaseOrders(pb.ListPurchaseOrdersRequest(supplier_id="acme"))
    assert list(listed.purchase_orders) == [canceled]
    open_only = client.purchasing.ListPurchaseOrders(pb.ListPurchaseOrdersRequest(open_only=True))
    assert not open_only.purchase_orders
    assert list(client.audit().faults) == []


def test_what_is_to_come_can_be_promised_after_all_that_waits(client: Client) -> None:
    put(client, acme())
    client.routing.RouteOrder(a_route_request("A-1", {CLOCK: 2}))
    place(client)
    client.purchasing.PlacePurchaseOrder(
        pb.PlacePurchaseOrderRequest(
            supplier_id="acme",
            lines=[pb.UnitsToPurchase(sku=CLOCK, quantity=6)],
            expected_date=f"{NEXT_YEAR - 1}-01-01",
            request_id="long ago",
        )
    )

    found = client.purchasing.GetAvailableToPromise(pb.GetAvailableToPromiseRequest(skus=[CLOCK]))

    (one,) = found.products
    assert (one.free, one.waiting, one.undated) == (0, 2, 6)
    assert [(day.date, day.inbound, day.available) for day in one.days] == [(f"{NEXT_YEAR}-12-01", 12, 10)]


def test_so_many_may_wait_and_those_are_listed(client: Client) -> None:
    limits = [pb.BackorderLimit(sku=CLOCK, units=3)]
    put_limits = pb.PutBackorderLimitsRequest(limits=limits, request_id="limits")
    first, again = (client.purchasing.PutBackorderLimits(put_limits) for _ in range(2))
    assert (first.limit_count, first.replayed, again.replayed) == (1, False, True)
    assert list(client.purchasing.ListBackorderLimits(pb.ListBackorderLimitsRequest()).limits) == limits

    waits = client.routing.RouteOrder(a_route_request("A-1", {CLOCK: 2}))
    refused = client.routing.RouteOrder(a_route_request("A-2", {CLOCK: 2}))
    assert waits.routed.plan.unshipped[0].reason != "BACKORDER_LIMIT"
    assert refused.routed.plan.unshipped[0].reason == "BACKORDER_LIMIT"
    found = client.purchasing.ListBackorders(pb.ListBackordersRequest(sku=CLOCK))
    assert [(one.order_id, one.quantity, one.expected_date) for one in found.backorders] == [("A-1", 2, "")]
    (one,) = client.purchasing.GetAvailableToPromise(pb.GetAvailableToPromiseRequest(skus=[CLOCK])).products
    assert (one.waiting, one.backorder_limit) == (2, 3)
    wrong = [pb.BackorderLimit(units=-1), pb.BackorderLimit(sku=CLOCK)]
    request = pb.PutBackorderLimitsRequest(limits=wrong, request_id="wrong")
    assert refusal_of(client.purchasing.PutBackorderLimits, request).violations == {
        "limits[0].sku": "REQUIRED",
        "limits[0].units": "OUT_OF_RANGE",
    }


def test_a_suggestion_can_be_placed_as_it_is(client: Client) -> None:
    put(client, acme())
    client.routing.RouteOrder(a_route_request("A-1", {CLOCK: 2}))

    found = client.purchasing.SuggestPurchases(pb.SuggestPurchasesRequest(skus=[CLOCK]))

    (order,) = found.orders
    (line,) = order.lines
    assert (order.supplier_id, order.node_id, order.below_minimum) == ("acme", "LYON", False)
    assert (line.free, line.inbound, line.waiting, line.demand_per_day) == (0, 0, 2, 2)
    assert line.quantity % 6 == 0
    assert line.quantity >= line.order_up_to + 2
    assert place(client, line.quantity).lines[0].left == line.quantity
    assert not client.purchasing.SuggestPurchases(pb.SuggestPurchasesRequest()).orders


def test_every_fault_is_named(client: Client) -> None:
    offers = [pb.SupplierOffer(sku=CLOCK, unit_price_minor=-1), pb.SupplierOffer(sku=CLOCK)]
    refused = refusal_of(put, client, pb.Supplier(lead_hours=-1, offers=offers))
    assert refused.violations == {
        "suppliers[0].supplier_id": "REQUIRED",
        "suppliers[0].lead_hours": "OUT_OF_RANGE",
        "suppliers[0].node_id": "REQUIRED",
        "suppliers[0].offers[0].unit_price_minor": "OUT_OF_RANGE",
        "suppliers[0].offers[1].sku": "DUPLICATE",
    }
    line = pb.PurchasedUnitsReceived(sku=CLOCK, expiry_date="2099-01-01")
    receive = pb.ReceivePurchaseOrderRequest(purchase_order_id="po-1", lines=[line], request_id="r")
    assert refusal_of(client.purchasing.ReceivePurchaseOrder, receive).violations == {
        "lines[0].quantity": "OUT_OF_RANGE",
        "lines[0].expiry_date": "WITHOUT_LOT",
    }
    policy = pb.SuggestPurchasesRequest(service_permille=1_000, review_days=91)
    assert set(refusal_of(client.purchasing.SuggestPurchases, policy).violations) == {
        "service_permille",
        "review_days",
    }


def test_a_person_buys_at_the_terminal(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    put(client, acme())
    client.routing.RouteOrder(a_route_request("A-1", {CLOCK: 2}))

    def said(*arguments: str) -> str:
        assert run(["purchase", *arguments, "--address", client.address]) == 0
        return capsys.readouterr().out

    assert "acme      open    LYON  120 ± 24 h" in said("suppliers")
    assert "acme to LYON" in said("suggest")
    assert "PLACED" in said(
        "place", "acme", f"{CLOCK}=12", "--id", "po-1", "--expected", f"{NEXT_YEAR}-12-01"
    )
    assert f"{NEXT_YEAR}-12-02" in said("acknowledge", "po-1", "--expected", f"{NEXT_YEAR}-12-02")
    assert f"{NEXT_YEAR}-12-04" in said("date", "po-1", f"{NEXT_YEAR}-12-04")
    assert "PARTLY_RECEIVED" in said("receive", "po-1", f"{CLOCK}=4/1")
    assert run(["purchase", "receive", "po-1", f"{CLOCK}=700", "--address", client.address]) == 1
    assert "where that is true, say --extra" in capsys.readouterr().err
    assert f"{NEXT_YEAR}-12-04" in said("promisable", CLOCK)
    assert "po-1" in said("list")
    assert "RECEIVED" in said("cancel", "po-1", "--reason", "late")
    assert "nothing is on order" in said("list")
    assert "PLACED" in said("suggest", "--place")
    assert "po-1" in said("list", "--all")
    assert "1 limit put" in said("limit", f"{CLOCK}=5")
    assert f"{CLOCK}  at most 5 may wait" in said("limits")
    assert "A-1" in said("waiting", CLOCK)
    assert "any number" in (said("limit", f"{CLOCK}=any") and said("limits"))
