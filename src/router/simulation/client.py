"""A small gRPC client of the router: whole networks, catalogs, snapshots and batches of orders in one call each."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Self

import grpc

from router.api.messages.network import network_message, product_message
from router.api.messages.orders import order_message
from router.api.messages.times import timestamp
from router.api.v1 import inventory_pb2, ledger_pb2, network_pb2, orders_pb2, routing_pb2
from router.api.v1.inventory_pb2_grpc import InventoryServiceStub
from router.api.v1.ledger_pb2_grpc import LedgerServiceStub
from router.api.v1.network_pb2_grpc import NetworkServiceStub
from router.api.v1.orders_pb2_grpc import OrdersServiceStub
from router.api.v1.routing_pb2_grpc import RoutingServiceStub
from router.domain.identifiers import Instant, NodeId, OrderId, Sku
from router.domain.network import Network
from router.domain.order import Order
from router.domain.product import Product

PRODUCTS_PER_REQUEST = 1_000
ROWS_PER_CHUNK = 5_000
ORDERS_PER_CHUNK = 500
MESSAGE_BYTES_MAX = 64 << 20
TIMEOUT_SECONDS = 300.0

# Every call that writes carries a request id, so sending it again when the queue is full repeats nothing.
SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [{"service": ""}],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.05s",
                "maxBackoff": "2s",
                "backoffMultiplier": 3,
                "retryableStatusCodes": ["RESOURCE_EXHAUSTED"],
            },
        }
    ]
}
CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.service_config", json.dumps(SERVICE_CONFIG)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The answer to a wave: one outcome for each order, and the wave as a whole."""

    results: tuple[routing_pb2.RouteResult, ...]
    summary: routing_pb2.WaveSummary


