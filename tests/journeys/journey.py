"""Journeys: long random histories of a retailer, each step of which could stand in a scenario.

Most steps are what could happen next; some are what must not happen, and are refused with the reason of the table of
lives. After each step the audit is clean: in the core one that follows the books, and now and then the whole one.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from router.ledger.bookings import BookingState
from router.ledger.delays import DelayState
from router.ledger.lifecycle import LEFT, ShipmentState
from tests.journeys.following import FollowedBooks
from tests.journeys.lives import worded
from tests.journeys.order_steps import asked_of_orders, blind_step, order_step, shipment_step
from tests.journeys.renewal_steps import promises_of, renewal_step, renewals_since
from tests.journeys.stock_steps import (
    NODES,
    SKUS,
    asked_of_stock,
    reservation_step,
    stock_step,
    transfer_step,
)
from tests.journeys.tables import LIFE_OF, LIVES, Step, pair_of, word_of
from tests.journeys.trade_steps import (
    SUPPLIER,
    asked_of_trade,
    booking_step,
    charged,
    delay_step,
    delays_of,
    payment_step,
    purchase_step,
    return_step,
)
from tests.scenarios.play import Play
from tests.scenarios.worlds import CoreWorld, Refused, World

RULES = """\
kind: RuleSet/v1
id: fraud
owner: logistics
priority: 10
currency: EUR
timezone: Europe/Paris
applies: true
holds:
  - {{id: look, when: order.total > eur({}), because: fraud}}
on_account:
  - {{id: small, when: order.unit_count < 9, because: small orders may leave unpaid}}
