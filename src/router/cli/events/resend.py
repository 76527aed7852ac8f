"""`router events replay --to`: a range of events told once more, to a file or a URL that is no sink of the server."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from router.cli.failures import CommandFailed, Exit

if TYPE_CHECKING:
    from router.app.records.events import Event
    from router.connectors.sink import Sink

URLS = ("https://", "http://")
EVENTS_PER_WRITE = 500
TRIES_MAX = 5
WAIT_SECONDS_MAX = 60.0


@dataclass(slots=True)
class Resent:
    """How many have arrived, and the position of the last of them."""

    count: int = 0
    position: int = 0


def sink_to(to: str, source: str, secret_env: str, environment: Mapping[str, str]) -> "Sink":
    """A webhook or, of anything that is no URL, a file that is appended to. Refuses a secret that is none."""
    from router.connectors.envelope import SOURCE
    from router.connectors.json_file import JsonFile
    from router.connectors.signature import SecretRefused, secrets_of
    from router.connectors.webhook import Webhook, WebhookOptions

    if not to.startswith(URLS):
        if secret_env:
            raise click.UsageError(f"--secret-env signs what goes to a URL; `{to}` is a file")
        return JsonFile(Path(to), source or SOURCE)
    try:
        keys = secrets_of(environment.get(secret_env, "")) if secret_env else ()
    except SecretRefused as error:
        raise click.UsageError(f"{secret_env} {error}") from error
    return Webhook(WebhookOptions(url=to, keys=keys, source=source or SOURCE))


def resend(events: "Iterator[Event]", to: str, source: str, secret_env: str) -> Resent:
    """Tell them in their order, each until it has arrived. Fails where one does not, saying how to go on."""
    return asyncio.run(_resend(events, sink_to(to, source, secret_env, os.environ), to))


async def _resend(events: "Iterator[Event]", sink: "Sink", to: str) -> Resent:
    done = Resent()
    size = 1 if to.startswith(URLS) else EVENTS_PER_WRITE
    try:
        while some := await asyncio.to_thread(lambda: tuple(islice(events, size))):
            error = await deliver(sink, some)
            if error:
                behind = done.position or some[0].position - 1
                raise CommandFailed(
                    Exit.UNREACHABLE,
                    f"event {some[0].position:,} did not arrive at `{to}`: {error}; {done.count:,} before it did,"
                    f" go on with --from-position {behind}",
                    reason="NOT_DELIVERED",
                )
            done.count += len(some)
            done.position = some[-1].position
    finally:
        await sink.close()
    return done


async def deliver(sink: "Sink", events: "tuple[Event, ...]") -> str:
    """Why they have not arrived after some tries; empty when they have."""
    from router.connectors.sink import Delivered, Gone

    error = ""
    for number in range(TRIES_MAX):
        outcome = await sink.deliver(events)
        if isinstance(outcome, Delivered):
            return ""
        error = outcome.error
        if isinstance(outcome, Gone):
            break
        if number + 1 < TRIES_MAX:
            await asyncio.sleep(min(max(outcome.retry_seconds, 0.25 * 2**number), WAIT_SECONDS_MAX))
    return error
