"""Book what a provider said of a payment: each amount moves between accounts of its currency, by double entry."""

import dataclasses

from msgspec.structs import replace

from router.app.answers.payments import PaymentChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.payments import (
    AuthorizePayment,
    BeginPaymentAct,
    CapturePayment,
    CheckPayment,
    DropPaymentAct,
    RefundPayment,
    RenewPayment,
    VoidPayment,
)
from router.app.payments.gift_queries import no_gift_account
from router.app.ports.payment_provider import Said
from router.domain.currency import money_text
from router.domain.identifiers import Instant, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import GIFTS, Account, Bucket, gift, money
from router.ledger.event_kinds import EventKind
from router.ledger.flows import MEANINGS, EntryCode
from router.ledger.payments import (
    Payment,
    PaymentAct,
    PaymentState,
    busy,
    captured,
    declined,
    exceeded,
    intended,
    refunded,
    released,
    renewed,
    settled,
)

NO_CODE = "declined"

INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
"""The decline code of a gift account that has less than is asked for."""


def authorize_payment(books: Books, command: AuthorizePayment, at: Instant) -> tuple[Changes, PaymentChanged]:
    """Book a payment as the provider answered it, or of a gift account as its balance says.

    Refuses with PAYMENT_EXISTS and GIFT_ACCOUNT_NOT_FOUND.
    """
    assert command.said is not None, "the provider was asked"
    currency = books.ready_network().network.currency
    refuse_known(books.payments.find(command.payment_id))
    changes = Changes(after=books.head, time=at)
    payment = Payment(
        id=command.payment_id,
        number=changes.next_event_position,
        order_id=command.order_id,
        method=command.method,
        currency=currency,
        asked=command.amount_minor,
        gift_account_id=command.gift_account_id,
    )
    said = said_of_gift(books, payment, command.said) if payment.gift_account_id else command.said
    return changes, settle(changes, payment, said)


def check_payment(books: Books, command: CheckPayment, at: Instant) -> tuple[Changes, PaymentChanged]:
    """Book what the provider says by now of a payment that was pending; any other stays as it is."""
    assert command.said is not None, "the provider was asked"
    payment = books.payments.get(command.payment_id)
    changes = Changes(after=books.head, time=at)
    if payment.state is not PaymentState.PENDING or is_pending(command.said):
        return changes, PaymentChanged(payment=payment, ledger_position=changes.position)
    return changes, settle(changes, payment, command.said)


def begin_payment_act(books: Books, command: BeginPaymentAct, at: Instant) -> tuple[Changes, PaymentChanged]:
    """Write down what the provider will be asked for. Refuses as the act would, and with PAYMENT_BUSY."""
    before = books.payments.get(command.payment_id)
    payment = intended(before, command.intent)
    refuse_counted_otherwise(before, command.captured_before)
    return changed(books, payment, at)


def drop_payment_act(books: Books, command: DropPaymentAct, at: Instant) -> tuple[Changes, PaymentChanged]:
    """Nothing is under way any more, and nothing happened but that the provider said no, which is told."""
    before = books.payments.get(command.payment_id)
    changes = Changes(after=books.head, time=at)
    if before.intent is None:
        changes.payments.append(before)
        payment = before
    else:
        payment = declined(before, before.intent.act, command.decline_code or NO_CODE)
        act, amount = before.intent.act, before.intent.amount or before.open
        word = f"{act.name.lower()} declined: {command.decline_code or 'no reason given'}"
        tell(changes, payment, EventKind.PAYMENT_ACT_DECLINED, amount, word)
    return changes, PaymentChanged(payment=payment, ledger_position=changes.position)


def capture_payment(books: Books, command: CapturePayment, at: Instant) -> tuple[Changes, PaymentChanged]:
    """Book that so much was taken. Refuses with PAYMENT_EXCEEDED more than is open."""
    before = books.payments.get(command.payment_id)
    payment = settled(captured(before, command.amount_minor), PaymentAct.CAPTURE)
    changes = Changes(after=books.head, time=at)
    move(changes, payment, EntryCode.CAPTURE, command.amount_minor, command.shipment_id)
    tell(changes, payment, EventKind.PAYMENT_CAPTURED, command.amount_minor, "captured")
    return changes, PaymentChanged(payment=payment, ledger_position=changes.position)


def void_payment(books: Books, command: VoidPayment, at: Instant) -> tuple[Changes, PaymentChanged]:
    """Book that all that was open is released. Refuses with PAYMENT_EXCEEDED when nothing is."""
    before = books.payments.get(command.payment_id)
    payment = settled(released(before), PaymentAct.VOID)
    changes = Changes(after=books.head, time=at)
    move(changes, payment, EntryCode.RELEASE_AUTHORIZATION, before.open)
    tell(changes, payment, EventKind.PAYMENT_RELEASED, before.open, "released")
    return changes, PaymentChanged(payment=payment, ledger_position=changes.position)


def refund_payment(books: Books, command: RefundPayment, at: Instant) -> tuple[Changes, PaymentChanged]:
    """Book that so much went back. Refuses with PAYMENT_EXCEEDED more than was taken and has not gone back, and with
    PAYMENT_BUSY what the provider gave back by itself while it is asked for something.
    """
    before = books.payments.get(command.payment_id)
    if command.external_reference and before.intent is not None:
        raise busy(before, before.intent)
    payment = settled(refunded(before, command.amount_minor), PaymentAct.REFUND)
    changes = Changes(after=books.head, time=at)
    move(changes, payment, EntryCode.REFUND, command.amount_minor, command.reason)
    by = f", told by the provider as {command.external_reference}" if command.external_reference else ""
    tell(changes, payment, EventKind.PAYMENT_REFUNDED, command.amount_minor, f"refunded{by}")
    return changes, PaymentChanged(payment=payment, ledger_position=changes.position)


