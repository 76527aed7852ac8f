"""When a call is made again, and when it is given up."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import grpc

from router_client.refusal import Failure, Unanswered

UNCERTAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
"""Nobody may be there, or nobody knows whether it was booked. The same request id makes a repeat harmless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """`seconds` in all; each try has `try_seconds`. Between tries at least what the server asks for.

    Waits are drawn at random up to twice as long as needed, so that many clients do not come back in one instant.
    """

    seconds: float = 60.0
    try_seconds: float = 30.0
    first_wait: float = 0.05
    wait_max: float = 5.0


class Tries:
    """The tries of one call."""

    def __init__(
        self, patience: Patience, request_id: str, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._patience, self._request_id, self._now = patience, request_id, now
        self._end = now() + patience.seconds
        self._wait = patience.first_wait

    @property
    def seconds(self) -> float:
        """How long the next try may take."""
        return max(0.001, min(self._patience.try_seconds, self._end - self._now()))

    def wait_after(self, failure: Failure) -> float:
        """Seconds until the next try; raises Refused where none would help and Unanswered where the time is over."""
        if failure.retry_seconds is None and failure.code not in UNCERTAIN:
            raise failure.refusal
        left = self._end - self._now()
        # The last tries come closer together, so that all of the patience is used.
        needed = max(min(self._wait, left / 2), failure.retry_seconds or 0.0)
        self._wait = min(2 * self._wait, self._patience.wait_max)
        if left <= max(needed, self._patience.first_wait):
            if failure.code is grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise failure.refusal
            raise Unanswered(self._request_id, str(failure.refusal))
        return random.uniform(needed, min(2 * needed, (needed + left) / 2))

    def begin_again(self) -> None:
        """Somebody was there: all of the patience is there again."""
        self._end = self._now() + self._patience.seconds
        self._wait = self._patience.first_wait
