"""Which cores threads run on: those that take turns anyway share one, those that compute beside them run on any.

The event loop and the engine take turns, because the interpreter lets one of them run at a time. On cores of their own
every turn wakes another core, whose caches are cold. Those that only bring them something, of gRPC, must not interrupt
them for each call either.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ALLOWED: frozenset[int] = (
    frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()
)
"""What the process may use, as it was when it began; empty where the system does not say."""


def run_anywhere() -> None:
    """For a thread that computes beside those that take turns: it would be on the core of whoever started it."""
    if len(ALLOWED) > 1:
        os.sched_setaffinity(0, ALLOWED)


@contextmanager
def starting_messengers() -> Iterator[None]:
    """Threads that this one or they start meanwhile bring others something to do: woken, they wait until whoever works
    on their core rests, and then bring all there is. Nothing is done where the system does not know or allow that.
    """
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    try:
        yield
    finally:
        with suppress(AttributeError, OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
