"""Bugs in how goods are bought and promised."""

from collections.abc import Mapping

from tests.proof.bug import Bug

LIVES = ("tests/app/test_purchases.py", "-k", "random_lives or more_fewer or closed_as_short")
SUGGESTIONS = ("tests/app/test_suggestions.py",)
PROMISED = ("tests/app/test_purchases.py", "-k", "overdue")
LIMITS = ("tests/app/test_backorders.py", "-k", "wait_than_may or of_one_batch")
RESTOCKS = ("tests/app/test_restocks.py", "-k", "promised_an_earlier or after_a_restart or covers_a_line")
RULES_LIMIT = ("tests/app/test_backorder_rules.py",)
REPLAYS = ("tests/routing/test_capped.py",)
OVERDUE = ("tests/app/test_dropship.py", "-k", "overdue")
DROPSHIP = ("tests/app/test_dropship.py", "-k", "comes_first_wins")
RELEASE = ("tests/app/test_rerouter.py", "-k", "by_promise_then_tier")

GATHERED = ("tests/routing/test_gathering_laws.py", "-k", "best_of_all")
MOVES = ("tests/routing/test_gatherings.py",)
AWAITED = ("tests/app/test_planned_transfers.py",)
MOVED_LIVES = ("tests/app/test_transfer_histories.py",)

SUPPLY_BUGS: Mapping[str, Bug] = {
    "what came without being ordered is not on order before it arrives": Bug(
        "app/purchasing/purchase_entries.py",
        "    if extra := after.extra - before.extra:\n        order_more(changes, order, sku, extra)\n",
        "",
        LIVES,
    ),
    "what is closed as short stays on order": Bug(
        "app/purchasing/purchase_entries.py",
        "    if closed := after.closed - before.closed:\n        order_less(changes, order, sku, closed)\n",
        "",
        LIVES,
    ),
    "safety stock forgets that lead times vary": Bug(
        "app/purchasing/reorder.py", " + (demand.mean * varies) ** 2", "", SUGGESTIONS
    ),
    "what waits is not bought": Bug(
        "app/answers/purchasing.py", "self.inbound - self.waiting", "self.inbound", SUGGESTIONS
    ),
    "an overdue purchase order is promised": Bug(
        "app/purchasing/promise_stock.py",
        "if one.expected_day is None or one.expected_day < today:",
        "if one.expected_day is None:",
        PROMISED,
    ),
    "a limit forgets what waits already": Bug(
        "app/purchasing/restocks.py",
        "self._waiting[sku] = waiting_of(self._books, sku) - self._without.get(sku, 0)",
        "self._waiting[sku] = 0",
        LIMITS,
    ),
    "orders of one batch are each limited alone": Bug(
        "app/purchasing/restocks.py",
        "            self._waiting[one.sku] = ahead + one.quantity\n",
        "",
        LIMITS,
    ),
    "what comes is promised to those who are served later, too": Bug(
        "app/purchasing/restocks.py", "        ahead -= passed\n", "        ahead = 0\n", RESTOCKS
    ),
    "an order is shown behind those that it is served before": Bug(
        "app/purchasing/waiting_book.py",
        "return self._queues.get(sku, NOBODY).before(rank) - itself",
        "return self._queues.get(sku, NOBODY).before(Rank(1 << 40, 0, 0)) - itself",
        RESTOCKS,
    ),
    "an edit may make more wait than a new order": Bug(
        "app/orders/edit_order.py",
        "within_limits(books, Queue(books, now, without=waited), decided, waited)",
        "decided",
        RULES_LIMIT,
    ),
    "an edit that is cut sends away what waited": Bug(
        "app/purchasing/backorder_limits.py", "stays = kept.get(sku, 0)", "stays = 0", RULES_LIMIT
    ),
    "an order is behind itself when it is edited": Bug(
        "app/purchasing/restocks.py", " - self._without.get(sku, 0)", "", RULES_LIMIT
    ),
    "limits of rules are not asked": Bug(
        "app/purchasing/backorder_limits.py",
        "if waiting > by_rule.get(rule, waiting):",
        "if False:",
        RULES_LIMIT,
    ),
    "a line waits with more units than its rule lets": Bug(
        "routing/plan/plans.py",
        "left if policy.line_units_max is None else limited(left, policy.line_units_max, policy.rule.name)",
        "left",
        ("tests/routing/test_holds_and_groups.py", "-k", "more_units_wait"),
    ),
    "a repeated call forgets what brings the units that wait": Bug(
        "app/engine/outcomes.py", "(number, one.restocks) if one.restocks else number", "number", RESTOCKS
    ),
    "a replay forgets the limit": Bug("routing/replay.py", "        caps=inputs.all_caps,\n", "", REPLAYS),
    "what a supplier acknowledged at the last moment is taken from it": Bug(
        "app/orders/reject_shipment.py",
        "if command.unless_acknowledged and shipment.journey.acknowledge_time:",
        "if False:",
        DROPSHIP,
    ),
    "time to acknowledge counts from whenever": Bug(
        "app/dropship/acknowledgement_keeper.py",
        "0 < journey.release_time <= before",
        "journey.release_time",
        OVERDUE,
    ),
    "goods that come go to who came first, whatever tier": Bug(
        "app/orders/rerouter.py", ", tiers=self._tiers)", ")", RELEASE
    ),
    "a shipment may await what none of its lines brings": Bug(
        "solver/awaiting.py", "if missing := missing_of(problem, opened):", "if False:", GATHERED
    ),
    "a node that rules exclude gives its units to others": Bug(
        "routing/problem/bringing.py",
        "free=np.where(gives(batch, verdicts.removals), units, 0)",
        "free=units.copy()",
        MOVES,
    ),
    "moved units cost what stock costs at the hub": Bug(
        "routing/problem/bringing.py",
        "unit_price(batch, prices, source, line) for _, source, count in given",
        "unit_price(batch, prices, one.own, line) for _, source, count in given",
        MOVES,
    ),
    "a transfer leaves on any day": Bug(
        "routing/network/transfer_lanes.py",
        "    while not lane.departure_weekdays >> weekday_of(depart) & 1:\n        depart += 1\n",
        "",
        MOVES,
    ),
    "units leave the hub on the day on which they come": Bug(
        "routing/network/transfer_lanes.py",
        "    days_to_pass = hub.calendar.processing_days\n",
        "    days_to_pass = 0\n",
        MOVES,
    ),
    "a hub ships before what it awaits is there": Bug(
        "routing/batch/gatherings.py", "np.maximum(own, brought)", "own", MOVES
    ),
    "what arrives for a shipment is anybody's": Bug(
        "app/transfers/receive_transfer.py",
        "    served.hold(kept, transfer.to_node_id)\n",
        "",
        AWAITED,
    ),
    "the hub cools off for what its source did not find": Bug(
        "app/orders/cool_off.py",
        "node_id = command.node_id or shipment.node_id",
        "node_id = shipment.node_id",
        AWAITED,
    ),
    "a shipment leaves without what it awaits": Bug(
        "app/fulfillment/dispatch_shipment.py",
        "    refuse_awaiting(filed, filed.shipments[number - 1])\n",
        "",
        AWAITED,
    ),
    "units under way for an order are promised to others": Bug(
        "app/stock/find_availability.py", "units - reserved_under_way(books, transfer, sku)", "units", AWAITED
    ),
    "what arrives on a short shelf is held all the same": Bug(
        "app/transfers/arrive_for_shipment.py",
        "free = min(units, max(0, free_with(self._books, self._changes, here)))",
        "free = units",
        MOVED_LIVES,
    ),
}
