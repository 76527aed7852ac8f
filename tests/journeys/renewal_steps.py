"""Steps of journeys in which time runs until a promise of money is renewed, or its provider does not renew it.

No call renews: the collector does, when it looks at an order. So a renewal is three steps: it looks and sees until when
the promise is good, time passes until a renewal is due, it looks again.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from router.ledger.payments import PaymentAct, PaymentState
from tests.journeys.tables import Pair, RenewalEvent, Step

if TYPE_CHECKING:
    from tests.journeys.journey import Journey

DAY = 86_400
Promise = tuple[int, bool]
"""When it runs out, and whether its provider said no to a renewal."""


def renewal_step(journey: "Journey") -> Step | None:
    """The first of the three; now and then a new promise of another kind comes before."""
    random, order_id = journey.renewals, journey.an_order()
    if order_id is None:
        return None
    promises = promises_of(journey, order_id)
    if not promises:
        token = random.choice(("expire:7200", "once:7200", "once:172800", ""))
        more = {"method": "CARD", "amount minor": random.choice((1_000, 50_000)), "token": token}
        return {"authorize payment": journey.new_id("P"), "order id": order_id, **more}
    left = min(until for until, _ in promises.values()) - journey.now
    wait = left - DAY if left > DAY else left // 2
    # Seconds are cut off where promises are looked at, and halves when they are planned.
    journey.ahead += [{"wait": f"{wait + 2} seconds"}, {"collect": order_id}]
    return {"collect": order_id}


def promises_of(journey: "Journey", order_id: str) -> Mapping[str, Promise]:
    """By payment of the order, what can still be captured and runs out by time."""
    found = [journey.play.look("payment", id).payment for id in journey.payments]
    return {
        one.payment_id: (one.expire_time.seconds, one.declined_act == PaymentAct.RENEW)
        for one in found
        if one.order_id == order_id and one.state == PaymentState.AUTHORIZED and one.expire_time.seconds
    }


def renewals_since(journey: "Journey", order_id: str, before: Mapping[str, Promise]) -> Iterator[Pair]:
    """What became of promises that were good before, as rows of the table of payments."""
    for id, (until, is_refused) in promises_of(journey, order_id).items():
        if id in before and until > before[id][0]:
            yield PaymentState.AUTHORIZED, RenewalEvent.RENEW_BY_TIME
        if id in before and is_refused and not before[id][1]:
            yield PaymentState.AUTHORIZED, RenewalEvent.REFUSE_BY_TIME
