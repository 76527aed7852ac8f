"""The refunder: has what a refund is made of written down, lets each payment give back its part, then has it booked.

    known answer? ⇒ the engine repeats it
    the engine writes down the legs ⇒ the cashier, leg by leg, each under a key of its own ⇒ the engine ends the refund

A refund that was begun and not ended goes on before anything else happens to its return, by whatever request comes
next: legs that were done are recorded answers, so none is given twice.
"""

from threading import Lock
from uuid import uuid4

from router.app.answers.answer import Answered
from router.app.answers.returns import ReturnChanged
from router.app.commands.payments import RefundPayment
from router.app.commands.returns import BeginRefund, DropRefund, RefundReturn
from router.app.payments.cashier import Cashier
from router.app.returns.return_queries import ReturnQueries
from router.domain.reasons import Reason, RouterError
from router.ledger.returns import Refund, Return

LOCKS = 64


def refund_by_itself(record: Return, request_id: str) -> RefundReturn | None:
    """What nobody has to ask for, after the request that made it due; None: nothing goes back by itself now."""
    if not (record.refunds_itself and record.owed_minor):
        return None
    return RefundReturn(request_id=f"{request_id}/refund", body_digest=b"", return_id=record.id)


class Refunder:
    """Any thread may ask. Blocks until the providers and the commits have answered."""

    def __init__(self, queries: ReturnQueries, cashier: Cashier) -> None:
        self._queries = queries
        self._cashier = cashier
        self._locks = tuple(Lock() for _ in range(LOCKS))

    def refund(self, command: RefundReturn) -> Answered:
        """Refuses as `begin_refund` and as the cashier does. After PAYMENT_DECLINED what other payments gave back
        is booked, and the rest is owed as before.
        """
        with self._locks[hash(command.return_id) % LOCKS]:
            if self._queries.is_answered(command.request_id):
                return self._cashier.book(command)
            one = self._queries.get_return(command.return_id)
            if one.refund is not None and one.refund.request_id != command.request_id:
                self._finish(one, one.refund)
                one = self._queries.get_return(command.return_id)
            if one.refund is None:
                one = self._begin(command)
            assert one.refund is not None, "begun just now"
            ended = self._finish(one, one.refund)
            # A key that was used for another request is refused, as everywhere.
            same = one.refund.body_digest == command.body_digest
            return ended if same else self._cashier.book(command)

    def _begin(self, command: RefundReturn) -> Return:
        begun = self._cashier.book(
            BeginRefund(
                request_id=f"begin/{uuid4()}",
                body_digest=b"",
                return_id=command.return_id,
                shipping_minor=command.shipping_minor,
                tax_minor=command.tax_minor,
                lines_minor_max=command.lines_minor_max,
                shipping_minor_max=command.shipping_minor_max,
                external_reference=command.external_reference,
                wanted_by=command.request_id,
                wanted_digest=command.body_digest,
            )
        )
        assert isinstance(begun.answer, ReturnChanged), "a return's commands have one kind of answer"
        return begun.answer.record

    def _finish(self, one: Return, refund: Refund) -> Answered:
        done: list[str] = []
        for leg in refund.legs:
            key = f"{refund.request_id}/{leg.payment_id}"
            try:
                self._cashier.refund(
                    RefundPayment(
                        request_id=key,
                        body_digest=b"",
                        payment_id=leg.payment_id,
                        amount_minor=leg.amount,
                        reason=one.id,
                    )
                )
            except RouterError as refused:
                if refused.reason in (Reason.PAYMENT_DECLINED, Reason.PAYMENT_EXCEEDED):
                    self._cashier.book(
                        DropRefund(
                            request_id=f"drop/{uuid4()}",
                            body_digest=b"",
                            return_id=one.id,
                            done=frozenset(done),
                        )
                    )
                raise
            done.append(leg.payment_id)
        return self._cashier.book(
            RefundReturn(
                request_id=refund.request_id,
                body_digest=refund.body_digest,
                return_id=one.id,
                shipping_minor=refund.shipping_minor,
                tax_minor=refund.tax_minor,
                external_reference=refund.external_reference,
            )
        )
