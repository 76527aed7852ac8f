"""What arrives of a transfer that was sent for a shipment: its units stay the shipment's on their new shelf; those that
did not arrive as they were sent wait again, to be decided otherwise, and with them the rest of their kits.
"""

from collections import Counter

from msgspec.structs import replace

from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.steps.awaited import parts_under_way, shipment_served, take_from
from router.app.steps.file_shipment import file_shipment
from router.app.steps.hold_units import hold_account
from router.app.steps.kits import choose_torn
from router.app.steps.resolve import release
from router.app.transfers.transfer_stock import under_way
from router.domain.identifiers import LineId, NodeId
from router.ledger.accounts import EMPTY, Account, Bucket, on_hand, outside
from router.ledger.balances import fold
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, ShipmentEvent
from router.ledger.orders import after_shortage
from router.ledger.picking import parts_of, state_with
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount, moved
from router.ledger.transfers import Transfer, TransferLine


class Served:
    """The shipment that a transfer serves, and its units as they come off their way; nothing for other transfers."""

    def __init__(self, books: Books, changes: Changes, transfer: Transfer) -> None:
        found = shipment_served(books, transfer)
        self._books, self._changes, self._transfer = books, changes, transfer
        self.filed: FiledOrder | None = None if found is None else found[0]
        self._shipment: ShipmentAccount | None = None if found is None else found[1]
        self._lost: list[tuple[Reservation, int]] = []
        self._torn: list[tuple[Reservation, int]] = []
        self._changed: dict[int, Reservation] = {}

    def release(self, line: TransferLine, units: int) -> list[tuple[Reservation, int]]:
        """Give back so many units of a line under way, as far as they are the shipment's, to be held elsewhere."""
        if self.filed is None or self._shipment is None or not units:
            return []
        parts = parts_under_way(self.filed, self._shipment, under_way(self._transfer, line))
        taken = take_from(parts, units)
        release(self._changes, taken, self.filed.order.id)
        self._keep([part.void(count) for part, count in taken])
        return taken

    def hold(self, taken: list[tuple[Reservation, int]], node_id: NodeId) -> None:
        """Hold what was released on a shelf, as far as it is free there: one that was counted short owes others.

        What is not waits again.
        """
        for part, units in taken:
            here = on_hand(node_id, part.account.sku, part.account.lot)
            free = min(units, max(0, free_with(self._books, self._changes, here)))
            if free:
                self._keep([hold_account(self._changes, part, here, free)])
            if free < units:
                self._lost.append((part, units - free))

    def lose(self, line: TransferLine, units: int) -> None:
        """So many units of a line did not arrive as they were sent: those of the shipment wait again."""
        self._lost += self.release(line, units)

    @property
    def order_id(self) -> str:
        """Of the order that is served; empty where none is."""
        return "" if self.filed is None else self.filed.order.id

    @property
    def state(self) -> str:
        return "" if self.filed is None else self.filed.account.state.name

    @property
    def is_short(self) -> bool:
        return bool(self._lost)

    def file(self) -> None:
        """File the order with what changed; with units that wait again `let_wait` files it."""
        self._tear_kits()
        self._changes.reservations.extend(self._changed.values())
        if self.filed is not None and not self._lost:
            self._changes.orders.append(self.filed)

    def let_wait(self) -> None:
        """Book what was lost as waiting, as what was asked for.

        A shipment that has nothing left is canceled, its dispatch of the day free.
        """
        assert self.filed is not None, "something was lost"
        assert self._shipment is not None, "of a shipment"
        order_id, waiting = self.filed.order.id, Counter[LineId]()
        torn = sum(units for _, units in self._torn)
        asked = {line.line_id: line.sku for line in self.filed.account.lines}
        for part, units in (*self._lost, *self._torn):
            waiting[part.line_id] += units
            self._changes.enter(
                EntryCode.BACKORDER_OPEN,
                debit=outside(Bucket.BACKORDER, asked[part.line_id]),
                credit=outside(Bucket.DEMAND_OPEN, asked[part.line_id]),
                quantity=units,
                reference=order_id,
                line_id=part.line_id,
            )
        after = replace(self.filed, account=after_shortage(self.filed.account, waiting))
        shipment = self._shipment
        left = moved(shipment, ShipmentEvent.CANCEL, state_with(shipment, after.reservations))
        if left.state is not shipment.state:
            planned = after.plan.shipments[shipment.shipment - 1]
            self._changes.book_shipment(shipment.node_id, planned.ship_day, -1)
        self._changes.tell_effect(
            ORDER_EFFECTS[OrderEvent.SHORTEN],
            order_id=order_id,
            subject=shipment.id,
            text=f"{waiting.total() - torn} of {self._transfer.id} did not arrive at {shipment.node_id}"
            " as they were sent" + (f"; with it {torn} of the same kit" if torn else ""),
            state=after.account.state.name,
            node_ids=(shipment.node_id,),
        )
        file_shipment(self._changes, after, left)

    def _tear_kits(self) -> None:
        """Give back the other units of kits of which some were lost, wherever they are: a kit goes elsewhere whole."""
        if self.filed is None or self._shipment is None or not self._lost:
            return
        parts = parts_of(self._shipment, self.filed.reservations)
        self._torn = choose_torn(self.filed.order, parts, {part.line_id for part, _ in self._lost}, {})
        release(self._changes, self._torn, self.filed.order.id)
        self._keep([part.void(units) for part, units in self._torn])

    def _keep(self, parts: list[Reservation]) -> None:
        if self.filed is None or not parts:
            return
        reservations = {part.position: part for part in self.filed.reservations}
        changed = {part.position: part for part in parts}
        reservations.update(changed)
        self._changed.update(changed)
        self.filed = replace(self.filed, reservations=tuple(reservations.values()))


def free_with(books: Books, changes: Changes, account: Account) -> int:
    """Units of an account that nobody is promised, once the changes so far are booked."""
    balances = {account: books.balances.get(account, EMPTY)}
    fold((entry for entry in changes.entries if account in (entry.debit, entry.credit)), balances)
    return balances[account].free