class RouterClient:
    """One channel to a server at `address`; a context manager. Calls raise `grpc.RpcError` when refused."""

    def __init__(self, address: str) -> None:
        self.channel = grpc.insecure_channel(address, options=CHANNEL_OPTIONS)
        self.network = NetworkServiceStub(self.channel)
        self.inventory = InventoryServiceStub(self.channel)
        self.routing = RoutingServiceStub(self.channel)
        self.orders = OrdersServiceStub(self.channel)
        self.ledger = LedgerServiceStub(self.channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.channel.close()

    def put_network(self, network: Network, request_id: str) -> str:
        """Replaces the network; gives its digest."""
        request = network_pb2.PutNetworkRequest(network=network_message(network), request_id=request_id)
        return self.network.PutNetwork(request, timeout=TIMEOUT_SECONDS).network_digest

    def put_products(self, products: Sequence[Product], request_id: str) -> None:
        """Adds or replaces products, in as many requests as they need."""
        for start in range(0, len(products), PRODUCTS_PER_REQUEST):
            request = network_pb2.PutProductsRequest(
                products=map(product_message, products[start : start + PRODUCTS_PER_REQUEST]),
                request_id=f"{request_id}/{start}",
            )
            self.network.PutProducts(request, timeout=TIMEOUT_SECONDS)

    def upload_stock(
        self, feed_id: str, sequence: int, stock: Mapping[NodeId, Mapping[Sku, int]], request_id: str
    ) -> inventory_pb2.UploadStockSnapshotResponse:
        """Streams a full snapshot of physical stock of the nodes of `stock`."""
        header = inventory_pb2.SnapshotHeader(
            request_id=request_id,
            feed_id=feed_id,
            sequence=sequence,
            basis=inventory_pb2.SNAPSHOT_BASIS_PHYSICAL,
            scope=inventory_pb2.SNAPSHOT_SCOPE_FULL,
            row_count=sum(map(len, stock.values())),
        )
        return self.inventory.UploadStockSnapshot(_snapshot_parts(header, stock), timeout=TIMEOUT_SECONDS)

    def adjust_stock(
        self, node_id: NodeId, sku: Sku, delta: int, reason_code: str, request_id: str, reference: str = ""
    ) -> None:
        """Books one receipt, return or correction."""
        request = inventory_pb2.AdjustStockRequest(
            node_id=node_id,
            sku=sku,
            delta=delta,
            reason_code=reason_code,
            request_id=request_id,
            reference=reference,
        )
        self.inventory.AdjustStock(request, timeout=TIMEOUT_SECONDS)

    def route_batch(
        self, orders: Sequence[Order], request_id: str, decision_time: Instant
    ) -> Sequence[routing_pb2.RouteResult]:
        """Routes up to 1,000 orders as if one after another; one outcome each, in order."""
        request = routing_pb2.BatchRouteOrdersRequest(
            orders=map(order_message, orders),
            request_id=request_id,
            decision_time=timestamp(decision_time),
        )
        return self.routing.BatchRouteOrders(request, timeout=TIMEOUT_SECONDS).results

    def route_wave(self, orders: Sequence[Order], request_id: str, decision_time: Instant) -> Wave:
        """Routes up to 20,000 orders jointly; their outcomes in order, and the proven bound."""
        header = routing_pb2.WaveHeader(request_id=request_id, decision_time=timestamp(decision_time))
        results: list[routing_pb2.RouteResult] = []
        summary = routing_pb2.WaveSummary()
        for answer in self.routing.RouteWave(_wave_parts(header, orders), timeout=TIMEOUT_SECONDS):
            results += answer.results.results
            if answer.HasField("summary"):
                summary = answer.summary
        return Wave(results=tuple(results), summary=summary)

    def explain(self, order_id: OrderId, *, replay: bool) -> routing_pb2.ExplainDecisionResponse:
        """Why an order was decided as it was; with `replay`, decided again from its stored inputs."""
        request = routing_pb2.ExplainDecisionRequest(order_id=order_id, replay=replay)
        return self.routing.ExplainDecision(request, timeout=TIMEOUT_SECONDS)

    def dispatch(self, shipment_id: str) -> None:
        """Books that a shipment left its node."""
        request = orders_pb2.DispatchShipmentRequest(
            shipment_id=shipment_id, request_id=f"dispatch/{shipment_id}"
        )
        self.orders.DispatchShipment(request, timeout=TIMEOUT_SECONDS)

    def cancel(
        self, order_id: OrderId, quantities: Mapping[str, int], reason: str, request_id: str
    ) -> orders_pb2.CancelOrderResponse:
        """Cancels units per line id that have not been dispatched; no lines mean all of the order."""
        request = orders_pb2.CancelOrderRequest(
            order_id=order_id,
            lines=[
                orders_pb2.LineQuantity(line_id=line, quantity=units) for line, units in quantities.items()
            ],
            reason=reason,
            request_id=request_id,
        )
        return self.orders.CancelOrder(request, timeout=TIMEOUT_SECONDS)

    def audit(self) -> ledger_pb2.AuditLedgerResponse:
        """Has the server check its whole ledger."""
        return self.ledger.AuditLedger(ledger_pb2.AuditLedgerRequest(), timeout=TIMEOUT_SECONDS)


def _snapshot_parts(
    header: inventory_pb2.SnapshotHeader, stock: Mapping[NodeId, Mapping[Sku, int]]
) -> Iterator[inventory_pb2.UploadStockSnapshotRequest]:
    yield inventory_pb2.UploadStockSnapshotRequest(header=header)
    for node_id, rows in stock.items():
        items = iter(rows.items())
        while some := list(islice(items, ROWS_PER_CHUNK)):
            skus, quantities = zip(*some, strict=True)
            chunk = inventory_pb2.SnapshotChunk(node_id=node_id, skus=skus, quantities=quantities)
            yield inventory_pb2.UploadStockSnapshotRequest(chunk=chunk)


def _wave_parts(
    header: routing_pb2.WaveHeader, orders: Sequence[Order]
) -> Iterator[routing_pb2.RouteWaveRequest]:
    yield routing_pb2.RouteWaveRequest(header=header)
    for first in range(0, len(orders), ORDERS_PER_CHUNK):
        chunk = routing_pb2.WaveOrders(orders=map(order_message, orders[first : first + ORDERS_PER_CHUNK]))
        yield routing_pb2.RouteWaveRequest(orders=chunk)
