"""The part of the memory store that holds what comes back."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from router.app.records.commit import Commit
from router.domain.identifiers import Instant, OrderId
from router.domain.return_policy import ReturnPolicy
from router.ledger.returns import Return


class MemoryReturns:
    """Returns and policies as of the last commit."""

    def __init__(self) -> None:
        super().__init__()
        self._returns: dict[str, Return] = {}
        self._return_policies: dict[str, ReturnPolicy] = {}

    def _keep_returns(self, commit: Commit) -> None:
        self._returns.update((one.id, one) for one in commit.returns)
        self._return_policies.update(commit.return_policies)

    def find_return(self, id: str) -> Return | None:
        return self._returns.get(id)

    def list_returns(self, after: int | None, limit: int, order_id: OrderId | None) -> Sequence[Return]:
        found = (
            one
            for one in self._returns.values()
            if (after is None or one.number > after) and (order_id is None or one.order_id == order_id)
        )
        return tuple(islice(found, limit))

    def read_return_limits(self) -> Iterator[tuple[Instant, str]]:
        return iter([(one.expire_time, one.id) for one in self._returns.values() if one.is_expiring])

    def read_returns(self) -> Iterator[Return]:
        return iter(self._returns.values())

    def list_return_policies(self) -> Mapping[str, ReturnPolicy]:
        return dict(self._return_policies)
