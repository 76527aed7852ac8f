"""The only file that knows every room: opens the store, starts the engine, serves, and takes all down again."""

import asyncio
import logging
import os
import signal
import socket
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from router.app.carriers.booker import Booker
from router.app.carriers.carrier_api import CarrierApi
from router.app.carriers.packed_follower import PackedFollower
from router.app.carriers.packer import Packer
from router.app.commands.rules import ActivateRules
from router.app.delays.keeper import DelayKeeper
from router.app.delays.transit_learner import TransitLearner
from router.app.dropship.acknowledgement_keeper import AcknowledgementKeeper
from router.app.engine.clock import SystemClock
from router.app.engine.engine import Engine, deciding_again, deciding_ahead, deciding_waves, routing
from router.app.engine.lookout import Lookout
from router.app.engine.queue import QueueLimits
from router.app.look_ahead.past_orders import PastOrders
from router.app.look_ahead.pricer import Pricer
from router.app.orders.rerouter import Rerouter
from router.app.payments.cashier import Cashier
from router.app.payments.collector import Collector
from router.app.payments.provider import PaymentProvider
from router.app.ports import Clock, ForecastSource, Store, StoreError, StoreUnusable
from router.app.reading.ledger_status import ledger_status
from router.app.reading.queries import Queries
from router.app.records import Commit, EventKind, ShipmentFilter
from router.app.rules.checks import lint_rules, lint_rules_fast, run_rule_cases
from router.app.rules.review import Reviewer
from router.app.rules.shadow import ShadowFollower
from router.app.rules.shadow_report import shadow_report
from router.collector import spare_what_lives_long
from router.connectors.address_judge import is_able, judge_address
from router.connectors.carriers.fake import FakeCarrier
from router.connectors.cartons.packvium_boxes import cartonize
from router.connectors.chart_file import ChartRefused, read_chart
from router.connectors.engine_post import EnginePost
from router.connectors.forecast_file import ForecastFile, ForecastRefused, read_forecast
from router.connectors.payments.fake import FakeProvider
from router.connectors.payments.on_delivery import OnDelivery
from router.connectors.relay import Relay
from router.connectors.sinks_file import SinkPlan, SinksRefused, read_sinks
from router.domain.identifiers import NodeId
from router.domain.reasons import Reason, RouterError
from router.ledger.accounting.chart import Chart
from router.ledger.lifecycle import ShipmentState
from router.ledger.payments import PaymentMethod
from router.service.desk import Desk
from router.service.server import CLOCK, WRITES, AddressRefused, Listen, RouterServer
from router.service.servicers import servicers
from router.settings import FAKE_CARRIERS, FAKE_PAYMENTS, HISTORY, MEMORY, Settings
from router.solver.problem import DEFAULT_EFFORT
from router.solver.solve import warm_up
from router.stores.addresses import is_address, shown
from router.stores.memory import MemoryStore
from router.stores.sqlite import SqliteStore

log = logging.getLogger("router")

HOLDER = "server"
"""The relay in the only server of a store: after a crash it goes on at once, for nobody else can hold its sinks."""

USAGE, UNREACHABLE, BUG, REFUSED = 2, 4, 5, 1
"""Exit codes of the command line that a server can end with, besides 0."""


