"""Keeps the engine's prices up to date, from a thread of its own: the engine never waits for them.

    wait (the schedule, or a jump) -> forecast, stock, network as of now -> prices -> the engine takes them for its
    next batch

A decision keeps the prices that it was made under, so it does not matter for a replay when they change.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from router.app.agenda import Rounds
from router.app.answers.stock import AvailabilityFound
from router.app.books.documents import unpack_product
from router.app.commands.questions import GetAvailability
from router.app.engine_port import Engine
from router.app.ports.clock import Clock
from router.app.ports.forecast_source import ForecastFails, ForecastSource, SeasonSource
from router.app.ports.store import Store, StoreError
from router.app.reading.document_queries import DocumentQueries
from router.app.records.commit import Commit
from router.domain.identifiers import NodeId, Sku
from router.domain.product import Product
from router.domain.reasons import RouterError
from router.ledger.accounts import Bucket
from router.ledger.event_kinds import EventKind
from router.routing.decision import NO_PRICES, Prices
from router.routing.look_ahead.forecast import Forecast
from router.routing.look_ahead.price import price_ahead
from router.routing.look_ahead.season import sell_near
from router.routing.look_ahead.sell_through import sell_through
from router.routing.world import World

log = logging.getLogger("router")

REFRESH_SECONDS = 900.0
REST_SECONDS = 5.0
"""However much jumps, prices are made anew no sooner than so long after the last time."""

JUMP_UNITS_MIN = 5
JUMP_SHARE = 0.25
"""Stock has jumped when units of a priced SKU moved at a node that are at least so many, and such a share of what was
there when prices were made: a receipt, a count, or a big order."""

SKUS_AT_ONCE = 500
CHANGED = frozenset({EventKind.RULES_ACTIVATED, EventKind.NETWORK_CHANGED})
"""What makes prices of before worthless."""


class PricedEngine(Engine, Protocol):
    """One that decides with prices."""

    def use_prices(self, prices: Prices) -> None: ...


@dataclass(frozen=True, slots=True)
class Shelves:
    """Stock and shipments booked as they were when prices were made."""

    stock: Mapping[Sku, Mapping[NodeId, int]] = field(default_factory=dict)
    booked: Mapping[NodeId, Mapping[int, int]] = field(default_factory=dict)

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self.stock.get(sku, {})

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        return self.booked.get(node_id, {})


class Pricer:
    """Makes prices from `source` and gives them to the engine. Whoever commits says so by `on_commit`.

    `sells_percent`: what is expected of a product is so much of what is there, however often the source says.
    `seasons`: the same, and by the nodes at which goods were laid in, of everything in the catalog.
    """

    def __init__(
        self,
        engine: PricedEngine,
        store: Store,
        source: ForecastSource,
        clock: Clock,
        sells_percent: int | None = None,
        seasons: SeasonSource | None = None,
        refresh_seconds: float = REFRESH_SECONDS,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        self._engine = engine
        self._store = store
        self._documents = DocumentQueries(store)
        self._source = source
        self._clock = clock
        self._sells_percent = sells_percent
        self._seasons = seasons
        self._refresh_seconds = refresh_seconds
        self._rest_seconds = rest_seconds
        self._lock = Lock()
        self._shelves = Shelves()
        self._moved: dict[tuple[NodeId, Sku], int] = {}
        self._rests_until = 0.0
        self._rounds = Rounds(self._round, name="pricer")

    def start(self) -> None:
        """Begin, with prices at once."""
        self._rounds.start()

    def stop(self) -> None:
        """End when the prices that are being made are there."""
        self._rounds.stop()

    def on_commit(self, commit: Commit) -> None:
        """Wakes when prices should be made anew. Takes microseconds."""
        if self.has_jumped(commit):
            self._rounds.wake()

    def has_jumped(self, commit: Commit) -> bool:
        """Whether rules or network are others, or stock has jumped by this and what was committed since prices."""
        with self._lock:
            moved = [
                self._note(account.node_id, account.sku, entry.quantity)
                for entry in commit.entries
                for account in (entry.credit, entry.debit)
                if account.bucket is Bucket.ON_HAND
            ]
        return any(moved) or any(event.kind in CHANGED for event in commit.events)

    def refresh(self) -> Prices:
        """Make prices now and let the engine have them. Raises what the store or the forecast raise."""
        now = self._clock.now()
        forecast = self._source.expect(now)
        with self._lock:
            self._moved.clear()
        self._shelves = self._look(forecast)
        if self._sells_percent is not None:
            forecast = self._scaled(forecast, self._sells_percent)
        world = self._world(forecast)
        prices = price_ahead(forecast, world, self._shelves, self._shelves, now) if world else NO_PRICES
        self._engine.use_prices(prices)
        return prices

    def _scaled(self, forecast: Forecast, percent: int) -> Forecast:
        """The forecast so often that the share of what is there goes, or of what was laid in."""
        season = self._seasons.season(self._shelves.stock) if self._seasons else None
        versions = self._documents.versions_in_force()
        if season is None or versions is None:
            return sell_through(forecast, self._shelves, percent)
        return sell_near(forecast, season, percent, versions[0])

    def _round(self) -> float:
        rest = self._rests_until - time.monotonic()
        if rest > 0:
            return rest
        try:
            prices = self.refresh()
        except (StoreError, RouterError, ForecastFails) as error:
            log.warning("prices stay as they are: %s", error)
        except Exception:
            # Looking ahead is a help: whatever is wrong with it, orders go on being decided.
            log.exception("prices stay as they are")
        else:
            known = f"prices {prices.version[:8]} of {len(prices.stock_milli)} scarce products"
            log.info(known if prices.version else "no prices: there is no network yet")
        self._rests_until = time.monotonic() + self._rest_seconds
        return self._refresh_seconds

    def _note(self, node_id: NodeId, sku: Sku, units: int) -> bool:
        """Whether so much has moved there since prices were made that they should be made anew."""
        seen = self._shelves.available(sku).get(node_id)
        if seen is None:
            return False
        moved = self._moved[node_id, sku] = self._moved.get((node_id, sku), 0) + units
        return moved >= max(JUMP_UNITS_MIN, JUMP_SHARE * seen)

    def _look(self, forecast: Forecast) -> Shelves:
        """Stock of everything that may be expected, as the engine knows it, and what nodes have planned."""
        asked = {line.sku for one in forecast.orders for line in one.order.lines}
        skus = sorted(asked if self._seasons is None else asked.union(self._catalog()))
        stock: dict[Sku, dict[NodeId, int]] = {sku: {} for sku in skus}
        for part in in_parts(skus):
            answer = self._engine.submit(GetAvailability(skus=tuple(part))).result().answer
            assert isinstance(answer, AvailabilityFound), "what was asked for"
            for row in answer.rows:
                stock[row.sku][row.node_id] = row.available
        booked: dict[NodeId, dict[int, int]] = {}
        with self._store.reader() as reader:
            for (node_id, day), count in reader.list_capacity().items():
                booked.setdefault(node_id, {})[day] = count
        return Shelves(stock, booked)

    def _catalog(self) -> Iterator[Sku]:
        """All products, ordered or not yet."""
        after: Sku | None = None
        with self._store.reader() as reader:
            while page := reader.list_products(after, SKUS_AT_ONCE):
                yield from (one.sku for one in page)
                after = page[-1].sku

    def _world(self, forecast: Forecast) -> World | None:
        """Network, rules and the products of the forecast; None before there is a network."""
        versions = self._documents.versions_in_force()
        if versions is None:
            return None
        network, rules = versions
        return World(network=network, products=self._products(forecast), rules=rules)

    def _products(self, forecast: Forecast) -> dict[Sku, Product]:
        skus = {line.sku for one in forecast.orders for line in one.order.lines}
        with self._store.reader() as reader:
            found = {sku: reader.find_product(sku) for sku in sorted(skus)}
        unknown = [sku for sku, stored in found.items() if stored is None]
        if unknown:
            log.warning(
                "the forecast names %d unknown products, such as `%s`: they count for nothing",
                len(unknown),
                unknown[0],
            )
        return {sku: unpack_product(stored) for sku, stored in found.items() if stored is not None}


def in_parts(skus: Sequence[Sku]) -> Iterator[Sequence[Sku]]:
    """So many at a time that no order has to wait for the answer."""
    for begin in range(0, len(skus), SKUS_AT_ONCE):
        yield skus[begin : begin + SKUS_AT_ONCE]
