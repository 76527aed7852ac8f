"""A provider over HTTP, in the shape that today's providers share: JSON, a bearer key, `Idempotency-Key`.

    POST {url}/payments                 {reference, order_id, method, amount, currency, token}
    GET  {url}/payments/ID
    POST {url}/payments/ID/captures     {amount}
    POST {url}/payments/ID/voids        {}
    POST {url}/payments/ID/refunds      {amount}
    POST {url}/payments/ID/renewals     {}                 404, 405 or 501: not offered

A payment, and a renewal of one, is answered as {id, status, amount, expires_at, decline_code}, `status` one of
`authorized`, `pending` and `declined`; 402 says no with {decline_code}. Amounts are minor units. Any other failure
leaves open what was done.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from router.app.ports.payment_provider import AskedPayment, ProviderDeclined, ProviderUnreachable, Said
from router.connectors.json_over_http import JsonOverHttp, code_of
from router.domain.identifiers import Instant
from router.ledger.payments import NEVER

NO = (HTTPStatus.PAYMENT_REQUIRED,)


class HttpProvider:
    """Tries a call that was not answered a few times with the same key; any thread may ask."""

    def __init__(self, url: str, key: str, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._service = JsonOverHttp(
            url, key, no=NO, declined=ProviderDeclined, unreachable=ProviderUnreachable, wait=wait
        )

    def authorize(self, asked: AskedPayment, key: str) -> Said:
        body = {
            "reference": asked.payment_id,
            "order_id": asked.order_id,
            "method": asked.method.name.lower(),
            "amount": asked.amount_minor,
            "currency": asked.currency,
            "token": asked.token,
        }
        try:
            return said_of(self._service.send("POST", "/payments", body, key))
        except ProviderDeclined as declined:
            return Said(provider_id="", decline_code=str(declined))

    def look(self, provider_id: str) -> Said:
        return said_of(self._service.send("GET", f"/payments/{quote(provider_id, safe='')}", None, ""))

    def capture(self, provider_id: str, amount_minor: int, key: str) -> None:
        self._do(provider_id, "captures", {"amount": amount_minor}, key)

    def void(self, provider_id: str, key: str) -> None:
        self._do(provider_id, "voids", {}, key)

    def renew(self, provider_id: str, key: str) -> Said:
        path = f"/payments/{quote(provider_id, safe='')}/renewals"
        said = said_of(self._service.send("POST", path, {}, key, is_optional=True))
        if said.decline_code:
            raise ProviderDeclined(said.decline_code)
        if not said.authorized_minor:
            raise ProviderUnreachable("a renewal that is neither authorized nor declined")
        return said

    def refund(self, provider_id: str, amount_minor: int, key: str) -> None:
        self._do(provider_id, "refunds", {"amount": amount_minor}, key)

    def close(self) -> None:
        self._service.close()

    def _do(self, provider_id: str, what: str, body: Mapping[str, Any], key: str) -> None:
        self._service.send("POST", f"/payments/{quote(provider_id, safe='')}/{what}", body, key)


def said_of(content: Mapping[str, Any]) -> Said:
    """A payment as the provider tells it. Raises ProviderUnreachable when it tells something else."""
    try:
        status, provider_id = content["status"], str(content["id"])
        if status == "declined":
            return Said(provider_id=provider_id, decline_code=code_of(content))
        if status == "pending":
            return Said(provider_id=provider_id)
        if status != "authorized":
            raise ValueError(f"status `{status}`")
        expires = content.get("expires_at")
        return Said(
            provider_id=provider_id,
            authorized_minor=int(content["amount"]),
            expire_time=NEVER if not expires else instant_of(str(expires)),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ProviderUnreachable(f"an answer that cannot be understood: {error}") from error


def instant_of(text: str) -> Instant:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"`{text}` does not say its offset from UTC")
    return Instant(round(at.timestamp() * 1_000_000))
