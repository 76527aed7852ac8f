"""What is given for returns and claims: money by the payments of the order, or other goods by the same engine."""

from collections.abc import Iterator
from typing import Any

import pytest

from router.app.ports.payment_provider import ProviderDeclined, ProviderUnreachable
from router.connectors.payments.fake import FakeProvider
from router.domain.identifiers import LineId, OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ShipmentState
from router.ledger.return_lifecycle import ReturnState
from router.ledger.returns import ClaimCause, Disposition
from router.ledger.tracking import CarrierStatus
from tests.app.builders import StandingClock, a_shop
from tests.app.fulfillment_builders import a_report, leave, report, state_of
from tests.app.payment_builders import PayingShop
from tests.app.return_builders import (
    CLOCK,
    DAY_SECONDS,
    a_policy,
    authorize,
    cancel,
    claim,
    deliver,
    first_scan,
    found,
    inspect,
    put_policy,
    receive,
    refund,
    send_again,
)
from tests.routing.builders import an_order

LAMP = "TIN-LAMP"


class MoodyProvider(FakeProvider):
    """Says no to, or nothing of, refunds of some payments."""

    declines: str = ""
    is_silent: bool = False

    def refund(self, provider_id: str, amount_minor: int, key: str) -> None:
        if self.is_silent:
            raise ProviderUnreachable("503")
        if self.declines and self.declines in provider_id:
            raise ProviderDeclined("account_closed")
        super().refund(provider_id, amount_minor, key)


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    """Three clocks of order-1 for 60.00 were paid by P-1 (50.00) and P-2 (10.00), and delivered from Lyon."""
    clock = StandingClock()
    with a_shop(stock={"lyon": {CLOCK: 9, LAMP: 9}}, clock=clock) as shop:
        put_policy(shop, a_policy())
        paying = PayingShop(shop, MoodyProvider(clock.now))
        shop.route(an_order("order-1", lines={CLOCK: 3}))
        for payment_id, amount in (("P-1", 5_000), ("P-2", 1_000)):
            paying.authorize(payment_id, amount, order_id="order-1")
            paying.capture(payment_id, amount)
        deliver(shop)
        clock.go_on(2 * DAY_SECONDS)
        yield paying
        assert shop.faults() == ()


def refused(call: Any, *args: Any, **changes: Any) -> RouterError:
    with pytest.raises(RouterError) as caught:
        call(*args, **changes)
    return caught.value


def comes_back(paying: PayingShop, quantity: int, **changes: Any) -> None:
    authorize(paying.shop, {"1": quantity}, **changes)
    receive(paying.shop, {CLOCK: quantity})


def given_back(paying: PayingShop) -> list[int]:
    return [paying.shop.queries.payments.get_payment(one).refunded for one in ("P-1", "P-2")]


def test_money_goes_back_for_what_was_inspected_less_the_fee(paying: PayingShop) -> None:
    comes_back(paying, 2)
    early = refused(refund, paying)
    inspect(paying.shop, found(1, Disposition.RESTOCK), found(1, Disposition.SCRAP, is_denied=True))

    after = refund(paying)

    assert early.reason is Reason.NOTHING_TO_REFUND
    assert "inspect the 2 units that wait first" in early.message
    (done,) = after.refunds
    assert (done.lines_minor, done.fee_minor, done.total_minor) == (2_000, 200, 1_800)
    assert [(leg.payment_id, leg.amount) for leg in done.legs] == [("P-1", 1_800)]
    assert given_back(paying) == [1_800, 0]
    assert refused(refund, paying).reason is Reason.NOTHING_TO_REFUND


def test_money_goes_back_at_the_first_scan_where_the_policy_says_so(paying: PayingShop) -> None:
    put_policy(paying.shop, first_scan())
    comes_back(paying, 1)

    after = refund(paying)
    inspect(paying.shop, found(1, Disposition.SCRAP, is_denied=True))

    assert (after.state, after.refunded_minor) == (ReturnState.RECEIVED, 1_800)
    assert paying.shop.queries.returns.get_return("R-1").owed_minor == 0


def test_several_payments_give_back_and_the_journal_names_the_return(paying: PayingShop) -> None:
    comes_back(paying, 3, reason_code="DEFECT")
    inspect(paying.shop, found(3, Disposition.SCRAP))

    after = refund(paying)

    assert given_back(paying) == [5_000, 1_000]
    assert after.refunded_minor == 6_000
    with paying.shop.store.reader() as reader:
        entries = [one for one in reader.list_entries(None, 999, "P-2") if one.code is EntryCode.REFUND]
    assert [(one.quantity, one.line_id) for one in entries] == [(1_000, "R-1")]


