"""From a commit to rows by table, the same for every SQL store."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from router.app.books.feed_books import ALL_SKUS
from router.app.records.commit import Commit
from router.app.records.rule_versions import VersionState
from router.ledger.accounts import Account, Balance
from router.stores import tables, trade_tables
from router.stores.account_ids import Numbered
from router.stores.rows.accounting import node_owner_row, unit_cost_row
from router.stores.rows.bookings import booking_row, box_list_row, manifest_row, packing_row
from router.stores.rows.customers import customer_key_row, recipient_row
from router.stores.rows.delays import delay_row
from router.stores.rows.documents import channel_row, document_row, product_row
from router.stores.rows.events import event_row, held_event_row, sink_row
from router.stores.rows.feeds import feed_row, movement_row, suspect_row
from router.stores.rows.journal import balance_row, batch_row, entry_rows
from router.stores.rows.orders import decision_row, order_row, outcome_row
from router.stores.rows.payments import payment_row
from router.stores.rows.purchases import backorder_limit_row, purchase_order_row, supplier_row
from router.stores.rows.reservations import reservation_rows, stock_reservation_row
from router.stores.rows.returns import policy_row, return_row
from router.stores.rows.shipments import layout_row, shipment_row
from router.stores.rows.stock import lot_row, serial_row, transfer_row
from router.stores.rows.versions import change_row, version_row
from router.stores.table import Table

ONLY_ONE = (VersionState.ACTIVE, VersionState.SHADOW)
"""States that at most one version has."""

RowsByTable = tuple[tuple[Table, Sequence[tuple[Any, ...]]], ...]


CONTACT_KEY = "contact_key"
"""Where the key is by which contacts are made, in hexadecimal digits."""


def number_accounts(account_ids: dict[Account, int], accounts: Iterable[Account]) -> None:
    """Number those that have no id yet, in the order of their first entry."""
    for account in accounts:
        if account not in account_ids:
            account_ids[account] = len(account_ids) + 1


def counted_on(commit: Commit, numbered: Numbered) -> Collection[tuple[Account, Balance]]:
    """The accounts that were there before, with their counters: what to change."""
    if not numbered.new:
        return commit.balances.items()
    counted = dict(commit.balances)
    for account in numbered.new:
        del counted[account]
    return counted.items()


def rows_of(commit: Commit, numbered: Numbered) -> RowsByTable:
    """What to add or to renew, in the order of writing; of accounts the new ones: the others are counted on."""
    account_ids, new, _ = numbered
    return (
        (tables.BATCH, [batch_row(commit.batch)]),
        (tables.ACCOUNT, [balance_row(account_ids, one, commit.balances[one]) for one in new]),
        (tables.ENTRY, entry_rows(numbered, commit.entries)),
        (tables.RESERVATION, reservation_rows(numbered, commit.reservations)),
        (tables.STOCK_RESERVATION, list(map(stock_reservation_row, commit.stock_reservations))),
        (tables.LOT, list(map(lot_row, commit.lots))),
        (tables.SERIAL, list(map(serial_row, commit.serials))),
        (tables.DECISION, list(map(decision_row, commit.decisions))),
        (tables.ORDER, list(map(order_row, commit.orders))),
        (tables.SHIPMENT, list(map(shipment_row, commit.shipments))),
        (tables.EVENT, list(map(event_row, commit.events))),
        (tables.OUTCOME, list(map(outcome_row, commit.outcomes))),
        (tables.PRODUCT, list(map(product_row, commit.products))),
        (tables.DOCUMENT, list(map(document_row, commit.documents))),
        (tables.CAPACITY, [(*place, count) for place, count in commit.capacity.items()]),
        (tables.FEED, list(map(feed_row, commit.feeds.values()))),
        (tables.FEED_MARK, _mark_rows(commit)),
        (tables.FEED_MOVEMENT, list(map(movement_row, commit.movements))),
        (tables.SUSPECT, list(map(suspect_row, commit.suspects))),
        (tables.TRANSFER, list(map(transfer_row, commit.transfers))),
        (trade_tables.CHANNEL, list(map(channel_row, commit.channels.values()))),
        (trade_tables.PAYMENT, list(map(payment_row, commit.payments))),
        (trade_tables.SUPPLIER, list(map(supplier_row, commit.suppliers.values()))),
        (trade_tables.BACKORDER_LIMIT, list(map(backorder_limit_row, commit.backorder_limits.items()))),
        (trade_tables.PURCHASE_ORDER, list(map(purchase_order_row, commit.purchases))),
        (trade_tables.GOODS_RETURN, list(map(return_row, commit.returns))),
        (trade_tables.RETURN_POLICY, list(map(policy_row, commit.return_policies.values()))),
        (trade_tables.DELAY, list(map(delay_row, commit.delays))),
        (trade_tables.UNIT_COST, list(map(unit_cost_row, commit.unit_costs))),
        (trade_tables.NODE_OWNER, list(map(node_owner_row, commit.node_owners))),
        (tables.RULES_CHANGE, list(map(change_row, commit.version_changes))),
        (tables.RULES_VERSION, _version_rows(commit)),
        (tables.CUSTOMER_KEY, list(map(customer_key_row, commit.customer_keys))),
        (tables.RECIPIENT, list(map(recipient_row, commit.recipients))),
        (tables.CONTACT, [(one.customer_id, one.digest) for one in commit.contacts]),
        (tables.SINK, list(map(sink_row, commit.sinks))),
        (tables.HELD_EVENT, list(map(held_event_row, commit.held_events))),
        (tables.LAYOUT, list(map(layout_row, commit.layouts))),
        (trade_tables.BOOKING, list(map(booking_row, commit.bookings))),
        (trade_tables.MANIFEST, list(map(manifest_row, commit.manifests))),
        (trade_tables.BOX_LIST, [box_list_row(*one) for one in commit.box_lists]),
        (trade_tables.PACKING, list(map(packing_row, commit.packings))),
        (tables.META, _meta_rows(commit)),
    )


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows of `table` that go: those whose `column` is one of `values`."""

    table: Table
    column: str
    values: tuple[str, ...]


