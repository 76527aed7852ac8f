"""Of a refund: how much gives back what was taken and never sold. The rest lessens what was sold."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from router.ledger.entries import Entry
from router.ledger.flows import EntryCode


class Step(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that happened to what an order's customer owes; one of the amounts is not 0."""

    position: int
    taken: int = 0
    sold: int = 0
    refunded: int = 0


def steps_of(entries: Iterable[Entry]) -> Iterator[Step]:
    """What the entries of payments did."""
    for entry in entries:
        if entry.code is EntryCode.CAPTURE:
            yield Step(position=entry.position, taken=entry.quantity)
        elif entry.code is EntryCode.REFUND:
            yield Step(position=entry.position, refunded=entry.quantity)


def prepaid_at(steps: Iterable[Step]) -> int:
    """What the customer has paid for goods that were not sold yet, after `steps` in their order; never below 0."""
    paid = 0
    for step in steps:
        back = min(max(paid, 0), step.refunded)
        paid += step.taken - step.sold - back
    return max(paid, 0)