def test_shipping_goes_back_where_the_policy_gives_it_and_no_more_than_was_captured(
    paying: PayingShop,
) -> None:
    comes_back(paying, 2, reason_code="DEFECT")
    inspect(paying.shop, found(2, Disposition.SCRAP))

    too_much = refused(refund, paying, shipping_minor=9_000)
    after = refund(paying, shipping_minor=500, tax_minor=300)

    assert (too_much.reason, too_much.facts["refundable"]) == (Reason.PAYMENT_EXCEEDED, "6000")
    assert after.refunded_minor == 4_800
    assert sum(given_back(paying)) == 4_800


def test_shipping_stays_for_other_reasons(paying: PayingShop) -> None:
    comes_back(paying, 1)
    inspect(paying.shop, found(1, Disposition.RESTOCK))

    assert "the policy gives back no shipping" in refused(refund, paying, shipping_minor=1).message


def test_a_repeat_is_the_recorded_answer(paying: PayingShop) -> None:
    comes_back(paying, 1)
    inspect(paying.shop, found(1, Disposition.RESTOCK))

    first = refund(paying, key="again")
    second = refund(paying, key="again")

    assert first == second
    assert given_back(paying) == [1_800, 0]


def test_what_a_silent_provider_left_open_is_given_once(paying: PayingShop) -> None:
    comes_back(paying, 3, reason_code="DEFECT")
    inspect(paying.shop, found(3, Disposition.SCRAP))
    provider = paying.provider
    assert isinstance(provider, MoodyProvider)
    provider.is_silent = True
    silent = refused(refund, paying, key="first")
    provider.is_silent = False

    under_way = paying.shop.queries.returns.get_return("R-1").refund
    other = refused(refund, paying, key="second")

    assert silent.reason is Reason.PROVIDER_UNREACHABLE
    assert under_way is not None
    assert other.reason is Reason.NOTHING_TO_REFUND
    assert given_back(paying) == [5_000, 1_000]
    assert refund(paying, key="first").refunded_minor == 6_000


def test_of_a_refund_that_is_declined_in_part_the_rest_is_still_owed(paying: PayingShop) -> None:
    comes_back(paying, 3, reason_code="DEFECT")
    inspect(paying.shop, found(3, Disposition.SCRAP))
    provider = paying.provider
    assert isinstance(provider, MoodyProvider)
    provider.declines = "P-2"

    declined = refused(refund, paying)
    half = paying.shop.queries.returns.get_return("R-1")

    assert declined.reason is Reason.PAYMENT_DECLINED
    assert (half.refund, half.refunded_minor, half.owed_minor) == (None, 5_000, 1_000)
    provider.declines = ""
    assert refund(paying).refunded_minor == 6_000
    assert given_back(paying) == [5_000, 1_000]


def test_without_a_payment_it_says_what_to_do(paying: PayingShop) -> None:
    shop = paying.shop
    shop.route(an_order("order-2", lines={CLOCK: 1}))
    deliver(shop, "order-2/1", hour=50)
    authorize(shop, {"1": 1}, order_id="order-2")
    receive(shop, {CLOCK: 1})
    inspect(shop, found(1, Disposition.RESTOCK))

    unpaid = refused(refund, paying)
    after = refund(paying, external_reference="bank 4711")

    assert unpaid.reason is Reason.REFUND_WITHOUT_PAYMENT
    assert (after.refunded_minor, after.refunds[0].legs) == (1_800, ())


def test_a_replacement_is_an_order_of_its_own_and_free(paying: PayingShop) -> None:
    comes_back(paying, 2)
    inspect(paying.shop, found(2, Disposition.SCRAP))

    sent = send_again(paying.shop, "order-1-again")

    record = paying.shop.queries.get_order("order-1-again")
    assert (record.state, record.lines[0].sku, record.lines[0].ordered) == ("ALLOCATED", CLOCK, 2)
    assert record.order.lines[0].unit_price_minor == 0
    assert record.order.attributes == {"replaces_order_id": "order-1", "return_id": "R-1"}
    first = paying.shop.queries.get_order("order-1")
    assert (first.return_ids, first.replacement_order_ids) == (("R-1",), ("order-1-again",))
    assert sent.decision_id == record.decision_id
    assert refused(refund, paying).reason is Reason.NOTHING_TO_REFUND


