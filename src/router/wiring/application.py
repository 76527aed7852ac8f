"""The engine on its store, started and ended with all that works beside it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from router.app.books.free_units import warm_up_stock
from router.app.carriers.booker import Booker
from router.app.carriers.packed_follower import PackedFollower
from router.app.carriers.packer import Packer
from router.app.carriers.void_keeper import VoidKeeper
from router.app.commands.rules import ActivateRules
from router.app.delays.keeper import DelayKeeper
from router.app.delays.transit_learner import TransitLearner
from router.app.engine.clock import SystemClock
from router.app.engine.deciders import (
    deciding_again,
    deciding_ahead,
    deciding_waves,
    routing,
    routing_apart,
)
from router.app.engine.engine import Engine
from router.app.engine.ledger_status import ledger_status
from router.app.engine.lookout import Lookout
from router.app.engine.queue import QueueLimits
from router.app.payments.cashier import Cashier
from router.app.payments.collector import Collector
from router.app.ports.clock import Clock
from router.app.ports.store import Store, StoreError
from router.app.queries import Queries
from router.app.records.commit import Commit
from router.app.rules.checks import lint_rules, lint_rules_fast, run_rule_cases
from router.app.rules.review import Reviewer
from router.app.rules.shadow import ShadowFollower
from router.app.rules.shadow_report import ShadowReport, shadow_report
from router.connectors.address_judge import is_able, judge_address
from router.connectors.cartons.packvium_boxes import cartonize
from router.connectors.engine_post import EnginePost
from router.connectors.payments.nobody import Nobody
from router.connectors.relay import Relay
from router.connectors.sinks_file import SinkPlan
from router.domain.reasons import Reason, RouterError
from router.routing.warm_up import warm_up
from router.service.desk import Desk
from router.service.from_proto.plain_orders import warm_up_orders
from router.service.known_fields import warm_up_fields
from router.service.to_proto.routing import warm_up_answers
from router.settings import Settings
from router.solver.problem import DEFAULT_EFFORT
from router.wiring.beside import (
    Follower,
    FollowingWorker,
    Worker,
    acknowledgements_of,
    holder_of,
    picked_in,
    rerouter_of,
    start_all,
    tell_commit,
)
from router.wiring.outside import (
    carriers_of,
    check_forecast_file,
    open_store,
    pricer_of,
    providers_of,
    read_chart_file,
    read_rule_files,
    read_sink_plans,
)
from router.wiring.refused import REFUSED, UNREACHABLE, USAGE, ServerRefused


@dataclass(frozen=True, slots=True, kw_only=True)
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
    workers: tuple[Worker, ...] = ()
    move_price_minor: int = 0
    checks_addresses: bool = False

    def close(self) -> None:
        """Finish what is queued, then let go of the store."""
        for worker in self.workers:
            worker.stop()
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
    clock = clock or SystemClock()
    providers = providers_of(settings, clock)
    carriers = carriers_of(settings)
    refuse_without_judge(settings)
    followers: list[Follower] = []
    try:
        store = open_store(settings.database)
        follower = ShadowFollower(store)
        followers.append(follower)
        engine = engine_of(
            settings,
            store,
            clock,
            on_failure=on_failure,
            on_commit=lambda commit: tell_commit(commit, followers, on_clock),
            on_writable=on_writable,
        )
    except StoreError as error:
        # A damaged file may show it only when the books are read from it.
        raise ServerRefused(UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error
    queries = Queries(store, chart, settings.tiers)
    lookout = Lookout(store, engine)
    lookout.on_news.append(follower.wake)
    application = Application(
        engine=engine,
        queries=queries,
        reviewer=reviewer_of(queries),
        follower=follower,
        lookout=lookout,
        clock=clock,
        store=store,
        cashier=Cashier(queries.payments, engine, providers, Nobody("gift")),
        booker=Booker(queries.carriers, engine, carriers),
        packer=Packer(queries.carriers, engine, cartonize),
        move_price_minor=settings.move_price,
        checks_addresses=settings.check_addresses,
    )
    told = told_workers(settings, application, plans)
    followers.extend(told)
    acknowledgements = acknowledgements_of(settings, engine, store, queries, clock)
    workers: tuple[Worker, ...] = told
    if acknowledgements is not None:
        workers = (*told, acknowledgements)
    application = replace(application, workers=workers)
    # Compiled code is loaded now, so that the first order does not wait for it.
    warm_up()
    warm_up_answers()
    warm_up_orders()
    warm_up_fields()
    warm_up_stock()
    engine.start()
    follower.start()
    lookout.start()
    try:
        activate_at_start(application, rule_files)
        start_all(application.workers)
    except BaseException:
        application.close()
        raise
    return application


def refuse_without_judge(settings: Settings) -> None:
    """Refuses with ServerRefused to check addresses where nothing can."""
    if settings.check_addresses and not is_able():
        raise ServerRefused(
            USAGE, "checking addresses needs the extra `intake`: pip install 'router[intake]'"
        )


def engine_of(
    settings: Settings,
    store: Store,
    clock: Clock,
    *,
    on_failure: Callable[[Exception], None] | None,
    on_commit: Callable[[Commit], None],
    on_writable: Callable[[bool], None] | None,
) -> Engine:
    """An engine that decides as the settings say, not started yet. Raises StoreError where the books cannot be read."""
    effort = DEFAULT_EFFORT
    if settings.model_effort is not None:
        effort = replace(effort, model_deterministic_seconds=settings.model_effort)
    verify = settings.verify
    return Engine(
        store,
        clock,
        route=routing(effort, verify=verify, monotonic=clock.monotonic),
        route_apart=routing_apart(effort, verify=verify, monotonic=clock.monotonic),
        decide_wave=deciding_waves(effort, verify=verify),
        reroute=deciding_again(effort, verify=verify),
        make_ahead=deciding_ahead(effort, verify=verify, monotonic=clock.monotonic),
        on_failure=on_failure,
        on_commit=on_commit,
        on_writable=on_writable,
        clock_jump_seconds_max=settings.clock_jump,
        limits=QueueLimits(wait_seconds_max=settings.queue_wait / 1_000),
    )


def told_workers(
    settings: Settings, application: Application, plans: Sequence[SinkPlan]
) -> tuple[FollowingWorker, ...]:
    """What works beside the engine and is told of every commit, not started yet; the relay hears news, too."""
    engine, queries, store, clock = (
        application.engine,
        application.queries,
        application.store,
        application.clock,
    )
    cashier, booker = application.cashier, application.booker
    relay = Relay(plans, EnginePost(queries, engine), holder_of(store)) if plans else None
    if relay is not None:
        application.lookout.on_news.append(relay.hear)
    workers: tuple[FollowingWorker | None, ...] = (
        relay,
        pricer_of(settings, engine, store, clock),
        rerouter_of(settings, engine, queries),
        PackedFollower(booker, picked_in(queries)) if settings.book_when_picked else None,
        VoidKeeper(booker, queries.carriers) if booker.is_served else None,
        DelayKeeper(engine, store, queries.delays, cashier, clock.now, is_looking=settings.delays),
        TransitLearner(engine, store),
        Collector(store, cashier, clock.now) if settings.collect else None,
    )
    return tuple(one for one in workers if one is not None)


def reviewer_of(queries: Queries) -> Reviewer:
    """Reviews with the linter and the cases of this version of the router."""
    return Reviewer(
        versions=queries.versions, documents=queries.documents, lint=lint_rules, run_cases=run_rule_cases
    )


def desk_of(application: Application) -> Desk:
    """What servicers work with; belongs to the running event loop."""
    return Desk(
        engine=application.engine,
        queries=application.queries,
        reviewer=application.reviewer,
        shadow_report=partial(report_on_shadow, application),
        ledger_status=partial(ledger_status, application.store, application.engine),
        move_price_minor=application.move_price_minor,
        cashier=application.cashier,
        booker=application.booker,
        packer=application.packer,
        judge=judge_address,
        checks_addresses=application.checks_addresses,
    )


def report_on_shadow(application: Application) -> ShadowReport:
    """How far the shadow is. Refuses with SHADOW_NOT_RUNNING."""
    queries = application.queries
    return shadow_report(queries.versions, queries.samples, queries.documents, application.follower)


def activate_at_start(application: Application, files: Mapping[str, bytes]) -> None:
    """Put `files` in force, unless there are none or they are in force already."""
    if not files or files == application.queries.documents.get_rules().files:
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
