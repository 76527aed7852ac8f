"""Random lives of orders, their returns, claims, payments and replacements: after every step the books audit clean."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from router.connectors.payments.fake import FakeProvider
from router.domain.identifiers import LineId, NodeId
from router.domain.reasons import Reason, RouterError
from router.domain.return_policy import RefundTime
from router.ledger.accounts import Bucket
from router.ledger.return_lifecycle import RETURN_TRANSITIONS, ReturnEvent, ReturnState
from router.ledger.returns import ClaimCause, Disposition, ReturnKind
from router.ledger.tracking import CarrierStatus
from tests.app.builders import Shop, StandingClock, a_shop
from tests.app.first_come import first_come
from tests.app.fulfillment_builders import a_report, leave, report
from tests.app.payment_builders import PayingShop
from tests.app.return_builders import (
    CLOCK,
    DAY_SECONDS,
    a_policy,
    authorize,
    cancel,
    claim,
    deliver,
    found,
    inspect,
    put_policy,
    receive,
    refund,
    send_again,
)
from tests.routing.builders import an_order

LAMP = "TIN-LAMP"
STEPS = 60
E = ReturnEvent


def give_it_time(shop: Shop) -> None:
    """Two weeks and a day pass, and whatever is due happens."""
    shop.clock.go_on(15 * DAY_SECONDS)
    shop.trust_clock()
    shop.adjust("lyon", LAMP, 1)


DEEDS: dict[ReturnEvent, Callable[[PayingShop], object]] = {
    E.RECEIVE: lambda paying: receive(paying.shop, {CLOCK: 1}),
    E.INSPECT: lambda paying: inspect(paying.shop, found(1, Disposition.SCRAP)),
    E.CANCEL: lambda paying: cancel(paying.shop),
    E.EXPIRE: lambda paying: give_it_time(paying.shop),
    E.REFUND: refund,
    E.REPLACE: lambda paying: send_again(paying.shop, "order-1-again", lines={CLOCK: 1}),
}
"""What somebody does to R-1; a return that is not there yet is authorized or claimed."""

WAYS: dict[ReturnState, tuple[ReturnEvent, ...]] = {
    ReturnState.AUTHORIZED: (E.AUTHORIZE,),
    ReturnState.RECEIVING: (E.AUTHORIZE, E.RECEIVE),
    ReturnState.RECEIVED: (E.AUTHORIZE, E.RECEIVE, E.RECEIVE),
    ReturnState.INSPECTED: (E.AUTHORIZE, E.RECEIVE, E.RECEIVE, E.INSPECT, E.INSPECT),
    ReturnState.CANCELED: (E.AUTHORIZE, E.CANCEL),
    ReturnState.EXPIRED: (E.AUTHORIZE, E.EXPIRE),
    ReturnState.CLAIMED: (E.CLAIM,),
    ReturnState.SETTLED: (E.CLAIM, E.REFUND),
    ReturnState.WITHDRAWN: (E.CLAIM, E.CANCEL),
}
NOTHING_LEFT = {
    (ReturnState.INSPECTED, E.INSPECT): Reason.INVALID_REQUEST,
    (ReturnState.RECEIVING, E.INSPECT): None,
}
"""A row is there, and the units are not: all of them were looked at before."""

BEGINNINGS: dict[ReturnEvent, Callable[[PayingShop], object]] = {
    E.AUTHORIZE: lambda paying: authorize(paying.shop, {"1": 2}),
    E.CLAIM: lambda paying: claim(
        paying.shop, ClaimCause.DAMAGED, shipment_id="order-1/1", return_id="R-1", lines={LineId("1"): 2}
    ),
}


@pytest.mark.parametrize("event", DEEDS, ids=lambda event: event.name)
@pytest.mark.parametrize("state", WAYS, ids=lambda state: state.name)
def test_a_state_meets_an_event_as_its_row_says(state: ReturnState, event: ReturnEvent) -> None:
    clock = StandingClock()
    with a_shop(stock={"lyon": {CLOCK: 9}}, clock=clock) as shop:
        paying = a_delivered_order(shop)
        for step in WAYS[state]:
            (BEGINNINGS | DEEDS)[step](paying)
        assert shop.queries.returns.get_return("R-1").state is state
        row = RETURN_TRANSITIONS.get((state, event))

        try:
            DEEDS[event](paying)
            reason = None
        except RouterError as refused:
            reason = refused.reason

        after = shop.queries.returns.get_return("R-1").state
        assert after in (row.states if row else {state})
        # Nobody asks for the end of a time: where there is no row it does nothing.
        is_asked = event is not E.EXPIRE
        expected = NOTHING_LEFT.get((state, event)) if row or not is_asked else Reason.RETURN_STATE_FORBIDS
        assert reason is expected
        assert shop.faults() == ()


def a_delivered_order(shop: Shop) -> PayingShop:
    put_policy(shop, a_policy(refund_time=RefundTime.FIRST_SCAN))
    paying = PayingShop(shop, FakeProvider(shop.clock.now))
    shop.route(an_order("order-1", lines={CLOCK: 5}))
    paying.authorize("P-1", 10_000, order_id="order-1")
    paying.capture("P-1", 10_000)
    deliver(shop)
    shop.clock.go_on(2 * DAY_SECONDS)
    return paying


class Life:
    """What a random clerk does; every refusal he meets must have a reason that says so."""

    ALLOWED = frozenset(
        {
            Reason.RETURN_EXCEEDS_DELIVERED,
            Reason.RETURN_WINDOW_OVER,
            Reason.RETURN_STATE_FORBIDS,
            Reason.RETURN_NOT_FOUND,
            Reason.NOTHING_TO_REFUND,
            Reason.REFUND_WITHOUT_PAYMENT,
            Reason.PAYMENT_EXCEEDED,
            Reason.ORDER_STATE_FORBIDS,
            Reason.INVALID_REQUEST,
        }
    )

    def __init__(self, seed: int, shop: Shop) -> None:
        self.random = Random(seed)
        self.shop = shop
        self.paying = PayingShop(shop, FakeProvider(shop.clock.now))
        self.count = 0
        self.orders: list[str] = []
        self.returns: list[str] = ["R-none"]
        self.met: Counter[str] = Counter()

    def step(self) -> None:
        deed = self.random.choice(
            (
                *(self.order, self.arrive, self.announce, self.announce, self.come, self.come, self.look),
                *(self.look, self.give_up, self.claim, self.pay, self.pay, self.replace, self.wait),
            )
        )
        try:
            deed()
            self.met[deed.__name__] += 1
        except RouterError as refused:
            if refused.reason not in self.ALLOWED:
                raise
            self.met[refused.reason] += 1

    def order(self) -> None:
        self.count += 1
        name = f"o-{self.count}"
        quantity = self.random.randint(1, 4)
        self.shop.route(an_order(name, lines={CLOCK: quantity, LAMP: 1}))
        if self.random.random() < 0.8:
            self.paying.authorize(f"P-{name}", 2_000 * (quantity + 1), order_id=name)
            self.paying.capture(f"P-{name}", self.random.choice([2_000, 2_000 * (quantity + 1)]))
        self.orders.append(name)
        leave(self.shop, f"{name}/1")
        if self.random.random() < 0.7:
            report(self.shop, f"{name}/1", a_report(CarrierStatus.DELIVERED, 24 + self.count))

    def arrive(self) -> None:
        status = self.random.choice(
            [CarrierStatus.DELIVERED] * 5 + [CarrierStatus.RETURNING, CarrierStatus.LOST]
        )
        report(self.shop, f"{self.an_order()}/1", a_report(status, 24 + self.count))

    def announce(self) -> None:
        name = self.a_name("R")
        lines = {"1": self.random.randint(1, 2)} if self.random.random() < 0.7 else {"2": 1}
        node = NodeId(self.random.choice(["lyon", "lille", ""]))
        reason = self.random.choice(["UNWANTED", "DEFECT"])
        authorize(self.shop, lines, self.an_order(), return_id=name, reason_code=reason, node_id=node)
        self.returns.append(name)

    def come(self) -> None:
        units = {self.random.choice([CLOCK, CLOCK, LAMP]): self.random.randint(1, 3)}
        receive(self.shop, units, self.a_return(), closes=self.random.random() < 0.2)

    def look(self) -> None:
        finding = found(
            self.random.randint(1, 2),
            self.random.choice(list(Disposition)),
            self.random.choice([CLOCK, CLOCK, LAMP]),
            is_denied=self.random.random() < 0.2,
        )
        if self.random.random() < 0.2 and finding.disposition is not Disposition.REFURBISH:
            finding = found(1, finding.disposition, finding.sku, was_refurbished=True)
        inspect(self.shop, finding, return_id=self.a_return())

    def give_up(self) -> None:
        cancel(self.shop, self.a_return())

    def claim(self) -> None:
        name, order = self.a_name("C"), self.an_order()
        cause = self.random.choice(list(ClaimCause))
        if cause is ClaimCause.GOODWILL:
            claim(self.shop, cause, order, return_id=name, goodwill_minor=self.random.randint(1, 900))
        else:
            claim(self.shop, cause, order, return_id=name, shipment_id=f"{order}/1")
        self.returns.append(name)

    def pay(self) -> None:
        refund(self.paying, self.a_return(), tax_minor=self.random.choice([0, 0, 50]))

    def replace(self) -> None:
        self.count += 1
        send_again(self.shop, f"again-{self.count}", self.a_return())

    def wait(self) -> None:
        self.shop.clock.go_on(self.random.choice([0, 1, 4]) * DAY_SECONDS)
        self.shop.trust_clock()

    def an_order(self) -> str:
        return self.random.choice(self.orders or ["nobody"])

    def a_return(self) -> str:
        return self.random.choice(self.returns[-4:])

    def a_name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}-{self.count}"


@pytest.mark.parametrize("seed", range(12))
def test_a_life_with_returns_audits_clean_after_every_step(seed: int) -> None:
    stock = {"lyon": {CLOCK: 200, LAMP: 99}}
    with a_shop(stock=stock, clock=StandingClock(), route=first_come) as shop:
        put_policy(shop, a_policy(refund_time=Random(seed).choice(list(RefundTime))))
        life = Life(seed, shop)
        for _ in range(3):
            life.order()
        for _ in range(STEPS):
            life.step()
            assert shop.faults() == ()
        assert life.met["announce"]
        assert_nothing_is_given_twice(shop)


def assert_nothing_is_given_twice(shop: Shop) -> None:
    """Beside what the audit counts: no unit has money and goods, and what is in no bucket of a node left the books."""
    for one in shop.queries.returns.list_returns(1_000, "", "").items:
        for line in one.lines:
            held = line.taken if one.kind is ReturnKind.CLAIM else line.received
            # At the first scan nobody knows yet what will be denied.
            denied = line.denied if one.refund_time is RefundTime.INSPECTION else 0
            assert line.refunded + line.replaced <= held - denied
    with shop.store.reader() as reader:
        balances: Any = list(reader.read_balances())
    below = [account for account, one in balances if account.bucket is Bucket.DELIVERED and one.units < 0]
    assert below == []
