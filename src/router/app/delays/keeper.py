"""The keeper of delays: gives back what was paid for what a delay canceled, and looks for delays by the clock.

    a delay that is CANCELED -> its order's payments -> the cashier, under keys of the delay's -> REFUNDED

What was not heard of is asked for again, after a restart too: the delay stays CANCELED until all of it went back.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress

from router.app.agenda import Rounds
from router.app.answers.delays import DelaysDetected
from router.app.books.history import read_history
from router.app.books.payment_book import OF_AN_ORDER_MAX
from router.app.commands.delays import DetectDelays, SettleDelay
from router.app.commands.payments import RefundPayment, VoidPayment
from router.app.delays.delay_queries import DelayQueries
from router.app.engine_port import Engine
from router.app.payments.cashier import Cashier
from router.app.ports.store import Reader, Store, StoreError
from router.app.records.commit import Commit
from router.app.records.filters import DelayFilter
from router.app.records.payment_filter import PaymentFilter
from router.domain.charges import charged_for
from router.domain.currency import money_text
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import RouterError
from router.ledger.delays import Delay, DelayState
from router.ledger.payments import Payment

log = logging.getLogger("router.delays")

AGAIN_SECONDS = 30.0
"""After so long what could not be given back is tried again, and what may be late is looked for."""

PAGE = 500
REASON = "DELAY"


class DelayKeeper:
    """Works from `start` to `stop` in a thread of its own. `is_looking`: it looks for delays, too."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        queries: DelayQueries,
        cashier: Cashier,
        now: Callable[[], Instant],
        *,
        is_looking: bool,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._engine = engine
        self._store = store
        self._queries = queries
        self._cashier = cashier
        self._now = now
        self._is_looking = is_looking
        self._again_seconds = again_seconds
        self._rounds = Rounds(self._round, name="delays")

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        """What is being given back is finished; nothing more is begun."""
        self._rounds.stop()

    def on_commit(self, commit: Commit) -> None:
        """To be called after every commit, from any thread."""
        if any(one.state is DelayState.CANCELED for one in commit.delays):
            self._rounds.wake()

    def work(self) -> None:
        """One turn: look for delays, then give back what is to go back."""
        if self._is_looking:
            self.look()
        page, token = None, ""
        where = DelayFilter(state=DelayState.CANCELED)
        while page is None or token:
            page = self._queries.list_delays(PAGE, token, where)
            token = page.next_page_token
            for delay in page.items:
                if self._rounds.is_stopping:
                    return
                try:
                    self.give_back(delay)
                except RouterError as refusal:
                    log.warning("order `%s`: money is not back yet: %s", delay.order_id, refusal.message)

    def look(self) -> None:
        """Let the engine judge all that may be late."""
        token, is_first = "", True
        while (token or is_first) and not self._rounds.is_stopping:
            is_first = False
            found = self._queries.list_suspects(PAGE, token, self._now())
            token = found.next_page_token
            if found.items:
                key = f"detect/{uuid.uuid4()}"
                command = DetectDelays(request_id=key, body_digest=b"", order_ids=found.items)
                answer = self._engine.submit(command).result().answer
                assert isinstance(answer, DelaysDetected), "each command has one kind of answer"
                if answer.delays or answer.shipment_ids:
                    log.info("late: %d orders, %d shipments", len(answer.delays), len(answer.shipment_ids))

    def give_back(self, delay: Delay) -> None:
        """All that was paid for goods that did not leave. Refuses as the cashier does."""
        with self._store.reader() as reader:
            payments = reader.list_payments(None, OF_AN_ORDER_MAX, PaymentFilter(order_id=delay.order_id))
            needed = value_gone(reader, delay.order_id)
        refunds, voids = what_goes_back(payments, needed)
        for payment, amount in refunds:
            self._cashier.refund(
                RefundPayment(
                    request_id=f"delay/{delay.number}/{payment.number}/refund",
                    body_digest=b"",
                    payment_id=payment.id,
                    amount_minor=amount,
                    reason=REASON,
                )
            )
        released = [payment for payment in voids if self._release(delay, payment)]
        currency = payments[0].currency if payments else ""
        back = sum(amount for _, amount in refunds)
        text = f"{money_text(back, currency)} refunded, " if back else ""
        text += f"{len(released)} authorization{'' if len(released) == 1 else 's'} released"
        key = f"delay/{delay.number}/settled"
        said = SettleDelay(request_id=key, body_digest=b"", order_id=delay.order_id, text=text)
        self._engine.submit(said).result()

    def _release(self, delay: Delay, payment: Payment) -> bool:
        key = f"delay/{delay.number}/{payment.number}/void"
        return self._cashier.release(VoidPayment(request_id=key, body_digest=b"", payment_id=payment.id))

    def _round(self) -> float:
        # Where the queue is full, the server ends, or the store does not answer, there is a next time.
        with suppress(RouterError, StoreError):
            self.work()
        return self._again_seconds


def value_gone(reader: Reader, order_id: OrderId) -> int:
    """What the goods that left are charged, in minor units."""
    account = reader.find_orders([order_id])[order_id]
    order = read_history(reader, account).order
    return charged_for(order, {line.line_id: line.dispatched for line in account.lines})


def what_goes_back(
    payments: Sequence[Payment], needed: int
) -> tuple[list[tuple[Payment, int]], list[Payment]]:
    """Of payments, the oldest of which pay for what left: amounts to refund, and what is open to release."""
    refunds, voids = [], []
    for payment in payments:
        taken = payment.captured - payment.refunded
        kept = min(taken, needed)
        needed -= kept
        if taken > kept:
            refunds.append((payment, taken - kept))
    for payment in payments:
        if not payment.open:
            continue
        if needed > 0:
            # What left and was not captured yet still can be.
            needed -= payment.open
        else:
            voids.append(payment)
    return refunds, voids