class ServerRefused(Exception):
    """The server does not start. `lines` name single faults, such as those of rule files."""

    def __init__(self, exit_code: int, message: str, *, reason: str = "", lines: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.reason = reason
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class Application:
    """The engine on its store, and what works beside it: reads, reviews of rules, the follower of a shadow."""

    engine: Engine
    queries: Queries
    reviewer: Reviewer
    follower: ShadowFollower
    lookout: Lookout
    clock: Clock
    store: Store
    cashier: Cashier
    booker: Booker
    packer: Packer
    relay: Relay | None = None
    pricer: Pricer | None = None
    rerouter: Rerouter | None = None
    packed_follower: PackedFollower | None = None
    delay_keeper: DelayKeeper | None = None
    transit_learner: TransitLearner | None = None
    collector: Collector | None = None
    move_price_minor: int = 0
    checks_addresses: bool = False
    acknowledgements: AcknowledgementKeeper | None = None

    def close(self) -> None:
        """Finish what is queued, then let go of the store."""
        if self.relay is not None:
            self.relay.stop()
        if self.pricer is not None:
            self.pricer.stop()
        if self.rerouter is not None:
            self.rerouter.stop()
        if self.packed_follower is not None:
            self.packed_follower.stop()
        if self.delay_keeper is not None:
            self.delay_keeper.stop()
        if self.transit_learner is not None:
            self.transit_learner.stop()
        if self.collector is not None:
            self.collector.stop()
        if self.acknowledgements is not None:
            self.acknowledgements.stop()
        self.engine.stop()
        self.lookout.stop()
        self.follower.stop()
        self.cashier.close()
        self.booker.close()
        self.store.close()


def build_application(
    settings: Settings,
    on_failure: Callable[[Exception], None] | None = None,
    on_writable: Callable[[bool], None] | None = None,
    on_clock: Callable[[bool], None] | None = None,
    clock: Clock | None = None,
) -> Application:
    """A running engine on the store that `settings` name, with their rules in force. Refuses with ServerRefused.

    Without a `clock` it goes by the machine's.
    """
    rule_files = read_rule_files(settings.rules)
    plans = read_sink_plans(settings.sinks)
    chart = read_chart_file(settings.chart)
    check_forecast_file(settings)
    followers: list[Follower] = []
    clock = clock or SystemClock()
    providers = providers_of(settings, clock)
    carriers = carriers_of(settings)
    if settings.check_addresses and not is_able():
        raise ServerRefused(
            USAGE, "checking addresses needs the extra `intake`: pip install 'router[intake]'"
        )
    effort = DEFAULT_EFFORT
    if settings.model_effort is not None:
        effort = replace(effort, model_deterministic_seconds=settings.model_effort)
    try:
        store = open_store(settings.database)
        follower = ShadowFollower(store)
        followers.append(follower)
        engine = Engine(
            store,
            clock,
            route=routing(effort, verify=settings.verify),
            decide_wave=deciding_waves(effort, verify=settings.verify),
            reroute=deciding_again(effort, verify=settings.verify),
            make_ahead=deciding_ahead(effort, verify=settings.verify),
            on_failure=on_failure,
            on_commit=lambda commit: on_commit(commit, followers, on_clock),
            on_writable=on_writable,
            clock_jump_seconds_max=settings.clock_jump,
            limits=QueueLimits(wait_seconds_max=settings.queue_wait / 1_000),
        )
    except StoreError as error:
        # A damaged file may show it only when the books are read from it.
        raise ServerRefused(UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error
    queries = Queries(store, chart)
    relay = Relay(plans, EnginePost(queries, engine), holder_of(store)) if plans else None
    pricer = Pricer(engine, store, forecast_source(settings, store), clock) if settings.look_ahead else None
    rerouter = rerouter_of(settings, engine, queries)
    booker = Booker(queries.carriers, engine, carriers)
    packed_follower = PackedFollower(booker, picked_in(queries)) if settings.book_when_picked else None
    cashier = Cashier(queries.payments, engine, providers)
    collector = Collector(store, cashier) if settings.collect else None
    keeper = DelayKeeper(engine, store, queries, cashier, clock.now, is_looking=settings.delays)
    learner = TransitLearner(engine, store)
    followers.extend(
        one
        for one in (relay, pricer, rerouter, packed_follower, keeper, learner, collector)
        if one is not None
    )
    lookout = Lookout(store, engine)
    lookout.on_news.append(follower.wake)
    if relay is not None:
        lookout.on_news.append(relay.hear)
    application = Application(
        engine,
        queries,
        reviewer_of(queries),
        follower,
        lookout,
        clock,
        store,
        cashier,
        booker,
        Packer(queries.carriers, engine, cartonize),
        relay,
        pricer,
        rerouter,
        packed_follower,
        keeper,
        learner,
        collector,
        settings.move_price,
        settings.check_addresses,
        acknowledgements_of(settings, engine, store, queries, clock),
    )
    # Compiled code is loaded now, so that the first order does not wait for it.
    warm_up()
    engine.start()
    follower.start()
    lookout.start()
    try:
        activate_at_start(application, rule_files)
        if relay is not None:
            start_relay(relay)
        if pricer is not None:
            pricer.start()
        if rerouter is not None:
            rerouter.start()
        if packed_follower is not None:
            packed_follower.start()
        if application.acknowledgements is not None:
            application.acknowledgements.start()
        keeper.start()
        learner.start()
        if collector is not None:
            collector.start()
    except BaseException:
        application.close()
        raise
    return application


def open_store(database: str) -> Store:
    """In memory, in a PostgreSQL database whose address is given, or in a file. Raises StoreUnusable."""
    if database == MEMORY:
        return MemoryStore()
    if not is_address(database):
        return SqliteStore(Path(database))
    try:
        from router.stores.postgres import PostgresStore
    except ImportError as error:
        raise StoreUnusable(
            f"PostgreSQL needs a driver that is not here ({error}); install it with: pip install 'router[postgres]'"
        ) from error
    return PostgresStore(database)


def providers_of(settings: Settings, clock: Clock) -> Mapping[PaymentMethod, PaymentProvider]:
    """Who takes what: cash whoever delivers, everything else the provider that the settings name, if any."""
    on_delivery: Mapping[PaymentMethod, PaymentProvider] = {PaymentMethod.CASH_ON_DELIVERY: OnDelivery()}
    if not settings.payments:
        return on_delivery
    provider: PaymentProvider
    if settings.payments == FAKE_PAYMENTS:
        provider = FakeProvider(clock.now)
    else:
        try:
            from router.connectors.payments.http import HttpProvider

            key = settings.payments_key.read_text().strip() if settings.payments_key else ""
        except ImportError as error:
            raise ServerRefused(
                USAGE,
                f"a provider needs what is not here ({error}); install it with: pip install 'router[http]'",
            ) from error
        except OSError as error:
            raise ServerRefused(USAGE, f"cannot read `{settings.payments_key}`: {error.strerror}") from error
        provider = HttpProvider(settings.payments, key)
    return {**dict.fromkeys(PaymentMethod, provider), **on_delivery}


def carriers_of(settings: Settings) -> CarrierApi | None:
    """Who takes bookings of shipments, if anybody does."""
    if not settings.carriers:
        return None
    if settings.carriers == FAKE_CARRIERS:
        return FakeCarrier()
    try:
        from router.connectors.carriers.http import HttpCarriers

        key = settings.carriers_key.read_text().strip() if settings.carriers_key else ""
    except ImportError as error:
        raise ServerRefused(
            USAGE,
            f"carriers need what is not here ({error}); install it with: pip install 'router[http]'",
        ) from error
    except OSError as error:
        raise ServerRefused(USAGE, f"cannot read `{settings.carriers_key}`: {error.strerror}") from error
    return HttpCarriers(settings.carriers, key)


def picked_in(queries: Queries) -> Callable[[], list[str]]:
    """Shipments that are picked and wait for their carrier."""

    def waiting() -> list[str]:
        page = queries.shipments.list_shipments(1_000, "", ShipmentFilter(state=ShipmentState.PICKED))
        return [one.account.id for one in page.items]

    return waiting


def holder_of(store: Store) -> str:
    """Who serves sinks here: servers that share a database must not take each other for themselves, and whoever asks
    is told where to look.
    """
    if not store.is_shared:
        return HOLDER
    return f"{HOLDER} {socket.gethostname()[:40]}/{os.getpid()}/{uuid.uuid4().hex[:8]}"


def acknowledgements_of(
    settings: Settings, engine: Engine, store: Store, queries: Queries, clock: Clock
) -> AcknowledgementKeeper | None:
    """Who sees to it that suppliers answer, if somebody does."""
    if settings.acknowledge is None:
        return None
    return AcknowledgementKeeper(engine, store, queries, clock.now, within_seconds=settings.acknowledge)


def rerouter_of(settings: Settings, engine: Engine, queries: Queries) -> Rerouter | None:
    """What decides orders again by itself, if it is to be done."""
    if settings.reroute is None:
        return None

    def closed_nodes() -> list[NodeId]:
        return [node.id for node in queries.get_network().network.nodes if not node.is_open]

    return Rerouter(
        engine,
        queries.pool,
        closed_nodes,
        every_seconds=settings.reroute,
        move_milli=1_000 * settings.move_price,
        tiers=settings.tiers,
    )


class Follower(Protocol):
    """Works beside the engine on what was committed."""

    def on_commit(self, commit: Commit) -> None: ...


def on_commit(
    commit: Commit, followers: Iterable[Follower], on_clock: Callable[[bool], None] | None = None
) -> None:
    """What a commit means besides its answers: work for those who follow, and news of the clock."""
    for follower in followers:
        follower.on_commit(commit)
    for event in commit.events:
        if event.kind is EventKind.CLOCK_JUMPED:
            log.critical("the clock is in doubt: %s", event.text)
        elif event.kind is EventKind.CLOCK_TRUSTED:
            log.warning("the clock is trusted again: %s", event.text)
        else:
            continue
        if on_clock is not None:
            on_clock(event.kind is EventKind.CLOCK_TRUSTED)


def forecast_source(settings: Settings, store: Store) -> ForecastSource:
    """Where forecasts come from, if anybody looks ahead."""
    if settings.look_ahead == HISTORY:
        return PastOrders(store, settings.look_ahead_days)
    return ForecastFile(Path(settings.look_ahead), settings.look_ahead_days)


def check_forecast_file(settings: Settings) -> None:
    """A file that cannot be used is said before anybody waits for the server."""
    if settings.look_ahead in ("", HISTORY):
        return
    try:
        read_forecast(Path(settings.look_ahead), settings.look_ahead_days)
    except ForecastRefused as error:
        raise ServerRefused(USAGE, str(error), reason="FORECAST_REFUSED", lines=error.lines) from error


def reviewer_of(queries: Queries) -> Reviewer:
    """Reviews with the linter and the cases of this version of the router."""
    return Reviewer(queries=queries, lint=lint_rules, run_cases=run_rule_cases)


def desk_of(application: Application) -> Desk:
    """What servicers work with; belongs to the running event loop."""
    return Desk(
        application.engine,
        application.queries,
        application.reviewer,
        partial(shadow_report, application.queries, application.follower),
        partial(ledger_status, application.store, application.engine),
        application.move_price_minor,
        application.cashier,
        application.booker,
        application.packer,
        judge_address,
        checks_addresses=application.checks_addresses,
    )


def read_rule_files(paths: Iterable[Path]) -> dict[str, bytes]:
    """Rule files by path; of folders, all *.yaml files below them."""
    files: dict[str, bytes] = {}
    for path in paths:
        found = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        if not found:
            raise ServerRefused(USAGE, f"no *.yaml files in `{path}`")
        for file in found:
            try:
                files[file.as_posix()] = file.read_bytes()
            except OSError as error:
                raise ServerRefused(USAGE, f"cannot read `{file}`: {error.strerror}") from error
    return files


def read_sink_plans(path: Path | None) -> tuple[SinkPlan, ...]:
    """What the sinks file says; nothing without one."""
    try:
        return () if path is None else read_sinks(path, os.environ)
    except SinksRefused as error:
        raise ServerRefused(USAGE, str(error), reason="SINKS_REFUSED", lines=error.lines) from error


def read_chart_file(path: Path | None) -> Chart:
    """The chart of accounts that the file describes; the one that is built in without a file."""
    try:
        return Chart() if path is None else read_chart(path)
    except ChartRefused as error:
        raise ServerRefused(USAGE, str(error), reason="CHART_REFUSED", lines=error.lines) from error


def start_relay(relay: Relay) -> None:
    try:
        relay.start()
    except SinksRefused as error:
        raise ServerRefused(USAGE, str(error), reason="SINKS_REFUSED") from error


def activate_at_start(application: Application, files: Mapping[str, bytes]) -> None:
    """Put `files` in force, unless there are none or they are in force already."""
    if not files or files == application.queries.get_rules().files:
        return
    asked = ActivateRules(
        request_id=f"start/{uuid.uuid4()}",
        body_digest=b"",
        files=files,
        author="router serve",
        reason="start",
    )
    try:
        reviewer = replace(application.reviewer, lint=lint_rules_fast)
        command = reviewer.ready(asked, application.clock.now())
        application.engine.submit(command).result()
    except RouterError as error:
        lines = [f"{one.field}: {one.description} [{one.code}]" for one in error.violations]
        raise ServerRefused(
            REFUSED, "the rules are refused", reason=Reason(error.reason), lines=lines
        ) from error


def serve_until_stopped(settings: Settings, on_ready: Callable[[Mapping[str, Any]], None]) -> int:
    """Serve until SIGTERM or SIGINT; `on_ready` gets the address that was bound and what is served.

    Gives the exit code: 0 after a clean end. Refuses with ServerRefused.
    """
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(serve(settings, on_ready))


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


async def serve(settings: Settings, on_ready: Callable[[Mapping[str, Any]], None]) -> int:
    loop = asyncio.get_running_loop()
    ending: asyncio.Future[int] = loop.create_future()
    end_on_signals(loop, ending)
    listen = Listen(
        address=settings.address,
        certificate=settings.tls_certificate,
        private_key=settings.tls_private_key,
        insecure_anywhere=settings.insecure_anywhere,
        with_reflection=settings.reflection,
        shares_port=settings.shares_port,
    )

    def on_failure(error: Exception) -> None:
        log.critical("the engine stopped", exc_info=error)
        loop.call_soon_threadsafe(end, ending, UNREACHABLE if isinstance(error, StoreError) else BUG)

    changes: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()

    def show(name: str, is_well: bool) -> None:
        loop.call_soon_threadsafe(changes.put_nowait, (name, is_well))

    def on_writable(is_writable: bool) -> None:
        if is_writable:
            log.info("writing again")
        else:
            log.error("read-only: the ledger refused a commit; writes are refused until it takes them again")
        show(WRITES, is_writable)

    application = await asyncio.to_thread(
        build_application, settings, on_failure, on_writable, partial(show, CLOCK)
    )
    spare_what_lives_long()
    try:
        with metrics_page(settings, application) as metrics:
            say = partial(say_ready, on_ready, metrics)
            return await serve_application(application, listen, settings, ending, say, changes)
    except AddressRefused as error:
        raise ServerRefused(UNREACHABLE, str(error), reason="ADDRESS_REFUSED") from error
    finally:
        await asyncio.to_thread(application.close)


@contextmanager
def metrics_page(settings: Settings, application: Application) -> Iterator[str]:
    """The page for Prometheus, if it is to be had; gives its address."""
    if not settings.metrics_address:
        yield ""
        return
    try:
        from router.connectors.prometheus import serving_metrics
    except ImportError as error:
        raise ServerRefused(
            USAGE,
            f"metrics need what is not here ({error}); install it with: pip install 'router[metrics]'",
        ) from error
    page = serving_metrics(settings.metrics_address, application.queries.metrics, application.clock.now)
    try:
        address = page.__enter__()
    except OSError as error:
        text = f"cannot listen on `{settings.metrics_address}` for metrics: {error.strerror}"
        raise ServerRefused(UNREACHABLE, text, reason="ADDRESS_REFUSED") from error
    try:
        yield address
    finally:
        page.__exit__(None, None, None)


def say_ready(on_ready: Callable[[Mapping[str, Any]], None], metrics: str, facts: Mapping[str, Any]) -> None:
    """Where metrics are belongs to what is said when all is ready."""
    on_ready({**facts, "metrics_address": metrics})


async def serve_application(
    application: Application,
    listen: Listen,
    settings: Settings,
    ending: "asyncio.Future[int]",
    on_ready: Callable[[Mapping[str, Any]], None],
    health_changes: "asyncio.Queue[tuple[str, bool]]",
) -> int:
    desk = desk_of(application)
    server = RouterServer(servicers(desk), listen, application.clock.now, desk.watchers.end)
    address = await server.start()
    application.lookout.on_news.append(partial(asyncio.get_running_loop().call_soon_threadsafe, desk.ring))
    head = application.queries.head()
    rules = application.queries.get_rules()
    on_ready(
        {
            "address": address,
            "port": int(address.rpartition(":")[2]) if not address.startswith("unix:") else 0,
            "database": shown(settings.database),
            "rules_digest": rules.digest,
            "rule_count": rules.rule_count,
            "network_digest": head.network_digest,
            "ledger_position": head.position,
        }
    )
    showing = asyncio.ensure_future(show_health(server, health_changes))
    exit_code = await ending
    showing.cancel()
    await server.stop()
    desk.close()
    return exit_code


async def show_health(server: RouterServer, changes: "asyncio.Queue[tuple[str, bool]]") -> None:
    """Let the health of writes and of the clock say what the engine finds, for ever."""
    while True:
        await server.say_health(*await changes.get())


def end_on_signals(loop: asyncio.AbstractEventLoop, ending: "asyncio.Future[int]") -> None:
    """The first signal ends the server in good order, the second at once."""

    def on_signal() -> None:
        if ending.done():
            # Whatever is acknowledged is committed; what is not can be asked again with the same key.
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTERM)
        end(ending, 0)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)


def end(ending: "asyncio.Future[int]", exit_code: int) -> None:
    if not ending.done():
        ending.set_result(exit_code)
