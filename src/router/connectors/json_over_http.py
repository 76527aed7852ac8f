"""JSON over HTTP to those who do what they are asked once: a bearer key, `Idempotency-Key`, tries, a no with its code.

SOURCE: draft-ietf-httpapi-idempotency-key-header (the header; 409 while the first is under way, 422 for another body)
"""

import random
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import httpx

from router.connectors.backoff import Backoff

TIMEOUT_SECONDS = 10.0
TRIES = 3
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same call may succeed."""
PATIENCE = Backoff(first=0.2, most=2.0)
CODE_LENGTH_MAX = 200
NOT_OFFERED = frozenset({404, 405, 501})
NOT_OFFERED_CODE = "not_offered"


class JsonOverHttp:
    """Tries a call that was not answered a few times with the same key; any thread may ask.

    `no` are the statuses that say no with {decline_code}: raised as `declined`. Any other failure leaves open what was
    done: raised as `unreachable`.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        no: Collection[int],
        declined: type[Exception],
        unreachable: type[Exception],
        wait: Callable[[float], None] = time.sleep,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._no = no
        self._declined = declined
        self._unreachable = unreachable
        self._wait = wait
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"authorization": f"Bearer {key}"} if key else {},
            timeout=timeout_seconds,
        )

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str, *, is_optional: bool = False
    ) -> Mapping[str, Any]:
        """The answer; without a `key` the call changes nothing there. Raises what the class says.

        `is_optional`: not everybody has this call; who does not know it has surely done nothing, and says no.
        """
        trouble = ""
        for number in range(TRIES):
            if number:
                self._wait(PATIENCE.seconds(number, random.random))
            try:
                answer = self._client.request(
                    method, path, json=body, headers={"idempotency-key": key} if key else {}
                )
            except httpx.HTTPError as error:
                trouble = type(error).__name__
                continue
            if answer.status_code in AGAIN:
                trouble = f"HTTP {answer.status_code}"
                continue
            if is_optional and answer.status_code in NOT_OFFERED:
                raise self._declined(NOT_OFFERED_CODE)
            return self._read(answer)
        raise self._unreachable(trouble)

    def close(self) -> None:
        """Let go of connections; not asked again."""
        self._client.close()

    def _read(self, answer: httpx.Response) -> Mapping[str, Any]:
        """The body of a yes. What cannot be understood leaves open what was done."""
        try:
            content = answer.json()
        except ValueError:
            content = None
        if answer.is_success and isinstance(content, dict):
            return content
        if answer.status_code in self._no and isinstance(content, dict):
            raise self._declined(code_of(content))
        raise self._unreachable(f"HTTP {answer.status_code}" + ("" if content else " without a JSON object"))


def code_of(content: Mapping[str, Any]) -> str:
    """Why they say no."""
    return str(content.get("decline_code") or "declined")[:CODE_LENGTH_MAX]