def test_what_comes_back_of_a_replacement_cost_nothing_and_says_what_can_be_given(paying: PayingShop) -> None:
    comes_back(paying, 1)
    inspect(paying.shop, found(1, Disposition.SCRAP))
    send_again(paying.shop, "again")
    deliver(paying.shop, "again/1", hour=48)
    authorize(paying.shop, {"1": 1}, order_id="again", return_id="R-2")
    receive(paying.shop, {CLOCK: 1}, return_id="R-2")
    inspect(paying.shop, found(1, Disposition.RESTOCK), return_id="R-2")

    refusal = refused(refund, paying, "R-2")

    assert refusal.reason is Reason.NOTHING_TO_REFUND
    assert "replace its units once more (SendReplacement), or claim GOODWILL of order `order-1`" in str(
        refusal
    )


def test_an_exchange_settles_as_many_units_as_it_sends(paying: PayingShop) -> None:
    comes_back(paying, 2)
    inspect(paying.shop, found(2, Disposition.RESTOCK))

    send_again(paying.shop, "order-1-lamp", lines={LAMP: 1})
    after = refund(paying)
    more = refused(send_again, paying.shop, "order-1-more", lines={LAMP: 1})

    assert (after.lines[0].replaced, after.lines[0].refunded) == (1, 1)
    assert more.reason is Reason.NOTHING_TO_REFUND


def test_a_replacement_under_a_name_that_is_taken_is_refused_as_an_order_is(paying: PayingShop) -> None:
    comes_back(paying, 1)
    inspect(paying.shop, found(1, Disposition.SCRAP))

    assert refused(send_again, paying.shop, "order-1").reason is Reason.ORDER_ALREADY_ROUTED


def test_a_lost_parcel_is_booked_out_and_paid_back(paying: PayingShop) -> None:
    shop = paying.shop
    shop.route(an_order("order-2", lines={CLOCK: 2}))
    leave(shop, "order-2/1")
    paying.authorize("P-3", 4_000, order_id="order-2")
    paying.capture("P-3", 4_000)

    one = claim(shop, ClaimCause.LOST, "order-2", shipment_id="order-2/1")
    assert (one.state, state_of(shop, "order-2/1")) == (ReturnState.CLAIMED, ShipmentState.LOST.name)
    after = refund(paying, "C-1")

    assert (after.state, after.refunded_minor) == (ReturnState.SETTLED, 4_000)
    again = refused(claim, shop, ClaimCause.LOST, "order-2", shipment_id="order-2/1", return_id="C-2")
    assert again.reason is Reason.RETURN_EXCEEDS_DELIVERED
    report(shop, "order-2/1", a_report(CarrierStatus.DELIVERED, 60))
    assert refused(authorize, shop, {"1": 1}, order_id="order-2").reason is Reason.RETURN_EXCEEDS_DELIVERED


def test_what_arrived_broken_is_sent_again(paying: PayingShop) -> None:
    claim(paying.shop, ClaimCause.DAMAGED, shipment_id="order-1/1", lines={LineId("1"): 1})

    sent = send_again(paying.shop, "order-1-again", "C-1")

    assert (sent.record.state, sent.record.lines[0].replaced) == (ReturnState.SETTLED, 1)
    assert refused(authorize, paying.shop, {"1": 3}).facts["returnable"] == "2"


def test_goodwill_is_paid_without_goods_and_up_to_what_was_captured(paying: PayingShop) -> None:
    one = claim(paying.shop, ClaimCause.GOODWILL, goodwill_minor=700)
    after = refund(paying, "C-1")

    assert (one.lines, after.state, given_back(paying)) == ((), ReturnState.SETTLED, [700, 0])
    claim(paying.shop, ClaimCause.GOODWILL, goodwill_minor=7_000, return_id="C-2")
    too_much = refused(refund, paying, "C-2")
    assert too_much.reason is Reason.PAYMENT_EXCEEDED
    assert str(too_much).endswith("not given back; pay back less (lines_minor_max) and the rest elsewhere")


def test_a_parcel_that_is_delivered_is_not_lost(paying: PayingShop) -> None:
    wrong = refused(claim, paying.shop, ClaimCause.LOST, shipment_id="order-1/1")

    assert wrong.reason is Reason.ORDER_STATE_FORBIDS
    assert "to claim it as LOST it must be DISPATCHED" in wrong.message


def test_a_claim_can_be_withdrawn_until_something_was_given(paying: PayingShop) -> None:
    claim(paying.shop, ClaimCause.DAMAGED, shipment_id="order-1/1")
    assert cancel(paying.shop, "C-1").state is ReturnState.WITHDRAWN
    assert authorize(paying.shop, {"1": 3}).record.expected == 3
    assert OrderId("order-1") == paying.shop.queries.returns.get_return("C-1").order_id
