"""Give a gift account money to pay with, by double entry; the first time makes the account."""

from router.app.answers.payments import GiftBalanceIssued
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.payments import IssueGiftBalance
from router.domain.currency import money_text
from router.domain.identifiers import Instant, Sku
from router.ledger.accounts import EMPTY, Bucket, gift, money
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.gifts import GiftAccount


def issue_gift_balance(
    books: Books, command: IssueGiftBalance, at: Instant
) -> tuple[Changes, GiftBalanceIssued]:
    """Book the amount, in the network's currency. Refuses with NETWORK_NOT_READY."""
    currency = Sku(books.ready_network().network.currency)
    account = gift(Bucket.GIFT, command.gift_account_id, currency)
    before = books.balances.get(account, EMPTY).units
    held = books.balances.get(gift(Bucket.GIFT_HELD, command.gift_account_id, currency), EMPTY).units
    after = GiftAccount(
        id=command.gift_account_id, currency=currency, balance=before + command.amount_minor, held=held
    )
    changes = Changes(after=books.head, time=at)
    changes.enter(
        EntryCode.GIFT_ISSUE,
        debit=account,
        credit=money(Bucket.PAYER, currency),
        quantity=command.amount_minor,
        reference=command.reference,
        line_id=command.reason_code,
    )
    changes.tell(
        EventKind.GIFT_BALANCE_ISSUED,
        subject=command.gift_account_id,
        text=f"{money_text(command.amount_minor, currency)} issued for `{command.reference}`,"
        f" now {money_text(after.balance, currency)}",
    )
    return changes, GiftBalanceIssued(account=after, ledger_position=changes.position)
