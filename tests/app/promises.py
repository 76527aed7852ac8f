"""Random carts at random retailers: what each is promised, and what it gets when it is placed."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from random import Random
from typing import Any

from msgspec import structs

from router.app.answers.answer import Answered
from router.app.answers.promises import Promise
from router.app.commands.command import Command
from router.app.commands.documents import PutNetwork, PutProducts
from router.app.commands.questions import QuotePromise
from router.app.commands.rules import ActivateRules
from router.domain.carrier import Carrier
from router.domain.identifiers import CarrierId, OrderId, ServiceLevelId
from router.domain.order import Order
from router.domain.plan import Plan, UnshippedAction
from router.routing.world import OrderToRoute
from tests.app.builders import WAIT_SECONDS, Shop, a_shop, cancel_order, digest, route_orders
from tests.app.rule_builders import ready
from tests.routing.random_worlds import (
    random_requests,
    random_rules,
    random_shelf,
    random_world,
    with_random_lanes,
)


def quote_promise(order: Order, *levels: str, **changes: Any) -> QuotePromise:
    return QuotePromise(order=order, service_level_ids=tuple(map(ServiceLevelId, levels)), **changes)


def promised_and_placed(seed: int, carts: int) -> Iterator[tuple[Plan, Plan]]:
    """For each cart and each way to send it: the plan that was promised, and that of the order placed so.

    Every other retailer has transfer lanes. All are promised first. What is placed is canceled again, so that every
    order meets the stock of the promises.
    """
    random = Random(seed)
    world = random_world(random)
    if seed % 2:
        world = with_random_lanes(Random(~seed), world)
    shelf = random_shelf(random, world)
    with a_shop() as shop:
        carriers = tuple(Carrier(id=CarrierId(name)) for name in ("CHRONO", "GELS", "POSTE"))
        network = replace(world.network.network, carriers=carriers)
        shop.ask(PutNetwork(request_id="net", body_digest=digest(seed), network=network))
        shop.ask(
            PutProducts(
                request_id="goods", body_digest=digest(seed, "goods"), products=tuple(world.products.values())
            )
        )
        use(shop, random_rules(random))
        for sku in world.products:
            for node_id, units in shelf.available(sku).items():
                if units:
                    shop.adjust(node_id, sku, units)
        requests = random_requests(random, carts)
        quotes = [
            submit(shop, quote_promise(cart_of(request), decision_time=request.decision_time))
            for request in requests
        ]
        placed = [
            (promise.plan, place(shop, request, f"order-{number}-{way}", promise))
            for number, (request, quoted) in enumerate(zip(requests, quotes, strict=True))
            for way, promise in enumerate(answer_of(quoted).promises)
        ]
        for promised, (answered, *ended) in placed:
            yield promised, answer_of(answered).results[0].plan
            for one in ended:
                answer_of(one)


def cart_of(request: OrderToRoute) -> Order:
    return structs.replace(request.order, id=OrderId("cart"))


def place(shop: Shop, request: OrderToRoute, id: str, promise: Promise) -> "list[Future[Answered]]":
    """Place the order as it was promised, and behind it cancel it; what is answered to either comes later."""
    order = structs.replace(request.order, id=OrderId(id))
    if promise.service_level_id is not None:
        order = structs.replace(order, service_level_ids=(promise.service_level_id,))
    commands: list[Command] = [
        route_orders(order, key=shop.key(), decision_time=request.decision_time),
        cancel_order(order.id, None, key=shop.key()),
    ]
    is_open = leaves_something_open(promise.plan)
    return [submit(shop, command) for command in (commands if is_open else commands[:1])]


def submit(shop: Shop, command: Command) -> "Future[Answered]":
    return shop.engine.submit(command)


def answer_of(asked: "Future[Answered]") -> Any:
    return asked.result(WAIT_SECONDS).answer


def leaves_something_open(plan: Plan) -> bool:
    waiting = [one for one in plan.unshipped if one.action is not UnshippedAction.CANCEL]
    return bool(plan.shipments or waiting)


def use(shop: Shop, rules: dict[str, str]) -> None:
    files = {f"{name}.yaml": text.encode() for name, text in rules.items()}
    command = ActivateRules(
        request_id=shop.key(), body_digest=digest(files), files=files, author="ada", reason="a new season"
    )
    shop.answer(ready(shop, command))
