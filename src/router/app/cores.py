"""Which cores threads run on: those that take turns anyway share one, those that compute beside them run on any.

The event loop and the engine take turns, because the interpreter lets one of them run at a time. On cores of their own
every turn wakes another core, whose caches are cold.
"""

import os

ALLOWED: frozenset[int] = (
    frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()
)
"""What the process may use, as it was when it began; empty where the system does not say."""


def run_anywhere() -> None:
    """For a thread that computes beside those that take turns: it would be on the core of whoever started it."""
    if len(ALLOWED) > 1:
        os.sched_setaffinity(0, ALLOWED)
