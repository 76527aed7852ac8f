"""What metrics count of a pick wave: how far somebody walked for how many units."""

from dataclasses import dataclass

from router.app.metrics.facts import READ_AT_ONCE
from router.app.ports.store import Reader
from router.app.records.filters import ShipmentFilter
from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.limits import SHIPMENTS_PER_RELEASE_MAX
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import ShipmentState
from router.solver.walk import shortest_walk, walk_length


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveFacts:
    """A walk and the units picked on it; `time` is when the last of its shipments was picked."""

    wave: int
    node_id: NodeId
    time: Instant
    walk_cm: int
    picked: int


def read_wave_facts(reader: Reader, wave: int) -> WaveFacts | None:
    """None while somebody still walks, or when nobody knows where goods lie.

    The walk is the shortest that was found through the bins of all that was picked, as they are laid out now.
    """
    shipments = reader.list_shipments(None, SHIPMENTS_PER_RELEASE_MAX, ShipmentFilter(wave=wave))
    layout = reader.find_layout(shipments[0].node_id) if shipments else None
    if layout is None or any(one.state is ShipmentState.PICKING for one in shipments):
        return None
    skus: dict[Sku, int] = {}
    times = []
    for one in shipments:
        picked = dict(one.journey.picked)
        for part in reader.list_reservations(one.order_id):
            if units := picked.get(part.position, 0):
                skus[part.account.sku] = skus.get(part.account.sku, 0) + units
        times += [
            event.time
            for event in reader.list_events(0, READ_AT_ONCE, one.order_id)
            if event.subject == one.id
            and event.kind in (EventKind.SHIPMENT_PICKED, EventKind.SHIPMENT_SHORTENED)
        ]
    placed = [layout.bins[sku] for sku in sorted(skus) if sku in layout.bins]
    if not placed or not times:
        return None
    places = [layout.start, *placed]
    distances = [[layout.walk_cm(a, b) for b in places] for a in places]
    return WaveFacts(
        wave=wave,
        node_id=layout.node_id,
        time=max(times),
        walk_cm=walk_length(distances, shortest_walk(distances)),
        picked=sum(units for sku, units in skus.items() if sku in layout.bins),
    )
