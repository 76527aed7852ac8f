"""Short pick: units of a shipment that are not on their shelf: the books learn it and the units wait for others."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from router.app.answers.fulfillment import KitTakenOut, PickConfirmed, ShipmentUnits
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.fulfillment import ShortPick
from router.app.steps import resolve
from router.app.steps.file_shipment import file_shipment, get_shipment
from router.app.steps.kits import choose_torn
from router.domain.identifiers import Instant, LineId, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import EMPTY, Bucket, outside
from router.ledger.allowed import check_shipment_allowed
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, ShipmentEvent, ShipmentState
from router.ledger.orders import after_shortage
from router.ledger.picking import left_to_pick, parts_of, state_with
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount, moved


def short_pick(books: Books, command: ShortPick, at: Instant) -> tuple[Changes, PickConfirmed]:
    """The promise of the missing units is released, the variance of the shelf is booked, and the units wait as a
    backorder, which the engine decides again in the same transaction. Where they are of a kit its other units, those
    that were scanned too, go back to the shelf and wait with them. A shipment that has nothing left is canceled, its
    node's dispatch of that day free.

    Refuses with ORDER_STATE_FORBIDS a shipment that nobody picks, or more units than it still expects of the SKU.
    """
    filed, shipment = get_shipment(books, command.shipment_id)
    check_shipment_allowed(shipment.id, shipment.state, ShipmentEvent.SHORTEN)
    parts = parts_of(shipment, filed.reservations)
    missing = choose(shipment, parts, command)
    gone = Counter({part.position: units for part, units in missing})
    torn = choose_torn(filed.order, parts, {part.line_id for part, _ in missing}, gone)
    put_back = scanned_too_much(shipment, parts, both(missing, torn)) if torn else ()
    changes = Changes(after=books.head, time=at)
    release_missing(books, changes, filed, missing, torn, command)
    after = with_less(changes, filed, both(missing, torn), books.count_rejections(shipment))
    state = state_with(shipment, after.reservations)
    shipment = moved(shipment, ShipmentEvent.SHORTEN, state)
    if state is ShipmentState.CANCELED:
        changes.book_shipment(shipment.node_id, filed.plan.shipments[shipment.shipment - 1].ship_day, -1)
    changes.tell_effect(
        ORDER_EFFECTS[OrderEvent.SHORTEN],
        order_id=shipment.order_id,
        subject=shipment.id,
        text=f"{command.quantity} of {command.sku} were not on the shelf of {shipment.node_id}: {command.reason}"
        + torn_text(torn, put_back),
        state=after.account.state.name,
        node_ids=(shipment.node_id,),
    )
    file_shipment(changes, after, shipment)
    left = sum(left_to_pick(shipment, part) for part in parts_of(shipment, after.reservations))
    if torn:
        return changes, KitTakenOut(
            shipment_id=shipment.id, state=state.name, left_to_pick=left, put_back=put_back
        )
    return changes, PickConfirmed(shipment_id=shipment.id, state=state.name, left_to_pick=left)


def choose(
    shipment: ShipmentAccount, parts: Sequence[Reservation], command: ShortPick
) -> list[tuple[Reservation, int]]:
    """The parts whose units are missing: those promised last first."""
    chosen, wanted = [], command.quantity
    for part in reversed(parts):
        if part.account.sku == command.sku and command.lot in ("", part.account.lot):
            units = min(wanted, left_to_pick(shipment, part))
            wanted -= units
            if units:
                chosen.append((part, units))
    if wanted:
        count = command.quantity - wanted
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment.id}` expects {count} units of `{command.sku}`, {command.quantity} cannot be missing;"
            " what was scanned already is off the shelf",
            shipment_id=shipment.id,
            state=shipment.state.name,
        )
    return chosen


def both(
    missing: Sequence[tuple[Reservation, int]], torn: Sequence[tuple[Reservation, int]]
) -> list[tuple[Reservation, int]]:
    """Each part once."""
    units = Counter({part.position: count for part, count in missing})
    units.update({part.position: count for part, count in torn})
    parts = {part.position: part for part, _ in (*missing, *torn)}
    return [(part, units[position]) for position, part in parts.items()]


def scanned_too_much(
    shipment: ShipmentAccount, parts: Sequence[Reservation], gone: Sequence[tuple[Reservation, int]]
) -> tuple[ShipmentUnits, ...]:
    """Units that were scanned and are not of the shipment any more."""
    taken = dict(shipment.journey.picked)
    lost = {part.position: units for part, units in gone}
    over = (
        (
            part,
            min(
                lost.get(part.position, 0),
                taken.get(part.position, 0) - part.left + lost.get(part.position, 0),
            ),
        )
        for part in parts
    )
    return tuple(
        ShipmentUnits(line_id=part.line_id, sku=part.account.sku, quantity=units)
        for part, units in over
        if units > 0
    )


def torn_text(torn: Sequence[tuple[Reservation, int]], put_back: Sequence[ShipmentUnits]) -> str:
    if not torn:
        return ""
    text = f"; with it {counted((part.account.sku, units) for part, units in torn)} of the same kit"
    return f"{text}, put back {counted((one.sku, one.quantity) for one in put_back)}" if put_back else text


def counted(units: Iterable[tuple[Sku, int]]) -> str:
    """`1 of TIN-LAMP and 2 of RED-CLOCK`."""
    skus: Counter[Sku] = Counter()
    for sku, count in units:
        skus[sku] += count
    return " and ".join(f"{count} of {sku}" for sku, count in skus.items())


def release_missing(
    books: Books,
    changes: Changes,
    filed: FiledOrder,
    missing: Sequence[tuple[Reservation, int]],
    torn: Sequence[tuple[Reservation, int]],
    command: ShortPick,
) -> None:
    """The entries: promises back, the shelf's variance, and the units as waiting, those of `torn` kits too.

    Where a count has taken the units off the books already, they are not taken off again.
    """
    order_id = filed.account.order_id
    resolve.release(changes, both(missing, torn), order_id)
    taken: dict[object, int] = {}
    for part, units in missing:
        here = part.account
        released = sum(count for one, count in missing if one.account == here)
        free = books.balances.get(here, EMPTY).free + released - taken.get(here, 0)
        variance = max(0, free if command.empties_bin else min(units, free))
        taken[here] = taken.get(here, 0) + variance
        if variance:
            changes.enter(
                EntryCode.ADJUST,
                debit=outside(Bucket.ADJUSTMENT, here.sku, here.lot),
                credit=here,
                quantity=variance,
                reference=order_id,
                line_id=command.reason,
            )
        let_wait(changes, filed, part, units)
    for part, units in torn:
        let_wait(changes, filed, part, units)


def let_wait(changes: Changes, filed: FiledOrder, part: Reservation, units: int) -> None:
    sku = next(line.sku for line in filed.account.lines if line.line_id == part.line_id)
    changes.enter(
        EntryCode.BACKORDER_OPEN,
        debit=outside(Bucket.BACKORDER, sku),
        credit=outside(Bucket.DEMAND_OPEN, sku),
        quantity=units,
        reference=filed.account.order_id,
        line_id=part.line_id,
    )


def with_less(
    changes: Changes, filed: FiledOrder, missing: Sequence[tuple[Reservation, int]], count: int
) -> FiledOrder:
    """The order whose missing units wait again, with so many shipments that were rejected or had too little."""
    after = {part.position: part for part in filed.reservations}
    waiting: dict[LineId, int] = {}
    for part, units in missing:
        after[part.position] = after[part.position].void(units)
        changes.reservations.append(after[part.position])
        waiting[part.line_id] = waiting.get(part.line_id, 0) + units
    account = replace(after_shortage(filed.account, waiting), rejection_count=count)
    return replace(filed, account=account, reservations=tuple(after.values()))
