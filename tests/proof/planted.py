"""Bugs to plant in a copy of the router, each with the proof that must catch it: what the proofs are measured by.

A bug is one replaced piece of one file. A proof that passes on a copy with a bug in it proves too little.
"""

from collections.abc import Mapping

from tests.proof.bug import Bug
from tests.proof.planted_files import FILE_BUGS
from tests.proof.planted_late import LATE_BUGS
from tests.proof.planted_money import MONEY_BUGS
from tests.proof.planted_outside import OUTSIDE_BUGS
from tests.proof.planted_returns import RETURN_BUGS
from tests.proof.planted_substitutes import SUBSTITUTE_BUGS
from tests.proof.planted_supply import SUPPLY_BUGS

POWER = ("tests/proof/test_power_loss.py", "-k", "nothing_acknowledged")
FOLDING = ("tests/proof/test_power_loss.py", "-k", "folded_beside")
DISK = ("tests/proof/test_broken_disk.py",)
FULL_DISK = ("tests/app/test_read_only.py", "-k", "fills_up_anywhere")
LIVES = ("tests/proof/test_histories.py", "-k", "long_life_in_memory")
LIVES_ON_DISK = ("tests/proof/test_histories.py", "-k", "long_life_on_disk")
STORMS = ("tests/proof/test_storms.py",)
LINE = ("tests/proof/test_line.py", "-k", "concurrent_clients")
HOLDS = ("tests/app/test_reservations.py",)
CLOCK = ("tests/proof/test_clock.py",)
COLUMNS = ("tests/app/test_entry_columns.py",)

