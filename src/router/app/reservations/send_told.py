"""Reserved units that leave, each once, whether a feed's snapshot knew of it before or did not."""

from functools import partial

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.steps.movements import Moved, book_movement
from router.app.steps.resolve import send
from router.ledger.feeds import FeedMark
from router.ledger.reservations import Reservation
from router.ledger.stock_reservations import Units

SentPart = tuple[Reservation, int, int]
"""(part, units, position of the entry by which they left)."""


def send_told(
    books: Books, changes: Changes, told: FeedMark | None, units: Units, *, cause: str, reference: str
) -> tuple[list[SentPart], bool]:
    """What left, and whether snapshots had counted all of it as gone."""
    sent: list[SentPart] = []
    has_counted = True
    for part, quantity in units:
        here = part.account
        moved = Moved(node_id=here.node_id, sku=here.sku, lot=here.lot, units=-quantity, cause=cause)
        enter = partial(_send_one, changes, part, quantity, reference, sent)
        has_counted &= book_movement(books, changes, told, moved, enter)
    return sent, has_counted


def _send_one(
    changes: Changes, part: Reservation, quantity: int, reference: str, sent: list[SentPart]
) -> None:
    sent.extend(send(changes, [(part, quantity)], reference))
