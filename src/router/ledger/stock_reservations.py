"""Stock reservations: lines promised together to somebody who has no order yet, such as a cart, for a time or firmly.

    held -> posted | voided | expired | ordered

A change is decided by one look at the value as it stands: whoever comes second finds it resolved and changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace

from router.domain.identifiers import Instant, LineId, NodeId, Sku
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.reservations import Reservation

Units = Sequence[tuple[Reservation, int]]
"""How many units of which parts."""


class ReservationState(IntEnum):
    """Where a stock reservation is. Numbers are stored and equal those of the public contract.

    ORDERED: its units went to the order that named it.
    """

    HELD = 1
    POSTED = 2
    VOIDED = 3
    EXPIRED = 4
    ORDERED = 5


class AskedLine(Struct, frozen=True, kw_only=True, gc=False):
    """Units of one SKU at one node, as they were asked for."""

    line_id: LineId
    node_id: NodeId
    sku: Sku
    quantity: int


class StockReservation(Struct, frozen=True, kw_only=True, gc=False):
    """Lines and the parts that hold their units; a line may hold fewer than asked, and those of several lots.

    `id` is the client's, or made of `number`, which is unique and rises in the order of reserving. `expire_time` None:
    firm, it never expires. `reference` is the client's own note; `order_id` the order that took it over.
    """

    id: str
    number: int
    reference: str
    state: ReservationState
    create_time: Instant
    expire_time: Instant | None
    lines: tuple[AskedLine, ...]
    parts: tuple[Reservation, ...]
    order_id: str = ""

    def __post_init__(self) -> None:
        assert self.parts, "a reservation holds at least one unit"
        is_open = any(part.left for part in self.parts)
        assert is_open == (self.state is ReservationState.HELD), "held is what still holds units"

    def parts_of(self, line_id: LineId) -> tuple[Reservation, ...]:
        """In the order in which their units leave."""
        return tuple(part for part in self.parts if part.line_id == line_id)

    def left(self, line_id: LineId) -> int:
        """Units of a line still held."""
        return sum(part.left for part in self.parts_of(line_id))


def reservation_id_of(number: int) -> str:
    """The id of one for which the client had none: `r-` and at least twelve digits."""
    return f"r-{number:012d}"


def check_held(reservation: StockReservation, limit_now: Instant | None) -> None:
    """Refuse what is resolved with ALREADY_RESOLVED, what ran out of time with RESERVATION_EXPIRED.

    That holds from the very instant, whether or not its units were taken back already. `limit_now` None: nobody knows
    what time it is, and no limit counts.
    """
    state, limit = reservation.state, reservation.expire_time
    is_over = limit is not None and limit_now is not None and limit <= limit_now
    if state is ReservationState.EXPIRED or (state is ReservationState.HELD and is_over):
        raise RouterError(
            Reason.RESERVATION_EXPIRED,
            f"reservation `{reservation.id}` expired; its units may be promised to others, reserve again",
            reservation_id=reservation.id,
            expire_time=reservation.expire_time or 0,
        )
    if state is not ReservationState.HELD:
        to_order = f" to order `{reservation.order_id}`" if reservation.order_id else ""
        raise RouterError(
            Reason.ALREADY_RESOLVED,
            f"reservation `{reservation.id}` is {state.name}{to_order}, nothing of it is held any more",
            reservation_id=reservation.id,
            state=state.name,
        )


def choose_units(
    reservation: StockReservation, wanted: Mapping[LineId, int], *, last_first: bool = False
) -> Units:
    """Units of the parts that make up `wanted` of lines, or all that is left when no line is named.

    Refuses lines that are not there, and with ALREADY_RESOLVED more units of a line than it still holds.
    """
    if not wanted:
        return [(part, part.left) for part in reservation.parts if part.left]
    refuse_unknown_lines(reservation, wanted)
    chosen: list[tuple[Reservation, int]] = []
    for line_id, quantity in wanted.items():
        if quantity > (left := reservation.left(line_id)):
            raise RouterError(
                Reason.ALREADY_RESOLVED,
                f"line `{line_id}` of reservation `{reservation.id}` holds {left} units, not {quantity}",
                reservation_id=reservation.id,
                line_id=line_id,
                left=left,
                asked=quantity,
            )
        parts = reservation.parts_of(line_id)
        for part in reversed(parts) if last_first else parts:
            if units := min(quantity, part.left):
                chosen.append((part, units))
                quantity -= units
    return chosen


def refuse_unknown_lines(reservation: StockReservation, wanted: Iterable[LineId]) -> None:
    """Refuse with INVALID_REQUEST, naming every line that the reservation does not have."""
    known = {line.line_id for line in reservation.lines}
    if unknown := [line_id for line_id in wanted if line_id not in known]:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"reservation `{reservation.id}` has no line `{unknown[0]}`",
            violations=(
                Violation(
                    f"lines[{line_id}]", "UNKNOWN_LINE", f"reservation `{reservation.id}` has no such line"
                )
                for line_id in unknown
            ),
        )


def resolved(
    reservation: StockReservation, *, posted: Units = (), released: Units = (), ending: ReservationState
) -> StockReservation:
    """With units posted and released; in the state `ending`, which is what ended its last units, when none are held."""
    after = {part.position: part for part in reservation.parts}
    for part, units in posted:
        after[part.position] = after[part.position].post(units)
    for part, units in released:
        after[part.position] = after[part.position].void(units)
    parts = tuple(after.values())
    is_held = any(part.left for part in parts)
    return replace(reservation, parts=parts, state=ReservationState.HELD if is_held else ending)
