"""Returns in memory: those of late, when each that waits for units stops waiting, and the policies in force."""

from collections.abc import Iterable

from router.app.books.expiring import Expiring
from router.app.ports.store import Reader
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import Reason, RouterError
from router.domain.return_policy import EVERY_CHANNEL, ReturnPolicy
from router.ledger.returns import Return

OF_AN_ORDER_MAX = 1_000
"""LIMIT: an order has so many returns and claims."""


def no_return(return_id: str) -> RouterError:
    return RouterError(
        Reason.RETURN_NOT_FOUND,
        f"no return or claim has the id `{return_id}`; see ListReturns",
        return_id=return_id,
    )


class ReturnBook(Expiring[Return]):
    """A return runs out while units of it are awaited."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.read_return_limits(), reader.find_return, limit_of)
        self._reader = reader
        self._has_any = bool(reader.list_returns(None, 1, None))
        self.policies = dict(reader.list_return_policies())

    def get(self, return_id: str) -> Return:
        """The return as it stands. Refuses with RETURN_NOT_FOUND."""
        found = self.find(return_id)
        if found is None:
            raise no_return(return_id)
        return found

    def of_order(self, order_id: OrderId) -> list[Return]:
        """All returns and claims of an order, in the order of asking."""
        if not self._has_any:
            return []
        found = {one.id: one for one in self._reader.list_returns(None, OF_AN_ORDER_MAX, order_id)}
        found |= {one.id: one for one in self.recent() if one.order_id == order_id}
        return sorted(found.values(), key=lambda one: one.number)

    def policy_of(self, channel: str) -> ReturnPolicy:
        """The channel's own, or that of every channel. Refuses with RETURN_POLICY_MISSING."""
        found = self.policies.get(channel) or self.policies.get(EVERY_CHANNEL)
        if found is None:
            raise RouterError(
                Reason.RETURN_POLICY_MISSING,
                f"no return policy holds for channel `{channel}`; put one with PutReturnPolicies, without a channel"
                " it holds for all",
                channel=channel,
            )
        return found

    def apply(self, values: Iterable[Return]) -> None:
        """Take the values over."""
        returns = list(values)
        self._has_any |= bool(returns)
        super().apply(returns)


def limit_of(one: Return) -> Instant | None:
    return one.expire_time if one.is_expiring else None
