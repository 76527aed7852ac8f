"""The two worlds in which each scenario happens: the core alone, and a server that is called over gRPC."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import grpc
from google.protobuf.message import Message

from router.api.v1 import accounting_pb2, orders_pb2, routing_pb2
from router.app.accounting.reconcile import reconcile
from router.app.answers.decided import RoutedOrders
from router.app.commands.payments import PaymentWrite
from router.app.commands.rules import RulesCommand
from router.app.rules.checks import lint_rules_fast
from router.domain.identifiers import Instant
from router.domain.reasons import RouterError
from router.ledger.accounting.chart import Chart, Recognition
from router.service.to_proto.orders import event_message
from router.service.to_proto.routing import route_order_response
from router.settings import Settings
from router.wiring.application import Application, build_application
from tests.scenarios.beside import BY_ITSELF, Beside
from tests.scenarios.clock import ScenarioClock
from tests.scenarios.words import Core, Look, Verb
from tests.service.builders import MONDAY_NOON
from tests.service.harness import Client, read_refusal, serving

AGES = 10**9
NOON = Instant(MONDAY_NOON.seconds * 1_000_000)


class Refused(Exception):
    """The world said no."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message


class World(Protocol):
    """`clock` stands still until a scenario says that time passes."""

    clock: ScenarioClock
    beside: Beside

    def do(self, verb: Verb, request: Any) -> Any:
        """Do it, or raise Refused."""
        ...

    def see(self, look: Look, request: Any) -> Any:
        """The answer to a question, or raise Refused."""
        ...

    def events(self, order_id: str) -> list[Any]: ...

    def let_work(self, what: str, subject: Any) -> None:
        """Have done once what a server does by itself (`beside.BY_ITSELF`), or raise Refused."""
        ...

    def faults(self) -> list[str]: ...

    def differences(self) -> list[str]: ...


class CoreWorld:
    """The engine and its queries on a store in memory: no server, nothing is serialized."""

    def __init__(self, application: Application, clock: ScenarioClock) -> None:
        self.clock = clock
        self.core = Core(application, clock)
        self.beside = Beside(application)

    def do(self, verb: Verb, request: Any) -> Any:
        try:
            if verb.take is not None:
                return verb.take(self.core, request)
            command = verb.command(self.core, request)
            if isinstance(command, PaymentWrite):
                act = verb.method.removesuffix("Payment").lower()
                return getattr(self.core.application.cashier, act)(command).answer
            if isinstance(command, RulesCommand):
                reviewer = replace(self.core.application.reviewer, lint=lint_rules_fast)
                command = reviewer.ready(command, self.clock.now())
            answer = self.core.application.engine.submit(command).result(60).answer
            if not isinstance(answer, RoutedOrders):
                return answer
            return routing_pb2.RouteOrderResponse.FromString(route_order_response(answer, replayed=False))
        except RouterError as error:
            raise Refused(error.reason.name, str(error)) from error

    def see(self, look: Look, request: Any) -> Any:
        try:
            return look.read(self.core, request)
        except RouterError as error:
            raise Refused(error.reason.name, str(error)) from error

    def events(self, order_id: str) -> list[Any]:
        return list(map(event_message, self.core.application.queries.list_events(0, 1_000, order_id)))

    def let_work(self, what: str, subject: Any) -> None:
        let_work(self.beside, what, subject)

    def faults(self) -> list[str]:
        return list(self.core.application.queries.ledger.audit().faults)

    def differences(self) -> list[str]:
        """Between vouchers and books, whenever sales count as made."""
        with self.core.application.store.reader() as reader:
            found = [reconcile(reader, Chart(recognition=when)).differences for when in Recognition]
        return [one.text for differences in found for one in differences]


class GrpcWorld:
    """A server on a database in a file, and a client that knows nothing but the contract.

    `application` is what works in the server by itself.
    """

    def __init__(self, client: Client, clock: ScenarioClock, application: Application) -> None:
        self.clock = clock
        self.beside = Beside(application)
        self.client = client

    def do(self, verb: Verb, request: Any) -> Any:
        return self.call(verb.service, verb.method, request)

    def see(self, look: Look, request: Any) -> Any:
        return self.call(look.service, look.method, request)

    def call(self, service: str, method: str, request: Any) -> Any:
        sent = iter(request) if isinstance(request, list) else request
        try:
            answer = getattr(getattr(self.client, service), method)(sent, timeout=60)
            return answer if isinstance(answer, Message) else list(answer)
        except grpc.RpcError as error:
            refusal = read_refusal(error)
            raise Refused(refusal.reason, refusal.message) from error

    def events(self, order_id: str) -> list[Any]:
        request = orders_pb2.WatchOrdersRequest(order_id=order_id, no_follow=True)
        return list(self.client.orders.WatchOrders(request))

    def let_work(self, what: str, subject: Any) -> None:
        let_work(self.beside, what, subject)

    def faults(self) -> list[str]:
        return list(self.client.audit().faults)

    def differences(self) -> list[str]:
        request = accounting_pb2.ReconcileAccountingRequest()
        return [one.text for one in self.client.accounting.ReconcileAccounting(request).differences]


def let_work(beside: Beside, what: str, subject: Any) -> None:
    try:
        BY_ITSELF[what](beside, subject)
    except RouterError as error:
        raise Refused(error.reason.name, str(error)) from error


@contextmanager
def an_application(clock: ScenarioClock, database: str) -> Iterator[Application]:
    application = build_application(
        Settings(database=database, payments="fake", carriers="fake", clock_jump=AGES), clock=clock
    )
    try:
        yield application
    finally:
        application.close()


@contextmanager
def in_the_core(folder: Path) -> Iterator[World]:
    clock = ScenarioClock(NOON)
    with an_application(clock, ":memory:") as application:
        yield CoreWorld(application, clock)


@contextmanager
def over_grpc(folder: Path) -> Iterator[World]:
    clock = ScenarioClock(NOON)
    with an_application(clock, str(folder / "router.sqlite")) as application, serving(application) as server:
        client = Client(server.address)
        with client.channel:
            yield GrpcWorld(client, clock, application)


WORLDS = {"core": in_the_core, "grpc": over_grpc}