BUGS: Mapping[str, Bug] = {
    "answered before the commit": Bug(
        "stores/sqlite/faults.py",
        '        connection.execute("BEGIN IMMEDIATE")\n        yield\n        connection.execute("COMMIT")\n',
        '        if connection.in_transaction:\n            connection.execute("COMMIT")\n'
        '        connection.execute("BEGIN IMMEDIATE")\n        yield\n',
        POWER,
    ),
    "the log is synced now and then": Bug(
        "stores/sqlite/files.py",
        '_settle(connection)\n            connection.execute("PRAGMA synchronous = FULL")',
        '_settle(connection)\n            connection.execute("PRAGMA synchronous = NORMAL")',
        POWER,
    ),
    "what is folded beside the commits is not synced": Bug(
        "stores/sqlite/files.py",
        'execute("PRAGMA synchronous = FULL")\n    return connection',
        'execute("PRAGMA synchronous = OFF")\n    return connection',
        FOLDING,
    ),
    "outcomes are not kept": Bug("app/engine/commit.py", "outcomes=tuple(outcomes)", "outcomes=()", STORMS),
    "outcomes are written in a transaction of their own": Bug(
        "stores/sqlite/store.py",
        "                self._write(commit)\n",
        "                self._write(__import__('dataclasses').replace(commit, outcomes=()))\n"
        '            with one_transaction(self._writer, "outcomes"):\n'
        "                for table, rows in rows_of(commit, self._account_ids.number(commit)):\n"
        '                    if table.name == "outcome" and rows:\n'
        "                        self._writer.executemany(insert(table), rows)\n",
        POWER,
    ),
    "a key is not held against its body": Bug(
        "app/engine/work.py", "if outcome.body_digest != command.body_digest:", "if False:", STORMS
    ),
    "refusals are not pinned": Bug(
        "app/engine/batch.py",
        "if isinstance(result, RouterError) and result.reason in NEVER_PINNED:",
        "if isinstance(result, RouterError):",
        STORMS,
    ),
    "a key twice in one batch is worked on twice": Bug(
        "app/engine/work.py", "key not in batch.known and key not in group", "key not in batch.known", STORMS
    ),
    "outcomes of an earlier run are not looked for": Bug(
        "app/engine/batch.py",
        "self.store.find_outcomes([key for key in keys if key not in self.known])",
        "self.store.find_outcomes([])",
        STORMS,
    ),
    "keys are forgotten at once": Bug(
        "app/engine/commit.py", "Instant(now - _KEPT_MICROSECONDS)", "Instant(now + 1_000_000)", STORMS
    ),
    "an order does not see in columns what the one before it takes": Bug(
        "routing/settle_columns.py",
        "is_touched[own] = True",
        "is_touched[own] = False",
        ("tests/routing/test_settle_columns.py", "-k", "step_by_step"),
    ),
    "of several equal parcels one is told to who books": Bug(
        "routing/plan/write_columns.py",
        "sent[1, place] += columns.entries[1, entry] * copies",
        "sent[1, place] += columns.entries[1, entry]",
        ("tests/routing/test_written.py", "-k", "packed"),
    ),
    "a plan is written of which a part waits": Bug(
        "routing/plan/write_columns.py",
        "return bool(left == 0)",
        "return bool(left >= 0)",
        ("tests/routing/test_written.py", "-k", "packed"),
    ),
    "promises are left out of what is free": Bug(
        "ledger/accounts.py",
        "return self.debits_posted - self.credits_posted - self.credits_pending",
        "return self.debits_posted - self.credits_posted",
        LIVES,
    ),
    "a posted reservation can be posted again": Bug(
        "ledger/reservations.py",
        "posted=self.posted + (self.left if quantity is None else quantity)",
        "posted=self.posted",
        LIVES,
    ),
    "what was posted can still be voided": Bug(
        "ledger/reservations.py",
        "return self.quantity - self.posted - self.voided",
        "return self.quantity - self.voided",
        LIVES,
    ),
    "voiding a part voids the rest too": Bug(
        "ledger/reservations.py",
        "replace(self, voided=self.voided + quantity)",
        "replace(self, voided=self.quantity - self.posted)",
        LIVES,
    ),
    "a dispatch forgets what of the line waits": Bug(
        "ledger/orders.py",
        "            reserved=line.reserved - gone.get(line.line_id, 0),\n"
        "            dispatched=line.dispatched + gone.get(line.line_id, 0),\n",
        "            reserved=line.reserved - gone.get(line.line_id, 0),\n"
        "            backordered=0,\n"
        "            dispatched=line.dispatched + gone.get(line.line_id, 0) + line.backordered,\n",
        LIVES,
    ),
    "a cancellation takes from the oldest shipment": Bug(
        "ledger/orders.py", "key=lambda r: (-r.shipment, -r.position)", "key=lambda r: r.position", LIVES
    ),
    "a canceled shipment gives its dispatch back twice": Bug(
        "app/orders/cancel_order.py", "is_empty = number not in has", "is_empty = True", LIVES
    ),
    "an adjustment may take more than is there": Bug(
        "app/stock/adjust_stock.py", "command.delta < 0 and balance", "command.delta < -8 and balance", LIVES
    ),
    "the expected figure is not looked at": Bug(
        "app/stock/adjust_stock.py",
        "command.expected_on_hand is not None and command",
        "command.expected_on_hand == 0 and command",
        LIVES,
    ),
    "time is the wall clock's": Bug(
        "app/books/books.py", "Instant(max(self.head.time + 1, now))", "Instant(now)", CLOCK
    ),
    "a batch is sealed without the one before": Bug(
        "ledger/chain.py", "digest = sha256(previous)", "digest = sha256()", LIVES
    ),
    "the cause of an entry is not hashed": Bug(
        "ledger/chain.py", "credit_bucket = credit\n", 'credit_bucket = credit\n    reference = ""\n', LIVES
    ),
    "an entry in columns is hashed without its line": Bug(
        "ledger/chain.py", "{node_id}{node_id}{reference}{line_id}", "{node_id}{node_id}{reference}", COLUMNS
    ),
    "units reserved in columns are not held against what is free": Bug(
        "ledger/balances.py", "if debits - credits < promised:", "if debits < promised:", COLUMNS
    ),
    "units that wait in columns are counted as promised": Bug(
        "ledger/balances.py",
        "posted, credits = posted + units, credits + units\n",
        "pending, credits = pending + units, credits + units\n",
        COLUMNS,
    ),
    "reservations are in columns where the entries are not": Bug(
        "app/engine/commit.py",
        "if isinstance(entries, ColumnEntries) and len(some) == 1:",
        "if len(some) == 1 and isinstance(some[0], ColumnReservations):",
        COLUMNS,
    ),
    "two events of a command share their place": Bug(
        "app/books/changes.py",
        "return self.after.event_position + len(self.events) + 1",
        "return self.after.event_position + 1",
        LIVES,
    ),
    "an entry is not counted where it came from": Bug(
        "ledger/balances.py",
        "credits_pending + pending,\n            one.version + 1,\n",
        "credits_pending + pending,\n            one.version + (pending <= 0),\n",
        LIVES,
    ),
    "units that are all reserved are written as units that wait": Bug(
        "stores/rows/orders.py",
        "one.quantity, one.quantity, 0, 0, 0)",
        "one.quantity, 0, 0, one.quantity, 0)",
        ("tests/app/test_entry_columns.py", "-k", "with_written_plans"),
    ),
    "an order of a batch names a product that nobody knows": Bug(
        "app/orders/route_orders.py",
        "        and skus <= books.products.keys()\n",
        "",
        ("tests/app/test_use_cases.py", "-k", "at_fault"),
    ),
    "an order that another engine has routed stays unknown": Bug(
        "app/books/order_books.py",
        "            self._orders.pop(order_id, None)\n            self._unknown.discard(order_id)\n",
        "            self._orders.pop(order_id, None)\n",
        ("tests/app/test_turns.py", "-k", "looked_for_is_known"),
    ),
    "a refused commit stays in memory": Bug(
        "app/engine/engine.py",
        "                self._up_to_date.forget()\n                self._room.run_out(error)\n",
        "                self._room.run_out(error)\n",
        DISK,
    ),
    "accounts are known that a commit which failed did not write": Bug(
        "stores/sqlite/store.py",
        "            self._account_ids.forget(self.count_accounts())\n            raise\n",
        "            raise\n",
        FULL_DISK,
    ),
    "a look is answered from before the last commit": Bug(
        "app/stock/find_availability.py",
        "ledger_position=books.head.position",
        "ledger_position=max(0, books.head.position - 1)",
        LINE,
    ),
    "a reservation expires though it was resolved": Bug(
        "app/books/reservation_book.py",
        "reservation.expire_time if reservation.state is ReservationState.HELD else None",
        "reservation.expire_time",
        HOLDS,
    ),
    "a reservation expires though it was made firm or extended": Bug(
        "app/books/expiring.py", " and self._limit_of(found) == limit", "", HOLDS
    ),
    "a reservation is posted after its time": Bug(
        "app/reservations/change_reservation.py",
        "check_held(found, books.clock.limit_now)",
        "check_held(found, None)",
        HOLDS,
    ),
    "lines of one reservation are checked one by one": Bug(
        "app/reservations/reserve_stock.py",
        "min(line.quantity, free - before)",
        "min(line.quantity, free)",
        HOLDS,
    ),
    "posting a part keeps the rest": Bug(
        "app/reservations/change_reservation.py", "if not command.keep_rest and", "if False and", HOLDS
    ),
    "a promise given back frees what expires first": Bug(
        "ledger/stock_reservations.py",
        "for part in reversed(parts) if last_first else parts:",
        "for part in parts:",
        LIVES,
    ),
    "units of a lot leave by its name alone": Bug(
        "app/books/lot_stock.py",
        "return self._expiry_day(account), account.lot == NO_LOT, account.lot",
        "return NEVER, account.lot == NO_LOT, account.lot",
        LIVES,
    ),
    "what an expired lot owes is promised again": Bug(
        "app/books/lot_stock.py",
        "min(0, free) if self.is_over(account, now)",
        "0 if self.is_over(account, now)",
        CLOCK,
    ),
    "everything expires when the clock leaps": Bug(
        "app/books/clock_watch.py",
        "self.is_trusted = self.ahead <= self._jump_max",
        "self.is_trusted = True",
        HOLDS,
    ),
    **OUTSIDE_BUGS,
    **SUBSTITUTE_BUGS,
    **SUPPLY_BUGS,
    **LATE_BUGS,
    **RETURN_BUGS,
    **MONEY_BUGS,
    **FILE_BUGS,
}
