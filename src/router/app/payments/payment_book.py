"""Payments in memory: those of late, and when each that is released by time runs out."""

from collections import OrderedDict
from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from router.app.ports import Reader
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.payments import Payment

KEPT_MAX = 10_000
"""Payments held ready; others are read from the store."""
OF_AN_ORDER_MAX = 1_000
"""LIMIT: an order is paid in so many parts."""


def no_payment(payment_id: str) -> RouterError:
    return RouterError(
        Reason.PAYMENT_NOT_FOUND, f"no payment has the id `{payment_id}`", payment_id=payment_id
    )


class PaymentBook:
    """What a store holds and what was changed since. One thread uses it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._recent: OrderedDict[str, Payment] = OrderedDict()
        self._limits = list(reader.read_payment_limits())
        heapify(self._limits)
        # Most companies that route without payments never ask the store for any.
        self._has_any = bool(reader.list_payments(None, 1, None))

    def find(self, payment_id: str) -> Payment | None:
        return self._recent.get(payment_id) or self._reader.find_payment(payment_id)

    def get(self, payment_id: str) -> Payment:
        """The payment as it stands. Refuses with PAYMENT_NOT_FOUND."""
        found = self.find(payment_id)
        if found is None:
            raise no_payment(payment_id)
        return found

    def of_order(self, order_id: OrderId) -> list[Payment]:
        """All payments of an order, in the order of asking."""
        if not self._has_any:
            return []
        found = {one.id: one for one in self._reader.list_payments(None, OF_AN_ORDER_MAX, order_id)}
        found |= {one.id: one for one in self._recent.values() if one.order_id == order_id}
        return sorted(found.values(), key=lambda one: one.number)

    def apply(self, payments: Iterable[Payment]) -> None:
        """Take the values over."""
        for one in payments:
            self._has_any = True
            self._recent[one.id] = one
            self._recent.move_to_end(one.id)
            if one.is_expiring:
                heappush(self._limits, (one.expire_time, one.id))

    def forget_old(self) -> None:
        """Keep memory bounded; only to be called when all changes are committed."""
        while len(self._recent) > KEPT_MAX:
            self._recent.popitem(last=False)

    def next_limit(self) -> Instant | None:
        """When the next open amount is released."""
        while self._limits and self._expiring(*self._limits[0]) is None:
            heappop(self._limits)
        return self._limits[0][0] if self._limits else None

    def due(self, now: Instant, count_max: int) -> list[Payment]:
        """At most so many of those whose time has come, the earliest first. They stay due until they are applied."""
        due: dict[tuple[Instant, str], Payment] = {}
        while len(due) < count_max and (limit := self.next_limit()) is not None and limit <= now:
            # A payment that was captured in part is noted twice with the same limit.
            noted = heappop(self._limits)
            found = self._expiring(*noted)
            assert found is not None, "looked at just now"
            due[noted] = found
        for noted in due:
            heappush(self._limits, noted)
        return list(due.values())

    def _expiring(self, limit: Instant, payment_id: str) -> Payment | None:
        found = self.find(payment_id)
        return found if found is not None and found.is_expiring and found.expire_time == limit else None
