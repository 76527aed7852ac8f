"""The rerouter: asks the engine to decide orders again, when something happened that could better them, and on time.

    commits -> what they call for: promises that fell short, units that came or were given back, a network that changed
            -> pages of the pool -> RerouteOrders, one page a command, so that others have their turn in between

It may miss something: units that come while the engine is full, or what another server books. The schedule finds it.
"""

import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from router.app.agenda import Rounds
from router.app.commands.deciding import Because, RerouteOrders
from router.app.engine_port import Engine
from router.app.ports.store import StoreError
from router.app.reading.pages import Page
from router.app.reading.pool import PoolFilter
from router.app.records.commit import Commit
from router.domain.identifiers import NodeId, OrderId, Sku
from router.domain.reasons import RouterError
from router.ledger.accounts import Bucket
from router.ledger.entry_columns import ColumnEntries
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode

PAGE_ORDERS = 50
"""Orders of one command: some 0.2 s of the engine."""

GIVES_BACK = (EntryCode.VOID, EntryCode.EXPIRE)


class Pool(Protocol):
    def list_pool(self, page_size: int, page_token: str, where: PoolFilter) -> Page[OrderId]: ...


@dataclass(slots=True)
class Calls:
    """What commits called for since it was last looked at."""

    short_orders: dict[OrderId, None] = field(default_factory=dict)
    skus: set[Sku] = field(default_factory=set)
    network_changed: bool = False

    def hear(self, commit: Commit) -> bool:
        """Whether the commit calls for anything."""
        for event in commit.events:
            if event.kind is EventKind.STOCK_SHORTFALL and event.order_id:
                self.short_orders[OrderId(event.order_id)] = None
            elif event.kind is EventKind.NETWORK_CHANGED:
                self.network_changed = True
        # Promises give nothing back, nor do units that wait.
        for entry in () if isinstance(commit.entries, ColumnEntries) else commit.entries:
            if entry.code in GIVES_BACK:
                self.skus.add(entry.credit.sku)
            elif entry.debit.bucket is Bucket.ON_HAND:
                self.skus.add(entry.debit.sku)
        return bool(self.short_orders or self.skus or self.network_changed)


class Rerouter:
    """Works from `start` to `stop` in a thread of its own. `closed_nodes` says which nodes ship nothing now.

    Orders that wait for goods which came are served by promise, then by tier in the order of `tiers`, then by age.
    """

    def __init__(
        self,
        engine: Engine,
        pool: Pool,
        closed_nodes: Callable[[], Iterable[NodeId]],
        *,
        every_seconds: float,
        move_milli: int,
        tiers: tuple[str, ...] = (),
    ) -> None:
        self._engine = engine
        self._pool = pool
        self._closed_nodes = closed_nodes
        self._every_seconds = every_seconds
        self._move_milli = move_milli
        self._tiers = tiers
        self._calls = Calls()
        self._lock = Lock()
        self._due = float("inf")
        self._rounds = Rounds(self._round, name="rerouter")

    def start(self) -> None:
        self._due = time.monotonic() + self._every_seconds
        self._rounds.start()

    def stop(self) -> None:
        """The page that is being decided is finished; nothing more is asked."""
        self._rounds.stop()

    def on_commit(self, commit: Commit) -> None:
        """To be called after every commit, from any thread."""
        with self._lock:
            called = self._calls.hear(commit)
        if called:
            self._rounds.wake()

    def _round(self) -> float:
        with self._lock:
            calls, self._calls = self._calls, Calls()
        # Where the queue is full, the server ends, or the store does not answer, there is a next time.
        with suppress(RouterError, StoreError):
            self._answer(calls)
            if time.monotonic() >= self._due:
                self._due = time.monotonic() + self._every_seconds
                self._reroute_all(PoolFilter(), Because.SCHEDULE)
        return max(0.0, self._due - time.monotonic())

    def _answer(self, calls: Calls) -> None:
        self._reroute(tuple(calls.short_orders), Because.SHORTFALL)
        if calls.network_changed:
            for node_id in self._closed_nodes():
                self._reroute_all(PoolFilter(node_id=node_id), Because.OUTAGE)
        if calls.skus:
            where = PoolFilter(waiting_only=True, skus=frozenset(calls.skus), tiers=self._tiers)
            self._reroute_all(where, Because.RECEIPT)

    def _reroute_all(self, where: PoolFilter, because: Because) -> None:
        page_token = ""
        while not self._rounds.is_stopping:
            page = self._pool.list_pool(PAGE_ORDERS, page_token, where)
            self._reroute(page.items, because)
            page_token = page.next_page_token
            if not page_token:
                return

    def _reroute(self, order_ids: tuple[OrderId, ...], because: Because) -> None:
        for start in range(0, len(order_ids), PAGE_ORDERS):
            command = RerouteOrders(
                request_id=f"reroute/{uuid.uuid4()}",
                body_digest=b"",
                order_ids=order_ids[start : start + PAGE_ORDERS],
                because=because,
                move_milli=self._move_milli,
            )
            self._engine.submit(command).result()
