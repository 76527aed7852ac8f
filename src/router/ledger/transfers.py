"""Transfers: goods on their way from node to node, sent and received in two phases, whatever arrives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from router.domain.identifiers import Day, Instant, NodeId, Sku
from router.ledger.lots import NO_LOT


class TransferState(IntEnum):
    """Where a transfer is in its life. Numbers are stored and equal those of the public contract.

    OPEN: units are under way. RECEIVED: none are any more. CANCELED: all went back before any was received.
    """

    OPEN = 1
    RECEIVED = 2
    CANCELED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLine:
    """Units of one SKU and lot: sent + extra = received + damaged + lost + left. `extra` ones were not sent."""

    sku: Sku
    lot: str = NO_LOT
    sent: int
    received: int = 0
    damaged: int = 0
    lost: int = 0
    extra: int = 0

    def __post_init__(self) -> None:
        assert self.sent > 0, "a line sends at least one unit"
        assert min(self.received, self.damaged, self.lost, self.extra, self.left) >= 0, "no part is negative"

    @property
    def left(self) -> int:
        """Units still under way."""
        return self.sent + self.extra - self.received - self.damaged - self.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What arrived of one SKU: units as good as new, and broken ones."""

    received: int
    damaged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """`id` is the client's, or made of `number`, which rises in the order of sending.

    `expected_day` is local to where it goes.
    """

    id: str
    number: int
    from_node_id: NodeId
    to_node_id: NodeId
    state: TransferState
    lines: tuple[TransferLine, ...]
    send_time: Instant
    expected_day: Day | None = None
    reference: str = ""

    @property
    def is_open(self) -> bool:
        """Whether any of it can be under way."""
        return self.state is TransferState.OPEN

    @property
    def has_arrived(self) -> bool:
        """Whether anything of it was received."""
        return any(line.received or line.damaged or line.lost for line in self.lines)

    def left_of(self, sku: Sku) -> int:
        """Units of a SKU still under way, of all lots."""
        return sum(line.left for line in self.lines if line.sku == sku)


def transfer_id_of(number: int) -> str:
    """The id of one for which the client had none: `t-` and at least twelve digits."""
    return f"t-{number:012d}"


def after_arrival(transfer: Transfer, arrived: Mapping[Sku, Arrival], *, closes: bool) -> Transfer:
    """The transfer with `arrived` counted in. If it `closes`, what is left is lost; with nothing left it is over.

    Of several lots the one that was sent first arrives first; what is too much is of the last.
    """
    last = {line.sku: index for index, line in enumerate(transfer.lines)}
    good = {sku: one.received for sku, one in arrived.items()}
    broken = {sku: one.damaged for sku, one in arrived.items()}
    lines = []
    for index, line in enumerate(transfer.lines):
        is_last = last[line.sku] == index
        damaged = _taken(broken, line.sku, line.left, takes_all=is_last)
        received = _taken(good, line.sku, max(0, line.left - damaged), takes_all=is_last)
        lines.append(_received(line, received, damaged, closes=closes))
    is_done = not any(line.left for line in lines)
    return replace(transfer, lines=tuple(lines), state=TransferState.RECEIVED if is_done else transfer.state)


def _taken(units: dict[Sku, int], sku: Sku, room: int, *, takes_all: bool) -> int:
    """Units that go into a line with so much room, and are no more to be given to others."""
    taken = units.get(sku, 0) if takes_all else min(units.get(sku, 0), room)
    units[sku] = units.get(sku, 0) - taken
    return taken


def _received(line: TransferLine, received: int, damaged: int, *, closes: bool) -> TransferLine:
    extra = max(0, received + damaged - line.left)
    after = replace(
        line, received=line.received + received, damaged=line.damaged + damaged, extra=line.extra + extra
    )
    return replace(after, lost=after.lost + after.left) if closes else after
