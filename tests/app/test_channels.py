"""Channels: once any is put, an order comes from one of them; a closed one takes none, and some need payment."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from router.app.commands.documents import PutChannels
from router.domain.channel import Channel
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import PAID_ELSEWHERE, Shop, a_shop, activate, digest, order_for
from tests.app.first_come import first_come
from tests.app.payment_builders import CLOCK, PayingShop, a_paying_shop

WEB = Channel(id="web", kind="WEB")


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    with a_paying_shop() as paying:
        yield paying


def put(shop: Shop, *channels: Channel) -> None:
    shop.answer(PutChannels(request_id=shop.key(), body_digest=digest(channels), channels=channels))


def an_order_of(channel: str, order_id: str = "order-1", price: int = 500) -> Order:
    order = order_for(CLOCK, 1, order_id)
    (line,) = order.lines
    return structs.replace(order, channel=channel, lines=(structs.replace(line, unit_price_minor=price),))


def reason_of(shop: Shop, order: Order) -> str:
    (result,) = shop.route(order).results
    return str(getattr(result, "reason", ""))


def test_without_channels_every_name_is_one(paying: PayingShop) -> None:
    assert reason_of(paying.shop, an_order_of("whatever")) == ""


def test_an_order_of_a_channel_that_was_never_put_is_refused(paying: PayingShop) -> None:
    put(paying.shop, WEB)

    assert reason_of(paying.shop, an_order_of("wbe")) == Reason.UNKNOWN_CHANNEL
    assert reason_of(paying.shop, an_order_of("web")) == ""


def test_a_closed_channel_takes_no_orders_and_goes_on_with_those_it_has(paying: PayingShop) -> None:
    put(paying.shop, WEB)
    paying.shop.route(an_order_of("web"))
    paying.authorize("P-1", 500, order_id="order-1")
    put(paying.shop, replace(WEB, is_closed=True))

    assert reason_of(paying.shop, an_order_of("web", "order-2")) == Reason.CHANNEL_CLOSED
    assert paying.shop.dispatch("order-1/1").record.state == "DISPATCHED"


def test_one_that_was_put_last_counts_in_the_same_batch(paying: PayingShop) -> None:
    channels = (WEB,)
    first = paying.shop.engine.submit(
        PutChannels(request_id="put", body_digest=digest(channels), channels=channels)
    )
    assert reason_of(paying.shop, an_order_of("wbe")) == Reason.UNKNOWN_CHANNEL
    assert first.result().answer.channel_count == 1


def test_where_payment_is_needed_nothing_leaves_without_it_whatever_rules_say(paying: PayingShop) -> None:
    activate(paying.shop, PAID_ELSEWHERE)
    put(paying.shop, replace(WEB, needs_payment=True))
    paying.shop.route(an_order_of("web"))

    with pytest.raises(RouterError) as refused:
        paying.shop.dispatch("order-1/1")
    paying.authorize("P-1", 500, order_id="order-1")
    paying.shop.dispatch("order-1/1")

    assert refused.value.reason is Reason.PAYMENT_MISSING
    assert (refused.value.facts["wanted"], refused.value.facts["covered"]) == ("500", "0")


def test_only_what_is_another_than_before_is_told(paying: PayingShop) -> None:
    put(paying.shop, WEB, Channel(id="till", kind="STORE"))
    put(paying.shop, WEB, Channel(id="till", kind="STORE", is_closed=True))

    events = paying.shop.queries.list_events(0, 100)
    told = [(one.subject, one.text) for one in events if one.kind is EventKind.CHANNEL_CHANGED]
    assert told == [("web", "WEB, open"), ("till", "STORE, open"), ("till", "STORE, closed")]


def test_channels_are_known_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "router.sqlite"
    with closing(SqliteStore(file)) as store, a_shop(store, route=first_come) as shop:
        put(shop, WEB)
    with closing(SqliteStore(file)) as store, a_shop(store, route=first_come) as shop:
        (result,) = shop.route(an_order_of("wbe"), key="after").results

    assert result.reason == Reason.UNKNOWN_CHANNEL


def test_a_channel_that_was_never_put_is_not_found(paying: PayingShop) -> None:
    put(paying.shop, WEB)

    assert paying.shop.queries.channels.list_channels() == (WEB,)
    with pytest.raises(RouterError) as refused:
        paying.shop.queries.channels.get_channel("wbe")
    assert refused.value.reason is Reason.CHANNEL_NOT_FOUND
