"""Shipments as the ledger knows them: each belongs to an order's plan and has a life of its own."""

from msgspec import Struct
from msgspec.structs import replace

from router.domain.identifiers import Day, Instant, NodeId, OrderId
from router.ledger.allowed import check_shipment_allowed
from router.ledger.lifecycle import SHIPMENT_TRANSITIONS, ShipmentEvent, ShipmentState
from router.ledger.tracking import CarrierReport


class Journey(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What became of a shipment on its way, besides its state.

    `picked` are units off the shelf by the position of their reservation. `dispatch_time` is when it left, 0 before.
    `reports` are the carrier's, in their order. `eta_day` is the day on which it is expected, None: that of the plan;
    it likely arrives between `eta_low_day` and `eta_high_day`, None: nobody can say how sure that is.
    `release_time` is when its node could begin, `acknowledge_time` when the node said that it will; 0 before.
    `charge_minor` is what its carrier charges by the booking that it left with, None: it left without one.
    `is_late_told`: its customer is due to know that it comes late. `is_damage_told`: it was told that its carrier
    says that goods in it may be broken.
    """

    picked: tuple[tuple[int, int], ...] = ()
    dispatch_time: Instant = Instant(0)
    reports: tuple[CarrierReport, ...] = ()
    eta_day: Day | None = None
    eta_low_day: Day | None = None
    eta_high_day: Day | None = None
    is_late_told: bool = False
    release_time: Instant = Instant(0)
    acknowledge_time: Instant = Instant(0)
    charge_minor: int | None = None
    is_damage_told: bool = False


NO_JOURNEY = Journey()


class ShipmentAccount(Struct, frozen=True, kw_only=True, gc=False):
    """One node's dispatch of an order.

    `number` is unique and rises in the order of planning: the position of the first entry that promised its units.
    `shipment` numbers those of an order from 1. `cut_off_time` is the last instant at which the node can begin on it
    and still hand it over on the day of the plan; 0 when nobody knows. `tracking_number` is what the carrier calls it;
    `wave` numbers the wave in which it was picked, 0: none.
    """

    number: int
    order_id: OrderId
    shipment: int
    node_id: NodeId
    state: ShipmentState
    cut_off_time: Instant
    tracking_number: str = ""
    wave: int = 0
    journey: Journey = NO_JOURNEY

    @property
    def id(self) -> str:
        return shipment_id_of(self.order_id, self.shipment)


def shipment_id_of(order_id: str, number: int) -> str:
    """`<order_id>/<number>`."""
    return f"{order_id}/{number}"


def moved(one: ShipmentAccount, event: ShipmentEvent, state: ShipmentState | None = None) -> ShipmentAccount:
    """The shipment after `event`, in `state` where it may lead to several.

    Refuses with ORDER_STATE_FORBIDS an event that cannot meet the state it is in.
    """
    check_shipment_allowed(one.id, one.state, event)
    states = SHIPMENT_TRANSITIONS[one.state, event].states
    if state is None:
        (state,) = states
    assert state in states, f"{one.state.name} cannot become {state.name} by {event.name}"
    return replace(one, state=state)
