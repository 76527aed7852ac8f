"""What a shipment from a gathering awaits: the transfers of its plan, by client line."""

from msgspec import UNSET

from router.domain.identifiers import Day
from router.domain.plan import Allocation, PlannedTransfer
from router.routing.batch.gatherings import NO_COLUMN, passages_of
from router.routing.round.dispatches import Dispatch
from router.routing.round.round import Solved


def transfers_of(solved: Solved, dispatch: Dispatch) -> tuple[PlannedTransfer, ...]:
    """One for each lane that brings any of the shipment, in the order of the gathering's lanes."""
    batch = solved.batch
    assert batch.gatherings is not None
    one = batch.gatherings.of_column(dispatch.node)
    assert one is not None, "only gatherings await anything"
    brought: dict[int, list[Allocation]] = {lane: [] for lane in one.lanes}
    carried = sorted({bundle for parcel in dispatch.parcels for bundle, _ in parcel.units})
    for bundle in carried:
        for line, _ in batch.bundles.parts_of(solved.bundles.start + bundle):
            for lane, allocation in allocate(solved, line, dispatch.node):
                if lane != NO_COLUMN:
                    brought[lane].append(allocation)
    ready = batch.ready_day[solved.order].tolist()
    ways = zip(one.lanes, one.sources, passages_of(batch.network, one, ready), strict=True)
    return tuple(
        PlannedTransfer(
            from_node_id=batch.node_ids[source],
            depart_day=Day(passage.depart_day),
            arrive_day=Day(passage.arrive_day),
            allocations=tuple(brought[lane]),
        )
        for lane, source, passage in ways
        if brought[lane]
    )


def allocate(solved: Solved, line: int, column: int) -> list[tuple[int, Allocation]]:
    """Who gives how many units of which client line: the givers in turn serve the client's lines in turn."""
    quantity = int(solved.batch.quantity[line])
    given = iter([(lane, count) for lane, _, count in solved.round.given(line, column, quantity)])
    asked = solved.batch.lines[line].asked
    asked_sku = UNSET if asked is None else asked.sku
    lane, left = next(given)
    found = []
    for part in solved.batch.lines[line].parts:
        wanted = part.quantity
        while wanted:
            if not left:
                lane, left = next(given)
            count = min(wanted, left)
            allocation = Allocation(line_id=part.id, sku=part.sku, quantity=count, asked_sku=asked_sku)
            found.append((lane, allocation))
            wanted, left = wanted - count, left - count
    return found
