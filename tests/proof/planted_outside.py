"""Bugs in how the router meets the outside: feeds, figures, clients that go away, engines that share a database."""

from collections.abc import Mapping

from tests.proof.bug import Bug

FEEDS = ("tests/feeds/test_feed_histories.py", "-k", "with_marks")
CORRECTIONS = ("tests/app/test_corrections.py", "-k", "memory")
BOOKINGS = ("tests/app/test_bookings.py",)
PACKINGS = ("tests/app/test_packing.py",)
ADDRESSES = ("tests/service/test_address_calls.py",)
PLACES = ("tests/service/test_address_calls.py", "-k", "exactly")
ANSWERS = ("tests/service/test_answer_bytes.py",)
PLAIN_ORDERS = ("tests/service/test_order_bytes.py",)
KNOWN_FIELDS = ("tests/service/test_known_fields.py",)
CONTACTS = ("tests/service/test_same_customer_calls.py",)
EDITS = ("tests/app/test_edits.py",)
FIGURES = ("tests/service/test_stock_figures.py",)
TABLES = ("tests/stores/test_sqlite.py", "-k", "not_of_their_type")
REPORTS = ("tests/app/test_turns.py", "-k", "report_is_booked")
VOIDED = ("tests/app/test_void_keeper.py",)
RENEWED = ("tests/app/test_renewals.py",)
GIFTS = ("tests/app/test_gift_accounts.py",)
COLLECTED = ("tests/app/test_collector.py",)
UNPAID = ("tests/app/test_on_account.py",)
VOUCHERS = ("tests/app/test_accounting.py",)
SUPPLIERS = ("tests/app/test_supplier_stock.py",)
BRIDGE = ("tests/service/test_engine_bridge.py",)
TURNS = ("tests/integration/test_postgres_store.py", "-k", "has_the_turn")