"""

WHOLE_AUDIT_EVERY = 20
"""Steps from one reading of the whole journal to the next, where the audit follows the books in between."""

BACK_SECONDS_MAX = 20
"""So long the money of an order that a delay canceled may take to go back."""

FORBIDDEN = frozenset({"ORDER_STATE_FORBIDS"})
RETURN_REASONS = frozenset({"RETURN_STATE_FORBIDS", "RETURN_EXCEEDS_DELIVERED", "INVALID_REQUEST"})
RESERVATION_REASONS = frozenset({"ALREADY_RESOLVED", "RESERVATION_EXPIRED"})
PAYMENT_REASONS = frozenset({"PAYMENT_EXCEEDED"})

MAY_BE_REFUSED: Mapping[str, frozenset[str]] = {
    "adjust stock": frozenset({"INSUFFICIENT_STOCK"}),
    "transfer": frozenset({"INSUFFICIENT_STOCK"}),
    "cancel transfer": frozenset({"TRANSFER_STATE_FORBIDS"}),
    "authorize payment": frozenset({"GIFT_ACCOUNT_NOT_FOUND"}),
    "reserve": frozenset({"INSUFFICIENT_STOCK"}),
    "authorize return": frozenset({"RETURN_EXCEEDS_DELIVERED", "RETURN_WINDOW_OVER"}),
    "open claim": frozenset({"RETURN_EXCEEDS_DELIVERED"}),
    "receive return": RETURN_REASONS,
    "inspect return": RETURN_REASONS,
    "cancel return": RETURN_REASONS,
    "refund return": RETURN_REASONS | {"REFUND_WITHOUT_PAYMENT", "PAYMENT_EXCEEDED", "NOTHING_TO_REFUND"},
    "send replacement": RETURN_REASONS,
    "void reservation": RESERVATION_REASONS,
    "post reservation": RESERVATION_REASONS,
    "order": RESERVATION_REASONS,
    **dict.fromkeys(("hold order", "release order", "pick wave", "reject shipment"), FORBIDDEN),
    "pick": FORBIDDEN | {"WRONG_ITEM"},
    "short pick": FORBIDDEN | {"WRONG_ITEM"},
    "edit order": FORBIDDEN | {"INVALID_REQUEST"},
    "dispatch": frozenset({"PAYMENT_MISSING"}),
    "capture payment": PAYMENT_REASONS,
    "void payment": PAYMENT_REASONS,
    "refund payment": PAYMENT_REASONS,
    "book": FORBIDDEN,
    # The booking of a shipment that was canceled is voided beside, at any moment.
    "void booking": frozenset({"BOOKING_STATE_FORBIDS"}),
    "report delay": FORBIDDEN | {"INVALID_REQUEST"},
    "answer delay": FORBIDDEN | {"DELAY_MOVED"},
}
"""Why a step may be refused that the table of lives allows."""


@dataclass
class Tally:
    """What journeys came across: steps by verb, refusals by verb and reason, pairs that the tables forbid, and rows
    that were met of the tables that only the tests have.
    """

    steps: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    forbidden: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)


class Journey:
    """One random history in a world."""

    def __init__(
        self, world: World, seed: int, tally: Tally | None = None, *, is_audited: bool = True
    ) -> None:
        self.random = Random(seed)
        self.costs = Random(seed)
        self.charges = Random(seed)
        self.gifts = Random(seed)
        self.renewals = Random(seed)
        self.play = Play(world, remembers=True)
        self.tally = tally or Tally()
        self.is_audited = is_audited
        self.followed = FollowedBooks(world.core.application.store) if isinstance(world, CoreWorld) else None
        self.ids = 0
        self.orders: list[str] = []
        self.payments: list[str] = []
        self.booked: list[str] = []
        self.returns: list[str] = []
        self.purchases: list[str] = []
        self.shipment_counts: dict[str, int] = {}
        self.transfers: list[str] = []
        self.reservations: list[str] = []
        self.told: list[Step] = []
        self.done: list[Step] = []
        self.ahead: list[Step] = []
        """What comes next, whatever else could."""

    def begin(self) -> None:
        self.play.open_company()
        reasons = [{"code": "DEFECT", "refunds shipping": True}, {"code": "UNWANTED", "fee percent": 10}]
        policy = {"window days": 30, "send days": 14, "refund time": "INSPECTION", "reasons": reasons}
        self.play.happen({"put return policies": [policy]})
        stock = {node: {sku: self.random.randint(5, 30) for sku in SKUS} for node in NODES}
        self.play.give({"rules": RULES.format(900), "stock": stock})
        self.play.happen({"put suppliers": [SUPPLIER]})
        for node in NODES:
            bins = [
                {"sku": sku, "bin": {"label": f"{node[0]}-{n}", "x cm": 300 * n, "y cm": 500}}
                for n, sku in enumerate(SKUS)
            ]
            self.play.happen({"put layout": node, "cross aisles cm": [0, 2_000], "bins": bins})

    def go(self, steps: int) -> None:
        for _ in range(steps):
            step = self.next_step()
            self.told.append(dict(step))
            if self.costs.random() < 0.05:
                costs = [{"sku": sku, "unit cost minor": self.costs.randint(0, 900)} for sku in SKUS]
                self.play.happen({"put unit costs": costs})
            self.take(step)

    def take(self, step: Step) -> None:
        verb, pair = next(iter(step)), pair_of(self.play, step)
        life = LIFE_OF.get(word_of(step))
        self.tally.steps[verb] += 1
        promises = promises_of(self, step[verb]) if verb == "collect" else {}
        refused = self.refusal_of(step)
        if life is None or pair is None or pair in life.rows or pair[0] is None:
            self.note_possible(verb, step, refused)
            if refused is None and life is not None and pair in life.own_rows:
                self.tally.met.add(worded(pair))
        else:
            assert refused is not None, f"{step} is not refused, though {worded(pair)} has no row"
            assert refused.reason in life.refused_with, f"{step}, {worded(pair)}: {refused}"
            self.tally.forbidden.add(worded(pair))
        if promises and refused is None:
            self.tally.met |= set(map(worded, renewals_since(self, step[verb], promises)))
        if verb in ("wait", "report delay", "answer delay"):
            self.let_it_settle()
        if self.is_audited:
            assert self.faults() == [], step

    def note_possible(self, verb: str, step: Step, refused: Refused | None) -> None:
        if refused is None:
            self.know(verb, step)
            self.done.append(step)
        else:
            self.tally.refused[verb, refused.reason] += 1
            assert refused.reason in MAY_BE_REFUSED.get(verb, ()), f"{step}: {refused}"

    def let_it_settle(self) -> None:
        """What happens by itself is done before the next step: by time, also to a delay that nobody can agree to in
        time; money for canceled goods, their bookings.
        """
        self.play.look("stock", SKUS[0])
        deadline = time.monotonic() + BACK_SECONDS_MAX
        while waiting := [*self.money_to_go_back(), *self.bookings_to_void()]:
            assert time.monotonic() < deadline, f"nothing is done about {waiting}"
            time.sleep(0.001)
            self.play.looked_at.clear()

    def money_to_go_back(self) -> list[str]:
        return [id for id, delay in delays_of(self).items() if delay.state == DelayState.CANCELED]

    def bookings_to_void(self) -> list[str]:
        """Of shipments that were canceled."""
        return [
            id
            for id in self.booked
            if self.is_expected(id) and self.shipment_state(id) is ShipmentState.CANCELED
        ]

    def is_expected(self, shipment_id: str) -> bool:
        """Whether a carrier expects it."""
        return bool(self.play.look("booking", shipment_id).booking.state == BookingState.BOOKED)

    def faults(self) -> list[str]:
        """What the audit finds, after each step."""
        if self.followed is None:
            return self.play.world.faults()
        found = self.followed.faults()
        return found if len(self.told) % WHOLE_AUDIT_EVERY else [*found, *self.play.world.faults()]

    def refusal_of(self, step: Step) -> Refused | None:
        try:
            self.play.happen(dict(step))
        except Refused as refused:
            return refused
        return None

    def know(self, verb: str, step: Step) -> None:
        """What is there now, to be talked about later."""
        known = {
            "order": self.orders,
            "transfer": self.transfers,
            "reserve": self.reservations,
            "authorize payment": self.payments,
            "authorize return": self.returns,
            "open claim": self.returns,
            "place purchase order": self.purchases,
            "book": self.booked,
        }
        if verb in known:
            known[verb].append(step[verb])
        elif verb == "send replacement":
            self.orders.append(step["order id"])

    def new_id(self, letter: str) -> str:
        self.ids += 1
        return f"{letter}-{self.ids}"

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return self.play.world.clock.now() // 1_000_000

    def shipment_state(self, shipment_id: str) -> ShipmentState:
        return ShipmentState(self.play.look("shipment", shipment_id).record.state)

    def has_left(self, shipment_id: str) -> bool:
        return self.shipment_state(shipment_id) in LEFT

    def next_step(self) -> Step:
        if self.ahead:
            return self.ahead.pop(0)
        weights = [weight for weight, _ in STEPS]
        while True:
            ((_, make),) = self.random.choices(STEPS, weights)
            step = make(self)
            if step is not None:
                return step

    def order(self) -> Step:
        skus = self.random.sample(SKUS, self.random.randint(1, 3))
        step = {
            "order": self.new_id("A"),
            "lines": {sku: self.random.randint(1, 4) for sku in skus},
            "to": self.random.choice((69001, 75001)),
            "price": self.random.randint(1, 3_000),
            "channel": self.random.choice(("web", "store")),
        }
        return charged(step, self.charges) if self.charges.random() < 0.5 else step

    def an_order(self) -> str | None:
        return self.random.choice(self.orders[-5:]) if self.orders else None

    def a_shipment(self) -> tuple[str, ShipmentState] | None:
        """One of a late order, with its state."""
        order_id = self.an_order()
        if order_id is None:
            return None
        count, shipments = self.shipment_counts.get(order_id, 0), self.shipments_of(order_id)
        if len(shipments) > count:
            self.shipment_counts[order_id] = count + 1
            return shipments[count]
        return shipments[self.random.randint(1, count) - 1] if count else None

    def shipments_of(self, order_id: str) -> list[tuple[str, ShipmentState]]:
        return [
            (record.shipment_id, ShipmentState(record.state))
            for record in self.play.look_at_shipments(order_id)
        ]

    def sweep(self, wanted: set[str]) -> None:
        """What must not happen to all that is there as it is now, of what was not tried yet."""
        if wanted <= self.tally.forbidden:
            return
        shipments = [id for order_id in self.orders for id, _ in self.shipments_of(order_id)]
        subjects = (
            self.orders,
            shipments,
            self.booked,
            self.orders,
            self.payments,
            self.returns,
            self.purchases,
            self.reservations,
            self.transfers,
        )
        for life, ids in zip(LIVES, subjects, strict=True):
            for id in ids:
                for word, event in life.events.items():
                    try:
                        pair = (life.see(self.play, id), event)
                    except Refused:
                        break
                    if worded(pair) in wanted - self.tally.forbidden:
                        self.take(self.asked(word, id))

    def asked(self, word: str, id: str) -> Step:
        """A step that only the state of its subject can forbid."""
        states = LIFE_OF[word].states.__name__
        if states in ("OrderState", "ShipmentState"):
            return asked_of_orders(self, word, id)
        if states in ("ReservationState", "TransferState"):
            return asked_of_stock(self, word, id)
        return asked_of_trade(self, word, id)


def reroute(journey: Journey) -> Step | None:
    return {"reroute": journey.orders[-6:]} if journey.orders else None


def rules_step(journey: Journey) -> Step:
    """Dear orders are looked at by a person from now on, or only those that cost more."""
    return {"activate rules": RULES.format(journey.random.choice((20, 40, 900, 900)))}


def wait(journey: Journey) -> Step:
    return {"wait": journey.random.choice(("5 minutes", "2 hours", "6 hours", "1 day", "1 day", "2 weeks"))}


STEPS: tuple[tuple[int, Callable[[Journey], Step | None]], ...] = (
    (9, Journey.order),
    (64, shipment_step),
    (3, blind_step),
    (7, order_step),
    (4, reroute),
    (4, stock_step),
    (2, transfer_step),
    (3, reservation_step),
    (6, payment_step),
    (4, booking_step),
    (5, wait),
    (1, rules_step),
    (12, return_step),
    (4, purchase_step),
    (5, delay_step),
    (3, renewal_step),
)
"""What may come next, and how often it does."""
