"""The cashier: asks a provider, then has booked what it said.

    known answer? ⇒ the engine repeats it
    the engine writes down what is intended ⇒ the provider, under a key made of the request's ⇒ the engine books it

What was intended and not heard of is asked for again before anything else happens to the payment, by whatever request
comes next, under the same key. So neither a crash nor a silent provider makes the books say otherwise than it does.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import Any
from uuid import uuid4

from router.app.answers.answer import Answered
from router.app.commands.command import Command
from router.app.commands.payments import (
    AuthorizePayment,
    BeginPaymentAct,
    CapturePayment,
    CheckPayment,
    DropPaymentAct,
    PaymentWrite,
    RefundPayment,
    RenewPayment,
    VoidPayment,
)
from router.app.engine_port import Engine
from router.app.payments.book_payment import refuse_counted_otherwise, refuse_known
from router.app.payments.payment_queries import PaymentQueries
from router.app.ports.payment_provider import (
    AskedPayment,
    PaymentProvider,
    ProviderDeclined,
    ProviderUnreachable,
    Said,
)
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.payments import Intent, Payment, PaymentAct, PaymentMethod, intended

LOCKS = 64

Act = CapturePayment | VoidPayment | RefundPayment | RenewPayment


class Cashier:
    """Any thread may ask. Every method blocks until the provider and the commit have answered."""

    def __init__(
        self,
        queries: PaymentQueries,
        engine: Engine,
        providers: Mapping[PaymentMethod, PaymentProvider],
        gifts: PaymentProvider,
    ) -> None:
        """`gifts` stands where a gift account of ours pays: the engine moves its money when it books."""
        self._queries = queries
        self._engine = engine
        self._providers = providers
        self._gifts = gifts
        # Two requests about one payment would both find open what only one of them can have.
        self._locks = tuple(Lock() for _ in range(LOCKS))

    def authorize(self, command: AuthorizePayment) -> Answered:
        """Refuses with PAYMENT_EXISTS, PAYMENT_METHOD_REFUSED, PROVIDER_UNREACHABLE, GIFT_ACCOUNT_NOT_FOUND."""
        with self._alone(command):
            if self._queries.is_answered(command.request_id):
                return self._book(command)
            refuse_known(self._queries.find_payment(command.payment_id))
            asked = AskedPayment(
                payment_id=command.payment_id,
                order_id=command.order_id,
                method=command.method,
                amount_minor=command.amount_minor,
                currency=self._queries.currency(),
                token=command.token,
            )
            with told_as_refusals(command.payment_id):
                provider = self._provider(command.method, command.gift_account_id)
                said = provider.authorize(asked, f"{command.payment_id}/authorize")
            return self._book(replace(command, said=said))

    def check(self, command: CheckPayment) -> Answered:
        """Asks what became of a payment. Refuses with PAYMENT_NOT_FOUND, PROVIDER_UNREACHABLE."""
        with self._alone(command):
            if self._queries.is_answered(command.request_id):
                return self._book(command)
            payment = self._queries.get_payment(command.payment_id)
            with told_as_refusals(payment.id):
                provider = self._provider(payment.method, payment.gift_account_id)
                said = provider.look(payment.provider_id)
            return self._book(replace(command, said=said))

    def capture(self, command: CapturePayment, captured_before: int | None = None) -> Answered:
        """Refuses with PAYMENT_EXCEEDED, PAYMENT_DECLINED, PROVIDER_UNREACHABLE; without an amount it takes what the
        goods of the shipment cost. Refuses with PAYMENT_BUSY when another amount than `captured_before` is captured.
        """
        with self._alone(command):
            if not command.amount_minor:
                amount = self._queries.value_of_shipment(command.shipment_id)
                if not amount:
                    raise RouterError(
                        Reason.INVALID_REQUEST,
                        f"the goods of shipment `{command.shipment_id}` cost nothing; say an amount",
                        shipment_id=command.shipment_id,
                    )
                command = replace(command, amount_minor=amount)
            return self._act(
                command, PaymentAct.CAPTURE, command.amount_minor, command.shipment_id, captured_before
            )

    def void(self, command: VoidPayment, captured_before: int | None = None) -> Answered:
        """Refuses with PAYMENT_EXCEEDED when nothing is open, PAYMENT_DECLINED, PROVIDER_UNREACHABLE, and PAYMENT_BUSY
        as `capture` does.
        """
        with self._alone(command):
            return self._act(command, PaymentAct.VOID, captured_before=captured_before)

    def release(self, command: VoidPayment, captured_before: int | None = None) -> bool:
        """Void what is still open; False where it ran out since it was read. Refuses otherwise as `void` does."""
        try:
            self.void(command, captured_before)
        except RouterError as refused:
            if refused.reason is not Reason.PAYMENT_EXCEEDED:
                raise
            return False
        return True

    def refund(self, command: RefundPayment) -> Answered:
        """Refuses with PAYMENT_EXCEEDED, PAYMENT_DECLINED, PROVIDER_UNREACHABLE. What the provider gave back already is
        only booked.
        """
        with self._alone(command):
            if command.external_reference:
                if not self._queries.is_answered(command.request_id):
                    self._finish_begun(self._queries.get_payment(command.payment_id))
                return self._book(command)
            return self._act(command, PaymentAct.REFUND, command.amount_minor, command.reason)

    def renew(self, command: RenewPayment, captured_before: int) -> Answered:
        """Have what is open promised anew. Refuses as `void` does."""
        with self._alone(command):
            return self._act(
                command, PaymentAct.RENEW, cause=str(command.expire_time), captured_before=captured_before
            )

    def book(self, command: Command) -> Answered:
        """What the engine answers to a command that goes with payments, and needs no provider."""
        return self._book(command)

    def close(self) -> None:
        """Let go of the providers; nobody asks any more."""
        for provider in {id(one): one for one in self._providers.values()}.values():
            provider.close()

    def _act(
        self,
        command: Act,
        act: PaymentAct,
        amount: int = 0,
        cause: str = "",
        captured_before: int | None = None,
    ) -> Answered:
        """Finish what is under way, write down what comes, ask for it, book it."""
        if self._queries.is_answered(command.request_id):
            return self._book(command)
        payment = self._queries.get_payment(command.payment_id)
        if payment.intent is not None and payment.intent.request_id != command.request_id:
            payment = self._finish_begun(payment)
        intent = payment.intent or Intent(
            act=act,
            amount=amount,
            request_id=command.request_id,
            body_digest=command.body_digest,
            cause=cause,
        )
        if payment.intent is None:
            # Refused here, a request can be sent again when the payment is another one: its key stays free.
            intended(payment, intent)
            refuse_counted_otherwise(payment, captured_before)
            self._book(
                BeginPaymentAct(
                    request_id=f"begin/{uuid4()}",
                    body_digest=b"",
                    payment_id=payment.id,
                    intent=intent,
                    captured_before=captured_before,
                )
            )
        answered = self._finish(payment, intent)
        # A key that was used for another request is refused, as everywhere.
        return answered if intent.body_digest == command.body_digest else self._book(command)

    def _finish_begun(self, payment: Payment) -> Payment:
        """The payment once nothing is under way any more."""
        if payment.intent is None:
            return payment
        with suppress_declined():
            self._finish(payment, payment.intent)
        return self._queries.get_payment(payment.id)

    def _finish(self, payment: Payment, intent: Intent) -> Answered:
        """Ask for what was written down, and answer the request that wanted it."""
        provider, said = self._provider(payment.method, payment.gift_account_id), None
        key = f"{payment.id}/{intent.act.name.lower()}/{intent.request_id}"
        try:
            with told_as_refusals(payment.id):
                if intent.act is PaymentAct.CAPTURE:
                    provider.capture(payment.provider_id, intent.amount, key)
                elif intent.act is PaymentAct.REFUND:
                    provider.refund(payment.provider_id, intent.amount, key)
                elif intent.act is PaymentAct.RENEW:
                    said = provider.renew(payment.provider_id, key)
                else:
                    provider.void(payment.provider_id, key)
        except RouterError as refused:
            if refused.reason is Reason.PAYMENT_DECLINED:
                self._book(
                    DropPaymentAct(
                        request_id=f"drop/{uuid4()}",
                        body_digest=b"",
                        payment_id=payment.id,
                        decline_code=str(refused.facts.get("decline_code", "")),
                    )
                )
            raise
        return self._book(command_of(payment, intent, said))

    def _provider(self, method: PaymentMethod, gift_account_id: str) -> PaymentProvider:
        if gift_account_id:
            return self._gifts
        if (found := self._providers.get(method)) is None:
            raise RouterError(
                Reason.PAYMENT_METHOD_REFUSED,
                f"nobody here takes {method.name}; taken are {', '.join(one.name for one in self._providers)}."
                " Start the server with --payments URL to have a provider for the others",
                method=method.name,
            )
        return found

    def _book(self, command: Command) -> Answered:
        return self._engine.submit(command).result()

    def _alone(self, command: PaymentWrite) -> Lock:
        return self._locks[hash(command.payment_id) % LOCKS]


def command_of(payment: Payment, intent: Intent, said: Said | None) -> Command:
    """The request that an act is done for, and what the provider said of a renewal."""
    asked: dict[str, Any] = {
        "request_id": intent.request_id,
        "body_digest": intent.body_digest,
        "payment_id": payment.id,
    }
    if intent.act is PaymentAct.CAPTURE:
        return CapturePayment(**asked, amount_minor=intent.amount, shipment_id=intent.cause)
    if intent.act is PaymentAct.REFUND:
        return RefundPayment(**asked, amount_minor=intent.amount, reason=intent.cause)
    if intent.act is PaymentAct.RENEW:
        return RenewPayment(**asked, expire_time=Instant(int(intent.cause)), said=said)
    return VoidPayment(**asked)


@contextmanager
def suppress_declined() -> Iterator[None]:
    """A no to another request is that one's affair."""
    try:
        yield
    except RouterError as refused:
        if refused.reason is not Reason.PAYMENT_DECLINED:
            raise


@contextmanager
def told_as_refusals(payment_id: str) -> Iterator[None]:
    """What a provider ends with, as reasons of ours."""
    try:
        yield
    except ProviderUnreachable as error:
        raise RouterError(
            Reason.PROVIDER_UNREACHABLE,
            f"the provider of payment `{payment_id}` does not answer ({error}); send the same request again, it asks"
            " under the same key",
            payment_id=payment_id,
        ) from error
    except ProviderDeclined as error:
        raise RouterError(
            Reason.PAYMENT_DECLINED,
            f"the provider of payment `{payment_id}` says no: {error}",
            payment_id=payment_id,
            decline_code=str(error),
        ) from error
