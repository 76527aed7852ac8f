"""Gift accounts: what they are given is held, taken, released and given back, and none ever pays more than it has."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from router.app.accounting.reconcile import reconcile
from router.app.answers.payments import GiftBalanceIssued
from router.app.commands.payments import IssueGiftBalance
from router.app.commands.stock import CorrectEntry
from router.app.payments.collector import Collector
from router.app.payments.gift_queries import GiftQueries
from router.app.records.payment_filter import PaymentFilter
from router.domain.reasons import Reason, RouterError
from router.ledger.accounting.chart import Chart, Role
from router.ledger.gifts import GiftAccount
from router.ledger.payments import Payment, PaymentMethod, PaymentState
from tests.app.builders import digest, order_for
from tests.app.payment_builders import PayingShop, a_paying_shop


class GiftShop:
    """A shop whose customers pay from gift accounts. Keys are made up unless given."""

    def __init__(self, paying: PayingShop) -> None:
        self.paying = paying
        self.shop = paying.shop
        self.queries = GiftQueries(paying.shop.store)

    def issue(
        self, amount: int, gift: str = "G-1", reference: str = "card-7", key: str = ""
    ) -> GiftBalanceIssued:
        command = IssueGiftBalance(
            request_id=key or self.shop.key(),
            body_digest=digest(gift, amount, reference),
            gift_account_id=gift,
            amount_minor=amount,
            reference=reference,
            reason_code="SOLD",
        )
        answer = self.shop.engine.submit(command).result().answer
        assert isinstance(answer, GiftBalanceIssued)
        return answer

    def pay(self, payment_id: str, amount: int, gift: str = "G-1", key: str = "") -> Payment:
        return self.paying.authorize(
            payment_id,
            amount,
            method=PaymentMethod.GIFT_BALANCE,
            gift=gift,
            key=key,
            order_id=f"of-{payment_id}",
        )

    def has(self, gift: str = "G-1") -> tuple[int, int]:
        """What it can pay with, and what is held."""
        account = self.queries.get_account(gift)
        return account.balance, account.held

    def correct(self, position: int) -> None:
        command = CorrectEntry(
            request_id=self.shop.key(), body_digest=b"", position=position, author="ada", reason="typed twice"
        )
        self.shop.engine.submit(command).result()


@pytest.fixture
def gifts() -> Iterator[GiftShop]:
    with a_paying_shop() as paying:
        yield GiftShop(paying)


def test_what_is_issued_can_be_paid_with_and_is_held_until_it_is_taken(gifts: GiftShop) -> None:
    assert gifts.issue(1_000).account == GiftAccount(id="G-1", currency="EUR", balance=1_000, held=0)
    assert gifts.issue(500).account.balance == 1_500

    held = gifts.pay("P-1", 900)
    assert (held.state, held.expire_time) == (PaymentState.AUTHORIZED, 0)
    assert gifts.has() == (600, 900)

    gifts.paying.capture("P-1", 400)
    assert gifts.has() == (600, 500)

    gifts.paying.void("P-1")
    assert gifts.has() == (1_100, 0)

    gifts.paying.refund("P-1", 150)
    assert gifts.has() == (1_250, 0)


def test_more_than_there_is_is_declined_and_holds_nothing(gifts: GiftShop) -> None:
    gifts.issue(1_000)
    gifts.pay("P-1", 600)

    declined = gifts.pay("P-2", 401)

    assert (declined.state, declined.decline_code) == (PaymentState.DECLINED, "INSUFFICIENT_BALANCE")
    assert gifts.has() == (400, 600)
    assert gifts.pay("P-3", 400).state is PaymentState.AUTHORIZED


def test_nobody_pays_from_an_account_that_was_never_given_anything(gifts: GiftShop) -> None:
    with pytest.raises(RouterError, match="no gift account has the id `G-9`") as refused:
        gifts.pay("P-1", 1, gift="G-9")

    assert refused.value.reason is Reason.GIFT_ACCOUNT_NOT_FOUND
    assert gifts.shop.queries.payments.find_payment("P-1") is None


def test_many_who_pay_at_once_get_together_what_there_is_and_no_more(gifts: GiftShop) -> None:
    gifts.issue(1_000)

    with ThreadPoolExecutor(8) as threads:
        paid = list(threads.map(lambda number: gifts.pay(f"P-{number}", 300), range(12)))

    assert [one.state for one in paid].count(PaymentState.AUTHORIZED) == 3
    assert gifts.has() == (100, 900)


def test_a_key_issues_and_pays_once(gifts: GiftShop) -> None:
    gifts.issue(1_000, key="issue")
    gifts.issue(1_000, key="issue")
    gifts.pay("P-1", 300, key="pay")
    gifts.pay("P-1", 300, key="pay")

    assert gifts.has() == (700, 300)


def test_no_provider_hears_of_it(gifts: GiftShop) -> None:
    gifts.issue(1_000)
    gifts.paying.provider.is_reachable = False

    gifts.pay("P-1", 300)
    gifts.paying.capture("P-1", 200)
    gifts.paying.void("P-1")
    gifts.paying.refund("P-1", 200)

    assert gifts.has() == (1_000, 0)


def test_an_issue_that_was_a_mistake_is_reversed_while_the_account_has_it(gifts: GiftShop) -> None:
    gifts.issue(1_000)
    twice = gifts.issue(1_000)
    gifts.pay("P-1", 1_500)

    with pytest.raises(RouterError, match="G-1/EUR/gift holds 500 units"):
        gifts.correct(twice.ledger_position)
    gifts.paying.void("P-1")
    gifts.correct(twice.ledger_position)

    assert gifts.has() == (1_000, 0)


def test_the_amounts_of_any_past_position_can_be_read(gifts: GiftShop) -> None:
    before = gifts.shop.queries.head().position
    first = gifts.issue(1_000)
    gifts.pay("P-1", 300)
    gifts.paying.capture("P-1", 300)
    then = [gifts.queries.get_account("G-1", first.ledger_position + step) for step in (0, 1, 2)]

    assert [(one.balance, one.held) for one in then] == [(1_000, 0), (700, 300), (700, 0)]
    with pytest.raises(RouterError, match="no gift account"):
        gifts.queries.get_account("G-1", before)
    with pytest.raises(RouterError, match="position is"):
        gifts.queries.get_account("G-1", 10_000)


def test_accounts_are_listed_by_id_a_page_at_a_time(gifts: GiftShop) -> None:
    for number in (3, 1, 2):
        gifts.issue(100 * number, f"G-{number}")
    gifts.pay("P-1", 50, gift="G-2")

    first = gifts.queries.list_accounts(2, "")
    second = gifts.queries.list_accounts(2, first.next_page_token)

    assert [(one.id, one.balance, one.held) for one in first.items] == [("G-1", 100, 0), ("G-2", 150, 50)]
    assert [one.id for one in second.items] == ["G-3"]
    assert not second.next_page_token


def test_the_payments_of_an_account_are_listed(gifts: GiftShop) -> None:
    gifts.issue(1_000)
    gifts.issue(1_000, "G-2")
    gifts.pay("P-1", 50)
    gifts.pay("P-2", 50, gift="G-2")

    page = gifts.shop.queries.payments.list_payments(10, "", PaymentFilter(gift_account_id="G-2"))

    assert [one.id for one in page.items] == ["P-2"]


def test_what_left_is_collected_from_the_account(gifts: GiftShop) -> None:
    gifts.issue(5_000)
    gifts.shop.route(order_for("RED-CLOCK", 1, "A-1"))
    gifts.paying.authorize("P-1", 2_500, method=PaymentMethod.GIFT_BALANCE, gift="G-1")
    gifts.shop.dispatch("A-1/1")

    Collector(gifts.shop.store, gifts.paying.cashier, gifts.shop.clock.now).collect("A-1")

    payment = gifts.shop.queries.payments.get_payment("P-1")
    assert (payment.captured, payment.open) == (2_000, 0)
    assert gifts.has() == (3_000, 0)


def test_the_books_of_the_company_owe_what_accounts_have_and_hold(gifts: GiftShop) -> None:
    gifts.issue(5_000)
    mistake = gifts.issue(70)
    gifts.correct(mistake.ledger_position)
    gifts.pay("P-1", 900)
    gifts.paying.capture("P-1", 600)
    gifts.paying.refund("P-1", 100)

    with gifts.shop.store.reader() as reader:
        found = reconcile(reader, Chart())

    assert found.differences == ()
    assert found.balances[Role.GIFT_BALANCES, "EUR"] == -4_500
    assert found.balances[Role.GIFTS_ISSUED, "EUR"] == 5_000
