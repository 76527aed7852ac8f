"""Notices by text message: a provider's HTTP interface behind the same port as mail."""

import asyncio
import logging

import httpx

from router.connectors.notices.options import SmsOptions
from router.connectors.notices.told import Notice
from router.connectors.sink import Delivered, Failed, Outcome
from router.connectors.webhook import retry_after
from router.domain.recipient import Recipient

log = logging.getLogger("router.events")

TEXT_LENGTH_MAX = 459
"""Three parts of 153 characters (3GPP TS 23.040): more is cut."""


class Sms:
    """The subject alone is told. 400 and 422 mean that the number cannot be reached: final, no failure of the sink."""

    name = "sms"

    def __init__(self, options: SmsOptions) -> None:
        self._options = options
        self._client = httpx.AsyncClient(timeout=options.timeout_seconds, trust_env=False)

    def reaches(self, person: Recipient) -> bool:
        return bool(person.phone)

    async def send(self, notice: Notice) -> Outcome:
        options = self._options
        body = {
            "to": notice.to.phone,
            "from": options.sender,
            "text": notice.subject[:TEXT_LENGTH_MAX],
            "reference": notice.id,
        }
        headers = {"idempotency-key": notice.id}
        if options.token:
            headers["authorization"] = f"Bearer {options.token}"
        try:
            async with asyncio.timeout(options.timeout_seconds):
                answer = await self._client.post(options.url, json=body, headers=headers)
        except (TimeoutError, httpx.TimeoutException):
            return Failed(f"no answer within {options.timeout_seconds:g} seconds")
        except httpx.HTTPError as error:
            return Failed(str(error) or type(error).__name__)
        if answer.status_code in (400, 422):
            said = {"order_id": notice.order_id, "notice": notice.kind.value, "codes": [answer.status_code]}
            log.warning("nobody there", extra=said)
            return Delivered()
        if answer.is_success:
            return Delivered()
        return Failed(f"{answer.status_code} {answer.reason_phrase}", retry_after(answer.headers, 0.0))

    async def close(self) -> None:
        await self._client.aclose()
