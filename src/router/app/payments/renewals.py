"""When promises of money are renewed: before they run out, while goods that they pay for have not left."""

from collections.abc import Callable, Iterable

from router.app.commands.orders import HoldOrder, HoldReason
from router.app.commands.payments import RenewPayment
from router.domain.identifiers import Instant
from router.ledger.payments import NEVER, Payment, PaymentAct

BEFORE_SECONDS = 86_400
"""A promise is renewed a day before it runs out; one that was first seen later than that, at half of what is left."""

AUTHOR = "collector"
MICROS = 1_000_000


class Renewals:
    """Remembers when each promise was seen first, so that a short one is renewed once and not all the time."""

    def __init__(self, now: Callable[[], Instant]) -> None:
        self._now = now
        self._at: dict[str, tuple[Instant, int]] = {}
        """By payment: when it runs out, and when it is to be renewed."""

    def due(self, kept: Iterable[Payment]) -> list[Payment]:
        """Those to renew now."""
        now = self._now()
        return [one for one in kept if is_renewable(one) and self._time_of(one) <= now]

    def seconds_to_next(self, kept: Iterable[Payment]) -> float | None:
        """How long until one is to be renewed; None: never."""
        times = [self._time_of(one) for one in kept if is_renewable(one)]
        return max(0.0, (min(times) - self._now()) / MICROS) if times else None

    def seconds_to_look(self, awaited: Iterable[Payment]) -> float | None:
        """How long until it is looked whether the order has come by then; None: what they promise is over."""
        now = self._now()
        waits = [
            wait
            for one in awaited
            if is_renewable(one) and (wait := max(self._time_of(one) - now, (one.expire_time - now) // 2)) > 0
        ]
        return max(1.0, min(waits) / MICROS) if waits else None

    def forget(self, payments: Iterable[Payment]) -> None:
        """Nobody waits for them any more."""
        for one in payments:
            self._at.pop(one.id, None)

    def _time_of(self, payment: Payment) -> int:
        noted = self._at.get(payment.id)
        if noted is None or noted[0] != payment.expire_time:
            now = self._now()
            early = payment.expire_time - BEFORE_SECONDS * MICROS
            at = early if early >= now else now + (payment.expire_time - now) // 2
            noted = self._at[payment.id] = (payment.expire_time, at)
        return noted[1]


def is_renewable(payment: Payment) -> bool:
    """Whether it runs out by time, and its provider was not asked in vain."""
    return payment.expire_time != NEVER and not is_refused(payment)


def is_refused(payment: Payment) -> bool:
    """Whether its provider does not renew it."""
    return payment.declined_act is PaymentAct.RENEW


def renewal_of(payment: Payment) -> RenewPayment:
    """The key says which promise is renewed: the same one twice is renewed once."""
    return RenewPayment(
        request_id=f"renew/{payment.number}/{payment.expire_time}",
        body_digest=b"",
        payment_id=payment.id,
        expire_time=payment.expire_time,
    )


def hold_for(payment: Payment) -> HoldOrder:
    """The order of a payment waits for a person; who releases it is not overruled by the same key."""
    return HoldOrder(
        request_id=f"renew/{payment.number}/{payment.expire_time}/hold",
        body_digest=b"",
        order_id=payment.order_id,
        reason=HoldReason.PAYMENT,
        author=AUTHOR,
    )
