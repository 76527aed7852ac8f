"""Random carts at random retailers: what each is promised, and what it gets when it is placed."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from msgspec import structs

from router.app.commands.documents import PutNetwork, PutProducts
from router.app.commands.questions import QuotePromise
from router.app.commands.rules import ActivateRules
from router.domain.carrier import Carrier
from router.domain.identifiers import CarrierId, OrderId, ServiceLevelId
from router.domain.order import Order
from router.domain.plan import Plan, UnshippedAction
from tests.app.builders import Shop, a_shop, digest
from tests.app.rule_builders import ready
from tests.routing.random_worlds import random_requests, random_rules, random_shelf, random_world


def quote_promise(order: Order, *levels: str, **changes: Any) -> QuotePromise:
    return QuotePromise(order=order, service_level_ids=tuple(map(ServiceLevelId, levels)), **changes)


def promised_and_placed(seed: int, carts: int) -> Iterator[tuple[Plan, Plan]]:
    """For each cart and each way to send it: the plan that was promised, and that of the order placed so. What is
    placed is canceled again, so that every promise of a cart meets the same stock."""
    random = Random(seed)
    world = random_world(random)
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
        for number, request in enumerate(random_requests(random, carts)):
            order = structs.replace(request.order, id=OrderId("cart"))
            quoted: Any = shop.answer(quote_promise(order, decision_time=request.decision_time))
            for way, promise in enumerate(quoted.promises):
                placed = structs.replace(order, id=OrderId(f"order-{number}-{way}"))
                if promise.service_level_id is not None:
                    placed = structs.replace(placed, service_level_ids=(promise.service_level_id,))
                answer = shop.route(placed, decision_time=request.decision_time)
                yield promise.plan, answer.results[0].plan
                if leaves_something_open(promise.plan):
                    shop.cancel(placed.id)


def leaves_something_open(plan: Plan) -> bool:
    waiting = [one for one in plan.unshipped if one.action is not UnshippedAction.CANCEL]
    return bool(plan.shipments or waiting)


def use(shop: Shop, rules: dict[str, str]) -> None:
    files = {f"{name}.yaml": text.encode() for name, text in rules.items()}
    command = ActivateRules(
        request_id=shop.key(), body_digest=digest(files), files=files, author="ada", reason="a new season"
    )
    shop.answer(ready(shop, command))
