"""What returns ask a store; a part of `app.ports.Reader`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from router.domain.identifiers import Instant, OrderId
from router.domain.return_policy import ReturnPolicy
from router.ledger.returns import Return


class ReturnReader(Protocol):
    """Of everything committed. `after` is the key that a listing goes on behind, None at first."""

    def find_return(self, id: str) -> Return | None: ...

    def list_returns(self, after: int | None, limit: int, order_id: OrderId | None) -> Sequence[Return]:
        """By number; of all orders unless one is named."""
        ...

    def read_return_limits(self) -> Iterator[tuple[Instant, str]]:
        """When the waiting for units of each return ends, and its id."""
        ...

    def read_returns(self) -> Iterator[Return]: ...

    def list_return_policies(self) -> Mapping[str, ReturnPolicy]:
        """By channel."""
        ...
