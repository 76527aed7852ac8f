"""Confirm a pick: somebody scanned units that he took from a shelf for a shipment."""

from collections.abc import Sequence

from router.app.answers.fulfillment import PickConfirmed
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.fulfillment import ConfirmPick
from router.app.steps.file_shipment import file_shipment, get_shipment, tell_shipment
from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.allowed import check_shipment_allowed
from router.ledger.lifecycle import ShipmentEvent, ShipmentState
from router.ledger.picking import left_to_pick, parts_of, state_with, with_picked
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount, moved


def confirm_pick(books: Books, command: ConfirmPick, at: Instant) -> tuple[Changes, PickConfirmed]:
    """Note units as off the shelf. Their entries are booked when they leave.

    Refuses with WRONG_ITEM what the shipment does not expect, and says what it does; with ORDER_STATE_FORBIDS a
    shipment that nobody picks.
    """
    filed, shipment = get_shipment(books, command.shipment_id)
    check_shipment_allowed(shipment.id, shipment.state, ShipmentEvent.PICK)
    parts = parts_of(shipment, filed.reservations)
    taken = choose(books, shipment, parts, command)
    changes = Changes(after=books.head, time=at)
    after = with_picked(shipment, taken)
    after = moved(after, ShipmentEvent.PICK, state_with(after, filed.reservations))
    filed = file_shipment(changes, filed, after)
    if after.state is ShipmentState.PICKED:
        count = sum(part.left for part in parts)
        text = f"{count} unit{'' if count == 1 else 's'} off the shelves of {after.node_id}"
        tell_shipment(changes, filed, after, ShipmentEvent.PICK, text)
    left = sum(left_to_pick(after, part) for part in parts)
    return changes, PickConfirmed(shipment_id=after.id, state=after.state.name, left_to_pick=left)


def choose(
    books: Books, shipment: ShipmentAccount, parts: Sequence[Reservation], command: ConfirmPick
) -> list[tuple[Reservation, int]]:
    """The parts whose units were scanned, in the order of their making."""
    taken, wanted = [], command.quantity
    for part in parts:
        if part.account.sku == command.sku and command.lot in ("", part.account.lot):
            units = min(wanted, left_to_pick(shipment, part))
            wanted -= units
            if units:
                taken.append((part, units))
    if wanted:
        raise wrong_item(books, shipment, parts, command)
    return taken


def wrong_item(
    books: Books, shipment: ShipmentAccount, parts: Sequence[Reservation], command: ConfirmPick
) -> RouterError:
    """What was scanned, and what is expected where."""
    layout = books.find_layout(NodeId(shipment.node_id))
    bins = {} if layout is None else layout.bins
    expected = [(part, units) for part in parts if (units := left_to_pick(shipment, part))]
    said = ", ".join(
        f"{units} of {named(part.account.sku, part.account.lot)}"
        + (f" in bin `{bins[part.account.sku].label}`" if part.account.sku in bins else "")
        for part, units in expected
    )
    return RouterError(
        Reason.WRONG_ITEM,
        f"{command.quantity} of {named(command.sku, command.lot)} were scanned for shipment `{shipment.id}`, it expects"
        f" {said or 'nothing more'}; put back what is not among these",
        shipment_id=shipment.id,
        scanned_sku=command.sku,
        expected_skus=",".join(dict.fromkeys(part.account.sku for part, _ in expected)),
    )


def named(sku: Sku, lot: str) -> str:
    return f"`{sku}` lot `{lot}`" if lot else f"`{sku}`"
