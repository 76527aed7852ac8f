"""What payments ask a store; a part of `app.ports.Reader`."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from router.app.records.payment_filter import PaymentFilter
from router.domain.identifiers import Instant
from router.ledger.payments import Payment


class PaymentReader(Protocol):
    """Of everything committed. `after` is the key that a listing goes on behind, None at first."""

    def find_payment(self, id: str) -> Payment | None: ...

    def list_payments(self, after: int | None, limit: int, where: PaymentFilter) -> Sequence[Payment]:
        """By number."""
        ...

    def read_payment_limits(self) -> Iterator[tuple[Instant, str]]:
        """When what is open of each payment runs out, and its id."""
        ...

    def read_payments(self) -> Iterator[Payment]: ...
