"""The collector: captures what left, as soon as it left, releases what nobody will need, and renews what runs out
before its goods leave, beside the engine.

    a commit that touches an order with payments -> what is due, counted from the books -> the cashier

Nothing is remembered: what is due is what left less what was captured, so after a crash it is counted again, and the
key of a capture says what was captured before it, so none happens twice. The key of a renewal says when the promise
that it renews runs out. What a provider does not renew puts its order on hold.
"""

import logging
from collections.abc import Callable

from router.app.agenda import Agenda
from router.app.commands.payments import CapturePayment, VoidPayment
from router.app.payments.cashier import Cashier
from router.app.payments.dues import Due, Dues, orders_with_open_payments, read_dues
from router.app.payments.renewals import Renewals, hold_for, is_refused, renewal_of
from router.app.ports.store import Store, StoreError
from router.app.records.commit import Commit
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.payments import Payment

log = logging.getLogger("router.payments")

WORKERS = 4
"""A provider may take a second; so many orders wait for it at once."""
RETRY_SECONDS = 5.0
RETRY_SECONDS_MAX = 3_600.0
DOUBLINGS_MAX = 16
"""More make no difference; a provider that fails for weeks must not take the wait out of what a number can hold."""

CALLS = frozenset(
    {
        EventKind.SHIPMENT_DISPATCHED,
        EventKind.SHIPMENT_DELIVERED,
        EventKind.SHIPMENT_SHORTENED,
        EventKind.ORDER_CANCELED,
        EventKind.ORDER_REROUTED,
        EventKind.PAYMENT_AUTHORIZED,
        EventKind.PAYMENT_RENEWED,
    }
)
"""After these something may be due."""


class Collector:
    """Works from `start` to `stop` in threads of its own. What failed is tried again later and later."""

    def __init__(self, store: Store, cashier: Cashier, now: Callable[[], Instant]) -> None:
        self._store = store
        self._cashier = cashier
        self._renewals = Renewals(now)
        self._failures: dict[OrderId, int] = {}
        self._declines: dict[OrderId, int] = {}
        self._agenda = Agenda(self._look, name="collector", threads=WORKERS)

    def start(self) -> None:
        """First what became due while nobody looked."""
        with self._store.reader() as reader:
            waiting = list(orders_with_open_payments(reader))
        self._agenda.call(waiting)
        self._agenda.start()

    def stop(self) -> None:
        """What is being asked of a provider is finished; the rest is found at the next start."""
        self._agenda.stop()

    def on_commit(self, commit: Commit) -> None:
        """To be called after every commit, from any thread."""
        called = [
            OrderId(event.order_id) for event in commit.events if event.kind in CALLS and event.order_id
        ]
        if called:
            self._agenda.call(called)

    def collect(self, order_id: OrderId) -> Dues:
        """Capture, release and renew all that is due of an order now. Refuses as the cashier does."""
        with self._store.reader() as reader:
            dues = read_dues(reader, order_id)
        # A provider that said no says no again under the same key.
        attempt = self._declines.get(order_id, 0)
        for due in dues.captures:
            self._cashier.capture(capture_of(due, attempt), captured_before=due.payment.captured)
        for payment in dues.releases:
            captured = payment.captured + sum(due.amount for due in dues.captures if due.payment is payment)
            self._cashier.release(void_of(payment, captured, attempt), captured_before=captured)
        self._renewals.forget(dues.releases)
        for payment in dues.kept:
            # Held also if a crash came between the no and the hold; the key makes it one.
            if is_refused(payment):
                self._hold(payment)
        for payment in self._renewals.due(dues.kept):
            captured = payment.captured + sum(due.amount for due in dues.captures if due.payment is payment)
            self._renew(payment, captured)
        return dues

    def _renew(self, payment: Payment, captured: int) -> None:
        try:
            self._cashier.renew(renewal_of(payment), captured_before=captured)
        except RouterError as refused:
            if refused.reason is not Reason.PAYMENT_DECLINED:
                raise
            log.warning("payment %s runs out and is not renewed: %s", payment.id, refused.message)
            self._hold(payment)

    def _hold(self, payment: Payment) -> None:
        """Nothing is packed that nobody will pay for; what is being packed already needs another payment to leave."""
        try:
            self._cashier.book(hold_for(payment))
        except RouterError as refused:
            if refused.reason is not Reason.ORDER_STATE_FORBIDS:
                raise
            log.info("order %s is not held: %s", payment.order_id, refused.message)

    def _look(self, id: str) -> float | None:
        order_id = OrderId(id)
        try:
            dues = self.collect(order_id)
        except (RouterError, StoreError) as error:
            if isinstance(error, RouterError) and error.reason is Reason.PAYMENT_DECLINED:
                self._declines[order_id] = self._declines.get(order_id, 0) + 1
            log.warning("order %s: what is due was not collected: %s", order_id, error)
            return self._seconds_to_retry(order_id)
        except Exception:
            log.exception("order %s: what is due was not collected", order_id)
            return self._seconds_to_retry(order_id)
        self._failures.pop(order_id, None)
        self._declines.pop(order_id, None)
        if dues.awaited:
            return self._renewals.seconds_to_look(dues.awaited)
        return self._renewals.seconds_to_next(dues.kept)

    def _seconds_to_retry(self, order_id: OrderId) -> float:
        failures = self._failures[order_id] = self._failures.get(order_id, 0) + 1
        return retry_seconds(failures)


def retry_seconds(failures: int) -> float:
    """How long to wait after so many failures in a row, from 1 on: twice as long each time, up to an hour."""
    doublings = min(failures - 1, DOUBLINGS_MAX)
    return min(RETRY_SECONDS * 2.0**doublings, RETRY_SECONDS_MAX)


def capture_of(due: Due, attempt: int) -> CapturePayment:
    """The key says what was captured before: the same capture twice is one."""
    return CapturePayment(
        request_id=f"collect/{due.payment.number}/{due.payment.captured}/{attempt}",
        body_digest=b"",
        payment_id=due.payment.id,
        amount_minor=due.amount,
        shipment_id=due.shipment_id,
    )


def void_of(payment: Payment, captured: int, attempt: int) -> VoidPayment:
    return VoidPayment(
        request_id=f"collect/{payment.number}/{captured}/void/{attempt}",
        body_digest=b"",
        payment_id=payment.id,
    )