def holds_personal_data(commit: Commit) -> bool:
    """Whether it writes keys or what they open, or removes it."""
    return bool(commit.customer_keys or commit.recipients or commit.erased_customers)


def gone_rows_of(commit: Commit) -> tuple[Gone, ...]:
    """What to remove before the rows are written."""
    if not commit.erased_customers:
        return ()
    return (
        Gone(tables.RECIPIENT, "customer_id", commit.erased_customers),
        Gone(tables.CONTACT, "customer_id", commit.erased_customers),
    )


@dataclass(frozen=True, slots=True)
class Old:
    """Rows of `table` that go: those whose `column` is less than `limit`."""

    table: Table
    column: str
    limit: int


def old_rows_of(commit: Commit) -> tuple[Old, ...]:
    """What to remove after the rows are written."""
    old = (Old(tables.OUTCOME, "time", commit.forget_outcomes_before),)
    if not commit.forget_movements_before:
        return old
    return (*old, Old(tables.FEED_MOVEMENT, "position", commit.forget_movements_before))


def _mark_rows(commit: Commit) -> list[tuple[Any, ...]]:
    """A row for each place that was counted, with the last mark of this commit."""
    marks = {}
    for raised in commit.raised:
        for sku in (ALL_SKUS,) if raised.skus is None else raised.skus:
            marks[raised.feed_id, raised.node_id, sku] = raised.mark
    return [(*place, *mark) for place, mark in marks.items()]


def _version_rows(commit: Commit) -> list[tuple[Any, ...]]:
    """Those that leave a state before those that take it: only one may be active, only one in shadow."""
    return [
        version_row(version)
        for version in sorted(commit.versions, key=lambda one: (one.state in ONLY_ONE, -one.state))
    ]


def _meta_rows(commit: Commit) -> list[tuple[Any, ...]]:
    """The documents in force, when they may have changed, and the key of contacts once it is made."""
    key = [(CONTACT_KEY, commit.contact_key.hex())] if commit.contact_key else []
    if not (commit.documents or commit.versions):
        return key
    head = commit.head
    return [("rules_digest", head.rules_digest), ("network_digest", head.network_digest), *key]
