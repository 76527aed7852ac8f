"""The shop's money: customers transfer what they ordered, the shop looks at its account in the evening and in the
morning, takes what has left, releases what nobody will need and gives back what came back.
"""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from router.app.commands.payments import AuthorizePayment, CheckPayment
from router.app.commands.returns import RefundReturn
from router.app.payments.collector import Collector
from router.app.returns.refunder import Refunder
from router.domain.identifiers import OrderId
from router.domain.order import Order
from router.ledger.payments import PaymentMethod, PaymentState
from router.wiring.application import Application

AT_ONCE = 8
"""So many requests wait for a commit together, as with the collector of a server and its callers."""


@dataclass(slots=True)
class Till:
    """Asks the cashier as a server does. `counts`: payments by what became of them."""

    application: Application
    pool: ThreadPoolExecutor
    counts: Counter[str] = field(default_factory=Counter)
    _awaited: dict[OrderId, None] = field(default_factory=dict)
    """Orders whose money is not there yet, in the order of asking."""
    _canceled: set[OrderId] = field(default_factory=set)
    """Something of these was canceled before their money was there."""

    def expect(self, orders: Iterable[Order]) -> None:
        """A bank transfer is announced for each of them that costs anything; no goods leave before it is there."""
        asked = {
            order.id: total
            for order in orders
            if (total := sum(line.quantity * line.unit_price_minor for line in order.lines))
        }
        list(self.pool.map(self._announce, asked.items()))
        self._awaited.update(dict.fromkeys(asked))
        self.counts["payments"] += len(asked)

    def look(self, when: str) -> None:
        """Asks what became of every transfer that is awaited. `when` makes the keys of a look its own."""
        states = self.pool.map(partial(self._check, when), self._awaited)
        pending = {
            one for one, state in zip(self._awaited, states, strict=True) if state is PaymentState.PENDING
        }
        self.counts["looks at a transfer"] += len(self._awaited)
        self._awaited = dict.fromkeys(one for one in self._awaited if one in pending)
        self.collect(sorted(self._canceled - pending))
        self._canceled &= pending

    def collect(self, order_ids: Iterable[OrderId]) -> None:
        """Takes what left of these orders and releases what nobody will need of them, by what the books say is due."""
        collector = Collector(self.application.store, self.application.cashier, self.application.clock.now)
        for dues in self.pool.map(collector.collect, order_ids):
            self.counts["captures"] += len(dues.captures)
            self.counts["releases"] += len(dues.releases)

    def forgo(self, order_id: OrderId) -> None:
        """Something of the order was canceled: what is paid for it is released, now or when it comes."""
        if order_id in self._awaited:
            self._canceled.add(order_id)
        else:
            self.collect([order_id])

    def refund(self, return_id: str) -> None:
        """All that is owed for the return, to the payments it came from."""
        refunder = Refunder(self.application.queries.returns, self.application.cashier)
        refunder.refund(RefundReturn(request_id=f"refund/{return_id}", body_digest=b"", return_id=return_id))
        self.counts["refunds"] += 1

    def held_minor(self) -> int:
        """What was taken less what was given back, as the payments say."""
        with self.application.store.reader() as reader:
            return sum(one.captured - one.refunded for one in reader.read_payments())

    def _announce(self, asked: tuple[OrderId, int]) -> None:
        order_id, total = asked
        self.application.cashier.authorize(
            AuthorizePayment(
                request_id=f"pay/{order_id}",
                body_digest=b"",
                payment_id=order_id,
                order_id=order_id,
                method=PaymentMethod.BANK_TRANSFER,
                amount_minor=total,
            )
        )

    def _check(self, when: str, payment_id: str) -> PaymentState:
        key = f"look/{when}/{payment_id}"
        self.application.cashier.check(CheckPayment(request_id=key, body_digest=b"", payment_id=payment_id))
        return self.application.queries.payments.get_payment(payment_id).state
