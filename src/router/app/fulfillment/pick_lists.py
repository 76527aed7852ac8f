"""Pick lists: what to fetch for a wave, in the order of a short walk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from router.app.ports.store import Reader
from router.app.records.filters import ShipmentFilter
from router.app.records.ids import wave_id_of, wave_number_of
from router.domain.identifiers import LineId, NodeId, Sku
from router.domain.layout import Layout
from router.domain.limits import SHIPMENTS_PER_RELEASE_MAX
from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import ShipmentState
from router.ledger.picking import left_to_pick, parts_of
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount
from router.solver.walk import shortest_walk, walk_length


@dataclass(frozen=True, slots=True, kw_only=True)
class PickPart:
    """Units of an item that go to one shipment."""

    shipment_id: str
    line_id: LineId
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickItem:
    """Units of one SKU and lot to be taken from one bin; `bin` empty: nobody said where it lies."""

    bin: str
    sku: Sku
    lot: str
    quantity: int
    parts: tuple[PickPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PickList:
    """What is left to fetch for a wave. `walk_cm` is how long the walk is from the start through all bins and back,
    `scan_walk_cm` how long it would be in the order in which shipments and their lines came; 0 without a layout.
    """

    wave_id: str
    node_id: NodeId
    items: tuple[PickItem, ...]
    walk_cm: int
    scan_walk_cm: int


def pick_list(reader: Reader, wave_id: str) -> PickList:
    """Refuses with PICK_WAVE_NOT_FOUND. Items without a bin come last."""
    where = ShipmentFilter(wave=wave_number_of(wave_id))
    shipments = reader.list_shipments(None, SHIPMENTS_PER_RELEASE_MAX, where) if where.wave else ()
    if not shipments:
        raise no_wave(wave_id)
    items = items_of(
        (one, part, left_to_pick(one, part))
        for one in shipments
        for part in parts_of(one, reader.list_reservations(one.order_id))
    )
    node_id = shipments[0].node_id
    layout = reader.find_layout(node_id)
    if layout is None:
        return PickList(wave_id=wave_id, node_id=node_id, items=items, walk_cm=0, scan_walk_cm=0)
    return walked(wave_id_of(shipments[0].wave), layout, items)


def items_of(parts: Iterable[tuple[ShipmentAccount, Reservation, int]]) -> tuple[PickItem, ...]:
    """One item for each SKU and lot, in the order in which they were first wanted."""
    wanted: dict[tuple[Sku, str], list[PickPart]] = {}
    for shipment, part, units in parts:
        if units:
            wanted.setdefault((part.account.sku, part.account.lot), []).append(
                PickPart(shipment_id=shipment.id, line_id=part.line_id, quantity=units)
            )
    return tuple(
        PickItem(bin="", sku=sku, lot=lot, quantity=sum(one.quantity for one in parts), parts=tuple(parts))
        for (sku, lot), parts in wanted.items()
    )


def walked(wave_id: str, layout: Layout, items: Sequence[PickItem]) -> PickList:
    """The items with their bins, in the order of a short walk."""
    placed = [one for one in items if one.sku in layout.bins]
    places = [layout.start, *(layout.bins[one.sku] for one in placed)]
    distances = [[layout.walk_cm(a, b) for b in places] for a in places]
    stops = shortest_walk(distances)
    in_order = [with_bin(placed[stop - 1], places[stop].label) for stop in stops]
    return PickList(
        wave_id=wave_id,
        node_id=layout.node_id,
        items=(*in_order, *(one for one in items if one.sku not in layout.bins)),
        walk_cm=walk_length(distances, stops),
        scan_walk_cm=walk_length(distances, range(1, len(places))),
    )


def with_bin(item: PickItem, label: str) -> PickItem:
    return PickItem(bin=label, sku=item.sku, lot=item.lot, quantity=item.quantity, parts=item.parts)


def no_wave(wave_id: str) -> RouterError:
    return RouterError(
        Reason.PICK_WAVE_NOT_FOUND,
        f"no pick wave has the id `{wave_id}`; CreatePickWave gives ids like `{wave_id_of(42)}`",
        wave_id=wave_id,
    )


def on_no_wave(account: ShipmentAccount) -> RouterError:
    step = "CreatePickWave puts released shipments on one"
    if account.state is ShipmentState.PLANNED:
        step = f"release it with ReleaseShipments, then {step}"
    elif account.state is not ShipmentState.RELEASED:
        step = "nothing of it is left to fetch"
    return RouterError(
        Reason.PICK_WAVE_NOT_FOUND,
        f"shipment `{account.id}` is {account.state.name} and on no pick wave; {step}",
        shipment_id=account.id,
        state=account.state.name,
    )
