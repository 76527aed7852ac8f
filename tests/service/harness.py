"""A real server in this process, and what a client sees of it."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from router.api.v1 import (
    accounting_pb2_grpc,
    carriers_pb2_grpc,
    channels_pb2_grpc,
    columns_pb2_grpc,
    customers_pb2_grpc,
    delays_pb2_grpc,
    events_pb2_grpc,
    feeds_pb2_grpc,
    fulfillment_pb2_grpc,
    inventory_pb2,
    inventory_pb2_grpc,
    ledger_pb2,
    ledger_pb2_grpc,
    metrics_pb2_grpc,
    network_pb2,
    network_pb2_grpc,
    orders_pb2,
    orders_pb2_grpc,
    payments_pb2_grpc,
    purchasing_pb2_grpc,
    reservations_pb2_grpc,
    resources_pb2_grpc,
    returns_pb2_grpc,
    routing_pb2_grpc,
    rules_pb2,
    rules_pb2_grpc,
    tracking_pb2_grpc,
)
from router.service.desk import Desk
from router.service.server import Listen, RouterServer
from router.service.servicers import servicers
from router.settings import Settings
from router.wiring.application import Application, build_application, desk_of
from tests.service.builders import a_network, a_snapshot, on_account, products

LOCAL = Listen(address="127.0.0.1:0")


class Loop:
    """One event loop in a thread of its own: gRPC allows one a process."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="server", daemon=True).start()

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=60)


LOOP = Loop()


