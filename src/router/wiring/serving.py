"""A server from its start to its signal."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from router.app.cores import starting_messengers
from router.app.engine.ledger_status import ledger_status
from router.app.ports.store import StoreError
from router.collector import keep_what_is_freed, spare_what_lives_long
from router.service.server import CLOCK, WRITES, AddressRefused, Listen, RouterServer, refuse_unusable
from router.service.servicers import servicers
from router.settings import Settings
from router.stores.addresses import shown
from router.stores.sqlite.pieces import keep_pieces_ready
from router.wiring.application import Application, build_application, desk_of
from router.wiring.beside import log
from router.wiring.refused import BUG, UNREACHABLE, USAGE, ServerRefused
from router.wiring.seat import seat_for

ONE_WISH_SECONDS = 2.0
"""Signals that come together mean one thing: Ctrl-C and systemd tell every process of a group, and their supervisor
tells each of them again.
"""


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
    # Before the ledger is opened and rules are put in force, which a server that cannot listen must not do.
    with listening_or_refused():
        refuse_unusable(listen)

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

    keep_pieces_ready()
    application = await asyncio.to_thread(
        build_application, settings, on_failure, on_writable, partial(show, CLOCK)
    )
    spare_what_lives_long()
    keep_what_is_freed()
    try:
        with listening_or_refused(), metrics_page(settings, application) as metrics:
            say = partial(say_ready, on_ready, metrics)
            return await serve_application(application, listen, settings, ending, say, changes)
    finally:
        await asyncio.to_thread(application.close)


@contextmanager
def listening_or_refused() -> Iterator[None]:
    """A server that cannot listen does not start."""
    try:
        yield
    except AddressRefused as error:
        raise ServerRefused(UNREACHABLE, str(error), reason="ADDRESS_REFUSED") from error


@contextmanager
def metrics_page(settings: Settings, application: Application) -> Iterator[str]:
    """The page for Prometheus, if it is to be had; gives its address."""
    if not settings.metrics_address:
        yield ""
        return
    try:
        from router.connectors.prometheus import serving_metrics
        from router.connectors.server_gauges import Standing
    except ImportError as error:
        raise ServerRefused(
            USAGE,
            f"metrics need what is not here ({error}); install it with: pip install 'router[metrics]'",
        ) from error
    standing = Standing(
        status=partial(ledger_status, application.store, application.engine),
        waiting_count=application.engine.waiting_count,
        sinks=application.queries.sinks.list_sinks,
    )
    page = serving_metrics(
        settings.metrics_address, application.queries.metrics, application.clock.now, standing
    )
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
    seat = seat_for(application.engine.thread_id, settings.seat) if settings.one_core else None
    keeping = asyncio.ensure_future(seat.keep()) if seat is not None else None
    desk = desk_of(application)
    with starting_messengers():
        server = RouterServer(
            servicers(desk), listen, application.clock.now, desk.watchers.end, application.engine.admit_orders
        )
        address = await server.start()
    application.lookout.on_news.append(partial(asyncio.get_running_loop().call_soon_threadsafe, desk.ring))
    head = application.queries.head()
    rules = application.queries.documents.get_rules()
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
    if keeping is not None:
        keeping.cancel()
    await server.stop()
    desk.close()
    return exit_code


async def show_health(server: RouterServer, changes: "asyncio.Queue[tuple[str, bool]]") -> None:
    """Let the health of writes and of the clock say what the engine finds, for ever."""
    while True:
        await server.say_health(*await changes.get())


def end_on_signals(loop: asyncio.AbstractEventLoop, ending: "asyncio.Future[int]") -> None:
    """The first signal ends the server in good order, a later one at once."""
    begun: float | None = None

    def on_signal() -> None:
        nonlocal begun
        now = time.monotonic()
        if ending.done() and (begun is None or now - begun > ONE_WISH_SECONDS):
            # Whatever is acknowledged is committed; what is not can be asked again with the same key.
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTERM)
        begun = now if begun is None else begun
        end(ending, 0)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)


def end(ending: "asyncio.Future[int]", exit_code: int) -> None:
    if not ending.done():
        ending.set_result(exit_code)
