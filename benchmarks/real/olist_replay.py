"""A marketplace's real orders lived again by the engine: routed when they were placed, handed over and delivered when
they truly were, with the carrier's reports late, doubled and out of order, and the clock looking for delays each day.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from msgspec.structs import replace

from benchmarks.real.data import rows
from benchmarks.real.olist_world import ITEMS, ORDERS, SAO_PAULO, catalog, network_of, orders
from router.app.commands.command import Command
from router.app.commands.deciding import RouteOrders
from router.app.commands.delays import DetectDelays
from router.app.commands.documents import PutNetwork, PutProducts
from router.app.commands.fulfillment import DispatchShipment, RecordCarrierReports, ReportOf
from router.app.commands.rules import ActivateRules
from router.app.commands.stock import AdjustStock
from router.app.delays.transit_learner import TransitLearner
from router.app.engine.engine import Engine
from router.app.queries import Queries
from router.app.reading.verify import verify
from router.app.rules.checks import lint_rules_fast, run_rule_cases
from router.app.rules.review import Reviewer
from router.domain.identifiers import Day, Instant, NodeId, OrderId
from router.domain.order import Order
from router.domain.reasons import RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.shipments import shipment_id_of
from router.ledger.tracking import CarrierReport, CarrierStatus
from router.simulation.demand import instant_of
from router.stores.memory.store import MemoryStore

SEED = 16
DOUBLED, LATE_HOURS_MAX = 0.2, 72
"""A fifth of all reports come twice, and each comes up to three days after what it tells."""
LEARN_DAYS = 7
RULES = """\
kind: RuleSet/v1
id: marketplace
owner: benchmark
priority: 1
currency: BRL
applies: true
on_account:
  - {id: marketplace-collects, because: the marketplace takes the money and pays its sellers}