OUTSIDE_BUGS: Mapping[str, Bug] = {
    "a place that is known roughly is taken for an exact one": Bug(
        "domain/network.py", "if known_length == len(code) else", "if known_length else", PLACES
    ),
    "goods of an order without any payment leave unpaid": Bug(
        "app/payments/coverage.py", 'return rule != ""', "return True", UNPAID
    ),
    "a rule lets goods of a channel leave that needs payment": Bug(
        "app/payments/coverage.py",
        "return channel is not None and channel.needs_payment",
        "return False",
        ("tests/app/test_channels.py",),
    ),
    "a replay of an old decision says what nobody was asked": Bug(
        "routing/replay.py",
        "if decision.plan.on_account is msgspec.UNSET else plan",
        "if False else plan",
        ("tests/routing/test_old_decisions.py",),
    ),
    "a snapshot overwrites what moved after it": Bug(
        "app/stock/count_nodes.py",
        "in places(skus, moved):\n",
        "in places(skus, ()):\n",
        FEEDS,
    ),
    "a stale snapshot is applied": Bug(
        "app/stock/count_nodes.py", "if mark <= books.feeds.floor(feed_id, node_id):", "if False:", FEEDS
    ),
    "a row counted anew is counted by an older snapshot": Bug(
        "app/stock/count_nodes.py", "sku_marks.get(sku, BEFORE_ALL) >= mark", "False", FEEDS
    ),
    "a movement below the watermark is counted twice": Bug(
        "app/books/feed_books.py",
        "return told.mark <= self.watermark(told.feed_id, node_id, sku)",
        "return False",
        FEEDS,
    ),
    "a movement that a snapshot knows of is counted on top of it": Bug(
        "app/stock/count_nodes.py", "if one.mark > mark)", "if one)", FEEDS
    ),
    "what a truncated snapshot lacks is taken for zero": Bug(
        "service/from_proto/snapshots.py",
        "if self.row_count != header.row_count:",
        "if self.row_count > header.row_count:",
        FEEDS,
    ),
    "a correction is applied twice": Bug(
        "ledger/corrections.py", "if corrected_at is not None:", "if False:", CORRECTIONS
    ),
    "a counted figure may have any size": Bug(
        "service/from_proto/snapshots.py",
        " and min(counts) >= 0 and max(counts) <= STOCK_MAX",
        "",
        FIGURES,
    ),
    "an adjustment may have any size": Bug(
        "service/from_proto/inventory.py",
        'faults.whole(request.delta, "", "delta", -STOCK_MAX, STOCK_MAX)',
        "request.delta",
        FIGURES,
    ),
    "an edit does something else than it showed": Bug(
        "app/orders/edit_order.py",
        "if command.confirm_token and command.confirm_token != token:",
        "if False:",
        EDITS,
    ),
    "units that an edit drops are not counted as canceled": Bug(
        "app/orders/reroute_order.py",
        "canceled[line.line_id] + dropped.get(line.line_id, 0)",
        "canceled[line.line_id]",
        EDITS,
    ),
    "an edit of an address keeps shipments to the old one": Bug(
        "routing/decision.py",
        "return self.edit is None or not self.edit.is_anew",
        "return True",
        EDITS,
    ),
    "a shipment is handed over on two manifests": Bug(
        "app/carriers/close_manifest.py",
        "replace(one, state=BookingState.HANDED_OVER, manifest=number)",
        "replace(one, manifest=number)",
        BOOKINGS,
    ),
    "a booking that the engine refuses stays at the carrier": Bug(
        "app/carriers/booker.py", "if refused.reason not in UNDECIDED:", "if False:", BOOKINGS
    ),
    "each try to book has a key of its own": Bug(
        "app/carriers/booker.py",
        "digest = sha256(repr(asked).encode()).hexdigest()[:16]",
        "digest = uuid4().hex",
        BOOKINGS,
    ),
    "units in each other are no fault of a packing": Bug(
        "app/carriers/check_packing.py", "if is_overlapping(a, b):", "if False:", PACKINGS
    ),
    "a packing of units that are gone counts": Bug(
        "app/fulfillment/packing_of.py",
        "return packing if packed == Counter(",
        "return packing if packed or Counter(",
        PACKINGS,
    ),
    "the parts of an answer's cost do not add up": Bug(
        "service/to_proto/answer_tokens.py", "    missing += _half_even(total)\n", "", ANSWERS
    ),
    "two lines of an order have one id": Bug(
        "service/from_proto/order_bytes.py",
        "if ids[other, 1] == ids[number, 1] and",
        "if False and",
        PLAIN_ORDERS,
    ),
    "an unknown field of a message within another is ignored": Bug(
        "service/known_fields.py", "if message == NO_MESSAGE:", "if True:", KNOWN_FIELDS
    ),
    "an edit lets a held order go": Bug(
        "routing/problem/problems.py", "replacing.edit is not None and replacing.edit.is_held", "False", EDITS
    ),
    "an erased customer is still found": Bug(
        "stores/commit_rows.py",
        '        Gone(tables.CONTACT, "customer_id", commit.erased_customers),\n',
        "",
        CONTACTS,
    ),
    "an edited address is not looked at again": Bug(
        "app/orders/edited.py",
        "attributes={**order.attributes, **command.attributes}",
        "attributes=order.attributes",
        ADDRESSES,
    ),
    "a level that does not go there is offered": Bug(
        "app/customers/address_check.py", "if to.country not in level.countries or", "if", ADDRESSES
    ),
    "a table takes values of any type": Bug(
        "stores/migrations/sqlite/0001_initial.sql",
        "    quantities BLOB NOT NULL\n) STRICT;\n",
        "    quantities BLOB NOT NULL\n);\n",
        TABLES,
    ),
    "a relay's report is worked on out of turn": Bug(
        "app/engine/engine.py", "isinstance(one, Write | SettleDeliveries)", "isinstance(one, Write)", REPORTS
    ),
    "what was canceled while nobody looked stays booked": Bug(
        "app/carriers/void_keeper.py",
        "self._agenda.call(one.shipment_id for one in self._queries.list_canceled())",
        "self._agenda.call(())",
        VOIDED,
    ),
    "a carrier's no to a void is forgotten": Bug(
        "app/carriers/booker.py", "if refused.reason is Reason.CARRIER_DECLINED:", "if False:", VOIDED
    ),
    "a renewal that was not heard of is asked for under another key": Bug(
        "app/payments/cashier.py",
        'key = f"{payment.id}/{intent.act.name.lower()}/{intent.request_id}"',
        'key = f"{payment.id}/{intent.act.name.lower()}/{uuid4()}"',
        RENEWED,
    ),
    "what is not renewed is packed all the same": Bug(
        "app/payments/renewals.py",
        "return payment.declined_act is PaymentAct.RENEW",
        "return False",
        RENEWED,
    ),
    "a gift account pays more than it has": Bug(
        "app/payments/book_payment.py", "if balance.units < payment.asked:", "if balance.units < 0:", GIFTS
    ),
    "a refund goes back to nobody's account": Bug(
        "app/payments/book_payment.py",
        "gives, receives = of_gifts if payment.gift_account_id else of_providers",
        "gives, receives = of_gifts if payment.gift_account_id and not payment.refunded else of_providers",
        GIFTS,
    ),
    "a capture counts nothing that others captured meanwhile": Bug(
        "app/payments/book_payment.py",
        "if captured_before not in (None, payment.captured):",
        "if False:",
        COLLECTED,
    ),
    "cash is taken before anybody has the goods": Bug(
        "app/payments/dues.py",
        "taken = min(wanted, missing_arrived) if is_cash else wanted",
        "taken = wanted",
        COLLECTED,
    ),
    "a new cost leaves goods that are there worth what they were": Bug(
        "ledger/accounting/vouchers.py",
        "dearer = cost.cost_minor - cost.before_minor",
        "dearer = 0",
        VOUCHERS,
    ),
    "money that never bought anything lessens sales when it goes back": Bug(
        "ledger/accounting/refunds.py",
        "paid += step.taken - step.sold - back",
        "paid += step.taken * 0",
        VOUCHERS,
    ),
    "a carrier is owed its charge for every line": Bug(
        "app/accounting/sold_order.py",
        "if self.first_of_shipment.get(number) != reservation.position:",
        "if number not in self.first_of_shipment:",
        VOUCHERS,
    ),
    "what a reservation takes is sold to the order of its name": Bug(
        "app/accounting/sold_order.py", "before.pending_position in order.reservations", "True", VOUCHERS
    ),
    "an export knows costs of later": Bug(
        "app/accounting/facts.py", "if one.position < position", "if one", VOUCHERS
    ),
    "what a supplier counts is a difference of our own stock": Bug(
        "ledger/accounting/vouchers.py",
        "    if any(theirs) and any(account.bucket is Bucket.ADJUSTMENT for account in sides):\n",
        "    if False:\n",
        SUPPLIERS,
    ),
    "a node takes its goods along to its new owner, but not those of a cost that was just put": Bug(
        "app/accounting/change_owners.py",
        "held=cost.held - given[sku]",
        "held=cost.held",
        SUPPLIERS,
    ),
    "whoever owns a node now owned it always": Bug(
        "ledger/accounting/owners.py", "if one.position < position), False)", "if one), False)", SUPPLIERS
    ),
    "a client that goes away takes its booking along": Bug(
        "service/engine_bridge.py",
        "        return True\n\n    def running",
        "        return not self._waiter.cancelled()\n\n    def running",
        BRIDGE,
    ),
}

POSTGRES_BUGS: Mapping[str, Bug] = {
    "the turn is looked at, not locked": Bug(
        "stores/postgres/store.py",
        "SELECT value FROM meta WHERE key = 'turn' FOR UPDATE",
        "SELECT value FROM meta WHERE key = 'turn'",
        TURNS,
    ),
}
"""Only a PostgreSQL shows these: `make integration` plants them."""
