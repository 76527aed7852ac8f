"""The shortest ways to let an order be late and its customer answer."""

from datetime import timedelta
from typing import Any

from router.app.commands.delays import AnswerDelay, DetectDelays, ReportDelay
from router.domain.identifiers import Day, OrderId
from router.ledger.delays import Delay
from tests.app.builders import Shop, digest
from tests.routing.builders import day

CLOCK = "RED-CLOCK"


def report(shop: Shop, expected: str = "", order_id: str = "order-1", key: str = "") -> Delay:
    """`expected` empty: nobody can say."""
    answer: Any = shop.answer(
        ReportDelay(
            request_id=key or shop.key(),
            body_digest=digest(order_id, expected),
            order_id=OrderId(order_id),
            expected_day=Day(day(expected)) if expected else None,
            cause="SUPPLIER",
        )
    )
    return delay_of(answer)


def answer(shop: Shop, *, consents: bool, order_id: str = "order-1", round: int = 0, key: str = "") -> Delay:
    said: Any = shop.answer(
        AnswerDelay(
            request_id=key or shop.key(),
            body_digest=digest(order_id, consents, round),
            order_id=OrderId(order_id),
            consents=consents,
            round=round,
        )
    )
    return delay_of(said)


def delay_of(answered: Any) -> Delay:
    delay: Delay = answered.delay
    return delay


def detect(shop: Shop) -> tuple[list[str], list[str]]:
    """Orders with a new delay, and shipments under way that were found late; every page is asked for."""
    orders: list[str] = []
    shipments: list[str] = []
    token, is_first = "", True
    while token or is_first:
        is_first = False
        page = shop.queries.delays.list_suspects(0, token, shop.clock.now())
        token = page.next_page_token
        command = DetectDelays(request_id=shop.key(), body_digest=b"", order_ids=page.items)
        found: Any = shop.answer(command)
        orders += [one.order_id for one in found.delays]
        shipments += found.shipment_ids
    return orders, shipments


def wait(shop: Shop, days: int) -> None:
    """Days pass, and somebody asks something, so that the engine looks at the clock."""
    for _ in range(days):
        shop.clock.go_on(int(timedelta(days=1).total_seconds()))
        shop.availability(CLOCK)
        shop.adjust("nice", "TIN-LAMP", 1)


def state(shop: Shop, order_id: str = "order-1") -> str:
    return shop.queries.delays.get_delay(order_id).state.name
