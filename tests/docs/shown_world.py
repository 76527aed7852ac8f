"""A server on which commands of a page are played, and what fills it."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from router.api.v1 import (
    order_pb2,
    orders_pb2,
    payments_pb2,
    routing_pb2,
    tracking_pb2,
)
from router.domain.identifiers import Instant
from router.settings import Settings
from router.simulation.client import RouterClient
from router.simulation.company import drive_orders, load_company, simulated_company
from router.wiring.application import Application, build_application
from tests.docs.shown import ROOT, printed
from tests.scenarios.clock import ScenarioClock
from tests.service.builders import an_order
from tests.service.harness import Client, serving

DAY = 86_400
DEMO_SEED, DEMO_BATCH = 7, 50
PAGE_DAY = "2026-11-29T08:00:00+00:00"
AGES = 10**9


@dataclass(frozen=True)
class World:
    client: Client
    clock: ScenarioClock
    application: Application

    def type(self, line: str) -> str:
        return printed(line.split(), self.client.address)

    def route(self, order_id: str, lines: Mapping[str, int], **changes: Any) -> None:
        """An order of the shop of two nodes in France."""
        order = an_order(order_id, lines)
        for name, value in changes.items():
            setattr(order, name, value)
        self.route_order(order)

    def route_order(self, order: order_pb2.Order) -> None:
        self.client.routing.RouteOrder(
            routing_pb2.RouteOrderRequest(order=order, request_id=f"route {order.order_id}")
        )

    def send(self, order_id: str) -> None:
        """Its first shipment leaves."""
        self.client.orders.DispatchShipment(
            orders_pb2.DispatchShipmentRequest(shipment_id=f"{order_id}/1", request_id=f"go {order_id}")
        )

    def deliver(self, order_id: str) -> None:
        report = tracking_pb2.CarrierReport(
            status=tracking_pb2.CARRIER_STATUS_DELIVERED,
            time=datetime.fromtimestamp(self.clock.now() / 1e6, UTC),
        )
        told = tracking_pb2.ReportOfShipment(shipment_id=f"{order_id}/1", report=report)
        self.client.tracking.RecordCarrierReports(
            tracking_pb2.RecordCarrierReportsRequest(reports=[told], request_id=f"came {order_id}")
        )

    def pay(self, order_id: str, amount_minor: int, *, token: str = "", captured_minor: int = 0) -> None:
        """By card, as payment `P-1`."""
        self.client.payments.AuthorizePayment(
            payments_pb2.AuthorizePaymentRequest(
                payment_id="P-1",
                order_id=order_id,
                method=payments_pb2.PAYMENT_METHOD_CARD,
                amount_minor=amount_minor,
                token=token,
                request_id="pay",
            )
        )
        if captured_minor:
            self.client.payments.CapturePayment(
                payments_pb2.CapturePaymentRequest(
                    payment_id="P-1", amount_minor=captured_minor, request_id="take"
                )
            )


Build = Callable[[Path], AbstractContextManager[World]]
"""Begins a world; the folder is the one in which the commands are typed."""


@contextmanager
def a_world(now: str = PAGE_DAY, **settings: Any) -> Iterator[World]:
    clock = ScenarioClock(Instant(round(datetime.fromisoformat(now).timestamp() * 1e6)))
    application = build_application(Settings(database=":memory:", clock_jump=AGES, **settings), clock=clock)
    try:
        with serving(application) as server:
            client = Client(server.address)
            with client.channel:
                yield World(client, clock, application)
    finally:
        application.close()


def text_of(page: str, language: str, beginning: str) -> str:
    """The block of the page that begins so."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for block in re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if block.startswith(beginning):
            return str(block)
    raise AssertionError(f"no block of {page} begins with {beginning}")


@contextmanager
def the_demo(order_count: int, now: str = PAGE_DAY, **settings: Any) -> Iterator[World]:
    """What `router demo --keep --orders N` leaves running; no orders are those of `router.simulation.load`."""
    settings = {"rules": (ROOT / "rules/baseline",), "carriers": "fake", **settings}
    company = simulated_company(DEMO_SEED, order_count or 1_000)
    with a_world(now, **settings) as world:
        with RouterClient(world.client.address) as client:
            load_company(client, company)
            if order_count:
                drive_orders(client, company.orders, DEMO_BATCH)
        yield world


def an_american_order(order_id: str, postal_code: str, lines: Mapping[str, int]) -> order_pb2.Order:
    order = an_order(order_id, lines)
    order.destination.country, order.destination.postal_code = "US", postal_code
    return order


@contextmanager
def a_shop(stock: Mapping[str, Mapping[str, int]], now: str = PAGE_DAY, **settings: Any) -> Iterator[World]:
    """The shop of two nodes in France."""
    with a_world(now, **settings) as world:
        world.client.set_up(stock)
        yield world
