"""Picking: which units of a shipment are off the shelf, and what is left to fetch."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from router.ledger.lifecycle import ShipmentState
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount


def parts_of(shipment: ShipmentAccount, reservations: Iterable[Reservation]) -> list[Reservation]:
    """The reservations that hold units for the shipment, in the order in which they were made."""
    held = (one for one in reservations if one.shipment == shipment.shipment and one.left)
    return sorted(held, key=lambda one: one.position)


def left_to_pick(shipment: ShipmentAccount, part: Reservation) -> int:
    """Units of a part that nobody took from the shelf yet; of canceled units, those not taken count first."""
    taken = dict(shipment.journey.picked).get(part.position, 0)
    return max(0, part.left - taken)


def with_picked(shipment: ShipmentAccount, taken: Sequence[tuple[Reservation, int]]) -> ShipmentAccount:
    """The shipment with more units of parts off the shelf."""
    picked = dict(shipment.journey.picked)
    for part, units in taken:
        assert units <= left_to_pick(shipment, part), "checked by the caller"
        picked[part.position] = picked.get(part.position, 0) + units
    journey = replace(shipment.journey, picked=tuple(sorted(picked.items())))
    return replace(shipment, journey=journey)


def state_with(shipment: ShipmentAccount, reservations: Iterable[Reservation]) -> ShipmentState:
    """The state of a shipment at its node with what is reserved for it: canceled when that is nothing, picked when all
    that is left is off the shelf.
    """
    parts = parts_of(shipment, reservations)
    if not parts:
        return ShipmentState.CANCELED
    if shipment.state is ShipmentState.PICKING and not any(left_to_pick(shipment, part) for part in parts):
        return ShipmentState.PICKED
    return shipment.state
