"""Metrics counted once more from the raw journal, the events and what the contract shows: by other means."""

from collections import defaultdict
from datetime import datetime
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

from router.api.v1.order_pb2 import CostKind
from router.ledger.bookings import BookingState
from router.ledger.entries import Entry
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode as Code
from tests.journeys.journey import Journey
from tests.journeys.stock_steps import NODES, SKUS
from tests.scenarios.seen import see_order
from tests.scenarios.worlds import CoreWorld, Refused

MICROS = 1_000_000
PARIS = ZoneInfo("Europe/Paris")

PAID_FOR = {f"COST_KIND_{word}" for word in ("FREIGHT", "HANDLING", "PICK", "PACKAGING", "TRANSFER")}
WEIGHED = {
    f"COST_KIND_{word}"
    for word in ("LATENESS", "RULE", "STOCK_PRICE", "CAPACITY_PRICE", "MOVE", "SUBSTITUTE")
}
"""Of a shipment; an order besides pays for nothing: it weighs splits and what waits."""


class Recount:
    """Numerators and denominators over all orders of a journey in the core."""

    def __init__(self, journey: Journey) -> None:
        world = journey.play.world
        assert isinstance(world, CoreWorld)
        self.journey = journey
        self.now = world.clock.now()
        application = world.core.application
        with application.store.reader() as reader:
            self.batches = [(batch.number, list(entries)) for batch, entries in reader.read_journal()]
            self.events = list(reader.list_events(0, 100_000, None))
        self.entries = [entry for _, entries in self.batches for entry in entries]
        self.orders = journey.orders
        self.shipments = {id: one for order in self.orders for id, one in self.records(order)}
        self.left = self.subjects(EventKind.SHIPMENT_DISPATCHED)

    def records(self, order_id: str) -> list[tuple[str, Any]]:
        found = self.journey.shipments_of(order_id)
        return [(id, self.journey.play.look("shipment", id).record) for id, _ in found]

    def subjects(self, kind: EventKind) -> dict[str, int]:
        return {event.subject: event.time for event in self.events if event.kind is kind}

    def of_order(self, order_id: str, *codes: Code) -> list[Entry]:
        return [one for one in self.entries if one.reference == order_id and one.code in codes]

    def units(self, order_id: str, *codes: Code) -> int:
        return sum(one.quantity for one in self.of_order(order_id, *codes))

    def first_reserves(self, order_id: str) -> list[Entry]:
        for _, entries in self.batches:
            mine = [entry for entry in entries if entry.reference == order_id and entry.code is not Code.VOID]
            if mine:
                return [entry for entry in mine if entry.code is Code.RESERVE]
        return []

    def fill_rate(self) -> tuple[int, int]:
        ordered = sum(see_order(self.journey.play, order_id)["ordered"] for order_id in self.orders)
        at_once = sum(entry.quantity for order_id in self.orders for entry in self.first_reserves(order_id))
        return at_once, ordered

    def split_rate(self) -> tuple[int, int]:
        nodes = [{entry.credit.node_id for entry in self.first_reserves(one)} for one in self.orders]
        return sum(len(one) > 1 for one in nodes), sum(bool(one) for one in nodes)

    def order_accuracy(self) -> tuple[int, int]:
        disturbed = self.subjects(EventKind.SHIPMENT_SHORTENED) | self.subjects(EventKind.SHIPMENT_REJECTED)
        batches = {
            (number, entry.reference)
            for number, entries in self.batches
            for entry in entries
            if entry.code is Code.SHIP and entry.reference in self.orders
        }
        return sum(id not in disturbed for id in self.left), len(batches)

    def delivery_speed(self) -> tuple[int, int]:
        routed = {event.order_id: event.time for event in self.events if event.kind is EventKind.ORDER_ROUTED}
        delivered = self.subjects(EventKind.SHIPMENT_DELIVERED)
        # Of commits in one instant each is a microsecond later than the one before.
        seconds = [round((time - routed[id.partition("/")[0]]) / MICROS) for id, time in delivered.items()]
        return sum(seconds), len(seconds)

    def on_time_in_full(self) -> tuple[int, int]:
        good = all_of_them = 0
        delivered = self.subjects(EventKind.SHIPMENT_DELIVERED)
        for order_id in self.orders:
            left = {id for id in self.left if id.startswith(f"{order_id}/")}
            if not left or self.is_open(order_id) or self.under_way(order_id):
                continue
            all_of_them += 1
            good += all(
                id in delivered and self.day(delivered[id]) <= self.shipments[id].promised_date for id in left
            )
        return good, all_of_them

    def day(self, time: int) -> str:
        return datetime.fromtimestamp(time // MICROS, PARIS).date().isoformat()

    def is_open(self, order_id: str) -> bool:
        waiting = self.units(order_id, Code.BACKORDER_OPEN) - self.units(
            order_id, Code.BACKORDER_CLOSE, Code.BACKORDER_FILL
        )
        held = self.units(order_id, Code.RESERVE) - self.units(order_id, Code.POST, Code.VOID, Code.EXPIRE)
        return bool(waiting or held)

    def under_way(self, order_id: str) -> int:
        """Units with a carrier: what came into `shipped` less what went out of it."""
        into = sum(
            one.quantity
            for one in self.entries
            if one.reference == order_id and one.debit.bucket.name == "SHIPPED"
        )
        out = sum(
            one.quantity
            for one in self.entries
            if one.reference == order_id and one.credit.bucket.name == "SHIPPED"
        )
        return into - out

    def backorder_age(self) -> tuple[int, int]:
        """Unit by unit."""
        waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
        for entry in self.entries:
            line = (entry.reference, entry.line_id)
            if entry.code is Code.BACKORDER_OPEN:
                waiting[line] += [entry.time] * entry.quantity
            elif entry.code in (Code.BACKORDER_CLOSE, Code.BACKORDER_FILL):
                del waiting[line][: entry.quantity]
        ages = [(self.now - since) // MICROS for line in waiting.values() for since in line]
        return sum(ages), len(ages)

    def return_rate(self) -> tuple[int, int]:
        announced = sum(one.quantity for one in self.entries if one.code is Code.RETURN_EXPECT)
        back = announced - sum(one.quantity for one in self.entries if one.code is Code.RETURN_RELEASE)
        gone = sum(
            one.quantity for one in self.entries if one.code is Code.SHIP and one.reference in self.orders
        )
        return back, gone

    def substitution_rate(self) -> tuple[int, int]:
        other = gone = 0
        for order_id in self.orders:
            asked = {line.sku for line in self.journey.play.look("order", order_id).record.lines}
            for one in self.of_order(order_id, Code.SHIP):
                gone += one.quantity
                other += one.quantity * (one.credit.sku not in asked)
        return other, gone

    def reject_rate(self) -> tuple[int, int]:
        return len(self.subjects(EventKind.SHIPMENT_REJECTED)), len(self.shipments)

    def pick_distance(self) -> tuple[int, int]:
        """The walks through the bins of what was scanned: each wave of these journeys is for one shipment."""
        ended = self.subjects(EventKind.SHIPMENT_PICKED) | self.subjects(EventKind.SHIPMENT_SHORTENED)
        picked: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for step in self.journey.done:
            if "pick" in step:
                picked[step["pick"]][step["sku"]] += step["quantity"]
        walk = units = 0
        for id, skus in picked.items():
            if id in ended and self.shipments[id].state != 3:
                walk += shortest(sorted(skus))
                units += sum(skus.values())
        return walk, units

    def cost_per_order(self) -> tuple[int, int]:
        total = 0
        for order_id in {id.partition("/")[0] for id in self.left}:
            plan = self.journey.play.look("order", order_id).record.plan
            for one in plan.shipments:
                if one.shipment_id in self.left:
                    charge = self.charge_of(one.shipment_id)
                    parts = [(CostKind.Name(part.kind), part.amount_minor) for part in one.costs]
                    assert {kind for kind, _ in parts} <= PAID_FOR | WEIGHED, "every kind is one or the other"
                    paid = sum(amount for kind, amount in parts if kind in PAID_FOR)
                    if charge is not None:
                        paid += charge - dict(parts).get("COST_KIND_FREIGHT", 0)
                    total += 1_000 * paid
        return total, len({id.partition("/")[0] for id in self.left})

    def charge_of(self, shipment_id: str) -> int | None:
        """Of one that left, what its carrier charges by its booking; None: it has none in force."""
        try:
            booking = self.journey.play.look("booking", shipment_id).booking
        except Refused:
            return None
        return None if BookingState(booking.state) is BookingState.VOIDED else booking.charge_minor


PLACES = {"start": (0, 0), **{sku: (300 * n, 500) for n, sku in enumerate(SKUS)}}
assert len(NODES) == 2, "both have the same layout"


def shortest(skus: list[str]) -> int:
    """Of all walks from the start through the bins and back."""
    return min(sum(map(steps, ("start", *order), (*order, "start"))) for order in permutations(skus))


def steps(a: str, b: str) -> int:
    (ax, ay), (bx, by) = PLACES[a], PLACES[b]
    if ax == bx:
        return abs(ay - by)
    return abs(ax - bx) + min(ay + by, 4_000 - ay - by)
