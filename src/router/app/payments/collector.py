"""The collector: captures what left, as soon as it left, releases what nobody will need, and renews what runs out
before its goods leave, beside the engine.

    a commit that touches an order with payments -> what is due, counted from the books -> the cashier

Nothing is remembered: what is due is what left less what was captured, so after a crash it is counted again, and the
key of a capture says what was captured before it, so none happens twice. The key of a renewal says when the promise
that it renews runs out. What a provider does not renew puts its order on hold.
"""

import logging
import time
from collections.abc import Callable
from threading import Condition, Thread

from router.app.commands.payments import CapturePayment, VoidPayment
from router.app.payments.cashier import Cashier
from router.app.payments.dues import Due, Dues, orders_with_open_payments, read_dues
from router.app.payments.renewals import Renewals, hold_for, is_refused, renewal_of
from router.app.ports import Store, StoreError
from router.app.records import Commit, EventKind
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.payments import Payment

log = logging.getLogger("router.payments")

WORKERS = 4
"""A provider may take a second; so many orders wait for it at once."""
RETRY_SECONDS = 5.0
RETRY_SECONDS_MAX = 3_600.0

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

    def __init__(
        self,
        store: Store,
        cashier: Cashier,
        now: Callable[[], Instant],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._cashier = cashier
        self._renewals = Renewals(now)
        self._monotonic = monotonic
        self._due: dict[OrderId, float] = {}
        self._failures: dict[OrderId, int] = {}
        self._declines: dict[OrderId, int] = {}
        self._changed = Condition()
        self._is_stopping = False
        self._threads = [
            Thread(target=self._run, name=f"collector-{number}", daemon=True) for number in range(WORKERS)
        ]

    def start(self) -> None:
        """First what became due while nobody looked."""
        with self._store.reader() as reader:
            waiting = list(orders_with_open_payments(reader))
        self._call(waiting)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """What is being asked of a provider is finished; the rest is found at the next start."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def on_commit(self, commit: Commit) -> None:
        """To be called after every commit, from any thread."""
        called = [
            OrderId(event.order_id) for event in commit.events if event.kind in CALLS and event.order_id
        ]
        if called:
            self._call(called)

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
            self._cashier.void(void_of(payment, captured, attempt), captured_before=captured)
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

    def _call(self, order_ids: list[OrderId]) -> None:
        now = self._monotonic()
        with self._changed:
            self._due.update(dict.fromkeys(order_ids, now))
            self._changed.notify(len(order_ids))

    def _run(self) -> None:
        while (order_id := self._next()) is not None:
            try:
                dues = self.collect(order_id)
                self._call_again(order_id, dues)
                self._failures.pop(order_id, None)
                self._declines.pop(order_id, None)
            except (RouterError, StoreError) as error:
                if isinstance(error, RouterError) and error.reason is Reason.PAYMENT_DECLINED:
                    self._declines[order_id] = self._declines.get(order_id, 0) + 1
                log.warning("order %s: what is due was not collected: %s", order_id, error)
                self._later(order_id)
            except Exception:
                log.exception("order %s: what is due was not collected", order_id)
                self._later(order_id)

    def _call_again(self, order_id: OrderId, dues: Dues) -> None:
        """When the next of its payments is to be renewed."""
        waits = (self._renewals.seconds_to_next(dues.kept), self._renewals.seconds_to_look(dues.awaited))
        for wait in waits:
            if wait is None:
                continue
            with self._changed:
                self._due.setdefault(order_id, self._monotonic() + wait)

    def _later(self, order_id: OrderId) -> None:
        failures = self._failures[order_id] = self._failures.get(order_id, 0) + 1
        wait = min(RETRY_SECONDS * 2 ** (failures - 1), RETRY_SECONDS_MAX)
        with self._changed:
            self._due.setdefault(order_id, self._monotonic() + wait)

    def _next(self) -> OrderId | None:
        """The next order that is due, waited for; None when it is time to stop."""
        with self._changed:
            while not self._is_stopping:
                now = self._monotonic()
                order_id = min(self._due, key=self._due.__getitem__, default=None)
                if order_id is not None and self._due[order_id] <= now:
                    del self._due[order_id]
                    return order_id
                self._changed.wait(None if order_id is None else self._due[order_id] - now)
            return None


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
