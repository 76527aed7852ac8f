"""The relay: a courier for each sink, all on one event loop in a thread of its own."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

from router.app.records.commit import Commit
from router.connectors.courier import Courier, Errand
from router.connectors.json_file import JsonFile
from router.connectors.nats_stream import NatsOptions, NatsStream
from router.connectors.notices.options import MailOptions, NoticeOptions
from router.connectors.post import Post
from router.connectors.sink import Sink
from router.connectors.sink_options import FileOptions, Options
from router.connectors.sinks_file import SinkPlan, SinksRefused
from router.connectors.strands import Policy
from router.connectors.webhook import Webhook, WebhookOptions

log = logging.getLogger("router.events")

LINES_AT_ONCE = 500


class Relay:
    """Serves the planned sinks from `start` to `stop`; `on_commit` lets it hear of new events."""

    def __init__(
        self,
        plans: Sequence[SinkPlan],
        post: Post,
        holder: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        chance: random.Random | None = None,
    ) -> None:
        self._plans = plans
        self._post = post
        self._holder = holder
        self._monotonic = monotonic
        self._chance = chance or random.Random()
        self._couriers: list[Courier] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_up = Event()
        self._refusal: SinksRefused | None = None
        self._thread = Thread(target=self._run, name="relay", daemon=True)

    def start(self) -> None:
        """Refuses with SinksRefused a sink that cannot even be opened."""
        self._thread.start()
        self._is_up.wait()
        if self._refusal is not None:
            self._thread.join()
            raise self._refusal

    def stop(self) -> None:
        """Let what is on its way arrive, report it, and end."""
        self._tell(Courier.end)
        if self._thread.ident is not None:
            self._thread.join()

    def on_commit(self, commit: Commit) -> None:
        """To be called after every commit, from any thread."""
        if commit.events or commit.sinks:
            self.hear()

    def hear(self) -> None:
        """There may be something new; from any thread."""
        self._tell(Courier.hear)

    def _tell(self, what: Callable[[Courier], None]) -> None:
        loop = self._loop
        if loop is None or loop.is_closed():
            return

        def tell_all() -> None:
            for courier in self._couriers:
                what(courier)

        try:
            loop.call_soon_threadsafe(tell_all)
        except RuntimeError:
            # The loop was closed just now: there is nobody left to tell.
            return

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            self._couriers = [
                Courier(
                    errand_of(plan, self._post),
                    self._post,
                    self._holder,
                    self._monotonic,
                    self._chance.random,
                )
                for plan in self._plans
            ]
        except SinksRefused as refusal:
            self._refusal = refusal
            return
        finally:
            self._is_up.set()
        await asyncio.gather(*(courier.run() for courier in self._couriers))


def errand_of(plan: SinkPlan, post: Post) -> Errand:
    """The sink opened, and how patiently it is served."""
    is_file = isinstance(plan.options, FileOptions)
    return Errand(
        name=plan.name,
        sink=open_sink(plan.name, plan.options, post),
        policy=Policy(
            concurrency=plan.concurrency,
            attempts_max=plan.attempts_max,
            in_order=is_file,
            batch_max=LINES_AT_ONCE if is_file else 1,
        ),
        kinds=plan.kinds,
        from_beginning=plan.from_beginning,
    )


def open_sink(name: str, options: Options, post: Post) -> Sink:
    """Refuses with SinksRefused."""
    try:
        if isinstance(options, WebhookOptions):
            return Webhook(options)
        if isinstance(options, NatsOptions):
            return NatsStream(options)
        if isinstance(options, NoticeOptions):
            return open_notices(options, post)
    except ModuleNotFoundError as error:
        raise SinksRefused(
            f"sink `{name}` needs `{error.name}`, which is not installed; pip install 'router[http,nats,notices]'"
        ) from error
    except (OSError, ValueError) as error:
        raise SinksRefused(f"sink `{name}` cannot be opened: {error}") from error
    return JsonFile(options.path, options.source)


def open_notices(options: NoticeOptions, post: Post) -> Sink:
    """Apart, because its libraries are only there where notices are sent."""
    from router.connectors.notices.notice_sink import NoticeSink, Way
    from router.connectors.notices.wording import Wording

    way: Way
    if isinstance(options.way, MailOptions):
        from router.connectors.notices.mail import Mail

        way = Mail(options.way)
    else:
        from router.connectors.notices.sms import Sms

        way = Sms(options.way)
    return NoticeSink(
        way, post, Wording(options.shop, options.language, options.templates, options.answer_url)
    )
