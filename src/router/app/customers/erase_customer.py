"""Erase a customer: destroy the key that opens the personal data, and the data; what was decided and booked stays."""

from router.app.answers.orders import CustomerErased
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.orders import EraseCustomer
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind


def erase_customer(books: Books, command: EraseCustomer, at: Instant) -> tuple[Changes, CustomerErased]:
    """Erased twice is erased once. Refuses with CUSTOMER_NOT_FOUND an id that no order ever had."""
    changes = Changes(after=books.head, time=at)
    customer_id = command.customer_id
    if not books.knows_customer(customer_id):
        raise no_customer(customer_id)
    erase_time = books.find_erasure(customer_id)
    if erase_time is None:
        erase_time = at
        changes.erased_customers.append(customer_id)
        changes.tell(EventKind.CUSTOMER_ERASED, subject=customer_id, text="personal data destroyed")
    return changes, CustomerErased(customer_id=customer_id, erase_time=erase_time)


def no_customer(customer_id: str) -> RouterError:
    return RouterError(
        Reason.CUSTOMER_NOT_FOUND, f"no order names customer `{customer_id}`", customer_id=customer_id
    )
