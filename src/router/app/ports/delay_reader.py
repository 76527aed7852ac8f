"""What delays ask a store; a part of `app.ports.Reader`."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from router.app.records.filters import DelayFilter
from router.ledger.delays import Delay


class DelayReader(Protocol):
    """Of everything committed. `after` is the key that a listing goes on behind, None at first."""

    def find_delay(self, order_id: str) -> Delay | None: ...

    def list_delays(self, after: int | None, limit: int, where: DelayFilter) -> Sequence[Delay]:
        """By number."""
        ...

    def read_open_delays(self) -> Iterator[Delay]:
        """Those of orders of which something waits to leave."""
        ...

    def read_delays(self) -> Iterator[Delay]: ...