def renew_payment(books: Books, command: RenewPayment, at: Instant) -> tuple[Changes, PaymentChanged]:
    """Book that what is open is promised anew; no money moves, but for what is not promised any more.

    Refuses with PAYMENT_EXCEEDED when nothing is open.
    """
    said = command.said
    assert said is not None, "the provider was asked"
    before = books.payments.get(command.payment_id)
    if not before.open:
        raise exceeded(before, "nothing can be renewed", before.open)
    promised = min(said.authorized_minor, before.open)
    after = renewed(before, provider_id=said.provider_id, promised=promised, expire_time=said.expire_time)
    payment = settled(after, PaymentAct.RENEW)
    changes = Changes(after=books.head, time=at)
    if before.open > promised:
        move(changes, payment, EntryCode.RELEASE_AUTHORIZATION, before.open - promised)
    tell(changes, payment, EventKind.PAYMENT_RENEWED, promised, "renewed")
    return changes, PaymentChanged(payment=payment, ledger_position=changes.position)


def changed(books: Books, payment: Payment, at: Instant) -> tuple[Changes, PaymentChanged]:
    """A payment that is another one now, without any money having moved."""
    changes = Changes(after=books.head, time=at)
    changes.payments.append(payment)
    return changes, PaymentChanged(payment=payment, ledger_position=changes.position)


def expire_payments(books: Books, changes: Changes, now: Instant, count_max: int) -> None:
    """Release what is open of payments whose time has come; the provider released it by itself."""
    for before in books.payments.due(now, count_max):
        payment = released(before)
        move(changes, payment, EntryCode.RELEASE_AUTHORIZATION, before.open)
        tell(changes, payment, EventKind.PAYMENT_EXPIRED, before.open, "expired")


def settle(changes: Changes, payment: Payment, said: Said) -> PaymentChanged:
    """A new payment, or one that was pending, as the provider answered it."""
    answered = replace(
        payment,
        provider_id=said.provider_id,
        authorized=min(said.authorized_minor, payment.asked),
        expire_time=said.expire_time,
        decline_code=said.decline_code,
    )
    if answered.authorized:
        move(changes, answered, EntryCode.AUTHORIZE, answered.authorized)
        tell(changes, answered, EventKind.PAYMENT_AUTHORIZED, answered.authorized, "authorized")
    else:
        kind = EventKind.PAYMENT_DECLINED if answered.decline_code else EventKind.PAYMENT_PENDING
        word = f"declined: {answered.decline_code}" if answered.decline_code else "pending"
        tell(changes, answered, kind, answered.asked, word)
    return PaymentChanged(payment=answered, ledger_position=changes.position)


def said_of_gift(books: Books, payment: Payment, said: Said) -> Said:
    """All of it where the balance is enough, else a decline: one who asks at the same moment is booked behind it.

    Refuses with GIFT_ACCOUNT_NOT_FOUND.
    """
    balance = books.balances.get(gift(Bucket.GIFT, payment.gift_account_id, Sku(payment.currency)))
    if balance is None:
        raise no_gift_account(payment.gift_account_id)
    if balance.units < payment.asked:
        return dataclasses.replace(said, authorized_minor=0, decline_code=INSUFFICIENT_BALANCE)
    return said


def is_pending(said: Said) -> bool:
    return not (said.authorized_minor or said.decline_code)


def move(changes: Changes, payment: Payment, code: EntryCode, amount: int, cause: str = "") -> None:
    """The entry of an amount between the two accounts that its code names, and the payment afterwards."""
    of_providers, of_gifts = MEANINGS[code][1]
    gives, receives = of_gifts if payment.gift_account_id else of_providers
    changes.enter(
        code,
        debit=account_of(payment, receives),
        credit=account_of(payment, gives),
        quantity=amount,
        reference=payment.id,
        line_id=cause,
    )


def account_of(payment: Payment, bucket: Bucket) -> Account:
    """Where an amount of a payment stands."""
    currency = Sku(payment.currency)
    return gift(bucket, payment.gift_account_id, currency) if bucket in GIFTS else money(bucket, currency)


def tell(changes: Changes, payment: Payment, kind: EventKind, amount: int, word: str) -> None:
    """The payment afterwards, and the event that tells it."""
    changes.payments.append(payment)
    changes.tell(
        kind,
        order_id=payment.order_id,
        subject=payment.id,
        text=f"{money_text(amount, payment.currency)} {word}, now {payment.state.name}",
    )


def refuse_counted_otherwise(payment: Payment, captured_before: int | None) -> None:
    """Refuse with PAYMENT_BUSY who counted with another amount than was captured by now; None: nobody did."""
    if captured_before not in (None, payment.captured):
        raise RouterError(
            Reason.PAYMENT_BUSY,
            f"of payment `{payment.id}` {payment.captured} are captured by now, not {captured_before}; count again",
            payment_id=payment.id,
        )


def refuse_known(payment: Payment | None) -> None:
    """Refuse with PAYMENT_EXISTS an id that is taken."""
    if payment is not None:
        raise RouterError(
            Reason.PAYMENT_EXISTS,
            f"payment `{payment.id}` was asked for already, of order `{payment.order_id}`; read it, or use another id",
            payment_id=payment.id,
        )