class Client:
    """Stubs on one channel, and the few questions that tests ask all the time."""

    def __init__(self, address: str, channel: grpc.Channel | None = None) -> None:
        self.address = address
        self.channel = channel or grpc.insecure_channel(
            address,
            options=(("grpc.use_local_subchannel_pool", 1), ("grpc.max_send_message_length", -1)),
        )
        self.routing = routing_pb2_grpc.RoutingServiceStub(self.channel)
        self.columns = columns_pb2_grpc.ColumnsServiceStub(self.channel)
        self.orders = orders_pb2_grpc.OrdersServiceStub(self.channel)
        self.customers = customers_pb2_grpc.CustomersServiceStub(self.channel)
        self.channels = channels_pb2_grpc.ChannelsServiceStub(self.channel)
        self.carriers = carriers_pb2_grpc.CarriersServiceStub(self.channel)
        self.payments = payments_pb2_grpc.PaymentsServiceStub(self.channel)
        self.purchasing = purchasing_pb2_grpc.PurchasingServiceStub(self.channel)
        self.resources = resources_pb2_grpc.ResourcesServiceStub(self.channel)
        self.returns = returns_pb2_grpc.ReturnsServiceStub(self.channel)
        self.accounting = accounting_pb2_grpc.AccountingServiceStub(self.channel)
        self.inventory = inventory_pb2_grpc.InventoryServiceStub(self.channel)
        self.reservations = reservations_pb2_grpc.ReservationsServiceStub(self.channel)
        self.fulfillment = fulfillment_pb2_grpc.FulfillmentServiceStub(self.channel)
        self.delays = delays_pb2_grpc.DelaysServiceStub(self.channel)
        self.tracking = tracking_pb2_grpc.TrackingServiceStub(self.channel)
        self.feeds = feeds_pb2_grpc.FeedsServiceStub(self.channel)
        self.network = network_pb2_grpc.NetworkServiceStub(self.channel)
        self.rules = rules_pb2_grpc.RulesServiceStub(self.channel)
        self.events = events_pb2_grpc.EventsServiceStub(self.channel)
        self.metrics = metrics_pb2_grpc.MetricsServiceStub(self.channel)
        self.ledger = ledger_pb2_grpc.LedgerServiceStub(self.channel)

    def set_up(self, stock: Mapping[str, Mapping[str, int]], *, is_on_account: bool = False) -> None:
        """A network, the products of `stock`, the stock, and no rules but that goods may leave unpaid, if they may."""
        skus = sorted({sku for rows in stock.values() for sku in rows})
        self.network.PutNetwork(network_pb2.PutNetworkRequest(network=a_network(), request_id="network"))
        self.network.PutProducts(
            network_pb2.PutProductsRequest(products=products(*skus), request_id="products")
        )
        self.inventory.UploadStockSnapshot(iter(a_snapshot(stock)))
        if is_on_account:
            files = [rules_pb2.RuleFile(name="paid.yaml", content=on_account().encode())]
            self.rules.ActivateRules(rules_pb2.ActivateRulesRequest(files=files, request_id="paid elsewhere"))

    def available(self, sku: str) -> dict[str, int]:
        found = self.inventory.GetAvailability(inventory_pb2.GetAvailabilityRequest(skus=[sku]))
        return {row.node_id: row.available for row in found.rows}

    def audit(self) -> ledger_pb2.AuditLedgerResponse:
        return self.ledger.AuditLedger(ledger_pb2.AuditLedgerRequest())

    def position(self) -> tuple[int, int]:
        """Entries booked and events told: equal before and after means that nothing was applied."""
        found = self.audit()
        assert list(found.faults) == []
        events = self.orders.WatchOrders(orders_pb2.WatchOrdersRequest(no_follow=True))
        return found.entry_count, sum(1 for _ in events)

    def send_bytes(self, method: str, *payloads: bytes) -> bytes:
        """Raw bytes to a method, whatever they are."""
        call: Any = self.channel.stream_unary(method)
        return call(iter(payloads), timeout=30)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A failed call as a program sees it."""

    code: str
    message: str
    reason: str
    domain: str
    facts: dict[str, str]
    violations: dict[str, str]
    """Code by path."""
    retry_milliseconds: int | None


def refusal_of(call: Callable[..., Any], *arguments: Any) -> Refusal:
    """The refusal that `call` ends with; it must end with one."""
    try:
        answer = call(*arguments)
        raise AssertionError(f"not refused: {answer}")
    except grpc.RpcError as error:
        return read_refusal(error)


def read_refusal(error: Any) -> Refusal:
    status, info, bad_request, retry = Status(), ErrorInfo(), BadRequest(), RetryInfo()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value)
    unpacked: list[tuple[Any, Message]] = [
        (detail, kind) for detail in status.details for kind in (info, bad_request, retry)
    ]
    has_retry = [detail.Unpack(kind) for detail, kind in unpacked if kind is retry]
    for detail, kind in unpacked:
        detail.Unpack(kind)
    return Refusal(
        code=error.code().name,
        message=error.details(),
        reason=info.reason,
        domain=info.domain,
        facts=dict(info.metadata),
        violations={one.field: one.reason for one in bad_request.field_violations},
        retry_milliseconds=retry.retry_delay.ToMilliseconds() if any(has_retry) else None,
    )


@contextmanager
def serving(application: Application, listen: Listen = LOCAL) -> Iterator[RouterServer]:
    async def start() -> tuple[Desk, RouterServer]:
        desk = desk_of(application)
        server = RouterServer(
            servicers(desk), listen, application.clock.now, desk.watchers.end, application.engine.admit_orders
        )
        await server.start()
        return desk, server

    desk, server = LOOP.run(start())
    try:
        yield server
    finally:
        LOOP.run(server.stop(grace_seconds=5))
        desk.close()


@contextmanager
def a_server(database: str = ":memory:", listen: Listen = LOCAL, **settings: Any) -> Iterator[Client]:
    """A client of a fresh server on `database`."""
    application = build_application(Settings(database=database, **settings))
    try:
        with serving(application, listen) as server:
            client = Client(server.address)
            with client.channel:
                yield client
    finally:
        application.close()


def take(items: Iterable[Any], count: int) -> list[Any]:
    """The next `count` items, and not one more: of a stream that would mean waiting."""
    return list(islice(items, count))
