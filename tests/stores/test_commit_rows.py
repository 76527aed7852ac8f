"""From a commit to rows."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from msgspec import structs

from router.domain.identifiers import Instant, LineId, OrderId
from router.domain.order import OrderLine
from router.ledger.entry_columns import ColumnReservations, EntryColumns
from router.ledger.orders import AllReserved
from router.ledger.reservations import Reservation
from router.stores.account_ids import Numbered
from router.stores.commit_rows import counted_on, number_accounts, rows_of
from router.stores.memory.store import MemoryStore
from router.stores.postgres.news import pack_news, unpack_news
from router.stores.rows.orders import order_row
from router.stores.sql.statements import insert
from router.stores.tables import ACCOUNT, BATCH, DOCUMENT, RESERVATION, TABLES
from tests.stores.contract_builders import (
    CLOCK,
    LAMP,
    Writer,
    a_key,
    a_recipient,
    a_reservation,
    an_order,
    received,
)


def test_every_table_is_written_in_its_place_and_every_row_has_its_columns() -> None:
    commit = Writer(MemoryStore()).commit(received(1, CLOCK, 5), received(2, LAMP, 1))
    ids: dict = {}
    number_accounts(ids, commit.balances)
    rows = rows_of(commit, Numbered(ids, commit.balances, [ids[one] for one in commit.balances]))

    assert tuple(table for table, _ in rows) == TABLES
    assert all(len(row) == len(table.columns) for table, written in rows for row in written)
    assert list(ids.values()) == [1, 2, 3, 4]


def test_accounts_keep_the_numbers_they_have() -> None:
    commit = Writer(MemoryStore()).commit(received(1, CLOCK, 5), received(2, LAMP, 1))
    first, second, *_ = commit.balances
    ids = {second: 1}
    number_accounts(ids, [first, second])

    assert ids == {second: 1, first: 2}


def test_accounts_that_were_there_are_counted_on_and_new_ones_are_added() -> None:
    commit = Writer(MemoryStore()).commit(received(1, CLOCK, 5), received(2, LAMP, 1))
    ids: dict = {}
    number_accounts(ids, commit.balances)
    first, *others = commit.balances
    numbered = Numbered(ids, [first], [ids[one] for one in commit.balances])

    assert [row[0] for row in dict(rows_of(commit, numbered))[ACCOUNT]] == [ids[first]]
    assert list(counted_on(commit, numbered)) == [(one, commit.balances[one]) for one in others]


def test_an_order_of_which_all_is_reserved_has_the_row_of_its_lines() -> None:
    order = an_order(1)
    asked = tuple(OrderLine(id=one.line_id, sku=one.sku, quantity=one.ordered) for one in order.lines)

    assert order_row(structs.replace(order, counted=AllReserved(asked))) == order_row(order)


def test_a_row_of_a_known_key_does_what_its_table_says() -> None:
    assert insert(BATCH).endswith("VALUES (?, ?, ?, ?, ?)")
    assert insert(DOCUMENT).endswith("ON CONFLICT (digest) DO NOTHING")
    assert "DO UPDATE SET posted = excluded.posted, " in insert(RESERVATION)
    assert "quantity = excluded" not in insert(RESERVATION)
    assert insert(ACCOUNT).endswith("?)"), "an account is never written over another"


def test_news_for_other_servers_hold_no_key_and_nothing_that_it_opens() -> None:
    key, recipient = a_key("ada", 7), a_recipient("order-1", "ada")
    commit = Writer(MemoryStore()).commit(
        received(1, CLOCK, 5), customer_keys=(key,), recipients=(recipient,), erased_customers=("bob",)
    )
    body = pack_news(commit)
    news = unpack_news(body)

    assert key.key not in body
    assert recipient.body not in body
    assert (news.customer_keys, news.recipients, news.erased_customers) == ((), (), ())
    assert news.balances == commit.balances


def test_news_name_the_orders_that_changed_and_keep_nothing_else_of_them() -> None:
    commit = Writer(MemoryStore()).commit(
        received(1, CLOCK, 5),
        orders=(an_order(1),),
        reservations=(a_reservation(2, 1, "order-1"), a_reservation(3, 1, "order-2")),
    )
    news = unpack_news(pack_news(commit))

    assert [(one.order_id, one.lines) for one in news.orders] == [("order-1", ())]
    assert [one.order_id for one in news.reservations] == ["order-2"]


def test_news_of_orders_booked_in_columns_make_no_reservation_to_leave_it_out() -> None:
    written = Writer(MemoryStore()).commit(received(1, CLOCK, 5), orders=(an_order(1),))
    taken_to, taken_from = written.balances
    columns = EntryColumns(first=2, time=Instant(1))
    columns.add(columns.add_pair(taken_to, taken_from), 1, OrderId("order-1"), LineId("line-1"), 1)
    reservations = Unmade(columns, range(1))
    commit = replace(written, reservations=reservations)

    assert not unpack_news(pack_news(commit)).reservations
    with pytest.raises(AssertionError, match="made"):
        pack_news(replace(commit, orders=()))


class Unmade(ColumnReservations):
    """Of which none may be made."""

    def __iter__(self) -> Iterator[Reservation]:
        raise AssertionError("one was made")
