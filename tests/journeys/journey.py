"""Journeys: long random histories of a retailer, each step of which could stand in a scenario.

Most steps are what could happen next; some are what must not happen, and are refused with the reason of the table of
lives. After each step the audit is clean: in the core one that follows the books, and now and then the whole one.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from router.ledger.lifecycle import (
    ORDER_TRANSITIONS,
    SHIPMENT_TRANSITIONS,
    UNDER_WAY,
    OrderEvent,
    OrderState,
    ShipmentEvent,
    ShipmentState,
)
from tests.journeys.following import FollowedBooks
from tests.journeys.lives import worded
from tests.journeys.trade_steps import SUPPLIER, charged, claim_step, purchase_step, return_step
from tests.scenarios.play import Play
from tests.scenarios.worlds import CoreWorld, Refused, World

NODES = ("LYON", "LILLE")
SKUS = ("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR")
HOLD_RULES = """\
kind: RuleSet/v1
id: fraud
owner: logistics
priority: 10
currency: EUR
timezone: Europe/Paris
applies: true
holds:
  - {{id: look, when: order.total > eur({}), because: fraud}}
"""
STATUSES = (
    "ACCEPTED",
    "IN_TRANSIT",
    "IN_TRANSIT",
    "OUT_FOR_DELIVERY",
    "OUT_FOR_DELIVERY",
    "ATTEMPT_FAILED",
    "DELIVERED",
    "DELIVERED",
    "DELIVERED",
    "DELAYED",
    "RETURNING",
    "LOST",
)

WHOLE_AUDIT_EVERY = 20
"""Steps from one reading of the whole journal to the next, where the audit follows the books in between."""

MAY_BE_REFUSED: Mapping[str, frozenset[str]] = {
    "adjust stock": frozenset({"INSUFFICIENT_STOCK"}),
    "transfer": frozenset({"INSUFFICIENT_STOCK"}),
    "receive transfer": frozenset({"TRANSFER_STATE_FORBIDS"}),
    "cancel transfer": frozenset({"TRANSFER_STATE_FORBIDS"}),
    "reserve": frozenset({"INSUFFICIENT_STOCK"}),
    "authorize return": frozenset({"RETURN_EXCEEDS_DELIVERED"}),
    "open claim": frozenset({"RETURN_EXCEEDS_DELIVERED"}),
    **dict.fromkeys(
        ("receive return", "inspect return", "cancel return", "refund return", "send replacement"),
        frozenset({"RETURN_STATE_FORBIDS", "RETURN_EXCEEDS_DELIVERED", "INVALID_REQUEST"}),
    ),
    **dict.fromkeys(
        (
            "acknowledge purchase order",
            "change purchase order date",
            "receive purchase order",
            "cancel purchase order",
        ),
        frozenset({"PURCHASE_ORDER_STATE_FORBIDS"}),
    ),
    "void reservation": frozenset({"ALREADY_RESOLVED", "RESERVATION_EXPIRED"}),
    "post reservation": frozenset({"ALREADY_RESOLVED", "RESERVATION_EXPIRED"}),
    "order": frozenset({"ALREADY_RESOLVED", "RESERVATION_EXPIRED"}),
    "cancel order": frozenset({"ORDER_STATE_FORBIDS"}),
    "edit order": frozenset({"ORDER_STATE_FORBIDS", "INVALID_REQUEST"}),
    "hold order": frozenset({"ORDER_STATE_FORBIDS"}),
    "release order": frozenset({"ORDER_STATE_FORBIDS"}),
    "release shipments": frozenset({"ORDER_STATE_FORBIDS"}),
    "pick wave": frozenset({"ORDER_STATE_FORBIDS"}),
    "pick": frozenset({"ORDER_STATE_FORBIDS", "WRONG_ITEM"}),
    "short pick": frozenset({"ORDER_STATE_FORBIDS", "WRONG_ITEM"}),
    "reject shipment": frozenset({"ORDER_STATE_FORBIDS"}),
    "dispatch": frozenset({"ORDER_STATE_FORBIDS", "PAYMENT_MISSING"}),
    "refund return": frozenset(
        {
            *("RETURN_STATE_FORBIDS", "RETURN_EXCEEDS_DELIVERED", "INVALID_REQUEST"),
            *("REFUND_WITHOUT_PAYMENT", "PAYMENT_EXCEEDED", "NOTHING_TO_REFUND"),
        }
    ),
    "capture payment": frozenset({"PAYMENT_EXCEEDED"}),
    "void payment": frozenset({"PAYMENT_EXCEEDED"}),
    "refund payment": frozenset({"PAYMENT_EXCEEDED"}),
}
"""Why a step may be refused that the table of lives allows."""

EVENT_OF_VERB: Mapping[str, OrderEvent | ShipmentEvent] = {
    "cancel order": OrderEvent.CANCEL,
    "hold order": OrderEvent.HOLD,
    "edit order": OrderEvent.EDIT,
    "release order": OrderEvent.RELEASE,
    "release shipments": ShipmentEvent.RELEASE,
    "acknowledge shipment": ShipmentEvent.ACKNOWLEDGE,
    "pick wave": ShipmentEvent.START_PICK,
    "pick": ShipmentEvent.PICK,
    "short pick": ShipmentEvent.SHORTEN,
    "reject shipment": ShipmentEvent.REJECT,
    "dispatch": ShipmentEvent.DISPATCH,
}
"""Verbs that are one event of one order or one shipment."""


@dataclass
class Tally:
    """What journeys came across: steps by verb, refusals by verb and reason, pairs that the table forbids."""

    steps: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    forbidden: set[str] = field(default_factory=set)


class Journey:
    """One random history in a world."""

    def __init__(
        self, world: World, seed: int, tally: Tally | None = None, *, is_audited: bool = True
    ) -> None:
        self.random = Random(seed)
        self.costs = Random(seed)
        self.charges = Random(seed)
        self.play = Play(world)
        self.tally = tally or Tally()
        self.is_audited = is_audited
        self.followed = FollowedBooks(world.core.application.store) if isinstance(world, CoreWorld) else None
        self.ids = 0
        self.orders: list[str] = []
        self.payments: list[str] = []
        self.returns: list[str] = []
        self.purchases: list[str] = []
        self.shipment_counts: dict[str, int] = {}
        self.transfers: list[str] = []
        self.reservations: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.done: list[dict[str, Any]] = []

    def begin(self) -> None:
        self.play.open_company()
        reasons = [{"code": "DEFECT", "refunds shipping": True}, {"code": "UNWANTED", "fee percent": 10}]
        policy = {"window days": 30, "send days": 14, "refund time": "INSPECTION", "reasons": reasons}
        self.play.happen({"put return policies": [policy]})
        stock = {node: {sku: self.random.randint(5, 30) for sku in SKUS} for node in NODES}
        self.play.give({"stock": stock})
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

    def take(self, step: dict[str, Any]) -> None:
        verb = next(iter(step))
        forbidden = self.forbidden_pair(step)
        self.tally.steps[verb] += 1
        refused = self.refusal_of(step)
        if refused is None:
            assert forbidden is None, f"{step} is not refused, though {forbidden} has no row"
            self.know(verb, step[verb])
            self.done.append(step)
        elif forbidden is None:
            self.tally.refused[verb, refused.reason] += 1
            assert refused.reason in MAY_BE_REFUSED.get(verb, ()), f"{step}: {refused}"
        else:
            assert refused.reason == "ORDER_STATE_FORBIDS", f"{step}: {refused}"
            self.tally.forbidden.add(forbidden)
        if self.is_audited:
            assert self.faults() == [], step

    def faults(self) -> list[str]:
        is_whole = self.followed is None or len(self.told) % WHOLE_AUDIT_EVERY == 0
        found = self.play.world.faults() if is_whole else []
        return found if self.followed is None else [*found, *self.followed.faults()]

    def refusal_of(self, step: dict[str, Any]) -> Refused | None:
        try:
            self.play.happen(dict(step))
        except Refused as refused:
            return refused
        return None

    def know(self, verb: str, subject: Any) -> None:
        """What is there now, to be talked about later."""
        known = {
            "order": self.orders,
            "transfer": self.transfers,
            "reserve": self.reservations,
            "authorize payment": self.payments,
            "authorize return": self.returns,
            "open claim": self.returns,
            "place purchase order": self.purchases,
        }
        if verb in known:
            known[verb].append(subject)

    def new_id(self, letter: str) -> str:
        self.ids += 1
        return f"{letter}-{self.ids}"

    def forbidden_pair(self, step: Mapping[str, Any]) -> str | None:
        """State and event of a step that the table of lives has no row for."""
        verb = next(iter(step))
        event = EVENT_OF_VERB.get(verb)
        if event is None:
            return None
        if isinstance(event, OrderEvent):
            order = OrderState[self.play.see_order(step[verb])["state"]]
            return None if (order, event) in ORDER_TRANSITIONS else worded((order, event))
        shipment_id = step["shipment ids"][0] if verb == "pick wave" else step[verb]
        state = self.shipment_state(shipment_id[0] if isinstance(shipment_id, list) else shipment_id)
        return None if (state, event) in SHIPMENT_TRANSITIONS else worded((state, event))

    def shipment_state(self, shipment_id: str) -> ShipmentState:
        record = self.play.look("shipment", shipment_id).record
        return ShipmentState(record.state)

    def next_step(self) -> dict[str, Any]:
        makers: tuple[tuple[int, Callable[[], dict[str, Any] | None]], ...] = (
            (12, self.order),
            (64, self.shipment_step),
            (3, self.blind_step),
            (7, self.order_step),
            (4, self.reroute),
            (4, self.stock_step),
            (2, self.transfer_step),
            (3, self.reservation_step),
            (6, self.payment_step),
            (5, self.wait),
            (1, self.rules_step),
            (8, self.return_step),
            (4, self.purchase_step),
        )
        weights = [weight for weight, _ in makers]
        while True:
            ((_, make),) = self.random.choices(makers, weights)
            step = make()
            if step is not None:
                return step

    def order(self) -> dict[str, Any]:
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
        count = self.shipment_counts.get(order_id, 0)
        try:
            newest = (f"{order_id}/{count + 1}", self.shipment_state(f"{order_id}/{count + 1}"))
        except Refused:
            if not count:
                return None
            id = f"{order_id}/{self.random.randint(1, count)}"
            return id, self.shipment_state(id)
        self.shipment_counts[order_id] = count + 1
        return newest

    def shipments_of(self, order_id: str) -> list[tuple[str, ShipmentState]]:
        found = []
        for number in range(1, 100):
            try:
                shipment_id = f"{order_id}/{number}"
                found.append((shipment_id, self.shipment_state(shipment_id)))
            except Refused:
                break
        return found

    def shipment_step(self) -> dict[str, Any] | None:
        """What a shipment in its state is waiting for."""
        chosen = self.a_shipment()
        if chosen is None:
            return None
        id, state = chosen
        match state:
            case ShipmentState.PLANNED:
                steps = (*["release shipments"] * 6, "dispatch", "reject shipment")
            case ShipmentState.RELEASED:
                steps = (*["pick wave"] * 6, "dispatch", "reject shipment", "acknowledge shipment")
            case ShipmentState.PICKING:
                steps = (*["pick"] * 5, "short pick", "cancel order")
            case ShipmentState.PICKED:
                steps = (*["dispatch"] * 6, "cancel order")
            case ShipmentState.CANCELED:
                return None
            case ShipmentState.LOST:
                status = self.random.choice(
                    ("IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED", "RETURNING", "DELAYED")
                )
                more = {"expected date": "2027-12-02"} if status == "DELAYED" else {}
                return {"carrier reports": id, "status": status, **more}
            case _:
                steps = ("carrier reports",)
        return self.step_of(self.random.choice(steps), id)

    def blind_step(self) -> dict[str, Any] | None:
        """Whatever comes to mind, for whatever shipment or order: most of it must not happen."""
        chosen = self.a_shipment()
        return None if chosen is None else self.step_of(self.random.choice(tuple(EVENT_OF_VERB)), chosen[0])

    def step_of(self, verb: str, shipment_id: str) -> dict[str, Any]:
        order_id = shipment_id.partition("/")[0]
        match verb:
            case "release shipments":
                return {verb: [shipment_id]}
            case "pick wave":
                node = self.play.look("shipment", shipment_id).record.node_id
                return {verb: node, "shipment ids": [shipment_id]}
            case "pick" | "short pick":
                return self.pick(verb, shipment_id)
            case "reject shipment":
                missing = {"missing": {self.a_unit(shipment_id): 1}} if self.random.random() < 0.4 else {}
                seconds = self.random.choice((0, 600))
                return {verb: shipment_id, "reason code": "NOT_FOUND", "cool off seconds": seconds, **missing}
            case "carrier reports":
                report = {verb: shipment_id, "status": self.random.choice(STATUSES)}
                if report["status"] == "DELAYED":
                    report["expected date"] = "2027-12-01"
                return report
            case "hold order":
                return {verb: order_id, "reason": self.random.choice(("FRAUD", "ADDRESS")), "author": "ann"}
            case "release order":
                return {verb: order_id, "author": "bob", "note": "looked at it"}
            case "cancel order":
                return {verb: order_id}
            case "edit order":
                return {verb: order_id, "lines": {"1": self.random.randint(1, 5)}}
            case _:
                return {verb: shipment_id}

    def a_unit(self, shipment_id: str) -> str:
        units = self.play.look("shipment", shipment_id).record.units
        return str(self.random.choice(units).sku) if units else SKUS[0]

    def pick(self, verb: str, shipment_id: str) -> dict[str, Any]:
        units = self.play.look("shipment", shipment_id).record.units
        chosen = self.random.choice(units) if units else None
        sku = chosen.sku if chosen else SKUS[0]
        quantity = self.random.randint(1, chosen.quantity) if chosen else 1
        step = {verb: shipment_id, "sku": sku, "quantity": quantity}
        return (
            {**step, "reason": "EMPTY_BIN", "bin empty": self.random.random() < 0.3}
            if verb == "short pick"
            else step
        )

    def sweep(self, wanted: set[str]) -> None:
        """What must not happen to shipments and orders as they are now, of what was not tried yet."""
        for order_id in self.orders:
            order = OrderState[self.play.see_order(order_id)["state"]]
            here = [(f"{order_id}/1", order), *self.shipments_of(order_id)]
            for verb, event in EVENT_OF_VERB.items():
                for id, state in here:
                    if worded((state, event)) in wanted - self.tally.forbidden:
                        self.take(self.step_of(verb, id))

    def order_step(self) -> dict[str, Any] | None:
        order_id = self.an_order()
        if order_id is None:
            return None
        record = self.play.see_order(order_id)
        is_held = record["state"] == "HELD"
        verbs = (
            ("release order", "cancel order", "carry on", "edit order")
            if is_held
            else ("hold order", "cancel order", "edit order", "edit order")
        )
        verb = self.random.choice(verbs)
        if record["dispatched"] > record["delivered"] and record["backordered"] and not is_held:
            verb = "hold order"
        if verb == "carry on":
            left = [id for id, state in self.shipments_of(order_id) if state in UNDER_WAY]
            return {"carrier reports": left[0], "status": "DELIVERED"} if left else None
        step = self.step_of(verb, f"{order_id}/1")
        line = self.random.choice(record["lines"])
        left = line["reserved"] + line["backordered"]
        if verb == "cancel order" and left and self.random.random() < 0.7:
            step["lines"] = {line["line id"]: self.random.randint(1, left)}
        return step

    def reroute(self) -> dict[str, Any] | None:
        return {"reroute": self.orders[-6:]} if self.orders else None

    def stock_step(self) -> dict[str, Any]:
        node, sku = self.random.choice(NODES), self.random.choice(SKUS)
        if self.random.random() < 0.3:
            return {"snapshot": "wms", "stock": {node: {sku: self.random.randint(0, 12)}}}
        delta, reason = self.random.choice(((9, "RECEIPT"), (20, "RECEIPT"), (-1, "DAMAGE"), (-2, "LOSS")))
        return {"adjust stock": node, "sku": sku, "delta": delta, "reason code": reason}

    def transfer_step(self) -> dict[str, Any] | None:
        if not self.transfers or self.random.random() < 0.5:
            origin, goal = self.random.sample(NODES, 2)
            lines = {self.random.choice(SKUS): self.random.randint(1, 4)}
            step = {"transfer": self.new_id("T"), "from node id": origin, "to node id": goal, "lines": lines}
            return step
        id = self.random.choice(self.transfers)
        if self.random.random() < 0.2:
            return {"cancel transfer": id, "reason": "truck broke down"}
        found = next(
            (one for one in self.play.look("transfer", None).transfers if one.transfer_id == id), None
        )
        if found is None:
            return None
        lines = {
            line.sku: {"quantity": self.random.randint(1, line.left)} for line in found.lines if line.left
        }
        return {"receive transfer": id, "lines": lines, "close": True} if lines else None

    def reservation_step(self) -> dict[str, Any] | None:
        if not self.reservations or self.random.random() < 0.5:
            line = {
                "line id": "1",
                "node id": self.random.choice(NODES),
                "sku": self.random.choice(SKUS),
                "quantity": self.random.randint(1, 3),
            }
            return {"reserve": self.new_id("cart"), "lines": [line], "timeout seconds": 1_800}
        id = self.random.choice(self.reservations[-3:])
        try:
            self.play.look("reservation", id)
        except Refused:
            return None
        verb = self.random.choice(("void reservation", "post reservation", "order"))
        return {**self.order(), "reservation": id} if verb == "order" else {verb: id}

    def payment_step(self) -> dict[str, Any] | None:
        order_id = self.an_order()
        if order_id is None:
            return None
        if not self.payments or self.random.random() < 0.4:
            token = self.random.choice(("", "", "", "part:500", "decline:no", "expire:7200"))
            return {
                "authorize payment": self.new_id("P"),
                "order id": order_id,
                "method": "CARD",
                "amount minor": self.random.choice((1_000, 50_000)),
                "token": token,
            }
        id = self.random.choice(self.payments[-4:])
        verb = self.random.choice(("capture payment", "void payment", "refund payment"))
        if verb == "void payment":
            return {verb: id}
        step = {verb: id, "amount minor": self.random.randint(1, 600)}
        return {**step, "reason code": "GOODWILL"} if verb == "refund payment" else step

    def return_step(self) -> dict[str, Any] | None:
        """Units of a late order come back, or somebody claims that they should not have come."""
        if self.returns and self.random.random() < 0.75:
            return return_step(self.play, self.random, self.random.choice(self.returns[-3:]))
        order_id = self.an_order()
        if order_id is None:
            return None
        if self.random.random() < 0.3:
            chosen = self.a_shipment()
            is_there = chosen is not None and chosen[1] is ShipmentState.DELIVERED
            return (
                claim_step(self.play, self.random, chosen[0], self.new_id("C"))
                if chosen and is_there
                else None
            )
        delivered = [line for line in self.play.see_order(order_id)["lines"] if line["delivered"]]
        if not delivered:
            return None
        line = self.random.choice(delivered)
        return {
            "authorize return": self.new_id("R"),
            "order id": order_id,
            "lines": {line["line id"]: self.random.randint(1, line["delivered"])},
            "reason code": self.random.choice(("DEFECT", "UNWANTED")),
        }

    def purchase_step(self) -> dict[str, Any] | None:
        return purchase_step(self.play, self.random, self.purchases, self.new_id("PO"))

    def rules_step(self) -> dict[str, Any]:
        """Dear orders are looked at by a person from now on, or only those that cost more."""
        return {"activate rules": HOLD_RULES.format(self.random.choice((20, 40, 900, 900)))}

    def wait(self) -> dict[str, Any]:
        return {"wait": self.random.choice(("5 minutes", "2 hours", "1 day", "1 day", "2 weeks"))}
