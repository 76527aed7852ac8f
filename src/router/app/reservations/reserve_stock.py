"""Reserve stock for somebody who has no order yet: all lines or none, or as much of each as there is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from router.app.answers.orders import ReservationChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.held import Place
from router.app.commands.reservations import ReserveStock
from router.app.steps.hold_units import hold_units
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.event_kinds import EventKind
from router.ledger.reservations import Reservation
from router.ledger.stock_reservations import (
    AskedLine,
    ReservationState,
    StockReservation,
    reservation_id_of,
)


def reserve_stock(
    books: Books, commands: Sequence[ReserveStock], at: Instant
) -> tuple[Changes, Sequence[ReservationChanged | RouterError]]:
    """Hold the units of each command, as if one after another; beside what changes each one's answer or refusal."""
    round = Round(books, Changes(after=books.head, time=at))
    return round.changes, [round.answer(command) for command in commands]


@dataclass(slots=True)
class Round:
    """Reservations that are made at one time: the books do not know of them yet."""

    books: Books
    changes: Changes
    taken: dict[Place, int] = field(default_factory=dict)
    """Units that these reservations hold."""
    made: dict[str, StockReservation] = field(default_factory=dict)

    def answer(self, command: ReserveStock) -> ReservationChanged | RouterError:
        """What the command is told; when it is refused it leaves nothing behind."""
        try:
            return ReservationChanged(reservation=self.reserve(command))
        except RouterError as refusal:
            return refusal

    def reserve(self, command: ReserveStock) -> StockReservation:
        """Until the time limit, or firmly. Refuses a known id, unknown nodes and SKUs, INSUFFICIENT_STOCK."""
        books, changes = self.books, self.changes
        self.refuse_known(command.reservation_id)
        refuse_unknown(books, command.lines)
        quantities = self.share_out(command)
        number = changes.next_event_position
        id = command.reservation_id or reservation_id_of(number)
        parts: list[Reservation] = []
        for line, quantity in zip(command.lines, quantities, strict=True):
            if quantity:
                place = (line.node_id, line.sku)
                self.taken[place] = self.taken.get(place, 0) + quantity
                parts += hold_units(
                    books,
                    changes,
                    node_id=line.node_id,
                    sku=line.sku,
                    quantity=quantity,
                    reference=id,
                    line_id=line.line_id,
                )
        limit = command.timeout_seconds
        reservation = StockReservation(
            id=id,
            number=number,
            reference=command.reference,
            state=ReservationState.HELD,
            create_time=changes.time,
            expire_time=None if limit is None else books.clock.in_seconds(limit),
            lines=command.lines,
            parts=tuple(parts),
        )
        self.made[id] = reservation
        changes.stock_reservations.append(reservation)
        changes.tell(EventKind.STOCK_RESERVED, subject=id, text=describe(reservation))
        return reservation

    def refuse_known(self, reservation_id: str) -> None:
        """Refuse with RESERVATION_EXISTS an id that somebody used before."""
        if not reservation_id:
            return
        known = self.made.get(reservation_id) or self.books.stock_reservations.find(reservation_id)
        if known is not None:
            raise RouterError(
                Reason.RESERVATION_EXISTS,
                f"reservation `{reservation_id}` was made already and is {known.state.name}; use another id",
                reservation_id=reservation_id,
                state=known.state.name,
            )

    def share_out(self, command: ReserveStock) -> Sequence[int]:
        """Units for each line. Refuses when a line gets too few, or with `allow_partial` when all get none.

        What is there is shared out to the lines in their order, so that two lines never hold the same unit.
        """
        taken: dict[Place, int] = {}
        quantities = []
        for line in command.lines:
            place = (line.node_id, line.sku)
            before = taken.get(place, 0)
            free = self.books.available(line.sku).get(line.node_id, 0) - self.taken.get(place, 0)
            units = min(line.quantity, free - before)
            taken[place] = before + units
            quantities.append(units)
        short = [
            (index, line, quantity)
            for index, (line, quantity) in enumerate(zip(command.lines, quantities, strict=True))
            if quantity < line.quantity
        ]
        if short and not (command.allow_partial and any(quantities)):
            refuse_short(short)
        return quantities


def refuse_unknown(books: Books, lines: Iterable[AskedLine]) -> None:
    """Refuse with INVALID_REQUEST and every node and SKU that the books do not know."""
    nodes, violations = books.ready_network().node_index, []
    for index, line in enumerate(lines):
        if line.node_id not in nodes:
            text = f"node `{line.node_id}` is not in the network; put it first"
            violations.append(Violation(f"lines[{index}].node_id", "UNKNOWN_NODE", text))
        if line.sku not in books.products:
            text = f"product `{line.sku}` is unknown; put it first"
            violations.append(Violation(f"lines[{index}].sku", "UNKNOWN_SKU", text))
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"{violations[0].description}; nothing was reserved",
            violations=violations,
            fault_count=len(violations),
        )


def refuse_short(short: Sequence[tuple[int, AskedLine, int]]) -> None:
    _, line, quantity = short[0]
    more = f", and {len(short) - 1} more lines are short" if len(short) > 1 else ""
    raise RouterError(
        Reason.INSUFFICIENT_STOCK,
        f"line `{line.line_id}` asks for {line.quantity} of `{line.sku}` at `{line.node_id}`, {quantity} can be"
        f" promised{more}; nothing was reserved",
        violations=(
            Violation(
                f"lines[{index}].quantity",
                "INSUFFICIENT_STOCK",
                f"quantity is {line.quantity:,}, can be at most {quantity:,}",
            )
            for index, line, quantity in short
        ),
        line_id=line.line_id,
        available=quantity,
        asked=line.quantity,
    )


def describe(reservation: StockReservation) -> str:
    """`5 units at lyon, lille`."""
    units = sum([part.quantity for part in reservation.parts])
    nodes = ", ".join(dict.fromkeys([part.account.node_id for part in reservation.parts]))
    return f"{units} unit{'' if units == 1 else 's'} at {nodes}"