"""
TICK = timedelta(days=1)


class StandingClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.instant = Instant(0)

    def now(self) -> Instant:
        return self.instant

    def monotonic(self) -> float:
        return self.instant / 1e6


@dataclass(slots=True)
class Told:
    """What came of it. `told_before`: of the late ones those whose customers heard before; `told_in_vain`: others.
    `told_after`: in time, and told as late all the same, because the report of their arrival was on its way.
    """

    routed: int = 0
    delivered: int = 0
    late: int = 0
    told_before: int = 0
    told_in_vain: int = 0
    told_after: int = 0
    notices: Counter[str] = field(default_factory=Counter)
    delays: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    at: datetime
    rank: int
    order_id: str
    what: str = field(compare=False)
    report: CarrierReport | None = field(compare=False, default=None)


class Replay:
    """One engine in memory."""

    def __init__(self) -> None:
        self.clock = StandingClock()
        self.store = MemoryStore()
        self.told = Told()
        self._learner: TransitLearner | None = None
        self.engine = Engine(self.store, self.clock, on_commit=self._hear)
        self._learner = TransitLearner(self.engine, self.store)
        self._queries = Queries(self.store)
        self._count = 0
        self._promised: dict[str, int] = {}

    def _hear(self, commit: Any) -> None:
        if self._learner is not None:
            self._learner.on_commit(commit)

    def run(self, count: int | None) -> Told:
        """The first `count` orders, or all."""
        moments, by_id = history(count)
        self.clock.instant = instant_of(moments[0].at)
        self.engine.start()
        try:
            self._set_up()
            self._live(moments, by_id)
            self._look_back()
        finally:
            self.engine.stop()
        return self.told

    def _set_up(self) -> None:
        self._ask(PutNetwork, network=network_of())
        products = catalog()
        for start in range(0, len(products), 2_000):
            self._ask(PutProducts, products=tuple(products[start : start + 2_000]))
        reviewer = Reviewer(
            versions=self._queries.versions,
            documents=self._queries.documents,
            lint=lint_rules_fast,
            run_cases=run_rule_cases,
        )
        files = {"shop.yaml": RULES.encode()}
        command = ActivateRules(request_id="rules", body_digest=b"", files=files, author="benchmark")
        self.engine.submit(reviewer.ready(command, self.clock.now())).result()

    def _live(self, moments: list[Moment], by_id: dict[str, tuple[Order, str]]) -> None:
        day = moments[0].at.astimezone(SAO_PAULO).date() + TICK
        for moment in moments:
            while midnight(day) <= moment.at:
                self._look(day)
                day += TICK
            self.clock.instant = max(self.clock.instant, instant_of(moment.at))
            try:
                self._do(moment, *by_id[moment.order_id])
            except RouterError as refusal:
                self.told.refused[refusal.reason.value] += 1
        for _ in range(60):
            self._look(day)
            day += TICK

    def _do(self, moment: Moment, order: Order, seller: str) -> None:
        if moment.what == "place":
            for line in order.lines:
                self._ask(
                    AdjustStock,
                    node_id=NodeId(seller),
                    sku=line.sku,
                    delta=line.quantity,
                    reason_code="SELLER",
                )
            self._ask(RouteOrders, orders=(order,))
            self.told.routed += 1
            self._promised[order.id] = order.promise_day or 0
        elif moment.what == "leave":
            first = shipment_id_of(order.id, 1)
            self._ask(DispatchShipment, shipment_id=first, tracking_number=order.id)
        else:
            assert moment.report is not None, "a report has one"
            told = ReportOf(shipment_id="", tracking_number=order.id, report=moment.report)
            self._ask(RecordCarrierReports, reports=(told,))

    def _look(self, day: date) -> None:
        """Midnight where sellers and customers are, for then a day is over: what is late is found, and once a week what
        arrived is learned from.
        """
        self.clock.instant = max(self.clock.instant, instant_of(midnight(day)))
        token, is_first = "", True
        while token or is_first:
            is_first = False
            page = self._queries.delays.list_suspects(1_000, token, self.clock.now())
            token = page.next_page_token
            if page.items:
                self._ask(DetectDelays, order_ids=page.items)
        if day.toordinal() % LEARN_DAYS == 0 and self._learner is not None:
            self._learner.refresh()

    def _look_back(self) -> None:
        """Count what was promised, kept and told."""
        told_at: dict[str, int] = {}
        came_at: dict[str, int] = {}
        after = 0
        while page := self._queries.list_events(after, 1_000):
            after = page[-1].position
            for event in page:
                if event.kind is EventKind.SHIPMENT_DELAYED:
                    told_at.setdefault(event.order_id, event.time)
                    self.told.notices["SHIPMENT_DELAYED"] += 1
                elif event.kind in (EventKind.DELAY_TOLD, EventKind.DELAY_ASKED):
                    self.told.notices[event.kind.name] += 1
        for account in self.store.read_shipments():
            came = [one.time for one in account.journey.reports if one.status is CarrierStatus.DELIVERED]
            if not came:
                continue
            self.told.delivered += 1
            came_at[account.order_id] = came[0]
            day = datetime.fromtimestamp(came[0] / 1e6, SAO_PAULO).toordinal()
            is_late = day > self._promised[account.order_id]
            self.told.late += is_late
            heard = told_at.get(account.order_id)
            was_told = heard is not None and heard < came[0]
            self.told.told_before += is_late and was_told
            self.told.told_in_vain += was_told and not is_late
            self.told.told_after += heard is not None and not was_told and not is_late
        for delay in self.store.read_delays():
            self.told.delays[delay.state.name] += 1
        self.told.faults = verify(self.store).faults

    def _ask(self, kind: Any, **what: Any) -> Any:
        self._count += 1
        command: Command = kind(request_id=f"k-{self._count}", body_digest=b"", **what)
        return self.engine.submit(command).result(60).answer


def history(count: int | None) -> tuple[list[Moment], dict[str, tuple[Order, str]]]:
    """What happened, in the order of coming; orders with the seller that had them."""
    random = Random(SEED)
    sellers = {row["order_id"]: row["seller_id"] for row in rows(ITEMS)}
    known = {order.id: order for order in orders()}
    moments: list[Moment] = []
    by_id: dict[str, tuple[Order, str]] = {}
    for row in rows(ORDERS):
        order = known.get(OrderId(row["order_id"]))
        if order is None or row["order_status"] not in ("delivered", "shipped", "processing", "invoiced"):
            continue
        if count is not None and len(by_id) == count:
            break
        by_id[order.id] = (promised(order, row["order_estimated_delivery_date"]), sellers[order.id])
        moments += life_of(order.id, row, random)
    return sorted(moments), by_id


def promised(order: Order, date: str) -> Order:
    return replace(order, promise_day=Day(datetime.fromisoformat(date).toordinal()))


def life_of(order_id: str, row: Any, random: Random) -> Iterator[Moment]:
    placed = moment_of(row["order_purchase_timestamp"])
    yield Moment(placed, 0, order_id, "place")
    left, came = row["order_delivered_carrier_date"], row["order_delivered_customer_date"]
    if not left:
        return
    handed = max(moment_of(left), placed)
    yield Moment(handed, 1, order_id, "leave")
    happened = [(handed, CarrierStatus.ACCEPTED)]
    if came:
        arrived = max(moment_of(came), handed)
        happened += [
            (handed + (arrived - handed) / 2, CarrierStatus.IN_TRANSIT),
            (arrived, CarrierStatus.DELIVERED),
        ]
    for at, status in happened:
        report = CarrierReport(time=instant_of(at), status=status)
        for _ in range(1 + (random.random() < DOUBLED)):
            heard = at + timedelta(hours=random.uniform(0, LATE_HOURS_MAX))
            yield Moment(heard, 2, order_id, "report", report)


def midnight(day: date) -> datetime:
    """When a day begins in São Paulo."""
    return datetime.combine(day, time(), SAO_PAULO).astimezone(UTC)


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO).astimezone(UTC)
