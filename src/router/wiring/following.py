"""A server that lets events be followed, in a process of its own, beside those who write them."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from router.app.engine.clock import SystemClock
from router.app.ports.store import Store, StoreError, StoreUnusable
from router.app.records.events import Event
from router.domain.identifiers import OrderId
from router.service.calls import Call
from router.service.engine_bridge import Bell, Threads
from router.service.following import following_servicers
from router.service.server import AddressRefused, Listen, RouterServer
from router.service.watchers import Watchers
from router.settings import MEMORY
from router.stores.addresses import is_address, shown
from router.stores.sqlite.beside import SqliteBeside
from router.wiring.outside import open_store
from router.wiring.refused import UNREACHABLE, USAGE, ServerRefused
from router.wiring.serving import end_on_signals, loop_factory

log = logging.getLogger("router")

LOOK_SECONDS = 0.05
"""How often somebody looks whether there is more: by so much events come later than from who wrote them."""
READ_THREADS = 2
READS_WAITING_MAX = 512


def follow_until_stopped(database: str, listen: Listen, on_ready: Callable[[Mapping[str, Any]], None]) -> int:
    """Serve the events of `database` until SIGTERM or SIGINT; gives the exit code. Refuses with ServerRefused."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner, read_beside(database) as books:
        return runner.run(follow(books, database, listen, on_ready))


@contextmanager
def read_beside(database: str) -> Iterator[Store | SqliteBeside]:
    """Books that others write."""
    if database == MEMORY:
        raise ServerRefused(
            USAGE, "books in memory are seen by their own server alone; name its file with --db"
        )
    try:
        books = open_store(database) if is_address(database) else SqliteBeside(Path(database))
    except StoreUnusable as error:
        raise ServerRefused(UNREACHABLE, str(error), reason="STORE_UNUSABLE") from error
    try:
        yield books
    finally:
        books.close()


async def follow(
    books: Store | SqliteBeside,
    database: str,
    listen: Listen,
    on_ready: Callable[[Mapping[str, Any]], None],
) -> int:
    loop = asyncio.get_running_loop()
    ending: asyncio.Future[int] = loop.create_future()
    end_on_signals(loop, ending)
    reads = Threads("read", READ_THREADS, READS_WAITING_MAX)

    def list_events(after: int, limit: int, order_id: str) -> Sequence[Event]:
        with books.reader() as reader:
            return tuple(reader.list_events(after, limit, OrderId(order_id) or None))

    async def read(call: Call, after: int, limit: int, order_id: str) -> Sequence[Event]:
        return await reads.run(call, list_events, after, limit, order_id)

    async def read_head(call: Call) -> int:
        return await reads.run(call, last_position, books)

    bell = Bell()
    watchers = Watchers(bell, read, read_head)
    try:
        server = RouterServer(
            following_servicers(watchers),
            listen,
            SystemClock().now,
            watchers.end,
            lambda deadline: None,
            is_whole=False,
        )
        address = await server.start()
    except AddressRefused as error:
        raise ServerRefused(UNREACHABLE, str(error), reason="ADDRESS_REFUSED") from error
    looking = asyncio.ensure_future(look(books, bell))
    on_ready({"address": address, "database": shown(database)})
    exit_code = await ending
    looking.cancel()
    await server.stop()
    reads.close()
    return exit_code


async def look(books: Store | SqliteBeside, bell: Bell) -> None:
    """Ring when there is more than before, for ever."""
    seen = -1
    while True:
        try:
            position = await asyncio.to_thread(last_position, books)
        except StoreError as error:
            # It comes back or it does not; whoever follows hears of it at the next look.
            log.warning("the books cannot be read: %s", error)
            position = seen
        if position != seen:
            seen = position
            bell.ring()
        await asyncio.sleep(LOOK_SECONDS)


def last_position(books: Store | SqliteBeside) -> int:
    with books.reader() as reader:
        return reader.head().event_position
